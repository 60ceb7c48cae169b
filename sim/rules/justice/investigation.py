"""From leads to charges: what is investigated, and what becomes of it (model 4.7).

lead -> investigation -> evidence by element (movement, control, exploitation, money, network) -> charge
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CaseStage, Charge, Source, Target
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import allocating, kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.justice.arrests import arrest, choose_offender, high_rank
from sim.rules.justice.evidence import add, best_charge, close_case, recants
from sim.rules.networks.operations import (
    Strike,
    arrest_facilitators,
    dealt_with,
    is_leaked,
    leader_to_arrest,
    note_ties,
    operation_of,
)


@rule
def find_evidence(cases, rules, n, local, counters):
    """A week of work on case n: what is found of what is still missing."""
    case = cases[n]
    pace = rules.pace * local.skill
    if case.kind == Target.ENTERPRISE:
        case.movement = add(case.movement, rules.pace_movement * pace)
    else:
        case.exploitation = add(case.exploitation, pace)
        case.movement = add(case.movement, rules.pace_movement_venue * pace)
        # force that shows can be watched; what is threatened in private cannot
        shows = 1.0 if case.source == Source.PROACTIVE else rules.control_unseen
        case.control = add(case.control, rules.pace_control * pace * shows)
    case.money = add(case.money, rules.pace_money * pace * local.police_financial)
    counters[C.FINANCIAL_WEEKS] += local.police_financial
    reach = rules.network_alone + rules.reach * local.intel_cells + 1.0 * case.joint
    case.network = add(case.network, rules.pace_network * pace * reach)


@rule
def freeze(venues, cases, rules, n, local, ledger, seed):
    """Early freezing of what can be found (levers ``justice.asset_freeze``, ``police.financial``); whole cents."""
    case = cases[n]
    if case.kind != Target.VENUE or case.frozen > 0.0:
        return
    u = draw(seed, Stream.FREEZE, case.target, case.target_generation, case.opened, 0)
    readily = rules.freeze_least + (1.0 - rules.freeze_least) * local.police_financial
    if u >= local.justice_asset_freeze * readily:
        return
    cents = round(rules.share_found * max(venues[case.target].wealth, 0.0))
    case.frozen = cents
    venues[case.target].wealth -= cents
    ledger.accounts[Account.OWNERS] -= cents
    ledger.counters[C.FROZEN] += cents * 0.01


@rule
def target_is_gone(s, n):
    """Whether whom case n is after has closed or passed on."""
    case = s.cases[n]
    if case.kind == Target.VENUE:
        venue = s.venues[case.target]
        return venue.generation != case.target_generation or venue.active == 0
    row = s.enterprises.row[case.target]
    return row.generation != case.target_generation or row.active == 0


@part
def take_up(s, p, now, n, ledger):
    """A lead becomes an investigation: what can be frozen is, and some become an operation."""
    case, local = s.cases[n], s.law[s.cases[n].region]
    case.stage = CaseStage.INVESTIGATION
    ledger.counters[C.INVESTIGATIONS] += 1.0
    if case.kind == Target.ENTERPRISE:
        u = draw(now.seed, Stream.OPERATION, case.target, case.target_generation, case.opened, 7)
        case.rule = operation_of(u, local)
    freeze(s.venues, s.cases, p.case, n, local, ledger, now.seed)


@part
def work_on(s, p, now, n, ledger):
    """A week of work on case n: evidence, help from elsewhere, and a charge, a strike or the end of it."""
    case, local = s.cases[n], s.law[s.cases[n].region]
    case.worked += 1
    ledger.counters[C.CASE_WEEKS] += 1.0
    u_disrupt, u_joint, u_formal, _ = block(
        now.seed, Stream.INVESTIGATION, case.target, case.target_generation, now.week, case.kind
    )
    if u_disrupt < p.case.disrupt_pace * local.police_disruptive:
        disrupt(s.enterprises, s.venues, s.cases, p.case, n, ledger.counters, now.week)
        close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
        return
    abroad = case.kind == Target.ENTERPRISE and case.joint == 0 and s.enterprises.row[case.target].home != case.region
    # a joint team works in days, a letter takes months (C9-M10, C9-M50)
    by_letter = p.case.formal_base + p.case.formal_gain * local.coop_formal_speed
    if abroad and (u_joint < p.case.joint_pace * local.coop_joint_teams or u_formal < by_letter):
        case.joint = 1
        ledger.counters[C.JOINT_CASES] += 1.0
    find_evidence(s.cases, p.case, n, local, ledger.counters)
    if case.rule >= 0:
        note_ties(s, p, now, n, local, ledger.counters)
    if case.worked < p.case.shortest:
        return
    if case.rule < 0:
        charge_or_drop(s, p, now, n, ledger)
    elif case.worked >= local.police_watch:
        strike(s, p, now, n, ledger)


@part
def charge_or_drop(s, p, now, n, ledger):
    """The charge that pays most is brought as soon as it pays enough; a case without any is dropped in the end."""
    case, local = s.cases[n], s.law[s.cases[n].region]
    sex = s.sectors[case.sector].commercial_sex if case.sector >= 0 else 0
    skill = s.agencies[case.region * KINDS + AgencyKind.COURT].skill
    charge, worth = best_charge(s.cases, p.case, n, sex, skill, local)
    # an office waits for more as long as there is time, the less it is judged by counts the longer
    wanted = p.case.patience * (1.0 - local.police_metric) * (1.0 - case.worked / p.case.longest)
    if case.worked < p.case.longest and worth < wanted:
        return
    if charge == Charge.NONE:
        ledger.counters[C.CASES_DROPPED] += 1.0
        close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
        return
    bring_charge(s, p, now, n, charge, ledger.counters, local)


@kernel
def investigate(s, p, now, rows, ledger):
    """A week of every lead and investigation; those with ``assigned`` set are worked on."""
    for position in range(len(rows)):
        n = rows[position]
        case = s.cases[n]
        if target_is_gone(s, n):
            ledger.counters[C.CASES_VOID] += 1.0
            close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
            continue
        if case.witness >= 0 and recants(s.cases, p.case, now, n, s.law[case.region]):
            ledger.counters[C.RECANTED] += 1.0
            case.rung = max(case.rung - 1, 0)
        if case.assigned == 0:
            if case.stage == CaseStage.LEAD and now.week - case.opened > p.case.lead_lapses:
                ledger.counters[C.LEADS_LAPSED] += 1.0
                close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
            continue
        if case.stage == CaseStage.LEAD:
            take_up(s, p, now, n, ledger)
        work_on(s, p, now, n, ledger)


@rule
def within_reach(cases, n, home, local, seed):
    """Whether a suspect at ``home`` can be had: at home, in a joint case, or handed over (``coop.extradition``)."""
    case = cases[n]
    if case.joint == 1 or home == case.region:
        return True
    if local.coop_extradition <= 0.0:
        return False
    u = draw(seed, Stream.EXTRADITION, case.target, case.target_generation, case.opened, 0)
    return u < local.coop_extradition


@part
def strike(s, p, now, n, ledger):
    """An operation arrests those it is after, unless somebody has sold a warning; the case ends or goes to court."""
    case = s.cases[n]
    ledger.counters[C.OPERATIONS] += 1.0
    home = s.enterprises.row[case.target].home
    if is_leaked(s.units, s.law, p, case, home, now.seed):
        ledger.counters[C.OPERATIONS_LEAKED] += 1.0
        ledger.counters[C.OPERATIONS_ENDED] += 1.0
        close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
        return
    skill = s.agencies[case.region * KINDS + AgencyKind.COURT].skill
    size = round(s.law[case.region].police_operation_size)
    if case.rule == Strike.LEADER:
        for number in range(size):
            member = -1
            if within_reach(s.cases, n, home, s.law[case.region], now.seed):
                member = leader_to_arrest(s.offenders, s.cases, s.offender_first, now, n)
            if member < 0:
                break
            # the first stands trial; the others are dealt with by what the case proves on the day
            verdict = draw(now.seed, Stream.OPERATION, case.target, case.target_generation, now.week, 128 + number)
            until, _ = dealt_with(s.cases, p, n, verdict, 0.5, s.law[case.region], skill, now.week)
            if number == 0:
                case.offender = member
                case.role, case.high = s.offenders[member].role, high_rank(s.enterprises, s.offenders, s.traits, member)
            arrest(s.enterprises, s.offenders, s.traits, p.change, member, until, ledger.counters)
    else:
        made = arrest_facilitators(s, p, now, n, size, ledger.counters, skill)  # fmt: skip
        if made > 0:
            ledger.counters[C.OPERATIONS_ENDED] += 1.0
            close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
            return
    bring_charge(s, p, now, n, Charge.SMUGGLING, ledger.counters, s.law[case.region])  # fmt: skip


@part
def bring_charge(s, p, now, n, charge, counters, local):
    """The offender is arrested and waits for trial; an exploiter's place is closed for the day and people are found."""
    case = s.cases[n]
    case.charge = charge
    case.stage = CaseStage.TRIAL
    u = draw(now.seed, Stream.TRIAL, case.target, case.target_generation, case.opened, 0)
    wait = p.case.trial_least + 2.0 * (1.0 - p.case.trial_least) * u
    case.due = now.week + max(round(p.case.trial_weeks * wait), 1)
    counters[C.CHARGED_EXPLOITATION + charge - 1] += 1.0
    counters[C.CHARGED] += 1.0
    if case.kind == Target.VENUE:
        if charge <= Charge.LABOUR:
            s.venues[case.target].shut = now.week + 1
        counters[C.ARRESTS_OWNERS] += 1.0
    else:
        j = case.target
        home = s.enterprises.row[j].home
        reachable = within_reach(s.cases, n, home, local, now.seed)
        counters[C.EXTRADITED] += reachable and case.joint == 0 and home != case.region
        if case.offender >= 0:  # an operation has arrested whom it was after
            s.offenders[case.offender].until = case.due + p.case.held_most
            return
        case.offender = choose_offender(s.offenders, s.offender_first, p.case, now, j, case.network, reachable)
        if case.offender >= 0:
            case.role = s.offenders[case.offender].role
            case.high = high_rank(s.enterprises, s.offenders, s.traits, case.offender)
            arrest(s.enterprises, s.offenders, s.traits, p.change, case.offender, case.due + p.case.held_most, counters)


