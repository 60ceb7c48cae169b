"""Arrival with a provider: work that was promised, hand-over to a venue that pays, or freedom with a debt (model 4.4).

A provider with kappa > 0 hands a person over when what the best of a few venues in reach brings (share beta of its V,
times what he is able and willing to take of it; what is recovered of her debt where he keeps the claim) exceeds the
reputation lost and what he would collect from her if she went free (:mod:`sim.rules.work.claims`). One-shot, without a
debt and without h this is the threshold of EC T1. A person without debt or offer has to be made to go: that costs,
which is why force is rare (C4-M04).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import Bound, Creditor, Stage, Start
from sim.agents.venues import VenueKind
from sim.declared.sources import From, family
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part
from sim.ground.near import person_near
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.moving.reports import blame
from sim.rules.people.households import elder
from sim.rules.work.claims import (
    best_use,
    can_collect,
    collecting,
    no_use,
    owes_to,
    put_to_work,
    reputation_lost,
    takes_over,
    use_at,
)
from sim.rules.work.debts import lend
from sim.rules.work.jobs import best_offer_of, has_room, hire, may_control, pay_at


@family
class HandoverRules(NamedTuple):
    """Parameters of hand-over."""

    # US$ that making someone go costs who neither owes nor expects work
    force: Annotated[float, From("smuggling.handover_force")]
    asked: Annotated[int, From("smuggling.handover_asked")]  # venues that officers who sell people reach
    owner_saves: Annotated[float, From("justice.owner_saves")]  # of what is taken out, as means that could be found
    wealth_kept: Annotated[float, From("justice.wealth_kept")]  # of them after four weeks


@part
def best_bid(s, p, now, i, asked):
    """(venue, V) that pays most for person i among a few keyed ones of the region; (-1, 0) if none would have her.

    This is how officers sell people in custody, who do not know as providers do which places would take them.
    """
    region, generation = s.people.here[i], s.people.row[i].generation
    sectors = len(s.sectors.pay)
    first, last = s.cell_first[region * sectors], s.cell_first[(region + 1) * sectors]
    best, chosen = 0.0, -1
    for number in range(asked if last > first else 0):
        u = block(now.seed, Stream.HANDOVER_ASKED, i, generation, now.week, number // 4)[number % 4]
        k = first + int(u * (last - first))
        if takes_over(s, p, i, k):
            worth = best_offer_of(s, p, i, k, pay_at(s, p, i, k))[0]
            if worth > best:
                best, chosen = worth, k
    return chosen, best


@kernel
def deliver(s, p, now, rows, by, pairs, counters):
    """Everyone who arrived with a provider this week: ``by`` (n,) the enterprise, ``pairs`` (n,) the pair travelled."""
    for position in range(len(rows)):
        person_near(s.people, rows, position)
        i, j = rows[position], by[position]
        if s.people.stage[i] != Stage.ARRIVED:
            continue
        row = s.people.row[i]
        row.brought_by, row.brought_by_generation = j, s.enterprises.row[j].generation
        if row.debt > 0.0:
            s.people.bound[i] |= np.uint8(Bound.PAYS)
            s.people.known[i] = 1
            row.served = now.week
        promised = np.int64(row.offer_venue)
        row.offer_venue = -1
        if promised >= 0:
            s.people.known[i] = 1
            if has_room(s.venues, promised) and s.venues[promised].region == s.people.here[i]:
                as_promised(s, p, now, i, j, promised, counters)
                continue
        hand_over(s, p, now, i, j, pairs[position], promised >= 0, counters)


@part
def as_promised(s, p, now, i, j, k, counters):
    """Person i is brought to where work was promised: to venue k, which pays its bid in full if it controls her.

    On going terms it pays nothing, and the promise was kept.
    """
    use = no_use()
    if may_control(s.people, s.venues, i, k):
        own = owes_to(s.people, s.enterprises, i, j)
        use = use_at(s, p, i, k, 1.0, own, can_collect(s, p, j) if own else 0.0)
    if use.venue < 0:
        hire(s, p, now, i, k, k >= 0, 0.0, Start.ORDER, counters)
        s.people.row[i].offer = 0
    else:
        put_to_work(s, p, now, i, j, 1.0, use, Start.ORDER, counters)
        happens(s.people, counters, i, C.HANDOVERS, now.week)
    note_change(s, i, Stage.ARRIVED, Cause.HANDED_OVER, k, now.week)


@part
def hand_over(s, p, now, i, j, pair, offered, counters):
    """A provider who would exploits person i, if that brings more than it costs and than she would pay if free.

    ``offered``: she expects work of a recruiter, and need not be made to go.
    """
    row, kappa = s.people.row[i], s.enterprises.row[j].kappa
    if kappa <= 0.0:
        return
    own = owes_to(s.people, s.enterprises, i, j)
    forced = row.debt <= 0.0 and not offered
    use = best_use(s, p, now, i, Stream.HANDOVER_ASKED, kappa, own, can_collect(s, p, j) if own else 0.0)
    lost = reputation_lost(s.pairs, p.claim, pair)
    lost += p.handover.force if forced else 0.0
    if own and p.claim.enforcement:
        lost += collecting(s, p, i, 0.0)
    s.pairs[pair].brought += 1.0
    if use.venue < 0 or use.gain <= lost:
        return
    s.pairs[pair].sold += 1.0
    s.pairs[pair].gained += (use.gain - lost) / kappa
    row.forced = forced
    blame(s.enterprises, p.journey, j)  # the household hears of it
    put_to_work(s, p, now, i, j, kappa, use, Start.HANDOVER, counters)
    happens(s.people, counters, i, C.HANDOVERS, now.week)
    note_change(s, i, Stage.ARRIVED, Cause.HANDED_OVER, use.venue, now.week)


@kernel
def take_local_offers(s, p, now, rows, counters):
    """People who take work that a recruiter has offered where they live.

    Venues that do not keep to going terms pay an advance, which is owed, as far as licences do not forbid it.
    """
    for position in range(len(rows)):
        person_near(s.people, rows, position)
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
        s.people.known[i] = 1
        s.people.row[i].intended = -1
        if (
            s.venues[k].kind != VenueKind.COMPLIANT
            and s.people.row[i].debt <= 0.0
            and p.recruit.advance > s.regions[s.people.row[i].home].licensed * p.recruit.advance
        ):
            cents = round(
                100.0 * p.recruit.advance * (1.0 - s.regions[s.people.row[i].home].licensed) * pay_at(s, p, i, k)
            )
            sells = p.household.households == 1 and s.people.row[i].minor == 1
            paid = elder(s.people, s.households, i) if sells else i
            s.people.row[paid].cash += cents
            counters[C.CHILDREN_PLACED] += paid != i
            s.venues[k].capital -= cents
            lend(s.people, s.enterprises, s.venues, i, Creditor.VENUE, k, cents)
            s.people.bound[i] |= np.uint8(Bound.PAYS)
        hire(s, p, now, i, k, k >= 0, 0.0, Start.RECRUITER, counters)
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


@kernel
def bring_to_work(s, p, now, takers, rows, by, pairs, counters):
    """Whoever takes work that was offered at home, ``takers``, and then whoever has arrived; see :func:`deliver`."""
    take_local_offers(s, p, now, takers, counters)
    deliver(s, p, now, rows, by, pairs, counters)
