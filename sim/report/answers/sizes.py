"""One effect in words: how much more or less, within what interval, of what level.

Changes of counts are told in per cent of the level without the policy, shares in percentage points, and what starts
from nothing in people per 100 000 at risk. All numbers are those of the table of effects, rounded to two figures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.answers.outcomes import MARGIN, is_count
from sim.results.signs import LEAST_SEEDS, OPEN, names_a_sign

Row = Mapping[Any, Any]  # a row of a table of effects
SPACE = "\N{NO-BREAK SPACE}"
MOST_PERCENT = 100.0  # from here on a change is said as so many times as many
NOTHING = "no change"
PER = f" for every 100{SPACE}000 people at risk"
# what is more, and less, of counts, of money, and of everything else
_MORE = {True: ("more", "fewer"), False: ("higher", "lower")}


@dataclass(frozen=True)
class Size:
    """A change with its interval in the unit in which it is told; ``low`` and ``high`` are NaN where there is none."""

    mean: float
    low: float
    high: float
    unit: str  # "%", "points", or empty of counts
    words: tuple[str, str]  # more and less
    counts: bool
    after: str = ""  # what a count refers to


def size_of(row: Row) -> Size:
    """The size of an effect; all NaN where nothing can be told.

    The interval of a share ends where all or nobody would be counted, and that of what starts from nothing at nothing.
    """
    size = _sized(row, relative=bool(row["baseline"]) and math.isfinite(row["baseline"]))
    low, high = size.low, size.high
    if size.unit == "points" and math.isfinite(low) and math.isfinite(row["baseline"]):
        low, high = max(low, -100.0 * row["baseline"]), min(high, 100.0 * (1.0 - row["baseline"]))
    elif row["baseline"] == 0 and math.isfinite(low):
        low = max(low, 0.0)
    return replace(size, low=low, high=high)


def _sized(row: Row, *, relative: bool) -> Size:
    """The same without those ends; ``relative`` tells what is no share in per cent of its level."""
    metric = METRICS[row["metric"]]
    counts = is_count(metric)
    ends, after = [float(row[name]) for name in ("difference", "low", "high")], ""
    if metric.unit == "share":
        scale, unit = 100.0, "points"
    elif relative:
        scale, unit = 100.0 / abs(row["baseline"]), "%"
    else:
        scale, unit = words.per_people(metric, row["people"])
        unit, after = ("", PER) if counts else (unit, "")
    mean, low, high = (scale * end for end in ends)
    return Size(mean, low, high, unit, _MORE[counts], counts, after)


def alike(rows: Iterable[Row]) -> Callable[[Row], Size]:
    """How effects on one metric are sized where they are put in an order.

    As they are told where all are told in one unit; else, since some start from nothing, per 100 000 people at risk.
    """
    return size_of if len({size_of(row).unit for row in rows}) < 2 else partial(_sized, relative=False)


def about(row: Row) -> str:
    """A change whose sign may be named: ``about 12 % fewer (9 to 15 % fewer)``."""
    size = size_of(row)
    return f"{head(size.mean, size)} ({within(size)})"


def head(mean: float, size: Size) -> str:
    """A change without its interval: ``about 12 % fewer``."""
    if size.unit == "%" and mean > MOST_PERCENT:
        return f"about {1 + mean / 100:.1f} times {_as(size)}"
    return f"about {_plain(mean, _places(mean))}{_unit(size)} {size.words[0 if mean > 0 else 1]}"


def within(size: Size) -> str:
    """The interval of a change whose sign may be named: ``9 to 15 % fewer``, ``40 % fewer to none at all``."""
    if size.unit == "%" and size.low <= -MOST_PERCENT and size.mean <= 0:
        least = "" if size.high <= -MOST_PERCENT else f"{end(size.high, size)} to "
        return f"{least}{end(size.low, size)}"
    small, large = sorted((size.low, size.high), key=abs)
    if size.unit == "%" and size.mean > MOST_PERCENT:
        return f"{1 + small / 100:.1f} to {1 + large / 100:.1f} times {_as(size)}"
    most = _places(size.mean)
    ends = f"{_plain(small, most)} to {_plain(large, most)}{_unit(size)}"
    return f"{ends} {size.words[0 if size.mean > 0 else 1]}{size.after}"


def anything(row: Row) -> str:
    """An interval that holds no change: ``anything from 4 % fewer to 7 % more``; empty where there is none."""
    size = size_of(row)
    if not math.isfinite(size.low):
        return ""
    return f"anything from {end(size.low, replace(size, after=''))} to {end(size.high, size)}"


def end(value: float, size: Size) -> str:
    """One end of an interval: ``4 % fewer``, ``no change``, ``none at all``, ``2.3 times as many``."""
    if size.unit == "%" and value <= -MOST_PERCENT:
        return "none at all" if size.counts else "nothing"
    if size.unit == "%" and value > MOST_PERCENT:
        return f"{1 + value / 100:.1f} times {_as(size)}"
    if abs(value) < 1e-9:
        return NOTHING
    return f"{_plain(value, _places(value))}{_unit(size)} {size.words[0 if value > 0 else 1]}{size.after}"


def at_most(row: Row) -> str:
    """A change so small that the whole interval is within the margin: ``less than 3 % either way``; else empty."""
    if row["verdict"] != OPEN or row["seeds"] < LEAST_SEEDS or not row["baseline"]:
        return ""
    share = max(abs(row["low"]), abs(row["high"])) / abs(row["baseline"])
    if not share <= MARGIN:
        return ""
    size = size_of(row)
    largest = max(abs(size.low), abs(size.high))
    places = _places(largest)
    rounded = math.ceil(largest * 10**places - 1e-9) / 10**places
    return f"less than {rounded:.{places}f}{_unit(size)} either way"


def is_nothing(row: Row) -> bool:
    """Whether the figure is the same with and without the policy in every seed that was run."""
    return bool(row["difference"] == 0 and not math.isfinite(row["low"]) and row["seeds"] > 0)


def is_named(row: Row) -> bool:
    """Whether the sign of an effect may be named."""
    return names_a_sign(row["verdict"])


def of(name: str) -> str:
    """What the level of a metric refers to, after its number: people at risk, or its unit."""
    metric = METRICS[name]
    if is_count(metric):
        return f" {'of' if metric.unit.startswith('people') else 'for'} every 100{SPACE}000 people at risk"
    _, unit = words.per_people(metric, 1)
    return f"{SPACE}{unit}"


def natural(value: float) -> str:
    """A number as one would say it, with two or three figures.

    >>> natural(0.0321), natural(12.34), natural(0)
    ('0.032', '12', '0')
    """
    size = abs(value)
    if size < 1e-9:
        return "0"
    sign = words.MINUS if value < 0 else ""
    if size >= 100:
        step = 10 ** max(0, math.floor(math.log10(size)) - 2)
        return f"{sign}{step * round(size / step):,}".replace(",", SPACE)
    return f"{sign}{size:.{max(0, 1 - math.floor(math.log10(size)))}f}"


def _places(value: float) -> int:
    """Decimals that show two figures of a number, at most four.

    >>> _places(12.3), _places(3.21), _places(0.0321)
    (0, 1, 3)
    """
    size = abs(value)
    return 0 if size == 0 else min(4, max(0, 1 - math.floor(math.log10(size))))


def _plain(value: float, places: int) -> str:
    """A size without its sign, with more decimals where it would be shown as nothing."""
    size = abs(value)
    shown = f"{size:,.{places}f}"
    if size > 0 and not float(shown.replace(",", "")):
        shown = f"{size:.{max(places, min(6, -math.floor(math.log10(size))))}f}"
    return shown.replace(",", SPACE)


def _unit(size: Size) -> str:
    if size.unit == "points":
        return " percentage points"
    return f"{SPACE}{size.unit}" if size.unit else ""


def _as(size: Size) -> str:
    return "as many" if size.counts else "as high"
