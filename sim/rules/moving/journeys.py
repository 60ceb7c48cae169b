"""Journeys: legs are travelled, detected, survived or not (model 4.3).

All legs that end within the week are resolved in order: dead, or stopped, or on to the next leg. Draws are keyed by
(person, attempt, leg), so that in a twin world the same crossing has the same luck and only the chances differ.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.migrants import Account, Bound, Channel, Creditor, Legal, Stage, Tier
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.moving.borders import (
    BY_ALONE,
    BY_PAPERS,
    BY_PROVIDER,
    admit,
    blame,
    chance_detected,
    chance_refused,
    hear,
    learn_leg,
    pays_alone,
    pays_at_the_border,
    pushed_back,
    spend,
    stop,
)
from sim.rules.moving.channels import look_for_work
from sim.rules.people.consider import pass_away, start_removal_clock
from sim.rules.people.options import moves_freely
from sim.rules.work.debts import lend

Floats = NDArray[np.float64]
HOURS_PER_WEEK = 168.0
WAY_BACK = 4096  # added to a leg: what is drawn for being sent back over it


class Leverage(NamedTuple):
    """What continuing and its alternatives are worth: float64 (pairs,)."""

    alone_chance: NDArray[Any]
    alone_cost: NDArray[Any]  # US$
    provider_chance: NDArray[Any]
    fee: NDArray[Any]  # US$
    credit: NDArray[Any]  # US$, of a person of ability 1
    demanded: NDArray[Any]  # US$ demanded on the way, remembered


@part
def guided(m, i, t):
    """Row of the enterprise that still answers for the person's journey, -1 if none does."""
    j = m.row[i].provider
    if m.row[i].channel != Channel.PROVIDER or j < 0:
        return -1
    if t.row[j].active == 1 and t.row[j].generation == m.row[i].provider_generation:
        return j
    return -1


@rule
def status_on_arrival(m, i, pair, seed, borders, places):
    """Status that a visa gives: for some of the low-skilled one that goes with the job (``visa.tied_to_employer``)."""
    share = borders.tied[pair]
    if share <= 0.0 or m.row[i].skill or moves_freely(places.free[pair], m.row[i].kin, m.here[i]):
        return Legal.REGULAR
    u = draw(seed, Stream.TIED_VISA, i, m.row[i].generation, m.row[i].attempts, 0)
    return Legal.TIED if u < share else Legal.REGULAR


@part
def die(m, i, week, seed, counters, accounts, rules, log):
    """A person dies on a journey."""
    note(log, week, i, m.row[i].generation, Stage.TRAVELLING, Stage.DEAD, Cause.DIED, m.row[i].provider)
    counters[C.DEATHS] += 1.0
    if draw(seed, Stream.DEATH_FOUND, i, m.row[i].generation, week, 0) < rules.deaths_found:
        counters[C.DEATHS_FOUND] += 1.0
    pass_away(m, i, week, accounts)
    m.row[i].provider = -1


@part
def settle_fee(m, i, j, t, accounts, counters):
    """On arrival what was held of the fee goes to the provider, or to the owners of one that has closed."""
    cents = m.row[i].escrow
    m.row[i].escrow = 0.0
    counters[C.PROVIDER_RECEIPTS] += cents * 0.01
    if j >= 0:
        t.row[j].capital += cents
        t.row[j].week_profit += cents * 0.01
    else:
        accounts[Account.OWNERS] += cents


@part
def arrive(
    m, i, week, seed, pair, j, removal_sum, counters, accounts, flows, reports, borders, channel_rules, places, rules, t
):
    """A person is where she meant to live: status by channel, protection if it is given, then looks for work."""
    channel, here = m.row[i].channel, m.here[i]
    m.row[i].entered = channel
    m.row[i].financed = 0
    flows.arrivals[pair, channel] += 1.0
    if channel == Channel.REGULAR:
        counters[C.ARRIVALS_REGULAR] += 1.0
        m.legal[i] = status_on_arrival(m, i, pair, seed, borders, places)
        counters[C.ARRIVALS_TIED] += m.legal[i] == Legal.TIED
        m.row[i].path |= 2
    elif channel == Channel.PAPERS:
        counters[C.ARRIVALS_PAPERS] += 1.0
        m.legal[i] = Legal.VISITOR
        m.row[i].path |= 4
        if m.row[i].tier == Tier.PLAIN:
            hear(reports.chance[pair, BY_PAPERS], False, rules)
    else:
        by = BY_PROVIDER if channel == Channel.PROVIDER else BY_ALONE
        counters[C.ARRIVALS_PROVIDER if channel == Channel.PROVIDER else C.ARRIVALS_ALONE] += 1.0
        if here == m.row[i].first_intended:
            counters[C.ARRIVALS_INTENDED] += 1.0
        m.legal[i] = Legal.IRREGULAR
        m.row[i].path |= 4
        hear(reports.chance[pair, by], False, rules)
        hear(reports.death[pair, by], False, rules)
        if channel == Channel.PROVIDER:
            settle_fee(m, i, j, t, accounts, counters)
            if j >= 0:
                t.row[j].known_all += rules.report_good
    if m.row[i].protection_need:
        seek_protection(m, i, seed, counters, borders)
    look_for_work(m, i, week, seed, channel_rules, places)
    if m.legal[i] == Legal.IRREGULAR:
        start_removal_clock(m, i, seed, removal_sum)


