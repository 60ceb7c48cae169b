"""What controllers fear: as often as it happens, by what agencies can do, and by certainty before severity."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.people import Bound, Legal, Stage
from sim.conditions.enacted import enact
from sim.conditions.encounters import reach_of_agencies
from sim.conditions.risks import recognition, severity
from sim.ground.calendar import WEEKS_PER_YEAR, Now
from sim.ground.kernel import kernel
from sim.ledger.counters import C
from sim.policies.policy import Move, Policy
from sim.rules.control.ways_out import HEALTH_CARE, TIP, Exit
from sim.rules.justice.identification import recognised
from sim.scenario.scenario import Scenario
from sim.week.week import Week

BASE = Scenario.compose(["world=corridor", "people.size=24000", "time.years=3", "time.burn_in_weeks=52"])
# much is seen, and agencies have little time
SEEN = BASE.replace(
    {
        "exit.neighbour": 0.6,
        "enforcement.raids": 0.3,
        "exit.complaint": 0.5,
        "police.finds": 100.0,
        "agency.meetings": 0.1,
        "justice.penalty_exploitation": 0.0,
        "mechanisms.corruption": "off",
    }
)


def with_moves(base, *moves, **timing):
    return replace(base, policies=(Policy("one", "One", "test", moves, max_dose=10, **timing),))


def more_police(times):
    kinds = ("police", "specialised_police")
    return [Move("agency.staff", "scale", times, (("agency", kind),)) for kind in kinds]


def feared_and_found(scenario):
    """Occasions for a conviction that controllers expect in the last two years, and those that come: (2, 3).

    By what brings them: people who are recognised, people who complain, police who look.
    """
    week, sums = Week(scenario, 1), np.zeros((2, 3))
    sectors = len(week.world.sectors.name)
    while week.done < week.weeks_total:
        week.advance()
        if week.done <= 104:
            continue
        state, m, v = week.state, week.migrants, week.venues
        rows = np.flatnonzero((m["bound"] & Bound.CONTROLLED > 0) & (m["stage"] == Stage.WORKING) & (m["venue"] >= 0))
        k, means = m["venue"][rows], m["control"][rows]
        cell, seen = v["region"][k] * sectors + v["sector"][k], v["visibility"][k]
        free = (1.0 - m["credited"][rows]) * (1.0 - state.p.control.hold[means])
        fears = np.isin(m["legal"][rows], (Legal.IRREGULAR, Legal.TIED)) + state.p.control.fear_visitor * (
            m["legal"][rows] == Legal.VISITOR
        )
        region = state.regions
        heard = 1.0 - fears * region["fear"][v["region"][k]] * region["reported"][v["region"][k]]
        sums[0] += (
            state.cells["detection"][cell, seen, means].sum(),
            (state.cells["complains"][cell] * free * heard).sum(),
            state.cells["watched"][cell, seen].sum(),
        )
        met = state.book.meetings[: state.book.counts[0]]
        came = ~np.isin(met["cause"], (Exit.CLOSED, Exit.STATUS_CHECK, Exit.COMPLAINT))
        sums[1] += (
            ((met["recognised"] == 1) & came).sum(),
            (met["cause"] == Exit.COMPLAINT).sum(),
            week.counters[week.done - 1, C.LEADS_PROACTIVE],
        )
    return sums


@pytest.fixture(scope="module")
def occasions():
    return {times: feared_and_found(with_moves(SEEN, *more_police(times))) for times in (1.0, 10.0)}


def test_what_controllers_fear_is_what_happens(occasions):
    for feared, found in occasions.values():
        assert found.min() > 10
        assert np.all(feared < 2.5 * found)
        assert np.all(feared > 0.4 * found)


def test_more_police_are_feared_as_they_find_more(occasions):
    (few_feared, few_found), (feared, found) = occasions[1.0], occasions[10.0]
    recognised_, _, looked = range(3)
    assert found[recognised_] > few_found[recognised_]
    assert feared[recognised_] > few_feared[recognised_]
    assert found[looked] > 2 * few_found[looked]  # a place that is looked at already is not found again
    assert feared[looked] > 3 * few_feared[looked]


@kernel
def how_often(s, now, kind, region, sector, found):
    for i in range(len(found)):
        found[i] = recognised(s, now, i, 0, region, sector, kind)


@pytest.mark.parametrize("kind", ["POLICE", "SPECIALISED_POLICE", "INSPECTORATE", "SERVICES"])
def test_the_chance_of_recognition_is_that_of_the_rule(kind):
    scenario = with_moves(BASE, Move("agency.priority", "set", 0.7), Move("agency.mandate", "set", 0.6))
    state = Week(scenario, 2).state
    state.levers.advance(10)
    enact(state)
    chance = recognition(state, state.levers.now)
    sectors = state.world.sectors
    # people of a trade are women and men as the trade has them
    rng = np.random.default_rng(1)
    for sector in range(len(sectors.name)):
        state.migrants["female"][:] = rng.random(len(state.migrants)) < sectors.female_share[sector]
        found = np.zeros(len(state.migrants))
        how_often(state.s, Now(3, 2, 2), np.int64(AgencyKind[kind]), 4, sector, found)
        assert found.mean() == pytest.approx(chance[4, sector, AgencyKind[kind]], abs=0.015)


def fear_of(scenario, weeks):
    week = Week(scenario, 1)
    for _ in range(weeks):
        week.advance()
    return week.state


def test_nobody_fears_police_who_are_not_there():
    state = fear_of(with_moves(BASE, *more_police(0.0), Move("protection.outreach", "set", 0.0)), 54)
    plain = fear_of(BASE, 54)
    none = state.cells["detection"] - plain.cells["detection"]
    assert none.max() <= 0 > none.min()
    assert state.cells["watched"].max() == 0 < plain.cells["watched"].max()
    first = np.arange(len(state.regions)) * KINDS
    assert state.agencies["room"][first + AgencyKind.POLICE].max() == 0


def test_staff_that_is_announced_is_feared_and_finds_nobody_yet():
    timing = {"start": 40.0, "announce": 30.0}
    told = fear_of(with_moves(SEEN, *more_police(10.0), **timing), 52 + 20)
    plain = fear_of(with_moves(SEEN, *more_police(10.0), start=40.0), 52 + 20)
    assert np.all(told.cells["watched"] >= plain.cells["watched"])
    assert told.cells["watched"].sum() > 5 * plain.cells["watched"].sum()
    assert np.array_equal(told.cells["hazards"], plain.cells["hazards"])
    assert np.array_equal(told.agencies["staff"], plain.agencies["staff"])


def test_what_people_of_agencies_know_may_and_want_is_feared():
    plain = fear_of(BASE, 54).cells["detection"]
    for lever in ("agency.knowledge", "agency.authority", "agency.goodwill", "agency.mandate"):
        assert fear_of(with_moves(BASE, Move(lever, "set", 0.0)), 54).cells["detection"].sum() < 0.95 * plain.sum()


# --- severity ---------------------------------------------------------------------------------------------------


def test_severity_counts_in_full_up_to_what_is_usual_and_less_beyond():
    years = np.array([0.0, 0.5, 3.0, 6.0, 48.0, 1000.0])
    assert severity(years, 3.0, 1.0) == pytest.approx(years)
    felt = severity(years, 3.0, 0.25)
    assert felt[:3] == pytest.approx(years[:3])
    assert felt[4] == pytest.approx(3.0 * 16.0**0.25)
    assert np.all(np.diff(felt) > 0)
    assert severity(years, 3.0, 0.0).max() == 3.0


def losses(scenario):
    state = fear_of(scenario, 2)
    return state.regions["conviction_loss"], state.regions["penalty_smuggling"], state.regions["pay_year"]


def test_penalties_are_years_of_pay_and_certainty_weighs_more_than_severity():
    plain, smuggling, pay = losses(BASE)
    assert smuggling == pytest.approx(BASE["justice.penalty_smuggling"] * pay)
    assert pay == pytest.approx(WEEKS_PER_YEAR * BASE.world.regions.wage_regular)
    tripled = losses(BASE.replace({"justice.penalty_exploitation": 9.0}))[0]
    sure = losses(BASE.replace({"justice.conviction": min(3 * BASE["justice.conviction"], 1.0)}))[0]
    assert tripled == pytest.approx(3.0**0.25 * plain)
    assert np.all(sure > 2.0 * plain)
    off = {"mechanisms.certainty_over_severity": "off"}
    becker = losses(BASE.replace({"justice.penalty_exploitation": 9.0, **off}))[0]
    assert becker == pytest.approx(3.0 * losses(BASE.replace(off))[0])


def test_the_weight_of_severity_is_declared():
    nine = {"justice.penalty_exploitation": 9.0}
    plain = losses(BASE.replace(nine))[0]
    assert np.all(losses(BASE.replace({**nine, "justice.severity_weight": 0.5}))[0] > plain)
    assert np.all(losses(BASE.replace({**nine, "justice.severity_full": 6.0}))[0] > plain)


# --- ways to be met ---------------------------------------------------------------------------------------------


def test_tips_and_health_services_are_as_declared_at_full_rule_of_law():
    """And ``exit.lawless`` of it where no law holds."""
    state = Week(BASE, 1).state
    state.levers.advance(-1)
    law, share = state.world.regions.rule_of_law, BASE["exit.lawless"]
    reach = reach_of_agencies(state, state.levers.now).reshape(len(law), -1, 3, 7)
    held = share + (1.0 - share) * law
    assert reach[:, 0, 0, HEALTH_CARE] == pytest.approx(BASE["exit.health"] * held)
    contact = state.world.sectors.client_contact
    assert reach[..., 0, TIP] == pytest.approx(BASE["exit.client_tip"] * contact[None, :] * held[:, None])
    lawless = Week(BASE.replace({"exit.lawless": 1.0}), 1).state
    everywhere = reach_of_agencies(lawless, lawless.levers.now).reshape(len(law), -1, 3, 7)
    assert everywhere[..., 0, HEALTH_CARE] == pytest.approx(BASE["exit.health"])
