"""Latent classes of people, by their largest likelihood: within a class lists are independent."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from sim.evaluation.estimate import NotPossibleError
from sim.evaluation.prevalence.lists import Lists, usable

MOST_CLASSES = 3
STEPS, CLOSE = 500, 1e-8  # of the search for the largest likelihood; slope of it per person at which it ends
LEAST, MOST = 1e-5, 1 - 1e-5  # of the chance that a list finds a person of a class
STARTS = (0.15, 0.35)  # how far apart classes are taken to be at first, as shares of a list's reach


def unseen(lists: Lists) -> float:
    """Expected people on no list. NotPossibleError where not even one class can be told from the lists.

    Classes are added one by one, up to ``MOST_CLASSES``, while the Bayesian criterion falls.
    """
    lists = usable(lists)
    number = len(lists.names)
    best, found = math.inf, math.nan
    for classes in range(1, MOST_CLASSES + 1):
        parameters = classes * (number + 1)  # size of each class and its chances
        if parameters > 2**number - 1:
            break
        tried = [_fitted(lists, classes, apart) for apart in (STARTS if classes > 1 else STARTS[:1])]
        likelihood, missing = max(tried)
        criterion = parameters * math.log(max(lists.found, 2.0)) - 2 * likelihood
        if criterion >= best:
            break
        best, found = criterion, missing
    if not math.isfinite(found):
        raise NotPossibleError(f"{number} lists are too few for one class of people")
    return found


def _fitted(lists: Lists, classes: int, apart: float) -> tuple[float, float]:
    """The largest logarithm of the (Poisson) likelihood, and the expected people on no list.

    Sizes of classes and chances are looked for as logarithms and log odds, by their slopes: steps of expectation and
    maximisation come to a stop on the way where few people are on several lists.
    """
    on, found = lists.on, lists.found
    reach = np.clip(lists.sizes / (2 * found), 0.02, 0.9)
    place = np.arange(classes) - (classes - 1) / 2
    # classes differ in how easily they are found, and lists turn about which of them finds which more easily
    turned = np.where(np.arange(len(reach)) % 2 == 0, 1.0, 0.5)
    odds = np.log(reach / (1 - reach))[None, :] + 10 * apart * place[:, None] * turned[None, :]

    def lack(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """What is lacking of the likelihood per person found, and its slopes."""
        size, chance = _classes(point, classes)
        joint = size[:, None] * _within(chance, on)  # (classes, histories)
        each = np.maximum(joint.sum(axis=0), 1e-300)
        seen = max(1 - each[0], 1e-12)
        worth = lists.counts / each
        worth[0] = found / seen
        share = joint * worth
        members = share.sum(axis=1)
        free = (chance > LEAST) & (chance < MOST)
        by_odds = np.where(free, share @ on - members[:, None] * chance, 0.0)
        slopes = np.column_stack([members - size * members.sum(), by_odds])
        value = float(lists.counts[1:] @ np.log(each[1:])) - found * math.log(seen)
        return -value / found, -slopes.ravel() / found

    begin = np.column_stack([np.zeros(classes), odds]).ravel()
    best = minimize(lack, begin, jac=True, method="BFGS", options={"maxiter": STEPS, "gtol": CLOSE})
    size, chance = _classes(best.x, classes)
    each = (size[:, None] * _within(chance, on)).sum(axis=0)
    return _likelihood(lists, each), float(found * each[0] / max(1 - each[0], 1e-12))


def _classes(point: NDArray[np.float64], classes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sizes, float64 (classes,), and chances, float64 (classes, lists), of a point of the search."""
    table = point.reshape(classes, -1)
    size = np.exp(table[:, 0] - table[:, 0].max())
    return size / size.sum(), np.clip(1 / (1 + np.exp(-np.clip(table[:, 1:], -50, 50))), LEAST, MOST)


def _within(chance: NDArray[np.float64], on: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Chance of every history in every class: (classes, histories)."""
    return np.asarray(np.where(on[None], chance[:, None, :], 1 - chance[:, None, :]).prod(axis=2))


def _likelihood(lists: Lists, each: NDArray[np.float64]) -> float:
    counts = lists.counts[1:]
    mean = np.maximum(lists.found * each[1:] / max(1 - each[0], 1e-9), 1e-300)
    return float((counts * np.log(mean) - mean - gammaln(counts + 1)).sum())
