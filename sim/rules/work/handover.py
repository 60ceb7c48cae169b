"""Arrival with a provider: work that was promised, hand-over to a venue that pays, or freedom with a debt (model 4.4).

A provider with kappa > 0 hands a person over when a reachable venue's bid, share beta of its V, times what he is able
and willing to take of it exceeds the reputation lost; one-shot and without h this is the threshold of EC T1. A person
without debt or offer has to be made to go: that costs, which is why force is rare (C4-M04).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import Bound, Creditor, Stage
from sim.agents.venues import VenueKind
from sim.declared.sources import From, family
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.work.debts import lend, sell_claim
from sim.rules.work.jobs import best_offer_of, has_room, hire, may_control, pay_at, takes_on


@family
class HandoverRules(NamedTuple):
    """Parameters of hand-over."""

    reputation: Annotated[float, From("smuggling.handover_reputation")]  # US$ of future fees lost, over the fee
    # US$ that making someone go costs who neither owes nor expects work
    force: Annotated[float, From("smuggling.handover_force")]
    asked: Annotated[int, From("smuggling.handover_asked")]  # venues that a provider reaches
    women_only: Annotated[float, From("work.women_only")]  # share of women above which men are not handed over
    owner_saves: Annotated[float, From("justice.owner_saves")]  # of what is taken out, as means that could be found
    wealth_kept: Annotated[float, From("justice.wealth_kept")]  # of them after four weeks


@part
def best_bid(s, p, now, i, asked):
    """(venue, V) that pays most for person i among a few keyed ones in reach; (-1, 0) without any."""
    region, generation = s.people.here[i], s.people.row[i].generation
    sectors = len(s.sectors.pay)
    first, last = s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]
    best, chosen = 0.0, -1
    size = last - first
    if size <= 0:
        return chosen, best
    for number in range(asked):
        u = block(now.seed, Stream.HANDOVER_ASKED, i, generation, now.week, number // 4)[number % 4]
        k = first + int(u * size)
        if (
            not takes_on(s.venues, s.cells, s.sectors, k)
            or s.venues[k].kind == VenueKind.COMPLIANT
            or not may_control(s.people, s.venues, i, k)
        ):
            continue
        sector = s.venues[k].sector
        if s.people.row[i].female == 0 and s.sectors[sector].female_share > p.handover.women_only:
            continue
        worth = best_offer_of(s, p, i, k, pay_at(s, p, i, k))[0]
        if worth > best:
            best, chosen = worth, k
    return chosen, best


@kernel
def deliver(s, p, now, rows, by, pairs, counters):
    """Everyone who arrived with a provider this week: ``by`` (n,) the enterprise, ``pairs`` (n,) the pair travelled."""
    for position in range(len(rows)):
        i, j, pair = rows[position], by[position], pairs[position]
        if s.people.stage[i] != Stage.ARRIVED:
            continue
        row = s.people.row[i]
        row.brought_by, row.brought_by_generation = j, s.enterprises.row[j].generation
        if row.debt > 0.0:
            s.people.bound[i] |= np.uint8(Bound.PAYS)
            row.known = 1
        promised = np.int64(row.offer_venue)
        row.offer_venue = -1
        kappa = s.enterprises.row[j].kappa
        chosen, worth = -1, 0.0
        ordered = False
        if promised >= 0:
            row.known = 1
            if has_room(s.venues, promised) and s.venues[promised].region == s.people.here[i]:
                chosen, ordered = promised, True
                worth = best_offer_of(s, p, i, chosen, pay_at(s, p, i, chosen))[0]
        if chosen < 0 and kappa > 0.0:
            chosen, worth = best_bid(s, p, now, i, p.handover.asked)
            lost = p.handover.reputation * s.pairs[pair].fee if s.pairs[pair].fee < np.inf else 0.0
            if row.debt <= 0.0 and promised < 0:
                lost += p.handover.force
            bid = p.control.bid_share * worth
            sells = chosen >= 0 and kappa * bid > lost
            s.pairs[pair].brought += 1.0
            if sells:
                s.pairs[pair].sold += 1.0
                s.pairs[pair].gained += bid - lost
            else:
                chosen = -1
        if chosen < 0:
            continue
        if not ordered:
            row.forced = row.debt <= 0.0 and promised < 0
        bid = p.control.bid_share * worth * (1.0 if ordered else kappa)
        got = hire(s, p, now, i, chosen, chosen >= 0, bid, counters)
        note_change(s, i, Stage.ARRIVED, Cause.HANDED_OVER, chosen, now.week)
        if got <= 0.0:
            row.offer = 0
            continue
        cents = round(100.0 * bid)
        s.venues[chosen].capital -= cents
        s.enterprises.row[j].capital += cents
        s.enterprises.row[j].week_profit += cents * 0.01
        # the claim goes with the person; what it is worth is part of V
        sell_claim(s.people, s.enterprises, s.venues, i, Creditor.VENUE, chosen)
        happens(s.people, counters, i, C.HANDOVERS, now.week)
        counters[C.HANDOVER_SUM] += bid
        counters[C.PROVIDER_RECEIPTS] += bid


@kernel
def take_local_offers(s, p, now, rows, counters):
    """People who take work that a recruiter has offered where they live.

    Venues that do not keep to going terms pay an advance, which is owed, as far as licences do not forbid it.
    """
    for position in range(len(rows)):
        i = rows[position]
        k = np.int64(s.people.row[i].offer_venue)
        before = s.people.stage[i]
        kind = s.people.row[i].offer
        s.people.row[i].offer_venue = -1
        s.people.row[i].offer_region = -1
        if k >= 0:
            s.regions[s.venues[k].region].accepted[0] += 1.0  # whether or not the place is still free
        if k < 0 or not has_room(s.venues, k):
            s.people.row[i].offer = 0
            s.people.due[i] = now.week + 1
            continue
        s.people.row[i].known = 1
        s.people.row[i].intended = -1
        if (
            s.venues[k].kind != VenueKind.COMPLIANT
            and s.people.row[i].debt <= 0.0
            and p.recruit.advance > s.regions[s.people.row[i].home].licensed * p.recruit.advance
        ):
            cents = round(
                100.0 * p.recruit.advance * (1.0 - s.regions[s.people.row[i].home].licensed) * pay_at(s, p, i, k)
            )
            s.people.row[i].cash += cents
            s.venues[k].capital -= cents
            lend(s.people, s.enterprises, s.venues, i, Creditor.VENUE, k, cents)
            s.people.bound[i] |= np.uint8(Bound.PAYS)
        hire(s, p, now, i, k, k >= 0, 0.0, counters)
        s.people.row[i].offer = kind if s.people.row[i].control > 0 or s.people.row[i].credited < 1.0 else 0
        happens(s.people, counters, i, C.OFFERS_ACCEPTED, now.week)
        counters[C.OFFERS_DECEPTIVE] += kind == 2
        note_change(s, i, before, Cause.TOOK_AN_OFFER, k, now.week)


@kernel
def even_out(venues, rules, accounts):
    """Every four weeks owners take out what a venue has made, or pay in what it has lost.

    A part of what they take out stays as means that could be found; they fade within a few years.
    """
    for k in range(len(venues)):
        if venues[k].capital != 0.0 or venues[k].wealth > 0.0:
            kept = rules.wealth_kept * venues[k].wealth
            venues[k].wealth = max(kept + rules.owner_saves * venues[k].capital, 0.0)
        accounts[Account.OWNERS] += venues[k].capital
        venues[k].capital = 0.0
