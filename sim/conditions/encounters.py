"""How likely people at work are to be met this week, and by whom: from this ways out are drawn (model 4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.conditions.demand import mission_share
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import kernel, rule
from sim.rules.control.ways_out import (
    HEALTH_CARE,
    HOTLINE_CALL,
    INSPECTED,
    NEIGHBOURS,
    OUTREACH_VISIT,
    RAIDED,
    TIP,
)

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def reach_of_agencies(state: State, levers: dict[str, Floats]) -> Floats:
    """Yearly hazards of being met, float64 (cells, 3 visibilities, 7), under ``levers`` (now or expected).

    What places that serve a mission are spared comes later (:func:`met_in_a_week`).
    """
    values, sectors, rules = state.scenario.values, state.world.sectors, state.p.term
    regions, count = len(state.world.regions.name), len(sectors.name)
    table = np.empty((regions, count, 3, 7))
    law = values["exit.lawless"] + (1.0 - values["exit.lawless"]) * levers["region.rule_of_law"]
    table[..., TIP] = (tips_of_clients(state, levers) * law[:, None])[..., None] * rules.seen_by_clients
    # who works with communities reaches people whom nobody else sees (C7-P09)
    engaged = levers["society.community_engagement"][:, None]
    isolation = sectors.isolation[None, :] * (1.0 - values["exit.engaged_reach"] * engaged)
    near = values["exit.neighbour"] * (1.0 - isolation) * (1.0 + engaged)
    # where police are trusted people report what they see (C5-P12)
    trusted = 1.0 + values["police.community_reports"] * levers["police.community"]
    reported = near * trusted[:, None] * public(state, levers)[:, None]
    table[..., NEIGHBOURS] = reported[..., None] * rules.seen_by_neighbours
    table[..., HOTLINE_CALL] = levers["protection.hotline"][:, None, None]
    met = levers["protection.outreach"][:, None] * (1.0 - sectors.isolation)[None, :]
    table[..., OUTREACH_VISIT] = met[..., None] * rules.seen_by_neighbours
    raided = levers["police.raids"][:, None] * sectors.raided[None, :] * levers["agency.priority"]
    table[..., RAIDED] = raided[..., None] * rules.seen_by_police
    visited = levers["work.inspection"] * reach_of_inspectors(state, levers)
    table[..., INSPECTED] = visited[..., None] * rules.seen_by_inspectors
    table[..., HEALTH_CARE] = values["exit.health"] * law[:, None, None]
    return table.reshape(regions * count, 3, 7)


def tips_of_clients(state: State, levers: dict[str, Floats]) -> Floats:
    """Yearly tips by clients, (regions, sectors): a tip costs the tipster the penalty he believes in (C13-M38).

    ``demand.client_reporting`` keeps part of that from him and makes it easy to be heard.
    """
    values, sectors = state.scenario.values, state.world.sectors
    penalty, heard = levers["demand.buyer_penalty"], levers["demand.client_reporting"][:, None]
    if state.mechanisms["client_tips"] == "off":
        return np.zeros_like(penalty)
    deterred = np.exp(-values["exit.tip_deterred"] * penalty * (1.0 - values["exit.heard_spared"] * heard))
    known = (1.0 + values["exit.reporting"] * heard) * public(state, levers)[:, None]
    return np.asarray(values["exit.client_tip"] * deterred * sectors.client_contact * known)


def public(state: State, levers: dict[str, Floats]) -> Floats:
    """How readily the public reports what it sees, over the start: what it knows, less hostility; (regions,)."""
    values, start = state.scenario.values, state.levers.start
    weight = values["society.awareness_weight"]
    knows = (1.0 + weight * levers["society.awareness"]) / (1.0 + weight * start["society.awareness"])
    return np.asarray(knows * hostility(state, levers))


def hostility(state: State, levers: dict[str, Floats]) -> Floats:
    """What hostility to migrants leaves of goodwill, trust and readiness to report, over the start; (regions,)."""
    more = levers["society.xenophobia"] - state.levers.start["society.xenophobia"]
    return np.asarray(np.exp(-state.scenario.values["society.xenophobia_weight"] * more))


def reach_of_inspectors(state: State, levers: dict[str, Floats]) -> Floats:
    """How far labour inspection reaches, (regions, sectors): further where law covers informal work (C13-M15)."""
    inspected, reach = state.world.sectors.inspected[None, :], state.scenario.values["work.coverage_reach"]
    return np.asarray(inspected + reach * (1.0 - inspected) * levers["work.informal_coverage"][:, None])


def shielded_by_missions(state: State, levers: dict[str, Floats]) -> Floats:
    """Share of raids, inspections and tips from which a mission keeps the places that serve it, (regions,).

    Local police have no say over members (``mission.immunity``, C8-M06); patrols that keep venues safe protect them too
    (C8-M14).
    """
    values, safe = state.scenario.values, np.maximum(-levers["mission.patrols"], 0.0)
    immune = 1.0 - values["mission.immunity_shield"] * levers["mission.immunity"]
    return np.asarray(1.0 - immune * (1.0 - values["mission.patrol_shield"] * safe))


@rule
def met_in_a_week(yearly, visibility, cause, spared):
    """Weekly hazard of being met; of raids, inspections and tips a place that serves a mission is ``spared`` some."""
    hazard = yearly[visibility, cause]
    if cause in (TIP, RAIDED, INSPECTED):
        hazard *= spared
    return hazard / WEEKS_PER_YEAR


@rule
def hazards_of_a_week(yearly, visibility, spared):
    """Weekly hazards of being met, by cause."""
    return (
        met_in_a_week(yearly, visibility, TIP, spared),
        met_in_a_week(yearly, visibility, NEIGHBOURS, spared),
        met_in_a_week(yearly, visibility, HOTLINE_CALL, spared),
        met_in_a_week(yearly, visibility, OUTREACH_VISIT, spared),
        met_in_a_week(yearly, visibility, RAIDED, spared),
        met_in_a_week(yearly, visibility, INSPECTED, spared),
        met_in_a_week(yearly, visibility, HEALTH_CARE, spared),
    )


@kernel
def reach_people_now(regions, cells, count):
    """How likely people at work are to be met this week, where what is announced is another thing."""
    for cell in range(len(cells)):
        row = cells[cell]
        spared = 1.0 - mission_share(cells, cell) * regions[cell // count].shielded_now
        for visibility in range(3):
            for cause in range(7):
                row.hazards[visibility, cause] = met_in_a_week(row.reach_now, visibility, cause, spared)


def inspection_removals(state: State, levers: dict[str, Floats]) -> Floats:
    """Yearly hazard that inspection brings a person without status to immigration, by region: zero behind a firewall.

    Inspections find people who work on going terms too; without a firewall they turn into removals (C7-P22).
    """
    visited = levers["work.inspection"] * reach_of_inspectors(state, levers)
    weight = state.world.demand_shares
    reported = 1.0 - levers["status.firewall"]
    return np.asarray((visited * weight).sum(axis=1) * reported * state.scenario.values["exit.inspected_irregular"])
