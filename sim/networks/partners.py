"""How enterprises find, keep, lose and pay partners, and how much they can serve (model 4.8).

An enterprise needs a function for a share of its clients. It can serve

    throughput = min over functions of 1 - need + need·delivered

of those who come: the scarcest function bounds it. ``delivered`` is what its partners can do of what they are asked,
less what partners without trust leave undone. What a removal costs is therefore how much the partner did times how
long nobody else can be found; the second depends on the form and on who is idle, so refilling slows down by itself
where many are taken out at once.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.facilitators import FUNCTIONS, PORTABLE, PRICE, Function, Standing
from sim.agents.forms import BROKERED, LOOKS, MEETING, TRUSTS, WANTED, Form
from sim.agents.offenders import Role, Status
from sim.agents.ties import MOST_TIES, first_tie
from sim.agents.traffickers import Kind
from sim.draws import Stream, block, draw
from sim.kernel import kernel, rule
from sim.observation.counters import C

REVIEW_WEEKS = 4
LEAST_USE = 0.15  # of its capacity, that an enterprise without a history expects to need
MOVE_BELOW = 0.7  # price elsewhere, over the present one, at which a portable function moves
FADES = 0.974  # weekly: what is remembered of lost partners halves in half a year
SEARCHED = 64  # slots that a search looks through
# by function: who fills it in house
ROLE_IN_HOUSE = np.array(
    [Role.RECRUITER, Role.MOVER, Role.MANAGER, Role.GUARD, Role.COLLECTOR, Role.MONEY, Role.ORGANISER]
)


class Network(NamedTuple):
    """What is so of every node (a function in a region), kept from week to week; float64 (nodes,) if not said."""

    first: NDArray[Any]  # int64 (nodes + 1,) rows of facilitators of each node
    place: NDArray[Any]  # int16 (pairs, functions) region where a function is needed for journeys of a pair
    portable: NDArray[Any]  # int16 (pairs, 3) regions among which portable functions can choose
    capacity: NDArray[Any]  # clients that those who are free can serve in four weeks
    committed: NDArray[Any]  # clients whom enterprises expect to bring
    unmet: NDArray[Any]  # clients for whom enterprises find nobody
    idle: NDArray[Any]  # share of capacity that is free: how fast partners are found
    price: NDArray[Any]  # US$ for each client
    risk: NDArray[Any]  # share of facilitators taken out in a year, remembered
    cost: NDArray[Any]  # (pairs, 3) US$ that partners cost a type of enterprise for each client


class PartnerRules(NamedTuple):
    """Parameters of ties."""

    needs: NDArray[Any]  # (3, functions) share of clients for whom a function is needed, by type of enterprise
    replacement: int
    meeting: float
    defection: float
    trust_pace: float
    cheating: float
    aid: float
    leaderless: float


_first_tie = rule(first_tie)


@rule
def need_of(t, j, function, rules):
    """Share of its clients for whom enterprise j needs a function from others."""
    if t.row[j].house & (1 << function):
        return 0.0
    if function == Function.BROKERAGE:
        return BROKERED * (rules.needs[Kind.CELL, Function.TRANSPORT] > 0.0) if t.row[j].form == Form.BROKER else 0.0
    return rules.needs[t.row[j].kind, function]


@rule
def main_offer(t, j, offer_pair):
    """The pair of regions for which enterprise j has most contracts, else its first; -1 without any."""
    best, chosen = 0.0, offer_pair[t.row[j].home, 0]
    for k in range(offer_pair.shape[1]):
        if t.loads[j, k] > best:
            best, chosen = t.loads[j, k], offer_pair[t.row[j].home, k]
    return chosen


@rule
def expected_use(t, j):
    """Clients that enterprise j expects to serve in four weeks."""
    yearly = 0.0
    for k in range(t.loads.shape[1]):
        yearly += t.loads[j, k]
    return max(yearly / 13.0, LEAST_USE * t.row[j].capacity)


@rule
def cut(ties, r):
    """Row r of the ties is empty."""
    if ties.row[r].partner >= 0:
        ties.row[r].generation += 1
    ties.row[r].partner = -1
    ties.row[r].trust = 0.0


@rule
def let_go(ties, r, week, counters):
    """A tie ends."""
    counters[C.TIES_ENDED] += 1.0
    counters[C.TIE_WEEKS] += week - ties.row[r].since
    cut(ties, r)


@rule
def works(f, ties, r):
    """Whether the partner of tie r can work this week."""
    b = ties.row[r].partner
    return b >= 0 and f.row[b].standing == Standing.FREE and f.row[b].generation == ties.row[r].partner_generation


@rule
def forget_partners(ties, j):
    """No partner of enterprise j is one of its successor."""
    for r in range(_first_tie(j, 0), _first_tie(j + 1, 0)):
        cut(ties, r)


@kernel
def keep_or_lose(t, j, ties, r, f, net, week, seed, counters, rules):
    """What becomes of one tie this week: those who have gone, are held, leave or were for one job only are let go."""
    tie = ties.row[r]
    b = tie.partner
    form = t.row[j].form
    if f.row[b].generation != tie.partner_generation:
        let_go(ties, r, week, counters)
        return
    if f.row[b].standing == Standing.HELD:
        if f.row[b].since == week:
            counters[C.TIES_CUT] += 1.0
            t.row[j].lost += 1.0
        if rules.replacement:
            let_go(ties, r, week, counters)
        return
    turn = (j + week) % REVIEW_WEEKS == 0
    if form == Form.FLUX and turn:
        let_go(ties, r, week, counters)
        return
    leaves = rules.defection * (1.0 - tie.trust) * (1.0 - f.row[b].loyalty)
    if draw(seed, Stream.PARTNER, r, t.row[j].generation, week, 0) < leaves:
        counters[C.TIES_BETRAYED] += 1.0
        let_go(ties, r, week, counters)
        return
    tie.trust += TRUSTS[form] * rules.trust_pace * (1.0 - tie.trust)
    # once a year functions that can stand anywhere are looked for where they cost and risk less
    if PORTABLE[tie.function] and (j + week) % 52 == 0:
        here = f.row[b].region
        there = cheapest(net, t, j, tie.function, net.portable)
        if there != here and worth_of(net, there, tie.function) < MOVE_BELOW * worth_of(net, here, tie.function):
            counters[C.FUNCTIONS_MOVED] += 1.0
            let_go(ties, r, week, counters)


@rule
def worth_of(net, region, function):
    """Price of a function in a region and the risk that goes with it; infinite where nobody offers it."""
    node = region * FUNCTIONS + function
    if net.capacity[node] <= 0.0:
        return math.inf
    return net.price[node] * (1.0 + net.risk[node])


@kernel
def cheapest(net, t, j, function, portable):
    """The region on the way of enterprise j in which a portable function costs and risks least."""
    pair = t.row[j].pair
    best, chosen = math.inf, portable[pair, 0]
    for position in range(portable.shape[1]):
        region = portable[pair, position]
        worth = worth_of(net, region, function)
        if worth < best:
            best, chosen = worth, region
    return chosen


@kernel
def search(t, j, function, ties, r, f, net, week, seed, counters, share, rules, brokers):
    """Enterprise j looks for a partner to fill tie r, who would serve ``share`` of what it needs."""
    region = net.place[t.row[j].pair, function]
    if PORTABLE[function]:
        region = cheapest(net, t, j, function, net.portable)
    node = region * FUNCTIONS + function
    form = t.row[j].form
    rate = MEETING[form] * rules.meeting * net.idle[node]
    if form == Form.BROKER and function != Function.BROKERAGE:
        rate *= brokers
    found, where, _, _ = block(seed, Stream.PARTNER, r, t.row[j].generation, week, 1)
    if found >= 1.0 - math.exp(-rate):
        return
    first, last = net.first[node], net.first[node + 1]
    asked = t.row[j].use * share
    slots = last - first
    start = int(where * slots)
    best, chosen, looked = -math.inf, -1, 0
    for step in range(min(slots, SEARCHED)):
        b = first + (start + step) % slots
        if f.row[b].standing != Standing.FREE:
            continue
        if f.row[b].committed > 0.0 and f.row[b].committed + asked > f.row[b].capacity:
            continue
        known = False
        for other in range(_first_tie(j, function), _first_tie(j, function) + MOST_TIES):
            known = known or ties.row[other].partner == b
        if known:
            continue
        score = f.row[b].quality - f.row[b].price / PRICE[function]
        if score > best:
            best, chosen = score, b
        looked += 1
        if looked >= LOOKS[form]:
            break
    if chosen < 0:
        return
    ties.row[r].partner = chosen
    ties.row[r].partner_generation = f.row[chosen].generation
    ties.row[r].trust = 0.0
    ties.row[r].since = week
    f.row[chosen].committed += asked
    counters[C.TIES_MADE] += 1.0


@rule
def in_house(t, j, function, o, offender_first):
    """Share of its own places for a function that are filled, in [0, 1]."""
    free, places = 0.0, 0.0
    for place in range(offender_first[j], offender_first[j + 1]):
        if o.row[place].status != Status.NOBODY and o.row[place].role == ROLE_IN_HOUSE[function]:
            places += 1.0
            free += o.row[place].status == Status.FREE
    if places <= 0.0:
        return 1.0 if t.row[j].members >= 1.0 else 0.0
    return free / places


@kernel
def work_with_partners(t, j, ties, f, o, offender_first, rules):
    """What enterprise j can serve, what its partners cost for each client, and what they add to its skill."""
    throughput, cost, aid, helpers = 1.0, 0.0, 0.0, 0.0
    for function in range(FUNCTIONS):
        if t.row[j].house & (1 << function):
            need = rules.needs[t.row[j].kind, function]
            throughput = min(throughput, 1.0 - need + need * in_house(t, j, function, o, offender_first))
            continue
        need = need_of(t, j, function, rules)
        if need <= 0.0:
            continue
        n, done, price = 0.0, 0.0, 0.0
        for r in range(_first_tie(j, function), _first_tie(j, function) + MOST_TIES):
            if not works(f, ties, r):
                continue
            b = ties.row[r].partner
            busy = min(1.0, f.row[b].capacity / max(f.row[b].committed, 1e-9))
            done += busy * (1.0 - rules.cheating * (1.0 - ties.row[r].trust))
            price += f.row[b].price
            n += 1.0
            if function == Function.TRANSPORT or function == Function.DOCUMENTS:
                aid += f.row[b].quality
                helpers += 1.0
        if n > 0.0:
            done /= n
            cost += need * price / n
        throughput = min(throughput, 1.0 - need + need * done)
    if t.row[j].leaderless > 0:
        throughput *= rules.leaderless
    t.row[j].throughput = throughput
    t.row[j].partner_cost = cost
    t.row[j].aid = rules.aid * (aid / helpers - 0.5) if helpers > 0.0 else 0.0


@kernel
def pay_partners(t, j, ties, f, rules):
    """Partners are paid for the clients of the week: what contracts have already taken from the enterprise."""
    served = t.row[j].served
    t.row[j].served = 0.0
    if served <= 0.0:
        return
    for function in range(FUNCTIONS):
        need = need_of(t, j, function, rules)
        if need <= 0.0:
            continue
        n = 0.0
        first = _first_tie(j, function)
        for r in range(first, first + MOST_TIES):
            n += works(f, ties, r)
        for r in range(first, first + MOST_TIES):
            if works(f, ties, r):
                b = ties.row[r].partner
                f.row[b].receipts += served * need * f.row[b].price / n


@kernel
def tend_partners(t, ties, f, net, o, offender_first, offer_pair, week, seed, counters, rules):
    """A week of every tie: paid, kept or lost, then looked for, and what follows for how many clients can be served.

    ``offer_pair`` (regions, offers) as in :class:`~sim.markets.smuggling.Ways`.
    """
    net.unmet[:] = 0.0
    for b in range(len(f.row)):
        f.row[b].committed = 0.0
    for j in range(len(t.row)):
        if t.row[j].active == 0:
            if t.row[j].known >= 0:
                forget_partners(ties, j)
                t.row[j].known = -1
            continue
        if t.row[j].known != t.row[j].generation:
            if t.row[j].known >= 0:
                forget_partners(ties, j)
            t.row[j].known = t.row[j].generation
        t.row[j].pair = main_offer(t, j, offer_pair)
        if t.row[j].pair < 0:
            continue
        pay_partners(t, j, ties, f, rules)
        t.row[j].use = expected_use(t, j)
        t.row[j].lost *= FADES
        for function in range(FUNCTIONS):
            first = _first_tie(j, function)
            need = need_of(t, j, function, rules)
            n = 0
            for r in range(first, first + MOST_TIES):
                if ties.row[r].partner < 0:
                    continue
                if need <= 0.0:
                    let_go(ties, r, week, counters)
                    continue
                keep_or_lose(t, j, ties, r, f, net, week, seed, counters, rules)
                n += works(f, ties, r)
            for r in range(first, first + MOST_TIES):
                if works(f, ties, r):
                    f.row[ties.row[r].partner].committed += t.row[j].use * need / n
    for j in range(len(t.row)):
        if t.row[j].active == 0 or t.row[j].pair < 0:
            continue
        brokers = 0.15  # what can be found without any
        for function in range(FUNCTIONS - 1, -1, -1):  # brokers first
            need = need_of(t, j, function, rules)
            if need <= 0.0:
                continue
            first = _first_tie(j, function)
            wanted, n = WANTED[t.row[j].form], 0
            for r in range(first, first + MOST_TIES):
                n += ties.row[r].partner >= 0
            for r in range(first, first + MOST_TIES):
                if n < wanted and ties.row[r].partner < 0:
                    search(t, j, function, ties, r, f, net, week, seed, counters, need / max(n + 1, 1), rules, brokers)
                    n += 1
            working = 0
            for r in range(first, first + MOST_TIES):
                working += works(f, ties, r)
            if function == Function.BROKERAGE and working > 0:
                brokers = 1.0
            if working == 0:
                region = net.place[t.row[j].pair, function]
                net.unmet[region * FUNCTIONS + function] += t.row[j].use * need
                counters[C.FUNCTIONS_MISSING] += 1.0
            counters[C.FUNCTIONS_NEEDED] += 1.0
    for j in range(len(t.row)):
        if t.row[j].active == 1 and t.row[j].pair >= 0:
            work_with_partners(t, j, ties, f, o, offender_first, rules)
            counters[C.THROUGHPUT_SUM] += t.row[j].throughput * t.row[j].use
            counters[C.USE_SUM] += t.row[j].use
