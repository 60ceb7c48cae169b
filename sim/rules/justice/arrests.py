"""Offenders taken out and coming back: whom a case names, time in prison, what an enterprise loses (model 2, 4.7).

A case names several suspects: of an enterprise one member for sure and others as their roles expose them, of a venue
the owner and those who brought people to it. Each has a charge, an arrest and a verdict of her own.
"""

from __future__ import annotations

import math

from sim.agents.cases import OWNER, SUSPECTS
from sim.agents.offenders import Role, Status
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C


@rule
def works_alone(enterprises, traits, j):
    """Whether enterprise j is of a kind that consists of one person."""
    return traits[enterprises.row[j].kind, 0] <= 1.0


@rule
def exposed(rules, role, network, reachable, alone):
    """How far a role is exposed: the lower the more, unless it is known who stands behind an enterprise.

    ``network`` in [0, 1] is what is known of that: it leads up the ranks. Abroad only those who move people can be
    reached, and whoever works ``alone``, since a loner organises and moves (C9-M12).
    """
    if not reachable:
        return 1.0 - network if alone or role == Role.MOVER else 0.0
    return rules.exposure[role] * (1.0 - network) + network * (1.0 - rules.exposure[role]) * rules.upward


@rule
def choose_offender(offenders, offender_first, rules, now, j, network, reachable, alone):
    """The free member of enterprise j who is caught, -1 if none can be reached; the more exposed the likelier."""
    best, chosen = 0.0, -1
    for member in range(offender_first[j], offender_first[j + 1]):
        if offenders[member].status != Status.FREE:
            continue
        weight = exposed(rules, offenders[member].role, network, reachable, alone)
        if weight <= 0.0:
            continue
        u = draw(now.seed, Stream.OFFENDER_CAUGHT, member, offenders[member].unit, now.week, 0)
        score = weight / -math.log(u)
        if score > best:
            best, chosen = score, member
    return chosen


@rule
def resize(enterprises, traits, rules, j, change):
    """Enterprise j has more or fewer free members, and room for clients in proportion."""
    firm = enterprises.row[j]
    firm.members = max(firm.members + change, 0.0)
    kind = firm.kind
    firm.capacity = traits[kind, 1] * rules.capacity_scale * firm.members / traits[kind, 0]
    firm.taken = min(firm.taken, math.ceil(firm.capacity))


@rule
def high_rank(enterprises, offenders, traits, member):
    """Whether an offender organises, manages or keeps the money of others; who works alone does not."""
    role = offenders[member].role
    alone = works_alone(enterprises, traits, offenders[member].unit)
    return not alone and (role == Role.ORGANISER or role == Role.MANAGER or role == Role.MONEY)


@rule
def arrest(enterprises, offenders, traits, rules, member, until, counters):
    """An offender is held until a week; the enterprise loses what she did for it."""
    row = offenders[member]
    counters[C.ARRESTS_HIGH if high_rank(enterprises, offenders, traits, member) else C.ARRESTS_LOW] += 1.0
    row.status = Status.HELD
    row.until = until
    resize(enterprises, traits, rules, row.unit, -1.0)


@rule
def name_owner(case, charge, counters):
    """The owner of a venue is charged."""
    case.suspects[case.named], case.charges[case.named] = OWNER, charge
    case.named += 1
    counters[C.ARRESTS_OWNERS] += 1.0


@part
def name_member(s, p, n, member, charge, until, counters):
    """A member of an enterprise is charged in case n, and held until a week."""
    case = s.cases[n]
    k = case.named
    case.suspects[k], case.charges[k], case.roles[k] = member, charge, s.offenders[member].role
    case.highs[k] = high_rank(s.enterprises, s.offenders, s.traits, member)
    case.named += 1
    arrest(s.enterprises, s.offenders, s.traits, p.change, member, until, counters)


@part
def name_members(s, p, now, n, j, charge, reachable, until, counters):
    """Members of enterprise j whom case n names: one who is caught, and others as far as their roles expose them."""
    case = s.cases[n]
    alone = works_alone(s.enterprises, s.traits, j)
    first = choose_offender(s.offenders, s.offender_first, p.case, now, j, case.network, reachable, alone)
    if first < 0:
        return
    most = min(case.named + p.case.suspects_most, SUSPECTS)
    name_member(s, p, n, first, charge, until, counters)
    for member in range(s.offender_first[j], s.offender_first[j + 1]):
        if s.offenders[member].status != Status.FREE or case.named >= most:
            continue
        weight = exposed(p.case, s.offenders[member].role, case.network, reachable, alone)
        u = draw(now.seed, Stream.SUSPECT, member, s.enterprises.row[j].generation, case.opened, 0)
        if u < p.case.named * weight:
            name_member(s, p, n, member, charge, until, counters)


@kernel
def release_offenders(enterprises, offenders, traits, rules, counters, week):
    """Offenders whose time is over go back to an enterprise that still exists."""
    in_custody = 0.0
    for member in range(len(offenders)):
        if offenders[member].status != Status.HELD:
            continue
        if offenders[member].until > week:
            in_custody += 1.0
            continue
        j = offenders[member].unit
        if enterprises.row[j].active == 1:
            offenders[member].status = Status.FREE
            resize(enterprises, traits, rules, j, 1.0)
        else:
            offenders[member].status = Status.NOBODY
    counters[C.OFFENDERS_HELD] = in_custody
