"""People in custody who are sold or let go by those who hold them (model 4.9; C2-M22, C2-M24).

Whoever detains people without status may sell them to a workplace that would control them: the buyer pays what the
detaining officer asks, and adds it to what the person owes (C2-M37).
"""

from __future__ import annotations

import numpy as np

from sim.agents.officials import Post
from sim.agents.people import Bound, Creditor, Stage, Start
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.corruption.bribes import buys_off, unit_at
from sim.rules.people.status import start_removal_clock
from sim.rules.work.debts import lend
from sim.rules.work.handover import best_bid
from sim.rules.work.jobs import hire


@kernel
def sell_people_in_custody(s, p, now, rows, ledger):
    """Everyone of ``rows``, in order, who was detained this week comes before an officer who may sell her."""
    for position in range(len(rows)):
        i = rows[position]
        if s.people.row[i].since != now.week:
            continue
        region = s.people.here[i]
        if region == s.people.row[i].home:
            continue
        k, worth = best_bid(s, p, now, i, p.handover.asked)
        unit = unit_at(p.official, Post.DETENTION, region)
        u = draw(now.seed, Stream.CUSTODY, i, s.people.row[i].generation, now.week, 0)
        bribe = buys_off(s.units, p.official, unit, u, s.units[unit].share, p.control.bid_share * worth)
        if k < 0 or bribe <= 0.0:
            continue
        cents = round(100.0 * bribe)
        s.people.row[i].forced = s.people.row[i].debt <= 0.0
        hire(s, p, now, i, k, k >= 0, bribe, Start.CUSTODY, ledger.counters)
        start_removal_clock(s.people, s.regions, i, now)
        s.venues[k].capital -= cents
        ledger.accounts[Account.OFFICIALS] += cents
        if s.people.row[i].debt <= 0.0 or (
            s.people.row[i].creditor_kind == Creditor.VENUE and s.people.row[i].creditor == k
        ):
            # what was paid for a person is charged to her: no cash changes hands
            lend(s.people, s.enterprises, s.venues, i, Creditor.VENUE, k, cents)
            s.people.bound[i] |= np.uint8(Bound.PAYS)
        happens(s.people, ledger.counters, i, C.SOLD_IN_CUSTODY, now.week)
        ledger.counters[C.BRIBES_CUSTODY_SUM] += bribe
        note_change(s, i, Stage.DETAINED, Cause.SOLD_IN_CUSTODY, k, now.week)