@part
def seek_protection(m, i, seed, counters, borders):
    """Secure status for people in need: with a visa, or where asylum is accessible."""
    if m.legal[i] != Legal.REGULAR:
        u = draw(seed, Stream.ASYLUM, i, m.row[i].generation, m.row[i].attempts, 0)
        if u >= borders.asylum_access[m.here[i]]:
            return
        m.legal[i] = Legal.REGULAR
    m.row[i].path |= 128
    counters[C.SAFETY_REACHED] += 1.0


@part
def demand_more(m, i, t, v, j, pair, week, counters, places, rules, leverage):
    """A carrier on the way may demand more: at most what going on is worth above the best alternative from there.

    He does so if his part of it, kappa, exceeds the reputation lost. What cannot be paid at once is added to the debt
    as far as it can be recovered; whoever can do neither is held until others have paid.
    """
    row = m.row[i]
    row.extorted = 1
    onward = places.pair_of[m.here[i], row.intended]
    alternative = 0.0
    if onward >= 0 and row.cash * 0.01 >= leverage.alone_cost[onward]:
        alternative = max(leverage.alone_chance[onward] * row.stake - leverage.alone_cost[onward], 0.0)
    going_on = leverage.provider_chance[pair] * max(row.stake - 0.01 * row.escrow, 0.0)
    most = t.row[j].kappa * max(going_on - alternative, 0.0)
    if leverage.fee[pair] < math.inf:
        if most <= rules.reputation * leverage.fee[pair]:
            return
        most = min(most, 3.0 * leverage.fee[pair])  # what a household can raise bounds what is asked
    wanted = round(100.0 * most)
    paid = min(wanted, row.cash)
    row.cash -= paid
    t.row[j].capital += paid
    t.row[j].week_profit += paid * 0.01
    counters[C.PROVIDER_RECEIPTS] += paid * 0.01
    lent = 0.0
    own_claim = row.debt <= 0.0 or (row.creditor_kind == Creditor.ENTERPRISE and row.creditor == j)
    if rules.can_borrow and own_claim and onward >= 0:
        room = round(100.0 * leverage.credit[onward] * row.ability_abroad) - row.debt
        lent = max(min(wanted - paid, room), 0.0)
        if lent > 0.0:
            lend(m, i, t, v, Creditor.ENTERPRISE, j, lent)
    blame(t, j, rules)  # the household hears of it
    leverage.demanded[pair] += (paid + lent) * 0.01
    counters[C.EXTORTED] += 1.0
    counters[C.EXTORTED_SUM] += (paid + lent) * 0.01
    if paid + lent < 0.25 * wanted:
        m.stage[i] = Stage.HELD
        row.since = week
        row.contract = 1
        row.clock = 0.0
        m.bound[i] |= np.uint8(Bound.RANSOM)
        m.due[i] = week + rules.held_weeks


