"""After a week in debt or under control: payments are posted, terms reviewed, ways out taken (model 4.4, 4.5).

Everything here touches two tables of agents and runs serially in row order over the few people concerned.
"""

from __future__ import annotations

import numpy as np

from sim.agents.offenders import promote
from sim.agents.officials import Post
from sim.agents.people import Control, Creditor, Stage, Start
from sim.agents.venues import VenueKind, Visibility
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS, kernel, part, rule
from sim.ground.near import AHEAD, bring_near
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note, note_change
from sim.ledger.persons import happens
from sim.rules.control.compounds import is_bought_free
from sim.rules.control.terms import BEGINS, CLEARED, ENDS, LEAVES, PROMOTES, REVIEWS
from sim.rules.control.ways_out import NOTHING, Exit
from sim.rules.corruption.bribes import buys_off, leaked, unit_at
from sim.rules.justice.identification import after_the_meeting, begin_spell, end_spell, is_again
from sim.rules.people import stages
from sim.rules.people.means import pass_away
from sim.rules.people.spells import next_consideration
from sim.rules.work.debts import post_payment, sell_claim, write_off
from sim.rules.work.jobs import (
    ask_venues,
    best_offer_of,
    cell_of,
    leave_venue,
    may_control,
    offer_with,
    owed_to,
    pay_at,
    take_slot,
)
from sim.rules.work.liability import fall_on_household
from sim.rules.work.watching import set_terms, watch

LEFT, ENDED, UNMADE = 1, 2, 4  # bits of what has to be released


@kernel
def leavers(span, people, rows, causes, found):
    """Who of those who were due has left where she worked, the model, or a journey that was lent: bits by row."""
    total = len(rows)
    for chunk in range(span.first, span.end):
        for position in range(chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS):
            i = rows[position]
            left = people.row[i].venue >= 0 and people.stage[i] != Stage.WORKING
            ended = causes[position] == Cause.NEXT_GENERATION and people.bound[i] != 0
            on_the_way = people.stage[i] == Stage.TRAVELLING or people.stage[i] == Stage.HELD
            unmade = people.row[i].financed == 2 or (people.row[i].financed == 1 and not on_the_way)
            found[position] = LEFT * left + ENDED * ended + UNMADE * unmade


@kernel
def release(s, p, now, rows, causes, found, counters):
    """Slots, terms and debts of people whom this week took away from where they worked; ``found`` by the scan."""
    for position in range(len(rows)):
        if found[position] == 0:
            continue
        i = rows[position]
        if found[position] & LEFT:
            caught = causes[position] == Cause.DETAINED
            leave_venue(s, p, i, caught, now.week)
            end_spell(s.people, p.meeting, now, i, Exit.STATUS_CHECK if caught else Exit.OTHER, counters)
        if found[position] & ENDED:
            write_off(s.people, s.enterprises, s.venues, i)
            s.people.bound[i] = 0
            s.people.row[i].control = Control.NONE
            s.people.row[i].credited = 1.0
        if found[position] & UNMADE:
            # a journey that was lent and not made is not owed
            write_off(s.people, s.enterprises, s.venues, i)
            s.people.row[i].financed = 0


@rule
def venue_near(people, venues, rows, position):
    """Ask for the venue to which a pass over ``rows`` comes some rows after ``position``, if there is one."""
    if position + AHEAD < len(rows):
        k = people.row[rows[position + AHEAD]].venue
        if k >= 0:
            bring_near(venues, k)


@kernel
def post(s, rows, posted, counters, week):
    """Enter into the tables of venues and creditors what the pass has posted, and where exploitation sits."""
    s.cells.withheld[:], s.cells.seen[:] = 0.0, 0.0
    places = s.exploited_places
    for position in range(len(rows)):
        venue_near(s.people, s.venues, rows, position)
        mine = posted[position]
        if mine.claim != 0.0 or mine.paid != 0.0:
            post_payment(s.enterprises, s.venues, mine.creditor_kind, mine.creditor, mine.claim, mine.paid, counters)
        if mine.withheld > 0.0 or mine.venue != 0.0:
            k = s.people.row[rows[position]].venue
            s.venues[k].capital += mine.venue
            cell = cell_of(s.venues, s.sectors, k)
            s.cells[cell].withheld += mine.withheld
            if s.venues[k].visibility == Visibility.OPEN:
                s.cells[cell].seen += mine.withheld
        if mine.place >= 0:
            if week >= 0:
                places[mine.place] += 1.0
            if mine.place % 4 < 2:
                s.regions[s.people.here[rows[position]]].exploited_seen += 1.0
        if mine.cohort >= 0:
            s.cohorts[mine.cohort] += 1.0


