"""What watching its people costs a venue: those whom it controls by means that cost, counted and added up."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.offenders import Status
from sim.agents.people import Bound, Control, Stage
from sim.conditions.risks import people_of_a_place
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.control.leaving import raise_to_recruiter, review
from sim.rules.moving.entry import list_active
from sim.rules.work.watching import set_terms
from sim.scenario.scenario import Scenario
from sim.week.week import Week

COSTS = (0.0, 0.1, 0.2, 0.3, 0.7)  # US$ a week, by Control; sums of these are not exact
PLACE = 0  # the venue of these tests


@pytest.fixture(scope="module")
def base():
    return Week(Scenario.compose(["world=corridor", "people.size=2000", "time.years=1"]), 3)


@pytest.fixture
def state(base):
    """A state before its first week in which nobody is controlled anywhere; what is changed here is put back."""
    state = base.state
    tables = [state.migrants, state.venues, state.regions, state.offenders, state.traffickers, state.cells]
    before = [{name: table[name].copy() for name in table} for table in tables]
    state.regions["control_cost"][:] = COSTS
    state.migrants["control"][:], state.migrants["venue"][:], state.migrants["bound"][:] = Control.NONE, -1, 0
    state.venues["watched"][:], state.venues["attention"][:] = 0, 0.0
    yield state
    for table, columns in zip(tables, before, strict=True):
        for name, column in columns.items():
            table[name][:] = column


@kernel
def works_on(s, p, i, k, control, sigma, week):
    set_terms(s.people, s.venues, s.regions, p.hire, i, k, control, sigma, week)


@kernel
def reviewed(s, p, now, i, counters):
    review(s, p, now, i, counters)


@kernel
def promoted(s, p, now, raised, active, counters):
    raise_to_recruiter(s, p, now, raised, active, counters)


@kernel
def people_there(s, cell):
    return people_of_a_place(s.venues, s.cell_first, cell)


def employ(state, i, control, sigma=0.5, k=PLACE, week=0):
    """Person i works at venue k on these terms."""
    m = state.migrants
    m["stage"][i], m["here"][i], m["venue"][i], m["value"][i] = Stage.WORKING, state.venues["region"][k], k, 100.0
    works_on(state.s, state.p, i, k, np.int8(control), sigma, week)


def test_a_place_spends_what_the_means_cost_by_which_it_controls_people(state):
    place = state.venues
    for i, control in enumerate((Control.PAPERS, Control.CONFINEMENT, Control.THREAT)):
        employ(state, i, control)
    employ(state, 3, Control.NONE)  # debt and pay that is withheld hold her, and cost nothing
    assert place["watched"][PLACE] == 3
    assert place["attention"][PLACE] == pytest.approx(0.1 + 0.3 + 0.2)
    employ(state, 1, Control.PAPERS)
    assert place["watched"][PLACE] == 3
    assert place["attention"][PLACE] == pytest.approx(0.1 + 0.1 + 0.2)
    employ(state, 1, Control.NONE, 1.0)
    assert place["watched"][PLACE] == 2
    assert place["attention"][PLACE] == pytest.approx(0.1 + 0.2)
    assert (state.migrants["control"][:4] == [Control.PAPERS, Control.NONE, Control.THREAT, Control.NONE]).all()


def test_a_place_that_controls_nobody_spends_nothing_to_the_last_digit(state):
    """Places where people are controlled are told from others by it: of sums of costs nothing may be left over."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        rows = rng.permutation(6)
        for i in rows:
            employ(state, i, rng.integers(1, 5))
        for i in rng.permutation(rows):
            assert state.venues["attention"][PLACE] > 0.0
            employ(state, i, Control.NONE, 1.0)
        assert state.venues["watched"][PLACE] == 0
        assert state.venues["attention"][PLACE] == 0.0


def test_who_comes_to_going_terms_at_a_review_is_no_longer_watched(state):
    state.venues["undertaking"][:] = 1  # no place has anything but going terms
    employ(state, 0, Control.VIOLENCE)
    employ(state, 1, Control.THREAT)
    reviewed(state.s, state.p, Now(8, 1, 1), 0, np.zeros(len(COUNTERS)))
    assert state.migrants["venue"][0] == PLACE
    assert state.migrants["control"][0] == Control.NONE
    assert not state.migrants["bound"][0] & Bound.CONTROLLED
    assert state.venues["watched"][PLACE] == 1
    assert state.venues["attention"][PLACE] == pytest.approx(COSTS[Control.THREAT])


def test_who_is_made_a_recruiter_is_watched_by_her_papers_alone(state):
    s = state.s
    state.traffickers["active"][:] = 1
    state.offenders["status"][:] = Status.NOBODY
    active = np.zeros(len(state.traffickers), np.int64)
    count = list_active(s.enterprises, s.regions, s.region_first, active)
    employ(state, 0, Control.VIOLENCE, 0.1)
    employ(state, 1, Control.PAPERS, 0.1)
    counters = np.zeros(len(COUNTERS))
    promoted(s, state.p, Now(8, 1, 1), np.array([0, 1]), active[:count], counters)
    assert counters[C.PROMOTED] == 2
    assert (state.migrants["control"][:2] == Control.PAPERS).all()
    assert state.venues["watched"][PLACE] == 2
    assert state.venues["attention"][PLACE] == pytest.approx(2 * COSTS[Control.PAPERS])


def test_people_of_a_place_are_counted_whatever_is_withheld_from_them(state):
    """A case frees all who are controlled where it is opened, those as well who are paid nearly in full (C5-P34)."""
    cell = int(np.flatnonzero(np.diff(state.s.cell_first) >= 3)[0])
    first, second, third = (int(k) for k in state.s.cell_first[cell] + np.arange(3))
    state.venues["active"][state.s.cell_first[cell] : state.s.cell_first[cell + 1]] = 1
    state.cells["withheld"][cell] = 0.0
    assert people_there(state.s, cell) == 1.0
    for i in range(4):
        employ(state, i, Control.THREAT, 0.9, first)
    assert people_there(state.s, cell) == 4.0
    for i in range(4, 6):
        employ(state, i, Control.PAPERS, 0.0, second)
    employ(state, 6, Control.NONE, 0.0, third)  # held by no means that cost
    assert people_there(state.s, cell) == 3.0
    state.venues["active"][first] = 0
    assert people_there(state.s, cell) == 2.0


def test_in_a_run_every_place_spends_what_controlling_its_people_costs(tools):
    words = ["world=corridor", "people.size=4000", "time.years=2", "time.burn_in_weeks=26"]
    scenario = tools.lively(Scenario.compose(words)).replace({"exit.promotion": 1.0, "exit.promotion_after": 8})
    week, most = Week(scenario, 2), 0
    while week.done < week.weeks_total:
        week.advance()
        if week.done % 13:
            continue
        m, v = week.migrants, week.venues
        watched = (m["control"] > 0) & (m["venue"] >= 0) & (m["stage"] == Stage.WORKING)
        places, means = m["venue"][watched], m["control"][watched]
        costs = week.state.regions["control_cost"][v["region"][places], means]
        spent = np.bincount(places, costs, minlength=len(v))
        np.testing.assert_allclose(v["attention"], spent, rtol=1e-4)
        np.testing.assert_array_equal(v["attention"] == 0.0, spent == 0.0)
        np.testing.assert_array_equal(v["watched"], np.bincount(places, minlength=len(v)))
        most = max(most, int(v["watched"].max()))
    assert most > 1
    assert np.nansum(week.counters[:, C.PROMOTED]) > 0
