"""The terms on which somebody is hired against a slow readable twin, from model 4.4.

A venue compares every means of control that its owner would use, at every share of pay, and takes what is worth most;
where that is not worth the trouble, and where she sees through what is promised, the terms are the going ones.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from sim.agents.people import NEVER, Abroad, Bound, Control, Creditor, Legal, Stage, Start
from sim.agents.venues import Undertaking
from sim.conditions.conditions import see_work
from sim.ground.calendar import Now
from sim.ground.draws import Stream, draw
from sim.ledger.counters import COUNTERS
from sim.rules.work.jobs import hire
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from tests.twins.rows import Row, differences, unlike
from tests.twins.workers import Worker


def hired(her: Worker, deceived: bool, cost: float, start: Start) -> float:
    """She fills a place on the terms worth most to it; V, or 0 where these are going terms."""
    me, place, rules, week = her.me, her.place, her.rules.hire, her.now.week
    y = her.going_pay
    if not me["abroad"] & Abroad.WORKED and me["legal"] != Legal.VISITOR:
        me["since"] = week
    me["abroad"] |= Abroad.WORKED
    place["filled"] += 1
    place["vacant_since"] = NEVER if place["filled"] >= place["slots"] else place["vacant_since"]
    her.left["cells", "vacant", her.cell, int(place["undertaking"] & Undertaking.LICENSED > 0)] -= 1
    me.be(venue=her.k, job_since=week, value=y, stage=Stage.WORKING, searches=0, paid_until=week, start=start)
    me["sector"] = place["sector"]  # of her last work, also when she has left it
    worth, control, sigma = her.best_terms(y) if deceived and her.may_be_controlled() else (0.0, Control.NONE, 1.0)
    if worth <= rules.least_worth * y:  # not worth the trouble
        me.be(control=Control.NONE, credited=1.0, receipts=0.0, bound=me["bound"] & ~Bound.CONTROLLED)
        her.count("HIRES_GOING")
        considers_next(her)
        return 0.0
    me.be(control=control, credited=sigma, review_week=week + rules.review_weeks, due=NEVER)
    me.be(bound=me["bound"] | Bound.CONTROLLED, receipts=(cost + rules.hire_cost * y) * (1 + rules.target_return))
    place["watched"] += control > 0
    place["attention"] += her.region["control_cost"][control] * (control > 0)
    place["attention"] *= place["watched"] > 0
    place["shadow"] = max(place["attention"] / max(place["room"], 1e-9) - 1, 0.0) * rules.shadow_pace
    her.count("HIRES_CONTROLLED")
    return worth


def considers_next(her: Worker) -> None:
    """About every half year, sooner with conflict at home and kin abroad."""
    me, rules = her.me, her.rules.choice
    mean = rules.interval * (1 - rules.sooner_conflict * her.state.regions["conflict"][me["home"]])
    mean *= 1 - rules.sooner_kin * (me["kin"] >= 0)
    u = draw(her.now.seed, Stream.CONSIDER_DELAY, her.i, me["generation"], her.now.week, 0)
    me["due"] = her.now.week + 1 + int(-mean * math.log(u))
    if me["legal"] == Legal.VISITOR:
        me["due"] = min(me["due"], max(me["since"] + rules.papers_valid, her.now.week + 1))


def many_kinds_of_work(state: State, rng: np.random.Generator) -> None:
    """Places of every kind, seen or not, found or not; people of every status, in debt or not, with kin or without."""
    m, venues, cells, regions = state.migrants, state.venues, state.cells, state.regions
    size, count = len(m), len(venues)
    for name, share in {"skill": 0.3, "minor": 0.1, "female": 0.5}.items():
        m[name][:] = rng.random(size) < share
    m["control"][:], m["credited"][:], m["legal"][:] = Control.NONE, 1.0, rng.integers(0, len(Legal), size)
    m["debt"][:] = np.where(rng.random(size) < 0.5, np.round(10 ** rng.uniform(3, 6.5, size)), 0)
    m["creditor_kind"][:] = np.where(m["debt"] > 0, int(Creditor.VENUE), 0)
    m["creditor"][:] = np.where(m["debt"] > 0, rng.integers(0, len(venues), size), -1)
    m["kin"][:], m["information"][:] = rng.integers(-1, len(regions), size), rng.random(size)
    m["ability_abroad"][:] = rng.uniform(0.3, 2, size)
    m["job_since"][:], m["since"][:] = rng.integers(-90, -1, (2, size))
    venues["kind"][:], venues["limit"][:] = rng.integers(0, 3, count), rng.integers(0, len(Control), count)
    venues["undertaking"][:] = np.where(rng.random(count) < 0.1, rng.integers(1, 4, count), 0)
    venues["visibility"][:], venues["shadow"][:] = rng.integers(0, 3, count), rng.uniform(0, 2, count)
    venues["active"][:], venues["filled"][:] = 1, 0
    for hazard in ("detection", "watched", "visited", "removed", "complains"):
        cells[hazard][:] = 10 ** rng.uniform(-5, -0.5, cells[hazard].shape)
    cells["customers"][:], cells["bribes"][:] = rng.uniform(0.7, 1, cells["customers"].shape), rng.uniform(0, 40, 3)
    regions["fear"][:], regions["reported"][:] = rng.random((2, len(regions)))
    regions["conviction_loss"][:] = 10 ** rng.uniform(2, 5, len(regions))
    more = np.random.default_rng(5)
    m["abroad"][:], venues["watched"][:] = more.integers(0, 4, size), more.integers(0, 3, count)


@pytest.mark.slow
def test_terms_of_hiring_are_those_of_the_readable_twin() -> None:
    week = Week(Scenario.compose(["world=corridor", "people.size=6000", "time.years=1"]), 3)
    for _ in range(6):
        week.advance()
    state, rng, chosen, now = (
        week.state,
        np.random.default_rng(7),
        Counter[str](),
        Now(9, week.state.seed, week.state.seed),
    )
    see_work(state)
    many_kinds_of_work(state, rng)
    seen = {"cells": state.s.cells, "counters": np.zeros(len(COUNTERS))}
    for i in map(int, rng.permutation(len(state.migrants))):
        k, deceived, cost = int(rng.integers(len(state.venues))), rng.random() < 0.9, 100.0
        if state.migrants["debt"][i] > 0 and rng.random() < 0.5:
            k = int(state.migrants["creditor"][i])
        her = Worker(state, now, i, k)
        start = Start(rng.integers(len(Start)))
        worth = hired(her, deceived, cost, start)
        before = {name: table.copy() for name, table in seen.items()}
        found = hire(state.s, state.p, now, i, her.k, deceived, cost, start, seen["counters"])
        wrong = unlike(her.left, differences(before, seen)) | unlike({"V": worth}, {"V": found})
        wrong |= unlike(her.me, Row(state.migrants, i)) | unlike(her.place, Row(state.venues, her.k))
        assert not wrong, f"person {i} at venue {her.k}: {wrong}"
        chosen[Control(her.me["control"]).name if worth > 0 else "GOING TERMS"] += 1
        chosen["UNPAID"] += worth > 0 and her.me["credited"] == 0
        chosen["PAID IN PART"] += worth > 0 and her.me["credited"] > 0
    assert set(chosen) == {*Control.__members__, "GOING TERMS", "UNPAID", "PAID IN PART"}
    assert min(chosen.values()) >= 20, chosen
