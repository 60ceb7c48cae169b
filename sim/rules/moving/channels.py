"""What follows from a decision to move by a regular channel, on papers or alone; going home and staying put.

Everything that touches two tables or a shared queue runs serially over the few people concerned, in row order or by
keyed priority, so that no result depends on threads.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.officials import Post
from sim.agents.people import Channel, Decision, Legal, Paid, Stage, Tier
from sim.declared.sources import CENTS, From, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, part
from sim.ground.near import AHEAD, bring_near, person_near
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note, note_change
from sim.ledger.persons import happens
from sim.rules.corruption.bribes import EVENTS, WORTH, buys_off, unit_at
from sim.rules.moving.reports import give_up_attempt
from sim.rules.moving.ways import way_of_one
from sim.rules.people import stages
from sim.rules.people.consider import ACT_NOTHING, ACT_SEEK, ACT_VISA
from sim.rules.people.homecoming import meet_others
from sim.rules.people.lived import remember_years
from sim.rules.people.means import go_home
from sim.rules.people.options import moves_freely
from sim.rules.people.spells import finds_work_in
from sim.rules.people.status import start_removal_clock
from sim.rules.scarcity import level_of, towards
from sim.rules.work.contracts import is_contract, pay_for_contract, take_contract

REVIEW_WEEKS = 4
LEAST_PAPERS = 1e-9  # in four weeks, where nobody obtains any


@family
class ChannelRules(NamedTuple):
    """Parameters of the channels."""

    form_cents: Annotated[int, From("visa.form_cost", times=CENTS)]
    broker_cents: Annotated[int, From("visa.broker_fee", times=CENTS)]
    report_good: Annotated[float, From("beliefs.report_good")]
    report_bad: Annotated[float, From("beliefs.report_bad")]
    job_search: Annotated[float, From("status.job_search")]
    papers_valid: Annotated[int, From("papers.valid")]
    return_cents: Annotated[int, From("status.return_cost", times=CENTS)]
    forged_price: Annotated[float, From("papers.forged_price")]  # US$, where forgers ask the usual price
    places_kept: Annotated[float, From("visa.places_kept")]  # weeks for which visas and papers are kept
    alone_cost: Annotated[float, From("journey.alone_cost")]  # over what transport costs a provider
    genuine_price: Annotated[float, From("papers.genuine_price")]  # US$, where they are not scarce
    papers_memory: Annotated[float, From("papers.memory")]  # weight of the newest four weeks
    route_taste: Annotated[float, From("journey.route_taste")]  # spread of the taste of people on their own for routes


@kernel
def leave(s, p, now, i, route, channel, counters):
    """A person sets out on ``route``: the first leg begins in this week."""
    person, week = s.people.row[i], now.week
    here = s.people.here[i]
    pair = s.pair_of[here, person.intended]
    give_up_attempt(s, p, now, i)
    person.extorted = 0
    if channel != Channel.PROVIDER:
        person.paid = Paid.NOTHING
    if person.first_intended < 0:
        person.departed = week
        person.abroad = 0
        person.first_intended = person.intended
        count_departure(s.people, s.regions, i, channel, counters, week)
        s.pairs[pair].departures[channel] += 1.0
    stages.set_out(s.people, i, route, channel, week)


@part
def count_departure(people, regions, i, channel, counters, week):
    """People who leave home, by channel, and how need and skill change the channel."""
    person = people.row[i]
    if channel == Channel.REGULAR:
        happens(people, counters, i, C.DEPARTURES_REGULAR, week)
        counters[C.DEPARTURES_WOMEN_REGULAR] += person.female
    elif channel == Channel.PAPERS:
        happens(people, counters, i, C.DEPARTURES_PAPERS, week)
    elif channel == Channel.ALONE:
        happens(people, counters, i, C.DEPARTURES_ALONE, week)
    else:
        happens(people, counters, i, C.DEPARTURES_PROVIDER, week)
    if person.skill == 0:
        counters[C.DEPARTURES_LOW] += 1.0
        if channel == Channel.PROVIDER:
            counters[C.DEPARTURES_LOW_PROVIDER] += 1.0
    if regions[person.home].conflict > 0.0:
        regular = channel == Channel.REGULAR
        if person.protection_need:
            counters[C.DEPARTURES_NEED_REGULAR if regular else C.DEPARTURES_NEED_IRREGULAR] += 1.0
        else:
            counters[C.DEPARTURES_PEERS_REGULAR if regular else C.DEPARTURES_PEERS_IRREGULAR] += 1.0


@part
def look_for_work(people, regions, rules, now, i):
    """Arrived: work is found after a while, unless papers lapse before."""
    found = finds_work_in(people, regions, rules.job_search, i, now)
    if people.legal[i] == Legal.VISITOR:
        found = min(found, now.week + rules.papers_valid)
    stages.arrive(people, i, found, now.week)


@part
def turn_back_home(s, p, now, i, ledger):
    """A person goes home by her own decision, or gives up a journey on which she is held."""
    before = s.people.stage[i]
    gave_up = before == Stage.HELD
    if gave_up:
        happens(s.people, ledger.counters, i, C.GAVE_UP, now.week)
        give_up_attempt(s, p, now, i)
    else:
        happens(s.people, ledger.counters, i, C.RETURNS, now.week)
        remember_years(s.people, p.lived, i, False, now.week)
    cents = 0.0 if s.people.here[i] == s.people.row[i].home else p.channel.return_cents
    go_home(s.people, i, ledger.accounts, cents, now.week)
    meet_others(s, p, now, i)
    note_change(s, i, before, Cause.GAVE_UP if gave_up else Cause.WENT_HOME, -1, now.week)


@part
def remain(s, p, now, i):
    """A person goes no further than where she has been stopped, without status."""
    before = s.people.stage[i]
    give_up_attempt(s, p, now, i)
    s.people.legal[i] = Legal.IRREGULAR
    look_for_work(s.people, s.regions, p.channel, now, i)
    start_removal_clock(s.people, s.regions, i, now)
    note_change(s, i, before, Cause.REMAINED, -1, now.week)


@part
def apply_for_a_visa(s, p, now, i, ledger):
    """A person applies, with a broker's help or without; where no visa is needed she leaves next week.

    If she has been stopped at home that journey is over.
    """
    row, before = s.people.row[i], s.people.stage[i]
    if before == Stage.HELD:
        give_up_attempt(s, p, now, i)
        row.first_intended, row.stops, row.paid_until = -1, 0, now.week
    pair = s.pair_of[s.people.here[i], row.intended]
    freely = moves_freely(s.pairs[pair].free, row.kin, row.intended)
    for_form = 0.0 if freely else p.channel.form_cents
    cents = for_form + (p.channel.broker_cents if row.tier == Tier.BROKERED else 0.0)
    row.cash -= cents
    ledger.accounts[Account.STATE] += for_form
    ledger.accounts[Account.BROKERS] += cents - for_form
    s.pairs[pair].visa_filed += not freely
    weeks = 1 if freely else max(1, round(s.pairs[pair].visa_wait))
    stages.wait_for_a_visa(s.people, i, now.week + weeks, now.week)
    note_change(s, i, before, Cause.APPLIED_FOR_A_VISA, -1, now.week)


@part
def leave_unaided(s, p, now, i, ledger):
    """A person leaves alone, or openly on forged papers."""
    row, before, week = s.people.row[i], s.people.stage[i], now.week
    pair = s.pair_of[s.people.here[i], row.intended]
    way = s.pairs[pair]
    if row.channel == Channel.ALONE:
        route = way_of_one(s.pairs, s.routes, s.people, i, pair, p.channel.route_taste, now.nature)
        cents = round(100.0 * s.routes[route].alone_cost)
        ledger.accounts[Account.JOURNEYS] += cents
        leave(s, p, now, i, route, Channel.ALONE, ledger.counters)
        cause = Cause.LEFT_ALONE
    else:
        fare, forged = round(100.0 * way.fare), round(100.0 * s.regions[s.people.here[i]].forged_price)
        cents = forged + fare
        ledger.accounts[Account.PAPERS] += forged
        ledger.accounts[Account.FARES] += fare
        leave(s, p, now, i, way.official, Channel.PAPERS, ledger.counters)
        ledger.counters[C.PAPERS_FORGED] += 1.0
        cause = Cause.LEFT_ON_PAPERS
    row.cash -= cents
    note_change(s, i, before, cause, -1, week)


@kernel
def act(s, p, now, rows, acts, ledger, seekers, buyers, takers):
    """Carry out what people decided. Returns how many seek a provider, genuine papers, and take work at home."""
    n_seekers, n_buyers, n_takers = 0, 0, 0
    for position in range(len(rows)):
        ahead = position + AHEAD
        if ahead < len(rows) and acts[ahead] != ACT_NOTHING and acts[ahead] != ACT_SEEK and acts[ahead] != ACT_VISA:
            bring_near(s.people.row, rows[ahead])
        decision = acts[position]
        if decision == ACT_NOTHING or decision == ACT_VISA or decision == ACT_SEEK:  # noqa: SIM109 - numba
            continue
        i = rows[position]
        row, before = s.people.row[i], s.people.stage[i]
        if decision == Decision.GO_HOME:
            turn_back_home(s, p, now, i, ledger)
        elif decision == Decision.REMAIN:
            remain(s, p, now, i)
        elif decision == Decision.CONTINUE:
            stages.try_again(s.people, i, now.week)
            note_change(s, i, before, Cause.TRIED_AGAIN, row.provider, now.week)
        elif row.channel == Channel.REGULAR:
            apply_for_a_visa(s, p, now, i, ledger)
        elif row.channel == Channel.RECRUITER and row.intended == s.people.here[i]:
            takers[n_takers] = i
            n_takers += 1
        elif row.channel == Channel.RECRUITER and is_contract(row.offer):
            take_contract(s, now, i, ledger)
        elif row.channel >= Channel.PROVIDER:
            seekers[n_seekers] = i
            n_seekers += 1
        elif row.channel == Channel.PAPERS and row.tier == Tier.BROKERED:
            buyers[n_buyers] = i
            n_buyers += 1
        else:
            leave_unaided(s, p, now, i, ledger)
    return n_seekers, n_buyers, n_takers


@allocating
def sell_papers(s, p, now, buyers, ledger):
    """Genuine papers are scarce: brokers serve by keyed priority; the unserved consider again next week.

    Some of them come from consular officers who sell; everyone who asks would be worth it.
    """
    priority = np.empty(len(buyers))
    for k in range(len(buyers)):
        i = buyers[k]
        priority[k] = draw(now.seed, Stream.PAPERS_PRIORITY, i, s.people.row[i].generation, now.week, 0)
    for k in np.argsort(priority, kind="mergesort"):
        i = buyers[k]
        region = s.people.here[i]
        before = s.people.stage[i]
        s.regions[region].papers_asked += 1.0
        consulate = unit_at(p.official, Post.CONSULATE, region)
        if s.regions[region].papers_tokens < 1.0:
            s.units[consulate].tally[EVENTS] += 1.0
            s.units[consulate].tally[WORTH] += s.regions[region].genuine_price
            s.people.due[i] = now.week + 1
            note(s.log, i, s.people.row[i].generation, before, before, Cause.FOUND_NO_PAPERS, -1, now.week)
            continue
        s.regions[region].papers_tokens -= 1.0
        s.regions[region].papers_sold += 1.0
        pair = s.pair_of[region, s.people.row[i].intended]
        price, fare = round(100.0 * s.regions[region].genuine_price), round(100.0 * s.pairs[pair].fare)
        s.people.row[i].cash -= price + fare
        u = draw(now.seed, Stream.BRIBE_FOR_PAPERS, i, s.people.row[i].generation, now.week, 0)
        bribe = buys_off(
            s.units, p.official, consulate, u, s.regions[region].papers_official, s.regions[region].genuine_price
        )
        cents = round(100.0 * bribe)
        ledger.accounts[Account.OFFICIALS] += cents
        ledger.accounts[Account.PAPERS] += price - cents
        ledger.counters[C.BRIBES_PAPERS] += bribe > 0.0
        ledger.counters[C.BRIBES_PAPERS_SUM] += bribe
        ledger.accounts[Account.FARES] += fare
        ledger.counters[C.PAPERS_GENUINE] += 1.0
        leave(s, p, now, i, s.pairs[pair].official, Channel.PAPERS, ledger.counters)
        note_change(s, i, before, Cause.LEFT_ON_PAPERS, -1, now.week)


@kernel
def price_papers(regions, rules, market):
    """Every four weeks scarcity moves the price of genuine papers as it does providers' fees; who was served counts."""
    for region in range(len(regions)):
        row = regions[region]
        use = row.papers_asked / max(REVIEW_WEEKS * row.papers_weekly, LEAST_PAPERS)
        level = level_of(use, market.scarcity_usual, market.utilisation_most, 1.0, market.scarcity_most)
        row.papers_scarcity = towards(row.papers_scarcity, level, market.scarcity_pace)
        row.genuine_price = rules.genuine_price * row.papers_scarcity
        served = row.papers_sold / row.papers_asked if row.papers_asked > 0.0 else 1.0
        row.genuine_chance += rules.papers_memory * (served - row.genuine_chance)
        row.papers_asked = 0.0
        row.papers_sold = 0.0


