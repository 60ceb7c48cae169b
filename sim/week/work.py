"""The half of a week in which people work: jobs, debts, terms of control, ways out, protection and removal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents.migrants import Stage
from sim.conditions import conditions, demand, encounters
from sim.ground.rows import rows_with
from sim.ledger.counters import COUNTERS, C
from sim.rules.control import leaving, terms
from sim.rules.people import consider
from sim.rules.work import handover, jobs, labour, recruitment
from sim.week import truth
from sim.week.hold import copy_hazards
from sim.world.world import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.conditions.law import Law
    from sim.ground.table import Table
    from sim.policies.engine import LeverEngine
    from sim.rules.people.options import Prospects
    from sim.rules.work.value import Work
    from sim.scenario.scenario import Scenario
    from sim.state.state import State
    from sim.week.week import Week
    from sim.world.world import World

WEEKS_PER_YEAR = 52


class WorkOfTheWeek:
    """Phases of :class:`~sim.week.week.Week` that have to do with work; the attributes are those of the week."""

    scenario: Scenario
    state: State
    seed: int
    done: int
    burn_in: int
    counters: NDArray[np.float64]
    conditions: Work
    hazards: NDArray[np.float64]
    _law: Law
    _prospects: Prospects
    _held: list[str]
    _twin: Week | None
    _log: Any
    _row: NDArray[np.float64]
    _rows: NDArray[Any]
    _acts: NDArray[Any]
    _causes: NDArray[Any]
    _posted: NDArray[Any]
    _seekers: NDArray[Any]
    _takers: NDArray[Any]
    _arrived: NDArray[Any]
    _brought_by: NDArray[Any]
    _travelled: NDArray[Any]
    _active: NDArray[Any]
    _stocks: NDArray[Any]
    _irregular: NDArray[Any]
    _count: int
    _n_takers: int
    _n_arrived: int
    _n_active: int
    _live: Any
    _leavers: Any
    _look: Any

    # --- what others read ---

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
    def week(self) -> int:
        """The next week to run, in weeks after burn-in (negative before)."""
        return self.done - self.burn_in

    # --- phases ---

    def do_work(self) -> None:
        """Work: who leaves a job, who finds one, who is handed over or recruited; pay, debts, terms, ways out."""
        state, rules, m, v = self.state, self.state.rules, self.migrants.view, self.venues.view
        t, week, seed, row, work, cells = (
            self.traffickers.view,
            self.week,
            self.seed,
            self._row,
            self.conditions,
            state.cells,
        )
        accounts, conflict = state.accounts, state.birth_places.conflict
        due = (self._rows[: self._count], self._causes[: self._count])
        left = np.empty(self._count, np.int8)
        self._leavers(*due, left, m)
        leaving.release(*due, left, m, t, v, week, seed, row, work, cells, rules.hire)
        jobs.count_vacant(v, cells, state.labour.slots_wanted())
        hiring = (work, cells, rules.choice, conflict, rules.hire, rules.control)
        handover.take_local_offers(
            self._takers, self._n_takers, m, t, v, week, seed, row, state.sources.accepted, *hiring,
            rules.recruit.advance, state.sources.licensed, self._log,
        )  # fmt: skip
        handover.deliver(
            self._arrived, self._brought_by, self._travelled, self._n_arrived, m, t, v, week, seed, row, state.learned,
            work, cells, rules.choice, conflict, rules.hire, rules.handover, rules.control,
            state.market.fees, self._log,
        )  # fmt: skip
        seeking = self._rows[: self._count][self._acts[: self._count] == consider.ACT_SEEK]
        turn, cell = np.empty(len(seeking)), np.empty(len(seeking), np.int64)
        self._look(seeking, turn, cell, m, week, seed, work, cells, rules.hire)
        jobs.place_seekers(seeking, turn, cell, m, v, week, seed, row, state.labour.seekers, *hiring, self._log)
        for memory in (state.sources.contacted, state.sources.accepted, *state.learned):
            np.multiply(memory, state.beliefs.provider_kept, out=memory)
        state.sources.licensed[:] = self.levers.now["work.recruiter_licensing"]
        state.sources.contracts[:] = self.levers.now["work.contract_corridors"]
        active = self._active[: self._n_active]
        recruitment.recruiters_room(
            self.traffickers["home"][active], self.traffickers["members"][active], state.sources.room, rules.recruit
        )
        recruitment.recruit(
            m, v, week, seed, row, state.sources, state.market.fees, self._prospects.region["income_home"], work,
            cells, rules.recruit, rules.control,
        )  # fmt: skip
        bound = rows_with(self.migrants["bound"], 255)
        table = self.hazards = encounters.reach_of_agencies(state, self.levers.now)
        if self._twin is not None:
            copy_hazards(self._held, table, self._twin)
        posted, sums = self._posted[: len(bound)], state.sums
        sums.counters[:], sums.accounts[:] = 0.0, 0.0
        self._live(
            bound, posted, m, t, v, week, self.done, seed, sums, self._prospects.region["income_home"], table,
            self._law, work, cells, state.tally.fetched, rules.term, rules.control,
        )  # fmt: skip
        row += sums.counters.sum(axis=0)
        accounts += sums.accounts.sum(axis=0)
        leaving.post(bound, posted, t, v, row, cells, state.tally, m, week)
        raised = leaving.act(
            bound, posted, m, t, v, state.agencies.view, week, seed, row, accounts, self._law, work, cells,
            rules.choice, conflict, rules.hire, rules.term, rules.control, rules.meeting, self._seekers, state.book,
            self._log, state.posts, state.experience.bought,
        )  # fmt: skip
        leaving.raise_to_recruiter(
            self._seekers, raised, m, t, v, self.offenders.view, state.offender_first, self._active, self._n_active,
            week, seed, row, self._log,
        )  # fmt: skip

    def exploitation(self) -> dict[str, NDArray[np.float64]]:
        """Where exploitation sits and how people leave it, yearly means since week 0.

        ``exploited_cells`` person-weeks at work by region, sector, control, status (0 without, 1 with) and origin (0
        internal, 1 cross-border), flattened: all of the metric but people held on a journey; ``exits_by_cause`` (17,)
        people by :class:`~sim.conditions.encounters.Exit`; ``identified_by_region`` (regions,) people; ``at_work``
        (cells,) people who work there at the end.
        """
        first, years = self.burn_in, max(self.week, 1) / WEEKS_PER_YEAR
        exits = self.counters[first : self.done, C.EXIT_DEBT_CLEARED : C.EXIT_CLOSED + 1].sum(axis=0)
        return {
            "exploited_cells": self.state.tally.cells.ravel() / years,
            "exits_by_cause": exits / years,
            "identified_by_region": self.state.tally.identified / years,
            "at_work": np.bincount(
                self.venues["region"] * len(self.world.sectors.name) + self.venues["sector"],
                self.venues["filled"] * (self.venues["active"] == 1),
                minlength=len(self.state.labour.demand),
            ),
        }

    def _open_the_labour_market(self) -> None:
        """Venues open as buyers want them, and those who are there at the start find work."""
        state, rules, v = self.state, self.state.rules, self.venues.view
        work = conditions.work_conditions(state)
        conditions.appraise(state, work)
        self._review_venues(everyone=True)
        jobs.count_vacant(v, state.cells, state.labour.slots_wanted())
        jobs.first_jobs(
            self.migrants.view, v, self.week, self.seed, self.world.regions.local_demand, np.zeros(len(COUNTERS)), work,
            state.cells, rules.choice, state.birth_places.conflict, rules.hire, rules.control,
        )  # fmt: skip

    def _review_venues(self, *, everyone: bool) -> None:
        state, rules = self.state, self.state.rules
        labour.review_venues(
            self.venues.view, self.week, self.seed, self._row if self.done else self.counters[0],
            state.labour.slots_wanted(), state.cells.first, state.labour.typical, self.world.sectors.openness,
            self.world.regions.wage_regular, rules.venue_market, rules.venue, everyone,
        )  # fmt: skip

    def _adapt_labour(self) -> None:
        """Every four weeks: what people are worth to whom, final demand, venues, pay; every week some look about."""
        state, v, market = self.state, self.venues.view, self.state.labour
        labour.review_visibility(
            v, self.week, self.seed, market.typical, self.world.sectors.openness, state.rules.venue_market
        )
        if self.week % labour.REVIEW_WEEKS:
            return
        handover.even_out(v, state.accounts, self.scenario.values["justice.owner_saves"])
        conditions.appraise(state, self.conditions)
        filled, slots = np.empty(len(market.demand)), np.empty(len(market.demand))
        labour.filled_by_cell(v, state.cells.first, filled, slots)
        demand.hear_campaigns(state, labour.REVIEW_WEEKS)
        market.demand[:] = demand.final_demand(state, filled, state.cells.withheld, state.cells.seen, self.week)
        audited = state.levers.now["work.supply_chain_audit"].ravel() * np.tile(
            demand.traded(self.world.sectors), len(self.world.regions.name)
        )
        labour.bind_venues(v, self.seed, state.cells.first, audited, market.licensed)
        labour.move_wages(state, filled, np.minimum(slots, market.slots_wanted().sum(axis=1)))
        self._review_venues(everyone=False)

    def _observe_work(self) -> None:
        """Observe: work, protection and exploitation by departure cohort."""
        state, row = self.state, self._row
        truth.record_venues(row, self.venues.view, state.cells.commercial_sex)
        row[C.DEMAND], row[C.DEMAND_LICENSED] = state.labour.demand.sum(), state.labour.licensed.sum()
        row[C.DEMAND_MISSION], row[C.DEMAND_NEXT_DOOR] = state.labour.mission.sum(), state.labour.next_door.sum()
        row[C.VISA_BACKLOG] = state.queues.visa_backlog.sum()
        row[C.WAGE_INDEX] = state.labour.wage_index[self.world.regions.role >= Role.DESTINATION].mean()
        row[C.STOCK_SEEKING] = self._stocks.sum(axis=0)[Stage.ARRIVED].sum()
        row[C.STOCK_PROTECTED] = row[C.PLACES_USED] = self._stocks.sum(axis=0)[Stage.PROTECTED].sum()
        heard, values = state.beliefs.exploitation_reports, self.scenario.values
        heard[:, 1] += values["beliefs.report_good"] * self._irregular.sum(axis=0) / WEEKS_PER_YEAR
        heard[:, 0] += values["beliefs.report_bad"] * state.tally.seen / WEEKS_PER_YEAR
        state.tally.seen[:] = 0.0
        cohort = self.done - terms.COHORT_WEEKS
        if cohort >= 0:
            past = self.counters[cohort]
            past[C.COHORT_DEPARTURES] = past[[C.DEPARTURES_REGULAR, C.DEPARTURES_PAPERS, C.DEPARTURES_ALONE,
                                              C.DEPARTURES_PROVIDER]].sum()  # fmt: skip
            past[C.COHORT_WEEKS] = state.tally.cohorts[cohort]
