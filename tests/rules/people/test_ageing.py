"""Age: children turn eighteen in a week of their own, where the switch says so."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import LONG_AGO
from sim.ground.calendar import Now
from sim.ledger.counters import COUNTERS, C
from sim.rules.people.ageing import grow_up
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=3000", "time.years=2", "time.burn_in_weeks=52", "people.minor_share=0.5"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS)


def test_age_is_known_and_nothing_comes_of_it_without_the_switch(base, tools):
    week = tools.run(base)
    m = week.migrants
    assert (m["eighteen"][m["minor"] == 1] > LONG_AGO).all()
    assert (m["eighteen"][m["minor"] == 0] == LONG_AGO).all()
    assert m["minor"].mean() == pytest.approx(0.5, abs=0.03)
    other = tools.run(base.replace({"people.youngest": 17.0}))
    assert np.array_equal(week.counters, other.counters, equal_nan=True)
    assert week.counters[:, C.TURNED_EIGHTEEN].sum() == 0


def test_those_who_enter_turn_eighteen_within_their_years(base):
    """Age at entry is uniform between the youngest and eighteen; those at the start have been there for some time."""
    week = Week(base, 1)
    m = week.migrants
    children = m["minor"] == 1
    left = m["eighteen"][children] - week.week
    risk = base["people.years_at_risk"] * 52
    longest = (18 - base["people.youngest"]) * 52
    assert left.max() <= longest
    assert left.mean() == pytest.approx(longest / 2 - risk, rel=0.1)


def test_children_grow_up(base, tools):
    week = tools.run(base.replace({"mechanisms.ageing": "on"}))
    m = week.migrants
    assert ((m["minor"] == 1) <= (m["eighteen"] > week.week - 1)).all()
    assert 0 < m["minor"].mean() < 0.4
    turned = week.counters[:, C.TURNED_EIGHTEEN]
    assert turned[0] > turned[1:].max()  # those who are of age when a run starts
    assert turned[52:].sum() > 0


def test_nobody_grows_up_before_her_week(base):
    week = Week(base, 1)
    m, counters = week.migrants, np.zeros(len(COUNTERS))
    m["minor"][:2], m["eighteen"][:2], m["minor"][2:] = 1, (10, 11), 0
    grow_up(week.state.s.people, Now(10, 1, 1), counters)
    assert m["minor"][:2].tolist() == [0, 1]
    assert counters[C.TURNED_EIGHTEEN] == 1
