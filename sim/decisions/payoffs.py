"""The pay-off table: what every package changes in every world, seed by seed, with the error that few seeds leave.

A world has few seeds, so its own spread says little of how sure its mean is. The variance of a paired difference is
therefore drawn towards the mean variance of that difference over all worlds, with the weight of ``BORROWED`` degrees of
freedom; the error of a world is the root of this over the number of its seeds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.decisions.request import NOTHING, Outcome
from sim.declared.measures.groups import splittable
from sim.results import by_group
from sim.results.statistics import t_quantile

if TYPE_CHECKING:
    from sim.results.findings import Findings

Floats = NDArray[np.float64]
BORROWED = 4.0  # degrees of freedom that a world borrows from all worlds
COLUMNS = ("world", "package", "outcome", "without", "with", "change", "error", "percent", "margin", "margin_error",
           "seeds")  # fmt: skip


@dataclass(frozen=True)
class Cube:
    """Outcomes of every package in every world and seed.

    Parameters
    ----------
    packages : their names, no policy first.
    worlds : their names. ``seeds`` are those of every world.
    outcomes : what packages are judged on.
    values : float64 (packages, worlds, outcomes, seeds), NaN where a run failed or a metric has no value.
    """

    packages: tuple[str, ...]
    worlds: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    seeds: tuple[int, ...]
    values: Floats

    def place(self, outcome: str) -> int:
        """Where an outcome stands among ``outcomes``."""
        return [each.metric for each in self.outcomes].index(outcome)


@dataclass(frozen=True)
class Difference:
    """Paired differences in every world: mean, its error and the degrees of freedom of that, each (worlds,)."""

    mean: Floats
    error: Floats
    freedom: Floats

    def surely(self, level: float) -> NDArray[np.bool_]:
        """Where it is above 0 by a one-sided test at ``level``."""
        quantiles = np.array([t_quantile(float(df), 1 - 2 * level) if df > 0 else np.inf for df in self.freedom])
        with np.errstate(invalid="ignore"):
            return np.asarray(self.mean > quantiles * np.nan_to_num(self.error, nan=np.inf))


def difference(differences: Floats) -> Difference:
    """From differences by seed (worlds, seeds), NaN where there is none."""
    there = np.isfinite(differences)
    count = there.sum(axis=1)
    filled = np.where(there, differences, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=1) / count
        square = np.where(there, (differences - mean[:, None]) ** 2, 0.0).sum(axis=1)
    own = np.maximum(count - 1, 0).astype(float)
    shared = square.sum() / own.sum() if own.sum() else math.nan
    variance = (square + BORROWED * shared) / (own + BORROWED)
    error = np.sqrt(variance / np.maximum(count, 1))
    return Difference(np.where(count > 0, mean, np.nan), np.where(count > 0, error, np.nan), own + BORROWED)


def cube_of(values: pd.DataFrame, outcomes: Sequence[Outcome], packages: Sequence[str]) -> Cube:
    """From the table of values: columns world, package, metric, seed, value."""
    worlds, seeds = tuple(dict.fromkeys(values["world"])), tuple(sorted(set(values["seed"])))
    places = [
        {name: place for place, name in enumerate(names)}
        for names in (packages, worlds, [each.metric for each in outcomes], seeds)
    ]
    cube = np.full([len(each) for each in places], np.nan)
    rows = values[values["metric"].isin(list(places[2])) & values["package"].isin(list(places[0]))]
    at = tuple(
        rows[column].map(known).to_numpy(int)
        for column, known in zip(("package", "world", "metric", "seed"), places, strict=True)
    )
    cube[at] = rows["value"].to_numpy(float)
    return Cube(tuple(packages), worlds, tuple(outcomes), tuple(int(seed) for seed in seeds), cube)


def gains(cube: Cube, better: int, worse: int, outcome: int) -> Difference:
    """By how much one package is better than another in every world, in the unit of the outcome."""
    sign = cube.outcomes[outcome].sign
    return difference(sign * (cube.values[better, :, outcome] - cube.values[worse, :, outcome]))


def regained(values: Floats) -> Floats:
    """What each package loses against one that is chosen in every world, without the luck of the choice.

    For every seed the package with the best mean over the *other* seeds is chosen, and both are valued in that seed. A
    best by the same seeds would be overstated, since of several noisy means the highest is mostly a lucky one.

    Parameters
    ----------
    values : float64 (packages, worlds, seeds), more is better. Only seeds count in which all packages have a value.

    Returns
    -------
    Means over seeds, float64 (packages, worlds); NaN where fewer than two seeds count.
    """
    there = np.isfinite(values).all(axis=0)
    count, filled = there.sum(axis=-1), np.where(there, values, 0.0)
    others = (filled.sum(axis=-1, keepdims=True) - filled) / np.maximum(count - 1, 1)[:, None]
    best = np.take_along_axis(filled, others.argmax(axis=0)[None], axis=0)
    return np.where(count > 1, (best - filled).sum(axis=-1) / np.maximum(count, 1), np.nan)


def margins(cube: Cube, package: int, outcome: int) -> Difference:
    """By how much a package is better than the threshold of an outcome in every world; NaN without a threshold."""
    asked = cube.outcomes[outcome]
    without, with_it = cube.values[0, :, outcome], cube.values[package, :, outcome]
    if asked.threshold is None:
        return difference(np.full_like(without, np.nan))
    wanted = asked.threshold * (np.abs(without) / 100 if asked.relative else 1.0)
    return difference(asked.sign * (with_it - without - wanted))


def payoffs(cube: Cube) -> pd.DataFrame:
    """The pay-off table: a row for each world, package and outcome, columns ``COLUMNS``.

    ``change`` is that against no policy in the same worlds and seeds, ``margin`` how much better than the threshold it
    is (negative: the threshold is missed); errors are standard errors over seeds, see above.
    """
    parts = []
    for package, label in enumerate(cube.packages):
        if label == NOTHING:
            continue
        for place, outcome in enumerate(cube.outcomes):
            without, with_it = cube.values[0, :, place], cube.values[package, :, place]
            both = np.isfinite(without) & np.isfinite(with_it)
            change, margin = difference(with_it - without), margins(cube, package, place)
            base = difference(np.where(both, without, np.nan)).mean
            with np.errstate(divide="ignore", invalid="ignore"):
                percent = np.where(base != 0, 100 * change.mean / np.abs(base), np.nan)
            parts.append(pd.DataFrame({
                "world": cube.worlds, "package": label, "outcome": outcome.metric, "without": base,
                "with": base + change.mean, "change": change.mean, "error": change.error, "percent": percent,
                "margin": margin.mean, "margin_error": margin.error, "seeds": both.sum(axis=1),
            }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def values_of(found: Findings, metrics: Sequence[str]) -> pd.DataFrame:
    """Metrics of every run: columns world, package, metric, seed, value; of several lucks the mean."""
    table = found.summary
    if not found.several:
        (label,) = found.comparisons
        table = table.assign(setting=label)
    rows = table[table["metric"].isin(list(metrics))]
    kept: pd.DataFrame = rows.groupby(["setting", "arm", "metric", "seed"], sort=False)[["value"]].mean().reset_index()
    return kept.rename(columns={"setting": "world", "arm": "package"})


def group_values(found: Findings, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """The outcomes by group of people, as far as runs kept them: by, group, and the columns of :func:`values_of`."""
    parts = []
    for label, comparison in found.comparisons.items():
        for ask in by_group.asks_of(comparison.every_arm):
            names = [each.metric for each in outcomes if each.metric in splittable(ask)]
            if names:
                parts.append(by_group.summary(comparison, ask, names).assign(world=label))
    columns = ["by", "group", "world", "package", "metric", "seed", "value"]
    if not parts:
        return pd.DataFrame(columns=columns)
    every = pd.concat(parts, ignore_index=True).rename(columns={"arm": "package"})
    made: pd.DataFrame = every.groupby(columns[:-1], sort=False)[["value"]].mean().reset_index()
    return made


def group_payoffs(values: pd.DataFrame, outcomes: Sequence[Outcome], packages: Sequence[str]) -> pd.DataFrame:
    """The pay-off table by group of people: ``by``, ``group`` and ``COLUMNS``; empty where no group was kept."""
    parts = []
    for key, rows in values.groupby(["by", "group"], sort=False):
        by, group = key if isinstance(key, tuple) else (key, "")
        own = [each for each in outcomes if (rows["metric"] == each.metric).any()]
        table = payoffs(cube_of(rows, own, packages))
        table.insert(0, "by", str(by))
        table.insert(1, "group", str(group))
        parts.append(table)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["by", "group", *COLUMNS])


def points_of(settings: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """What was drawn for every world: world, and a column for everything that differs."""
    return pd.DataFrame([{"world": label, **dict(values)} for label, values in settings.items()])
