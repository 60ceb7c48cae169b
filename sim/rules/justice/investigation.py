"""From leads to charges: what is investigated, and what becomes of it (model 4.7).

lead -> investigation -> evidence by element (movement, control, exploitation, money, network) -> charge
"""

from __future__ import annotations

import math

import numpy as np

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import SUSPECTS, CaseStage, Charge, Source, Target
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import allocating, kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.justice.arrests import name_member, name_members, name_owner
from sim.rules.justice.assets import chance_frozen, freeze_capital
from sim.rules.justice.evidence import add, best_charge, close_case, takes_part
from sim.rules.justice.help import ask_for_help, carrier_is_there, stands_at, within_reach
from sim.rules.justice.threats import hold_on
from sim.rules.justice.trust import break_trust
from sim.rules.moving.ways import skill_of
from sim.rules.networks.money import trace_of
from sim.rules.networks.operations import (
    Strike,
    arrest_facilitators,
    is_leaked,
    leader_to_arrest,
    note_ties,
    operation_of,
)


@rule
def find_evidence(cases, rules, n, local, trace, counters):
    """A week of work on case n: what is found of what is still missing; ``trace`` how far money can be traced."""
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
    case.money = add(case.money, rules.pace_money * pace * local.police_financial * trace)
    counters[C.FINANCIAL_WEEKS] += local.police_financial
    reach = rules.network_alone + rules.reach * local.intel_cells + 1.0 * case.joint
    case.network = add(case.network, rules.pace_network * pace * reach)


@rule
def freeze(venues, cases, rules, n, local, ledger, seed):
    """Early freezing of what can be found (levers ``justice.asset_freeze``, ``police.financial``); whole cents.

    What an owner has abroad is out of reach unless that region takes part (C9-M12).
    """
    case = cases[n]
    if case.kind != Target.VENUE or case.frozen > 0.0 or not takes_part(case, venues[case.target].region):
        return
    u = draw(seed, Stream.FREEZE, case.target, case.target_generation, case.opened, 0)
    if u >= chance_frozen(local.justice_asset_freeze, local.police_financial, rules.freeze_least):
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
    u_disrupt, _, _, _ = block(now.seed, Stream.INVESTIGATION, case.target, case.target_generation, now.week, case.kind)
    if u_disrupt < p.case.disrupt_pace * local.police_disruptive:
        disrupt(s.enterprises, s.venues, s.cases, p.case, n, ledger.counters, now.week)
        close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
        return
    ask_for_help(s, p, now, n, ledger.counters)
    trace = 1.0 if case.kind == Target.VENUE else trace_of(p.money, s.enterprises.row[case.target])
    find_evidence(s.cases, p.case, n, local, trace, ledger.counters)
    if case.rule >= 0:
        note_ties(s, p, now, n, local, ledger.counters)
    # what several regions do together has to be set up first (C5-M58)
    if case.worked < p.case.shortest + p.case.setup * case.joint:
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
    charge, worth = best_charge(s.cases, p.case, n, case.kind, sex, skill, local)
    # an office waits for more as long as there is time, the less it is judged by counts the longer
    wanted = p.case.patience * (1.0 - local.police_metric) * (1.0 - case.worked / p.case.longest)
    # a law may limit how long an inquiry goes on, whoever is still missing (C5-M18)
    late = case.worked >= p.case.longest or now.week - case.opened >= local.justice_inquiry_limit
    if not late and worth < wanted:
        return
    if charge != Charge.NONE and bring_charge(s, p, now, n, charge, ledger):
        return
    if charge != Charge.NONE and not late:
        return  # nobody is within reach yet
    ledger.counters[C.CASES_DROPPED] += 1.0
    ledger.counters[C.CASES_FALLEN] += case.withdrawn
    close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)


@kernel
def investigate(s, p, now, rows, ledger):
    """A week of every lead and investigation; those with ``assigned`` set are worked on."""
    for position in range(len(rows)):
        n = rows[position]
        case = s.cases[n]
        if target_is_gone(s, n):
            ledger.counters[C.LEADS_VOID if case.stage == CaseStage.LEAD else C.CASES_VOID] += 1.0
            close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
            continue
        if case.witness >= 0:
            hold_on(s, p, now, n, ledger)
        if case.assigned == 0:
            if case.stage == CaseStage.LEAD and now.week - case.opened > p.case.lead_lapses:
                ledger.counters[C.LEADS_LAPSED] += 1.0
                close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
            continue
        if case.stage == CaseStage.LEAD:
            take_up(s, p, now, n, ledger)
        work_on(s, p, now, n, ledger)


@rule
def resent_a_leak(s, n):
    """Somebody has sold a warning: those who worked on case n together trust one another less, at home and abroad."""
    case = s.cases[n]
    break_trust(s.trust, case.region, case.region)
    for k in range(case.joint):
        break_trust(s.trust, case.partners[k], case.region)
        break_trust(s.trust, case.region, case.partners[k])


