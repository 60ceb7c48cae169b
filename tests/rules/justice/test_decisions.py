"""Identification as a process: two decisions that take weeks, wait for those who can make them, and can be refused."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import Decided
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.justice.decisions import LEFT, REFUSED, SETTLED, WAITS, chance_of_yes, decide, open_decisions
from sim.rules.justice.telling import Rung
from sim.scenario.scenario import Scenario
from sim.week.week import Week

WORDS = ["world=corridor", "people.size=4000", "time.years=1", "time.burn_in_weeks=10",
         "mechanisms.conclusive_decisions=on", "decision.leaves=0"]  # fmt: skip
HERE = 4


@kernel
def week_of_all(s, p, now, found, counters):
    for i in range(len(found)):
        found[i] = decide(s, p.decision, now, i, counters)


@kernel
def chances(s, p, found):
    for i in range(len(found)):
        found[i] = chance_of_yes(s, p.decision, i, s.people.here[i])


@pytest.fixture
def state():
    state = Week(Scenario.compose(WORDS), 1).state
    m = state.migrants
    m["here"][:], m["since"][:], m["decided"][:] = HERE, 0, 0
    m["decision"][:], m["rung"][:], m["claims"][:] = Decided.PRESUMED, 0, 1
    state.regions["decisions_left"] = np.inf
    law = state.s.law
    law["protection_decision_weeks"], law["protection_appeal"], law["protection_joint_decisions"] = 12.0, 0.0, 0.0
    law["protection_permit"], law["protection_conditional"], law["tells_true"] = 0.0, 0.0, 0.5
    return state


def say(state, week):
    found, counters = np.zeros(len(state.migrants)), np.zeros(len(COUNTERS))
    week_of_all(state.s, state.p, Now(week, 7, 7), found, counters)
    return found, counters


def test_each_step_takes_its_weeks_and_says_yes_as_declared(state):
    rules, m, n = state.p.decision, state.migrants, len(state.migrants)
    assert (say(state, 1)[0] == WAITS).all()
    found, counters = say(state, int(rules.grounds_weeks))
    assert set(np.unique(found)) == {WAITS, REFUSED}
    assert counters[C.GROUNDS_FOUND] / n == pytest.approx(state.regions["grants"][HERE], abs=0.02)
    open_ = m["decision"] == Decided.GROUNDS
    assert (say(state, 13)[0][open_] == WAITS).all()
    found, counters = say(state, 14)
    assert counters[C.DECIDED_YES] / open_.sum() == pytest.approx(rules.base, abs=0.03)
    assert counters[C.DECIDED_YES] + counters[C.DECIDED_NO] == open_.sum()
    assert counters[C.DECISION_WEEKS] == 14 * open_.sum()
    assert (found[m["decision"] == Decided.YES] == SETTLED).all()
    assert (say(state, 15)[0][m["decision"] == Decided.NO] == REFUSED).all()


def test_what_is_told_who_decides_and_what_a_yes_obliges_to_move_the_chance(state):
    rules, m, law, found = state.p.decision, state.migrants, state.s.law, np.zeros(len(state.migrants))

    def chance():
        chances(state.s, state.p, found)
        return found[0]

    assert chance() == pytest.approx(rules.base)
    m["rung"][:] = Rung.STATEMENT
    assert chance() == pytest.approx(rules.base + rules.heard)
    law["protection_conditional"] = 1.0
    assert chance() == pytest.approx(min(rules.base + rules.heard + rules.useful, 1.0))
    m["rung"][:] = Rung.SILENT
    assert chance() == pytest.approx(rules.base)
    law["protection_permit"] = 1.0
    assert chance() == pytest.approx(rules.base - rules.duties)
    law["protection_joint_decisions"] = 1.0
    assert chance() == pytest.approx(rules.base - rules.duties + rules.joint)
    m["claims"][:] = 2
    assert chance() == pytest.approx((rules.base - rules.duties + rules.joint) * 0.5)


def test_a_decision_waits_for_those_who_can_make_it(state):
    state.regions["decisions_left"] = 3.0
    _, counters = say(state, 5)
    assert counters[C.GROUNDS_FOUND] + counters[C.GROUNDS_REFUSED] == 3
    assert counters[C.WAITING_FOR_DECISION] == len(state.migrants) - 3
    assert state.regions["decisions_left"][HERE] == 0.0


def test_as_many_become_possible_as_the_lever_says(state):
    state.regions["decisions_left"] = 0.0
    state.s.law["protection_decisions"] = 52.0
    open_decisions(state.s, state.p.decision)
    assert state.regions["decisions_left"] == pytest.approx(state.regions["present"] / 1000.0)


def test_who_is_refused_may_appeal_and_win(state):
    rules, m, n = state.p.decision, state.migrants, len(state.migrants)
    m["decision"][:] = Decided.GROUNDS
    state.s.law["protection_appeal"] = 1.0
    found, counters = say(state, 12)
    appealed = m["decision"] == Decided.APPEALED
    assert counters[C.APPEALS] == appealed.sum() == n - counters[C.DECIDED_YES]
    assert counters[C.DECIDED_NO] == 0
    assert (found[appealed] == WAITS).all()
    _, counters = say(state, 12 + int(rules.appeal_weeks))
    assert counters[C.APPEALS_WON] / appealed.sum() == pytest.approx(rules.appeal_won, abs=0.04)
    assert counters[C.DECIDED_NO_EXPLOITED] == appealed.sum() - counters[C.APPEALS_WON]


def test_who_leaves_before_a_decision_lowers_what_those_who_decide_believe():
    state = Week(Scenario.compose([*WORDS[:-1], "decision.leaves=1"]), 1).state
    state.migrants["here"][:] = HERE
    before = state.regions["grants"][HERE]
    found, counters = say(state, 1)
    waiting = state.migrants["decision"] == Decided.PRESUMED
    assert waiting.all()
    assert (found == LEFT).sum() == counters[C.LEFT_WAITING] == len(found)
    assert state.regions["grants"][HERE] == pytest.approx(
        before * (1 - state.p.decision.disbelieves) ** counters[C.LEFT_WAITING]
    )
