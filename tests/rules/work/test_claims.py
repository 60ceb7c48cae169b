"""Claims: what they are worth, what is done when they are not served, and what each of their numbers does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.agents.people import Bound, Start
from sim.agents.venues import VenueKind
from sim.conditions.conditions import see_work
from sim.ground.draws import draw  # noqa: F401 - compiled beside what is tested
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTER_INDEX
from sim.rules.work.claims import takes_over
from sim.rules.work.debts import weeks_to_clear
from sim.rules.work.jobs import offer_with, pay_at
from sim.rules.work.value import recovered
from sim.scenario.scenario import Scenario
from sim.week.week import Week

WORDS = [
    "world=corridor", "people.size=20000", "time.years=2", "time.burn_in_weeks=52", "smuggling.exploiter_share=1",
    "mechanisms.portfolio=off", "smuggling.able_least=1", "smuggling.deposit=0.1",
]  # fmt: skip


@kernel
def brings(rules, debt, payment, rate):
    return recovered(rules, debt, payment, rate)


@kernel
def bid(s, p, i, k, claim):
    return offer_with(s, p, i, k, pay_at(s, p, i, k), claim)[0]


@kernel
def is_taken(s, p, i, k):
    return takes_over(s, p, i, k)


def total(week: Week, name: str) -> float:
    return float(week.counters[:, COUNTER_INDEX[name]].sum())


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(WORDS)


@pytest.fixture(scope="module")
def usual(base, tools):
    return tools.run(base)


def test_a_claim_brings_its_payments_until_it_is_cleared_or_they_end(usual):
    rules = usual.state.p.control._replace(interest=0.004)
    for debt, payment, rate in [(3000.0, 100.0, 0.02), (3000.0, 100.0, 0.2), (30_000.0, 100.0, 0.01)]:
        weeks = weeks_to_clear(debt, payment, 0.004)
        assert brings(rules, debt, payment, rate) == pytest.approx(payment / rate * (1 - math.exp(-rate * weeks)))
    assert brings(rules, 30_000.0, 100.0, 0.01) == pytest.approx(10_000.0)  # never cleared: until the payments end
    assert brings(rules, 0.0, 100.0, 0.01) == brings(rules, 3000.0, 0.0, 0.01) == 0.0


def test_bids_rise_with_what_is_owed_and_more_if_the_claim_goes_with_her(usual):
    """A debt holds her, and takes back part of what she is paid: two reasons for which a venue pays more."""
    state = usual.state
    see_work(state)
    s, p, m, v = state.s, state.p, state.migrants, state.venues
    k = int(np.flatnonzero((v["kind"] == VenueKind.PREDATORY) & (v["undertaking"] == 0))[0])
    i = int(np.flatnonzero(m["home"] != v["region"][k])[0])
    owed = (0.0, 1000.0, 5000.0)
    holds, sold = [], []
    for debt in owed:
        m["debt"][i] = 100.0 * debt
        holds.append(bid(s, p, i, k, 0.0))
        sold.append(bid(s, p, i, k, debt))
    assert 0.0 < holds[0] < holds[1] < holds[2]
    assert [one >= other for one, other in zip(sold, holds, strict=True)] == [True] * 3
    assert sold[0] < sold[1] < sold[2]


def test_men_are_not_handed_over_where_nearly_all_are_women(usual):
    """The largest share that a world has is enough: commercial sex has nine women in ten."""
    state = usual.state
    s, p, m, v = state.s, state.p, state.migrants, state.venues
    sex = int(np.flatnonzero(state.world.sectors.commercial_sex)[0])
    assert state.sectors["female_share"][sex] == state.p.claim.women_only
    k = int(np.flatnonzero((v["sector"] == sex) & (v["kind"] == VenueKind.PREDATORY))[0])
    v["active"][k], v["undertaking"][k], v["slots"][k], v["filled"][k] = 1, 0, 5, 0
    state.cells["vacant"][:] = 10
    men, women = (int(np.flatnonzero(m["female"] == female)[0]) for female in (0, 1))
    assert is_taken(s, p, women, k)
    assert not is_taken(s, p, men, k)
    assert is_taken(s, p._replace(claim=p.claim._replace(women_only=1.1)), men, k)


def test_how_spells_began_adds_up_to_all_of_them(usual):
    begun = sum(total(usual, f"spells_{start.name.lower()}") for start in Start)
    assert begun == total(usual, "spells_begun") > 0
    assert total(usual, "spells_claim") > 0 < total(usual, "spells_handover")


def test_debts_are_stopped_gone_after_and_enforced(usual):
    assert total(usual, "stopped_paying") > 0
    assert total(usual, "claims_pressed") >= total(usual, "claims_paid_again") + total(usual, "claims_enforced")
    assert total(usual, "claims_kept") > 0
    assert total(usual, "exploited_owing_provider") > 0


@pytest.mark.parametrize(
    ("name", "value", "counter", "sign"),
    [
        ("debt.arrears", 520, "claims_pressed", 0),
        ("debt.per_member", 0.0, "claims_pressed", 0),
        ("debt.pressed_again", 520, "claims_pressed", -1),
        ("debt.notice", 52.0, "claims_escaped", +1),
        ("debt.interest", 0.02, "claims_enforced", +1),
    ],
)
def test_numbers_of_enforcement_matter(base, usual, tools, name, value, counter, sign):
    other = total(tools.run(base.replace({name: value})), counter)
    assert (other == 0) if sign == 0 else sign * (other - total(usual, counter)) > 0


def test_who_got_away_owes_still_and_is_not_gone_after(base, tools):
    week = tools.run(base.replace({"debt.notice": 52.0}))
    m = week.migrants
    lost = m["bound"] & Bound.LOST > 0
    assert lost.any()
    assert (m["debt"][lost] > 0).all()
    assert not (m["bound"][lost] & Bound.PAYS).any()


def test_without_loans_nobody_has_borrowed_and_without_saving_nobody_has_saved(base, tools):
    plain = base.replace({"smuggling.deposit": 0.5})
    for switch, name in (("debt_finance", "arrived_lent"), ("can_save_first", "arrived_saved")):
        assert total(tools.run(plain), name) > 0
        assert total(tools.run(plain.replace({f"mechanisms.{switch}": "off"})), name) == 0


def test_whoever_sees_through_a_promise_walks_on(base):
    """With full information nobody who looks for work comes to be controlled where she found it."""
    week = Week(base.replace({"work.seen_through": 1.0}), 1)
    m = week.migrants
    for _ in range(4):
        week.advance()
    m["information"][:], born = 1.0, m["generation"].copy()
    since = week.week
    for _ in range(40):
        week.advance()
    found = (m["start"] == Start.SEARCH) & (m["job_since"] >= since) & (m["generation"] == born) & (m["venue"] >= 0)
    assert found.sum() > 100
    assert not (m["bound"][found] & Bound.CONTROLLED).any()
