"""People in enterprises: who organises, recruits, moves, guards and collects (model 2).

Rows are grouped by latent enterprise. An enterprise's size is its count of free offenders; roles are functions that a
network must fill. People exploited for long may be promoted and become offenders themselves (C1-M43 to C1-M46).
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ground.table import Column


class Role(IntEnum):
    """What an offender does for the enterprise."""

    ORGANISER = 0
    MANAGER = 1
    RECRUITER = 2
    MOVER = 3
    GUARD = 4
    COLLECTOR = 5
    MONEY = 6


class Status(IntEnum):
    """Whether the place in the enterprise is filled."""

    NOBODY = 0
    FREE = 1
    HELD = 2  # waits for trial, or serves a sentence


# one after the other as an enterprise grows: a loner does everything
ROLES = np.array(
    [Role.ORGANISER, Role.MOVER, Role.RECRUITER, Role.GUARD, Role.MANAGER, Role.MOVER, Role.RECRUITER, Role.COLLECTOR,
     Role.MOVER, Role.GUARD, Role.RECRUITER, Role.MONEY, Role.MOVER, Role.MANAGER, Role.GUARD]
)  # fmt: skip

OFFENDER_COLUMNS: tuple[Column, ...] = (
    Column("unit", "i4", "row of the enterprise", packed=True),
    Column("role", "i1", "Role", packed=True),
    Column("status", "i1", "Status", packed=True),
    Column("region", "i2", "region", packed=True),
    Column("female", "i1", "1 for women", packed=True),
    Column("person", "i4", "row of the person who was promoted, -1 for others", -1, packed=True),
    Column("generation", "i4", "generation of that person", packed=True),
    Column("until", "i4", "week until which the offender is held", packed=True),
)


@kernel
def join(offenders, offender_first, rules, j, members, entrant, seed):
    """The members of an enterprise that opens take their places."""
    for member in range(offender_first[j], offender_first[j + 1]):
        at = member - offender_first[j]
        offenders[member].person = -1
        offenders[member].status = Status.FREE if at < members else Status.NOBODY
        offenders[member].role = ROLES[at % len(ROLES)]
        offenders[member].female = draw(seed, Stream.OFFENDER_TRAITS, member, entrant, 0, 0) < rules.female_share


@part
def disband(offenders, offender_first, j):
    """The places of an enterprise that closes are empty."""
    for member in range(offender_first[j], offender_first[j + 1]):
        offenders[member].status = Status.NOBODY
        offenders[member].person = -1


@kernel
def follow_enterprises(enterprises, offenders, offender_first, rules, known, seed):
    """Offenders of enterprises that have opened or closed since last week; ``known`` (n,) who held each row then."""
    for j in range(len(enterprises.row)):
        holder = enterprises.row[j].generation if enterprises.row[j].active == 1 else -1
        if holder == known[j]:
            continue
        known[j] = holder
        if holder >= 0:
            join(offenders, offender_first, rules, j, round(enterprises.row[j].members), holder, seed)
        else:
            disband(offenders, offender_first, j)


@rule
def grow(enterprises, j, change):
    """Enterprise j has more or fewer free members, and room for clients in proportion."""
    firm = enterprises.row[j]
    before = firm.members
    firm.members = max(before + change, 0.0)
    if before > 0.0:
        firm.capacity = firm.capacity * firm.members / before
        firm.taken = min(firm.taken, math.ceil(firm.capacity))


@part
def promote(s, rules, active, i, region, u):
    """An enterprise of the region takes in person i as a recruiter. Returns its row, or -1 if none has room.

    ``u`` is a keyed uniform that picks the one among the ``active`` rows of the region that is asked first.
    """
    first = s.region_first[region]
    count = s.region_first[region + 1] - first
    start = int(u * count)
    for step in range(min(count, rules.promotion_asked)):
        j = active[first + (start + step) % count]
        for member in range(s.offender_first[j], s.offender_first[j + 1]):
            if s.offenders[member].status == Status.NOBODY:
                s.offenders[member].status = Status.FREE
                s.offenders[member].role = Role.RECRUITER
                s.offenders[member].person = i
                s.offenders[member].generation = s.people.row[i].generation
                s.offenders[member].female = s.people.row[i].female
                grow(s.enterprises, j, 1.0)
                return j
    return -1


@kernel
def leave_ranks(people, enterprises, offenders):
    """People who were promoted and have died, grown out of the model or moved leave the enterprise."""
    for member in range(len(offenders)):
        i = offenders[member].person
        if i < 0:
            continue
        if people.row[i].generation != offenders[member].generation or people.here[i] != offenders[member].region:
            free = offenders[member].status == Status.FREE
            offenders[member].status = Status.NOBODY
            offenders[member].person = -1
            j = offenders[member].unit
            if enterprises.row[j].active == 1 and free:
                grow(enterprises, j, -1.0)
