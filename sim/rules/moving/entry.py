"""Enterprises run, adapt, enter and leave (model 4.2): nothing else ties border control to capital or numbers."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from sim.agents.forms import REACH
from sim.agents.migrants import Account
from sim.agents.traffickers import MOST_SKILL, be_entrant, close_business, open_business
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS, allocating, kernel, parallel, part, rule
from sim.ledger.counters import C
from sim.rules.moving.smuggling import break_even, move_fees, review_offers, route_economics

MEAN_REACH = float(REACH.mean())  # of entrants, whose form nobody knows
SKILL_STEPS = 10  # grid on which the cost of entering is tabulated
REVIEW_WEEKS = 4
POOR_WEEKS = 12  # weeks below outside profit until an enterprise gives up
MEMORY = 1.0 / 12.0  # weight of the newest week in twelve-week means
YEAR = 1.0 / 52.0


class BusinessRules(NamedTuple):
    """Parameters of running, entering and leaving."""

    entry_exit: int
    looks: float
    experience_kept: float  # weekly share of unused experience that stays
    experience_lost: float
    known_kept: float  # weekly share of what the community remembers of an enterprise


class MarketState(NamedTuple):
    """Node-level state of the market, kept from week to week."""

    fees: NDArray[Any]  # (pairs,) going fee, US$, infinite without a provider
    last_fees: NDArray[Any]  # (pairs,) the last finite one, risen since with scarcity
    paid: NDArray[Any]  # (pairs,) the last finite one
    capacity: NDArray[Any]  # (pairs,) clients in four weeks
    loads: NDArray[Any]  # (pairs,) contracts over about 52 weeks in one market of those that the pair makes up
    demand: NDArray[Any]  # (pairs,) seekers this week
    demand_mean: NDArray[Any]  # (pairs,) seekers a week over about 12 weeks
    success: NDArray[Any]  # (pairs, SKILL_STEPS + 1) arrivals per client of an entrant by skill
    cost: NDArray[Any]  # (pairs, SKILL_STEPS + 1) US$
    partners: NDArray[Any]  # (pairs, 3) US$ for each client, by type of enterprise


@allocating
def tabulate_costs(state, legs, rules, ways):
    """What the best route of each pair would cost an entrant without experience, on a grid of skill."""
    nothing = np.zeros(legs, np.float32)
    for pair in range(ways.pair_routes.shape[0]):
        for step in range(SKILL_STEPS + 1):
            skill = MOST_SKILL * step / SKILL_STEPS
            best = math.inf
            for position in range(ways.pair_routes.shape[1]):
                route = ways.pair_routes[pair, position]
                if route < 0:
                    break
                success, cost = route_economics(route, skill, MEAN_REACH, nothing, -1, rules, ways)
                fee = break_even(success, cost, rules.deposit)
                if fee < best:
                    best = fee
                    state.success[pair, step] = success
                    state.cost[pair, step] = cost


@kernel
def remember_fees(state, rules):
    """The fee that an entrant expects: the going one; where nobody sells it rises with scarcity, as a fee would.

    Otherwise a market that once emptied at a low fee would stay empty for ever.
    """
    middle = SKILL_STEPS // 2
    for pair in range(len(state.fees)):
        if state.fees[pair] < math.inf:
            state.last_fees[pair] = state.paid[pair] = state.fees[pair]
        elif state.last_fees[pair] < math.inf:
            most = rules.scarcity_most * break_even(
                state.success[pair, middle], state.cost[pair, middle], rules.deposit
            )
            risen = state.last_fees[pair] * math.exp(rules.scarcity_pace * 1.2 / REVIEW_WEEKS)
            state.last_fees[pair] = max(min(risen, most), state.last_fees[pair])


@part
def expected_profit(t, j, state, region_capacity, rules, ways):
    """US$ a week that entrant j expects: last weeks' fees and demand in its region, its own cost, shared capacity."""
    home = t.row[j].home
    place = t.row[j].skill / MOST_SKILL * SKILL_STEPS
    low = min(int(place), SKILL_STEPS - 1)
    part = place - low
    demand, gain = 0.0, 0.0
    for k in range(ways.offer_pair.shape[1]):
        pair = ways.offer_pair[home, k]
        if pair < 0:
            break
        if state.demand_mean[pair] <= 0.0 or state.last_fees[pair] == math.inf:
            continue
        # where the fee has risen since anyone last asked, fewer would come
        dearer = state.last_fees[pair] / max(state.paid[pair], 1.0)
        weight = 4.0 * state.demand_mean[pair] * dearer ** -ways.elasticity[pair]
        success = (1.0 - part) * state.success[pair, low] + part * state.success[pair, low + 1]
        cost = (1.0 - part) * state.cost[pair, low] + part * state.cost[pair, low + 1]
        margin = state.last_fees[pair] * (rules.deposit + (1.0 - rules.deposit) * success) - cost
        margin -= state.partners[pair, t.row[j].kind]
        if margin > 0.0:
            demand += weight
            gain += weight * margin
    if demand <= 0.0:
        return -math.inf
    # even a quiet place has someone who asks around
    loads = t.row[j].capacity * min(1.0, max(demand, 1.0) / (region_capacity[home] + t.row[j].capacity))
    return loads / 4.0 * gain / demand - t.row[j].running_cost


