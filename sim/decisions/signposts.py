"""Signposts: which recorded indicator, seen some years after a package began, tells whether it will fail in this world.

An indicator is the mean of a recorded series over a year that ends at the time of looking: as it stands, or over its
mean in the year before week 0. Records, not the truth: agencies have nothing else. A signpost is one indicator and one
number that it is above or below. What is told of it is the balanced accuracy of the whole search, choice of the
indicator included, in worlds that were left out; a signpost that was only the luckiest of many does not hold there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.decisions.boxes import LEAST_OF_EACH, Bools, balanced, folds, mean_and_error

Floats = NDArray[np.float64]
YEAR = 52
LEVEL, CHANGE = "as recorded", "over the year before"
LEAST_ACCURACY = 0.6  # below which a signpost is said to tell nothing
MOST_CUTS = 19  # places at which an indicator is tried


@dataclass(frozen=True)
class Signpost:
    """What to look at, when, and what it says.

    Parameters
    ----------
    indicator : name of a recorded metric. ``how``: ``as recorded``, or ``over the year before``.
    above : whether failure shows above ``at``, or below it.
    accuracy, error : balanced accuracy in worlds left out, and its standard error over folds; a guess has 0.5.
    worlds : number of worlds, ``failing`` of them.
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

    @property
    def tells(self) -> bool:
        """Whether it is better than a guess by twice its error, and by enough to matter."""
        return self.accuracy >= LEAST_ACCURACY and self.accuracy - 2 * np.nan_to_num(self.error, nan=1.0) > 0.5


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


def signpost(package: str, outcome: str, years: float, table: pd.DataFrame, fails: Bools, seed: int) -> Signpost | None:
    """The best signpost of a package among indicators (worlds, columns); None where there are too few worlds.

    ``fails`` (worlds,) says in which the package fails.
    """
    if min(int(fails.sum()), int((~fails).sum())) < LEAST_OF_EACH:
        return None
    values = table.to_numpy(float)
    usable = np.flatnonzero(np.isfinite(values).all(axis=0) & (np.ptp(values, axis=0) > 0))
    if not len(usable):
        return None
    values = values[:, usable]
    scores = []
    for train, test in folds(fails, seed):
        column, at, above, _ = _best(values[train], fails[train])
        scores.append(balanced(fails[test], (values[test, column] > at) == above))
    accuracy, error = mean_and_error(scores)
    column, at, above, _ = _best(values, fails)
    indicator, how = table.columns[usable[column]]
    return Signpost(package, outcome, years, str(indicator), str(how), above, at, accuracy, error,
                    int(fails.sum()), len(fails))  # fmt: skip


def _best(values: Floats, fails: Bools) -> tuple[int, float, bool, float]:
    """Column, number and side that tell failing worlds best, and the balanced accuracy of that among these worlds."""
    best = (0, math.nan, True, -1.0)
    for column in range(values.shape[1]):
        own = values[:, column]
        for at in np.unique(np.quantile(own, np.linspace(0.05, 0.95, MOST_CUTS))):
            said = own > at
            right = balanced(fails, said)
            for above, score in ((True, right), (False, 1 - right)):
                if score > best[3] + 1e-12:
                    best = (column, float(at), above, score)
    return best


def as_table(found: Sequence[Signpost]) -> pd.DataFrame:
    """Signposts as a table."""
    columns = list(Signpost.__dataclass_fields__)
    return pd.DataFrame([[getattr(each, name) for name in columns] for each in found], columns=columns)


def from_table(table: pd.DataFrame) -> list[Signpost]:
    """The inverse of :func:`as_table`."""
    return [Signpost(**{str(name): value for name, value in row.items()}) for row in table.to_dict("records")]
