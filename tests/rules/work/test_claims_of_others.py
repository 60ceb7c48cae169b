"""A provider who hands over somebody who owes to somebody else: it has no claim to sell."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import Bound, Creditor, Legal, Stage
from sim.agents.venues import VenueKind
from sim.conditions.conditions import see_work
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS, C
from sim.rules.work.claims import owes_to, use_at
from sim.rules.work.debts import lend
from sim.rules.work.handover import deliver
from sim.rules.work.jobs import offer_with, pay_at
from sim.scenario.scenario import Scenario
from sim.week.week import Week

OWED = 500_000.0  # cents
HERE, BROUGHT_BY, OTHER = 4, 0, 1  # a region, and two enterprises


@pytest.fixture
def handed():
    """A state in which person 0 owes to nobody, and has come to where every place would take her; and the venue."""
    words = ["world=corridor", "people.size=2000", "time.years=1", "smuggling.handover_reputation=0"]
    state = Week(Scenario.compose(words), 3).state
    see_work(state)
    m, v, firms, s = state.migrants, state.venues, state.traffickers, state.s
    sectors = len(state.sectors)
    there = np.arange(s.cell_first[HERE * sectors], s.cell_first[(HERE + 1) * sectors])
    for name, value in (("active", 0), ("kind", VenueKind.PREDATORY), ("undertaking", 0), ("slots", 5), ("filled", 0)):
        v[name][there] = value
    sold = state.sectors["commercial_sex"][v["sector"][there]] == 1
    k = int(there[~sold][0])
    v["active"][k], v["vacant_since"][k], v["room"][k], v["limit"][k] = 1, 0, 1e6, 4
    state.cells["vacant"][:] = 5
    firms["active"][:2], firms["kappa"][:2], firms["collects"][:2] = 1, 0.9, 1.0
    m["stage"][0], m["here"][0], m["home"][0], m["legal"][0] = Stage.ARRIVED, HERE, 0, Legal.IRREGULAR
    m["female"][0], m["offer_venue"][0], m["debt"][0], m["information"][0] = 1, -1, 0.0, 0.0
    return state, k


@kernel
def borrow(s, i, creditor, cents):
    lend(s.people, s.enterprises, s.venues, i, Creditor.ENTERPRISE, creditor, cents)


@kernel
def use_of(s, p, i, k, own, collects):
    return use_at(s, p, i, k, 1.0, own, collects)


@kernel
def bid(s, p, i, k, claim):
    return offer_with(s, p, i, k, pay_at(s, p, i, k), claim)[0]


@kernel
def owes(s, i, j):
    return owes_to(s.people, s.enterprises, i, j)


def hand_over(state, creditor, p):
    """Person 0 owes to this enterprise when she is brought and handed over. Returns what is counted."""
    borrow(state.s, 0, creditor, OWED)
    counters = np.zeros(len(COUNTERS))
    who, by, pair = (np.array([row]) for row in (0, BROUGHT_BY, state.s.pair_of[0, HERE]))
    deliver(state.s, p, Now(5, 1, 1), who, by, pair, counters)
    assert counters[C.HANDOVERS] == 1
    return counters


def test_who_hands_somebody_over_leaves_her_debt_to_its_creditor(handed):
    state, k = handed
    counters = hand_over(state, OTHER, state.p)
    m, firms = state.migrants, state.traffickers
    assert m["venue"][0] == k
    assert (m["creditor_kind"][0], m["creditor"][0], m["debt"][0]) == (Creditor.ENTERPRISE, OTHER, OWED)
    assert firms["claims"][OTHER] == OWED
    assert state.venues["claims"][k] == 0.0
    assert m["bound"][0] & Bound.PAYS
    assert counters[C.CLAIMS_KEPT] == 0, "it has kept none of its own"


def test_a_claim_of_its_own_is_sold_with_her(handed):
    """As nobody collects claims abroad here, it is worth nothing to keep."""
    state, k = handed
    counters = hand_over(state, BROUGHT_BY, state.p._replace(claim=state.p.claim._replace(enforcement=0)))
    assert (state.migrants["creditor_kind"][0], state.migrants["creditor"][0]) == (Creditor.VENUE, k)
    assert (state.traffickers["claims"][BROUGHT_BY], state.venues["claims"][k]) == (0.0, OWED)
    assert counters[C.CLAIMS_KEPT] == 0


def test_a_venue_pays_for_her_without_what_she_owes_to_others(handed):
    """A debt holds her all the same; the bid has nothing for payments that go elsewhere."""
    state, k = handed
    borrow(state.s, 0, OTHER, OWED)
    share = state.p.control.bid_share
    bare, whole = (bid(state.s, state.p, 0, k, claim) for claim in (0.0, 0.01 * OWED))
    assert 0.0 < bare < whole
    others = use_of(state.s, state.p, 0, k, False, 1.0)
    assert others.gain == pytest.approx(share * bare)
    assert others.keeps
    assert use_of(state.s, state.p, 0, k, True, 0.0).gain == pytest.approx(share * whole)
    assert not use_of(state.s, state.p, 0, k, True, 0.0).keeps


def test_who_takes_the_place_of_a_creditor_has_no_claim(handed):
    """An enterprise that has closed leaves its claims to nobody; the next one in its row has lent nothing."""
    state, _ = handed
    assert not owes(state.s, 0, BROUGHT_BY)
    borrow(state.s, 0, BROUGHT_BY, OWED)
    assert owes(state.s, 0, BROUGHT_BY)
    assert not owes(state.s, 0, OTHER)
    state.traffickers["generation"][BROUGHT_BY] += 1
    assert not owes(state.s, 0, BROUGHT_BY)
    state.traffickers["generation"][BROUGHT_BY] -= 1
    state.migrants["creditor_kind"][0] = Creditor.VENUE
    assert not owes(state.s, 0, BROUGHT_BY)
