"""Trials, sentences, assets and compensation (model 4.7).

A conviction needs evidence that is still there on the day: a witness may have gone, been removed or recanted. Assets
are confiscated only if they were frozen early; compensation is paid from what was seized, plus a state fund if one is
there. Courts learn a charge by trying it (C9-M57).
"""

from __future__ import annotations

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CaseStage, Charge, Source, Target
from sim.agents.offenders import Status
from sim.agents.officials import Post
from sim.agents.venues import be_venue
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.persons import happens
from sim.rules.corruption.bribes import buys_off, unit_at
from sim.rules.justice.evidence import chance_of_conviction, close_case, recants, witness_is_there
from sim.rules.justice.telling import Rung


@rule
def testimony_heard(people, cases, rules, n, u_compelled, local, counters):
    """Quality of the testimony that court hears in case n, 0 without any."""
    case = cases[n]
    if case.deposed == 1 and case.rung >= Rung.STATEMENT:
        return case.quality
    if not witness_is_there(people, cases, n):
        return 0.0
    if case.rung >= Rung.TESTIMONY:
        return case.quality
    # a summoned witness must speak; what is forced convinces less (C9-M40)
    if case.rung >= Rung.STATEMENT and u_compelled < local.justice_compel:
        counters[C.WITNESSES_COMPELLED] += 1.0
        return rules.compelled_quality * case.quality
    return 0.0


@rule
def compensate(people, cases, regions, rules, n, ledger, local, now):
    """The person who spoke may claim what was withheld from her: from what was seized, and from a state fund."""
    case = cases[n]
    i = case.witness
    if i < 0 or people.row[i].generation != case.witness_generation:
        return
    claims, _, _, _ = block(now.seed, Stream.COMPENSATION, i, case.witness_generation, case.opened, 0)
    if claims >= rules.claim_least + (1.0 - rules.claim_least) * local.justice_legal_aid:
        return
    ledger.counters[C.CLAIMS] += 1.0
    wanted = round(100.0 * people.row[i].lost)
    from_pool = min(wanted, regions[case.region].seized)
    from_state = round((wanted - from_pool) * local.justice_compensation)
    regions[case.region].seized -= from_pool
    ledger.accounts[Account.STATE] -= from_state
    people.row[i].cash += from_pool + from_state
    people.row[i].lost = 0.0
    ledger.counters[C.COMPENSATION] += (from_pool + from_state) * 0.01
    if from_pool + from_state > 0.0:
        happens(people, ledger.counters, i, C.COMPENSATED, now.week)
    regions[case.region].payments[0] += from_pool + from_state > 0.0
    regions[case.region].payments[1] += 1.0


@rule
def new_owner(venues, rules, k, wage, seed):
    """A venue whose owner has been convicted passes to the next: people who work on going terms stay.

    The place is as large as it was, and so is what can be spent on control there.
    """
    place = venues[k]
    slots = place.slots
    place.generation += 1
    place.case = -1
    be_venue(venues, rules, k, wage, seed)
    place.slots = slots
    place.room = rules.control_room * wage * slots


@rule
def held_for(enterprises, offenders, cases, n):
    """Whether the offender of case n is held for it; the enterprise may have closed and others hold its places."""
    case = cases[n]
    if case.offender < 0 or offenders[case.offender].status != Status.HELD:
        return False
    return enterprises.row[case.target].generation == case.target_generation


@rule
def sentence(s, p, now, n, charge, suspended, counters):
    """What follows a conviction on a charge: prison, and another owner for a venue."""
    case = s.cases[n]
    gravity = p.case.severity[charge]
    weeks = p.case.sentence_weeks * gravity * p.case.served
    # lesser sentences are often suspended (C9-M45)
    prison = suspended >= p.case.suspended * (1.0 - gravity)
    counters[C.CONVICTED] += 1.0
    counters[C.CONVICTED_EXPLOITATION + charge - 1] += 1.0
    counters[C.SENTENCE_YEARS] += weeks / 52.0 if prison else 0.0
    if case.kind == Target.VENUE:
        counters[C.CONVICTED_OWNERS] += 1.0
        same = s.venues[case.target].generation == case.target_generation
        if charge <= Charge.LABOUR and prison and same:
            new_owner(s.venues, p.venue, case.target, s.regions[case.region].wage_regular, now.seed)
        return
    if case.offender < 0:
        return
    counters[C.CONVICTED_HIGH if case.high == 1 else C.CONVICTED_LOW] += 1.0
    if held_for(s.enterprises, s.offenders, s.cases, n):
        s.offenders[case.offender].until = now.week + round(weeks) if prison else now.week


@rule
def lesser_charge(cases, sectors, n):
    """What is left of a failed charge of exploitation."""
    case = cases[n]
    if case.kind == Target.ENTERPRISE:
        return Charge.SMUGGLING.value
    return Charge.PROCURING.value if sectors[case.sector].commercial_sex == 1 else Charge.LABOUR.value


