"""Identification: whoever meets an exploited person first decides what follows (model 4.6).

A person is recognised iff those who meet her know the signs, may act and want to: three draws (C7-M12), within the law
and the priorities of the place, if they have the time. What is not recognised is an undocumented worker, and is removed
as one unless a firewall stands between the agency and immigration.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.migrants import LONG_AGO, NEVER, Account, Bound, Channel, Stage
from sim.conditions.encounters import Exit
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note
from sim.rules.justice.contacts import Outcome, enter_meeting, has_time, who_meets
from sim.rules.justice.symptoms import symptom_days
from sim.rules.justice.telling import tells_at_once
from sim.rules.work.jobs import leave_venue
from sim.rules.work.value import with_papers

AGAIN_WEEKS = 104  # within which a new spell counts as exploitation again


class MeetingRules(NamedTuple):
    """Parameters of meetings and of telling."""

    detention_weeks: int
    back_pay_weeks: float
    punishment_cents: float
    telling_rate: float  # per day
    telling_gain: float
    telling_trust: float
    telling_fear: float
    telling_heavy: float
    first_hearing_days: float
    care_worth: float
    award: float  # US$ that people hope for
    retaliation_chance: float
    retaliation_harm: float
    rung_cost: float  # US$, what each rung costs more than the last
    stigma_sex: float
    permit_years: float
    false_rate: float
    quality_lost: float  # of a statement, to heavy symptoms
    witness_stay: float  # weeks that people who have made a statement may stay on
    reintegration_cents: float
    reintegration_kept: float


@rule
def recognised(seed, i, generation, week, region, sector, kind, a, law, m):
    """Whether those who meet person i see what has been done to her, within what they may and want to see."""
    agency = region * KINDS + kind
    knows, may, wants, within = block(seed, Stream.RECOGNITION, i, generation, week, 0)
    cell = region * len(law.inspected) + sector
    if sector >= 0 and knows >= a.row[agency].knowledge * law.priority[cell]:
        return False
    if knows >= a.row[agency].knowledge:
        return False
    # officials must be allowed to act and want to; helpers are there for it
    if kind != AgencyKind.SERVICES and (may >= a.row[agency].authority or wants >= a.row[agency].goodwill):
        return False
    sex = sector >= 0 and law.commercial_sex[sector] == 1
    if kind == AgencyKind.SERVICES:
        # help is built for one kind of person; how far it reaches others is a lever (C7-M20)
        return (sex and m.row[i].female == 1) or within < law.place[region].protection_scope
    return sex or within < law.place[region].agency_mandate


@part
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


@part
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


@part
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


@part
def detain(m, i, week, accounts, counters, law, rules):
    """A person without status is held until removal; entry without papers may be punished (``status.punish_entry``)."""
    place = law.place[m.here[i]]
    m.stage[i] = Stage.DETAINED
    m.row[i].since = week
    m.removal_at[i] = np.inf
    weeks = rules.detention_weeks * (1.0 - 0.75 * place.return_speed)
    m.due[i] = week + max(round(weeks), 1)
    fine = min(m.row[i].cash, round(rules.punishment_cents * place.status_punish_entry))
    if fine > 0.0:
        m.row[i].cash -= fine
        accounts[Account.STATE] += fine
        counters[C.PUNISHED] += 1.0


@rule
def removed_unidentified(m, i, counters):
    """An exploited person is taken for removal without having been identified."""
    counters[C.MISIDENTIFIED_REMOVED] += 1.0
    m.row[i].path |= 1024


@kernel
def take_in(m, i, week, law, claims):
    """A person moves to safe accommodation; ``claims`` 1 for a true story, 2 for a false one."""
    law.place[m.here[i]].places -= 1.0
    m.stage[i] = Stage.PROTECTED
    m.row[i].since = week
    m.row[i].told = 0.0
    m.row[i].rung = 0
    m.row[i].claims = claims
    m.removal_at[i] = np.inf
    m.bound[i] |= np.uint8(Bound.SAFE)
    m.due[i] = NEVER


@rule
def offered_help(m, i, week, seed, kind, work, law, rules):
    """Whether a recognised person is offered safe accommodation and not only questions.

    Officials refer people as far as there is a procedure (``protection.referral``); where help is for those who are
    useful (``protection.assist_rule``, C11-M13) only people who speak at once get it.
    """
    place = law.place[m.here[i]]
    u, useful, _, _ = block(seed, Stream.REFERRAL, i, m.row[i].generation, week, 0)
    if kind != AgencyKind.SERVICES and u >= 0.4 + 0.6 * place.protection_referral:
        return False
    return useful >= place.protection_assist_rule or tells_at_once(m, i, week, seed, work, law, rules)


@rule
def chance_of_back_pay(m, i, region, law):
    """Chance that person i obtains withheld pay where she complains (levers ``work.*``).

    ``work.back_pay`` for all; a contract that two states have registered is there to be shown (C7-M37).
    """
    chance = law.place[region].work_back_pay
    if m.row[i].entered == Channel.REGULAR and with_papers(m.legal[i]):
        return max(chance, law.contracts[m.row[i].home, region])
    return chance


@part
def claim_back_pay(m, i, v, week, seed, counters, law, rules):
    """A worker who complains may obtain the pay that was withheld from her."""
    region, k = m.here[i], m.row[i].venue
    u = draw(seed, Stream.AFTER_MEETING, i, m.row[i].generation, week, 1)
    if u < chance_of_back_pay(m, i, region, law) and k >= 0:
        weeks = min(float(week - m.row[i].job_since), rules.back_pay_weeks)
        cents = round(100.0 * (1.0 - m.row[i].credited) * m.row[i].value * weeks)
        m.row[i].cash += cents
        v.row[k].capital -= cents
        counters[C.BACK_PAY] += cents * 0.01


@part
def fine_employer(m, i, v, counters, accounts, law):
    """An employer whose worker officials find without status or below going terms pays (``work.employer_penalty``)."""
    k = m.row[i].venue
    cents = round(100.0 * law.place[m.here[i]].work_employer_penalty)
    if k >= 0 and cents > 0:
        v.row[k].capital -= cents
        accounts[Account.STATE] += cents
        counters[C.PENALTIES] += cents * 0.01


@part
def after_the_meeting(
    m, i, v, a, week, seed, cause, counters, accounts, law, work, cells, hire_rules, rules, book, log
):  # fmt: skip
    """What follows when an agency meets person i at work. Returns whether she has left."""
    region, generation, k = m.here[i], m.row[i].generation, m.row[i].venue
    sector = v.row[k].sector
    kind = who_meets(draw(seed, Stream.FIRST_CONTACT, i, generation, week, 0), cause, sector, law.inspected)
    helper = kind == AgencyKind.SERVICES
    exploited = m.row[i].exploited_since > LONG_AGO
    abused = m.row[i].credited < 0.5
    counters[C.ENCOUNTERS] += 1.0
    if cause == Exit.COMPLAINT:
        counters[C.COMPLAINTS] += 1.0
        claim_back_pay(m, i, v, week, seed, counters, law, rules)
    elif cause == Exit.CLIENT_TIP:
        counters[C.CLIENT_TIPS] += 1.0
    if not helper:
        fine_employer(m, i, v, counters, accounts, law)
    busy = not has_time(a, region, kind)
    counters[C.NO_TIME] += busy
    seen = not busy and recognised(seed, i, generation, week, region, sector, kind, a, law, m)
    reported = draw(seed, Stream.AFTER_MEETING, i, generation, week, 0) >= law.place[region].status_firewall
    outcome = Outcome.NOTHING
    if seen:
        counters[C.RECOGNISED] += 1.0
        leave_venue(m, i, v, week, True, work, cells, hire_rules)
        if not offered_help(m, i, week, seed, kind, work, law, rules):
            counters[C.NOT_REFERRED] += 1.0
            go_free(m, i, week)
            outcome = Outcome.WENT_FREE
        elif law.place[region].places >= 1.0:
            counters[C.REFLECTION_GRANTED] += 1.0
            take_in(m, i, week, law, 1)
            outcome = Outcome.TAKEN_IN
            note(log, week, i, generation, Stage.WORKING, m.stage[i], Cause.GRANTED_REFLECTION, cause)
        else:
            counters[C.NO_PLACE] += 1.0
            go_free(m, i, week)
            outcome = Outcome.NO_PLACE
        end_spell(m, i, week, seed, cause, counters)
    elif not with_papers(m.legal[i]) and not helper and reported:
        leave_venue(m, i, v, week, True, work, cells, hire_rules)
        if exploited:
            removed_unidentified(m, i, counters)
        end_spell(m, i, week, seed, cause, counters)
        detain(m, i, week, accounts, counters, law, rules)
        outcome = Outcome.DETAINED
        note(log, week, i, generation, Stage.WORKING, m.stage[i], Cause.DETAINED, cause)
    elif cause == Exit.COMPLAINT or cause == Exit.CLOSED:
        leave_venue(m, i, v, week, True, work, cells, hire_rules)
        end_spell(m, i, week, seed, cause, counters)
        go_free(m, i, week)
        outcome = Outcome.WENT_FREE
        note(log, week, i, generation, Stage.WORKING, m.stage[i], Cause.COMPLAINED, -1)
    enter_meeting(book, m, i, v, k, kind, cause, exploited, abused, seen, outcome, 0)
    return outcome != Outcome.NOTHING
