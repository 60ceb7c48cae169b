"""The world of income classes: data as they are, everything else as declared."""

import csv

import numpy as np
import pytest

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.world.load import load_world
from sim.world.subregions import (
    BY_CLASS,
    BY_MODE,
    CLASSES,
    OTHERS,
    PRICES,
    AdjacencyRow,
    MacroRow,
    by_class,
    distance,
    tables,
)
from sim.world.tables import check_rows
from sim.world.world import Mode, Role

FOLDER = configs_dir() / "world" / "subregions"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def macro():
    return check_rows(MacroRow, rows("subregions.csv"), "macro")


@pytest.fixture
def adjacency():
    return check_rows(AdjacencyRow, rows("subregion_adjacency.csv"), "adjacency")


def test_assumptions_lie_in_their_ranges():
    for item in (*BY_CLASS.values(), *BY_MODE.values(), *OTHERS):
        assert all(item.low <= value <= item.high for value in item.values), item.name
    assert all(len(item.values) == 3 for item in (*BY_CLASS.values(), *BY_MODE.values()))


def test_data_are_taken_as_they_are():
    world, data = load_world("subregions"), rows("subregions.csv")
    assert list(world.regions.name) == [row["region"] for row in data]
    assert world.regions.population.tolist() == [float(row["population_2007"]) for row in data]
    assert list(world.regions.bloc) == [row["income_class"] for row in data]


def test_wages_follow_income_per_head():
    world = load_world("subregions")
    for row, wage in zip(rows("subregions.csv"), world.regions.wage_regular, strict=True):
        yearly = (
            float(row["gdp_per_capita_2007_ppp2005"]) * PRICES.values[0] * by_class("wage_share", row["income_class"])
        )
        assert wage == pytest.approx(yearly / 52, abs=0.01)


def test_roles_follow_income_class():
    regions = load_world("subregions").regions
    wanted = {
        "low": Role.ORIGIN,
        "middle": Role.ORIGIN | Role.TRANSIT | Role.DESTINATION,
        "high": Role.DESTINATION,
    }
    assert [wanted[bloc] for bloc in regions.bloc] == regions.role.tolist()


def test_neighbours_are_joined_both_ways_by_land_or_sea():
    world = load_world("subregions")
    names, legs = world.regions.name, world.legs
    found = {
        (names[a], names[b], mode)
        for a, b, mode in zip(legs.tail, legs.head, legs.mode.tolist(), strict=True)
        if mode != Mode.AIR
    }
    wanted = set()
    for row in rows("subregion_adjacency.csv"):
        mode = Mode.SEA if row["shared_land_borders"] == "0" else Mode.LAND
        a, b = row["region_a"], row["region_b"]
        wanted |= {(a, b, mode), (b, a, mode)}
    assert found == wanted


def test_flights_join_every_origin_and_every_rich_region():
    world = load_world("subregions")
    by_air = world.legs.mode == Mode.AIR
    bloc = np.array(world.regions.bloc)
    assert set(world.legs.tail[by_air]) == set(np.flatnonzero(bloc != "high"))
    assert set(world.legs.head[by_air]) == set(np.flatnonzero(bloc == "high"))


def test_some_people_in_poor_regions_consider_a_middle_one():
    world = load_world("subregions")
    bloc = np.array(world.regions.bloc)
    for here in np.flatnonzero(bloc == "low"):
        known = world.destinations[here][world.destinations[here] >= 0]
        assert {"middle", "high"} == set(bloc[known])


def test_control_grows_with_the_income_of_the_region_entered():
    world = load_world("subregions")
    rank = np.array([CLASSES.index(bloc) for bloc in world.regions.bloc])
    upwards = (rank[world.legs.tail] < rank[world.legs.head]) & (world.legs.mode != Mode.AIR)
    by_rank = [set(world.legs.control[upwards & (rank[world.legs.head] == at)]) for at in (1, 2)]
    assert by_rank == [{by_class("control", "middle")}, {by_class("control", "high")}]


def test_distance(macro):
    first, second = macro.rows[0], macro.rows[0].model_copy(update={"longitude": macro.rows[0].longitude + 180.0})
    assert distance(first, first) == 0
    turned = 2 * (90 - abs(first.latitude))
    assert distance(first, second) == pytest.approx(np.radians(turned) * 6371)


def test_wrong_data_are_told(macro, adjacency):
    with pytest.raises(RequestError, match=r"'rich' is not an income class.*allowed: low, middle, high"):
        check_rows(MacroRow, [{**rows("subregions.csv")[0], "income_class": "rich"}], "macro")
    spoiled = rows("subregion_adjacency.csv")
    spoiled[2]["region_b"] = "central_america_midle"
    with pytest.raises(RequestError, match=r"adjacency, row 3, column region_b.*did you mean 'central_america_middle'"):
        tables(macro, check_rows(AdjacencyRow, spoiled, "adjacency"))
    with pytest.raises(RequestError, match="twice"):
        _assemble(macro, check_rows(AdjacencyRow, [*rows("subregion_adjacency.csv")] * 2, "adjacency"))


def _assemble(macro, adjacency):
    from sim.world.assemble import assemble, shipped_sectors

    return assemble("subregions", *tables(macro, adjacency), shipped_sectors())
