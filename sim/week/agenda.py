"""What one phase of a week leaves for another: who is due, who seeks, who has arrived, and where it is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Legal, Stage
from sim.ground.calendar import Now, lucky
from sim.ground.kernel import CHUNKS
from sim.ledger.accounts import Ledger
from sim.rules.control.terms import POSTED
from sim.rules.corruption.capture import Integrity
from sim.rules.justice.records import NOTED
from sim.rules.networks.facilitating import nodes_of
from sim.rules.people.consider import Considered
from sim.rules.work.recruitment import room_for_orders
from sim.state.state import State
from sim.week.exploited import Exploited
from sim.week.known import Known
from sim.week.passes import Passes, passes_on

AHEAD = 4  # people for each contact of recruiters that is looked up beforehand; others are when it is their turn


class Watcher(Protocol):
    """Somebody who writes down what happens and touches nothing."""

    def see_exploited(self, state: State, week: Agenda, exploited: Exploited) -> None:
        """Called in the phase ``live``: who is exploited this week, and where."""

    def see_the_week(self, state: State, week: Agenda) -> None:
        """Called when the week is over and its records are kept."""


class Listed:
    """Rows in a buffer of which the first ``count`` are meant."""

    __slots__ = ("count", "rows")

    def __init__(self, room: int) -> None:
        self.rows, self.count = np.empty(room, np.int64), 0

    @property
    def these(self) -> NDArray[np.int64]:
        """The rows that are meant."""
        return self.rows[: self.count]


@dataclass
class Agenda:
    """The hand-overs of one run's weeks; each says who fills it and who reads it.

    Parameters
    ----------
    state : of the run.
    burn_in, weeks : weeks before week 0, and all weeks.
    luck : which of its lucks the world has from week 0 on.
    """

    state: State
    burn_in: int
    weeks: int
    luck: int = 0
    done: int = 0  # weeks that have been run
    now: Now = field(init=False)
    counters: NDArray[np.float64] = field(
        init=False
    )  # (weeks, counters and their parts); filled by all, read by observers
    row: NDArray[np.float64] = field(init=False)  # that of this week
    ledger: Ledger = field(init=False)  # what this week's rules write their doings to
    passes: Passes = field(init=False)

    def __post_init__(self) -> None:
        people, regions = len(self.state.migrants), len(self.state.regions)
        self.counters = np.zeros((self.weeks, self.state.groups.columns))
        self.passes = passes_on(self.state.scenario.values["threads"])
        self.due = Listed(people)  # filled by consider, read by contract, work, protect or remove
        before, causes, acts = (np.empty(people, np.int8) for _ in range(3))
        # of those who are due; filled by consider, read by all who act on them
        self.considered = Considered(before, causes, acts, np.empty(people, np.uint16))
        self.seekers, self.buyers, self.takers = (Listed(people) for _ in range(3))  # filled by use channels
        self.raised = np.empty(people, np.int64)  # exploited people who are made guards; filled and read by live
        self.arrived = Listed(people)  # with a provider; filled by travel, read by work
        self.brought_by, self.travelled = (np.empty(people, np.int64) for _ in range(2))  # enterprise, pair
        self.posted = np.zeros(people, POSTED)  # filled and read by live
        self.active = self.state.s.active[
            :0
        ]  # enterprises that are open; filled by adapt, read by contract and justice
        self.integrity: Integrity | None = None  # what is done about corruption; filled and read by adapt
        self.brought = np.empty((2, len(self.state.pairs)))  # by exploiting clients, by pair; filled and read by adapt
        self.needed = nodes_of(self.state.pairs)  # where partners of each pair are; read by adapt
        self.gone: NDArray[np.int64] | None = None  # posts of missions where there is none; filled and read by adapt
        self.places: tuple[float, float] | None = None  # how law and conflict stand; filled and read by observe
        self.effort = np.zeros(len(self.state.legs))  # enforcement effort on each leg; filled by set the world
        self.effort_change = np.zeros(len(self.effort))  # since last week; read by adapt
        self.conflict = self.state.levers.start["region.conflict"]  # last week; filled and read by set the world
        self.closed_routes = np.zeros(len(self.state.routes), bool)  # the same
        self.legs_shut = False  # whether some leg was closed last week; the same
        self._acting: dict[tuple[str, ...], bool] = {}  # what ``acts`` has found since levers last moved
        self.stocks = np.zeros((len(Stage), len(Legal)), np.int64)  # people; filled and read by observe
        self.counted = np.zeros((CHUNKS, regions * self.stocks.size), np.int64)  # the same by place, and by chunk
        self.counted_in = np.zeros(CHUNKS, np.int64)  # whether anybody was
        self.ended: list[tuple[NDArray[Any], ...]] = []  # outcomes of people who left the age at risk since week 0
        self.known: Known | None = None  # of people in week 0; filled by set the world, read by results
        self.events: list[NDArray[np.int32]] = []
        self.watchers: tuple[Watcher, ...] = ()  # they read the week and change nothing; see sim.week.week
        self.noted = np.zeros(0, NOTED)  # what records made of each meeting, for watchers; filled by observe
        # looked up side by side, so that it gains nothing on one thread
        ahead = (
            people // AHEAD if self.state.scenario.values["threads"] > 1 and not self.state.p.online.recruitment else 0
        )
        self.orders = room_for_orders(len(self.state.venues), ahead)  # filled and read by work
        self.found = np.empty(people, np.int32)  # working space of the scan for who is due
        self.chunk_counts = np.empty(CHUNKS, np.int64)
        self.spent = np.zeros(CHUNKS)
        self.turn_to(0)

    @property
    def week(self) -> int:
        """The week that is run, or will be next, in weeks after burn-in (negative before)."""
        return self.done - self.burn_in

    def acts(self, *levers: str) -> bool:
        """Whether one of these levers is anything but zero somewhere; they are looked at when some lever has moved."""
        if self.state.levers_moved("acts"):
            self._acting.clear()
        found = self._acting.get(levers)
        if found is None:
            found = self._acting[levers] = any(bool(self.state.levers.now[name].any()) for name in levers)
        return found

    def turn_to(self, done: int) -> None:
        """Begin the week before which ``done`` weeks have been run."""
        self.done = done
        week, nature = done - self.burn_in, self.state.seed
        self.now = Now(week, nature if week < 0 else lucky(nature, self.luck), nature)
        self.row = self.counters[min(done, self.weeks - 1)]
        self.ledger = Ledger(self.row, self.state.accounts)
