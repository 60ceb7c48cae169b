"""Children: seen as such or not, a guardian, a place in care, and how care ends."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, Bound, Care, Creditor, Stage
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.policies.policy import Move, Policy
from sim.rules.justice import child_contacts, children
from sim.rules.people import stages
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=3000", "time.years=2", "time.burn_in_weeks=52", "checks=true"]
# many children are exploited and met
MANY = {"people.minor_share": 0.6, "work.predatory_share": 0.5, "people.size": 6000}


@pytest.fixture(scope="module")
def base(tools):
    return tools.lively(Scenario.compose(SETTINGS)).replace(MANY)


@pytest.fixture(scope="module")
def baseline(base, tools):
    return tools.run(base)


def with_levers(scenario, **levers):
    moves = tuple(Move(f"protection.{name}", "set", value, ()) for name, value in levers.items())
    return replace(scenario, policies=(Policy("children", "Children", "test", moves),))


@pytest.fixture(scope="module")
def cared_for(base, tools):
    return tools.run(with_levers(base, child_places=50.0, guardians=0.5, age_assessment=0.5))


def total(week, name, first=52):
    return float(np.nansum(week.counters[first:, C[name.upper()]]))


# --- as a whole -------------------------------------------------------------------------------------------------


def test_where_nothing_is_done_for_children_nobody_asks_for_age(baseline, base, tools):
    for name in ("children_recognised", "children_in_care_begun", "children_met", "children_registered", "guardians"):
        assert total(baseline, name, 0) == 0
    assert not baseline.migrants["care"].any()
    other = tools.run(base.replace({"children.seen": 1.0, "children.disappears": 9.0, "children.tracing": 9.0}))
    assert np.array_equal(baseline.counters, other.counters, equal_nan=True)


def test_the_path_ends_in_each_of_its_ways(cared_for):
    for name in ("children_recognised", "children_in_care_begun", "children_disappeared", "children_reunited",
                 "children_to_unsafe_family", "children_kept_safe", "children_taken_for_adults",
                 "adults_taken_for_children", "children_not_removed"):  # fmt: skip
        assert total(cared_for, name) > 0, name
    begun = total(cared_for, "children_in_care_begun")
    assert total(cared_for, "guardians") / begun == pytest.approx(0.5, abs=0.15)


def test_guardians_keep_children_from_disappearing_and_from_unsafe_families(base, tools):
    alone, guarded = (
        tools.run(with_levers(base, child_places=50.0, age_assessment=1.0, guardians=g)) for g in (0.0, 1.0)
    )

    def per_child(week, name):
        return total(week, name) / total(week, "children_in_care_begun")

    assert per_child(guarded, "children_disappeared") < per_child(alone, "children_disappeared")
    assert per_child(guarded, "children_to_unsafe_family") < per_child(alone, "children_to_unsafe_family")
    assert total(alone, "guardians") == 0 < total(guarded, "guardians")


def test_care_has_no_more_places_than_are_paid_for(base):
    scenario = with_levers(base, child_places=1.0, age_assessment=1.0)
    week = Week(scenario, 1)
    for _ in range(90):
        week.advance()
        m = week.migrants
        care = (m["care"] & Care.CHILD_PLACE > 0) & (m["stage"] == Stage.PROTECTED)
        used = np.bincount(m["here"][care], minlength=len(week.state.regions))
        assert (used <= np.ceil(week.state.regions["present"] / 1000.0)).all()


def test_places_in_use_are_counted_at_the_end_of_the_week(cared_for):
    m = cared_for.migrants
    safe = (m["bound"] & Bound.SAFE) > 0
    in_child_places = safe & ((m["care"] & Care.CHILD_PLACE) > 0)
    assert cared_for.counters[-1, C.CHILDREN_IN_CARE] == in_child_places.sum()
    assert cared_for.counters[-1, C.PLACES_USED] == (safe & ~in_child_places).sum()
    assert cared_for.counters[:, C.PLACES_USED].min() >= 0


def test_registered_children_are_visited(base, tools):
    week = tools.run(with_levers(base, child_registration=1.0, child_places=50.0))
    assert total(week, "children_registered") > 0
    assert total(week, "children_met") > 0


def test_children_leave_care_at_eighteen_only_where_they_age(base, tools):
    levers = {"child_places": 50.0, "age_assessment": 1.0}
    stays = tools.run(with_levers(base.replace({"children.tracing": 0.0, "children.disappears": 0.0}), **levers))
    assert total(stays, "care_left_at_eighteen") == 0
    ages = base.replace({"children.tracing": 0.0, "children.disappears": 0.0, "mechanisms.ageing": "on",
                         "people.youngest": 17.0, "people.years_at_risk": 2.0})  # fmt: skip
    assert total(tools.run(with_levers(ages, **levers)), "care_left_at_eighteen") > 0


# --- rules ------------------------------------------------------------------------------------------------------


@kernel
def shelter(people, i):
    stages.be_protected(people, i, 1, 0)


@kernel
def chance_to_be_met(s, p, i, found):
    found[0] = child_contacts.hazard_of_being_met(s, p, i)


@pytest.fixture
def child(base):
    """A week and a child abroad in care with a place: (week, row)."""
    week = Week(base, 1)
    m = week.migrants
    i = int(np.flatnonzero((m["stage"] == Stage.HOME) & (m["minor"] == 1) & (m["protection_need"] == 0))[0])
    m["here"][i], m["legal"][i], m["eighteen"][i], m["known"][i] = 4, 3, 200, 0
    shelter(week.state.s.people, i)
    m["care"][i] = Care.IN_CARE | Care.CHILD_PLACE
    return week, i


@kernel
def take_in(s, now, i, counters):
    children.take_into_care(s, now, i, counters)


def test_who_is_registered_stays_so_in_care_and_after_it(child):
    week, i = child
    week.migrants["care"][i] = Care.REGISTERED
    week.state.s.law["child_places"][4] = 1.0
    take_in(week.state.s, Now(5, 1, 1), i, np.zeros(len(COUNTERS)))
    assert week.migrants["care"][i] == Care.IN_CARE | Care.CHILD_PLACE | Care.REGISTERED
    a_week_later(week, i, disappears=1e9)
    assert week.migrants["care"][i] == Care.REGISTERED


@kernel
def care_for(s, p, now, i, ledger):
    children.week_in_care(s, p, now, i, ledger)


def a_week_later(week, i, **rules):
    p = week.state.p._replace(child=week.state.p.child._replace(**rules))
    ledger = Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))
    care_for(week.state.s, p, Now(5, 1, 1), i, ledger)
    return ledger.counters


def test_the_error_of_an_assessment_is_largest_close_to_eighteen(base):
    rules = Week(base, 1).state.p.child
    errors = [children.error_of_assessment.py_func(rules, weeks) for weeks in (-50.0, 0.0, 78.0, 300.0)]
    assert errors[0] == errors[1] == rules.taken_for_adult
    assert errors[2] == pytest.approx(rules.taken_for_adult * math.exp(-1.0))
    assert errors[3] < 0.05 * errors[0]


def test_the_hazard_of_disappearing(base):
    rules = Week(base, 1).state.p.child
    hazard = children.hazard_of_disappearing.py_func
    usual = hazard(rules, Care.IN_CARE | Care.CHILD_PLACE, False)
    assert usual == pytest.approx(base["children.disappears"] / 52)
    assert hazard(rules, Care.CHILD_PLACE | Care.GUARDIAN, False) == pytest.approx(usual * (1 - rules.guarded))
    assert hazard(rules, Care.IN_CARE, False) == pytest.approx(usual * rules.shared_place)
    assert hazard(rules, Care.CHILD_PLACE, True) == pytest.approx(usual * rules.drawn_back)


def test_who_disappears_is_in_the_creditors_reach_again(child):
    week, i = child
    m, j = week.migrants, int(np.flatnonzero(week.traffickers["active"] == 1)[0])
    m["debt"][i], m["creditor"][i], m["creditor_kind"][i] = 1000.0, j, Creditor.ENTERPRISE
    m["creditor_generation"][i] = week.traffickers["generation"][j]
    m["bound"][i] |= Bound.OWES | Bound.LOST
    counted = a_week_later(week, i, disappears=1e9)
    assert counted[C.CHILDREN_DISAPPEARED] == 1
    assert m["stage"][i] == Stage.ARRIVED
    assert m["bound"][i] & Bound.PAYS
    assert not m["bound"][i] & (Bound.LOST | Bound.SAFE)
    assert not m["care"][i]
    assert np.isfinite(m["removal_at"][i])


@pytest.mark.parametrize("known", [0, 1])
def test_a_family_that_a_recruiter_knows_is_not_safe(child, known):
    week, i = child
    m = week.migrants
    m["known"][i] = known
    free = week.state.s.law["child_places"][4]
    counted = a_week_later(week, i, disappears=0.0, tracing=1e9, checked=0.0)
    assert counted[C.CHILDREN_TO_UNSAFE_FAMILY] == known
    assert counted[C.CHILDREN_REUNITED] == 1 - known
    assert m["stage"][i] == Stage.RETURNED
    assert m["here"][i] == m["home"][i]
    assert week.state.s.law["child_places"][4] == free + 1


def test_who_looks_first_keeps_a_child_from_an_unsafe_family(child):
    week, i = child
    m = week.migrants
    m["known"][i] = 1
    counted = a_week_later(week, i, disappears=0.0, tracing=1e9, checked=1.0)
    assert counted[C.CHILDREN_KEPT_SAFE] == 1
    assert m["stage"][i] == Stage.PROTECTED
    assert m["care"][i] & Care.STAYS
    assert a_week_later(week, i, disappears=0.0, tracing=1e9, checked=1.0).sum() == 0  # and is not asked again


def test_child_protection_meets_where_work_can_be_seen(base):
    week = Week(base, 1)
    m, s = week.migrants, week.state.s
    k, hidden = (int(np.flatnonzero(week.venues["sector"] == n)[0]) for n in (0, 1))
    week.state.sectors["isolation"][:2] = 0.2, 0.9
    i = int(np.flatnonzero(m["stage"] == Stage.HOME)[0])
    s.law["protection_child_outreach"] = 0.52
    m["venue"][i], m["care"][i] = k, 0
    found = np.zeros(1)
    chance_to_be_met(s, week.state.p, i, found)
    near = found[0]
    assert near == pytest.approx(0.01 * 0.8)
    m["venue"][i] = hidden
    chance_to_be_met(s, week.state.p, i, found)
    assert found[0] < near
    m["care"][i] = Care.REGISTERED
    chance_to_be_met(s, week.state.p, i, found)
    assert found[0] > week.state.p.child.visits


def test_cheaper_control_makes_children_wanted(base, tools):
    usual, cheap = (tools.run(base.replace({"children.control_cost": ratio})) for ratio in (1.0, 0.1))
    assert total(cheap, "exploited_children") > total(usual, "exploited_children")


def test_nobody_of_age_is_met_by_child_protection(base, tools):
    week = tools.run(with_levers(base.replace({"people.minor_share": 0.0}), child_outreach=1.0, child_places=50.0))
    assert total(week, "children_met") == 0
    assert (week.migrants["eighteen"] == LONG_AGO).all()
