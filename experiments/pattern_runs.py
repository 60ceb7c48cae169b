"""Finished runs as measures of patterns look at them: by group and seed, over some weeks, in some places."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.results.blocks import SERIES_EVERY
from sim.results.run import RunResult
from sim.results.signs import LEVEL
from sim.results.statistics import Interval, t_interval
from sim.scenario.scenario import Scenario
from sim.world.world import World

Floats = NDArray[np.float64]
Pattern = Mapping[str, Any]
Places = NDArray[np.bool_]  # (regions,)
SHORT, EVENTS, SMALL, LARGE = "two years, ", "events, ", "small", "large"
ABOVE_0 = (0.0, math.inf)  # the condition that there is something at all
LARGER = "larger, "  # before the labels of groups of patterns that usual runs leave undecided


@dataclass(frozen=True)
class Check:
    """One figure of a pattern: its label, unit and the mean over seeds with its interval.

    Parameters
    ----------
    own : one value a seed, where a seed or world is judged by itself otherwise than it enters the mean: a change in per
        cent of its own level.
    freedom : degrees of freedom of the interval, where they are not one less than its values.
    condition : of a figure that is no part of the claim but what it presupposes, the bounds between which it has to
        lie; a claim whose condition is not met has not been tested.
    """

    label: str
    unit: str
    found: Interval
    own: Floats | None = None
    freedom: float | None = None
    condition: tuple[float, float] | None = None


@dataclass(frozen=True)
class Runs:
    """Finished runs by the label of their group: seed to result; ``scenarios`` by the same labels.

    ``level`` is that of intervals, ``larger_level`` that of intervals from the larger runs; figures that grow with the
    number of people are given for one in ``per`` of them.
    """

    results: Mapping[str, Mapping[int, RunResult]]
    scenarios: Mapping[str, Scenario]
    level: float = LEVEL
    larger_level: float = LEVEL
    per: float = 1.0

    def interval(self, values: Floats) -> Interval:
        """The mean of values by seed with its interval at the level of these runs."""
        return t_interval(values, self.level)

    def seeds(self, *labels: str) -> list[int]:
        """Seeds that have finished in all of the groups."""
        return sorted(set.intersection(*(set(self.results.get(label, {})) for label in labels)))

    def larger(self) -> Runs:
        """The larger runs alone, under the labels of the usual ones."""
        inside = [label for label in self.results if label.startswith(LARGER)]
        return Runs(
            {label.removeprefix(LARGER): self.results[label] for label in inside},
            {label.removeprefix(LARGER): self.scenarios[label] for label in inside},
            level=self.larger_level,
            per=self.per,
        )

    def scale(self, name: str) -> float:
        """By what a figure is divided that grows with the number of people."""
        return self.per if METRICS[name].per_100k else 1.0

    def metric(self, label: str, name: str, seeds: Sequence[int]) -> Floats:
        """A metric over the weeks after burn-in, by seed: float64 (seeds,)."""
        return np.array([self.results[label][seed].metrics[name] for seed in seeds], float) / self.scale(name)

    def effect(self, label: str, name: str, seeds: Sequence[int], without: str = "none") -> Floats:
        """A metric in one group minus another, by seed: float64 (seeds,)."""
        return self.metric(label, name, seeds) - self.metric(without, name, seeds)

    def window(self, label: str, name: str, seeds: Sequence[int], first: int, last: int) -> Floats:
        """Mean of a metric over weeks first to last after burn-in, by seed: float64 (seeds,), NaN if not simulated."""
        values = [window(self.results[label][seed], name, first, last) for seed in seeds]
        return np.array(values, float) / self.scale(name)


def relative(change: Floats, base: Floats) -> Floats:
    """Change in per cent of the mean of ``base``."""
    reference = np.nanmean(base) if np.isfinite(base).any() else math.nan
    return 100 * change / abs(reference) if reference else np.full(len(change), np.nan)


def relative_check(runs: Runs, label: str, change: Floats, base: Floats) -> Check:
    """A change by seed, in per cent of the mean level; each seed by itself in per cent of its own level."""
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.where(base != 0, 100 * change / np.abs(base), np.nan)
    return Check(label, "%", runs.interval(relative(change, base)), own)


def window(run: RunResult, name: str, first: int, last: int) -> float:
    """Mean of a stored series over weeks first to last, both included.

    A point stands for ``SERIES_EVERY`` weeks; one that reaches out of the window counts by the weeks inside.
    """
    if not len(run.weeks) or run.weeks[-1] + SERIES_EVERY <= last:
        return math.nan
    inside = np.minimum(run.weeks + SERIES_EVERY, last + 1) - np.maximum(run.weeks, first)
    values = run.series[name].astype(float)
    use = (inside > 0) & np.isfinite(values)
    return float(np.average(values[use], weights=inside[use])) if use.any() else math.nan


def named(world: World, name: str) -> Places:
    """A region by name; bool (regions,)."""
    return np.arange(len(world.regions.name)) == world.regions.name.index(name)


def next_to(world: World, name: str) -> Places:
    """Regions one leg from a region; bool (regions,)."""
    here, near = named(world, name), np.zeros(len(world.regions.name), bool)
    near[world.legs.head[here[world.legs.tail]]] = True
    return near & ~here


def amount(run: RunResult, world: World, flow: str, places: Places, *, commercial_sex: bool = False) -> float:
    """A flow of a run that is kept by cell, or by pair of regions (``departures``), added up over some regions."""
    kept = np.asarray(run.flows[flow])
    if flow == "departures":
        return float(kept[places[world.pairs.start]].sum())
    cells = kept.reshape(len(places), len(world.sectors.name), -1)[places]
    return float((cells[:, world.sectors.commercial_sex > 0] if commercial_sex else cells).sum())


def same(first: RunResult, second: RunResult) -> bool:
    """Whether two runs left the same, to the last bit: metrics, series, outcomes, flows and events."""
    for name in ("metrics", "series", "outcomes", "flows", "events"):
        here, there = getattr(first, name), getattr(second, name)
        if here.keys() != there.keys():
            return False
        if not all(np.asarray(here[key]).tobytes() == np.asarray(there[key]).tobytes() for key in here):
            return False
    return True