@kernel
def travel(
    rows,
    count,
    m,
    t,
    week,
    seed,
    removal_sum,
    route_pair,
    counters,
    accounts,
    flows,
    reports,
    borders,
    places,
    channel_rules,
    rules,
    log,
    v,
    leverage,
    arrived,
    brought_by,
    travelled,
    posts,
):
    """Move every traveller by one week. ``route_pair`` (routes,) names the pair that a route serves.

    Fills ``arrived``, ``brought_by``, ``travelled`` with those who arrived with a provider, the enterprise and the
    pair; returns how many.
    """
    n_arrived = 0
    for position in range(count):
        i = rows[position]
        left = HOURS_PER_WEEK
        generation = m.row[i].generation
        pair = route_pair[m.row[i].route]
        j = guided(m, i, t)
        while True:
            leg = borders.route_legs[m.row[i].route, m.row[i].leg]
            needed = borders.hours[leg] - m.row[i].clock
            if needed > left:
                m.row[i].clock += left
                break
            left -= needed
            m.row[i].clock = 0.0
            clandestine = m.row[i].channel == Channel.ALONE or m.row[i].channel == Channel.PROVIDER
            if clandestine:
                counters[C.CROSSINGS] += 1.0
                flows.crossings[leg] += 1.0
                if m.row[i].channel == Channel.PROVIDER:
                    spend(t, j, borders.transport[leg], Account.JOURNEYS, accounts, counters)
                if draw(seed, Stream.LEG_DEATH, i, generation, m.row[i].attempts, leg) < borders.danger[leg]:
                    by = BY_PROVIDER if m.row[i].channel == Channel.PROVIDER else BY_ALONE
                    hear(reports.chance[pair, by], True, rules)
                    hear(reports.death[pair, by], True, rules)
                    blame(t, j, rules)
                    die(m, i, week, seed, counters, accounts, rules, log)
                    break
            d = chance_detected(m, i, leg, j, t, borders, rules)
            refusal = chance_refused(m, i, leg, borders)
            refused = refusal > 0.0 and draw(seed, Stream.CARRIER, i, generation, m.row[i].attempts, leg) < refusal
            if refused:
                counters[C.CARRIER_REFUSALS] += 1.0
                if m.row[i].channel == Channel.REGULAR:
                    # her visa stays good: a week is lost, and she tries again
                    counters[C.CARRIER_REFUSED_VISA] += 1.0
                    m.row[i].attempts += 1
                    break
                counters[C.CARRIER_REFUSED_NEED] += m.row[i].protection_need
            detected = d > 0.0 and draw(seed, Stream.LEG_DETECTION, i, generation, m.row[i].attempts, leg) < d
            if clandestine and j >= 0:
                learn_leg(t, j, leg, detected, borders, reports, rules)
            if detected and j >= 0 and clandestine:
                counters[C.GUIDED_DETECTED] += 1.0
                detected = not pays_at_the_border(m, i, t, j, leg, seed, counters, accounts, borders, rules, posts)
            elif detected and j < 0:
                detected = not pays_alone(m, i, leg, seed, counters, accounts, rules, posts)
            if detected or refused:
                counters[C.INTERCEPTIONS] += 1.0
                flows.stops[leg] += 1.0
                if m.row[i].channel == Channel.PROVIDER:
                    spend(t, j, borders.loss[leg], Account.LOSSES, accounts, counters)
                pushed = not refused and pushed_back(m, i, leg, seed, borders)
                counters[C.PUSHBACKS] += pushed
                if pushed and (
                    draw(seed, Stream.PUSHBACK, i, generation, m.row[i].attempts, leg + WAY_BACK)
                    < rules.pushback_danger * borders.danger[leg]
                ):
                    counters[C.PUSHBACK_DEATHS] += 1.0
                    die(m, i, week, seed, counters, accounts, rules, log)
                    break
                seen = (
                    m.row[i].protection_need == 1
                    and not refused
                    and not pushed
                    and draw(seed, Stream.SCREENING, i, generation, m.row[i].attempts, leg) < borders.screening[leg]
                )
                if seen:
                    admit(m, i, week, seed, leg, counters, borders, channel_rules, places)
                    note(log, week, i, generation, Stage.TRAVELLING, m.stage[i], Cause.ADMITTED_FOR_PROTECTION, -1)
                else:
                    stop(m, i, week, seed, leg, pair, j, counters, reports, borders, rules, t)
                    note(log, week, i, generation, Stage.TRAVELLING, m.stage[i], Cause.STOPPED, m.row[i].provider)
                break
            m.here[i] = borders.head[leg]
            m.row[i].leg += 1
            if m.row[i].leg == borders.route_legs.shape[1] or borders.route_legs[m.row[i].route, m.row[i].leg] < 0:
                counterparty = m.row[i].provider
                if j >= 0:
                    arrived[n_arrived], brought_by[n_arrived], travelled[n_arrived] = i, j, pair
                    n_arrived += 1
                arrive(
                    m,
                    i,
                    week,
                    seed,
                    pair,
                    j,
                    removal_sum,
                    counters,
                    accounts,
                    flows,
                    reports,
                    borders,
                    channel_rules,
                    places,
                    rules,
                    t,
                )
                note(log, week, i, generation, Stage.TRAVELLING, m.stage[i], Cause.ARRIVED, counterparty)
                break
            if j >= 0 and rules.extortion and t.row[j].kappa > 0.0 and m.row[i].extorted == 0:
                demand_more(m, i, t, v, j, pair, week, counters, places, rules, leverage)
                if m.stage[i] == Stage.HELD:
                    note(log, week, i, generation, Stage.TRAVELLING, Stage.HELD, Cause.DEMANDED_MORE, j)
                    break
    return n_arrived
