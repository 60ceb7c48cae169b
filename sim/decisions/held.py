"""Which mechanisms an attribution can hold as they would be without a policy, and why it switches the others off.

A mechanism is held by giving it a number that the world without a policy has. Where there is no such number it is
switched off instead, and then in the world without a policy too, so that what is told is the effect in a world that has
no such mechanism.
"""

from __future__ import annotations

from sim.declared.switches import SWITCHES

CONSTANTS = "it rests on constants that no policy moves, so there is nothing that could be held"
RULE = "it is a rule by which each person or enterprise decides, and no number of the world"
EVENTS = "it follows from events of the run itself, which have no counterpart in the world without a policy"
NOT_HELD: dict[str, tuple[str, ...]] = {
    CONSTANTS: ("promotion", "trauma_weight", "origin_trust"),
    RULE: ("can_save_first", "type_observable", "pricing", "portfolio", "claim_enforcement", "certainty_over_severity",
           "own_experience", "market_power", "expected_confiscation", "money_channels", "paper_compliance",
           "venue_displacement", "status_anticipation", "households"),
    EVENTS: ("rescue_vacancy", "experience", "stories_adapt", "return_stigma", "free_movement_substitution",
             "frozen_capital", "threats", "recognition", "conclusive_decisions", "insecure_shelter",
             "institutional_trust", "ageing", "job_contracts", "weekly_charges", "intelligence", "mission_inside",
             "online_recruitment", "law_decays"),
}  # fmt: skip


def can_be_held(mechanism: str) -> bool:
    """Whether a mechanism can be given what it would have without a policy."""
    return "hold" in SWITCHES[mechanism].options


def why_not(mechanism: str) -> str:
    """Why a mechanism cannot be held, as the end of a sentence; empty if it can."""
    return next((reason for reason, names in NOT_HELD.items() if mechanism in names), "")
