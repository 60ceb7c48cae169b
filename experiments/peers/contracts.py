"""Seekers and providers meet: whom a seeker hears of, whom she takes, what is paid and lent (model 4.2)."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.peers.codes import CREDIT, ENTERPRISE, NOBODY, OWES, PAYS, PROVIDER, RECRUITER
from experiments.peers.setting_out import leave

if TYPE_CHECKING:
    from experiments.peers.corridor import Corridor
    from experiments.peers.person import Person


def judged_failure(enterprise: Any, way: Any, rules: Any) -> float:
    """Chance of failure that the community expects: the record of the enterprise on top of that of all."""
    known = enterprise.known_bad + rules.prior_clients * way.failure
    return float(known / (enterprise.known_all + rules.prior_clients))


def contract(model: Corridor, seekers: Sequence[Person]) -> None:
    """In random order seekers ask those whom they have heard of; whoever finds nobody considers again next week."""
    heard = {me: ask_around(me) for me in seekers}  # what is heard does not depend on who came before
    for me in model.in_random_order(seekers):
        way = way_of(me)
        best = best_quote(me, way, heard[me])
        if best is None:
            model.count["unserved"] += 1
            me.due = model.week + 1
            continue
        if me.financed:
            write_off(me)
            me.financed = 0
        lent = me.channel in {CREDIT, RECRUITER}
        leave(me, best.route[way.offer], PROVIDER)
        me.provider, me.provider_generation = best.number, best.generation
        agree(me, best, way, lent=lent)


def way_of(me: Person) -> Any:
    """The pair of places between which she seeks a provider."""
    places = me.model.places
    return places.pairs[places.pair_of[me.here][me.intended]]


def ask_around(me: Person) -> list[Any]:
    """A few enterprises that offer the way, by size and record, without replacement."""
    rules, way = me.model.places.rules.market, way_of(me)
    keys = []
    for enterprise in me.model.places.offering.get((me.here, way.offer), ()):
        bad = judged_failure(enterprise, way, rules)
        renown = enterprise.capacity * math.exp(rules.reputation_weight * (way.failure - bad))
        if renown > 0.0:
            keys.append((me.random.expovariate(renown), enterprise.number, enterprise))
    return [enterprise for _, _, enterprise in heapq.nsmallest(rules.quotes, keys)]


def best_quote(me: Person, way: Any, heard: Sequence[Any]) -> Any:
    """The quote worth most to her among those who have room and whom she can pay; None if there is none."""
    rules, usd = me.model.places.rules.market, (me.cash + me.escrow) * 0.01
    best, best_worth = None, -math.inf
    lent = me.channel in {CREDIT, RECRUITER}
    for enterprise in heard:
        if enterprise.taken >= enterprise.capacity:
            enterprise.turned_away += 1
            continue
        if enterprise.throughput < 1.0 and me.random.random() >= enterprise.throughput:
            continue
        fee, bad = enterprise.fee[way.offer], judged_failure(enterprise, way, rules)
        if lent:
            limit = (1.0 - bad) * way.credit * me.ability_abroad * (1.0 + enterprise.kappa)
            if enterprise.claims + 100.0 * fee > rules.lending * enterprise.capital:
                continue
            if me.channel == CREDIT and fee - min(usd, rules.deposit * fee) > limit:
                continue
        elif fee > usd:
            continue
        worth = (1.0 - bad) * (me.stake - (1.0 - rules.deposit) * fee) - rules.deposit * fee
        if rules.observable:
            worth -= (1.0 - bad) * way.handover_harm * (enterprise.kappa > 0.0)
        if worth > best_worth:
            best, best_worth = enterprise, worth
    return best


def agree(me: Person, enterprise: Any, way: Any, *, lent: bool) -> None:
    """Fix the fee: the deposit is paid, the rest is set aside or lent; whole cents."""
    rules = me.model.places.rules.market
    fee = round(100.0 * enterprise.fee[way.offer])
    deposit = round(rules.deposit * fee)
    if lent:
        deposit = min(deposit, me.cash)
        borrow(me, enterprise, round((fee - deposit) * (1.0 + rules.credit_markup)))
        me.cash -= deposit
        me.financed = 1
        me.model.count["contracts_credit"] += 1
    else:
        me.cash -= fee
        me.escrow = fee - deposit
    enterprise.capital += deposit - round(100.0 * enterprise.partner_cost)
    enterprise.taken += 1
    me.model.count["contracts"] += 1
    me.model.count["fees"] += fee * 0.01


def borrow(me: Person, enterprise: Any, cents: float) -> None:
    """She owes so much more to an enterprise."""
    me.creditor_kind, me.creditor, me.creditor_generation = ENTERPRISE, enterprise.number, enterprise.generation
    me.debt += cents
    enterprise.claims += cents
    me.bound |= OWES


def write_off(me: Person) -> None:
    """Her debt is gone, and the claim with it."""
    if me.creditor_kind == ENTERPRISE:
        me.model.places.enterprises[me.creditor].claims -= me.debt
    me.debt, me.creditor_kind, me.creditor = 0.0, NOBODY, -1
    me.bound &= ~(OWES | PAYS)
