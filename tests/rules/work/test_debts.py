"""Debts: bondage length exact to the week, and claims that mirror debts to the cent."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.enterprises import enterprise_columns
from sim.agents.people import PERSON_COLUMNS, Bound, Creditor
from sim.agents.venues import VENUE_COLUMNS
from sim.ground.draws import draw  # noqa: F401 - compiled beside what is tested
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.ledger.accounts import Account
from sim.rules.work.debts import lend, post_payment, sell_claim, settle, weeks_to_clear, write_off


@kernel
def borrow(m, t, v, kind, cents):
    lend(m, t, v, 0, kind, 1, cents)


@kernel
def week(m, t, v, interest, cents, counters, accounts):
    kind, creditor = m.row[0].creditor_kind, m.row[0].creditor
    change, paid = settle(m, 0, interest, cents)
    post_payment(t, v, kind, creditor, change, paid, counters)
    accounts[Account.WAGES] -= paid
    return paid


@kernel
def forget(m, t, v):
    write_off(m, t, v, 0)


def tables():
    return (
        Table("migrant", PERSON_COLUMNS, 2),
        Table("trafficker", enterprise_columns(1), 3),
        Table("venue", VENUE_COLUMNS, 3),
    )


def claims(t, v):
    return t["claims"].sum() + v["claims"].sum()


def simulate(debt, payment, interest, limit=4000):
    """Weeks until a debt is cleared by the rules of the model; None if it never is."""
    import numpy as np

    from sim.ledger.counters import COUNTERS

    m, t, v = tables()
    counters, accounts = np.zeros(len(COUNTERS)), np.zeros(len(Account))
    borrow(m.view, t.view, v.records, Creditor.ENTERPRISE, float(debt))
    for number in range(1, limit):
        week(m.view, t.view, v.records, interest, float(payment), counters, accounts)
        assert m["debt"].sum() == claims(t, v)
        assert t["capital"].sum() + accounts.sum() == 0
        if m["debt"][0] <= 0:
            assert m["bound"][0] == 0
            return number
    return None


@pytest.mark.parametrize(
    ("debt", "payment", "interest"),
    [(100_000_00, 2_000_00, 0.004), (300_000, 5_000, 0.0), (1_000_000, 5_000, 0.004), (999_999, 4_321, 0.003)],
)
def test_bondage_lasts_as_the_closed_form_says(debt, payment, interest):
    assert simulate(debt, payment, interest) == weeks_to_clear(debt, payment, interest)


def test_a_payment_that_does_not_exceed_the_interest_never_clears():
    assert math.isinf(weeks_to_clear(1_000_000, 4_000, 0.004))
    assert simulate(1_000_000, 4_000, 0.004, limit=600) is None
    assert math.isfinite(weeks_to_clear(1_000_000, 4_100, 0.004))


def test_bondage_diverges_at_the_debt_trap():
    """EC DV2: T grows without bound as the debt approaches payment / interest."""
    lengths = [weeks_to_clear(share * 1_000_000, 4_000, 0.004) for share in (0.5, 0.9, 0.99, 0.999)]
    assert lengths == sorted(lengths)
    assert lengths[-1] > 5 * lengths[0]
    assert weeks_to_clear(0, 1, 0.1) == 0


@given(
    debt=st.integers(1_000, 10_000_000),
    share=st.floats(0.02, 0.5),
    interest=st.sampled_from([0.0, 0.002, 0.004, 0.01]),
)
def test_any_debt_clears_within_a_week_of_the_closed_form(debt, share, interest):
    """Rounding to whole cents shifts the last instalment at most."""
    payment = math.ceil(share * debt)
    assert abs(simulate(debt, payment, interest) - weeks_to_clear(debt, payment, interest)) <= 1


@kernel
def sell(m, t, v):
    sell_claim(m, t, v, 0, Creditor.VENUE, 2)


def test_a_claim_that_is_sold_changes_hands_and_not_its_size():
    m, t, v = tables()
    borrow(m.view, t.view, v.records, Creditor.ENTERPRISE, 5000.0)
    assert t["claims"].tolist() == [0, 5000, 0]
    sell(m.view, t.view, v.records)
    assert t["claims"].sum() == 0
    assert v["claims"].tolist() == [0, 0, 5000]
    assert m["bound"][0] & Bound.PAYS
    forget(m.view, t.view, v.records)
    assert m["debt"][0] == v["claims"].sum() == m["bound"][0] == 0
