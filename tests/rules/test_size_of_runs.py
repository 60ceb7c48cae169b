"""What an event is to a place does not hang on how many of its people a run models."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sim.agents.contingents import GROUPS
from sim.agents.offenders import Role, Status, promote
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.decisions import believe, disbelieve
from sim.rules.justice.protection import remove_without_notice
from sim.rules.justice.trust import BROKEN, KEPT, LEVEL, keep_in_touch
from sim.rules.missions import inside
from sim.rules.missions.reporting import Known, Outcome
from sim.rules.moving.entry import list_active
from sim.scenario.scenario import Scenario
from sim.week.missions import scandals
from sim.week.week import Week

WORDS = ["world=corridor", "people.size=2000", "time.years=1", "mechanisms.institutional_trust=on",
         "mechanisms.conclusive_decisions=on"]  # fmt: skip
HERE, THERE = 2, 0


@pytest.fixture(scope="module")
def base():
    return Week(Scenario.compose(WORDS), 3)


@pytest.fixture
def state(base):
    """A state before its first week; what is changed here is put back."""
    state = base.state
    tables = [state.regions, state.migrants, state.offenders, state.traffickers]
    before = [{name: table[name].copy() for name in table} for table in tables]
    law, trust, present = state.s.law.copy(), state.s.trust.copy(), state.present.copy()
    yield state
    for table, columns in zip(tables, before, strict=True):
        for name, column in columns.items():
            table[name][:] = column
    state.s.law[:], state.s.trust[:], state.present[:] = law, trust, present


# --- trust of officials and services ---------------------------------------------------------------------------------


def trust_after_a_month(state, people, kept, broken):
    """Trust of those in HERE in those in THERE after so much was brought about together, or was broken."""
    trust, law = state.s.trust, state.s.law
    law["coop_meetings"], law["integrity_rotation"] = 0.0, 0.0
    trust[..., LEVEL], trust[..., KEPT], trust[..., BROKEN] = 0.5, 0.0, 0.0
    trust[HERE, THERE, KEPT], trust[HERE, THERE, BROKEN] = kept, broken
    state.regions["present"][:] = people
    keep_in_touch(state.s, state.p, Now(4, 1, 1), np.zeros(len(COUNTERS)))
    return float(trust[HERE, THERE, LEVEL])


@pytest.mark.parametrize(("kept", "broken"), [(3, 0), (0, 2), (5, 1)])
def test_twice_the_people_among_whom_twice_as_much_happens_trust_as_much(state, kept, broken):
    usual = trust_after_a_month(state, 1000.0, kept, broken)
    assert usual != pytest.approx(trust_after_a_month(state, 1000.0, 0, 0))
    for times in (0.5, 2, 20):
        assert trust_after_a_month(state, 1000.0 * times, times * kept, times * broken) == pytest.approx(usual)


def test_in_a_place_of_usual_size_one_event_moves_trust_as_declared(state):
    rules = state.p.trust
    back = 1.0 - np.exp(-4 * rules.drift)
    own = trust_after_a_month(state, rules.usual_people, 0, 0)
    for kept, broken, level in ((1, 0, 0.5 + 0.5 * rules.success), (0, 1, 0.5 * (1.0 - rules.broken))):
        found = trust_after_a_month(state, rules.usual_people, kept, broken)
        assert found - own == pytest.approx((level - 0.5) * (1.0 - back))


@kernel
def sent_back(s, p, i):
    remove_without_notice(s, p, i)


@kernel
def believed(s, p, region):
    believe(s.regions, p.decision, region)


@kernel
def disbelieved(s, p, region):
    disbelieve(s.regions, p.decision, region)


EVENTS = {
    "faith": lambda state: sent_back(state.s, state.p, 0),
    "up": lambda state: believed(state.s, state.p, HERE),
    "down": lambda state: disbelieved(state.s, state.p, HERE),
}


def after_events(state, name, people, times):
    """Faith in safe places, or how readily grounds are seen, after an event has happened so many times."""
    column = "faith" if name == "faith" else "grants"
    state.migrants["here"][0], state.migrants["home"][0] = HERE, THERE
    state.regions["present"][:], state.regions[column][HERE] = people, 0.6
    for _ in range(times):
        EVENTS[name](state)
    return float(state.regions[column][HERE])


@pytest.mark.parametrize("name", EVENTS)
def test_twice_the_people_to_whom_twice_as_much_happens_believe_as_much(state, name):
    usual = after_events(state, name, 1000.0, 3)
    assert (usual > 0.6) == (name == "up")
    assert (usual < 0.6) == (name != "up")
    for times in (2, 20):
        assert after_events(state, name, 1000.0 * times, 3 * times) == pytest.approx(usual)


def test_in_a_place_of_usual_size_one_event_moves_belief_as_declared(state):
    usual, rules = state.p.trust.usual_people, state.p.decision
    assert after_events(state, "faith", usual, 1) == pytest.approx(0.6 * (1.0 - state.p.trust.faith_lost))
    assert after_events(state, "up", usual, 1) == pytest.approx(0.6 + 0.4 * rules.believes)
    assert after_events(state, "down", usual, 1) == pytest.approx(0.6 * (1.0 - rules.disbelieves))


# --- scandals about missions -----------------------------------------------------------------------------------------


def weeks_of_scandals(state, times):
    """Reviews in which misconduct comes out, where ``times`` as many people are modelled as in this run."""
    groups, nothing = np.ones((len(state.regions), GROUPS)), np.zeros((len(state.regions), GROUPS))
    known = Known(0.02 * times * groups, nothing, nothing, nothing, nothing)
    came = Outcome(*(nothing for _ in Outcome._fields))
    state.present[:] = 400.0 * times
    found = []
    for week in range(0, 1200, inside.REVIEW_WEEKS):
        row = np.zeros(len(COUNTERS))
        scandals(state, SimpleNamespace(week=week, now=Now(week, 1, 1), row=row), known, came)
        found.append(row[C.MISSION_SCANDALS])
    return found


def test_a_scandal_comes_of_what_is_done_and_not_of_how_many_are_modelled(state):
    usual = weeks_of_scandals(state, 1.0)
    assert 0 < sum(usual) < 0.9 * len(state.regions) * len(usual)
    for times in (0.2, 5.0, 50.0):
        assert weeks_of_scandals(state, times) == usual


# --- who is made a recruiter -----------------------------------------------------------------------------------------


@kernel
def taken_in(s, p, active, i, region, u):
    return promote(s, p.term, active, i, region, u)


def ask_all(state, asked=None):
    """Who takes person 0 in, by region and uniform; whoever could has one place free each time."""
    s, p, home = state.s, state.p, state.traffickers["home"]
    if asked is not None:
        p = p._replace(term=p.term._replace(promotion_asked=asked))
    active = np.zeros(len(home), np.int64)
    active = active[: list_active(s.enterprises, s.regions, s.region_first, active)]
    found = {}
    for region in range(len(state.regions)):
        for u in np.linspace(0.001, 0.999, 40):
            state.offenders["status"][:] = Status.FREE
            state.offenders["status"][s.offender_first[1:] - 1] = Status.NOBODY
            found.setdefault(region, []).append(taken_in(s, p, active, 0, region, u))
            joined = state.offenders["person"] == 0
            assert joined.sum() <= 1
            assert (state.offenders["role"][joined] == Role.RECRUITER).all()
            state.offenders["person"][:] = -1
    return found


def test_an_enterprise_of_her_own_region_is_asked_however_many_stand_elsewhere(state):
    """In large runs hundreds stand in other regions; one that is asked has room, and takes her in."""
    firms = state.traffickers
    home = firms["home"]
    firms["active"][:], firms["members"][:] = 1, 2.0
    lone = int(np.argmin(np.where(np.bincount(home) > 0, np.bincount(home), np.inf)))
    firms["active"][np.flatnonzero(home == lone)[1:]] = 0
    mine = int(np.flatnonzero(home == lone)[0])
    state.offenders["person"][:] = -1
    found = ask_all(state, asked=1)
    assert set(found[lone]) == {mine}
    for region, by in found.items():
        there = np.flatnonzero((home == region) & (firms["active"] == 1))
        assert set(by) == (set(there.tolist()) or {-1})  # each of them, by the uniform, and nobody from elsewhere
