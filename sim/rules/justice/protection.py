"""Protection: a stay in safe accommodation, the ladder of cooperation, permits and what is promised (model 4.6).

Telling is a decision on beliefs, at the first hearing and in every week of a reflection stay: the next rung is reached
when a keyed exponential clock runs out before the time to decide does. Protection in one region is none in another:
nothing of it travels but what the person carries (C12-M02).
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.people import LONG_AGO, Care, Decided, Legal, Path, Stage
from sim.ground.draws import Stream, block, dealt_in, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.justice.children import week_in_care
from sim.rules.justice.contacts import enter_statement
from sim.rules.justice.decisions import LEFT, NOT_ASKED, REFUSED, WAITS, believe, decide
from sim.rules.justice.identification import detain, removed_unidentified
from sim.rules.justice.prepared_return import EXPECTED, NOT_REFERRED, STAYS, wait_for_return, where_to
from sim.rules.justice.recognition import sees_herself
from sim.rules.justice.shelter import found_in_shelter
from sim.rules.justice.telling import Rung, quality_of_statement, telling_hazard
from sim.rules.justice.trust import break_trust, weight_of_one
from sim.rules.people import stages
from sim.rules.people.anticipation import PERMIT, hear_of_status
from sim.rules.work.value import with_papers

DAYS = 7.0
FALSE = 2  # of the column ``claims``


@rule
def weeks_of_reflection(days):
    """Whole weeks of a reflection period; without one there is the first hearing only (0)."""
    return math.ceil(days / DAYS)


@rule
def reach_next_rung(s, p, now, i, counters):
    """Person i goes one rung further: what she tells is counted, and entered for those who pursue cases."""
    row, region = s.people.row[i], s.people.here[i]
    row.rung += 1
    if row.rung == Rung.INFORMATION:
        counters[C.TOLD] += 1.0
        if row.claims == FALSE:
            counters[C.FALSE_TOLD] += 1.0
        else:
            happens(s.people, counters, i, C.IDENTIFIED, now.week)
            counters[C.IDENTIFIED_SEX] += row.shamed
            if now.week >= 0:
                s.regions[region].identified += 1.0
            row.path |= Path.IDENTIFIED
    elif row.rung == Rung.STATEMENT:
        happens(s.people, counters, i, C.STATEMENTS, now.week)
        s.regions[region].pressed[1] += 1.0
        s.regions[row.home].pressed_families[1] += 1.0
        if p.decision.on:
            believe(s.regions, p.decision, region)
    elif row.rung == Rung.TESTIMONY:
        happens(s.people, counters, i, C.WITNESSES, now.week)
        counters[C.WITNESS_QUALITY] += quality_of_statement(s.people, p.meeting, i)
    enter_statement(s.people, s.book, i, row.rung, quality_of_statement(s.people, p.meeting, i))


@rule
def climb(s, p, now, i, counters):
    """A week's chance to go one rung further on the ladder of cooperation."""
    row, region = s.people.row[i], s.people.here[i]
    if row.rung >= Rung.TESTIMONY:
        return
    weeks = now.week - row.since
    days = p.meeting.first_hearing_days if weeks == 0 else DAYS
    hazard = telling_hazard(s.people, s.regions, s.law, p.meeting, i, region, DAYS * weeks, np.int64(row.rung + 1))
    if row.claims == FALSE:
        hazard *= p.meeting.false_rate
    if p.recognition.on and not sees_herself(s, p.recognition, now, i, DAYS * weeks):
        hazard *= p.recognition.tells_unaware
    row.told += days * hazard
    if row.told < -math.log(draw(dealt_in(now, row.since), Stream.LADDER, i, row.generation, row.since, row.rung)):
        return
    row.told = 0.0
    reach_next_rung(s, p, now, i, counters)


@rule
def permit_of(s, i, u_permit, u_cooperation, may_know):
    """Whether person i who leaves protection may stay, as far as there are permits; ``may_know`` what she has told."""
    row, local = s.people.row[i], s.law[s.people.here[i]]
    asked = u_cooperation < local.protection_permit_conditional and row.rung < Rung.COMPLAINT
    return u_permit < local.protection_permit and not asked and may_know


