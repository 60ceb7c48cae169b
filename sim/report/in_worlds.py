"""How a published effect is told over worlds that fit: in how many its direction holds, and whether as declared.

The table is that of the part ``ensemble`` of what is published: a row a policy and metric, with the columns of
``sim.results.over_worlds``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.report.answers.over_worlds import holds, is_known
from sim.report.published import rows
from sim.results.over_worlds import NOTHING
from sim.results.signs import FALLS, RISES, names_a_sign

Row = Mapping[str, Any]
PART = "ensemble"
THAT_FIT = " worlds that fit"
COUNTS = ("worlds", "seeds")
NUMBERS = (
    "baseline", "change", "percent", "percent_low", "percent_high", "low", "high", "worlds_low", "worlds_high",
    "share_worlds", "holds", "holds_low", "holds_high", "up", "down", "explained",
)  # fmt: skip
# what the worlds that fit say beside the declared parameters
SAME, TURNED, NOT_KNOWN, ONLY_WORLDS, NEITHER = "same", "turned", "not known", "only in worlds", "neither"


def effects(policy: str, folder: Path) -> dict[str, Row]:
    """The rows of a policy by metric; empty for one that nobody has run in worlds that fit."""
    return {row["metric"]: numbers(row) for _, row in rows(folder, PART) if row["policy"] == policy}


def numbers(row: Row) -> dict[str, Any]:
    """A row of the table with its numbers as such; what is empty is NaN."""
    found = dict(row)
    for name in (*COUNTS, *NUMBERS):
        if name in row:
            found[name] = float(row[name] or "nan") if isinstance(row[name], str) else float(row[name])
    return found | {name: int(found[name]) for name in COUNTS if name in found}


def known(row: Row) -> bool:
    """Whether the direction over worlds is known, as tables of an ensemble say it."""
    return row["sign"] != NOTHING and math.isfinite(row["holds"]) and is_known(dict(row))


def told(row: Row) -> str:
    """In how many worlds an effect goes which way, and ``open`` where chance could have turned it or worlds differ.

    >>> row = {"worlds": 50, "sign": "falls", "holds": 48.0, "holds_low": 45.0, "holds_high": 50.0}
    >>> told(row)
    'lower in 48 of 50 worlds that fit (45 to 50)'
    >>> told(row | {"holds": 27.0, "holds_low": 12.0, "holds_high": 41.0})
    'open: lower in 12 to 41 of 50 worlds that fit'
    """
    worlds = row["worlds"]
    if row["sign"] == NOTHING or not math.isfinite(row["holds"]):
        return f"no change in any of {worlds}{THAT_FIT}"
    if known(row):
        return f"{way(row['sign'])} in {holds(dict(row))}"
    return f"open: {way(row['sign'])} in {_between(*_ends(row))} of {worlds}{THAT_FIT}"


def short(row: Row) -> str:
    """The same for a column whose head says that it is about worlds that fit.

    >>> short({"worlds": 50, "sign": "falls", "holds": 48.0, "holds_low": 45.0, "holds_high": 50.0})
    'lower in 48 of 50 (45 to 50)'
    """
    return told(row).replace(THAT_FIT, "")


def brief(row: Row) -> str:
    """The same within brackets: of the number only its interval, so that all are said where it is sure of all.

    >>> row = {"worlds": 50, "sign": "falls", "holds": 50.0, "holds_low": 45.0, "holds_high": 50.0}
    >>> brief(row), brief(row | {"holds_low": 50.0}), brief(row | {"holds": 27.0})
    ('lower in 45 to 50 of 50 worlds that fit', 'lower in all 50 worlds that fit', 'open over 50 worlds that fit')
    """
    if row["sign"] == NOTHING:
        return told(row)
    if not known(row):
        return f"open over {row['worlds']}{THAT_FIT}"
    low, high = _ends(row)
    worlds = row["worlds"]
    how_many = f"all {worlds}" if round(low) == worlds else f"{_between(low, high)} of {worlds}"
    return f"{way(row['sign'])} in {how_many}{THAT_FIT}"


def sentence(row: Row) -> str:
    """The same within a sentence, where what is not known is said in full.

    >>> row = {"worlds": 50, "sign": "falls", "holds": 27.0, "holds_low": 12.0, "holds_high": 41.0}
    >>> sentence(row)
    'undecided: 12 to 41 of 50 worlds that fit may show a fall'
    >>> sentence(row | {"holds_low": 0.0, "holds_high": 50.0})
    'undecided: anything from none to all 50 worlds that fit may show a fall'
    """
    if known(row) or row["sign"] == NOTHING or not math.isfinite(row["holds"]):
        return told(row)
    worlds = row["worlds"]
    low, high = _ends(row)
    every = round(low) == 0 and round(high) == worlds
    how_many = f"anything from none to all {worlds}" if every else f"{_between(low, high)} of {worlds}"
    return f"undecided: {how_many}{THAT_FIT} may show a {'rise' if row['sign'] == RISES else 'fall'}"


def _ends(row: Row) -> tuple[float, float]:
    """Where the number of worlds lies; with one seed it is the count itself."""
    low, high = (row[end] if math.isfinite(row[end]) else row["holds"] for end in ("holds_low", "holds_high"))
    return low, high


def _between(low: float, high: float) -> str:
    ends = f"{low:.0f}", f"{high:.0f}"
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def beside(verdict: str, row: Row) -> str:
    """What worlds that fit say beside the verdict with declared parameters: one of the five words above.

    >>> row = {"worlds": 50, "sign": "falls", "holds": 48.0, "holds_low": 45.0, "holds_high": 50.0}
    >>> beside("falls", row), beside("rises", row), beside("undecided", row)
    ('same', 'turned', 'only in worlds')
    """
    if not names_a_sign(verdict):
        return ONLY_WORLDS if known(row) else NEITHER
    if not known(row):
        return NOT_KNOWN
    return SAME if row["sign"] == verdict else TURNED


def way(verdict: str) -> str:
    """A verdict or sign as the word that tables use."""
    return {RISES: "higher", FALLS: "lower"}[verdict]
