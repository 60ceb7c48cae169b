"""Levers moved while a model runs: they act, are recorded, and the same moves give the same run bit for bit."""

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.declared.levers import LEVERS
from sim.ground.errors import RequestError
from sim.policies.engine import LeverEngine
from sim.policies.live import LiveLevers
from sim.scenario.scenario import Scenario

SMALL = ["world=corridor", "people.size=2000", "time.years=1", "time.burn_in_weeks=20"]


def counters(model):
    return model._week.counters


@pytest.fixture(scope="module")
def plain():
    return sim.Model(SMALL).run()


@pytest.fixture(scope="module")
def moved():
    model = sim.Model(SMALL)
    model.run(30)
    model.levers.move("border.control", op="add", value=0.4, where={"role": "destination"})
    model.run(10)
    model.levers.move("visa.slots_low", op="scale", value=5)
    model.levers.move("visa.wait", value="2 months", week=25)
    return model.run()


def test_a_move_acts_from_its_week_on(plain, moved):
    assert np.array_equal(counters(plain)[:30], counters(moved)[:30], equal_nan=True)
    assert not np.array_equal(counters(plain)[30:], counters(moved)[30:], equal_nan=True)


def test_the_recorded_moves_give_the_same_run_again(moved, tools):
    kept = yaml.safe_load(yaml.safe_dump(moved.levers.moves))
    again = sim.Model(SMALL, moves=kept).run()
    assert tools.fingerprint(again._week) == tools.fingerprint(moved._week)
    assert again.levers.moves == moved.levers.moves


def test_held_mechanisms_do_not_feel_what_is_moved_by_hand(plain):
    def fear(*words):
        model = sim.Model([*SMALL, *words])
        model.run(30)
        model.levers.move("status.deportation_effort", op="scale", value=5)
        return model.run()._week.state.regions["fear"]

    assert np.array_equal(fear("mechanisms.deportation_fear=hold"), plain._week.state.regions["fear"])
    assert not np.array_equal(fear(), plain._week.state.regions["fear"])


def test_moves_stand_on_top_of_policies():
    model = sim.Model([*SMALL, "policy=tighter_borders", "policy.tighter_borders.ramp=0"])
    model.levers.move("border.control", op="set", value=0.1, week=10)
    model.run(30)
    assert not np.allclose(model.levers["border.control"], 0.1)
    model.run(2)
    assert np.allclose(model.levers["border.control"], 0.1)


def test_levers_read_like_a_mapping_of_copies(plain):
    levers = plain.levers
    assert set(levers) == set(LEVERS)
    assert len(levers) == len(LEVERS)
    levers["border.control"][:] = 1.0
    assert levers["border.control"].max() < 1.0
    assert "moved by hand 0 times" in repr(levers)
    with pytest.raises(RequestError, match=r"did you mean 'border\.control'"):
        levers["border.controll"]


@pytest.mark.parametrize(
    ("move", "words"),
    [
        ({"lever": "border.controll", "value": 1}, "did you mean 'border.control'"),
        ({"lever": "border.control", "value": 2}, "outside the range"),
        ({"lever": "border.control", "value": 0.5, "op": "mul"}, "op cannot be 'mul'"),
        ({"lever": "border.control", "value": 0.5, "where": {"region": "nowhere"}}, "there is no region 'nowhere'"),
        ({"lever": "visa.wait", "value": 4, "where": {"sector": "farms"}}, "levers of work and demand only"),
        ({"lever": "agency.staff", "value": 4, "where": {"agency": "polise"}}, "did you mean 'police'"),
        ({"lever": "agency.staff", "value": 4, "where": {"agency": "border_guard"}}, "for which agency.staff is read"),
        ({"lever": "agency.mandate", "value": 1, "where": {"agency": "police"}}, "does not apply to agency.mandate"),
        ({"lever": "visa.wait", "value": 4, "week": -5}, "has gone"),
        ({"lever": "visa.wait", "value": 4, "week": 1.5}, "whole number"),
    ],
)
def test_a_wrong_move_is_told_and_nothing_moves(move, words):
    model = sim.Model(SMALL)
    model.run(20)
    with pytest.raises(RequestError, match=words):
        model.levers.move(**move)
    good = {"week": 5, "lever": "visa.wait", "op": "set", "value": 4.0, "where": {}}
    with pytest.raises(RequestError):
        model.levers.schedule([good, {"week": 5, "op": "set", **move}])
    assert model.levers.moves == []


def test_keys_that_mean_nothing_are_told():
    with pytest.raises(RequestError, match="unknown key 'when'"):
        sim.Model(SMALL, moves=[{"week": 0, "lever": "visa.wait", "value": 3, "when": 3}])


@given(
    weeks=st.lists(st.integers(0, 40), min_size=1, max_size=6),
    values=st.lists(st.floats(0, 100), min_size=6, max_size=6),
)
@settings(max_examples=40)
def test_the_last_move_made_for_a_week_is_the_one_that_holds(weeks, values):
    scenario = Scenario.compose(SMALL)
    engine = LeverEngine(scenario.world, (), scenario.values)
    live = LiveLevers(engine, 0)
    for week, value in zip(weeks, values, strict=False):
        live.move("visa.wait", value=value, week=week)
    for week in range(45):
        engine.advance(week)
        due = [(at, place) for place, at in enumerate(weeks) if at <= week]
        wanted = values[max(due)[1]] if due else scenario["visa.wait"]
        assert np.all(engine.now["visa.wait"] == wanted)
