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
from sim.agents.ties import first_tie
from sim.agents.traffickers import Kind
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C

REVIEW_WEEKS = 4
LEAST_USE = 0.15  # of its capacity, that an enterprise without a history expects to need
MOVE_BELOW = 0.7  # price elsewhere, over the present one, at which a portable function moves
FADES = 0.974  # weekly: what is remembered of lost partners halves in half a year
WITHOUT_BROKERS = 0.15  # how fast those who live by brokers find partners without any, over with them
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


# Each pass below runs over all enterprises inside one function and reads columns through local names: handing bundles
# of arrays to a function for every tie costs more than what is done to the tie (measured: 17 ms a week at 5 000
# enterprises, 3 ms so).


@rule
def need_of(row, function, needs):
    """Share of its clients for whom an enterprise (a record) needs a function from others."""
    if row.house & (1 << function):
        return 0.0
    if function == Function.BROKERAGE:
        return BROKERED * (needs[Kind.CELL, Function.TRANSPORT] > 0.0) if row.form == Form.BROKER else 0.0
    return needs[row.kind, function]


@rule
def end_tie(ties, r, week, counters):
    """A working relation ends, and with it what investigators had noted of it."""
    counters[C.TIES_ENDED] += 1.0
    counters[C.TIE_WEEKS] += week - ties.since[r]
    ties.generation[r] += 1
    ties.noted[r] = 0
    ties.partner[r] = -1
    ties.trust[r] = 0.0


@rule
def forget_partners(ties, j, week, counters):
    """No partner of enterprise j is one of its successor."""
    for r in range(first_tie(j, 0), first_tie(j + 1, 0)):
        if ties.partner[r] >= 0:
            end_tie(ties, r, week, counters)


@rule
def take_stock(t, ties, offer_pair, week, counters):
    """Which pair each enterprise serves most, and how many clients it expects; a new holder starts without partners."""
    rows, loads = t.row, t.loads
    for j in range(len(rows)):
        row = rows[j]
        now = row.generation if row.active == 1 else -1
        if row.known != now:
            if row.known >= 0:
                forget_partners(ties, j, week, counters)
            row.known = now
        if now < 0:
            continue
        row.pair = offer_pair[row.home, 0]
        yearly, most = 0.0, 0.0
        for k in range(offer_pair.shape[1]):
            yearly += loads[j, k]
            if loads[j, k] > most:
                most = loads[j, k]
                row.pair = offer_pair[row.home, k]
        row.use = max(yearly / 13.0, LEAST_USE * row.capacity)
        row.lost *= FADES


@kernel
def pay_partners(t, ties, f, needs):
    """Partners are paid for the clients of the week, at their price of the day.

    The enterprise has paid at contract, at the prices it then reckoned with; receipts only decide who stays and enters.
    """
    rows, partner, held = t.row, ties.partner, ties.partner_generation
    records, standing, generation = f.row, f.standing, f.generation
    for j in range(len(rows)):
        served = rows[j].served
        if served <= 0.0 or rows[j].active == 0:
            continue
        rows[j].served = 0.0
        most = WANTED[rows[j].form]
        for function in range(FUNCTIONS):
            need = need_of(rows[j], function, needs)
            if need <= 0.0:
                continue
            first, n = first_tie(j, function), 0.0
            for r in range(first, first + most):
                b = partner[r]
                n += b >= 0 and standing[b] == Standing.FREE and generation[b] == held[r]
            for r in range(first, first + most):
                b = partner[r]
                if b >= 0 and standing[b] == Standing.FREE and generation[b] == held[r]:
                    records[b].receipts += served * need * records[b].price / n


