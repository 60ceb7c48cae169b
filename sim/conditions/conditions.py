"""Node-level conditions of the week: what work pays and costs, and what it risks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.officials import Post
from sim.conditions.demand import mission_share
from sim.conditions.encounters import met_in_a_week
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
from sim.rules.corruption.bribes import unit_at
from sim.rules.justice.experience import certainty
from sim.rules.work.value import credit_limits, typical_values

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def see_work(state: State) -> None:
    """What a week's work is worth, what control costs and what it risks, by region and sector."""
    s, p = state.s, state.p
    see_pay(s.regions, p)
    state.regions["fear"][:] = fear_of_removal(state)
    # where something is announced those who plan see what will be, and people are met as it is
    see_risks(s, p, levers_as_expected(state))


def levers_as_expected(state: State) -> bool:
    """Whether nothing is announced, so that planning for what will be is planning for what is."""
    return state.levers.expected is state.levers.now


def fear_of_removal(state: State) -> Floats:
    """Fear of removal without status, in [0, 1], by region; zero with the switch ``deportation_fear`` off."""
    if state.mechanisms["deportation_fear"] == "off":
        return np.zeros(len(state.regions))
    return np.asarray(-np.expm1(-state.scenario.values["control.fear_removal"] * state.s.law["removal"]))


@kernel
def see_pay(regions, p):
    """What work pays without and with papers, and what a conviction costs who controls somebody."""
    for region in range(len(regions)):
        row = regions[region]
        row.wage[0] = row.wage_irregular * row.wage_index * row.grown
        row.wage[1] = row.wage_regular * row.grown
        for papers in range(2):
            row.outside[papers] = row.wage[papers] * row.employment
        # certainty is that of a typical case; it is spread over cases by how likely a person is to testify
        row.conviction_loss = row.penalty_exploitation * certainty(regions, p.belief, region) / p.term.typical_testimony


@kernel
def see_risks(s, p, met):
    """Who may find out what happens at work, what officials let through for money, and who buys there.

    ``met`` : whether people are met as those who plan expect.
    """
    for cell in range(len(s.cells)):
        row, region, sector = s.cells[cell], cell // len(s.sectors), cell % len(s.sectors)
        here = s.regions[region]
        from_mission = mission_share(s.cells, cell)
        # raids, inspections and tips that need a mission's consent, as far as members are immune (C8-M06)
        row.by_mission = from_mission * here.immunity
        spared = 1.0 - from_mission * here.shielded
        hidden = from_mission * here.kept_out
        in_money = 1.0 - p.term.in_kind * s.sectors[sector].commercial_sex
        for visibility in range(3):
            if met:
                for cause in range(7):
                    row.hazards[visibility, cause] = met_in_a_week(row.reach, visibility, cause, spared)
            found, bribes = found_in_spite_of_bribes(s, p, cell, visibility, spared, in_money)
            row.bribes[visibility] = bribes
            called = met_in_a_week(row.reach, visibility, HOTLINE_CALL, spared)
            treated = met_in_a_week(row.reach, visibility, HEALTH_CARE, spared)
            for means in range(5):
                row.detection[visibility, means] = (
                    found + called * p.term.can_call[means] + treated * p.term.needs_care[means]
                )
            row.customers[visibility] = s.sectors[sector].customers[visibility]
        # members of a mission who are kept out of open places are served under cover
        row.customers[0] = (1.0 - row.boycotted) * (1.0 - hidden)
        row.customers[1] *= 1.0 - p.venue_market.boycott_discreet * row.boycotted


@rule
def found_in_spite_of_bribes(s, p, cell, visibility, spared, in_money):
    """(weekly hazard of being found, US$/week for bribes), as whoever controls people there expects.

    Officials who sell take a part out of each way to be found; ``in_money`` is the share of their price paid in money.
    """
    row, region = s.cells[cell], cell // len(s.sectors)
    police = unit_at(p.official, Post.POLICE, region)
    inspectors = unit_at(p.official, Post.INSPECTORATE, region)
    mission = unit_at(p.official, Post.MISSION, region)
    tip = met_in_a_week(row.reach, visibility, TIP, spared)
    near = met_in_a_week(row.reach, visibility, NEIGHBOURS, spared)
    raid = met_in_a_week(row.reach, visibility, RAIDED, spared)
    visit = met_in_a_week(row.reach, visibility, INSPECTED, spared)
    local = 1.0 - row.by_mission
    cost, tip_1, near_1, raid_1, _ = let_off(s.units, police, local, in_money, tip, near, raid, 0.0, 0.0)
    cost, _, _, _, visit_1 = let_off(s.units, inspectors, local, in_money, 0.0, 0.0, 0.0, visit, cost)
    cost, tip_2, near_2, raid_2, visit_2 = let_off(
        s.units, mission, row.by_mission, in_money, tip, near, raid, visit, cost
    )
    outreach = met_in_a_week(row.reach, visibility, OUTREACH_VISIT, spared)
    found = (tip - tip_1 - tip_2) + (near - near_1 - near_2) + outreach + (raid - raid_1 - raid_2)
    return found + (visit - visit_1 - visit_2), cost


@rule
def let_off(units, unit, part, in_money, tip, near, raid, visit, cost):
    """(``cost`` and what officials of a unit take, hazards that they let through of tips, neighbours, raids, visits).

    ``part`` : share of such events that come before them.
    """
    bought, warned, price = part * units[unit].bought, part * units[unit].betrayed, in_money * units[unit].price
    tip, near, raid, visit = tip * bought, near * bought, raid * warned, visit * bought
    return cost + tip * price + near * price + raid * price + visit * price, tip, near, raid, visit


def appraise(state: State) -> None:
    """Every four weeks: V of typical newcomers and what lenders can expect to recover."""
    typical_values(state.s.regions, state.s.cells, state.s.sectors, state.p.control)
    credit_limits(state.s.regions, state.p.control)
