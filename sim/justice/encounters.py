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
    CLOSED = 16  # police closed the place to arrest its owner


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
    # where police are trusted people report what they see (C5-P12)
    reported = near[None, :] * (1.0 + 2.0 * levers["police.community"])[:, None]
    table[..., NEIGHBOURS] = reported[..., None] * SEEN_BY_NEIGHBOURS
    table[..., HOTLINE_CALL] = levers["protection.hotline"][:, None, None]
    met = levers["protection.outreach"][:, None] * (1.0 - sectors.isolation)[None, :]
    table[..., OUTREACH_VISIT] = met[..., None] * SEEN_BY_NEIGHBOURS
    raided = levers["police.raids"][:, None] * sectors.raided[None, :] * levers["agency.priority"]
    table[..., RAIDED] = raided[..., None] * SEEN_BY_POLICE
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
def sooner(u, hazard, named, best, cause):
    """(time, cause) of the earlier of what has been found so far and a clock of this weekly hazard."""
    if hazard <= 0.0 or u < 1.0 - hazard:  # -ln(u) >= 1 - u: cannot go off this week
        return best, cause
    when = -math.log(u) / hazard
    return (when, named.value) if when < best else (best, cause)


@rule
def first_exit(
    seed, i, generation, week, k, venue_generation, own, complaint, dismissal, death, table, visibility, cell, control
):
    """The first cause to go off this week for person i in venue k, or NOTHING; hazards are weekly."""
    u_own, u_complaint, u_dismissal, u_death = block(seed, Stream.EXIT, i, generation, week, 0)
    u_tip, u_near, u_hotline, u_outreach = block(seed, Stream.EXIT, i, generation, week, 1)
    u_health, _, _, _ = block(seed, Stream.EXIT, i, generation, week, 2)
    u_raid, u_inspection, _, _ = block(seed, Stream.EXIT_VENUE, k, venue_generation, week, 0)
    met = table[cell, visibility]
    best, cause = 1.0, NOTHING
    best, cause = sooner(u_own, own, Exit.OWN, best, cause)
    best, cause = sooner(u_complaint, complaint, Exit.COMPLAINT, best, cause)
    best, cause = sooner(u_dismissal, dismissal, Exit.DISMISSED, best, cause)
    best, cause = sooner(u_death, death, Exit.DEATH, best, cause)
    best, cause = sooner(u_tip, met[TIP], Exit.CLIENT_TIP, best, cause)
    best, cause = sooner(u_near, met[NEIGHBOURS], Exit.NEIGHBOUR, best, cause)
    best, cause = sooner(u_hotline, met[HOTLINE_CALL] * CAN_CALL[control], Exit.HOTLINE, best, cause)
    best, cause = sooner(u_outreach, met[OUTREACH_VISIT], Exit.OUTREACH, best, cause)
    best, cause = sooner(u_health, met[HEALTH_CARE] * NEEDS_CARE[control], Exit.HEALTH, best, cause)
    best, cause = sooner(u_raid, met[RAIDED], Exit.RAID, best, cause)
    best, cause = sooner(u_inspection, met[INSPECTED], Exit.INSPECTION, best, cause)
    return cause
