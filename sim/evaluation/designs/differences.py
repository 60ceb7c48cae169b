"""Designs that hold places with the policy against places without it, before and after."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.designs.panel import Floats, Panel, by_t, controls, one_start, panel_of
from sim.evaluation.estimate import LEVEL, Estimate, NotPossibleError

MOST_ENUMERATED = 12  # units for which every pattern of signs is looked at
DRAWS = 1999  # of signs, where there are more units
FEW = 10  # clusters from which on clustered errors are trusted


def difference_in_differences(frame: pd.DataFrame) -> Estimate:
    """The change in places with the policy less that in places without it; errors clustered by place."""
    change, treated = _changes(panel_of(frame))
    estimate, se = _difference(change, treated)
    note = () if len(change) >= FEW else (f"{len(change)} places are few for clustered errors, which come out small",)
    return by_t(estimate, se, len(change) - 1, note)


def difference_in_differences_wild(frame: pd.DataFrame, *, seed: int = 1) -> Estimate:
    """The same with errors by the wild bootstrap: signs of places' deviations are turned over, all ways or many."""
    change, treated = _changes(panel_of(frame))
    estimate, _ = _difference(change, treated)
    signs = _signs(len(change), seed)
    p = _wild_p(change, treated, 0.0, signs)
    low, high = (_end(change, treated, estimate, side, signs) for side in (-1.0, 1.0))
    least = 2.0 ** (1 - len(change))
    notes = () if least <= 1 - LEVEL else (f"with {len(change)} places p cannot fall below {least:.2g}",)
    return Estimate(estimate, low, high, p, notes)


def pre_trend(frame: pd.DataFrame) -> float:
    """P value of "places with and without the policy moved alike before it"; nan where that cannot be tested."""
    try:
        panel = panel_of(frame)
        others = controls(panel)
    except NotPossibleError:
        return float("nan")
    before = panel.times < panel.first
    gap = panel.y[panel.treated][:, before].mean(axis=0) - others.y[:, before].mean(axis=0)
    if len(gap) < 4 or gap.std() == 0:
        return float("nan")
    from scipy import stats  # noqa: PLC0415

    return float(stats.linregress(np.arange(len(gap)), gap).pvalue)


def two_way(frame: pd.DataFrame) -> Estimate:
    """A regression on places, periods and whether the policy holds (two-way fixed effects), clustered by place."""
    panel = panel_of(frame)
    return _two_way(panel.y, panel.on.astype(float))


def cross_country(frame: pd.DataFrame, *, year: int = 4) -> Estimate:
    """Yearly logarithms of records on whether the policy holds, with a term for each place and year.

    This is the regression of panels of countries. The change in per cent is turned into records per place and period.
    """
    panel = panel_of(frame)
    years = len(panel.times) // year
    if years < 3:
        raise NotPossibleError("a panel of countries needs three or more whole years")
    shape = (len(panel.units), years, year)
    y = panel.y[:, : years * year].reshape(shape).sum(axis=2)
    on = panel.on[:, : years * year].reshape(shape).mean(axis=2)
    found = _two_way(np.log1p(y), on)
    held = panel.y[panel.on].mean()
    ends = [held * (1 - np.exp(-value)) for value in (found.estimate, found.low, found.high)]
    return Estimate(float(ends[0]), float(ends[1]), float(ends[2]), found.p, found.notes)


def _two_way(y: Floats, on: Floats) -> Estimate:
    """Least squares of ``y`` on ``on`` with a term for each row and column, float64 (units, periods) both."""
    units = len(y)
    d, rest = _without_means(on), _without_means(y)
    size = float((d**2).sum())
    if size < 1e-12 or units < 3:
        raise NotPossibleError("the policy holds everywhere at the same time, or there are fewer than three places")
    estimate = float((d * rest).sum() / size)
    scores = (d * (rest - estimate * d)).sum(axis=1)
    terms = 1 + y.shape[1]  # as usual, terms of places are not counted: they lie within clusters
    correction = units / (units - 1) * (y.size - 1) / (y.size - terms)
    return by_t(estimate, float(np.sqrt(correction * (scores**2).sum()) / size), units - 1)


def _without_means(values: Floats) -> Floats:
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    return np.asarray(values - rows - columns + values.mean())


def _changes(panel: Panel) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean after less mean before by unit, and which units have the policy; at least two of each kind."""
    start = one_start(panel, "a difference in differences")
    controls(panel, 2)
    if panel.treated.sum() < 2:
        raise NotPossibleError("it needs two or more places with the policy, or errors cannot be told")
    after = panel.times >= start
    return panel.y[:, after].mean(axis=1) - panel.y[:, ~after].mean(axis=1), panel.treated


def _difference(change: Floats, treated: NDArray[np.bool_]) -> tuple[float, float]:
    """Difference of means and its clustered standard error, where each place is one cluster."""
    one, other = change[treated], change[~treated]
    spread = ((one - one.mean()) ** 2).sum() / len(one) ** 2 + ((other - other.mean()) ** 2).sum() / len(other) ** 2
    units = len(change)
    return float(one.mean() - other.mean()), float(np.sqrt(spread * units / (units - 1)))


def _signs(units: int, seed: int) -> Floats:
    """Patterns of signs, float64 (patterns, units): all of them where there are few."""
    if units <= MOST_ENUMERATED:
        return np.array(list(itertools.product((-1.0, 1.0), repeat=units)))
    return np.random.default_rng(seed).choice((-1.0, 1.0), size=(DRAWS, units))


def _wild_p(change: Floats, treated: NDArray[np.bool_], effect: float, signs: Floats) -> float:
    """Share of sign patterns whose t is as large as that found, if the policy's effect were ``effect``."""
    free = change - effect * treated
    residual = free - free.mean()
    drawn = residual * signs
    observed = _t(free[None, :], treated)[0]
    return float((_t(drawn, treated) >= observed - 1e-9).mean())


def _t(changes: Floats, treated: NDArray[np.bool_]) -> Floats:
    """The size of t for every row of changes."""
    one, other = changes[:, treated], changes[:, ~treated]
    gap = one.mean(axis=1) - other.mean(axis=1)
    variance = one.var(axis=1) / one.shape[1] + other.var(axis=1) / other.shape[1]
    return np.asarray(np.abs(gap) / np.sqrt(np.maximum(variance, 1e-300)))


def _end(change: Floats, treated: NDArray[np.bool_], estimate: float, side: float, signs: Floats) -> float:
    """The end of the interval on one side: the farthest effect that is not rejected; inf where none is."""
    _, se = _difference(change, treated)
    step = max(se, 1e-9)
    inside, outside = 0.0, 1.0
    while _wild_p(change, treated, estimate + side * outside * step, signs) >= 1 - LEVEL:
        inside, outside = outside, 2 * outside
        if outside > 2**9:
            return side * float("inf")
    for _ in range(20):
        middle = (inside + outside) / 2
        kept = _wild_p(change, treated, estimate + side * middle * step, signs) >= 1 - LEVEL
        inside, outside = (middle, outside) if kept else (inside, middle)
    return estimate + side * outside * step
