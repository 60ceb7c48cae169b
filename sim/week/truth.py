"""Truth counters that need a look at the whole population or market: stocks, concentration, entropy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.agents.cases import CaseStage
from sim.agents.facilitators import FUNCTIONS
from sim.agents.officials import Post, Rank
from sim.agents.people import Legal, Stage
from sim.agents.venues import Undertaking, VenueKind, Visibility
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import CHUNKS, kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.tallies import tally
from sim.rules.justice.experience import certainty
from sim.rules.people.beliefs import believed_removal
from sim.world.world import Role

Floats = NDArray[np.float64]
# the counter of a stock to which a person of each stage and status belongs and that is split, -1 for none
STOCKS = np.full((len(Stage), len(Legal)), -1, np.int64)
STOCKS[[Stage.ARRIVED, Stage.WORKING], Legal.IRREGULAR] = C.STOCK_IRREGULAR
STOCKS[Stage.PROTECTED] = C.STOCK_PROTECTED
STOCKS[Stage.DETAINED] = C.STOCK_DETAINED
STOCKS[Stage.HELD] = C.STOCK_HELD
# places in a row by region, stage and status; numbers without a sign are no places from the end
STATUSES, STATES = np.uint64(len(Legal)), np.uint64(len(Stage) * len(Legal))


@kernel
def count_people(span, stage, legal, here, counted, used):
    """People by place, stage and legal status: a span adds all of them to the row of its first chunk.

    ``counted`` int64 (CHUNKS, regions·stages·statuses): one number for each person is found without asking what she is.
    ``used`` int64 (CHUNKS,) is told of the rows that have been added to.
    """
    total, row = len(stage), counted[span.first]
    row[:], used[span.first] = 0, 1
    # numbers without a sign are no places from the end: nobody has to ask whether they are
    for i in range(np.uint64(span.first * total // CHUNKS), np.uint64(span.end * total // CHUNKS)):
        row[STATES * np.uint64(here[i]) + STATUSES * np.uint64(stage[i]) + np.uint64(legal[i])] += 1


@kernel
def record(s, p, now, active, counted, used, stocks, spent, counters):
    """Write what is so this week into its row of the counters.

    ``counted`` and ``used`` as of :func:`count_people`; fills ``stocks`` int64 (stages, statuses); ``spent`` (regions,)
    US$ a year that policies cost for each person; ``counters`` float64 (weeks, counters) up to the row of this week.
    """
    done = len(counters) - 1
    row = counters[done]
    record_people(s, p, counted, used, stocks, row)
    record_enterprises(s.enterprises, active, row, now.week)
    record_venues(s.venues, s.sectors, row)
    record_work(s, counters, done)
    record_cohorts(s, counters, done, p.term.cohort_weeks, p.meeting.again_weeks)
    record_justice(s, p, spent, row)
    record_officials(s.officials, s.units, s.regions, row)
    record_networks(s, p, active, row)


@part
def record_people(s, p, counted, used, stocks, row):
    """Where people are and with what, and what they believe of visas and removal.

    Arguments as of :func:`record`. What people without status report of removal and of exploitation is added to what is
    believed.
    """
    add_up_people(counted, used, stocks)
    for legal in range(stocks.shape[1]):
        row[C.STOCK_HOME] += stocks[Stage.HOME, legal] + stocks[Stage.RETURNED, legal]
        row[C.STOCK_WAITING] += stocks[Stage.WAITING, legal]
        row[C.STOCK_TRAVELLING] += stocks[Stage.TRAVELLING, legal]
        row[C.STOCK_HELD] += stocks[Stage.HELD, legal]
        row[C.STOCK_SETTLED] += stocks[Stage.SETTLED, legal]
        row[C.STOCK_DETAINED] += stocks[Stage.DETAINED, legal]
        row[C.STOCK_SEEKING] += stocks[Stage.ARRIVED, legal]
        row[C.STOCK_PROTECTED] += stocks[Stage.PROTECTED, legal]
    row[C.STOCK_IRREGULAR] = abroad(stocks, Legal.IRREGULAR)
    row[C.STOCK_REGULAR] = abroad(stocks, Legal.REGULAR) + abroad(stocks, Legal.VISITOR) + abroad(stocks, Legal.TIED)
    row[C.STOCK_LOCAL] = abroad(stocks, Legal.CITIZEN)
    away, weighted, plain = 0.0, 0.0, 0.0
    for region in range(len(s.regions)):
        here = s.regions[region]
        row[C.CHILDREN_IN_CARE] += math.ceil(here.children_paid) - s.law[region].child_places
        people, first = 0, region * stocks.size
        for stage in range(len(stocks)):
            people += counted[0, first + stage * stocks.shape[1] + Legal.IRREGULAR]
        here.heard_removal[1] += people / WEEKS_PER_YEAR * p.belief.report_good
        removal = believed_removal(s.regions, p.belief, region)
        away, weighted, plain = away + people, weighted + removal * people, plain + removal
        here.heard_exploitation[1] += p.belief.report_good * people / WEEKS_PER_YEAR
        here.heard_exploitation[0] += p.belief.report_bad * here.exploited_seen / WEEKS_PER_YEAR
        here.exploited_seen = 0.0
    row[C.PLACES_USED] = row[C.STOCK_PROTECTED] - row[C.CHILDREN_IN_CARE]
    row[C.BELIEVED_REMOVAL] = weighted / away if away > 0.0 else plain / len(s.regions)
    chance, peopled = 0.0, 0.0
    for pair in range(len(s.pairs)):
        if s.regions[s.pairs[pair].start].people_at > 0.0:
            chance, peopled = chance + s.pairs[pair].visa_chance_low, peopled + 1.0
    row[C.BELIEVED_VISA_CHANCE] = chance / peopled


@kernel
def tally_stocks(people, found, counters):
    """People without status, held, detained and in safety, each in her part of every split that is asked for.

    ``found`` (people,) is working space: who counts is listed first, without a branch, as most people do not.
    """
    count = 0
    for i in range(len(people.stage)):
        found[count] = i
        count += STOCKS[people.stage[i], people.legal[i]] >= 0
    for position in range(count):
        i = found[position]
        tally(people, counters, i, STOCKS[people.stage[i], people.legal[i]], 1.0)


@rule
def add_up_people(counted, used, stocks):
    """Adds the rows of all spans to the first, and up over places to ``stocks`` (stages, statuses)."""
    for chunk in range(1, CHUNKS):
        if used[chunk]:
            for at in range(counted.shape[1]):
                counted[0, at] += counted[chunk, at]
            used[chunk] = 0
    everywhere = stocks.reshape(-1)
    everywhere[:] = 0
    for first in range(0, counted.shape[1], len(everywhere)):
        for at in range(len(everywhere)):
            everywhere[at] += counted[0, first + at]


@rule
def abroad(stocks, legal):
    """People who look for work or work, by status."""
    return stocks[Stage.ARRIVED, legal] + stocks[Stage.WORKING, legal]


@part
def record_enterprises(enterprises, active, row, week):
    """Write how many enterprises of which kind are active, their age and size."""
    n, members = len(active), 0.0
    for position in range(n):
        firm = enterprises.row[active[position]]
        row[C.ENTERPRISES_LONER + firm.kind] += 1.0
        members += firm.members
    row[C.ENTERPRISE_SIZE] = members / n
    row[C.ENTERPRISE_AGE] = np.nan
    if n > 0:
        middle = nth_youngest(enterprises, active, week, (n - 1) // 2)
        row[C.ENTERPRISE_AGE] = 0.5 * (middle + nth_youngest(enterprises, active, week, n // 2))


@rule
def nth_youngest(enterprises, active, week, n):
    """Age in weeks of the active enterprise with ``n`` younger ones: halves the range of ages until one is left."""
    low, high = 0, 1
    while older_than(enterprises, active, week, high) >= len(active) - n:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        if older_than(enterprises, active, week, middle) >= len(active) - n:
            low = middle + 1
        else:
            high = middle
    return low


@rule
def older_than(enterprises, active, week, age):
    """How many active enterprises are older than an age in weeks."""
    count = 0
    for position in range(len(active)):
        count += week - enterprises.row[active[position]].entered > age
    return count


@part
def record_venues(venues, sectors, row):
    """Write how many venues are open, how visible and of which kind, with slots, vacancies and who works there."""
    for k in range(len(venues)):
        if venues[k].active == 0:
            continue
        row[C.VENUES] += 1.0
        row[C.VENUES_PRIVATE] += venues[k].visibility == Visibility.PRIVATE
        row[C.VENUES_PREDATORY] += venues[k].kind == VenueKind.PREDATORY
        row[C.SLOTS] += venues[k].slots
        row[C.VACANCIES] += venues[k].slots - venues[k].filled
        row[C.SLOTS_AUDITED if venues[k].undertaking & Undertaking.AUDITED else C.SLOTS_UNAUDITED] += venues[k].slots
        if venues[k].on_paper:
            row[C.SLOTS_PAPER] += venues[k].slots
        if sectors[venues[k].sector].commercial_sex:
            row[C.WORKERS_SEX] += venues[k].filled


@part
def record_work(s, counters, done):
    """Demand, pay, and who waits for a visa."""
    row = counters[done]
    for cell in range(len(s.cells)):
        row[C.DEMAND] += s.cells[cell].demand
        row[C.DEMAND_LICENSED] += s.cells[cell].demand_licensed
        row[C.DEMAND_MISSION] += s.cells[cell].demand_mission
        row[C.DEMAND_NEXT_DOOR] += s.cells[cell].demand_next_door
        row[C.DEMAND_MOVED] += max(s.cells[cell].demand_moved, 0.0)
    for pair in range(len(s.pairs)):
        row[C.VISA_BACKLOG] += s.pairs[pair].visa_backlog
    pay, places = 0.0, 0
    for region in range(len(s.regions)):
        if s.regions[region].role >= Role.DESTINATION:
            pay, places = pay + s.regions[region].wage_index, places + 1
    row[C.WAGE_INDEX] = pay / places


@part
def record_cohorts(s, counters, done, cohort_weeks, again_weeks):
    """What has come of those who departed ``cohort_weeks`` ago and of those who left exploitation ``again_weeks`` ago.

    It is entered in the week in which they departed or left.
    """
    cohort = done - cohort_weeks
    if cohort >= 0:
        past = counters[cohort]
        past[C.COHORT_DEPARTURES] = (
            past[C.DEPARTURES_REGULAR]
            + past[C.DEPARTURES_PAPERS]
            + past[C.DEPARTURES_ALONE]
            + past[C.DEPARTURES_PROVIDER]
        )
        past[C.COHORT_ARRIVALS] = past[C.ARRIVALS_FIRST]
        past[C.COHORT_WEEKS] = s.cohorts[cohort]
    cohort = done - again_weeks
    if cohort >= 0:
        past = counters[cohort]
        past[C.COHORT_LEFT] = past[C.LEFT_EXPLOITATION]
        past[C.COHORT_AGAIN] = s.again[cohort]


@part
def record_justice(s, p, spent, row):
    """What justice looks like from outside; ``spent`` (regions,) US$ a year per person that policies cost."""
    for n in range(len(s.cases)):
        row[C.OPEN_CASES] += s.cases[n].stage != CaseStage.FREE
    present, seen, promised = 0.0, 0.0, 0.0
    for region in range(len(s.regions)):
        people = s.regions[region].present
        present += people
        seen += people * certainty(s.regions, p.belief, region)
        promised += people * s.law[region].promise
        row[C.PLACES] += s.regions[region].shelter_paid
        row[C.POLICY_COST] += spent[region] * people / WEEKS_PER_YEAR
    row[C.PERCEIVED_CERTAINTY], row[C.BELIEVED_PROMISE] = seen / present, promised / present
    for n in range(len(s.agencies)):
        row[C.STAFF_COST] += s.agencies[n].budget / WEEKS_PER_YEAR


@part
def record_officials(officials, units, regions, row):
    """How many posts sell, each row as many as it stands for."""
    for n in range(len(officials)):
        post = officials[n]
        row[C.RETAINERS] += post.retained_by >= 0
        if post.post == Post.MISSION and regions[post.region].mission <= 0.0:
            continue  # there is none
        each = units[post.unit].stands_for
        selling = each if post.captured == 1 else 0.0
        row[C.OFFICIALS] += each
        row[C.OFFICIALS_SELLING] += selling
        if post.rank == Rank.CHIEF:
            row[C.CHIEFS] += each
            row[C.CHIEFS_SELLING] += selling
        elif post.post == Post.MISSION:
            row[C.LINE_MISSION] += each
            row[C.LINE_MISSION_SELLING] += selling
        elif post.post == Post.BORDER:
            row[C.LINE_BORDER] += each
            row[C.LINE_BORDER_SELLING] += selling


@part
def record_networks(s, p, active, row):
    """Forms, ties, sizes, skill and prices."""
    skill = 0.0
    for position in range(len(active)):
        firm = s.enterprises.row[active[position]]
        row[C.FORM_FLUX + firm.form] += 1.0
        row[C.EXPLOITING_ENTERPRISES] += firm.kappa > 0
        row[C.LARGE_ENTERPRISES] += firm.members >= p.record.large
        skill += firm.skill
    row[C.ENTERPRISE_SKILL] = skill / len(active)
    for n in range(len(s.ties)):
        row[C.TIES] += s.ties[n].partner >= 0
    price, capacity = 0.0, 0.0
    for node in range(len(s.nodes)):
        usual = s.nodes[node].price / p.facilitator.usual_price[node % FUNCTIONS]
        price, capacity = price + s.nodes[node].capacity * usual, capacity + s.nodes[node].capacity
    row[C.PARTNER_PRICE] = price / capacity


@kernel
def record_governments(governments, row):
    """Visas that they leave and staff that they pay, in the mean."""
    visas, staff = 0.0, 0.0
    for region in range(len(governments)):
        visas, staff = visas + governments[region].visas, staff + governments[region].staff
    row[C.VISAS_LEFT], row[C.STAFF_SCALED] = visas / len(governments), staff / len(governments)


def concentration(loads: Floats, pair: NDArray[np.int32]) -> float:
    """Load-weighted mean over pairs of the Herfindahl index of contracts; NaN without any.

    loads : float (enterprises, offers), contracts of the window; pair : int (enterprises, offers), -1 for none.
    """
    used = (pair >= 0) & (loads > 0)
    if not used.any():
        return math.nan
    load, where = loads[used].astype(float), pair[used]
    total = np.bincount(where, load)
    squares = np.bincount(where, load**2)
    present = total > 0
    return float((squares[present] / total[present]).sum() / total.sum())


def entropy(loads: Floats, pair: NDArray[np.int32], route: NDArray[np.int32]) -> float:
    """Load-weighted mean over pairs of the entropy of contracts over routes, nats; NaN without any."""
    used = (pair >= 0) & (loads > 0) & (route >= 0)
    if not used.any():
        return math.nan
    load = loads[used].astype(float)
    by_route = np.bincount(route[used], load)
    pair_of_route = np.zeros(len(by_route), np.int64)
    pair_of_route[route[used]] = pair[used]
    total = np.bincount(pair[used], load)
    travelled = by_route > 0
    share = by_route[travelled] / total[pair_of_route[travelled]]
    return float(-(by_route[travelled] * np.log(share)).sum() / total.sum())
