"""The world as a Mesa space: regions are cells, and hold whoever is there when they are asked.

No agent is made until somebody looks at one: a cell asks the tables, and what counts agents counts rows.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
from mesa.discrete_space import Cell, Network
from numpy.typing import NDArray

from sim.agents.people import LONG_AGO, Legal, Stage
from sim.face.agents import Migrant
from sim.face.agentsets import Chosen, Everyone, Rows
from sim.face.drawn import drawing
from sim.world.world import Mode, World

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# where people are, in the order in which it is asked: the first that holds
SITUATIONS = (
    "exploited",
    "in detention",
    "in protection",
    "on a journey",
    "elsewhere, without status",
    "elsewhere, with status",
    "at home",
)


class Inhabitants(Everyone):
    """The agents in one region: the rows of all tables that are there when asked, then agents that a user put there."""

    def __init__(self, region: int, sets: Sequence[Rows], random: Random | None) -> None:
        Chosen.__init__(self, (), random)
        self._region, self._sets = region, sets

    @property
    def _parts(self) -> list[Rows]:  # type: ignore[override]
        return [rows.at(self._region) for rows in self._sets]


class Region(Cell):
    """A region as a cell; ``agents`` follows the model."""

    _agents: Inhabitants

    def __init__(self, coordinate: int, capacity: int | None = None, random: Random | None = None) -> None:
        super().__init__(coordinate, capacity, random)
        self._agents = Inhabitants(coordinate, (), random)

    @property
    def agents(self) -> Inhabitants:
        """Whoever is here now: a live set, as ``model.agents`` is one of everybody."""
        return self._agents

    def add_agent(self, agent: Any) -> None:
        """Take in an agent of the user's own; Mesa calls this when its ``cell`` is set."""
        self._agents.add(agent)

    def remove_agent(self, agent: Any) -> None:
        """Leave out an agent of the user's own."""
        self._agents.remove(agent)

    def __repr__(self) -> str:
        return f"Region({self.coordinate}, {len(self._agents)} agents)"


class Regions(Network):
    """A world as a network of cells: regions by number (an agent's ``pos``), joined by legs.

    Parameters
    ----------
    world : its regions and legs; ``G`` shows them as a graph.
    sets : the live sets of agents that the cells show.
    random : Mesa's generator, for agents of the user's own.
    """

    def __init__(self, world: World, sets: Sequence[Rows], random: Random) -> None:
        graph = as_graph(world)
        places = {node: (data["longitude"], data["latitude"]) for node, data in graph.nodes(data=True)}
        layout = {"layout": places} if "layout" in inspect.signature(Network).parameters else {}
        super().__init__(graph, random=random, cell_klass=Region, **layout)
        self.world, self._sets = world, list(sets)
        for cell in self._cells.values():
            cell.agents._sets = self._sets

    def __repr__(self) -> str:
        return f"<Regions of {self.world.name}: {len(self._cells)} cells, {self.G.number_of_edges()} legs>"

    @property
    def agents(self) -> Everyone:
        """Everybody who is somewhere: a live set of all tables, then the agents that a user put into cells."""
        everyone = Everyone(self._sets, self.random)
        everyone._held = {agent: None for cell in self._cells.values() for agent in cell.agents._held}
        return everyone

    def counts(self) -> pd.DataFrame:
        """How many agents of each kind are in each region: index region, one int64 column a kind of agent."""
        regions = self.world.regions.name
        found = {}
        for rows in self._sets:
            place = rows[rows._kind.place].astype(np.int64)
            found[rows._kind.__name__] = np.bincount(place[place >= 0], minlength=len(regions))
        return pd.DataFrame(found, index=pd.Index(regions, name="region"))

    def people(self) -> pd.DataFrame:
        """How many people are in each region, by situation: index region, int64 columns ``SITUATIONS``.

        Every person who is alive counts once, where she is: people on a journey in the region that they reached last.
        """
        regions = self.world.regions.name
        (migrants,) = (rows for rows in self._sets if rows._kind is Migrant)
        cells = migrants["here"].astype(np.int64) * len(SITUATIONS) + _situation(migrants)
        counts = np.bincount(cells, minlength=len(regions) * len(SITUATIONS)).reshape(-1, len(SITUATIONS))
        return pd.DataFrame(counts, index=pd.Index(regions, name="region"), columns=list(SITUATIONS))

    def plot(self) -> Figure:
        """Where people are now, as dots on a map; each dot stands for as many people as the figure says."""
        return drawing().places(self)


def _situation(people: Rows) -> NDArray[np.int64]:
    """Position in ``SITUATIONS`` of each person."""
    stage, legal = people["stage"], people["legal"]
    elsewhere = people["here"] != people["home"]
    return np.select(
        [
            people["exploited_since"] > LONG_AGO,
            stage == Stage.DETAINED,
            stage == Stage.PROTECTED,
            (stage == Stage.TRAVELLING) | (stage == Stage.HELD),
            elsewhere & (legal == Legal.IRREGULAR),
            elsewhere,
        ],
        list(range(len(SITUATIONS) - 1)),
        len(SITUATIONS) - 1,
    )


def as_graph(world: World) -> nx.MultiDiGraph[int]:
    """A world as a networkx graph: nodes are regions by number, edges legs keyed by number, with their attributes."""
    regions, legs = world.regions, world.legs
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(name=world.name)
    for number, name in enumerate(regions.name):
        graph.add_node(
            number,
            name=name,
            bloc=regions.bloc[number],
            role=int(regions.role[number]),
            latitude=float(regions.latitude[number]),
            longitude=float(regions.longitude[number]),
        )
    for number, (tail, head) in enumerate(zip(legs.tail, legs.head, strict=True)):
        mode = Mode(legs.mode[number]).name.lower()
        attributes = {"mode": mode, "hours": float(legs.hours[number]), "danger": float(legs.danger[number])}
        graph.add_edge(int(tail), int(head), key=number, **attributes)
    return graph