@kernel
def act(s, p, now, rows, posted, ledger, raised, done):
    """Take the ways out that opened, review terms. Fills ``raised`` with people to be promoted; returns how many.

    ``done`` is the number of this week, as rows of ``again`` are counted.
    """
    n_raised = 0
    for position in range(len(rows)):
        to_do = posted[position].to_do
        if to_do == 0:
            continue
        i = rows[position]
        k, cause = s.people.row[i].venue, posted[position].cause
        cleared = to_do & CLEARED > 0
        if cleared:
            note(s.log, i, s.people.row[i].generation, Stage.WORKING, Stage.WORKING, Cause.DEBT_CLEARED, k, now.week)
        if to_do & BEGINS:
            if is_again(s.people.row[i], p.meeting, now.week):
                s.again[done - (now.week - s.people.row[i].left_week)] += 1.0
            begin_spell(s.people, s.log, p.meeting, i, ledger.counters, k, now.week)
        elif to_do & ENDS:
            end_spell(s.people, p.meeting, now, i, Exit.BETTER_TERMS, ledger.counters)
        # handing over a dozen bundles costs more than most weeks do
        if to_do & LEAVES and act_on_exit(s, p, now, i, cause, cleared, ledger):  # fmt: skip
            continue
        if to_do & PROMOTES:
            raised[n_raised] = i
            n_raised += 1
        if to_do & REVIEWS:
            if s.sectors[s.venues[k].sector].exported and is_bought_free(s, p, now, i, ledger):
                leave_by(s, p, now, i, np.int8(Exit.RELEASED), ledger)
                continue
            review(s, p, now, i, ledger.counters)
    return n_raised


@part
def review(s, p, now, i, counters):
    """The controller reviews the terms: status, options and enforcement have changed; another venue may pay more."""
    row = s.people.row[i]
    k = row.venue
    # the same status may earn another wage by now
    y = row.value = pay_at(s, p, i, k)
    worth, control, sigma = 0.0, Control.NONE, 1.0
    if may_control(s.people, s.venues, i, k):
        worth, control, sigma = best_offer_of(s, p, i, k, y)
    cell = cell_of(s.venues, s.sectors, k)
    other = ask_venues(s, p, now, i, False, cell)
    if other >= 0 and other != k and s.venues[other].kind == VenueKind.PREDATORY:
        # what she owes to the place goes with her
        bid, bid_control, bid_sigma = offer_with(s, p, i, other, y, owed_to(s.people, i, k))
        bid *= p.control.bid_share
        if bid > worth and bid > 0.0:
            sold_on(s, p, now, i, other, bid, bid_control, bid_sigma, counters)
            note(s.log, i, row.generation, Stage.WORKING, Stage.WORKING, Cause.SOLD_ON, other, now.week)
            return
    if worth <= 0.0:
        end_spell(s.people, p.meeting, now, i, Exit.BETTER_TERMS, counters)
        set_terms(s.people, s.venues, s.regions, p.hire, i, k, np.int8(Control.NONE), 1.0, now.week)
        next_consideration(s.people, s.regions, p.choice, now, i)
        return
    set_terms(s.people, s.venues, s.regions, p.hire, i, k, control, sigma, now.week)


@part
def sold_on(s, p, now, i, other, bid, control, sigma, counters):
    """Venue ``other`` pays the one where person i works for her and what she owes there."""
    person = s.people.row[i]
    k = person.venue
    cents = round(100.0 * bid)
    s.venues[k].capital += cents
    s.venues[other].capital -= cents
    value, receipts = person.value, bid
    leave_venue(s, p, i, False, now.week)
    take_slot(s, i, other, now.week)
    person.start = Start.SOLD_ON
    person.value = value
    person.receipts = receipts * (1.0 + p.hire.target_return)
    if person.creditor_kind == Creditor.VENUE and person.creditor == k:
        sell_claim(s.people, s.enterprises, s.venues, i, Creditor.VENUE, other)
    set_terms(s.people, s.venues, s.regions, p.hire, i, other, control, sigma, now.week)
    happens(s.people, counters, i, C.RESALES, now.week)
    counters[C.RESALE_SUM] += bid


@part
def leave_by(s, p, now, i, cause, ledger):
    """Person i leaves her controller without meeting anyone."""
    k = s.people.row[i].venue
    leave_venue(s, p, i, False, now.week)
    end_spell(s.people, p.meeting, now, i, cause, ledger.counters)
    if cause == Exit.DEATH:
        fall_on_household(s, p, now, i, ledger.counters)
        write_off(s.people, s.enterprises, s.venues, i)
        s.people.bound[i] = 0
        pass_away(s.people, i, ledger.accounts, now.week)
        note(s.log, i, s.people.row[i].generation, Stage.WORKING, Stage.DEAD, Cause.DIED_AT_WORK, k, now.week)
        return
    stages.go_free(s.people, i, now.week)
    reason = Cause.ESCAPED_OR_QUIT if cause == Exit.OWN else Cause.DISMISSED
    if cause == Exit.RELEASED:
        reason = Cause.RELEASED
    note_change(s, i, Stage.WORKING, reason, k, now.week)


