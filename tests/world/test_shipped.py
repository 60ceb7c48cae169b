"""The shipped worlds load, and what a run relies on holds in each of them."""

import pickle
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
import yaml

from sim.declared.levers import LEVERS
from sim.declared.parameters import PARAMETERS as DECLARED
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.policies.engine import leg_names
from sim.policies.start import start_values
from sim.world.load import SHIPPED, describe_worlds, load_world, world_names
from sim.world.world import MAX_LEGS, MAX_OFFERS, Mode, Role


@pytest.fixture(params=sorted(SHIPPED))
def world(request):
    return load_world(request.param)


def chain(world, route):
    legs = world.route_legs[route]
    return legs[legs >= 0]


def test_sizes():
    found = {row["name"]: row for row in describe_worlds()}
    assert list(found) == world_names() == ["archetypes", "corridor", "subregions", "stocks", "csv"]
    assert (found["corridor"]["regions"], found["corridor"]["legs"]) == (5, 13)
    assert found["subregions"]["regions"] == 29
    assert found["csv"]["regions"] is None
    assert all(row["meaning"] for row in found.values())


def test_configuration_files_choose_the_shipped_files():
    found = {path.stem: path.read_text(encoding="utf-8") for path in (configs_dir() / "world").glob("*.yaml")}
    assert sorted(found) == sorted(world_names())
    for name, text in found.items():
        assert text.startswith("# @package world\n")
        content = yaml.safe_load(text)
        assert content == {"name": name, "regions": None, "legs": None} | SHIPPED.get(name, {})


def test_levers_start_within_their_ranges(world):
    for name, values in start_values(world, {name: item.default for name, item in DECLARED.items()}).items():
        assert np.all(np.isfinite(values)), name
        assert values.min() >= LEVERS[name].low, name
        assert values.max() <= LEVERS[name].high, name


def test_numbers_make_sense(world):
    regions, legs = world.regions, world.legs
    for name in ("conflict", "employment", "deportation_effort", "asylum_access", "refugee_access", "at_risk"):
        assert np.all((getattr(regions, name) >= 0) & (getattr(regions, name) <= 1)), name
    for name in ("danger", "control", "document_check", "screening"):
        assert np.all((getattr(legs, name) >= 0) & (getattr(legs, name) < 1)), name
    assert np.all(legs.hours > 0)
    assert np.all(legs.base_cost >= 0)
    assert np.all(regions.wage_irregular <= regions.wage_regular)
    assert np.all(legs.tail != legs.head)
    names = leg_names(world)
    assert len(set(names)) == len(names)


def test_people_at_risk_live_in_origins_and_transit(world):
    regions = world.regions
    leaves = (regions.role & (Role.ORIGIN | Role.TRANSIT)) > 0
    assert regions.at_risk.sum() == pytest.approx(1)
    assert np.all((regions.at_risk > 0) == leaves)
    shares = regions.population[leaves] / regions.population[leaves].sum()
    assert regions.at_risk[leaves] == pytest.approx(shares)


def test_every_destination_has_a_pair_with_routes(world):
    pairs = {(int(a), int(b)): at for at, (a, b) in enumerate(zip(world.pairs.start, world.pairs.end, strict=True))}
    assert len(pairs) == len(world.pairs.start)
    wanted = {
        (here, int(region)) for here, sets in enumerate(world.destinations) for region in sets.ravel() if region >= 0
    }
    assert wanted == set(pairs)
    for (start, end), at in pairs.items():
        assert start != end
        assert world.regions.role[end] & Role.DESTINATION
        assert world.pairs.routes[at, 0] >= 0
        assert 0 <= world.pairs.official[at] < len(world.route_legs)
    assert np.bincount(world.pairs.start).max() <= MAX_OFFERS


