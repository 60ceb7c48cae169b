"""How enterprises change: who leads, what breaks apart or merges, who is hired, and how the form changes (C10-M22).

Nothing here knows of a policy. A group that loses its organiser is led by another after a while or, if it is a hub,
may break into parts (C10-M27); repeated success turns chance acquaintances into brokers' clients; a chain that keeps
losing partners looks for several (C10-M22); who is about to give up may join one with common partners; a group with
more clients than it can serve takes people in (C10-M35); a hub keeps in house what costs more outside (C3-M23).
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.enterprises import Kind, close_business, open_business, there_too
from sim.agents.facilitators import FUNCTIONS, Function
from sim.agents.forms import Form, mean_of
from sim.agents.offenders import ROLES, Role, Status
from sim.agents.ties import first_tie
from sim.declared.sources import ByName, From, Switched, Worked, family
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.justice.arrests import resize
from sim.rules.networks.partners import NEEDS, REVIEW_WEEKS, forget_partners, needs_of_kinds


def mean_able(least: float) -> float:
    """Mean share that an enterprise takes where it takes any: evenly between the least and all."""
    return mean_of(least, 1.0)


@family
class ChangeRules(NamedTuple):
    """Parameters of change."""

    # (3, functions), as in PartnerRules
    needs: Annotated[NDArray[Any], Worked(needs_of_kinds, "network.needs", *NEEDS.names)]
    usual_price: Annotated[NDArray[Any], ByName("facilitator.price_{}", Function)]  # as in FacilitatorRules
    usual_capacity: Annotated[NDArray[Any], ByName("facilitator.capacity_{}", Function)]
    house_weeks: Annotated[int, From("network.house_weeks")]  # between reviews of what is done in house
    looked_at: Annotated[int, From("network.looked_at")]  # enterprises of its region that a group thinks of joining
    mean_able: Annotated[float, Worked(mean_able, "smuggling.able_least")]
    entry_exit: Annotated[int, Switched("entry_exit")]
    succession: Annotated[float, From("network.succession")]
    fragments: Annotated[float, From("network.fragments")]
    learns: Annotated[int, From("network.learns")]
    hardens: Annotated[float, From("network.hardens")]
    house_share: Annotated[float, From("network.house_share")]
    capacity_scale: Annotated[float, From("smuggling.capacity_scale")]
    good_use: Annotated[float, From("network.good_use")]
    good_throughput: Annotated[float, From("network.good_throughput")]
    still_felt: Annotated[float, From("network.still_felt")]
    part_people: Annotated[int, From("network.part_people")]
    parts_most: Annotated[int, From("network.parts_most")]
    skill_kept: Annotated[float, From("network.parts_skill")]
    trust_kept: Annotated[float, From("network.parts_trust")]
    experience_kept: Annotated[float, From("network.parts_experience")]
    hires_from: Annotated[float, From("network.hires_from")]
    hires_capital: Annotated[float, From("network.hires_capital")]
    hire_cost: Annotated[float, From("network.hire_cost")]
    shrinks_after: Annotated[int, From("network.shrinks_after")]
    joins_after: Annotated[int, From("network.joins_after")]
    settled_weeks: Annotated[int, From("network.settled_weeks")]
    portfolio: Annotated[int, Switched("portfolio")]
    portfolio_gain: Annotated[float, From("smuggling.portfolio_gain")]  # US$ for each client
    portfolio_spread: Annotated[float, From("smuggling.portfolio_spread")]
    portfolio_sticks: Annotated[float, From("smuggling.portfolio_sticks")]


@rule
def leader_of(offenders, offender_first, j):
    """The free organiser of enterprise j, -1 without one."""
    for member in range(offender_first[j], offender_first[j + 1]):
        if offenders[member].status == Status.FREE and offenders[member].role == Role.ORGANISER:
            return member
    return -1


@rule
def successor_of(offenders, offender_first, j):
    """Who would lead next: a manager, else whoever is free and was not promoted from those exploited; -1 for nobody."""
    second = -1
    for member in range(offender_first[j], offender_first[j + 1]):
        if offenders[member].status != Status.FREE or offenders[member].person >= 0:
            continue
        if offenders[member].role == Role.MANAGER:
            return member
        if second < 0:
            second = member
    return second


@rule
def empty_place(offenders, offender_first, j):
    """A place in enterprise j that nobody holds, -1 without one."""
    for member in range(offender_first[j], offender_first[j + 1]):
        if offenders[member].status == Status.NOBODY:
            return member
    return -1


@rule
def take_in(offenders, offender_first, j):
    """Enterprise j takes somebody in; returns whether there was a place."""
    member = empty_place(offenders, offender_first, j)
    if member < 0:
        return False
    offenders[member].status = Status.FREE
    offenders[member].role = ROLES[(member - offender_first[j]) % len(ROLES)]
    if offenders[member].role == Role.ORGANISER:
        offenders[member].role = Role.MANAGER
    offenders[member].person = -1
    return True


@part
def break_apart(enterprises, ties, traits, p, now, j, ledger):
    """A hub without its organiser becomes several smaller groups: people, means and acquaintances are shared out.

    Latent groups of the region take them up. Returns how many there are; with fewer than two nothing happens.
    """
    firm = enterprises.row[j]
    heirs = 0
    most = min(int(firm.members) // p.change.part_people, p.change.parts_most)
    for k in range(len(enterprises.row)):
        if (
            heirs < most
            and enterprises.row[k].active == 0
            and enterprises.row[k].home == firm.home
            and enterprises.row[k].kind == Kind.CELL
        ):
            heirs += 1
    if heirs < 2:
        return 0
    cents = firm.capital
    part = math.floor(cents / heirs)
    number = 0
    for k in range(len(enterprises.row)):
        if number == heirs:
            break
        if (
            enterprises.row[k].active == 1
            or enterprises.row[k].home != firm.home
            or enterprises.row[k].kind != Kind.CELL
        ):
            continue
        number += 1
        open_business(enterprises, traits, k, now.week)
        enterprises.row[k].capital = part if number < heirs else cents - part * (heirs - 1)
        people = int(firm.members) // heirs + (number <= int(firm.members) % heirs)
        enterprises.row[k].members = min(float(people), traits[Kind.CELL, 0] + p.entrant.spare[Kind.CELL])
        enterprises.row[k].capacity = enterprises.row[k].capacity * enterprises.row[k].members / traits[Kind.CELL, 0]
        enterprises.row[k].form = Form.FLUX if number % 2 else Form.CHAIN
        own = 1.0 - p.change.skill_kept
        enterprises.row[k].skill = own * enterprises.row[k].skill + p.change.skill_kept * firm.skill
        enterprises.row[k].profit = firm.profit / heirs
        enterprises.row[k].known = enterprises.row[k].generation
        forget_partners(ties, k, ledger.counters, now.week)
        for function in range(number - 1, FUNCTIONS, heirs):
            mine, theirs = first_tie(j, function), first_tie(k, function)
            ties[theirs].partner = ties[mine].partner
            ties[theirs].partner_generation = ties[mine].partner_generation
            ties[theirs].trust = p.change.trust_kept * ties[mine].trust
            ties[theirs].since = now.week
            ledger.counters[C.TIES_MADE] += ties[theirs].partner >= 0
        for leg in range(enterprises.crossings.shape[1]):
            enterprises.crossings[k, leg] = p.change.experience_kept * enterprises.crossings[j, leg]
    firm.capital = 0.0
    ledger.accounts[Account.OWNERS] += close_business(enterprises, traits, p.entrant, j, now.seed)
    ledger.counters[C.SPLITS] += 1.0
    ledger.counters[C.SPLIT_PARTS] += heirs
    ledger.counters[C.EXITS] += 1.0
    ledger.counters[C.ENTRIES] += heirs
    return heirs


@part
def find_a_leader(s, p, now, j, ledger):
    """An enterprise without an organiser is led by another after a while, or breaks apart."""
    firm = s.enterprises.row[j]
    if leader_of(s.offenders, s.offender_first, j) >= 0:
        firm.leaderless = 0
        return
    if firm.members < 1.0:
        return
    firm.leaderless += 1
    next_one = successor_of(s.offenders, s.offender_first, j)
    if next_one < 0:
        return
    breaks, leads, _, _ = block(now.seed, Stream.SUCCESSION, j, firm.generation, now.week, 0)
    if firm.leaderless == 1:
        ledger.counters[C.BEHEADED] += 1.0
        if (
            p.change.entry_exit
            and firm.form == Form.HUB
            and breaks < p.change.fragments
            and break_apart(s.enterprises, s.ties, s.traits, p, now, j, ledger) > 0
        ):
            return
    if leads < 1.0 - math.exp(-1.0 / p.change.succession):
        s.offenders[next_one].role = Role.ORGANISER
        firm.leaderless = 0
        ledger.counters[C.SUCCESSIONS] += 1.0


@rule
def change_form(enterprises, pairs, nodes, rules, j, counters):
    """Flux turns to brokers after repeated success, a chain that keeps losing partners becomes a mesh."""
    firm = enterprises.row[j]
    good = firm.use > rules.good_use * firm.capacity and firm.throughput > rules.good_throughput
    firm.good_months = min(firm.good_months + 1, 100) if good else 0
    if firm.form == Form.FLUX and firm.good_months >= rules.learns:
        node = pairs[firm.pair].place[Function.BROKERAGE] * FUNCTIONS + Function.BROKERAGE
        if nodes[node].idle > 0.0:
            firm.form = Form.BROKER
            firm.good_months = 0
            counters[C.FORMS_CHANGED] += 1.0
    elif firm.form == Form.CHAIN and firm.lost >= rules.still_felt * rules.hardens:
        firm.form = Form.MESH
        counters[C.FORMS_CHANGED] += 1.0


@part
def make_or_buy(enterprises, pairs, nodes, rules, j):
    """A hub keeps a function in house where that costs less than buying it for those it expects to serve."""
    firm = enterprises.row[j]
    house, cost = 0, 0.0
    for function in range(FUNCTIONS - 1):
        need = rules.needs[firm.kind, function]
        node = pairs[firm.pair].place[function] * FUNCTIONS + function
        usual = rules.house_share * rules.usual_price[function] * rules.usual_capacity[function]
        fixed = usual / REVIEW_WEEKS  # US$ a week
        if need > 0.0 and fixed * REVIEW_WEEKS < nodes[node].price * need * firm.use:
            house |= 1 << function
            cost += fixed
    firm.house = house
    firm.house_cost = cost


@kernel
def review_portfolio(enterprises, pairs, rules, j, counters, week):
    """Twice a season an enterprise takes up handing people over, or gives it up, by what that brings where it works.

    ``brings`` (pairs,) US$ that handing over and demanding more are known to bring for each client. Scruples are spread
    so that at the gain ``smuggling.portfolio_gain`` as many would as enter so (C3-M34, C4-M01).
    """
    firm = enterprises.row[j]
    if not rules.portfolio or week - firm.entered < rules.settled_weeks:
        return
    gain = firm.able / rules.mean_able * pairs[firm.pair].exploiting_brings
    bar = rules.portfolio_gain * math.exp(rules.portfolio_spread * firm.scruple)
    if firm.kappa == 0.0 and gain > bar:
        firm.kappa = firm.able
        counters[C.TOOK_UP_EXPLOITATION] += 1.0
    elif firm.kappa > 0.0 and gain < rules.portfolio_sticks * bar:
        firm.kappa = 0.0
        counters[C.GAVE_UP_EXPLOITATION] += 1.0


@rule
def share_as_in_the_twin(firm, twin, counters):
    """An enterprise takes the share of a person's value that it takes in the twin without a policy."""
    counters[C.TOOK_UP_EXPLOITATION] += firm.kappa == 0.0 and twin.kappa > 0.0
    counters[C.GAVE_UP_EXPLOITATION] += firm.kappa > 0.0 and twin.kappa == 0.0
    firm.kappa = twin.kappa


