"""Detention in transit as a business: whoever holds people there asks for money, and sells those who bring none.

An armed group runs a place with chance ``transit.armed``·(1 - rule of law). It lets somebody go for all that she and
her family can raise if that is more than what a workplace would pay for her, and more than ``transit.least``. Elsewhere
officers of the detention post deal with her by the one bribe rule, where what she can raise is what the sale is worth;
those who sell and cannot be paid by her may be paid by a workplace, as in custody (C2-M10, C2-M22). Who is neither
paid for nor sold is kept for the time that is set. People of whom money is asked count as exploited while they are
held, as those do whom a provider holds for more.
"""

from __future__ import annotations

import numpy as np

from sim.agents.officials import Post
from sim.agents.people import Bound, Creditor, Holder, Legal, Stage, Start
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.corruption.bribes import buys_off, unit_at
from sim.rules.moving.reports import give_up_attempt
from sim.rules.people import stages
from sim.rules.people.ransom import family_means, pay_ransom
from sim.rules.people.status import start_removal_clock
from sim.rules.work.debts import lend, write_off
from sim.rules.work.handover import best_bid
from sim.rules.work.jobs import hire


@kernel
def make_detention_pay(s, p, now, rows, ledger):
    """Everyone whom a transit state has detained this week, ``rows`` in order, comes before whoever runs the place."""
    for position in range(len(rows)):
        i = rows[position]
        row = s.people.row[i]
        if s.people.stage[i] != Stage.HELD or row.since != now.week or row.held_by != Holder.STATE:
            continue
        region = s.people.here[i]
        u_armed, u_sells, _, _ = block(now.seed, Stream.TRANSIT_ASKED, i, row.generation, now.week, region)
        if u_armed < p.transit.armed * (1.0 - s.law[region].law):
            armed_group_asks(s, p, now, i, ledger)
        else:
            officers_ask(s, p, now, i, u_sells, ledger)


@part
def can_raise(s, p, i):
    """What person i and her family can pay, US$."""
    row = s.people.row[i]
    return 0.01 * row.cash + family_means(s.regions, p.ransom, row)


@part
def armed_group_asks(s, p, now, i, ledger):
    """An armed group takes the better of what the family and what a workplace would pay for person i."""
    k, worth = best_bid(s, p, now, i, p.handover.asked)
    price = p.control.bid_share * worth if k >= 0 else 0.0
    offered = can_raise(s, p, i)
    if offered >= max(price, p.transit.least):
        ledger.accounts[Account.OWNERS] += is_paid_for(s, p, now, i, offered, ledger)
        ledger.counters[C.TRANSIT_ARMED_SUM] += offered
    elif k >= 0:
        ledger.accounts[Account.OWNERS] += is_sold(s, p, now, i, k, price, ledger)
    else:
        stages.be_asked_for_money(s.people, i, np.int8(Holder.ARMED), now.week + p.transit.weeks)
        ledger.counters[C.TRANSIT_ASKED] += 1.0


@part
def officers_ask(s, p, now, i, u, ledger):
    """Officers who sell let person i go for what she can raise, or sell her to a workplace that would control her."""
    unit = unit_at(p.official, Post.DETENTION, s.people.here[i])
    share = s.units[unit].share
    paid = buys_off(s.units, p.official, unit, u, share, can_raise(s, p, i))
    if paid > 0.0:
        ledger.accounts[Account.OFFICIALS] += is_paid_for(s, p, now, i, paid, ledger)
        ledger.counters[C.BRIBES_TRANSIT_SUM] += paid
        return
    if u >= share:
        return  # nobody asks for anything: held for the time that is set
    k, worth = best_bid(s, p, now, i, p.handover.asked)
    bribe = buys_off(s.units, p.official, unit, u, share, p.control.bid_share * worth) if k >= 0 else 0.0
    if bribe > 0.0:
        ledger.accounts[Account.OFFICIALS] += is_sold(s, p, now, i, k, bribe, ledger)
        ledger.counters[C.BRIBES_CUSTODY_SUM] += bribe
        return
    stages.be_asked_for_money(s.people, i, np.int8(Holder.OFFICIALS), now.week + p.transit.weeks)
    ledger.counters[C.TRANSIT_ASKED] += 1.0


@part
def is_paid_for(s, p, now, i, usd, ledger):
    """Person i is let go when what was asked has come. Returns the cents that whoever holds her receives."""
    cents = pay_ransom(s.people, i, usd, ledger.accounts)
    stages.be_asked_for_money(s.people, i, np.int8(Holder.PAID), now.week + p.transit.release)
    ledger.counters[C.TRANSIT_ASKED] += 1.0
    ledger.counters[C.TRANSIT_PAID] += 1.0
    ledger.counters[C.RANSOMS_SUM] += 0.01 * cents
    return cents


@part
def is_sold(s, p, now, i, k, usd, ledger):
    """Venue k pays ``usd`` for person i, who is made to work there and owes it. Returns the cents that were paid.

    Her journey is over: what was held of a fee is hers, and a journey that was lent and not made is not owed.
    """
    person = s.people.row[i]
    cents = round(100.0 * usd)
    give_up_attempt(s, p, now, i)
    if person.financed > 0:
        write_off(s.people, s.enterprises, s.venues, i)
        person.financed = 0
    s.people.legal[i] = Legal.IRREGULAR
    stages.arrive(s.people, i, now.week, now.week)
    person.forced = person.debt <= 0.0
    person.held_by = Holder.NOBODY
    hire(s, p, now, i, k, k >= 0, usd, Start.CUSTODY, ledger.counters)
    start_removal_clock(s.people, s.regions, i, now)
    s.venues[k].capital -= cents
    if person.debt <= 0.0 or (person.creditor_kind == Creditor.VENUE and person.creditor == k):
        lend(s.people, s.enterprises, s.venues, i, Creditor.VENUE, k, cents)
        s.people.bound[i] |= np.uint8(Bound.PAYS)
    ledger.counters[C.TRANSIT_SOLD] += 1.0
    happens(s.people, ledger.counters, i, C.SOLD_IN_CUSTODY, now.week)
    note_change(s, i, Stage.HELD, Cause.SOLD_IN_CUSTODY, k, now.week)
    return cents
