"""Whom a provider hands over on arrival against a slow readable twin, from model 4.4.

A venue bids the share beta of what controlling her is worth to it. The provider, who takes the part kappa of a bid,
may sell her with what she owes to him, or place her and be served from her pay. He does the better of both if it brings
more than the reputation lost, than making her go where she neither owes nor expects work, and than what he could
collect from her if she went free. A venue for which a recruiter has promised her work pays its bid in full.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest

from sim.agents.people import Bound, Creditor, Offer, Stage, Start
from sim.agents.venues import Undertaking, VenueKind
from sim.conditions.conditions import see_work
from sim.ground.calendar import Now
from sim.ground.draws import Stream, block
from sim.ledger.counters import COUNTERS
from sim.rules.work.handover import deliver
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from tests.twins.rows import Row, differences, unlike
from tests.twins.test_terms import hired, many_kinds_of_work
from tests.twins.workers import NO_PAPERS, Worker


class Bid(NamedTuple):
    """What can be made of her in one place."""

    gain: float
    k: int
    worth: float
    keeps: bool
    sigma: float


class Arrival:
    """Somebody who arrived with a provider, and the venues that could have her."""

    def __init__(self, state: State, now: Now, i: int, j: int, pair: int) -> None:
        self.state, self.rules, self.now, self.i, self.j, self.pair = state, state.p, now, i, j, pair
        self.me, self.guide, self.fee = (
            Row(state.migrants, i),
            Row(state.traffickers, j),
            state.pairs["fee"][pair].item(),
        )
        self.hired: Worker | None = None
        self.how = ""
        self.brought, self.sold, self.gained = 0, 0, 0.0

    def at(self, k: int) -> Worker:
        """She, as the one who runs venue k would see her."""
        worker = Worker(self.state, self.now, self.i, k)
        worker.me = self.me
        return worker

    @property
    def own(self) -> bool:
        """Whether she owes to who brought her."""
        me = self.me
        theirs = me["creditor_kind"] == Creditor.ENTERPRISE and me["creditor"] == self.j
        return me["debt"] > 0 and theirs and me["creditor_generation"] == self.guide["generation"]


def has_room(worker: Worker) -> bool:
    return bool(worker.place["active"]) and worker.place["filled"] < worker.place["slots"]


def would_take(there: Worker) -> bool:
    """It wants somebody and would control her; men are not handed over where nearly all are women."""
    wanted = there.trade["vacant"][int(there.place["undertaking"] & Undertaking.LICENSED > 0)] > 0
    for_her = there.me["female"] or there.sector["female_share"] < there.rules.claim.women_only
    return has_room(there) and wanted and bool(for_her) and there.may_be_controlled()


def best_at(her: Arrival, there: Worker, share: float) -> Bid:
    """Sold with what she owes, or placed and served from her pay; nothing where she is not worth the trouble."""
    y, beta, rules = there.going_pay, her.rules.control.bid_share, her.rules
    least, best = rules.hire.least_worth * y, Bid(0.0, -1, 0.0, False, 1.0)
    owed = 0.01 * her.me["debt"] * her.own  # nobody sells what she owes to others
    worth, _, sigma = there.best_terms(y, owed)
    if worth > least:
        best = Bid(share * beta * worth, there.k, worth, her.me["debt"] > 0 and not her.own, sigma)
    if her.own:
        worth, control, sigma = there.best_terms(y, 0.0)
        if worth > least:
            rate = there.rate(y, control, sigma)
            served = there.served(owed, rules.term.service_share * sigma * y, rate)
            gain = share * beta * worth + her.guide["collects"] * served
            best = max(best, Bid(gain, there.k, worth, True, sigma), key=lambda bid: bid.gain)
    return best


def best_of_few(her: Arrival, stream: Stream = Stream.HANDOVER_ASKED) -> Bid:
    """Keyed places in reach: the next after a drawn one that would take her, round the region."""
    state, me = her.state, her.me
    here, sectors = me["here"], len(state.sectors)
    first, last = (int(state.s.cell_first[region * sectors]) for region in (here, here + 1))
    bids = []
    for number in range(her.rules.claim.asked):
        us = block(her.now.seed, stream, her.i, me["generation"], her.now.week, number // 4)
        begin = first + int(us[number % 4] * (last - first))
        willing = (k for k in [*range(begin, last), *range(first, begin)] if would_take(her.at(k)))
        k = next(willing, -1)
        if k >= 0:
            bids.append(best_at(her, her.at(k), her.guide["kappa"]))
    return max(bids, default=Bid(0.0, -1, 0.0, False, 1.0), key=lambda bid: bid.gain)


def collected(her: Arrival) -> float:
    """What she would pay from work of average pay, as long as debt alone holds her."""
    there = her.at(int(her.state.s.cell_first[her.me["here"] * len(her.state.sectors)]))
    pay, share = there.earns(there.region["wage"], her.me["legal"] not in NO_PAPERS), her.rules.term.service_share
    there.sector["isolation"] = 0.0
    stops = there.wish_to_leave(there.outside, (1 - share) * pay, there.owed(pay), there.fear)
    return there.served(0.01 * her.me["debt"], share * pay, her.rules.control.discount + stops)


def is_delivered(her: Arrival) -> None:
    """To the place where work was promised, or to whoever bids most if that is worth it; or else she is on her own."""
    me, guide = her.me, her.guide
    promised = me["offer_venue"]
    me.be(brought_by=her.j, brought_by_generation=guide["generation"], offer_venue=-1)
    if me["debt"] > 0:
        me.be(bound=me["bound"] | Bound.PAYS, served=her.now.week)
    if me["debt"] > 0 or promised >= 0:
        me["known"] = 1
    if promised >= 0:
        there = her.at(promised)
        if has_room(there) and there.place["region"] == me["here"]:
            her.how = "as promised"
            bid = best_at(her, there, 1.0) if there.may_be_controlled() else Bid(0.0, -1, 0.0, False, 1.0)
            if bid.k < 0:
                her.hired = there
                hired(there, True, 0.0, Start.ORDER)
                me["offer"] = Offer.NONE
            else:
                is_taken_on(her, bid, 1.0, Start.ORDER)
            return
    if guide["kappa"] <= 0:
        return
    her.brought = 1
    bound_to_go = me["debt"] > 0 or promised >= 0
    lost = 0.0 if math.isinf(her.fee) else her.rules.claim.reputation * her.fee
    lost += 0.0 if bound_to_go else her.rules.handover.force
    lost += collected(her) if her.own else 0.0
    bid = best_of_few(her)
    if bid.gain > lost:
        her.sold, her.gained = 1, (bid.gain - lost) / guide["kappa"]
        me["forced"] = not bound_to_go
        guide["known_all"] += her.rules.journey.report_bad
        guide["known_bad"] += her.rules.journey.report_bad
        is_taken_on(her, bid, guide["kappa"], Start.HANDOVER)
        her.how = "placed" if bid.keeps else "sold"


def is_taken_on(her: Arrival, bid: Bid, share: float, start: Start) -> None:
    """The venue pays for her, and takes over what she owes unless the provider keeps it."""
    there = her.at(bid.k)
    her.hired, me, guide, place = there, her.me, her.guide, there.place
    cents = round(100 * share * her.rules.control.bid_share * bid.worth)
    own = her.own
    if me["debt"] > 0 and not bid.keeps:
        guide["claims"] -= me["debt"] if own else 0
        place["claims"] += me["debt"]
        me.be(creditor_kind=Creditor.VENUE, creditor=there.k, creditor_generation=place["generation"])
        me["bound"] |= Bound.OWES | Bound.PAYS
    hired(there, True, 0.01 * cents, start)
    me["served"] = her.now.week
    place["capital"] -= cents
    guide["capital"] += cents
    guide["week_profit"] += cents * 0.01
    there.count("HANDOVERS", start != Start.CLAIM)
    there.count("HANDOVER_SUM", 0.01 * cents)
    there.count("PROVIDER_RECEIPTS", 0.01 * cents)
    there.count("CLAIMS_KEPT", bid.keeps and own)
    if bid.keeps:
        me["bound"] |= Bound.PAYS


def many_kinds_of_arrivals(state: State, rng: np.random.Generator) -> None:
    """People who owe their provider or nobody, with work promised or not, and providers who would and would not."""
    m, firms, venues = state.migrants, state.traffickers, state.venues
    size = len(m)
    m["stage"][:], m["here"][:] = Stage.ARRIVED, rng.integers(0, len(state.regions), size)
    m["bound"][:] = np.where(m["debt"] > 0, int(Bound.OWES), 0)
    m["offer_venue"][:] = np.where(rng.random(size) < 0.2, rng.integers(0, len(venues), size), -1)
    m["offer"][:] = np.where(m["offer_venue"] >= 0, 2, 0)
    m["creditor_kind"][:], m["creditor"][:] = np.where(m["debt"] > 0, int(Creditor.ENTERPRISE), 0), -1
    firms["kappa"][:] = rng.random(len(firms)) * (rng.random(len(firms)) < 0.8)
    firms["collects"][:] = np.sqrt(rng.random(len(firms))) * (rng.random(len(firms)) < 0.9)
    pairs = len(state.pairs)
    state.pairs["fee"][:] = np.where(rng.random(pairs) < 0.2, np.inf, 10 ** rng.uniform(1, 3.5, pairs))
    venues["active"][:], venues["filled"][:] = rng.random(len(venues)) < 0.9, 0
    venues["kind"][:] = rng.choice([VenueKind.COMPLIANT, VenueKind.OPPORTUNISTIC, VenueKind.PREDATORY], len(venues))
    state.cells["vacant"][:], state.sectors["female_share"][:] = 1e9, [0.35, 0.95]


@pytest.mark.slow
@pytest.mark.parametrize("least", [0.0, 8.0])
def test_who_is_handed_over_is_that_of_the_readable_twin(least: float) -> None:
    words = [
        "world=corridor",
        "people.size=2500",
        "time.years=1",
        "smuggling.handover_force=2000",
        f"work.least_worth={least}",
    ]
    week = Week(Scenario.compose(words), 3)
    for _ in range(6):
        week.advance()
    state, rng, happened, now = (
        week.state,
        np.random.default_rng(7),
        Counter[str](),
        Now(9, week.state.seed, week.state.seed),
    )
    see_work(state)
    many_kinds_of_work(state, rng)
    many_kinds_of_arrivals(state, rng)
    found = {"pairs": state.s.pairs, "cells": state.s.cells, "counters": np.zeros(len(COUNTERS))}
    for i in map(int, rng.permutation(len(state.migrants))[:1000]):
        j, pair = int(rng.integers(len(state.traffickers))), int(rng.integers(len(state.pairs)))
        if state.migrants["debt"][i] > 0:
            state.migrants["creditor"][i] = j
            state.migrants["creditor_generation"][i] = state.traffickers["generation"][j] + (rng.random() < 0.1)
        her = Arrival(state, now, i, j, pair)
        is_delivered(her)
        before = {name: table.copy() for name, table in found.items()}
        deliver(state.s, state.p, now, np.array([i]), np.array([j]), np.array([pair]), found["counters"])
        left = dict(her.hired.left) if her.hired else {}
        left |= {("pairs", name, pair): getattr(her, name) for name in ("brought", "sold", "gained")}
        wrong = unlike(left, differences(before, found)) | unlike(her.me, Row(state.migrants, i))
        wrong |= unlike(her.guide, Row(state.traffickers, j))
        if her.hired:
            wrong |= unlike(her.hired.place, Row(state.venues, her.hired.k))
        assert not wrong, f"person {i} with {j}: {wrong}"
        happened[her.how or "on her own"] += 1
        happened["forced"] += her.sold and her.me["forced"]
    assert len(happened) == 5
    assert min(happened.values()) >= 3, happened