def test_routes_chain_from_start_to_end(world):
    seen = []
    for at, (start, end) in enumerate(zip(world.pairs.start, world.pairs.end, strict=True)):
        known = [int(route) for route in world.pairs.routes[at] if route >= 0]
        for route in {*known, int(world.pairs.official[at])}:
            legs = chain(world, route)
            assert 1 <= len(legs) <= MAX_LEGS
            stops = [start, *world.legs.head[legs]]
            assert list(world.legs.tail[legs]) == stops[:-1]
            assert stops[-1] == end
            assert len(set(stops)) == len(stops)
            seen.append(route)
        assert len({tuple(chain(world, route)) for route in known}) == len(known)
        official = world.legs.hours[chain(world, int(world.pairs.official[at]))].sum()
        assert all(official <= world.legs.hours[chain(world, route)].sum() + 1e-9 for route in known)
    assert sorted(seen) == list(range(len(world.route_legs)))  # each route belongs to one pair


def test_padding_comes_last(world):
    for table in (world.pairs.routes, world.route_legs, world.destinations.reshape(-1, world.destinations.shape[2])):
        assert np.all(np.diff((table < 0).astype(int), axis=1) >= 0)


def test_people_have_somewhere_to_go_wherever_they_stand(world):
    regions = world.regions
    leaves = (regions.role & (Role.ORIGIN | Role.TRANSIT)) > 0
    assert np.all(world.destinations[leaves, :, 0] >= 0)
    for sets, here in zip(world.destinations, range(len(regions.name)), strict=True):
        for skill in (0, 1):
            chosen = sets[skill][sets[skill] >= 0]
            assert len(set(chosen)) == len(chosen)
            assert here not in chosen


def test_communities_sum_to_one_and_live_in_destinations(world):
    assert world.diaspora.sum(axis=1) == pytest.approx(1)
    assert np.all(world.diaspora >= 0)
    leaves = world.regions.at_risk > 0
    is_destination = (world.regions.role & Role.DESTINATION) > 0
    assert np.all(world.diaspora[np.ix_(leaves, ~is_destination)] == 0)
    assert np.all(np.diag(world.diaspora)[leaves] == 0)


def test_every_mode_but_free_movement_is_there(world):
    assert {Mode.LAND, Mode.SEA, Mode.AIR} <= set(world.legs.mode.tolist())


def test_survives_pickling_without_the_libraries_that_made_it(world, tmp_path):
    path = tmp_path / "world.pickle"
    path.write_bytes(pickle.dumps(world))
    code = (
        "import pickle, sys; from pathlib import Path; world = pickle.loads(Path(sys.argv[1]).read_bytes()); "
        "assert not {'pydantic', 'networkx', 'hydra', 'pandas', 'sim.world.load'} & set(sys.modules); print(world.key)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == world.key


def test_loading_needs_no_hydra():
    code = "import sys, sim.world.load; assert not {'hydra', 'omegaconf', 'pandas', 'mesa'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_key_follows_content(world):
    again = load_world(world.name)
    assert again.key == world.key
    assert replace(world, name="another").key == world.key
    for part in ("regions", "legs"):
        table = getattr(world, part)
        for field in fields(table):
            value = getattr(table, field.name)
            if isinstance(value, np.ndarray):
                other = value.copy()
                other[0] += 1
                changed = replace(world, **{part: replace(table, **{field.name: other})})
                assert changed.key != world.key, field.name


def test_shipped_worlds_do_not_depend_on_the_working_directory(world, tmp_path, monkeypatch):
    (tmp_path / "corridor").mkdir()
    (tmp_path / "corridor" / "regions.csv").write_text("not,a,world\n")
    monkeypatch.chdir(tmp_path)
    assert load_world(world.name).key == world.key
    assert load_world(world.name, {"name": world.name, **SHIPPED[world.name]}).key == world.key


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("coridor", {}, ["there is no world 'coridor'", "did you mean 'corridor'?"]),
        ("csv", {}, ["world.regions=PATH world.legs=PATH"]),
        ("csv", {"regions": "a.csv", "legs": None}, ["world.legs=PATH"]),
        ("mine", {"regions": "nowhere.csv", "legs": "nowhere.csv"}, ["there is no file", "nowhere.csv"]),
        ("corridor", {"leg": "x"}, ["no setting 'leg'", "did you mean 'legs'?"]),
        ("corridor", {"legs": "corridor"}, ["is a folder"]),
    ],
)
def test_wrong_requests_are_told(name, options, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RequestError) as told:
        load_world(name, options)
    for word in words:
        assert word in str(told.value)
