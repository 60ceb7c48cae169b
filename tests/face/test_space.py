"""The space of a model: its cells hold the agents who are there, and nobody is made who is not looked at."""

from __future__ import annotations

import mesa
import numpy as np
import pytest
from mesa.discrete_space import CellAgent

from sim.agents.people import LONG_AGO, Legal, Stage
from sim.face import agentsets
from sim.face.agents import VIEWS, Migrant
from sim.face.model import Model
from sim.face.space import SITUATIONS
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario

SMALL = {"people.size": 1000, "time.years": 16 / 52, "time.burn_in_weeks": 8}


@pytest.fixture(scope="module")
def setup() -> Scenario:
    return Scenario.of("corridor", **SMALL)


@pytest.fixture(scope="module")
def model(setup: Scenario) -> Model:
    return Model(setup, seed=3).run(12)


@pytest.fixture
def nobody_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("an agent was made")

    monkeypatch.setattr(agentsets, "make_view", refused)


def test_every_agent_is_in_one_cell(model: Model) -> None:
    counts = model.space.counts()
    assert list(counts.columns) == [kind.__name__ for kind in VIEWS.values()]
    for kind in VIEWS.values():
        assert counts[kind.__name__].sum() == len(model.agents_by_type[kind])
    assert (counts[["Migrant", "Trafficker", "Venue", "Official", "Agency"]].sum() > 0).all()
    assert len(model.space.agents) == len(model.agents) == counts.to_numpy().sum()
    assert set(model.space.agents) == set(model.agents)
    for cell, there in zip(model.space, counts.itertuples(index=False), strict=True):
        assert len(cell.agents) == sum(there)
        assert not cell.is_empty


def test_a_cell_holds_those_whose_place_it_is(model: Model) -> None:
    cell = model.space[2]
    found = list(cell.agents)
    assert {one.pos for one in found} == {2}
    assert all(one.cell is cell for one in found)
    people = cell.agents.select(agent_type=Migrant)
    assert people["here"].tolist() == [2] * len(people)
    assert [one.row for one in people] == [one.row for one in model.migrants.at(2)]
    assert people[0] in cell.agents
    assert people[0] not in model.space[3].agents
    assert repr(cell) == f"Region(2, {len(found)} agents)"
    assert repr(model.space) == "<Regions of corridor: 5 cells, 13 legs>"


def test_cells_follow_the_model(setup: Scenario) -> None:
    model = Model(setup, seed=3)
    cells = [cell.agents for cell in model.space]
    everybody = model.space.agents
    before = [set(agents.select(agent_type=Migrant)) for agents in cells]
    model.run()
    after = [set(agents.select(agent_type=Migrant)) for agents in cells]
    assert before != after
    assert sum(map(len, after)) == len(model.migrants)
    assert len(everybody) == len(model.agents)


def test_collections_of_mesas_hold_the_agents_too(model: Model) -> None:
    near = model.space[2].neighborhood
    assert set(near.cells) == set(model.space[2].connections.values())
    assert len(list(near.agents)) == sum(len(cell.agents) for cell in near)
    assert len(list(model.space.all_cells.agents)) == len(model.agents)
    assert near.select_random_agent() in model.agents


class Observer(CellAgent, mesa.Agent):
    """An agent of the user's own, who is in a cell."""


def test_agents_of_ones_own_are_in_cells_beside_the_rows(setup: Scenario) -> None:
    model = Model(setup)
    one, there = Observer(model), len(model.space[1].agents)
    one.cell = model.space[1]
    assert one in model.space[1].agents
    assert len(model.space[1].agents) == there + 1
    assert one in model.space.agents
    one.move_to(model.space[0])
    assert one not in model.space[1].agents
    assert one in model.space[0].agents
    one.remove()
    assert one not in model.space.agents
    with pytest.raises(RequestError):
        model.space[1].add_agent(model.migrants[0])
    with pytest.raises(RequestError, match="no column 'cell'"):
        model.migrants[0].cell = model.space[1]


def test_people_count_once_by_situation(model: Model) -> None:
    people = model.space.people()
    assert list(people.columns) == list(SITUATIONS)
    assert people.sum(axis=1).tolist() == model.space.counts()["Migrant"].tolist()
    migrants = model.migrants
    assert people["exploited"].sum() == (migrants["exploited_since"] > LONG_AGO).sum() > 0
    elsewhere = (migrants["here"] != migrants["home"]) & (migrants["exploited_since"] == LONG_AGO)
    still = ~np.isin(migrants["stage"], [Stage.TRAVELLING, Stage.HELD, Stage.DETAINED, Stage.PROTECTED])
    without = elsewhere & still & (migrants["legal"] == Legal.IRREGULAR)
    assert people["elsewhere, without status"].sum() == without.sum() > 0
    assert people["elsewhere, with status"].sum() == (elsewhere & still).sum() - without.sum() > 0


def test_exploited_people_are_those_whom_the_truth_counts(model: Model) -> None:
    assert model.space.people()["exploited"].sum() == model.truth["exploited_people"].iloc[-1]


def test_counting_and_drawing_make_nobody(model: Model, nobody_is_made: None) -> None:
    model.space.counts()
    model.space.people()
    len(model.space.agents)
    assert model.space.plot().axes
    with pytest.raises(AssertionError, match="was made"):
        next(iter(model.space.agents))
