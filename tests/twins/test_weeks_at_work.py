"""A week of somebody who owes or works on controlled terms against a slow readable twin, from model 4.4, 4.5 and 8.

It is told in this order: what is seen of her and which way out opens first, what she owes, what she is paid, under what
labels she counts, and what is left to do.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, Bound, Channel, Control, Creditor, Legal, Offer, Stage
from sim.agents.venues import Undertaking, Visibility
from sim.ground.calendar import Now
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS
from sim.ground.threads import Span
from sim.ledger.accounts import Account
from sim.ledger.counters import COUNTERS, C
from sim.rules.control.terms import (
    BEGINS,
    CLEARED,
    ENDS,
    LEAVES,
    POSTED,
    PROMOTES,
    REVIEWS,
    live,
)  # fmt: skip
from sim.rules.control.ways_out import NOTHING, Exit, OwnHazards
from sim.rules.people.consider import NOT_WHOLE, Sums
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.week import Week
from tests.twins.rows import Row, differences, record, unlike
from tests.twins.test_ways_out import clocks, earliest
from tests.twins.workers import NO_PAPERS, Worker

TO_DO = {"clears": CLEARED, "begins": BEGINS, "ends": ENDS, "leaves": LEAVES, "promotes": PROMOTES, "reviews": REVIEWS}


def labels(her: Worker) -> tuple[bool, bool, bool]:
    """(underpaid, held, exploited): what her own exits are, beside those with secure status, no debt and no control."""
    me, paid = her.me, her.me["credited"] * her.me["value"]
    own = her.wish_to_leave(her.outside, paid, her.owed(me["value"]), her.fear)
    own *= 1 - her.rules.control.hold[me["control"]]
    free = her.wish_to_leave(her.earns(her.region["outside"], papers=True), paid, 0.0, 0.0)
    underpaid, held = me["credited"] < 0.5, own < 0.5 * free
    return underpaid, held, (underpaid and held) or me["control"] >= Control.CONFINEMENT


def first_way_out(her: Worker) -> int:
    """By her own will, complaint, dismissal or death, or because she is met; the earliest clock of the week."""
    me, place, law, rules, week = her.me, her.place, her.law, her.rules.term, her.now.week
    if place["shut"] == week:
        return Exit.CLOSED
    hold = her.rules.control.hold[me["control"]]
    own = her.wish_to_leave(her.outside, me["credited"] * me["value"], her.owed(me["value"]), her.fear) * (1 - hold)
    back_pay = law["work_back_pay"]
    if me["entered"] == Channel.REGULAR and me["legal"] not in NO_PAPERS:
        back_pay = max(back_pay, her.state.s.contracts[me["home"], place["region"]])
    complaint = rules.complaint * (1 - me["credited"]) * (1 - hold) * (1 + back_pay)
    complaint *= (1 - her.fear * (1 - law["status_firewall"])) * (1 - law["collusion"])
    licensed = int(place["undertaking"] & Undertaking.LICENSED > 0)
    dismissal = rules.dismissal + her.trade["excess"][licensed] / 52
    death = rules.death * (me["control"] == Control.VIOLENCE)
    us = clocks(her.now.seed, her.i, me["generation"], her.k, place["generation"], week)
    inside, met = OwnHazards(own, complaint, dismissal, death), her.trade["hazards"][place["visibility"]]
    return earliest(us, me["control"], inside, met)


def is_paid_off(her: Worker, payment: float) -> None:
    """A week of interest, then a payment: what the creditor gets, and how the claim changes."""
    me = her.me
    interest = round(her.rules.term.interest * me["debt"])
    paid = min(payment, me["debt"] + interest)
    her.posted |= {"creditor": me["creditor"], "creditor_kind": me["creditor_kind"]}
    her.posted |= {"claim": interest - paid, "paid": paid}
    her.pay(Account.WAGES, -paid)
    me["debt"] += interest - paid
    if me["debt"] <= 0:
        owes_nobody(me)


def owes_nobody(me: Row) -> None:
    me.be(
        debt=0.0,
        creditor=-1,
        creditor_kind=Creditor.NOBODY,
        bound=me["bound"] & ~(Bound.OWES | Bound.PAYS | Bound.LOST),
    )


def serves_debt(her: Worker) -> None:
    """Nobody's claim is written off; at home the household pays, wherever the debt was made."""
    me, state = her.me, her.state
    table = {Creditor.ENTERPRISE: state.traffickers, Creditor.VENUE: state.venues}.get(me["creditor_kind"])
    there = table is not None and table["active"][me["creditor"]] == 1
    there = there and table is not None and table["generation"][me["creditor"]] == me["creditor_generation"]
    if not there or me["stage"] == Stage.DEAD:
        her.posted |= {"creditor": me["creditor"], "creditor_kind": me["creditor_kind"], "claim": -me["debt"]}
        owes_nobody(me)
        return
    if me["stage"] in {Stage.HOME, Stage.WAITING} and me["bound"] & Bound.OWES:
        me.be(bound=(me["bound"] | Bound.PAYS) & ~Bound.LOST, served=her.now.week)
        income = state.regions["income_home"][me["home"]] / 52 * me["ability"]
        is_paid_off(her, round(100 * her.rules.term.household_share * income))
    elif me["stage"] in {Stage.ARRIVED, Stage.WORKING} and me["here"] != me["home"] and not me["bound"] & Bound.LOST:
        if me["stage"] == Stage.ARRIVED or not me["bound"] & Bound.PAYS:
            is_paid_off(her, 0)
        her.count("IN_ARREARS", her.now.week - me["served"] >= her.rules.claim.arrears)
    her.count("DEBTORS", me["debt"] > 0)
    her.count("DEBT_STOCK", me["debt"] * 0.01)


