"""What becomes of a debt that is not served against a slow readable twin, from model 4.4.

A provider goes after those whom it brought, who have neither fled nor gone home and have not served their debt for
long, as far as its members can. What can be made of her is weighed as on arrival (:mod:`tests.twins.test_handover`),
against what she is expected to pay. She may get away before; where she has work she may pay again.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from sim.agents.people import NEVER, Bound, Channel, Control, Creditor, Offer, Stage, Start
from sim.conditions.conditions import see_work
from sim.ground.calendar import Now
from sim.ground.draws import Stream, draw
from sim.ledger.counters import COUNTERS
from sim.rules.work.claims import enforce
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from tests.twins.rows import Changes, Row, count_person, differences, unlike
from tests.twins.test_handover import Arrival, Bid, best_of_few, is_taken_on
from tests.twins.test_terms import many_kinds_of_work
from tests.twins.workers import NO_PAPERS


def known_to(her: Arrival) -> bool:
    """Whether the one to whom she owes brought her to where she is, and she is there still."""
    me = her.me
    stays = me["stage"] == Stage.ARRIVED or (me["stage"] == Stage.WORKING and me["venue"] >= 0)
    if not stays or me["bound"] & (Bound.LOST | Bound.CONTROLLED) or me["here"] == me["home"]:
        return False
    brought = me["brought_by"] == her.j and me["brought_by_generation"] == her.guide["generation"]
    return brought and her.state.s.pair_of[her.guide["home"], me["here"]] >= 0


def is_due(her: Arrival, weeks: int) -> bool:
    """Long without service, and it is again the week to go after her."""
    me, guide, rules = her.me, her.guide, her.rules.claim
    there = guide["active"] == 1 and guide["generation"] == me["creditor_generation"]
    return bool(there) and weeks >= rules.arrears and (weeks - rules.arrears) % rules.again == 0


def expected(her: Arrival, weeks: int) -> float:
    """What she pays where she works, or will when she works: who has waited for long will wait for as long again."""
    me, share, works = her.me, her.rules.term.service_share, her.me["stage"] == Stage.WORKING
    there = her.at(me["venue"] if works else int(her.state.s.cell_first[me["here"] * len(her.state.sectors)]))
    if not works:
        there.sector["isolation"] = 0.0
    pay = me["value"] if works else there.earns(there.region["wage"], me["legal"] not in NO_PAPERS)
    rate = her.rules.control.discount
    rate += there.wish_to_leave(there.outside, (1 - share) * pay, there.owed(pay), there.fear)
    return there.served(0.01 * me["debt"], share * pay, rate) / (1 if works else 1 + rate * weeks)


def ways_round(her: Arrival, bid: Bid) -> tuple[float, float]:
    """Weekly hazards of flight and of a complaint, on the terms that wait for her."""
    if bid.k < 0:
        return 0.0, 0.0
    there, me = her.at(bid.k), her.me
    y, law, rules = there.going_pay, there.law, her.rules.term
    there.sector["isolation"] = 0.0
    flight = there.wish_to_leave(there.outside, bid.sigma * y, there.owed(y), there.fear)
    back_pay = law["work_back_pay"]
    if me["entered"] == Channel.REGULAR and me["legal"] not in NO_PAPERS:
        back_pay = max(back_pay, her.state.s.contracts[me["home"], me["here"]])
    complaint = rules.complaint * (1 - bid.sigma) * (1 + back_pay) * (1 - law["collusion"])
    return flight, complaint * (1 - there.fear * (1 - law["status_firewall"]))


def is_gone_after(her: Arrival) -> str:
    """What becomes of her, in a word."""
    me, guide, week = her.me, her.guide, her.now.week
    weeks = week - me["served"]
    if me["debt"] <= 0 or me["creditor_kind"] != Creditor.ENTERPRISE or not is_due(her, weeks):
        return "not due"
    if not known_to(her):
        return "out of reach"
    if guide["at_hand"] < 1:
        return "no time"
    if draw(her.now.seed, Stream.CLAIM_REACHED, her.i, me["generation"], week, her.j) >= guide["collects"]:
        return "not found"
    guide["at_hand"] -= 1
    count_person(me, Changes(float), "CLAIMS_PRESSED", week)
    bid = best_of_few(her, Stream.CLAIM_ASKED) if guide["kappa"] > 0 else Bid(0.0, -1, 0.0, False, 1.0)
    flight, complaint = ways_round(her, bid)
    gone = 1 - math.exp(-her.rules.claim.notice * (flight + complaint))
    lost = 0.0 if math.isinf(her.fee) else her.rules.claim.reputation * her.fee
    rests, gain = expected(her, weeks), (1 - gone) * bid.gain - lost
    if bid.k < 0 or gain <= rests:
        if me["stage"] != Stage.WORKING:
            return "left alone"
        me.be(bound=me["bound"] | Bound.PAYS, served=week)
        return "pays again"
    u = draw(her.now.seed, Stream.CALLED_IN, her.i, me["generation"], week, 0)
    if u < gone:
        complained = u < gone * complaint / (flight + complaint)
        me["bound"] = (me["bound"] & ~Bound.PAYS) | Bound.LOST
        if me["stage"] == Stage.WORKING and not complained:
            leaves_work(her)
            me.be(stage=Stage.ARRIVED, searches=1, paid_until=week, due=week + 1)
        return "complains" if complained else "flees"
    her.sold, her.gained = 1, (gain - rests) / guide["kappa"]
    count_person(me, Changes(float), "CLAIMS_ENFORCED", week)
    guide["known_all"] += her.rules.journey.report_bad
    guide["known_bad"] += her.rules.journey.report_bad
    if me["stage"] == Stage.WORKING:
        leaves_work(her)
    is_taken_on(her, bid, guide["kappa"], Start.CLAIM)
    return "placed" if bid.keeps else "sold"


def leaves_work(her: Arrival) -> None:
    her.me.be(venue=-1, offer=Offer.NONE, control=Control.NONE, credited=1.0, receipts=0.0)


def many_kinds_of_debtors(state: State, rng: np.random.Generator, week: int) -> None:
    """People who owe to whoever brought them, or to others; at work or not, in reach or not."""
    m, firms, venues = state.migrants, state.traffickers, state.venues
    size, count = len(m), len(firms)
    m["venue"][:] = np.where(rng.random(size) < 0.5, rng.integers(0, len(venues), size), -1)
    m["here"][:] = np.where(m["venue"] >= 0, venues["region"][m["venue"]], rng.integers(0, len(state.regions), size))
    m["stage"][:] = np.where(m["venue"] >= 0, int(Stage.WORKING), int(Stage.ARRIVED))
    m["stage"][rng.random(size) < 0.1] = Stage.PROTECTED
    m["value"][:], m["exploiter"][:] = rng.uniform(100, 900, size), -1
    m["entered"][:], m["review_week"][:] = rng.integers(-1, 4, size), 0
    m["debt"][:] = np.round(10 ** rng.uniform(4, 6.2, size))
    m["creditor_kind"][:] = np.where(rng.random(size) < 0.95, int(Creditor.ENTERPRISE), int(Creditor.VENUE))
    m["creditor"][:] = rng.integers(0, count, size)
    firms["generation"][:], firms["active"][:] = rng.integers(0, 3, count), rng.random(count) < 0.95
    m["creditor_generation"][:] = firms["generation"][m["creditor"]]
    m["brought_by"][:] = np.where(rng.random(size) < 0.95, m["creditor"], m["creditor"] - 1)
    m["brought_by_generation"][:] = m["creditor_generation"]
    m["bound"][:] = np.where(rng.random(size) < 0.1, Bound.OWES | Bound.LOST, Bound.OWES)
    m["served"][:], m["offer"][:] = week - 8 * rng.integers(0, 12, size), 0
    firms["kappa"][:] = rng.random(count) * (rng.random(count) < 0.7)
    firms["collects"][:] = rng.uniform(0.05, 1, count)
    state.pairs["fee"][:] = np.where(rng.random(len(state.pairs)) < 0.2, np.inf, 300)
    for name in ("work_back_pay", "status_firewall", "collusion"):
        state.s.law[name] = 0.5 * rng.random(len(state.s.law))
    venues["kind"][:], venues["filled"][:] = rng.integers(0, 3, len(venues)), 1
    venues["vacant_since"][:] = NEVER
    state.cells["vacant"][:], state.sectors["female_share"][:] = 1e9, [0.35, 0.95]


@pytest.mark.slow  # sales are rare, and take a thousand debtors each
def test_what_becomes_of_a_debt_that_is_not_served_is_that_of_the_readable_twin() -> None:
    words = ["world=corridor", "people.size=12000", "time.years=1", "debt.notice=20", "exit.complaint=5"]
    words += ["justice.penalty_exploitation=0.3", "enforcement.employer_penalty=0"]
    week = Week(Scenario.compose(words), 3)
    for _ in range(6):
        week.advance()
    state, rng, happened, now = (
        week.state,
        np.random.default_rng(7),
        Counter[str](),
        Now(120, week.state.seed, week.state.seed),
    )
    see_work(state)
    many_kinds_of_work(state, rng)
    many_kinds_of_debtors(state, rng, now.week)
    counters, nobody = np.zeros(len(COUNTERS)), np.zeros(0, state.s.active.dtype)
    state.traffickers["at_hand"][:] = 0.0
    for i in map(int, rng.permutation(len(state.migrants))):
        m, j = state.migrants, int(state.migrants["creditor"][i])
        state.traffickers["at_hand"][j] = float(rng.random() < 0.95)
        pair = int(state.s.pair_of[state.traffickers["home"][j], m["here"][i]])
        her = Arrival(state, now, i, j, max(pair, 0))
        k = her.me["venue"]
        word = is_gone_after(her)
        left = Row(state.venues, k) if k >= 0 else None
        before = counters.copy()
        pairs = state.s.pairs.copy()
        enforce(state.s, state.p, now, np.array([i]), nobody, counters)
        wrong = unlike(her.me, Row(state.migrants, i)) | unlike(her.guide, Row(state.traffickers, j))
        wrong.pop("lost", None)  # of pay withheld, which nothing was where she worked on going terms
        if her.hired and her.hired.k != k:
            wrong |= unlike(her.hired.place, Row(state.venues, her.hired.k))
        sold = differences({"pairs": pairs}, {"pairs": state.s.pairs})
        wrong |= unlike(
            sold, {("pairs", name, her.pair): getattr(her, name) for name in ("sold", "gained") if her.sold}
        )
        assert not wrong, f"person {i} with {j}, {word}: {wrong}"
        if left is not None and word in {"sold", "placed", "flees"} and k != (her.hired.k if her.hired else -1):
            assert state.venues["filled"][k] == left["filled"] - 1
        gone = {"sold": "CLAIMS_ENFORCED", "placed": "CLAIMS_KEPT", "flees": "CLAIMS_ESCAPED",
                "complains": "CLAIMS_REPORTED", "pays again": "CLAIMS_PAID_AGAIN"}  # fmt: skip
        if word in gone:
            name = gone[word].lower()
            position = [counter.name for counter in COUNTERS].index(name)
            assert counters[position] == before[position] + 1
        happened[word] += 1
    assert len(happened) == 10, happened
    assert min(happened.values()) >= 2, happened
