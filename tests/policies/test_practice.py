"""What reaches practice where law is weak, what a policy costs and who pays, and bundles."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.declared.levers import LEVERS
from sim.declared.switches import SWITCHES
from sim.ground.shipped import configs_dir
from sim.ledger.counters import C
from sim.policies.engine import LeverEngine
from sim.policies.policy import Move, Policy
from sim.report.idle import of_missions
from sim.report.practice import notes, without_effect
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SMALL = ["world=corridor", "people.size=3000", "time.years=1", "time.burn_in_weeks=10"]


@pytest.fixture(scope="module")
def scenario():
    return Scenario.compose(SMALL)


def engine(scenario, *policies):
    made = LeverEngine(scenario.world, policies, scenario.values)
    made.advance(500)
    return made


def one(lever, op="set", value=1.0, key="one", **fields):
    return Policy(key, key, "test", (Move(lever, op, value),), max_dose=10, **fields)


@pytest.mark.parametrize("lever", ["border.control", "visa.complexity", "protection.quality", "work.inspection"])
def test_less_is_done_where_law_is_weak(scenario, lever):
    full, gap = engine(scenario, one(lever, value=0.9)), engine(scenario, one(lever, value=0.9, law_gap=1.0))
    law, world = scenario.world.regions.rule_of_law, scenario.world
    where = {"leg": world.legs.head, "visa": world.pairs.end}.get(LEVERS[lever].scope, np.arange(len(law)))
    done = law[where][:, None] if LEVERS[lever].scope in ("work", "agency") else law[where]
    start = full.start[lever]
    assert gap.now[lever] == pytest.approx(start + done * (full.now[lever] - start))
    assert np.array_equal(engine(scenario, one(lever, value=0.9, law_gap=0.0)).now[lever], full.now[lever])


def test_what_nobody_else_pays_is_taken_from_agencies(scenario):
    staff = {}
    for funded in (0.0, 0.5, 1.0):
        policy = one("protection.hotline", value=0.5, cost=0.02, funded=funded)
        week = Week(replace(scenario, policies=(policy,)), 1)
        for _ in range(12):
            week.advance()
        staff[funded] = week.state.agencies["staff"].sum()
        assert week.counters[11, C.POLICY_COST] > 0
        assert week.counters[5, C.POLICY_COST] == 0
    free = Week(replace(scenario, policies=(one("protection.hotline", value=0.5),)), 1)
    for _ in range(12):
        free.advance()
    assert staff[0.0] < staff[0.5] < staff[1.0] == free.state.agencies["staff"].sum()


def test_bundles_without_a_lever_in_common_do_not_depend_on_order(scenario):
    first, second = one("visa.wait", "scale", 0.5, "first"), one("border.control", "add", 0.2, "second")
    one_way, other = engine(scenario, first, second), engine(scenario, second, first)
    assert all(one_way.now[name].tobytes() == other.now[name].tobytes() for name in LEVERS)


def test_moves_of_one_lever_apply_in_the_order_chosen(scenario):
    first, second = one("visa.wait", "set", 4.0, "first"), one("visa.wait", "scale", 2.0, "second")
    assert np.all(engine(scenario, first, second).now["visa.wait"] == 8.0)
    assert np.all(engine(scenario, second, first).now["visa.wait"] == 4.0)


@pytest.mark.parametrize("key", ["origin_role", "origin_bloc"])
def test_where_may_speak_of_where_people_leave(scenario, key):
    world = scenario.world
    value = "transit" if key == "origin_role" else world.regions.bloc[int(world.pairs.start[0])]
    policy = Policy("area", "Area", "test", (Move("free_movement", "set", 1.0, ((key, value),)),))
    moved = engine(scenario, policy).now["free_movement"] > 0
    assert moved.any()
    starts = world.pairs.start[moved]
    if key == "origin_bloc":
        assert {world.regions.bloc[int(start)] for start in starts} == {value}


POLICIES = sorted(path.stem for path in (configs_dir() / "policy").glob("*.yaml"))


@cache
def everything() -> Scenario:
    """Every policy at once."""
    return Scenario.compose(["world=archetypes", f"policy=[{','.join(POLICIES)}]"])


@pytest.mark.slow
@given(name=st.sampled_from(POLICIES), less=st.floats(0, 1), more=st.floats(0, 1), week=st.integers(-10, 600))
@settings(max_examples=60)
def test_a_larger_dose_moves_every_lever_at_least_as_far(name, less, more, week):
    less, more = sorted((less, more))
    policy = next(policy for policy in everything().policies if policy.key == name)
    moved = []
    for dose in (less, more):
        made = LeverEngine(everything().world, [replace(policy, dose=dose)], everything().values)
        made.advance(week)
        moved.append({lever: np.abs(values - made.start[lever]) for lever, values in made.now.items()})
    for lever in LEVERS:
        assert np.all(moved[1][lever] >= moved[0][lever] - 1e-9 * (1 + moved[0][lever])), lever


def test_whoever_moves_a_lever_that_nothing_reads_is_told_which_switch_to_turn_on(scenario):
    asked = replace(scenario, policies=(one("coop.meetings", key="meetings"),))
    (said,) = notes(asked)
    assert "does nothing here" in said
    assert "mechanisms.institutional_trust=on" in said
    assert notes(asked.replace({"mechanisms.institutional_trust": "on"})) == []
    both = Policy("both", "Both", "test", (Move("coop.meetings", "set", 1.0), Move("border.control", "set", 0.5)))
    (said,) = notes(replace(scenario, policies=(both,)))
    assert said.startswith("Both: Its part of coop.meetings does nothing here")


def test_a_lever_whose_mechanism_is_off_moves_nothing(scenario):
    asleep = [name for name, lever in LEVERS.items() if lever.needs]
    assert len(asleep) >= 50
    moves = tuple(Move(name, "set", LEVERS[name].high / 2) for name in asleep)
    plain = Week(scenario, 1).run()
    moved = Week(replace(scenario, policies=(Policy("all", "All", "test", moves, max_dose=10),)), 1).run()
    assert np.array_equal(plain.counters, moved.counters, equal_nan=True)
    needed = {switch for name in asleep for switch in LEVERS[name].needs}
    assert all(SWITCHES[switch].default == "off" for switch in needed)


def test_what_is_done_in_a_mission_needs_one() -> None:
    assert of_missions(["mission.size", "mission.conduct", "border.control"]) == {"mission.conduct"}
    for word in ("policy=mission_repatriation", "policy=mission_waiver"):
        alone = Scenario.compose([*SMALL, word])
        (said,) = without_effect(alone.policies[0], alone)
        assert said.startswith("It does nothing here: there is no mission in this world")
    beside = Scenario.compose([*SMALL, "policy=[mission,mission_repatriation]"])
    assert notes(beside) == []
    partly = replace(alone.policies[0], levers=(*alone.policies[0].levers, Move("border.control", "add", 0.1)))
    (said,) = without_effect(partly, alone)
    assert said.startswith("Its part of mission.immunity does nothing here: there is no mission in this world")
