"""Help from other regions: which of them may join a case, when they do, and what they bring (model 4.7).

A case reaches abroad if its target stands there, if those who brought people to a venue do, or if the people
themselves came from there. Help is seldom asked for: it takes months and nobody is judged by it (C9-M10), and
colleagues who may sell what they hear are not told (C10-M08). A region that joins brings evidence of movement and of
the network, makes its own residents reachable and hears witnesses who have gone there (C9-M54); it costs weeks, and
one more office is told of the arrest (``sim.rules.networks.operations``).
"""

from __future__ import annotations

from sim.agents.cases import PARTNERS, CaseStage, Target
from sim.ground.draws import Stream, block, dealt_in, draw
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.rules.justice.evidence import add, takes_part
from sim.rules.justice.trust import bring_about, over_usual

WAYS_ABROAD = 3  # where the target stands, where those who brought people stand, where these people came from


@rule
def carrier_is_there(s, case):
    """Whether the enterprise that brought people to the venue of a case is known and still at work."""
    j = case.carrier
    return (
        case.kind == Target.VENUE
        and j >= 0
        and s.enterprises.row[j].active == 1
        and s.enterprises.row[j].generation == case.carrier_generation
    )


@rule
def stands_at(s, case):
    """Region where the target of a case stands."""
    if case.kind == Target.VENUE:
        return s.venues[case.target].region
    return s.enterprises.row[case.target].home


@rule
def way_abroad(s, case, way):
    """The region to which a case leads in one of ``WAYS_ABROAD``, -1 for none."""
    if way == 0:
        return stands_at(s, case)
    if way == 1:
        return s.enterprises.row[case.carrier].home if carrier_is_there(s, case) else -1
    return case.origin


@rule
def tell_what_is_known(case, rules):
    """What is known where people came from goes into a case: of the way, and of those behind it."""
    case.movement = add(case.movement, rules.shared_movement)
    case.network = add(case.network, rules.shared_network)


@part
def join(s, rules, n, region, counters):
    """A region joins case n, and brings what it knows of the way and of those behind it."""
    case = s.cases[n]
    if takes_part(case, region) or case.joint >= PARTNERS:
        return
    case.partners[case.joint] = region
    case.joint += 1
    if case.joint == 1:
        counters[C.JOINT_CASES] += 1.0
        counters[C.JOINT_CASES_VENUES] += case.kind == Target.VENUE
    tell_what_is_known(case, rules)
    bring_about(s.trust, case.region, region)


@part
def ask_for_help(s, p, now, n, counters):
    """A week in which regions to which case n leads may join it.

    A joint team takes cases up by itself, as long as they are investigated; a letter is written in few cases, where
    work abroad is no credit to an office in fewer, and may be answered after somebody is charged. Neither goes to
    colleagues who may sell it.
    """
    case, local = s.cases[n], s.law[s.cases[n].region]
    by_letter = p.case.formal_base + p.case.formal_gain * local.coop_formal_speed
    for way in range(WAYS_ABROAD):
        region = way_abroad(s, case, way)
        if region < 0 or takes_part(case, region):
            continue
        trusted = (1.0 - s.law[region].collusion) * over_usual(s.trust, p.trust, case.region, region)
        asked = draw(
            now.seed, Stream.HELP_ASKED, case.target, case.target_generation, case.opened, 2 * region + case.kind
        )
        team, answer, _, _ = block(
            now.seed, Stream.HELP, case.target, case.target_generation, now.week, 2 * region + case.kind
        )
        written = asked < p.case.asked * (1.0 - local.police_metric) * trusted
        by_team = case.stage == CaseStage.INVESTIGATION and team < p.case.joint_pace * local.coop_joint_teams * trusted
        if by_team or (written and answer < by_letter):
            join(s, p.case, n, region, counters)


@rule
def within_reach(cases, n, home, local, now):
    """Whether a suspect at ``home`` can be had: at home, in a joint case, or handed over (``coop.extradition``)."""
    case = cases[n]
    if takes_part(case, home):
        return True
    if local.coop_extradition <= 0.0:
        return False
    u = draw(dealt_in(now, case.opened), Stream.EXTRADITION, case.target, case.target_generation, case.opened, home)
    return u < local.coop_extradition
