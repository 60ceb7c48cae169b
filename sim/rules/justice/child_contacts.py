"""Who comes to a child by herself: child protection, and those who visit children whom they registered on arrival.

Exploited children are met where work is not isolated (lever ``protection.child_outreach``). A child who arrives may be
registered (``protection.child_registration``): somebody then knows that she should be there and visits her, sees if she
is made to work, and looks for her if she has disappeared from care (C5-M63).
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.agencies import AgencyKind
from sim.agents.people import LONG_AGO, Care, Stage
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.control.ways_out import Exit
from sim.rules.justice.children import take_into_care, taken_for_a_child
from sim.rules.justice.contacts import Met, Outcome, enter_meeting
from sim.rules.justice.identification import end_spell
from sim.rules.people import stages
from sim.rules.work.jobs import leave_venue


@kernel
def register_children(s, p, now, rows, counters):
    """Children among ``rows`` who have arrived this week and are seen as such may be registered."""
    for position in range(len(rows)):
        i = rows[position]
        row = s.people.row[i]
        if row.minor == 0 or s.people.stage[i] != Stage.ARRIVED or row.since != now.week:
            continue
        looks, registered, _, _ = block(now.seed, Stream.CHILD_MET, i, row.generation, now.week, 1)
        if looks < p.child.seen and registered < s.law[s.people.here[i]].protection_child_registration:
            row.care |= np.uint8(Care.REGISTERED)
            counters[C.CHILDREN_REGISTERED] += 1.0


@rule
def hazard_of_being_met(s, p, i):
    """Weekly hazard that child protection comes to person i, who works under control."""
    row = s.people.row[i]
    seen = 1.0 - s.sectors[s.venues[row.venue].sector].isolation
    hazard = s.law[s.people.here[i]].protection_child_outreach / WEEKS_PER_YEAR * seen
    return hazard + (p.child.visits if row.care & Care.REGISTERED else 0.0)


@kernel
def meet_children(s, p, now, rows, counters):
    """Exploited children among ``rows``, people under control, to whom somebody comes this week."""
    for position in range(len(rows)):
        i = rows[position]
        row = s.people.row[i]
        if row.minor == 0 or row.exploited_since == LONG_AGO or row.venue < 0 or s.people.stage[i] != Stage.WORKING:
            continue
        u = draw(now.seed, Stream.CHILD_MET, i, row.generation, now.week, 0)
        if u < -math.expm1(-hazard_of_being_met(s, p, i)):
            bring_out(s, p, now, i, counters)


@part
def bring_out(s, p, now, i, counters):
    """Child protection meets person i, whom it knows to be a child, and takes her into care if there is a place."""
    row, k = s.people.row[i], np.int64(s.people.row[i].venue)
    counters[C.CHILDREN_MET] += 1.0
    counters[C.CHILDREN_RECOGNISED] += 1.0
    happens(s.people, counters, i, C.ENCOUNTERS, now.week)
    abused = row.credited < p.meeting.unpaid
    leave_venue(s, p, i, True, now.week)
    end_spell(s.people, p.meeting, now, i, Exit.OUTREACH, counters)
    happens(s.people, counters, i, C.RECOGNISED, now.week)
    outcome = Outcome.WENT_FREE
    if take_into_care(s, now, i, counters):
        outcome = Outcome.TAKEN_IN
        happens(s.people, counters, i, C.REFLECTION_GRANTED, now.week)
        note_change(s, i, Stage.WORKING, Cause.GRANTED_REFLECTION, Exit.OUTREACH, now.week)
    else:
        stages.go_free(s.people, i, now.week)
    enter_meeting(s, i, k, Met(AgencyKind.SERVICES, Exit.OUTREACH, True, abused, True, outcome, 0))


@part
def spared_removal(s, p, now, i, counters):
    """Whether person i, whom a street check has found, is seen to be a child and taken into care instead."""
    if not taken_for_a_child(s, p, now, i, counters):
        return False
    if not take_into_care(s, now, i, counters):
        return False
    counters[C.CHILDREN_NOT_REMOVED] += 1.0
    row = s.people.row[i]
    if row.left_week == now.week:  # she was exploited where she has been found
        happens(s.people, counters, i, C.RECOGNISED, now.week)
        happens(s.people, counters, i, C.REFLECTION_GRANTED, now.week)
        met = Met(AgencyKind.IMMIGRATION, Exit.STATUS_CHECK, True, True, True, Outcome.TAKEN_IN, 1)
        enter_meeting(s, i, row.exploiter, met)
    note_change(s, i, Stage.DETAINED, Cause.GRANTED_REFLECTION, -1, now.week)
    return True
