"""Two halves of what was run: in one groups are searched for, in the other their changes of risk are estimated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ground.errors import RequestError
from sim.results.signs import LEVEL
from sim.results.statistics import t_quantile
from sim.results.traits import blocks_of

KINDS = ("lucks", "populations")
FEWEST = 4  # lucks or populations, two in each half
NONE = float("nan")


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; NaN where there is none."""

    value: float
    low: float
    high: float

    @classmethod
    def none(cls) -> Estimate:
        """No value at all."""
        return cls(NONE, NONE, NONE)

    @property
    def above_zero(self) -> bool:
        """Whether the whole interval is above zero."""
        return bool(self.low > 0)


@dataclass(frozen=True)
class Population:
    """The people of one population: the outcome without the policy, and how it changes, int8 (lucks, people)."""

    before: NDArray[np.int8]
    change: NDArray[np.int8]

    def __len__(self) -> int:
        return self.change.shape[1]


@dataclass(frozen=True)
class Halves:
    """Which lucks of each population are searched and which serve to estimate; see ``halve``.

    People of all populations are counted through, one population after the other; ``members`` and ``expected`` below
    are arrays (people,) in that order.
    """

    kind: str
    populations: Sequence[Population]
    searched: Sequence[NDArray[np.int64]]
    estimated: Sequence[NDArray[np.int64]]

    @cached_property
    def blocks(self) -> list[slice]:
        """Where the people of each population stand."""
        return blocks_of([len(population) for population in self.populations])

    # --- the half that is searched ------------------------------------------------------------------------------

    def folds(self, most: int) -> list[list[NDArray[np.int64]]]:
        """The searched lucks in at most ``most`` parts, each by population: what fits some is tried on others."""
        if self.kind == "lucks":
            count = min(most, *(len(lucks) for lucks in self.searched))
            return [[lucks[part::count] for lucks in self.searched] for part in range(count)]
        own = [number for number, lucks in enumerate(self.searched) if len(lucks)]
        count = min(most, len(own))
        none = np.empty(0, np.int64)
        return [
            [lucks if number in own[part::count] else none for number, lucks in enumerate(self.searched)]
            for part in range(count)
        ]

    def mean(self, lucks: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """People of whom something is seen in these lucks, and their mean change less that of their population."""
        rows, means = [], []
        for block, population, chosen in zip(self.blocks, self.populations, lucks, strict=True):
            if len(chosen):
                mean = population.change[chosen].mean(axis=0)
                rows.append(np.arange(block.start, block.stop))
                means.append(mean - mean.mean())
        return np.concatenate(rows), np.concatenate(means)

    def gains(self, lucks: Sequence[NDArray[np.int64]], expected: NDArray[np.float64]) -> list[float]:
        """For each of these lucks, how much squared error ``expected`` saves against one change for everybody."""
        found = []
        for block, population, chosen in zip(self.blocks, self.populations, lucks, strict=True):
            if len(chosen):
                value = expected[block] - expected[block].mean()
                products = population.change[chosen] @ value / len(value)
                found += (2 * products - np.mean(value * value)).tolist()
        return found

    # --- the half that estimates --------------------------------------------------------------------------------

    def change(self, members: NDArray[np.bool_], *, less: NDArray[np.bool_] | None = None) -> Estimate:
        """Change of risk among members; with ``less``, that among members minus that among the others."""
        values, weights = [], []
        for block, change in self._changes():
            own = members[block]
            others = own if less is None else less[block]
            if own.any() and others.any():
                mean = change[:, own].mean(axis=1, dtype=float)
                values.append(mean if less is None else mean - change[:, others].mean(axis=1, dtype=float))
                weights.append(float(own.sum()))
        return combined(values, weights, self.kind)

    def risk(self, members: NDArray[np.bool_]) -> float:
        """Risk among members without the policy."""
        parts = [
            (population.before[np.ix_(lucks, np.flatnonzero(members[block]))].mean(axis=0).sum(), members[block].sum())
            for block, population, lucks in zip(self.blocks, self.populations, self.estimated, strict=True)
            if len(lucks) and members[block].any()
        ]
        return float(sum(part for part, _ in parts) / sum(count for _, count in parts)) if parts else NONE

    def slope(self, expected: NDArray[np.float64], *, least: float = 0.0) -> Estimate:
        """Slope of changes on what is expected, within each run; none where its SD is ``least`` at most."""
        values, weights = [], []
        for block, change in self._changes():
            value = expected[block] - expected[block].mean()
            if value.std() > max(least, 1e-12):
                values.append(change @ value / (value @ value))
                weights.append(float(value @ value))
        return combined(values, weights, self.kind)

    def explained(self, expected: NDArray[np.float64]) -> Estimate:
        """Part of the variance of individual changes of risk that follows what is expected.

        Luck has no part in either: both are means of products of two runs with different lucks, so the luck of one run
        meets the luck of another. What is expected is held against this half only; the variance of individual changes
        is the same in both, and with halves of lucks it is taken from all of them. No value where it is not above zero,
        as far as its interval tells, or where a population has fewer than three lucks in this half.
        """
        tables = [
            _products(population.change, lucks, expected[block])
            for block, population, lucks in zip(self.blocks, self.populations, self.estimated, strict=True)
            if len(lucks)
        ]
        if not tables or min(np.isfinite(along).sum() for along, _, _ in tables) < 3:
            return Estimate.none()
        spread = _jackknife(tables, lambda pair: pair[1], self.kind)
        if not spread.above_zero:
            return Estimate.none()
        return _jackknife(tables, lambda pair: pair[0] / pair[1], self.kind)

    def _changes(self) -> Iterator[tuple[slice, NDArray[np.int8]]]:
        for block, population, lucks in zip(self.blocks, self.populations, self.estimated, strict=True):
            if len(lucks):
                yield block, population.change[lucks]


def halve(populations: Sequence[Population], kind: str, seed: int) -> Halves:
    """Deal lucks, or populations, into two halves; ``kind`` is one of ``KINDS``.

    Raises
    ------
    RequestError : there is no such kind, or there are fewer than ``FEWEST`` to deal.
    """
    if kind not in KINDS:
        raise RequestError(f"there are no halves of {kind!r}", where="halves", given=kind, allowed=KINDS)
    fewest = len(populations) if kind == "populations" else min(len(one.change) for one in populations)
    if fewest < FEWEST:
        raise RequestError(
            f"{fewest} {kind} make no two halves, one to search and one to estimate; at least {FEWEST} are needed",
            where="halves",
        )
    generator = np.random.default_rng(seed)
    none = np.empty(0, np.int64)
    if kind == "populations":
        chosen = set(generator.permutation(len(populations))[: len(populations) // 2].tolist())
        every = [np.arange(len(one.change)) for one in populations]
        searched = [lucks if number in chosen else none for number, lucks in enumerate(every)]
        estimated = [none if number in chosen else lucks for number, lucks in enumerate(every)]
        return Halves(kind, populations, searched, estimated)
    dealt = [generator.permutation(len(one.change)) for one in populations]
    first = [np.sort(order[: len(order) // 2]) for order in dealt]
    last = [np.sort(order[len(order) // 2 :]) for order in dealt]
    return Halves(kind, populations, first, last)


def combined(values: Sequence[NDArray[np.float64]], weights: Sequence[float], kind: str) -> Estimate:
    """Weighted mean over populations of the means of their lucks, with its 95 % t interval.

    ``values`` by population (lucks,). The interval is over lucks, populations as they are, or over populations. There
    is none where nothing varies.
    """
    if not values:
        return Estimate.none()
    weight = np.array(weights) / np.sum(weights)
    means = np.array([value.mean() for value in values])
    mean = float(weight @ means)
    if kind == "lucks":
        variance = sum(w * w * value.var(ddof=1) / len(value) for w, value in zip(weight, values, strict=True))
        return _interval(mean, float(variance), sum(len(value) - 1 for value in values))
    count = len(means)
    if count < 2:
        return Estimate(mean, NONE, NONE)
    apart = count * weight * (means - mean)
    return _interval(mean, float(apart @ apart) / (count * (count - 1)), count - 1)


def _interval(mean: float, variance: float, df: int) -> Estimate:
    if variance <= 0 or df < 1:
        return Estimate(mean, NONE, NONE)
    half = t_quantile(df, LEVEL) * variance**0.5
    return Estimate(mean, mean - half, mean + half)


# --- variance without luck --------------------------------------------------------------------------------------

# of runs with what is expected, NaN where a run was searched; of runs with runs; how many people
Products = tuple[NDArray[np.float64], NDArray[np.float64], int]


def _products(change: NDArray[np.int8], lucks: NDArray[np.int64], expected: NDArray[np.float64]) -> Products:
    """Covariances over people: of changes in ``lucks`` with what is expected (in its SDs), and of each two runs'."""
    value = expected - expected.mean()
    spread = value.std()
    centred = change - change.mean(axis=1, keepdims=True, dtype=np.float32)
    along = np.full(len(change), NONE)
    along[lucks] = centred[lucks] @ value / (len(value) * spread) if spread > 1e-12 else 0.0
    return along, (centred @ centred.T).astype(float) / len(value), len(value)


def _variances(table: Products, left_out: int | None) -> NDArray[np.float64]:
    """Variance along what is expected and in all, of people in one population, from products of two runs each."""
    along, runs, people = table
    if left_out is not None:
        along, runs = np.delete(along, left_out), np.delete(np.delete(runs, left_out, 0), left_out, 1)
    own = along[np.isfinite(along)]
    followed = (own.sum() ** 2 - own @ own) / (len(own) * (len(own) - 1))
    return people * np.array([followed, (runs.sum() - np.trace(runs)) / (len(runs) * (len(runs) - 1))])


def _jackknife(tables: Sequence[Products], of: Callable[[NDArray[np.float64]], float], kind: str) -> Estimate:
    """What ``of`` makes of both variances over all populations, with an interval that leaves out one run at a time."""
    whole = np.array([_variances(table, None) for table in tables])
    total = whole.sum(axis=0)
    value = float(of(total))
    if kind == "populations":
        if len(tables) < 2:
            return Estimate(value, NONE, NONE)
        others = np.array([of(total - part) for part in whole])
        variance = (len(tables) - 1) / len(tables) * float(((others - others.mean()) ** 2).sum())
        return _interval(value, variance, len(tables) - 1)
    variance, df = 0.0, 0
    for table, part in zip(tables, whole, strict=True):
        count = len(table[0])
        others = np.array([of(total - part + _variances(table, luck)) for luck in range(count)])
        variance += (count - 1) / count * float(((others - others.mean()) ** 2).sum())
        df += count - 1
    return _interval(value, variance, df)
