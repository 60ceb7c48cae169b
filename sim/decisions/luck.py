"""Is the best of many searches more than luck? The same searches are carried out in worlds that are shuffled.

A search (for a signpost, for a tree) is judged in worlds that were left out, and so it gains nothing from describing
its own noise. But of many searches some do well there by luck, and how well is not in a table of t: worlds are few, and
what was learned in one fold is tried in worlds that were learned from in another. So what is told from is given to
other worlds, in an order that is drawn, the same for all searches. The accuracy of a search is held against the best
that any of them reaches then.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Order = NDArray[np.intp]
Search = Callable[[Order], float]  # its accuracy where worlds are told from what is seen in others, by this order
LEAST = 99  # orders that are drawn
ROUNDING = 1e-9


def best_by_luck(searches: Sequence[Search], worlds: int, level: float, seed: int) -> Floats:
    """The best accuracy of all ``searches`` in each order of ``worlds``, as many as a test at ``level`` needs."""
    rng = np.random.default_rng(seed)
    orders = (rng.permutation(worlds) for _ in range(max(LEAST, math.ceil(1 / level) - 1)))
    return np.array([max(search(order) for search in searches) for order in orders])


def chance_of(accuracy: float, best: Floats) -> float:
    """How often luck alone gives the best of all searches such an accuracy: from 1 / (orders + 1) to 1."""
    return float((1 + np.sum(best >= accuracy - ROUNDING)) / (1 + len(best)))


def within(order: Order, known: Bools) -> Order:
    """An order of all worlds as one of those that are ``known`` (worlds,)."""
    return np.asarray((np.cumsum(known) - 1)[order[known[order]]])
