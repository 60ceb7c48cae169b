"""Stored series: every metric in blocks of weeks, the mean of a year apart from what the weeks of a block make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import SUMMED, Metric, of_sums
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ledger.counters import COUNTER_INDEX

SERIES_EVERY = 4  # weeks in one point of a stored series


def block_starts(weeks: int, burn_in: int) -> NDArray[np.int64]:
    """Positions at which blocks of ``SERIES_EVERY`` weeks begin, aligned so that one begins when policies may start."""
    first = burn_in % SERIES_EVERY
    starts = np.arange(first, weeks, SERIES_EVERY)
    return np.concatenate([[0], starts]) if first else starts


def block_weeks(weeks: int, burn_in: int) -> NDArray[np.int32]:
    """First week of each block, in weeks after burn-in."""
    return (block_starts(weeks, burn_in) - burn_in).astype(np.int32)


def block_series(counters: NDArray[np.float64], burn_in: int) -> dict[str, NDArray[np.float32]]:
    """Every metric over each block of weeks, as ``over_period`` would give it: float32 (blocks,)."""
    starts = block_starts(len(counters), burn_in)
    length = np.diff(np.append(starts, len(counters)))
    return {name: by_block(metric, counters, starts, length) for name, metric in METRICS.items()}


def by_block(
    metric: Metric,
    counters: NDArray[np.float64],
    starts: NDArray[np.int64],
    length: NDArray[np.int64],
    index: Mapping[str, int] = COUNTER_INDEX,
) -> NDArray[np.float32]:
    """A metric over each block of weeks, float32 (blocks,), from counters (weeks, counters) in the order of ``index``."""
    if not len(starts):
        return np.empty(0, np.float32)

    def total(names: Sequence[str], *, skip_missing: bool) -> NDArray[np.float64]:
        columns = counters[:, [index[name] for name in names]]
        return np.add.reduceat((np.nan_to_num(columns) if skip_missing else columns).sum(axis=1), starts)

    with np.errstate(invalid="ignore", divide="ignore"):
        if metric.kind in SUMMED:
            return of_sums(metric, lambda name: total((name,), skip_missing=True)).astype(np.float32)
        if metric.kind == "flow":
            values = total(metric.top, skip_missing=False) * WEEKS_PER_YEAR / length
        else:
            weekly = counters[:, [index[name] for name in metric.top]].sum(axis=1)
            defined = np.add.reduceat(np.isfinite(weekly).astype(float), starts)
            values = np.where(defined > 0, np.add.reduceat(np.nan_to_num(weekly), starts) / defined, np.nan)
    return (values * metric.scale).astype(np.float32)