@kernel
def queue_for_visas(pairs):
    """Applications beyond what consulates can decide in a week wait."""
    for pair in range(len(pairs)):
        left = pairs[pair].visa_backlog + pairs[pair].visa_filed - pairs[pair].consulates
        pairs[pair].visa_backlog = max(left, 0.0)
        pairs[pair].visa_filed = 0.0


@part
def leave_on_contract(s, p, now, i, ledger):
    """The visa that was set aside for person i is given, and she leaves for the job of her contract."""
    row = s.people.row[i]
    row.intended, row.tier = row.applied, Tier.CONTRACT
    pair = s.pair_of[s.people.here[i], row.intended]
    happens(s.people, ledger.counters, i, C.VISA_APPLICATIONS, now.week)
    ledger.counters[C.VISAS_GRANTED] += 1.0
    pay_for_contract(s, p, i, pair, ledger)
    offer, k = row.offer, row.offer_venue
    leave(s, p, now, i, s.pairs[pair].official, Channel.REGULAR, ledger.counters)
    row.offer, row.offer_venue, row.offer_region = offer, k, row.intended
    note_change(s, i, Stage.WAITING, Cause.LEFT_WITH_A_VISA, -1, now.week)


@allocating
def decide_visas(s, p, now, rows, acts, ledger):
    """Decide the applications that are due: form, access for people in need, then slots by keyed priority."""
    n = 0
    waiting = np.empty(len(rows), np.int64)
    for position in range(len(rows)):
        if acts[position] == ACT_VISA:
            waiting[n] = rows[position]
            n += 1
    priority = np.empty(n)
    for k in range(n):
        i = waiting[k]
        priority[k] = draw(now.seed, Stream.VISA_PRIORITY, i, s.people.row[i].generation, now.week, 0)
    order = waiting[np.argsort(priority, kind="mergesort")]
    for k in range(n):
        person_near(s.people, order, k)
        i = order[k]
        if s.people.row[i].brokered == Tier.CONTRACT:
            leave_on_contract(s, p, now, i, ledger)
            continue
        skill, generation = s.people.row[i].skill, s.people.row[i].generation
        s.people.row[i].intended = s.people.row[i].applied
        s.people.row[i].tier = s.people.row[i].brokered
        pair = s.pair_of[s.people.here[i], s.people.row[i].applied]
        freely = moves_freely(s.pairs[pair].free, s.people.row[i].kin, s.people.row[i].intended)
        if not freely:
            happens(s.people, ledger.counters, i, C.VISA_APPLICATIONS, now.week)
        granted = freely
        if freely:
            happens(s.people, ledger.counters, i, C.MOVED_FREELY, now.week)
        elif s.people.row[i].tier == Tier.BROKERED or draw(now.seed, Stream.VISA_FORM, i, generation, now.week, 0) >= (
            s.pairs[pair].visa_complexity * (1.0 - s.people.row[i].information)
        ):
            if s.people.row[i].protection_need and draw(now.seed, Stream.REFUGEE_VISA, i, generation, now.week, 0) < (
                s.pairs[pair].refugee_access
            ):
                granted = True
            else:
                if s.pairs[pair].visa_tokens[skill] >= 1.0:
                    s.pairs[pair].visa_tokens[skill] -= 1.0
                    granted = True
                weight = p.channel.report_good if granted else p.channel.report_bad
                s.pairs[pair].heard_visas[skill, 1] += weight
                s.pairs[pair].visa_truth[skill, 1] += 1.0
                if not granted:
                    s.pairs[pair].heard_visas[skill, 0] += weight
                    s.pairs[pair].visa_truth[skill, 0] += 1.0
        cents = 0 if freely else round(100.0 * s.pairs[pair].visa_price)
        fare = round(100.0 * s.pairs[pair].fare)
        if not granted or s.pairs[pair].fare == math.inf or s.people.row[i].cash < cents + fare:
            stages.be_refused(s.people, i, now.week)
            note(s.log, i, generation, Stage.WAITING, Stage.HOME, Cause.VISA_REFUSED, -1, now.week)
            continue
        s.people.row[i].cash -= cents + fare
        ledger.accounts[Account.STATE] += cents
        ledger.accounts[Account.FARES] += fare
        ledger.counters[C.VISAS_GRANTED] += not freely
        if s.people.row[i].tier == Tier.BROKERED:
            ledger.counters[C.VISAS_BROKERED] += 1.0
        leave(s, p, now, i, s.pairs[pair].official, Channel.REGULAR, ledger.counters)
        note_change(s, i, Stage.WAITING, Cause.LEFT_WITH_A_VISA, -1, now.week)


@allocating
def use_channels(s, p, now, rows, acts, ledger, seekers, buyers, takers):
    """What those of ``rows`` have decided, visas and papers; returns and fills what :func:`act` does."""
    counts = act(s, p, now, rows, acts, ledger, seekers, buyers, takers)
    decide_visas(s, p, now, rows, acts, ledger)
    queue_for_visas(s.pairs)
    sell_papers(s, p, now, buyers[: counts[1]], ledger)
    return counts
