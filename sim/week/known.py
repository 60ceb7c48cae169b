"""What is known of every person in week 0, before any policy begins: the columns by which risks are told apart."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Path, Stage
from sim.ground.kernel import kernel
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


class Bit(IntEnum):
    """Bits of what is known of a person, so that a run keeps four bytes for each."""

    WITH_STATUS = 1
    WITHOUT_STATUS = 2
    IN_NEED = 4
    FEMALE = 8
    MINOR = 16
    MIDDLE = 32  # third by cash
    HIGHEST = 64
    SKILLED = 128
    OWES = 256
    AT_RISK = 512  # everyone but the dead


# the bits that make each column: it is 0 without them, 1 with the first and 2 with the second
MADE_OF: dict[str, tuple[Bit, ...]] = {
    "place": (Bit.WITH_STATUS, Bit.WITHOUT_STATUS),
    "need": (Bit.IN_NEED,),
    "female": (Bit.FEMALE,),
    "minor": (Bit.MINOR,),
    "means": (Bit.MIDDLE, Bit.HIGHEST),
    "skill": (Bit.SKILLED,),
    "debt": (Bit.OWES,),
}


class Known(NamedTuple):
    """What is known of every person in week 0, in the order of rows."""

    bits: NDArray[Any]  # uint16 (people,), of ``Bit``
    generation: NDArray[Any]  # int16 (people,)

    def columns(self) -> dict[str, NDArray[Any]]:
        """Of those at risk row and generation, int32, and ``COLUMNS``, uint8, each (persons,)."""
        rows = np.flatnonzero(self.bits & Bit.AT_RISK)
        bits = self.bits[rows]
        found = {"row": rows.astype(np.int32), "generation": self.generation[rows].astype(np.int32)}
        for name, made_of in MADE_OF.items():
            found[name] = np.zeros(len(rows), np.uint8)
            for value, bit in enumerate(made_of, 1):
                found[name][(bits & bit) > 0] = value
        return found


def known_of(people: Table) -> Known:
    """Who is at risk in week 0 and what is known of each; the dead are told from them.

    Parameters
    ----------
    people : the table of people at the beginning of week 0, with the ``path`` with which the weeks that count begin.
    """
    means = means_of(people["cash"][people["stage"] != Stage.DEAD])
    known = Known(np.zeros(len(people), np.uint16), people["generation"].copy())
    _write_down(people.view, means, known.bits)
    return known


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
    first, second = 0, 0
    for i in range(len(people.stage)):
        if people.stage[i] == Stage.DEAD:
            continue
        row, bits = people.row[i], 0
        if row.path & Path.WITHOUT_STATUS:
            bits |= Bit.WITHOUT_STATUS
        elif row.path & Path.WITH_STATUS:
            bits |= Bit.WITH_STATUS
        if row.path & Path.IN_NEED:
            bits |= Bit.IN_NEED
        if row.path & Path.FEMALE:
            bits |= Bit.FEMALE
        if row.path & Path.MINOR:
            bits |= Bit.MINOR
        first += row.cash == means.most[0]
        second += row.cash == means.most[1]
        if row.cash > means.most[1] or (row.cash == means.most[1] and second > means.with_most[1]):
            bits |= Bit.HIGHEST
        elif row.cash > means.most[0] or (row.cash == means.most[0] and first > means.with_most[0]):
            bits |= Bit.MIDDLE
        if row.skill > 0:
            bits |= Bit.SKILLED
        if row.debt > 0.0:
            bits |= Bit.OWES
        known[i] = bits | Bit.AT_RISK
