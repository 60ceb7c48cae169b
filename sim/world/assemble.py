"""From checked tables to a world: routes, destinations and communities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.ground.errors import Faults
from sim.ground.shipped import configs_dir, shown
from sim.world.agreement import check_communities, check_tables, check_ways
from sim.world.assumed import check_left_out, complete
from sim.world.counted import CountedWorld, counted_communities
from sim.world.csv_files import read_table
from sim.world.destinations import communities, destination_sets
from sim.world.known_routes import KnownRoutes
from sim.world.routes import Route, least_between
from sim.world.schema import CommunityRow, LegRow, RegionRow, SectorRow
from sim.world.tables import Table, check_rows
from sim.world.world import MAX_LEGS, MAX_ROUTES, Floats, Ints, Legs, Mode, Pairs, Regions, Role, Sectors, World

_REGION_NUMBERS = [name for name in RegionRow.model_fields if name not in ("region", "role", "bloc")]
_SECTOR_NUMBERS = [name for name in SectorRow.model_fields if name != "sector"]
_LEG_NUMBERS = [name for name in LegRow.model_fields if name not in ("origin", "destination", "mode")]


def make_world(
    name: str,
    regions: Sequence[Mapping[str, Any]],
    legs: Sequence[Mapping[str, Any]],
    sectors: Sequence[Mapping[str, Any]] | None = None,
    communities: Sequence[Mapping[str, Any]] | None = None,
) -> World:
    """A world from rows by column name, as the CSV files hold them: for worlds that a program makes.

    ``sectors`` None means those that are shipped, ``communities`` None that nobody was counted abroad. Columns that
    files may leave out may be missing here, in all rows.

    Raises
    ------
    RequestError : as for a file, with the name of the table and the row in place of file and line.
    """
    faults = Faults(f"the tables of world {name}")
    places = check_rows(RegionRow, regions, "regions", faults=faults)
    ways = check_rows(LegRow, legs, "legs", faults=faults)
    work = shipped_sectors() if sectors is None else check_rows(SectorRow, sectors, "sectors", faults=faults)
    abroad = None if communities is None else check_rows(CommunityRow, communities, "communities", faults=faults)
    return assemble(name, places, ways, work, abroad, faults)


def shipped_sectors() -> Table[SectorRow]:
    """The sectors of worlds that bring none of their own."""
    path = configs_dir() / "world" / "sectors.csv"
    return read_table(path, SectorRow, shown(path))


def assemble(
    name: str,
    regions: Table[RegionRow],
    legs: Table[LegRow],
    sectors: Table[SectorRow],
    abroad: Table[CommunityRow] | None = None,
    faults: Faults | None = None,
) -> World:
    """A world from its checked tables; ``faults`` holds what was found wrong with their cells.

    ``abroad`` counts people from one region who live in another; without it gravity says where communities are.

    Raises
    ------
    RequestError : ``faults`` is not empty, or the tables do not fit together: a leg to an unknown region, no origin, a
        place without a way out, …
    """
    faults = Faults() if faults is None else faults
    check_left_out(regions, legs, faults)
    check_communities(abroad, regions, faults)
    check_tables(regions, legs, sectors, faults)
    regions, legs = complete(name, regions, legs)
    places, ways = _regions(regions), _legs(legs, regions)
    count = len(places.name)
    known = KnownRoutes.of(name, ways, count)
    hours, cost = least_between(known.by_hours), least_between(known.by_cost)
    check_ways(regions, legs, hours)
    counted = None if abroad is None else _counted(abroad, places)
    community = communities(places, hours) if counted is None else counted_communities(counted, places, hours)
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
    world = World(name, places, ways, pairs, route_legs, destinations, _sectors(sectors), community)
    return world if counted is None else CountedWorld(**vars(world), counted=counted)


def _counted(abroad: Table[CommunityRow], regions: Regions) -> Floats:
    """People from one region (row) who live in another (column), float64 (regions, regions); 0 where none are told."""
    row_of = {name: at for at, name in enumerate(regions.name)}
    counted = np.zeros((len(row_of), len(row_of)))
    for row in abroad.rows:
        counted[row_of[row.origin], row_of[row.destination]] = row.people
    return counted


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
