"""A world as plain rows, under the names of columns that its files have: for lists, programs and copies."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.world.counted import CountedWorld
from sim.world.schema import LegRow, RegionRow, Row, SectorRow
from sim.world.world import Floats, Mode, Role, World

Rows = list[dict[str, Any]]


def world_rows(world: World) -> dict[str, Rows]:
    """Regions, legs, sectors and blocs of a world, in its order.

    The rows of ``regions``, ``legs`` and ``sectors`` have the columns of the three files (``sim.world.schema``), so
    that ``make_world(name, **)`` of these three makes the same world. Those of ``blocs`` have its name as ``bloc``, the
    names of its ``regions``, and their ``population`` in persons. A world in which people abroad are counted has
    ``communities`` too, those pairs in which somebody lives.
    """
    tables = {
        "regions": _regions(world),
        "legs": _legs(world),
        "sectors": _rows(SectorRow, {"sector": world.sectors.name}, world.sectors),
        "blocs": _blocs(world),
    }
    return (
        tables | {"communities": _communities(world.regions.name, world.counted)}
        if isinstance(world, CountedWorld)
        else tables
    )


def role_name(bits: int) -> str:
    """Roles as files write them: ``origin+transit``."""
    return "+".join(role.name.lower() for role in Role if bits & role)


def _regions(world: World) -> Rows:
    words = {
        "region": world.regions.name,
        "role": [role_name(bits) for bits in world.regions.role.tolist()],
        "bloc": world.regions.bloc,
    }
    return _rows(RegionRow, words, world.regions)


def _legs(world: World) -> Rows:
    names, legs = world.regions.name, world.legs
    words = {
        "origin": [names[at] for at in legs.tail],
        "destination": [names[at] for at in legs.head],
        "mode": [Mode(mode).name.lower() for mode in legs.mode],
    }
    return _rows(LegRow, words, legs)


def _rows(model: type[Row], words: dict[str, Any], numbers: Any) -> Rows:
    """One row an entry: columns of words as given, the others from the arrays of the same names."""
    columns = {
        name: list(words[name]) if name in words else np.asarray(getattr(numbers, name)).tolist()
        for name in model.model_fields
    }
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _communities(names: tuple[str, ...], counted: Floats) -> Rows:
    """At least one row, so that the table has its columns and says that somebody counted."""
    pairs = np.argwhere(counted > 0).tolist() or [[0, 1]]
    return [{"origin": names[a], "destination": names[b], "people": float(counted[a, b])} for a, b in pairs]


def _blocs(world: World) -> Rows:
    found: dict[str, dict[str, Any]] = {}
    for name, bloc, people in zip(
        world.regions.name, world.regions.bloc, world.regions.population.tolist(), strict=True
    ):
        row = found.setdefault(bloc, {"bloc": bloc, "regions": [], "population": 0.0})
        row["regions"].append(name)
        row["population"] += people
    return list(found.values())
