"""Tables in plain Python, for twins that read rows by name, and what a kernel has changed in them."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from sim.ground.table import Table

Changes = defaultdict[tuple[Any, ...], float]  # (table, field, place …) -> what has been added there


class Row(dict[str, Any]):
    """The single values of one row by name; a number is kept with as many digits as its column keeps."""

    def __init__(self, table: Table, i: int) -> None:
        single = {name: np.dtype(column.dtype) for name, column in table.columns.items() if not column.shape}
        self.kinds = {name: kind.type for name, kind in single.items()}
        super().__init__({name: table[name][i].item() for name in single})

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, self.kinds[name](value).item())

    def be(self, **values: Any) -> None:
        """Several values at once."""
        for name, value in values.items():
            self[name] = value


def record(row: Any) -> dict[str, Any]:
    """A record by name: single values as numbers of Python, others as arrays."""
    return {name: row[name].item() if np.ndim(row[name]) == 0 else row[name] for name in row.dtype.names}


def differences(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> Changes:
    """What has been added to each value of some records or arrays."""
    found: Changes = defaultdict(float)
    for table, old in before.items():
        new = after[table]
        if old.tobytes() == new.tobytes():
            continue
        for field in old.dtype.names or ("",):
            one, other = (old[field], new[field]) if field else (old, new)
            for place in np.argwhere(one != other):
                at = tuple(place)
                key = (table, field, *map(int, at)) if field else (table, *map(int, at))
                found[key] = float(other[at]) - float(one[at])
    return found


def unlike(expected: dict[Any, Any], found: dict[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    """Where two dictionaries of numbers differ: name -> (expected, found). What is missing counts as nothing."""
    kinds = expected.kinds if isinstance(expected, Row) else {}
    wrong = {}
    for name in [*expected, *(name for name in found if name not in expected)]:
        pair = expected.get(name, 0), found.get(name, 0)
        tolerance = 1e-6 if kinds.get(name) is np.float32 else 1e-9  # the last digit that is kept
        if not math.isclose(*pair, rel_tol=tolerance, abs_tol=tolerance):
            wrong[name] = pair
    return wrong