@rule
def run_business(t, j, week, kept, state, outside, rules, business, ways):
    """A week of enterprise j. Returns the cents of its running costs; everything else it touches is its own."""
    row = t.row[j]
    cents = round(100.0 * (row.running_cost + row.house_cost))
    row.capital = row.capital - cents
    row.profit = row.profit + MEMORY * (row.week_profit - cents * 0.01 - row.profit)
    row.week_profit = 0.0
    below = row.profit < outside[row.home] * row.members
    row.poor_weeks = row.poor_weeks + 1 if below else 0
    row.known_all = row.known_all * business.known_kept
    row.known_bad = row.known_bad * business.known_kept
    for k in range(t.loads.shape[1]):
        t.loads[j, k] = t.loads[j, k] * (1.0 - YEAR)
    for leg in range(t.crossings.shape[1]):
        if t.crossings[j, leg] > 0.0:
            t.crossings[j, leg] = t.crossings[j, leg] * kept[leg]
    if (j + week) % REVIEW_WEEKS == 0:
        review_offers(t, j, state.loads, rules, ways)
    move_fees(t, j, rules)
    return cents


def _run_businesses(t, active, count, week, cents, kept, state, outside, rules, business, ways):
    for chunk in prange(CHUNKS):
        spent = 0.0
        for position in range(chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS):
            spent += run_business(t, active[position], week, kept, state, outside, rules, business, ways)
        cents[chunk] = spent


# A week of every active enterprise: running costs, memory, fees, and a review every four weeks. ``kept`` (legs,) is the
# share of experience that stays; ``outside`` (regions,) US$ a week per member. Fills ``cents`` (CHUNKS,) with running
# costs.
run_businesses_serial = kernel(_run_businesses)


def parallel_run_businesses() -> Any:
    """The same week compiled for several threads."""
    return parallel(_run_businesses)


def experience_kept(effort_change: NDArray[np.float64], business: BusinessRules) -> NDArray[np.float64]:
    """Share of experience of each leg that stays from week to week, float64 (legs,).

    ``effort_change`` is the absolute change of enforcement effort E = -ln(1 - control) since last week: what an
    enterprise knew of a leg is lost with it.
    """
    return np.asarray(business.experience_kept * np.exp(-business.experience_lost * effort_change))


@kernel
def enter_and_leave(
    t, week, seed, counters, accounts, state, region_capacity, outside, rules, business, entrants, traits, ways,
    moves, held,
):  # fmt: skip
    """Enterprises without capital or prospects leave; latent ones whose turn it is look at the market and may enter.

    Fills ``moves`` (enterprises,) with 1 for who enters, -1 for who leaves; where ``held``, those move whom it names.
    """
    for j in range(len(t.row)):
        active = t.row[j].active == 1
        if active:
            start = 100.0 * traits[t.row[j].kind, 3]
            if t.row[j].capital > 2.0 * start:
                accounts[Account.OWNERS] += t.row[j].capital - 2.0 * start
                t.row[j].capital = 2.0 * start
        if not business.entry_exit:
            continue
        expected = t.row[j].profit
        if not held:
            moves[j] = 0
            # in its four-week turn a share of enterprises, active or latent, look at their prospects
            looks = (j + week) % REVIEW_WEEKS == 0 and (
                draw(seed, Stream.ENTRANT_LOOKS, j, t.row[j].generation, week, 0) < business.looks
            )
            if active:
                moves[j] = -1 if t.row[j].capital < 0.0 or (looks and t.row[j].poor_weeks >= POOR_WEEKS) else 0
            elif looks:
                expected = expected_profit(t, j, state, region_capacity, rules, ways)
                moves[j] = expected > t.row[j].threshold + outside[t.row[j].home] * t.row[j].members
        elif not active and moves[j] > 0:
            expected = max(expected_profit(t, j, state, region_capacity, rules, ways), 0.0)
        elif active and moves[j] == 0 and t.row[j].capital < 0.0:
            accounts[Account.OWNERS] += t.row[j].capital  # who may not give up is kept going by its owners
            t.row[j].capital = 0.0
        if active and moves[j] < 0:
            accounts[Account.OWNERS] += close_business(t, j, seed, entrants, traits)
            counters[C.EXITS] += 1.0
        elif not active and moves[j] > 0:
            accounts[Account.OWNERS] -= open_business(t, j, week, traits)
            t.row[j].profit = expected
            counters[C.ENTRIES] += 1.0
            region_capacity[t.row[j].home] += t.row[j].capacity
            review_offers(t, j, state.loads, rules, ways)


@kernel
def list_active(t, active, region_first, region_capacity):
    """Active enterprises in row order, which groups them by region. Returns how many.

    Fills ``region_first`` (regions + 1,) with where each region's enterprises begin and the capacity of each region.
    """
    n = 0
    region = 0
    region_capacity[:] = 0.0
    for j in range(len(t.row)):
        while region <= t.row[j].home:
            region_first[region] = n
            region += 1
        if t.row[j].active == 1:
            active[n] = j
            n += 1
            region_capacity[t.row[j].home] += t.row[j].capacity
    while region < len(region_first):
        region_first[region] = n
        region += 1
    return n


@kernel
def first_entrants(t, week, seed, share, outside, entrants, traits):
    """Draw the traits of every slot and open a share of them, so that the first weeks have a market.

    Returns the cents paid in by owners.
    """
    paid = 0.0
    for j in range(len(t.row)):
        be_entrant(t, j, seed, entrants, traits)
        if draw(seed, Stream.ENTRANT_LOOKS, j, 0, 0, 1) < share:
            paid += open_business(t, j, week, traits)
            t.row[j].profit = t.row[j].threshold + outside[t.row[j].home] * t.row[j].members  # what had drawn it in
    return paid
