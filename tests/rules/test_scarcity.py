"""Every price that moves has a place to rest: with demand and supply held still it settles inside its bounds.

A price that only adds up what is short settles nowhere but at a bound; after a passing shock it would stay there.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.facilitators import FUNCTIONS, Standing
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTERS
from sim.rules.corruption import capture
from sim.rules.moving import channels, entry, smuggling
from sim.rules.networks import facilitating
from sim.rules.scarcity import level_of, towards
from sim.rules.work import recruitment
from sim.scenario.scenario import Scenario
from sim.week.officials import enacted_integrity as done_about_it
from sim.week.week import Week

YEARS_3 = 39  # reviews, of four weeks
USUAL, MOST_USE, LEAST, MOST = 0.8, 2.0, 0.5, 3.0


@kernel
def level(use, usual, use_most, least, most):
    return level_of(use, usual, use_most, least, most)


@kernel
def reviewed(price, level, pace):
    return towards(price, level, pace)


@pytest.fixture(scope="module")
def week():
    lived = Week(Scenario.compose(["world=corridor", "people.size=3000", "time.years=2"]), 1)
    for _ in range(30):
        lived.advance()
    return lived


# --- the rule -----------------------------------------------------------------------------------------------------


@given(use=st.floats(0.0, 10.0), start=st.floats(LEAST, MOST), pace=st.floats(0.1, 1.0))
def test_a_price_goes_to_the_level_of_its_use_wherever_it_starts(use, start, pace):
    rest = level(use, USUAL, MOST_USE, LEAST, MOST)
    assert LEAST - 1e-9 <= rest <= MOST + 1e-9
    if 0.001 < use < 0.999 * MOST_USE:
        assert LEAST < rest < MOST
    price = start
    for number in range(YEARS_3):
        price = reviewed(price, rest, pace)
        assert np.log(price / rest) == pytest.approx((1.0 - pace) ** (number + 1) * np.log(start / rest), abs=1e-9)


@given(use=st.floats(0.0, 3.0), more=st.floats(0.001, 1.0))
def test_the_level_rises_with_use(use, more):
    assert level(use + more, USUAL, MOST_USE, LEAST, MOST) >= level(use, USUAL, MOST_USE, LEAST, MOST)
    assert level(USUAL, USUAL, MOST_USE, LEAST, MOST) == 1.0


@pytest.mark.parametrize("elasticity", [0.5, 1.0, 3.0])
def test_where_demand_falls_with_price_they_meet_at_one_point(elasticity):
    """Use u = u0·b^-elasticity and b = level(u): one price, whatever came before."""
    ends = []
    for start in (1.0, 1.7, MOST):
        price = start
        for _ in range(2 * YEARS_3):
            price = reviewed(price, level(1.6 * price**-elasticity, USUAL, MOST_USE, 1.0, MOST), 0.25)
        ends.append(price)
        assert price == pytest.approx(level(1.6 * price**-elasticity, USUAL, MOST_USE, 1.0, MOST), rel=1e-6)
    assert max(ends) - min(ends) < 1e-6
    assert 1.0 < ends[0] < MOST


# --- who asks what -------------------------------------------------------------------------------------------------


def settles(move, read, still, shocked, least, most):
    """Reviews of what is ``still``, of what is ``shocked``, and of the former again; the price before and after."""
    for _ in range(YEARS_3):
        move(still)
    before = read()
    assert least < before < most
    move(still)
    assert read() == pytest.approx(before, rel=1e-3)
    for _ in range(6):
        move(shocked)
    assert abs(read() / before - 1.0) > 0.05
    for _ in range(YEARS_3):
        move(still)
    assert read() == pytest.approx(before, rel=1e-3)


def test_the_price_of_genuine_papers_settles(week):
    s, p, region = week.state.s, week.state.p, 0
    week.state.regions["papers_weekly"][region] = 5.0

    def move(asked):
        week.state.regions["papers_asked"][region] = asked
        week.state.regions["papers_sold"][region] = min(asked, 20.0)
        channels.price_papers(s.regions, p.channel, p.market)

    usual = p.channel.genuine_price
    settles(
        move, lambda: week.state.regions["genuine_price"][region], 24.0, 60.0, usual, usual * p.market.scarcity_most
    )
    assert week.state.regions["genuine_chance"][region] == pytest.approx(20.0 / 24.0, rel=1e-3)
    # where few ask there is no mark-up, and nobody is left to be paid one
    for _ in range(YEARS_3):
        move(4.0)
    assert week.state.regions["genuine_price"][region] == pytest.approx(usual, rel=1e-3)


def test_a_providers_mark_up_and_fee_settle(week):
    s, p = week.state.s, week.state.p
    offers = week.traffickers["target_fee"]
    able = np.flatnonzero((week.traffickers["active"] == 1) & (week.traffickers["capacity"] > 0) & (offers[:, 0] > 0))
    j = int(able[0])
    week.state.traffickers["loads"][j] = 0.0  # market power holds still as well

    def move(use):
        week.traffickers["taken"][j] = use * week.traffickers["capacity"][j]
        smuggling.review_offers_of(s, p, np.array([j]), 1)
        for _ in range(4):
            smuggling.move_fees(s.enterprises, p.market, j)

    settles(move, lambda: float(week.traffickers["scarcity"][j]), 1.2, 2.5, 1.0, p.market.scarcity_most)
    busy, target = float(week.traffickers["fee"][j, 0]), float(week.traffickers["target_fee"][j, 0])
    assert busy == pytest.approx(target, rel=1e-3)
    for _ in range(3 * YEARS_3):
        move(0.4)
    assert week.traffickers["scarcity"][j] == pytest.approx(1.0, rel=1e-3)
    assert week.traffickers["fee"][j, 0] == pytest.approx(target / level(1.2, USUAL, MOST_USE, 1.0, MOST), rel=0.01)


def test_what_an_entrant_expects_where_nobody_sells_ends_at_the_fee_of_greatest_scarcity(week):
    s, market, pair = week.state.s, week.state.p.market, 0
    fee, last = week.state.pairs["fee"][pair], week.state.pairs["last_fee"][pair]
    week.state.pairs["fee"][pair] = np.inf
    nobody = week.traffickers["active"].copy()
    week.traffickers["active"][:] = 0
    ends = []
    for _ in range(2):
        for _ in range(52 * 3):
            entry.list_enterprises(s, market)
        ends.append(float(week.state.pairs["last_fee"][pair]))
    assert last < ends[0] < np.inf
    assert ends[1] == pytest.approx(ends[0], rel=1e-3)
    week.traffickers["active"][:] = nobody
    week.state.pairs["fee"][pair], week.state.pairs["last_fee"][pair] = fee, last


def test_facilitators_prices_settle(week):
    rules = week.state.p.facilitator._replace(entry=0)
    f, s = week.state.facilitators, week.state.s
    b = 0
    f["standing"][b], f["capacity"][b] = Standing.FREE, 4.0
    usual = float(rules.usual_price[f["function"][b]])
    counters, at = np.zeros(len(COUNTERS)), [1000]

    def move(use):
        f["committed"][b] = use * 4.0
        for _ in range(4):
            facilitating.review_facilitators(s.facilitators, s.nodes, rules, Now(at[0], 1, 1), counters)
            at[0] += 1

    for still in (0.2, 0.9):
        settles(move, lambda: float(f["price"][b]), still, 1.9, rules.price_least * usual, rules.most * usual)


def test_what_is_asked_where_no_facilitator_is_left_returns_once_nobody_asks(week):
    rules, f, s, node = week.state.p.facilitator, week.state.facilitators, week.state.s, 0
    here = f["region"] * FUNCTIONS + f["function"] == node
    standing = f["standing"].copy()
    f["standing"][here] = Standing.LATENT
    usual, ends = float(rules.usual_price[0]), {}
    for unmet in (3.0, 0.0):
        for _ in range(52 * 3):
            week.state.nodes["unmet"][node] = unmet
            facilitating.look_around(s.facilitators, s.nodes, rules)
        ends[unmet] = week.state.nodes["price"][node] / usual
    f["standing"][:] = standing
    assert ends == {3.0: pytest.approx(rules.most, rel=1e-3), 0.0: pytest.approx(1.0, rel=1e-3)}


def test_officials_prices_follow_from_what_is_so_today(week):
    """No memory but that of what events were worth: the same world gives the same price, between its two ends."""
    state = week.state
    done = done_about_it(state)
    prices = []
    for worth in (500.0, 50_000.0, 500.0):
        state.units["mean_worth"][:] = worth
        capture.expect_everywhere(state.s.officials, state.s.units, state.s.unit_first, state.p.official, done)
        prices.append(state.units["price"].copy())
        sells = state.units["price"] > 0
        assert np.all(state.units["price"][sells] <= worth + 1e-6)
    assert np.array_equal(prices[0], prices[2])
    assert np.any(prices[1] > prices[0])


def test_what_recruiters_expect_settles_at_the_share_that_accepts(week):
    state = week.state
    s, p, region = state.s, state.p, 0

    def move(share):
        for _ in range(4):
            recruitment.begin_recruiting(s.enterprises, s.regions, s.pairs, p, week.agenda.active)
            state.regions["contacted"][region, 0] += 1e4
            state.regions["accepted"][region, 0] += share * 1e4

    def expected():
        prior = p.recruit.contacts_before
        accepted = state.regions["accepted"][region, 0] + p.recruit.accepted_start * prior
        return accepted / (state.regions["contacted"][region, 0] + prior)

    settles(move, expected, 0.2, 0.8, 0.0, 1.0)
    assert expected() == pytest.approx(0.2, rel=0.02)
