"""A world from counts of people who live abroad: who lives where, and what follows from it by declared rules.

What is known is taken as it is: population, income per head, where people from each place live. Communities are these
counts, and flights follow them. Everything else is assumed by class of income, with the numbers of the world
``subregions`` (:mod:`sim.world.subregions`) and those declared here, each with a range.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator

from sim.ground.errors import Faults
from sim.world.agreement import check_each_once, check_names
from sim.world.assemble import make_world
from sim.world.schema import NAMES, CommunityRow, Name, NameOfRegion, Number, Row, number_column, text_column
from sim.world.subregions import (
    CLASSES,
    ROLES,
    Assumption,
    by_class,
    class_word,
    distance,
    leg_between,
    region_row,
    word_among,
)
from sim.world.tables import Table, check_rows
from sim.world.world import World

HIGHEST_WAGE = 1e5  # US$ a week, as in a table of regions
WAYS = ("land", "sea", "free_movement")
LOW = Assumption("low_income", (0.125,), 0.05, 0.2, "ratio", "income over that of the richest region, below which: low")
HIGH = Assumption("high_income", (0.45,), 0.3, 0.6, "ratio", "the same, from which on: high")
FLIGHTS = Assumption(
    "flights", (0.01,), 0.002, 0.05, "share", "of the people abroad from a region, from which on a flight leads there"
)
SEA_SHARE = Assumption("sea_share", (0.25,), 0.05, 1.0, "share", "of the distance that is sea, where a way is by sea")
NEAREST = Assumption(
    "nearest", (2,), 1, 4, "count", "nearest regions that each is joined to by land, without neighbours"
)
DECLARED = (LOW, HIGH, FLIGHTS, SEA_SHARE, NEAREST)
_FREE = {"control": 0.0, "danger": 0.0, "document_check": 0.0, "screening": 0.0, "loss": 0.0}


_way = word_among(WAYS, "a way between neighbours")


class PlaceRow(Row):
    """A place, such as a group of countries, or a part of one, and the region into which it is summed up."""

    MOST: ClassVar[int] = 2_000

    place: Name = text_column("name of the place, as the counts call it", NAMES, stand_in="-")
    region: Name = text_column("region into which it is summed up", NAMES, stand_in="-", assumed="the place itself")
    population: Number = number_column("persons", "people who live there, all ages", 1, 1e10)
    income: Number = number_column("money", "income per head and year, at purchasing power", 0, 1e7, above=True)
    income_class: Annotated[str, BeforeValidator(class_word)] = text_column(
        "class of income of its region", ", ".join(CLASSES), stand_in="middle", assumed="by income"
    )
    conflict: Number = number_column("share", "intensity of conflict", 0, 1, assumed="by class of income")
    latitude: Number = number_column("degrees", "latitude of its centre", -90, 90)
    longitude: Number = number_column("degrees", "longitude of its centre", -180, 180)


class NeighbourRow(Row):
    """Two regions between which people travel without passing through another and without flying."""

    MOST: ClassVar[int] = 10_000

    region_a: NameOfRegion = text_column("a region", "a region", stand_in="-")
    region_b: NameOfRegion = text_column("another region", "another region", stand_in="-")
    way: Annotated[str, BeforeValidator(_way)] = text_column("how it is travelled", ", ".join(WAYS), stand_in="land")
    sea_km: Number = number_column(
        "km", "how much of a way by sea is at sea", 0, 20_100, assumed=f"{SEA_SHARE.values[0]:g} of the distance"
    )


@dataclass(frozen=True)
class Region:
    """A region summed up from its places; income per head and year, latitude and longitude in degrees."""

    region: str
    places: int
    population: float
    income: float
    income_class: str
    conflict: float
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Derived:
    """A world's tables as rows by column, and what became of the people who were counted.

    ``inside`` live in the region that they come from, ``unvisited`` in regions to which nobody goes in the model (low
    income), both as persons; ``left_out`` are the columns that the tables of places and neighbours did not have, and
    ``neighbours`` says whether there was such a table.
    """

    regions: tuple[Region, ...]
    rows: list[dict[str, Any]]
    legs: list[dict[str, Any]]
    communities: list[dict[str, Any]]
    people: float
    inside: float
    unvisited: float
    left_out: tuple[str, ...]
    prices: float
    neighbours: bool

    def world(self, name: str) -> World:
        """The world that these tables make."""
        return make_world(name, self.rows, self.legs, communities=self.communities)


def world_from_stocks(
    places: Sequence[Mapping[str, Any]],
    stocks: Sequence[Mapping[str, Any]],
    neighbours: Sequence[Mapping[str, Any]] | None = None,
    *,
    prices: float = 1.0,
) -> Derived:
    """The tables of a world from rows by column: places, counts of people abroad, and who is whose neighbour.

    Parameters
    ----------
    places : ``place``, ``population``, ``income``, ``latitude``, ``longitude``, and if known ``region``,
        ``income_class`` and ``conflict``.
    stocks : ``origin`` and ``destination``, both places, and ``people`` from there who live here.
    neighbours : ``region_a``, ``region_b``, ``way`` (land, sea, free_movement) and if known ``sea_km``; None joins each
        region to its nearest ones by land.
    prices : US$ of 2008 that one unit of ``income`` is worth.

    Raises
    ------
    RequestError : everything that is wrong with the rows.
    """
    faults = Faults("the tables of places, stocks and neighbours")
    return derive(
        check_rows(PlaceRow, places, "places", faults=faults),
        check_rows(CommunityRow, stocks, "stocks", faults=faults),
        None if neighbours is None else check_rows(NeighbourRow, neighbours, "neighbours", faults=faults),
        prices,
        faults,
    )


def derive(
    places: Table[PlaceRow],
    stocks: Table[CommunityRow],
    neighbours: Table[NeighbourRow] | None,
    prices: float,
    faults: Faults,
) -> Derived:
    """The same from checked tables; ``faults`` holds what was found wrong with their cells.

    Raises
    ------
    RequestError : ``faults`` is not empty, the tables do not fit together, or no world can be made of them.
    """
    if not (math.isfinite(prices) and 1e-6 <= prices <= 1e6):
        faults.add(f"prices must be between 1e-6 and 1e6 US$ a unit of income, not {prices}", where="prices")
    _check(places, stocks, neighbours, faults)
    faults.tell()
    regions = _summed(places, faults)
    rows = _rows(regions, prices, faults)
    faults.tell()
    region_of = _region_of(places)
    counted = dict.fromkeys(permutations([each.region for each in regions], 2), 0.0)
    inside = 0.0
    for row in stocks.rows:
        pair = region_of[row.origin], region_of[row.destination]
        if pair[0] == pair[1]:
            inside += row.people
        else:
            counted[pair] += row.people
    known = {each.region: each for each in regions}
    legs = [*_by_ground(known, neighbours), *_by_air(known, counted)]
    goes = {name for name, each in known.items() if "destination" in ROLES[each.income_class]}
    made = Derived(
        regions=regions,
        rows=rows,
        legs=legs,
        communities=[{"origin": a, "destination": b, "people": n} for (a, b), n in counted.items() if n > 0],
        people=inside + sum(counted.values()),
        inside=inside,
        unvisited=sum(people for (_, end), people in counted.items() if end not in goes),
        left_out=(*places.left_out, *(() if neighbours is None else neighbours.left_out)),
        prices=prices,
        neighbours=neighbours is not None,
    )
    made.world("derived")  # says what does not fit together
    return made


# --- what the tables must agree on ------------------------------------------------------------------------------


def _check(
    places: Table[PlaceRow], stocks: Table[CommunityRow], neighbours: Table[NeighbourRow] | None, faults: Faults
) -> None:
    check_each_once("place", ((place, row.place) for place, row in places.right("place")), faults)
    pairs = ((place, f"{row.origin}>{row.destination}") for place, row in stocks.right("origin", "destination"))
    check_each_once("pair", pairs, faults)
    if places.is_right("place"):
        check_names(stocks, ("origin", "destination"), [row.place for row in places.rows], "place", faults)
    if stocks.is_right("people") and not any(row.people > 0 for row in stocks.rows):
        faults.add(f"{stocks.source} counts nobody abroad", where="column people")
    if neighbours is None:
        return
    if places.is_right("place") and places.is_right("region"):
        names = list(dict.fromkeys(_region_of(places).values()))
        check_names(neighbours, ("region_a", "region_b"), names, "region", faults)
    for place, row in neighbours.right("region_a", "region_b"):
        if row.region_a == row.region_b:
            faults.add(f"{row.region_a} is no neighbour of itself", where=place)
    ends = ((place, sorted((row.region_a, row.region_b))) for place, row in neighbours.right("region_a", "region_b"))
    check_each_once("pair", ((place, " and ".join(pair)) for place, pair in ends), faults)


def _region_of(places: Table[PlaceRow]) -> dict[str, str]:
    """The region of each place."""
    alone = "region" in places.left_out
    return {row.place: row.place if alone else row.region for row in places.rows}


# --- regions ----------------------------------------------------------------------------------------------------


def _summed(places: Table[PlaceRow], faults: Faults) -> tuple[Region, ...]:
    """The regions in the order of their first places; what places of one region disagree on goes to ``faults``."""
    region_of = _region_of(places)
    members: dict[str, list[tuple[str, PlaceRow]]] = {}
    for where, row in places.placed():
        members.setdefault(region_of[row.place], []).append((where, row))
    incomes = {name: _mean([row for _, row in rows], "income") for name, rows in members.items()}
    richest = max(incomes.values())
    found = []
    for name, placed in members.items():
        rows = [row for _, row in placed]
        of_class = class_of(incomes[name] / richest)
        if "income_class" not in places.left_out:
            of_class = rows[0].income_class
            for where, row in placed:
                if row.income_class != of_class:
                    what = f"{row.place} is {row.income_class} and {rows[0].place} is {of_class}, both of region {name}"
                    faults.add(what, where=f"{where}, column income_class")
        conflict = by_class("conflict", of_class)
        if "conflict" not in places.left_out:
            conflict = _mean(rows, "conflict")
        people = sum(row.population for row in rows)
        found.append(Region(name, len(rows), people, incomes[name], of_class, conflict, *_centre(rows)))
    for role in ("origin", "destination"):
        if not any(role in ROLES[each.income_class] for each in found):
            what = f"no region is an {role}" if role == "origin" else f"no region is a {role}"
            classes = " and ".join(name for name in CLASSES if role in ROLES[name])
            faults.add(f"{what}: these are of {classes} income; add a column income_class", where=places.source)
    return tuple(found)


def class_of(ratio: float) -> str:
    """The class of a region's income over that of the richest one.

    >>> [class_of(ratio) for ratio in (0.1, 0.125, 0.45)]
    ['low', 'middle', 'high']
    """
    if ratio < LOW.values[0]:
        return "low"
    return "middle" if ratio < HIGH.values[0] else "high"


def _mean(rows: Sequence[PlaceRow], column: str) -> float:
    """The mean over people."""
    people = math.fsum(row.population for row in rows)
    return math.fsum(row.population / people * float(getattr(row, column)) for row in rows)


def _centre(rows: Sequence[PlaceRow]) -> tuple[float, float]:
    """Latitude and longitude of the middle of the people on the globe, degrees."""
    if len(rows) == 1:
        return rows[0].latitude, rows[0].longitude
    x = y = z = 0.0
    for row in rows:
        north, east = math.radians(row.latitude), math.radians(row.longitude)
        x += row.population * math.cos(north) * math.cos(east)
        y += row.population * math.cos(north) * math.sin(east)
        z += row.population * math.sin(north)
    return round(math.degrees(math.atan2(z, math.hypot(x, y))), 1), round(math.degrees(math.atan2(y, x)), 1)


def _rows(regions: Sequence[Region], prices: float, faults: Faults) -> list[dict[str, Any]]:
    """The table of regions; a wage that no world takes goes to ``faults``."""
    rows = []
    for each in regions:
        wage = each.income * prices * by_class("wage_share", each.income_class) / 52.0
        if not 0.01 <= wage <= HIGHEST_WAGE:
            faults.add(
                f"the wage of {each.region} would be {wage:.3g} US$ a week; it must lie between 0.01 and "
                f"{HIGHEST_WAGE:g}, so look at its income and at prices",
                where="column income",
            )
        rows.append(region_row(each, each.population, wage) | {"conflict": each.conflict})
    return rows


# --- legs -------------------------------------------------------------------------------------------------------


def _by_ground(known: Mapping[str, Region], neighbours: Table[NeighbourRow] | None) -> list[dict[str, Any]]:
    """Legs in both directions between neighbours; without a table of them each region is joined to the nearest ones."""
    if neighbours is None:
        pairs = dict.fromkeys(tuple(sorted((name, end))) for name in known for end in _nearest(known, name))
        joined: list[tuple[str, str, str, float | None]] = [(a, b, "land", None) for a, b in pairs]
    else:
        told = "sea_km" not in neighbours.left_out
        joined = [(row.region_a, row.region_b, row.way, row.sea_km if told else None) for row in neighbours.rows]
    legs = []
    for a, b, way, sea_km in joined:
        length = distance(known[a], known[b])
        water = min(SEA_SHARE.values[0] * length if sea_km is None else sea_km, length)
        for start, end in ((a, b), (b, a)):
            leg = leg_between(known[start], known[end], "sea" if way == "sea" else "land", water)
            legs.append(leg | ({"mode": way} | _FREE if way == "free_movement" else {}))
    return legs


def _nearest(known: Mapping[str, Region], name: str) -> list[str]:
    others = sorted((each for each in known if each != name), key=lambda end: distance(known[name], known[end]))
    return others[: int(NEAREST.values[0])]


def _by_air(known: Mapping[str, Region], counted: Mapping[tuple[str, str], float]) -> list[dict[str, Any]]:
    """Flights from where people leave to where they live, if enough of them do, and at least to the first of these."""
    legs = []
    for start, each in known.items():
        if "origin" not in ROLES[each.income_class]:
            continue
        ends = [name for name, end in known.items() if name != start and "destination" in ROLES[end.income_class]]
        abroad = {end: counted[start, end] for end in ends}
        total = math.fsum(abroad.values())
        first = max(ends, key=lambda end: abroad[end], default=None)
        legs += [
            leg_between(each, known[end], "air")
            for end in ends
            if total > 0 and (end == first or abroad[end] >= FLIGHTS.values[0] * total)
        ]
    return legs
