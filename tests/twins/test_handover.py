"""Whom a provider hands over on arrival against a slow readable twin, from model 4.4.

A venue bids the share beta of what controlling her is worth to it. The provider, who takes the part kappa of a bid,
hands her over if that exceeds the reputation lost, and what making her go costs where she neither owes nor expects
work. A venue for which a recruiter has promised her work pays its bid in full.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from sim.agents.people import Bound, Creditor, Offer, Stage
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
from tests.twins.workers import Worker


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
        self.brought, self.sold, self.gained = 0, 0, 0.0

    def at(self, k: int) -> Worker:
        """She, as the one who runs venue k would see her."""
        worker = Worker(self.state, self.now, self.i, k)
        worker.me = self.me
        return worker


def has_room(worker: Worker) -> bool:
    return bool(worker.place["active"]) and worker.place["filled"] < worker.place["slots"]


def bids(her: Arrival) -> list[tuple[float, int]]:
    """(V, venue) of a few keyed places in reach that want somebody and would control her; men not where few work."""
    state, me = her.state, her.me
    here, sectors = me["here"], len(state.sectors)
    first, last = (int(state.s.cell_first[region * sectors]) for region in (here, here + 1))
    found = []
    for number in range(her.rules.handover.asked):
        us = block(her.now.seed, Stream.HANDOVER_ASKED, her.i, me["generation"], her.now.week, number // 4)
        k = first + int(us[number % 4] * (last - first))
        there = her.at(k)
        wanted = there.trade["vacant"][int(there.place["undertaking"] & Undertaking.LICENSED > 0)] > 0
        for_her = me["female"] or there.sector["female_share"] <= 0.9
        if has_room(there) and wanted and for_her and there.may_be_controlled():
            found.append((there.best_terms(there.going_pay)[0], k))
    return found


def is_delivered(her: Arrival) -> None:
    """To the place where work was promised, or to whoever bids most if that is worth it; or else she is on her own."""
    me, guide, beta = her.me, her.guide, her.rules.control.bid_share
    promised = me["offer_venue"]
    me.be(brought_by=her.j, brought_by_generation=guide["generation"], offer_venue=-1)
    if me["debt"] > 0:
        me["bound"] |= Bound.PAYS
    if me["debt"] > 0 or promised >= 0:
        me["known"] = 1
    if promised >= 0:
        there = her.at(promised)
        if has_room(there) and there.place["region"] == me["here"]:
            is_taken_on(her, there, beta * there.best_terms(there.going_pay)[0])
            return
    if guide["kappa"] <= 0:
        return
    her.brought = 1
    bound_to_go = me["debt"] > 0 or promised >= 0
    lost = 0.0 if math.isinf(her.fee) else her.rules.handover.reputation * her.fee
    lost += 0.0 if bound_to_go else her.rules.handover.force
    best, k = max(bids(her), default=(0.0, -1), key=lambda bid: bid[0])
    if guide["kappa"] * beta * best > lost:
        her.sold, her.gained = 1, beta * best - lost
        me["forced"] = not bound_to_go
        is_taken_on(her, her.at(k), guide["kappa"] * beta * best)


def is_taken_on(her: Arrival, there: Worker, bid: float) -> None:
    """The venue pays for her and takes over what she owes; on going terms it pays nothing, and the promise was kept."""
    her.hired, me, guide, place = there, her.me, her.guide, there.place
    if hired(there, True, bid) <= 0:
        me["offer"] = Offer.NONE
        return
    cents = round(100 * bid)
    place["capital"] -= cents
    guide["capital"] += cents
    guide["week_profit"] += cents * 0.01
    if me["debt"] > 0:
        guide["claims"] -= me["debt"]
        place["claims"] += me["debt"]
        me.be(creditor_kind=Creditor.VENUE, creditor=there.k, creditor_generation=place["generation"])
        me["bound"] |= Bound.OWES | Bound.PAYS
    there.count("HANDOVERS")
    there.count("HANDOVER_SUM", bid)
    there.count("PROVIDER_RECEIPTS", bid)


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
    pairs = len(state.pairs)
    state.pairs["fee"][:] = np.where(rng.random(pairs) < 0.2, np.inf, 10 ** rng.uniform(1, 3.5, pairs))
    venues["active"][:], venues["filled"][:] = rng.random(len(venues)) < 0.9, 0
    venues["kind"][:] = rng.choice([VenueKind.COMPLIANT, VenueKind.OPPORTUNISTIC, VenueKind.PREDATORY], len(venues))
    state.cells["vacant"][:], state.sectors["female_share"][:] = 1e9, [0.35, 0.95]


def test_who_is_handed_over_is_that_of_the_readable_twin() -> None:
    words = [
        "world=corridor",
        "people.size=3000",
        "time.years=1",
        "smuggling.handover_force=2000",
        "work.least_worth=0",
    ]
    week = Week(Scenario.compose(words), 3)
    for _ in range(6):
        week.advance()
    state, rng, happened, now = week.state, np.random.default_rng(7), Counter[str](), Now(9, week.state.seed)
    see_work(state)
    many_kinds_of_work(state, rng)
    many_kinds_of_arrivals(state, rng)
    found = {"pairs": state.s.pairs, "cells": state.s.cells, "counters": np.zeros(len(COUNTERS))}
    for i in map(int, rng.permutation(len(state.migrants))):
        j, pair = int(rng.integers(len(state.traffickers))), int(rng.integers(len(state.pairs)))
        if state.migrants["debt"][i] > 0:
            state.migrants["creditor"][i] = j
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
        happened["handed over"] += her.sold
        happened["forced"] += her.sold and her.me["forced"]
        happened["as promised"] += her.hired is not None and not her.sold
        happened["on her own"] += her.hired is None and her.brought
    assert len(happened) == 4
    assert min(happened.values()) >= 20, happened
