"""Offenders taken out and coming back: arrests, time in prison, and what an enterprise loses by them (model 2, 4.7)."""

from __future__ import annotations

import math

import numpy as np

from sim.agents.offenders import Role, Status
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C

# how exposed a role is, over a mover: guards, movers and promoted people most, organisers and money least (C1-M42)
EXPOSURE = np.array([0.08, 0.2, 0.7, 1.0, 1.0, 0.5, 0.1])


@rule
def choose_offender(o, first, j, week, seed, network, reachable):
    """The free member of enterprise j who is caught, -1 if none can be reached.

    ``network`` in [0, 1] is what is known of who stands behind it: it leads up the ranks. Abroad only those who move
    people can be reached (C9-M12).
    """
    best, chosen = 0.0, -1
    for place in range(first[j], first[j + 1]):
        if o.row[place].status != Status.FREE:
            continue
        role = o.row[place].role
        if not reachable and role != Role.MOVER and role != Role.ORGANISER:
            continue
        # a loner organises and moves
        exposed = EXPOSURE[role] if reachable else 1.0
        weight = exposed * (1.0 - network) + network * (1.0 - exposed) * 0.5
        u = draw(seed, Stream.OFFENDER_CAUGHT, place, o.row[place].unit, week, 0)
        score = weight / -math.log(u)
        if score > best:
            best, chosen = score, place
    return chosen


@rule
def resize(t, j, change, traits, capacity_scale):
    """Enterprise j has more or fewer free members, and room for clients in proportion."""
    t.row[j].members = max(t.row[j].members + change, 0.0)
    kind = t.row[j].kind
    t.row[j].capacity = traits[kind, 1] * capacity_scale * t.row[j].members / traits[kind, 0]
    t.row[j].taken = min(t.row[j].taken, math.ceil(t.row[j].capacity))


@rule
def high_rank(o, t, place, traits):
    """Whether an offender organises, manages or keeps the money of others; who works alone does not."""
    role = o.row[place].role
    alone = traits[t.row[o.row[place].unit].kind, 0] <= 1.0
    return not alone and (role == Role.ORGANISER or role == Role.MANAGER or role == Role.MONEY)


@rule
def arrest(o, t, place, until, counters, traits, capacity_scale):
    """An offender is held until a week; the enterprise loses what she did for it."""
    counters[C.ARRESTS_HIGH if high_rank(o, t, place, traits) else C.ARRESTS_LOW] += 1.0
    o.row[place].status = Status.HELD
    o.row[place].until = until
    resize(t, o.row[place].unit, -1.0, traits, capacity_scale)


@kernel
def release_offenders(o, t, week, traits, capacity_scale, counters):
    """Offenders whose time is over go back to an enterprise that still exists."""
    held = 0.0
    for place in range(len(o.row)):
        if o.row[place].status != Status.HELD:
            continue
        if o.row[place].until > week:
            held += 1.0
            continue
        j = o.row[place].unit
        if t.row[j].active == 1:
            o.row[place].status = Status.FREE
            resize(t, j, 1.0, traits, capacity_scale)
        else:
            o.row[place].status = Status.NOBODY
    counters[C.OFFENDERS_HELD] = held
