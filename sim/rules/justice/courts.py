"""Trials, sentences, assets and compensation (model 4.7).

A conviction needs evidence that is still there on the day: a witness may have gone, been removed or recanted. Assets
are confiscated only if they were frozen early; compensation is paid from what was seized, plus a state fund if one is
there. Courts learn a charge by trying it (C9-M57). Each suspect has a verdict of her own. A case ends in conviction if
one of them is convicted, on the gravest charge on which anybody is; what was charged, heard and found stays in its row.
"""

from __future__ import annotations

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import OWNER, CaseStage, Charge, Source, Target, Verdict
from sim.agents.offenders import Status
from sim.agents.officials import Post
from sim.agents.venues import be_venue
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.persons import happens
from sim.rules.corruption.bribes import buys_off, unit_at
from sim.rules.intelligence.using import exclude
from sim.rules.justice.assets import confiscate
from sim.rules.justice.evidence import chance_of_conviction, close_case, witness_is_there
from sim.rules.justice.help import ask_for_help
from sim.rules.justice.telling import Rung
from sim.rules.justice.threats import hold_on

RETRIED = len(Target)  # the draws of a lesser charge stand behind those of the first


@rule
def testimony_heard(people, cases, rules, n, u_compelled, local, counters):
    """Quality of the testimony that court hears in case n, 0 without any."""
    case = cases[n]
    if case.deposed == 1 and case.rung >= Rung.STATEMENT:
        return case.quality
    if not witness_is_there(people, cases, n):
        return 0.0
    if case.rung >= Rung.TESTIMONY:
        counters[C.HEARD_ABROAD] += people.here[case.witness] != case.region
        return case.quality
    # a summoned witness must speak; what is forced convinces less (C9-M40)
    here = people.here[case.witness] == case.region
    if here and case.rung >= Rung.STATEMENT and u_compelled < local.justice_compel:
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
    place.wealth = 0.0  # the former owner keeps what is his
    be_venue(venues, rules, k, wage, seed)
    place.slots = slots
    place.room = rules.control_room * wage * slots


@rule
def held_for(s, n, k):
    """Whether suspect k of case n is held for it; the enterprise may have closed and others hold its places."""
    case = s.cases[n]
    member = case.suspects[k]
    if member < 0 or s.offenders[member].status != Status.HELD:
        return False
    generation = case.target_generation if case.kind == Target.ENTERPRISE else case.carrier_generation
    return s.enterprises.row[s.offenders[member].unit].generation == generation


@part
def sentence(s, p, now, n, k, charge, suspended, counters):
    """What follows when suspect k of case n is convicted on a charge: prison, and another owner for a venue."""
    case = s.cases[n]
    gravity = p.case.severity[charge]
    weeks = p.case.sentence_weeks * gravity * p.case.served
    # lesser sentences are often suspended (C9-M45)
    prison = suspended >= p.case.suspended * (1.0 - gravity)
    counters[C.CONVICTED_SUSPECTS] += 1.0
    counters[C.SENTENCE_YEARS] += weeks / 52.0 if prison else 0.0
    if case.suspects[k] == OWNER:
        counters[C.CONVICTED_OWNERS] += 1.0
        venue = s.venues[case.target]
        if charge <= Charge.LABOUR and prison and venue.generation == case.target_generation:
            new_owner(s.venues, p.venue, case.target, s.regions[venue.region].wage_regular, now.seed)
        return
    counters[C.CONVICTED_HIGH if case.highs[k] == 1 else C.CONVICTED_LOW] += 1.0
    if held_for(s, n, k):
        s.offenders[case.suspects[k]].until = now.week + round(weeks) if prison else now.week


@rule
def lesser_charge(cases, sectors, n, k):
    """What is left of a failed charge of exploitation against suspect k of case n."""
    case = cases[n]
    if case.suspects[k] != OWNER:
        return Charge.SMUGGLING.value
    return Charge.PROCURING.value if sectors[case.sector].commercial_sex == 1 else Charge.LABOUR.value


@rule
def means_of(s, case):
    """US$ out of which those whom a case is about can pay: the owner of a venue, or else an enterprise."""
    if case.kind == Target.VENUE and case.suspects[0] == OWNER:
        # an owner who has left took with him what he had
        venue = s.venues[case.target]
        return 0.01 * (venue.wealth if venue.generation == case.target_generation else case.means)
    j = case.target if case.kind == Target.ENTERPRISE else case.carrier
    generation = case.target_generation if case.kind == Target.ENTERPRISE else case.carrier_generation
    # whoever holds the place now does not pay for it
    return 0.01 * s.enterprises.row[j].capital if s.enterprises.row[j].generation == generation else 0.0


