"""Columns that people have no data for: what is taken instead is documented, told, and used."""

import pytest

from sim.ground.errors import RequestError
from sim.ground.notes import LOG
from sim.world.assemble import make_world
from sim.world.assumed import income_class
from sim.world.describe import world_rows
from sim.world.load import load_world
from sim.world.schema import LegRow, RegionRow, may_be_left_out
from sim.world.subregions import BY_CLASS, BY_MODE, CLASSES, MODES
from sim.world.world import Role

REGIONS = [
    {"region": "Upland (east)", "role": "origin", "population": 2e7, "wage_regular": 40},
    {"region": "Harbour", "role": "origin+transit+destination", "population": 1e7, "wage_regular": 150},
    {"region": "City", "role": "destination", "population": 5e7, "wage_regular": 600},
]
PLACES = [{"latitude": 10.0, "longitude": 20.0}, {"latitude": 10.0, "longitude": 30.0},
          {"latitude": 40.0, "longitude": 30.0}]  # fmt: skip
LEGS = [
    {"origin": "Upland (east)", "destination": "Harbour", "mode": "land"},
    {"origin": "Harbour", "destination": "City", "mode": "sea"},
    {"origin": "Upland (east)", "destination": "City", "mode": "air"},
    {"origin": "City", "destination": "Harbour", "mode": "free_movement"},
]
DURATIONS = [{"hours": 30, "base_cost": 200}, {"hours": 50, "base_cost": 900}, {"hours": 9, "base_cost": 700},
             {"hours": 20, "base_cost": 90}]  # fmt: skip


def joined(rows, more):
    return [row | other for row, other in zip(rows, more, strict=True)]


@pytest.fixture
def told(monkeypatch):
    """The notes that are given."""
    lines = []
    monkeypatch.setattr(LOG, "warning", lambda form, *words: lines.append(form % words))
    return lines


def test_a_minimal_world(told):
    rows = world_rows(make_world("small", joined(REGIONS, PLACES), LEGS))
    by_name = {row["region"]: row for row in rows["regions"]}
    for row in REGIONS:
        kind = {"origin": "low", "destination": "high"}.get(row["role"], "middle")
        full, at = by_name[row["region"]], CLASSES.index(kind)
        for name in may_be_left_out(RegionRow):
            if name in BY_CLASS and name not in ("conflict", "outside_profit"):
                assert full[name] == BY_CLASS[name].values[at], name
        assert full["wage_irregular"] == pytest.approx(BY_CLASS["irregular_share"].values[at] * row["wage_regular"])
        assert full["outside_profit"] == pytest.approx(BY_CLASS["outside_profit"].values[at] * row["wage_regular"])
        assert full["conflict"] == 0
        assert full["bloc"] == "all"
    land, sea, air, free = rows["legs"]
    for leg, mode in ((land, "land"), (sea, "sea"), (air, "air")):
        at = MODES.index(mode)
        assert (leg["danger"], leg["loss"]) == (BY_MODE["danger"].values[at], BY_MODE["loss"].values[at])
    assert land["control"] == BY_CLASS["control"].values[1]
    assert air["control"] == BY_CLASS["air_control"].values[2]
    assert land["hours"] == pytest.approx(12 + 1095 / 45, abs=0.2)  # 10 degrees of longitude at 10 degrees north
    assert sea["base_cost"] == pytest.approx(350 + 0.35 * 3336, abs=2)
    assert (free["danger"], free["control"], free["document_check"], free["loss"]) == (0, 0, 0, 0)
    regions, legs = told
    for column in may_be_left_out(RegionRow):
        assert (f" {column} " in regions) == (column not in ("latitude", "longitude")), column
    for column in may_be_left_out(LegRow):
        assert f" {column} " in legs, column
    assert "conflict 0" in regions
    assert "rule_of_law 0.2 to 0.85" in regions


def test_places_are_not_needed_where_hours_and_costs_are_given(told):
    world = make_world("small", REGIONS, joined(LEGS, DURATIONS))
    assert world.legs.hours.tolist() == [30, 50, 9, 20]
    assert len(set(zip(world.regions.latitude.tolist(), world.regions.longitude.tolist(), strict=True))) == 3


def test_hours_and_costs_need_places(told):
    with pytest.raises(RequestError, match=r"no column hours and no column base_cost.*latitude and longitude"):
        make_world("small", REGIONS, LEGS)
    with pytest.raises(RequestError, match="not in degrees"):
        make_world("small", joined(REGIONS, [place | {"latitude": 500.0} for place in PLACES]), LEGS)
    assert told == []


@pytest.mark.parametrize("column", [*may_be_left_out(RegionRow), *may_be_left_out(LegRow)])
def test_each_column_may_be_left_out_alone(column, told):
    rows = world_rows(load_world("corridor"))
    kind = "regions" if column in RegionRow.model_fields else "legs"
    rows[kind] = [{name: cell for name, cell in row.items() if name != column} for row in rows[kind]]
    world = make_world("corridor", rows["regions"], rows["legs"], rows["sectors"])
    (note,) = told
    assert f"for the {kind} of world corridor" in note
    assert f": {column} " in note
    # the corridor's own outside profit is what would be assumed
    assert (world.key == load_world("corridor").key) == (column == "outside_profit")


def test_a_whole_world_assumes_nothing(told):
    rows = world_rows(load_world("corridor"))
    make_world("corridor", rows["regions"], rows["legs"], rows["sectors"])
    assert told == []


def test_a_cell_is_not_assumed(told):
    regions = joined(REGIONS, PLACES)
    regions[1]["conflict"] = 0.5
    with pytest.raises(RequestError, match="column 'conflict' is missing"):
        make_world("small", regions, LEGS)
    for row in regions:
        row["conflict"] = row.get("conflict", "")
    with pytest.raises(RequestError, match="or leave out the whole column"):
        make_world("small", regions, LEGS)


def test_roles_stand_for_income():
    assert [income_class(role) for role in (Role.ORIGIN, Role.ORIGIN | Role.TRANSIT)] == ["low", "low"]
    assert income_class(Role.DESTINATION) == "high"
    assert {income_class(role) for role in (Role.TRANSIT, Role.ORIGIN | Role.DESTINATION, 7)} == {"middle"}
