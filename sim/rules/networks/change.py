"""How enterprises change: who leads, what breaks apart or merges, who is hired, and how the form changes (C10-M22).

Nothing here knows of a policy. A group that loses its organiser is led by another after a while or, if it is a hub,
may break into parts (C10-M27); repeated success turns chance acquaintances into brokers' clients; a chain that keeps
losing partners looks for several (C10-M22); who is about to give up may join one with common partners; a group with
more clients than it can serve takes people in (C10-M35); a hub keeps in house what costs more outside (C3-M23).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.facilitators import CAPACITY, FUNCTIONS, PRICE, Function
from sim.agents.forms import Form
from sim.agents.migrants import Account
from sim.agents.offenders import ROLES, Role, Status
from sim.agents.ties import first_tie
from sim.agents.traffickers import Kind, close_business, open_business
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.justice.arrests import resize
from sim.rules.networks.partners import REVIEW_WEEKS, forget_partners

HOUSE_WEEKS = 12  # between reviews of what is done in house
GOOD_USE = 0.2  # of capacity used, and
GOOD_THROUGHPUT = 0.8  # that make a good month
HIRES_FROM = 1.15  # scarcity above which a group with means takes somebody in
STILL_FELT = 0.7  # what is left of losses spread over half a year when they are counted
POOR = 9  # weeks below outside profit after which a group would join another
SHRINKS = 6  # weeks after which it lets go whom it hired
LOOKED_AT = 32  # enterprises of its region that a group thinks of joining
SETTLED_WEEKS = 26  # in business before what else it could do is reviewed
MEAN_ABLE = 0.65
STICKS = 0.5  # of what makes it take up handing people over, below which it gives it up


class ChangeRules(NamedTuple):
    """Parameters of change."""

    needs: NDArray[Any]  # (3, functions), as in PartnerRules
    entry_exit: int
    succession: float
    fragments: float
    learns: int
    hardens: float
    house_share: float
    capacity_scale: float
    portfolio: int
    portfolio_gain: float  # US$ for each client
    portfolio_spread: float


@rule
def leader_of(o, first, j):
    """The free organiser of enterprise j, -1 without one."""
    for place in range(first[j], first[j + 1]):
        if o.row[place].status == Status.FREE and o.row[place].role == Role.ORGANISER:
            return place
    return -1


@rule
def successor_of(o, first, j):
    """Who would lead next: a manager, else whoever is free and was not promoted from those exploited; -1 for nobody."""
    second = -1
    for place in range(first[j], first[j + 1]):
        if o.row[place].status != Status.FREE or o.row[place].person >= 0:
            continue
        if o.row[place].role == Role.MANAGER:
            return place
        if second < 0:
            second = place
    return second


@rule
def empty_place(o, first, j):
    """A place in enterprise j that nobody holds, -1 without one."""
    for place in range(first[j], first[j + 1]):
        if o.row[place].status == Status.NOBODY:
            return place
    return -1


@rule
def take_in(o, first, j):
    """Enterprise j takes somebody in; returns whether there was a place."""
    place = empty_place(o, first, j)
    if place < 0:
        return False
    o.row[place].status = Status.FREE
    o.row[place].role = ROLES[(place - first[j]) % len(ROLES)]
    if o.row[place].role == Role.ORGANISER:
        o.row[place].role = Role.MANAGER
    o.row[place].person = -1
    return True


@part
def break_apart(t, j, ties, week, seed, counters, accounts, entrants, traits):
    """A hub without its organiser becomes several smaller groups: people, means and acquaintances are shared out.

    Latent groups of the region take them up. Returns how many there are; with fewer than two nothing happens.
    """
    heirs = 0
    most = min(int(t.row[j].members) // 3, 4)
    for k in range(len(t.row)):
        if heirs < most and t.row[k].active == 0 and t.row[k].home == t.row[j].home and t.row[k].kind == Kind.CELL:
            heirs += 1
    if heirs < 2:
        return 0
    cents = t.row[j].capital
    part = math.floor(cents / heirs)
    number = 0
    for k in range(len(t.row)):
        if number == heirs:
            break
        if t.row[k].active == 1 or t.row[k].home != t.row[j].home or t.row[k].kind != Kind.CELL:
            continue
        number += 1
        open_business(t, k, week, traits)
        t.row[k].capital = part if number < heirs else cents - part * (heirs - 1)
        people = int(t.row[j].members) // heirs + (number <= int(t.row[j].members) % heirs)
        t.row[k].members = min(float(people), traits[Kind.CELL, 0] + 4.0)
        t.row[k].capacity = t.row[k].capacity * t.row[k].members / traits[Kind.CELL, 0]
        t.row[k].form = Form.FLUX if number % 2 else Form.CHAIN
        t.row[k].skill = 0.5 * (t.row[k].skill + t.row[j].skill)
        t.row[k].profit = t.row[j].profit / heirs
        t.row[k].known = t.row[k].generation
        forget_partners(ties, k, week, counters)
        for function in range(number - 1, FUNCTIONS, heirs):
            mine, theirs = first_tie(j, function), first_tie(k, function)
            ties.partner[theirs] = ties.partner[mine]
            ties.partner_generation[theirs] = ties.partner_generation[mine]
            ties.trust[theirs] = 0.5 * ties.trust[mine]
            ties.since[theirs] = week
            counters[C.TIES_MADE] += ties.partner[theirs] >= 0
        for leg in range(t.crossings.shape[1]):
            t.crossings[k, leg] = 0.5 * t.crossings[j, leg]
    t.row[j].capital = 0.0
    accounts[Account.OWNERS] += close_business(t, j, seed, entrants, traits)
    counters[C.SPLITS] += 1.0
    counters[C.SPLIT_PARTS] += heirs
    counters[C.EXITS] += 1.0
    counters[C.ENTRIES] += heirs
    return heirs


@part
def find_a_leader(t, j, ties, o, first, week, seed, counters, accounts, rules, entrants, traits):
    """An enterprise without an organiser is led by another after a while, or breaks apart."""
    if leader_of(o, first, j) >= 0:
        t.row[j].leaderless = 0
        return
    if t.row[j].members < 1.0:
        return
    t.row[j].leaderless += 1
    next_one = successor_of(o, first, j)
    if next_one < 0:
        return
    breaks, leads, _, _ = block(seed, Stream.SUCCESSION, j, t.row[j].generation, week, 0)
    if t.row[j].leaderless == 1:
        counters[C.BEHEADED] += 1.0
        if (
            rules.entry_exit
            and t.row[j].form == Form.HUB
            and breaks < rules.fragments
            and break_apart(t, j, ties, week, seed, counters, accounts, entrants, traits) > 0
        ):
            return
    if leads < 1.0 - math.exp(-1.0 / rules.succession):
        o.row[next_one].role = Role.ORGANISER
        t.row[j].leaderless = 0
        counters[C.SUCCESSIONS] += 1.0


@rule
def change_form(t, j, net, counters, rules):
    """Flux turns to brokers after repeated success, a chain that keeps losing partners becomes a mesh."""
    good = t.row[j].use > GOOD_USE * t.row[j].capacity and t.row[j].throughput > GOOD_THROUGHPUT
    t.row[j].good_months = min(t.row[j].good_months + 1, 100) if good else 0
    if t.row[j].form == Form.FLUX and t.row[j].good_months >= rules.learns:
        node = net.place[t.row[j].pair, Function.BROKERAGE] * FUNCTIONS + Function.BROKERAGE
        if net.idle[node] > 0.0:
            t.row[j].form = Form.BROKER
            t.row[j].good_months = 0
            counters[C.FORMS_CHANGED] += 1.0
    elif t.row[j].form == Form.CHAIN and t.row[j].lost >= STILL_FELT * rules.hardens:
        t.row[j].form = Form.MESH
        counters[C.FORMS_CHANGED] += 1.0


@part
def make_or_buy(t, j, net, rules):
    """A hub keeps a function in house where that costs less than buying it for those it expects to serve."""
    house, cost = 0, 0.0
    for function in range(FUNCTIONS - 1):
        need = rules.needs[t.row[j].kind, function]
        node = net.place[t.row[j].pair, function] * FUNCTIONS + function
        fixed = rules.house_share * PRICE[function] * CAPACITY[function] / REVIEW_WEEKS  # US$ a week
        if need > 0.0 and fixed * REVIEW_WEEKS < net.price[node] * need * t.row[j].use:
            house |= 1 << function
            cost += fixed
    t.row[j].house = house
    t.row[j].house_cost = cost


@kernel
def review_portfolio(t, j, week, brings, counters, rules):
    """Twice a season an enterprise takes up handing people over, or gives it up, by what that brings where it works.

    ``brings`` (pairs,) US$ that handing over and demanding more are known to bring for each client. Scruples are spread
    so that at the gain ``smuggling.portfolio_gain`` as many would as enter so (C3-M34, C4-M01).
    """
    if not rules.portfolio or week - t.row[j].entered < SETTLED_WEEKS:
        return
    gain = t.row[j].able / MEAN_ABLE * brings[t.row[j].pair]
    bar = rules.portfolio_gain * math.exp(rules.portfolio_spread * t.row[j].scruple)
    if t.row[j].kappa == 0.0 and gain > bar:
        t.row[j].kappa = t.row[j].able
        counters[C.TOOK_UP_EXPLOITATION] += 1.0
    elif t.row[j].kappa > 0.0 and gain < STICKS * bar:
        t.row[j].kappa = 0.0
        counters[C.GAVE_UP_EXPLOITATION] += 1.0


@part
def hire_or_let_go(t, j, o, first, counters, accounts, rules, traits):
    """A group with means and more clients than room takes somebody in; one that fails lets go whom it had hired."""
    kind = t.row[j].kind
    start = 100.0 * traits[kind, 3]
    if t.row[j].scarcity > HIRES_FROM and t.row[j].capital > 1.2 * start and t.row[j].poor_weeks == 0:
        if take_in(o, first, j):
            cents = round(0.2 * start / traits[kind, 0])
            t.row[j].capital -= cents
            accounts[Account.RUNNING] += cents
            counters[C.PROVIDER_COSTS] += cents * 0.01
            resize(t, j, 1.0, traits, rules.capacity_scale)
            counters[C.HIRED] += 1.0
    elif t.row[j].poor_weeks >= SHRINKS and t.row[j].members > traits[kind, 0]:
        for place in range(first[j + 1] - 1, first[j], -1):
            if o.row[place].status == Status.FREE and o.row[place].person < 0 and o.row[place].role != Role.ORGANISER:
                o.row[place].status = Status.NOBODY
                resize(t, j, -1.0, traits, rules.capacity_scale)
                break


@rule
def shares_a_partner(ties, j, k):
    """Whether enterprises j and k work with the same facilitator."""
    for mine in range(first_tie(j, 0), first_tie(j + 1, 0)):
        b = ties.partner[mine]
        if b < 0:
            continue
        for theirs in range(first_tie(k, 0), first_tie(k + 1, 0)):
            if ties.partner[theirs] == b:
                return True
    return False


@part
def join_another(t, j, ties, o, first, active, begin, end, seed, counters, accounts, rules, entrants, traits):
    """An enterprise that is about to give up joins a busy one of its region with which it has a partner in common."""
    # the largest stand last among those of a region
    for position in range(end - 1, max(begin, end - LOOKED_AT) - 1, -1):
        k = active[position]
        if k == j or t.row[k].active == 0 or t.row[k].idle == 1 or t.row[k].kind == Kind.LONER:
            continue
        if empty_place(o, first, k) < 0 or not shares_a_partner(ties, j, k):
            continue
        for _ in range(int(t.row[j].members)):
            if not take_in(o, first, k):
                break
            resize(t, k, 1.0, traits, rules.capacity_scale)
        t.row[k].capital += t.row[j].capital
        t.row[j].capital = 0.0
        accounts[Account.OWNERS] += close_business(t, j, seed, entrants, traits)
        counters[C.MERGERS] += 1.0
        counters[C.EXITS] += 1.0
        return


@kernel
def change_enterprises(
    t, ties, net, o, first, active, count, region_first, week, seed, counters, accounts, rules, entrants, traits,
    brings,
):  # fmt: skip
    """A week of change of every active enterprise; most of it in its turn, every four weeks.

    ``active`` (n,) rows of active enterprises grouped by region, ``region_first`` (regions + 1,) where each begins.
    """
    for position in range(count):
        j = active[position]
        if t.row[j].active == 0 or t.row[j].pair < 0 or t.row[j].entered == week:
            continue
        place = first[j]
        if o.row[place].role == Role.ORGANISER and o.row[place].status == Status.FREE:
            t.row[j].leaderless = 0
        else:
            find_a_leader(t, j, ties, o, first, week, seed, counters, accounts, rules, entrants, traits)
        if t.row[j].active == 0 or (j + week) % REVIEW_WEEKS != 0:
            continue
        change_form(t, j, net, counters, rules)
        if t.row[j].form == Form.HUB and ((j + week) % HOUSE_WEEKS == 0 or week - t.row[j].entered < REVIEW_WEEKS):
            make_or_buy(t, j, net, rules)
        if (j + week) % HOUSE_WEEKS == 0:
            review_portfolio(t, j, week, brings, counters, rules)
        if not rules.entry_exit:
            continue
        hire_or_let_go(t, j, o, first, counters, accounts, rules, traits)
        if t.row[j].poor_weeks >= POOR and t.row[j].capital >= 0.0:
            home = t.row[j].home
            join_another(
                t, j, ties, o, first, active, region_first[home], region_first[home + 1], seed, counters, accounts,
                rules, entrants, traits,
            )  # fmt: skip
