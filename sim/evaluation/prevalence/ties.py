"""Estimates from samples along ties, and from what people know of those with whom they work.

All are of people exploited on the day. ``within`` are those at work to whom the estimate is confined: all of them, or
those of a region or a sector; how many they are is taken as known, except by ``chain_size``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import rankdata

from sim.evaluation.estimate import LEVEL, Estimate, NotPossibleError
from sim.evaluation.prevalence.loglinear import NORMAL_95
from sim.evaluation.prevalence.samples import Chain, Knowing

DRAWS = 400
LEAST = 5  # respondents, below which nothing is estimated
ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
TIMES = np.geomspace(0.01, 30.0, 24)  # of sampling, in units of one over the mean of ties
ORDERS = 200  # orders that are drawn for each
Bool = NDArray[np.bool_]


def chain_share(sample: Chain, within: Bool, seed: int = 0) -> Estimate:
    """Respondent-driven sampling, RDS-II (Volz and Heckathorn 2008): shares weighted by one over ties.

    The interval draws whole chains again.
    """
    kept = within[sample.who]
    if kept.sum() < LEAST:
        raise NotPossibleError(f"only {int(kept.sum())} respondents")
    weight = np.where(kept, 1 / sample.degree, 0.0)
    trees = int(sample.tree.max()) + 1
    says, all_ = (np.bincount(sample.tree, weight * each, trees) for each in (sample.says, 1.0))
    size = float(within.sum())

    def number(top: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
        return size * top / np.maximum(below, 1e-12)

    drawn = np.random.default_rng([seed, 2]).integers(trees, size=(DRAWS, trees))
    values = number(says[drawn].sum(axis=1), all_[drawn].sum(axis=1))
    low, high = np.quantile(values, ENDS)
    notes = (f"{trees} chains for {len(sample.who)} respondents",)
    return Estimate(float(number(says.sum(), all_.sum())), float(low), float(high), notes=notes)


def chain_size(sample: Chain, within: Bool, seed: int = 0) -> Estimate:
    """Successive sampling: who has many ties comes first, the more so the larger the part that has been sampled.

    Respondents are taken to come at random times, at rates in proportion to their ties (Gile 2011). The time over which
    sampling must have gone on for the order of ties to be as it is gives everybody's chance of being in the sample, and
    one over it adds up to how many there are. Nothing has to be known of how many are at work.
    """
    if not within.all():
        raise NotPossibleError("it says how many people the chains could have reached, not where they work")
    if len(sample.who) < LEAST:
        raise NotPossibleError(f"only {len(sample.who)} respondents")
    rate = sample.degree / sample.degree.mean()
    seen = _agreement(rate[None, :])[0]
    rng = np.random.default_rng([seed, 3])
    chances = np.array([1 - np.exp(-rate * time) for time in TIMES])
    orders = np.stack([_drawn_agreement(rate, chance, rng) for chance in chances])  # (times, ORDERS)
    middle = np.minimum.accumulate(orders.mean(axis=1))
    numbers = (sample.says / chances).sum(axis=1)
    low_order, high_order = (np.minimum.accumulate(each) for each in np.quantile(orders, ENDS, axis=1))
    if seen >= middle[0] or seen < low_order[-1]:
        raise NotPossibleError("ties do not grow fewer along the chains, so that nothing says how many there are")

    def at(order: NDArray[np.float64]) -> float:
        """People, if sampling has gone on until ``order`` falls to what is seen."""
        return float(np.interp(-seen, -order, numbers))

    point, low = at(middle), at(high_order)
    high = math.inf if low_order[0] <= seen else at(low_order)
    # chance in how many of the respondents are exploited comes on top of chance in the order
    share = max(float(sample.says.mean()), 1 / len(rate))
    own = NORMAL_95**2 * (1 - share) / (share * len(rate))
    if point <= 0:
        raise NotPossibleError("no respondent says that she is exploited")
    ends = [
        math.exp(math.sqrt(math.log(max(each, 1e-9) / point) ** 2 + own)) for each in (low, high) if each < math.inf
    ]
    return Estimate(point, point / ends[0], math.inf if len(ends) < 2 else point * ends[1])


def _agreement(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rank correlation of rates with their order in the last axis."""
    ranks = rankdata(rates, axis=-1)
    order = np.arange(rates.shape[-1], dtype=float)
    ranks, order = ranks - ranks.mean(axis=-1, keepdims=True), order - order.mean()
    spread = np.sqrt((ranks**2).sum(axis=-1) * (order**2).sum())
    return np.asarray((ranks * order).sum(axis=-1) / np.maximum(spread, 1e-12))


