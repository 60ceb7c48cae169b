"""Offenders taken out and coming back: arrests, time in prison, and what an enterprise loses by them (model 2, 4.7)."""

from __future__ import annotations

import math

from sim.agents.offenders import Role, Status
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C


@rule
def choose_offender(offenders, offender_first, rules, now, j, network, reachable):
    """The free member of enterprise j who is caught, -1 if none can be reached.

    ``network`` in [0, 1] is what is known of who stands behind it: it leads up the ranks. Abroad only those who move
    people can be reached (C9-M12).
    """
    best, chosen = 0.0, -1
    for member in range(offender_first[j], offender_first[j + 1]):
        if offenders[member].status != Status.FREE:
            continue
        role = offenders[member].role
        if not reachable and role != Role.MOVER and role != Role.ORGANISER:
            continue
        # a loner organises and moves
        exposed = rules.exposure[role] if reachable else 1.0
        weight = exposed * (1.0 - network) + network * (1.0 - exposed) * rules.upward
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
    alone = traits[enterprises.row[offenders[member].unit].kind, 0] <= 1.0
    return not alone and (role == Role.ORGANISER or role == Role.MANAGER or role == Role.MONEY)


@rule
def arrest(enterprises, offenders, traits, rules, member, until, counters):
    """An offender is held until a week; the enterprise loses what she did for it."""
    row = offenders[member]
    counters[C.ARRESTS_HIGH if high_rank(enterprises, offenders, traits, member) else C.ARRESTS_LOW] += 1.0
    row.status = Status.HELD
    row.until = until
    resize(enterprises, traits, rules, row.unit, -1.0)


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
