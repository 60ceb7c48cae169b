"""Log-linear models of counts of capture histories: fit, whether an estimate exists, and the choice of a model.

A history that everybody could have is one cell; its expected count is the exponential of a sum of one term a list and
one a pair of lists that go together more, or less, often than they would by chance. The intercept is the logarithm of
those who are on no list. A pair that nobody is on both of has a term of minus infinity: cells with both are left out
with it (Chan, Silverman and Vincent 2021).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import gammaln
from scipy.stats import norm, poisson

from sim.evaluation.estimate import NotPossibleError
from sim.evaluation.prevalence.lists import Lists, histories

Pair = tuple[int, int]
STEPS, CLOSE = 60, 1e-12  # of Newton's method, and when it has arrived
LITTLE = 1e-9  # added to the information, so that a model without an estimate stops none of the others
LARGEST = 60.0  # absolute value of a term
SAME_SUMS, SURE = 1e-6, 1e-5  # of sums, and the smallest cell of a fit that shows that its estimate exists
STRICTLY = 1e-7  # of the linear programme: a value above it is positive
NORMAL_95 = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Parameters
    ----------
    pairs : pairs of lists with a term of their own.
    unseen : expected people on no list.
    error : standard error of the logarithm of ``unseen``.
    likelihood : its logarithm.
    parameters : number of terms that were estimated, infinite ones included.
    expected : counts of all histories; entry 0 is ``unseen``.
    certain : the fit shows by itself that it exists and is the only one.
    """

    pairs: tuple[Pair, ...]
    unseen: float
    error: float
    likelihood: float
    parameters: int
    expected: NDArray[np.float64]
    certain: bool

    def criterion(self, penalty: float) -> float:
        """-2 log likelihood + ``penalty`` a parameter: 2 for AIC, the logarithm of the people found for BIC."""
        return penalty * self.parameters - 2.0 * self.likelihood


@cache
def _matrix(lists: int, pairs: tuple[Pair, ...]) -> NDArray[np.float64]:
    """Design matrix of all histories but the first: (2 ** lists - 1, 1 + lists + pairs)."""
    on = histories(lists)[1:].astype(float)
    return np.column_stack([np.ones(len(on)), on, *(on[:, i] * on[:, j] for i, j in pairs)])


@cache
def _both(lists: int, pair: Pair) -> NDArray[np.bool_]:
    on = histories(lists)[1:]
    return on[:, pair[0]] & on[:, pair[1]]


def all_pairs(lists: int) -> tuple[Pair, ...]:
    """Every pair of lists."""
    return tuple(combinations(range(lists), 2))


def _cells(lists: Lists, pairs: Sequence[Pair]) -> tuple[NDArray[np.bool_], tuple[Pair, ...]]:
    """Cells that are left when pairs without overlap are taken out, and the pairs that are left."""
    counts, number = lists.counts[1:], len(lists.names)
    left, finite = np.ones(len(counts), bool), []
    for pair in pairs:
        both = _both(number, pair)
        if counts[both].sum() > 0:
            finite.append(pair)
        else:
            left &= ~both
    return left, tuple(finite)


def exists(lists: Lists, pairs: Iterable[Pair]) -> bool:
    """Whether the model has an estimate: some table with no empty cell has the same sums (Fienberg and Rinaldo 2012).

    Sums are those on which the estimate depends; the linear programme looks for the table with the largest smallest
    cell.
    """
    left, finite = _cells(lists, tuple(pairs))
    matrix = _matrix(len(lists.names), finite)[left]
    sums = matrix.T @ lists.counts[1:][left]
    cells = len(matrix)
    # unknowns: the cells above their smallest, and the smallest
    equal = np.column_stack([matrix.T, matrix.sum(axis=0)])
    goal = np.zeros(cells + 1)
    goal[-1] = -1.0
    found = linprog(goal, A_eq=equal, b_eq=sums, bounds=[(0, None)] * (cells + 1), method="highs")
    return bool(found.status == 0 and -found.fun > STRICTLY)


def identified(lists: Lists, pairs: Iterable[Pair]) -> bool:
    """Whether only one value of the terms gives the estimate: the design matrix has full rank."""
    left, finite = _cells(lists, tuple(pairs))
    matrix = _matrix(len(lists.names), finite)[left]
    return bool(np.linalg.matrix_rank(matrix) == matrix.shape[1])


def usable_model(lists: Lists, found: Fit) -> bool:
    """Whether the model has an estimate, and only one.

    A fit with no empty cell is itself the table that :func:`exists` looks for; the programme is asked about the rest.
    """
    return found.certain or (identified(lists, found.pairs) and exists(lists, found.pairs))


def fit(lists: Lists, pairs: Iterable[Pair] = ()) -> Fit | None:
    """Maximum likelihood of a model; None where Newton's method finds none."""
    return fit_many(lists, [tuple(pairs)])[0]


def fit_many(lists: Lists, models: Sequence[Sequence[Pair]]) -> list[Fit | None]:
    """As :func:`fit`, for several models at once, which is much faster than one by one."""
    number = len(lists.names)
    cells = [_cells(lists, tuple(model)) for model in models]
    found: list[Fit | None] = [None] * len(models)
    for size in {len(finite) for _, finite in cells}:
        places = [place for place, (_, finite) in enumerate(cells) if len(finite) == size]
        matrices = np.stack([_matrix(number, cells[place][1]) for place in places])
        left = np.stack([cells[place][0] for place in places])
        terms, information, settled = _newton(matrices, lists.counts[1:], left)
        for at in np.flatnonzero(settled):
            place = places[at]
            found[place] = _told(lists, tuple(models[place]), cells[place], matrices[at], terms[at], information[at])
    return found


