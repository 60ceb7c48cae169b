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
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.enterprises import Kind
from sim.agents.facilitators import FUNCTIONS, PORTABLE, Function, Standing
from sim.agents.forms import Form
from sim.agents.offenders import Role, Status
from sim.agents.ties import first_tie
from sim.declared.sources import ByName, From, Switched, Worked, family
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.networks.served import share_served

REVIEW_WEEKS = 4
# by function: who fills it in house
ROLE_IN_HOUSE = np.array(
    [Role.RECRUITER, Role.MOVER, Role.MANAGER, Role.GUARD, Role.COLLECTOR, Role.MONEY, Role.ORGANISER]
)
# by type of enterprise; only the form that lives by brokers needs those
NEEDS = ByName("network.need_{1}_{0}", Kind, Function, out=("brokerage",))


def needs_of_kinds(scale: float, *needs: float) -> NDArray[np.float64]:
    """Share of clients for whom a function is needed by type of enterprise, float64 (3, functions)."""
    return np.minimum(scale * NEEDS.of(*needs), 1.0)


@family
class PartnerRules(NamedTuple):
    """Parameters of ties."""

    # (3, functions) share of clients for whom a function is needed, by type of enterprise
    needs: Annotated[NDArray[Any], Worked(needs_of_kinds, "network.needs", *NEEDS.names)]
    brokered: Annotated[float, From("network.brokered")]  # the same of brokers, for the form that lives by them
    # by form: partners for each function, how fast they are found and how many are compared, and how fast trust grows
    wanted: Annotated[NDArray[np.int64], ByName("network.wanted_{}", Form)]
    meets: Annotated[NDArray[Any], ByName("network.meeting_{}", Form)]
    looks: Annotated[NDArray[np.int64], ByName("network.looks_{}", Form)]
    trusts: Annotated[NDArray[Any], ByName("network.trusts_{}", Form)]
    searched: Annotated[int, From("network.searched")]  # slots that a search looks through
    replacement: Annotated[int, Switched("network_replacement")]
    meeting: Annotated[float, From("network.meeting")]
    defection: Annotated[float, From("network.defection")]
    trust_pace: Annotated[float, From("network.trust_pace")]
    cheating: Annotated[float, From("network.cheating")]
    aid: Annotated[float, From("network.aid")]
    leaderless: Annotated[float, From("network.leaderless")]
    least_use: Annotated[float, From("network.least_use")]
    move_below: Annotated[float, From("network.move_below")]
    move_weeks: Annotated[int, From("network.move_weeks")]
    lost_kept: Annotated[float, From("network.lost_kept")]
    without_brokers: Annotated[float, From("network.without_brokers")]


# Each pass below runs over all enterprises inside one function and reads columns through local names: handing bundles
# of arrays to a function for every tie costs more than what is done to the tie (measured: 17 ms a week at 5 000
# enterprises, 3 ms so).


@rule
def need_of(row, function, needs, brokered):
    """Share of its clients for whom an enterprise (a record) needs a function from others."""
    if row.house & (1 << function):
        return 0.0
    if function == Function.BROKERAGE:
        return brokered * (needs[Kind.CELL, Function.TRANSPORT] > 0.0) if row.form == Form.BROKER else 0.0
    return needs[row.kind, function]


@rule
def end_tie(ties, r, counters, week):
    """A working relation ends, and with it what investigators had noted of it."""
    tie = ties[r]
    counters[C.TIES_ENDED] += 1.0
    counters[C.TIE_WEEKS] += week - tie.since
    tie.generation += 1
    tie.noted = 0
    tie.partner = -1
    tie.trust = 0.0


@rule
def forget_partners(ties, j, counters, week):
    """No partner of enterprise j is one of its successor."""
    for r in range(first_tie(j, 0), first_tie(j + 1, 0)):
        if ties[r].partner >= 0:
            end_tie(ties, r, counters, week)


