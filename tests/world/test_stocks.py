"""A world from counts of people abroad: what is known is taken as it is, what follows obeys declared rules."""

import csv
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.world.counted import CountedWorld
from sim.world.describe import world_rows
from sim.world.destinations import communities, reachable
from sim.world.known_routes import KnownRoutes
from sim.world.load import load_world
from sim.world.routes import least_between
from sim.world.stocks import DECLARED, FLIGHTS, class_of, world_from_stocks
from sim.world.stocks_folder import README, read_stocks, write_world
from sim.world.subregions import ROLES, by_class
from sim.world.world import Mode, Role

FOLDER = configs_dir() / "world" / "stocks"
SOURCES = (FOLDER / "communities.csv", FOLDER / "places.csv", FOLDER / "neighbours.csv")
PRICES = 0.96  # as the README of the shipped world says

PLACES = [
    {"place": "south", "population": 9e6, "income": 1000, "latitude": 0, "longitude": 0},
    {"place": "between", "population": 5e6, "income": 6000, "latitude": 20, "longitude": 5},
    {"place": "north", "population": 7e6, "income": 40000, "latitude": 45, "longitude": 5},
    {"place": "far", "population": 3e6, "income": 30000, "latitude": 45, "longitude": -90},
]
STOCKS = [
    {"origin": "south", "destination": "between", "people": 100_000},
    {"origin": "south", "destination": "north", "people": 899_000},
    {"origin": "south", "destination": "far", "people": 1_000},
    {"origin": "between", "destination": "far", "people": 50_000},
    {"origin": "north", "destination": "south", "people": 7_000},
]
NEIGHBOURS = [
    {"region_a": "south", "region_b": "between", "way": "land", "sea_km": 0},
    {"region_a": "between", "region_b": "north", "way": "sea", "sea_km": 300},
]


@pytest.fixture(scope="module")
def made():
    return world_from_stocks(PLACES, STOCKS, NEIGHBOURS, prices=1.1)


def modes(world):
    """Modes by (start, end)."""
    names = world.regions.name
    found = {}
    for tail, head, mode in zip(world.legs.tail, world.legs.head, world.legs.mode, strict=True):
        found.setdefault((names[tail], names[head]), set()).add(Mode(mode))
    return found


# --- the rules --------------------------------------------------------------------------------------------------


def test_assumptions_lie_in_their_ranges():
    assert all(item.low <= value <= item.high for item in DECLARED for value in item.values)


def test_what_is_known_is_taken_as_it_is(made):
    world = made.world("mine")
    assert world.regions.name == ("south", "between", "north", "far")
    assert world.regions.population.tolist() == [row["population"] for row in PLACES]
    assert world.regions.wage_regular.tolist() == pytest.approx([row["income"] * 1.1 / 52 for row in PLACES], abs=0.01)
    assert [each.income_class for each in made.regions] == ["low", "middle", "high", "high"]
    assert (made.people, made.inside, made.unvisited) == (1_057_000, 0, 7_000)


def test_communities_are_the_counts_over_destinations(made):
    world = made.world("mine")
    assert world.diaspora[0].tolist() == pytest.approx([0, 0.1, 0.899, 0.001])
    assert world.diaspora[1].tolist() == [0, 0, 0, 1]
    # nobody from the far region was counted anywhere that is gone to, so that gravity stands in
    plain = communities(world.regions, _hours(world))
    assert world.diaspora[3].tolist() == plain[3].tolist()


def _hours(world):
    return least_between(KnownRoutes.of(world.name, world.legs, len(world.regions.name)).by_hours)


def test_flights_follow_the_counts_and_the_rest_the_neighbours(made):
    found = modes(made.world("mine"))
    assert found[("south", "north")] == {Mode.AIR}
    assert found[("south", "between")] == {Mode.LAND, Mode.AIR}
    assert ("south", "far") not in found  # a thousandth of those abroad
    assert found[("between", "far")] == {Mode.AIR}
    assert found[("north", "between")] == {Mode.SEA}
    assert ("north", "south") not in found  # nobody flies from where nobody leaves


