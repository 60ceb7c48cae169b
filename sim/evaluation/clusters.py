"""Monte-Carlo errors of figures over worlds, some of which are more alike than others.

Runs with one set of parameters of an ensemble have that set in common, so that they are no more than one look at it
each. Errors are therefore made from the sums of deviations over sets (clusters); without an ensemble every world is a
set of its own, and they are what is usual.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
CHANCE = 0.05  # that a mean is told apart from 0 although it is 0


def unit_of_draws(table: pd.DataFrame) -> str:
    """The column that says which rows belong together: ``setting`` in an ensemble of several sets, else ``seed``."""
    return "setting" if "setting" in table and table["setting"].nunique() > 1 else "seed"


def times(sets: int, looks: int = 1) -> float:
    """By how many standard errors a mean must lie off 0 to be told apart from it, after Student.

    Parameters
    ----------
    sets : worlds that have nothing in common, from which the error is made; inf for fewer than two.
    looks : means that are looked at, of which none may be taken for more than chance (Bonferroni).
    """
    from scipy.stats import t  # noqa: PLC0415 - loads when an evaluation is judged

    return float(t.ppf(1 - CHANCE / (2 * looks), sets - 1)) if sets > 1 else math.inf


@dataclass(frozen=True)
class Clusters:
    """To which set each of some worlds belongs: int64 (worlds,)."""

    of: NDArray[np.int64]

    @staticmethod
    def of_rows(table: pd.DataFrame) -> Clusters:
        """Those of a table of estimates: its settings, or every row for itself where it has none, or only one."""
        if unit_of_draws(table) == "seed":
            return Clusters(np.arange(len(table)))
        return Clusters(np.asarray(pd.factorize(table["setting"])[0], np.int64))

    def where(self, kept: NDArray[np.bool_]) -> Clusters:
        """Those of some of the worlds: bool (worlds,)."""
        return Clusters(self.of[kept])

    @property
    def count(self) -> int:
        """How many different sets there are."""
        return len(np.unique(self.of))

    def error(self, values: Floats) -> float:
        """Standard error of the mean of ``values``, float64 (worlds,); nan for a single set."""
        count = self.count
        if count < 2:
            return math.nan
        sums = np.bincount(self.of, weights=values - values.mean())
        return math.sqrt(count / (count - 1) * float((sums**2).sum())) / len(values)

    def independent(self, which: NDArray[np.bool_]) -> int:
        """How many worlds that have nothing in common would tell a share as surely as these; bool (worlds,)."""
        worlds, sets, share = len(which), self.count, float(which.mean()) if len(which) else 0.0
        if sets == worlds or not 0 < share < 1:
            return sets if 0 < sets < worlds else worlds
        error = self.error(which.astype(float))
        alike = share * (1 - share) / error**2 if error > 0 else worlds
        return round(min(max(alike, sets), worlds))
