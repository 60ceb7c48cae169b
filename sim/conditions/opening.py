"""What people and brokers start from, and how the price of genuine papers moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.conditions.prospects import way_alone
from sim.rules.moving.entry import SKILL_STEPS, tabulate_costs
from sim.rules.moving.smuggling import Ways

if TYPE_CHECKING:
    from sim.state.state import State


def initial_beliefs(state: State, ways: Ways) -> None:
    """Communities begin with what is so before any policy: the chances of each way, and its danger."""
    legs = state.world.legs
    tabulate_costs(state.market, len(legs.tail), state.rules.market, ways)
    _, through, _, danger = way_alone(state, ways)
    failure = state.beliefs.start_failure
    failure[:, 0] = 1.0 - through
    failure[:, 1] = 1.0 - np.clip(state.market.success[:, SKILL_STEPS // 2], 0.0, 1.0)
    for pair, way in enumerate(state.world.route_legs[state.world.pairs.official]):
        failure[pair, 2] = 1.0 - np.prod(1.0 - legs.document_check[way[way >= 0]])
    state.beliefs.start_death[:] = danger[:, None]


def price_papers(state: State) -> None:
    """Every four weeks the scarcity of genuine papers moves their price as it moves providers' fees."""
    papers, queues, values = state.papers, state.queues, state.scenario.values
    supply = np.maximum(4.0 * papers.weekly, 1e-9)
    pace = values["smuggling.scarcity_pace"] * (np.minimum(queues.papers_asked / supply, 2.0) - 0.8)
    papers.scarcity[:] = np.clip(papers.scarcity * np.exp(pace), 1.0, values["smuggling.scarcity_most"])
    papers.price[:] = values["papers.genuine_price"] * papers.scarcity
    served = np.divide(
        queues.papers_sold, queues.papers_asked, out=np.ones_like(papers.chance), where=queues.papers_asked > 0
    )
    papers.chance += 0.25 * (served - papers.chance)
    queues.papers_asked[:] = 0.0
    queues.papers_sold[:] = 0.0
