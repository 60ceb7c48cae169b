"""Debts and the claims that mirror them, to the cent (model 4.4, 10).

    D <- D·(1 + i) + charges - payment,   T = ceil(-ln(1 - i·D/p) / ln(1 + i)) weeks with payment p, never if p <= i·D

Every debt of a person is a claim of an enterprise or a venue. A creditor who stops leaves the claim to be written off;
debts bind the household: they survive flight, removal and return (C5-M34), and are collected where the family lives.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.people import Bound, Creditor
from sim.ground.kernel import part, rule
from sim.ledger.counters import C


@rule
def weeks_to_clear(debt, payment, interest):
    """Weeks until a debt is cleared by a weekly payment, interest first; infinite if the payment does not exceed it."""
    if debt <= 0:
        return 0.0
    if payment <= interest * debt:
        return math.inf
    if interest == 0:
        return float(math.ceil(debt / payment))
    return float(math.ceil(-math.log1p(-interest * debt / payment) / math.log1p(interest)))


@rule
def holds_claim(people, enterprises, venues, i):
    """Whether the creditor of person i is still there."""
    person = people.row[i]
    j = person.creditor
    if person.creditor_kind == Creditor.ENTERPRISE:
        return enterprises.row[j].active == 1 and enterprises.row[j].generation == person.creditor_generation
    if person.creditor_kind == Creditor.VENUE:
        return venues[j].active == 1 and venues[j].generation == person.creditor_generation
    return False


@rule
def change_claim(people, enterprises, venues, i, cents):
    """Add to the debt of person i and to the claim of the creditor."""
    person = people.row[i]
    person.debt += cents
    if person.creditor_kind == Creditor.ENTERPRISE:
        enterprises.row[person.creditor].claims += cents
    else:
        venues[person.creditor].claims += cents


@rule
def lend(people, enterprises, venues, i, kind, creditor, cents):
    """Person i owes ``cents`` to a creditor (row of the table that ``kind`` names)."""
    person = people.row[i]
    person.creditor_kind = kind
    person.creditor = creditor
    person.creditor_generation = (
        enterprises.row[creditor].generation if kind == Creditor.ENTERPRISE else venues[creditor].generation
    )
    change_claim(people, enterprises, venues, i, cents)
    people.bound[i] |= np.uint8(Bound.OWES)


@rule
def forget_creditor(people, i):
    """Person i owes nothing to anyone."""
    person = people.row[i]
    person.debt = 0.0
    person.creditor_kind = Creditor.NOBODY
    person.creditor = -1
    people.bound[i] &= ~np.uint8(Bound.OWES | Bound.PAYS | Bound.LOST)


@rule
def write_off(people, enterprises, venues, i):
    """The debt of person i is gone, and the claim with it."""
    if people.row[i].creditor_kind != Creditor.NOBODY:
        change_claim(people, enterprises, venues, i, -people.row[i].debt)
    forget_creditor(people, i)


@part
def sell_claim(people, enterprises, venues, i, kind, buyer):
    """Another creditor takes over what person i owes; what is paid for it is a matter of the sale."""
    cents = people.row[i].debt
    if cents <= 0.0:
        return
    write_off(people, enterprises, venues, i)
    lend(people, enterprises, venues, i, kind, buyer, cents)
    people.bound[i] |= np.uint8(Bound.PAYS)


@rule
def settle(people, i, interest, payment):
    """A week of interest, then a payment of up to ``payment`` cents; the debt may be cleared.

    Returns (change of the creditor's claim, paid), whole cents, for :func:`post_payment`.
    """
    person = people.row[i]
    added = round(interest * person.debt)
    paid = min(payment, person.debt + added)
    person.debt += added - paid
    if person.debt <= 0.0:
        forget_creditor(people, i)
    return added - paid, paid


@rule
def post_payment(enterprises, venues, kind, creditor, change, paid, counters):
    """What a creditor receives, and how the claim has changed."""
    if kind == Creditor.ENTERPRISE:
        firm = enterprises.row[creditor]
        firm.claims += change
        firm.capital += paid
        firm.week_profit += paid * 0.01
        counters[C.PROVIDER_RECEIPTS] += paid * 0.01
    else:
        venues[creditor].claims += change
        venues[creditor].capital += paid
