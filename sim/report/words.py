"""Plain words for what tables and figures show: labels, units, groups."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import GROUPS, MORE, Metric
from sim.results.signs import FALLS, RISES

if TYPE_CHECKING:
    import pandas as pd

INCOMES = ("low", "middle", "high")  # income classes that end the names of subregions
MINUS, DASH, THIN = "\N{MINUS SIGN}", "\N{EN DASH}", "\N{NARROW NO-BREAK SPACE}"
NO_INTERVAL = "no interval"


def label(name: str) -> str:
    """A metric's name in plain words."""
    return METRICS[name].title


def direction(name: str, verdict: object) -> str:
    """What a change is for people: ``better``, ``worse``, ``activity``, ``neither``, or ``open`` without a sign.

    ``verdict`` is one of ``sim.results.signs``. Activity, which is what authorities and services do or record, is
    called so whatever its sign.

    >>> direction("deaths", "falls"), direction("interceptions", "rises"), direction("departures", "undecided")
    ('better', 'activity', 'open')
    """
    metric = METRICS[name]
    if metric.is_activity:
        return "activity"
    if verdict not in (RISES, FALLS):
        return "open"
    if not metric.worse:
        return "neither"
    return "worse" if (metric.worse == MORE) == (verdict == RISES) else "better"


def grouped(names: Iterable[str]) -> dict[str, list[str]]:
    """Names of metrics by group, groups and names in a fixed order, empty groups left out."""
    chosen = set(names)
    members = {
        group: [name for name, metric in METRICS.items() if name in chosen and metric.group == group]
        for group in GROUPS
    }
    return {group: found for group, found in members.items() if found}


def per_people(metric: Metric, people: float) -> tuple[float, str]:
    """Factor and unit in which a metric is shown: counts per 100 000 persons at risk, shares in per cent."""
    if metric.per_100k and not metric.unit.startswith("US$"):
        unit = metric.unit.replace("/year", " a year")
        return 1e5 / people, f"{unit} per 100\N{NARROW NO-BREAK SPACE}000 at risk"
    if metric.per_100k:
        return 1 / people, f"{metric.unit.replace('/year', ' a year')} per person at risk"
    if metric.unit == "share":
        return 100.0, "%"
    return 1.0, metric.unit


def factor(row: Mapping[Any, Any] | pd.Series) -> float:
    """From the unit of a row of effects to the one in which ``per_people`` shows its metric."""
    return per_people(METRICS[row["metric"]], row["people"])[0]


def baseline(rows: Iterable[Mapping[Any, Any] | pd.Series]) -> str:
    """The level of the baseline in the rows of one metric, in the unit of ``per_people``; a dash where there is none.

    Where arms could be paired with different runs of the baseline, their levels differ: then it is the lowest and the
    highest.
    """
    found = sorted(level for row in rows if math.isfinite(level := factor(row) * row["baseline"]))
    texts = list(dict.fromkeys(number(level) for level in (*found[:1], *found[-1:])))
    return " to ".join(texts) or DASH


def unit(name: str) -> str:
    """The unit in which a metric is shown."""
    return per_people(METRICS[name], 1.0)[1]


def bounds(metric: Metric) -> tuple[float, float]:
    """Between what a metric lies, in the unit of ``per_people``: none is below nothing, and no share above all."""
    return 0.0, 100.0 if metric.unit == "share" else math.inf


def number(value: float, signed: bool = False) -> str:
    """A number with three significant digits, thousands apart, a real minus; an en dash where there is none."""
    if not math.isfinite(value):
        return DASH
    size = abs(value)
    if size < 1e-6:
        return "0"
    decimals = min(6, max(0, 2 - math.floor(math.log10(size))))
    text = f"{size:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    if value < 0:
        return MINUS + text
    return ("+" if signed else "") + text


def interval(row: Mapping[Any, Any] | pd.Series, scale: float = 1.0) -> str:
    """The interval of a row of effects in words, times ``scale``; or why there is none."""
    if math.isfinite(row["low"]):
        return " to ".join(number(scale * row[end], signed=True) for end in ("low", "high"))
    if row["seeds"] < 2:
        return NO_INTERVAL
    return f"the same in all {row['seeds']} seeds: {NO_INTERVAL}"


def percent(value: float) -> str:
    """A change in per cent with its sign."""
    if not math.isfinite(value):
        return DASH
    size = round(abs(value), 1)
    text = f"{size:.1f}" if size < 10 else f"{size:,.0f}"
    sign = "" if size == 0 else ("+" if value > 0 else MINUS)
    return f"{sign}{'0' if size == 0 else text}\N{NARROW NO-BREAK SPACE}%"


def region(name: str) -> str:
    """A region's name as it is written on a map: ``eastern_asia_high`` is Eastern Asia, high."""
    place, _, income = name.rpartition("_")
    if income in INCOMES and place:
        return f"{region(place)}, {income}"
    return name.replace("_", " ").title().replace(" And ", " and ")
