"""What the tables of a world must agree on, told at once like everything else that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.ground.errors import Faults, RequestError
from sim.world.schema import CommunityRow, LegRow, RegionRow, SectorRow
from sim.world.tables import AnyRow, Table
from sim.world.world import MAX_LEGS, Floats, Mode, Role

ENDS = ("origin", "destination")
_MOST_COMPARED = 40  # unknown names for which the nearest one is looked for; more come from a wrong file


def check_tables(
    regions: Table[RegionRow], legs: Table[LegRow], sectors: Table[SectorRow], faults: Faults | None = None
) -> None:
    """Tell what is wrong with tables, alone and together; ``faults`` holds what has been found before.

    Raises
    ------
    RequestError : anything is wrong; nothing is said of rows that could not be read.
    """
    faults = Faults() if faults is None else faults
    _check_regions(regions, faults)
    _check_legs(legs, regions, faults)
    _check_sectors(sectors, faults)
    faults.tell()


def _check_regions(regions: Table[RegionRow], faults: Faults) -> None:
    check_each_once("region", ((place, row.region) for place, row in regions.right("region")), faults)
    roles = 0
    for row in regions.rows:
        roles |= row.role
    if regions.is_right("role"):
        for role in (Role.ORIGIN, Role.DESTINATION):
            if not roles & role:
                faults.add(f"{regions.source} has no region with the role {role.name.lower()}", where="column role")
    at_risk = [row.population for row in regions.rows if row.role & (Role.ORIGIN | Role.TRANSIT)]
    if regions.is_right("role") and regions.is_right("population") and at_risk and sum(at_risk) <= 0:
        faults.add(
            f"{regions.source} has nobody at risk: the population of origin and transit regions is 0",
            where="column population",
        )


def _check_sectors(sectors: Table[SectorRow], faults: Faults) -> None:
    check_each_once("sector", ((place, row.sector) for place, row in sectors.right("sector")), faults)
    for column in ("demand_origin", "demand_destination"):
        if sectors.is_right(column) and not any(getattr(row, column) > 0 for row in sectors.rows):
            faults.add(f"{sectors.source} has no sector with jobs", where=f"column {column}")


def _check_legs(legs: Table[LegRow], regions: Table[RegionRow], faults: Faults) -> None:
    if regions.is_right("region"):
        check_names(legs, ENDS, [row.region for row in regions.rows], "region", faults)
    for place, row in legs.right("origin", "destination"):
        if row.origin == row.destination:
            faults.add(f"the leg leads from {row.origin} to itself", where=place)
    ways = (
        (place, f"{row.origin}>{row.destination}:{Mode(row.mode).name.lower()}")
        for place, row in legs.right("origin", "destination", "mode")
    )
    check_each_once("leg", ways, faults)


def check_communities(abroad: Table[CommunityRow] | None, regions: Table[RegionRow], faults: Faults) -> None:
    """People are counted between two different regions that exist, and each pair once; faults go to ``faults``."""
    if abroad is None:
        return
    if regions.is_right("region"):
        check_names(abroad, ENDS, [row.region for row in regions.rows], "region", faults)
    for place, row in abroad.right("origin", "destination"):
        if row.origin == row.destination:
            faults.add(f"people from {row.origin} who live there have not left; leave out the row", where=place)
    pairs = ((place, f"{row.origin}>{row.destination}") for place, row in abroad.right("origin", "destination"))
    check_each_once("pair", pairs, faults)


def check_names(table: Table[AnyRow], columns: Iterable[str], names: list[str], kind: str, faults: Faults) -> None:
    """What these columns name exists; a name that does not is told once, with how often it is used."""
    known, used = set(names), dict[str, list[str]]()
    for column in columns:
        for place, row in table.right(column):
            name = getattr(row, column)
            if name not in known:
                used.setdefault(name, []).append(f"{place}, column {column}")
    for number, (name, places) in enumerate(used.items()):
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        compared = names if number < _MOST_COMPARED else None
        what = f"there is no {kind} {name!r}"
        faults.found.append(RequestError(what, where=places[0] + more, given=name, allowed=compared))


def check_each_once(kind: str, named: Iterable[tuple[str, str]], faults: Faults) -> None:
    """Nothing is named twice; ``named`` are places in files with what stands there."""
    first: dict[str, str] = {}
    for place, name in named:
        if name in first:
            what = f"{kind} {name if kind in ('leg', 'pair') else repr(name)} is there twice, first in {first[name]}"
            faults.found.append(RequestError(what, where=place))
        first.setdefault(name, place)


def check_ways(regions: Table[RegionRow], legs: Table[LegRow], hours: Floats) -> None:
    """Everyone at risk has somewhere to go, and every destination is a place that somebody can reach.

    ``hours`` (regions, regions) is infinite where no route leads.

    Raises
    ------
    RequestError : some have not, or cannot be reached.
    """
    faults = Faults()
    role = np.array([row.role for row in regions.rows])
    possible = np.isfinite(hours) & ((role & Role.DESTINATION) > 0)[None, :] & ~np.eye(len(role), dtype=bool)
    for at, (place, row) in enumerate(regions.placed()):
        # a place of transit where people may also stay need not lead further
        stays = row.role & Role.DESTINATION and not row.role & Role.ORIGIN
        if not possible[at].any() and not stays:
            faults.add(
                f"no route of at most {MAX_LEGS} legs leads from {row.region} to a destination; "
                f"add legs to {legs.source}",
                where=place,
            )
        if not possible[:, at].any() and row.role == Role.DESTINATION:
            faults.add(
                f"no route of at most {MAX_LEGS} legs leads to {row.region}; add legs to {legs.source}", where=place
            )
    faults.tell()