@rule
def pay_for(s, case, cents, accounts):
    """Whoever a case is about pays so much."""
    if case.kind == Target.VENUE and case.suspects[0] == OWNER:
        accounts[Account.OWNERS] -= cents
        venue = s.venues[case.target]
        if venue.generation == case.target_generation:
            venue.wealth -= cents
        else:
            case.means -= cents
    else:
        s.enterprises.row[case.target if case.kind == Target.ENTERPRISE else case.carrier].capital -= cents


@rule
def buys_the_court(s, p, n, chance, ledger, seed):
    """Whether case n is dropped for a bribe: worth what a conviction would cost, as far as the means go."""
    case = s.cases[n]
    owner = case.kind == Target.VENUE and case.suspects[0] == OWNER
    place = s.regions[case.region]
    cost = place.penalty_exploitation if owner else place.penalty_smuggling
    gravity = p.case.severity[case.charge] if owner else 1.0
    u = draw(seed, Stream.BRIBE_IN_COURT, case.target, case.target_generation, case.opened, case.kind)
    unit = unit_at(p.official, Post.COURT, case.region)
    worth = min(chance * gravity * cost, max(means_of(s, case), 0.0))
    bribe = buys_off(s.units, p.official, unit, u, s.units[unit].share, worth)
    if bribe <= 0.0:
        return False
    cents = round(100.0 * bribe)
    ledger.accounts[Account.OFFICIALS] += cents
    pay_for(s, case, cents, ledger.accounts)
    ledger.counters[C.BRIBES_COURT] += 1.0
    ledger.counters[C.BRIBES_COURT_SUM] += bribe
    return True


@rule
def let_off(s, n, k, week):
    """Suspect k of case n, if held for it, comes out this week."""
    if held_for(s, n, k):
        s.offenders[s.cases[n].suspects[k]].until = week


@part
def judge(s, p, now, n, k, testimony, skill, counters):
    """The charge on which suspect k of case n is convicted and sentenced, NONE if acquitted.

    Every suspect has a verdict of her own on what the case holds. What is left of a failed charge of exploitation is
    tried as something lesser.
    """
    case = s.cases[n]
    member = case.suspects[k]
    if member == OWNER:
        u_verdict, u_lesser, _, u_suspended = block(
            now.seed, Stream.VERDICT, case.target, case.target_generation, case.opened, case.kind
        )
        u_retried, _, _, _ = block(
            now.seed, Stream.VERDICT, case.target, case.target_generation, case.opened, RETRIED + case.kind
        )
    else:
        generation = case.target_generation if case.kind == Target.ENTERPRISE else case.carrier_generation
        u_verdict, u_lesser, u_suspended, u_retried = block(
            now.seed, Stream.SUSPECT_VERDICT, member, generation, case.opened, 0
        )
    means = s.law[case.region].justice_means_required
    charge = int(case.charges[k])
    verdict = Verdict.ACQUITTED.value
    if u_verdict < chance_of_conviction(s.cases, p.case, n, charge, testimony, skill, means):
        verdict = Verdict.CONVICTED.value
    elif charge == Charge.EXPLOITATION and u_lesser < p.case.lesser:
        charge = lesser_charge(s.cases, s.sectors, n, k)
        if u_retried < chance_of_conviction(s.cases, p.case, n, charge, testimony, skill, means):
            verdict = Verdict.LESSER.value
    case.verdicts[k] = verdict
    if verdict == Verdict.ACQUITTED:
        let_off(s, n, k, now.week)
        return 0
    sentence(s, p, now, n, k, charge, u_suspended, counters)
    return charge


@part
def convict(s, p, now, n, charge, ledger):
    """What a conviction brings: what others learn of it, confiscation, and compensation; ``charge`` the gravest."""
    case = s.cases[n]
    local, region = s.law[case.region], s.regions[case.region]
    owner = case.suspects[0] == OWNER and case.verdicts[0] >= Verdict.LESSER
    if owner:
        region.convictions[0] += 1.0
    if case.source == Source.BORDER:
        # what providers learn is what comes of being stopped
        for k in range(case.named):
            if case.suspects[k] != OWNER and case.verdicts[k] >= Verdict.LESSER:
                region.smuggling_convictions[0] += 1.0
                break
    u = draw(now.seed, Stream.CONFISCATION, case.target, case.target_generation, case.opened, 0)
    if owner or (case.kind == Target.ENTERPRISE and p.asset.capital == 1):
        taken = case.frozen > 0.0 and u < local.justice_confiscation
        region.assets_taken[0] += taken
        region.assets_taken[1] += 1.0
        if taken:
            confiscate(case, region, local, ledger.counters)
    # only some charges have an injured party (C9-M44)
    if charge == Charge.EXPLOITATION or charge == Charge.LABOUR:
        compensate(s.people, s.cases, s.regions, p.case, n, ledger, local, now)