def test_a_way_by_sea_is_as_long_as_said_and_a_free_one_has_no_checks():
    free = [*NEIGHBOURS[:1], NEIGHBOURS[1] | {"way": "free_movement"}]
    legs = {leg["mode"]: leg for leg in world_from_stocks(PLACES, STOCKS, free).legs}
    assert all(legs["free_movement"][name] == 0 for name in ("control", "danger", "document_check", "screening"))
    long = [*NEIGHBOURS[:1], NEIGHBOURS[1] | {"sea_km": 1000}]
    short, far = (
        [leg["hours"] for leg in world_from_stocks(PLACES, STOCKS, rows).legs if leg["mode"] == "sea"]
        for rows in (NEIGHBOURS, long)
    )
    assert far[0] > short[0]


def test_without_neighbours_regions_are_joined_to_the_nearest():
    made = world_from_stocks(PLACES, STOCKS)
    found = modes(made.world("mine"))
    assert Mode.LAND in found[("between", "north")]
    assert not made.neighbours


def test_places_are_summed_into_regions_and_people_inside_one_are_left_out():
    first = PLACES[0] | {"population": 8e6}
    more = PLACES[0] | {"place": "south east", "population": 1e6, "longitude": 18}
    places = [row | {"region": "the south" if row["place"].startswith("south") else row["place"]}
              for row in (first, more, *PLACES[1:])]  # fmt: skip
    stocks = [*STOCKS, {"origin": "south", "destination": "south east", "people": 500},
              {"origin": "south east", "destination": "north", "people": 101_000}]  # fmt: skip
    neighbours = [NEIGHBOURS[0] | {"region_a": "the south"}, NEIGHBOURS[1]]
    made = world_from_stocks(places, stocks, neighbours)
    south = made.regions[0]
    assert (south.region, south.places, south.population) == ("the south", 2, 9e6)
    assert south.income == pytest.approx(1000)
    assert 0 < south.longitude < 18 / 8
    assert made.inside == 500
    to_north = next(row for row in made.communities if row["origin"] == "the south" and row["destination"] == "north")
    assert to_north["people"] == 1_000_000


def test_classes_and_conflict_can_be_given():
    classes = ("low", "low", "middle", "high")
    given_places = [row | {"income_class": name, "conflict": 0.3} for row, name in zip(PLACES, classes, strict=True)]
    made = world_from_stocks(given_places, STOCKS, NEIGHBOURS)
    assert [each.income_class for each in made.regions] == list(classes)
    assert made.world("mine").regions.conflict.tolist() == [0.3] * 4


# --- random tables ----------------------------------------------------------------------------------------------


@st.composite
def tables(draw):
    """Places, counts and neighbours in a chain; some of them no world can be made of."""
    names = [f"place {number}" for number in range(draw(st.integers(2, 6)))]
    places = [
        {
            "place": name,
            "region": draw(st.sampled_from([name, names[0]])),
            "population": draw(st.integers(1, 10**9)),
            "income": draw(st.floats(10, 1e5)),
            "latitude": draw(st.floats(-90, 90)),
            "longitude": draw(st.floats(-180, 180)),
        }
        for name in names
    ]
    pairs = draw(st.lists(st.sampled_from(list(permutations(names, 2))), unique=True, max_size=20))
    stocks = [{"origin": a, "destination": b, "people": draw(st.integers(0, 10**8))} for a, b in pairs]
    regions = list(dict.fromkeys(row["region"] for row in places))
    ways = st.sampled_from(["land", "sea", "free_movement"])
    chain = [{"region_a": a, "region_b": b, "way": draw(ways), "sea_km": draw(st.floats(0, 2000))}
             for a, b in pairwise(regions)]  # fmt: skip
    return places, stocks, chain if draw(st.booleans()) else None


