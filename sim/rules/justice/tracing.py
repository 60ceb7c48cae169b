"""Leads from money: whoever follows money finds enterprises whose money can be traced (C5-M14, C5-M52).

The weekly hazard that an enterprise is found so, where its money is collected, is

    lead · police.financial · trace · (1 + reports · checks) · receipts of the week / scale

so that money is a lead of its own kind: it needs no person who speaks and no border, finds the large before the small,
and nothing that goes from hand to hand.
"""

from __future__ import annotations

import math

from sim.agents.cases import Source
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.justice.evidence import add, case_of_enterprise
from sim.rules.networks.money import checks_on, trace_of, where_collected


@rule
def found_by_money(rules, local, firm, receipts):
    """Weekly hazard that an enterprise (a record) is found by following what it received in a week, US$."""
    reports = 1.0 + rules.lead_reports * checks_on(local, firm.money_channel)
    return rules.lead * local.police_financial * trace_of(rules, firm) * reports * receipts / rules.lead_scale


@kernel
def follow_money(s, p, now, active, counters):
    """Enterprises whose money is found this week become cases where it is collected (lever ``police.financial``)."""
    for position in range(len(active)):
        j = active[position]
        firm = s.enterprises.row[j]
        if firm.active == 0 or firm.case >= 0 or firm.week_profit <= 0.0:
            continue
        region = where_collected(s, j)
        hazard = found_by_money(p.money, s.law[region], firm, float(firm.week_profit))
        if draw(now.seed, Stream.MONEY_LEAD, j, firm.generation, now.week, 0) >= -math.expm1(-hazard):
            continue
        n = case_of_enterprise(s, j, region, Source.MONEY, counters, now.week)
        if n < 0:
            continue
        counters[C.LEADS_MONEY] += 1.0
        s.cases[n].money = add(s.cases[n].money, p.money.lead_money)
        s.cases[n].network = add(s.cases[n].network, p.money.lead_network)