@rule
def take_stock(enterprises, ties, regions, rules, counters, week):
    """Which pair each enterprise serves most, and how many clients it expects; a new holder starts without partners."""
    rows, loads = enterprises.row, enterprises.loads
    for j in range(len(rows)):
        row = rows[j]
        now = row.generation if row.active == 1 else -1
        if row.known != now:
            if row.known >= 0:
                forget_partners(ties, j, counters, week)
            row.known = now
        if now < 0:
            continue
        row.pair = regions[row.home].offers[0]
        yearly, most = 0.0, 0.0
        for k in range(regions.offers.shape[1]):
            yearly += loads[j, k]
            if loads[j, k] > most:
                most = loads[j, k]
                row.pair = regions[row.home].offers[k]
        row.use = max(yearly / 13.0, rules.least_use * row.capacity)
        row.lost *= rules.lost_kept


@kernel
def pay_partners(enterprises, facilitators, ties, rules):
    """Partners are paid for the clients of the week, at their price of the day.

    The enterprise has paid at contract, at the prices it then reckoned with; receipts only decide who stays and enters.
    """
    rows, partner, generation_met = enterprises.row, ties.partner, ties.partner_generation
    records, standing, generation = facilitators, facilitators.standing, facilitators.generation
    needs, wanted = rules.needs, rules.wanted
    for j in range(len(rows)):
        served = rows[j].served
        if served <= 0.0 or rows[j].active == 0:
            continue
        rows[j].served = 0.0
        most = wanted[rows[j].form]
        for function in range(FUNCTIONS):
            need = need_of(rows[j], function, needs, rules.brokered)
            if need <= 0.0:
                continue
            first, n = first_tie(j, function), 0.0
            for r in range(first, first + most):
                b = partner[r]
                n += b >= 0 and standing[b] == Standing.FREE and generation[b] == generation_met[r]
            for r in range(first, first + most):
                b = partner[r]
                if b >= 0 and standing[b] == Standing.FREE and generation[b] == generation_met[r]:
                    records[b].receipts += served * need * records[b].price / n


@rule
def review_partners(s, p, now, counters):
    """Who has gone, is held, leaves or was for one job only is let go; who stays will be asked for part of the work."""
    rows, partner, generation_met, trust = s.enterprises.row, s.ties.partner, s.ties.partner_generation, s.ties.trust
    records, committed = s.facilitators, s.facilitators.committed
    standing, generation = s.facilitators.standing, s.facilitators.generation
    needs, replacement, wanted = p.partner.needs, p.partner.replacement, p.partner.wanted
    for j in range(len(rows)):
        if rows[j].active == 0 or rows[j].pair < 0:
            continue
        form, use = rows[j].form, rows[j].use
        one_job = form == Form.FLUX and (j + now.week) % REVIEW_WEEKS == 0
        yearly = (j + now.week) % p.partner.move_weeks == 0
        for function in range(FUNCTIONS):
            need = need_of(rows[j], function, needs, p.partner.brokered)
            first, n = first_tie(j, function), 0
            for r in range(first, first + wanted[form]):
                b = partner[r]
                if b < 0:
                    continue
                in_custody = standing[b] == Standing.HELD and generation[b] == generation_met[r]
                if in_custody and records[b].since == now.week:
                    counters[C.TIES_CUT] += 1.0
                    rows[j].lost += 1.0
                goes = need <= 0.0 or generation[b] != generation_met[r]
                goes = goes or (replacement if in_custody else one_job)
                if not goes and in_custody:
                    continue
                if not goes:
                    leaves = p.partner.defection * (1.0 - trust[r]) * (1.0 - records[b].loyalty)
                    goes = draw(now.seed, Stream.PARTNER, r, rows[j].generation, now.week, 0) < leaves
                    counters[C.TIES_BETRAYED] += goes
                if (
                    not goes
                    and yearly
                    and PORTABLE[function] == 1
                    and moves_on(s.facilitators, s.pairs, s.nodes, p.partner, rows[j].pair, b, function)
                ):
                    counters[C.FUNCTIONS_MOVED] += 1.0
                    goes = True
                if goes:
                    end_tie(s.ties, r, counters, now.week)
                    continue
                trust[r] += p.partner.trusts[form] * p.partner.trust_pace * (1.0 - trust[r])
                n += 1
            for r in range(first, first + wanted[form]):
                b = partner[r]
                if n > 0 and b >= 0 and standing[b] == Standing.FREE:
                    committed[b] += use * need / n