def _drawn_agreement(
    rate: NDArray[np.float64], chance: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """The same, of orders in which people come at random within the time that gives each ``chance``."""
    times = -np.log1p(-rng.random((ORDERS, len(rate))) * chance) / rate
    return _agreement(rate[np.argsort(times, axis=1)])


def link_tracing(
    found: NDArray[np.int64], ties: sparse.csr_matrix, exploited: Bool, knows: float, seed: int
) -> Estimate:
    """One wave along ties (Frank and Snijders 1994): how many of the ties named by those found first lead among them.

    The interval leaves one person after another out of those found first (jackknife): ties that she names go, and those
    that others have with her lead out of them. A tie has two ends, so that leaving people out shows it twice, which the
    factor takes back. Where no tie is left among the others, nothing says how many there are, and the interval is open.

    Parameters
    ----------
    found : positions of exploited people who were found and asked.
    ties, exploited : among those at work.
    knows : share of ties with exploited people that they name.
    """
    if len(found) < LEAST:
        raise NotPossibleError(f"only {len(found)} exploited people were found to begin with")
    rng = np.random.default_rng([seed, 4])
    first = np.zeros(len(exploited), bool)
    first[found] = True
    inside, outside = np.zeros(len(found)), np.zeros(len(found))
    by_others = np.zeros(len(exploited))  # how many of those found first name a person
    for at, person in enumerate(found):
        near = ties.indices[ties.indptr[person] : ties.indptr[person + 1]]
        named = near[exploited[near] & (rng.random(len(near)) < knows)]
        inside[at], outside[at] = first[named].sum(), (~first[named]).sum()
        by_others[named] += 1
    n, r, s = len(found), inside.sum(), outside.sum()
    if r == 0:
        raise NotPossibleError("nobody who was found first names anybody else who was")
    point = n + (n - 1) * s / r
    among, out = r - inside - by_others[found], s - outside + by_others[found]
    if (among <= 0).any():
        return Estimate(point, n, math.inf)
    left = np.log((n - 1) + (n - 2) * out / among)
    spread = math.exp(NORMAL_95 * math.sqrt((n - 2) / (2 * n) * float(((left - left.mean()) ** 2).sum())))
    return Estimate(point, max(point / spread, n), point * spread)


def scale_up(sample: Knowing, within: Bool, seed: int = 0) -> Estimate:
    """Network scale-up by all ties (Killworth and others 1998, MLE): exploited people known over people known."""
    return _scaled(sample, within, seed, lambda told: _ratio(told[0].sum(axis=1), told[1].sum(axis=1)))


def scale_up_by_person(sample: Knowing, within: Bool, seed: int = 0) -> Estimate:
    """The same, each respondent's share counting alike (PIMLE)."""

    def mean_share(told: Told) -> NDArray[np.float64]:
        knows, degree, _ = told
        asked = degree > 0
        return _ratio((knows / np.maximum(degree, 1e-12) * asked).sum(axis=1), asked.sum(axis=1))

    return _scaled(sample, within, seed, mean_share)


def scale_up_generalised(sample: Knowing, within: Bool, seed: int = 0) -> Estimate:
    """Generalised scale-up (Feehan and Salganik 2016): reports over the people who know of an exploited person.

    How many know is asked of those respondents who say that they are exploited.
    """

    def reports(told: Told) -> NDArray[np.float64]:
        knows, _, seen = told
        visible = _ratio(np.nansum(seen, axis=1), np.isfinite(seen).sum(axis=1))
        return _ratio(knows.mean(axis=1), visible)

    return _scaled(sample, within, seed, reports)


# knows, degree and seen: float (samples, respondents)
Told = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
Share = Callable[[Told], NDArray[np.float64]]


def _scaled(sample: Knowing, within: Bool, seed: int, share: Share) -> Estimate:
    kept = within[sample.who]
    if kept.sum() < LEAST:
        raise NotPossibleError(f"only {int(kept.sum())} respondents")
    knows, degree, seen = (each[kept].astype(float) for each in (sample.knows, sample.degree, sample.seen))
    size = float(within.sum())
    point = float(share((knows[None], degree[None], seen[None]))[0])
    if not math.isfinite(point):
        raise NotPossibleError("nobody whom respondents could name, or nobody who says that she is exploited")
    drawn = np.random.default_rng([seed, 5]).integers(int(kept.sum()), size=(DRAWS, int(kept.sum())))
    values = share((knows[drawn], degree[drawn], seen[drawn]))
    low, high = np.quantile(np.where(np.isnan(values), math.inf, values), ENDS, method="closest_observation")
    return Estimate(size * point, size * float(low), size * float(high))


def _ratio(top: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """A ratio, nan where there is nothing below."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found = top / below
    return np.asarray(np.where(below > 0, found, np.nan))