def stops_paying(her: Worker, controlled: bool) -> None:
    """Who owes to a provider and works on going terms abroad may pay no more: what is taken is what staying costs."""
    me, y = her.me, her.me["value"]
    if controlled or not me["bound"] & Bound.PAYS or me["here"] == me["home"]:
        return
    if me["creditor_kind"] != Creditor.ENTERPRISE:
        return
    paid = (1 - her.rules.term.service_share) * y
    hazard = her.wish_to_leave(her.outside, paid, her.owed(y), her.fear)
    if draw(her.now.seed, Stream.STOPS_PAYING, her.i, me["generation"], her.now.week, 0) < hazard:
        me["bound"] &= ~Bound.PAYS
        her.count("STOPPED_PAYING")


def is_paid(her: Worker) -> None:
    """What is withheld goes to the place, which pays for control; a part of the rest is saved, sent home, collected."""
    me, rules = her.me, her.rules.term
    credited = me["value"] * me["credited"]
    if me["bound"] & Bound.CONTROLLED:
        taken, cost = (
            round(100 * me["value"] * (1 - me["credited"])),
            round(100 * her.region["control_cost"][me["control"]]),
        )
        her.posted["venue"] = taken - cost
        her.pay(Account.CONSUMERS, -taken)
        her.pay(Account.CONTROL, cost)
        me["receipts"] -= taken * 0.01
        sends = me["control"] < Control.CONFINEMENT and me["here"] != me["home"]
        saved, sent = round(100 * rules.saving_share * credited), round(100 * rules.remitted_share * credited) * sends
        me["cash"] += saved
        her.pay(Account.WAGES, -(saved + sent))
        her.pay(Account.REMITTANCES, sent)
        her.count("REMITTANCES", sent * 0.01)
    if me["bound"] & Bound.PAYS:
        owed = me["debt"]
        is_paid_off(her, round(100 * rules.service_share * credited))
        me["served"] = her.now.week if me["debt"] < owed else me["served"]


