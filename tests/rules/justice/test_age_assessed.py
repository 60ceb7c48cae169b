"""How old a child is when her age is assessed: in a world in which nobody ages, as old as when she entered it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.ground.calendar import WEEKS_PER_YEAR, Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.children import taken_for_a_child
from sim.rules.people.ageing import OF_AGE, weeks_short
from sim.scenario.scenario import Scenario
from sim.week.week import Week

WORDS = ["world=corridor", "people.size=4000", "time.years=1", "people.minor_share=1"]
YEARS = (0, 5, 40)


@pytest.fixture(scope="module")
def weeks():
    """Weeks of two worlds in which all are children, by whether people age."""
    return {switch: Week(Scenario.compose([*WORDS, f"mechanisms.ageing={switch}"]), 1) for switch in ("off", "on")}


@kernel
def all_met(s, p, now, counters):
    for i in range(len(s.people.stage)):
        taken_for_a_child(s, p, now, i, counters)


@kernel
def all_short(s, p, now, found):
    for i in range(len(found)):
        found[i] = weeks_short(s.people, p, now, i)


def taken_for_adults(week, years, **rules):
    """Share of children who are taken for adults by an assessment after so many years of a run."""
    p = week.state.p._replace(child=week.state.p.child._replace(**rules))
    week.state.s.law["protection_age_assessment"] = 1.0
    week.migrants["minor"][:] = 1
    counters = np.zeros(len(COUNTERS))
    all_met(week.state.s, p, Now(years * WEEKS_PER_YEAR, 1, 1), counters)
    return counters[C.CHILDREN_TAKEN_FOR_ADULTS] / len(week.migrants)


def short_of_eighteen(week, years):
    found = np.zeros(len(week.migrants))
    all_short(week.state.s, week.state.p, Now(years * WEEKS_PER_YEAR, 1, 1), found)
    return found


def test_where_nobody_ages_children_are_as_young_as_when_they_entered(weeks):
    """Ages at entry are uniform between the youngest and eighteen, and no calendar changes them."""
    week = weeks["off"]
    entered = short_of_eighteen(week, 0)
    longest = (OF_AGE - week.scenario["people.youngest"]) * WEEKS_PER_YEAR
    assert entered.min() >= 1
    assert entered.max() <= longest
    assert entered.mean() == pytest.approx(longest / 2, rel=0.03)
    for years in YEARS:
        assert (short_of_eighteen(week, years) == entered).all()


def test_where_people_age_children_come_closer_to_eighteen(weeks):
    week = weeks["on"]
    for years in YEARS:
        assert (short_of_eighteen(week, years) == week.migrants["eighteen"] - years * WEEKS_PER_YEAR).all()


def test_assessments_err_no_more_often_late_in_a_run_where_nobody_ages(weeks):
    """The error is large close to eighteen only: of children who do not age few are ever so close."""
    week = weeks["off"]
    rules = week.state.p.child
    usual = rules.taken_for_adult * np.exp(-short_of_eighteen(week, 0) / rules.near_weeks).mean()
    for years in YEARS:
        assert taken_for_adults(week, years) == pytest.approx(usual, abs=4 * math.sqrt(usual / len(week.migrants)))
        assert taken_for_adults(week, years, taken_for_adult=1.0, near_weeks=0.001) == 0.0
    # where they age all would be of age by then
    assert taken_for_adults(weeks["on"], 40, taken_for_adult=1.0, near_weeks=0.001) == 1.0
