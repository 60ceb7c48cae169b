"""Plausible ranges of declared parameters: ``configs/plausible.csv``, one row a parameter.

A parameter's own ``low`` and ``high`` are limits of validity: beyond them the model says nothing. The plausible range
is what would not surprise somebody who has read the evidence. It is what calibration draws from, and each row says on
what it rests. Definitions, sizes, and settings of what is counted have one value and are never uncertain.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.declared.parameters import PARAMETERS
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import Parameter
from sim.ground.shipped import configs_dir, shown

FILE = "plausible.csv"
COLUMNS = ("name", "low", "high", "scale", "basis")
SCALES = ("linear", "log")
DEFINITION = "a definition"  # how the basis of what is never uncertain begins


@dataclass(frozen=True)
class Plausible:
    """A range in the parameter's declared unit, how values lie in it (``linear`` or ``log``), and what it rests on."""

    name: str
    low: Any
    high: Any
    scale: str
    basis: str

    @property
    def uncertain(self) -> bool:
        """False where the range is one value: a definition, a size, a setting of what is counted."""
        return bool(self.low != self.high)

    def at(self, share: float) -> Any:
        """The value so far along the range, 0 at its low end and 1 at its high end; whole where only that makes sense.

        ValueError where ``share`` is not between 0 and 1.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"{share} is no share of a range")
        if not self.uncertain:
            return self.low
        low, high = float(self.low), float(self.high)
        if self.scale == "log":
            value = math.exp(math.log(low) + share * (math.log(high) - math.log(low)))
        else:
            value = low + share * (high - low)
        value = min(max(value, low), high)
        if share in (0, 1):
            value = high if share else low  # the ends exactly, whatever logarithms round
        return round(value) if PARAMETERS[self.name].whole else value

    def share(self, value: float) -> float:
        """How far along the range a value lies: below 0 or above 1 outside it, nan where the range is one value."""
        if not self.uncertain:
            return float("nan")
        low, high = float(self.low), float(self.high)
        if self.scale == "log":
            return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low)) if value > 0 else -math.inf
        return (value - low) / (high - low)

    @property
    def words(self) -> str:
        """The range as a person would write it; nothing of what is never uncertain."""
        if not self.uncertain:
            return ""
        return f"{self.low:g} to {self.high:g}" + (", by factors" if self.scale == "log" else "")


@cache
def plausible() -> dict[str, Plausible]:
    """The plausible range of every declared parameter, by name, in the order in which they are declared.

    Raises
    ------
    RequestError : rows are missing, or stand twice, or do not fit their parameter; all faults are told.
    """
    path = configs_dir() / FILE
    faults = Faults(FILE)
    found: dict[str, Plausible] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            where = f"{shown(path)}, line {number}"
            with faults.gathered():
                if row.get("name") in found:
                    raise RequestError(f"{row['name']} stands twice", where=where)
                read = _read(row, where)
                found[read.name] = read
    for name in PARAMETERS:
        if name not in found:
            faults.add(RequestError(f"{name} has no row", where=shown(path)))
    faults.tell()
    return {name: found[name] for name in PARAMETERS}


def _read(row: dict[str, str], where: str) -> Plausible:
    name, low, high, scale, basis = ((row.get(column) or "").strip() for column in COLUMNS)
    if name not in PARAMETERS:
        raise RequestError(f"there is no parameter {name!r}", where=where, given=name, allowed=PARAMETERS)
    if scale not in SCALES:
        raise RequestError(f"the scale of {name} cannot be {scale!r}", where=where, given=scale, allowed=SCALES)
    if not basis:
        raise RequestError(f"{name} does not say what its range rests on; if nothing, write 'assumed'", where=where)
    item = PARAMETERS[name]
    read = Plausible(name, item.check(low, where), item.check(high, where), scale, basis)
    _check(item, read, where)
    return read


def _check(item: Parameter, read: Plausible, where: str) -> None:
    """RequestError where a range does not hold the declared value, or is uncertain and cannot be drawn from."""
    if not read.uncertain:
        if read.low != item.default:
            raise RequestError(
                f"{item.name} has one plausible value, and it is not the declared one, {item.default}", where=where
            )
        if not read.basis.startswith(DEFINITION):
            raise RequestError(
                f"{item.name} has one plausible value; its basis must say why: {DEFINITION}", where=where
            )
        return
    if item.options or isinstance(item.default, bool):
        raise RequestError(f"{item.name} is a word; it has no range", where=where)
    if not read.low <= item.default <= read.high:
        raise RequestError(
            f"the plausible range of {item.name}, {read.low:g} to {read.high:g}, does not hold the declared value, "
            f"{item.default:g}",
            where=where,
        )
    if read.scale == "log" and read.low <= 0:
        raise RequestError(f"{item.name} goes by factors, and its range begins at {read.low:g}", where=where)