def is_counted(her: Worker, underpaid: bool, held: bool, exploited: bool, done: int) -> None:
    """Under every label that fits."""
    me, control = her.me, her.me["control"]
    deceived = me["offer"] == Offer.DECEPTIVE
    indicators = [me["debt"] > 0, underpaid, control in {Control.PAPERS, Control.THREAT, Control.CONFINEMENT},
                  control == Control.VIOLENCE or deceived]  # fmt: skip
    internal, regular = her.place["region"] == me["home"], me["legal"] not in NO_PAPERS
    how = "SEX" if her.sector["commercial_sex"] else "OTHER"
    fits = {
        "CONTROLLED": True, "CONTROLLED_SOFT": control <= Control.PAPERS, "FORCED_LABOUR": sum(indicators) >= 2,
        "CONTROLLED_HARD": control >= Control.CONFINEMENT, "UNDERPAID": underpaid and not held,
        "HELD": held and not underpaid, "ABUSIVE_WEEKS": underpaid or exploited,
    }  # fmt: skip
    if exploited:
        fits |= {
            "EXPLOITED": True, f"EXPLOITED_{how}": True, f"EXPLOITED_{'REGULAR' if regular else 'IRREGULAR'}": True,
            "PALERMO": me["minor"] or control >= Control.PAPERS or deceived or me["forced"],
            f"EXPLOITED_{['DEBT', 'PAPERS', 'THREAT', 'CONFINEMENT', 'VIOLENCE'][control]}": True,
            "EXPLOITED_INTERNAL": internal, "EXPLOITED_FEMALE": me["female"], "EXPLOITED_CHILDREN": me["minor"],
            "EXPLOITED_EXPORTED": her.sector["exported"],
            "EXPLOITED_ENTERED_REGULARLY": not internal and me["entered"] == Channel.REGULAR,
            "EXPLOITED_GENUINE_PAPERS": not internal and me["entered"] == Channel.PAPERS and me["tier"] == 1,
            "EXPLOITED_PRIVATE": her.place["visibility"] == Visibility.PRIVATE,
            "EXPLOITED_OWING_PROVIDER": me["creditor_kind"] == Creditor.ENTERPRISE,
            "EXPLOITED_OWING_VENUE": me["creditor_kind"] == Creditor.VENUE,
        }  # fmt: skip
        her.count(f"TAKEN_{how}", me["value"] * (1 - me["credited"]))
        me["shamed"] = how == "SEX"
        her.posted["place"] = 4 * (her.cell * len(Control) + control) + 2 * regular + (not internal)
        if me["departed"] > LONG_AGO and her.now.week - me["departed"] < her.rules.term.cohort_weeks:
            her.posted["cohort"] = max(done - (her.now.week - me["departed"]), -1)
    for name, fitting in fits.items():
        her.count(name, bool(fitting))


def is_left_to_do(her: Worker, exploited: bool, cleared: bool) -> int:
    """Spells that begin and end, leaving, promotion after a year, review of the terms."""
    me, rules, week = her.me, her.rules.term, her.now.week
    before = me["exploited_since"] > LONG_AGO
    luck = draw(her.now.seed, Stream.PROMOTION, her.i, me["generation"], week, 0)
    raised = exploited and before and week - me["exploited_since"] > rules.promotion_after and luck < rules.promotion
    leaves = cleared or her.posted["cause"] != NOTHING or (rules.target_return and me["receipts"] <= 0)
    to_do = BEGINS * (exploited and not before) + ENDS * (before and not exploited) + PROMOTES * raised
    return to_do + LEAVES * bool(leaves) + REVIEWS * (cleared or week >= me["review_week"])