@given(tables(), st.floats(0.1, 10))
@settings(max_examples=30, deadline=None)
def test_any_tables_make_a_world_that_obeys_the_rules_or_a_sentence(drawn, prices):
    places, stocks, neighbours = drawn
    try:
        made = world_from_stocks(places, stocks, neighbours, prices=prices)
    except RequestError as fault:
        told = [str(each) for each in fault.faults]
    else:
        told = []
    assert all(each and "\n" not in each for each in told)
    if told:
        return
    world = made.world("random")
    regions = {each.region: each for each in made.regions}
    # everybody who was counted is somewhere, and everybody who lives somewhere is counted once
    assert made.people == pytest.approx(sum(row["people"] for row in stocks))
    assert made.inside + sum(row["people"] for row in made.communities) == pytest.approx(made.people)
    assert sum(each.population for each in made.regions) == pytest.approx(sum(row["population"] for row in places))
    # classes, roles and what stands on them
    richest = max(each.income for each in made.regions)
    for each, row in zip(made.regions, made.rows, strict=True):
        assert each.income_class == class_of(each.income / richest)
        assert (row["role"], row["bloc"]) == (ROLES[each.income_class], each.income_class)
        assert row["rule_of_law"] == by_class("rule_of_law", each.income_class)
        assert -90 <= each.latitude <= 90
        assert -180 <= each.longitude <= 180
    # communities are shares of the counts
    open_to = reachable(world.regions, _hours(world))
    people = np.where(open_to, world.counted, 0.0)
    known = people.sum(axis=1) > 0
    assert world.diaspora[known] == pytest.approx(people[known] / people[known].sum(axis=1, keepdims=True))
    assert world.diaspora.sum(axis=1) == pytest.approx(1)
    # who flies
    counted = {(row["origin"], row["destination"]): row["people"] for row in made.communities}
    for leg in made.legs:
        start, end = regions[leg["origin"]], regions[leg["destination"]]
        if leg["mode"] == "air":
            assert "origin" in ROLES[start.income_class]
            assert "destination" in ROLES[end.income_class]
            abroad = sum(counted.get((start.region, name), 0) for name, other in regions.items()
                         if "destination" in ROLES[other.income_class])  # fmt: skip
            most = max(counted.get((start.region, name), 0) for name in regions)
            own = counted[start.region, end.region]
            assert own >= FLIGHTS.values[0] * abroad or own == most


@given(tables(), st.floats(1.5, 50))
@settings(max_examples=8, deadline=None)
def test_only_shares_of_the_counts_matter(drawn, times):
    places, stocks, neighbours = drawn
    try:
        made = world_from_stocks(places, stocks, neighbours)
    except RequestError:
        assume(False)
    more = world_from_stocks(places, [row | {"people": row["people"] * times} for row in stocks], neighbours)
    assert [(leg["origin"], leg["destination"], leg["mode"]) for leg in made.legs] == [
        (leg["origin"], leg["destination"], leg["mode"]) for leg in more.legs
    ]
    assert more.world("x").diaspora == pytest.approx(made.world("x").diaspora)


# --- what is wrong ----------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once():
    places = [*PLACES, PLACES[0], PLACES[1] | {"place": "poor", "income": 0.0, "latitude": 100.0}]
    stocks = [*STOCKS, STOCKS[0], {"origin": "sout", "destination": "north", "people": 1}]
    neighbours = [*NEIGHBOURS, NEIGHBOURS[0], {"region_a": "far", "region_b": "far", "way": "boat", "sea_km": 0}]
    with pytest.raises(RequestError) as told:
        world_from_stocks(places, stocks, neighbours, prices=0.0)
    for part in (
        "place 'south' is there twice, first in places, row 1 (in places, row 5)",
        "income = 0.0 is outside its range, above 0",
        "latitude = 100.0 is outside its range, -90 to 90",
        "pair south>between is there twice",
        "there is no place 'sout' (in stocks, row 7, column origin); did you mean 'south'?",
        "'boat' is not a way between neighbours",
        "far is no neighbour of itself",
        "pair between and south is there twice",
        "prices must be between",
    ):
        assert part in str(told.value)


