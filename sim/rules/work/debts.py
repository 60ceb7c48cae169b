"""Debts and the claims that mirror them, to the cent (model 4.4, 10).

    D <- D·(1 + i) + charges - payment,   T = ceil(-ln(1 - i·D/p) / ln(1 + i)) weeks with payment p, never if p <= i·D

Every debt of a person is a claim of an enterprise or a venue. A creditor who stops leaves the claim to be written off;
debts bind the household: they survive flight, removal and return (C5-M34), and are collected where the family lives.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.migrants import Bound, Creditor
from sim.ground.kernel import part, rule
from sim.ledger.counters import C


def weeks_to_clear(debt: float, payment: float, interest: float) -> float:
    """Weeks until a debt is cleared by a weekly payment, interest first; infinite if the payment does not exceed it."""
    if debt <= 0:
        return 0.0
    if payment <= interest * debt:
        return math.inf
    if interest == 0:
        return float(math.ceil(debt / payment))
    return float(math.ceil(-math.log1p(-interest * debt / payment) / math.log1p(interest)))


@rule
def holds_claim(m, i, t, v):
    """Whether the creditor of person i is still there."""
    j = m.row[i].creditor
    if m.row[i].creditor_kind == Creditor.ENTERPRISE:
        return t.row[j].active == 1 and t.row[j].generation == m.row[i].creditor_generation
    if m.row[i].creditor_kind == Creditor.VENUE:
        return v.row[j].active == 1 and v.row[j].generation == m.row[i].creditor_generation
    return False


@rule
def change_claim(m, i, t, v, cents):
    """Add to the debt of person i and to the claim of the creditor."""
    m.row[i].debt += cents
    if m.row[i].creditor_kind == Creditor.ENTERPRISE:
        t.row[m.row[i].creditor].claims += cents
    else:
        v.row[m.row[i].creditor].claims += cents


@rule
def lend(m, i, t, v, kind, creditor, cents):
    """Person i owes ``cents`` to a creditor (row of the table that ``kind`` names)."""
    m.row[i].creditor_kind = kind
    m.row[i].creditor = creditor
    m.row[i].creditor_generation = (
        t.row[creditor].generation if kind == Creditor.ENTERPRISE else v.row[creditor].generation
    )
    change_claim(m, i, t, v, cents)
    m.bound[i] |= np.uint8(Bound.OWES)


@rule
def forget_creditor(m, i):
    """Person i owes nothing to anyone."""
    m.row[i].debt = 0.0
    m.row[i].creditor_kind = Creditor.NOBODY
    m.row[i].creditor = -1
    m.bound[i] &= ~np.uint8(Bound.OWES | Bound.PAYS)


@rule
def write_off(m, i, t, v):
    """The debt of person i is gone, and the claim with it."""
    if m.row[i].creditor_kind != Creditor.NOBODY:
        change_claim(m, i, t, v, -m.row[i].debt)
    forget_creditor(m, i)


@part
def sell_claim(m, i, t, v, kind, buyer):
    """Another creditor takes over what person i owes; what is paid for it is a matter of the sale."""
    cents = m.row[i].debt
    if cents <= 0.0:
        return
    write_off(m, i, t, v)
    lend(m, i, t, v, kind, buyer, cents)
    m.bound[i] |= np.uint8(Bound.PAYS)


@rule
def settle(m, i, interest, payment):
    """A week of interest, then a payment of up to ``payment`` cents; the debt may be cleared.

    Returns (change of the creditor's claim, paid), whole cents, for :func:`post_payment`.
    """
    added = round(interest * m.row[i].debt)
    paid = min(payment, m.row[i].debt + added)
    m.row[i].debt += added - paid
    if m.row[i].debt <= 0.0:
        forget_creditor(m, i)
    return added - paid, paid


@rule
def post_payment(t, v, kind, creditor, change, paid, counters):
    """What a creditor receives, and how the claim has changed."""
    if kind == Creditor.ENTERPRISE:
        t.row[creditor].claims += change
        t.row[creditor].capital += paid
        t.row[creditor].week_profit += paid * 0.01
        counters[C.PROVIDER_RECEIPTS] += paid * 0.01
    else:
        v.row[creditor].claims += change
        v.row[creditor].capital += paid
