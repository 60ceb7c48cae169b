"""Operations against networks: watch, map with error, choose whom to arrest, strike (levers ``police.node_*``).

An operation is a case against an enterprise that is worked on for longer. Every week of work shows some of its ties;
some are mistaken for somebody else's. When it has watched for as long as the lever ``police.watch`` says, it arrests
up to ``police.operation_size`` of those it has noted, chosen by one rule (C10-M22):

    random      anyone noted
    connected   whom investigators have come across most often
    bridge      who does a hand-over (transport, papers, safe house) and is the only one noted for it
    broker      whoever brings others together
    leader      who organises or manages
    scarcest    whose function is hardest to find elsewhere

Watching costs weeks that other cases go without. Those who can be reached stand in the region that works on the case
or in one that takes part. Whoever is told of an arrest that is planned may sell a warning (C2-M25): the region that
works on the case, those that have joined it, and those in which an operation arrests somebody. Vetting makes that
rarer (C3-M41).
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Annotated, Any, NamedTuple

from numpy.typing import NDArray

from sim.agents.cases import Charge, Source
from sim.agents.facilitators import FUNCTIONS, Function, Standing
from sim.agents.forms import Form
from sim.agents.offenders import Role, Status
from sim.agents.officials import Post
from sim.agents.ties import MOST_TIES, TIES_OF_ENTERPRISE, first_tie
from sim.declared.sources import ByName, From, Worked, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.rules.corruption.bribes import leaked, unit_at
from sim.rules.justice.evidence import add, case_of_enterprise, chance_of_conviction, takes_part
from sim.rules.networks.facilitating import take_out


class Strike(IntEnum):
    """Whom an operation is after."""

    RANDOM = 0
    CONNECTED = 1
    BRIDGE = 2
    BROKER = 3
    LEADER = 4
    SCARCEST = 5


def weeks_served(sentence: float, served: float) -> float:
    """Weeks in prison of a sentence of so many years."""
    return WEEKS_PER_YEAR * sentence * served


@family
class OperationRules(NamedTuple):
    """Parameters of operations."""

    sees: Annotated[float, From("operation.sees")]
    mistaken: Annotated[float, From("operation.mistaken")]
    reach: Annotated[float, From("intel.reach")]
    licit_hides: Annotated[float, From("operation.licit_hides")]
    tie_shows: Annotated[float, From("operation.tie_shows")]
    named_movement: Annotated[float, From("operation.named_movement")]
    wrongly_held: Annotated[int, From("operation.wrongly_held")]
    briefed: Annotated[float, From("official.briefed")]
    vetting_prevents: Annotated[float, From("coop.vetting_prevents")]
    trial_least: Annotated[float, From("justice.trial_least")]
    trial_weeks: Annotated[float, From("justice.trial_weeks")]
    sentence_weeks: Annotated[float, Worked(weeks_served, "justice.sentence", "justice.served")]
    border: Annotated[float, From("facilitator.border")]
    hidden: Annotated[NDArray[Any], ByName("network.hidden_{}", Form)]  # how far partners are kept from sight, by form
    noise: Annotated[float, From("operation.noise")]  # in whose function is taken for the scarcest


@rule
def shares_of(local):
    """Share of cases against enterprises that become an operation by each rule, in the order of Strike."""
    return (
        local.police_node_random,
        local.police_node_connected,
        local.police_node_bridge,
        local.police_node_broker,
        local.police_node_leader,
        local.police_node_scarcest,
    )


@rule
def operation_of(u, local):
    """The rule by which a case that begins becomes an operation, -1 if it stays an ordinary case; ``u`` uniform."""
    shares = shares_of(local)
    total = 0.0
    for number in range(len(shares)):
        total += shares[number]
        if u < total:
            return number
    return -1


@rule
def operations_share(local):
    """Share of cases against enterprises that become operations."""
    shares = shares_of(local)
    total = 0.0
    for number in range(len(shares)):
        total += shares[number]
    return min(total, 1.0)


@part
def note_ties(s, p, now, n, local, counters):
    """A week of watching: which ties of the enterprise investigators note, and whom they take for somebody else."""
    case = s.cases[n]
    j = case.target
    first = first_tie(j, 0)
    pace = p.operation.sees * local.skill * (1.0 + p.operation.reach * local.intel_cells + case.joint)
    pace *= 1.0 - p.operation.hidden[s.enterprises.row[j].form]
    for at in range(TIES_OF_ENTERPRISE):
        b = s.ties[first + at].partner
        if b < 0 or s.ties[first + at].noted > 0 or s.facilitators[b].standing != Standing.FREE:
            continue
        sees, errs, _, _ = block(now.seed, Stream.OPERATION, first + at, s.enterprises.row[j].generation, now.week, 0)
        if sees >= pace * (1.0 - p.operation.licit_hides * s.facilitators[b].licit):
            continue
        s.ties[first + at].noted = 2 if errs < p.operation.mistaken * (1.0 - local.intel_cells) else 1
        s.facilitators[b].seen += 1.0
        counters[C.TIES_NOTED] += 1.0
    known = 0.0
    for at in range(TIES_OF_ENTERPRISE):
        known += s.ties[first + at].noted > 0
    case.network = max(case.network, 1.0 - math.exp(-p.operation.tie_shows * known))


@rule
def alone_in(ties, j, function):
    """Whether investigators have noted only one partner of enterprise j for a function."""
    number = 0
    for r in range(first_tie(j, function), first_tie(j, function) + MOST_TIES):
        number += ties[r].noted > 0
    return number == 1


@rule
def score_of(facilitators, ties, nodes, rules, case, b, u):
    """How much an operation by the rule of this case wants facilitator b; ``u`` decides between equals."""
    helper = facilitators[b]
    function = helper.function
    if case.rule == Strike.CONNECTED:
        return helper.seen + 0.01 * u
    if case.rule == Strike.BRIDGE:
        hands_over = function == Function.TRANSPORT or function == Function.DOCUMENTS or function == Function.SAFE_HOUSE
        return 1.0 * hands_over + 1.0 * (hands_over and alone_in(ties, case.target, function)) + 0.5 * u
    if case.rule == Strike.BROKER:
        return 1.0 * (function == Function.BROKERAGE) + 0.5 * u
    if case.rule == Strike.SCARCEST:
        return 1.0 - nodes[helper.region * FUNCTIONS + function].idle + rules.noise * u
    return u


@rule
def reachable(law, now, case, region):
    """Whether an arrest can be made in a region: where the case is worked on, at a partner's, or by a joint team."""
    if takes_part(case, region):
        return True
    u = draw(now.seed, Stream.OPERATION, case.target, case.target_generation, now.week, 64 + region)
    return u < law[region].coop_joint_teams * law[case.region].coop_joint_teams