@rule
def buys_the_court(s, p, n, chance, ledger, seed):
    """Whether case n is dropped for a bribe: worth what a conviction would cost, as far as the target has the means."""
    case = s.cases[n]
    venue = case.kind == Target.VENUE
    place = s.regions[case.region]
    cost = place.penalty_exploitation if venue else place.penalty_smuggling
    gravity = p.case.severity[case.charge] if venue else 1.0
    means = 0.01 * (s.venues[case.target].wealth if venue else s.enterprises.row[case.target].capital)
    if not venue and s.enterprises.row[case.target].generation != case.target_generation:
        means = 0.0  # whoever holds the place now does not pay for it
    u = draw(seed, Stream.BRIBE_IN_COURT, case.target, case.target_generation, case.opened, case.kind)
    unit = unit_at(p.official, Post.COURT, case.region)
    bribe = buys_off(s.units, p.official, unit, u, s.units[unit].share, min(chance * gravity * cost, max(means, 0.0)))
    if bribe <= 0.0:
        return False
    cents = round(100.0 * bribe)
    ledger.accounts[Account.OFFICIALS] += cents
    if venue:
        s.venues[case.target].wealth -= cents
        ledger.accounts[Account.OWNERS] -= cents
    else:
        s.enterprises.row[case.target].capital -= cents
    ledger.counters[C.BRIBES_COURT] += 1.0
    ledger.counters[C.BRIBES_COURT_SUM] += bribe
    return True


@rule
def let_off(s, n, week):
    """Whoever is held for case n comes out this week."""
    if held_for(s.enterprises, s.offenders, s.cases, n):
        s.offenders[s.cases[n].offender].until = week


@part
def convict(s, p, now, n, charge, u_confiscated, u_suspended, ledger):
    """What a conviction brings: what others learn of it, confiscation, a sentence, and compensation."""
    case = s.cases[n]
    local, region = s.law[case.region], s.regions[case.region]
    if case.kind == Target.VENUE:
        region.convictions[0] += 1.0
    elif case.source == Source.BORDER:
        region.smuggling_convictions[0] += 1.0
    if case.frozen > 0.0 and u_confiscated < local.justice_confiscation:
        region.seized += case.frozen
        ledger.counters[C.SEIZED] += case.frozen * 0.01
        case.frozen = 0.0
    sentence(s, p, now, n, charge, u_suspended, ledger.counters)
    # only some charges have an injured party (C9-M44)
    if charge == Charge.EXPLOITATION or charge == Charge.LABOUR:
        compensate(s.people, s.cases, s.regions, p.case, n, ledger, local, now)


@part
def try_case(s, p, now, n, skill, ledger):
    """The day in court of case n before a court of this skill: testimony, verdict, and what follows."""
    case = s.cases[n]
    local = s.law[case.region]
    means = local.justice_means_required
    ledger.counters[C.TRIALS] += 1.0
    u_verdict, u_lesser, u_compelled, u_suspended = block(
        now.seed, Stream.VERDICT, case.target, case.target_generation, case.opened, case.kind
    )
    testimony = testimony_heard(s.people, s.cases, p.case, n, u_compelled, local, ledger.counters)
    charge = int(case.charge)
    guilty = u_verdict < chance_of_conviction(s.cases, p.case, n, charge, testimony, skill, means)
    if charge == Charge.EXPLOITATION:
        court = case.region * KINDS + AgencyKind.COURT
        s.agencies[court].skill = min(skill + p.case.skill_step, p.case.skill_most)
        ledger.counters[C.TRIED_WITH_TESTIMONY if testimony > 0.0 else C.TRIED_WITHOUT_TESTIMONY] += 1.0
        if guilty:
            ledger.counters[C.CONVICTED_WITH_TESTIMONY if testimony > 0.0 else C.CONVICTED_WITHOUT_TESTIMONY] += 1.0
        elif u_lesser < p.case.lesser:
            # what is left of a failed charge is tried as something lesser
            lesser = lesser_charge(s.cases, s.sectors, n)
            if u_verdict < chance_of_conviction(s.cases, p.case, n, lesser, testimony, skill, means):
                guilty, charge = True, lesser
    if guilty:
        convict(s, p, now, n, charge, u_lesser, u_suspended, ledger)
    else:
        ledger.counters[C.ACQUITTED] += 1.0
        let_off(s, n, now.week)


@kernel
def hear_cases(s, p, now, rows, ledger):
    """Hearings of the week: ``rows`` are charged cases in the order in which they were opened."""
    for position in range(len(rows)):
        n = rows[position]
        case = s.cases[n]
        local = s.law[case.region]
        if case.witness >= 0 and recants(s.cases, p.case, now, n, local):
            ledger.counters[C.RECANTED] += 1.0
            case.rung = max(case.rung - 1, 0)
        court = case.region * KINDS + AgencyKind.COURT
        if case.due > now.week or s.agencies[court].attention < 1.0:
            continue
        s.agencies[court].attention -= 1.0
        s.agencies[court].caseload += 1
        skill, said = s.agencies[court].skill, case.quality if case.rung > 0 else 0.0
        chance = chance_of_conviction(s.cases, p.case, n, int(case.charge), said, skill, local.justice_means_required)
        if buys_the_court(s, p, n, chance, ledger, now.seed):
            let_off(s, n, now.week)
            close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
            continue
        try_case(s, p, now, n, skill, ledger)
        if case.stage == CaseStage.TRIAL:
            close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
