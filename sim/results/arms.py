"""The arms of a comparison: the worlds that are held against one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.ground.quantities import shortest
from sim.scenario.scenario import Scenario

NONE = ("none", "null")


@dataclass(frozen=True)
class Arm:
    """One world of a comparison: its label, the overrides that make it, its scenario and what was varied to make it.

    ``knows_people`` says whether its runs tell what is known of people in week 0.
    """

    label: str
    words: tuple[str, ...]
    scenario: Scenario
    values: tuple[tuple[str, Any], ...] = ()
    knows_people: bool = False

    @property
    def title(self) -> str:
        """The label in plain words: the names of its policies if the label is made of them."""
        names = [policy.name for policy in self.scenario.policies]
        parts = [part.partition("@")[0] for part in self.label.split("+")]
        if names and parts == [policy.key for policy in self.scenario.policies]:
            doses = [
                f" at dose {shortest(policy.dose)}" if policy.dose != 1 else "" for policy in self.scenario.policies
            ]
            return " + ".join(f"{name}{dose}" for name, dose in zip(names, doses, strict=True))
        return "No policy" if self.label in NONE else self.label.replace("_", " ")


def alone(scenario: Scenario, words: Sequence[str] = ()) -> Arm:
    """A scenario as an arm of its own, named after its policies."""
    label = "+".join(policy.key for policy in scenario.policies) or "none"
    return Arm(label, tuple(words), scenario)
