"""What happens in the world at a date: how strongly, on what levers, with policies on top, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.ground.errors import RequestError
from sim.policies.engine import LeverEngine
from sim.policies.policy import Move, Policy
from sim.policies.shocks import Shock, draft_of, shock_from, shocks_from
from sim.policies.start import start_values
from sim.scenario.scenario import Scenario

BASE = Scenario.compose(["world=corridor", "people.size=200", "time.years=3", "time.burn_in_weeks=4"])
WAR = {"name": "War", "from": 10, "moves": [{"lever": "region.conflict", "where": {"region": "transit"}, "op": "set",
                                             "value": 0.8}]}  # fmt: skip


def made(**fields):
    return shock_from(WAR | fields, "shock 0", lambda key: key)


def engine(*shocks, policies=(), week=0):
    found = LeverEngine(BASE.world, policies, BASE.values, shocks)
    found.advance(week)
    return found


# --- strength -----------------------------------------------------------------------------------------------------


def test_a_shock_comes_lasts_and_fades_as_declared():
    shock = made(to=30, comes=4, fades=13, stays=0.2)
    assert [shock.strength(week) for week in (9, 10, 11, 13, 14, 29)] == [0.0, 0.25, 0.5, 1.0, 1.0, 1.0]
    assert shock.strength(30 + 12) == pytest.approx(0.2 + 0.8 * 0.5)
    assert shock.strength(30 + 25) == pytest.approx(0.2 + 0.8 * 0.25)
    assert shock.strength(10_000) == pytest.approx(0.2)
    assert made().strength(1_000_000) == 1.0
    assert [made(to=11).strength(week) for week in (9, 10, 11)] == [0.0, 1.0, 0.0]


def test_a_shock_that_ends_while_it_comes_fades_from_where_it_was():
    shock = made(to=12, comes=4, fades=13)
    assert shock.strength(11) == 0.5
    assert shock.strength(12 + 12) == pytest.approx(0.25)


def test_years_are_rounded_to_whole_weeks():
    assert made(**{"from": "1 year", "to": "2 years", "fades": "1 year"}).fades == 365.25 / 7
    shock = made(**{"from": "1 year", "to": "2 years"})
    assert (shock.start, shock.end) == (52.0, 104.0)


# --- levers -------------------------------------------------------------------------------------------------------


def test_a_shock_moves_what_it_names_and_nothing_else():
    plain, war = engine(week=20), engine(made(), week=20)
    transit = BASE.world.regions.name.index("transit")
    assert war.now["region.conflict"][transit] == 0.8
    for name, values in plain.now.items():
        others = np.arange(len(values)) != transit if name == "region.conflict" else slice(None)
        assert np.array_equal(war.now[name][others], values[others]), name
    before = engine(made(), week=9)
    assert all(np.array_equal(before.now[name], plain.now[name]) for name in plain.now)


def test_policies_act_on_what_a_shock_leaves():
    move = Move("region.income", "scale", 1.5)
    boom = Policy("boom", "Boom", "test", (move,))
    crash = Shock("Crash", 0.0, (Move("region.income", "scale", 0.5),))
    both = engine(crash, policies=[boom], week=5)
    assert both.now["region.income"] == pytest.approx(0.75)
    assert engine(policies=[boom], week=5).now["region.income"] == pytest.approx(1.5)


def test_what_is_announced_is_expected_before_it_comes():
    event = Shock("Event", 20.0, (Move("demand.level", "scale", 2.0),), announce=10.0)
    known = engine(event, week=15)
    assert (known.now["demand.level"] == 1.0).all()
    assert (known.expected["demand.level"] == 2.0).all()
    assert (engine(event, week=5).expected["demand.level"] == 1.0).all()
    unforeseen = engine(replace(event, announce=0.0), week=15)
    assert unforeseen.expected is unforeseen.now


def test_where_law_works_less_what_follows_from_it_is_less():
    half = Shock("Collapse", 0.0, (Move("region.rule_of_law", "scale", 0.5),))
    moved, start = engine(half, week=1), start_values(BASE.world, dict(BASE.values))
    assert moved.now["region.rule_of_law"] == pytest.approx(0.5 * start["region.rule_of_law"])
    for name in ("police.raids", "work.employer_penalty", "border.control", "border.document_check"):
        assert moved.now[name] == pytest.approx(0.5 * start[name]), name
    law = start["region.rule_of_law"]
    assert moved.now["protection.hotline"] == pytest.approx(BASE["protection.hotline"] * (0.3 + 0.35 * law))
    for name in ("visa.slots_low", "justice.penalty_exploitation", "region.income"):
        assert np.array_equal(moved.now[name], start[name]), name


def test_worn_law_multiplies_what_policies_and_shocks_make_of_it():
    build = Policy("build", "Build", "test", (Move("region.rule_of_law", "add", 0.1),))
    found = engine(policies=[build], week=0)
    found.wear(np.full(len(BASE.world.regions.name), 0.5))
    found.advance(1)
    assert found.now["region.rule_of_law"] == pytest.approx(0.5 * np.minimum(BASE.world.regions.rule_of_law + 0.1, 1.0))


# --- a scenario's -------------------------------------------------------------------------------------------------


def test_both_arms_live_through_the_shocks_of_a_scenario():
    treated = BASE.replace({"shocks": [WAR], "policy": "tighter_borders"})
    assert treated.replace({"policy": "none"}).shocks == treated.shocks == BASE.replace({"shocks": [WAR]}).shocks


def test_shocks_are_in_the_key_and_in_what_is_kept():
    war = BASE.replace({"shocks": [WAR]})
    assert war.key != BASE.key
    assert war.key == BASE.replace({"shocks": [WAR | {"name": "Another name"}]}).key
    assert war.key != BASE.replace({"shocks": [WAR | {"from": 11}]}).key
    assert shocks_from(war.to_dict()["shocks"], lambda key: key) == war.shocks
    assert war["shocks"] == ("War",)
    assert BASE.replace({"shocks": None}).key == BASE.key
    assert war.replace({"shocks": "none"}).shocks == ()


def test_a_draft_is_read_again_as_it_was():
    shock = made(to=30, comes=4, fades=13, stays=0.2, announced=5)
    assert shock_from(draft_of(shock), "shock", lambda key: key) == shock


# --- what is refused ----------------------------------------------------------------------------------------------

MOVES = WAR["moves"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"from": 1, "moves": MOVES}, "lacks 'name'"),
        ({"name": "War", "moves": MOVES}, "lacks 'from': the week in which it begins"),
        ({"name": "War", "from": 1}, "lacks 'moves'"),
        (WAR | {"until": 5}, "unknown key 'until'"),
        (WAR | {"stay": 1}, "did you mean 'stays'"),
        (WAR | {"to": 10}, "ends in week 10, not after its beginning in week 10"),
        (WAR | {"fades": 5}, "no end after which it could"),
        (WAR | {"from": "soon"}, "from"),
        (WAR | {"comes": -1}, "outside 0 to 10000"),
        (WAR | {"moves": []}, "list of 1 to"),
        (WAR | {"moves": [{"lever": "region.conflct", "op": "set", "value": 1}]}, "did you mean 'region.conflict'"),
        (WAR | {"moves": [MOVES[0] | {"value": 3}]}, "outside the range of region.conflict"),
        ("war", "must be a mapping"),
    ],
)
def test_errors_say_what_is_wrong_and_what_is_allowed(content, said):
    with pytest.raises(RequestError) as caught:
        shock_from(content, "shock 0", lambda key: key)
    assert said in str(caught.value)


def test_an_end_that_cannot_be_read_is_not_told_as_a_missing_one():
    with pytest.raises(RequestError) as caught:
        made(to="banana", fades=5)
    assert "to must be a number in weeks" in str(caught.value)
    assert "no end" not in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ([WAR | {"moves": [MOVES[0] | {"where": {"region": "nowhere"}}]}], "shock War, lever region.conflict"),
        ([WAR | {"moves": [MOVES[0] | {"where": {"sector": "farm_work"}}]}], "where.sector applies to levers of work"),
        ([WAR | {"from": 5000}], "shock War comes in week 5000 after burn-in, and the run ends"),
        ([WAR, WAR], "two shocks are called 'War'"),
        ("war_next_dor", "did you mean 'war_next_door'"),
        (7, "shocks must be names of files"),
        ([MOVES[0]], "lacks 'name'"),
    ],
)
def test_a_scenario_refuses_what_cannot_happen(setting, said):
    with pytest.raises(RequestError) as caught:
        BASE.replace({"shocks": setting})
    assert said in str(caught.value)


def test_a_move_that_the_range_cuts_off_is_noted():
    flood = WAR | {"moves": [{"lever": "region.conflict", "op": "add", "value": 0.7}]}
    notes = BASE.replace({"shocks": [flood]}).notes()
    assert any(note.startswith("shock War, lever region.conflict: add 0.7 ends at 1") for note in notes)
