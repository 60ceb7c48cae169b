"""Orders and offers: vacancies that nobody walks into become orders, and recruiters make contacts (model 4.4).

    contacts = orders / expected acceptance, up to what recruiters can make

A contact makes a person think now; whether she takes the offer is the one choice event (4.1). The recruiter promises
what he expects to pay off: a promise above the real terms draws more people and costs more where people are informed.
No demand, no orders, no offers. People whose address a recruiter knows are met first: nothing else makes it more likely
to be exploited again.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Legal, Offer, Stage
from sim.agents.venues import VenueKind, segment
from sim.declared.sources import ByName, From, Worked, family
from sim.ground.by_address import by_address
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import CHUNKS, kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.persons import happens
from sim.rules.people.knowledge import holds, is_told_a_story, sees_through
from sim.rules.people.options import cannot_reach, gumbel
from sim.rules.rationing import top_up
from sim.rules.work.jobs import best_offer_of, cell_of
from sim.rules.work.online import believed_online, goes_online, is_taken_down
from sim.rules.work.value import going_pay

PROMISES = ("first", "second", "third")


def contacts_before(people: float, strength: float) -> float:
    """Contacts that what recruiters expect at first is worth, ``strength`` for each 1000 people at risk."""
    return people * strength / 1000.0


@family
class RecruitRules(NamedTuple):
    """Parameters of recruitment."""

    lag: Annotated[int, From("work.order_lag")]
    per_member: Annotated[float, From("recruit.per_member")]  # contacts a week that a member of an enterprise can make
    unknown: Annotated[float, From("recruit.unknown")]  # weight of people whom no recruiter knows
    # what a promise that is not kept costs the recruiter, per week of pay overstated and informed
    false_cost: Annotated[float, From("recruit.false_cost")]
    licence: Annotated[float, From("recruit.licence")]  # by how much full licensing raises that
    contact_cost: Annotated[float, From("recruit.contact_cost")]  # US$
    round_weeks: Annotated[int, From("recruit.round_weeks")]
    contacts_most: Annotated[int, From("recruit.contacts_most")]  # per vacancy and round
    contacts_kept: Annotated[float, From("recruit.contacts_kept")]  # weeks
    local_tie: Annotated[float, From("recruit.local_tie")]  # part of the home tie
    job_years: Annotated[float, From("choice.job_years")]
    wish_scale: Annotated[float, From("choice.wish_scale")]
    source_noise: Annotated[float, From("recruit.source_noise")]
    # weeks of pay paid in advance by venues that do not keep to going terms
    advance: Annotated[float, From("recruit.advance")]
    # contacts that the expected acceptance at the start is worth
    contacts_before: Annotated[float, Worked(contacts_before, "world.people", "recruit.prior_strength")]
    accepted_start: Annotated[float, From("recruit.accepted_start")]  # of contacts, before any have been made
    promises: Annotated[NDArray[Any], ByName("recruit.promise_{}", PROMISES)]  # over going pay
    tries: Annotated[int, From("recruit.tries")]  # people looked at for one contact


@rule
def expected_acceptance(regions, rules, region, abroad):
    """Share of contacts that are taken up, as recruiters for a region have learned."""
    accepted = regions[region].accepted[abroad] + rules.accepted_start * rules.contacts_before
    return accepted / (regions[region].contacted[abroad] + rules.contacts_before)


@rule
def cheapest_source(s, p, now, k):
    """The pair from which venue k is served at least cost, or -1 for people of its own region.

    Cost of someone delivered: contacts / acceptance, and the fee of the journey; a keyed noise spreads orders.
    """
    place, noise = s.venues[k], p.recruit.source_noise
    region = place.region
    best, least, chosen = math.inf, math.inf, -1
    if s.people_first[region + 1] > s.people_first[region]:
        u = draw(now.seed, Stream.CONTACT_SOURCE, k, place.generation, now.week, 0)
        cost = p.recruit.contact_cost / expected_acceptance(s.regions, p.recruit, region, 0)
        best = math.log(cost) - noise * gumbel(u)
        least = math.exp(best)
    if place.kind == VenueKind.COMPLIANT:
        return chosen
    contacts = p.recruit.contact_cost / expected_acceptance(s.regions, p.recruit, region, 1)
    for position in range(s.pairs_into.shape[1]):
        pair = s.pairs_into[region, position]
        if pair < 0:
            break
        if s.pairs[pair].fee == math.inf:
            continue
        u = draw(now.seed, Stream.CONTACT_SOURCE, k, place.generation, now.week, 1024 + 64 * pair)
        cost = contacts + s.pairs[pair].fee
        # log(x) >= 2 (x - 1) / (x + 1): most pairs are told to be dearer without a logarithm
        if cost > least and cannot_reach(-2.0 * (cost - least) / (cost + least), 0.0, u, noise):
            continue
        score = math.log(cost) - noise * gumbel(u)
        if score < best:
            best, chosen = score, pair
            least = math.exp(best)
    return chosen


@rule
def promise(s, p, i, k, abroad, licensed, w_home):
    """What the recruiter of venue k promises person i: (kind of offer, promised, believed), US$/week.

    He weighs acceptance times V against what a false promise costs, more where recruiters need a licence; the person
    discounts it by how informed she is about the stories that are told today.
    """
    place = s.venues[k]
    row = s.people.row[i]
    region, sector = place.region, place.sector
    legal = np.int8(Legal.IRREGULAR) if abroad else s.people.legal[i]
    ability = row.ability_abroad if abroad else row.ability
    y = going_pay(s.regions, s.sectors, p.choice, legal, ability, row.skill, region, sector)
    worth, _, sigma = 0.0, 0, 1.0
    if place.kind != VenueKind.COMPLIANT:
        worth, _, sigma = best_offer_of(s, p, i, k, y)
    if worth <= 0.0:
        return Offer.HONEST, y, y
    true = sigma * y
    best, promised, kind, believed = -math.inf, true, Offer.HONEST, true
    tie = row.home_tie * (1.0 if abroad else p.recruit.local_tie)
    cost = p.recruit.false_cost * (1.0 + p.recruit.licence * licensed)
    # what everyone has heard of a place makes a promise of work there sound true (C1-M24)
    knows = sees_through(s.regions, row) * (1.0 - s.law[region].work_offers_believed)
    for step in range(len(p.recruit.promises) + 1):
        told = true if step == 0 else p.recruit.promises[step - 1] * y
        expected = true + (told - true) * (1.0 - knows) if told > true else told
        gain = p.recruit.job_years * 52.0 * (expected - w_home) - tie
        acceptance = 1.0 / (1.0 + math.exp(-gain / p.recruit.wish_scale))
        value = acceptance * (worth - cost * knows * max(told - true, 0.0))
        if value > best:
            best, promised, believed = value, told, expected
            kind = Offer.HONEST if step == 0 else Offer.DECEPTIVE
    return kind, promised, believed


@rule
def find_someone(people, rules, now, first, last, who, number, unknown):
    """A person at home within rows [first, last) whom a recruiter meets: those he knows first; -1 if none was found.

    ``unknown`` weight of people whom no recruiter knows.
    """
    size = last - first
    for attempt in range(rules.tries):
        u, nearness, _, _ = block(now.seed, Stream.CONTACT, who, number, now.week, attempt)
        i = first + int(u * size)
        if nearness >= unknown and people.known[i] != 1:
            continue
        if (
            people.stage[i] == Stage.HOME
            and people.row[i].offer == Offer.NONE
            and people.row[i].leaves_risk_age > now.week
        ):
            return i
    return -1


@rule
def vacant_at(s, k):
    """Slots of venue k that recruiters are to fill: those that nobody has, as far as buyers there still want people."""
    wanted_there = s.cells[cell_of(s.venues, s.sectors, k)].vacant[segment(s.venues, k)]
    return min(s.venues[k].slots - s.venues[k].filled, int(wanted_there))


@rule
def contacts_for(s, p, now, k, vacant, abroad, trusted):
    """Contacts that are to be made for the ``vacant`` slots of venue k, as acceptance is expected."""
    wanted = vacant / (expected_acceptance(s.regions, p.recruit, s.venues[k].region, abroad) * trusted)
    whole = int(wanted)
    whole += draw(now.seed, Stream.CONTACT_NEARNESS, k, s.venues[k].generation, now.week, 0) < wanted - whole
    return min(whole, p.recruit.contacts_most * vacant)


@by_address
class Orders(NamedTuple):
    """Venues whose orders are worked on this week, and whom their recruiters would meet if they were the first."""

    venues: NDArray[Any]  # int32 (venues,): from the start of each chunk, ``counts`` (CHUNKS,) of them
    counts: NDArray[Any]
    vacant: NDArray[Any]  # float64 (CHUNKS,): vacancies that have lasted, in all venues of the chunk
    source: NDArray[Any]  # int32 (venues,), as ``venues``: where they are served from, see ``cheapest_source``
    first: NDArray[Any]  # the same: where those whom they would meet stand in ``people``
    known: NDArray[Any]  # the same: of how many contacts that is known
    people: NDArray[Any]  # int32: for each of these contacts a person, or -1; no room where nothing is looked up ahead


def room_for_orders(venues: int, ahead: int) -> Orders:
    """Working space for so many venues; people of ``ahead`` contacts are looked up before recruiters begin."""
    source, first, known, rows = (np.empty(venues, np.int32) for _ in range(4))
    return Orders(rows, np.empty(CHUNKS, np.int64), np.empty(CHUNKS), source, first, known, np.empty(ahead, np.int32))


@kernel
def find_orders(span, s, p, now, orders):
    """Find the venues whose round it is; on several threads also whom their recruiters would meet now.

    To look for people is most of the work. What is found beforehand holds unless somebody else has met a person first.
    """
    for each in range(span.first, span.end):
        chunk = each * (CHUNKS // 2 + 1) % CHUNKS  # neighbours recruit in the same place: no thread gets all of one
        begin, end = chunk * len(s.venues) // CHUNKS, (chunk + 1) * len(s.venues) // CHUNKS
        free, full = chunk * len(orders.people) // CHUNKS, (chunk + 1) * len(orders.people) // CHUNKS
        count, lasting = begin, 0.0
        for k in range(begin, end):
            if s.venues[k].vacant_since > now.week - p.recruit.lag:
                continue
            vacant = vacant_at(s, k)
            lasting += vacant
            if vacant <= 0 or (k + now.week) % p.recruit.round_weeks:
                continue
            orders.venues[count], orders.first[count], orders.known[count] = k, free, 0
            if full > free:
                free = look_ahead(s, p, now, k, vacant, orders, count, free, full)
            count += 1
        orders.counts[chunk], orders.vacant[chunk] = count - begin, lasting


@part
def look_ahead(s, p, now, k, vacant, orders, place, free, full):
    """Note whom recruiters of venue k would meet now, from ``free`` on, as far as there is room. Returns its end."""
    pair = cheapest_source(s, p, now, k)
    start = s.pairs[pair].start if pair >= 0 else s.venues[k].region
    first, last = s.people_first[start], s.people_first[start + 1]
    most = 0
    if last > first:
        most = min(contacts_for(s, p, now, k, vacant, 1 if pair >= 0 else 0, 1.0), full - free)
        if s.venues[k].kind != VenueKind.COMPLIANT:
            most = min(most, int(s.regions[start].room))
    orders.source[place], orders.first[place], orders.known[place] = pair, free, most
    for number in range(most):
        orders.people[free + number] = find_someone(s.people, p.recruit, now, first, last, k, number, p.recruit.unknown)
    return free + most


@rule
def whom_to_meet(s, p, now, orders, place, pair, number, first, last):
    """The person whom contact ``number`` for the venue at ``place`` of ``orders`` leads to, -1 for nobody."""
    if len(orders.people) > 0 and orders.source[place] == pair and number < orders.known[place]:
        i = np.int64(orders.people[orders.first[place] + number])
        if i < 0 or s.people.row[i].offer == Offer.NONE:
            return i
    k = orders.venues[place]
    return find_someone(s.people, p.recruit, now, first, last, k, number, p.recruit.unknown)


@kernel
def recruit(s, p, now, orders, counters):
    """Work on the orders whose round it is: contacts, promises; whoever was met thinks about it next week."""
    for chunk in range(CHUNKS):
        begin = chunk * len(s.venues) // CHUNKS
        counters[C.ORDERS] += orders.vacant[chunk]
        for place in range(begin, begin + orders.counts[chunk]):
            fill(s, p, now, orders, place, counters)


@part
def fill(s, p, now, orders, place, counters):
    """A round for the venue at ``place`` of ``orders``."""
    k = np.int64(orders.venues[place])
    region, vacant = s.venues[k].region, vacant_at(s, k)
    pair = cheapest_source(s, p, now, k)
    abroad = 1 if pair >= 0 else 0
    start = s.pairs[pair].start if abroad else region
    first, last = s.people_first[start], s.people_first[start + 1]
    if last <= first:
        return
    online = p.online.recruitment == 1 and s.venues[k].kind != VenueKind.COMPLIANT and goes_online(s, p, now, k, start)
    time, trusted = (1.0 / p.online.reach, p.online.trust) if online else (1.0, 1.0)
    for number in range(contacts_for(s, p, now, k, vacant, abroad, trusted)):
        if s.venues[k].kind != VenueKind.COMPLIANT:
            # agencies that place people on going terms are not what limits anyone
            if s.regions[start].room < time:
                break
            s.regions[start].room -= time
        if online:
            i = find_someone(s.people, p.recruit, now, first, last, k, number, 1.0)
            if i >= 0 and is_taken_down(s, p, now, k, start, i, counters):
                continue
        else:
            i = whom_to_meet(s, p, now, orders, place, pair, number, first, last)
        if i >= 0:
            make_contact(s, p, now, i, k, pair, start, online, counters)


@part
def make_contact(s, p, now, i, k, pair, start, online, counters):
    """A recruiter meets person i on behalf of venue k, which is served over ``pair`` (-1: from its own region)."""
    region, abroad = s.venues[k].region, 1 if pair >= 0 else 0
    happens(s.people, counters, i, C.CONTACTS, now.week)
    counters[C.CONTACTS_TAUGHT] += s.people.row[i].taught
    counters[C.CONTACTS_KNOWING] += holds(s.regions, s.people.row[i])
    is_told_a_story(s.regions, s.people.row[i])
    s.regions[region].contacted[abroad] += 1.0
    w_home = s.regions[s.people.row[i].home].income_home / 52.0 * s.people.row[i].ability
    # who recruits into a corridor registers the contract, and answers for it as with a licence
    licensed = s.regions[start].licensed
    if abroad:
        licensed = 1.0 - (1.0 - licensed) * (1.0 - s.pairs[pair].contracts)
    kind, promised, believed = promise(s, p, i, k, abroad, licensed, w_home)
    if online:
        counters[C.CONTACTS_ONLINE] += 1.0
        believed = believed_online(p.online, believed, w_home)
    s.people.row[i].offer = kind
    s.people.row[i].offer_venue = k
    s.people.row[i].offer_region = region
    s.people.row[i].promised = promised
    s.people.row[i].believed = believed
    lends = s.venues[k].kind != VenueKind.COMPLIANT and not abroad and s.people.row[i].debt <= 0.0
    # licensed recruiters may not bind people by an advance
    s.people.row[i].prepaid = p.recruit.advance * believed * (1.0 - s.regions[start].licensed) if lends else 0.0
    s.people.due[i] = min(s.people.due[i], now.week + 1)


@part
def recruiters_room(enterprises, regions, rules, active):
    """Contacts that enterprises can make this week where they are; what is not used is kept for a while."""
    for region in range(len(regions)):
        regions[region].approached = 0.0
    for position in range(len(active)):
        row = enterprises.row[active[position]]
        regions[row.home].approached += row.members
    for region in range(len(regions)):
        row = regions[region]
        row.room = top_up(row.room, rules.per_member * row.approached, rules.contacts_kept)


@kernel
def begin_recruiting(enterprises, regions, pairs, p, active):
    """What recruiters and providers remember of those whom they approached, lent to, brought and sold fades.

    What recruiters of the ``active`` enterprises can do this week is added to what they have left.
    """
    kept = p.belief.provider_kept
    for region in range(len(regions)):
        for where in range(2):
            regions[region].contacted[where] *= kept
            regions[region].accepted[where] *= kept
    for pair in range(len(pairs)):
        row = pairs[pair]
        row.brought, row.sold, row.gained = row.brought * kept, row.sold * kept, row.gained * kept
        row.asked, row.served, row.demanded = row.asked * kept, row.served * kept, row.demanded * kept
    recruiters_room(enterprises, regions, p.recruit, active)
