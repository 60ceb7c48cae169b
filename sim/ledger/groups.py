"""The groups of people by which a run is asked to split what it counts, and where their parts lie.

The row of counters of a week grows by a block of parts for every counter that knows the person. What is asked for
becomes a few whole numbers, which kernels read beside the table of people (:mod:`sim.ledger.tallies`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.groups import AGES, IN_PASSES, NO_SECTOR, OF_PEOPLE, ROLES, SEXES, STATUSES, TALLIED
from sim.ground.errors import RequestError
from sim.ground.quantities import TOGETHER
from sim.ledger.counters import COUNTER_INDEX

COUNTERS = len(COUNTER_INDEX)  # columns of a row without blocks
MOST_PARTS = 300  # of all splits together: below a hundred megabytes in thirteen years
# the block of each counter, -1 for those that do not know the person
BLOCKS = np.full(COUNTERS, -1, np.int64)
for _block, _name in enumerate(TALLIED):
    BLOCKS[COUNTER_INDEX[_name]] = _block
# places in ``layout``: parts of a block and splits, then for each split its first part and its strides
PARTS, SPLITS, HEAD = 0, 1, 2
FIRST, STRIDES, EACH = 0, 1, 1 + len(OF_PEOPLE)
SECTOR, REGION, SEX, AGE, STATUS = range(len(OF_PEOPLE))


class Groups:
    """The parts of every split that a run keeps; ``layout`` is what kernels read of them, nothing without a split.

    Parameters
    ----------
    asks : dimensions and pairs of them, as ``sim.declared.measures.groups.asked`` gives them.
    regions, sectors : their names in the world of the run.

    Raises
    ------
    RequestError : there would be more than ``MOST_PARTS`` parts.
    """

    def __init__(self, asks: Sequence[str], regions: Sequence[str], sectors: Sequence[str]) -> None:
        names = {
            "sector": (NO_SECTOR, *sectors),
            "region": tuple(regions),
            "sex": SEXES,
            "age": AGES,
            "status": STATUSES,
            "role": ROLES,
        }
        self.asks = tuple(asks)
        self.names: dict[str, tuple[str, ...]] = {
            ask: _pairs([names[each] for each in ask.split(TOGETHER)]) for ask in self.asks
        }
        self._first: dict[str, int] = {}
        parts, splits = 0, []
        for ask in self.asks:
            of = ask.split(TOGETHER)
            if "role" in of:
                if len(of) > 1:
                    raise RequestError(f"by={ask}: roles are those of offenders, and stand alone", where="by")
                continue  # has counters of its own
            self._first[ask] = parts
            sizes = [len(names[each]) for each in of]
            strides = dict(zip(of, (sizes[-1], 1) if len(of) > 1 else (1,), strict=True))
            splits.append([parts, *(strides.get(each, 0) for each in OF_PEOPLE)])
            parts += len(self.names[ask])
        if parts > MOST_PARTS:
            raise RequestError(
                f"by={','.join(self.asks)} makes {parts} groups, and a run keeps at most {MOST_PARTS}; ask for fewer "
                "dimensions, or for pairs of smaller ones",
                where="by",
            )
        self.parts = parts
        self.layout = np.array([parts, len(splits), *(number for split in splits for number in split)], np.int64)
        if not splits:
            self.layout = np.empty(0, np.int64)

    @property
    def columns(self) -> int:
        """How many columns a row of counters has, blocks included."""
        return COUNTERS + len(TALLIED) * self.parts

    @property
    def in_passes(self) -> int:
        """The same of the sums of a chunk of a pass over all people: the first blocks, of what is counted there."""
        return COUNTERS + IN_PASSES * self.parts

    def of(self, counters: NDArray[np.float64], counter: str, ask: str) -> NDArray[np.float64]:
        """The parts of a counter in every week: float64 (weeks, groups), from rows with blocks (weeks, columns)."""
        first = COUNTERS + int(BLOCKS[COUNTER_INDEX[counter]]) * self.parts + self._first[ask]
        return counters[:, first : first + len(self.names[ask])]


def _pairs(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Names of groups; of a pair, those of both with a comma between."""
    if len(names) == 1:
        return tuple(names[0])
    return tuple(f"{one}, {other}" for one in names[0] for other in names[1])
