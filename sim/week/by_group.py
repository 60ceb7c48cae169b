"""A run by group of people: counters and metrics of every part of a split, week by week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.groups import ROLE_COUNTERS, TALLIED, splittable
from sim.declared.measures.metrics import Metric, weekly
from sim.ledger.counters import COUNTER_INDEX

if TYPE_CHECKING:
    from sim.week.week import Week

Floats = NDArray[np.float64]
INDEX = {name: place for place, name in enumerate(TALLIED)}


def weekly_by_group(week: Week, ask: str) -> dict[str, Floats]:
    """Every metric that can be split so, in every week that has been run: float64 (weeks, groups)."""
    return {
        name: np.array([weekly(part, rows, index) for part, rows, index in each]).T
        for name, each in each_group(week, ask)
    }


def each_group(week: Week, ask: str) -> Iterator[tuple[str, list[tuple[Metric, Floats, dict[str, int]]]]]:
    """For each metric that can be split so: its definition, counters (weeks, counters) and their places, by group."""
    counted = week.counters[: week.done]
    if ask == "role":
        for name, roles in ROLE_COUNTERS.items():
            yield name, [(replace(METRICS[name], top=(role,)), counted, COUNTER_INDEX) for role in roles]
        return
    groups = len(week.groups.names[ask])
    parts = np.stack([week.parts(name, ask)[: week.done] for name in TALLIED], axis=2)  # weeks, groups, counters
    of = [np.ascontiguousarray(parts[:, group]) for group in range(groups)]
    for name in splittable(ask):
        yield name, [(METRICS[name], rows, INDEX) for rows in of]
