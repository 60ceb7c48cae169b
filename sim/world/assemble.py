"""From two checked tables to a world: what the tables must agree on, then routes, destinations and communities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.configuration.folders import configs_dir, shown
from sim.errors import RequestError
from sim.world.csv_files import read_table
from sim.world.destinations import communities, destination_sets
from sim.world.known_routes import KnownRoutes
from sim.world.routes import Route, least_between
from sim.world.schema import LegRow, RegionRow, SectorRow, Table, check_rows
from sim.world.world import MAX_LEGS, MAX_ROUTES, Ints, Legs, Mode, Pairs, Regions, Role, Sectors, World

_REGION_NUMBERS = [name for name in RegionRow.model_fields if name not in ("region", "role", "bloc")]
_SECTOR_NUMBERS = [name for name in SectorRow.model_fields if name != "sector"]
_LEG_NUMBERS = [name for name in LegRow.model_fields if name not in ("origin", "destination", "mode")]


def make_world(
    name: str,
    regions: Sequence[Mapping[str, Any]],
    legs: Sequence[Mapping[str, Any]],
    sectors: Sequence[Mapping[str, Any]] | None = None,
) -> World:
    """A world from rows by column name, as the CSV files hold them: for worlds that a program makes.

    ``sectors`` None means those that are shipped.

    Raises
    ------
    RequestError : as for a file, with ``regions``, ``legs`` or ``sectors`` and the row in place of file and line.
    """
    work = shipped_sectors() if sectors is None else check_rows(SectorRow, sectors, "sectors")
    return assemble(name, check_rows(RegionRow, regions, "regions"), check_rows(LegRow, legs, "legs"), work)


def shipped_sectors() -> Table[SectorRow]:
    """The sectors of worlds that bring none of their own."""
    path = configs_dir() / "world" / "sectors.csv"
    return read_table(path, SectorRow, shown(path))


def assemble(name: str, regions: Table[RegionRow], legs: Table[LegRow], sectors: Table[SectorRow]) -> World:
    """A world from its checked tables.

    Raises
    ------
    RequestError : the tables do not fit together: a leg to an unknown region, no origin, a place without a way out, …
    """
    _check_regions(regions)
    _check_legs(legs, regions)
    _check_sectors(sectors)
    places, ways = _regions(regions), _legs(legs, regions)
    count = len(places.name)
    known = KnownRoutes.of(name, ways, count)
    hours, cost = least_between(known.by_hours), least_between(known.by_cost)
    _check_ways(regions, legs, hours)
    community = communities(places, hours)
    passed: set[int] = set()
    while True:
        destinations = destination_sets(places, community, hours, cost, passed)
        needed = _needed(destinations)
        known.find(needed)
        stops = {int(ways.tail[leg]) for pair in needed for route in (*known[pair][0], known[pair][1]) for leg in route}
        # people are stopped where a leg begins, and whoever stands there needs somewhere to go from there
        if stops <= passed:
            break
        passed |= stops
    known.keep()
    pairs, route_legs = _pairs(needed, known)
    return World(name, places, ways, pairs, route_legs, destinations, _sectors(sectors), community)


def _needed(destinations: Ints) -> list[tuple[int, int]]:
    """Every (region, destination) of the destination sets, by region, in the order of the sets."""
    return [
        (start, int(end))
        for start, by_skill in enumerate(destinations)
        for end in dict.fromkeys(by_skill.ravel()[by_skill.ravel() >= 0].tolist())
    ]


def _pairs(needed: Sequence[tuple[int, int]], known: KnownRoutes) -> tuple[Pairs, Ints]:
    """Pairs with their routes, and the legs of each route: every pair has routes of its own."""
    routes = np.full((len(needed), MAX_ROUTES), -1, np.int32)
    official = np.zeros(len(needed), np.int32)
    legs: list[Route] = []
    for at, pair in enumerate(needed):
        clandestine, open_way = known[pair]
        own = [*clandestine, *([] if open_way in clandestine else [open_way])]
        routes[at, : len(clandestine)] = np.arange(len(legs), len(legs) + len(clandestine))
        official[at] = len(legs) + own.index(open_way)
        legs.extend(own)
    route_legs = np.full((len(legs), MAX_LEGS), -1, np.int32)
    for row, route in zip(route_legs, legs, strict=True):
        row[: len(route)] = route
    ends = np.array(needed, np.int32).reshape(-1, 2)
    return Pairs(ends[:, 0].copy(), ends[:, 1].copy(), routes, official), route_legs


def _regions(table: Table[RegionRow]) -> Regions:
    rows = table.rows
    role = np.array([row.role for row in rows], np.int32)
    numbers = {name: np.array([getattr(row, name) for row in rows], np.float64) for name in _REGION_NUMBERS}
    at_risk = (role & (Role.ORIGIN | Role.TRANSIT)) > 0
    people = np.where(at_risk, numbers["population"], 0.0)
    residents = np.where(at_risk, 0.0, numbers["population"])
    return Regions(
        name=tuple(row.region for row in rows),
        bloc=tuple(row.bloc for row in rows),
        role=role,
        at_risk=people / people.sum(),
        domestic=residents / max(residents.sum(), 1.0),
        **numbers,
    )


def _sectors(table: Table[SectorRow]) -> Sectors:
    numbers = {name: np.array([getattr(row, name) for row in table.rows], np.float64) for name in _SECTOR_NUMBERS}
    return Sectors(name=tuple(row.sector for row in table.rows), **numbers)


def _legs(table: Table[LegRow], regions: Table[RegionRow]) -> Legs:
    row_of = {row.region: at for at, row in enumerate(regions.rows)}
    mode = np.array([row.mode for row in table.rows], np.int32)
    numbers = {name: np.array([getattr(row, name) for row in table.rows], np.float64) for name in _LEG_NUMBERS}
    for check in ("control", "document_check"):
        # whatever the file says: else routes are ranked and prices made as if people were checked there
        numbers[check][mode == Mode.FREE_MOVEMENT] = 0.0
    return Legs(
        tail=np.array([row_of[row.origin] for row in table.rows], np.int32),
        head=np.array([row_of[row.destination] for row in table.rows], np.int32),
        mode=mode,
        **numbers,
    )


# --- what the tables must agree on ---------------------------------------------------------------------------------


def _check_regions(regions: Table[RegionRow]) -> None:
    first: dict[str, str] = {}
    for place, row in regions.placed():
        if row.region in first:
            raise RequestError(f"region {row.region!r} is there twice, first in {first[row.region]}", where=place)
        first[row.region] = place
    at_risk = [row for row in regions.rows if row.role & (Role.ORIGIN | Role.TRANSIT)]
    if not any(row.role & Role.ORIGIN for row in regions.rows):
        raise RequestError(f"{regions.source} has no region with the role origin", where="column role")
    if not any(row.role & Role.DESTINATION for row in regions.rows):
        raise RequestError(f"{regions.source} has no region with the role destination", where="column role")
    if sum(row.population for row in at_risk) <= 0:
        raise RequestError(
            f"{regions.source} has nobody at risk: the population of origin and transit regions is 0",
            where="column population",
        )


def _check_sectors(sectors: Table[SectorRow]) -> None:
    first: dict[str, str] = {}
    for place, row in sectors.placed():
        if row.sector in first:
            raise RequestError(f"sector {row.sector!r} is there twice, first in {first[row.sector]}", where=place)
        first[row.sector] = place
    for column in ("demand_origin", "demand_destination"):
        if not any(getattr(row, column) > 0 for row in sectors.rows):
            raise RequestError(f"{sectors.source} has no sector with jobs", where=f"column {column}")


def _check_legs(legs: Table[LegRow], regions: Table[RegionRow]) -> None:
    names = [row.region for row in regions.rows]
    first: dict[tuple[str, str, int], str] = {}
    for place, row in legs.placed():
        for column, name in (("origin", row.origin), ("destination", row.destination)):
            if name not in names:
                raise RequestError(
                    f"there is no region {name!r}", where=f"{place}, column {column}", given=name, allowed=names
                )
        if row.origin == row.destination:
            raise RequestError(f"the leg leads from {row.origin} to itself", where=place)
        key = (row.origin, row.destination, row.mode)
        if key in first:
            way = f"{row.origin}>{row.destination}:{Mode(row.mode).name.lower()}"
            raise RequestError(f"leg {way} is there twice, first in {first[key]}", where=place)
        first[key] = place


def _check_ways(regions: Table[RegionRow], legs: Table[LegRow], hours: np.ndarray) -> None:
    """Everyone at risk has somewhere to go, and every destination is a place that somebody can reach."""
    role = np.array([row.role for row in regions.rows])
    possible = np.isfinite(hours) & ((role & Role.DESTINATION) > 0)[None, :] & ~np.eye(len(role), dtype=bool)
    for at, (place, row) in enumerate(regions.placed()):
        # a place of transit where people may also stay need not lead further
        stays = row.role & Role.DESTINATION and not row.role & Role.ORIGIN
        if not possible[at].any() and not stays:
            raise RequestError(
                f"no route of at most {MAX_LEGS} legs leads from {row.region} to a destination; "
                f"add legs to {legs.source}",
                where=place,
            )
        if not possible[:, at].any() and row.role == Role.DESTINATION:
            raise RequestError(
                f"no route of at most {MAX_LEGS} legs leads to {row.region}; add legs to {legs.source}", where=place
            )
