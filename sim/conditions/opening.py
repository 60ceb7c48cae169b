"""What people and brokers start from, and how many genuine papers there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.conditions.prospects import find_ways_alone, status_law
from sim.rules.moving.entry import SKILL_STEPS, tabulate_costs
from sim.rules.people.anticipation import begin_to_hope

if TYPE_CHECKING:
    from sim.state.state import State


def initial_beliefs(state: State) -> None:
    """Communities begin with what is so before any policy: the chances of each way, and its danger."""
    legs = state.world.legs
    tabulate_costs(state.s, state.p)
    find_ways_alone(state.s, state.p)
    failure = state.pairs["start_failure"]
    failure[:, 0] = 1.0 - state.pairs["way_alone_chance"]
    failure[:, 1] = 1.0 - np.clip(state.pairs["success"][:, SKILL_STEPS // 2], 0.0, 1.0)
    for pair, way in enumerate(state.world.route_legs[state.world.pairs.official]):
        failure[pair, 2] = 1.0 - np.prod(1.0 - legs.document_check[way[way >= 0]])
    state.pairs["start_death"] = state.pairs["way_alone_danger"][:, None]
    if state.p.anticipation.on:
        begin_to_hope(state.s.regions, *status_law(state.levers.start))


def count_papers(state: State) -> None:
    """Genuine papers of the week from fronts and from officials, and the share of the latter."""
    regions = state.regions
    fronts, issued = regions["papers_fronts"], regions["papers_issued"]
    regions["papers_weekly"][:] = fronts + issued
    regions["papers_official"][:] = np.divide(
        issued, regions["papers_weekly"], out=np.zeros(len(issued)), where=issued > 0
    )
