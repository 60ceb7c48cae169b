"""Who needs protection as conflict moves: shares in closed form, whoever is away, and nobody where nothing moves."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import Stage
from sim.ground.calendar import Now
from sim.ledger.counters import COUNTERS, C
from sim.rules.people.need import conflict_moves
from sim.scenario.scenario import Scenario
from sim.week.week import Week

BASE = Scenario.compose(["world=corridor", "people.size=30000", "time.years=1", "time.burn_in_weeks=4"])


@pytest.fixture
def week():
    return Week(BASE, 1)


def move(week, course, number=0):
    """Conflict at the first region takes these values one after the other; returns counters."""
    s, counters = week.state.s, np.zeros(len(COUNTERS))
    for value in course:
        before = s.regions["conflict"].copy()
        s.regions["conflict"][0] = value
        conflict_moves(s, week.state.p, Now(number, 1, 1), before, counters)
        number += 1
    return counters


def share(week, region=0):
    m = week.migrants
    there = (m["home"] == region) & (m["stage"] != Stage.DEAD)
    return m["protection_need"][there].mean()


def test_the_share_in_need_is_that_of_people_born_under_such_a_conflict_whatever_the_steps(week):
    sudden, slow = Week(BASE, 1), week
    counters = move(sudden, [0.8])
    move(slow, np.linspace(0.05, 0.8, 16))
    for one in (sudden, slow):
        assert share(one) == pytest.approx(BASE["people.need_share"] * 0.8, abs=0.015)
    assert counters[C.FELL_INTO_NEED] == (sudden.migrants["protection_need"][sudden.migrants["home"] == 0]).sum()


def test_when_conflict_ends_those_at_home_are_safe_and_those_who_fled_are_not(week):
    move(week, [0.8])
    m = week.migrants
    home = m["home"] == 0
    fled = home & (m["here"] != 0) & (m["protection_need"] == 1)
    assert fled.any()
    counters = move(week, [0.4], 5)
    at_home = home & (m["here"] == 0)
    assert m["protection_need"][at_home].mean() == pytest.approx(BASE["people.need_share"] * 0.4, abs=0.015)
    move(week, [0.0], 6)
    assert not m["protection_need"][at_home].any()
    assert m["protection_need"][fled].all()
    assert counters[C.NEED_ENDED] > 0 == counters[C.FELL_INTO_NEED]


def test_people_of_other_places_are_not_touched(week):
    before = week.migrants["protection_need"].copy()
    move(week, [0.8])
    others = week.migrants["home"] != 0
    assert np.array_equal(week.migrants["protection_need"][others], before[others])


def test_who_comes_to_need_protection_at_home_thinks_at_once(week):
    before = week.migrants["protection_need"].copy()
    move(week, [0.8], 3)
    m = week.migrants
    new = (m["protection_need"] == 1) & (before == 0) & (m["stage"] == Stage.HOME)
    assert new.any()
    assert (m["due"][new] <= 3).all()