@rule
def count_trial(case, counters, week):
    """Count a verdict by charge, by what was heard and by help from abroad: what was charged, and what was upheld."""
    upheld = case.verdict == Verdict.CONVICTED
    counters[C.TRIALS] += 1.0
    counters[C.TRIED_JOINT] += case.joint > 0
    counters[C.TRIAL_WEEKS] += week - case.opened
    counters[C.TRIED_EXPLOITATION + case.charge - 1] += 1.0
    counters[C.UPHELD_EXPLOITATION + case.charge - 1] += upheld
    if case.charge != Charge.EXPLOITATION:
        heard = C.LESSER_WITH_TESTIMONY if case.heard > 0.0 else C.LESSER_WITHOUT_TESTIMONY
        counters[heard] += 1.0
        counters[heard + 1] += upheld
        return
    counters[C.TRIED_WITH_TESTIMONY if case.heard > 0.0 else C.TRIED_WITHOUT_TESTIMONY] += 1.0
    counters[C.CONVICTED_WITH_TESTIMONY if case.heard > 0.0 else C.CONVICTED_WITHOUT_TESTIMONY] += upheld
    counters[C.TESTIMONY_HEARD] += case.heard
    if case.deposed == 1:
        counters[C.TRIED_DEPOSED] += 1.0
        counters[C.UPHELD_DEPOSED] += upheld
    if case.rung >= Rung.COMPLAINT:
        counters[C.TRIED_COMPLAINANT] += 1.0
        counters[C.UPHELD_COMPLAINANT] += upheld
    helped = C.TRIED_HELPED if case.joint > 0 else C.TRIED_UNAIDED
    counters[helped] += 1.0
    counters[helped + 1] += upheld


@part
def try_case(s, p, now, n, skill, ledger):
    """The day in court of case n before a court of this skill: testimony, verdicts, and what follows."""
    case = s.cases[n]
    _, _, u_compelled, _ = block(now.seed, Stream.VERDICT, case.target, case.target_generation, case.opened, case.kind)
    if case.tainted == 1:
        exclude(case, s.regions[case.region], p.intel, ledger.counters)
    case.heard = testimony_heard(s.people, s.cases, p.case, n, u_compelled, s.law[case.region], ledger.counters)
    if case.charge == Charge.EXPLOITATION:
        court = case.region * KINDS + AgencyKind.COURT
        s.agencies[court].skill = min(skill + p.case.skill_step, p.case.skill_most)
    gravest, upheld = 0, False
    for k in range(case.named):
        charge = judge(s, p, now, n, k, case.heard, skill, ledger.counters)
        upheld = upheld or (case.verdicts[k] == Verdict.CONVICTED and case.charges[k] == case.charge)
        if charge > 0 and p.case.severity[charge] > p.case.severity[gravest]:
            gravest = charge
    if gravest == 0:
        case.verdict = Verdict.ACQUITTED
        ledger.counters[C.ACQUITTED] += 1.0
        ledger.counters[C.CASES_FALLEN] += case.withdrawn
    else:
        case.verdict = Verdict.CONVICTED if upheld else Verdict.LESSER
        ledger.counters[C.CONVICTED] += 1.0
        ledger.counters[C.CONVICTED_EXPLOITATION + gravest - 1] += 1.0
        convict(s, p, now, n, gravest, ledger)
    count_trial(case, ledger.counters, now.week)


@kernel
def hear_cases(s, p, now, rows, ledger):
    """Hearings of the week: ``rows`` are charged cases in the order in which they were opened."""
    for position in range(len(rows)):
        n = rows[position]
        case = s.cases[n]
        local = s.law[case.region]
        if case.witness >= 0:
            hold_on(s, p, now, n, ledger)
        # what was asked for may come when suspects are under arrest already
        ask_for_help(s, p, now, n, ledger.counters)
        court = case.region * KINDS + AgencyKind.COURT
        if case.due > now.week or s.agencies[court].attention < 1.0:
            continue
        s.agencies[court].attention -= 1.0
        s.agencies[court].caseload += 1
        skill, said = s.agencies[court].skill, case.quality if case.rung > 0 else 0.0
        chance = chance_of_conviction(s.cases, p.case, n, int(case.charge), said, skill, local.justice_means_required)
        if buys_the_court(s, p, n, chance, ledger, now.seed):
            for k in range(case.named):
                let_off(s, n, k, now.week)
            close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
            continue
        try_case(s, p, now, n, skill, ledger)
        if case.stage == CaseStage.TRIAL:
            close_case(s.enterprises, s.venues, s.cases, n, ledger.accounts)
