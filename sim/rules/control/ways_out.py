"""Ways out of exploitation: one table of hazards, one keyed clock for each cause, the earliest wins (model 4.5).

Clocks are keyed by (person, week, cause), those of raids and inspections by (venue, week): a change in one hazard does
not reshuffle the others, and everyone in a raided place is met in the same week. An exponential clock has no memory, so
that a fresh one each week has the same law as one for the whole spell.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import NamedTuple

from sim.ground.draws import Stream, block
from sim.ground.kernel import rule


class Exit(IntEnum):
    """Causes of leaving exploitation: the order of the counters ``exit_*``."""

    DEBT_CLEARED = 0
    DISMISSED = 1
    OWN = 2
    COMPLAINT = 3
    CLIENT_TIP = 4
    NEIGHBOUR = 5
    HOTLINE = 6
    OUTREACH = 7
    RAID = 8
    INSPECTION = 9
    HEALTH = 10
    STATUS_CHECK = 11
    RELEASED = 12
    BETTER_TERMS = 13
    DEATH = 14
    OTHER = 15
    CLOSED = 16  # police closed the place to arrest its owner


NOTHING = -1
# columns of the table of what reaches a workplace from outside
TIP, NEIGHBOURS, HOTLINE_CALL, OUTREACH_VISIT, RAIDED, INSPECTED, HEALTH_CARE = range(7)


class OwnHazards(NamedTuple):
    """Weekly hazards of the ways out that nobody from outside opens."""

    own: float
    complaint: float
    dismissal: float
    death: float


@rule
def sooner(u, hazard, named, best, cause):
    """(time, cause) of the earlier of what has been found so far and a clock of this weekly hazard."""
    if hazard <= 0.0 or u < 1.0 - hazard:  # -ln(u) >= 1 - u: cannot go off this week
        return best, cause
    when = -math.log(u) / hazard
    return (when, named) if when < best else (best, cause)


@rule
def first_exit(now, rules, i, row, venue, inside, met):
    """The first cause to go off this week for person i, or NOTHING.

    ``row`` is that of the person, ``venue`` that of the place where she works; ``inside`` are her OwnHazards and
    ``met`` the weekly hazards that reach such a place from outside.
    """
    u_own, u_complaint, u_dismissal, u_death = block(now.seed, Stream.EXIT, i, row.generation, now.week, 0)
    u_tip, u_near, u_hotline, u_outreach = block(now.seed, Stream.EXIT, i, row.generation, now.week, 1)
    u_health, _, _, _ = block(now.seed, Stream.EXIT, i, row.generation, now.week, 2)
    u_raid, u_inspection, _, _ = block(now.seed, Stream.EXIT_VENUE, row.venue, venue.generation, now.week, 0)
    best, cause = 1.0, NOTHING
    best, cause = sooner(u_own, inside.own, Exit.OWN, best, cause)
    best, cause = sooner(u_complaint, inside.complaint, Exit.COMPLAINT, best, cause)
    best, cause = sooner(u_dismissal, inside.dismissal, Exit.DISMISSED, best, cause)
    best, cause = sooner(u_death, inside.death, Exit.DEATH, best, cause)
    best, cause = sooner(u_tip, met[TIP], Exit.CLIENT_TIP, best, cause)
    best, cause = sooner(u_near, met[NEIGHBOURS], Exit.NEIGHBOUR, best, cause)
    best, cause = sooner(u_hotline, met[HOTLINE_CALL] * rules.can_call[row.control], Exit.HOTLINE, best, cause)
    best, cause = sooner(u_outreach, met[OUTREACH_VISIT], Exit.OUTREACH, best, cause)
    best, cause = sooner(u_health, met[HEALTH_CARE] * rules.needs_care[row.control], Exit.HEALTH, best, cause)
    best, cause = sooner(u_raid, met[RAIDED], Exit.RAID, best, cause)
    best, cause = sooner(u_inspection, met[INSPECTED], Exit.INSPECTION, best, cause)
    return cause
