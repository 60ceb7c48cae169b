"""Weekly charges keep people in debt to the place where they work; a debt that payments do not clear is bondage."""

import numpy as np
import pytest

from sim.agents.people import Bound, Creditor, Stage
from sim.agents.venues import VenueKind
from sim.ledger.counters import COUNTERS, C
from sim.rules.work.charges import charge
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=3000", "time.years=1", "time.burn_in_weeks=26", "checks=true"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS).replace({"work.predatory_share": 0.25})


def in_debt(week, cents, kind=VenueKind.PREDATORY, sigma=1.0):
    """Someone who works for such a place and owes it so much, and nobody else who owes."""
    m, venues = week.migrants, week.venues
    works = np.flatnonzero((m["stage"] == Stage.WORKING) & (m["venue"] >= 0))
    i = int(works[0])
    k = int(m["venue"][i])
    venues["kind"][k], venues["undertaking"][k] = kind, 0
    m["debt"][i], m["creditor_kind"][i], m["creditor"][i] = cents, Creditor.VENUE, k
    m["creditor_generation"][i], m["bound"][i], m["credited"][i] = venues["generation"][k], Bound.OWES, sigma
    return i, k


def a_week(week, i):
    counters = np.zeros(len(COUNTERS))
    charge(week.state.s, week.state.p, np.array([i]), counters)
    return counters


def test_a_charge_is_a_share_of_pay_as_long_as_more_debt_binds_more(base):
    week = Week(base.replace({"mechanisms.weekly_charges": "on", "charge.share": 0.3}), 1)
    week.advance()
    i, k = in_debt(week, 1000.0)
    pay, claims = float(week.migrants["value"][i]), float(week.venues["claims"][k])
    counters = a_week(week, i)
    chi = round(100.0 * 0.3 * pay)
    assert week.migrants["debt"][i] == 1000.0 + chi
    assert week.venues["claims"][k] == claims + chi  # the claim mirrors the debt
    assert counters[C.CHARGES_SUM] == pytest.approx(0.01 * chi)
    assert counters[C.OWING_WORKPLACE] == 1.0
    enough = 100.0 * week.state.p.control.debt_weeks * pay
    i, k = in_debt(week, np.ceil(enough))
    assert a_week(week, i)[C.CHARGES_SUM] == 0.0


def test_a_place_that_keeps_to_going_terms_charges_nothing(base):
    week = Week(base.replace({"mechanisms.weekly_charges": "on"}), 1)
    week.advance()
    i, _ = in_debt(week, 1000.0, VenueKind.COMPLIANT)
    assert a_week(week, i)[C.CHARGES_SUM] == 0.0


def test_bondage_is_a_payment_that_does_not_bring_the_debt_down(base):
    week = Week(base.replace({"mechanisms.weekly_charges": "on", "charge.share": 0.3}), 1)
    week.advance()
    pays = week.state.p.term.service_share
    for sigma in (1.0, 0.7, 0.5):
        i, _ = in_debt(week, 1000.0, sigma=sigma)
        pay = float(week.migrants["value"][i])
        bonded = 100.0 * pays * pay * sigma <= week.state.p.term.interest * (1000.0 + 30.0 * pay) + 30.0 * pay
        assert a_week(week, i)[C.BONDED] == bonded


def test_off_nobody_is_charged_and_charges_bind_more_people(base):
    off, on = (Week(base.replace({"mechanisms.weekly_charges": word}), 1).run() for word in ("off", "on"))
    assert off.counters[:, C.CHARGES_SUM].sum() == 0 < on.counters[:, C.CHARGES_SUM].sum()
    assert on.counters[26:, C.BONDED].sum() > off.counters[26:, C.BONDED].sum()
