"""One run by group of people: the same metrics, over the same weeks and by the same definitions, of every part.

A run that was asked to split (``by``) keeps two mappings from ``split/metric``, such as ``sex/exploited_people``: values
over the weeks after burn-in, float64 (groups,), and series, float32 (groups · blocks,), blocks of one group together.
Groups are named by :class:`sim.ledger.groups.Groups`, from the scenario alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.metrics import over_period
from sim.results.blocks import block_starts, by_block
from sim.week.by_group import each_group

if TYPE_CHECKING:
    from sim.week.week import Week

Floats = NDArray[np.float64]


def place_of(ask: str, metric: str) -> str:
    """Under which name a run keeps a metric by group."""
    return f"{ask}/{metric}"


def by_group(week: Week) -> tuple[dict[str, Floats], dict[str, NDArray[np.float32]]]:
    """Values over the weeks after burn-in, and series, of every split of a finished run."""
    values: dict[str, Floats] = {}
    series: dict[str, NDArray[np.float32]] = {}
    starts = block_starts(week.done, week.burn_in)
    length = np.diff(np.append(starts, week.done))
    for ask in week.groups.asks:
        for name, each in each_group(week, ask):
            key = place_of(ask, name)
            values[key] = np.array([over_period(part, rows[week.burn_in :], index) for part, rows, index in each])
            series[key] = np.concatenate([by_block(part, rows, starts, length, index) for part, rows, index in each])
    return values, series
