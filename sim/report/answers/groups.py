"""For whom it is worse: groups known at the start whose risk goes up, or whose chance goes down.

Told from the table of risks and its ``verdict``. That table is wide, so that a sign is named only with q below 0.05
over all of its rows, those of other settings included, and from as many populations as any other sign needs seeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.report.answers.basis import Basis, name_of
from sim.report.answers.said import counted, sentence
from sim.report.answers.sizes import SPACE, natural
from sim.results.signs import LEAST_SEEDS, names_a_sign
from sim.results.statistics import PER

MOST_GROUPS = 2
ALL = "all"
TABLE = "of risks (risks.parquet), which holds every group and outcome"
NOT_TOLD = "For whom it is worse cannot be told: no group known at the start shows a change that can be tested."
# harm to people as it is said of a group; removal and arrival are told of in tables
HAPPENS: dict[str, str] = {"death": "die", "exploitation": "are exploited", "safety": "reach safety"}
# groups of the table as one speaks of them; others are called what they are called there
PEOPLE: dict[str, str] = {
    "at home": "people at home",
    "abroad with status": "people abroad with status",
    "abroad without status": "people abroad without status",
    "in need": "people in need of protection",
    "not in need": "people not in need of protection",
    "under eighteen": "people under eighteen",
    "lowest third of means": "people in the lowest third of means",
    "middle third of means": "people in the middle third of means",
    "highest third of means": "people in the highest third of means",
    "skilled": "skilled people",
    "low-skilled": "low-skilled people",
    "in debt": "people in debt",
    "without debt": "people without debt",
}


@dataclass(frozen=True)
class Change:
    """How many more of a group something happens to with a policy, per 100 000 of them, with the 95 % interval.

    ``sure`` says whether the sign may be named.
    """

    setting: str
    arm: str
    group: str
    happens: str
    mean: float
    low: float
    high: float
    sure: bool

    @property
    def worse(self) -> bool:
        """Whether the mean is on the side that is worse for people."""
        from sim.results.risk_groups import OUTCOMES  # noqa: PLC0415 - kernels, which a list does not need

        return self.mean * OUTCOMES[self.happens][1] < 0


def worse_for(basis: Basis, arm: str | None = None) -> str:
    """Groups for whom it is surely worse: a sentence; empty where there is none or nothing was estimated.

    ``arm`` is the title of the only policy to tell of.
    """
    found = [change for change in _changes(basis) if change.sure and change.worse and change.group != ALL]
    found = [change for change in found if arm in (None, change.arm)]
    if not found:
        return ""
    texts = [_said(change, len(basis.worlds) > 1, arm is None) for change in found[:MOST_GROUPS]]
    more = len(found) - MOST_GROUPS
    rest = f"and so in {counted(more, 'other row', 'other rows')} of the table {TABLE}" if more > 0 else ""
    return sentence(f"It is worse for {texts[0]}", *(f"and for {text}" for text in texts[1:]), rest)


def for_nobody(basis: Basis) -> str:
    """That no group was surely found worse off; empty where no group shows any change that can be tested."""
    if not any(True for _ in _changes(basis)):
        return ""
    return "No group known at the start was surely found worse off, though in small groups much can stay unseen."


def _said(change: Change, several: bool, named: bool) -> str:
    group = PEOPLE.get(change.group, change.group)
    more = "more" if change.mean > 0 else "fewer"
    ends = sorted((abs(change.low), abs(change.high)))
    who = f" with {change.arm}" if named else ""
    at = f" in {change.setting}" if several else ""
    return (
        f"{group}{who}{at}: {natural(abs(change.mean))} {more} of every 100{SPACE}000 of them "
        f"{HAPPENS[change.happens]} ({natural(ends[0])} to {natural(ends[1])} {more})"
    )


def _changes(basis: Basis) -> Iterator[Change]:
    """Every change that can be tested, setting by setting; groups in which nothing happens are not tested."""
    for setting, comparison in basis.worlds:
        titles = {arm.label: name_of(arm.title) for arm in comparison.arms}
        for row in comparison.risks.to_dict("records"):
            tested = row["populations"] >= LEAST_SEEDS and np.isfinite(row["p_value"]) and row["arm"] in titles
            if row["outcome"] in HAPPENS and tested:
                ends = (PER * row["change"], PER * row["low"], PER * row["high"])
                what = (name_of(setting), titles[row["arm"]], row["group"], row["outcome"])
                yield Change(*what, *ends, names_a_sign(row["verdict"]))
