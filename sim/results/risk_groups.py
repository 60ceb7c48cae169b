"""Groups that are known in week 0, what may become of people, and the cells into which both are counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Path
from sim.results.traits import TRAITS

# what may become of a person over the whole period: the bits of ``Path`` that show it, and whether more of it is
# better (1), worse (-1) or neither (0)
OUTCOMES: dict[str, tuple[int, int]] = {
    "exploitation": (Path.EXPLOITED, -1),
    "death": (Path.DIED, -1),
    "removal": (Path.REMOVED, -1),
    "safety": (Path.SAFE, 1),
    "arrival": (Path.ARRIVED_REGULAR | Path.ARRIVED_IRREGULAR | Path.SAFE, 0),
}
# every group by the values of columns of ``sim.week.known`` that its members share
GROUPS: dict[str, dict[str, int]] = {
    "all": {},
    "at home": {"place": 0},
    "abroad with status": {"place": 1},
    "abroad without status": {"place": 2},
    "in need": {"need": 1},
    "not in need": {"need": 0},
    "women and girls": {"female": 1},
    "men and boys": {"female": 0},
    "under eighteen": {"minor": 1},
    "adults": {"minor": 0},
    "lowest third of means": {"means": 0},
    "middle third of means": {"means": 1},
    "highest third of means": {"means": 2},
    "skilled": {"skill": 1},
    "low-skilled": {"skill": 0},
    "in debt": {"debt": 1},
    "without debt": {"debt": 0},
}
PLACES = TRAITS[0].words
VALUES = {trait.name: len(trait.words) for trait in TRAITS}  # how many values a column has
CELLS = int(np.prod(list(VALUES.values())))  # a cell holds people of whom the same is known


def cell_of(known: Mapping[str, NDArray[Any]]) -> NDArray[np.int64]:
    """The cell of every person, int64 (people,), from the columns of ``sim.week.known``."""
    cell = np.zeros(len(known["place"]), np.int64)
    for name, values in VALUES.items():
        cell = cell * values + known[name]
    return cell


def _members() -> NDArray[np.bool_]:
    grid = np.indices(tuple(VALUES.values())).reshape(len(VALUES), -1)
    value = dict(zip(VALUES, grid, strict=True))
    return np.array(
        [np.all([value[name] == wanted for name, wanted in group.items()], axis=0) if group else np.ones(CELLS, bool)
         for group in GROUPS.values()]
    )  # fmt: skip


MEMBERS = _members()  # (groups, cells), whether the people of a cell belong to a group
