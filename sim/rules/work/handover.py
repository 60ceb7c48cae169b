"""Arrival with a provider: work that was promised, hand-over to a venue that pays, or freedom with a debt (model 4.4).

A provider with kappa > 0 hands a person over when a reachable venue's bid, share beta of its V, times what he is able
and willing to take of it exceeds the reputation lost; one-shot and without h this is the threshold of EC T1. A person
without debt or offer has to be made to go: that costs, which is why force is rare (C4-M04).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.migrants import Account, Bound, Creditor, Stage
from sim.agents.venues import VenueKind
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.work.debts import lend, sell_claim
from sim.rules.work.jobs import best_offer_of, has_room, hire, may_control, pay_at, takes_on


class HandoverRules(NamedTuple):
    """Parameters of hand-over."""

    reputation: float  # US$ of future fees lost, over the fee
    force: float  # US$ that making someone go costs who neither owes nor expects work
    asked: int  # venues that a provider reaches


class Learned(NamedTuple):
    """What hand-over and credit have brought: sums by pair, faded as what providers know; float64 (pairs,)."""

    brought: NDArray[Any]  # arrivals with a provider who would hand over
    sold: NDArray[Any]  # of these, people handed over
    gained: NDArray[Any]  # US$ above what it cost
    asked: NDArray[Any]  # people who asked a provider to lend
    served: NDArray[Any]  # of these, those who found one
    demanded: NDArray[Any]  # US$ that such providers demanded on the way


@part
def best_bid(m, i, v, week, seed, cells, asked, work, control_rules):
    """(venue, V) that pays most for person i among a few keyed ones in reach; (-1, 0) without any."""
    region, generation = m.here[i], m.row[i].generation
    sectors = len(work.pay)
    first, last = cells.first[region * sectors], cells.first[(region + 1) * sectors]
    best, chosen = 0.0, -1
    size = last - first
    if size <= 0:
        return chosen, best
    for number in range(asked):
        u = block(seed, Stream.HANDOVER_ASKED, i, generation, week, number // 4)[number % 4]
        k = first + int(u * size)
        if not takes_on(v, k, cells) or v.row[k].kind == VenueKind.COMPLIANT or not may_control(m, i, v, k):
            continue
        sector = v.row[k].sector
        if m.row[i].female == 0 and cells.female_share[sector] > 0.9:
            continue
        worth = best_offer_of(m, i, v, k, pay_at(m, i, v, k, work), work, control_rules)[0]
        if worth > best:
            best, chosen = worth, k
    return chosen, best


@kernel
def deliver(
    rows, by, pairs, count, m, t, v, week, seed, counters, learned, work, cells, choice, conflict,
    hire_rules, rules, control_rules, fees, log,
):  # fmt: skip
    """Everyone who arrived with a provider this week: ``by`` (n,) the enterprise, ``pairs`` (n,) the pair travelled."""
    for position in range(count):
        i, j, pair = rows[position], by[position], pairs[position]
        if m.stage[i] != Stage.ARRIVED:
            continue
        row = m.row[i]
        row.carrier, row.carrier_generation = j, t.row[j].generation
        if row.debt > 0.0:
            m.bound[i] |= np.uint8(Bound.PAYS)
            row.known = 1
        promised = np.int64(row.offer_venue)
        row.offer_venue = -1
        kappa = t.row[j].kappa
        chosen, worth = -1, 0.0
        ordered = False
        if promised >= 0:
            row.known = 1
            if has_room(v, promised) and v.row[promised].region == m.here[i]:
                chosen, ordered = promised, True
                worth = best_offer_of(m, i, v, chosen, pay_at(m, i, v, chosen, work), work, control_rules)[0]
        if chosen < 0 and kappa > 0.0:
            chosen, worth = best_bid(m, i, v, week, seed, cells, rules.asked, work, control_rules)
            lost = rules.reputation * fees[pair] if fees[pair] < np.inf else 0.0
            if row.debt <= 0.0 and promised < 0:
                lost += rules.force
            bid = control_rules.bid_share * worth
            sells = chosen >= 0 and kappa * bid > lost
            learned.brought[pair] += 1.0
            if sells:
                learned.sold[pair] += 1.0
                learned.gained[pair] += bid - lost
            else:
                chosen = -1
        if chosen < 0:
            continue
        if not ordered:
            row.forced = row.debt <= 0.0 and promised < 0
        bid = control_rules.bid_share * worth * (1.0 if ordered else kappa)
        got = hire(
            m,
            i,
            v,
            chosen,
            week,
            seed,
            chosen >= 0,
            bid,
            counters,
            work,
            cells,
            choice,
            conflict,
            hire_rules,
            control_rules,
        )
        note(log, week, i, row.generation, Stage.ARRIVED, m.stage[i], Cause.HANDED_OVER, chosen)
        if got <= 0.0:
            row.offer = 0
            continue
        cents = round(100.0 * bid)
        v.row[chosen].capital -= cents
        t.row[j].capital += cents
        t.row[j].week_profit += cents * 0.01
        # the claim goes with the person; what it is worth is part of V
        sell_claim(m, i, t, v, Creditor.VENUE, chosen)
        counters[C.HANDOVERS] += 1.0
        counters[C.HANDOVER_SUM] += bid
        counters[C.PROVIDER_RECEIPTS] += bid


@kernel
def take_local_offers(
    rows, count, m, t, v, week, seed, counters, accepted, work, cells, choice, conflict, hire_rules, control_rules,
    advance, licensed, log,
):  # fmt: skip
    """People who take work that a recruiter has offered where they live.

    Venues that do not keep to going terms pay an advance of ``advance`` weeks of pay, which is owed, as far as licences
    (``licensed``, by region) do not forbid it.
    """
    for position in range(count):
        i = rows[position]
        k = np.int64(m.row[i].offer_venue)
        before = m.stage[i]
        kind = m.row[i].offer
        m.row[i].offer_venue = -1
        m.row[i].offer_region = -1
        if k >= 0:
            accepted[v.row[k].region, 0] += 1.0  # whether or not the place is still free
        if k < 0 or not has_room(v, k):
            m.row[i].offer = 0
            m.due[i] = week + 1
            continue
        m.row[i].known = 1
        m.row[i].intended = -1
        if (
            v.row[k].kind != VenueKind.COMPLIANT
            and m.row[i].debt <= 0.0
            and advance > licensed[m.row[i].home] * advance
        ):
            cents = round(100.0 * advance * (1.0 - licensed[m.row[i].home]) * pay_at(m, i, v, k, work))
            m.row[i].cash += cents
            v.row[k].capital -= cents
            lend(m, i, t, v, Creditor.VENUE, k, cents)
            m.bound[i] |= np.uint8(Bound.PAYS)
        hire(m, i, v, k, week, seed, k >= 0, 0.0, counters, work, cells, choice, conflict, hire_rules, control_rules)
        m.row[i].offer = kind if m.row[i].control > 0 or m.row[i].credited < 1.0 else 0
        counters[C.OFFERS_ACCEPTED] += 1.0
        counters[C.OFFERS_DECEPTIVE] += kind == 2
        note(log, week, i, m.row[i].generation, before, m.stage[i], Cause.TOOK_AN_OFFER, k)


@kernel
def even_out(v, accounts, kept):
    """Every four weeks owners take out what a venue has made, or pay in what it has lost.

    ``kept`` of what they take out stays as means that could be found; they fade within a few years.
    """
    for k in range(len(v.row)):
        if v.row[k].capital != 0.0 or v.row[k].wealth > 0.0:
            v.row[k].wealth = max(0.98 * v.row[k].wealth + kept * v.row[k].capital, 0.0)
        accounts[Account.OWNERS] += v.row[k].capital
        v.row[k].capital = 0.0
