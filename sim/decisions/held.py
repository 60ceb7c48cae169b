"""Which mechanisms an attribution can hold as they would be without a policy, and why it switches the others off.

A mechanism is held by giving it a number that the world without a policy has. Where there is no such number it is
switched off instead, and then in the world without a policy too, so that what is told is the effect in a world that has
no such mechanism.
"""

from __future__ import annotations

from sim.declared.switches import SWITCHES

CONSTANTS = "it rests on constants that no policy moves, so there is nothing that could be held"
RULE = "it is a rule by which each person or enterprise decides, and no number of the world"
PERSONS = (
    "it acts on one person, place or case at a time, by what has happened to each, and in the world without the policy "
    "others are in that state"
)
NOT_HELD: dict[str, tuple[str, ...]] = {
    CONSTANTS: ("promotion", "trauma_weight", "origin_trust", "ageing"),
    RULE: ("can_save_first", "type_observable", "pricing", "free_movement_substitution", "money_channels",
           "online_recruitment"),
    PERSONS: ("own_experience", "return_stigma", "claim_enforcement", "rescue_vacancy", "weekly_charges", "households",
              "job_contracts", "recognition", "conclusive_decisions", "insecure_shelter", "threats",
              "frozen_capital", "intelligence"),
}  # fmt: skip


def can_be_held(mechanism: str) -> bool:
    """Whether a mechanism can be given what it would have without a policy."""
    return "hold" in SWITCHES[mechanism].options


def why_not(mechanism: str) -> str:
    """Why a mechanism cannot be held, as the end of a sentence; empty if it can."""
    return next((reason for reason, names in NOT_HELD.items() if mechanism in names), "")