@part
def hire_or_let_go(s, p, j, ledger):
    """A group with means and more clients than room takes somebody in; one that fails lets go whom it had hired."""
    firm = s.enterprises.row[j]
    kind = firm.kind
    start = 100.0 * s.traits[kind, 3]
    if firm.scarcity > p.change.hires_from and firm.capital > p.change.hires_capital * start and firm.poor_weeks == 0:
        if take_in(s.offenders, s.offender_first, j):
            cents = round(p.change.hire_cost * start / s.traits[kind, 0])
            firm.capital -= cents
            ledger.accounts[Account.RUNNING] += cents
            ledger.counters[C.PROVIDER_COSTS] += cents * 0.01
            resize(s.enterprises, s.traits, p.change, j, 1.0)
            ledger.counters[C.HIRED] += 1.0
    elif firm.poor_weeks >= p.change.shrinks_after and firm.members > s.traits[kind, 0]:
        for member in range(s.offender_first[j + 1] - 1, s.offender_first[j], -1):
            if (
                s.offenders[member].status == Status.FREE
                and s.offenders[member].person < 0
                and s.offenders[member].role != Role.ORGANISER
            ):
                s.offenders[member].status = Status.NOBODY
                resize(s.enterprises, s.traits, p.change, j, -1.0)
                break


