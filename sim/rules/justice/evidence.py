"""Cases, what they hold, and what that is worth: charges, chances of conviction, opening and closing (model 4.7).

Testimony proves control; paper proves movement and money. A prosecutor weighs what each charge would bring under what
the office is judged by; lacking testimony a case is charged as something lesser, or dropped (C9-M06, C9-M18, C9-M19).
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.cases import NOBODY, PARTNERS, SUSPECTS, CaseStage, Charge, Target, Verdict
from sim.agents.offenders import Role
from sim.agents.people import Stage
from sim.agents.venues import Visibility
from sim.declared.sources import ByName, From, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, draw
from sim.ground.kernel import rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.justice.telling import Rung
from sim.rules.moving.ways import skill_of

CHARGES = len(Charge)
# what the log odds of conviction are made of: none of it, and full evidence of each element (C9-M18, C9-M19)
ELEMENTS = ("base", "testimony", "control", "exploitation", "movement", "money", "network")


@family
class CaseRules(NamedTuple):
    """Parameters of investigation and trial."""

    pace: Annotated[float, From("police.evidence")]  # evidence found in a week of work, of what is still missing
    # cases on which one investigator can work at a time, and which of them come first
    cases: Annotated[float, From("police.cases")]
    depth_of_control: Annotated[float, From("police.case_depth")]
    worth_of_rung: Annotated[float, From("police.case_rung")]
    begun_first: Annotated[float, From("police.case_begun")]
    priority_noise: Annotated[float, From("police.case_noise")]
    # chance that a guided crossing that is stopped becomes a lead
    border_case: Annotated[float, From("police.border_case")]
    proactive: Annotated[float, From("police.finds")]  # leads that a specialised officer finds in a year
    trial_weeks: Annotated[float, From("justice.trial_weeks")]
    recant: Annotated[float, From("justice.recant")]  # per week, of witnesses without protection
    served: Annotated[float, From("justice.served")]  # share of a sentence that is served
    sentence_weeks: Annotated[float, From("justice.sentence", times=WEEKS_PER_YEAR)]  # for exploitation
    share_found: Annotated[float, From("justice.share_found")]  # of assets that can be found
    # share of failed charges of exploitation that are tried as something lesser
    lesser: Annotated[float, From("justice.lesser")]
    # evidence that a week of work finds of each element, over what it finds of exploitation
    pace_movement: Annotated[float, From("police.pace_movement")]
    pace_movement_venue: Annotated[float, From("police.pace_movement_venue")]
    pace_control: Annotated[float, From("police.pace_control")]
    control_unseen: Annotated[float, From("police.control_unseen")]
    pace_money: Annotated[float, From("police.pace_money")]
    pace_network: Annotated[float, From("police.pace_network")]
    network_alone: Annotated[float, From("police.network_alone")]
    reach: Annotated[float, From("intel.reach")]
    freeze_least: Annotated[float, From("justice.freeze_least")]
    disrupt_pace: Annotated[float, From("police.disrupt_pace")]  # per week
    disrupt_kept: Annotated[float, From("police.disrupt_kept")]
    joint_pace: Annotated[float, From("coop.joint_pace")]  # per week
    formal_base: Annotated[float, From("coop.formal_base")]
    formal_gain: Annotated[float, From("coop.formal_gain")]
    asked: Annotated[float, From("coop.asked")]  # share of cases in which help is asked for by letter
    setup: Annotated[int, From("coop.setup_weeks")]  # weeks of work that help from one more region takes
    # whom a case names
    named: Annotated[float, From("justice.named")]
    suspects_most: Annotated[int, From("justice.suspects_most")]
    patience: Annotated[float, From("police.patience")]
    longest: Annotated[int, From("police.case_longest")]  # weeks
    shortest: Annotated[int, From("police.case_shortest")]
    lead_lapses: Annotated[int, From("police.lead_lapses")]
    held_most: Annotated[int, From("justice.held_most")]
    trial_least: Annotated[float, From("justice.trial_least")]
    # what a prosecutor drops a case below, and what the network adds to its gravity
    least_worth: Annotated[float, From("justice.least_worth")]
    network_worth: Annotated[float, From("justice.network_worth")]
    odds_means: Annotated[float, From("justice.odds_means")]
    # share of threats to witnesses that protection keeps away
    witness_kept: Annotated[float, From("justice.witness_kept")]
    family_kept: Annotated[float, From("justice.family_kept")]
    # evidence with which cases begin, and what meetings and statements add
    general_looks: Annotated[float, From("police.general_looks")]
    met_inspectorate: Annotated[float, From("police.met_inspectorate")]
    met_exploitation: Annotated[float, From("police.met_exploitation")]
    met_control: Annotated[float, From("police.met_control")]
    met_movement: Annotated[float, From("police.met_movement")]
    told_information: Annotated[float, From("police.told_information")]
    told_exploitation: Annotated[float, From("police.told_exploitation")]
    told_control: Annotated[float, From("police.told_control")]
    shared_movement: Annotated[float, From("coop.shared_movement")]
    shared_network: Annotated[float, From("coop.shared_network")]
    border_movement: Annotated[float, From("police.border_movement")]
    watched_exploitation: Annotated[float, From("police.watched_exploitation")]
    watched_control: Annotated[float, From("police.watched_control")]
    watched_network: Annotated[float, From("police.watched_network")]
    watched_movement: Annotated[float, From("police.watched_movement")]
    # courts
    skill_step: Annotated[float, From("justice.skill_step")]
    skill_most: Annotated[float, From("justice.skill_most")]
    compelled_quality: Annotated[float, From("justice.compelled_quality")]
    claim_least: Annotated[float, From("justice.claim_least")]
    suspended: Annotated[float, From("justice.suspended")]
    # by charge, nothing of none: log odds (charges, ELEMENTS), gravity, and what bringing it to court takes
    odds: Annotated[NDArray[Any], ByName("justice.odds_{}_{}", Charge, ELEMENTS, out=("none",))]
    severity: Annotated[NDArray[Any], ByName("justice.severity_{}", Charge, out=("none",))]
    effort: Annotated[NDArray[Any], ByName("justice.effort_{}", Charge, out=("none",))]
    # whom police reach, and what they see who look by themselves
    exposure: Annotated[NDArray[Any], ByName("police.exposure_{}", Role)]
    upward: Annotated[float, From("police.upward")]
    seen_by_police: Annotated[NDArray[Any], ByName("exit.police_{}", Visibility)]
    looks: Annotated[int, From("police.looks")]  # venues
    looks_enterprises: Annotated[int, From("police.looks_enterprises")]
    # capacity at which an enterprise without skill is seen with chance 1 - 1/e
    enterprise_seen: Annotated[float, From("police.enterprise_seen")]


@rule
def odds_of(rules, case, charge, testimony, skill, spared):
    """Log odds of conviction of a case on a charge; ``spared`` what a law adds that asks for no means."""
    row = rules.odds[charge]
    x = row[0] + row[1] * testimony + row[2] * case.control + row[3] * case.exploitation
    x += row[4] * case.movement + row[5] * case.money + row[6] * case.network
    if charge == Charge.EXPLOITATION:
        x += skill + spared
    return x


@rule
def chance_of_conviction(cases, rules, n, charge, testimony, skill, means):
    """p(conviction) of case n on a charge, with testimony of this quality (0 without), in [0, 1].

    ``means`` 1 where means must be proved.
    """
    spared = rules.odds_means * (1.0 - means)
    x = odds_of(rules, cases[n], charge, testimony, skill, spared)
    return 1.0 / (1.0 + math.exp(-x))


@rule
def may_be_charged(case, kind, charge, commercial_sex):
    """Whether the law has this charge for the owner of a venue, or for members of an enterprise (``kind``).

    Those who brought people to the venue that a case is about are charged with exploitation if they handed them over.
    """
    if kind == Target.ENTERPRISE:
        if charge == Charge.EXPLOITATION:
            return case.kind == Target.ENTERPRISE or case.handed == 1
        return charge == Charge.SMUGGLING or charge == Charge.DOCUMENTS
    if charge == Charge.PROCURING:
        return commercial_sex == 1
    if charge == Charge.LABOUR:
        return commercial_sex == 0
    return True


@rule
def best_charge(cases, rules, n, kind, commercial_sex, skill, local):
    """(charge, worth) that pays most for a prosecutor, in units of a conviction for exploitation.

    ``kind`` of suspect: the owner of a venue, or members of an enterprise. ``police.metric`` weighs the number of
    convictions against their gravity and the rank of those convicted.
    """
    case = cases[n]
    testimony = case.quality if case.rung >= Rung.COMPLAINT else 0.0
    best, chosen = rules.least_worth, Charge.NONE
    for charge in range(1, CHARGES):
        if not may_be_charged(case, kind, charge, commercial_sex):
            continue
        gravity = rules.severity[charge] + rules.network_worth * case.network
        value = local.police_metric + (1.0 - local.police_metric) * gravity
        chance = chance_of_conviction(cases, rules, n, charge, testimony, skill, local.justice_means_required)
        worth = chance * value - rules.effort[charge]
        if worth > best:
            best, chosen = worth, charge
    return chosen, best


@rule
def open_case(s, kind, target, generation, region, sector, source, counters, week):
    """A new lead; returns its row, or -1 if there is no room for it."""
    rows = len(s.cases)
    for step in range(rows):
        n = (s.case_cursor[0] + step) % rows
        if s.cases[n].stage == CaseStage.FREE:
            s.case_cursor[0] = (n + 1) % rows
            case = s.cases[n]
            case.stage, case.kind, case.target, case.target_generation = CaseStage.LEAD, kind, target, generation
            case.region, case.sector, case.source = region, sector, source
            case.opened, case.due, case.worked = week, 0, 0
            case.charge, case.verdict = Charge.NONE, Verdict.NONE
            case.rule = -1
            case.assigned = case.joint = case.deposed = case.rung = case.named = case.told = case.handed = 0
            case.witness, case.witness_generation = -1, 0
            case.origin, case.carrier, case.carrier_generation = -1, -1, 0
            case.movement = case.control = case.exploitation = case.money = case.network = case.quality = 0.0
            case.heard = case.frozen = case.means = 0.0
            case.pressed = case.withdrawn = 0
            case.tainted = 0
            for k in range(SUSPECTS):
                case.suspects[k], case.roles[k], case.highs[k] = NOBODY, -1, 0
                case.charges[k], case.verdicts[k] = Charge.NONE, Verdict.NONE
            for k in range(PARTNERS):
                case.partners[k] = -1
            counters[C.LEADS] += 1.0
            return n
    counters[C.LEADS_LOST] += 1.0
    return -1


@rule
def close_case(enterprises, venues, cases, n, accounts):
    """A case ends: what was frozen goes back to its owners, the row is free."""
    case = cases[n]
    if case.kind == Target.ENTERPRISE and case.frozen > 0.0:
        firm = enterprises.row[case.target]
        # whose enterprise has closed meanwhile takes it for himself
        if firm.active == 1 and firm.generation == case.target_generation:
            firm.capital += case.frozen
            case.frozen = 0.0
    elif case.kind == Target.VENUE and case.frozen > 0.0:
        place = venues[case.target]
        if place.active == 1 and place.generation == case.target_generation:
            place.wealth += case.frozen
    accounts[Account.OWNERS] += case.frozen
    case.frozen = 0.0
    # the next owner may have a case of his own by now
    if case.kind == Target.VENUE and venues[case.target].case == n:
        venues[case.target].case = -1
    elif case.kind == Target.ENTERPRISE and enterprises.row[case.target].case == n:
        enterprises.row[case.target].case = -1
    case.stage = CaseStage.FREE
    case.generation += 1


@rule
def case_of_venue(s, k, generation, region, source, counters, week):
    """The open case against venue k, opened if there is none; -1 if its owner has gone or there is no room."""
    venue = s.venues[k]
    if venue.generation != generation:
        return -1
    n = venue.case
    if n < 0 or s.cases[n].target_generation != generation:
        venue.case = open_case(s, Target.VENUE, k, generation, region, venue.sector, source, counters, week)
    return venue.case


@rule
def case_of_enterprise(s, j, region, source, counters, week):
    """The open case against enterprise j, opened if there is none; -1 if there is no room."""
    row = s.enterprises.row[j]
    n = row.case
    if n < 0 or s.cases[n].target_generation != row.generation:
        row.case = open_case(s, Target.ENTERPRISE, j, row.generation, region, -1, source, counters, week)
    return row.case


@rule
def enterprise_shows(enterprises, market, rules, j):
    """Chance in [0, 1) that whoever looks at enterprise j sees what it does: larger ones sooner, skilled ones later.

    With capacity c and skill theta it is 1 - exp(-(1 - theta)·c / ``police.enterprise_seen``). As at borders, skill
    takes from the hazard, so that police work takes out the weakest first (C10-M12).
    """
    hazard = enterprises.row[j].capacity / rules.enterprise_seen
    return 1.0 - math.exp(-hazard * (1.0 - skill_of(enterprises, market, j)))


@rule
def add(evidence, share):
    """Evidence after finding ``share`` of what is still missing."""
    return evidence + (1.0 - evidence) * share


@rule
def recants(cases, rules, now, n, local):
    """Whether the witness of case n takes the statement back, under threats that protection keeps away (C9-M22)."""
    case = cases[n]
    exposed = 1.0 - rules.witness_kept * local.justice_witness_protection
    exposed *= 1.0 - rules.family_kept * local.justice_family_protection
    u = draw(now.seed, Stream.RECANT, case.witness, case.witness_generation, now.week, 0)
    return u < rules.recant * exposed


@rule
def takes_part(case, region):
    """Whether a region works on a case: it has opened it, or has joined it."""
    found = region == case.region
    for k in range(case.joint):
        found = found or case.partners[k] == region
    return found


@rule
def witness_is_there(people, cases, n):
    """Whether the person whose statement case n holds can still be heard: where the case is, or by a partner.

    Where the region to which she has gone takes part in the case she is heard there (C9-M54).
    """
    case = cases[n]
    i = case.witness
    return (
        i >= 0
        and people.row[i].generation == case.witness_generation
        and takes_part(case, people.here[i])
        and people.stage[i] != Stage.DEAD
        and people.stage[i] != Stage.DETAINED
    )
