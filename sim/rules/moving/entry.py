"""Enterprises run, adapt, enter and leave (model 4.2): nothing else ties border control to capital or numbers."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.enterprises import be_entrant, close_business, open_business
from sim.declared.sources import From, Switched, Worked, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS, allocating, kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.moving.smuggling import going_fees, move_fees, review_offers
from sim.rules.moving.ways import at_leg, break_even, detection, entrants_economics, weigh_route
from sim.rules.people.beliefs import fade
from sim.rules.scarcity import towards

SKILL_STEPS = 10  # grid on which the cost of entering is tabulated
REVIEW_WEEKS = 4


def weight_of_newest(weeks: float) -> float:
    """Weight of the newest week in a mean over about so many."""
    return 1.0 / weeks


@family
class BusinessRules(NamedTuple):
    """Parameters of running, entering and leaving."""

    entry_exit: Annotated[int, Switched("entry_exit")]
    looks: Annotated[float, From("smuggling.looks")]
    # weekly share of unused experience that stays
    experience_kept: Annotated[float, Worked(fade, "smuggling.experience_half_life")]
    experience_lost: Annotated[float, From("smuggling.experience_lost")]
    # weekly share of what the community remembers of an enterprise
    known_kept: Annotated[float, Worked(fade, "beliefs.half_life")]
    # weight of the newest week in what an enterprise reckons to earn, and the trade to be asked for
    memory: Annotated[float, Worked(weight_of_newest, "smuggling.memory")]
    poor_weeks: Annotated[int, From("smuggling.poor_weeks")]  # below outside profit until an enterprise gives up
    capital_most: Annotated[float, From("smuggling.capital_most")]  # over starting capital; owners take out the rest


@allocating
def tabulate_costs(s, p):
    """What a client of each pair would cost an entrant without experience, on a grid of skill.

    It is the mean over the routes that entrants would take, who differ in taste: with no differences, the cheapest.
    """
    spread = p.market.route_taste
    at_legs, seen, like = np.empty((len(s.legs), 3)), np.empty(len(s.legs)), legs_alike(s.legs)
    for step in range(SKILL_STEPS + 1):
        skill = p.market.skill_most * step / SKILL_STEPS
        for leg in range(len(s.legs)):  # many routes share it
            first = like[leg]
            seen[leg] = seen[first] if first < leg else detection(s.legs[leg].believed_control, skill, 0.0)
            # without experience, and with officials as most reach them
            at_legs[leg, 0], at_legs[leg, 1], at_legs[leg, 2] = at_leg(
                s.legs, s.units, p.market, leg, seen[leg], p.market.mean_reach, 0.0
            )
        for pair in range(len(s.pairs)):
            best, many, arrives, costs = math.inf, 0.0, 0.0, 0.0
            for position in range(s.pairs.routes.shape[1]):
                route = s.pairs[pair].routes[position]
                if route < 0:
                    break
                if s.routes[route].closed >= 1.0:
                    continue
                success, cost = entrants_economics(s.routes, route, at_legs)
                fee = break_even(success, cost, p.market.deposit)
                kept, added, best = weigh_route(fee, best, spread)
                many = kept * many + added
                arrives, costs = kept * arrives + added * success, kept * costs + added * cost
            if many > 0.0:
                s.pairs[pair].success[step] = arrives / many
                s.pairs[pair].cost[step] = costs / many
            elif s.pairs[pair].closed >= 1.0:
                s.pairs[pair].success[step], s.pairs[pair].cost[step] = 0.0, math.inf


@allocating
def legs_alike(legs):
    """Of each leg the first of which providers believe the same control: many are as they were at the start."""
    like = np.empty(len(legs), np.int64)
    for leg in range(len(legs)):
        first = 0
        while legs[first].believed_control != legs[leg].believed_control and first < leg:
            first += 1
        like[leg] = first
    return like


@kernel
def remember_demand(enterprises, regions, pairs, rules, active):
    """Contracts of the last 52 weeks or so in one market of each pair, and people who looked for a provider."""
    for pair in range(len(pairs)):
        row = pairs[pair]
        row.loads = 0.0
        # where nobody sells, nobody asks: what is remembered of demand does not fade then
        if row.fee < math.inf:
            row.demand_mean += rules.memory * (row.demand - row.demand_mean)
    for position in range(len(active)):
        j = active[position]
        offers = regions[enterprises.row[j].home].offers
        for k in range(len(offers)):
            if offers[k] >= 0:
                pairs[offers[k]].loads += enterprises.loads[j, k]
    for pair in range(len(pairs)):
        pairs[pair].loads /= pairs[pair].markets


@kernel
def pay_running_costs(cents, ledger):
    """What enterprises have spent to keep running, cents by chunk."""
    spent = 0.0
    for chunk in range(len(cents)):
        spent += cents[chunk]
    ledger.accounts[Account.RUNNING] += spent
    ledger.counters[C.PROVIDER_COSTS] += spent * 0.01


@part
def remember_fees(pairs, rules):
    """The fee that an entrant expects: the going one; where nobody sells it rises with scarcity, as a fee would.

    Otherwise a market that once emptied at a low fee would stay empty for ever.
    """
    middle = SKILL_STEPS // 2
    for pair in range(len(pairs.fee)):
        if pairs[pair].fee < math.inf:
            pairs[pair].last_fee = pairs[pair].paid = pairs[pair].fee
        elif pairs[pair].last_fee < math.inf:
            most = rules.scarcity_most * break_even(
                pairs[pair].success[middle], pairs[pair].cost[middle], rules.deposit
            )
            if most < math.inf:
                risen = towards(max(pairs[pair].last_fee, 1.0), most, rules.scarcity_pace / REVIEW_WEEKS)
                pairs[pair].last_fee = max(risen, pairs[pair].last_fee)


@part
def expected_profit(enterprises, regions, pairs, rules, j):
    """US$ a week that entrant j expects: last weeks' fees and demand in its region, its own cost, shared capacity."""
    firm = enterprises.row[j]
    home = firm.home
    at = firm.skill / rules.skill_most * SKILL_STEPS
    low = min(int(at), SKILL_STEPS - 1)
    above = at - low
    demand, gain = 0.0, 0.0
    for k in range(regions.offers.shape[1]):
        pair = regions[home].offers[k]
        if pair < 0:
            break
        if pairs[pair].demand_mean <= 0.0 or pairs[pair].last_fee == math.inf:
            continue
        # where the fee has risen since anyone last asked, fewer would come
        dearer = pairs[pair].last_fee / max(pairs[pair].paid, 1.0)
        weight = 4.0 * pairs[pair].demand_mean * dearer ** -pairs[pair].elasticity
        success = (1.0 - above) * pairs[pair].success[low] + above * pairs[pair].success[low + 1]
        cost = (1.0 - above) * pairs[pair].cost[low] + above * pairs[pair].cost[low + 1]
        margin = pairs[pair].last_fee * (rules.deposit + (1.0 - rules.deposit) * success) - cost
        margin -= pairs[pair].partners[firm.kind]
        if margin > 0.0:
            demand += weight
            gain += weight * margin
    if demand <= 0.0:
        return -math.inf
    # even a quiet place has someone who asks around
    loads = firm.capacity * min(1.0, max(demand, 1.0) / (regions[home].trade_capacity + firm.capacity))
    return loads / 4.0 * gain / demand - firm.running_cost


