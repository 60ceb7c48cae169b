"""Identification: whoever meets an exploited person first decides what follows (model 4.6).

A person is recognised iff those who meet her know the signs, may act and want to: three draws (C7-M12). What is not
recognised is an undocumented worker, and is removed as one unless a firewall stands between the agency and immigration.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.causes import Cause, note
from sim.agents.migrants import LONG_AGO, NEVER, Account, Bound, Legal, Stage
from sim.draws import Stream, block, draw
from sim.justice.encounters import Exit
from sim.kernel import kernel, rule
from sim.markets.jobs import leave_venue
from sim.observation.counters import C

AGAIN_WEEKS = 104  # within which a new spell counts as exploitation again


class Law(NamedTuple):
    """What agencies know, may and do in each region this week: float64 (regions,)."""

    knowledge: NDArray[Any]
    authority: NDArray[Any]
    goodwill: NDArray[Any]
    firewall: NDArray[Any]
    back_pay: NDArray[Any]
    employer_penalty: NDArray[Any]  # US$
    places: NDArray[Any]  # free places in safe accommodation
    reflection_weeks: NDArray[Any]
    conditional: NDArray[Any]
    permit: NDArray[Any]
    reintegration: NDArray[Any]
    regularisation: NDArray[Any]  # yearly hazard
    removal: NDArray[Any]  # believed yearly hazard of removal without status
    trust: NDArray[Any]  # in authorities where the person is, in [0, 1]
    distrust: NDArray[Any]  # what lawlessness at home takes from it


class MeetingRules(NamedTuple):
    """Parameters of meetings and of telling."""

    helper_knowledge: float  # added to what officials know
    detention_weeks: int
    back_pay_weeks: float
    telling_rate: float  # per day
    telling_gain: float
    telling_trust: float
    telling_fear: float
    telling_heavy: float
    first_hearing_days: float
    care_worth: float
    retaliation_chance: float
    retaliation_harm: float
    stigma_sex: float
    permit_years: float
    false_rate: float
    reintegration_cents: float
    reintegration_kept: float


SYMPTOM_DAYS = np.array([0.0, 14.0, 28.0, 90.0, 180.0, 365.0])
SYMPTOM_SHARE = np.array([0.78, 0.70, 0.52, 0.47, 0.20, 0.08])  # with heavy symptoms after so many safe days (C7-M15)
SYMPTOMS_LAST = 2.0  # years until they clear for those who still have them after one


@rule
def symptom_days(u):
    """Safe days until heavy symptoms clear, by a keyed uniform and the published survival (C7-M15); 0 without any."""
    if u >= SYMPTOM_SHARE[0]:
        return 0.0
    for step in range(1, len(SYMPTOM_DAYS)):
        if u >= SYMPTOM_SHARE[step]:
            part = (SYMPTOM_SHARE[step - 1] - u) / (SYMPTOM_SHARE[step - 1] - SYMPTOM_SHARE[step])
            return SYMPTOM_DAYS[step - 1] + part * (SYMPTOM_DAYS[step] - SYMPTOM_DAYS[step - 1])
    return SYMPTOMS_LAST * 365.0


@rule
def recognised(seed, i, generation, week, region, helper, law, rules):
    """Whether those who meet person i see what has been done to her, and do something about it."""
    knows, may, wants, _ = block(seed, Stream.RECOGNITION, i, generation, week, 0)
    if helper:
        return knows < law.knowledge[region] + rules.helper_knowledge
    return knows < law.knowledge[region] and may < law.authority[region] and wants < law.goodwill[region]


@kernel
def end_spell(m, i, week, seed, cause, counters):
    """Person i is no longer exploited: the spell is counted under its cause."""
    since = m.row[i].exploited_since
    if since == LONG_AGO:
        return
    counters[C.SPELLS_ENDED] += 1.0
    counters[C.SPELL_WEEKS] += week - since
    counters[C.LEFT_EXPLOITATION] += 1.0
    counters[C.EXIT_DEBT_CLEARED + cause] += 1.0
    m.row[i].exploited_since = LONG_AGO
    m.row[i].left_week = week
    if week - since >= 4:
        u = draw(seed, Stream.SYMPTOMS, i, m.row[i].generation, since, 0)
        m.row[i].heavy = max(m.row[i].heavy, symptom_days(u))


@kernel
def begin_spell(m, i, week, counters, log, by):
    """Person i is exploited from this week on."""
    m.row[i].exploited_since = week
    counters[C.SPELLS_BEGUN] += 1.0
    if m.row[i].left_week == LONG_AGO:
        counters[C.FIRST_SPELLS] += 1.0
        if m.row[i].departed > LONG_AGO:
            counters[C.MOVERS_EXPLOITED] += 1.0
    elif week - m.row[i].left_week <= AGAIN_WEEKS:
        counters[C.SPELLS_AGAIN] += 1.0
    if m.row[i].forced:
        counters[C.SPELLS_BY_FORCE] += 1.0
    m.row[i].path |= 256
    note(log, week, i, m.row[i].generation, m.stage[i], m.stage[i], Cause.EXPLOITATION_BEGAN, by)


@kernel
def go_free(m, i, week):
    """A person who worked under control is on her own: at home again, or looking for other work."""
    if m.here[i] == m.row[i].home:
        m.stage[i] = Stage.RETURNED
    else:
        m.stage[i] = Stage.ARRIVED
        m.row[i].searches = 1  # thinks before she looks for work again
        m.bound[i] &= ~np.uint8(Bound.PAYS)  # nobody knows where she is
    m.row[i].paid_until = week
    m.due[i] = week + 1


@kernel
def detain(m, i, week, rules):
    """A person without status is held until removal."""
    m.stage[i] = Stage.DETAINED
    m.row[i].since = week
    m.removal_at[i] = np.inf
    m.due[i] = week + rules.detention_weeks


@kernel
def take_in(m, i, week, law):
    """A recognised person moves to safe accommodation."""
    law.places[m.here[i]] -= 1.0
    m.stage[i] = Stage.PROTECTED
    m.row[i].since = week
    m.row[i].told = 0.0
    m.removal_at[i] = np.inf
    m.bound[i] |= np.uint8(Bound.SAFE)
    m.due[i] = NEVER


@rule
def by_helper(cause):
    """Whether helpers rather than officials meet the person."""
    return cause == Exit.HOTLINE or cause == Exit.OUTREACH or cause == Exit.HEALTH


@kernel
def claim_back_pay(m, i, v, week, seed, counters, law, rules):
    """A worker who complains may obtain the pay that was withheld from her (lever ``work.back_pay``)."""
    region, k = m.here[i], m.row[i].venue
    u = draw(seed, Stream.AFTER_MEETING, i, m.row[i].generation, week, 1)
    if u < law.back_pay[region] and k >= 0:
        weeks = min(float(week - m.row[i].job_since), rules.back_pay_weeks)
        cents = round(100.0 * (1.0 - m.row[i].credited) * m.row[i].value * weeks)
        m.row[i].cash += cents
        v.row[k].capital -= cents
        counters[C.BACK_PAY] += cents * 0.01


@kernel
def fine_employer(m, i, v, counters, accounts, law):
    """An employer whose worker officials find without status or below going terms pays (``work.employer_penalty``)."""
    region, k = m.here[i], m.row[i].venue
    cents = round(100.0 * law.employer_penalty[region])
    if k >= 0 and cents > 0:
        v.row[k].capital -= cents
        accounts[Account.STATE] += cents
        counters[C.PENALTIES] += cents * 0.01


@kernel
def after_the_meeting(
    m, i, v, week, seed, cause, counters, accounts, law, work, cells, hire_rules, rules, log
):  # fmt: skip
    """What follows when an agency meets person i at work. Returns whether she has left."""
    region, generation = m.here[i], m.row[i].generation
    helper = by_helper(cause)
    without = m.legal[i] == Legal.IRREGULAR or m.legal[i] == Legal.VISITOR
    counters[C.ENCOUNTERS] += 1.0
    if cause == Exit.COMPLAINT:
        counters[C.COMPLAINTS] += 1.0
        claim_back_pay(m, i, v, week, seed, counters, law, rules)
    elif cause == Exit.CLIENT_TIP:
        counters[C.CLIENT_TIPS] += 1.0
    if not helper:
        fine_employer(m, i, v, counters, accounts, law)
    if recognised(seed, i, generation, week, region, helper, law, rules):
        counters[C.RECOGNISED] += 1.0
        leave_venue(m, i, v, week, True, work, cells, hire_rules)
        if law.places[region] >= 1.0:
            counters[C.REFLECTION_GRANTED] += 1.0
            take_in(m, i, week, law)
            note(log, week, i, generation, Stage.WORKING, m.stage[i], Cause.GRANTED_REFLECTION, cause)
        else:
            counters[C.NO_PLACE] += 1.0
            go_free(m, i, week)
        end_spell(m, i, week, seed, cause, counters)
        return True
    reported = draw(seed, Stream.AFTER_MEETING, i, generation, week, 0) >= law.firewall[region]
    if without and not helper and reported:
        leave_venue(m, i, v, week, True, work, cells, hire_rules)
        if m.row[i].exploited_since > LONG_AGO:
            counters[C.MISIDENTIFIED_REMOVED] += 1.0
            m.row[i].path |= 1024
        end_spell(m, i, week, seed, cause, counters)
        detain(m, i, week, rules)
        note(log, week, i, generation, Stage.WORKING, m.stage[i], Cause.DETAINED, cause)
        return True
    if cause == Exit.COMPLAINT:
        leave_venue(m, i, v, week, True, work, cells, hire_rules)
        end_spell(m, i, week, seed, cause, counters)
        go_free(m, i, week)
        note(log, week, i, generation, Stage.WORKING, m.stage[i], Cause.COMPLAINED, -1)
        return True
    return False


@rule
def gain_from_telling(m, i, region, work, law, rules):
    """G: what telling is worth to person i over staying silent, US$ (model 4.6)."""
    row = m.row[i]
    weekly = work.outside[region, 1] * row.ability_abroad
    irregular = m.legal[i] == Legal.IRREGULAR or m.legal[i] == Legal.VISITOR
    stay = 0.0
    removed = 0.0
    if irregular:
        better = max(weekly - work.outside[row.home, 1] * row.ability, 0.0)
        worth = 52.0 * rules.permit_years * better
        stay = law.permit[region] * worth
        removed = law.conditional[region] * min(law.removal[region] * 2.0, 1.0) * worth * 0.5
    asked = 0.2 + 0.8 * law.conditional[region]
    retaliation = asked * rules.retaliation_chance * rules.retaliation_harm
    return stay + rules.care_worth + removed - retaliation


@rule
def telling_hazard(m, i, region, safe_days, work, law, rules):
    """Hazard of telling per day: rises with what it brings and with trust, falls with fear and heavy symptoms."""
    y = max(52.0 * work.outside[region, 1], 1.0)
    stigma = rules.stigma_sex if m.row[i].shamed else 0.0
    gain = (gain_from_telling(m, i, region, work, law, rules) - stigma) / y
    start = max(law.trust[region] - law.distrust[m.row[i].home], 0.0)
    trust = min(start + 0.5 * (1.0 - math.exp(-safe_days / 30.0)), 1.0)
    fear = min(law.conditional[region] * law.removal[region] * 4.0, 1.0)
    heavy = 1.0 if m.row[i].heavy > 0.0 else 0.0
    x = (
        rules.telling_gain * max(min(gain, 3.0), -3.0)
        + rules.telling_trust * trust
        - rules.telling_fear * fear
        - rules.telling_heavy * heavy
    )
    return rules.telling_rate * math.exp(x)
