"""The smuggling market: closed forms against slow twins, quotes, fees and experience."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ground.draws import Stream, key_of
from sim.ledger.counters import C
from sim.rules.moving.entry import legs_alike, tabulate_costs
from sim.rules.moving.search import GROUP, ask_each, ask_groups
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


def test_quotes_follow_renown_and_never_repeat():
    active = np.arange(6)
    weights = np.array([1.0, 1.0, 1.0, 1.0, 6.0, 0.0])
    first = np.zeros(6)
    quotes, keys = np.empty(3, np.int64), np.empty(3)
    for i in range(2500):
        ask_each(decision_of(i, Stream.QUOTE), active, weights, quotes, keys)
        assert len(set(quotes.tolist())) == 3
        assert 5 not in quotes
        first[quotes[0]] += 1
    assert first[4] / first.sum() == pytest.approx(0.6, abs=0.05)
    ask_each(decision_of(0, Stream.QUOTE), active[:2], weights[:2], quotes, keys)
    assert min(quotes.tolist()) == -1, "only two to ask"


def decision_of(i: int, stream: Stream) -> np.uint64:
    """The key of a decision, as kernels make it."""
    return np.uint64(key_of(1, int(stream), i, 0, 0))  # numba looks through all members for the type of one


def heard_by_groups(weights, decisions, n=3):
    """Whom so many seekers hear of, group by group: (decisions, n)."""
    active = 7 * np.arange(len(weights))
    groups = np.array([weights[first : first + GROUP].sum() for first in range(0, len(weights), GROUP)])
    found = np.empty((decisions, n), np.int64)
    keys, names = np.empty(n), np.empty(n, np.int64)
    for i in range(decisions):
        times = decision_of(i, Stream.QUOTE_GROUP)
        ask_groups(decision_of(i, Stream.QUOTE), times, active, weights, groups, found[i], keys, names)
    return np.where(found < 0, -1, found // 7)


def test_in_groups_everyone_is_heard_of_as_often_as_one_by_one():
    rng = np.random.default_rng(5)
    weights = rng.exponential(size=3 * GROUP + 11) * (rng.random(3 * GROUP + 11) < 0.8)
    weights[[2, 3, 190]] = 40.0, 30.0, 50.0  # two of one group, so that it comes again
    found = heard_by_groups(weights, 12_000)
    assert (np.sort(found, axis=1)[:, 1:] > np.sort(found, axis=1)[:, :-1]).all(), "nobody is heard of twice"
    assert not np.isin(np.flatnonzero(weights == 0.0), found).any()
    share = weights / weights.sum()
    pairs = share[:, None] * weights[None, :] / (weights.sum() - weights)[:, None]
    np.fill_diagonal(pairs, 0.0)
    for place, chance in ((0, share), (1, pairs.sum(axis=0))):  # sampling by weight, without replacement
        most = chance > 2e-3
        counts = np.append(np.bincount(found[:, place], minlength=len(weights))[most], 0)
        counts[-1] = len(found) - counts.sum()
        expected = np.append(chance[most], 1.0 - chance[most].sum()) * len(found)
        assert ((counts - expected) ** 2 / expected).sum() < len(counts) + 4.5 * np.sqrt(2 * len(counts))
    both = np.mean((found[:, 0] == 2) & (found[:, 1] == 3))
    assert both == pytest.approx(pairs[2, 3], abs=4.5 * np.sqrt(pairs[2, 3] / len(found)))


def test_in_groups_all_are_heard_of_where_there_are_few():
    weights = np.zeros(2 * GROUP)
    weights[[3, 5]] = 1.0, 2.0
    assert (np.sort(heard_by_groups(weights, 20), axis=1) == [-1, 3, 5]).all()
    assert (heard_by_groups(np.zeros(2 * GROUP), 3) == -1).all()


def test_a_place_with_one_enterprise_more_is_asked_about_as_before_by_nearly_everyone():
    weights = np.random.default_rng(2).exponential(size=4 * GROUP)
    more = np.append(weights, 1.0)
    before, after = heard_by_groups(weights, 500), heard_by_groups(more, 500)
    assert 0 < (before != after).any(axis=1).sum() < 15


def test_large_places_are_searched_by_groups_with_any_number_of_threads():
    sizes = ["people.size=120000", "smuggling.active_at_start=1", "time.years=0.2", "time.burn_in_weeks=12"]
    one, two = (Week(Scenario.compose([*sizes, "world=corridor", f"threads={count}"]), 3) for count in (1, 2))
    assert np.diff(one.state.s.region_first).max() > GROUP
    assert np.array_equal(one.run().counters, two.run().counters, equal_nan=True)
    assert one.counters[:, C.CONTRACTS].sum() > 0


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
