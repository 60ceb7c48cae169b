"""Orders and offers: vacancies that nobody walks into become orders, and recruiters make contacts (model 4.4).

    contacts = orders / expected acceptance, up to what recruiters can make

A contact makes a person think now; whether she takes the offer is the one choice event (4.1). The recruiter promises
what he expects to pay off: a promise above the real terms draws more people and costs more where people are informed.
No demand, no orders, no offers. People whose address a recruiter knows are met first: nothing else makes it more likely
to be exploited again.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.migrants import Legal, Offer, Stage
from sim.agents.venues import VenueKind, segment
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.people.options import gumbel
from sim.rules.rationing import top_up
from sim.rules.work.jobs import best_offer_of, cell_of
from sim.rules.work.value import going_pay

ROUND_WEEKS = 4  # an order is worked on every so many weeks
PROMISES = (1.0, 1.3, 1.7)  # over going pay
MOST_CONTACTS = 20  # per vacancy and round
ACCEPTED_BEFORE = 0.1  # share of contacts that recruiters expect to be taken up before they have made any
CONTACTS_BEFORE = 0.1  # per 1000 people at risk: how many contacts that is worth
TRIES = 12  # rows looked at per contact before a recruiter gives up for the week


class RecruitRules(NamedTuple):
    """Parameters of recruitment."""

    lag: int
    per_member: float  # contacts a week that a member of an enterprise can make
    unknown: float  # weight of people whom no recruiter knows
    false_cost: float  # what a promise that is not kept costs the recruiter, per week of pay overstated and informed
    licence: float  # by how much full licensing raises that
    contact_cost: float  # US$
    job_years: float
    wish_scale: float
    source_noise: float
    advance: float  # weeks of pay paid in advance by venues that do not keep to going terms


class Sources(NamedTuple):
    """From where a region can be served, and what recruiters have learned of acceptance."""

    people_first: NDArray[Any]  # (regions + 1,) rows of people by home
    pairs_into: NDArray[Any]  # (regions, n) pairs that end in a region, -1 padded
    pair_start: NDArray[Any]  # (pairs,)
    contacted: NDArray[Any]  # (regions, 2) contacts of people at home and abroad for work there, faded
    accepted: NDArray[Any]  # (regions, 2)
    licensed: NDArray[Any]  # (regions,) lever ``work.recruiter_licensing``
    contracts: NDArray[Any]  # (pairs,) lever ``work.contract_corridors``
    room: NDArray[Any]  # (regions,) contacts that recruiters in a region can still make this week
    contacts_before: float  # contacts in which recruiters have seen ``ACCEPTED_BEFORE``: more where more are made


@rule
def expected_acceptance(sources, region, abroad):
    """Share of contacts that are taken up, as recruiters for a region have learned."""
    accepted = sources.accepted[region, abroad] + ACCEPTED_BEFORE * sources.contacts_before
    return accepted / (sources.contacted[region, abroad] + sources.contacts_before)


@rule
def cheapest_source(v, k, week, seed, sources, fees, rules):
    """The pair from which venue k is served at least cost, or -1 for people of its own region.

    Cost of someone delivered: contacts / acceptance, and the fee of the journey; a keyed noise spreads orders.
    """
    region = v.row[k].region
    best, chosen = math.inf, -1
    if sources.people_first[region + 1] > sources.people_first[region]:
        u = draw(seed, Stream.CONTACT_SOURCE, k, v.row[k].generation, week, 0)
        best = math.log(rules.contact_cost / expected_acceptance(sources, region, 0)) - rules.source_noise * gumbel(u)
    if v.row[k].kind == VenueKind.COMPLIANT:
        return chosen
    for position in range(sources.pairs_into.shape[1]):
        pair = sources.pairs_into[region, position]
        if pair < 0:
            break
        if fees[pair] == math.inf:
            continue
        u = draw(seed, Stream.CONTACT_SOURCE, k, v.row[k].generation, week, 1024 + 64 * pair)
        cost = rules.contact_cost / expected_acceptance(sources, region, 1) + fees[pair]
        score = math.log(cost) - rules.source_noise * gumbel(u)
        if score < best:
            best, chosen = score, pair
    return chosen


@rule
def promise(m, i, v, k, abroad, licensed, w_home, work, rules, control_rules):
    """What the recruiter of venue k promises person i: (kind of offer, promised, believed), US$/week.

    He weighs acceptance times V against what a false promise costs, more where recruiters need a licence; the person
    discounts it by how informed she is.
    """
    row = m.row[i]
    region, sector = v.row[k].region, v.row[k].sector
    legal = np.int8(Legal.IRREGULAR) if abroad else m.legal[i]
    ability = row.ability_abroad if abroad else row.ability
    y = going_pay(legal, ability, row.skill, region, sector, work)
    worth, _, sigma = 0.0, 0, 1.0
    if v.row[k].kind != VenueKind.COMPLIANT:
        worth, _, sigma = best_offer_of(m, i, v, k, y, work, control_rules)
    if worth <= 0.0:
        return Offer.HONEST, y, y
    true = sigma * y
    best, promised, kind, believed = -math.inf, true, Offer.HONEST, true
    tie = row.home_tie * (1.0 if abroad else 0.1)
    cost = rules.false_cost * (1.0 + rules.licence * licensed)
    for step in range(len(PROMISES) + 1):
        told = true if step == 0 else PROMISES[step - 1] * y
        held = true + (told - true) * (1.0 - row.information) if told > true else told
        gain = rules.job_years * 52.0 * (held - w_home) - tie
        acceptance = 1.0 / (1.0 + math.exp(-gain / rules.wish_scale))
        value = acceptance * (worth - cost * row.information * max(told - true, 0.0))
        if value > best:
            best, promised, believed = value, told, held
            kind = Offer.HONEST if step == 0 else Offer.DECEPTIVE
    return kind, promised, believed


@rule
def find_someone(m, first, last, who, number, week, seed, rules):
    """A person at home within rows [first, last) whom a recruiter meets: those he knows first; -1 if none was found."""
    size = last - first
    for attempt in range(TRIES):
        u, nearness, _, _ = block(seed, Stream.CONTACT, who, number, week, attempt)
        i = first + int(u * size)
        if m.stage[i] != Stage.HOME or m.row[i].offer != Offer.NONE or m.row[i].leaves_risk_age <= week:
            continue
        if m.row[i].known == 1 or nearness < rules.unknown:
            return i
    return -1


@kernel
def recruit(m, v, week, seed, counters, sources, fees, income_home, work, cells, rules, control_rules):
    """Work on the orders whose round it is: contacts, promises; whoever was met thinks about it next week."""
    for k in range(len(v.row)):
        if v.row[k].vacant_since > week - rules.lag:
            continue
        wanted_there = cells.vacant[cell_of(v, k, cells), segment(v, k)]
        vacant = min(v.row[k].slots - v.row[k].filled, int(wanted_there))
        counters[C.ORDERS] += vacant
        if vacant <= 0 or (k + week) % ROUND_WEEKS:
            continue
        region = v.row[k].region
        pair = cheapest_source(v, k, week, seed, sources, fees, rules)
        abroad = 1 if pair >= 0 else 0
        start = sources.pair_start[pair] if abroad else region
        first, last = sources.people_first[start], sources.people_first[start + 1]
        if last <= first:
            continue
        wanted = vacant / expected_acceptance(sources, region, abroad)
        whole = int(wanted)
        if draw(seed, Stream.CONTACT_NEARNESS, k, v.row[k].generation, week, 0) < wanted - whole:
            whole += 1
        for number in range(min(whole, MOST_CONTACTS * vacant)):
            if v.row[k].kind != VenueKind.COMPLIANT:
                # agencies that place people on going terms are not what limits anyone
                if sources.room[start] < 1.0:
                    break
                sources.room[start] -= 1.0
            i = find_someone(m, first, last, k, number, week, seed, rules)
            if i < 0:
                continue
            counters[C.CONTACTS] += 1.0
            sources.contacted[region, abroad] += 1.0
            w_home = income_home[m.row[i].home] / 52.0 * m.row[i].ability
            # who recruits into a corridor registers the contract, and answers for it as with a licence
            licensed = sources.licensed[start]
            if abroad:
                licensed = 1.0 - (1.0 - licensed) * (1.0 - sources.contracts[pair])
            kind, promised, believed = promise(m, i, v, k, abroad, licensed, w_home, work, rules, control_rules)
            m.row[i].offer = kind
            m.row[i].offer_venue = k
            m.row[i].offer_region = region
            m.row[i].promised = promised
            m.row[i].believed = believed
            lends = v.row[k].kind != VenueKind.COMPLIANT and not abroad and m.row[i].debt <= 0.0
            # licensed recruiters may not bind people by an advance
            m.row[i].prepaid = rules.advance * believed * (1.0 - sources.licensed[start]) if lends else 0.0
            m.due[i] = min(m.due[i], week + 1)


def recruiters_room(home: NDArray[Any], members: NDArray[Any], room: NDArray[np.float64], rules: RecruitRules) -> None:
    """Contacts that enterprises can make this week where they are; what is not used is kept for four weeks.

    ``home`` and ``members`` (active enterprises,); moves ``room`` (regions,) on.
    """
    weekly = rules.per_member * np.bincount(home, members, minlength=len(room))
    room[:] = top_up(room, weekly, 4.0)