@rule
def border_share(s, region):
    """Share of officers on the borders of a region who sell."""
    total, number = 0.0, 0
    for leg in range(len(s.legs)):
        if s.legs[leg].head == region:
            total += s.units[leg].share
            number += 1
    return total / number if number > 0 else 0.0


@part
def silence_of(s, p, case, region):
    """Chance that nobody in a region who is told of an arrest sells a warning (C2-M25); vetting prevents it (C3-M41).

    Police are told everywhere; where the case is worked on also the border guard or the inspectorate, if it began with
    what they had found.
    """
    sold = 1.0 - p.operation.vetting_prevents * s.law[region].coop_vetting
    silent = 1.0 - sold * leaked(s.units[unit_at(p.official, Post.POLICE, region)].share, p.operation.briefed)
    if region == case.region and case.source == Source.BORDER:
        silent *= 1.0 - sold * leaked(border_share(s, region), p.operation.briefed)
    if region == case.region and case.source == Source.INSPECTION:
        share = s.units[unit_at(p.official, Post.INSPECTORATE, region)].share
        silent *= 1.0 - sold * leaked(share, p.operation.briefed)
    return silent


@part
def is_told(s, now, case, region):
    """Whether a region is told of an arrest: it takes part in the case, or an operation arrests people there."""
    if takes_part(case, region):
        return True
    if case.rule < 0 or case.rule == Strike.LEADER:
        return False
    first = first_tie(case.target, 0)
    for at in range(TIES_OF_ENTERPRISE):
        b = s.ties[first + at].partner
        if b < 0 or s.ties[first + at].noted == 0 or s.facilitators[b].standing != Standing.FREE:
            continue
        if s.facilitators[b].region == region:
            return reachable(s.law, now, case, region)
    return False