@pytest.mark.parametrize(
    ("places", "stocks", "part"),
    [
        ([row | {"income": 9000} for row in PLACES], STOCKS, "no region is an origin"),  # alike, all of them are rich
        (PLACES, [row | {"people": 0} for row in STOCKS], "counts nobody abroad"),
        ([row | {"income": 1e7} for row in PLACES[:1]] + PLACES[1:], STOCKS, "the wage of south would be"),
        ([row | {"region": "all", "income_class": name} for row, name in zip(PLACES, ("low", "high") * 2, strict=True)],
         STOCKS, "both of region all"),
        ([row | {"income_class": "low"} for row in PLACES], STOCKS, "no region is a destination"),
        ([row | {"income_class": "high"} for row in PLACES], STOCKS, "no region is an origin"),
    ],
)  # fmt: skip
def test_what_no_world_can_be_made_of(places, stocks, part):
    with pytest.raises(RequestError, match=part):
        world_from_stocks(places, stocks, None)


# --- files ------------------------------------------------------------------------------------------------------


def test_the_shipped_world_is_what_its_sources_give(tmp_path):
    made = read_stocks(*SOURCES, prices=PRICES)
    assert made.world("stocks").key == load_world("stocks").key
    files = write_world(tmp_path / "again", made, "the same files")
    for path in files:
        if path.name != README:
            assert path.read_text(encoding="utf-8") == (FOLDER / path.name).read_text(encoding="utf-8"), path.name
    assert f"--prices {PRICES:g}" in (FOLDER / README).read_text(encoding="utf-8")


def test_no_place_of_the_shipped_world_is_a_country():
    with (FOLDER / "places.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 13
    assert all(each.population > 3e7 for each in read_stocks(*SOURCES).regions)


def test_the_read_me_says_every_number_that_is_assumed(tmp_path, made):
    text = write_world(tmp_path / "mine", made, "somewhere")[-1].read_text(encoding="utf-8")
    assert "from somewhere" in text
    assert "`rule_of_law` | 0.2 | 0.45 | 0.85" in text
    assert "| `flights` | 0.01 | 0.002 to 0.05 |" in text
    assert "`nearest`" not in text
    assert "1 057 000" in text


def test_a_folder_is_written_whole_or_not_at_all(tmp_path, made):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("keep")
    with pytest.raises(RequestError, match="is there already"):
        write_world(mine, made, "x")
    with pytest.raises(RequestError, match="there is a world corridor"):
        write_world(tmp_path / "corridor", made, "x")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_world_with_counts_is_made_again_from_its_tables(made):
    world = made.world("mine")
    assert isinstance(world, CountedWorld)
    tables_of_it = world_rows(world)
    assert "communities" not in world_rows(load_world("corridor"))
    assert {row["people"] for row in tables_of_it["communities"]} == {row["people"] for row in STOCKS}
    assert sum(bool(role & Role.ORIGIN) for role in world.regions.role) == 2


def test_communities_of_a_world_of_ones_own(tmp_path):
    corridor = {name: str(configs_dir() / "world" / "corridor" / f"{name}.csv") for name in ("regions", "legs")}
    plain = load_world("csv", corridor)
    path = tmp_path / "abroad.csv"
    path.write_text("origin,destination,people\npoor_origin,near_destination,3\npoor_origin,far_destination,1\n")
    world = load_world("csv", corridor | {"communities": str(path)})
    at = world.region("poor_origin")
    assert world.diaspora[at, world.region("near_destination")] == 0.75
    assert np.delete(world.diaspora, at, 0).tolist() == np.delete(plain.diaspora, at, 0).tolist()
    path.write_text("origin,destination,people\npoor_origin,nowhere,3\ntransit,transit,1\n")
    with pytest.raises(RequestError, match="no region 'nowhere'") as told:
        load_world("csv", corridor | {"communities": str(path)})
    assert "people from transit who live there have not left" in str(told.value)
