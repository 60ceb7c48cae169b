"""Metrics: named, tagged functions of the weekly counters.

The week adds up *counters* (sums over people or payments in one week). A metric is a flow (a sum of counters), a
stock (a count at the end of the week), a level (measured in the week, possibly undefined), or a ratio of sums. Over
a period a flow is its mean per year, a stock and a level their mean, a ratio the ratio of the summed counters - never
the mean of weekly ratios. Tags follow C13-E01 (output / outcome / impact); ``activity`` marks what the state does,
which is never an outcome (model principle 9).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ground.calendar import WEEKS_PER_YEAR

# the parts of the story in which reports tell of metrics, in their order
PEOPLE = "What happens to people"
EXPLOITATION = "Work, debt and exploitation"
PROTECTION = "Protection, cooperation and redress"
MOVEMENT = "How people move"
SMUGGLING = "The smuggling market"
NETWORKS = "Networks and partners"
CORRUPTION = "Officials and bribes"
ACTIVITY = "What the state does: activity, not an outcome"
RECORDED = "What the authorities record"
GROUPS = (PEOPLE, EXPLOITATION, PROTECTION, MOVEMENT, SMUGGLING, NETWORKS, CORRUPTION, ACTIVITY, RECORDED)
SUMMED = ("ratio", "spread")  # kinds that are functions of sums over a period
MORE, FEWER = "more", "fewer"  # of what it is worse for people that there is more, or less


@dataclass(frozen=True)
class Counter:
    """A weekly sum or stock that the phases write; the order here is the column order of the counters array."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Metric:
    """A figure that a run reports, and all that is said of it anywhere.

    ``kind`` is flow, stock, level, ratio or spread; ``top`` and ``bottom`` name counters; ``scale`` multiplies the
    result; ``tag`` is activity, output, outcome or impact; ``layer`` truth or record. ``label`` is what tables and
    figures call it, where its name does not say it, ``short`` what a legend calls it beside others; ``topic`` the group
    to which it belongs as an outcome or output. ``counterpart`` of a record is the metric of what is true, ``series``
    the agency that keeps it and what that calls it. ``worsens`` is ``MORE`` or ``FEWER`` where it is worse for people
    that there is more, or less, of something; what is tagged impact need not say ``MORE``.
    """

    name: str
    kind: str
    unit: str
    meaning: str
    top: tuple[str, ...]
    bottom: tuple[str, ...] = ()
    tag: str = "outcome"
    layer: str = "truth"
    headline: bool = False
    scale: float = 1.0
    counterpart: str = ""
    label: str = ""
    short: str = ""
    topic: str = MOVEMENT
    series: tuple[str, str] = ("", "")
    worsens: str = ""

    @property
    def title(self) -> str:
        """What a metric is called where people read of it."""
        return self.label or self.name.replace("_", " ").capitalize()

    @property
    def group(self) -> str:
        """The part of the story that a metric belongs to; activity is never among outcomes."""
        if self.layer == "record":
            return RECORDED
        return {"activity": ACTIVITY, "impact": PEOPLE}.get(self.tag, self.topic)

    @property
    def is_activity(self) -> bool:
        """Whether it is what authorities and services do, or what they record: never an outcome, whatever it is."""
        return self.tag in ("activity", "output") or self.layer == "record"

    @property
    def worse(self) -> str:
        """``MORE`` or ``FEWER``: what is worse for people; empty of activity, and where neither can be said."""
        if self.is_activity:
            return ""
        return self.worsens or (MORE if self.tag == "impact" else "")

    @property
    def per_100k(self) -> bool:
        """Counts of people grow with the size of the run; ratios and levels do not."""
        return self.kind in ("flow", "stock")


def of_sums(metric: Metric, total: Callable[[str], NDArray[np.float64]]) -> NDArray[np.float64]:
    """A ratio or spread from the sums of its counters, over weeks or blocks of weeks; NaN where there is nothing.

    ``total(name)`` gives the sum of a counter, float64 (n,). A spread is the standard deviation of something whose
    squares (``top``), sum and number (``bottom``) are counted.
    """
    top = np.sum([total(name) for name in metric.top], axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if metric.kind == "ratio":
            bottom = np.sum([total(name) for name in metric.bottom], axis=0)
            values = np.where(bottom > 0, top / bottom, np.nan)
        else:
            added, number = (total(name) for name in metric.bottom)
            values = np.where(number > 0, np.sqrt(np.maximum(top / number - (added / number) ** 2, 0.0)), np.nan)
    return np.asarray(values * metric.scale)


def weekly(metric: Metric, counters: NDArray[np.float64], index: dict[str, int]) -> NDArray[np.float64]:
    """The metric in every week: float64 (weeks,) from counters (weeks, counters)."""
    if metric.kind in SUMMED:
        return of_sums(metric, lambda name: counters[:, index[name]])
    top = sum((counters[:, index[name]] for name in metric.top), np.zeros(len(counters)))
    return top * metric.scale


def over_period(metric: Metric, counters: NDArray[np.float64], index: dict[str, int]) -> float:
    """The metric over all the weeks given: flows per year, ratios of sums, means of stocks and levels."""
    if not len(counters):
        return float("nan")
    if metric.kind in SUMMED:
        return float(of_sums(metric, lambda name: np.array([np.nansum(counters[:, index[name]])]))[0])
    values = weekly(metric, counters, index)
    if metric.kind == "flow":
        return float(values.sum()) * WEEKS_PER_YEAR / len(values)
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if len(defined) else float("nan")
