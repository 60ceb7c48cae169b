"""One run: its state, the agenda of its weeks, and what is read of it.

A ``Week`` needs numpy and numba only, knows nothing of Mesa, and has no reference cycles, so that a finished run is
freed at once; :class:`sim.face.model.Model` is its Mesa face. What happens in a week is in :mod:`sim.week.plan`.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Stage
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.errors import RequestError
from sim.ground.quantities import NONE_OF_THEM
from sim.ground.table import Table
from sim.ledger.counters import COUNTERS, C
from sim.ledger.events import as_table
from sim.ledger.groups import Groups
from sim.policies.engine import LeverEngine
from sim.rules.justice.records import NOTED
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.captures import Captures
from sim.week.hold import BEFORE, copy_held, held_mechanisms, read_from_twin
from sim.week.linking import link
from sim.week.opening import open_the_world
from sim.week.panels import Panel
from sim.week.plan import PHASES
from sim.week.relations import counts_of_relations, relations
from sim.world.world import World

NO_SECTOR = "none"  # of people held on a journey, or met where they do not work


class Week:
    """One run: its state and the phases that move it.

    Parameters
    ----------
    scenario : what to run.
    seed : the seed of every draw; None means the scenario's.
    moved_by_hand : whether levers may be moved while it runs, so that held mechanisms need their twin without a policy
        too.
    """

    def __init__(self, scenario: Scenario, seed: int | None = None, *, moved_by_hand: bool = False) -> None:
        values = scenario.values
        self.scenario = scenario
        self.seed = int(values["seed"] if seed is None else seed)
        if not 0 <= self.seed < 2**32:
            raise RequestError(f"seed = {self.seed} is outside its range 0 to 4294967295")
        self.burn_in = int(values["time.burn_in_weeks"])
        self.weeks_total = self.burn_in + round(WEEKS_PER_YEAR * values["time.years"])
        self.state = State(scenario, self.seed)
        self.agenda = Agenda(self.state, self.burn_in, self.weeks_total, int(values["luck"]))
        self.seconds = dict.fromkeys((phase.name for phase in PHASES), 0.0)
        self._held = held_mechanisms(scenario.mechanisms)
        self._twin: Week | None = None
        if self._held and (scenario.policies or moved_by_hand):
            unseen = {"policy": "none", "panels": "off", "captures": False, "by": NONE_OF_THEM}
            plain = scenario.replace(unseen | {f"mechanisms.{name}": "on" for name in self._held})
            self._twin = Week(plain, self.seed)
            read_from_twin(self._held, self.state, self._twin.state)
        open_the_world(self.state, self.agenda)
        self._watch()

    def _watch(self) -> None:
        """Whoever writes down what happens takes a place, if it is asked for."""
        values, state = self.scenario.values, self.state
        self._panel = Panel(state, self.weeks_total) if values["panels"] != "off" else None
        self._captures = Captures(state) if values["captures"] else None
        self.agenda.watchers = tuple(each for each in (self._panel, self._captures) if each is not None)
        if self.agenda.watchers:
            self.agenda.noted = np.zeros(len(state.book.meetings), NOTED)

    # --- what moves it ------------------------------------------------------------------------------------------

    def advance(self) -> None:
        """Run one week."""
        week, state, twin = self.agenda, self.state, self._twin
        if week.done >= self.weeks_total:
            raise RequestError(f"the run has ended after {self.weeks_total} weeks; raise time.years to run longer")
        week.turn_to(week.done)
        if twin is not None:
            copy_held(self._held, BEFORE, state, twin.state)
            twin.advance()
        begin = time.perf_counter()
        for name, phase in PHASES:
            phase(state, week)
            if twin is not None:
                copy_held(self._held, name, state, twin.state)
            end = time.perf_counter()
            self.seconds[name] += end - begin
            begin = end
        week.done += 1

    def run(self) -> Week:
        """Run all weeks that are left."""
        while self.done < self.weeks_total:
            self.advance()
        return self

    # --- what others read ---------------------------------------------------------------------------------------

    @property
    def done(self) -> int:
        """Weeks that have been run."""
        return self.agenda.done

    @property
    def week(self) -> int:
        """The next week to run, in weeks after burn-in (negative before)."""
        return self.agenda.week

    @property
    def counters(self) -> NDArray[np.float64]:
        """What was counted, float64 (weeks, counters)."""
        return self.agenda.counters[:, : len(COUNTERS)]

    @property
    def groups(self) -> Groups:
        """What ``by`` asks for."""
        return self.state.groups

    def parts(self, counter: str, ask: str) -> NDArray[np.float64]:
        """A counter by group, float64 (weeks, groups): they add up to it, and ``groups.names[ask]`` names them."""
        return self.state.groups.of(self.agenda.counters, counter, ask)

    @property
    def world(self) -> World:
        """The world of the run."""
        return self.state.world

    @property
    def levers(self) -> LeverEngine:
        """The lever engine: ``now`` and ``expected`` values."""
        return self.state.levers

    @property
    def migrants(self) -> Table:
        """People at risk."""
        return self.state.migrants

    @property
    def traffickers(self) -> Table:
        """Enterprises."""
        return self.state.traffickers

    @property
    def venues(self) -> Table:
        """Workplaces and households where people work."""
        return self.state.venues

    @property
    def offenders(self) -> Table:
        """People in enterprises."""
        return self.state.offenders

    @property
    def tables(self) -> dict[str, Table]:
        """Every table of agents by name."""
        names = ("migrants", "traffickers", "venues", "offenders", "officials", "agencies", "cases", "facilitators",
                 "ties", "governments")  # fmt: skip
        return {name: getattr(self.state, name) for name in names}

    @property
    def plan(self) -> list[tuple[str, str, float]]:
        """(phase, function, seconds spent so far) in the order of the week."""
        return [
            (name, f"{function.__module__}.{function.__qualname__}", self.seconds[name]) for name, function in PHASES
        ]

    def event_frame(self) -> dict[str, NDArray[Any]]:
        """Events as arrays: week, person, generation, from, to, cause, counterparty (empty unless ``events``)."""
        return as_table(self.agenda.events, [stage.name.lower() for stage in Stage])

    def panel(self) -> dict[str, NDArray[Any]]:
        """Truth and records by week, region and agency, see ``Panel.arrays`` (empty unless ``panels=region``)."""
        return {} if self._panel is None else self._panel.arrays(self.state, self.done)

    def captures(self) -> dict[str, NDArray[Any]]:
        """Lists on which people stand by year, see ``linking.link``, places by name (empty unless ``captures``)."""
        if self._captures is None:
            return {}
        values, sectors = self.scenario.values, np.array([*self.world.sectors.name, NO_SECTOR], object)
        shares = values["observation.link_missed"], values["observation.link_false"]
        found = link(self._captures.histories(), len(self.migrants), self.seed, *shares)
        regions = np.array(self.world.regions.name, object)
        return found | {"region": regions[found["region"]], "sector": sectors[found["sector"]]}

    def outcomes(self) -> dict[str, NDArray[Any]]:
        """Outcome (bits of ``Path``) of every person since week 0: row, generation, path."""
        rows = np.arange(len(self.migrants), dtype=np.int32)
        now = (rows, self.migrants["generation"].copy(), self.migrants["path"].copy())
        parts = [*self.agenda.ended, now]
        row, generation, path = (np.concatenate([part[k] for part in parts]) for k in range(3))
        return {"row": row, "generation": generation, "path": path}

    def legs_used(self) -> dict[str, NDArray[np.float64]]:
        """Mean yearly flows since week 0: crossings and stops by leg, departures and arrivals by pair.

        Summed over legs or pairs each equals the metric of the same meaning.
        """
        legs, pairs, years = self.state.legs, self.state.pairs, max(self.week, 1) / WEEKS_PER_YEAR
        departures = np.ascontiguousarray(pairs["departures"])
        return {
            "crossings": legs["crossings"] / years,
            "stops": legs["stops"] / years,
            "arrivals": np.ascontiguousarray(pairs["arrivals"]).sum(axis=1) / years,
            "departures": departures.sum(axis=1) / years,
            "irregular_departures": departures[:, 1:].sum(axis=1) / years,
            "provider_departures": departures[:, 3] / years,
        }

    def exploitation(self) -> dict[str, NDArray[np.float64]]:
        """Where exploitation sits and how people leave it, yearly means since week 0.

        ``exploited_cells`` person-weeks at work by region, sector, control, status (0 without, 1 with) and origin (0
        internal, 1 cross-border), flattened: all of the metric but people held on a journey; ``exits_by_cause`` (17,)
        people by :class:`~sim.rules.control.ways_out.Exit`; ``identified_by_region`` (regions,) people; ``at_work``
        (cells,) people who work there at the end.
        """
        first, years = self.burn_in, max(self.week, 1) / WEEKS_PER_YEAR
        exits = self.counters[first : self.done, C.EXIT_DEBT_CLEARED : C.EXIT_CLOSED + 1].sum(axis=0)
        return {
            "exploited_cells": self.state.exploited_cells.ravel() / years,
            "exits_by_cause": exits / years,
            "identified_by_region": self.state.regions["identified"] / years,
            "at_work": np.bincount(
                self.venues["region"] * len(self.world.sectors.name) + self.venues["sector"],
                self.venues["filled"] * (self.venues["active"] == 1),
                minlength=len(self.state.cells),
            ),
        }

    def who_works_with_whom(self) -> dict[str, NDArray[np.float64]]:
        """Enterprises, facilitators and posts at this moment, and the ties between them, as fixed arrays."""
        return counts_of_relations(self.state)

    def network(self) -> dict[str, NDArray[Any]]:
        """Working relations of this week as arrays: enterprise, form, facilitator, function, region, trust, age."""
        return relations(self.state, self.week)
