"""Intervals of estimates from lists: the people found are drawn again, and the model is chosen anew each time."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from sim.evaluation.estimate import LEVEL, Estimate, NotPossibleError
from sim.evaluation.prevalence.lists import Lists

Number = Callable[[Lists], float]
BOOTSTRAPS = 200
LEAST_SHARE = 0.5  # of draws in which the method must give a number


def resampled(lists: Lists, draws: int, seed: int) -> list[Lists]:
    """The same number of people, drawn with replacement from those found."""
    shares = lists.counts / lists.found
    drawn = np.random.default_rng([seed, 1]).multinomial(round(lists.found), shares, size=draws)
    return [Lists(lists.names, row.astype(float)) for row in drawn]


def estimate(lists: Lists, number: Number, *, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """What ``number`` gives, with a bias-corrected and accelerated bootstrap interval that repeats all of it.

    A draw on which the method gives no number counts as one that knows no upper end.

    Raises
    ------
    NotPossibleError : the method gives no number for these lists.
    """
    point = number(lists)
    values = np.array([_or_infinite(number, each) for each in resampled(lists, draws, seed)])
    without = np.flatnonzero(lists.counts)
    left = np.array([_or_infinite(number, _one_less(lists, cell)) for cell in without.tolist()])
    low, high = accelerated(point, values, left, lists.counts[without])
    failed = float(np.isinf(values).mean())
    notes = (f"no estimate in {100 * failed:.0f} of 100 draws",) if failed > 0 else ()
    if failed > LEAST_SHARE:
        high = math.inf
    return Estimate(point, max(low, lists.found), high, notes=notes)


def accelerated(
    point: float, values: NDArray[np.float64], left: NDArray[np.float64], people: NDArray[np.float64]
) -> tuple[float, float]:
    """Ends of the interval (Efron 1987).

    Parameters
    ----------
    point : the estimate.
    values : of the draws.
    left, people : estimates without one person of each kind, and how many there are of the kind.
    """
    if not len(values):
        return math.nan, math.nan
    below = (np.count_nonzero(values < point) + 0.5 * np.count_nonzero(values == point)) / len(values)
    shift = float(norm.ppf(np.clip(below, 1 / (2 * len(values)), 1 - 1 / (2 * len(values)))))
    bend = 0.0
    if np.isfinite(left).all() and people.sum() > 1:
        away = np.average(left, weights=people) - left
        spread = float((people * away**2).sum())
        bend = float((people * away**3).sum()) / (6 * spread**1.5) if spread > 0 else 0.0
    ends = []
    for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2):
        z = shift + float(norm.ppf(share))
        at = float(norm.cdf(shift + z / max(1 - bend * z, 1e-6)))
        ends.append(float(np.quantile(values, at, method="closest_observation")))
    return ends[0], ends[1]


def _one_less(lists: Lists, cell: int) -> Lists:
    counts = lists.counts.copy()
    counts[cell] -= 1
    return Lists(lists.names, counts)


def _or_infinite(number: Number, lists: Lists) -> float:
    try:
        return number(lists)
    except NotPossibleError:
        return math.inf