@rule
def disrupt(enterprises, venues, cases, rules, n, counters, week):
    """The trade of a target is disturbed without a charge: people leave, and it goes on elsewhere (C5-P35)."""
    case = cases[n]
    counters[C.DISRUPTIONS] += 1.0
    if case.kind == Target.VENUE:
        venues[case.target].shut = week + 1
    else:
        for leg in range(enterprises.crossings.shape[1]):
            enterprises.crossings[case.target, leg] *= rules.disrupt_kept


@allocating
def assign_investigators(s, p, now, weeks):
    """Rows of open leads and investigations, in an order that no row number decides; those that capacity allows are
    assigned, by what the office values. ``weeks`` (regions,) of work on cases that police have.
    """
    allow_weeks_of_work(s.agencies, p.case, weeks)
    n = 0
    for row in range(len(s.cases)):
        n += s.cases[row].stage == CaseStage.LEAD or s.cases[row].stage == CaseStage.INVESTIGATION
    rows, score = np.empty(n, np.int64), np.empty(n)
    n = 0
    for row in range(len(s.cases)):
        if s.cases[row].stage == CaseStage.LEAD or s.cases[row].stage == CaseStage.INVESTIGATION:
            rows[n], score[n] = row, -priority_of(s, p, now, row)
            n += 1
    ration(s.cases, rows[np.argsort(score, kind="mergesort")], weeks)
    for at in range(n):
        score[at] = s.cases[rows[at]].target
    rows = rows[np.argsort(score, kind="mergesort")]
    for at in range(n):
        score[at] = s.cases[rows[at]].kind
    rows = rows[np.argsort(score, kind="mergesort")]
    for at in range(n):
        score[at] = s.cases[rows[at]].opened
    return rows[np.argsort(score, kind="mergesort")]


