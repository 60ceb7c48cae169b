"""Tables in plain Python, for twins that read rows by name, and what a kernel has changed in them."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.persons import REPEATED, counter_of
from sim.ground.table import Table
from sim.ledger.counters import COUNTER_INDEX

Changes = defaultdict[tuple[Any, ...], float]  # (table, field, place …) -> what has been added there


class Row(dict[str, Any]):
    """The single values of one row by name; a number is kept with as many digits as its column keeps."""

    def __init__(self, table: Table, i: int) -> None:
        self.kinds = kinds_of(table.name, tuple(table.columns), table)
        super().__init__({name: table[name].item(i) for name in self.kinds})

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, self.kinds[name](value).item())

    def be(self, **values: Any) -> None:
        """Several values at once."""
        for name, value in values.items():
            self[name] = value


_KINDS: dict[tuple[str, tuple[str, ...]], dict[str, type]] = {}


def kinds_of(name: str, columns: tuple[str, ...], table: Table) -> dict[str, type]:
    """The types of the columns of a table that hold one value a row."""
    if (name, columns) not in _KINDS:
        single = {name: column for name, column in table.columns.items() if not column.shape}
        _KINDS[name, columns] = {name: np.dtype(column.dtype).type for name, column in single.items()}
    return _KINDS[name, columns]


def count_person(person: Row, left: Changes, name: str, week: int) -> None:
    """Somebody to whom something happens counts once a year in every metric of persons to which it belongs."""
    kinds = [number for number, metric in enumerate(REPEATED) if name.lower() in METRICS[metric].top]
    if not kinds:
        return
    year = week // 52 % 256
    if person["counted_year"] != year:
        person.be(counted_year=year, counted=0)
    for number in kinds:
        if not person["counted"] >> number & 1:
            person["counted"] |= 1 << number
            left["counters", COUNTER_INDEX[counter_of(REPEATED[number])]] += 1


def remember_journey(person: Row, lived: Any, failed: bool, week: int) -> None:
    """What she has lived through fades up to this week, and one more journey of her own is over."""
    weeks = max(week - person["recalled"], 0)
    for name in ("own_tries", "own_failures", "own_years", "own_removals", "stigma"):
        kept = lived.stigma_kept if name == "stigma" else lived.kept
        person[name] = round(person[name] * kept**weeks)
    person["recalled"] = week
    person["own_tries"] = min(person["own_tries"] + 16, 255)
    person["own_failures"] = min(person["own_failures"] + 16 * failed, 255)


def record(row: Any) -> dict[str, Any]:
    """A record by name: single values as numbers of Python, others as arrays."""
    return dict(zip(row.dtype.names, row.item(), strict=True))


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
