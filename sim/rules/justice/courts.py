"""Trials, sentences, assets and compensation (model 4.7).

A conviction needs evidence that is still there on the day: a witness may have gone, been removed or recanted. Assets
are confiscated only if they were frozen early; compensation is paid from what was seized, plus a state fund if one is
there. Courts learn a charge by trying it (C9-M57).
"""

from __future__ import annotations

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.cases import CaseStage, Charge, Target
from sim.agents.migrants import Account
from sim.agents.offenders import Status
from sim.agents.officials import Post
from sim.agents.venues import be_venue
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.corruption.bribes import buys_off, unit_at
from sim.rules.justice.evidence import SEVERITY, chance_of_conviction, close_case, recants, witness_is_there
from sim.rules.justice.telling import Rung

SKILL_STEP, SKILL_MOST = 0.1, 1.0  # log odds that a trial for exploitation teaches a court


@rule
def testimony_heard(c, n, m, u_compelled, place, counters):
    """Quality of the testimony that court hears in case n, 0 without any."""
    case = c.row[n]
    if case.deposed == 1 and case.rung >= Rung.STATEMENT:
        return case.quality
    if not witness_is_there(c, n, m):
        return 0.0
    if case.rung >= Rung.TESTIMONY:
        return case.quality
    # a summoned witness must speak; what is forced convinces less (C9-M40)
    if case.rung >= Rung.STATEMENT and u_compelled < place.justice_compel:
        counters[C.WITNESSES_COMPELLED] += 1.0
        return 0.6 * case.quality
    return 0.0


@rule
def compensate(c, n, m, seed, counters, accounts, seized, place, payments):
    """The person who spoke may claim what was withheld from her: from what was seized, and from a state fund."""
    case = c.row[n]
    i = case.witness
    if i < 0 or m.row[i].generation != case.witness_generation:
        return
    claims, _, _, _ = block(seed, Stream.COMPENSATION, i, case.witness_generation, case.opened, 0)
    if claims >= 0.15 + 0.85 * place.justice_legal_aid:
        return
    counters[C.CLAIMS] += 1.0
    wanted = round(100.0 * m.row[i].lost)
    from_pool = min(wanted, seized[case.region])
    from_state = round((wanted - from_pool) * place.justice_compensation)
    seized[case.region] -= from_pool
    accounts[Account.STATE] -= from_state
    m.row[i].cash += from_pool + from_state
    m.row[i].lost = 0.0
    counters[C.COMPENSATION] += (from_pool + from_state) * 0.01
    counters[C.COMPENSATED] += from_pool + from_state > 0.0
    payments[case.region, 0] += from_pool + from_state > 0.0
    payments[case.region, 1] += 1.0


@rule
def new_owner(v, k, seed, rules, wage):
    """A venue whose owner has been convicted passes to the next: people who work on going terms stay."""
    slots = v.row[k].slots
    v.row[k].generation += 1
    v.row[k].case = -1
    be_venue(v, k, seed, rules, wage)
    v.row[k].slots = max(slots, v.row[k].filled)


@rule
def held_for(c, n, t, o):
    """Whether the offender of case n is held for it; the enterprise may have closed and others hold its places."""
    case = c.row[n]
    if case.offender < 0 or o.row[case.offender].status != Status.HELD:
        return False
    return t.row[case.target].generation == case.target_generation


@rule
def sentence(c, n, charge, v, t, o, week, seed, suspended, counters, venue_rules, wage, rules):
    """What follows a conviction on a charge: prison, and another owner for a venue."""
    case = c.row[n]
    gravity = SEVERITY[charge]
    weeks = rules.sentence_weeks * gravity * rules.served
    # lesser sentences are often suspended (C9-M45)
    prison = suspended >= 0.5 * (1.0 - gravity)
    counters[C.CONVICTED] += 1.0
    counters[C.CONVICTED_EXPLOITATION + charge - 1] += 1.0
    counters[C.SENTENCE_YEARS] += weeks / 52.0 if prison else 0.0
    if case.kind == Target.VENUE:
        counters[C.CONVICTED_OWNERS] += 1.0
        same = v.row[case.target].generation == case.target_generation
        if charge <= Charge.LABOUR and prison and same:
            new_owner(v, case.target, seed, venue_rules, wage[case.region])
        return
    if case.offender < 0:
        return
    counters[C.CONVICTED_HIGH if case.high == 1 else C.CONVICTED_LOW] += 1.0
    if held_for(c, n, t, o):
        o.row[case.offender].until = week + round(weeks) if prison else week


@rule
def lesser_charge(c, n, law):
    """What is left of a failed charge of exploitation."""
    case = c.row[n]
    if case.kind == Target.ENTERPRISE:
        return Charge.SMUGGLING.value
    return Charge.PROCURING.value if law.commercial_sex[case.sector] == 1 else Charge.LABOUR.value