@kernel
def bought_off(s, p, now, i, cause, ledger):
    """Whether officials who would meet person i are paid not to: a raid betrayed, a complaint that goes nowhere.

    A raid is betrayed if any of those briefed sells
    (C2-M25), to everyone in the place alike; helpers have nothing to sell.
    """
    person = s.people.row[i]
    if cause == Exit.RAID:
        post = Post.POLICE
    elif cause == Exit.INSPECTION:
        post = Post.INSPECTORATE
    elif cause == Exit.COMPLAINT or cause == Exit.CLIENT_TIP or cause == Exit.NEIGHBOUR:
        post = Post.POLICE
    else:
        return False
    k = person.venue
    region = s.venues[k].region
    unit = unit_at(p.official, post, region)
    by_mission = s.cells[cell_of(s.venues, s.sectors, k)].by_mission
    if by_mission > 0.0:
        # what members of a mission take part in, local police and inspectors may not touch without them (C8-M06)
        asked = draw(now.seed, Stream.MISSION_ASKED, k, s.venues[k].generation, now.week, i)
        if asked < by_mission:
            post, unit = Post.MISSION, unit_at(p.official, Post.MISSION, region)
    share = s.units[unit].share
    if cause == Exit.RAID:
        share = leaked(share, p.term.briefed)
    # what is withheld for so many weeks, and what being found may cost
    worth = p.term.worth_weeks * (1.0 - person.credited) * person.value
    worth += s.regions[region].employer_loss
    worth += p.term.typical_testimony * s.regions[region].conviction_loss
    place_wide = cause == Exit.RAID or cause == Exit.INSPECTION
    u = draw(now.seed, Stream.BRIBE_AT_WORK, k, s.venues[k].generation, now.week, 0)
    if not place_wide:
        u = draw(now.seed, Stream.BRIBE, i, person.generation, now.week, 1)
    bribe = buys_off(s.units, p.official, unit, u, share, worth)
    police = post == Post.POLICE
    s.regions[region].bought_off[1] += police
    if bribe <= 0.0:
        return False
    s.regions[region].bought_off[0] += police
    ledger.counters[C.BRIBES_PLACES] += 1.0
    if cause == Exit.COMPLAINT:
        happens(s.people, ledger.counters, i, C.BETRAYED, now.week)
    ledger.counters[C.CLIENT_TIPS_SOLD] += cause == Exit.CLIENT_TIP
    paid = draw(now.seed, Stream.BRIBE_IN_KIND, k, s.venues[k].generation, now.week, unit)
    if s.sectors[s.venues[k].sector].commercial_sex and paid < p.term.in_kind:
        ledger.counters[C.BRIBES_IN_KIND] += 1.0  # no money moves: those who work there pay (C2-M20)
        return True
    cents = round(100.0 * bribe)
    s.venues[k].capital -= cents
    ledger.accounts[Account.OFFICIALS] += cents
    ledger.counters[C.BRIBES_PLACES_SUM] += bribe
    ledger.counters[C.BRIBES_MISSION_SUM] += bribe * (post == Post.MISSION)
    return True


@part
def act_on_exit(s, p, now, i, cause, cleared, ledger):
    """Carry out the first way out that opened this week. Returns whether person i has left."""
    if (
        cleared
        and draw(now.seed, Stream.DISMISSAL, i, s.people.row[i].generation, now.week, 0) < p.term.dismissal_cleared
    ):
        leave_by(s, p, now, i, np.int8(Exit.DEBT_CLEARED), ledger)
        return True
    if p.term.target_return and s.people.row[i].receipts <= 0.0:
        leave_by(s, p, now, i, np.int8(Exit.RELEASED), ledger)
        return True
    if cause == NOTHING:
        return False
    if cause == Exit.OWN or cause == Exit.DISMISSED or cause == Exit.DEATH:
        leave_by(s, p, now, i, cause, ledger)
        return True
    if bought_off(s, p, now, i, cause, ledger):
        return False
    return after_the_meeting(s, p, now, i, cause, ledger)


@kernel
def raise_to_recruiter(s, p, now, raised, active, counters):
    """People exploited for long who are made recruiters: they earn, and still are not free (C1-M44)."""
    for position in range(len(raised)):
        i = raised[position]
        if s.people.row[i].venue < 0:
            continue
        region, generation = s.venues[s.people.row[i].venue].region, s.people.row[i].generation
        u = draw(now.seed, Stream.PROMOTION, i, generation, now.week, 1)
        j = promote(s, p.term, active, i, region, u)
        if j < 0:
            continue
        happens(s.people, counters, i, C.PROMOTED, now.week)
        s.people.row[i].credited = max(s.people.row[i].credited, p.term.promoted_pay)
        if s.people.row[i].control > Control.PAPERS:
            watch(s.people, s.venues, s.regions, i, s.people.row[i].venue, np.int8(Control.PAPERS))
        s.people.row[i].review_week = now.week + p.term.promoted_weeks
        end_spell(s.people, p.meeting, now, i, Exit.OTHER, counters)
        note(s.log, i, generation, Stage.WORKING, Stage.WORKING, Cause.PROMOTED, j, now.week)
