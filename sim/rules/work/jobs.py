"""Jobs: who works where and on what terms, hire by hire (model 4.4).

Slots belong to venues and carry no label. For each hire a venue compares going terms with controlled terms, as far as
it is open to them, and takes what is worth more. Whoever looks for work and sees through what is promised walks on
(C1-M12, C5-M62). Everything here touches two tables and runs serially over the few people concerned.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import NEVER, Abroad, Bound, Control, Creditor, Legal, Offer, Stage, Start
from sim.agents.venues import VenueKind, segment
from sim.declared.sources import From, Switched, family
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import CHUNKS, allocating, kernel, part, rule
from sim.ground.near import person_near
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.rules.people import stages
from sim.rules.people.knowledge import is_told_a_story, sees_through
from sim.rules.people.spells import next_consideration
from sim.rules.work.value import Controller, ability_at, going_pay, value_of_person, with_papers
from sim.rules.work.watching import end_control, set_terms, watch


@family
class HireRules(NamedTuple):
    """Parameters of hiring."""

    review_weeks: Annotated[int, From("work.review_weeks")]
    # weeks of pay that control must be worth before anyone bothers
    least_worth: Annotated[float, From("work.least_worth")]
    seen_through: Annotated[float, From("work.seen_through")]  # how far information shows that a promise is false
    search_again: Annotated[int, From("work.search_again")]
    # weight of commercial sex in what people look for by themselves
    reluctance: Annotated[float, From("work.reluctance")]
    target_return: Annotated[float, From("work.target_return")]  # 0: control lasts as long as it pays
    hire_cost: Annotated[float, From("work.hire_cost")]  # weeks of pay that finding a worker costs
    claim_weeks: Annotated[int, From("justice.claim_weeks")]  # of withheld pay, at most
    shadow_pace: Annotated[float, From("work.shadow_pace")]
    rescue_vacancy: Annotated[int, Switched("rescue_vacancy")]
    control_capacity: Annotated[int, Switched("control_capacity")]


@kernel
def count_vacant(span, s):
    """Slots of each cell that are free and that buyers want filled, and what is at work beyond that.

    Where demand has fallen nobody is hired until enough have left.
    """
    total = len(s.cells)
    for chunk in range(span.first, span.end):
        for cell in range(chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS):
            row = s.cells[cell]
            first, last = s.cell_first[cell], s.cell_first[cell + 1]
            vacant, filled, licensed_vacant, licensed_filled, nearest = 0, 0, 0, 0, last
            for k in range(last - 1, first - 1, -1):
                place = s.venues[k]
                if place.active == 1:
                    if segment(s.venues, k):
                        licensed_vacant += place.slots - place.filled
                        licensed_filled += place.filled
                    else:
                        vacant += place.slots - place.filled
                        filled += place.filled
                    if place.filled < place.slots:
                        nearest = k
                s.next_room[k] = nearest
            see_vacant(row, 0, vacant, filled)
            see_vacant(row, 1, licensed_vacant, licensed_filled)


@rule
def see_vacant(cell, part, vacant, filled):
    """What of the slots in a part of a cell that are ``vacant`` is wanted, where so many are ``filled``."""
    wanted = cell.slots_wanted[part]
    cell.vacant[part] = min(vacant, max(wanted - filled, 0))
    cell.excess[part] = max(filled - wanted, 0) / max(wanted, 1.0)


@rule
def cell_of(venues, sectors, k):
    """The cell of venue k: its region and sector as one number."""
    return venues[k].region * len(sectors.female_share) + venues[k].sector


@rule
def has_room(venues, k):
    """Whether venue k is open and has a free slot."""
    place = venues[k]
    return place.active == 1 and place.filled < place.slots


@rule
def takes_on(venues, cells, sectors, k):
    """Whether venue k has a free slot that its buyers want filled."""
    return has_room(venues, k) and cells[cell_of(venues, sectors, k)].vacant[segment(venues, k)] > 0


@rule
def pay_at(s, p, i, k):
    """Going pay of person i for work in venue k, US$/week."""
    row, region = s.people.row[i], s.venues[k].region
    return going_pay(
        s.regions,
        s.sectors,
        p.choice,
        s.people.legal[i],
        ability_at(row, region),
        row.skill,
        region,
        s.venues[k].sector,
    )


@rule
def take_slot(s, i, k, week):
    """Person i fills a slot of venue k."""
    place = s.venues[k]
    place.filled += 1
    if place.filled >= place.slots:
        place.vacant_since = NEVER
    s.cells[cell_of(s.venues, s.sectors, k)].vacant[segment(s.venues, k)] -= 1
    s.people.row[i].venue = k
    s.people.row[i].sector = place.sector
    s.people.row[i].job_since = week


@part
def leave_venue(s, p, i, rescued, week):
    """Person i no longer works where she did: slot, attention and terms are free again.

    ``rescued``: an agency took her away; with the switch ``rescue_vacancy`` off such a slot is not ordered anew.
    """
    person = s.people.row[i]
    k = person.venue
    if k < 0:
        return
    s.venues[k].filled -= 1
    if s.venues[k].vacant_since == NEVER and not (rescued and not p.hire.rescue_vacancy):
        s.venues[k].vacant_since = week
    s.cells[cell_of(s.venues, s.sectors, k)].vacant[segment(s.venues, k)] += 1
    if s.people.bound[i] & Bound.CONTROLLED:
        person.exploiter, person.exploiter_generation = k, s.venues[k].generation
        person.lost = (1.0 - person.credited) * person.value * min(week - person.job_since, p.hire.claim_weeks)
    watch(s.people, s.venues, s.regions, i, k, np.int8(Control.NONE))
    person.venue = -1
    person.offer = Offer.NONE
    end_control(s.people, i)


@rule
def may_control(people, venues, i, k):
    """Whether venue k would control person i: opportunists only people who cannot complain.

    Those are people without secure status, people tied to the job, people who owe, and minors.
    """
    place = venues[k]
    if place.kind == VenueKind.COMPLIANT or place.undertaking > 0:
        return False
    unsafe = not with_papers(people.legal[i]) or people.legal[i] == Legal.TIED
    return place.kind == VenueKind.PREDATORY or unsafe or people.row[i].debt > 0.0 or people.row[i].minor == 1


@rule
def controller_of(venues, k, claim):
    """What venue k is ready and able to do, with a claim on the person of so many US$."""
    venue = venues[k]
    return Controller(venue.limit, venue.shadow, venue.region, venue.sector, venue.visibility, claim)


@rule
def owed_to(people, i, k):
    """What person i owes to venue k, US$."""
    row = people.row[i]
    return 0.01 * row.debt if row.creditor_kind == Creditor.VENUE and row.creditor == k else 0.0


@rule
def offer_with(s, p, i, k, y, claim):
    """(V, m, sigma) of venue k for person i with a claim on her of so many US$; going terms where it is bound to them.

    A place that is audited or licensed has nothing but going terms.
    """
    if s.venues[k].undertaking > 0:
        return 0.0, 0, 1.0
    return value_of_person(s, p, i, y, controller_of(s.venues, k, claim))


@rule
def best_offer_of(s, p, i, k, y):
    """(V, m, sigma) of venue k for person i with what she owes to it."""
    return offer_with(s, p, i, k, y, owed_to(s.people, i, k))


@rule
def would_control(s, p, i, k):
    """Whether venue k would hire person i on other terms than the going ones, if she could not choose."""
    if not may_control(s.people, s.venues, i, k):
        return False
    y = pay_at(s, p, i, k)
    return best_offer_of(s, p, i, k, y)[0] > p.hire.least_worth * y


@kernel
def hire(s, p, now, i, k, deceived, cost, start, counters):
    """Venue k hires person i on the terms worth most to it. Returns V, or 0 on going terms.

    ``deceived``: she cannot choose to walk on; ``cost`` US$ that it has spent to get her; ``start``: her Start.
    """
    row = s.people.row[i]
    row.start = start
    y = pay_at(s, p, i, k)
    if row.abroad & Abroad.WORKED == 0 and s.people.legal[i] != Legal.VISITOR:
        row.since = now.week  # the first job since arrival; how long papers last counts from arrival
    take_slot(s, i, k, now.week)
    row.value = y
    stages.start_work(s.people, i, now.week)
    worth = 0.0
    if deceived and may_control(s.people, s.venues, i, k):
        worth, control, sigma = best_offer_of(s, p, i, k, y)
        if worth > p.hire.least_worth * y:
            set_terms(s.people, s.venues, s.regions, p.hire, i, k, control, sigma, now.week)
            row.receipts = (cost + p.hire.hire_cost * y) * (1.0 + p.hire.target_return)
            counters[C.HIRES_CONTROLLED] += 1.0
            return worth
    end_control(s.people, i)
    counters[C.HIRES_GOING] += 1.0
    next_consideration(s.people, s.regions, p.choice, now, i)
    return 0.0


@rule
def choose_sector(people, cells, sectors, rules, now, i, region):
    """The sector in which person i looks for work, by vacancies and pay, keyed by sector; -1 if there is none."""
    best, chosen = 0.0, -1
    generation, drawn, four = people.row[i].generation, -1, (0.5, 0.5, 0.5, 0.5)
    for sector in range(len(sectors.pay)):
        cell = region * len(sectors.pay) + sector
        vacant = cells[cell].vacant[0] + cells[cell].vacant[1]
        share = sectors[sector].female_share if people.row[i].female else 1.0 - sectors[sector].female_share
        weight = vacant * share * sectors[sector].pay
        if sectors[sector].commercial_sex:
            weight *= rules.reluctance
        weight *= cells[cell].deterred
        if weight <= 0.0:
            continue
        if drawn != sector // 4:
            drawn = sector // 4
            four = block(now.seed, Stream.SECTOR, i, generation, now.week, drawn)
        score = weight / -math.log(four[sector % 4])  # the largest is that of log(weight) + a Gumbel draw
        if score > best:
            best, chosen = score, sector
    return chosen


@rule
def next_with_room(s, k, last):
    """The first venue from k on with room, ``last`` if there is none before it; who looks shortens the next way."""
    at = k
    while at < last:
        at = s.next_room[at]
        if at >= last or takes_on(s.venues, s.cells, s.sectors, at):
            break
        at += 1
    s.next_room[k] = min(at, last)
    return s.next_room[k]


@rule
def ask_venues(s, p, now, i, wary, cell):
    """A venue of the cell with a free slot, for ``wary`` people one that would not control them; -1 if none.

    A few keyed ones are asked, then the next in row order.
    """
    first, last = s.cell_first[cell], s.cell_first[cell + 1]
    size = last - first
    if size <= 0 or s.cells[cell].vacant[0] + s.cells[cell].vacant[1] <= 0:
        return -1
    tries = block(now.seed, Stream.VENUE_ASKED, i, s.people.row[i].generation, now.week, cell)
    for u in tries:
        k = first + int(u * size)
        if takes_on(s.venues, s.cells, s.sectors, k) and not (wary and would_control(s, p, i, k)):
            return k
    k = next_with_room(s, first + int(tries[0] * size), last)
    if k == last:
        k = next_with_room(s, first, last)
    if k == last or (wary and would_control(s, p, i, k)):
        return -1
    return k


@rule
def is_wary(s, p, now, i, week):
    """Whether person i sees through false promises of work this week."""
    row = s.people.row[i]
    knows = sees_through(s.regions, row)
    return draw(now.seed, Stream.HIRE, i, row.generation, week, 0) < knows * p.hire.seen_through


@rule
def found_none(people, regions, rules, i, week):
    """Person i has looked for work in vain, and will look again."""
    regions[people.here[i]].seekers += 1.0
    people.row[i].searches = min(people.row[i].searches + 1, 100)
    people.due[i] = week + rules.search_again


@kernel
def look_for_work(span, people, cells, sectors, rules, now, rows, turn, cell):
    """The keyed turn of everyone who looks for work, and the cell chosen by what is vacant when hiring begins.

    Nobody's choice depends on who came before.
    """
    total = len(rows)
    for chunk in range(span.first, span.end):
        for position in range(chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS):
            person_near(people, rows, position)
            i = rows[position]
            turn[position] = draw(now.seed, Stream.SEEKER_TURN, i, people.row[i].generation, now.week, 0)
            region = people.here[i]
            sector = choose_sector(people, cells, sectors, rules, now, i, region)
            cell[position] = -1 if sector < 0 else region * len(sectors.pay) + sector


@allocating
def place_seekers(s, p, now, rows, turn, cell, counters):
    """Everyone who has chosen where to look, in keyed turn."""
    hopeful = np.flatnonzero(cell >= 0)
    for position in np.flatnonzero(cell < 0):
        found_none(s.people, s.regions, p.hire, rows[position], now.week)
    order = hopeful[np.argsort(turn[hopeful], kind="mergesort")]
    seekers = rows[order]
    for number in range(len(order)):
        person_near(s.people, seekers, number)
        i = seekers[number]
        wary = is_wary(s, p, now, i, now.week)
        k = ask_venues(s, p, now, i, wary, cell[order[number]])
        if k < 0:
            found_none(s.people, s.regions, p.hire, i, now.week)
            continue
        is_told_a_story(s.regions, s.people.row[i])
        hire(s, p, now, i, k, not wary, 0.0, Start.SEARCH, counters)
        note_change(s, i, Stage.ARRIVED, Cause.FOUND_WORK, k, now.week)


@kernel
def first_jobs(s, p, now, counters):
    """Who works where when a run begins: those abroad, and a share of people at home."""
    for i in range(len(s.people.due)):
        region = s.people.here[i]
        local = s.people.stage[i] == Stage.HOME and (
            draw(now.seed, Stream.HIRE, i, s.people.row[i].generation, 0, 1) < s.regions[region].local_demand
        )
        if s.people.stage[i] != Stage.WORKING and not local:
            continue
        sector = choose_sector(s.people, s.cells, s.sectors, p.hire, now, i, region)
        wary = is_wary(s, p, now, i, 0)
        k = ask_venues(s, p, now, i, wary, region * len(s.sectors.pay) + sector) if sector >= 0 else -1
        if k < 0:
            continue
        hire(s, p, now, i, k, not wary, 0.0, Start.SEARCH, counters)
        if s.people.row[i].receipts > 0.0:
            # their spells began before the run: part of what a controller aims at has been taken
            s.people.row[i].receipts *= draw(now.seed, Stream.HIRE, i, s.people.row[i].generation, 0, 2)
