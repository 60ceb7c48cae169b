"""Audits that can be passed on paper: who does what buyers ask, and who only looks as if (C7-P07, C1-P16).

Switch ``paper_compliance``. A place that buyers audit, and that would control people, compares what control brings with
what a set of papers costs and with what it costs to be found out:

    on paper  iff  (1 - c)·V - paper·horizon - c·liability > threshold,    c = 1 - exp(-depth·audits a year·horizon)

V is the value of the marginal person, ``threshold`` the owner's, ``liability`` what a court awards each person who was
exploited there (lever ``work.civil_liability``). Buyers choose as well: an audit in which workers are heard costs them
``audit.deep_cost``, and without one they answer for what is found. With L the liability that they expect for a slot,

    depth = a + (1 - a)·L / (L + deep_cost),    L = liability·share of pay withheld in the trade

where a is lever ``work.audit_depth``. Liability therefore works on both sides, and audits alone may change nothing but
papers. A place that is found out pays those who are exploited there, and is held to going terms for some time.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import Bound
from sim.agents.venues import Undertaking, VenueKind
from sim.declared.sources import CENTS, From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.work.labour import REVIEW_WEEKS, venue_worth

REVIEW_YEARS = REVIEW_WEEKS / WEEKS_PER_YEAR


@family
class ComplianceRules(NamedTuple):
    """Parameters of audits that can be passed on paper."""

    paper: Annotated[int, Switched("paper_compliance")]
    paper_cents: Annotated[float, From("audit.paper_cost", times=CENTS)]  # a year and slot
    deep_cost: Annotated[float, From("audit.deep_cost")]  # US$ a year and slot, of audits in which workers are heard
    frequency: Annotated[float, From("audit.frequency")]  # audits a year
    horizon: Annotated[float, From("audit.horizon")]  # years that owners look ahead
    bound: Annotated[int, From("audit.bound_weeks")]  # weeks of going terms after a place has been found out


@rule
def depth_of_audits(rules, depth, liability, withheld):
    """Share of audits in which workers are heard, by what buyers have to answer for.

    ``depth`` what the law asks of them, ``liability`` US$ for each person, ``withheld`` share of pay withheld in the
    trade.
    """
    expected = liability * min(withheld, 1.0)
    if expected <= 0.0:
        return depth
    return depth + (1.0 - depth) * expected / (expected + rules.deep_cost)


@rule
def gain_on_paper(rules, worth, depth, liability):
    """What one more controlled person is worth to a place that passes its audits on paper, US$."""
    caught = -math.expm1(-depth * rules.frequency * rules.horizon)
    return (1.0 - caught) * worth - 0.01 * rules.paper_cents * rules.horizon - caught * liability


@kernel
def pass_on_paper(s, rules, now, filled, ledger):
    """Audited places choose; some of those on paper are found out. ``filled`` (cells,) people at work.

    Returns how many were found out.
    """
    sectors, found = len(s.sectors.pay), 0
    for cell in range(len(s.cells.demand)):
        region = cell // sectors
        liability = s.law[region].work_civil_liability * s.regions[region].pay_year
        withheld = s.cells[cell].withheld / max(filled[cell], 1.0)
        depth = depth_of_audits(rules, s.law[region].work_audit_depth, liability, withheld)
        for k in range(s.cell_first[cell], s.cell_first[cell + 1]):
            place = s.venues[k]
            was, place.on_paper = place.on_paper, 0
            s.on_paper[k] = 0
            audited = place.undertaking & Undertaking.AUDITED > 0
            if not audited or place.kind == VenueKind.COMPLIANT or now.week < place.bound_until:
                continue
            worth = venue_worth(s.venues, s.cells, k, sectors)
            chooses = gain_on_paper(rules, worth, depth, liability) > place.threshold
            if len(s.held_on_paper) > 0:
                chooses = s.held_on_paper[k] == 1
            if not chooses:
                continue
            s.on_paper[k] = 1
            if was and is_found_out(s, rules, now, k, depth):
                place.bound_until = now.week + rules.bound
                ledger.counters[C.PAPER_FOUND] += 1.0
                found += 1
                continue
            place.undertaking &= ~np.int8(Undertaking.AUDITED)
            place.on_paper = 1
            if place.active == 1:
                cents = round(rules.paper_cents * place.slots * REVIEW_YEARS)
                place.capital -= cents
                ledger.accounts[Account.CONTROL] += cents
    return found


@part
def is_found_out(s, rules, now, k, depth):
    """Whether an audit since the last review has heard people who are controlled in venue k."""
    place = s.venues[k]
    if place.active == 0 or place.attention <= 0.0:
        return False
    u = draw(now.seed, Stream.PAPER_AUDIT, k, place.generation, now.week, 0)
    return u < -math.expm1(-depth * rules.frequency * REVIEW_YEARS)


@kernel
def pay_civil_claims(s, rules, now, rows, counters):
    """People controlled in places that have just been found out are paid what the law awards them, ``rows`` in order.

    It is paid by the place, and is theirs whatever becomes of a criminal case.
    """
    for position in range(len(rows)):
        i = rows[position]
        k = s.people.row[i].venue
        if k < 0 or s.people.bound[i] & Bound.CONTROLLED == 0 or s.venues[k].bound_until != now.week + rules.bound:
            continue
        region = s.venues[k].region
        cents = round(100.0 * s.law[region].work_civil_liability * s.regions[region].pay_year)
        s.venues[k].capital -= cents
        s.people.row[i].cash += cents
        counters[C.CIVIL_CLAIMS] += 1.0
        counters[C.CIVIL_DAMAGES] += 0.01 * cents
        s.people.row[i].review_week = now.week
