"""Trust between states, and within each between state agencies and services; what it makes of cooperation.

``trust[r, t]`` is that of those in r in their counterparts in t; on the diagonal, between agencies and services of one
state. It grows slowly, with meetings and with what was brought about together, and falls fast with every leak, refusal
and removal without notice (C12-M08, C7-M32):

    trust += (1 - trust) · (1 - (1 - meeting)^meetings · (1 - success)^kept)
    trust *= (1 - broken)^breaches;    trust += drift · (what it would be by itself - trust)

Levers of cooperation do what they say at usual trust, and more or less by trust over that (switch
``institutional_trust``). A procedure replaces personal contact as far as it is followed (C12-M01, C12-M07).
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sim.agents.agencies import KINDS
from sim.declared.sources import From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.justice.recognition import train_colleagues
from sim.rules.rationing import top_up

LEVEL, KEPT, BROKEN = 0, 1, 2  # last axis of the table: trust, and what has happened since it was last looked at
MONTH = 4  # weeks


@family
class TrustRules(NamedTuple):
    """How trust changes, and how far procedures are followed."""

    on: Annotated[int, Switched("institutional_trust")]
    usual: Annotated[float, From("trust.usual")]
    meeting: Annotated[float, From("trust.meeting")]
    success: Annotated[float, From("trust.success")]
    broken: Annotated[float, From("trust.broken")]
    usual_people: Annotated[float, From("smuggling.market_people")]  # in a place in which one event weighs as declared
    drift: Annotated[float, From("trust.drift", per=WEEKS_PER_YEAR)]  # a week
    rivalry: Annotated[float, From("trust.rivalry")]
    meeting_time: Annotated[float, From("trust.meeting_time")]
    afford: Annotated[float, From("trust.afford")]
    members: Annotated[float, From("trust.members")]
    used: Annotated[float, From("referral.used")]
    used_endorsed: Annotated[float, From("referral.used_endorsed")]
    used_trained: Annotated[float, From("referral.used_trained")]
    adoption: Annotated[float, From("referral.adoption", per=WEEKS_PER_YEAR)]  # a week
    reception_own: Annotated[float, From("referral.reception_own", per=WEEKS_PER_YEAR)]  # a week
    reception_kept: Annotated[float, From("referral.reception_kept")]
    calls: Annotated[float, From("referral.calls", per=WEEKS_PER_YEAR)]  # a week
    unrecorded: Annotated[float, From("referral.unrecorded")]
    faith_lost: Annotated[float, From("trust.faith_lost")]
    faith_back: Annotated[float, From("trust.faith_back", per=WEEKS_PER_YEAR)]  # a week
    consents: Annotated[float, From("referral.consents")]
    consents_known: Annotated[float, From("referral.consents_known")]


# --- what it makes of cooperation -------------------------------------------------------------------------------


@rule
def over_usual(trust, rules, of, whom):
    """By how much trust of those in ``of`` in those in ``whom`` multiplies what they share; 1 with the switch off."""
    return trust[of, whom, LEVEL] / rules.usual if rules.on else 1.0


@rule
def bring_about(trust, one, other):
    """Something was brought about together: both trust each other more when they look back."""
    trust[one, other, KEPT] += 1.0
    if one != other:
        trust[other, one, KEPT] += 1.0


@rule
def break_trust(trust, of, whom):
    """Those in ``whom`` have leaked, refused, or sent somebody back without notice: those in ``of`` trust them less."""
    trust[of, whom, BROKEN] += 1.0


@rule
def follow_procedures(regions, law, rules, region):
    """Share of officials who follow a procedure of referral that there is (C12-M07), in [0, 1]."""
    endorsed = rules.used_endorsed * law[region].coop_endorsement
    return min(rules.used + endorsed + rules.used_trained * regions[region].trained, 1.0)


@rule
def national_referral(s, rules, region):
    """Chance that somebody whom officials recognise comes to services: the product of two systems.

    Agencies have to refer, by the procedure (lever ``protection.referral``) or because they know somebody; services
    have to be able to take people on from strangers, or to know who sends them.
    """
    known = s.trust[region, region, LEVEL]
    refers = s.law[region].protection_referral * follow_procedures(s.regions, s.law, rules, region)
    return max(known, refers) * max(known, s.law[region].protection_quality)


@rule
def has_procedures(regions, law, region):
    """How far there are procedures for referral to and from other states in a region, by decision or taken over."""
    return max(law[region].coop_procedures, regions[region].adopted)


@rule
def transnational_referral(s, rules, here, home):
    """Chance that a request from one state reaches those who can receive in the other (C12-M01, C12-M06).

    Procedures work as far as both states have and follow them and have a national system each: a product. Without
    them it takes somebody who knows somebody.
    """
    agreed = 1.0
    for region in (here, home):
        agreed *= has_procedures(s.regions, s.law, region) * follow_procedures(s.regions, s.law, rules, region)
        agreed *= national_referral(s, rules, region)
    return max(s.trust[here, home, LEVEL], agreed)


@rule
def may_pass_on(s, rules, now, said, counters):
    """Whether what a person told may go to another state (lever ``coop.consent``; C12-M10).

    Without her consent it stays where such a rule is kept. Where it is not kept it goes, those who hear of it where she
    comes from know of her, and services trust officials less.
    """
    i = said.person
    row = s.people.row[i]
    asked, kept, _, _ = block(now.seed, Stream.CONSENT, i, row.generation, now.week, 0)
    if asked < (rules.consents_known if s.people.known[i] == 1 else rules.consents):
        return True
    if kept < s.law[said.region].coop_consent:
        counters[C.CONSENT_KEPT] += 1.0
        return False
    counters[C.PASSED_WITHOUT_CONSENT] += 1.0
    if row.generation == said.generation:
        s.people.known[i] = 1
    break_trust(s.trust, said.region, said.region)
    return True


# --- how it changes ---------------------------------------------------------------------------------------------


@rule
def by_itself(s, rules, of, whom):
    """Trust to which it goes back: as usual, less what is believed of police who sell, and what rivalry takes."""
    level = rules.usual * (1.0 - s.law[whom].collusion)
    if of == whom:
        level *= 1.0 - rules.rivalry * (1.0 - s.law[of].protection_independence)
    return level


@rule
def takes_part(s, rules, region):
    """Share of meetings to which those of a region can go: the poorer, the fewer (C11-M07)."""
    pay = s.regions[region].wage[1]
    return pay / (pay + rules.afford)


@rule
def meetings_of(s, rules, of, whom):
    """Meetings of a month at which those of two regions meet, or officials and services of one (C11-M01)."""
    a, b = s.law[of], s.law[whom]
    if of == whom:
        return a.coop_mixed * a.coop_meetings * takes_part(s, rules, of) * MONTH / WEEKS_PER_YEAR
    met = min((1.0 - a.coop_mixed) * a.coop_meetings * takes_part(s, rules, of),
              (1.0 - b.coop_mixed) * b.coop_meetings * takes_part(s, rules, whom))  # fmt: skip
    return met * MONTH / WEEKS_PER_YEAR


@rule
def weight_of_one(regions, usual, region):
    """What one event weighs that those of a region hear of: as much as it would in a place of ``usual`` size.

    In a run with more people more happens, and is known to more.
    """
    return usual / max(regions[region].present, 1.0)


@rule
def changed_trust(trust, rules, of, whom, own, meetings, weight):
    """Trust after a month; ``own`` what it would be by itself, ``meetings`` of the month, ``weight`` of one event."""
    level = trust[of, whom, LEVEL]
    missed = (1.0 - rules.meeting) ** meetings * (1.0 - rules.success) ** (weight * trust[of, whom, KEPT])
    level += (1.0 - level) * (1.0 - missed)
    level *= (1.0 - rules.broken) ** (weight * trust[of, whom, BROKEN])
    return level + (own - level) * (1.0 - math.exp(-MONTH * rules.drift))


@rule
def outlasts_rotation(law, region, level, own):
    """What is left of trust in people who move on; a list of whom to call keeps it (lever ``coop.contact_list``)."""
    moved = -math.expm1(-MONTH * law[region].integrity_rotation / WEEKS_PER_YEAR)
    return level - max(level - own, 0.0) * moved * (1.0 - law[region].coop_contact_list)


@part
def look_back(s, rules, counters):
    """Every month: trust of all in all."""
    regions = len(s.regions)
    present = 0.0
    for region in range(regions):
        present += s.law[region].coop_meetings > 0.0
    for of in range(regions):
        for whom in range(regions):
            own = by_itself(s, rules, of, whom)
            meetings = meetings_of(s, rules, of, whom)
            if of != whom:
                # the more are there the less is said openly (C13-M29)
                meetings *= 1.0 - rules.members * max(present - 1.0, 0.0) / (regions - 1)
            level = changed_trust(
                s.trust, rules, of, whom, own, meetings, weight_of_one(s.regions, rules.usual_people, of)
            )
            level = outlasts_rotation(s.law, whom, level, own)
            counters[C.TRUST_BROKEN] += s.trust[of, whom, BROKEN]
            s.trust[of, whom, LEVEL] = min(max(level, 0.0), 1.0)
            s.trust[of, whom, KEPT] = s.trust[of, whom, BROKEN] = 0.0


@part
def adopt_procedures(s, rules, now, region):
    """Procedures are taken over from states that have them, the sooner the more alike law is (C12-M14)."""
    row = s.regions[region]
    if row.adopted > 0.0:
        return
    hazard = 0.0
    for other in range(len(s.regions)):
        if other != region:
            alike = 1.0 - abs(s.law[region].law - s.law[other].law)
            hazard += alike * has_procedures(s.regions, s.law, other)
    if hazard <= 0.0:
        return
    hazard *= MONTH * rules.adoption * s.law[region].protection_referral / max(len(s.regions) - 1, 1)
    row.adopted = 1.0 if draw(now.seed, Stream.PROCEDURES, region, 0, now.week, 0) < -math.expm1(-hazard) else 0.0


@rule
def receive_means(s, rules, region):
    """Prepared returns that a region can receive from this week on, by its own means and with those from outside."""
    row = s.regions[region]
    own = rules.reception_own * row.wage[1] / rules.afford
    weekly = (own + s.law[region].return_reception / WEEKS_PER_YEAR) * row.people_at / 1000.0
    row.reception_left = top_up(row.reception_left, weekly, rules.reception_kept)


@rule
def spend_time_at_meetings(s, p, region):
    """Meetings among agencies take time that people are not met in (C11-M21)."""
    share = p.trust.meeting_time * s.law[region].coop_meetings
    for agency in range(region * KINDS, (region + 1) * KINDS):
        row = s.agencies[agency]
        row.attention = max(row.attention - share * row.staff * p.agency.meetings, 0.0)


@rule
def regain_faith(regions, law, rules, region):
    """A week in which word of removals from safe accommodation fades; what is left weighs on trust (C11-M14)."""
    row = regions[region]
    row.faith += (1.0 - row.faith) * (1.0 - math.exp(-rules.faith_back))
    law[region].trust *= row.faith


@kernel
def keep_in_touch(s, p, now, counters):
    """A week of training, meetings and means to receive; once a month trust is looked at."""
    for region in range(len(s.regions)):
        train_colleagues(s.regions, s.law, p.recognition, region)
        if p.trust.on:
            receive_means(s, p.trust, region)
            spend_time_at_meetings(s, p, region)
            regain_faith(s.regions, s.law, p.trust, region)
            counters[C.TRUST_WITHIN] += s.trust[region, region, LEVEL]
            counters[C.PROCEDURES_FOLLOWED] += has_procedures(s.regions, s.law, region) * follow_procedures(
                s.regions, s.law, p.trust, region
            )
            for other in range(len(s.regions)):
                counters[C.TRUST_ABROAD] += s.trust[region, other, LEVEL] * (other != region)
            if now.week % MONTH == 0:
                adopt_procedures(s, p.trust, now, region)
        counters[C.TRAINED] += s.regions[region].trained
    if p.trust.on and now.week % MONTH == 0:
        look_back(s, p.trust, counters)


@kernel
def first_trust(s, rules):
    """Trust when a run starts: what it would be by itself."""
    for of in range(len(s.regions)):
        for whom in range(len(s.regions)):
            s.trust[of, whom, LEVEL] = by_itself(s, rules, of, whom)
