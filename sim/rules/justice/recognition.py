"""From meeting a person to recognising her: how she sees herself, the picture of a victim, and how she is asked.

Those who know the signs, may act and want to (:func:`sim.rules.justice.identification.recognised`) still miss people
(switch ``recognition``). Many who are exploited do not see themselves so (C11-M19): their chance to is

    view = selfview · (1 - agreed) · (1 - better off),    and grows with days in a safe place.

Those who ask have a picture in mind: a girl or woman, held by force in commercial sex, who never agreed and broke no
law (C7-M20). Each trait out of the picture costs a part of those who would be recognised, and training of colleagues by
colleagues acts exactly there (C12-M09). What remains depends on how people are asked. The errors go both ways: people
are missed, and people are recognised against their own view, who may decline and be removed for it (C11-M20).
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.people import LONG_AGO, Control, Start
from sim.declared.sources import From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.rules.control.ways_out import Exit
from sim.rules.work.value import with_papers


@family
class RecognitionRules(NamedTuple):
    """How people see themselves, what those who ask expect to see, and how they ask."""

    on: Annotated[int, Switched("recognition")]
    selfview: Annotated[float, From("recognition.selfview")]
    agreed: Annotated[float, From("recognition.agreed")]
    better_off: Annotated[float, From("recognition.better_off")]
    view_days: Annotated[float, From("recognition.view_days")]
    asks_unaware: Annotated[float, From("recognition.asks_unaware")]
    tells_unaware: Annotated[float, From("recognition.tells_unaware")]
    unaware: Annotated[float, From("recognition.unaware")]
    declines: Annotated[float, From("recognition.declines")]
    picture_work: Annotated[float, From("recognition.picture_work")]
    picture_male: Annotated[float, From("recognition.picture_male")]
    picture_adult: Annotated[float, From("recognition.picture_adult")]
    picture_agreed: Annotated[float, From("recognition.picture_agreed")]
    picture_offence: Annotated[float, From("recognition.picture_offence")]
    picture_unheld: Annotated[float, From("recognition.picture_unheld")]
    picture_home: Annotated[float, From("recognition.picture_home")]
    taught: Annotated[float, From("recognition.taught")]
    interview_sex: Annotated[float, From("recognition.interview_sex")]
    interview_language: Annotated[float, From("recognition.interview_language")]
    interview_time: Annotated[float, From("recognition.interview_time")]
    time_taken: Annotated[float, From("recognition.time_taken")]
    first: Annotated[float, From("training.first")]
    turnover: Annotated[float, From("training.turnover", per=WEEKS_PER_YEAR)]  # a week


@rule
def agreed_at_the_start(person):
    """1 if a person came by her own decision to the work in which a spell begins, whatever she was told of it."""
    if person.start == Start.KEPT:
        return person.agreed
    own = person.start == Start.SEARCH or person.start == Start.RECRUITER or person.start == Start.ORDER
    return 1 if own and person.forced == 0 else 0


@rule
def view_of_herself(s, rules, i, safe_days):
    """Chance that person i sees herself as exploited, in [0, 1]; ``safe_days`` days in a safe place."""
    row = s.people.row[i]
    chance = rules.selfview * (1.0 - rules.agreed * row.agreed)
    if row.venue >= 0 and row.credited * row.value > s.regions[row.home].outside[1] * row.ability:
        chance *= 1.0 - rules.better_off
    return chance + (1.0 - chance) * (1.0 - math.exp(-safe_days / rules.view_days))


@rule
def sees_herself(s, rules, now, i, safe_days):
    """Whether person i sees herself as exploited: once she does she does not unlearn it in a safe place."""
    u = draw(now.nature, Stream.SELF_VIEW, i, s.people.row[i].generation, 0, 0)
    return u < view_of_herself(s, rules, i, safe_days)


@rule
def asks_for_help(s, rules, now, i, cause, counters):
    """Whether person i who could complain or telephone does: few do who do not see themselves as exploited."""
    if s.people.row[i].exploited_since == LONG_AGO or (cause != Exit.COMPLAINT and cause != Exit.HOTLINE):
        return True
    if sees_herself(s, rules, now, i, 0.0):
        return True
    u = draw(now.seed, Stream.SELF_VIEW, i, s.people.row[i].generation, now.week, 1)
    silent = u >= rules.asks_unaware
    counters[C.HELP_NOT_ASKED] += silent
    return not silent


@rule
def in_the_picture(s, rules, i, region, sector):
    """Part of those who would be recognised that are, by how far person i fits the picture of a victim, in [0, 1].

    The picture is that of officials of ``region``; where she is says whether that is her home, and what is an offence.
    """
    row, here = s.people.row[i], s.people.here[i]
    weight = 1.0 - rules.taught * s.regions[region].trained
    kept = 1.0
    sex = sector >= 0 and s.sectors[sector].commercial_sex == 1
    if not sex:
        kept *= 1.0 - weight * rules.picture_work
    if row.female == 0:
        kept *= 1.0 - weight * rules.picture_male
    if row.minor == 0:
        kept *= 1.0 - weight * rules.picture_adult
    if row.agreed == 1:
        kept *= 1.0 - weight * rules.picture_agreed
    if row.home == here:
        kept *= 1.0 - weight * rules.picture_home
    if not with_papers(s.people.legal[i]) or (sex and s.law[here].seller > 0.0):
        kept *= 1.0 - weight * rules.picture_offence * (1.0 - s.law[here].justice_non_punishment)
    if row.control != Control.CONFINEMENT and row.control != Control.VIOLENCE:
        kept *= 1.0 - weight * rules.picture_unheld
    return kept


@rule
def in_the_interview(s, rules, i, region, sector):
    """Part of people who let it be seen, by who asks them, in which language and for how long, in [0, 1]."""
    row, local = s.people.row[i], s.law[region]
    kept = 1.0 - rules.interview_time * (1.0 - local.agency_interview_time)
    if row.home != region:
        kept *= 1.0 - rules.interview_language * (1.0 - local.agency_interpreters)
    if row.female == 1 and sector >= 0 and s.sectors[sector].commercial_sex == 1:
        kept *= 1.0 - rules.interview_sex * (1.0 - local.agency_women_interviewers)
    return kept


@part
def seen_in_interview(s, rules, now, i, sector, kind, counters):
    """Whether an agency that would recognise person i does so when it talks with her; says of those missed why.

    With time for her there is less for others (lever ``agency.interview_time``).
    """
    row, region = s.people.row[i], s.people.here[i]
    exploited = row.exploited_since > LONG_AGO or row.left_week == now.week
    agency = s.agencies[region * KINDS + kind]
    agency.attention = max(agency.attention - rules.time_taken * s.law[region].agency_interview_time, 0.0)
    through, fits, shows, _ = block(now.seed, Stream.INTERVIEW, i, row.generation, now.week, 0)
    if not sees_herself(s, rules, now, i, 0.0) and through >= rules.unaware:
        counters[C.MISSED_UNAWARE] += exploited
        return False
    if fits >= in_the_picture(s, rules, i, region, sector):
        counters[C.MISSED_PICTURE] += exploited
        return False
    if shows >= in_the_interview(s, rules, i, region, sector):
        counters[C.MISSED_INTERVIEW] += exploited
        return False
    return True


@part
def declines_help(s, rules, now, i, counters):
    """Whether person i, who has been recognised, wants none of what follows; counts those labelled against their view.

    Somebody who is held and not exploited, or who does not see herself as exploited, has got a label that she did not
    ask for.
    """
    row = s.people.row[i]
    if row.exploited_since > LONG_AGO and sees_herself(s, rules, now, i, 0.0):
        return False
    counters[C.LABELLED_AGAINST_VIEW] += 1.0
    counters[C.LABELLED_NOT_EXPLOITED] += row.exploited_since == LONG_AGO
    declined = draw(now.seed, Stream.DECLINES, i, row.generation, now.week, 0) < rules.declines
    counters[C.HELP_DECLINED] += declined
    return declined


@rule
def spoken_to_by_consul(s, p, now, i, sector, counters):
    """Whether somebody from her own consulate, who visits places of detention, recognises person i (C7-M30).

    A consul speaks her language and may do nothing but speak for her (lever ``return.consular_visits``).
    """
    row, region = s.people.row[i], s.people.here[i]
    local = s.law[region]
    visits, knows, fits, _ = block(now.seed, Stream.CONSUL, i, row.generation, now.week, 0)
    if visits >= local.return_consular_visits:
        return False
    if knows >= s.agencies[row.home * KINDS + AgencyKind.IMMIGRATION].knowledge:
        return False
    if p.recognition.on and fits >= in_the_picture(s, p.recognition, i, row.home, sector):
        return False
    counters[C.FOUND_BY_CONSUL] += 1.0
    return True


@rule
def train_colleagues(regions, law, rules, region):
    """A week in which trained people train others and some leave (lever ``agency.cascade``; C12-M09).

    trained += pace · (first + trained) · (1 - trained) - (turnover + rotation) · trained
    """
    row, local = regions[region], law[region]
    if local.agency_cascade <= 0.0 and row.trained <= 0.0:
        return
    pace = local.agency_cascade / WEEKS_PER_YEAR
    leave = rules.turnover + local.integrity_rotation / WEEKS_PER_YEAR
    learned = pace * (rules.first + row.trained) * (1.0 - row.trained)
    row.trained = min(max(row.trained + learned - leave * row.trained, 0.0), 1.0)
