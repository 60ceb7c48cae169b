"""Protection: a stay in safe accommodation, the ladder of cooperation, permits and what is promised (model 4.6).

Telling is a decision on beliefs, at the first hearing and in every week of a reflection stay: the next rung is reached
when a keyed exponential clock runs out before the time to decide does. Protection in one region is none in another:
nothing of it travels but what the person carries (C12-M02).
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.people import Legal, Path, Stage
from sim.ground.draws import Stream, block, dealt_in, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.ledger.persons import happens
from sim.rules.justice.contacts import enter_statement
from sim.rules.justice.identification import detain, removed_unidentified
from sim.rules.justice.telling import Rung, quality_of_statement, telling_hazard
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
    row.told += days * hazard
    if row.told < -math.log(draw(dealt_in(now, row.since), Stream.LADDER, i, row.generation, row.since, row.rung)):
        return
    row.told = 0.0
    reach_next_rung(s, p, now, i, counters)


@kernel
def protect(s, p, now, rows, ledger, broken):
    """A week in protection: telling, permits, the end of the reflection period."""
    for position in range(len(rows)):
        i = rows[position]
        if s.people.stage[i] != Stage.PROTECTED:
            stages.leave_protection(s.people, i)
            continue
        row, region = s.people.row[i], s.people.here[i]
        local = s.law[region]
        climb(s, p, now, i, ledger.counters)
        row.heavy = max(row.heavy - DAYS, 0.0)
        # whoever has made a statement may stay on until she is ready to testify, for a while
        cooperates = row.rung >= Rung.STATEMENT and row.rung < Rung.TESTIMONY
        stay = weeks_of_reflection(local.protection_reflection_days) + p.meeting.witness_stay * cooperates
        if now.week - row.since < stay:
            continue
        local.places += 1.0
        stages.leave_protection(s.people, i)
        tells = row.rung >= Rung.INFORMATION
        without = not with_papers(s.people.legal[i])
        _, u_permit, u_conditional, u_cooperation = block(now.seed, Stream.TELLING, i, row.generation, row.since, 0)
        refused = u_conditional < local.protection_conditional
        asked = u_cooperation < local.protection_permit_conditional and row.rung < Rung.COMPLAINT
        may_stay = u_permit < local.protection_permit and not asked and (tells or not refused)
        if without:
            granted = may_stay and s.regions[region].permits_left >= 1.0
            if tells:
                # helpers remember what became of those who told; a broken promise counts more than a kept one
                s.regions[region].promises[0] += granted
                s.regions[region].promises[1] += 1.0 if granted else broken
                ledger.counters[C.PROMISES_BROKEN] += not granted
            if granted:
                s.regions[region].permits_left -= 1.0
                happens(s.people, ledger.counters, i, C.PERMITS, now.week)
                s.people.legal[i] = Legal.REGULAR
                without = False
                if p.anticipation.on:
                    hear_of_status(s, p, i, PERMIT, 1.0, 0.0)
        if without and refused:
            if not tells and row.claims != FALSE:
                removed_unidentified(s.people, i, ledger.counters, now.week)
                happens(s.people, ledger.counters, i, C.REMOVED_SILENT, now.week)
            detain(s, p, i, ledger, now.week)
        else:
            stages.go_free(s.people, i, now.week)
            row.since = now.week
        note_change(s, i, Stage.PROTECTED, Cause.TOLD if tells else Cause.REFLECTION_ENDED, -1, now.week)
