"""Capture histories of a run: on which lists of agencies each person stands, year by year (setting ``captures``).

It watches and touches nothing. A person has a row in every year, counted from week 0, in which she was exploited or an
agency entered her as exploited. The year is that of the meeting, however late the entry; what had not been entered when
the run ended is on no list.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.agencies import AgencyKind
from sim.declared.measures.panels import LISTS
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.rules.justice import records
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.exploited import Exploited
from sim.week.panels import check_room

NAMES = tuple(LISTS)
_SERVICES = NAMES.index("services")
_LIST_OF = np.array([next((n for n, name in enumerate(NAMES) if kind in LISTS[name]), -1) for kind in AgencyKind])
# entries that put a person on the list of the agency that met her: as exploited, within its definition
_POLICE = records.POLICE_SEX | records.POLICE_OTHER
_OTHERS = {"services": records.ASSISTED, "inspectorate": records.COUNTED}
_LISTED = np.array([_OTHERS.get(name, _POLICE) for name in NAMES])
MOST_ENTRIES = np.iinfo(np.uint8).max  # in a year, on one list
HISTORY = np.dtype(
    [
        ("row", "i4"), ("generation", "i4"), ("year", "i2"), ("region", "i2"), ("sector", "i2"), ("female", "i1"),
        ("minor", "i1"), ("weeks", "u1"), ("entries", "u1", len(NAMES)),
    ]
)  # fmt: skip
NOTHING_YET = np.zeros((), HISTORY)


class Captures:
    """One row of ``HISTORY`` a person and year; ``sector`` -1 is a journey on which she was held, or none."""

    def __init__(self, state: State) -> None:
        self._most = int(state.scenario.values["kept_most"])
        self._year = np.zeros(len(state.migrants), HISTORY)  # this year's, by row
        self._open = np.zeros(len(state.migrants), bool)
        self._past: list[NDArray[Any]] = []
        self._kept = 0

    def see_exploited(self, state: State, week: Agenda, exploited: Exploited) -> None:
        """A week of exploitation of everyone who is exploited, at work or held on a journey."""
        if week.week < 0:
            return
        people, sectors = state.migrants, len(state.sectors)
        at_work, cells, held = exploited
        rows = np.concatenate([at_work, held])
        self._turn_to(state, week, rows, people["generation"][rows])
        self._year["weeks"][rows] += 1
        self._year["region"][rows] = np.concatenate([cells // sectors, people["here"][held]])
        self._year["sector"][rows] = np.concatenate([cells % sectors, np.full(len(held), -1)])

    def see_the_week(self, state: State, week: Agenda) -> None:
        """Who is entered on which list; the end of a year."""
        if week.week < 0:
            return
        meetings = state.book.meetings[: state.book.counts[0]]
        some = np.flatnonzero(week.noted["entries"][: len(meetings)])
        meetings, entries = meetings[some], week.noted["entries"][some]
        kind = _LIST_OF[meetings["agency"]]
        own = (kind >= 0) & (entries & _LISTED[kind] > 0)
        # services enter whom the police have sent as their own
        sent = (entries & records.ASSISTED > 0) & (kind != _SERVICES)
        for met, lists in ((meetings[own], kind[own]), (meetings[sent], np.full(int(sent.sum()), _SERVICES))):
            self._enter(state, week, met, lists)
        if (week.week + 1) % WEEKS_PER_YEAR == 0:
            self._keep(np.flatnonzero(self._open))

    def _enter(self, state: State, week: Agenda, met: NDArray[Any], lists: NDArray[Any]) -> None:
        if not len(met):
            return
        rows = met["person"]
        new = ~self._open[rows] | (self._year["generation"][rows] != met["generation"])
        self._turn_to(state, week, rows, met["generation"])
        self._year["region"][rows[new]], self._year["sector"][rows[new]] = met["region"][new], met["sector"][new]
        room = self._year["entries"][rows, lists] < MOST_ENTRIES
        np.add.at(self._year["entries"], (rows[room], lists[room]), 1)

    def _turn_to(self, state: State, week: Agenda, rows: NDArray[Any], generation: NDArray[Any]) -> None:
        """Begin the year of those whose row in it is not open yet; another person may have had the row before."""
        free = ~self._open[rows]
        others = ~free & (self._year["generation"][rows] != generation)
        if others.any():
            self._keep(np.unique(rows[others]))
        new = np.flatnonzero(free | others)
        if not len(new):
            return
        rows, generation = rows[new], generation[new]
        self._year[rows] = NOTHING_YET
        self._year["row"][rows], self._year["generation"][rows] = rows, generation
        self._year["year"][rows] = week.week // WEEKS_PER_YEAR
        for name in ("female", "minor"):
            self._year[name][rows] = state.migrants[name][rows]
        self._open[rows] = True

    def _keep(self, rows: NDArray[Any]) -> None:
        """The year of these rows is over."""
        self._kept += len(rows)
        check_room("captures=true", self._kept, self._most)
        self._past.append(self._year[rows])
        self._open[rows] = False

    def histories(self) -> NDArray[Any]:
        """All rows of ``HISTORY`` so far, by year, row and generation; the last year may not be over."""
        found = np.concatenate([*self._past, self._year[self._open]])
        return found[np.lexsort((found["generation"], found["row"], found["year"]))]
