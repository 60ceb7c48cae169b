"""What a survey could find at the end of each year of a run: people, workplaces, and who has worked with whom.

The model has one tie between two people: they have worked at the same place in the same week. Kin is a region and no
person, and nobody is acquainted with anybody else. Rows and generations are forgotten here; what is kept has no number
that stands for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sim.agents.people import Stage
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.exploited import Exploited

EVERY = 4  # weeks between two looks at who works where
PERSON = np.dtype(
    [
        ("home", "i2"), ("here", "i2"), ("venue", "i4"), ("control", "i1"), ("shamed", "i1"), ("now", "?"),
        ("year", "?"), ("region", "i2"), ("sector", "i2"),
    ]
)  # fmt: skip
VENUE = np.dtype([("region", "i2"), ("sector", "i2"), ("visibility", "i1"), ("filled", "i4")])


@dataclass(frozen=True)
class Moment:
    """The last week of a year.

    Parameters
    ----------
    year : counted from 0.
    people : rows of ``PERSON``, everybody alive: region of origin, region, workplace (-1 none), what holds her, whether
        she is exploited ``now`` and was in the ``year``, and where that was last.
    venues : rows of ``VENUE``.
    workers : positions in ``people`` of those at work.
    ties : bool sparse (workers, workers), symmetric: have worked at the same place in the same week of this year.
    """

    year: int
    people: NDArray[Any]
    venues: NDArray[Any]
    workers: NDArray[np.int64]
    ties: sparse.csr_matrix

    @property
    def at_work(self) -> NDArray[Any]:
        """The rows of ``people`` at work."""
        return self.people[self.workers]

    @property
    def places(self) -> NDArray[Any]:
        """The workplace of everyone at work."""
        return self.venues[self.at_work["venue"]]


class YearEnds:
    """A watcher that keeps a :class:`Moment` a year. It touches nothing."""

    def __init__(self, state: State) -> None:
        people = len(state.migrants)
        self.moments: list[Moment] = []
        self._generation = np.full(people, -1, np.int64)
        self._weeks = np.zeros(people, np.int64)
        self._region, self._sector = np.zeros(people, np.int64), np.zeros(people, np.int64)
        self._now = np.zeros(0, np.int64)
        self._looks: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []

    def see_exploited(self, state: State, week: Agenda, exploited: Exploited) -> None:
        """Who is exploited this week, and where."""
        if week.week < 0:
            return
        people, sectors = state.migrants, len(state.sectors)
        at_work, cells, held = exploited
        rows = np.concatenate([at_work, held])
        new = self._generation[rows] != people["generation"][rows]
        self._generation[rows] = people["generation"][rows]
        self._weeks[rows] = np.where(new, 1, self._weeks[rows] + 1)
        self._region[rows] = np.concatenate([cells // sectors, people["here"][held]])
        self._sector[rows] = np.concatenate([cells % sectors, np.full(len(held), -1)])
        self._now = rows

    def see_the_week(self, state: State, week: Agenda) -> None:
        """Who works where; the end of a year."""
        if week.week < 0:
            return
        people = state.migrants
        last = (week.week + 1) % WEEKS_PER_YEAR == 0
        if last or week.week % EVERY == 0:
            rows = np.flatnonzero((people["stage"] == Stage.WORKING) & (people["venue"] >= 0))
            self._looks.append((rows, people["generation"][rows].copy(), people["venue"][rows].copy()))
        if last:
            self.moments.append(self._moment(state, week.week // WEEKS_PER_YEAR))
            self._weeks[:] = 0
            self._looks = []

    def _moment(self, state: State, year: int) -> Moment:
        table = state.migrants
        alive = np.flatnonzero(table["stage"] != Stage.DEAD)
        now = np.zeros(len(table), bool)
        now[self._now] = True
        same = self._generation[alive] == table["generation"][alive]
        people = np.zeros(len(alive), PERSON)
        for name in ("home", "here", "control", "shamed"):
            people[name] = table[name][alive]
        working = (table["stage"][alive] == Stage.WORKING) & (table["venue"][alive] >= 0)
        people["venue"] = np.where(working, table["venue"][alive], -1)
        people["now"] = now[alive] & same
        people["year"] = same & (self._weeks[alive] > 0)
        people["region"], people["sector"] = self._region[alive], self._sector[alive]
        venues = np.zeros(len(state.venues), VENUE)
        for name in VENUE.names or ():
            venues[name] = state.venues[name]
        venues["filled"] = np.bincount(people["venue"][working], minlength=len(venues))
        workers = np.flatnonzero(working)
        return Moment(year, people, venues, workers, self._ties(alive[workers], table["generation"]))

    def _ties(self, rows: NDArray[Any], generation: NDArray[Any]) -> sparse.csr_matrix:
        """Who of ``rows`` has worked with whom this year."""
        place = np.full(len(generation), -1)
        place[rows] = np.arange(len(rows))
        who, group = [], []
        for look, (at, was, venue) in enumerate(self._looks):
            kept = (place[at] >= 0) & (generation[at] == was)
            who.append(place[at[kept]])
            group.append(venue[kept].astype(np.int64) * len(self._looks) + look)
        people, groups = np.concatenate(who), np.concatenate(group)
        _, groups = np.unique(groups, return_inverse=True)
        groups = np.ravel(groups)
        shape = (len(rows), int(groups.max()) + 1 if len(groups) else 1)
        met = sparse.csr_matrix((np.ones(len(people), np.int32), (people, groups)), shape=shape)
        pairs = (met @ met.T).tocoo()
        others = pairs.row != pairs.col
        ends = (pairs.row[others], pairs.col[others])
        return sparse.csr_matrix((np.ones(int(others.sum()), bool), ends), shape=pairs.shape)
