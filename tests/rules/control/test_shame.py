"""What people are ashamed of: the last work in which they were exploited, if that was in commercial sex."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import Control
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.control.terms import EXPLOITED, POSTED, UNDERPAID, count_labels
from sim.rules.people import stages
from sim.scenario.scenario import Scenario
from sim.week.week import Week


@pytest.fixture(scope="module")
def state():
    return Week(Scenario.compose(["world=corridor", "people.size=2000", "time.years=1"]), 3).state


@kernel
def labelled(s, p, i, bits, posted, counters):
    count_labels(s.people, s.venues, s.sectors, p.term, i, bits, counters, posted[0])


@kernel
def passed_on(people, i):
    stages.born(people, i, 0)


def a_week(state, sex, bits=EXPLOITED | UNDERPAID):
    """Person 0 works a week for pay that is withheld, in commercial sex or not. Returns what is counted."""
    sold = state.sectors["commercial_sex"][state.venues["sector"]] == 1
    state.migrants["venue"][0] = np.flatnonzero(sold == sex)[0]
    state.migrants["control"][0], state.migrants["credited"][0] = Control.THREAT, 0.0
    counters = np.zeros(len(COUNTERS))
    labelled(state.s, state.p, 0, bits, np.zeros(1, POSTED), counters)
    return counters


def test_people_are_ashamed_of_where_they_were_last_exploited(state):
    """Stigma, and what the law says of those who sell, meets those whose last exploitation was in commercial sex."""
    shamed = state.migrants["shamed"]
    for sex in (True, False, True):
        counters = a_week(state, sex)
        assert counters[C.EXPLOITED_SEX if sex else C.EXPLOITED_OTHER] == 1
        assert shamed[0] == sex
    a_week(state, False, UNDERPAID)  # badly paid, and not exploited: what was before stays the last
    assert shamed[0] == 1


def test_nobody_is_born_ashamed(state):
    a_week(state, True)
    assert state.migrants["shamed"][0] == 1
    passed_on(state.s.people, 0)
    assert state.migrants["shamed"][0] == 0
