"""Detention, removal and return: what happens to people who were found and not recognised (model 4.6).

There is no hazard of being exploited again: a person who is back home has little cash, an old debt, a recruiter who
knows the address, and stigma. Screening asks her; it leads to support, and to what she tells of those who brought her
(C7-M29). Support changes what she has and what home is worth.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.agencies import AgencyKind
from sim.agents.people import LONG_AGO, Path, Stage
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.control.ways_out import Exit
from sim.rules.justice.child_contacts import spared_removal
from sim.rules.justice.contacts import Met, Outcome, enter_meeting, has_time
from sim.rules.justice.identification import offered_help, recognised, removed_unidentified, take_in
from sim.rules.justice.protection import reach_next_rung
from sim.rules.justice.recognition import seen_in_interview, spoken_to_by_consul
from sim.rules.justice.telling import Rung, telling_hazard
from sim.rules.justice.threats import take_revenge
from sim.rules.justice.trust import break_trust
from sim.rules.people.homecoming import be_met_at_home, be_supported

TRUE = 1  # of the column ``claims``


@rule
def claims_falsely(people, regions, law, rules, now, i):
    """Whether a person who was not exploited says so: worth telling as a true story is, and rarely told (C7-M14)."""
    local = law[people.here[i]]
    hazard = rules.false_rate * telling_hazard(
        people, regions, law, rules, i, people.here[i], 0.0, np.int64(Rung.INFORMATION)
    )
    days = rules.first_hearing_days + rules.false_stay * min(local.protection_reflection_days, rules.false_days)
    return draw(now.seed, Stream.FALSE_CLAIM, i, people.row[i].generation, now.week, 0) < -math.expm1(-hazard * days)


@part
def recognised_before_removal(s, p, now, i, sector, counters):
    """Whether person i, who was exploited and is to be removed, is recognised by those who ask her, or by a consul."""
    region, kind = s.people.here[i], AgencyKind.IMMIGRATION
    seen = recognised(s, now, i, s.people.row[i].generation, region, sector, kind)
    if seen and p.recognition.on:
        seen = seen_in_interview(s, p.recognition, now, i, sector, kind, counters)
    if not seen and s.law[region].return_consular_visits > 0.0:
        seen = spoken_to_by_consul(s, p, now, i, sector, counters)
    return seen


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
        if spared_removal(s, p, now, i, counters):
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
                seen = recognised_before_removal(s, p, now, i, sector, counters)
                claims = 1
            elif claims_falsely(s.people, s.regions, s.law, p.meeting, now, i):
                happens(s.people, counters, i, C.FALSE_CLAIMS, now.week)
                seen = passes < p.meeting.false_passes * (1.0 - local.tells_true)
                claims = 2
        helped = seen and local.places >= 1.0 and offered_help(s, p, now, i, AgencyKind.IMMIGRATION)
        if seen and exploited:
            happens(s.people, counters, i, C.RECOGNISED, now.week)
        if helped:
            if exploited:
                happens(s.people, counters, i, C.REFLECTION_GRANTED, now.week)
            counters[C.FALSE_PASSED] += not exploited
            take_in(s.people, s.law, i, claims, now.week)
            outcome = Outcome.TAKEN_IN
            note_change(s, i, Stage.DETAINED, Cause.GRANTED_REFLECTION, -1, now.week)
        elif exploited:
            removed_unidentified(s.people, i, counters, now.week)
        if exploited or claims > 0:
            met = Met(AgencyKind.IMMIGRATION, Exit.STATUS_CHECK, exploited, exploited, seen, outcome, claims)
            enter_meeting(s, i, row.exploiter, met)


@rule
def hear_at_home(s, p, now, i, days, counters):
    """A person recognised on return is asked: rung by rung, as at any meeting, while those who ask are there.

    What she tells goes into the week's statements: of the workplace abroad, and of those who brought her, who may
    stand where she is now (:mod:`sim.rules.justice.leads`).
    """
    row = s.people.row[i]
    row.rung, row.claims, row.told = 0, TRUE, 0.0
    for rung in range(Rung.INFORMATION, Rung.TESTIMONY + 1):
        hazard = telling_hazard(s.people, s.regions, s.law, p.meeting, i, row.home, days, np.int64(rung))
        u = draw(now.seed, Stream.HOME_HEARING, i, row.generation, now.week, rung)
        if u >= -math.expm1(-hazard * days):
            return
        reach_next_rung(s, p, now, i, counters)


@rule
def found_by_screening(s, now, i, found, counters):
    """Whether screening on return (lever ``return.screening``) recognises a person who was exploited and not yet seen.

    It is late: after the fact, and far from where it happened (C7-P18).
    """
    row = s.people.row[i]
    if row.path & Path.IDENTIFIED or found >= s.law[row.home].return_screening:
        return False
    happens(s.people, counters, i, C.IDENTIFIED_ON_RETURN, now.week)
    row.path |= Path.IDENTIFIED
    if row.exploiter >= 0:
        # she was sent back without being seen, and those at home know it now
        break_trust(s.trust, row.home, s.venues[row.exploiter].region)
    met = Met(AgencyKind.BORDER_GUARD, Exit.STATUS_CHECK, True, True, True, Outcome.WENT_FREE, TRUE)
    enter_meeting(s, i, row.exploiter, met)
    return True


@kernel
def receive_returned(s, p, now, rows, causes, ledger):
    """People who have just been removed: screening, a safe return, support, stigma (levers ``return.*``).

    Helpers offer support to part of those whom screening recognises, whatever the state offers to others.
    """
    for position in range(len(rows)):
        if causes[position] != Cause.REMOVED:
            continue
        i = rows[position]
        row = s.people.row[i]
        local = s.law[row.home]
        recent = row.left_week > now.week - p.meeting.recent_weeks and row.left_week > LONG_AGO
        ledger.counters[C.REMOVED_EXPLOITED] += recent
        supported, forgotten, found, safe = block(now.seed, Stream.REINTEGRATION, i, row.generation, now.week, 0)
        seen = recent and found_by_screening(s, now, i, found, ledger.counters)
        prepared = recent and safe < local.return_safe
        if prepared:
            happens(s.people, ledger.counters, i, C.RETURNED_SAFELY, now.week)
            s.people.known[i] = 0
        if p.threat.threats:
            take_revenge(s, p, now, i, ledger.counters)
        helped = supported < local.return_reintegration
        if seen and not helped:
            offered = draw(now.seed, Stream.SUPPORT_OFFERED, i, row.generation, now.week, 0)
            helped = offered < p.meeting.screened_support
        if helped:
            be_supported(s, p, now, i, forgotten, ledger)
        if seen:
            days = p.meeting.first_hearing_days + (p.meeting.support_days if helped else 0.0)
            hear_at_home(s, p, now, i, days, ledger.counters)
        be_met_at_home(s, p, now, i, helped, seen and not prepared)
