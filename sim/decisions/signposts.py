"""Signposts: which recorded indicator, seen some years after a package began, tells whether it will fail in this world.

An indicator is the mean of a recorded series over a year that ends at the time of looking: as it stands, or over its
mean in the year before week 0. Records, not the truth: agencies have nothing else. A signpost is one indicator and one
number that it is above or below. What is told of it is the balanced accuracy of the whole search, choice of the
indicator included, in worlds that were left out; a signpost that was only the luckiest of many does not hold there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.decisions.boxes import LEAST_OF_EACH, balanced, folds, mean_and_error
from sim.decisions.luck import Bools, Floats, Order, Search, best_by_luck, chance_of, within

YEAR = 52
LEVEL, CHANGE = "as recorded", "over the year before"
LEAST_ACCURACY = 0.6  # below which a signpost is said to tell nothing
MOST_CUTS = 19  # places at which an indicator is tried
ROUNDED = 12  # digits of an accuracy that count


@dataclass(frozen=True)
class Signpost:
    """What to look at, when, and what it says.

    Parameters
    ----------
    indicator : name of a recorded metric. ``how``: ``as recorded``, or ``over the year before``.
    above : whether failure shows above ``at``, or below it.
    accuracy, error : balanced accuracy in worlds left out, and its standard error over folds; a guess has 0.5.
    worlds : number of worlds, ``failing`` of them.
    tried : how many signposts the decision was searched for. ``by_luck``: how often the best of so many is as accurate
        by luck alone, see ``sim.decisions.luck``. ``level``: of the test.
    """

    package: str
    outcome: str
    years: float
    indicator: str
    how: str
    above: bool
    at: float
    accuracy: float
    error: float
    failing: int
    worlds: int
    tried: int = 1
    by_luck: float = math.nan
    level: float = 0.05

    @property
    def tells(self) -> bool:
        """Whether it is surely better than a guess, as one of many that were looked for, and by enough to matter."""
        return self.accuracy >= LEAST_ACCURACY and self.by_luck <= self.level


def indicators(series: pd.DataFrame, years: float) -> pd.DataFrame:
    """Indicators of every world and package, mean over seeds.

    ``series`` has columns world, package, seed, week and one for each recorded metric. The result is indexed by world
    and package, with columns (indicator, how). RequestError is for whoever calls: a time that was not run has no rows.
    """
    metrics = [name for name in series if name not in ("world", "package", "seed", "week")]
    end = years * YEAR
    keys = ["world", "package"]
    after = series[(series["week"] >= end - YEAR) & (series["week"] < end) & (series["week"] >= 0)]
    before = series[(series["week"] >= -YEAR) & (series["week"] < 0)]
    level = after.groupby(keys)[metrics].mean()
    first = before.groupby(keys)[metrics].mean().reindex(level.index)
    change = level / first.where(first > 0)
    return pd.concat({LEVEL: level, CHANGE: change}, axis=1).swaplevel(axis=1)


def signpost(
    package: str, outcome: str, years: float, table: pd.DataFrame, fails: Bools, known: Bools, seed: int
) -> tuple[Signpost, Search] | None:
    """The best signpost of a package among indicators (worlds, columns), and the search for it; None in too few worlds.

    ``fails`` (worlds,) says in which the package fails, ``known`` in which that is known; of others nothing is asked.
    """
    table, fails = table[known], fails[known]
    if min(int(fails.sum()), int((~fails).sum())) < LEAST_OF_EACH:
        return None
    values = table.to_numpy(float)
    usable = np.flatnonzero(np.isfinite(values).all(axis=0) & (np.ptp(values, axis=0) > 0))
    if not len(usable):
        return None
    values = values[:, usable]
    parts = folds(fails, seed)
    accuracy, error = mean_and_error(_scores(values, fails, parts))
    column, at, above = _best(values, fails)
    indicator, how = table.columns[usable[column]]
    post = Signpost(package, outcome, years, str(indicator), str(how), above, at, accuracy, error,
                    int(fails.sum()), len(fails))  # fmt: skip
    return post, lambda order: mean_and_error(_scores(values[within(order, known)], fails, parts))[0]


def against_luck(
    looked: Sequence[tuple[Signpost, Search]], worlds: int, level: float, seed: int
) -> tuple[Signpost, ...]:
    """Signposts of a decision, each held against the best of all of them by luck alone."""
    posts = [post for post, _ in looked]
    if not any(post.accuracy >= LEAST_ACCURACY for post in posts):
        return tuple(replace(post, tried=len(posts), level=level) for post in posts)
    best = best_by_luck([search for _, search in looked], worlds, level, seed)
    return tuple(replace(post, tried=len(posts), by_luck=chance_of(post.accuracy, best), level=level) for post in posts)


def _scores(values: Floats, fails: Bools, parts: Sequence[tuple[Order, Order]]) -> list[float]:
    """The balanced accuracy of the best indicator in each part that was left out of looking for it."""
    scores = []
    for train, test in parts:
        column, at, above = _best(values[train], fails[train])
        scores.append(balanced(fails[test], (values[test, column] > at) == above))
    return scores


def _best(values: Floats, fails: Bools) -> tuple[int, float, bool]:
    """Column, number and side that tell failing worlds best by balanced accuracy; the first of those that are level."""
    cuts = np.quantile(values, np.linspace(0.05, 0.95, MOST_CUTS), axis=0).T  # (columns, cuts)
    said = values.T[:, None, :] > cuts[..., None]  # (columns, cuts, worlds)
    right = (said[..., fails].mean(axis=-1) + 1 - said[..., ~fails].mean(axis=-1)) / 2
    column, cut = np.unravel_index(np.argmax(np.round(np.maximum(right, 1 - right), ROUNDED)), right.shape)
    return int(column), float(cuts[column, cut]), bool(right[column, cut] >= 0.5)


def as_table(found: Sequence[Signpost]) -> pd.DataFrame:
    """Signposts as a table."""
    columns = list(Signpost.__dataclass_fields__)
    return pd.DataFrame([[getattr(each, name) for name in columns] for each in found], columns=columns)


def from_table(table: pd.DataFrame) -> list[Signpost]:
    """The inverse of :func:`as_table`."""
    return [Signpost(**{str(name): value for name, value in row.items()}) for row in table.to_dict("records")]
