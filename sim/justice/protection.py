"""Protection, removal and return: what happens after someone has been recognised, and after someone has not.

Telling is a decision on beliefs, at the first hearing and in every week of a reflection stay: it comes when a keyed
exponential clock runs out before the time to decide does. There is no hazard of being exploited again: a person who is
back home has no cash, an old debt and a recruiter who knows the address.
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.causes import Cause, note
from sim.agents.migrants import Account, Bound, Legal, Stage
from sim.draws import Stream, draw
from sim.justice.identification import detain, go_free, recognised, take_in, telling_hazard
from sim.kernel import kernel, rule
from sim.observation.counters import C

DAYS = 7.0


@rule
def weeks_of_reflection(days):
    """Whole weeks of a reflection period; without one there is the first hearing only (0)."""
    return math.ceil(days / DAYS)


@kernel
def protect(rows, count, m, week, seed, counters, work, law, rules, log):
    """A week in protection: telling, permits, the end of the reflection period."""
    for position in range(count):
        i = rows[position]
        if m.bound[i] & Bound.SAFE == 0:
            continue
        if m.stage[i] != Stage.PROTECTED:
            m.bound[i] &= ~np.uint8(Bound.SAFE)
            continue
        region, generation, since = m.here[i], m.row[i].generation, m.row[i].since
        weeks = week - since
        limit = weeks_of_reflection(law.reflection_weeks[region] * DAYS)
        days = rules.first_hearing_days if weeks == 0 else DAYS
        m.row[i].told += days * telling_hazard(m, i, region, DAYS * weeks, work, law, rules)
        if m.row[i].heavy > 0.0:
            m.row[i].heavy = max(m.row[i].heavy - DAYS, 0.0)
        tells = m.row[i].told >= -math.log(draw(seed, Stream.TELLING, i, generation, since, 0))
        if not tells and weeks < limit:
            continue
        law.places[region] += 1.0
        m.bound[i] &= ~np.uint8(Bound.SAFE)
        without = m.legal[i] == Legal.IRREGULAR or m.legal[i] == Legal.VISITOR
        permitted = draw(seed, Stream.TELLING, i, generation, since, 1) < law.permit[region]
        refused = draw(seed, Stream.TELLING, i, generation, since, 2) < law.conditional[region]
        if tells:
            counters[C.TOLD] += 1.0
            counters[C.IDENTIFIED] += 1.0
            m.row[i].path |= 512
        if without and permitted and (tells or not refused):
            counters[C.PERMITS] += 1.0
            m.legal[i] = Legal.REGULAR
            without = False
        if without and refused:
            if not tells:
                counters[C.MISIDENTIFIED_REMOVED] += 1.0
                m.row[i].path |= 1024
            detain(m, i, week, rules)
        else:
            go_free(m, i, week)
            m.row[i].since = week
        note(log, week, i, generation, Stage.PROTECTED, m.stage[i], Cause.TOLD if tells else Cause.REFLECTION_ENDED, -1)


@kernel
def interview_detained(rows, causes, count, m, week, seed, counters, work, law, rules, log):
    """People whom a street check has found are asked a few questions before they are removed.

    Those who were exploited may be recognised; others may say that they were, and pass as far as nobody knows better.
    """
    for position in range(count):
        if causes[position] != Cause.DETAINED:
            continue
        i = rows[position]
        if m.stage[i] != Stage.DETAINED:
            continue
        region, generation = m.here[i], m.row[i].generation
        if m.row[i].left_week == week:
            if recognised(seed, i, generation, week, region, False, law, rules) and law.places[region] >= 1.0:
                counters[C.RECOGNISED] += 1.0
                counters[C.REFLECTION_GRANTED] += 1.0
                take_in(m, i, week, law)
                note(log, week, i, generation, Stage.DETAINED, m.stage[i], Cause.GRANTED_REFLECTION, -1)
            else:
                counters[C.MISIDENTIFIED_REMOVED] += 1.0
                m.row[i].path |= 1024
            continue
        # a false story: worth telling as a true one is, believed as far as those who hear it know little
        hazard = rules.false_rate * telling_hazard(m, i, region, 0.0, work, law, rules)
        claims = draw(seed, Stream.FALSE_CLAIM, i, generation, week, 0) < -math.expm1(
            -hazard * (rules.first_hearing_days + DAYS * min(law.reflection_weeks[region], 4.0) * 0.1)
        )
        if claims and law.places[region] >= 1.0:
            passes = draw(seed, Stream.FALSE_CLAIM, i, generation, week, 1) < 0.5 * (1.0 - law.knowledge[region])
            if passes:
                counters[C.FALSE_CLAIMS] += 1.0
                take_in(m, i, week, law)


@kernel
def reintegrate(rows, causes, count, m, week, seed, counters, accounts, law, rules):
    """Support on return (lever ``return.reintegration``): means to start with, and an address that recruiters lose."""
    for position in range(count):
        if causes[position] != Cause.REMOVED:
            continue
        i = rows[position]
        region = m.row[i].home
        if m.row[i].left_week > week - 104:
            counters[C.REMOVED_EXPLOITED] += 1.0
        if draw(seed, Stream.REINTEGRATION, i, m.row[i].generation, week, 0) < law.reintegration[region]:
            counters[C.REINTEGRATED] += 1.0
            m.row[i].cash += rules.reintegration_cents
            accounts[Account.STATE] -= rules.reintegration_cents
            if draw(seed, Stream.REINTEGRATION, i, m.row[i].generation, week, 1) >= rules.reintegration_kept:
                m.row[i].known = 0
