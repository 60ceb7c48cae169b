"""The smuggling market: what providers ask, and who travels with whom (model 4.2).

With S arrivals and c US$ of cost for each client of the best route (:mod:`sim.rules.moving.ways`) and G the expected
gain from handing people over

    f0·[deposit + (1 - deposit)·S] = c + running cost - S·kappa·G         break-even fee
    f*  = f0·b / (1 - min(share / elasticity, most))                      target fee

Limits: many equal rivals and no control give fee = cost; linear demand gives Cournot's N/(N+1) (EC 2.5, AM2).
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.enterprises import Kind
from sim.agents.forms import REACHES, Form, mean_of
from sim.agents.people import Channel, Creditor, Offer, Paid
from sim.declared.sources import ByName, From, Switched, Worked, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, part, rule
from sim.ground.near import person_near
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note, note_change
from sim.ledger.persons import happens
from sim.rules.moving.channels import leave
from sim.rules.moving.ways import LEAST_COST, break_even, route_economics, skill_of, taste_of_provider
from sim.rules.people.stages import forget_offer
from sim.rules.scarcity import level_of, towards
from sim.rules.work.debts import lend, write_off


@family
class MarketRules(NamedTuple):
    """Parameters of the smuggling market."""

    deposit: Annotated[float, From("smuggling.deposit")]
    retry: Annotated[float, From("smuggling.retry")]
    quotes: Annotated[int, From("smuggling.quotes")]
    reputation_weight: Annotated[float, From("smuggling.reputation_weight")]
    experience_half: Annotated[float, From("smuggling.experience_half")]
    scarcity_pace: Annotated[float, From("smuggling.scarcity_pace")]
    scarcity_most: Annotated[float, From("smuggling.scarcity_most")]
    fall_idle: Annotated[float, From("smuggling.fee_fall_idle")]
    fall_busy: Annotated[float, From("smuggling.fee_fall_busy")]
    market_power: Annotated[int, Switched("market_power")]
    rerouting: Annotated[int, Switched("rerouting")]
    route_taste: Annotated[float, From("smuggling.route_taste")]  # spread of the taste of enterprises for routes
    experience: Annotated[int, Switched("experience")]
    observable: Annotated[int, Switched("type_observable")]  # seekers see who would hand them over
    credit_markup: Annotated[float, From("debt.markup")]
    lending: Annotated[float, From("debt.lending")]  # most that a provider has lent, over its capital
    on_shift: Annotated[float, From("official.on_shift")]  # crossings timed to the shifts of an officer on the books
    least_passes: Annotated[float, From("official.least_passes")]  # that an officer on the books is paid for
    # officials who sell whom an enterprise knows how to reach, by form, and an entrant whose form nobody knows
    reach: Annotated[NDArray[Any], ByName("network.reach_{}", Form)]
    mean_reach: Annotated[float, Worked(mean_of, *REACHES)]
    skill_most: Annotated[float, From("smuggling.skill_most")]
    experience_most: Annotated[float, From("smuggling.experience_most")]
    lerner_most: Annotated[float, From("smuggling.lerner_most")]  # share of a fee that market power adds at most
    # clients that the community's view of providers at large is worth when it judges one
    prior_clients: Annotated[float, From("smuggling.prior_clients")]
    fee_least: Annotated[float, From("smuggling.fee_least")]  # cost that a fee must cover where handing over pays
    scarcity_usual: Annotated[float, From("smuggling.scarcity_usual")]  # use up to which nothing is scarce
    utilisation_most: Annotated[float, From("smuggling.utilisation_most")]


@kernel
def best_route(s, p, j, pair, k, seed):
    """The route of offer k with the lowest break-even fee to the taste of enterprise j. Returns (route, success, fee).

    The taste decides which route is taken; what is asked is what that route costs.
    """
    running = (s.enterprises.row[j].running_cost + s.enterprises.row[j].house_cost) * 4.0 + s.enterprises.row[
        j
    ].retainer
    running /= max(s.enterprises.row[j].capacity, 1e-9)
    running += s.enterprises.row[j].partner_cost
    best, best_success, best_fee, lowest = -1, 0.0, math.inf, math.inf
    kept = s.enterprises.route[j, k] if not p.market.rerouting else -1
    if len(s.held_routes) > 0:
        kept = s.held_routes[j, k]
    for position in range(s.pairs.routes.shape[1]):
        route = s.pairs[pair].routes[position]
        if route < 0:
            break
        if kept >= 0 and route != kept:
            continue
        if s.routes[route].closed >= 1.0:
            continue
        success, cost = route_economics(
            s.legs,
            s.routes,
            s.units,
            p.market,
            route,
            skill_of(s.enterprises, p.market, j),
            p.market.reach[s.enterprises.row[j].form],
            s.enterprises.crossings[j],
            s.enterprises.row[j].retained_leg,
        )
        gain = success * s.enterprises.row[j].kappa * s.pairs[pair].handover_gain
        fee = break_even(success, max(cost + running - gain, p.market.fee_least * cost), p.market.deposit)
        seen = max(fee, LEAST_COST) * taste_of_provider(p.market, j, s.enterprises.row[j].generation, route, seed)
        if seen < lowest:
            best, best_success, best_fee, lowest = route, success, fee, seen
    return best, best_success, best_fee


@kernel
def review_offers_of(s, p, enterprises, seed):
    """The enterprises of these rows review their offers."""
    for position in range(len(enterprises)):
        review_offers(s, p, enterprises[position], seed)


@part
def review_offers(s, p, j, seed):
    """Every four weeks an enterprise reviews scarcity, route and target fee of each of its offers.

    While all of its people are held it serves nobody, and what it costs to serve one says nothing.
    """
    firm = s.enterprises.row[j]
    if firm.capacity <= 0.0:
        return
    utilisation = (firm.taken + firm.turned_away) / max(firm.capacity, 1e-9)
    usual = p.market.scarcity_usual
    firm.idle = firm.taken < usual * firm.capacity
    level = level_of(utilisation, usual, p.market.utilisation_most, 1.0, p.market.scarcity_most)
    firm.scarcity = towards(firm.scarcity, level, p.market.scarcity_pace)
    firm.taken = 0.0
    firm.turned_away = 0.0
    home = firm.home
    for k in range(s.regions.offers.shape[1]):
        pair = s.regions[home].offers[k]
        if pair < 0:
            break
        review_offer(s, p, j, pair, k, seed)


@part
def review_offer(s, p, j, pair, k, seed):
    """The route of offer k of enterprise j, and the fee that it aims at; no route where all of them are closed."""
    route, _, fee = best_route(s, p, j, pair, k, seed)
    s.enterprises.route[j, k] = route
    if route < 0:
        return
    markup = 0.0
    if p.market.market_power and s.pairs[pair].loads > 0.0:
        share = min(s.enterprises.loads[j, k] / s.pairs[pair].loads, 1.0)
        markup = min(share / s.pairs[pair].elasticity, p.market.lerner_most)
    if len(s.held_markups) > 0:
        markup = s.held_markups[j, k]
    s.markups[j, k] = markup
    s.enterprises.target_fee[j, k] = fee * s.enterprises.row[j].scarcity / (1.0 - markup)
    if s.enterprises.fee[j, k] == math.inf:
        s.enterprises.fee[j, k] = s.enterprises.target_fee[j, k]


@kernel
def move_fees(enterprises, rules, j):
    """Fees rise to their target at once and fall towards it slowly, faster with idle capacity."""
    pace = rules.fall_idle if enterprises.row[j].idle else rules.fall_busy
    for k in range(enterprises.fee.shape[1]):
        if enterprises.route[j, k] < 0:
            continue
        target, fee = enterprises.target_fee[j, k], enterprises.fee[j, k]
        enterprises.fee[j, k] = target if target > fee else max(target, fee * (1.0 - pace))


@part
def going_fees(enterprises, regions, pairs, active):
    """Capacity-weighted mean posted fee of each pair, US$, infinite without a provider; and the capacity there."""
    pairs.fee[:] = 0.0
    pairs.capacity[:] = 0.0
    for position in range(len(active)):
        j = active[position]
        home = enterprises.row[j].home
        for k in range(regions.offers.shape[1]):
            pair = regions[home].offers[k]
            if pair < 0:
                break
            if enterprises.route[j, k] >= 0:
                pairs[pair].fee += enterprises.row[j].capacity * enterprises.fee[j, k]
                pairs[pair].capacity += enterprises.row[j].capacity
    for pair in range(len(pairs.fee)):
        pairs[pair].fee = pairs[pair].fee / pairs[pair].capacity if pairs[pair].capacity > 0.0 else math.inf


@rule
def judged_failure(enterprises, pairs, rules, j, pair):
    """Chance of failure that the community expects of one enterprise: its own record on top of that of providers."""
    return (enterprises.row[j].known_bad + rules.prior_clients * pairs[pair].failure) / (
        enterprises.row[j].known_all + rules.prior_clients
    )


@rule
def best_quote(s, p, i, pair, quotes, counters, now):
    """The quote worth most to the seeker among those who have room and whom she can pay; -1 if none."""
    row, way, rules = s.people.row[i], s.pairs[pair], p.market
    k = way.offer
    best, best_worth = -1, -math.inf
    usd = row.cash * 0.01 + row.escrow * 0.01
    lent = row.channel == Channel.CREDIT or row.channel == Channel.RECRUITER
    for position in range(len(quotes)):
        j = quotes[position]
        if j < 0:
            break
        enterprise = s.enterprises.row[j]
        if enterprise.taken >= enterprise.capacity:
            enterprise.turned_away += 1.0
            continue
        # those who lack what a client needs cannot serve her (model 4.8)
        able = enterprise.throughput
        if able < 1.0 and draw(now.seed, Stream.SERVED, i, row.generation, now.week, j) >= able:
            counters[C.CLIENTS_LOST] += 1.0
            continue
        fee = s.enterprises.fee[j, k]
        bad = judged_failure(s.enterprises, s.pairs, rules, j, pair)
        if lent:
            # who lends has the means, and lends what can be recovered; an order stands behind a recruiter's offer
            limit = (1.0 - bad) * way.credit * row.ability_abroad * (1.0 + enterprise.kappa)
            if enterprise.claims + 100.0 * fee > rules.lending * enterprise.capital:
                continue
            if row.channel == Channel.CREDIT and fee - min(usd, rules.deposit * fee) > limit:
                continue
        elif fee > usd:
            continue
        worth = (1.0 - bad) * (row.stake - (1.0 - rules.deposit) * fee) - rules.deposit * fee
        if rules.observable:
            worth -= (1.0 - bad) * way.handover_harm * (enterprise.kappa > 0.0)
        if worth > best_worth:
            best, best_worth = j, worth
    return best


@allocating
def contract(s, p, now, seekers, quotes, ledger):
    """Seekers and enterprises meet: quotes, keyed rationing of capacity, fee, deposit and the rest held until arrival.

    ``quotes`` (seekers, n) rows of the enterprises that each has heard of, -1 padded.
    """
    priority = np.empty(len(seekers))
    for position in range(len(seekers)):
        person_near(s.people, seekers, position)
        i = seekers[position]
        priority[position] = draw(now.seed, Stream.SEEKER_PRIORITY, i, s.people.row[i].generation, now.week, 0)
    for position in np.argsort(priority, kind="mergesort"):
        i = seekers[position]
        here = s.people.here[i]
        before = s.people.stage[i]
        pair = s.pair_of[here, s.people.row[i].intended]
        k = s.pairs[pair].offer
        s.pairs[pair].demand += 1.0
        j = best_quote(s, p, i, pair, quotes[position], ledger.counters, now)
        if s.people.row[i].channel != Channel.PROVIDER:
            s.pairs[pair].asked += 1.0
            s.pairs[pair].served += j >= 0
        if j < 0:
            ledger.counters[C.UNSERVED] += 1.0
            s.people.due[i] = now.week + 1
            note(s.log, i, s.people.row[i].generation, before, before, Cause.FOUND_NO_PROVIDER, -1, now.week)
            forget_offer(s.people, i)
            continue
        if s.people.row[i].financed:
            write_off(s.people, s.enterprises, s.venues, i)
            s.people.row[i].financed = 0
        ledger.counters[C.CONTRACTS_DISPLACED] += s.enterprises.route[j, k] != s.pairs[pair].routes[0]
        way = s.people.row[i].channel
        ordered, kind = -1, 0
        if way == Channel.RECRUITER:
            ordered, kind = s.people.row[i].offer_venue, s.people.row[i].offer
            s.regions[s.people.row[i].intended].accepted[1] += 1.0
            happens(s.people, ledger.counters, i, C.OFFERS_ACCEPTED, now.week)
            ledger.counters[C.OFFERS_DECEPTIVE] += kind == Offer.DECEPTIVE
        leave(s, p, now, i, s.enterprises.route[j, k], Channel.PROVIDER, ledger.counters)
        s.people.row[i].provider = j
        s.people.row[i].provider_generation = s.enterprises.row[j].generation
        s.people.row[i].offer_venue = ordered
        s.people.row[i].offer = kind
        s.people.row[i].offer_region = s.people.row[i].intended if kind else -1
        agree(s, p, i, j, k, way, ledger)
        note_change(s, i, before, Cause.LEFT_WITH_A_PROVIDER, j, now.week)


@part
def agree(s, p, i, j, k, way, ledger):
    """Fix the fee: the deposit is paid, the rest is set aside or, by ``way`` (Channel), lent; whole cents."""
    row, enterprise = s.people.row[i], s.enterprises.row[j]
    fee = round(100.0 * s.enterprises.fee[j, k])
    deposit = round(p.market.deposit * fee)
    if way == Channel.CREDIT or way == Channel.RECRUITER:
        deposit = 0.0 if way == Channel.RECRUITER else min(deposit, row.cash)
        owed = round((fee - deposit) * (1.0 + p.market.credit_markup))
        lend(s.people, s.enterprises, s.venues, i, Creditor.ENTERPRISE, j, owed)
        row.cash -= deposit
        row.financed = 1
        row.paid = Paid.WORK if way == Channel.RECRUITER else Paid.LENT
        ledger.counters[C.CONTRACTS_CREDIT] += 1.0
        ledger.counters[C.CREDIT_SUM] += row.debt * 0.01
    else:
        row.cash -= fee
        row.escrow = fee - deposit
        row.paid = Paid.SAVED if row.saving > 0 else Paid.OWN
    row.saving = 0
    partners = round(100.0 * enterprise.partner_cost)
    ledger.accounts[Account.FACILITATORS] += partners
    ledger.counters[C.PARTNER_COSTS] += partners * 0.01
    enterprise.served += 1.0
    enterprise.capital += deposit - partners
    enterprise.week_profit += (deposit - partners) * 0.01
    enterprise.taken += 1.0
    s.enterprises.loads[j, k] += 1.0
    s.enterprises.recent_loads[j, k] += 1.0
    ledger.counters[C.PROVIDER_RECEIPTS] += deposit * 0.01
    ledger.counters[C.CONTRACTS] += 1.0
    ledger.counters[C.FEE_SUM] += fee * 0.01
    if fee > 0.0:
        logarithm = math.log(fee * 0.01)
        ledger.counters[C.FEE_LOG_SUM] += logarithm
        ledger.counters[C.FEE_LOG_SQUARES] += logarithm * logarithm
    ledger.counters[C.SKILL_SUM] += enterprise.skill
    kind = enterprise.kind
    if kind == Kind.LONER:
        ledger.counters[C.LOADS_LONER] += 1.0
    elif kind == Kind.CELL:
        ledger.counters[C.LOADS_CELL] += 1.0
    else:
        ledger.counters[C.LOADS_ORGANISATION] += 1.0
