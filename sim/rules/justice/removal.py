"""Detention, removal and return: what happens to people who were found and not recognised (model 4.6).

There is no hazard of being exploited again: a person who is back home has no cash, an old debt and a recruiter who
knows the address. Support on return changes those.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.agencies import AgencyKind
from sim.agents.people import LONG_AGO, Path, Stage
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.rules.control.ways_out import Exit
from sim.rules.justice.contacts import Met, Outcome, enter_meeting, has_time
from sim.rules.justice.identification import offered_help, recognised, removed_unidentified, take_in
from sim.rules.justice.telling import Rung, telling_hazard

DAYS = 7.0


@rule
def claims_falsely(people, regions, law, rules, now, i):
    """Whether a person who was not exploited says so: worth telling as a true story is, and rarely told (C7-M14)."""
    local = law[people.here[i]]
    hazard = rules.false_rate * telling_hazard(
        people, regions, law, rules, i, people.here[i], 0.0, np.int64(Rung.INFORMATION)
    )
    days = rules.first_hearing_days + rules.false_stay * min(local.protection_reflection_days, rules.false_days)
    return draw(now.seed, Stream.FALSE_CLAIM, i, people.row[i].generation, now.week, 0) < -math.expm1(-hazard * days)


@kernel
def interview_detained(s, p, now, rows, causes, counters):
    """People whom a street check has found are asked a few questions before they are removed.

    Those who were exploited may be recognised; others may say that they were, and pass as far as nobody knows better.
    The faster removal is, the fewer are asked (``return.speed``).
    """
    for position in range(len(rows)):
        if causes[position] != Cause.DETAINED:
            continue
        i = rows[position]
        if s.people.stage[i] != Stage.DETAINED:
            continue
        row, region = s.people.row[i], s.people.here[i]
        exploited = row.left_week == now.week
        passes, asked, _, _ = block(now.seed, Stream.FALSE_CLAIM, i, row.generation, now.week, 1)
        local = s.law[region]
        outcome, seen, claims = Outcome.DETAINED, False, 0
        if asked >= p.meeting.speed_unasked * local.return_speed and has_time(
            s.agencies, region, AgencyKind.IMMIGRATION
        ):
            if exploited:
                sector = s.venues[row.exploiter].sector if row.exploiter >= 0 else -1
                seen = recognised(s, now, i, row.generation, region, sector, AgencyKind.IMMIGRATION)
                claims = 1
            elif claims_falsely(s.people, s.regions, s.law, p.meeting, now, i):
                counters[C.FALSE_CLAIMS] += 1.0
                seen = passes < p.meeting.false_passes * (1.0 - local.tells_true)
                claims = 2
        helped = (
            seen
            and local.places >= 1.0
            and offered_help(s.people, s.regions, s.law, p.meeting, now, i, AgencyKind.IMMIGRATION)
        )
        counters[C.RECOGNISED] += seen and exploited
        if helped:
            counters[C.REFLECTION_GRANTED] += exploited
            counters[C.FALSE_PASSED] += not exploited
            take_in(s.people, s.law, i, claims, now.week)
            outcome = Outcome.TAKEN_IN
            note_change(s, i, Stage.DETAINED, Cause.GRANTED_REFLECTION, -1, now.week)
        elif exploited:
            removed_unidentified(s.people, i, counters)
        if exploited or claims > 0:
            met = Met(AgencyKind.IMMIGRATION, Exit.STATUS_CHECK, exploited, exploited, seen, outcome, claims)
            enter_meeting(s, i, row.exploiter, met)


@kernel
def receive_returned(s, p, now, rows, causes, ledger):
    """People who have just been removed: screening, a safe return, support (levers ``return.*``).

    Support gives means to start with, and an address that recruiters may lose.
    """
    for position in range(len(rows)):
        if causes[position] != Cause.REMOVED:
            continue
        i = rows[position]
        row, region = s.people.row[i], s.people.row[i].home
        local = s.law[region]
        recent = row.left_week > now.week - p.meeting.recent_weeks and row.left_week > LONG_AGO
        ledger.counters[C.REMOVED_EXPLOITED] += recent
        supported, forgotten, found, safe = block(now.seed, Stream.REINTEGRATION, i, row.generation, now.week, 0)
        if recent and row.path & Path.IDENTIFIED == 0 and found < local.return_screening:
            # late: after the fact, and far from where it happened (C7-P18)
            ledger.counters[C.IDENTIFIED_ON_RETURN] += 1.0
            row.path |= Path.IDENTIFIED
            met = Met(AgencyKind.BORDER_GUARD, Exit.STATUS_CHECK, True, True, True, Outcome.WENT_FREE, 1)
            enter_meeting(s, i, row.exploiter, met)
        if recent and safe < local.return_safe:
            ledger.counters[C.RETURNED_SAFELY] += 1.0
            row.known = 0
        if supported < local.return_reintegration:
            ledger.counters[C.REINTEGRATED] += 1.0
            row.cash += p.meeting.reintegration_cents
            ledger.accounts[Account.STATE] -= p.meeting.reintegration_cents
            if forgotten >= p.meeting.reintegration_kept:
                row.known = 0
