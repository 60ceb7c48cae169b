"""Node-level conditions of the week: what work pays and costs, what the law does, what people fear of removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.agents.officials import Post
from sim.conditions.demand import customers_of, mission_share
from sim.conditions.encounters import detection, reach_of_agencies
from sim.conditions.incomes import wages
from sim.conditions.prospects import announced_removal
from sim.rules.control.ways_out import INSPECTED, NEIGHBOURS, RAIDED, TIP
from sim.rules.corruption.bribes import bought_by_region, leaks
from sim.rules.work.value import credit_limits, typical_values

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def fear_of_removal(state: State) -> Floats:
    """Fear of removal without status, in [0, 1], by region; zero with the switch ``deportation_fear`` off."""
    if state.mechanisms["deportation_fear"] == "off":
        return np.zeros(len(state.world.regions.name))
    return np.asarray(-np.expm1(-state.scenario.values["control.fear_removal"] * announced_removal(state)))


def bought_off(state: State, table: Floats, by_mission: Floats) -> tuple[Floats, Floats]:
    """What officials who sell take out of the hazards of being met, and what that costs a controller.

    table : (cells, 3, 7) weekly hazards; ``by_mission`` (cells,) as of ``asks_the_mission``. Returns the table as
    controllers expect it to come about, and US$/week (cells, 3).
    """
    regions, sectors = len(state.world.regions.name), len(state.world.sectors.name)
    expected, cost = table.copy(), np.zeros(table.shape[:2])
    in_money = np.tile(1.0 - state.p.term.in_kind * state.world.sectors.commercial_sex, regions)
    local = 1.0 - by_mission
    for post, causes, part in (
        (Post.POLICE, (TIP, NEIGHBOURS, RAIDED), local),
        (Post.INSPECTORATE, (INSPECTED,), local),
        (Post.MISSION, (TIP, NEIGHBOURS, RAIDED, INSPECTED), by_mission),
    ):
        share, price = bought_by_region(state.units, state.p.official, post, regions)
        betrayed = leaks(share, state.p.term.briefed)
        for cause in causes:
            bought = (part * np.repeat(betrayed if cause == RAIDED else share, sectors))[:, None]
            cost += table[..., cause] * bought * (in_money * np.repeat(price, sectors))[:, None]
            expected[..., cause] -= table[..., cause] * bought
    return expected, cost


def asks_the_mission(state: State) -> Floats:
    """Share of raids, inspections and tips that need a mission's consent; (cells,).

    It is the mission's share of the buyers there, as far as members are immune (C8-M06).
    """
    immune = np.repeat(state.levers.now["mission.immunity"], len(state.world.sectors.name))
    return np.asarray(mission_share(state) * immune)


def see_work(state: State) -> None:
    """What a week's work is worth, what control costs and what it risks, by region and sector."""
    world, values, levers = state.world, state.scenario.values, state.levers.expected
    regions, region, cell = world.regions, state.regions, state.cells
    wage = wages(state)
    certainty = state.experience.certainty()
    by_mission = asks_the_mission(state)
    reach = reach_of_agencies(state, levers)
    if levers is state.levers.now:  # nothing is announced: the same for those who plan and for those who are met
        cell["hazards"][:] = reach
    hazards, bribes = bought_off(state, reach, by_mission)
    region["wage"][:] = wage
    region["outside"][:] = wage * regions.employment[:, None]
    region["fear"][:] = fear_of_removal(state)
    # certainty is that of a typical case; it is spread over cases by how likely a person is to testify
    region["conviction_loss"][:] = (
        levers["justice.penalty_exploitation"] * certainty / values["justice.typical_testimony"]
    )
    region["employer_loss"][:] = levers["work.employer_penalty"]
    region["control_cost"][:] = regions.wage_regular[:, None] * state.p.control.cost[None, :]
    cell["detection"][:] = detection(hazards, state.p.term)
    cell["bribes"][:] = bribes
    cell["customers"][:] = customers_of(state)
    cell["by_mission"][:] = by_mission
    cell["deterred"][:] = deterred_from_work(state)


def deterred_from_work(state: State) -> Floats:
    """What a penalty for those who do such work leaves of its draw on people who look for work; (cells,).

    Nobody who is made to do it is kept from it: that is how the share of coerced people can rise (EC 2.10).
    """
    penalty = state.levers.now["demand.seller_penalty"].ravel()
    return np.asarray((1.0 + penalty) ** -state.scenario.values["demand.seller_elasticity"])


def weigh_the_way_on(state: State) -> None:
    """What going on with a provider and the alternatives are worth, by pair."""
    failure, pair = state.beliefs.failure(), state.pairs
    pair["onward_alone_chance"][:] = 1.0 - failure[:, 0]
    pair["onward_alone_cost"][:] = pair["alone_cost"]
    pair["onward_provider_chance"][:] = 1.0 - failure[:, 1]
    pair["onward_fee"][:] = pair["fee"]
    pair["onward_credit"][:] = state.regions["recoverable"][state.world.pairs.end]


def appraise(state: State) -> None:
    """Every four weeks: V of typical newcomers and what lenders can expect to recover."""
    typical_values(
        state.regions.records, state.cells.records, state.sectors.records, state.p.control, len(state.sectors)
    )
    credit_limits(state.regions.records, state.p.control)
