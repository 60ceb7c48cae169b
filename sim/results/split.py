"""One run by group of people: the same metrics, over the same weeks and by the same definitions, of every part.

A run that was asked to split (``by``) keeps two mappings from ``split/metric``, such as ``sex/exploited_people``: values
over the weeks after burn-in, float64 (groups,), and series, float32 (groups · blocks,), blocks of one group together.
Groups are named by :class:`sim.ledger.groups.Groups`, from the scenario alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.groups import ROLE_COUNTERS, TALLIED, splittable
from sim.declared.measures.metrics import Metric, over_period, weekly
from sim.ledger.counters import COUNTER_INDEX
from sim.results.blocks import block_starts, by_block

if TYPE_CHECKING:
    from sim.week.week import Week

Floats = NDArray[np.float64]
_INDEX = {name: place for place, name in enumerate(TALLIED)}


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
        for name, each in _each_group(week, ask):
            key = place_of(ask, name)
            values[key] = np.array([over_period(part, rows[week.burn_in :], index) for part, rows, index in each])
            series[key] = np.concatenate([by_block(part, rows, starts, length, index) for part, rows, index in each])
    return values, series


def weekly_by_group(week: Week, ask: str) -> dict[str, Floats]:
    """Every metric that can be split so, in every week that has been run: float64 (weeks, groups)."""
    return {
        name: np.array([weekly(part, rows, index) for part, rows, index in each]).T
        for name, each in _each_group(week, ask)
    }


def _each_group(week: Week, ask: str) -> Iterator[tuple[str, list[tuple[Metric, Floats, dict[str, int]]]]]:
    """For each metric that can be split so: its definition, counters (weeks, counters) and their places, by group."""
    counted = week.counters[: week.done]
    if ask == "role":
        for name, parts in ROLE_COUNTERS.items():
            yield name, [(replace(METRICS[name], top=(part,)), counted, COUNTER_INDEX) for part in parts]
        return
    groups = len(week.groups.names[ask])
    parts = np.stack([week.parts(name, ask)[: week.done] for name in TALLIED], axis=2)  # weeks, groups, counters
    of = [np.ascontiguousarray(parts[:, group]) for group in range(groups)]
    for name in splittable(ask):
        yield name, [(METRICS[name], rows, _INDEX) for rows in of]
