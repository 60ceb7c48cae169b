"""For whom it is worse: groups known at the start whose risk goes up, with the people whom it hits named first.

From the table of risks. Tables of groups are wide, so that p-values that follow from their intervals are corrected
over all of their rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.report.answers.basis import Basis, name_of
from sim.report.answers.said import counted, sentence
from sim.report.answers.sizes import SPACE, natural
from sim.results.signs import LEAST_SEEDS, LEVEL
from sim.results.statistics import PER, q_values

if TYPE_CHECKING:
    from sim.results.comparison import Comparison

MOST_GROUPS = 2
ALL = "all"
NOT_TOLD = "For whom it is worse cannot be told: no group known at the start shows a change that can be tested."
# what happens to people, how it is said, and whether it is worse that there is more of it
HAPPENS: dict[str, tuple[str, bool]] = {
    "exploitation": ("are exploited", True),
    "exploited": ("are exploited", True),
    "death": ("die", True),
    "died": ("die", True),
    "safety": ("reach safety", False),
    "safe": ("reach safety", False),
}
# groups of the tables as one speaks of them; others are called what they are called there
PEOPLE: dict[str, str] = {
    "in need": "people in need of protection",
    "under eighteen": "people under eighteen",
    "at home": "people at home",
    "abroad with status": "people abroad with status",
    "abroad without status": "people abroad without status",
}


@dataclass(frozen=True)
class Change:
    """How many more of a group something happens to with a policy: people per 100 000 of ``of``, with the interval."""

    setting: str
    arm: str
    group: str
    happens: str
    mean: float
    low: float
    high: float
    p_value: float
    of: str  # "of them", or of everybody at risk

    @property
    def worse(self) -> bool:
        """Whether the mean is on the side that is worse for people."""
        return (self.mean > 0) == HAPPENS[self.happens][1]


def worse_for(basis: Basis, arm: str | None = None) -> str:
    """Groups for whom it is surely worse: a sentence; empty where there is none or nothing was counted.

    ``arm`` is the title of the only policy to tell of.
    """
    found = [change for change in surely(basis) if change.worse and change.group != ALL]
    found = [change for change in found if arm in (None, change.arm)]
    if not found:
        return ""
    texts = [_said(change, len(basis.worlds) > 1) for change in found[:MOST_GROUPS]]
    more = len(found) - MOST_GROUPS
    rest = f"and so in {counted(more, 'other row', 'other rows')} of the table of groups" if more > 0 else ""
    return sentence(f"It is worse for {texts[0]}", *(f"and for {text}" for text in texts[1:]), rest)


def for_nobody(basis: Basis) -> str:
    """That no group was surely found worse off; empty where no group shows any change that can be tested."""
    if not any(True for title, comparison in basis.worlds for _ in _changes(title, comparison)):
        return ""
    return "No group known at the start was surely found worse off, though in small groups much can stay unseen."


def surely(basis: Basis) -> list[Change]:
    """Changes whose sign may be named, q below 0.05 over all groups, in the order of the tables."""
    every = [change for title, comparison in basis.worlds for change in _changes(name_of(title), comparison)]
    if not every:
        return []
    q = q_values([change.p_value for change in every])
    return [change for change, value in zip(every, q, strict=True) if value < 1 - LEVEL]


def _said(change: Change, several: bool) -> str:
    group = PEOPLE.get(change.group, change.group)
    more = "more" if change.mean > 0 else "fewer"
    ends = sorted((abs(change.low), abs(change.high)))
    at = f" in {change.setting}" if several else ""
    return (
        f"{group} with {change.arm}{at}: {natural(abs(change.mean))} {more} of every 100{SPACE}000 {change.of} "
        f"{HAPPENS[change.happens][0]} ({natural(ends[0])} to {natural(ends[1])} {more})"
    )


def _changes(setting: str, comparison: Comparison) -> Iterator[Change]:
    """Every change that is counted in one setting."""
    titles = {arm.label: name_of(arm.title) for arm in comparison.arms}
    risks = comparison.risks
    rows: list[dict[Any, Any]] = risks[risks["outcome"].isin(list(HAPPENS))].to_dict("records")
    for row in rows:
        if row["populations"] * row["lucks"] < LEAST_SEEDS or not math.isfinite(row["low"]):
            continue
        mean, low, high = (PER * row[name] for name in ("change", "low", "high"))
        count = int(row["populations"] if row["populations"] > 1 else row["lucks"])
        what = (setting, titles[row["arm"]], row["group"], row["outcome"])
        yield Change(*what, mean, low, high, p_of(mean, low, high, count=count), "of them")


def p_of(mean: float, low: float, high: float, *, count: int) -> float:
    """The p-value of no change that follows from a 95 % t interval of so many values.

    >>> round(p_of(1.0, 0.0, 2.0, count=8), 6)
    0.05
    """
    from scipy import special  # noqa: PLC0415 - loaded when groups are told of

    error = (high - low) / 2 / float(special.stdtrit(count - 1, 0.5 + LEVEL / 2))
    if not error > 0:
        return float(np.nan)
    return float(2 * special.stdtr(count - 1, -abs(mean) / error))
