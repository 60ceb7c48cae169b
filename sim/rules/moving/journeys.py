"""Journeys: legs are travelled, detected, survived or not (model 4.3).

All legs that end within the week are resolved in order: dead, or stopped, or on to the next leg. Draws are keyed by
(person, attempt, leg), so that in a twin world the same crossing has the same luck and only the chances differ.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Abroad, Channel, Creditor, Legal, Path, Stage, Tier
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ground.near import person_near
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.moving.channels import look_for_work
from sim.rules.moving.closing import stands_still
from sim.rules.moving.crossings import crosses
from sim.rules.moving.reports import BY_ALONE, BY_PAPERS, BY_PROVIDER, blame, hear
from sim.rules.people import stages
from sim.rules.people.anticipation import ASYLUM, hear_of_status
from sim.rules.people.lived import remember_journey
from sim.rules.people.options import moves_freely
from sim.rules.people.status import start_removal_clock
from sim.rules.work.debts import lend

Floats = NDArray[np.float64]
HOURS_PER_WEEK = 168.0


@part
def guided(people, enterprises, i):
    """Row of the enterprise that still answers for the person's journey, -1 if none does."""
    person = people.row[i]
    j = person.provider
    if person.channel != Channel.PROVIDER or j < 0:
        return -1
    if enterprises.row[j].active == 1 and enterprises.row[j].generation == person.provider_generation:
        return j
    return -1


@rule
def status_on_arrival(people, pairs, i, pair, now):
    """Status that a visa gives: for some of the low-skilled one that goes with the job (``visa.tied_to_employer``)."""
    person = people.row[i]
    share = pairs[pair].tied
    if share <= 0.0 or person.skill or moves_freely(pairs[pair].free, person.kin, people.here[i]):
        return Legal.REGULAR
    u = draw(now.seed, Stream.TIED_VISA, i, person.generation, now.week, 0)
    return Legal.TIED if u < share else Legal.REGULAR


@part
def settle_fee(people, enterprises, i, j, ledger):
    """On arrival what was held of the fee goes to the provider, or to the owners of one that has closed."""
    cents = people.row[i].escrow
    people.row[i].escrow = 0.0
    ledger.counters[C.PROVIDER_RECEIPTS] += cents * 0.01
    if j >= 0:
        enterprises.row[j].capital += cents
        enterprises.row[j].week_profit += cents * 0.01
    else:
        ledger.accounts[Account.OWNERS] += cents


@part
def arrive(s, p, now, i, pair, j, ledger):
    """A person is where she meant to live: status by channel, protection if it is given, then looks for work."""
    way = s.pairs[pair]
    person = s.people.row[i]
    channel, here = person.channel, s.people.here[i]
    person.entered = channel
    person.financed = 0
    first = person.abroad & Abroad.ARRIVED == 0
    person.abroad |= np.uint8(Abroad.ARRIVED)
    ledger.counters[C.ARRIVALS_FIRST] += first
    if channel == Channel.REGULAR:
        happens(s.people, ledger.counters, i, C.ARRIVALS_REGULAR, now.week)
        way.arrivals[Channel.REGULAR] += 1.0
        s.people.legal[i] = status_on_arrival(s.people, s.pairs, i, pair, now)
        if s.people.legal[i] == Legal.TIED:
            happens(s.people, ledger.counters, i, C.ARRIVALS_TIED, now.week)
        person.path |= Path.ARRIVED_REGULAR
    elif channel == Channel.PAPERS:
        happens(s.people, ledger.counters, i, C.ARRIVALS_PAPERS, now.week)
        way.arrivals[Channel.PAPERS] += 1.0
        s.people.legal[i] = Legal.VISITOR
        person.path |= Path.ARRIVED_IRREGULAR
        if person.tier == Tier.PLAIN:
            hear(p.journey, way.heard_failure[BY_PAPERS], False)
            remember_journey(s.people, p.lived, i, False, now.week)
    else:
        by = BY_PROVIDER if channel == Channel.PROVIDER else BY_ALONE
        if channel == Channel.PROVIDER:
            happens(s.people, ledger.counters, i, C.ARRIVALS_PROVIDER, now.week)
        else:
            happens(s.people, ledger.counters, i, C.ARRIVALS_ALONE, now.week)
        way.arrivals[channel] += 1.0
        remember_journey(s.people, p.lived, i, False, now.week)
        ledger.counters[C.ARRIVALS_FIRST_HIDDEN] += first
        ledger.counters[C.ARRIVALS_INTENDED] += first and here == person.first_intended
        s.people.legal[i] = Legal.IRREGULAR
        person.path |= Path.ARRIVED_IRREGULAR
        hear(p.journey, way.heard_failure[by], False)
        hear(p.journey, way.heard_death[by], False)
        if channel == Channel.PROVIDER:
            if person.paid > 0:
                ledger.counters[C.ARRIVED_OWN + person.paid - 1] += 1.0
            settle_fee(s.people, s.enterprises, i, j, ledger)
            if j >= 0:
                s.enterprises.row[j].known_all += p.journey.report_good
    if person.protection_need:
        sought = s.people.legal[i] != Legal.REGULAR
        seek_protection(s.people, s.regions, i, ledger.counters, now)
        if p.anticipation.on and sought:
            hear_of_status(s, p, i, ASYLUM, s.people.legal[i] == Legal.REGULAR, 1.0)
    look_for_work(s.people, s.regions, p.channel, now, i)
    if s.people.legal[i] == Legal.IRREGULAR:
        start_removal_clock(s.people, s.regions, i, now)