@part
def strike(s, p, now, n, ledger):
    """An operation arrests those it is after, unless somebody has sold a warning; the case ends or goes to court."""
    case = s.cases[n]
    ledger.counters[C.OPERATIONS] += 1.0
    home = s.enterprises.row[case.target].home
    made = 0
    if is_leaked(s, p, now, n, ledger.counters):
        ledger.counters[C.OPERATIONS_LEAKED] += 1.0
        resent_a_leak(s, n)
    else:
        size = round(s.law[case.region].police_operation_size)
        if case.rule == Strike.LEADER:
            until = day_in_court(p, now, case) + p.case.held_most
            for _ in range(min(size, SUSPECTS)):
                member = -1
                if within_reach(s.cases, n, home, s.law[case.region], now):
                    member = leader_to_arrest(s.offenders, s.cases, s.offender_first, now, n)
                if member < 0:
                    break
                name_member(s, p, n, member, Charge.SMUGGLING, until, ledger.counters)
        else:
            skill = s.agencies[case.region * KINDS + AgencyKind.COURT].skill
            made = arrest_facilitators(s, p, now, n, size, ledger.counters, skill)
        if made == 0 and go_to_court(s, p, now, n, np.int64(Charge.SMUGGLING), ledger):
            return
    ledger.counters[C.OPERATIONS_ENDED] += 1.0
    close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)


@rule
def day_in_court(p, now, case):
    """Week from which a case that is charged now may be heard."""
    u = draw(now.seed, Stream.TRIAL, case.target, case.target_generation, case.opened, 0)
    wait = p.case.trial_least + 2.0 * (1.0 - p.case.trial_least) * u
    return now.week + max(round(p.case.trial_weeks * wait), 1)


@part
def bring_charge(s, p, now, n, charge, ledger):
    """Those who can be had are arrested, unless a partner has sold a warning; whether case n is decided by that."""
    case = s.cases[n]
    if case.joint > 0 and is_leaked(s, p, now, n, ledger.counters):
        ledger.counters[C.CASES_LEAKED] += 1.0
        resent_a_leak(s, n)
        close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
        return True
    return go_to_court(s, p, now, n, charge, ledger)


@part
def go_to_court(s, p, now, n, charge, ledger):
    """Suspects are arrested and wait for trial. Returns whether there is any whom case n can have.

    An exploiter's place is closed for the day and people are found.
    """
    case, counters = s.cases[n], ledger.counters
    case.due = day_in_court(p, now, case)
    if case.named == 0:  # an operation has arrested whom it was after
        name_suspects(s, p, now, n, charge, counters)
    if case.named == 0:
        return False
    case.charge, case.stage = Charge.NONE, CaseStage.TRIAL
    for k in range(case.named):
        if p.case.severity[case.charges[k]] > p.case.severity[case.charge]:
            case.charge = case.charges[k]
    counters[C.CHARGED_EXPLOITATION + case.charge - 1] += 1.0
    counters[C.CHARGED] += 1.0
    counters[C.CHARGED_JOINT] += case.joint > 0
    counters[C.SUSPECTS] += case.named
    if p.asset.capital:
        freeze_capital(s, p, now, n, ledger)
    return True


@part
def name_suspects(s, p, now, n, charge, counters):
    """Whom case n names: the owner of a venue and those who brought people to it, or members of an enterprise."""
    case, local = s.cases[n], s.law[s.cases[n].region]
    home = stands_at(s, case)
    reachable = within_reach(s.cases, n, home, local, now)
    until = case.due + p.case.held_most
    if case.kind == Target.ENTERPRISE:
        name_members(s, p, now, n, case.target, charge, reachable, until, counters)
        counters[C.EXTRADITED] += reachable * (case.named if not takes_part(case, home) else 0)
        return
    if reachable:
        name_owner(case, charge, counters)
        case.means = s.venues[case.target].wealth
        if charge <= Charge.LABOUR:
            s.venues[case.target].shut = now.week + 1
        counters[C.EXTRADITED] += not takes_part(case, home)
    if not carrier_is_there(s, case):
        return
    # whoever has been met may have said who brought her; otherwise that shows with the network, less of the skilled
    found = draw(now.seed, Stream.SUSPECT, case.target, case.target_generation, case.opened, 4)
    if case.told == 0 and found >= case.network * (1.0 - skill_of(s.enterprises, p.market, case.carrier)):
        return
    skill = s.agencies[case.region * KINDS + AgencyKind.COURT].skill
    theirs, _ = best_charge(s.cases, p.case, n, np.int64(Target.ENTERPRISE), 0, skill, local)
    if theirs == Charge.NONE:
        return
    home = s.enterprises.row[case.carrier].home
    reachable = within_reach(s.cases, n, home, local, now)
    before = case.named
    name_members(s, p, now, n, case.carrier, theirs, reachable, until, counters)
    counters[C.EXTRADITED] += reachable * (case.named - before if not takes_part(case, home) else 0)


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
    led = p.intel.intelligence * s.law[case.region].intel_led * p.intel.led_weight * how_prolific(s, p, case)
    return counts * quick + (1.0 - counts) * deep + begun + noise - 1e-6 * row + led


@rule
def how_prolific(s, p, case):
    """What is known of whom a case is about, times how large an enterprise is (C6-M01)."""
    if case.kind == Target.VENUE:
        return s.venues[case.target].picture
    row = s.enterprises.row[case.target]
    return row.picture * min(row.capacity / p.case.enterprise_seen, 1.0)


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


@allocating
def work_on_cases(s, p, now, weeks, ledger):
    """Investigators are assigned to open cases, and a week of all of these; ``weeks`` (regions,) of work they have."""
    investigate(s, p, now, assign_investigators(s, p, now, weeks), ledger)