@rule
def run_business(s, p, j, now):
    """A week of enterprise j. Returns the cents of its running costs; everything else it touches is its own."""
    row = s.enterprises.row[j]
    cents = round(100.0 * (row.running_cost + row.house_cost))
    row.capital = row.capital - cents
    row.profit = row.profit + p.business.memory * (row.week_profit - cents * 0.01 - row.profit)
    row.week_profit = 0.0
    below = row.profit < s.regions[row.home].outside_profit * row.members
    row.poor_weeks = row.poor_weeks + 1 if below else 0
    row.known_all = row.known_all * p.business.known_kept
    row.known_bad = row.known_bad * p.business.known_kept
    for k in range(s.enterprises.loads.shape[1]):
        s.enterprises.loads[j, k] = s.enterprises.loads[j, k] * (1.0 - 1.0 / WEEKS_PER_YEAR)
    for leg in range(s.enterprises.crossings.shape[1]):
        if s.enterprises.crossings[j, leg] > 0.0:
            s.enterprises.crossings[j, leg] = s.enterprises.crossings[j, leg] * s.legs[leg].kept
    if (j + now.week) % REVIEW_WEEKS == 0:
        review_offers(s, p, j, now.nature)
    move_fees(s.enterprises, p.market, j)
    return cents


@kernel
def run_businesses(span, s, p, now, active, cents):
    """A week of every active enterprise: running costs, memory, fees, and a review every four weeks.

    Fills ``cents`` (CHUNKS,) with running costs.
    """
    count = len(active)
    for chunk in range(span.first, span.end):
        spent = 0.0
        for position in range(chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS):
            spent += run_business(s, p, active[position], now)
        cents[chunk] = spent


