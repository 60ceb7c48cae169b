"""Metrics: named, tagged functions of the weekly counters.

The week adds up *counters* (sums over people or payments in one week). A metric is a flow (a sum of counters), a
stock (a count at the end of the week), a level (measured in the week, possibly undefined), or a ratio of sums. Over
a period a flow is its mean per year, a stock and a level their mean, a ratio the ratio of the summed counters - never
the mean of weekly ratios. Tags follow C13-E01 (output / outcome / impact); ``activity`` marks what the state does,
which is never an outcome (model principle 9).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WEEKS_PER_YEAR = 52


@dataclass(frozen=True)
class Counter:
    """A weekly sum or stock that the phases write; the order here is the column order of the counters array."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Metric:
    """A figure that a run reports.

    ``kind`` is flow, stock, level or ratio; ``top`` (and ``bottom`` for ratios) name counters, added up; ``scale``
    multiplies the result; ``tag`` is activity, output, outcome or impact; ``layer`` truth or record.
    ``per_100k`` says whether the metric is also reported per 100 000 persons at risk.
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

    @property
    def per_100k(self) -> bool:
        """Counts of people grow with the size of the run; ratios and levels do not."""
        return self.kind in ("flow", "stock")


def weekly(metric: Metric, counters: NDArray[np.float64], index: dict[str, int]) -> NDArray[np.float64]:
    """The metric in every week: float64 (weeks,) from counters (weeks, counters)."""
    top = sum((counters[:, index[name]] for name in metric.top), np.zeros(len(counters)))
    if metric.kind != "ratio":
        return top * metric.scale
    bottom = sum((counters[:, index[name]] for name in metric.bottom), np.zeros(len(counters)))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom > 0, top / bottom, np.nan) * metric.scale


def over_period(metric: Metric, counters: NDArray[np.float64], index: dict[str, int]) -> float:
    """The metric over all the weeks given: flows per year, ratios of sums, means of stocks and levels."""
    if not len(counters):
        return float("nan")
    if metric.kind == "ratio":
        top = sum(float(np.nansum(counters[:, index[name]])) for name in metric.top)
        bottom = sum(float(np.nansum(counters[:, index[name]])) for name in metric.bottom)
        return metric.scale * top / bottom if bottom > 0 else float("nan")
    values = weekly(metric, counters, index)
    if metric.kind == "flow":
        return float(values.sum()) * WEEKS_PER_YEAR / len(values)
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if len(defined) else float("nan")