def lives(her: Worker, done: int) -> None:
    """One week of somebody who owes or is controlled."""
    me, week = her.me, her.now.week
    her.posted |= {"place": -1, "cohort": -1, "cause": NOTHING}
    if me["stage"] == Stage.HELD and me["bound"] & Bound.RANSOM:
        for name in ("EXPLOITED", "EXPLOITED_TRAVELLING", "EXPLOITED_IRREGULAR"):
            her.count(name)
        return
    me["bound"] &= ~Bound.RANSOM
    works = me["stage"] == Stage.WORKING and me["venue"] >= 0
    controlled = works and me["bound"] & Bound.CONTROLLED
    if controlled:
        seen = labels(her)
        her.posted["cause"] = first_way_out(her)
    if me["debt"] > 0:
        serves_debt(her)
    if not works:
        return
    owed = me["debt"] > 0
    payment = her.rules.term.service_share * me["value"] * me["credited"] * 100
    her.count("DEBTORS_NEVER", owed and payment <= her.rules.term.interest * me["debt"])
    stops_paying(her, bool(controlled))
    is_paid(her)
    cleared = owed and me["debt"] <= 0
    her.posted["to_do"] = CLEARED * cleared
    if controlled:
        me["paid_until"], her.posted["withheld"] = week, 1 - me["credited"]
        is_counted(her, *seen, done)
        hazard = her.state.s.law[me["here"]]["status_regularisation"]
        luck = draw(her.now.seed, Stream.REGULARISATION, her.i, me["generation"], week, 0)
        if me["legal"] == Legal.IRREGULAR and luck < 1 - math.exp(-hazard / 52):
            me.be(legal=Legal.REGULAR, removal_at=math.inf, since=week, review_week=week)
            her.count("REGULARISED")
        lasts = her.rules.life.papers_valid
        if me["legal"] == Legal.VISITOR and me["here"] != me["home"] and week - me["since"] >= lasts:
            u = draw(her.now.seed, Stream.REMOVAL_CLOCK, her.i, me["generation"], week, 0)
            clock = her.state.regions["removal_sum"][me["here"]] - math.log(u)
            me.be(legal=Legal.IRREGULAR, removal_at=clock, since=week, review_week=week)
        her.posted["to_do"] += is_left_to_do(her, seen[2], cleared)


def many_kinds_of_weeks(state: State, rng: np.random.Generator, week: int) -> None:
    """People at work on any terms, at home, on their way or dead; what they owe, and what could be met or granted."""
    m, venues, cells, law, regions = state.migrants, state.venues, state.cells, state.s.law, state.regions
    size = len(m)
    for name, share in {"skill": 0.3, "minor": 0.1, "female": 0.5, "tier": 0.5, "forced": 0.2}.items():
        m[name][:] = rng.random(size) < share
    elsewhere = [Stage.HOME, Stage.WAITING, Stage.HELD, Stage.ARRIVED, Stage.DEAD]
    m["stage"][:] = np.where(rng.random(size) < 0.8, int(Stage.WORKING), rng.choice(elsewhere, size))
    m["venue"][:] = rng.integers(0, len(venues), size)
    m["here"][:] = venues["region"][m["venue"]]
    m["bound"][:] = rng.integers(1, 32, size)
    m["legal"][:], m["entered"][:] = rng.integers(0, len(Legal), size), rng.integers(-1, 4, size)
    m["control"][:], m["credited"][:] = rng.integers(0, len(Control), size), rng.integers(0, 20, size) / 20
    m["value"][:] = regions["wage"][m["here"], 0] * rng.uniform(0.5, 3, size)
    m["cash"][:] = np.round(10 ** rng.uniform(2, 6, size))
    m["debt"][:] = np.where(rng.random(size) < 0.6, np.round(10 ** rng.uniform(2.5, 7, size)), 0)
    m["creditor_kind"][:] = np.where(m["debt"] > 0, rng.integers(1, 3, size), 0)
    m["creditor"][:] = np.where(m["debt"] > 0, rng.integers(0, len(state.traffickers), size), -1)
    m["creditor_generation"][:] = rng.integers(0, 2, size)
    for table in (venues, state.traffickers):
        table["active"][:], table["generation"][:] = rng.random(len(table)) < 0.9, rng.integers(0, 2, len(table))
    m["kin"][:], m["information"][:] = rng.integers(-1, len(regions), size), rng.random(size)
    m["offer"][:], m["review_week"][:] = rng.integers(0, len(Offer), size), week + rng.integers(-3, 9, size)
    m["departed"][:] = np.where(rng.random(size) < 0.5, LONG_AGO, week - rng.integers(0, 150, size))
    m["exploited_since"][:] = np.where(rng.random(size) < 0.5, LONG_AGO, week - rng.integers(0, 150, size))
    m["receipts"][:] = rng.uniform(-50, 900, size)
    venues["undertaking"][:], venues["visibility"][:] = rng.integers(0, 4, len(venues)), rng.integers(0, 3, len(venues))
    venues["shut"][:] = np.where(rng.random(len(venues)) < 0.1, week, 0)
    cells["hazards"][:] = 10 ** rng.uniform(-4, -1, cells["hazards"].shape)
    cells["excess"][:], regions["fear"][:] = rng.uniform(0, 5, cells["excess"].shape), rng.random(len(regions))
    state.s.contracts[:] = rng.random(state.s.contracts.shape)
    for name in ("work_back_pay", "status_firewall", "collusion"):
        law[name] = rng.random(len(law))
    law["status_regularisation"] = [0, 1, 5, 20, 50]
    m["served"][:] = week - rng.integers(0, 30, size)
    m["bound"] |= np.where(rng.random(size) < 0.2, Bound.LOST, 0).astype(np.uint8)