@part
def seek_protection(people, regions, i, counters, now):
    """Secure status for people in need: with a visa, or where asylum is accessible."""
    person = people.row[i]
    if people.legal[i] != Legal.REGULAR:
        u = draw(now.seed, Stream.ASYLUM, i, person.generation, now.week, 0)
        if u >= regions[people.here[i]].asylum_access:
            return
        people.legal[i] = Legal.REGULAR
    person.path |= Path.SAFE
    happens(people, counters, i, C.SAFETY_REACHED, now.week)


@part
def demand_more(s, p, i, j, pair, counters, week):
    """A provider on the way may demand more: at most what going on is worth above the best alternative from there.

    It does so if its part of it, kappa, exceeds the reputation lost. What cannot be paid at once is added to the debt
    as far as it can be recovered; whoever can do neither is held until others have paid.
    """
    way = s.pairs[pair]
    firm = s.enterprises.row[j]
    row = s.people.row[i]
    row.extorted = 1
    onward = s.pair_of[s.people.here[i], row.intended]
    alternative = 0.0
    if onward >= 0 and row.cash * 0.01 >= s.pairs[onward].onward_alone_cost:
        alternative = max(s.pairs[onward].onward_alone_chance * row.stake - s.pairs[onward].onward_alone_cost, 0.0)
    rest = row.escrow + (row.debt if row.financed == 1 else 0.0)
    going_on = way.onward_provider_chance * max(row.stake - 0.01 * rest, 0.0)
    most = firm.kappa * max(going_on - alternative, 0.0)
    if way.onward_fee < math.inf:
        if most <= p.journey.reputation * way.onward_fee:
            return
        most = min(most, p.journey.demand_most * way.onward_fee)  # what a household can raise bounds it
    wanted = round(100.0 * most)
    paid = min(wanted, row.cash)
    row.cash -= paid
    firm.capital += paid
    firm.week_profit += paid * 0.01
    counters[C.PROVIDER_RECEIPTS] += paid * 0.01
    lent = 0.0
    own_claim = row.debt <= 0.0 or (row.creditor_kind == Creditor.ENTERPRISE and row.creditor == j)
    if p.journey.can_borrow and own_claim and onward >= 0:
        room = round(100.0 * s.pairs[onward].onward_credit * row.ability_abroad) - row.debt
        lent = max(min(wanted - paid, room), 0.0)
        if lent > 0.0:
            lend(s.people, s.enterprises, s.venues, i, Creditor.ENTERPRISE, j, lent)
    blame(s.enterprises, p.journey, j)  # the household hears of it
    way.demanded += (paid + lent) * 0.01
    counters[C.EXTORTED] += 1.0
    counters[C.EXTORTED_SUM] += (paid + lent) * 0.01
    if paid + lent < p.journey.demand_least * wanted:
        stages.be_held_for_ransom(s.people, i, week + p.journey.held_weeks, week)


@rule
def at_the_end(s, i):
    """Whether the last leg of the route has been travelled."""
    row = s.people.row[i]
    return row.leg == s.routes.legs.shape[1] or s.routes[row.route].legs[row.leg] < 0


@kernel
def travel(s, p, now, rows, ledger, arrived, brought_by, travelled):
    """Move every traveller by one week.

    Fills ``arrived``, ``brought_by``, ``travelled`` with those who arrived with a provider, the enterprise and the
    pair; returns how many.
    """
    n_arrived = 0
    for position in range(len(rows)):
        person_near(s.people, rows, position)
        i = rows[position]
        left = HOURS_PER_WEEK
        row = s.people.row[i]
        pair = s.routes[row.route].pair
        j = guided(s.people, s.enterprises, i)
        while True:
            leg = s.routes[row.route].legs[row.leg]
            if s.legs[leg].shut > 0.0:
                if stands_still(s, p, now, i, leg, pair, j, ledger.counters):
                    break
                leg = s.routes[row.route].legs[row.leg]
            needed = s.legs[leg].hours - row.clock
            if needed > left:
                row.clock += left
                break
            left -= needed
            row.clock = 0.0
            if not crosses(s, p, now, i, leg, pair, j, ledger):
                break
            s.people.here[i] = s.legs[leg].head
            row.leg += 1
            if at_the_end(s, i):
                counterparty = row.provider
                if j >= 0:
                    arrived[n_arrived], brought_by[n_arrived], travelled[n_arrived] = i, j, pair
                    n_arrived += 1
                arrive(s, p, now, i, pair, j, ledger)
                note_change(s, i, Stage.TRAVELLING, Cause.ARRIVED, counterparty, now.week)
                break
            if j >= 0 and p.journey.extortion and s.enterprises.row[j].kappa > 0.0 and row.extorted == 0:
                demand_more(s, p, i, j, pair, ledger.counters, now.week)
                if s.people.stage[i] == Stage.HELD:
                    note_change(s, i, Stage.TRAVELLING, Cause.DEMANDED_MORE, j, now.week)
                    break
    return n_arrived
