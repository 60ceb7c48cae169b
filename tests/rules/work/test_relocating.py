"""Owners who move next door: only when something has changed, with what they are ready to do, and with buyers."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.venues import VenueKind
from sim.ledger.counters import COUNTER_INDEX
from sim.policies.policy import Move, Policy
from sim.scenario.scenario import Scenario
from sim.week.week import Week

HERE = (("region", "near_destination"),)


@pytest.fixture(scope="module")
def plain():
    settings = ["world=corridor", "people.size=6000", "time.years=2", "time.burn_in_weeks=52", "checks=true"]
    return Scenario.compose(settings).replace({"work.predatory_share": 0.3, "mechanisms.venue_displacement": "on"})


def dearer(scenario):
    moves = (Move("work.employer_penalty", "set", 20.0, HERE), Move("police.raids", "set", 1.0, HERE))
    return replace(scenario, policies=(Policy("dearer", "Dearer", "test", moves),))


def total(week, name, first=52):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


def test_owners_move_away_from_what_has_become_dearer_and_buyers_follow(plain, tools):
    week = tools.run(dearer(plain))
    assert total(week, "owners_moved") > 0
    moved = week.state.cells["demand_moved"].reshape(5, -1).sum(axis=1)
    assert moved[3] < 0 < moved[4]  # from the near destination to the far one
    held = tools.run(dearer(plain.replace({"mechanisms.venue_displacement": "off"})))
    assert total(held, "owners_moved") == 0
    assert not held.state.cells["demand_moved"].any()


def test_buyers_who_follow_are_all_of_traded_goods_and_a_share_of_services(plain):
    week = Week(dearer(plain.replace({"relocation.buyers_follow": 0.0, "relocation.looks": 1.0})), 1)
    while week.done < week.weeks_total:
        week.advance()
    moved = week.state.cells["demand_moved"].reshape(5, -1)
    assert moved[:, 0].any()
    assert not moved[:, 1].any()  # clients meet all who work in commercial sex
    assert moved.sum() == pytest.approx(0.0, abs=1e-9)


def test_an_owner_stays_what_she_is(plain):
    week = Week(dearer(plain.replace({"relocation.looks": 1.0})), 1)
    while week.done < week.weeks_total:
        week.advance()
    venues = week.venues
    new = (venues["moved_on"] == venues["entered"]) & (venues["active"] == 1) & (venues["moved_on"] > 0)
    assert new.any()
    assert (venues["kind"][new] != VenueKind.COMPLIANT).all()


def test_where_moving_must_bring_much_nobody_moves(plain, tools):
    slow = plain.replace({"relocation.gain": 1000.0})
    moved, off = tools.run(dearer(slow)), tools.run(dearer(plain.replace({"mechanisms.venue_displacement": "off"})))
    assert total(moved, "owners_moved") == 0
    assert np.array_equal(moved.counters, off.counters, equal_nan=True)
