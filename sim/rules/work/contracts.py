"""Contracts for work abroad: an offer with a visa and a fee, taken at home and begun on arrival (C1-M13, C7-M37).

Where a place cannot be filled, recruiters may offer it where visas for it can be had, for places that keep to going
terms as for others. The recruiter asks the fee that brings most, and may work by himself or through a scout:

    A(f)·[(1 - cut)·f - cost - o·penalty·max(f - cap, 0)],   A(f) = 1 / (1 + exp(-(gain - f) / spread))

A is the chance that the offer is taken and o the chance that a fee above the cap comes to light, which rises with
licences at home and with contracts that two states register. By himself he answers in full; a scout below the licence
keeps a part of the fee, is hardly reached by oversight, and tells of better pay than there is (C3-M12, C3-M13, C3-P11).
Where the law makes employers pay, those who obey it pay the cost instead, if the job is worth it to them: places that
keep to going terms obey, others as far as they are overseen. Nothing here says that a cap drives recruiters to scouts,
or that employers who must pay recruit fewer people: both follow from what each way brings.

A visa is set aside when the offer is taken. What is not paid at once of fee, visa and fare is lent by the employer, who
has a claim from the day of arrival (:mod:`sim.rules.work.debts`). A place that has been filled by then is replaced by
another of the same trade, if one wants somebody; otherwise there is no job, and what was paid is lost. For most the
status holds as long as the job does. What becomes of a person there is decided by the one value
(:mod:`sim.rules.work.value`): debt and a tied status lower her exits, so that terms may be offered which the contract
does not say.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import Bound, Creditor, Legal, Offer, Stage, Start, Tier
from sim.agents.venues import VenueKind
from sim.declared.sources import From, Is, family
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.people import stages
from sim.rules.people.beliefs import believed_exploitation
from sim.rules.people.knowledge import sees_through
from sim.rules.work.debts import lend
from sim.rules.work.jobs import ask_venues, cell_of, has_room, hire
from sim.rules.work.recruitment import vacant_at
from sim.rules.work.value import going_pay


@family
class ContractRules(NamedTuple):
    """Parameters of recruitment abroad on contracts."""

    on: Annotated[int, Is("mechanisms.job_contracts", "on")]
    lag: Annotated[int, From("work.order_lag")]  # weeks that a place has been vacant
    round_weeks: Annotated[int, From("recruit.round_weeks")]
    tries: Annotated[int, From("recruit.tries")]
    contacts: Annotated[float, From("contract.contacts")]  # per vacancy and round
    cost: Annotated[float, From("contract.cost")]  # weeks of pay
    fee_most: Annotated[float, From("contract.fee_most")]  # weeks of pay
    fee_steps: Annotated[int, From("contract.fee_steps")]
    no_cap: Annotated[float, From("work.fee_cap")]
    overseen: Annotated[float, From("contract.overseen")]
    penalty: Annotated[float, From("contract.fee_penalty")]
    scout_cut: Annotated[float, From("contract.scout_cut")]
    scout_reached: Annotated[float, From("contract.scout_reached")]
    scout_story: Annotated[float, From("contract.scout_story")]
    tied: Annotated[float, From("contract.tied")]
    employer_most: Annotated[float, From("contract.employer_most")]  # weeks of pay
    wish_scale: Annotated[float, From("choice.wish_scale")]


class Asked(NamedTuple):
    """What a recruiter asks of a person, and how."""

    fee: float  # US$
    scout: bool
    net: float  # what it is worth to him, US$


class Job(NamedTuple):
    """A job abroad as it is offered to one person."""

    pay: float  # going pay with papers, US$/week
    believed: float  # what she believes of it
    gain: float  # what it is worth to her before any fee, US$
    story: float  # what a scout adds to that


# --- who is overseen, and what is asked ---------------------------------------------------------------------------


@rule
def oversight(rules, licensed, contracts):
    """Chance that a fee above the cap comes to light: as little as ever, or by licences or registered contracts."""
    return 1.0 - (1.0 - rules.overseen) * (1.0 - licensed) * (1.0 - contracts)


@rule
def employer_obeys(s, now, k, overseen):
    """Whether venue k pays for recruits as the law where it is says: some must, and of these not all do."""
    law = s.regions[s.venues[k].region].employer_pays
    if law <= 0.0:
        return False
    place = s.venues[k]
    must, does, _, _ = block(now.nature, Stream.CONTRACT_EMPLOYER, k, place.generation, 0, 0)
    return must < law and (place.kind == VenueKind.COMPLIANT or does < overseen)


@rule
def accepts(rules, gain, fee):
    """A: chance that an offer is taken, as the recruiter reckons."""
    return 1.0 / (1.0 + math.exp(-(gain - fee) / rules.wish_scale))


@rule
def net_of_fee(rules, job, cap, overseen, fee, scout):
    """What a fee is worth to the recruiter, by himself or through a scout; US$ for each person asked."""
    gain, kept, reached = job.gain, 1.0, 1.0
    if scout:
        gain, kept, reached = gain + job.story, 1.0 - rules.scout_cut, rules.scout_reached
    risk = overseen * reached * rules.penalty * max(fee - cap, 0.0)
    return accepts(rules, gain, fee) * (kept * fee - rules.cost * job.pay - risk)


@rule
def fee_asked(rules, job, cap_weeks, overseen):
    """The fee and the way that bring the recruiter most: Asked, with net <= 0 where none brings anything."""
    best = Asked(0.0, False, 0.0)
    cap = math.inf if cap_weeks >= rules.no_cap else cap_weeks * job.pay
    for step in range(rules.fee_steps + 1):
        fee = step / rules.fee_steps * rules.fee_most * job.pay
        for scout in (False, True):
            net = net_of_fee(rules, job, cap, overseen, fee, scout)
            if net > best.net:
                best = Asked(fee, scout, net)
    return best


# --- offers -------------------------------------------------------------------------------------------------------


@rule
def source_of(s, now, k, number):
    """A keyed pair into the region of venue k for which visas can be had, -1 if there is none."""
    place, best, chosen = s.venues[k], 0.0, -1
    for position in range(s.pairs_into.shape[1]):
        pair = s.pairs_into[place.region, position]
        if pair < 0:
            break
        tokens = s.pairs[pair].visa_tokens
        if tokens[0] < 1.0 and tokens[1] < 1.0:
            continue
        u = draw(now.seed, Stream.CONTRACT_SOURCE, k, place.generation, now.week, number * len(s.pairs) + pair)
        if u > best:
            best, chosen = u, pair
    return chosen


@rule
def met_at_home(s, p, now, k, number, start):
    """A person at home in region ``start`` without another offer, whom recruiters for venue k meet; -1 if none."""
    first = s.people_first[start]
    size = s.people_first[start + 1] - first
    for attempt in range(p.contract.tries if size > 0 else 0):
        u = draw(
            now.seed, Stream.CONTRACT_MET, k, s.venues[k].generation, now.week, number * p.contract.tries + attempt
        )
        i = first + int(u * size)
        row = s.people.row[i]
        at_home = s.people.stage[i] == Stage.HOME and s.people.here[i] == start
        if at_home and row.offer == Offer.NONE and row.debt <= 0.0 and row.leaves_risk_age > now.week:
            return i
    return -1


@rule
def job_for(s, p, i, k):
    """The Job of venue k as it looks to person i: she believes in the pay as far as she is not warned of the place."""
    row, region = s.people.row[i], s.venues[k].region
    regular = np.int8(Legal.REGULAR)
    pay = going_pay(s.regions, s.sectors, p.choice, regular, row.ability_abroad, row.skill, region, s.venues[k].sector)
    home = s.regions[row.home].income_home * row.ability
    knows = sees_through(s.regions, row)
    believes = pay * (1.0 - knows * believed_exploitation(s.regions, p.belief, region))
    kin = p.choice.kin_worth if row.kin == region else 0.0
    gain = p.choice.annuity_home * (52.0 * believes - home) + kin - row.home_tie
    story = p.choice.annuity_home * 52.0 * p.contract.scout_story * pay * (1.0 - knows)
    return Job(pay, believes, gain, story)


@part
def offer_a_contract(s, p, now, i, k, pair, counters):
    """Person i is offered work in venue k; she thinks about it next week. Returns whether there is an offer."""
    row, way = s.people.row[i], s.pairs[pair]
    overseen = oversight(p.contract, s.regions[way.start].licensed, way.contracts)
    job = job_for(s, p, i, k)
    fee, scout, believes = 0.0, False, job.believed
    advanced = way.visa_price + way.fare
    employer = employer_obeys(s, now, k, overseen)
    if employer:
        if p.contract.cost * job.pay + advanced > p.contract.employer_most * job.pay:
            return False
    else:
        asked = fee_asked(p.contract, job, s.regions[way.start].fee_cap, overseen)
        if asked.net <= 0.0:
            return False
        fee, scout = asked.fee + advanced, asked.scout
        if scout:
            believes += p.contract.scout_story * job.pay * (1.0 - sees_through(s.regions, row))
    row.offer = Offer.CONTRACT_STORY if scout else Offer.CONTRACT
    row.offer_venue, row.offer_region = k, s.venues[k].region
    row.promised = job.pay * (1.0 + p.contract.scout_story) if scout else job.pay
    row.believed, row.prepaid, row.fee = believes, 0.0, fee
    s.people.due[i] = min(s.people.due[i], now.week + 1)
    happens(s.people, counters, i, C.CONTRACT_OFFERS, now.week)
    return True


@kernel
def recruit_on_contract(s, p, now, counters):
    """Places that have been vacant for long are offered abroad, in their round, where visas can be had."""
    for k in range(len(s.venues)):
        if s.venues[k].vacant_since > now.week - p.contract.lag:
            continue
        if (k + now.week + p.contract.round_weeks // 2) % p.contract.round_weeks:
            continue
        for number in range(round(p.contract.contacts * vacant_at(s, k))):
            pair = source_of(s, now, k, number)
            if pair < 0:
                break
            i = met_at_home(s, p, now, k, number, s.pairs[pair].start)
            if i >= 0 and s.pairs[pair].visa_tokens[s.people.row[i].skill] >= 1.0:
                offer_a_contract(s, p, now, i, k, pair, counters)


# --- what is taken, and how it begins -----------------------------------------------------------------------------


@rule
def is_contract(offer):
    """Whether an offer is a contract for work abroad."""
    return offer >= Offer.CONTRACT


@part
def take_contract(s, now, i, ledger):
    """Person i takes the job: a visa is set aside for her and she waits for it, unless there is none left."""
    row, region = s.people.row[i], s.people.row[i].offer_region
    pair = s.pair_of[row.home, region]
    tokens = s.pairs[pair].visa_tokens
    if tokens[row.skill] < 1.0:
        stages.forget_offer(s.people, i)
        s.people.due[i] = now.week + 1
        return
    tokens[row.skill] -= 1.0
    before = s.people.stage[i]
    row.intended, row.tier = region, Tier.CONTRACT
    weeks = max(1, round(s.pairs[pair].procedure))
    stages.wait_for_a_visa(s.people, i, now.week + weeks, now.week)
    s.people.due[i] = row.decision_week  # she has made up her mind
    happens(s.people, ledger.counters, i, C.CONTRACT_TAKEN, now.week)
    ledger.counters[C.CONTRACT_FEE_SUM] += row.fee
    ledger.counters[C.CONTRACT_SCOUTS] += row.offer == Offer.CONTRACT_STORY
    ledger.counters[C.CONTRACT_EMPLOYER_PAID] += row.fee <= 0.0
    note_change(s, i, before, Cause.TOOK_AN_OFFER, np.int64(row.offer_venue), now.week)


@part
def pay_for_contract(s, p, i, pair, ledger):
    """The recruiter pays for visa and fare; of the fee person i pays what she has, or her employer the cost; cents."""
    row, way = s.people.row[i], s.pairs[pair]
    visa, fare = round(100.0 * way.visa_price), round(100.0 * way.fare)
    ledger.accounts[Account.STATE] += visa
    ledger.accounts[Account.FARES] += fare
    if row.fee <= 0.0:
        k = row.offer_venue
        cents = visa + fare + round(100.0 * p.contract.cost * row.promised)
        s.venues[k].capital -= cents
        ledger.accounts[Account.BROKERS] += cents - visa - fare
        return
    paid = min(round(100.0 * row.fee), row.cash)
    row.cash -= paid
    row.fee -= 0.01 * paid
    ledger.accounts[Account.BROKERS] += paid - visa - fare


@kernel
def begin_contracts(s, p, now, rows, ledger):
    """People of ``rows`` who have arrived on a contract begin to work, if there is such a job by then."""
    for position in range(len(rows)):
        i = rows[position]
        row = s.people.row[i]
        if not is_contract(row.offer) or s.people.stage[i] != Stage.ARRIVED:
            continue
        k, arrived = np.int64(row.offer_venue), row.offer_region == s.people.here[i]
        stages.forget_offer(s.people, i)
        if not arrived:
            continue  # she has been stopped on the way, and remained where she was
        happens(s.people, ledger.counters, i, C.CONTRACT_ARRIVALS, now.week)
        s.people.known[i] = 1
        become_tied(s, p, now, i, ledger.counters)
        k = where_placed(s, p, now, i, k)
        if k < 0:
            ledger.counters[C.CONTRACT_NO_JOB] += 1.0
            row.fee = 0.0
            continue
        ledger.counters[C.CONTRACT_COMPLIANT] += s.venues[k].kind == VenueKind.COMPLIANT
        owe_the_fee(s, i, k, now.week, ledger)
        hire(s, p, now, i, k, k >= 0, 0.0, Start.ORDER, ledger.counters)
        broken = row.control > 0 or row.credited < 1.0
        ledger.counters[C.CONTRACT_BROKEN] += broken
        row.offer = Offer.DECEPTIVE if broken else Offer.NONE
        note_change(s, i, Stage.ARRIVED, Cause.FOUND_WORK, k, now.week)


@rule
def where_placed(s, p, now, i, k):
    """Venue k where the contract says, or another of the trade where the recruiter places her instead; -1 if none."""
    if s.venues[k].region == s.people.here[i] and has_room(s.venues, k):
        return k
    return ask_venues(s, p, now, i, False, cell_of(s.venues, s.sectors, k))


@part
def become_tied(s, p, now, i, counters):
    """For most people on a contract the status holds as long as the job does."""
    row = s.people.row[i]
    if s.people.legal[i] != Legal.REGULAR:
        return
    u = draw(now.seed, Stream.CONTRACT_TIED, i, row.generation, now.week, 0)
    if u < p.contract.tied:
        s.people.legal[i] = Legal.TIED
        happens(s.people, counters, i, C.ARRIVALS_TIED, now.week)


@part
def owe_the_fee(s, i, k, week, ledger):
    """Venue k pays the recruiter what person i has not paid him, and has a claim on her; whole cents."""
    row = s.people.row[i]
    cents = round(100.0 * row.fee)
    row.fee = 0.0
    if cents <= 0.0 or row.debt > 0.0:
        return
    s.venues[k].capital -= cents
    ledger.accounts[Account.BROKERS] += cents
    lend(s.people, s.enterprises, s.venues, i, Creditor.VENUE, k, cents)
    s.people.bound[i] |= np.uint8(Bound.PAYS)
    row.served = week
    ledger.counters[C.CONTRACT_LENT_SUM] += 0.01 * cents
