"""The part of a week in which the state and helpers act: protection, removal, cases, courts, and what is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents.agencies import AgencyKind
from sim.agents.cases import CaseStage
from sim.agents.migrants import Bound
from sim.agents.traffickers import KIND_TRAITS
from sim.conditions import law
from sim.ground.draws import uniforms
from sim.ground.rows import rows_with
from sim.ledger.counters import C
from sim.rules.corruption.capture import hear_of_officials
from sim.rules.justice import arrests, courts, investigation, leads, protection, removal
from sim.rules.justice.records import enter_borders, keep_records
from sim.week.officials import OfficialsOfTheWeek

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.conditions.law import Law
    from sim.rules.networks.operations import Trade
    from sim.rules.work.value import Work
    from sim.state.state import State

WEEKS_PER_YEAR = 52
INVESTIGATORS = (AgencyKind.POLICE, AgencyKind.SPECIALISED_POLICE)


class JusticeOfTheWeek(OfficialsOfTheWeek):
    """Phases of :class:`~sim.week.week.Week` in which agencies act; the attributes are those of the week."""

    state: State
    seed: int
    done: int
    burn_in: int
    counters: NDArray[np.float64]
    conditions: Work
    _law: Law
    _log: Any
    _row: NDArray[np.float64]
    _rows: NDArray[Any]
    _causes: NDArray[Any]
    _active: NDArray[Any]
    _count: int
    _n_active: int
    trade: Trade

    def prepare_agencies(self) -> None:
        """Staff and attention of the week, what the law says in each place, and an empty book of meetings."""
        state = self.state
        bound, here = state.migrants["bound"], state.migrants["here"]
        safe = rows_with(bound, Bound.SAFE)
        occupied = np.bincount(here[safe], minlength=len(state.world.regions.name)).astype(float)
        law.staff_agencies(state)
        self._law = law.law_of_the_week(state, occupied)
        state.book.counts[:] = 0

    def protect_or_remove(self) -> None:
        """Protect or remove: who was found is asked; telling, permits, removal, return."""
        state, rules, m, v = self.state, self.state.rules, self.state.migrants.view, self.state.venues.view
        week, seed, row = self.done - self.burn_in, self.seed, self._row
        due = (self._rows[: self._count], self._causes)
        removal.interview_detained(
            *due, m, v, state.agencies.view, week, seed, row, self.conditions, self._law, rules.meeting, state.book,
            self._log,
        )  # fmt: skip
        self.sell_people_in_custody()
        removal.receive_returned(*due, m, v, week, seed, row, state.accounts, self._law, rules.meeting, state.book)
        safe = rows_with(state.migrants["bound"], Bound.SAFE)
        protection.protect(
            safe, m, week, seed, state.accounts, row, state.tally.identified, self.conditions, self._law,
            state.permits_left, state.experience.promises, state.experience.broken_weight, rules.meeting, state.book,
            self._log,
        )  # fmt: skip

    def do_justice(self) -> None:
        """Justice: leads, evidence, charges, arrests, trials, sentences, assets, compensation."""
        state, rules = self.state, self.state.rules
        m, v, t, o = (table.view for table in (state.migrants, state.venues, state.traffickers, state.offenders))
        a, c, week, seed, row = state.agencies.view, state.cases.view, self.done - self.burn_in, self.seed, self._row
        seen, capacity_scale = state.experience, state.scenario.values["smuggling.capacity_scale"]
        shared = (week, seed, row, self._law)
        cursor = state.case_cursor
        hear_of_officials(state.book, state.posts, self._law, seed, week, row)
        leads.take_leads(state.book, c, cursor, m, v, t, *shared, seen.convictions)
        leads.take_border_leads(
            c, cursor, t, self._active, self._n_active, *shared, seen.smuggling, rules.case, self.trade
        )
        leads.look_for_cases(c, cursor, v, t, a, state.cells, state.enterprise_first, *shared, rules.case)
        open_rows = self._assign_investigators()
        investigation.investigate(
            open_rows, c, cursor, v, t, o, state.offender_first, a, week, seed, row, state.accounts, self._law,
            KIND_TRAITS, capacity_scale, rules.case, self.trade,
        )  # fmt: skip
        charged = np.flatnonzero(state.cases["stage"] == CaseStage.TRIAL)
        charged = charged[np.lexsort((state.cases["target"][charged], state.cases["opened"][charged]))]
        courts.hear_cases(
            charged, c, m, v, t, o, a, week, seed, row, state.accounts, state.seized, self._law, seen.convictions,
            seen.smuggling, seen.payments, rules.venue, state.world.regions.wage_regular, rules.case,
            state.posts,
        )  # fmt: skip
        arrests.release_offenders(o, t, week, KIND_TRAITS, capacity_scale, row)

    def _assign_investigators(self) -> NDArray[np.int64]:
        """Rows of open leads and investigations; those that capacity allows are assigned, by what the office values."""
        state = self.state
        cases, values = state.cases, state.scenario.values
        stage = cases["stage"]
        rows = np.flatnonzero((stage == CaseStage.LEAD) | (stage == CaseStage.INVESTIGATION))
        regions = len(state.world.regions.name)
        staff = state.agencies["staff"].reshape(regions, -1)[:, INVESTIGATORS].sum(axis=1)
        # a region with half an investigator works on one case in every other week
        weekly = staff * values["police.cases"]
        state.work_weeks[:] = np.minimum(state.work_weeks + weekly, weekly + 1.0)
        if not len(rows):
            return rows
        region = cases["region"][rows].astype(np.int64)
        counts = state.levers.now["police.metric"][region]
        quick = np.maximum(cases["movement"][rows], cases["exploitation"][rows])
        deep = 0.5 * cases["control"][rows] + 0.5 * cases["network"][rows] + 0.1 * cases["rung"][rows]
        begun = 0.3 * (stage[rows] == CaseStage.INVESTIGATION)
        noise = uniforms(self.seed, cases["target"][rows], cases["kind"][rows], cases["opened"][rows])
        score = counts * quick + (1.0 - counts) * deep + begun + 0.3 * noise - 1e-6 * rows
        served = investigation.ration(region, score, state.work_weeks)
        cases["assigned"][rows] = served
        state.work_weeks -= np.bincount(region[served], minlength=regions)
        # cases are gone through in an order that no row number decides
        return rows[np.lexsort((cases["target"][rows], cases["kind"][rows], cases["opened"][rows]))]

    def _observe_justice(self) -> None:
        """Observe: what justice looks like from outside, and what agencies have written down."""
        state, row, week = self.state, self._row, self.done - self.burn_in
        row[C.OPEN_CASES] = (state.cases["stage"] != CaseStage.FREE).sum()
        places = state.present > 0
        row[C.PERCEIVED_CERTAINTY] = np.average(state.experience.certainty()[places], weights=state.present[places])
        row[C.BELIEVED_PROMISE] = np.average(self._law.place["promise"][places], weights=state.present[places])
        row[C.PLACES] = (state.levers.now["protection.places"] * state.present).sum() / 1000.0
        row[C.POLICY_COST] = (state.levers.spent * state.present).sum() / WEEKS_PER_YEAR
        row[C.STAFF_COST] = state.agencies["budget"].sum() / WEEKS_PER_YEAR
        record = state.rules.record
        keep_records(state.book, self.counters, state.registers.entries, self.done, week, self.seed, self._law, record)
        if record.kept:
            into = np.bincount(state.world.legs.head, state.flows.stops, minlength=len(places)).astype(float)
            enter_borders(state.registers, self.done, into, row[C.DEATHS_FOUND])