@pytest.mark.parametrize("each", [2, pytest.param(1, marks=pytest.mark.slow)])
def test_a_week_at_work_is_that_of_the_readable_twin(each: int) -> None:
    words = ["world=corridor", "people.size=6000", "time.years=1", "exit.complaint=2", "exit.death=0.9"]
    week = Week(Scenario.compose([*words, "exit.promotion=1", "control.quit_most=0.5"]), 3)
    week.advance()
    state, done, happened, now = week.state, 130, Counter[str](), Now(130, week.state.seed, week.state.seed)
    many_kinds_of_weeks(state, np.random.default_rng(7), now.week)
    counters, accounts = np.zeros((CHUNKS, len(COUNTERS))), np.zeros((CHUNKS, len(Account)))
    sums, posted = Sums(counters, accounts, *state.sums[2:]), np.zeros(1, POSTED)
    for i in range(0, len(state.migrants), each):
        her = Worker(state, now, i, int(state.migrants["venue"][i]))
        lives(her, done)
        counters[:], accounts[:], posted[:] = 0, 0, 0
        live(Span(0, CHUNKS), state.s, state.p, now, np.array([i]), posted, done, sums)
        counters[0, NOT_WHOLE] += sums.apart.sum(axis=0)
        found = {"counters": counters.sum(axis=0), "accounts": accounts.sum(axis=0)}
        wrong = unlike(her.left, differences({name: 0 * sum_ for name, sum_ in found.items()}, found))
        wrong |= unlike(her.me, Row(state.migrants, i)) | unlike(her.posted, record(posted[0]))
        assert not wrong, f"person {i}: {wrong}"
        happened.update(C(key[1]).name for key, amount in her.left.items() if key[0] == "counters" and amount > 0)
        happened["ALONE" if her.posted["cause"] == NOTHING else Exit(int(her.posted["cause"])).name] += 1
        happened.update(name for name, bit in TO_DO.items() if int(her.posted.get("to_do", 0)) & bit)
    causes = set(Exit) - {Exit.DEBT_CLEARED, Exit.STATUS_CHECK, Exit.RELEASED, Exit.BETTER_TERMS, Exit.OTHER}
    labels = {"PALERMO", "FORCED_LABOUR", "UNDERPAID", "HELD", "EXPLOITED_TRAVELLING", "EXPLOITED_GENUINE_PAPERS"}
    assert min(happened[cause.name] for cause in causes) >= 4 // each**2, happened
    assert min(happened["STOPPED_PAYING"], happened["IN_ARREARS"]) >= 4 // each**2, happened
    assert min(happened[name] for name in labels | set(TO_DO) | {"REGULARISED", "DEBTORS_NEVER"}) >= 8 // each, happened