@rule
def review_partners(t, ties, f, net, week, seed, counters, rules):
    """Who has gone, is held, leaves or was for one job only is let go; who stays will be asked for part of the work."""
    rows, partner, held, trust = t.row, ties.partner, ties.partner_generation, ties.trust
    records, standing, generation, committed = f.row, f.standing, f.generation, f.committed
    needs, replacement = rules.needs, rules.replacement
    for j in range(len(rows)):
        if rows[j].active == 0 or rows[j].pair < 0:
            continue
        form, use = rows[j].form, rows[j].use
        one_job = form == Form.FLUX and (j + week) % REVIEW_WEEKS == 0
        yearly = (j + week) % 52 == 0
        for function in range(FUNCTIONS):
            need = need_of(rows[j], function, needs)
            first, n = first_tie(j, function), 0
            for r in range(first, first + WANTED[form]):
                b = partner[r]
                if b < 0:
                    continue
                in_custody = standing[b] == Standing.HELD and generation[b] == held[r]
                if in_custody and records[b].since == week:
                    counters[C.TIES_CUT] += 1.0
                    rows[j].lost += 1.0
                goes = need <= 0.0 or generation[b] != held[r]
                goes = goes or (replacement if in_custody else one_job)
                if not goes and in_custody:
                    continue
                if not goes:
                    leaves = rules.defection * (1.0 - trust[r]) * (1.0 - records[b].loyalty)
                    goes = draw(seed, Stream.PARTNER, r, rows[j].generation, week, 0) < leaves
                    counters[C.TIES_BETRAYED] += goes
                if not goes and yearly and PORTABLE[function] == 1 and moves_on(net, rows[j].pair, b, f, function):
                    counters[C.FUNCTIONS_MOVED] += 1.0
                    goes = True
                if goes:
                    end_tie(ties, r, week, counters)
                    continue
                trust[r] += TRUSTS[form] * rules.trust_pace * (1.0 - trust[r])
                n += 1
            for r in range(first, first + WANTED[form]):
                b = partner[r]
                if n > 0 and b >= 0 and standing[b] == Standing.FREE:
                    committed[b] += use * need / n


@rule
def worth_of(net, region, function):
    """Price of a function in a region and the risk that goes with it; infinite where nobody offers it."""
    node = region * FUNCTIONS + function
    if net.capacity[node] <= 0.0:
        return math.inf
    return net.price[node] * (1.0 + net.risk[node])


@part
def cheapest(net, pair, function):
    """The region on the way of a pair in which a portable function costs and risks least."""
    best, chosen = math.inf, net.portable[pair, 0]
    for position in range(net.portable.shape[1]):
        region = net.portable[pair, position]
        worth = worth_of(net, region, function)
        if worth < best:
            best, chosen = worth, region
    return chosen


@rule
def where_to_look(net, pair, function):
    """The region in which those who serve a pair look for a function."""
    return cheapest(net, pair, function) if PORTABLE[function] else net.place[pair, function]


@rule
def moves_on(net, pair, b, f, function):
    """Whether a function that can stand anywhere costs and risks much less elsewhere on the way."""
    here, there = f.row[b].region, cheapest(net, pair, function)
    return there != here and worth_of(net, there, function) < MOVE_BELOW * worth_of(net, here, function)


@rule
def find_partners(t, ties, f, net, week, seed, counters, rules):
    """Enterprises look for those whom they lack, brokers first; functions that nobody fills are unmet demand."""
    rows, partner, held = t.row, ties.partner, ties.partner_generation
    standing, generation, needs = f.standing, f.generation, rules.needs
    missing, needed = 0.0, 0.0
    for j in range(len(rows)):
        if rows[j].active == 0 or rows[j].pair < 0:
            continue
        wanted, brokers = WANTED[rows[j].form], WITHOUT_BROKERS
        for function in range(FUNCTIONS - 1, -1, -1):
            need = need_of(rows[j], function, needs)
            if need <= 0.0:
                continue
            first, n, working = first_tie(j, function), 0, 0
            for r in range(first, first + wanted):
                n += partner[r] >= 0
            for r in range(first, first + wanted):
                if partner[r] < 0:
                    n += 1
                    search(t, j, function, ties, r, f, net, week, seed, counters, need / n, rules, brokers)
                b = partner[r]
                working += b >= 0 and standing[b] == Standing.FREE and generation[b] == held[r]
            if function == Function.BROKERAGE and working > 0:
                brokers = 1.0
            if working == 0:
                net.unmet[where_to_look(net, rows[j].pair, function) * FUNCTIONS + function] += rows[j].use * need
                missing += 1.0
            needed += 1.0
    counters[C.FUNCTIONS_MISSING] += missing
    counters[C.FUNCTIONS_NEEDED] += needed


