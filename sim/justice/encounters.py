"""Ways out of exploitation: one table of hazards, one keyed clock per cause, the earliest wins (model 4.5).

Clocks are keyed by (person, week, cause), those of raids and inspections by (venue, week): a change in one hazard does
not reshuffle the others, and everyone in a raided place is met in the same week. An exponential clock has no memory, so
that a fresh one each week has the same law as one for the whole spell.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, block
from sim.kernel import rule

if TYPE_CHECKING:
    from sim.state import State

Floats = NDArray[np.float64]
WEEKS = 52.0


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


NOTHING = -1
# columns of the table of what reaches a workplace from outside
TIP, NEIGHBOURS, HOTLINE_CALL, OUTREACH_VISIT, RAIDED, INSPECTED, HEALTH_CARE = range(7)

# share of each that a discreet or private place lets through
SEEN_BY_CLIENTS = np.array([1.0, 0.9, 0.7])
SEEN_BY_NEIGHBOURS = np.array([1.0, 0.5, 0.2])
SEEN_BY_POLICE = np.array([1.0, 0.5, 0.1])
SEEN_BY_INSPECTORS = np.array([1.0, 0.8, 0.3])
# by Control: who can telephone, and who is hurt enough to need care
CAN_CALL = np.array([1.0, 0.9, 0.6, 0.15, 0.15])
NEEDS_CARE = np.array([0.3, 0.3, 0.5, 0.8, 2.0])


def reach_of_agencies(state: State, levers: dict[str, Floats]) -> Floats:
    """Weekly hazards of being met, float64 (cells, 3 visibilities, 7), under ``levers`` (now or expected)."""
    values, sectors = state.scenario.values, state.world.sectors
    regions, count = len(state.world.regions.name), len(sectors.name)
    table = np.empty((regions, count, 3, 7))
    penalty = levers["demand.buyer_penalty"]
    tips = values["exit.client_tip"] * np.exp(-values["exit.tip_deterred"] * penalty) * sectors.client_contact
    if state.mechanisms["client_tips"] == "off":
        tips = np.zeros_like(penalty)
    near = values["exit.neighbour"] * (1.0 - sectors.isolation)
    law = state.world.regions.rule_of_law
    table[..., TIP] = (tips * (0.3 + law)[:, None])[..., None] * SEEN_BY_CLIENTS
    table[..., NEIGHBOURS] = near[None, :, None] * SEEN_BY_NEIGHBOURS
    table[..., HOTLINE_CALL] = levers["protection.hotline"][:, None, None]
    met = levers["protection.outreach"][:, None] * (1.0 - sectors.isolation)[None, :]
    table[..., OUTREACH_VISIT] = met[..., None] * SEEN_BY_NEIGHBOURS
    table[..., RAIDED] = (levers["police.raids"][:, None] * sectors.raided[None, :])[..., None] * SEEN_BY_POLICE
    visited = levers["work.inspection"] * sectors.inspected[None, :]
    table[..., INSPECTED] = visited[..., None] * SEEN_BY_INSPECTORS
    table[..., HEALTH_CARE] = values["exit.health"] * (0.3 + law)[:, None, None]
    return np.asarray(table.reshape(regions * count, 3, 7) / WEEKS)


def detection(table: Floats) -> Floats:
    """Weekly hazard of being found as a controller sees it, by means of control: (cells, 3, 5)."""
    found = table[..., TIP] + table[..., NEIGHBOURS] + table[..., OUTREACH_VISIT] + table[..., RAIDED]
    found = found + table[..., INSPECTED]
    return np.asarray(
        found[..., None] + table[..., HOTLINE_CALL, None] * CAN_CALL + table[..., HEALTH_CARE, None] * NEEDS_CARE
    )


def inspection_removals(state: State, levers: dict[str, Floats]) -> Floats:
    """Yearly hazard that inspection brings a person without status to immigration, by region: zero behind a firewall.

    Inspections find people who work on going terms too; without a firewall they turn into removals (C7-P22).
    """
    sectors, world = state.world.sectors, state.world
    visited = levers["work.inspection"] * sectors.inspected[None, :]
    weight = world.demand_shares
    reported = 1.0 - levers["status.firewall"]
    return np.asarray((visited * weight).sum(axis=1) * reported * state.scenario.values["exit.inspected_irregular"])


@rule
def fires(u, hazard):
    """Time of a clock of this weekly hazard, in weeks, or 2 if it does not go off this week."""
    if hazard <= 0.0 or u < 1.0 - hazard:  # -ln(u) >= 1 - u: cannot go off
        return 2.0
    return -math.log(u) / hazard


@rule
def first_exit(
    seed, i, generation, week, k, venue_generation, own, complaint, dismissal, death, table, visibility, cell, control
):
    """The first cause to go off this week for person i in venue k, or NOTHING; hazards are weekly."""
    best, cause = 1.0, NOTHING
    u_own, u_complaint, u_dismissal, u_death = block(seed, Stream.EXIT, i, generation, week, 0)
    u_tip, u_near, u_hotline, u_outreach = block(seed, Stream.EXIT, i, generation, week, 1)
    u_health, _, _, _ = block(seed, Stream.EXIT, i, generation, week, 2)
    u_raid, u_inspection, _, _ = block(seed, Stream.EXIT_VENUE, k, venue_generation, week, 0)
    when = fires(u_own, own)
    if when < best:
        best, cause = when, Exit.OWN
    when = fires(u_complaint, complaint)
    if when < best:
        best, cause = when, Exit.COMPLAINT
    when = fires(u_dismissal, dismissal)
    if when < best:
        best, cause = when, Exit.DISMISSED
    when = fires(u_death, death)
    if when < best:
        best, cause = when, Exit.DEATH
    when = fires(u_tip, table[cell, visibility, TIP])
    if when < best:
        best, cause = when, Exit.CLIENT_TIP
    when = fires(u_near, table[cell, visibility, NEIGHBOURS])
    if when < best:
        best, cause = when, Exit.NEIGHBOUR
    when = fires(u_hotline, table[cell, visibility, HOTLINE_CALL] * CAN_CALL[control])
    if when < best:
        best, cause = when, Exit.HOTLINE
    when = fires(u_outreach, table[cell, visibility, OUTREACH_VISIT])
    if when < best:
        best, cause = when, Exit.OUTREACH
    when = fires(u_health, table[cell, visibility, HEALTH_CARE] * NEEDS_CARE[control])
    if when < best:
        best, cause = when, Exit.HEALTH
    when = fires(u_raid, table[cell, visibility, RAIDED])
    if when < best:
        best, cause = when, Exit.RAID
    when = fires(u_inspection, table[cell, visibility, INSPECTED])
    if when < best:
        best, cause = when, Exit.INSPECTION
    return cause
