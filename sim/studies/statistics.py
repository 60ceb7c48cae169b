"""What a set of paired runs says: differences by seed with their intervals.

Two runs with the same seed share every draw that the policy did not reach, so differences are taken seed by seed and
the interval is that of their mean (Student's t). Nothing is assumed about the runs but that seeds are independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from sim.observation.catalogue import METRICS

LEVEL = 0.95
EFFECT_COLUMNS = (
    "arm",
    "metric",
    "baseline",
    "value",
    "difference",
    "low",
    "high",
    "percent",
    "per_100k",
    "seeds",
    "method",
    "tag",
    "layer",
    "unit",
    "variance_ratio",
)


@dataclass(frozen=True)
class Interval:
    """A mean with its interval; both ends are NaN where one value allows none."""

    mean: float
    low: float
    high: float
    count: int


def t_interval(values: ArrayLike, level: float = LEVEL) -> Interval:
    """Mean and Student's t interval of the finite values (any shape); no interval from fewer than two.

    >>> t_interval([1.0, 3.0]).mean
    2.0
    """
    sample = np.asarray(values, float).ravel()
    sample = sample[np.isfinite(sample)]
    if not len(sample):
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(sample.mean())
    if len(sample) == 1:
        return Interval(mean, np.nan, np.nan, 1)
    half = float(stats.t.ppf(0.5 + level / 2, len(sample) - 1) * sample.std(ddof=1) / np.sqrt(len(sample)))
    return Interval(mean, mean - half, mean + half, len(sample))


def method_of(pairs: int, level: float = LEVEL) -> str:
    """How an interval was made, in words."""
    if pairs == 0:
        return "no pair of seeds has a value"
    if pairs == 1:
        return "one seed: no interval"
    return f"paired by seed, t with {pairs - 1} df, {100 * level:g} %"


def paired_effect(baseline: ArrayLike, value: ArrayLike, people: float, *, counts_people: bool) -> dict[str, object]:
    """The effect from values by seed, entry k of both from the same seed: ``EFFECT_COLUMNS`` baseline to method.

    ``people`` is the number of persons at risk in a run; ``per_100k``, the difference per 100 000 of them, is NaN
    unless ``counts_people`` (flows and stocks). Seeds on which either value is undefined are left out.
    """
    before, after = np.asarray(baseline, float), np.asarray(value, float)
    both = np.isfinite(before) & np.isfinite(after)
    change = t_interval((after - before)[both])
    reference = float(before[both].mean()) if both.any() else np.nan
    return {
        "baseline": reference,
        "value": float(after[both].mean()) if both.any() else np.nan,
        "difference": change.mean,
        "low": change.low,
        "high": change.high,
        "percent": 100 * change.mean / abs(reference) if reference else np.nan,
        "per_100k": 1e5 * change.mean / people if counts_people else np.nan,
        "seeds": change.count,
        "method": method_of(change.count),
    }


def by_seed(summary: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Values of an arm: one row a seed, one column a metric."""
    return summary[summary["arm"] == arm].pivot(index="seed", columns="metric", values="value")


def effects(
    summary: pd.DataFrame, baseline: str, arms: Sequence[str], metrics: Sequence[str], people: float
) -> pd.DataFrame:
    """Paired effects of every arm on every metric, in the order given.

    summary : columns arm, seed, metric, value. Returns the columns ``EFFECT_COLUMNS``; ``seeds`` counts pairs and
    ``variance_ratio`` is what pairing gained.
    """
    reference = by_seed(summary, baseline)
    rows = []
    for arm in arms:
        values = by_seed(summary, arm)
        seeds = reference.index.intersection(values.index)
        for name in metrics:
            metric = METRICS[name]
            before, after = (_column(table, name, seeds) for table in (reference, values))
            effect = paired_effect(before, after, people, counts_people=metric.per_100k)
            about = {"tag": metric.tag, "layer": metric.layer, "unit": metric.unit}
            rows.append(
                {"arm": arm, "metric": name, **effect, **about, "variance_ratio": variance_ratio(before, after)}
            )
    return pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))


def variance_ratio(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """What pairing by seed gains: (var(before) + var(after)) / var(after - before) over seeds where both have a value.

    The variance of an unpaired difference over that of the paired one. NaN with fewer than three pairs or where
    nothing varies; infinite where every pair differs by the same amount.
    """
    both = np.isfinite(before) & np.isfinite(after)
    if both.sum() < 3:
        return float("nan")
    apart = before[both].var(ddof=1) + after[both].var(ddof=1)
    together = (after - before)[both].var(ddof=1)
    if together > 0:
        return float(apart / together)
    return float("inf") if apart > 0 else float("nan")


def _column(table: pd.DataFrame, metric: str, seeds: pd.Index) -> NDArray[np.float64]:
    if metric not in table:
        return np.full(len(seeds), np.nan)
    return table.loc[seeds, metric].to_numpy(float)
