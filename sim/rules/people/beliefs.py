"""Beliefs: one rule for everything anyone believes (model 5).

A belief is a pair of counts (bad, all), faded by half-life, on top of what was believed at the start:
``b = (bad + s·b0) / (all + s)``. The strength s of the initial belief grows with the number of people who could report,
so that beliefs do not depend on the size of the run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.table import Table
from sim.world.world import World

Floats = NDArray[np.float64]


def fade(half_life: float) -> float:
    """Weekly factor with which a memory of this half-life fades."""
    return float(0.5 ** (1.0 / half_life))


class Beliefs:
    """What communities believe of channels, visas, danger and removal, and providers of legs and of demand.

    ``learning`` False keeps every belief where it started (switch ``belief_learning``).
    """

    def __init__(
        self, regions: Table, legs: Table, pairs: Table, world: World, values: dict[str, Any], *, learning: bool
    ) -> None:
        people_at = regions["people_at"]
        self.learning = learning
        self.community_kept = fade(values["beliefs.half_life"])
        self.provider_kept = fade(values["beliefs.provider_half_life"])
        self.regions, self.legs, self.pairs = regions, legs, pairs
        strength = values["beliefs.prior_strength"] / 1000.0
        # those who stand where the journey starts; nobody lives in some of the places where people are stranded
        nearby = np.maximum(
            people_at[world.pairs.start], people_at.sum() / max(len(regions), 1) * values["beliefs.least_people"]
        )
        self.pair_strength = strength * nearby
        self.overall_strength = strength * people_at.sum()
        self.start_failure = np.zeros((len(pairs), 3))
        self.start_death = np.zeros((len(pairs), 2))
        self.start_control = world.legs.control.copy()
        self.start_removal = np.zeros(len(regions))
        self.start_exploitation = np.full(len(regions), float(values["beliefs.exploitation"]))
        self.start_visa_refusal = 1.0 - float(values["visa.believed_chance"])
        self.walk_step, self.least_elasticity = values["smuggling.walk_step"], values["smuggling.least_elasticity"]
        self.start_walk = float(values["smuggling.believed_elasticity"]) * self.walk_step

    def fade(self) -> None:
        """A week passes: memories fade."""
        for table, heard in (
            (self.pairs, ("heard_failure", "heard_death", "heard_visas", "visa_truth", "heard_clients")),
            (self.regions, ("heard_removal", "heard_exploitation")),
        ):
            for name in heard:
                table[name] *= self.community_kept
        self.legs["heard_control"] *= self.provider_kept

    def _estimate(self, counts: Floats, start: Floats | float, strength: Floats | float) -> Floats:
        if not self.learning:
            return np.broadcast_to(np.asarray(start, float), counts.shape[:-1]).copy()
        return np.asarray((counts[..., 0] + strength * start) / (counts[..., 1] + strength))

    def failure(self) -> Floats:
        """Chance that an attempt fails: (pairs, 3) by alone, provider, papers."""
        return self._estimate(self.pairs["heard_failure"], self.start_failure, self.pair_strength[:, None])

    def death(self) -> Floats:
        """Chance to die in an attempt: (pairs, 2) by alone, provider."""
        return self._estimate(self.pairs["heard_death"], self.start_death, self.pair_strength[:, None])

    def visa_chance(self) -> Floats:
        """Chance of a visa for a complete application: (pairs, 2 skills)."""
        strength = self.pair_strength[:, None]
        return 1.0 - self._estimate(self.pairs["heard_visas"], self.start_visa_refusal, strength)

    def control(self) -> Floats:
        """Providers' view of the control of each leg: (legs,), kept below 1."""
        share = self._estimate(self.legs["heard_control"], self.start_control, self.overall_strength)
        return np.clip(share, 0.0, 0.999)

    def exploitation(self) -> Floats:
        """Share of people without status who are exploited: (regions,), from those who say what happened."""
        return self._estimate(self.regions["heard_exploitation"], self.start_exploitation, self.overall_strength)

    def removal(self) -> Floats:
        """Yearly removal hazard of someone without status: (regions,)."""
        return self._estimate(self.regions["heard_removal"], self.start_removal, self.overall_strength)

    def elasticity(self) -> Floats:
        """Providers' view of the elasticity of demand: (pairs,), from the clients who walk away."""
        share = self._estimate(self.pairs["heard_clients"][:, ::-1], self.start_walk, self.pair_strength)
        return np.maximum(share / self.walk_step, self.least_elasticity)