def _told(
    lists: Lists,
    pairs: tuple[Pair, ...],
    cells: tuple[NDArray[np.bool_], tuple[Pair, ...]],
    matrix: NDArray[Any],
    terms: NDArray[Any],
    information: NDArray[Any],
) -> Fit | None:
    """A fit from its terms; None where these say nothing."""
    (left, _), number = cells, len(lists.names)
    try:
        variances = np.diag(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(variances).all() or variances.min() <= 0 or abs(terms[0]) > LARGEST:
        return None
    expected = np.concatenate([[math.exp(terms[0])], np.where(left, np.exp(matrix @ terms), 0.0)])
    mean, counts = expected[1:][left], lists.counts[1:][left]
    likelihood = float((counts * np.log(mean) - mean - gammaln(counts + 1)).sum())
    same = np.abs(matrix[left].T @ (mean - counts)).max() < SAME_SUMS * max(lists.found, 1.0)
    certain = bool(same and mean.min() > SURE and variances.max() < LARGEST)
    error = math.sqrt(variances[0])
    return Fit(pairs, float(expected[0]), error, likelihood, 1 + number + len(pairs), expected, certain)


def _newton(
    matrices: NDArray[Any], counts: NDArray[Any], left: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Poisson regressions with a logarithmic link, by Newton's method; ``left`` are the cells of each model.

    Returns terms (models, terms), information (models, terms, terms), and whether each model settled.
    """
    mean = np.where(left, counts + 0.5, 0.0)
    worth = np.log(counts + 0.5) + np.zeros_like(mean)
    models, _, size = matrices.shape
    little = LITTLE * np.eye(size)
    terms = np.zeros((models, size))
    last, settled = np.full(models, math.inf), np.zeros(models, bool)
    for _ in range(STEPS):
        weighted = matrices.transpose(0, 2, 1) * mean[:, None, :]
        wanted = np.where(left, worth + (counts - mean) / np.maximum(mean, 1e-300), 0.0)
        right = (weighted @ wanted[:, :, None])[:, :, 0]
        information = weighted @ matrices + little
        try:
            terms = np.linalg.solve(information, right[:, :, None])[:, :, 0]
        except np.linalg.LinAlgError:
            break
        worth = np.clip((matrices @ terms[:, :, None])[:, :, 0], -LARGEST, LARGEST)
        mean = np.where(left, np.exp(worth), 0.0)
        likelihood = np.where(left, counts * worth - mean, 0.0).sum(axis=1)
        settled = np.abs(last - likelihood) < CLOSE * (np.abs(likelihood) + 0.1)
        last = likelihood
        if settled.all():
            break
    return terms, (matrices.transpose(0, 2, 1) * mean[:, None, :]) @ matrices + little, settled & np.isfinite(last)


# --- choice of a model ------------------------------------------------------------------------------------------

Choose = Callable[[Lists], Fit]


def independent(lists: Lists) -> Fit:
    """The model in which lists have nothing to do with one another. NotPossibleError where it has no estimate."""
    found = fit(lists)
    if found is None or not usable_model(lists, found):
        raise NotPossibleError("no two lists have people in common, so that nothing says how many are on none")
    return found


def by_p_value(lists: Lists, threshold: float = 0.02) -> Fit:
    """Pairs are added one by one, each time the one with the least p value, while that lies below ``threshold``.

    The p value of a pair is :func:`chance` under the model so far.
    """

    def order(now: Fit, new: Fit) -> float:
        return chance(lists, now, new.pairs[-1])

    return _stepwise(lists, order, lambda now, new: order(now, new) < threshold)


def by_criterion(lists: Lists, penalty: float) -> Fit:
    """Pairs are added one by one, each time the one that brings -2 log likelihood + ``penalty`` a term down most."""
    return _stepwise(
        lists, lambda _, new: new.criterion(penalty), lambda now, new: new.criterion(penalty) < now.criterion(penalty)
    )


def _stepwise(lists: Lists, order: Callable[[Fit, Fit], float], better: Callable[[Fit, Fit], bool]) -> Fit:
    """Adds the pair that comes first in ``order`` and whose model has an estimate, while it is ``better``."""
    now = independent(lists)
    while True:
        more = [pair for pair in all_pairs(len(lists.names)) if pair not in now.pairs]
        tried = fit_many(lists, [(*now.pairs, pair) for pair in more])
        ranked = sorted((each for each in tried if each is not None), key=lambda each: order(now, each))
        new = next((each for each in ranked if usable_model(lists, each)), None)
        if new is None or not better(now, new):
            return now
        now = new


def chance(lists: Lists, now: Fit, pair: Pair) -> float:
    """One-sided p value of a pair that a model has no term for (Chan, Silverman and Vincent 2021).

    The chance of as many people on both lists as there are, or of more (of fewer, where there are fewer than
    expected), if their number has a Poisson distribution with the mean that the model ``now`` expects.
    """
    both = _both(len(lists.names), pair)
    seen, mean = float(lists.counts[1:][both].sum()), float(now.expected[1:][both].sum())
    return float(min(poisson.sf(seen - 1, mean), poisson.cdf(seen, mean)))


def by_aic(lists: Lists) -> Fit:
    """Choice by Akaike's criterion."""
    return by_criterion(lists, 2.0)


def by_bic(lists: Lists) -> Fit:
    """Choice by the Bayesian criterion."""
    return by_criterion(lists, math.log(max(lists.found, 2.0)))
