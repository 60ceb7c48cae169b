"""What people and offenders have seen of justice: promises kept, compensation paid, convictions (model 5).

Perceived certainty is the belief of those who would exploit, not what a law says: it moves with convictions that
happen, and fades. Helpers remember whether people who told were allowed to stay as they had been told; a broken promise
counts more than a kept one (C9-M37).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.table import Table
from sim.rules.people.beliefs import fade

Floats = NDArray[np.float64]


class Experience:
    """Pairs of counts by region, float64 (regions, 2): what happened, and all occasions."""

    def __init__(self, regions: Table, present: Floats, law: Floats, values: dict[str, Any], *, learning: bool) -> None:
        self.learning = learning
        self.kept = fade(values["beliefs.half_life"])
        self.broken_weight = float(values["beliefs.broken_promise"])
        self.regions = regions
        # an initial belief is worth as much as some occasions among a thousand people; cases are rare, and a belief
        # that rested on few of them would swing with the size of a run
        self.strength = values["justice.prior_strength"] * np.maximum(present, 1.0) / 1000.0 + 1e-9
        self.start_certainty = values["justice.conviction"] * law
        self.start_smuggling = values["justice.conviction_smuggling"] * law
        self.start_collusion = np.zeros(len(law))  # what officials do when a run starts takes its place
        self.start_paid = values["justice.believed_award"] * law

    def _belief(self, counts: Floats, start: Floats) -> Floats:
        if not self.learning:
            return np.array(start, float)
        return np.asarray((counts[:, 0] + self.strength * start) / (counts[:, 1] + self.strength))

    def kept_promises(self, permit: Floats) -> Floats:
        """Believed chance that those who tell may stay: as on paper until it has been seen honoured or broken."""
        return self._belief(self.regions["promises"], permit)

    def paid(self) -> Floats:
        """Believed chance that compensation is paid to those who testify."""
        return self._belief(self.regions["payments"], self.start_paid)

    def certainty(self) -> Floats:
        """Believed chance that an exploiter whose workers are found is convicted."""
        return np.minimum(self._belief(self.regions["convictions"], self.start_certainty), 1.0)

    def smuggling_certainty(self) -> Floats:
        """Believed chance that a stopped crossing ends in a conviction of those who guided it."""
        return np.minimum(self._belief(self.regions["smuggling_convictions"], self.start_smuggling), 1.0)

    def collusion(self) -> Floats:
        """Believed chance that police act for those who pay them, and not for whoever comes to them (C2-M36)."""
        return np.minimum(self._belief(self.regions["bought_off"], self.start_collusion), 1.0)

    def fade(self) -> None:
        """A week passes."""
        for name in ("promises", "payments", "convictions", "smuggling_convictions", "bought_off"):
            self.regions[name] *= self.kept
