"""Who gains and who loses, in words: which way a risk goes for whom, and by how much."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.report import words
from sim.report.said import NAME, fitted
from sim.report.texts import short
from sim.results.risk_groups import OUTCOMES
from sim.results.signs import FALLS, LEAST_SEEDS, LEVEL, RISES, names_a_sign
from sim.results.statistics import PER

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.comparison import Comparison

OF = f"{PER:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
Row = Mapping[Any, Any]  # of ``risks``, by column
# each outcome of risks in words: what its risk is called
RISK = {
    "exploitation": "risk of exploitation",
    "death": "risk of death",
    "removal": "risk of removal",
    "safety": "chance of reaching safety",
    "arrival": "chance of arriving",
}
SURE = (
    f"q < {1 - LEVEL:.2g} over all rows of the table of risks, those of other outcomes and settings included, from at "
    f"least {LEAST_SEEDS} populations"
)
BETTER, WORSE, ACTIVITY, UNDECIDED = "better", "worse", "neither better nor worse", "undecided"


def rows_of(table: pd.DataFrame, arm: str, outcome: str) -> list[Row]:
    """The rows of ``risks`` of an arm and outcome, one a group; none where people of the arm are others."""
    return [*table[(table["arm"] == arm) & (table["outcome"] == outcome)].to_dict("records")]


def first_outcome(table: pd.DataFrame) -> str | None:
    """The first of ``OUTCOMES`` that happens to anybody or changes for anybody in ``risks``; None if there is none."""
    if not len(table):
        return None
    alive = table[(table["risk"] > 0) | (table["change"] != 0)]
    return next((outcome for outcome in OUTCOMES if (alive["outcome"] == outcome).any()), None)


def direction(row: Row) -> str:
    """Whether a change of risk is better or worse for the group, as far as its sign may be named."""
    if not names_a_sign(row["verdict"]):
        return UNDECIDED
    sign = OUTCOMES[row["outcome"]][1] * (1 if row["verdict"] == RISES else -1)
    return BETTER if sign > 0 else WORSE if sign < 0 else ACTIVITY


def group_name(group: str) -> str:
    """A group as a table names it."""
    return "everyone" if group == "all" else group


def risks_in_words(comparison: Comparison) -> str:
    """What the figure shows, in words for each arm: for whom the risk falls and rises, and how many gain and lose."""
    outcome = first_outcome(comparison.risks)
    if outcome is None:
        return "No change of risk is known."
    said = [_of_arm(arm.title, rows_of(comparison.risks, arm.label, outcome)) for arm in comparison.arms]
    return " ".join(text for text in said if text)


def alt(comparison: Comparison) -> str:
    """What the figure shows, in a sentence or two: in how many groups the risk rises and falls under each policy."""
    outcome = first_outcome(comparison.risks)
    if outcome is None:
        return "No change of risk is known."
    found = []
    for arm in comparison.arms:
        verdicts = [row["verdict"] for row in rows_of(comparison.risks, arm.label, outcome)]
        rises, falls = verdicts.count(RISES), verdicts.count(FALLS)
        found.append(f"{short(arm.title, NAME)}: rises in {rises} and falls in {falls} of {len(verdicts)} groups")
    return fitted(found, begin=f"For sure the {RISK[outcome]} changes so. ", end=".", rest="{} more policies")


def _of_arm(title: str, rows: list[Row]) -> str:
    if not rows:
        return ""
    parts = []
    for way in (FALLS, RISES):
        sure = sorted((row for row in rows if row["verdict"] == way), key=lambda row: -abs(row["change"]))
        if sure:
            first = f"{words.number(PER * sure[0]['change'], signed=True)} per {OF}"
            parts.append(
                f"{way} most for {group_name(sure[0]['group'])} ({first}), and in {len(sure)} of {len(rows)} groups"
            )
    text = f"{title}: the {RISK[rows[0]['outcome']]} {'; it '.join(parts) or 'has no sure change in any group'}."
    all_rows = next((row for row in rows if row["group"] == "all"), None)
    if all_rows is None or not math.isfinite(all_rows["rose"]):
        return text
    fell, rose = (
        f"{words.number(all_rows[name])} ({words.number(all_rows[f'{name}_low'])} to "
        f"{words.number(all_rows[f'{name}_high'])})"
        for name in ("fell", "rose")
    )
    return f"{text} Of {OF} people it falls for about {fell} and rises for about {rose} by one in two hundred or more."
