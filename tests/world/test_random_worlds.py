"""What a run relies on holds in any world that is accepted, and anything else is refused in one sentence."""

import csv
import io
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.world.assemble import make_world
from sim.world.load import load_world
from sim.world.routes import clandestine_cost
from sim.world.world import MAX_DESTINATIONS, MAX_OFFERS, Mode, Role

NAMES = tuple("abcdef")
ROLES = ("origin", "transit", "destination", "origin+transit", "transit+destination", "origin+transit+destination")
REGION = {
    "bloc": "all", "inequality": 0.7, "conflict": 0.1, "employment": 0.9, "outside_profit": 100,
    "deportation_effort": 0.1, "asylum_access": 0.2, "visa_slots_low": 1, "visa_slots_high": 2, "refugee_access": 0.1,
    "rule_of_law": 0.4, "local_demand": 0.1,
    "latitude": 0, "longitude": 0,
}  # fmt: skip
share = st.floats(0, 0.999)


@st.composite
def rows(draw):
    """Regions and legs as they stand in files; a chain by land makes most of them a world."""
    names = NAMES[: draw(st.integers(2, 6))]
    regions = [
        REGION
        | {
            "region": name,
            "role": {names[0]: "origin", names[-1]: "destination"}.get(name) or draw(st.sampled_from(ROLES)),
            "population": (draw(st.integers(0, 9)) + (name == names[0])) * 1e6,
            "wage_regular": draw(st.floats(1, 1000)),
            "wage_irregular": draw(st.floats(0, 800)),
        }
        for name in names
    ]
    chain = [(*ends, "LAND") for ends in pairwise(names)]
    others = st.tuples(st.sampled_from(names), st.sampled_from(names), st.sampled_from([mode.name for mode in Mode]))
    legs = [
        {
            "origin": origin,
            "destination": destination,
            "mode": mode,
            "hours": draw(st.floats(0.1, 500)),
            "base_cost": draw(st.floats(0, 5000)),
            "danger": draw(st.floats(0, 0.5)),
            "control": draw(share),
            "document_check": draw(share),
            "screening": draw(share),
            "loss": draw(st.floats(0, 5000)),
        }
        for origin, destination, mode in dict.fromkeys([*chain, *draw(st.lists(others, max_size=12))])
        if origin != destination
    ]
    return regions, legs


def attempt(load):
    """The world and no sentence, or no world and the sentence."""
    try:
        return load(), ""
    except RequestError as told:
        return None, str(told)


@given(rows())
@settings(max_examples=60)
def test_any_world_that_is_accepted_can_run(tables):
    world, told = attempt(lambda: make_world("random", *tables))
    assert "\n" not in told
    assume(world is not None)
    again = make_world("random", *tables)
    assert again.key == world.key
    pairs = list(zip(world.pairs.start.tolist(), world.pairs.end.tolist(), strict=True))
    assert len(set(pairs)) == len(pairs)
    check_destinations(world, pairs)
    check_routes(world, pairs)


def check_destinations(world, pairs):
    leaves = (world.regions.role & (Role.ORIGIN | Role.TRANSIT)) > 0
    wanted = set()
    for here, by_skill in enumerate(world.destinations):
        for known in by_skill:
            chosen = known[known >= 0].tolist()
            assert known[: len(chosen)].tolist() == chosen  # padding comes last
            assert here not in chosen
            assert len(set(chosen)) == len(chosen) <= MAX_DESTINATIONS
            wanted |= {(here, region) for region in chosen}
    assert wanted == set(pairs)
    assert np.bincount(world.pairs.start, minlength=1).max() <= MAX_OFFERS
    somewhere = world.destinations[:, :, 0] >= 0
    stays = leaves & ((world.regions.role & Role.DESTINATION) > 0) & ((world.regions.role & Role.ORIGIN) == 0)
    assert np.all(somewhere[leaves & ~stays])
    assert np.allclose(world.diaspora.sum(axis=1), 1)


def check_routes(world, pairs):
    cost, owner = clandestine_cost(world.legs), {}
    for at, (start, end) in enumerate(pairs):
        known = [int(route) for route in world.pairs.routes[at] if route >= 0]
        for route in {*known, int(world.pairs.official[at])}:
            assert owner.setdefault(route, at) == at
            legs = world.route_legs[route][world.route_legs[route] >= 0]
            stops = [start, *world.legs.head[legs].tolist()]
            assert stops[:-1] == world.legs.tail[legs].tolist()
            assert stops[-1] == end
            assert len(set(stops)) == len(stops)
        worth = [cost[world.route_legs[route][world.route_legs[route] >= 0]].sum() for route in known]
        assert np.all(np.diff(worth) >= -1e-6)
    assert sorted(owner) == list(range(len(world.route_legs)))


def test_nobody_is_checked_on_a_leg_of_free_movement():
    regions = [
        REGION | {"region": name, "role": role, "population": 1e6, "wage_regular": wage, "wage_irregular": wage}
        for name, role, wage in (("a", "origin", 10), ("b", "destination", 100))
    ]
    checked = {
        "hours": 1,
        "base_cost": 100,
        "danger": 0,
        "control": 0.9,
        "document_check": 0.9,
        "screening": 0,
        "loss": 0,
    }
    legs = [{"origin": "a", "destination": "b", "mode": mode} | checked for mode in ("land", "free_movement")]
    world = make_world("open", regions, legs)
    assert world.legs.control.tolist() == world.legs.document_check.tolist() == [0.9, 0]
    assert world.route_legs[world.pairs.routes[0, 0], 0] == 1  # the open way is the cheapest


@cache
def corridor_file(name):
    return (configs_dir() / "world" / "corridor" / f"{name}.csv").read_text(encoding="utf-8")


cells = st.one_of(
    st.sampled_from(["", "nan", "-inf", "1e999", "-1", "0x10", "true", "a>b", "origin+", "ship", '"', "0,5", "\x00"]),
    st.text(max_size=8),
    st.floats().map(str),
)


spoiled = st.lists(
    st.tuples(st.sampled_from(["regions", "legs", "sectors"]), st.integers(0, 13), st.integers(0, 18), cells),
    min_size=1,
    max_size=4,
)


def a_world_or_sentences(folder, changes):
    """Files of the corridor with some cells changed are read, or refused in lines that can be printed."""
    tables = {name: list(csv.reader(io.StringIO(corridor_file(name)))) for name in ("regions", "legs", "sectors")}
    for name, line, column, cell in changes:
        row = tables[name][line % len(tables[name])]
        row[column % len(row)] = cell
    for name, table in tables.items():
        content = "\n".join(",".join(row) for row in table).encode("utf-8", "surrogatepass")
        (folder / f"{name}.csv").write_bytes(content)
    world, told = attempt(lambda: load_world("csv", {name: f"{name}.csv" for name in tables}, base=folder))
    for sentence in told.splitlines():
        assert sentence.isprintable()
        assert len(sentence) < 1500
    assert told if world is None else len(world.pairs.start) > 0


@given(changes=spoiled)
@settings(max_examples=25, deadline=None)
def test_a_file_is_a_world_or_a_sentence(tmp_path_factory, changes):
    a_world_or_sentences(tmp_path_factory.getbasetemp(), changes)


@pytest.mark.slow
@given(changes=spoiled)
@settings(max_examples=800, deadline=None)
def test_many_files_are_worlds_or_sentences(tmp_path_factory, changes):
    a_world_or_sentences(tmp_path_factory.getbasetemp(), changes)
