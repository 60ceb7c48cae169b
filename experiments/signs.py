"""Where the literature disagrees: effects of a policy under each setting of the mechanisms that theories differ in.

Each setting turns one switch to its other option, and holds a policy against no policy over paired seeds. What tighter
borders do to exploited weeks per departure (C4-S04) hangs on what carriers and controllers can do, and what they do to
people who are exploited at home (C4-S19b) on how fast places and enterprises are filled again; what penalties for
buyers do, on tips and where buyers go (C13-S05, C1-F10); raids, on what venues and employers do (C9-M04, C10-S14); free
movement, on who still needs a provider (C7-P28).
"""

from __future__ import annotations

import pandas as pd

from experiments.findings.part import EFFECTS, Asked, Part, Scale, asked, effects_of
from sim.results.findings import Findings

BASE = ["time.years=5", "seeds=6"]
MARKET = ("exploited_per_departure", "exploited_people", "irregular_departures", "credit_share", "mean_fee")
PLACES = ("exploited_people", "demand", "private_exploited_share", "identified", "spell_length")
DECLARED = "as declared"
QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "tighter_borders": (
        ("pricing=target_return", "type_observable=on", "control_capacity=off", "debt_finance=off",
         "can_save_first=off", "rescue_vacancy=off", "entry_exit=hold"),
        (*MARKET, "internal_exploited"),
    ),
    "deportation_drive": (("can_save_first=off", "debt_finance=off", "deportation_fear=off"), MARKET),
    "demand_criminalisation": (("client_tips=off", "demand_displacement=off"), PLACES),
    "raids": (("private_venues=off", "rescue_vacancy=off"), PLACES),
    "free_movement_area": (("free_movement_substitution=off",), MARKET),
}  # fmt: skip


def ask(scale: Scale) -> list[Asked]:
    """One setting for each switch, with every policy whose effect it is about."""
    settings: dict[str, dict[str, list[str]]] = {}
    for policy, (switches, _) in QUESTIONS.items():
        for setting in (DECLARED, *switches):
            arms = settings.setdefault(setting, {"none": ["policy=none"]})
            arms[policy] = [f"policy={policy}"]
    words = {setting: [f"mechanisms.{setting}"] for setting in settings if setting != DECLARED}
    metrics = dict.fromkeys(name for _, names in QUESTIONS.values() for name in names)
    return [asked(settings, words, [*BASE, *scale.added], metrics=list(metrics))]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each policy, setting and metric that the question names, in the unit of the metric."""
    effects = effects_of(found[0]).rename(columns={"arm": "policy"})
    rows = [
        effects[(effects["policy"] == policy) & effects["metric"].isin(metrics)]
        for policy, (_, metrics) in QUESTIONS.items()
    ]
    return pd.concat(rows)[["policy", "setting", "metric", *EFFECTS]]


PARTS = (Part("signs", "policies under each setting of the mechanisms that theories differ in", 4, ask, find),)
