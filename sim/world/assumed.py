"""What is taken for the columns that a table of regions or legs does not have.

The numbers are those of the world ``subregions`` (``sim.world.subregions``), which has them by income. Here a region's
role stands for its income: who is only left is poor, who is only gone to is rich, and who is both, or only passed
through, lies between. All of it is assumed, and a note says what was.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sim.ground.errors import Faults
from sim.ground.notes import note
from sim.world.schema import LegRow, RegionRow
from sim.world.subregions import BY_CLASS, by_class, leg_between
from sim.world.tables import AnyRow, Table
from sim.world.world import Mode, Role

BLOC = "all"
CONFLICT = 0.0
RADIUS = 10.0  # of the circle on which regions without a place are drawn, in the unit of latitude
_FREE = {"danger": 0.0, "control": 0.0, "document_check": 0.0, "screening": 0.0, "loss": 0.0}
_FROM_DISTANCE = ("hours", "base_cost")


@dataclass(frozen=True)
class _Place:
    """A region as ``leg_between`` wants it."""

    region: str
    income_class: str
    latitude: float
    longitude: float


def income_class(role: int) -> str:
    """The class of income that a region's roles stand for."""
    if role == Role.DESTINATION:
        return "high"
    return "low" if role & Role.ORIGIN and not role & Role.DESTINATION else "middle"


def check_left_out(regions: Table[RegionRow], legs: Table[LegRow], faults: Faults) -> None:
    """Hours and costs of transport follow from distances, which take latitude and longitude in degrees."""
    absent = [column for column in _FROM_DISTANCE if column in legs.left_out]
    if not absent or not legs.whole or not regions.whole:
        return
    what = f"{legs.source} has no column {' and no column '.join(absent)}; they follow from distances"
    if "latitude" in regions.left_out or "longitude" in regions.left_out:
        faults.add(f"{what} if {regions.source} has the columns latitude and longitude in degrees; add either")
    elif any(abs(row.latitude) > 90 or abs(row.longitude) > 180 for row in regions.rows):
        faults.add(
            f"{what}, and latitude and longitude in {regions.source} are not in degrees", where="column latitude"
        )


def complete(world: str, regions: Table[RegionRow], legs: Table[LegRow]) -> tuple[Table[RegionRow], Table[LegRow]]:
    """The tables with every column, and a note that says what was assumed."""
    full = _filled(regions, lambda at, row: _region(at, row, len(regions)))
    places = {row.region: _Place(row.region, income_class(row.role), row.latitude, row.longitude) for row in full.rows}
    ways = _filled(legs, lambda _, row: _leg(row, places))
    for table, kind in ((full, "regions"), (ways, "legs")):
        if table.left_out:
            told = ", ".join(f"{column} {_range(table, column)}" for column in table.left_out)
            note(f"assumed for the {kind} of world {world}, as {table.source} has no such columns: {told}")
    return full, ways


def _filled(table: Table[AnyRow], values: Callable[[int, AnyRow], dict[str, Any]]) -> Table[AnyRow]:
    if not table.left_out:
        return table
    rows = []
    for at, row in enumerate(table.rows):
        assumed = values(at, row)
        rows.append(row.model_copy(update={column: assumed[column] for column in table.left_out}))
    return replace(table, rows=tuple(rows))


def _region(at: int, row: RegionRow, count: int) -> dict[str, Any]:
    of_class, angle = income_class(row.role), 2 * math.pi * at / count
    return {name: by_class(name, of_class) for name in BY_CLASS} | {
        "bloc": BLOC,
        "conflict": CONFLICT,
        "wage_irregular": by_class("irregular_share", of_class) * row.wage_regular,
        "outside_profit": by_class("outside_profit", of_class) * row.wage_regular,
        "latitude": RADIUS * math.sin(angle),
        "longitude": RADIUS * math.cos(angle),
    }


def _leg(row: LegRow, places: dict[str, _Place]) -> dict[str, Any]:
    mode = Mode(row.mode)
    free = mode == Mode.FREE_MOVEMENT
    way = leg_between(places[row.origin], places[row.destination], "land" if free else mode.name.lower())
    return way | (_FREE if free else {})


def _range(table: Table[Any], column: str) -> str:
    """The values of a column in words: one, or the lowest and the highest."""
    if column in ("latitude", "longitude"):
        return "on a circle"
    values = [getattr(row, column) for row in table.rows]
    low, high = min(values), max(values)
    if isinstance(low, str):
        return str(low)
    return f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
