"""Multiple systems estimation: how many people are on no list, from how many are on several.

Every method is a function ``(lists, draws, seed) -> Estimate`` of the number of people, those found included.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import chain, combinations

import numpy as np

from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.evaluation.prevalence import latent, loglinear
from sim.evaluation.prevalence.lists import Lists, usable
from sim.evaluation.prevalence.loglinear import NORMAL_95, Fit, Pair
from sim.evaluation.prevalence.resampling import BOOTSTRAPS, estimate

MOST_FOR_ALL = 5  # lists of which all models are fitted: 1024 of them
WINDOW, MOST_MODELS = 10.0, 40  # in BIC from the best; the rest weigh next to nothing
P_VALUE = 0.02


def independence(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """Lists have nothing to do with one another."""
    return estimate(usable(lists), _total(loglinear.independent), draws=draws, seed=seed)


def loglinear_p(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """Log-linear model, pairs added while their p value is below ``P_VALUE``."""
    return estimate(usable(lists, 3), _total(lambda each: loglinear.by_p_value(each, P_VALUE)), draws=draws, seed=seed)


def loglinear_aic(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """Log-linear model, pairs added while Akaike's criterion falls."""
    return estimate(usable(lists, 3), _total(loglinear.by_aic), draws=draws, seed=seed)


def loglinear_bic(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """Log-linear model, pairs added while the Bayesian criterion falls."""
    return estimate(usable(lists, 3), _total(loglinear.by_bic), draws=draws, seed=seed)


def given_model(lists: Lists, model: Fit) -> Estimate:
    """The estimate of one model with the interval that takes it for granted: as published figures often have it."""
    low, high = (model.unseen * math.exp(sign * NORMAL_95 * model.error) for sign in (-1, 1))
    found = lists.found
    return Estimate(found + model.unseen, found + low, found + high, notes=("the choice of the model is not in it",))


def all_models(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """All models with pairs, weighed by the Bayesian criterion.

    Draws look only among the models that come within ``WINDOW`` of the best, as Silverman, Chan and Vincent (2024) do.
    """
    lists = usable(lists, 3)
    if len(lists.names) > MOST_FOR_ALL:
        raise NotPossibleError(f"all models of {len(lists.names)} lists are too many; merge lists, or choose a model")
    pairs = loglinear.all_pairs(len(lists.names))
    every = chain.from_iterable(combinations(pairs, size) for size in range(len(pairs) + 1))
    near = [fit.pairs for fit in _nearest(lists, list(every))]
    return estimate(lists, lambda each: _weighed(each, near), draws=draws, seed=seed)


def _nearest(lists: Lists, models: Sequence[Sequence[Pair]]) -> list[Fit]:
    """Usable models within ``WINDOW`` of the best, the best first."""
    penalty = math.log(max(lists.found, 2.0))
    fits = [fit for fit in loglinear.fit_many(lists, models) if fit is not None]
    fits.sort(key=lambda fit: fit.criterion(penalty))
    kept: list[Fit] = []
    for fit in fits:
        if len(kept) == MOST_MODELS or (kept and fit.criterion(penalty) > kept[0].criterion(penalty) + WINDOW):
            break
        if loglinear.usable_model(lists, fit):
            kept.append(fit)
    if not kept:
        raise NotPossibleError("no model has an estimate for these lists")
    return kept


def _weighed(lists: Lists, models: Sequence[Sequence[Pair]]) -> float:
    """Mean over models; a draw in which a list is empty has the models of the others."""
    kept = usable(lists)
    if len(kept.names) < len(lists.names):
        place = {lists.names.index(name): number for number, name in enumerate(kept.names)}
        left = [tuple((place[i], place[j]) for i, j in model if i in place and j in place) for model in models]
        lists, models = kept, list(dict.fromkeys(left))
    penalty = math.log(max(lists.found, 2.0))
    fits = _nearest(lists, models)
    worth = np.array([-0.5 * fit.criterion(penalty) for fit in fits])
    weights = np.exp(worth - worth.max())
    return float(lists.found + np.average([fit.unseen for fit in fits], weights=weights))


def chao(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """A lower bound where people differ in how easily they are found, and lists are independent (Chao 1987)."""
    return estimate(usable(lists), _chao, draws=draws, seed=seed)


def _chao(lists: Lists) -> float:
    times = lists.on.sum(axis=1)
    once, twice = (float(lists.counts[times == number].sum()) for number in (1, 2))
    number = len(lists.names)
    return lists.found + (number - 1) / number * once * (once - 1) / (2 * (twice + 1))


def chapman(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """The two longest lists alone (Chapman 1951)."""
    lists = usable(lists)
    first, second = sorted(np.argsort(-lists.sizes, kind="stable")[:2].tolist())
    both = lists.overlap(first, second)
    if both == 0:
        raise NotPossibleError("nobody is on both of the two longest lists")

    def number(each: Lists) -> float:
        sizes = each.sizes
        return float((sizes[first] + 1) * (sizes[second] + 1) / (each.overlap(first, second) + 1) - 1)

    return estimate(lists, number, draws=draws, seed=seed)


def latent_classes(lists: Lists, draws: int = BOOTSTRAPS, seed: int = 0) -> Estimate:
    """Classes of people who differ in how easily each list finds them; their number is chosen by BIC."""
    lists = usable(lists, 3)
    return estimate(lists, lambda each: each.found + latent.unseen(each), draws=draws, seed=seed)


def _total(choose: Callable[[Lists], Fit]) -> Callable[[Lists], float]:
    return lambda lists: lists.found + choose(usable(lists)).unseen