@kernel
def search(t, j, function, ties, r, f, net, week, seed, counters, share, rules, brokers):
    """Enterprise j looks for a partner to fill tie r, who would serve ``share`` of what it needs."""
    form, pair = t.row[j].form, t.row[j].pair
    region = where_to_look(net, pair, function)
    node = region * FUNCTIONS + function
    rate = MEETING[form] * rules.meeting * net.idle[node]
    if form == Form.BROKER and function != Function.BROKERAGE:
        rate *= brokers
    found, where, _, _ = block(seed, Stream.PARTNER, r, t.row[j].generation, week, 1)
    if found >= 1.0 - math.exp(-rate):
        return
    first, slots = net.first[node], net.first[node + 1] - net.first[node]
    asked = t.row[j].use * share
    start = int(where * slots)
    best, chosen, looked = -math.inf, -1, 0
    mine = first_tie(j, function)
    for step in range(min(slots, SEARCHED)):
        b = first + (start + step) % slots
        if f.standing[b] != Standing.FREE:
            continue
        if f.committed[b] > 0.0 and f.committed[b] + asked > f.row[b].capacity:
            continue
        known = False
        for other in range(mine, mine + WANTED[form]):
            known = known or ties.partner[other] == b
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
    ties.partner[r] = chosen
    ties.partner_generation[r] = f.generation[chosen]
    ties.trust[r] = 0.0
    ties.since[r] = week
    f.committed[chosen] += asked
    counters[C.TIES_MADE] += 1.0


@part
def in_house(row, j, function, o, offender_first):
    """Share of the places for a function that enterprise j (its record) fills by itself, in [0, 1]."""
    free, places = 0.0, 0.0
    for place in range(offender_first[j], offender_first[j + 1]):
        if o.row[place].status != Status.NOBODY and o.row[place].role == ROLE_IN_HOUSE[function]:
            places += 1.0
            free += o.row[place].status == Status.FREE
    if places <= 0.0:
        return 1.0 if row.members >= 1.0 else 0.0
    return free / places


@rule
def work_with_partners(t, ties, f, o, offender_first, counters, rules):
    """What enterprises can serve, what partners cost for each client, and what they add to an enterprise's skill."""
    rows, partner, held, trust = t.row, ties.partner, ties.partner_generation, ties.trust
    records, standing, generation, committed = f.row, f.standing, f.generation, f.committed
    needs = rules.needs
    able, expected = 0.0, 0.0
    for j in range(len(rows)):
        if rows[j].active == 0 or rows[j].pair < 0:
            continue
        throughput, cost, aid, helpers = 1.0, 0.0, 0.0, 0.0
        for function in range(FUNCTIONS):
            if rows[j].house & (1 << function):
                need = needs[rows[j].kind, function]
                own = in_house(rows[j], j, function, o, offender_first)
                throughput = min(throughput, 1.0 - need + need * own)
                continue
            need = need_of(rows[j], function, needs)
            if need <= 0.0:
                continue
            first, n, done, price = first_tie(j, function), 0.0, 0.0, 0.0
            for r in range(first, first + WANTED[rows[j].form]):
                b = partner[r]
                if b < 0 or standing[b] != Standing.FREE or generation[b] != held[r]:
                    continue
                busy = min(1.0, records[b].capacity / max(committed[b], 1e-9))
                done += busy * (1.0 - rules.cheating * (1.0 - trust[r]))
                price += records[b].price
                n += 1.0
                if function == Function.TRANSPORT or function == Function.DOCUMENTS:
                    aid += records[b].quality
                    helpers += 1.0
            if n > 0.0:
                done /= n
                cost += need * price / n
            throughput = min(throughput, 1.0 - need + need * done)
        if rows[j].leaderless > 0:
            throughput *= rules.leaderless
        rows[j].throughput = throughput
        rows[j].partner_cost = cost
        rows[j].aid = rules.aid * (aid / helpers - 0.5) if helpers > 0.0 else 0.0
        able += throughput * rows[j].use
        expected += rows[j].use
    counters[C.THROUGHPUT_SUM] += able
    counters[C.USE_SUM] += expected


@kernel
def tend_partners(t, ties, f, net, o, offender_first, offer_pair, week, seed, counters, rules):
    """A week of every tie: kept or lost, then looked for, and what follows for how many clients can be served.

    ``offer_pair`` (regions, offers) as in :class:`~sim.rules.moving.smuggling.Ways`.
    """
    net.unmet[:] = 0.0
    f.committed[:] = 0.0
    take_stock(t, ties, offer_pair, week, counters)
    review_partners(t, ties, f, net, week, seed, counters, rules)
    find_partners(t, ties, f, net, week, seed, counters, rules)
    work_with_partners(t, ties, f, o, offender_first, counters, rules)
