"""The smuggling market: what a journey costs a provider, what it asks, and who travels with whom (model 4.2).

Symbols: theta skill, a own experience of a leg, d detection, rho share of detections that a bribe lets through, p
interception, r chance that a stopped client is tried again under the contract. A stopped client waits at the start of
the leg and resumes there, so that leg by leg

    d_l = 1 - (1 - control_l)^((1 - theta)(1 - a_l)),   p_l = d_l·(1 - rho_l)
    s_l = (1 - death_l)(1 - p_l),   q_l = (1 - death_l)·p_l
    n_l = 1 / (1 - q_l·r)     attempts at the leg per client who reaches it (EC 2.13)
    S   = Π s_l·n_l           arrivals per client
    c   = Σ_l (Π_{k<l} s_k·n_k)·n_l·(transport_l + p_l·loss_l + d_l·rho_l·bribe_l)     cost per client
    f0·[deposit + (1 - deposit)·S] = c + running cost - S·kappa·G         break-even fee, G expected hand-over gain
    f*  = f0·b / (1 - min(share / elasticity, 0.6))                       target fee

With one leg this is EC 2.13 and the closed form of the break-even fee; with more, restarting at the stopped leg rather
than at the beginning is what people do (C4-M39). Limits: many equal rivals and no control give fee = cost; linear
demand gives Cournot's N/(N+1) (EC 2.5, AM2).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.forms import REACH
from sim.agents.migrants import Account, Channel, Creditor, Offer
from sim.agents.traffickers import MOST_SKILL, Kind
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.moving.channels import leave
from sim.rules.work.debts import lend, write_off

MOST_SHARE_OVER_ELASTICITY = 0.6  # the Lerner mark-up stays below 1 / (1 - 0.6) = 2.5
MOST_EXPERIENCE = 0.5  # model 4.2: a <= 0.5
PRIOR_CLIENTS = 5.0  # clients that the community's view of providers at large is worth when it judges one


class MarketRules(NamedTuple):
    """Parameters of the smuggling market."""

    deposit: float
    retry: float
    quotes: int
    reputation_weight: float
    experience_half: float
    scarcity_pace: float
    scarcity_most: float
    fall_idle: float
    fall_busy: float
    market_power: int
    rerouting: int
    experience: int
    observable: int  # seekers see who would hand them over
    credit_markup: float
    lending: float  # most that a provider has lent, over its capital
    on_shift: float  # crossings timed to the shifts of an officer on the books


class Ways(NamedTuple):
    """Legs and routes as the market sees them this week."""

    route_legs: NDArray[Any]  # (routes, MAX_LEGS)
    pair_routes: NDArray[Any]  # (pairs, MAX_ROUTES)
    offer_pair: NDArray[Any]  # (regions, MAX_OFFERS) pairs that start in a region, -1 padded
    offer_of: NDArray[Any]  # (pairs,) position of the pair among the offers of its region
    believed_control: NDArray[Any]  # (legs,) what providers believe, announced changes included
    danger: NDArray[Any]  # (legs,)
    transport: NDArray[Any]  # (legs,) US$
    loss: NDArray[Any]  # (legs,) US$
    bought: NDArray[Any]  # (legs,) share of detections that are let through for a bribe
    bribe: NDArray[Any]  # (legs,) US$
    elasticity: NDArray[Any]  # (pairs,) what providers believe
    failure: NDArray[Any]  # (pairs,) community's belief that a client of a provider does not arrive
    handover: NDArray[Any]  # (pairs,) what handing over has brought per arrival and unit of kappa, US$
    harm: NDArray[Any]  # (pairs,) US$ that a provider who would hand people over costs a client who arrives
    credit: NDArray[Any]  # (pairs,) US$ that a lender expects to recover from a person of ability 1
    credit_asked: NDArray[Any]  # (pairs,) people who asked a provider to lend, faded
    credit_served: NDArray[Any]  # (pairs,)
    held_routes: NDArray[Any]  # (enterprises, MAX_OFFERS) routes that are taken whatever they cost; or nothing


@rule
def own_experience(crossings, half):
    """a: at most one half, rising with recent crossings of the leg."""
    return MOST_EXPERIENCE * crossings / (crossings + half)


@rule
def detection(control, skill, experience):
    """d: chance that a crossing is detected; an unaided, unskilled one is detected with chance ``control``."""
    return 1.0 - (1.0 - control) ** ((1.0 - skill) * (1.0 - experience))


@rule
def chance_seen(t, j, leg, control, rules):
    """d: chance that a crossing of a leg with enterprise j is detected at a level of control, actual or believed."""
    known = own_experience(t.crossings[j, leg], rules.experience_half) if rules.experience else 0.0
    return detection(control, skill_of(t, j), known)


@rule
def route_economics(route, skill, reach_officials, crossings, kept_leg, rules, ways):
    """Arrivals per client S and cost per client c of one route, US$ (closed form in the module's docstring).

    ``crossings`` : float (legs,) own recent crossings of each leg; ``reach_officials`` share of the officials who sell
    that the enterprise knows how to reach; ``kept_leg`` one where an officer is on its books, -1 without: he is paid
    apart.
    """
    reach, cost = 1.0, 0.0
    for position in range(ways.route_legs.shape[1]):
        leg = ways.route_legs[route, position]
        if leg < 0:
            break
        a = own_experience(crossings[leg], rules.experience_half) if rules.experience else 0.0
        seen = detection(ways.believed_control[leg], skill, a)
        kept = rules.on_shift if leg == kept_leg else 0.0
        bought = reach_officials * ways.bought[leg] * (1.0 - kept)
        stopped = seen * (1.0 - bought - kept)
        alive = 1.0 - ways.danger[leg]
        attempts = 1.0 / (1.0 - alive * stopped * rules.retry)
        cost += reach * attempts * (ways.transport[leg] + stopped * ways.loss[leg] + seen * bought * ways.bribe[leg])
        reach *= alive * (1.0 - stopped) * attempts
    return reach, cost


@rule
def break_even(success, cost, deposit):
    """f0: the fee that covers the expected cost when the rest is paid only on arrival; US$."""
    return cost / (deposit + (1.0 - deposit) * max(success, 1e-9))


@rule
def skill_of(t, j):
    """Skill of enterprise j with what its partners add or take."""
    return min(max(t.row[j].skill + t.row[j].aid, 0.0), MOST_SKILL)


@kernel
def best_route(t, j, pair, k, rules, ways):
    """The route of offer k with the lowest break-even fee. Returns (route, success, fee)."""
    running = (t.row[j].running_cost + t.row[j].house_cost) * 4.0 + t.row[j].retainer
    running /= max(t.row[j].capacity, 1e-9)
    running += t.row[j].partner_cost
    best, best_success, best_fee = -1, 0.0, math.inf
    kept = t.route[j, k] if not rules.rerouting else -1
    if len(ways.held_routes) > 0:
        kept = ways.held_routes[j, k]
    for position in range(ways.pair_routes.shape[1]):
        route = ways.pair_routes[pair, position]
        if route < 0:
            break
        if kept >= 0 and route != kept:
            continue
        success, cost = route_economics(
            route, skill_of(t, j), REACH[t.row[j].form], t.crossings[j], t.row[j].retained_leg, rules, ways
        )
        gain = success * t.row[j].kappa * ways.handover[pair]
        fee = break_even(success, max(cost + running - gain, 0.1 * cost), rules.deposit)
        if fee < best_fee:
            best, best_success, best_fee = route, success, fee
    return best, best_success, best_fee


@kernel
def review_offers(t, j, market_loads, rules, ways):
    """Every four weeks an enterprise reviews scarcity, route and target fee of each of its offers.

    While all of its people are held it serves nobody, and what it costs to serve one says nothing.
    """
    if t.row[j].capacity <= 0.0:
        return
    utilisation = (t.row[j].taken + t.row[j].turned_away) / max(t.row[j].capacity, 1e-9)
    t.row[j].idle = t.row[j].taken < 0.8 * t.row[j].capacity
    t.row[j].scarcity = min(
        max(t.row[j].scarcity * math.exp(rules.scarcity_pace * (min(utilisation, 2.0) - 0.8)), 1.0), rules.scarcity_most
    )
    t.row[j].taken = 0.0
    t.row[j].turned_away = 0.0
    home = t.row[j].home
    for k in range(ways.offer_pair.shape[1]):
        pair = ways.offer_pair[home, k]
        if pair < 0:
            break
        route, _, fee = best_route(t, j, pair, k, rules, ways)
        t.route[j, k] = route
        if route < 0:
            continue
        markup = 0.0
        if rules.market_power and market_loads[pair] > 0.0:
            share = min(t.loads[j, k] / market_loads[pair], 1.0)
            markup = min(share / ways.elasticity[pair], MOST_SHARE_OVER_ELASTICITY)
        t.target_fee[j, k] = fee * t.row[j].scarcity / (1.0 - markup)
        if t.fee[j, k] == math.inf:
            t.fee[j, k] = t.target_fee[j, k]


@kernel
def move_fees(t, j, rules):
    """Fees rise to their target at once and fall towards it slowly, faster with idle capacity."""
    pace = rules.fall_idle if t.row[j].idle else rules.fall_busy
    for k in range(t.fee.shape[1]):
        if t.route[j, k] < 0:
            continue
        target, fee = t.target_fee[j, k], t.fee[j, k]
        t.fee[j, k] = target if target > fee else max(target, fee * (1.0 - pace))


@kernel
def going_fees(t, active, count, fees, capacity, ways):
    """Capacity-weighted mean posted fee of each pair, US$, infinite without a provider; and the capacity there."""
    fees[:] = 0.0
    capacity[:] = 0.0
    for position in range(count):
        j = active[position]
        home = t.row[j].home
        for k in range(ways.offer_pair.shape[1]):
            pair = ways.offer_pair[home, k]
            if pair < 0:
                break
            if t.route[j, k] >= 0:
                fees[pair] += t.row[j].capacity * t.fee[j, k]
                capacity[pair] += t.row[j].capacity
    for pair in range(len(fees)):
        fees[pair] = fees[pair] / capacity[pair] if capacity[pair] > 0.0 else math.inf


@rule
def judged_failure(t, j, pair, ways):
    """Chance of failure that the community expects of one enterprise: its own record on top of that of providers."""
    return (t.row[j].known_bad + PRIOR_CLIENTS * ways.failure[pair]) / (t.row[j].known_all + PRIOR_CLIENTS)


@rule
def best_quote(m, i, pair, k, t, rules, ways, quotes, seed, counters):
    """The quote worth most to the seeker among those who have room and whom she can pay; -1 if none."""
    best, best_worth = -1, -math.inf
    usd = m.row[i].cash * 0.01 + m.row[i].escrow * 0.01
    lent = m.row[i].channel == Channel.CREDIT or m.row[i].channel == Channel.RECRUITER
    for position in range(len(quotes)):
        j = quotes[position]
        if j < 0:
            break
        if t.row[j].taken >= t.row[j].capacity:
            t.row[j].turned_away += 1.0
            continue
        # those who lack what a client needs cannot serve her (model 4.8)
        able = t.row[j].throughput
        if able < 1.0 and draw(seed, Stream.SERVED, i, m.row[i].generation, m.row[i].considerations, j) >= able:
            counters[C.CLIENTS_LOST] += 1.0
            continue
        fee = t.fee[j, k]
        bad = judged_failure(t, j, pair, ways)
        if lent:
            # who lends has the means, and lends what can be recovered; an order stands behind a recruiter's offer
            limit = (1.0 - bad) * ways.credit[pair] * m.row[i].ability_abroad * (1.0 + t.row[j].kappa)
            if t.row[j].claims + 100.0 * fee > rules.lending * t.row[j].capital:
                continue
            if m.row[i].channel == Channel.CREDIT and fee - min(usd, rules.deposit * fee) > limit:
                continue
        elif fee > usd:
            continue
        worth = (1.0 - bad) * (m.row[i].stake - (1.0 - rules.deposit) * fee) - rules.deposit * fee
        if rules.observable:
            worth -= (1.0 - bad) * ways.harm[pair] * (t.row[j].kappa > 0.0)
        if worth > best_worth:
            best, best_worth = j, worth
    return best


@allocating
def contract(
    seekers, quotes, m, t, v, week, seed, counters, flows, places, rules, ways, log, demand, accepted, accounts
):
    """Seekers and enterprises meet: quotes, keyed rationing of capacity, fee, deposit and the rest held until arrival.

    ``quotes`` (seekers, n) rows of the enterprises that each has heard of, -1 padded; ``demand`` (pairs,) receives
    everyone who asked, ``accepted`` (regions, 2) those who follow a recruiter's offer.
    """
    priority = np.empty(len(seekers))
    for position in range(len(seekers)):
        i = seekers[position]
        priority[position] = draw(seed, Stream.SEEKER_PRIORITY, i, m.row[i].generation, m.row[i].considerations, 0)
    for position in np.argsort(priority, kind="mergesort"):
        i = seekers[position]
        here = m.here[i]
        before = m.stage[i]
        pair = places.pair_of[here, m.row[i].intended]
        k = ways.offer_of[pair]
        demand[pair] += 1.0
        j = best_quote(m, i, pair, k, t, rules, ways, quotes[position], seed, counters)
        if m.row[i].channel != Channel.PROVIDER:
            ways.credit_asked[pair] += 1.0
            ways.credit_served[pair] += j >= 0
        if j < 0:
            counters[C.UNSERVED] += 1.0
            m.due[i] = week + 1
            note(log, week, i, m.row[i].generation, before, before, Cause.FOUND_NO_PROVIDER, -1)
            m.row[i].offer = Offer.NONE
            m.row[i].offer_venue = -1
            m.row[i].offer_region = -1
            continue
        if m.row[i].financed:
            write_off(m, i, t, v)
            m.row[i].financed = 0
        counters[C.CONTRACTS_DISPLACED] += t.route[j, k] != ways.pair_routes[pair, 0]
        way = m.row[i].channel
        ordered, kind = -1, 0
        if way == Channel.RECRUITER:
            ordered, kind = m.row[i].offer_venue, m.row[i].offer
            accepted[m.row[i].intended, 1] += 1.0
            counters[C.OFFERS_ACCEPTED] += 1.0
            counters[C.OFFERS_DECEPTIVE] += kind == Offer.DECEPTIVE
        leave(m, i, week, t.route[j, k], Channel.PROVIDER, counters, flows, places)
        m.row[i].provider = j
        m.row[i].provider_generation = t.row[j].generation
        m.row[i].offer_venue = ordered
        m.row[i].offer = kind
        agree(m, i, t, v, j, k, way, counters, accounts, rules)
        note(log, week, i, m.row[i].generation, before, m.stage[i], Cause.LEFT_WITH_A_PROVIDER, j)


@part
def agree(m, i, t, v, j, k, way, counters, accounts, rules):
    """Fix the fee: the deposit is paid, the rest is set aside or, by ``way`` (Channel), lent; whole cents."""
    fee = round(100.0 * t.fee[j, k])
    deposit = round(rules.deposit * fee)
    if way == Channel.CREDIT or way == Channel.RECRUITER:
        deposit = 0.0 if way == Channel.RECRUITER else min(deposit, m.row[i].cash)
        lend(m, i, t, v, Creditor.ENTERPRISE, j, round((fee - deposit) * (1.0 + rules.credit_markup)))
        m.row[i].cash -= deposit
        m.row[i].financed = 1
        counters[C.CONTRACTS_CREDIT] += 1.0
        counters[C.CREDIT_SUM] += m.row[i].debt * 0.01
    else:
        m.row[i].cash -= fee
        m.row[i].escrow = fee - deposit
    partners = round(100.0 * t.row[j].partner_cost)
    accounts[Account.FACILITATORS] += partners
    counters[C.PARTNER_COSTS] += partners * 0.01
    t.row[j].served += 1.0
    t.row[j].capital += deposit - partners
    t.row[j].week_profit += (deposit - partners) * 0.01
    t.row[j].taken += 1.0
    t.loads[j, k] += 1.0
    t.recent_loads[j, k] += 1.0
    counters[C.PROVIDER_RECEIPTS] += deposit * 0.01
    counters[C.CONTRACTS] += 1.0
    counters[C.FEE_SUM] += fee * 0.01
    if fee > 0.0:
        logarithm = math.log(fee * 0.01)
        counters[C.FEE_LOG_SUM] += logarithm
        counters[C.FEE_LOG_SQUARES] += logarithm * logarithm
    counters[C.SKILL_SUM] += t.row[j].skill
    kind = t.row[j].kind
    if kind == Kind.LONER:
        counters[C.LOADS_LONER] += 1.0
    elif kind == Kind.CELL:
        counters[C.LOADS_CELL] += 1.0
    else:
        counters[C.LOADS_ORGANISATION] += 1.0


@kernel
def alone_ways(ways, cost_ratio, stopped_loss, life_worth, routes, chance, cost, danger):
    """The way that people on their own would take for each pair: the lowest expected cost per arrival.

    Fills (pairs,) arrays: route (-1 none), chance to arrive in one attempt, cost in US$ and chance to die.
    """
    for pair in range(ways.pair_routes.shape[0]):
        best = math.inf
        routes[pair], chance[pair], cost[pair], danger[pair] = -1, 0.0, math.inf, 0.0
        for position in range(ways.pair_routes.shape[1]):
            route = ways.pair_routes[pair, position]
            if route < 0:
                break
            through, spent, dies = 1.0, 0.0, 0.0
            for at in range(ways.route_legs.shape[1]):
                leg = ways.route_legs[route, at]
                if leg < 0:
                    break
                spent += cost_ratio * ways.transport[leg]
                dies += through * ways.danger[leg]
                through *= (1.0 - ways.danger[leg]) * (1.0 - ways.believed_control[leg])
            score = (spent + (1.0 - through) * stopped_loss + dies * life_worth) / max(through, 1e-9)
            if score < best:
                best = score
                routes[pair], chance[pair], cost[pair], danger[pair] = route, through, spent, dies