@rule
def worth_of(nodes, region, function):
    """Price of a function in a region and the risk that goes with it; infinite where nobody offers it."""
    node = region * FUNCTIONS + function
    if nodes[node].capacity <= 0.0:
        return math.inf
    return nodes[node].price * (1.0 + nodes[node].risk)


@part
def cheapest(pairs, nodes, pair, function):
    """The region on the way of a pair in which a portable function costs and risks least."""
    best, chosen = math.inf, pairs[pair].portable[0]
    for position in range(pairs.portable.shape[1]):
        region = pairs[pair].portable[position]
        worth = worth_of(nodes, region, function)
        if worth < best:
            best, chosen = worth, region
    return chosen


@rule
def where_to_look(pairs, nodes, pair, function):
    """The region in which those who serve a pair look for a function."""
    return cheapest(pairs, nodes, pair, function) if PORTABLE[function] else pairs[pair].place[function]


@rule
def moves_on(facilitators, pairs, nodes, rules, pair, b, function):
    """Whether a function that can stand anywhere costs and risks much less elsewhere on the way."""
    here, there = facilitators[b].region, cheapest(pairs, nodes, pair, function)
    return there != here and worth_of(nodes, there, function) < rules.move_below * worth_of(nodes, here, function)


@rule
def find_partners(s, p, now, counters):
    """Enterprises look for those whom they lack, brokers first; functions that nobody fills are unmet demand."""
    rows, partner, generation_met = s.enterprises.row, s.ties.partner, s.ties.partner_generation
    standing, generation, needs = s.facilitators.standing, s.facilitators.generation, p.partner.needs
    missing, needed = 0.0, 0.0
    for j in range(len(rows)):
        if rows[j].active == 0 or rows[j].pair < 0:
            continue
        wanted, brokers = p.partner.wanted[rows[j].form], p.partner.without_brokers
        for function in range(FUNCTIONS - 1, -1, -1):
            need = need_of(rows[j], function, needs, p.partner.brokered)
            if need <= 0.0:
                continue
            first, n, working = first_tie(j, function), 0, 0
            for r in range(first, first + wanted):
                n += partner[r] >= 0
            for r in range(first, first + wanted):
                if partner[r] < 0:
                    search(s, p, now, j, function, r, counters, need / (n + 1), brokers)
                    n += partner[r] >= 0
                b = partner[r]
                working += b >= 0 and standing[b] == Standing.FREE and generation[b] == generation_met[r]
            if function == Function.BROKERAGE and working > 0:
                brokers = 1.0
            if working == 0:
                s.nodes[where_to_look(s.pairs, s.nodes, rows[j].pair, function) * FUNCTIONS + function].unmet += (
                    rows[j].use * need
                )
                missing += 1.0
            needed += 1.0
    counters[C.FUNCTIONS_MISSING] += missing
    counters[C.FUNCTIONS_NEEDED] += needed


@kernel
def search(s, p, now, j, function, r, counters, share, brokers):
    """Enterprise j looks for a partner to fill tie r, who would serve ``share`` of what it needs."""
    firm = s.enterprises.row[j]
    tie = s.ties[r]
    form, pair = firm.form, firm.pair
    region = where_to_look(s.pairs, s.nodes, pair, function)
    node = region * FUNCTIONS + function
    rate = p.partner.meets[form] * p.partner.meeting * s.nodes[node].idle
    if form == Form.BROKER and function != Function.BROKERAGE:
        rate *= brokers
    found, where, _, _ = block(now.seed, Stream.PARTNER, r, firm.generation, now.week, 1)
    if found >= 1.0 - math.exp(-rate):
        return
    first, slots = s.node_first[node], s.node_first[node + 1] - s.node_first[node]
    asked = firm.use * share
    start = int(where * slots)
    best, chosen, looked = -math.inf, -1, 0
    mine = first_tie(j, function)
    for step in range(min(slots, p.partner.searched)):
        b = first + (start + step) % slots
        if s.facilitators[b].standing != Standing.FREE:
            continue
        if s.facilitators[b].committed > 0.0 and s.facilitators[b].committed + asked > s.facilitators[b].capacity:
            continue
        known = False
        for other in range(mine, mine + p.partner.wanted[form]):
            known = known or s.ties[other].partner == b
        if known:
            continue
        score = s.facilitators[b].quality - s.facilitators[b].price / p.facilitator.usual_price[function]
        if score > best:
            best, chosen = score, b
        looked += 1
        if looked >= p.partner.looks[form]:
            break
    if chosen < 0:
        return
    tie.partner = chosen
    tie.partner_generation = s.facilitators[chosen].generation
    tie.trust = 0.0
    tie.since = now.week
    s.facilitators[chosen].committed += asked
    counters[C.TIES_MADE] += 1.0


