"""What follows from a decision to move by a regular channel, on papers or alone; going home and staying put.

Everything that touches two tables or a shared queue runs serially over the few people concerned, in row order or by
keyed priority, so that no result depends on threads.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.migrants import NEVER, Account, Channel, Decision, Legal, Offer, Stage, Tier, exponential_weeks
from sim.agents.officials import Post
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, part
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.corruption.bribes import EVENTS, WORTH, buys_off, unit_at
from sim.rules.people.consider import ACT_NOTHING, ACT_SEEK, ACT_VISA, go_home, start_removal_clock
from sim.rules.people.options import moves_freely

LAPSE_WEEKS = 13.0  # unused places are kept for a quarter


class Queues(NamedTuple):
    """Places to be rationed and what applicants learn from it."""

    visa_tokens: NDArray[Any]  # (pairs, 2) places at hand
    visa_reports: NDArray[Any]  # (pairs, 2, 2) refused and decided, faded
    papers_tokens: NDArray[Any]  # (regions,)
    papers_asked: NDArray[Any]  # (regions,) in the present four weeks
    papers_sold: NDArray[Any]
    visa_truth: NDArray[Any]  # (pairs, 2, 2) refused and decided, as those who decide know them, faded
    visa_filed: NDArray[Any]  # (pairs,) applications made this week
    visa_backlog: NDArray[Any]  # (pairs,) applications that consulates have not come to


class ChannelRules(NamedTuple):
    """Parameters of the channels."""

    form_cents: float
    broker_cents: float
    report_good: float
    report_bad: float
    job_search: float
    return_cents: float


class Places(NamedTuple):
    """Node-level facts that the channels need."""

    pair_of: NDArray[Any]  # (regions, regions)
    official_route: NDArray[Any]  # (pairs,)
    alone_route: NDArray[Any]  # (pairs,)
    alone_cost: NDArray[Any]  # (pairs,) US$
    fare: NDArray[Any]  # (pairs,) US$
    genuine_price: NDArray[Any]  # (regions,) US$
    visa_wait: NDArray[Any]  # (pairs,)
    visa_complexity: NDArray[Any]
    visa_price: NDArray[Any]
    refugee_access: NDArray[Any]
    conflict: NDArray[Any]  # (regions,)
    employment: NDArray[Any]  # (regions,)
    forged_price: NDArray[Any]  # (regions,) US$
    free: NDArray[Any]  # (pairs,) who may move without a visa, as in the prospects
    visa_filed: NDArray[Any]  # (pairs,) counts applications as they are made


class Flows(NamedTuple):
    """What a report draws: sums since week 0."""

    departures: NDArray[Any]  # (pairs, 4) by regular, papers, alone, provider
    arrivals: NDArray[Any]  # (pairs, 4)
    crossings: NDArray[Any]  # (legs,) without papers
    stops: NDArray[Any]  # (legs,)


@kernel
def leave(m, i, week, route, channel, counters, flows, places):
    """A person sets out on ``route``: the first leg begins in this week."""
    here = m.here[i]
    pair = places.pair_of[here, m.row[i].intended]
    # a contract that is given up returns what was held for its end
    m.row[i].cash += m.row[i].escrow
    m.row[i].escrow = 0.0
    if m.row[i].financed == 1:
        m.row[i].financed = 2  # a journey that was lent is given up: the debt goes with it
    m.row[i].extorted = 0
    if m.row[i].first_intended < 0:
        m.row[i].departed = week
        m.row[i].first_intended = m.row[i].intended
        count_departure(m, i, channel, counters, places)
        flows.departures[pair, channel] += 1.0
    m.stage[i] = Stage.TRAVELLING
    m.row[i].since = week
    m.row[i].route = route
    m.row[i].leg = 0
    m.row[i].clock = 0.0
    m.row[i].channel = channel
    m.row[i].contract = 0
    m.row[i].applied = -1
    m.row[i].attempts += 1
    m.removal_at[i] = np.inf
    m.due[i] = NEVER
    m.row[i].path |= 1
    m.row[i].offer = Offer.NONE
    m.row[i].offer_venue = -1
    m.row[i].offer_region = -1


@part
def count_departure(m, i, channel, counters, places):
    """People who leave home, by channel, and how need and skill change the channel."""
    if channel == Channel.REGULAR:
        counters[C.DEPARTURES_REGULAR] += 1.0
        counters[C.DEPARTURES_WOMEN_REGULAR] += m.row[i].female
    elif channel == Channel.PAPERS:
        counters[C.DEPARTURES_PAPERS] += 1.0
    elif channel == Channel.ALONE:
        counters[C.DEPARTURES_ALONE] += 1.0
    else:
        counters[C.DEPARTURES_PROVIDER] += 1.0
    if m.row[i].skill == 0:
        counters[C.DEPARTURES_LOW] += 1.0
        if channel == Channel.PROVIDER:
            counters[C.DEPARTURES_LOW_PROVIDER] += 1.0
    if places.conflict[m.row[i].home] > 0.0:
        regular = channel == Channel.REGULAR
        if m.row[i].protection_need:
            counters[C.DEPARTURES_NEED_REGULAR if regular else C.DEPARTURES_NEED_IRREGULAR] += 1.0
        else:
            counters[C.DEPARTURES_PEERS_REGULAR if regular else C.DEPARTURES_PEERS_IRREGULAR] += 1.0


@part
def look_for_work(m, i, week, seed, rules, places):
    """Arrived: work is found after a keyed time, longer where fewer people have it."""
    m.stage[i] = Stage.ARRIVED
    m.row[i].since = week
    m.row[i].searches = 0
    m.row[i].stops = 0
    m.row[i].contract = 0
    m.row[i].provider = -1
    m.row[i].route = -1
    u = draw(seed, Stream.JOB_SEARCH, i, m.row[i].generation, m.row[i].attempts, 0)
    m.due[i] = week + exponential_weeks(rules.job_search / places.employment[m.here[i]], u)


@kernel
def act(
    rows,
    acts,
    count,
    m,
    week,
    seed,
    removal_sum,
    counters,
    accounts,
    flows,
    places,
    rules,
    log,
    seekers,
    buyers,
    takers,
):
    """Carry out what people decided. Returns how many seek a provider, genuine papers, and take work at home."""
    n_seekers, n_buyers, n_takers = 0, 0, 0
    for position in range(count):
        decision = acts[position]
        if decision == ACT_NOTHING or decision == ACT_VISA or decision == ACT_SEEK:  # noqa: SIM109 - numba
            continue
        i = rows[position]
        before = m.stage[i]
        if decision == Decision.GO_HOME:
            gave_up = before == Stage.HELD
            counters[C.GAVE_UP if gave_up else C.RETURNS] += 1.0
            go_home(m, i, week, accounts, 0.0 if m.here[i] == m.row[i].home else rules.return_cents)
            note(
                log, week, i, m.row[i].generation, before, m.stage[i], Cause.GAVE_UP if gave_up else Cause.WENT_HOME, -1
            )
        elif decision == Decision.REMAIN:
            m.row[i].cash += m.row[i].escrow
            m.row[i].escrow = 0.0
            m.legal[i] = Legal.IRREGULAR
            look_for_work(m, i, week, seed, rules, places)
            start_removal_clock(m, i, seed, removal_sum)
            note(log, week, i, m.row[i].generation, before, m.stage[i], Cause.REMAINED, -1)
        elif decision == Decision.CONTINUE:
            m.stage[i] = Stage.TRAVELLING
            m.row[i].since = week
            m.row[i].clock = 0.0
            m.row[i].contract = 0
            m.row[i].attempts += 1
            m.due[i] = NEVER
            note(log, week, i, m.row[i].generation, before, m.stage[i], Cause.TRIED_AGAIN, m.row[i].provider)
        elif m.row[i].channel == Channel.REGULAR:
            pair = places.pair_of[m.here[i], m.row[i].intended]
            free = moves_freely(places.free[pair], m.row[i].kin, m.row[i].intended)
            form = 0.0 if free else rules.form_cents
            cents = form + (rules.broker_cents if m.row[i].tier == Tier.BROKERED else 0.0)
            m.row[i].cash -= cents
            accounts[Account.STATE] += form
            accounts[Account.BROKERS] += cents - form
            m.stage[i] = Stage.WAITING
            m.row[i].since = week
            m.row[i].applied = m.row[i].intended
            m.row[i].brokered = m.row[i].tier
            places.visa_filed[pair] += not free
            m.row[i].decision_week = week + (1 if free else max(1, round(places.visa_wait[pair])))
            m.due[i] = min(m.due[i], m.row[i].decision_week)
            note(log, week, i, m.row[i].generation, before, m.stage[i], Cause.APPLIED_FOR_A_VISA, -1)
        elif m.row[i].channel == Channel.RECRUITER and m.row[i].intended == m.here[i]:
            takers[n_takers] = i
            n_takers += 1
        elif m.row[i].channel >= Channel.PROVIDER:
            seekers[n_seekers] = i
            n_seekers += 1
        elif m.row[i].channel == Channel.PAPERS and m.row[i].tier == Tier.BROKERED:
            buyers[n_buyers] = i
            n_buyers += 1
        else:
            pair = places.pair_of[m.here[i], m.row[i].intended]
            if m.row[i].channel == Channel.ALONE:
                cents = round(100.0 * places.alone_cost[pair])
                accounts[Account.JOURNEYS] += cents
                leave(m, i, week, places.alone_route[pair], Channel.ALONE, counters, flows, places)
                cause = Cause.LEFT_ALONE
            else:
                fare = round(100.0 * places.fare[pair])
                forged = round(100.0 * places.forged_price[m.here[i]])
                cents = forged + fare
                accounts[Account.PAPERS] += forged
                accounts[Account.FARES] += fare
                leave(m, i, week, places.official_route[pair], Channel.PAPERS, counters, flows, places)
                counters[C.PAPERS_FORGED] += 1.0
                cause = Cause.LEFT_ON_PAPERS
            m.row[i].cash -= cents
            note(log, week, i, m.row[i].generation, before, m.stage[i], cause, -1)
    return n_seekers, n_buyers, n_takers


@allocating
def sell_papers(buyers, count, m, week, seed, counters, accounts, queues, flows, places, log, posts, official_share):
    """Genuine papers are scarce: brokers serve by keyed priority; the unserved consider again next week.

    ``official_share`` (regions,) of them come from consular officers who sell; everyone who asks would be worth it.
    """
    priority = np.empty(count)
    for k in range(count):
        i = buyers[k]
        priority[k] = draw(seed, Stream.PAPERS_PRIORITY, i, m.row[i].generation, m.row[i].considerations, 0)
    for k in np.argsort(priority, kind="mergesort"):
        i = buyers[k]
        region = m.here[i]
        before = m.stage[i]
        queues.papers_asked[region] += 1.0
        consulate = unit_at(posts, Post.CONSULATE, region)
        if queues.papers_tokens[region] < 1.0:
            posts.tally[consulate, EVENTS] += 1.0
            posts.tally[consulate, WORTH] += places.genuine_price[region]
            m.due[i] = week + 1
            note(log, week, i, m.row[i].generation, before, before, Cause.FOUND_NO_PAPERS, -1)
            continue
        queues.papers_tokens[region] -= 1.0
        queues.papers_sold[region] += 1.0
        pair = places.pair_of[region, m.row[i].intended]
        price, fare = round(100.0 * places.genuine_price[region]), round(100.0 * places.fare[pair])
        m.row[i].cash -= price + fare
        u = draw(seed, Stream.BRIBE, i, m.row[i].generation, m.row[i].considerations, 0)
        bribe = buys_off(posts, consulate, u, official_share[region], places.genuine_price[region])
        cents = round(100.0 * bribe)
        accounts[Account.OFFICIALS] += cents
        accounts[Account.PAPERS] += price - cents
        counters[C.BRIBES_PAPERS] += bribe > 0.0
        counters[C.BRIBES_PAPERS_SUM] += bribe
        accounts[Account.FARES] += fare
        counters[C.PAPERS_GENUINE] += 1.0
        leave(m, i, week, places.official_route[pair], Channel.PAPERS, counters, flows, places)
        note(log, week, i, m.row[i].generation, before, m.stage[i], Cause.LEFT_ON_PAPERS, -1)


def queue_for_visas(queues: Queues, capacity: NDArray[np.float64]) -> None:
    """Applications beyond what consulates can decide in a week wait; ``capacity`` (pairs,), infinite without limit."""
    queues.visa_backlog[:] = np.maximum(queues.visa_backlog + queues.visa_filed - capacity, 0.0)
    queues.visa_filed[:] = 0.0


@allocating
def decide_visas(rows, acts, count, m, week, seed, counters, accounts, queues, flows, places, rules, log):
    """Decide the applications that are due: form, access for people in need, then slots by keyed priority."""
    n = 0
    waiting = np.empty(count, np.int64)
    for position in range(count):
        if acts[position] == ACT_VISA:
            waiting[n] = rows[position]
            n += 1
    priority = np.empty(n)
    for k in range(n):
        i = waiting[k]
        priority[k] = draw(seed, Stream.VISA_PRIORITY, i, m.row[i].generation, m.row[i].considerations, 0)
    for k in np.argsort(priority, kind="mergesort"):
        i = waiting[k]
        skill, generation, when = m.row[i].skill, m.row[i].generation, m.row[i].considerations
        m.row[i].intended = m.row[i].applied
        m.row[i].tier = m.row[i].brokered
        pair = places.pair_of[m.here[i], m.row[i].applied]
        free = moves_freely(places.free[pair], m.row[i].kin, m.row[i].intended)
        counters[C.VISA_APPLICATIONS] += not free
        granted = free
        if free:
            counters[C.MOVED_FREELY] += 1.0
        elif m.row[i].tier == Tier.BROKERED or draw(seed, Stream.VISA_FORM, i, generation, when, 0) >= (
            places.visa_complexity[pair] * (1.0 - m.row[i].information)
        ):
            if (
                m.row[i].protection_need
                and draw(seed, Stream.REFUGEE_VISA, i, generation, when, 0) < (places.refugee_access[pair])
            ):
                granted = True
            else:
                if queues.visa_tokens[pair, skill] >= 1.0:
                    queues.visa_tokens[pair, skill] -= 1.0
                    granted = True
                weight = rules.report_good if granted else rules.report_bad
                queues.visa_reports[pair, skill, 1] += weight
                queues.visa_truth[pair, skill, 1] += 1.0
                if not granted:
                    queues.visa_reports[pair, skill, 0] += weight
                    queues.visa_truth[pair, skill, 0] += 1.0
        cents = 0 if free else round(100.0 * places.visa_price[pair])
        fare = round(100.0 * places.fare[pair])
        if not granted or m.row[i].cash < cents + fare:
            m.stage[i] = Stage.HOME
            m.row[i].since = week
            m.due[i] = week + 1
            m.row[i].intended = -1
            m.row[i].applied = -1
            note(log, week, i, generation, Stage.WAITING, Stage.HOME, Cause.VISA_REFUSED, -1)
            continue
        m.row[i].cash -= cents + fare
        accounts[Account.STATE] += cents
        accounts[Account.FARES] += fare
        counters[C.VISAS_GRANTED] += not free
        if m.row[i].tier == Tier.BROKERED:
            counters[C.VISAS_BROKERED] += 1.0
        leave(m, i, week, places.official_route[pair], Channel.REGULAR, counters, flows, places)
        note(log, week, i, generation, Stage.WAITING, m.stage[i], Cause.LEFT_WITH_A_VISA, -1)
