"""Legs that close: who goes on, who goes round, who waits and turns back, and what enterprises do."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import Channel, Stage
from sim.ground.calendar import Now
from sim.ledger.counters import COUNTER_INDEX, C
from sim.rules.moving.closing import gives_up_waiting
from sim.rules.moving.journeys import travel
from sim.scenario.scenario import Scenario
from sim.week.week import Week

BASE = Scenario.compose(["world=corridor", "people.size=6000", "time.years=2", "time.burn_in_weeks=26", "checks=on"])


def closed(value=1.0, start=10, end=36, **where):
    move = {"lever": "border.closed", "op": "set", "value": value, "where": where}
    return BASE.replace({"shocks": [{"name": "Closed", "from": start, "to": end, "moves": [move]}]})


def run(scenario, until=None, seed=1):
    week = Week(scenario, seed)
    while week.week < (until if until is not None else 104):
        week.advance()
    return week


def total(week, name, first, last):
    return week.counters[26 + first : 26 + last, COUNTER_INDEX[name]].sum()


@pytest.fixture(scope="module")
def plain():
    return run(BASE)


def test_the_chance_to_turn_back_makes_the_declared_mean():
    assert gives_up_waiting(0.0) == 1.0
    weeks = np.arange(1, 5000)
    chance = gives_up_waiting(6.0)
    assert (weeks * chance * (1 - chance) ** (weeks - 1)).sum() == pytest.approx(6.0)


def test_before_a_closure_nothing_is_different_and_while_all_are_closed_nobody_sets_out(plain, tools):
    week = run(closed())
    assert tools.alike(week, plain, 26 + 10)
    # those who were on a leg when it closed go on; who stands before one does not
    assert total(week, "crossings", 14, 36) == 0 < total(plain, "crossings", 14, 36)
    assert total(week, "arrivals_regular", 14, 36) == 0
    assert total(week, "contracts", 11, 36) == 0 < total(week, "contracts", 36, 104)
    assert total(week, "crossings", 40, 104) > 0.5 * total(plain, "crossings", 40, 104)


def test_who_waits_turns_back_after_the_declared_time_with_what_was_held_of_her_fee(plain):
    week = Week(BASE, 1)
    s, m, now = week.state.s, week.migrants, week.agenda
    pair = week.state.fixed.offer_pair[0, 0]
    rows = np.flatnonzero((m["home"] == 0) & (m["stage"] == Stage.HOME))[:1500]
    m["stage"][rows], m["channel"][rows], m["provider"][rows] = Stage.TRAVELLING, Channel.ALONE, -1
    m["route"][rows], m["leg"][rows], m["clock"][rows] = s.pairs["routes"][pair, 0], 0, 0.0
    m["escrow"][rows], m["contract"][rows] = 5.0, 1
    cash = m["cash"][rows].copy()
    s.legs["shut"] = 1.0
    left = np.zeros(len(rows))
    for number in range(60):
        still = rows[m["stage"][rows] == Stage.TRAVELLING]
        left[m["stage"][rows] == Stage.TRAVELLING] += 1
        travel(s, week.state.p, Now(number, 1, 1), still, now.ledger, now.arrived.rows, now.brought_by, now.travelled)
    assert left.mean() == pytest.approx(BASE["journey.closed_patience"], rel=0.1)
    assert (m["stage"][rows] == Stage.HELD).all()
    assert (m["here"][rows] == 0).all()
    assert np.array_equal(m["cash"][rows], cash + 5.0)
    assert not m["escrow"][rows].any()
    assert not m["contract"][rows].any()
    assert now.ledger.counters[C.CROSSINGS] == now.ledger.counters[C.INTERCEPTIONS] == 0
    assert now.ledger.counters[C.CLOSED_WAITS] == left.sum()
    assert total(plain, "closed_waits", 0, 104) == 0


def test_whoever_is_on_a_leg_when_it_closes_goes_on():
    week = run(BASE, 10)
    m = week.migrants
    on = (m["stage"] == Stage.TRAVELLING) & (m["clock"] > 0)
    if not on.any():  # legs of a few hours: put somebody on one
        on = np.zeros(len(m), bool)
        on[np.flatnonzero(m["stage"] == Stage.TRAVELLING)[:1]] = True
    same = Week(closed(), 1)
    while same.week < 10:
        same.advance()
    i = np.flatnonzero(on)
    same.migrants["clock"][i] = 1.0
    generation = same.migrants["generation"][i].copy()
    same.advance()
    left = (same.migrants["stage"][i] != Stage.TRAVELLING) | (same.migrants["leg"][i] > 0)
    still = same.migrants["clock"][i] > 0
    assert (left | still | (same.migrants["generation"][i] != generation)).all()


def test_enterprises_leave_a_closed_route_in_the_week_in_which_it_closes(plain):
    route_legs = BASE.world.route_legs
    legs = BASE.world.legs
    into = (legs.head == BASE.world.regions.name.index("near_destination")) & (legs.mode == 1)
    name = "transit>near_destination:sea"
    week = run(closed(leg=name), 11)
    shut = np.flatnonzero(week.state.legs["shut"] > 0)
    assert len(shut) == 1
    assert into.sum() >= 1
    t = week.traffickers
    taken = t["route"][t["active"] == 1]
    uses = np.isin(route_legs, shut).any(axis=1)
    assert not uses[taken[taken >= 0]].any()
    before = plain_at(10).traffickers
    taken_before = before["route"][before["active"] == 1]
    assert uses[taken_before[taken_before >= 0]].any()


def plain_at(week):
    return run(BASE, week)


def test_people_under_way_go_round_where_another_leg_is_open():
    name = "transit>near_destination:land"
    rounds = waits = 0
    for seed in (1, 2, 3):
        week = run(closed(leg=name, start=10, end=40), 40, seed)
        rounds += total(week, "closed_went_round", 10, 40)
        waits += total(week, "closed_waits", 10, 40)
    assert rounds > 0
    m = week.migrants
    guided = m["channel"] == Channel.PROVIDER
    shut = np.flatnonzero(week.state.legs["shut"] > 0)
    travelling = (m["stage"] == Stage.TRAVELLING) & guided & (m["route"] >= 0)
    legs = week.world.route_legs[m["route"][travelling], m["leg"][travelling]]
    assert not np.isin(legs[m["clock"][travelling] == 0], shut).any()


def test_a_leg_closed_for_a_part_of_the_weeks_is_shut_in_that_part():
    week, shut = Week(closed(value=0.3, start=0, end=104), 1), []
    while week.week < 104:
        week.advance()
        if week.week > 0:
            shut.append(week.state.legs["shut"].copy())
    assert np.mean(shut) == pytest.approx(0.3, abs=0.04)
    assert (np.std(shut, axis=0) > 0).all()


def test_open_ways_cost_what_they_did_after_a_closure(plain):
    week = run(closed())
    assert np.array_equal(week.state.pairs["fare"], plain.state.pairs["fare"])
    for table in (week.state.legs, week.state.routes, week.state.pairs):
        assert not table["closed"].any()
    assert week.counters[:, C.CLOSED_WAITS].sum() >= 0
