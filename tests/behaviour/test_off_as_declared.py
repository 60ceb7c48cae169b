"""Mechanisms that are off as declared: what their switches and levers move, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.cases import Target
from sim.declared.switches import SWITCHES
from sim.week.week import Week
from tests.behaviour.off_as_declared import PRESSED, SHOWN
from tests.behaviour.shown import total, with_move, with_moves
from tests.samples import one_in

_RUNS: dict = {}


def baseline_of(shown, request, tools):
    """The scenario in which a lever shows, and its run without the lever; done once for all levers that share it."""
    base = request.getfixturevalue(shown.base).replace(shown.words)
    key = (shown.base, tuple(shown.words.items()), shown.beside)
    base = with_moves(base, *shown.beside) if shown.beside else base
    if key not in _RUNS:
        _RUNS.clear()  # one at a time: a run holds many tables
        _RUNS[key] = tools.run(base)
    return base, _RUNS[key]


LEVERS_SHOWN = sorted(SHOWN, key=lambda name: (SHOWN[name].base, str(SHOWN[name].words), name))


@pytest.mark.parametrize("lever", one_in(6, LEVERS_SHOWN))
def test_a_lever_moves_what_it_is_for_where_its_mechanism_is_on(lever, request, tools):
    shown = SHOWN[lever]
    base, baseline = baseline_of(shown, request, tools)
    op, value = shown.move
    moves = with_move(base, lever, op, value).policies
    week = tools.run(replace(base, policies=(*base.policies, *moves)))
    before, after = total(baseline, shown.counter), total(week, shown.counter)
    if shown.direction:
        assert shown.direction * (after - before) > 0, (before, after)
    else:  # small in a few thousand people, and of a sign that is not for us to say
        assert not np.array_equal(week.counters, baseline.counters, equal_nan=True)
    assert tools.alike(week, baseline, 52), "moved before it started"


# counters that the switches of money and threats bring to life
ALIVE = {
    "money_channels": ("money_moved", "money_fees", "money_traceable"),
    "frozen_capital": ("capital_frozen", "capital_taken", "capital_out_of_reach"),
    "expected_confiscation": ("confiscation_expected",),
    "threats": ("threats_known", "threats_offers", "threats_warnings", "recanted_pressed", "believed_threat"),
}


@pytest.fixture(scope="module")
def pursued(just):
    """Cases are many, so that what suspects do about them shows."""
    eager = {"telling.rate": 0.2, "threat.pace": 0.5, "police.border_case": 1.0, "agency.staff": 10.0}
    return just.replace({**eager, "justice.trial_weeks": 40.0, "justice.penalty_exploitation": 3.0})


@pytest.mark.parametrize("switch", ALIVE)
def test_money_and_threats_are_there_only_with_their_switch(switch, pursued, tools):
    off, on = (tools.run(pursued.replace({f"mechanisms.{switch}": option, "checks": True})) for option in ("off", "on"))
    assert not any(total(off, name, 0) for names in ALIVE.values() for name in names)
    others = [name for other, names in ALIVE.items() if other != switch for name in names]
    assert not any(total(on, name, 0) for name in others)
    assert any(total(on, name) > 0 for name in ALIVE[switch])
    assert np.array_equal(off.levers.now["justice.confiscation"], on.levers.now["justice.confiscation"])


def test_capital_that_was_frozen_is_lost_given_back_or_still_held(pursued, tools):
    week = tools.run(pursued.replace({"mechanisms.frozen_capital": "on", "justice.asset_freeze": 1.0}))
    frozen, taken = total(week, "capital_frozen", 0), total(week, "capital_taken", 0)
    cases = week.state.cases
    still = cases["frozen"][cases["kind"] == Target.ENTERPRISE].sum() / 100
    assert frozen >= taken + still > 0
    assert week.state.money() == 0


def test_suspects_press_whom_a_conviction_would_cost_and_leave_alone_what_a_judge_has_heard(pursued, tools):
    pressed, free, heard = (
        tools.run(pursued.replace({"mechanisms.threats": "on", **changes}))
        for changes in (
            {},
            {"justice.penalty_exploitation": 0.0, "justice.penalty_smuggling": 0.0},
            {"justice.early_deposition": 1.0},
        )
    )
    counted = ("threats_offers", "threats_warnings", "threats_violence", "recanted_pressed")
    before, nothing, little = (sum(total(week, name) for name in counted) for week in (pressed, free, heard))
    assert nothing == 0 < before
    assert little < before


def test_who_expects_confiscation_controls_fewer(seen, tools):
    """Penalties alone deter nobody here; what owners would lose does."""
    sure = seen.replace({"justice.asset_freeze": 1.0, "police.financial": 1.0, "justice.confiscation": 1.0,
                         "justice.conviction": 1.0})  # fmt: skip
    plain, expecting = tools.run(sure), tools.run(sure.replace({"mechanisms.expected_confiscation": "on"}))
    assert total(expecting, "confiscation_expected") > 0
    assert total(expecting, "controlled") < total(plain, "controlled")


def test_without_households_everybody_pays_goes_and_owes_alone(base, baseline, tools):
    names = ("pooled", "kept_at_home", "sent_instead", "remittances_lost", "debts_inherited", "children_placed")
    assert not len(baseline.state.households)
    assert all(total(baseline, name, 0) == 0 for name in names)
    week = tools.run(base.replace({"mechanisms.households": "on"}))
    assert all(total(week, name, 0) > 0 for name in names[:4])
    assert np.array_equal(week.levers.now["visa.slots_low"], baseline.levers.now["visa.slots_low"])


def test_without_ageing_a_child_stays_one(base, baseline, tools):
    week = tools.run(base.replace({"mechanisms.ageing": "on"}))
    assert total(baseline, "turned_eighteen", 0) == 0 < total(week, "turned_eighteen", 0)
    assert 0 < week.migrants["minor"].sum() < baseline.migrants["minor"].sum()
    assert np.array_equal(week.migrants["household"], baseline.migrants["household"])


def test_the_rule_of_law_stays_where_it_is_unless_it_may_wear_away(lively, lively_baseline):
    war = {"name": "War", "from": 10, "moves": [{"lever": "region.conflict", "op": "set", "value": 1.0}]}
    still = Week(lively.replace({"shocks": [war]}), 1)
    moves = Week(lively.replace({"shocks": [war], "mechanisms.law_decays": "on"}), 1)
    for _ in range(52 + 60):
        still.advance()
        moves.advance()
    start = lively_baseline.world.regions.rule_of_law
    assert np.array_equal(still.levers.now["region.rule_of_law"], start)
    assert np.array_equal(still.levers.now["border.control"], lively_baseline.levers.now["border.control"])
    assert (moves.levers.now["region.rule_of_law"] < start).all()
    assert (moves.levers.now["border.control"] < still.levers.now["border.control"]).all()
    # visas are not granted by the police
    assert np.array_equal(moves.levers.now["visa.slots_low"], still.levers.now["visa.slots_low"])


def test_without_intelligence_nothing_is_collected_and_nobody_is_known(lively_baseline):
    assert total(lively_baseline, "intel_items", 0) == total(lively_baseline, "intel_cases", 0) == 0
    assert np.all(lively_baseline.state.venues["picture"] == 0)
    assert len(lively_baseline.state.items) == 0


def test_intelligence_leaves_borders_visas_and_staff_alone(busy, tools):
    informed = busy.replace({"mechanisms.intelligence": "on"})
    plain, week = tools.run(informed), tools.run(with_move(informed, "intel.collection", "set", 1.0))
    for name in ("border.control", "visa.slots_low", "protection.places", "agency.staff"):
        assert np.array_equal(week.levers.now[name], plain.levers.now[name])


def test_what_goes_on_inside_a_mission_moves_nothing_where_there_is_none(lively, lively_baseline, tools):
    week = tools.run(lively.replace({"mechanisms.mission_inside": "on"}))
    assert tools.fingerprint(week) == tools.fingerprint(lively_baseline)


def test_a_mission_that_is_as_at_the_start_wants_what_it_wanted(lively, tools):
    """Groups that differ in nothing but their number buy as one does (closed form of the switch)."""
    hosting = lively.replace({"mission.size": 100.0, "mission.scandal": 0.0})
    on = tools.run(hosting.replace({"mechanisms.mission_inside": "on", "mission.willing": 0.0}))
    off = tools.run(hosting)
    assert total(on, "demand_mission") == pytest.approx(total(off, "demand_mission"), rel=0.02)


def test_every_mechanism_that_is_off_as_declared_does_nothing_to_levers(pursued, tools):
    """A mechanism says what people and organisations do; what states do is for policies, shocks and governments."""
    moved = ("government_reaction", "law_decays")
    names = [name for name, item in SWITCHES.items() if item.default == "off" and name not in moved]
    small = pursued.replace({"people.size": 3_000, "time.years": 1.0, **PRESSED})
    off = tools.run(small)
    on = tools.run(small.replace({f"mechanisms.{name}": "on" for name in names} | {"checks": True}))
    for lever, values in off.levers.now.items():
        assert np.array_equal(values, on.levers.now[lever]), lever
    assert on.state.money() == 0