@part
def in_house(offenders, offender_first, row, j, function):
    """Share of the places for a function that enterprise j (its record) fills by itself, in [0, 1]."""
    at_hand, members = 0.0, 0.0
    for member in range(offender_first[j], offender_first[j + 1]):
        if offenders[member].status != Status.NOBODY and offenders[member].role == ROLE_IN_HOUSE[function]:
            members += 1.0
            at_hand += offenders[member].status == Status.FREE
    if members <= 0.0:
        return 1.0 if row.members >= 1.0 else 0.0
    return at_hand / members


@rule
def work_with_partners(s, p, counters):
    """What enterprises can serve, what partners cost for each client, and what they add to an enterprise's skill."""
    rows, partner, generation_met, trust = s.enterprises.row, s.ties.partner, s.ties.partner_generation, s.ties.trust
    records, standing, generation, committed = (
        s.facilitators,
        s.facilitators.standing,
        s.facilitators.generation,
        s.facilitators.committed,
    )
    needs, wanted = p.partner.needs, p.partner.wanted
    able, expected = 0.0, 0.0
    for j in range(len(rows)):
        if rows[j].active == 0 or rows[j].pair < 0:
            continue
        throughput, cost, aid, helpers = 1.0, 0.0, 0.0, 0.0
        for function in range(FUNCTIONS):
            if rows[j].house & (1 << function):
                need = needs[rows[j].kind, function]
                own = in_house(s.offenders, s.offender_first, rows[j], j, function)
                throughput = min(throughput, share_served(rows[j], function, need, own))
                continue
            need = need_of(rows[j], function, needs, p.partner.brokered)
            if need <= 0.0:
                continue
            first, n, done, price = first_tie(j, function), 0.0, 0.0, 0.0
            for r in range(first, first + wanted[rows[j].form]):
                b = partner[r]
                if b < 0 or standing[b] != Standing.FREE or generation[b] != generation_met[r]:
                    continue
                busy = min(1.0, records[b].capacity / max(committed[b], 1e-9))
                done += busy * (1.0 - p.partner.cheating * (1.0 - trust[r]))
                price += records[b].price
                n += 1.0
                if function == Function.TRANSPORT or function == Function.DOCUMENTS:
                    aid += records[b].quality
                    helpers += 1.0
            if n > 0.0:
                done /= n
                cost += need * price / n
            throughput = min(throughput, share_served(rows[j], function, need, done))
        if rows[j].leaderless > 0:
            throughput *= p.partner.leaderless
        rows[j].throughput = throughput
        rows[j].partner_cost = cost
        rows[j].aid = p.partner.aid * (aid / helpers - 0.5) if helpers > 0.0 else 0.0
        able += throughput * rows[j].use
        expected += rows[j].use
    counters[C.THROUGHPUT_SUM] += able
    counters[C.USE_SUM] += expected


@kernel
def tend_partners(s, p, now, counters):
    """A week of every tie: kept or lost, then looked for, and what follows for how many clients can be served."""
    s.nodes.unmet[:] = 0.0
    s.facilitators.committed[:] = 0.0
    take_stock(s.enterprises, s.ties, s.regions, p.partner, counters, now.week)
    review_partners(s, p, now, counters)
    find_partners(s, p, now, counters)
    work_with_partners(s, p, counters)