def experience_kept(effort_change: NDArray[np.float64], business: BusinessRules) -> NDArray[np.float64]:
    """Share of experience of each leg that stays from week to week, float64 (legs,).

    ``effort_change`` is the absolute change of enforcement effort E = -ln(1 - control) since last week: what an
    enterprise knew of a leg is lost with it.
    """
    return np.asarray(business.experience_kept * np.exp(-business.experience_lost * effort_change))


@kernel
def enter_and_leave(s, p, now, ledger, moves, imposed):
    """Enterprises without capital or prospects leave; latent ones whose turn it is look at the market and may enter.

    Fills ``moves`` (enterprises,) with 1 for who enters, -1 for who leaves; where ``imposed``, those
    move whom it names.
    """
    for j in range(len(s.enterprises.row)):
        active = s.enterprises.row[j].active == 1
        if active:
            start = 100.0 * s.traits[s.enterprises.row[j].kind, 3]
            most = p.business.capital_most * start
            if s.enterprises.row[j].capital > most:
                ledger.accounts[Account.OWNERS] += s.enterprises.row[j].capital - most
                s.enterprises.row[j].capital = most
        if not p.business.entry_exit:
            continue
        expected = s.enterprises.row[j].profit
        if not imposed:
            moves[j] = 0
            # in its four-week turn a share of enterprises, active or latent, look at their prospects
            looks = (j + now.week) % REVIEW_WEEKS == 0 and (
                draw(now.seed, Stream.ENTRANT_LOOKS, j, s.enterprises.row[j].generation, now.week, 0) < p.business.looks
            )
            if active:
                poor = looks and s.enterprises.row[j].poor_weeks >= p.business.poor_weeks
                moves[j] = -1 if s.enterprises.row[j].capital < 0.0 or poor else 0
            elif looks:
                expected = expected_profit(s.enterprises, s.regions, s.pairs, p.market, j)
                moves[j] = (
                    expected
                    > s.enterprises.row[j].threshold
                    + s.regions[s.enterprises.row[j].home].outside_profit * s.enterprises.row[j].members
                )
        elif not active and moves[j] > 0:
            expected = max(expected_profit(s.enterprises, s.regions, s.pairs, p.market, j), 0.0)
        elif active and moves[j] == 0 and s.enterprises.row[j].capital < 0.0:
            ledger.accounts[Account.OWNERS] += s.enterprises.row[
                j
            ].capital  # who may not give up is kept going by its owners
            s.enterprises.row[j].capital = 0.0
        if active and moves[j] < 0:
            ledger.accounts[Account.OWNERS] += close_business(s.enterprises, s.traits, p.entrant, j, now.seed)
            ledger.counters[C.EXITS] += 1.0
        elif not active and moves[j] > 0:
            ledger.accounts[Account.OWNERS] -= open_business(s.enterprises, s.traits, j, now.week)
            s.enterprises.row[j].profit = expected
            ledger.counters[C.ENTRIES] += 1.0
            s.regions[s.enterprises.row[j].home].trade_capacity += s.enterprises.row[j].capacity
            review_offers(s, p, j, now.nature)


@kernel
def list_enterprises(s, rules):
    """Who is open now, and what they ask. Returns how many."""
    count = list_active(s.enterprises, s.regions, s.region_first, s.active)
    going_fees(s.enterprises, s.regions, s.pairs, s.active[:count])
    remember_fees(s.pairs, rules)
    return count


@part
def list_active(enterprises, regions, region_first, active):
    """Active enterprises in row order, which groups them by region. Returns how many.

    Fills ``region_first`` (regions + 1,) with where each region's enterprises begin and the capacity of each region.
    """
    n = 0
    region = 0
    regions.trade_capacity[:] = 0.0
    for j in range(len(enterprises.row)):
        while region <= enterprises.row[j].home:
            region_first[region] = n
            region += 1
        if enterprises.row[j].active == 1:
            active[n] = j
            n += 1
            regions[enterprises.row[j].home].trade_capacity += enterprises.row[j].capacity
    while region < len(region_first):
        region_first[region] = n
        region += 1
    return n


@kernel
def first_entrants(enterprises, regions, traits, rules, now, share):
    """Draw the traits of every slot and open a share of them, so that the first weeks have a market.

    Returns the cents paid in by owners.
    """
    paid = 0.0
    for j in range(len(enterprises.row)):
        be_entrant(enterprises, traits, rules, j, now.seed)
        if draw(now.seed, Stream.ENTRANT_LOOKS, j, 0, 0, 1) < share:
            paid += open_business(enterprises, traits, j, now.week)
            enterprises.row[j].profit = (
                enterprises.row[j].threshold
                + regions[enterprises.row[j].home].outside_profit * enterprises.row[j].members
            )  # what had drawn it in
    return paid
