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
    """Communities begin with what is so before any policy: the chances of each way, and its danger.

    What is closed when a run starts was open before, and what people believe of a way is what it was.
    """
    legs = state.world.legs
    closed = state.legs["closed"].copy(), state.routes["closed"].copy(), state.pairs["closed"].copy()
    for table in (state.legs, state.routes, state.pairs):
        table["closed"][:] = 0.0
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
    for table, share in zip((state.legs, state.routes, state.pairs), closed, strict=True):
        table["closed"][:] = share


def count_papers(state: State) -> None:
    """Genuine papers of the week from fronts and from officials, and the share of the latter."""
    regions = state.regions
    fronts, issued = regions["papers_fronts"], regions["papers_issued"]
    regions["papers_weekly"][:] = fronts + issued
    regions["papers_official"][:] = np.divide(
        issued, regions["papers_weekly"], out=np.zeros(len(issued)), where=issued > 0
    )
