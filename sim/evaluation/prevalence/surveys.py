"""Estimates from a list of workplaces and from households."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from sim.evaluation.estimate import LEVEL, Estimate, NotPossibleError
from sim.evaluation.prevalence.samples import Visits
from sim.evaluation.prevalence.ties import DRAWS, ENDS, LEAST


def time_location(sample: Visits, filled: NDArray[np.int64], within: NDArray[np.bool_], seed: int = 0) -> Estimate:
    """People exploited on the day at workplaces, from those drawn from a list (Horvitz and Thompson).

    Parameters
    ----------
    filled, within : of every workplace: how many work there, and whether it counts.
    """
    kept = within[sample.venues] & (sample.asked > 0)
    if sample.asked[kept].sum() < LEAST:
        raise NotPossibleError(f"only {int(sample.asked[kept].sum())} respondents")
    reached = sample.asked > 0
    share = sample.said / np.maximum(sample.asked, 1)
    # a workplace where nobody took part counts as the mean of the others
    each = (filled[sample.venues] * share * within[sample.venues])[reached]
    rng = np.random.default_rng([seed, 6])
    values = sample.frame * each[rng.integers(len(each), size=(DRAWS, len(each)))].mean(axis=1)
    low, high = np.quantile(values, ENDS)
    return Estimate(float(sample.frame * each.mean()), float(low), float(high))


def household(told: NDArray[np.bool_], people: int) -> Estimate:
    """People exploited in the year, from what is told of a random sample of the ``people`` of regions of origin."""
    if len(told) < LEAST:
        raise NotPossibleError(f"only {len(told)} people were asked about")
    interval = binomtest(int(told.sum()), len(told)).proportion_ci(LEVEL, method="wilson")
    return Estimate(float(told.mean() * people), float(interval.low * people), float(interval.high * people))
