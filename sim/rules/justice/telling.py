"""Telling as a decision with a pay-off, rung by rung of the ladder of cooperation (model 4.6, C9-M39).

    G = p(stay | tell)·v_stay + care + p(paid)·award - p(asked)·p(retaliation)·harm - p(punished | tell)·loss - stigma
        + p(removed | silent)·loss

    hazard of the next rung = h_d · exp(b_G·G/y + b_tau·trust - b_phi·fear - b_h·heavy)

All chances are beliefs. Rights count only as far as they are known and seen honoured (C1-M61). Willingness follows
trust, which takes weeks; the quality of what is said follows symptoms, which take months (C7-M15).
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from sim.ground.draws import Stream, draw
from sim.ground.kernel import rule
from sim.rules.work.value import removable, with_papers


class Rung(IntEnum):
    """How far a person cooperates (C9-M39)."""

    SILENT = 0
    INFORMATION = 1  # says what has been done to her
    STATEMENT = 2  # to investigators
    COMPLAINT = 3  # presses charges
    DEPOSITION = 4  # before a judge, before trial
    TESTIMONY = 5  # ready to testify in court


@rule
def worth_of_staying(people, regions, rules, i, region):
    """What a permit to stay is worth to person i over going home, US$; 0 with papers."""
    if with_papers(people.legal[i]):
        return 0.0
    row = people.row[i]
    here = regions[region].outside[1] * row.ability_abroad
    return 52.0 * rules.permit_years * max(here - regions[row.home].outside[1] * row.ability, 0.0)


@rule
def retaliation_heard_of(people, law, rules, i, region):
    """Chance of retaliation that person i believes in, from what is heard of others who spoke (switch ``threats``).

    Of those who spoke here, and of families at home whose address is known, who are protected, or not, where they live.
    """
    local, row = law[region], people.row[i]
    here = local.threatened * (1.0 - rules.witness_kept * local.justice_witness_protection)
    home = law[row.home].family_threatened * (1.0 - rules.family_kept * law[row.home].justice_family_protection)
    return 1.0 - (1.0 - here) * (1.0 - home * people.known[i])


@rule
def gain_from_telling(people, regions, law, rules, i, region, rung):
    """G of going on to ``rung``, US$ (model 4.6)."""
    row, local = people.row[i], law[region]
    stay = worth_of_staying(people, regions, rules, i, region)
    known = local.protection_rights_information + (1.0 - local.protection_rights_information) * row.information
    condition = 1.0 if rung >= Rung.COMPLAINT else 1.0 - local.protection_permit_conditional
    gain = known * local.promise * condition * stay
    gain += rules.quality_worth * local.protection_quality * rules.care_worth
    if rung >= Rung.COMPLAINT:
        gain += local.paid * (rules.aid_least + (1.0 - rules.aid_least) * local.justice_legal_aid) * rules.award
    asked = rules.asked_least + (1.0 - rules.asked_least) * local.protection_conditional
    asked += (1.0 - asked) * rules.compelled * local.justice_compel
    if rules.threats:
        pressed = retaliation_heard_of(people, law, rules, i, region)
        gain -= asked * pressed * rules.retaliation_harm
        if rung >= Rung.STATEMENT:  # who may have to take it back expects to be punished for that (C9-M23)
            gain -= pressed * local.justice_punish_recanting * 0.01 * rules.punishment_cents
    else:
        exposed = rules.retaliation_chance * (1.0 - rules.witness_kept * local.justice_witness_protection)
        gain -= asked * exposed * (1.0 - rules.family_kept * local.justice_family_protection) * rules.retaliation_harm
    seen = 1.0 - rules.hidden_spared * local.justice_witness_anonymity
    gain -= (rung - 1) * rules.rung_cost * (1.0 - rules.rung_spared * local.justice_witness_protection) * seen
    # people are punished for what they were made to do unless the law says otherwise (EC 2.10)
    entry = local.status_punish_entry * (1 - with_papers(people.legal[i]))
    punished = (entry + local.seller * row.shamed) * (1.0 - local.justice_non_punishment)
    gain -= punished * (0.01 * rules.punishment_cents + rules.punished_stay * stay)
    if row.shamed:
        gain -= rules.stigma_sex * law[row.home].society_stigma
    if stay > 0.0:
        feared = min(local.removal * rules.removal_years, 1.0)
        gain += local.protection_conditional * feared * rules.removal_weight * stay
    return gain


@rule
def trust_of(people, law, rules, i, region, safe_days):
    """Trust in those who ask, in [0, 1]: less from lawless places, more with days in a safe place of good quality."""
    local = law[region]
    start = max(local.trust - law[people.row[i].home].distrust, 0.0)
    start *= rules.trust_dependent + rules.trust_independent * local.protection_independence
    pace = rules.trust_grows + rules.trust_quality * local.protection_quality
    pace *= 1.0 + rules.trust_needs * local.protection_needs_first
    return min(start + pace * (1.0 - math.exp(-safe_days / rules.trust_days)), 1.0)


@rule
def telling_hazard(people, regions, law, rules, i, region, safe_days, rung):
    """Hazard per day of going on to ``rung``."""
    local = law[region]
    y = max(52.0 * regions[region].outside[1], 1.0)
    gain = gain_from_telling(people, regions, law, rules, i, region, rung) / y
    threat = removable(regions[region].mobility, rules.fear_visitor, people.legal[i])
    fear = min(local.protection_conditional * local.removal * threat * rules.fear_years, 1.0)
    heavy = 1.0 if people.row[i].heavy > 0.0 else 0.0
    x = (
        rules.telling_gain * max(min(gain, rules.gain_most), -rules.gain_most)
        + rules.telling_trust * trust_of(people, law, rules, i, region, safe_days)
        - rules.telling_fear * fear
        - rules.telling_heavy * heavy
    )
    return rules.telling_rate * math.exp(x)


@rule
def tells_at_once(people, regions, law, rules, now, i):
    """Whether person i speaks at a first hearing, before any help."""
    hazard = telling_hazard(people, regions, law, rules, i, people.here[i], 0.0, np.int64(Rung.INFORMATION))
    u = draw(now.seed, Stream.TELLING, i, people.row[i].generation, now.week, 4)
    return u < -math.expm1(-hazard * rules.first_hearing_days)


@rule
def quality_of_statement(people, rules, i):
    """Quality of what is said, in [0, 1]: heavy symptoms cost detail and order, not truth (C7-M15, C11-M25)."""
    return 1.0 if people.row[i].heavy <= 0.0 else 1.0 - rules.quality_lost
