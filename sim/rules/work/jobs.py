"""Jobs: who works where and on what terms, hire by hire (model 4.4).

Slots belong to venues and carry no label. For each hire a venue compares going terms with controlled terms, as far as
it is open to them, and takes what is worth more; people who see through a promise walk on. Everything here touches two
tables and runs serially over the few people concerned.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from sim.agents.migrants import NEVER, Bound, Control, Legal, Offer, Stage
from sim.agents.venues import VenueKind, segment
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import CHUNKS, allocating, kernel, parallel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.people.consider import BLOCK, next_consideration
from sim.rules.work.value import ability_at, going_pay, value_of_person, with_papers

COUNTED_WEEKS = 104  # of withheld pay that a person can claim at most


class HireRules(NamedTuple):
    """Parameters of hiring."""

    review_weeks: int
    least_worth: float  # weeks of pay that control must be worth before anyone bothers
    seen_through: float  # how far information shows that a promise is false
    search_again: int
    reluctance: float  # weight of commercial sex in what people look for by themselves
    target_return: float  # 0: control lasts as long as it pays
    hire_cost: float  # weeks of pay that finding a worker costs
    rescue_vacancy: int
    control_capacity: int


class Cells(NamedTuple):
    """Region x sector cells."""

    first: NDArray[Any]  # (cells + 1,) where the venues of each begin
    vacant: NDArray[Any]  # (cells, 2) slots that are free and wanted, in places without and with a licence
    excess: NDArray[Any]  # (cells, 2) people at work there beyond what buyers want, over what they want
    withheld: NDArray[Any]  # (cells,) sum over controlled people of the share of pay withheld
    seen: NDArray[Any]  # (cells,) of it what happens in open places
    next_room: NDArray[Any]  # (venues,) the venue itself or the next of its cell with room when the week's hiring began
    female_share: NDArray[Any]  # (sectors,)
    commercial_sex: NDArray[Any]  # (sectors,)


@allocating
def count_vacant(v, cells, slots_wanted):
    """Slots of each cell that are free and that buyers want filled, and what is at work beyond that.

    ``slots_wanted`` (cells, 2) whole slots, in places without and with a licence. Where demand has fallen nobody is
    hired until enough have left.
    """
    free, filled = np.zeros(2, np.int64), np.zeros(2, np.int64)
    for cell in range(len(cells.vacant)):
        free[:], filled[:] = 0, 0
        first, last = cells.first[cell], cells.first[cell + 1]
        nearest = last
        for k in range(last - 1, first - 1, -1):
            if v.row[k].active == 1:
                part = segment(v, k)
                free[part] += v.row[k].slots - v.row[k].filled
                filled[part] += v.row[k].filled
                if v.row[k].filled < v.row[k].slots:
                    nearest = k
            cells.next_room[k] = nearest
        for part in range(2):
            wanted = slots_wanted[cell, part]
            cells.vacant[cell, part] = min(free[part], max(wanted - filled[part], 0))
            cells.excess[cell, part] = max(filled[part] - wanted, 0) / max(wanted, 1.0)


@rule
def cell_of(v, k, cells):
    """The cell of venue k: its region and sector as one number."""
    return v.row[k].region * len(cells.female_share) + v.row[k].sector


@rule
def has_room(v, k):
    """Whether venue k is open and has a free slot."""
    return v.row[k].active == 1 and v.row[k].filled < v.row[k].slots


@rule
def takes_on(v, k, cells):
    """Whether venue k has a free slot that its buyers want filled."""
    return has_room(v, k) and cells.vacant[cell_of(v, k, cells), segment(v, k)] > 0


@rule
def pay_at(m, i, v, k, work):
    """Going pay of person i for work in venue k, US$/week."""
    row, region = m.row[i], v.row[k].region
    return going_pay(m.legal[i], ability_at(row, region), row.skill, region, v.row[k].sector, work)


@rule
def relax(m, i, v, k, work):
    """Venue k need no longer watch person i."""
    if m.row[i].control > 0:
        v.row[k].attention = max(v.row[k].attention - work.control_cost[v.row[k].region, m.row[i].control], 0.0)


@rule
def take_slot(m, i, v, k, week, cells):
    """Person i fills a slot of venue k."""
    v.row[k].filled += 1
    if v.row[k].filled >= v.row[k].slots:
        v.row[k].vacant_since = NEVER
    cells.vacant[cell_of(v, k, cells), segment(v, k)] -= 1
    m.row[i].venue = k
    m.row[i].job_since = week


@part
def leave_venue(m, i, v, week, rescued, work, cells, rules):
    """Person i no longer works where she did: slot, attention and terms are free again.

    ``rescued``: an agency took her away; with the switch ``rescue_vacancy`` off such a slot is not ordered anew.
    """
    k = m.row[i].venue
    if k < 0:
        return
    v.row[k].filled -= 1
    if v.row[k].vacant_since == NEVER and not (rescued and not rules.rescue_vacancy):
        v.row[k].vacant_since = week
    cells.vacant[cell_of(v, k, cells), segment(v, k)] += 1
    if m.bound[i] & Bound.CONTROLLED:
        m.row[i].exploiter, m.row[i].exploiter_generation = k, v.row[k].generation
        m.row[i].lost = (1.0 - m.row[i].credited) * m.row[i].value * min(week - m.row[i].job_since, COUNTED_WEEKS)
    relax(m, i, v, k, work)
    m.row[i].venue = -1
    m.row[i].offer = Offer.NONE
    free(m, i)


@rule
def free(m, i):
    """No terms but going ones hold person i."""
    m.row[i].control = Control.NONE
    m.row[i].credited = 1.0
    m.row[i].receipts = 0.0
    m.bound[i] &= ~np.uint8(Bound.CONTROLLED)


@part
def set_terms(m, i, v, k, control, sigma, week, work, rules):
    """Person i works on the terms (control, sigma) of venue k until the next review."""
    relax(m, i, v, k, work)
    m.row[i].control = control
    m.row[i].credited = sigma
    m.row[i].review_week = week + rules.review_weeks
    if control > 0:
        v.row[k].attention += work.control_cost[v.row[k].region, control]
    if rules.control_capacity:
        v.row[k].shadow = max(v.row[k].attention / max(v.row[k].room, 1e-9) - 1.0, 0.0) * 2.0
    if control > 0 or sigma < 1.0:
        m.bound[i] |= np.uint8(Bound.CONTROLLED)
        m.due[i] = NEVER
    else:
        free(m, i)


@rule
def may_control(m, i, v, k):
    """Whether venue k would control person i: opportunists only people who cannot complain.

    Those are people without secure status, people tied to the job, people who owe, and minors.
    """
    if v.row[k].kind == VenueKind.COMPLIANT or v.row[k].undertaking > 0:
        return False
    unsafe = not with_papers(m.legal[i]) or m.legal[i] == Legal.TIED
    return v.row[k].kind == VenueKind.PREDATORY or unsafe or m.row[i].debt > 0.0 or m.row[i].minor == 1


@rule
def best_offer_of(m, i, v, k, y, work, control_rules):
    """(V, m, sigma) of venue k for person i; a place that is audited or licensed has nothing but going terms."""
    if v.row[k].undertaking > 0:
        return 0.0, 0, 1.0
    return value_of_person(
        m,
        i,
        y,
        v.row[k].limit,
        v.row[k].shadow,
        v.row[k].region,
        v.row[k].sector,
        v.row[k].visibility,
        work,
        control_rules,
    )


@kernel
def hire(m, i, v, k, week, seed, deceived, cost, counters, work, cells, choice, conflict, rules, control_rules):
    """Venue k hires person i on the terms worth most to it. Returns V, or 0 on going terms.

    ``deceived``: she cannot choose to walk on; ``cost`` US$ that it has spent to get her.
    """
    row = m.row[i]
    y = pay_at(m, i, v, k, work)
    if row.job_since < row.since and m.legal[i] != Legal.VISITOR:
        row.since = week  # the first job since arrival; how long papers last counts from arrival
    take_slot(m, i, v, k, week, cells)
    row.value = y
    row.searches = 0
    m.stage[i] = Stage.WORKING
    row.paid_until = week
    worth = 0.0
    if deceived and may_control(m, i, v, k):
        worth, control, sigma = best_offer_of(m, i, v, k, y, work, control_rules)
        if worth > rules.least_worth * y:
            set_terms(m, i, v, k, control, sigma, week, work, rules)
            row.receipts = (cost + rules.hire_cost * y) * (1.0 + rules.target_return)
            counters[C.HIRES_CONTROLLED] += 1.0
            return worth
    free(m, i)
    counters[C.HIRES_GOING] += 1.0
    next_consideration(m, i, week, seed, choice, conflict)
    return 0.0


@rule
def choose_sector(m, i, week, seed, region, work, cells, rules):
    """The sector in which person i looks for work, by vacancies and pay, keyed by sector; -1 if there is none."""
    best, chosen = 0.0, -1
    generation, drawn, four = m.row[i].generation, -1, (0.5, 0.5, 0.5, 0.5)
    for sector in range(len(work.pay)):
        cell = region * len(work.pay) + sector
        vacant = cells.vacant[cell, 0] + cells.vacant[cell, 1]
        share = cells.female_share[sector] if m.row[i].female else 1.0 - cells.female_share[sector]
        weight = vacant * share * work.pay[sector]
        if cells.commercial_sex[sector]:
            weight *= rules.reluctance
        weight *= work.deterred[cell]
        if weight <= 0.0:
            continue
        if drawn != sector // 4:
            drawn = sector // 4
            four = block(seed, Stream.SECTOR, i, generation, week, drawn)
        score = weight / -math.log(four[sector % 4])  # the largest is that of log(weight) + a Gumbel draw
        if score > best:
            best, chosen = score, sector
    return chosen


@rule
def next_with_room(v, k, last, cells):
    """The first venue from k on with room, ``last`` if there is none before it.

    Whoever looks leaves the way shorter for the next: walking from venue to venue took most of the time of hiring.
    """
    at = k
    while at < last:
        at = cells.next_room[at]
        if at >= last or takes_on(v, at, cells):
            break
        at += 1
    cells.next_room[k] = min(at, last)
    return cells.next_room[k]


@rule
def ask_venues(i, generation, week, seed, v, cell, cells):
    """A venue of the cell with a free slot: a few keyed ones are asked, then the next in row order; -1 if none."""
    first, last = cells.first[cell], cells.first[cell + 1]
    size = last - first
    if size <= 0 or cells.vacant[cell, 0] + cells.vacant[cell, 1] <= 0:
        return -1
    tries = block(seed, Stream.VENUE_ASKED, i, generation, week, cell)
    for u in tries:
        k = first + int(u * size)
        if takes_on(v, k, cells):
            return k
    k = next_with_room(v, first + int(tries[0] * size), last, cells)
    if k == last:
        k = next_with_room(v, first, last, cells)
    return k if k < last else -1


@rule
def found_none(m, i, week, seekers_left, rules):
    """Person i has looked for work in vain, and will look again."""
    seekers_left[m.here[i]] += 1.0
    m.row[i].searches = min(m.row[i].searches + 1, 100)
    m.due[i] = week + rules.search_again


def _look_for_work(rows, turn, cell, m, week, seed, work, cells, rules):
    total = len(rows)
    for chunk in prange(CHUNKS):
        for position in range(chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS):
            i = rows[position]
            turn[position] = draw(seed, Stream.SEEKER_TURN, i, m.row[i].generation, week, 0)
            region = m.here[i]
            sector = choose_sector(m, i, week, seed, region, work, cells, rules)
            cell[position] = -1 if sector < 0 else region * len(work.pay) + sector


# The keyed turn of everyone who looks for work and the cell chosen, by what is vacant when the week's hiring begins:
# nobody's choice depends on who came before.
look_serial = kernel(_look_for_work)


def parallel_look() -> Any:
    """The same pass compiled for several threads."""
    return parallel(_look_for_work)


@allocating
def place_seekers(
    rows, turn, cell, m, v, week, seed, counters, seekers_left, work, cells, choice, conflict, rules, control_rules, log
):
    """Everyone who has chosen where to look, in keyed turn. ``seekers_left`` (regions,) counts those who found none."""
    hopeful = np.flatnonzero(cell >= 0)
    for position in np.flatnonzero(cell < 0):
        found_none(m, rows[position], week, seekers_left, rules)
    order = hopeful[np.argsort(turn[hopeful], kind="mergesort")]
    fetched = 0.0
    for number in range(len(order)):
        if number % BLOCK == 0:
            # people who look for work lie far apart: their memory is fetched a block at a time
            for ahead in range(number, min(number + BLOCK, len(order))):
                fetched += m.row[rows[order[ahead]]].information + m.row[rows[order[ahead]]].value
        i = rows[order[number]]
        generation = m.row[i].generation
        k = ask_venues(i, generation, week, seed, v, cell[order[number]], cells)
        if k < 0:
            found_none(m, i, week, seekers_left, rules)
            continue
        deceived = draw(seed, Stream.HIRE, i, generation, week, 0) >= m.row[i].information * rules.seen_through
        hire(
            m, i, v, k, week, seed, deceived, 0.0, counters, work, cells, choice, conflict, rules, control_rules
        )  # fmt: skip
        note(log, week, i, generation, Stage.ARRIVED, m.stage[i], Cause.FOUND_WORK, k)
    return fetched


@kernel
def first_jobs(m, v, week, seed, local_share, counters, work, cells, choice, conflict, rules, control_rules):
    """Who works where when a run begins: those abroad, and a share of people at home; ``local_share`` (regions,)."""
    for i in range(len(m.due)):
        region = m.here[i]
        local = m.stage[i] == Stage.HOME and (
            draw(seed, Stream.HIRE, i, m.row[i].generation, 0, 1) < local_share[region]
        )
        if m.stage[i] != Stage.WORKING and not local:
            continue
        sector = choose_sector(m, i, week, seed, region, work, cells, rules)
        k = ask_venues(i, 0, week, seed, v, region * len(work.pay) + sector, cells) if sector >= 0 else -1
        if k < 0:
            continue
        deceived = draw(seed, Stream.HIRE, i, m.row[i].generation, 0, 0) >= m.row[i].information * rules.seen_through
        hire(m, i, v, k, week, seed, deceived, 0.0, counters, work, cells, choice, conflict, rules, control_rules)
        if m.row[i].receipts > 0.0:
            # their spells began before the run: part of what a controller aims at has been taken
            m.row[i].receipts *= draw(seed, Stream.HIRE, i, m.row[i].generation, 0, 2)
