"""People in custody who are sold or let go by those who hold them (model 4.9; C2-M22, C2-M24).

Whoever detains people without status may sell them to a workplace that would control them: the buyer pays what the
detaining officer asks, and adds it to what the person owes (C2-M37).
"""

from __future__ import annotations

import numpy as np

from sim.agents.migrants import Account, Bound, Creditor, Stage
from sim.agents.officials import Post
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.corruption.bribes import buys_off, unit_at
from sim.rules.people.consider import start_removal_clock
from sim.rules.work.debts import lend
from sim.rules.work.handover import best_bid
from sim.rules.work.jobs import hire


@kernel
def sell_people_in_custody(
    rows, m, t, v, week, seed, removal_sum, counters, accounts, work, cells, choice, conflict, hire_rules, rules,
    control_rules, log, posts,
):  # fmt: skip
    """Everyone detained this week, ``rows`` in order, comes before an officer who may sell her."""
    for position in range(len(rows)):
        i = rows[position]
        region = m.here[i]
        if region == m.row[i].home:
            continue
        k, worth = best_bid(m, i, v, week, seed, cells, rules.asked, work, control_rules)
        unit = unit_at(posts, Post.DETENTION, region)
        u = draw(seed, Stream.CUSTODY, i, m.row[i].generation, week, 0)
        bribe = buys_off(posts, unit, u, posts.share[unit], control_rules.bid_share * worth)
        if k < 0 or bribe <= 0.0:
            continue
        cents = round(100.0 * bribe)
        m.stage[i] = Stage.ARRIVED
        m.row[i].forced = m.row[i].debt <= 0.0
        hire(m, i, v, k, week, seed, k >= 0, bribe, counters, work, cells, choice, conflict, hire_rules, control_rules)
        start_removal_clock(m, i, seed, removal_sum)
        v.row[k].capital -= cents
        accounts[Account.OFFICIALS] += cents
        if m.row[i].debt <= 0.0 or (m.row[i].creditor_kind == Creditor.VENUE and m.row[i].creditor == k):
            # what was paid for a person is charged to her: no cash changes hands
            lend(m, i, t, v, Creditor.VENUE, k, cents)
            m.bound[i] |= np.uint8(Bound.PAYS)
        counters[C.SOLD_IN_CUSTODY] += 1.0
        counters[C.BRIBES_CUSTODY_SUM] += bribe
        note(log, week, i, m.row[i].generation, Stage.DETAINED, m.stage[i], Cause.SOLD_IN_CUSTODY, k)