@part
def chance_of_leak(s, p, now, n):
    """(chance, regions told) that any of those who are briefed on an arrest sells a warning (C10-M08).

    P(leak) = 1 - product over all who are briefed of (1 - leak).
    """
    case = s.cases[n]
    silent, number = 1.0, 0
    for region in range(len(s.law)):
        if is_told(s, now, case, region):
            silent *= silence_of(s, p, case, region)
            number += 1
    return 1.0 - silent, number


@part
def is_leaked(s, p, now, n, counters):
    """Whether a warning of the arrest in case n is sold; counts it by how many regions are told."""
    case = s.cases[n]
    chance, number = chance_of_leak(s, p, now, n)
    u = draw(now.seed, Stream.OPERATION, case.target, case.target_generation, case.opened, 4)
    if number <= 1:
        counters[C.ARRESTS_TOLD_ONE] += 1.0
        counters[C.ARRESTS_LEAKED_ONE] += u < chance
    elif number == 2:
        counters[C.ARRESTS_TOLD_TWO] += 1.0
        counters[C.ARRESTS_LEAKED_TWO] += u < chance
    else:
        counters[C.ARRESTS_TOLD_MORE] += 1.0
        counters[C.ARRESTS_LEAKED_MORE] += u < chance
    return u < chance


@part
def somebody_else(facilitators, node_first, b, u):
    """Another facilitator at work in the node of b, for whom b was taken; -1 without any."""
    node = facilitators[b].region * FUNCTIONS + facilitators[b].function
    first, last = node_first[node], node_first[node + 1]
    start = int(u * (last - first))
    for step in range(last - first):
        other = first + (start + step) % (last - first)
        if other != b and facilitators[other].standing == Standing.FREE:
            return other
    return -1


@part
def name_another(s, rules, b, j, region, u, counters, week):
    """Whoever is arrested and not loyal names another enterprise, which becomes a case."""
    rows = len(s.ties.partner)
    start = int(u * rows)
    for step in range(rows):
        r = (start + step) % rows
        k = s.ties[r].unit
        if s.ties[r].partner != b or k == j or s.enterprises.row[k].active == 0:
            continue
        n = case_of_enterprise(s, k, region, Source.PARTNER, counters, week)
        if n >= 0:
            s.ties[r].noted = 1
            s.cases[n].movement = add(s.cases[n].movement, rules.named_movement)
            counters[C.NAMED_BY_PARTNERS] += 1.0
        return


@rule
def dealt_with(cases, p, n, verdict, length, local, skill, week):
    """(week, convicted): until when somebody is held who is tried on the day of arrest, on what case n proves.

    ``verdict`` and ``length`` keyed uniforms.
    """
    rules = p.operation
    until = week + round(rules.trial_weeks * (rules.trial_least + 2.0 * (1.0 - rules.trial_least) * length))
    convicted = verdict < chance_of_conviction(
        cases, p.case, n, Charge.SMUGGLING, 0.0, skill, local.justice_means_required
    )
    if convicted:
        until += round(rules.sentence_weeks * p.case.severity[Charge.SMUGGLING])
    return until, convicted