@rule
def shares_a_partner(ties, j, k):
    """Whether enterprises j and k work with the same facilitator."""
    for mine in range(first_tie(j, 0), first_tie(j + 1, 0)):
        b = ties[mine].partner
        if b < 0:
            continue
        for theirs in range(first_tie(k, 0), first_tie(k + 1, 0)):
            if ties[theirs].partner == b:
                return True
    return False


@part
def join_another(s, p, j, active, begin, end, ledger, seed):
    """An enterprise that is about to give up joins a busy one of its region with which it has a partner in common."""
    # the largest stand last among those of a region
    firm = s.enterprises.row[j]
    for position in range(end - 1, max(begin, end - p.change.looked_at) - 1, -1):
        k = active[position]
        if (
            k == j
            or s.enterprises.row[k].active == 0
            or s.enterprises.row[k].idle == 1
            or s.enterprises.row[k].kind == Kind.LONER
        ):
            continue
        if empty_place(s.offenders, s.offender_first, k) < 0 or not shares_a_partner(s.ties, j, k):
            continue
        for _ in range(int(firm.members)):
            if not take_in(s.offenders, s.offender_first, k):
                break
            resize(s.enterprises, s.traits, p.change, k, 1.0)
        s.enterprises.row[k].capital += firm.capital
        firm.capital = 0.0
        ledger.accounts[Account.OWNERS] += close_business(s.enterprises, s.traits, p.entrant, j, seed)
        ledger.counters[C.MERGERS] += 1.0
        ledger.counters[C.EXITS] += 1.0
        return