@part
def end_protection(s, p, now, i, denied, ledger, broken):
    """The stay of person i in protection is over: a permit, removal, or neither.

    ``denied`` : whether it has been decided that she was not exploited.
    """
    row, region = s.people.row[i], s.people.here[i]
    local = s.law[region]
    tells = row.rung >= Rung.INFORMATION
    without = not with_papers(s.people.legal[i])
    _, u_permit, u_conditional, u_cooperation = block(now.seed, Stream.TELLING, i, row.generation, row.since, 0)
    refused = denied or u_conditional < local.protection_conditional
    may_stay = permit_of(s, i, u_permit, u_cooperation, not denied and (tells or not refused))
    if without:
        granted, next_step = may_stay and s.regions[region].permits_left >= 1.0, NOT_REFERRED
        if granted:
            s.regions[region].permits_left -= 1.0
            happens(s.people, ledger.counters, i, C.PERMITS, now.week)
            s.people.legal[i] = Legal.REGULAR
            if p.anticipation.on:
                hear_of_status(s, p, i, PERMIT, 1.0, 0.0)
        elif p.trust.on:
            next_step = where_to(s, p, now, i, ledger.counters)
        stays = granted or next_step == STAYS
        if tells:
            # helpers remember what became of those who told; a broken promise counts more than a kept one
            s.regions[region].promises[0] += stays
            s.regions[region].promises[1] += 1.0 if stays else broken
            ledger.counters[C.PROMISES_BROKEN] += not stays
        if next_step == EXPECTED:
            return  # she stays until she is received
        without = not stays
    local.places += 1.0
    stages.leave_protection(s.people, i)
    if without and refused:
        if not tells and row.claims != FALSE:
            removed_unidentified(s.people, i, ledger.counters, now.week)
            happens(s.people, ledger.counters, i, C.REMOVED_SILENT, now.week)
        if p.trust.on:
            remove_without_notice(s, p, i)
        detain(s, p, i, ledger, now.week)
    else:
        stages.go_free(s.people, i, now.week)
        row.since = now.week
    note_change(s, i, Stage.PROTECTED, Cause.TOLD if tells else Cause.REFLECTION_ENDED, -1, now.week)


@rule
def remove_without_notice(s, p, i):
    """Person i is removed from a safe place: those at home trust this state less, and people here such places less."""
    region = s.people.here[i]
    break_trust(s.trust, s.people.row[i].home, region)
    weight = weight_of_one(s.regions, p.trust.usual_people, region)
    s.regions[region].faith *= (1.0 - p.trust.faith_lost) ** weight


@part
def leave_undecided(s, i, week):
    """Person i does not wait for the decision on her: nobody keeps her safe any more."""
    s.law[s.people.here[i]].places += 1.0
    stages.leave_protection(s.people, i)
    stages.go_free(s.people, i, week)
    s.people.row[i].since = week
    note_change(s, i, Stage.PROTECTED, Cause.REFLECTION_ENDED, -1, week)


@kernel
def protect(s, p, now, rows, ledger, broken):
    """A week in protection: telling, decisions, permits, the end of the reflection period."""
    for position in range(len(rows)):
        i = rows[position]
        if s.people.stage[i] != Stage.PROTECTED:
            stages.leave_protection(s.people, i)
            continue
        row = s.people.row[i]
        if row.care & Care.IN_CARE:
            if row.left_week > LONG_AGO:
                climb(s, p, now, i, ledger.counters)
            row.heavy = max(row.heavy - DAYS, 0.0)
            week_in_care(s, p, now, i, ledger)
            continue
        if p.trust.on and row.decision == Decided.RETURNING:
            row.heavy = max(row.heavy - DAYS, 0.0)
            wait_for_return(s, p, now, i, ledger)
            continue
        if p.shelter.on and found_in_shelter(s, p, now, i, ledger.counters):
            continue
        climb(s, p, now, i, ledger.counters)
        row.heavy = max(row.heavy - DAYS, 0.0)
        said = decide(s, p.decision, now, i, ledger.counters) if p.decision.on else NOT_ASKED
        if said == LEFT:
            leave_undecided(s, i, now.week)
            continue
        # whoever has made a statement may stay on until she is ready to testify, for a while
        cooperates = row.rung >= Rung.STATEMENT and row.rung < Rung.TESTIMONY
        days = s.law[s.people.here[i]].protection_reflection_days
        stay = weeks_of_reflection(days) + p.meeting.witness_stay * cooperates
        if said == WAITS or (said != REFUSED and now.week - row.since < stay):
            continue
        end_protection(s, p, now, i, said == REFUSED, ledger, broken)