@part
def arrest_facilitator(s, p, now, n, b, counters, local, skill):
    """A facilitator is arrested, tried on what the case proves, and may name another of those it works for."""
    case = s.cases[n]
    verdict, names, whom, length = block(now.seed, Stream.OPERATION, b, s.facilitators[b].generation, now.week, 3)
    until, convicted = dealt_with(s.cases, p, n, verdict, length, local, skill, now.week)
    counters[C.FACILITATORS_CONVICTED] += convicted
    take_out(s.facilitators, s.nodes, p.facilitator, b, until, now.week)
    counters[C.ARRESTS_FACILITATORS] += 1.0
    if names >= s.facilitators[b].loyalty:
        name_another(s, p.operation, b, case.target, case.region, whom, counters, now.week)


@part
def arrest_facilitators(s, p, now, n, wanted, counters, skill):
    """Arrest up to ``wanted`` of the facilitators that an operation has noted, by its rule. Returns how many."""
    case = s.cases[n]
    j = case.target
    first = first_tie(j, 0)
    made = 0
    for _ in range(wanted):
        best, chosen = -1.0, -1
        for at in range(TIES_OF_ENTERPRISE):
            b = s.ties[first + at].partner
            if b < 0 or s.ties[first + at].noted == 0 or s.facilitators[b].standing != Standing.FREE:
                continue
            if not reachable(s.law, now, case, s.facilitators[b].region):
                continue
            u = draw(now.seed, Stream.OPERATION, first + at, s.enterprises.row[j].generation, now.week, 16)
            score = score_of(s.facilitators, s.ties, s.nodes, p.operation, case, b, u)
            if score > best:
                best, chosen = score, at
        if chosen < 0:
            break
        made += 1
        b = s.ties[first + chosen].partner
        if s.ties[first + chosen].noted == 2:
            u = draw(now.seed, Stream.OPERATION, first + chosen, s.enterprises.row[j].generation, now.week, 17)
            other = somebody_else(s.facilitators, s.node_first, b, u)
            s.ties[first + chosen].noted = 0  # now they know
            if other >= 0:
                counters[C.ARRESTS_MISTAKEN] += 1.0
                take_out(s.facilitators, s.nodes, p.facilitator, other, now.week + p.operation.wrongly_held, now.week)
            continue
        arrest_facilitator(s, p, now, n, b, counters, s.law[case.region], skill)
    return made


@part
def leader_to_arrest(offenders, cases, offender_first, now, n):
    """The highest free member of the enterprise, if it is known well enough who that is; -1 otherwise."""
    case = cases[n]
    j = case.target
    if draw(now.seed, Stream.OPERATION, case.target, case.target_generation, now.week, 5) >= case.network:
        return -1
    second = -1
    for member in range(offender_first[j], offender_first[j + 1]):
        if offenders[member].status != Status.FREE:
            continue
        if offenders[member].role == Role.ORGANISER:
            return member
        if offenders[member].role == Role.MANAGER and second < 0:
            second = member
    return second


@part
def arrest_guide(s, p, now, j, caught, counters):
    """Each of the ``caught`` crossings that were stopped may lead to whoever provided the transport (C1-M42)."""
    chance, whom, _, _ = block(now.seed, Stream.OPERATION, j, s.enterprises.row[j].generation, now.week, 6)
    if chance >= 1.0 - (1.0 - p.operation.border) ** caught:
        return
    first = first_tie(j, Function.TRANSPORT.value)
    at = first + int(whom * MOST_TIES)
    for step in range(MOST_TIES):
        r = first + (at - first + step) % MOST_TIES
        b = s.ties[r].partner
        if b >= 0 and s.facilitators[b].standing == Standing.FREE:
            take_out(s.facilitators, s.nodes, p.facilitator, b, now.week + round(p.operation.trial_weeks), now.week)
            counters[C.ARRESTS_FACILITATORS] += 1.0
            return
