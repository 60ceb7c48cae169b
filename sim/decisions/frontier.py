"""What the same money buys: packages at the doses that an amount pays for, in every world and at its unit costs.

Every package is run at some doses in every world. What it costs at each of them is measured there, at the unit costs
that were drawn for that world; what lies between two doses that were run is taken from the straight line between them,
seed by seed, so that differences stay paired. Where an amount pays for more than the largest dose that was run, that
dose is what it buys, and some of the money stays unspent. How far straight lines are off is measured too: a dose
between two others is left out and told from these two (``bends``).

A *frontier* is then the mean over worlds of what each package changes, by amount, for each outcome on its own. Its
interval is one over worlds, in which unit costs differ as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.decisions import ranks
from sim.decisions.payoffs import Cube, Floats, cube_of
from sim.decisions.request import LESS, NOTHING, POLICY_COST, Outcome
from sim.results.statistics import Interval, t_interval

COLUMNS = ("outcome", "amount", "package", "change", "low", "high", "percentile_10", "percentile_90", "percent", "dose",
           "spends", "best", "best_low", "best_high", "leads", "behind", "behind_low", "behind_high", "dominated_by",
           "worlds")  # fmt: skip
TURN_COLUMNS = ("outcome", "from", "to", "at", "low_from", "low", "high", "high_to")
BEND_COLUMNS = ("package", "outcome", "dose", "off", "low", "high", "worlds")
STEPS = 60  # places between two amounts at which it is looked for turns
BETWEEN = ", "  # parts the names of packages in ``dominated_by``


@dataclass(frozen=True)
class Ladder:
    """A package at rising doses, no policy first.

    Parameters
    ----------
    doses : float64 (doses,), from 0.
    costs : float64 (doses, worlds): mean over seeds, US$ a year for each person of the world.
    values : float64 (doses, worlds, outcomes, seeds).
    """

    doses: Floats
    costs: Floats
    values: Floats

    def place(self, amount: float) -> tuple[NDArray[np.intp], Floats]:
        """By world, the dose below what an amount buys, and how far towards the next one it gets, from 0 to 1."""
        below = np.clip((self.costs <= amount).sum(axis=0) - 1, 0, len(self.doses) - 2)
        worlds = np.arange(self.costs.shape[1])
        first, next_one = self.costs[below, worlds], self.costs[below + 1, worlds]
        return below, np.clip((amount - first) / (next_one - first), 0.0, 1.0)

    def at(self, amount: float) -> Floats:
        """Outcomes that an amount buys, float64 (worlds, outcomes, seeds)."""
        below, far = self.place(amount)
        worlds, part = np.arange(len(below)), far[:, None, None]
        return np.asarray((1.0 - part) * self.values[below, worlds] + part * self.values[below + 1, worlds])

    def dose(self, amount: float) -> Floats:
        """The dose that an amount buys in every world, float64 (worlds,)."""
        below, far = self.place(amount)
        return np.asarray((1.0 - far) * self.doses[below] + far * self.doses[below + 1])

    def spends(self, amount: float) -> NDArray[np.bool_]:
        """In which worlds all of an amount is spent, bool (worlds,)."""
        return np.asarray(self.costs[-1] >= amount)


@dataclass(frozen=True)
class Frontiers:
    """Ladders of all packages of a budget, in the same worlds and seeds.

    Parameters
    ----------
    base : no policy alone, with the outcomes that are held against one another; what packages cost is none of them.
    ladders : by package.
    """

    base: Cube
    ladders: Mapping[str, Ladder]

    def cube(self, amount: float) -> Cube:
        """All packages for an amount, no policy first, as any other cube."""
        values = [self.base.values[0], *(ladder.at(amount) for ladder in self.ladders.values())]
        return Cube((NOTHING, *self.ladders), self.base.worlds, self.base.outcomes, self.base.seeds, np.stack(values))


def frontiers_of(values: pd.DataFrame, outcomes: Sequence[Outcome], asked: Mapping[str, Any]) -> Frontiers:
    """From the table of values, and what was asked of the budget: ``doses`` (package, label, dose) and ``people``."""
    judged = [outcome for outcome in outcomes if outcome.metric != POLICY_COST]
    whole = [*judged, Outcome(POLICY_COST, LESS)]
    every = [NOTHING, *(label for doses in asked["doses"].values() for label in doses)]
    cube = cube_of(values, whole, every)
    costs = cube.values[:, :, len(judged)].mean(axis=-1) / asked["people"]
    ladders = {}
    for package, doses in asked["doses"].items():
        places = [0, *(every.index(label) for label in doses)]
        cost = costs[places]
        cost = np.where((np.diff(cost, axis=0) > 0).all(axis=0), cost, np.nan)  # a run failed: nothing is known
        ladders[package] = Ladder(np.array([0.0, *doses.values()]), cost, cube.values[places, :, : len(judged)])
    base = Cube((NOTHING,), cube.worlds, tuple(judged), cube.seeds, cube.values[:1, :, : len(judged)])
    return Frontiers(base, ladders)


def frontier(found: Frontiers, amounts: Sequence[float], level: float) -> pd.DataFrame:
    """By outcome, amount and package, what is bought: columns ``COLUMNS``.

    ``change`` is the mean over worlds of the paired change against no policy, with its 95 % interval over worlds and
    two percentiles of worlds. ``dose`` is the median of the doses bought, ``spends`` the share of worlds in which all
    of the money is spent. ``best`` to ``best_high`` are as in :func:`sim.decisions.ranks.ranks`; no policy is one of
    those that compete.
    The package with the best mean ``leads``; ``behind`` is by how much another one is worse than it, with its 95 %
    interval over worlds. ``dominated_by`` names packages that are at least as good by their mean on every outcome for
    this amount, and surely better on one.
    """
    rows = []
    for amount in amounts:
        cube = found.cube(amount)
        ranked: list[Any] = list(ranks.ranks(cube, level).itertuples())
        shares = {(row.outcome, row.package): row for row in ranked}
        worse_than = dominated(cube)
        for place, outcome in enumerate(cube.outcomes):
            gained, known = gains_of(cube, place)
            lead = int(gained[:, known].mean(axis=1).argmax()) if known.any() else 0
            level_without = np.abs(_mean(cube.values[0, :, place]))
            for k, name in enumerate(cube.packages):
                change, behind = outcome.sign * gained[k, known], t_interval(gained[lead, known] - gained[k, known])
                own, share = t_interval(change), shares[outcome.metric, name]
                with np.errstate(divide="ignore", invalid="ignore"):
                    percent = 100 * change / level_without[known]
                ladder = found.ladders.get(name)
                rows.append((
                    outcome.metric, amount, name, own.mean, own.low, own.high, *_percentiles(change, 10, 90),
                    *_percentiles(percent[np.isfinite(percent)], 50),
                    *((0.0, 0.0) if ladder is None else
                      (*_percentiles(ladder.dose(amount)[known], 50), float(np.mean(ladder.spends(amount)[known])))),
                    share.best, share.low, share.high, k == lead, behind.mean, behind.low, behind.high,
                    BETWEEN.join(worse_than[name]), int(known.sum())))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def gains_of(cube: Cube, outcome: int) -> tuple[Floats, NDArray[np.bool_]]:
    """How much better than no policy each package is, float64 (packages, worlds), and where all of them are known.

    Only seeds count in which all packages have a value.
    """
    values = cube.values[:, :, outcome]
    values = np.where(np.isfinite(values).all(axis=0), values, np.nan)
    gained = cube.outcomes[outcome].sign * (_mean(values) - _mean(values[0]))
    return gained, np.asarray(np.isfinite(gained).all(axis=0))


def dominated(cube: Cube) -> dict[str, list[str]]:
    """By package, those that are at least as good by their mean over worlds on every outcome and surely better on one.

    Surely better is what a 95 % interval over worlds says. No policy costs nothing, so that nothing dominates it.
    """
    gained = [gains_of(cube, place) for place in range(len(cube.outcomes))]
    found: dict[str, list[str]] = {name: [] for name in cube.packages}
    if not all(known.any() for _, known in gained):
        return found
    for k, name in enumerate(cube.packages):
        if name == NOTHING:
            continue
        for j, other in enumerate(cube.packages):
            every = [t_interval(each[j, known] - each[k, known]) for each, known in gained] if j != k else []
            if every and min(each.mean for each in every) >= 0 and any(_surely(each) for each in every):
                found[name].append(other)
    return found


def turns(found: Frontiers, amounts: Sequence[float]) -> pd.DataFrame:
    """Where another package begins to lead, from the lowest amount to the highest: columns ``TURN_COLUMNS``.

    ``at`` is the amount at which the means of two packages cross. From ``low_from`` to ``low`` the first is surely
    ahead of the second, and from ``high`` to ``high_to`` the second of the first, by 95 % intervals over worlds. These
    are the nearest stretches in which it is so at every amount that is looked at; NaN where it is so at none.
    """
    between = [np.linspace(a, b, STEPS + 1) for a, b in pairwise(amounts)]
    grid = np.unique(np.concatenate([np.asarray(amounts, float), *between]))
    rows: list[tuple[Any, ...]] = []
    cubes = [found.cube(float(amount)) for amount in grid]
    for place, outcome in enumerate(found.base.outcomes):
        gained = [gains_of(cube, place) for cube in cubes]
        if not all(known.any() for _, known in gained):
            continue
        means = np.array([each[:, known].mean(axis=1) for each, known in gained])
        leaders = _leaders(means)
        for at in np.flatnonzero(np.diff(leaders)):
            first, second = leaders[at], leaders[at + 1]
            ahead = [t_interval(each[second, known] - each[first, known]) for each, known in gained]
            lost, won = means[at : at + 2, second] - means[at : at + 2, first]
            crossing = grid[at] + (grid[at + 1] - grid[at]) * (0.0 if won == lost else -lost / (won - lost))
            low, low_from = _stretch([(grid[i], ahead[i].high < 0) for i in range(at, -1, -1)])
            high, high_to = _stretch([(grid[i], ahead[i].low > 0) for i in range(at + 1, len(grid))])
            names = (NOTHING, *found.ladders)
            rows.append((outcome.metric, names[first], names[second], float(crossing), low_from, low, high, high_to))
    return pd.DataFrame(rows, columns=list(TURN_COLUMNS))


def bends(found: Frontiers) -> pd.DataFrame:
    """How far straight lines between doses are off, by package, outcome and dose left out: columns ``BEND_COLUMNS``.

    ``off`` is what the line between the two doses beside it says less what the run of that dose said, in the unit of
    the outcome: the mean over worlds and its 95 % interval. The line is longer than any that is used, so that this is
    an upper end of what it errs by.
    """
    rows = []
    for name, ladder in found.ladders.items():
        for inner in range(1, len(ladder.doses) - 1):
            first, own, last = ladder.doses[inner - 1 : inner + 2]
            part = (own - first) / (last - first)
            line = (1.0 - part) * ladder.values[inner - 1] + part * ladder.values[inner + 1]
            off = _mean(line - ladder.values[inner])  # (worlds, outcomes)
            for place, outcome in enumerate(found.base.outcomes):
                each = t_interval(off[:, place])
                rows.append((name, outcome.metric, float(own), each.mean, each.low, each.high, each.count))
    return pd.DataFrame(rows, columns=list(BEND_COLUMNS))


def _stretch(looked: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Both ends of the first unbroken stretch in which something is so, in the order of looking; NaN without one."""
    found: list[float] = []
    for amount, so in looked:
        if so:
            found.append(float(amount))
        elif found:
            break
    return (found[0], found[-1]) if found else (np.nan, np.nan)


def _leaders(means: Floats) -> NDArray[np.intp]:
    """Who leads at every amount (amounts, packages); whoever led before goes on where it is level with the best."""
    leaders = means.argmax(axis=1)
    for at in range(1, len(leaders)):
        if means[at, leaders[at - 1]] >= means[at].max():
            leaders[at] = leaders[at - 1]
    return leaders


def _surely(each: Interval) -> bool:
    return bool(each.low > 0)


def _mean(values: Floats) -> Floats:
    """The mean over the last axis of what is known; NaN where nothing is."""
    there = np.isfinite(values)
    count = there.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, np.where(there, values, 0.0).sum(axis=-1) / count, np.nan)


def _percentiles(values: Floats, *which: int) -> tuple[float, ...]:
    return tuple(float(each) for each in np.percentile(values, which)) if len(values) else (np.nan,) * len(which)
