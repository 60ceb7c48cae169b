"""After a week in debt or under control: payments are posted, terms reviewed, ways out taken (model 4.4, 4.5).

Everything here touches two tables of agents and runs serially in row order over the few people concerned.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import prange

from sim.agents.migrants import Account, Control, Creditor, Stage
from sim.agents.offenders import promote
from sim.agents.officials import Post
from sim.agents.venues import VenueKind, Visibility
from sim.conditions.encounters import NOTHING, Exit
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS, kernel, parallel, part
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.control.terms import BEGINS, CLEARED, ENDS, LEAVES, PROMOTES, REVIEWS
from sim.rules.corruption.bribes import buys_off, leaked, unit_at
from sim.rules.justice.identification import after_the_meeting, begin_spell, end_spell, go_free
from sim.rules.people.consider import next_consideration, pass_away
from sim.rules.work.debts import post_payment, sell_claim, write_off
from sim.rules.work.jobs import (
    ask_venues,
    best_offer_of,
    cell_of,
    free,
    leave_venue,
    may_control,
    pay_at,
    set_terms,
    take_slot,
)

LEFT, ENDED, UNMADE = 1, 2, 4  # bits of what has to be released


def _leavers(rows, causes, found, m):
    total = len(rows)
    for chunk in prange(CHUNKS):
        for position in range(chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS):
            i = rows[position]
            left = m.row[i].venue >= 0 and m.stage[i] != Stage.WORKING
            ended = causes[position] == Cause.NEXT_GENERATION and m.bound[i] != 0
            on_the_way = m.stage[i] == Stage.TRAVELLING or m.stage[i] == Stage.HELD
            unmade = m.row[i].financed == 2 or (m.row[i].financed == 1 and not on_the_way)
            found[position] = LEFT * left + ENDED * ended + UNMADE * unmade


# Which of the people who were due have left where they worked, the model, or a journey that was lent: bits by row.
leavers_serial = kernel(_leavers)


def parallel_leavers() -> Any:
    """The same scan compiled for several threads."""
    return parallel(_leavers)


@kernel
def release(rows, causes, found, m, t, v, week, seed, counters, work, cells, rules):
    """Slots, terms and debts of people whom this week took away from where they worked; ``found`` by the scan."""
    for position in range(len(rows)):
        if found[position] == 0:
            continue
        i = rows[position]
        if found[position] & LEFT:
            caught = causes[position] == Cause.DETAINED
            leave_venue(m, i, v, week, caught, work, cells, rules)
            end_spell(m, i, week, seed, Exit.STATUS_CHECK if caught else Exit.OTHER, counters)
        if found[position] & ENDED:
            write_off(m, i, t, v)
            m.bound[i] = 0
            m.row[i].control = Control.NONE
            m.row[i].credited = 1.0
        if found[position] & UNMADE:
            # a journey that was lent and not made is not owed
            write_off(m, i, t, v)
            m.row[i].financed = 0


@kernel
def post(rows, posted, t, v, counters, cells, tally, m, week):
    """Enter into the tables of venues and creditors what the pass has posted, and where exploitation sits."""
    cells.withheld[:], cells.seen[:] = 0.0, 0.0
    places = tally.places
    for position in range(len(rows)):
        mine = posted[position]
        if mine.claim != 0.0 or mine.paid != 0.0:
            post_payment(t, v, mine.creditor_kind, mine.creditor, mine.claim, mine.paid, counters)
        if mine.withheld > 0.0 or mine.venue != 0.0:
            k = m.row[rows[position]].venue
            v.row[k].capital += mine.venue
            cell = cell_of(v, k, cells)
            cells.withheld[cell] += mine.withheld
            if v.row[k].visibility == Visibility.OPEN:
                cells.seen[cell] += mine.withheld
        if mine.place >= 0:
            if week >= 0:
                places[mine.place] += 1.0
            if mine.place % 4 < 2:
                tally.seen[m.here[rows[position]]] += 1.0
        if mine.cohort >= 0:
            tally.cohorts[mine.cohort] += 1.0


@kernel
def act(
    rows, posted, m, t, v, a, week, seed, counters, accounts, law, work, cells, choice, conflict, hire_rules, rules,
    control_rules, meeting_rules, raised, book, log, posts, collusion,
):  # fmt: skip
    """Take the ways out that opened, review terms. Fills ``raised`` with people to be promoted; returns how many."""
    n_raised = 0
    for position in range(len(rows)):
        to_do = posted[position].to_do
        if to_do == 0:
            continue
        i = rows[position]
        k, cause = m.row[i].venue, posted[position].cause
        cleared = to_do & CLEARED > 0
        if cleared:
            note(log, week, i, m.row[i].generation, Stage.WORKING, Stage.WORKING, Cause.DEBT_CLEARED, k)
        if to_do & BEGINS:
            begin_spell(m, i, week, counters, log, k)
        elif to_do & ENDS:
            end_spell(m, i, week, seed, Exit.BETTER_TERMS, counters)
        # handing over a dozen bundles costs more than most weeks do
        if to_do & LEAVES and act_on_exit(
            m, i, t, v, a, week, seed, cause, cleared, counters, accounts, law, work, cells, hire_rules, rules,
            meeting_rules, book, log, posts, collusion,
        ):  # fmt: skip
            continue
        if to_do & PROMOTES:
            raised[n_raised] = i
            n_raised += 1
        if to_do & REVIEWS:
            review(m, i, t, v, week, seed, counters, work, cells, choice, conflict, hire_rules, control_rules, log)
    return n_raised


@part
def review(m, i, t, v, week, seed, counters, work, cells, choice, conflict, rules, control_rules, log):
    """The controller reviews the terms: status, options and enforcement have changed; another venue may pay more."""
    row = m.row[i]
    k = row.venue
    # the same status may earn another wage by now
    y = row.value = pay_at(m, i, v, k, work)
    worth, control, sigma = 0.0, Control.NONE, 1.0
    if may_control(m, i, v, k):
        worth, control, sigma = best_offer_of(m, i, v, k, y, work, control_rules)
    cell = cell_of(v, k, cells)
    other = ask_venues(i, row.generation, week, seed, v, cell, cells)
    if other >= 0 and other != k and v.row[other].kind == VenueKind.PREDATORY:
        bid, bid_control, bid_sigma = best_offer_of(m, i, v, other, y, work, control_rules)
        bid *= control_rules.bid_share
        if bid > worth and bid > 0.0:
            sold_on(m, i, t, v, k, other, bid, bid_control, bid_sigma, week, counters, work, cells, rules)
            note(log, week, i, row.generation, Stage.WORKING, Stage.WORKING, Cause.SOLD_ON, other)
            return
    if worth <= 0.0:
        end_spell(m, i, week, seed, Exit.BETTER_TERMS, counters)
        free(m, i)
        next_consideration(m, i, week, seed, choice, conflict)
        return
    set_terms(m, i, v, k, control, sigma, week, work, rules)


@part
def sold_on(m, i, t, v, k, other, bid, control, sigma, week, counters, work, cells, rules):
    """Venue ``other`` pays venue k for person i and what she owes there."""
    cents = round(100.0 * bid)
    v.row[k].capital += cents
    v.row[other].capital -= cents
    value, receipts = m.row[i].value, bid
    leave_venue(m, i, v, week, False, work, cells, rules)
    take_slot(m, i, v, other, week, cells)
    m.row[i].value = value
    m.row[i].receipts = receipts * (1.0 + rules.target_return)
    if m.row[i].creditor_kind == Creditor.VENUE and m.row[i].creditor == k:
        sell_claim(m, i, t, v, Creditor.VENUE, other)
    set_terms(m, i, v, other, control, sigma, week, work, rules)
    counters[C.RESALES] += 1.0
    counters[C.RESALE_SUM] += bid


@part
def leave_by(m, i, t, v, week, seed, cause, counters, accounts, work, cells, hire_rules, log):
    """Person i leaves her controller without meeting anyone."""
    k = m.row[i].venue
    leave_venue(m, i, v, week, False, work, cells, hire_rules)
    end_spell(m, i, week, seed, cause, counters)
    if cause == Exit.DEATH:
        write_off(m, i, t, v)
        m.bound[i] = 0
        pass_away(m, i, week, accounts)
        note(log, week, i, m.row[i].generation, Stage.WORKING, Stage.DEAD, Cause.DIED_AT_WORK, k)
        return
    go_free(m, i, week)
    reason = Cause.ESCAPED_OR_QUIT if cause == Exit.OWN else Cause.DISMISSED
    if cause == Exit.RELEASED:
        reason = Cause.RELEASED
    note(log, week, i, m.row[i].generation, Stage.WORKING, m.stage[i], reason, k)


@kernel
def bought_off(m, i, v, week, seed, cause, counters, accounts, work, cells, rules, posts, collusion):
    """Whether officials who would meet person i are paid not to: a raid betrayed, a complaint that goes nowhere.

    ``collusion`` (regions, 2) counts what people learn of it. A raid is betrayed if any of those briefed sells
    (C2-M25), to everyone in the place alike; helpers have nothing to sell.
    """
    if cause == Exit.RAID:
        post = Post.POLICE
    elif cause == Exit.INSPECTION:
        post = Post.INSPECTORATE
    elif cause == Exit.COMPLAINT or cause == Exit.CLIENT_TIP or cause == Exit.NEIGHBOUR:
        post = Post.POLICE
    else:
        return False
    k = m.row[i].venue
    region = v.row[k].region
    unit = unit_at(posts, post, region)
    by_mission = work.by_mission[cell_of(v, k, cells)]
    if by_mission > 0.0:
        # what members of a mission take part in, local police and inspectors may not touch without them (C8-M06)
        asked = draw(seed, Stream.MISSION_ASKED, k, v.row[k].generation, week, i)
        if asked < by_mission:
            post, unit = Post.MISSION, unit_at(posts, Post.MISSION, region)
    share = posts.share[unit]
    if cause == Exit.RAID:
        share = leaked(share, rules.briefed)
    # half a year of what is withheld, and what being found may cost
    worth = 26.0 * (1.0 - m.row[i].credited) * m.row[i].value + work.employer_loss[region]
    worth += 0.35 * work.conviction_loss[region]
    place_wide = cause == Exit.RAID or cause == Exit.INSPECTION
    u = draw(seed, Stream.BRIBE_AT_WORK, k, v.row[k].generation, week, 0)
    if not place_wide:
        u = draw(seed, Stream.BRIBE, i, m.row[i].generation, week, 1)
    bribe = buys_off(posts, unit, u, share, worth)
    police = post == Post.POLICE
    collusion[region, 1] += police
    if bribe <= 0.0:
        return False
    collusion[region, 0] += police
    counters[C.BRIBES_PLACES] += 1.0
    counters[C.BETRAYED] += cause == Exit.COMPLAINT
    paid = draw(seed, Stream.BRIBE_IN_KIND, k, v.row[k].generation, week, unit)
    if cells.commercial_sex[v.row[k].sector] and paid < rules.in_kind:
        counters[C.BRIBES_IN_KIND] += 1.0  # no money moves: those who work there pay (C2-M20)
        return True
    cents = round(100.0 * bribe)
    v.row[k].capital -= cents
    accounts[Account.OFFICIALS] += cents
    counters[C.BRIBES_PLACES_SUM] += bribe
    counters[C.BRIBES_MISSION_SUM] += bribe * (post == Post.MISSION)
    return True


@part
def act_on_exit(
    m, i, t, v, a, week, seed, cause, cleared, counters, accounts, law, work, cells, hire_rules, rules, meeting_rules,
    book, log, posts, collusion,
):  # fmt: skip
    """Carry out the first way out that opened this week. Returns whether person i has left."""
    if cleared and draw(seed, Stream.DISMISSAL, i, m.row[i].generation, week, 0) < rules.dismissal_cleared:
        leave_by(m, i, t, v, week, seed, np.int8(Exit.DEBT_CLEARED), counters, accounts, work, cells, hire_rules, log)
        return True
    if rules.target_return and m.row[i].receipts <= 0.0:
        leave_by(m, i, t, v, week, seed, np.int8(Exit.RELEASED), counters, accounts, work, cells, hire_rules, log)
        return True
    if cause == NOTHING:
        return False
    if cause == Exit.OWN or cause == Exit.DISMISSED or cause == Exit.DEATH:
        leave_by(m, i, t, v, week, seed, cause, counters, accounts, work, cells, hire_rules, log)
        return True
    if bought_off(m, i, v, week, seed, cause, counters, accounts, work, cells, rules, posts, collusion):
        return False
    return after_the_meeting(
        m, i, v, a, week, seed, cause, counters, accounts, law, work, cells, hire_rules, meeting_rules, book, log
    )


@kernel
def raise_to_recruiter(raised, count, m, t, v, o, first, active, n_active, week, seed, counters, log):
    """People exploited for long who are made recruiters: they earn, and still are not free (C1-M44)."""
    for position in range(count):
        i = raised[position]
        if m.row[i].venue < 0:
            continue
        region, generation = v.row[m.row[i].venue].region, m.row[i].generation
        u = draw(seed, Stream.PROMOTION, i, generation, week, 1)
        j = promote(o, first, t, active, n_active, i, generation, m.row[i].female, region, u)
        if j < 0:
            continue
        counters[C.PROMOTED] += 1.0
        m.row[i].credited = max(m.row[i].credited, 0.8)
        if m.row[i].control > Control.PAPERS:  # noqa: PLR1730 - numba cannot take the least of two kinds of number
            m.row[i].control = Control.PAPERS
        m.row[i].review_week = week + 52
        end_spell(m, i, week, seed, Exit.OTHER, counters)
        note(log, week, i, generation, Stage.WORKING, Stage.WORKING, Cause.PROMOTED, j)
