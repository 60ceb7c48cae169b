r"""What the counts of several populations and lucks say of risk: its change, how unequal changes are, who gains and loses.

**Risk** is a chance: of all the ways in which the weeks after week 0 can turn out for person i, the share in which it
happens to her. Her change of risk under a policy, c_i, cannot be seen, as each life is lived once; what is seen is the
difference d_il of two lives in luck l, whose expectation is c_i.

**Change of a group.** The mean of d over a group's people and over the lucks of a population is unbiased for the
group's mean change there. Lucks of one population share its world and people, so they are no independent evidence of
other populations: their mean is one value, and the interval is Student's over the populations' values. It needs no
assumption on how lucks of a population resemble one another. With a single population the interval is Student's over
its lucks, and speaks of this population only.

**Spread of changes.** With n people and two lucks l and m, the sample covariance over people

    C_lm = 1/(n - 1) · Σ_i (d_il - mean_l) (d_im - mean_m)

has the expectation Σ_i (c_i - mean c)² / (n - 1), the variance of the true changes: d_il - mean_l and d_im - mean_m are
independent between lucks, and each has the expectation c_i - mean c. Luck itself drops out, however much people's
lucks in one world depend on one another. The variance of d would hold it: nearly all of what twins differ by. The mean
of C_lm over all pairs of lucks is the estimate. Being unbiased it may come out below zero where changes hardly differ,
and is given so, as minus the root of its size. Its interval is Student's over populations; with one population it is
that of the jackknife over lucks.

**How many gain and lose** cannot be had from moments alone; see :func:`gains_and_losses` for what is assumed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.results.risk_counts import Counts
from sim.results.risk_groups import GROUPS, MEMBERS, PLACES
from sim.results.statistics import PER, Interval, t_interval, t_quantile
from sim.results.signs import LEVEL

LEAST = 0.005  # a change of risk that counts as a gain or a loss: one in two hundred
BEYOND = 1.96  # standard errors by which cells lie further apart than luck sets them, before they count as different
BORROWED = 20.0  # lives of its place that are added to a cell's own when its luck is judged
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def risk_in(counts: Sequence[Counts], members: Bools) -> float:
    """The share of a group to whom it happens in the baseline, mean over populations; NaN where nobody belongs."""
    found = [
        each.happened[:, members].sum(axis=1).mean() / people
        for each in counts
        if (people := each.people[members].sum()) > 0
    ]
    return float(np.mean(found)) if found else np.nan


def change_in(counts: Sequence[Counts], members: Bools) -> Interval:
    """Mean change of risk of a group, ``members`` bool (cells,): a share, with its 95 % interval."""
    by_luck = [
        each.change[:, members].sum(axis=1) / people for each in counts if (people := each.people[members].sum()) > 0
    ]
    if len(counts) == 1:
        return t_interval(by_luck[0] if by_luck else [])
    return t_interval([values.mean() for values in by_luck])


def p_of(found: Interval) -> float:
    """Two-sided t test of no mean, from its interval; NaN where there is none."""
    from scipy import special  # noqa: PLC0415 - one seed has no test

    if np.isnan(found.low):
        return float("nan")
    degrees = found.count - 1
    error = (found.high - found.mean) / t_quantile(degrees, LEVEL)
    return float(2.0 * special.stdtr(degrees, -abs(found.mean) / error))


def variance_in(counts: Sequence[Counts], members: Bools) -> Interval:
    """Variance of the true changes of risk of a group's people, free of luck, with its 95 % interval.

    NaN with one luck, and where no population has two people of the group.
    """
    parts = [(each.people[members].sum(), each.change[:, members].sum(axis=1), each.across[:, members].sum(axis=1))
             for each in counts]  # fmt: skip
    found = [variance_between_lucks(people, change, across.sum()) for people, change, across in parts]
    if len(counts) > 1:
        return t_interval(found)
    people, change, across = parts[0]
    lucks = len(change)
    without = [
        variance_between_lucks(people, np.delete(change, k), across.sum() - 2.0 * across[k]) for k in range(lucks)
    ]
    return _jackknife(found[0], np.array(without))


def variance_between_lucks(people: float, change: Floats, across: float) -> float:
    """The mean of C_lm over pairs of lucks, from sums over the people of a group in one population.

    Parameters
    ----------
    people : how many there are.
    change : (lucks,), sum of differences in each luck.
    across : sum over people and over ordered pairs of two lucks of the product of their differences.
    """
    lucks = len(change)
    if lucks < 2 or people < 2:
        return float("nan")
    mean = change / people
    pairs = mean.sum() ** 2 - (mean**2).sum()
    return float((across - people * pairs) / (lucks * (lucks - 1) * (people - 1)))


def _jackknife(value: float, without: Floats) -> Interval:
    """``value`` with the interval from values without one luck each (lucks,); none from fewer than three lucks."""
    lucks = len(without)
    if lucks < 3 or not np.isfinite(without).all() or not np.ptp(without):
        return Interval(value, np.nan, np.nan, lucks)
    half = t_quantile(lucks - 1, LEVEL) * np.sqrt((lucks - 1) * without.var())
    return Interval(value, value - half, value + half, lucks)


def signed_root(variance: float) -> float:
    """The root of a variance as it was estimated: minus the root of its size where it came out below zero."""
    return float(np.sign(variance) * np.sqrt(abs(variance)))


# --- who gains and who loses ------------------------------------------------------------------------------------


def gains_and_losses(counts: Sequence[Counts], least: float = LEAST) -> tuple[Floats, Floats]:
    """How many people's risk rises and how many people's falls by at least ``least``; each (groups, 3).

    People per 100 000 of each of ``GROUPS``: a value, and the least and the most that the 95 % ends of its ingredients
    give. NaN with one luck.

    The model, place by place (at home, abroad with status, abroad without): people of whom the same is known make a
    *cell*. A cell's mean change is drawn to the mean of its place as far as luck alone would set it apart, all the way
    where cells lie no further apart than luck sets them. Inside a cell changes are normal around its mean, with the part of the place's spread that lies not between cells; the value
    takes that part as none unless its interval excludes none, as chance alone would otherwise fill a place with people
    who gain and lose. What is assumed is the shape: where most people of a cell have no change at all and a few a large
    one, the normal puts far too many among those who gain or lose. So the range takes two shapes, the normal and its
    opposite, in which some of a cell change alike and the others not at all, and for both the mean change and the
    spread of each place at the ends of their intervals, all places in the same direction.
    """
    shape = (2 * 9, MEMBERS.shape[1])  # two shapes, three means, three spreads
    if min(each.lucks for each in counts) < 2:
        nothing = np.full((len(GROUPS), 3), np.nan)
        return nothing, nothing
    people = np.sum([each.people for each in counts], axis=0)
    rise, fall = np.zeros(shape), np.zeros(shape)
    for place in PLACES:
        members = MEMBERS[list(GROUPS).index(place)]
        _chances(counts, members & (people > 0), least, rise, fall)
    size = MEMBERS @ people
    with np.errstate(invalid="ignore", divide="ignore"):
        every = [PER * (chance * people) @ MEMBERS.T / size for chance in (rise, fall)]
    rose, fell = (np.stack([each[0], each.min(axis=0), each.max(axis=0)], axis=1) for each in every)
    return rose, fell


def _chances(counts: Sequence[Counts], members: Bools, least: float, rise: Floats, fall: Floats) -> None:
    """Fill in, for the cells of one place, the chance that someone's change is at least ``least`` up, or down.

    ``rise``, ``fall`` : (variants, cells); the first variant takes everything at its estimate, the others at the ends.
    """
    if not members.any():
        return
    mean, luck, between = _cells(counts, members)
    kept = between / (between + luck) if between > 0 else np.zeros(len(luck))
    change, spread = change_in(counts, members), variance_in(counts, members)
    inside = np.maximum(np.array(_ends(spread)) - between, 0.0)
    if not inside[1] > 0.0:
        inside[0] = 0.0
    variants = [(shift, variance) for shift in _ends(change) for variance in inside]
    overall = _ends(change)[0]
    for number, (shift, variance) in enumerate(variants):
        middle = shift + kept * (mean - overall)
        deviation = np.sqrt(kept * luck + variance)
        rise[number, members] = _above(middle - least, deviation)
        fall[number, members] = _above(-middle - least, deviation)
        some = _some(middle, variance, least)
        rise[9 + number, members], fall[9 + number, members] = some * (middle > 0), some * (middle < 0)


def _cells(counts: Sequence[Counts], members: Bools) -> tuple[Floats, Floats, float]:
    """Mean change of each cell, the variance that luck gives it, and the variance between cells without luck."""
    people = np.sum([each.people[members] for each in counts], axis=0)
    lives = np.sum([each.lucks * each.people[members] for each in counts], axis=0)
    mean = np.sum([each.change[:, members].sum(axis=0) for each in counts], axis=0) / lives
    square = np.sum([each.square[:, members].sum(axis=0) for each in counts], axis=0)
    luck = (square + BORROWED * square.sum() / lives.sum()) / (lives + BORROWED) / lives
    weight = people / people.sum()
    apart = np.sum(weight * (mean - np.sum(weight * mean)) ** 2) - np.sum(weight * (1.0 - weight) * luck)
    if apart <= BEYOND * np.sqrt(2.0 * np.sum((weight * luck) ** 2)):  # luck alone sets cells so far apart
        return mean, luck, 0.0
    return mean, luck, float(apart / (1.0 - np.sum(weight**2)))


def _ends(found: Interval) -> tuple[float, float, float]:
    """The estimate and its ends; the estimate for all where there is no interval."""
    mean = 0.0 if np.isnan(found.mean) else found.mean
    return (mean, mean, mean) if np.isnan(found.low) else (mean, found.low, found.high)


def _some(mean: Floats, variance: float, least: float) -> Floats:
    """The share of a cell that changes where some change alike and the others not at all, if that is ``least`` or more.

    With a share q that changes by a, the mean is q·a and the variance q·(1 - q)·a².
    """
    size = np.abs(mean)
    with np.errstate(invalid="ignore", divide="ignore"):
        alike = size + variance / size
        return np.where((size > 0) & (alike >= least), size / alike, 0.0)


def _above(distance: Floats, deviation: Floats) -> Floats:
    """Chance that a normal lies above zero: ``distance`` is its mean, and ``deviation`` may be zero."""
    from scipy import special  # noqa: PLC0415 - one luck has no spread

    with np.errstate(invalid="ignore", divide="ignore"):
        found = special.ndtr(distance / deviation)
    return np.where(deviation > 0, found, (distance >= 0).astype(float))
