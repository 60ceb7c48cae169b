"""Weekly charges: what a place books to the debt of those who owe to it, and when a debt is bondage (C4-M05, C9-M47).

    D <- D·(1 + i) + chi - s·sigma·y,   bondage where s·sigma·y <= i·D + chi

Who works where she owes is charged for housing, food and transport, chi a week, as long as more debt would bind her
more: a debt of ``control.debt_weeks`` of pay weighs in full. Places that keep to going terms charge nothing. Interest
and payments are those of every debt (:mod:`sim.rules.work.debts`). That people in debt leave less often, and that
whoever holds the claim offers them other terms, follows from the one value.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.agents.people import Creditor, Stage
from sim.agents.venues import VenueKind
from sim.declared.sources import From, family
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.work.debts import change_claim, holds_claim
from sim.rules.work.value import debt_weight


@family
class ChargeRules(NamedTuple):
    """Parameters of weekly charges."""

    share: Annotated[float, From("charge.share", off="weekly_charges")]  # of going pay; 0 where nobody charges


@rule
def owes_where_she_works(s, i):
    """Whether what person i owes is owed to the place where she works."""
    row = s.people.row[i]
    if s.people.stage[i] != Stage.WORKING or row.venue < 0 or row.creditor_kind != Creditor.VENUE:
        return False
    return row.creditor == row.venue and holds_claim(s.people, s.enterprises, s.venues, i)


@rule
def charge_of(s, p, i):
    """What person i is charged this week by the place to which she owes, whole cents."""
    row, place = s.people.row[i], s.venues[s.people.row[i].venue]
    if place.kind == VenueKind.COMPLIANT or place.undertaking > 0:
        return 0.0
    return 100.0 * p.charge.share * row.value if debt_weight(p.control, row.debt, row.value) < 1.0 else 0.0


@rule
def is_bonded(p, row, charged):
    """Whether a person's weekly payment does not bring down what she owes; ``charged`` cents."""
    payment = 100.0 * p.term.service_share * row.value * row.credited
    return payment <= p.term.interest * row.debt + charged


@kernel
def charge(s, p, rows, counters):
    """A week of those of ``rows`` who owe to the place where they work."""
    for position in range(len(rows)):
        i = rows[position]
        if not owes_where_she_works(s, i):
            continue
        cents = 0.0
        if p.charge.share > 0.0:
            cents = float(round(charge_of(s, p, i)))
            change_claim(s.people, s.enterprises, s.venues, i, cents)
            counters[C.CHARGES_SUM] += 0.01 * cents
        counters[C.OWING_WORKPLACE] += 1.0
        counters[C.BONDED] += is_bonded(p, s.people.row[i], cents)
