"""The smuggling market: closed forms against slow twins, quotes, fees and experience."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ground.calendar import Now
from sim.rules.moving.entry import legs_alike, tabulate_costs
from sim.rules.moving.search import ask_around
from sim.rules.moving.smuggling import move_fees
from sim.rules.moving.ways import break_even, detection, own_experience, route_economics
from sim.scenario.scenario import Scenario
from sim.state.families import rules_of
from sim.week.setting import set_the_world
from sim.week.week import Week

BASE = Scenario.compose(["world=corridor"])
MARKET = rules_of(BASE.values, BASE.mechanisms, BASE.world, 1000).market


@pytest.fixture(scope="module")
def week(corridor):
    return Week(corridor, 1)


def slow_route(state, route, skill, crossings):
    """S and c of a route by simulating a large number of clients."""
    random = np.random.default_rng(1)
    clients = 20_000
    rules, of = state.p.market, state.legs
    legs = [leg for leg in state.routes["legs"][route] if leg >= 0]
    arrived, spent = 0, 0.0
    for _ in range(clients):
        position = 0
        while position < len(legs):
            leg = legs[position]
            a = 0.5 * crossings[leg] / (crossings[leg] + rules.experience_half)
            p = 1 - (1 - of["believed_control"][leg]) ** ((1 - skill) * (1 - a))
            spent += of["transport"][leg]
            if random.random() < of["danger"][leg]:
                spent += p * of["expected_loss"][leg]  # the closed form charges the expected loss on every attempt
                break
            spent += p * of["expected_loss"][leg]
            if random.random() < p:
                if random.random() < rules.retry:
                    continue
                break
            position += 1
        arrived += position == len(legs)
    return arrived / clients, spent / clients


@pytest.mark.parametrize("skill", [0.1, 0.7])
def test_route_economics_agrees_with_a_simulation(week, skill):
    set_the_world(week.state, week.agenda)
    state, s = week.state, week.state.s
    crossings = np.full(len(state.legs), 6.0, np.float32)
    for route in (0, int(state.pairs["routes"][2, 1])):
        success, cost = route_economics(s.legs, s.routes, s.units, state.p.market, route, skill, 1.0, crossings, -1)
        slow_success, slow_cost = slow_route(state, route, skill, crossings)
        assert success == pytest.approx(slow_success, abs=0.012)
        assert cost == pytest.approx(slow_cost, rel=0.02)


@given(st.floats(0, 0.999), st.floats(0, 0.9), st.floats(0, 1e4))
def test_detection_is_a_chance_and_falls_with_skill_and_experience(control, skill, crossings):
    a = own_experience(MARKET, crossings)
    assert 0 <= a <= 0.5
    d = detection(control, skill, a)
    assert 0 <= d <= control + 1e-12
    assert detection(control, 0.0, 0.0) == pytest.approx(control)


@given(st.floats(0.01, 1), st.floats(0, 1e5), st.floats(0, 1))
def test_break_even_fee_covers_the_cost(success, cost, deposit):
    fee = break_even(success, cost, deposit)
    assert fee * (deposit + (1 - deposit) * success) == pytest.approx(cost)


def test_fees_rise_at_once_and_fall_slowly(week):
    t, rules = week.traffickers, week.state.p.market
    j = int(np.flatnonzero(t["active"])[0])
    t["route"][j, 0], t["fee"][j, 0], t["target_fee"][j, 0], t["idle"][j] = 0, 1000.0, 1500.0, 1
    move_fees(t.view, week.state.p.market, j)
    assert t["fee"][j, 0] == 1500.0
    t["target_fee"][j, 0] = 500.0
    move_fees(t.view, week.state.p.market, j)
    assert t["fee"][j, 0] == pytest.approx(1500.0 * (1 - rules.fall_idle))
    t["idle"][j] = 0
    move_fees(t.view, week.state.p.market, j)
    assert t["fee"][j, 0] == pytest.approx(1500.0 * (1 - rules.fall_idle) * (1 - rules.fall_busy))


def test_quotes_follow_renown_and_never_repeat(week):
    m = week.migrants.view
    active = np.arange(6)
    weights = np.array([1.0, 1.0, 1.0, 1.0, 6.0, 0.0])
    first = np.zeros(6)
    quotes, keys = np.empty(3, np.int64), np.empty(3)
    for i in range(2500):
        ask_around(m, i, active, weights, quotes, keys, Now(0, 1, 1))
        assert len(set(quotes.tolist())) == 3
        assert 5 not in quotes
        first[quotes[0]] += 1
    assert first[4] / first.sum() == pytest.approx(0.6, abs=0.05)
    ask_around(m, 0, active[:2], weights[:2], quotes, keys, Now(0, 1, 1))
    assert min(quotes.tolist()) == -1, "only two to ask"


def test_legs_of_one_control_are_seen_by_entrants_once(corridor):
    """A leg is like the first of the same believed control; what entering costs is that of every leg by itself."""
    week = Week(corridor, 1)
    s, p, legs = week.state.s, week.state.p, week.state.legs
    legs["believed_control"][:] = np.arange(len(legs)) % 3 / 4.0
    assert legs_alike(s.legs).tolist() == [leg % 3 for leg in range(len(legs))]
    tabulate_costs(s, p)
    alike = week.state.pairs["cost"].copy()
    legs["believed_control"][:] += np.arange(len(legs)) * 1e-12
    assert legs_alike(s.legs).tolist() == list(range(len(legs)))
    tabulate_costs(s, p)
    assert np.allclose(week.state.pairs["cost"], alike, rtol=1e-6)
    assert len(np.unique(alike)) > 5
