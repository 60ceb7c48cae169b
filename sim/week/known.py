"""What is known of every person in week 0, before any policy begins: the columns by which risks are told apart."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Path, Stage
from sim.ground.kernel import kernel, rule
from sim.ground.table import Table

# what each column says of a person, as one byte
COLUMNS = {
    "place": "0 at home, 1 abroad with status, 2 abroad without status",
    "need": "1 in need of protection from what happens at home",
    "female": "1 for women and girls",
    "minor": "1 under eighteen when the person entered the age at risk",
    "means": "cash at hand among all people at risk: 0 the lowest third, 1 the middle, 2 the highest",
    "skill": "1 for skilled people",
    "debt": "1 if the person owes anything",
}


def known_of(people: Table) -> dict[str, NDArray[Any]]:
    """Who is at risk in week 0 and what is known of each, without the dead.

    Parameters
    ----------
    people : the table of people at the beginning of week 0, with the ``path`` with which the weeks that count begin.

    Returns
    -------
    row and generation int32, and ``COLUMNS`` uint8, each (persons,), in the order of rows.
    """
    alive = people["stage"] != Stage.DEAD
    count = int(np.count_nonzero(alive))
    means = means_of(people["cash"][alive])  # of a copy that is gone before anything else is made
    known = {name: np.empty(count, np.int32) for name in ("row", "generation")}
    known |= {name: np.empty(count, np.uint8) for name in COLUMNS}
    _write_down(people.view, means, Known(**known))
    return known


class Known(NamedTuple):
    """The columns of what is known, for a kernel."""

    row: NDArray[Any]
    generation: NDArray[Any]
    place: NDArray[Any]
    need: NDArray[Any]
    female: NDArray[Any]
    minor: NDArray[Any]
    means: NDArray[Any]
    skill: NDArray[Any]
    debt: NDArray[Any]


class Means(NamedTuple):
    """How the lowest two thirds by cash are told; those who own as much as the last of a third, in the order of rows.

    ``most`` is what the last of each third owns, and ``with_most`` how many of those who own it belong there or lower.
    """

    most: tuple[float, float]
    with_most: tuple[int, int]


def means_of(cash: NDArray[np.float64]) -> Means:
    """Where thirds by cash end; it orders ``cash`` in part."""
    ends = [-(-part * len(cash) // 3) for part in (1, 2)]  # people in the lowest third, and in the lowest two
    if not len(cash):
        return Means((0.0, 0.0), (0, 0))
    cash.partition([end - 1 for end in ends])
    most = [float(cash[end - 1]) for end in ends]
    below = [int(np.count_nonzero(cash < each)) for each in most]
    return Means((most[0], most[1]), (ends[0] - below[0], ends[1] - below[1]))


@kernel
def _write_down(people, means, known):
    n, first, second = 0, 0, 0
    for i in range(len(people.stage)):
        if people.stage[i] == Stage.DEAD:
            continue
        row = people.row[i]
        known.row[n], known.generation[n] = i, row.generation
        known.place[n] = place_of(row.path)
        known.need[n] = (row.path & Path.IN_NEED) > 0
        known.female[n] = (row.path & Path.FEMALE) > 0
        known.minor[n] = (row.path & Path.MINOR) > 0
        first += row.cash == means.most[0]
        second += row.cash == means.most[1]
        known.means[n] = row.cash > means.most[0] or (row.cash == means.most[0] and first > means.with_most[0])
        known.means[n] += row.cash > means.most[1] or (row.cash == means.most[1] and second > means.with_most[1])
        known.skill[n], known.debt[n] = row.skill > 0, row.debt > 0.0
        n += 1


@rule
def place_of(path):
    """Where a person lives in week 0, as ``COLUMNS`` says."""
    if path & Path.WITHOUT_STATUS:
        return 2
    return 1 if path & Path.WITH_STATUS else 0