@kernel
def change_enterprises(s, p, now, active, ledger):
    """A week of change of every active enterprise; most of it in its turn, every four weeks.

    ``active`` (n,) rows of active enterprises grouped by region, ``region_first`` (regions + 1,) where each begins.
    """
    for position in range(len(active)):
        j = active[position]
        if (
            s.enterprises.row[j].active == 0
            or s.enterprises.row[j].pair < 0
            or s.enterprises.row[j].entered == now.week
        ):
            continue
        member = s.offender_first[j]
        if s.offenders[member].role == Role.ORGANISER and s.offenders[member].status == Status.FREE:
            s.enterprises.row[j].leaderless = 0
        else:
            find_a_leader(s, p, now, j, ledger)
        if s.enterprises.row[j].active == 0 or (j + now.week) % REVIEW_WEEKS != 0:
            continue
        change_form(s.enterprises, s.pairs, s.nodes, p.change, j, ledger.counters)
        if s.enterprises.row[j].form == Form.HUB and (
            (j + now.week) % p.change.house_weeks == 0 or now.week - s.enterprises.row[j].entered < REVIEW_WEEKS
        ):
            make_or_buy(s.enterprises, s.pairs, s.nodes, p.change, j)
        if (j + now.week) % p.change.house_weeks == 0:
            if there_too(s.held_shares, s.enterprises.row[j], j):
                share_as_in_the_twin(s.enterprises.row[j], s.held_shares[j], ledger.counters)
            else:
                review_portfolio(s.enterprises, s.pairs, p.change, j, ledger.counters, now.week)
        if not p.change.entry_exit:
            continue
        hire_or_let_go(s, p, j, ledger)
        if s.enterprises.row[j].poor_weeks >= p.change.joins_after and s.enterprises.row[j].capital >= 0.0:
            home = s.enterprises.row[j].home
            join_another(s, p, j, active, s.region_first[home], s.region_first[home + 1], ledger, now.seed)
