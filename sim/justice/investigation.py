"""From leads to charges: what is investigated, what it proves and what a prosecutor makes of it (model 4.7).

    lead -> investigation -> evidence by element (movement, control, exploitation, money, network) -> charge

Testimony proves control; paper proves movement and money. A prosecutor weighs what each charge would bring under what
the office is judged by; lacking testimony a case is charged as something lesser, or dropped (C9-M06, C9-M18, C9-M19).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import KINDS, PURSUES_CASES, AgencyKind
from sim.agents.cases import CaseStage, Charge, Source, Target
from sim.agents.migrants import Account, Stage
from sim.draws import Stream, block, draw
from sim.justice.arrests import arrest, choose_offender, high_rank
from sim.justice.encounters import SEEN_BY_POLICE, Exit
from sim.justice.telling import Rung
from sim.kernel import kernel, rule
from sim.observation.counters import C

CHARGES = len(Charge)
# log odds of conviction by charge: base, testimony, control, exploitation, movement, money, network (C9-M18, C9-M19)
ODDS = np.array(
    [
        [-20.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [-3.6, 3.4, 1.6, 1.0, 0.0, 0.8, 0.3],  # exploitation: nearly infeasible without someone who speaks
        [-1.8, 0.5, 0.3, 2.2, 0.0, 0.6, 0.0],  # procuring
        [-1.9, 0.5, 0.2, 2.2, 0.0, 0.5, 0.0],  # labour law
        [-1.6, 0.2, 0.0, 0.0, 2.4, 0.4, 0.8],  # smuggling
        [-1.4, 0.0, 0.0, 0.0, 2.2, 0.0, 0.0],  # documents
    ]
)
SEVERITY = np.array([0.0, 1.0, 0.45, 0.3, 0.35, 0.15])  # of a charge, over exploitation
WORK = np.array([0.0, 0.22, 0.1, 0.1, 0.08, 0.04])  # what bringing it to court takes, over the value of a conviction
LONGEST = 52  # weeks of work after which a case is charged or dropped
SHORTEST = 4
LEAD_LAPSES = 26  # weeks after which nobody will take up a lead
HELD_AT_MOST = 104  # weeks after the day of trial, if no verdict comes


class CaseRules(NamedTuple):
    """Parameters of investigation and trial."""

    pace: float  # evidence found in a week of work, of what is still missing
    border_case: float  # chance that a guided crossing that is stopped becomes a lead
    proactive: float  # leads that a specialised officer finds in a year
    trial_weeks: float
    recant: float  # per week, of witnesses without protection
    served: float  # share of a sentence that is served
    sentence_weeks: float  # for exploitation
    share_found: float  # of assets that can be found
    lesser: float  # share of failed charges of exploitation that are tried as something lesser


@rule
def odds_of(charge, testimony, control, exploitation, movement, money, network, skill, means):
    """Log odds of conviction on a charge; ``means`` 1 where means must be proved."""
    row = ODDS[charge]
    x = row[0] + row[1] * testimony + row[2] * control + row[3] * exploitation
    x += row[4] * movement + row[5] * money + row[6] * network
    if charge == Charge.EXPLOITATION:
        x += skill + 1.2 * (1.0 - means)
    return x


@rule
def chance_of_conviction(c, n, charge, testimony, skill, means):
    """p(conviction) of case n on a charge, with testimony of this quality (0 without), in [0, 1]."""
    case = c.row[n]
    x = odds_of(
        charge, testimony, case.control, case.exploitation, case.movement, case.money, case.network, skill, means
    )
    return 1.0 / (1.0 + math.exp(-x))


@rule
def may_be_charged(c, n, charge, commercial_sex):
    """Whether the law has this charge for the target of case n."""
    case = c.row[n]
    if case.kind == Target.ENTERPRISE:
        return charge == Charge.SMUGGLING or charge == Charge.DOCUMENTS or charge == Charge.EXPLOITATION
    if charge == Charge.PROCURING:
        return commercial_sex == 1
    if charge == Charge.LABOUR:
        return commercial_sex == 0
    return True


@rule
def best_charge(c, n, commercial_sex, skill, place):
    """(charge, worth) that pays most for a prosecutor, in units of a conviction for exploitation.

    ``police.metric`` weighs the number of convictions against their gravity and the rank of those convicted.
    """
    case = c.row[n]
    testimony = case.quality if case.rung >= Rung.COMPLAINT else 0.0
    best, chosen = 0.02, Charge.NONE
    for charge in range(1, CHARGES):
        if not may_be_charged(c, n, charge, commercial_sex):
            continue
        gravity = SEVERITY[charge] + 0.3 * case.network
        value = place.police_metric + (1.0 - place.police_metric) * gravity
        p = chance_of_conviction(c, n, charge, testimony, skill, place.justice_means_required)
        worth = p * value - WORK[charge]
        if worth > best:
            best, chosen = worth, charge
    return chosen, best


@rule
def open_case(c, cursor, kind, target, generation, region, sector, source, week, counters):
    """A new lead; returns its row, or -1 if there is no room for it."""
    rows = len(c.row)
    for step in range(rows):
        n = (cursor[0] + step) % rows
        if c.row[n].stage == CaseStage.FREE:
            cursor[0] = (n + 1) % rows
            case = c.row[n]
            case.stage, case.kind, case.target, case.target_generation = CaseStage.LEAD, kind, target, generation
            case.region, case.sector, case.source = region, sector, source
            case.opened, case.due, case.worked = week, 0, 0
            case.charge, case.role, case.offender = Charge.NONE, -1, -1
            case.assigned = case.joint = case.deposed = case.rung = case.high = 0
            case.witness, case.witness_generation = -1, 0
            case.movement = case.control = case.exploitation = case.money = case.network = case.quality = 0.0
            case.frozen = 0.0
            counters[C.LEADS] += 1.0
            return n
    counters[C.LEADS_LOST] += 1.0
    return -1


@rule
def close_case(c, n, v, t, accounts):
    """A case ends: what was frozen goes back to its owners, the row is free."""
    case = c.row[n]
    accounts[Account.OWNERS] += case.frozen
    case.frozen = 0.0
    # the next owner may have a case of his own by now
    if case.kind == Target.VENUE and v.row[case.target].case == n:
        v.row[case.target].case = -1
    elif case.kind == Target.ENTERPRISE and t.row[case.target].case == n:
        t.row[case.target].case = -1
    case.stage = CaseStage.FREE
    case.generation += 1


@rule
def case_of_venue(c, cursor, v, k, generation, region, source, week, counters):
    """The open case against venue k, opened if there is none; -1 if its owner has gone or there is no room."""
    if v.row[k].generation != generation:
        return -1
    n = v.row[k].case
    if n < 0 or c.row[n].target_generation != generation:
        v.row[k].case = open_case(
            c, cursor, Target.VENUE, k, generation, region, v.row[k].sector, source, week, counters
        )
    return v.row[k].case


@rule
def case_of_enterprise(c, cursor, t, j, region, source, week, counters):
    """The open case against enterprise j, opened if there is none; -1 if there is no room."""
    n = t.row[j].case
    if n < 0 or c.row[n].target_generation != t.row[j].generation:
        t.row[j].case = open_case(
            c, cursor, Target.ENTERPRISE, j, t.row[j].generation, region, -1, source, week, counters
        )
    return t.row[j].case


@rule
def add(evidence, share):
    """Evidence after finding ``share`` of what is still missing."""
    return evidence + (1.0 - evidence) * share


@rule
def source_of(cause):
    """Where a lead came from, by what brought the agency there."""
    if cause == Exit.RAID or cause == Exit.CLOSED:
        return Source.RAID
    if cause == Exit.INSPECTION:
        return Source.INSPECTION
    if cause == Exit.CLIENT_TIP or cause == Exit.NEIGHBOUR:
        return Source.TIP
    return Source.REPORT


@kernel
def take_leads(book, c, cursor, m, v, t, week, seed, counters, law, certainty):
    """Leads from the week's meetings and statements (lever ``police.reactive``).

    ``certainty`` (regions, 2) counts the occasions on which exploiters could have been convicted.
    """
    for number in range(book.counts[0]):
        meeting = book.meetings[number]
        if PURSUES_CASES[meeting.agency] == 0 or meeting.venue < 0:
            continue
        complained = meeting.cause == Exit.COMPLAINT
        if meeting.exploited or meeting.recognised or complained:
            certainty[meeting.region, 1] += 1.0
        if meeting.recognised == 0 and not complained:
            continue
        u = draw(seed, Stream.LEAD, meeting.person, meeting.generation, week, 0)
        if u >= law.place[meeting.region].police_reactive:
            continue
        n = case_of_venue(
            c, cursor, v, meeting.venue, meeting.venue_generation, meeting.region, source_of(meeting.cause), week,
            counters,
        )  # fmt: skip
        if n < 0:
            continue
        case = c.row[n]
        case.exploitation = add(case.exploitation, 0.35 if meeting.agency == AgencyKind.INSPECTORATE else 0.2)
        if meeting.agency == AgencyKind.SPECIALISED_POLICE:
            case.control = add(case.control, 0.1)
        if m.here[meeting.person] != m.row[meeting.person].home:
            case.movement = add(case.movement, 0.15)
    for number in range(book.counts[1]):
        said = book.statements[number]
        u_lead, u_share, u_depose, _ = block(seed, Stream.LEAD, said.person, said.generation, week, 1)
        place = law.place[said.region]
        # nobody tells colleagues who may sell it (C1-F16)
        if (
            said.carrier >= 0
            and said.true
            and said.rung >= Rung.INFORMATION
            and u_share < place.coop_sharing * (1.0 - law.place[t.row[said.carrier].home].collusion)
        ):
            pass_on(c, cursor, t, said, week, counters)
        if said.venue < 0 or (v.row[said.venue].case < 0 and u_lead >= place.police_reactive):
            continue
        n = case_of_venue(c, cursor, v, said.venue, said.venue_generation, said.region, Source.REPORT, week, counters)
        if n < 0:
            continue
        hear_statement(c, n, said, u_depose < place.justice_early_deposition, counters)


@rule
def hear_statement(c, n, said, deposed, counters):
    """What a person has said goes into case n."""
    case = c.row[n]
    if said.rung == Rung.INFORMATION:
        case.exploitation = add(case.exploitation, 0.15)
        return
    case.exploitation = add(case.exploitation, 0.3 * said.quality)
    case.control = add(case.control, 0.4 * said.quality)
    same = case.witness == said.person and case.witness_generation == said.generation
    if same or said.rung > case.rung:
        case.witness, case.witness_generation = said.person, said.generation
        case.rung, case.quality = said.rung, said.quality
    if said.rung >= Rung.DEPOSITION and deposed and case.deposed == 0:
        case.deposed = 1
        counters[C.DEPOSITIONS] += 1.0


@rule
def pass_on(c, cursor, t, said, week, counters):
    """A lead on those who brought a person is passed to the region where they stand (lever ``coop.sharing``)."""
    j = said.carrier
    if t.row[j].active == 0 or t.row[j].generation != said.carrier_generation:
        return
    n = case_of_enterprise(c, cursor, t, j, t.row[j].home, Source.SHARED, week, counters)
    if n < 0:
        return
    counters[C.LEADS_SHARED] += 1.0
    c.row[n].joint = 1
    c.row[n].movement = add(c.row[n].movement, 0.3)
    c.row[n].network = add(c.row[n].network, 0.2)


@kernel
def take_border_leads(c, cursor, t, active, count, week, seed, counters, law, certainty, rules):
    """Guided crossings that were stopped become leads on the enterprise, in the region of the border."""
    for position in range(count):
        j = active[position]
        caught = t.row[j].caught
        if caught <= 0:
            continue
        t.row[j].caught = 0
        region = t.row[j].caught_region
        certainty[region, 1] += caught
        chance = 1.0 - (1.0 - rules.border_case * law.place[region].police_reactive) ** caught
        u = draw(seed, Stream.LEAD, j, t.row[j].generation, week, 2)
        if u >= chance:
            continue
        n = case_of_enterprise(c, cursor, t, j, region, Source.BORDER, week, counters)
        if n >= 0:
            c.row[n].movement = add(c.row[n].movement, 0.5)


@kernel
def look_for_cases(c, cursor, v, a, cells, week, seed, counters, law, rules):
    """Specialised police look by themselves (levers ``police.proactive``, ``intel.cells``): fewer, deeper cases."""
    sectors = len(law.inspected)
    for region in range(len(law.place)):
        place = law.place[region]
        first, last = cells.first[region * sectors], cells.first[(region + 1) * sectors]
        if last <= first:
            continue
        staff = a.row[region * KINDS + AgencyKind.SPECIALISED_POLICE].staff
        expected = rules.proactive * place.police_proactive * (1.0 + 2.0 * place.intel_cells) * staff / 52.0
        whole = int(expected)
        if draw(seed, Stream.PROACTIVE, region, 0, week, 0) < expected - whole:
            whole += 1
        for number in range(whole):
            found = -1
            for attempt in range(16):
                where, sees, _, _ = block(seed, Stream.PROACTIVE, region, number + 1, week, attempt)
                k = first + int(where * (last - first))
                if v.row[k].active == 1 and v.row[k].attention > 0.0 and sees < SEEN_BY_POLICE[v.row[k].visibility]:
                    found = k
                    break
            if found < 0 or v.row[found].case >= 0:
                continue
            n = case_of_venue(c, cursor, v, found, v.row[found].generation, region, Source.PROACTIVE, week, counters)
            if n < 0:
                continue
            counters[C.LEADS_PROACTIVE] += 1.0
            c.row[n].exploitation = add(c.row[n].exploitation, 0.3)
            c.row[n].control = add(c.row[n].control, 0.15)
            c.row[n].network = add(c.row[n].network, 0.2 * place.intel_cells)


@rule
def recants(c, n, week, seed, place, rules):
    """Whether the witness of case n takes the statement back, under threats that protection keeps away (C9-M22)."""
    case = c.row[n]
    exposed = (1.0 - 0.8 * place.justice_witness_protection) * (1.0 - 0.4 * place.justice_family_protection)
    u = draw(seed, Stream.RECANT, case.witness, case.witness_generation, week, 0)
    return u < rules.recant * exposed


@rule
def witness_is_there(c, n, m):
    """Whether the person whose statement case n holds can still be heard where the case is."""
    case = c.row[n]
    i = case.witness
    return (
        i >= 0
        and m.row[i].generation == case.witness_generation
        and m.here[i] == case.region
        and m.stage[i] != Stage.DEAD
        and m.stage[i] != Stage.DETAINED
    )


@rule
def find_evidence(c, n, place, counters, rules):
    """A week of work on case n: what is found of what is still missing."""
    case = c.row[n]
    pace = rules.pace * place.skill
    if case.kind == Target.ENTERPRISE:
        case.movement = add(case.movement, 2.0 * pace)
    else:
        case.exploitation = add(case.exploitation, pace)
        case.movement = add(case.movement, 0.3 * pace)
        # force that shows can be watched; what is threatened in private cannot
        case.control = add(case.control, 0.3 * pace * (1.0 if case.source == Source.PROACTIVE else 0.3))
    case.money = add(case.money, 3.0 * pace * place.police_financial)
    counters[C.FINANCIAL_WEEKS] += place.police_financial
    reach = 0.3 + 2.0 * place.intel_cells + 1.0 * case.joint
    case.network = add(case.network, 0.5 * pace * reach)


@rule
def freeze(c, n, v, seed, place, accounts, counters, rules):
    """Early freezing of what can be found (levers ``justice.asset_freeze``, ``police.financial``); whole cents."""
    case = c.row[n]
    if case.kind != Target.VENUE or case.frozen > 0.0:
        return
    u = draw(seed, Stream.FREEZE, case.target, case.target_generation, case.opened, 0)
    if u >= place.justice_asset_freeze * (0.3 + 0.7 * place.police_financial):
        return
    cents = round(rules.share_found * max(v.row[case.target].wealth, 0.0))
    case.frozen = cents
    v.row[case.target].wealth -= cents
    accounts[Account.OWNERS] -= cents
    counters[C.FROZEN] += cents * 0.01


@kernel
def investigate(rows, c, v, t, o, first, a, week, seed, counters, accounts, law, traits, capacity_scale, rules):
    """A week of every lead and investigation; those with ``assigned`` set are worked on."""
    for position in range(len(rows)):
        n = rows[position]
        case = c.row[n]
        place = law.place[case.region]
        gone = (
            v.row[case.target].generation != case.target_generation or v.row[case.target].active == 0
            if case.kind == Target.VENUE
            else t.row[case.target].generation != case.target_generation or t.row[case.target].active == 0
        )
        if gone:
            counters[C.CASES_VOID] += 1.0
            close_case(c, n, v, t, accounts)
            continue
        if case.witness >= 0 and recants(c, n, week, seed, place, rules):
            counters[C.RECANTED] += 1.0
            case.rung = max(case.rung - 1, 0)
        if case.assigned == 0:
            if case.stage == CaseStage.LEAD and week - case.opened > LEAD_LAPSES:
                counters[C.LEADS_LAPSED] += 1.0
                close_case(c, n, v, t, accounts)
            continue
        if case.stage == CaseStage.LEAD:
            case.stage = CaseStage.INVESTIGATION
            counters[C.INVESTIGATIONS] += 1.0
            freeze(c, n, v, seed, place, accounts, counters, rules)
        case.worked += 1
        counters[C.CASE_WEEKS] += 1.0
        u_disrupt, u_joint, u_formal, _ = block(
            seed, Stream.INVESTIGATION, case.target, case.target_generation, week, case.kind
        )
        if u_disrupt < 0.1 * place.police_disruptive:
            disrupt(c, n, v, t, week, counters)
            close_case(c, n, v, t, accounts)
            continue
        abroad = case.kind == Target.ENTERPRISE and case.joint == 0 and t.row[case.target].home != case.region
        # a joint team works in days, a letter takes months (C9-M10, C9-M50)
        if abroad and (u_joint < 0.25 * place.coop_joint_teams or u_formal < 0.02 + 0.1 * place.coop_formal_speed):
            case.joint = 1
            counters[C.JOINT_CASES] += 1.0
        find_evidence(c, n, place, counters, rules)
        if case.worked < SHORTEST:
            continue
        sex = law.commercial_sex[case.sector] if case.sector >= 0 else 0
        skill = a.row[case.region * KINDS + AgencyKind.COURT].skill
        charge, worth = best_charge(c, n, sex, skill, place)
        # an office waits for more as long as there is time, the less it is judged by counts the longer
        wanted = 0.7 * (1.0 - place.police_metric) * (1.0 - case.worked / LONGEST)
        if case.worked < LONGEST and worth < wanted:
            continue
        if charge == Charge.NONE:
            counters[C.CASES_DROPPED] += 1.0
            close_case(c, n, v, t, accounts)
            continue
        bring_charge(c, n, charge, v, t, o, first, week, seed, counters, traits, capacity_scale, rules)


@rule
def bring_charge(c, n, charge, v, t, o, first, week, seed, counters, traits, capacity_scale, rules):
    """The offender is arrested and waits for trial; an exploiter's place is closed for the day and people are found."""
    case = c.row[n]
    case.charge = charge
    case.stage = CaseStage.TRIAL
    u = draw(seed, Stream.TRIAL, case.target, case.target_generation, case.opened, 0)
    case.due = week + max(round(rules.trial_weeks * (0.5 + u)), 1)
    counters[C.CHARGED_EXPLOITATION + charge - 1] += 1.0
    counters[C.CHARGED] += 1.0
    if case.kind == Target.VENUE:
        if charge <= Charge.LABOUR:
            v.row[case.target].shut = week + 1
        counters[C.ARRESTS_OWNERS] += 1.0
    else:
        j = case.target
        reachable = case.joint == 1 or t.row[j].home == case.region
        case.offender = choose_offender(o, first, j, week, seed, case.network, reachable)
        if case.offender >= 0:
            case.role = o.row[case.offender].role
            case.high = high_rank(o, t, case.offender, traits)
            arrest(o, t, case.offender, case.due + HELD_AT_MOST, counters, traits, capacity_scale)


@rule
def disrupt(c, n, v, t, week, counters):
    """The trade of a target is disturbed without a charge: people leave, and it goes on elsewhere (C5-P35)."""
    case = c.row[n]
    counters[C.DISRUPTIONS] += 1.0
    if case.kind == Target.VENUE:
        v.row[case.target].shut = week + 1
    else:
        for leg in range(t.crossings.shape[1]):
            t.crossings[case.target, leg] *= 0.5


def ration(region: NDArray[Any], priority: NDArray[Any], capacity: NDArray[Any]) -> NDArray[np.bool_]:
    """Who is served where capacity is short: in each region the highest priorities, up to its capacity; bool (n,).

    ``region`` int (n,), ``priority`` float (n,) without ties, ``capacity`` float (regions,).
    """
    order = np.lexsort((-priority, region))
    sorted_region = region[order]
    start = np.searchsorted(sorted_region, np.arange(len(capacity)))
    rank = np.arange(len(order)) - start[sorted_region]
    served = np.zeros(len(region), bool)
    served[order] = rank < np.floor(capacity)[sorted_region]
    return served
