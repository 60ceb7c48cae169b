"""Identification: whoever meets an exploited person first decides what follows (model 4.6).

A person is recognised iff those who meet her know the signs, may act and want to: three draws (C7-M12), within the law
and the priorities of the place, if they have the time. What is not recognised is an undocumented worker, and is removed
as one unless a firewall stands between the agency and immigration.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.people import LONG_AGO, Channel, Path, Stage, Start
from sim.declared.sources import CENTS, ByName, From, Switched, family
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause, note, note_change
from sim.ledger.persons import happens
from sim.ledger.tallies import count, tally
from sim.rules.control.compounds import is_spared
from sim.rules.control.ways_out import Exit
from sim.rules.justice.children import take_into_care, taken_for_a_child
from sim.rules.justice.contacts import Met, Outcome, enter_meeting, has_time, who_meets
from sim.rules.justice.recognition import agreed_at_the_start, asks_for_help, declines_help, seen_in_interview
from sim.rules.justice.symptoms import POINTS, symptom_days
from sim.rules.justice.telling import tells_at_once
from sim.rules.justice.trust import national_referral
from sim.rules.people import stages
from sim.rules.people.lived import remember_years
from sim.rules.people.status import weeks_detained
from sim.rules.work.jobs import leave_venue
from sim.rules.work.value import with_papers


@family
class MeetingRules(NamedTuple):
    """Parameters of meetings and of telling."""

    back_pay_weeks: Annotated[float, From("protection.back_pay_weeks")]
    punishment_cents: Annotated[float, From("telling.punishment", times=CENTS)]
    telling_rate: Annotated[float, From("telling.rate")]  # per day
    telling_gain: Annotated[float, From("telling.gain")]
    telling_trust: Annotated[float, From("telling.trust")]
    telling_fear: Annotated[float, From("telling.fear")]
    fear_visitor: Annotated[float, From("control.fear_visitor")]
    telling_heavy: Annotated[float, From("telling.heavy", off="trauma_weight")]
    first_hearing_days: Annotated[float, From("telling.first_hearing")]
    care_worth: Annotated[float, From("telling.care_worth")]
    award: Annotated[float, From("telling.award")]  # US$ that people hope for
    retaliation_chance: Annotated[float, From("telling.retaliation")]
    retaliation_harm: Annotated[float, From("telling.harm")]
    rung_cost: Annotated[float, From("telling.rung_cost")]  # US$, what each rung costs more than the last
    stigma_sex: Annotated[float, From("telling.stigma")]
    permit_years: Annotated[float, From("telling.permit_years")]
    false_rate: Annotated[float, From("telling.false_rate")]
    quality_lost: Annotated[float, From("telling.quality_lost")]  # of a statement, to heavy symptoms
    # weeks that people who have made a statement may stay on
    witness_stay: Annotated[float, From("protection.witness_stay")]
    # people whom screening on return recognises: whom helpers offer support, and for how long they are there
    screened_support: Annotated[float, From("return.screened_support")]
    support_days: Annotated[float, From("return.support_days")]
    # what people believe and count on when they think about telling
    quality_worth: Annotated[float, From("telling.quality_worth")]
    aid_least: Annotated[float, From("telling.aid_least")]
    asked_least: Annotated[float, From("telling.asked_least")]
    compelled: Annotated[float, From("telling.compelled")]
    witness_kept: Annotated[float, From("telling.witness_kept")]
    family_kept: Annotated[float, From("justice.family_kept")]
    rung_spared: Annotated[float, From("telling.rung_spared")]
    hidden_spared: Annotated[float, From("telling.hidden_spared")]
    threats: Annotated[int, Switched("threats")]  # whether what is believed of retaliation follows what is heard
    punished_stay: Annotated[float, From("telling.punished_stay")]
    removal_years: Annotated[float, From("telling.removal_years")]
    removal_weight: Annotated[float, From("telling.removal_weight")]
    fear_years: Annotated[float, From("telling.fear_years")]
    gain_most: Annotated[float, From("telling.gain_most")]
    # how trust grows
    trust_dependent: Annotated[float, From("telling.trust_dependent")]
    trust_independent: Annotated[float, From("telling.trust_independent")]
    trust_grows: Annotated[float, From("telling.trust_grows")]
    trust_quality: Annotated[float, From("telling.trust_quality")]
    trust_needs: Annotated[float, From("telling.trust_needs")]
    trust_days: Annotated[float, From("telling.trust_days")]
    # who is referred, detained, asked, and passes with a false story
    referral_least: Annotated[float, From("protection.referral_least")]
    speed_unasked: Annotated[float, From("return.speed_unasked")]
    false_stay: Annotated[float, From("telling.false_stay")]
    false_days: Annotated[float, From("telling.false_days")]
    false_passes: Annotated[float, From("telling.false_passes")]
    # whom specialised police and the inspectorate meet first
    raid_specialised: Annotated[float, From("police.raid_specialised")]
    tip_specialised: Annotated[float, From("police.tip_specialised")]
    complaint_inspectorate: Annotated[float, From("agency.complaint_inspectorate")]
    complaint_inspected: Annotated[float, From("agency.complaint_inspected")]
    # heavy symptoms: who has any, how they fade, and what leaves them
    symptoms_after: Annotated[int, From("telling.symptoms_after")]  # weeks of exploitation
    symptom_days: Annotated[NDArray[Any], ByName("telling.symptom_days_{}", POINTS)]
    symptom_share: Annotated[NDArray[Any], ByName("telling.symptom_share_{}", POINTS)]
    symptoms_last: Annotated[float, From("telling.symptoms_last")]  # years, for those who still have them at the end
    # what counts as abuse, as exploitation again, and as exploited lately
    unpaid: Annotated[float, From("labels.unpaid")]
    again_weeks: Annotated[int, From("observation.again_weeks")]
    recent_weeks: Annotated[int, From("return.recent_weeks")]


@rule
def recognised(s, now, i, generation, region, sector, kind):
    """Whether those who meet person i see what has been done to her, within what they may and want to see."""
    agency = region * KINDS + kind
    knows, may, wants, within = block(now.seed, Stream.RECOGNITION, i, generation, now.week, 0)
    cell = region * len(s.sectors.inspected) + sector
    if sector >= 0 and knows >= s.agencies[agency].knowledge * s.cells[cell].priority:
        return False
    if knows >= s.agencies[agency].knowledge:
        return False
    # officials must be allowed to act and want to; helpers are there for it
    if kind != AgencyKind.SERVICES and (may >= s.agencies[agency].authority or wants >= s.agencies[agency].goodwill):
        return False
    sex = sector >= 0 and s.sectors[sector].commercial_sex == 1
    if kind == AgencyKind.SERVICES:
        # help is built for one kind of person; how far it reaches others is a lever (C7-M20)
        return (sex and s.people.row[i].female == 1) or within < s.law[region].protection_scope
    return sex or within < s.law[region].agency_mandate


@part
def end_spell(people, rules, now, i, cause, counters):
    """Person i is no longer exploited: the spell is counted under its cause."""
    person = people.row[i]
    since = person.exploited_since
    if since == LONG_AGO:
        return
    counters[C.SPELLS_ENDED] += 1.0
    counters[C.SPELL_WEEKS] += now.week - since
    tally(people, counters, i, C.SPELLS_ENDED, 1.0)
    tally(people, counters, i, C.SPELL_WEEKS, now.week - since)
    if person.paid > 0 and people.here[i] != person.home:
        counters[C.ENDED_OWN + person.paid - 1] += 1.0
        counters[C.SPELL_WEEKS_OWN + person.paid - 1] += now.week - since
    count(people, counters, i, C.LEFT_EXPLOITATION)
    happens(people, counters, i, C.EXIT_DEBT_CLEARED + cause, now.week)
    person.exploited_since = LONG_AGO
    person.left_week = now.week
    if now.week - since >= rules.symptoms_after:
        u = draw(now.seed, Stream.SYMPTOMS, i, person.generation, since, 0)
        person.heavy = max(person.heavy, symptom_days(rules, u))


@rule
def is_again(person, rules, week):
    """Whether a spell that begins now is exploitation again: the person left another one not long ago."""
    return person.left_week > LONG_AGO and week - person.left_week <= rules.again_weeks


@part
def begin_spell(people, log, rules, i, counters, by, week):
    """Person i is exploited from this week on."""
    person = people.row[i]
    person.exploited_since = week
    happens(people, counters, i, C.SPELLS_BEGUN, week)
    if person.left_week == LONG_AGO:
        count(people, counters, i, C.FIRST_SPELLS)
        if person.departed > LONG_AGO:
            counters[C.MOVERS_EXPLOITED] += 1.0
    elif is_again(person, rules, week):
        count(people, counters, i, C.SPELLS_AGAIN)
    if person.forced:
        counters[C.SPELLS_BY_FORCE] += 1.0
    person.agreed = agreed_at_the_start(person)
    counters[C.SPELLS_SEARCH + person.start] += 1.0
    person.start = Start.KEPT
    if person.paid > 0 and people.here[i] != person.home:
        counters[C.SPELLS_OWN + person.paid - 1] += 1.0
    person.path |= Path.EXPLOITED
    note(log, i, person.generation, people.stage[i], people.stage[i], Cause.EXPLOITATION_BEGAN, by, week)


@part
def detain(s, p, i, ledger, week):
    """A person without status is held until removal; entry without papers may be punished (``status.punish_entry``)."""
    local, rules, row = s.law[s.people.here[i]], p.meeting, s.people.row[i]
    remember_years(s.people, p.lived, i, True, week)
    stages.be_detained(s.people, i, week + weeks_detained(p.life, local.return_speed), week)
    fine = min(row.cash, round(rules.punishment_cents * local.status_punish_entry))
    if fine > 0.0:
        row.cash -= fine
        ledger.accounts[Account.STATE] += fine
        happens(s.people, ledger.counters, i, C.PUNISHED, week)


@rule
def removed_unidentified(people, i, counters, week):
    """An exploited person is taken for removal without having been identified."""
    happens(people, counters, i, C.MISIDENTIFIED_REMOVED, week)
    people.row[i].path |= Path.REMOVED_UNRECOGNISED


@part
def take_for_offender(s, p, now, i, cause, ledger):
    """Person i is punished for what she was made to do: removed where she is not at home, let go elsewhere."""
    ledger.counters[C.FORCED_CRIME_PUNISHED] += 1.0
    exploited = s.people.row[i].exploited_since > LONG_AGO
    leave_venue(s, p, i, True, now.week)
    away = s.people.here[i] != s.people.row[i].home
    if away and exploited:
        removed_unidentified(s.people, i, ledger.counters, now.week)
    end_spell(s.people, p.meeting, now, i, cause, ledger.counters)
    if away:
        detain(s, p, i, ledger, now.week)
        note_change(s, i, Stage.WORKING, Cause.DETAINED, cause, now.week)
        return Outcome.DETAINED
    fine = min(s.people.row[i].cash, round(p.meeting.punishment_cents))
    s.people.row[i].cash -= fine
    ledger.accounts[Account.STATE] += fine
    stages.go_free(s.people, i, now.week)
    note_change(s, i, Stage.WORKING, Cause.RELEASED, -1, now.week)
    return Outcome.WENT_FREE


@kernel
def take_in(people, law, i, claims, week):
    """A person moves to safe accommodation; ``claims`` 1 for a true story, 2 for a false one."""
    law[people.here[i]].places -= 1.0
    stages.be_protected(people, i, claims, week)


@rule
def offered_help(s, p, now, i, kind):
    """Whether a recognised person is offered safe accommodation and not only questions.

    Officials refer people as far as there is a procedure (``protection.referral``); where help is for those who are
    useful (``protection.assist_rule``, C11-M13) only people who speak at once get it.
    """
    region, rules = s.people.here[i], p.meeting
    local = s.law[region]
    u, useful, _, _ = block(now.seed, Stream.REFERRAL, i, s.people.row[i].generation, now.week, 0)
    referred = rules.referral_least + (1.0 - rules.referral_least) * local.protection_referral
    if p.trust.on:
        referred = national_referral(s, p.trust, region)
    if kind != AgencyKind.SERVICES and u >= referred:
        return False
    return useful >= local.protection_assist_rule or tells_at_once(s.people, s.regions, s.law, rules, now, i)


@rule
def chance_of_back_pay(people, law, contracts, i, region):
    """Chance that person i obtains withheld pay where she complains (levers ``work.*``).

    ``work.back_pay`` for all; a contract that two states have registered is there to be shown (C7-M37).
    """
    chance = law[region].work_back_pay
    if people.row[i].entered == Channel.REGULAR and with_papers(people.legal[i]):
        return max(chance, contracts[people.row[i].home, region])
    return chance


@part
def claim_back_pay(s, p, now, i, counters):
    """A worker who complains may obtain the pay that was withheld from her. Returns what she gets, US$."""
    person = s.people.row[i]
    region, k = s.people.here[i], person.venue
    u = draw(now.seed, Stream.AFTER_MEETING, i, person.generation, now.week, 1)
    if u < chance_of_back_pay(s.people, s.law, s.contracts, i, region) and k >= 0:
        weeks = min(float(now.week - person.job_since), p.meeting.back_pay_weeks)
        cents = round(100.0 * (1.0 - person.credited) * person.value * weeks)
        person.cash += cents
        s.venues[k].capital -= cents
        counters[C.BACK_PAY] += cents * 0.01
        return cents * 0.01
    return 0.0


@part
def fine_employer(people, venues, regions, law, i, ledger):
    """An employer whose worker officials find without status or below going terms pays (``work.employer_penalty``)."""
    k = people.row[i].venue
    region = people.here[i]
    cents = round(100.0 * law[region].work_employer_penalty * regions[region].pay_year)
    if k >= 0 and cents > 0:
        venues[k].capital -= cents
        ledger.accounts[Account.STATE] += cents
        ledger.counters[C.PENALTIES] += cents * 0.01


@part
def help_recognised(s, p, now, i, cause, kind, child, reported, ledger):
    """Person i has been recognised: she leaves, and is offered a safe place if there is one. Returns the Outcome.

    ``child`` : whether those who met her treat her as a child, who is asked nothing and taken into care.
    ``reported`` : whether those who met her tell immigration of people without status.
    """
    region = s.people.here[i]
    unwanted = not child and p.recognition.on and declines_help(s, p.recognition, now, i, ledger.counters)
    happens(s.people, ledger.counters, i, C.RECOGNISED, now.week)
    leave_venue(s, p, i, True, now.week)
    if unwanted:
        outcome = Outcome.WENT_FREE
        if reported and not with_papers(s.people.legal[i]):
            ledger.counters[C.LABELLED_REMOVED] += 1.0
            outcome = Outcome.DETAINED
        else:
            stages.go_free(s.people, i, now.week)
    elif child and take_into_care(s, now, i, ledger.counters):
        outcome = Outcome.TAKEN_IN
    elif not offered_help(s, p, now, i, kind):
        happens(s.people, ledger.counters, i, C.NOT_REFERRED, now.week)
        stages.go_free(s.people, i, now.week)
        outcome = Outcome.WENT_FREE
    elif s.law[region].places >= 1.0:
        take_in(s.people, s.law, i, 1, now.week)
        outcome = Outcome.TAKEN_IN
    else:
        happens(s.people, ledger.counters, i, C.NO_PLACE, now.week)
        stages.go_free(s.people, i, now.week)
        outcome = Outcome.NO_PLACE
    if outcome == Outcome.TAKEN_IN:
        happens(s.people, ledger.counters, i, C.REFLECTION_GRANTED, now.week)
        note_change(s, i, Stage.WORKING, Cause.GRANTED_REFLECTION, cause, now.week)
    end_spell(s.people, p.meeting, now, i, cause, ledger.counters)
    if outcome == Outcome.DETAINED:
        detain(s, p, i, ledger, now.week)
        note_change(s, i, Stage.WORKING, Cause.DETAINED, cause, now.week)
    return outcome


@part
def after_the_meeting(s, p, now, i, cause, ledger):
    """What follows when an agency meets person i at work. Returns whether she has left."""
    if p.recognition.on and not asks_for_help(s, p.recognition, now, i, cause, ledger.counters):
        return False
    person = s.people.row[i]
    region, generation, k = s.people.here[i], person.generation, person.venue
    sector = s.venues[k].sector
    u = draw(now.seed, Stream.FIRST_CONTACT, i, generation, now.week, 0)
    kind = who_meets(s.sectors, p.meeting, u, cause, sector)
    helper = kind == AgencyKind.SERVICES
    exploited = person.exploited_since > LONG_AGO
    abused = person.credited < p.meeting.unpaid
    got_back = 0.0
    happens(s.people, ledger.counters, i, C.ENCOUNTERS, now.week)
    if cause == Exit.COMPLAINT:
        count(s.people, ledger.counters, i, C.COMPLAINTS)
        got_back = claim_back_pay(s, p, now, i, ledger.counters)
    elif cause == Exit.CLIENT_TIP:
        ledger.counters[C.CLIENT_TIPS] += 1.0
    if not helper:
        fine_employer(s.people, s.venues, s.regions, s.law, i, ledger)
    busy = not has_time(s.agencies, region, kind)
    ledger.counters[C.NO_TIME] += busy
    child = not busy and taken_for_a_child(s, p, now, i, ledger.counters)
    offender = not (busy or helper or child) and s.sectors[sector].exported and not is_spared(s, now, i)
    seen = child or (not (busy or offender) and recognised(s, now, i, generation, region, sector, kind))
    if seen and not child and p.recognition.on:
        seen = seen_in_interview(s, p.recognition, now, i, sector, kind, ledger.counters)
    reported = draw(now.seed, Stream.AFTER_MEETING, i, generation, now.week, 0) >= s.law[region].status_firewall
    outcome = Outcome.NOTHING
    if offender:
        outcome = take_for_offender(s, p, now, i, cause, ledger)
    elif seen:
        outcome = help_recognised(s, p, now, i, cause, kind, child, reported and not helper, ledger)
    elif not with_papers(s.people.legal[i]) and not helper and reported:
        leave_venue(s, p, i, True, now.week)
        if exploited:
            removed_unidentified(s.people, i, ledger.counters, now.week)
        end_spell(s.people, p.meeting, now, i, cause, ledger.counters)
        detain(s, p, i, ledger, now.week)
        outcome = Outcome.DETAINED
        note_change(s, i, Stage.WORKING, Cause.DETAINED, cause, now.week)
    elif cause == Exit.COMPLAINT or cause == Exit.CLOSED:
        leave_venue(s, p, i, True, now.week)
        end_spell(s.people, p.meeting, now, i, cause, ledger.counters)
        stages.go_free(s.people, i, now.week)
        outcome = Outcome.WENT_FREE
        note_change(s, i, Stage.WORKING, Cause.COMPLAINED, -1, now.week)
    person.lost = max(person.lost - got_back, 0.0)
    enter_meeting(s, i, k, Met(kind, cause, exploited, abused, seen, outcome, 0))
    return outcome != Outcome.NOTHING
