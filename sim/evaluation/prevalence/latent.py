"""Latent classes of people, by expectation and maximisation: within a class lists are independent."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from sim.evaluation.estimate import NotPossibleError
from sim.evaluation.prevalence.lists import Lists, usable

MOST_CLASSES = 3
ITERATIONS, CLOSE = 150, 1e-6
LEAST, MOST = 1e-5, 1 - 1e-5  # of the chance that a list finds a person of a class
STARTS = (0.15, 0.35)  # how far apart classes are taken to be at first, as shares of a list's reach


def unseen(lists: Lists) -> float:
    """Expected people on no list. NotPossibleError where not even one class can be told from the lists."""
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
        if criterion < best:
            best, found = criterion, missing
    if not math.isfinite(found):
        raise NotPossibleError(f"{number} lists are too few for one class of people")
    return found


def _fitted(lists: Lists, classes: int, apart: float) -> tuple[float, float]:
    """Logarithm of the (Poisson) likelihood, and the expected people on no list."""
    on, counts = lists.on, lists.counts.copy()
    reach = np.clip(lists.sizes / (2 * lists.found), 0.02, 0.9)
    place = np.arange(classes) - (classes - 1) / 2
    # classes differ in how easily they are found, and lists turn about which of them finds which more easily
    turned = np.where(np.arange(len(reach)) % 2 == 0, 1.0, 0.5)
    odds = np.log(reach / (1 - reach))[None, :] + 10 * apart * place[:, None] * turned[None, :]
    chance = np.clip(1 / (1 + np.exp(-odds)), LEAST, MOST)
    size = np.full(classes, 1 / classes)
    last = -math.inf
    for _ in range(ITERATIONS):
        joint = size[:, None] * _within(chance, on)  # (classes, histories)
        each = joint.sum(axis=0)
        counts[0] = lists.found * each[0] / max(1 - each[0], 1e-9)
        share = joint / np.maximum(each, 1e-300) * counts
        members = share.sum(axis=1)
        size = members / members.sum()
        chance = np.clip(share @ on / np.maximum(members[:, None], 1e-12), LEAST, MOST)
        likelihood = _likelihood(lists, each)
        if likelihood - last < CLOSE * abs(likelihood):
            break
        last = likelihood
    return likelihood, float(counts[0])


def _within(chance: NDArray[np.float64], on: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Chance of every history in every class: (classes, histories)."""
    return np.asarray(np.where(on[None], chance[:, None, :], 1 - chance[:, None, :]).prod(axis=2))


def _likelihood(lists: Lists, each: NDArray[np.float64]) -> float:
    counts = lists.counts[1:]
    mean = np.maximum(lists.found * each[1:] / max(1 - each[0], 1e-9), 1e-300)
    return float((counts * np.log(mean) - mean - gammaln(counts + 1)).sum())
