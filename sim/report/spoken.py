"""What the page says in words: the sentences of ``sim.report.answers``, as the page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.report import answers

if TYPE_CHECKING:
    from sim.policies.policy import Policy
    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.scenario.scenario import Scenario

# what stands before a sentence of each kind, so that who skims sees what it is
KINDS = {
    "effect": "What is found",
    "unknown": "Not known",
    "assumption": "Depends on an assumption",
    "group": "For whom",
    "activity": "What the state does",
}
MOST_EFFECTS = 4  # changes told of a policy in one world


class Said(NamedTuple):
    """A sentence with its kind, one of ``KINDS``, and the words for it."""

    text: str
    kind: str

    @property
    def about(self) -> str:
        """What the sentence is about, in two or three words."""
        return KINDS[self.kind]


def of_arm(comparison: Comparison, arm: Arm) -> list[Said]:
    """What one arm does in one world; of changes the first few, harm first, as the table below holds all of them."""
    found = shown(answers.arm_sentences(comparison, arm))
    effects = [one for one in found if one.kind == "effect"]
    return [one for one in found if one not in effects[MOST_EFFECTS:]]


def shown(sentences: Sequence[answers.Sentence]) -> list[Said]:
    """Sentences as the page shows them."""
    return [Said(one.text, one.kind) for one in sentences]


def dose(policy: Policy, scenario: Scenario) -> str:
    """What a policy moves in a world, where and by how much, a sentence for each place."""
    return answers.dose_in_words(policy, scenario)
