"""From the lives of persons to sums by cell: everything that estimates of risk are made of.

One *population* is a seed: a world with its people and burn-in. It has several *lucks*, each a life of the same people
from week 0 on. A person i whose outcome in luck l is y (0 or 1) has the difference d = y with the policy minus y
without it. Differences of one luck may depend on one another in any way; between lucks they are independent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.results.risk_groups import CELLS, cell_of

Outcomes = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Lives:
    """What became of the same persons in every luck, without a policy and with it.

    Parameters
    ----------
    known : columns of ``sim.week.known``, each (people,).
    baseline, arm : bits of ``Path``, uint16 (lucks, people).
    """

    known: Mapping[str, NDArray[Any]]
    baseline: NDArray[np.uint16]
    arm: NDArray[np.uint16]

    @property
    def lucks(self) -> int:
        """How many lucks there are."""
        return len(self.baseline)

    def happened(self, bits: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """To whom a thing happened in the baseline and in the arm, each bool (lucks, people)."""
        return (self.baseline & bits) > 0, (self.arm & bits) > 0


def lives_of(known: Mapping[str, NDArray[Any]], baseline: Sequence[Outcomes], arm: Sequence[Outcomes]) -> Lives:
    """The lives of those known in week 0, from outcomes by row and generation, luck by luck and in the same order.

    People whom a run does not know are left out of all of them; in worlds that are alike before week 0 there are none.
    """
    wanted = names_of_people(known)
    found, there = [], np.ones(len(wanted), bool)
    for outcomes in (*baseline, *arm):
        names = names_of_people(outcomes)
        order = np.argsort(names)
        place = np.minimum(np.searchsorted(names, wanted, sorter=order), max(len(names) - 1, 0))
        at = order[place] if len(names) else np.zeros(len(wanted), np.int64)
        there &= (names[at] == wanted) if len(names) else False
        found.append(outcomes["path"][at] if len(names) else np.zeros(len(wanted), np.uint16))
    paths = np.array(found, np.uint16)[:, there]
    kept = {name: column[there] for name, column in known.items()}
    return Lives(kept, paths[: len(baseline)], paths[len(baseline) :])


def names_of_people(people: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """A number for each person that no other has, int64 (people,): generation and row."""
    return (people["row"].astype(np.int64) << 32) | people["generation"]


@dataclass(frozen=True)
class Counts:
    """Sums over the people of each cell in one population, for one outcome.

    Parameters
    ----------
    people : (cells,), persons.
    happened : (lucks, cells), to how many it happened in the baseline.
    change : (lucks, cells), sum of differences.
    square : (lucks, cells), sum of their squares: to how many it happened in one of the two worlds only.
    across : (lucks, cells), sum of the difference in this luck times those in all other lucks together.
    """

    people: NDArray[np.float64]
    happened: NDArray[np.float64]
    change: NDArray[np.float64]
    square: NDArray[np.float64]
    across: NDArray[np.float64]

    @property
    def lucks(self) -> int:
        """How many lucks there are."""
        return len(self.change)


def counts_of(cell: NDArray[np.int64], before: NDArray[np.bool_], after: NDArray[np.bool_]) -> Counts:
    """The sums from the cell of every person (people,) and to whom it happened, bool (lucks, people)."""
    difference = after.astype(np.int8) - before.astype(np.int8)
    others = difference.sum(axis=0, dtype=np.int64) - difference

    def by_cell(values: NDArray[Any]) -> NDArray[np.float64]:
        return np.array([np.bincount(cell, weights=of_luck, minlength=CELLS) for of_luck in values])

    return Counts(
        people=np.bincount(cell, minlength=CELLS).astype(float),
        happened=by_cell(before),
        change=by_cell(difference),
        square=by_cell(difference != 0),
        across=by_cell(difference * others),
    )