@rule
def buys_the_court(c, n, chance, v, t, seed, counters, accounts, place, posts):
    """Whether case n is dropped for a bribe: worth what a conviction would cost, as far as the target has the means."""
    case = c.row[n]
    venue = case.kind == Target.VENUE
    cost = place.justice_penalty_exploitation if venue else place.justice_penalty_smuggling
    gravity = SEVERITY[case.charge] if venue else 1.0
    means = 0.01 * (v.row[case.target].wealth if venue else t.row[case.target].capital)
    if not venue and t.row[case.target].generation != case.target_generation:
        means = 0.0  # whoever holds the place now does not pay for it
    u = draw(seed, Stream.BRIBE_IN_COURT, case.target, case.target_generation, case.opened, case.kind)
    unit = unit_at(posts, Post.COURT, case.region)
    bribe = buys_off(posts, unit, u, posts.share[unit], min(chance * gravity * cost, max(means, 0.0)))
    if bribe <= 0.0:
        return False
    cents = round(100.0 * bribe)
    accounts[Account.OFFICIALS] += cents
    if venue:
        v.row[case.target].wealth -= cents
        accounts[Account.OWNERS] -= cents
    else:
        t.row[case.target].capital -= cents
    counters[C.BRIBES_COURT] += 1.0
    counters[C.BRIBES_COURT_SUM] += bribe
    return True


@kernel
def hear_cases(
    rows, c, m, v, t, o, a, week, seed, counters, accounts, seized, law, certainty, smuggling, payments, venue_rules,
    wage, rules, posts,
):  # fmt: skip
    """Hearings of the week: ``rows`` are charged cases in the order in which they were opened.

    ``seized`` (regions,) cents confiscated and not paid out; ``certainty``, ``smuggling`` and ``payments`` (regions, 2)
    are what people and offenders see of it.
    """
    for position in range(len(rows)):
        n = rows[position]
        case = c.row[n]
        place = law.place[case.region]
        if case.witness >= 0 and recants(c, n, week, seed, place, rules):
            counters[C.RECANTED] += 1.0
            case.rung = max(case.rung - 1, 0)
        court = case.region * KINDS + AgencyKind.COURT
        if case.due > week or a.row[court].attention < 1.0:
            continue
        a.row[court].attention -= 1.0
        a.row[court].caseload += 1
        skill, means = a.row[court].skill, place.justice_means_required
        chance = chance_of_conviction(c, n, int(case.charge), case.quality if case.rung > 0 else 0.0, skill, means)
        if buys_the_court(c, n, chance, v, t, seed, counters, accounts, place, posts):
            if held_for(c, n, t, o):
                o.row[case.offender].until = week
            close_case(c, n, v, t, accounts)
            continue
        counters[C.TRIALS] += 1.0
        u_verdict, u_lesser, u_compelled, u_suspended = block(
            seed, Stream.VERDICT, case.target, case.target_generation, case.opened, case.kind
        )
        testimony = testimony_heard(c, n, m, u_compelled, place, counters)
        charge = int(case.charge)
        if charge == Charge.EXPLOITATION:
            a.row[court].skill = min(skill + SKILL_STEP, SKILL_MOST)
            counters[C.TRIED_WITH_TESTIMONY if testimony > 0.0 else C.TRIED_WITHOUT_TESTIMONY] += 1.0
        guilty = u_verdict < chance_of_conviction(c, n, charge, testimony, skill, means)
        if guilty and charge == Charge.EXPLOITATION:
            counters[C.CONVICTED_WITH_TESTIMONY if testimony > 0.0 else C.CONVICTED_WITHOUT_TESTIMONY] += 1.0
        if not guilty and charge == Charge.EXPLOITATION and u_lesser < rules.lesser:
            # what is left of a failed charge is tried as something lesser
            lesser = lesser_charge(c, n, law)
            if u_verdict < chance_of_conviction(c, n, lesser, testimony, skill, means):
                guilty, charge = True, lesser
        if guilty:
            if case.kind == Target.VENUE:
                certainty[case.region, 0] += 1.0
            else:
                smuggling[case.region, 0] += 1.0
            confiscated = case.frozen > 0.0 and u_lesser < place.justice_confiscation
            if confiscated:
                seized[case.region] += case.frozen
                counters[C.SEIZED] += case.frozen * 0.01
                case.frozen = 0.0
            sentence(c, n, charge, v, t, o, week, seed, u_suspended, counters, venue_rules, wage, rules)
            # only some charges have an injured party (C9-M44)
            if charge == Charge.EXPLOITATION or charge == Charge.LABOUR:
                compensate(c, n, m, seed, counters, accounts, seized, place, payments)
        else:
            counters[C.ACQUITTED] += 1.0
            if held_for(c, n, t, o):
                o.row[case.offender].until = week
        if case.stage == CaseStage.TRIAL:
            close_case(c, n, v, t, accounts)
