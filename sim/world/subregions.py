"""The world ``subregions``: real population and income per head of 2007, everything else assumed by income class.

Every assumed number stands in ``BY_CLASS``, ``BY_MODE`` and the constants below it, each with a range in which it may
reasonably lie; ``docs/worlds.md`` repeats them. Nothing here says what happens in any country.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import BeforeValidator

from sim.ground.errors import RequestError
from sim.world.schema import NAMES, LegRow, Name, NameOfRegion, Number, RegionRow, Row, number_column, text_column
from sim.world.tables import Table, check_rows

CLASSES = ("low", "middle", "high")
MODES = ("land", "sea", "air")
ROLES = {"low": "origin", "middle": "origin+transit+destination", "high": "destination"}
_RANK = {name: rank for rank, name in enumerate(CLASSES)}


@dataclass(frozen=True)
class Assumption:
    """A number for each income class or mode of travel, or one for all, with the range in which all of them may lie."""

    name: str
    values: tuple[float, ...]
    low: float
    high: float
    unit: str
    meaning: str
    evidence: str = "assumed"


# low, middle, high income
BY_CLASS = {
    item.name: item
    for item in (
        Assumption("wage_share", (1.0, 1.0, 1.0), 0.7, 1.3, "ratio", "wage of a worker over income per head"),
        Assumption("irregular_share", (0.8, 0.65, 0.6), 0.4, 0.9, "share", "wage without papers over that with papers"),
        Assumption("inequality", (0.8, 0.8, 0.65), 0.5, 1.0, "sd log", "spread of wages"),
        Assumption("conflict", (0.2, 0.05, 0.0), 0.0, 0.5, "share", "intensity of conflict"),
        Assumption("employment", (0.85, 0.87, 0.92), 0.7, 0.97, "share", "share in work of those who look for it"),
        Assumption("outside_profit", (2.0, 2.0, 2.0), 1.0, 4.0, "ratio", "outside profit over the wage of a worker"),
        Assumption("deportation_effort", (0.02, 0.06, 0.12), 0.0, 0.3, "share", "effort to remove people"),
        Assumption("asylum_access", (0.1, 0.2, 0.35), 0.0, 0.6, "share", "protection after irregular arrival"),
        Assumption("visa_slots_low", (0.0, 0.4, 2.0), 0.0, 10.0, "per 1000 at risk and year", "low-skilled visas"),
        Assumption("visa_slots_high", (0.0, 0.6, 3.0), 0.0, 15.0, "per 1000 at risk and year", "high-skilled visas"),
        Assumption("refugee_access", (0.0, 0.02, 0.1), 0.0, 0.3, "share", "admission of people in need with a visa"),
        Assumption("rule_of_law", (0.2, 0.45, 0.85), 0.05, 1.0, "share", "how far law works"),
        Assumption("local_demand", (0.06, 0.08, 0.15), 0.0, 0.5, "share", "jobs for people at home in these sectors"),
        Assumption("control", (0.1, 0.25, 0.45), 0.0, 0.7, "share", "control of a leg by land or sea into the region"),
        Assumption("air_control", (0.85, 0.9, 0.92), 0.7, 0.99, "share", "control of a leg by air into the region"),
        Assumption("document_check", (0.2, 0.4, 0.65), 0.1, 0.8, "share", "forged papers recognised on entry"),
        Assumption("screening", (0.05, 0.1, 0.25), 0.0, 0.5, "share", "people in need recognised when stopped"),
    )
}

# by land, by sea, by air
BY_MODE = {
    item.name: item
    for item in (
        Assumption("speed", (45.0, 20.0, 700.0), 10.0, 900.0, "km/h", "speed, waits at stops included"),
        Assumption("fixed_hours", (12.0, 12.0, 6.0), 2.0, 72.0, "hours", "hours of waiting and boarding a leg"),
        Assumption("fixed_cost", (80.0, 350.0, 300.0), 20.0, 600.0, "US$", "cost of any leg", "EC 3.2"),
        Assumption("cost_per_km", (0.08, 0.35, 0.09), 0.03, 0.8, "US$/km", "cost of each kilometre", "EC 3.2"),
        Assumption("danger", (0.003, 0.015, 0.001), 0.0005, 0.03, "share", "chance of dying in a crossing", "EC 3.3"),
        Assumption("loss", (200.0, 500.0, 600.0), 50.0, 1500.0, "US$", "loss of a provider whose client is stopped"),
    )
}

# what a region takes from its class as it stands there
OF_CLASS = ("inequality", "conflict", "employment", "deportation_effort", "asylum_access", "visa_slots_low",
            "visa_slots_high", "refugee_access", "rule_of_law", "local_demand")  # fmt: skip

PRICES = Assumption("prices", (1.1,), 1.0, 1.2, "ratio", "US$ of 2008 over international dollars of 2005")
EASIER = Assumption(
    "easier", (0.5,), 0.2, 1.0, "ratio", "control and document check between equals or towards poorer regions"
)
AIR_DESTINATIONS = Assumption(
    "air_destinations",
    (4,),
    2,
    8,
    "count",
    "high-income regions, those with the most income over distance, that an origin has flights to",
)
AIR_ORIGINS = Assumption(
    "air_origins", (3,), 1, 5, "count", "nearest origins from which each high-income region has flights at least"
)
OTHERS = (PRICES, EASIER, AIR_DESTINATIONS, AIR_ORIGINS)

_EARTH = 6371.0  # km


def word_among(allowed: tuple[str, ...], what: str) -> Callable[[Any], str]:
    """A check of a cell that holds one of some words; RequestError, which says what it should be, for any other."""

    def checked(value: Any) -> str:
        word = str(value).strip().lower()
        if word not in allowed:
            raise RequestError(f"{value!r} is not {what}", given=word, allowed=allowed)
        return word

    return checked


class_word = word_among(CLASSES, "an income class")


class MacroRow(Row):
    """A group of countries: what is known of it."""

    region: Name = text_column("name of the region", NAMES, stand_in="-")
    m49_subregion: str = text_column("UN M49 subregion", "text", stand_in="-")
    income_class: Annotated[str, BeforeValidator(class_word)] = text_column(
        "income class", ", ".join(CLASSES), stand_in="middle"
    )
    countries: Number = number_column("count", "countries that the row sums up", 1, 300, whole=True)
    population_2007: Number = number_column("persons", "population of 2007", 1, 1e10)
    gdp_per_capita_2007_ppp2005: Number = number_column(
        "international dollars of 2005", "income per head and year of 2007", 0, 1e6, above=True
    )
    gdp_min: Number = number_column("international dollars of 2005", "least income per head of a country in it", 0, 1e6)
    gdp_max: Number = number_column("international dollars of 2005", "most income per head of a country in it", 0, 1e6)
    latitude: Number = number_column("degrees", "latitude of the centroid of the population", -90, 90)
    longitude: Number = number_column("degrees", "longitude of the centroid of the population", -180, 180)


class AdjacencyRow(Row):
    """Two regions that people can travel between without passing through another."""

    MOST: ClassVar[int] = 10_000

    region_a: NameOfRegion = text_column("a region", "a region", stand_in="-")
    region_b: NameOfRegion = text_column("another region", "another region", stand_in="-")
    shared_land_borders: Number = number_column(
        "count", "land borders between their countries; 0: a way by sea", 0, 1000, whole=True
    )
    nearest_capitals_km: Number = number_column("km", "distance between their nearest capitals", 0, 20_100)


def tables(macro: Table[MacroRow], adjacency: Table[AdjacencyRow]) -> tuple[Table[RegionRow], Table[LegRow]]:
    """The tables of regions and legs that the macro data and the assumptions give.

    Raises
    ------
    RequestError : the adjacency names a region that is not in the macro data.
    """
    regions = check_rows(RegionRow, [_region(row) for row in macro.rows], macro.source, macro.places)
    known = {row.region: row for row in macro.rows}
    cells, places = [], []
    for place, row in adjacency.placed():
        for column in ("region_a", "region_b"):
            name = getattr(row, column)
            if name not in known:
                where = f"{place}, column {column}"
                raise RequestError(f"there is no region {name!r}", where=where, given=name, allowed=known)
        a, b = known[row.region_a], known[row.region_b]
        by_sea = row.shared_land_borders == 0
        water = min(row.nearest_capitals_km, distance(a, b)) if by_sea else 0.0
        cells += [leg_between(start, end, "sea" if by_sea else "land", water) for start, end in ((a, b), (b, a))]
        places += [place, place]
    flights = [leg_between(known[start], known[end], "air") for start, end in air_legs(known)]
    places += [f"{adjacency.source}, flights"] * len(flights)
    return regions, check_rows(LegRow, [*cells, *flights], adjacency.source, places)


def by_class(name: str, income_class: str) -> float:
    """The assumed number of an income class."""
    return BY_CLASS[name].values[_RANK[income_class]]


def weekly_wage(row: MacroRow) -> float:
    """Wage of a worker with papers: income per head in US$ of 2008, over 52 weeks, times wage_share; US$/week."""
    yearly = row.gdp_per_capita_2007_ppp2005 * PRICES.values[0]
    return yearly / 52.0 * by_class("wage_share", row.income_class)


def _region(row: MacroRow) -> dict[str, Any]:
    return region_row(row, row.population_2007, weekly_wage(row))


def region_row(place: Place, population: float, wage: float) -> dict[str, Any]:
    """A row of the table of regions: what is known of a place, its wage in US$ a week, and the rest by its class."""
    income_class = place.income_class
    return {
        "region": place.region,
        "role": ROLES[income_class],
        "bloc": income_class,
        "population": population,
        "wage_regular": round(wage, 2),
        "wage_irregular": round(wage * by_class("irregular_share", income_class), 2),
        "outside_profit": round(wage * by_class("outside_profit", income_class), 2),
        "latitude": place.latitude,
        "longitude": place.longitude,
    } | {name: by_class(name, income_class) for name in OF_CLASS}


class Place(Protocol):
    """A region by what a leg depends on: class of income, and latitude and longitude of its centroid in degrees."""

    @property
    def region(self) -> str:
        """Its name."""

    @property
    def income_class(self) -> str:
        """Low, middle or high."""

    @property
    def latitude(self) -> float:
        """Degrees."""

    @property
    def longitude(self) -> float:
        """Degrees."""


def leg_between(start: Place, end: Place, mode: str, water: float | None = None) -> dict[str, Any]:
    """A leg between centroids; of a way by sea ``water`` km are at sea (None: all) and the rest on land."""
    values = {name: dict(zip(MODES, item.values, strict=True)) for name, item in BY_MODE.items()}
    length = distance(start, end)
    by_water = length if water is None else water
    parts = {"sea": by_water, "land": max(length - by_water, 0.0)} if mode == "sea" else {mode: length}
    equals = _RANK[start.income_class] >= _RANK[end.income_class]
    easier = EASIER.values[0] if equals and mode != "air" else 1.0
    return {
        "origin": start.region,
        "destination": end.region,
        "mode": mode,
        "hours": round(values["fixed_hours"][mode] + sum(km / values["speed"][by] for by, km in parts.items()), 1),
        "base_cost": round(
            values["fixed_cost"][mode] + sum(values["cost_per_km"][by] * km for by, km in parts.items())
        ),
        "danger": values["danger"][mode],
        "control": by_class("air_control" if mode == "air" else "control", end.income_class) * easier,
        "document_check": by_class("document_check", end.income_class) * easier,
        "screening": by_class("screening", end.income_class),
        "loss": values["loss"][mode],
    }


def air_legs(regions: Mapping[str, MacroRow]) -> list[tuple[str, str]]:
    """Start and end of every flight; both rules are assumptions.

    From each origin to the high-income regions with the most income over distance, and to each of those from its
    nearest origins.
    """
    rich = [row for row in regions.values() if row.income_class == "high"]
    origins = [row for row in regions.values() if row.income_class != "high"]
    found: dict[tuple[str, str], None] = {}
    for start in origins:
        pull = sorted(rich, key=lambda end: -_income(end) / max(distance(start, end), 1.0))
        found |= {(start.region, end.region): None for end in pull[: int(AIR_DESTINATIONS.values[0])]}
    for end in rich:
        near = sorted(origins, key=lambda start: distance(start, end))
        found |= {(start.region, end.region): None for start in near[: int(AIR_ORIGINS.values[0])]}
    return list(found)


def _income(row: MacroRow) -> float:
    return row.population_2007 * row.gdp_per_capita_2007_ppp2005


def distance(a: Place, b: Place) -> float:
    """Great-circle distance between two centroids, km."""
    north, south = math.radians(a.latitude), math.radians(b.latitude)
    east = math.radians(b.longitude - a.longitude)
    half = math.sin((south - north) / 2) ** 2 + math.cos(north) * math.cos(south) * math.sin(east / 2) ** 2
    return 2.0 * _EARTH * math.asin(math.sqrt(min(half, 1.0)))
