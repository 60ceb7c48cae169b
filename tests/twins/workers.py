"""Somebody at a place of work in plain Python, and what controlling her is worth, from model 4.4.

    V = [y·(1 - sigma) - cost of the means·(1 + shadow price) - occasions for a conviction·what it costs - visits·fine]
        / (r + her own exits + found + removed)

of y what customers leave of the going pay, less what officials take; and what her credited pay brings of a debt that
she owes to whoever runs the place. She is found if she is recognised or complains.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property
from typing import Any

import numpy as np

from sim.agents.people import Control, Creditor, Legal
from sim.agents.venues import VenueKind
from sim.ground.calendar import Now
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.work.debts import weeks_to_clear
from sim.state.state import State
from tests.twins.rows import Changes, Row, count_person, record

NO_PAPERS = {Legal.IRREGULAR, Legal.VISITOR}


class Worker:
    """Somebody at a place of work: who she is, who runs the place, and what both can expect."""

    def __init__(self, state: State, now: Now, i: int, k: int) -> None:
        self.state, self.rules, self.now, self.i, self.k = state, state.p, now, i, k
        self.me, self.place = Row(state.migrants, i), Row(state.venues, k)
        s, region, sector = state.s, self.place["region"], self.place["sector"]
        self.cell = region * len(s.sectors) + sector
        self.region, self.sector, self.trade = record(s.regions[region]), record(s.sectors[sector]), s.cells[self.cell]
        self.left: Changes = defaultdict(float)
        self.posted: dict[str, float] = {}  # what is entered into other tables after the week

    @cached_property
    def law(self) -> dict[str, Any]:
        return record(self.state.s.law[self.place["region"]])

    def count(self, name: str, amount: float = 1.0) -> None:
        self.left["counters", int(C[name])] += amount
        if amount:
            count_person(self.me, self.left, name, self.now.week)

    def pay(self, account: Account, cents: float) -> None:
        self.left["accounts", int(account)] += cents

    @cached_property
    def ability(self) -> float:
        """In full at home; what carries over elsewhere."""
        return self.me["ability" if self.me["home"] == self.place["region"] else "ability_abroad"]

    def earns(self, wages: np.ndarray, papers: bool) -> float:
        """By whether she has papers, with a premium for the skilled who have."""
        return (
            wages[int(papers)] * self.ability * (self.rules.choice.skill_premium if papers and self.me["skill"] else 1)
        )

    @property
    def going_pay(self) -> float:
        return self.earns(self.region["wage"], self.me["legal"] not in NO_PAPERS) * self.sector["pay"]

    @property
    def outside(self) -> float:
        """What she could expect elsewhere: without papers if they hold as long as the job does."""
        return self.earns(self.region["outside"], self.me["legal"] not in NO_PAPERS | {Legal.TIED})

    @property
    def fear(self) -> float:
        """Of removal: in full without status or where it goes with the job, in part as a visitor."""
        full, part = {Legal.IRREGULAR, Legal.TIED}, {Legal.VISITOR}
        return self.region["fear"] * (
            1.0 if self.me["legal"] in full else self.rules.control.fear_visitor if self.me["legal"] in part else 0.0
        )

    def wish_to_leave(self, outside: float, paid: float, owed: float, fear: float) -> float:
        """Weekly hazard of leaving of somebody whom no means of control holds."""
        rules, near = self.rules.control, self.place["region"] in {self.me["kin"], self.me["home"]}
        x = rules.quit_base + rules.quit_gain * (outside - paid) / max(outside, 1e-9)
        x -= rules.quit_debt * owed + rules.quit_fear * fear + rules.quit_isolation * self.sector["isolation"]
        x += rules.quit_kin * near + rules.quit_information * (self.me["information"] - 0.5)
        return rules.quit_most / (1 + math.exp(-x))

    def owed(self, y: float) -> float:
        """How much a debt weighs, in full from so many weeks of pay on."""
        return min(0.01 * self.me["debt"] / max(self.rules.control.debt_weeks * y, 1e-9), 1.0)

    def claim_of(self, kind: int, creditor: int) -> float:
        """What she owes to somebody, US$."""
        mine = self.me["creditor_kind"] == kind and self.me["creditor"] == creditor
        return 0.01 * self.me["debt"] if mine else 0.0

    def served(self, owed: float, payment: float, rate: float) -> float:
        """What payments on a debt bring, week by week, interest first, if they end at this rate; US$."""
        if payment <= 0 or owed <= 0:
            return 0.0
        weeks = weeks_to_clear(owed, payment, self.rules.term.interest)
        return payment * (1 - math.exp(-rate * weeks)) / rate

    @property
    def penalised(self) -> bool:
        """Whether whoever employs her can be fined for it."""
        return bool(self.me["legal"] == Legal.IRREGULAR)

    def complains(self, control: int, sigma: float) -> float:
        """Weekly hazard that she complains under some terms."""
        free = 1 - self.rules.control.hold[control]
        return float(self.trade["complains"] * (1 - self.fear * self.region["reported"]) * (1 - sigma) * free)

    def rate(self, y: float, control: int, sigma: float) -> float:
        """Rate a week at which what is taken of her on some terms ends, with discounting."""
        rules, seen = self.rules.control, self.place["visibility"]
        leaves = self.wish_to_leave(self.outside, sigma * y, self.owed(y), self.fear) * (1 - rules.hold[control])
        found = self.trade["detection"][seen, control] + self.complains(control, sigma)
        return float(rules.discount + leaves + found + self.trade["removed"][seen] * self.penalised)

    def value(self, y: float, control: int, sigma: float, claim: float) -> float:
        """V of one means of control and one share of pay, 0 where nothing is taken or nothing is left."""
        rules, seen = self.rules.control, self.place["visibility"]
        taken = y * self.trade["customers"][seen] - self.trade["bribes"][seen] - sigma * y
        complains = self.complains(control, sigma)
        occasions = self.trade["detection"][seen, control] + complains + self.trade["watched"][seen]
        testifies = rules.testify_base + rules.testify_violence * control / 4 + rules.testify_unpaid * (1 - sigma)
        loss = occasions * self.region["conviction_loss"] * min(testifies, 1.0)
        loss += (self.trade["visited"][seen] + complains) * self.region["employer_loss"] * self.penalised
        flow = taken - self.region["control_cost"][control] * (1 + self.place["shadow"]) - loss
        rate = self.rate(y, control, sigma)
        worth = flow / rate + self.served(claim, self.rules.term.service_share * sigma * y, rate)
        return worth if taken > 0 and worth > 0 else 0.0

    def best_terms(self, y: float, claim: float | None = None) -> tuple[float, int, float]:
        """(V, means, share of pay) worth most to who runs the place; going terms where nothing is worth anything.

        ``claim`` is what she would owe there, if not what she does.
        """
        if self.place["undertaking"]:
            return 0.0, Control.NONE, 1.0
        owed = self.claim_of(Creditor.VENUE, self.k) if claim is None else claim
        means, shares = range(self.place["limit"] + 1), [step / 20 for step in range(20)]
        terms = [(self.value(y, control, sigma, owed), control, sigma) for sigma in shares for control in means]
        best = max(terms, key=lambda one: one[0])
        return best if best[0] > 0 else (0.0, Control.NONE, 1.0)

    def may_be_controlled(self) -> bool:
        """Opportunists control only those who cannot complain; audited and licensed places nobody."""
        cannot = self.me["legal"] in NO_PAPERS | {Legal.TIED} or self.me["debt"] > 0 or self.me["minor"]
        ready = {VenueKind.PREDATORY: True, VenueKind.OPPORTUNISTIC: cannot, VenueKind.COMPLIANT: False}
        return bool(ready[VenueKind(self.place["kind"])]) and not self.place["undertaking"]