@rule
def allow_weeks_of_work(agencies, rules, weeks):
    """A region with half an investigator works on one case in every other week."""
    cases, one = np.float32(rules.cases), np.float32(1.0)  # columns hold four bytes, and so does every step
    for region in range(len(weeks)):
        first = region * KINDS
        staff = agencies[first + AgencyKind.POLICE].staff + agencies[first + AgencyKind.SPECIALISED_POLICE].staff
        weekly = staff * cases
        weeks[region] = min(weeks[region] + weekly, weekly + one)


@rule
def priority_of(s, p, now, row):
    """How soon a case is worked on: quick ones where an office is judged by counts, deep ones otherwise."""
    case = s.cases[row]
    counts = s.law[case.region].police_metric
    quick = max(case.movement, case.exploitation)
    depth = np.float32(p.case.depth_of_control) * case.control
    depth += np.float32(1.0 - p.case.depth_of_control) * case.network
    deep = depth + p.case.worth_of_rung * case.rung
    begun = p.case.begun_first if case.stage == CaseStage.INVESTIGATION else 0.0
    noise = p.case.priority_noise * draw(now.seed, Stream.CASE_PRIORITY, case.target, case.kind, case.opened, 0)
    return counts * quick + (1.0 - counts) * deep + begun + noise - 1e-6 * row


@rule
def ration(cases, rows, weeks):
    """Assigns cases in their order as long as their region has a week of work left for them."""
    for region in range(len(weeks)):
        allowed, left = math.floor(weeks[region]), 0
        for row in rows:
            if cases[row].region == region:
                cases[row].assigned = left < allowed
                left += 1
        weeks[region] -= min(max(allowed, 0), left)
