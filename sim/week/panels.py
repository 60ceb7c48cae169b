"""The panel of a run: truth and records of every week by region and agency (setting ``panels``).

It watches and touches nothing. Everything here is added up over events, meetings, statements and entries that the week
has left, so that its sums over regions are the counters of the same meaning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.cases import OWNER, CaseStage, Charge, Verdict
from sim.agents.people import Bound, Stage
from sim.declared.agencies import AgencyKind
from sim.declared.measures.panels import ALL, COLUMN, IMMIGRATION, INSPECTORATE, KEEPERS, PANEL, POLICE, SERVICES, Kept
from sim.ground.draws import Stream, uniforms
from sim.ground.errors import RequestError
from sim.ledger.events import Cause
from sim.rules.control.ways_out import Exit
from sim.rules.justice import records
from sim.rules.justice.contacts import Outcome
from sim.rules.justice.protection import FALSE
from sim.rules.justice.telling import Rung
from sim.state.state import State
from sim.week.agenda import Agenda

_KEEPERS = (POLICE, INSPECTORATE, SERVICES)
# position in ``_KEEPERS`` of whoever counts what an agency of a kind has met
_KEEPER_OF = np.array([_KEEPERS.index(KEEPERS[kind]) if kind in KEEPERS else -1 for kind in AgencyKind])


class Panel:
    """Truth and records, float32 (weeks, regions, rows of ``PANEL``); a record that nobody keeps is NaN."""

    def __init__(self, state: State, weeks: int) -> None:
        regions = len(state.regions)
        check_room("panels=region", weeks * regions * len(PANEL), int(state.scenario.values["kept_most"]))
        self.truth = np.zeros((weeks, regions, len(PANEL)), np.float32)
        self.record = np.zeros_like(self.truth)
        self.record[:, :, [row.kept is Kept.NOTHING for row in PANEL]] = np.nan
        people = len(state.migrants)
        self._here = state.migrants["here"].copy()  # where people were when last week ended
        self._stops = np.zeros(len(state.legs))
        self._cases = state.cases["generation"].copy()
        self._keeper = np.zeros(people, np.int8)  # who counts the person since she was last recognised
        self._false = np.zeros(people, bool)  # taken in on a false story

    def see_exploited(self, state: State, week: Agenda, bound: NDArray[np.int64], posted: NDArray[Any]) -> None:
        """Exploited people at work by where that is, those held on a journey by where they are."""
        cells, held = cells_and_held(state, bound, posted)
        where = np.concatenate([cells[cells >= 0] // len(state.sectors), state.migrants["here"][held]])
        self._happens(week.done, "exploited_people", where)

    def see_the_week(self, state: State, week: Agenda) -> None:
        """All else, when the week is over."""
        self._see_events(state, week)
        self._see_stops(state, week)
        meetings = state.book.meetings[: state.book.counts[0]]
        self._see_meetings(meetings, week.done)
        self._see_entries(meetings, week.noted[: len(meetings)])
        said = state.book.statements[: state.book.counts[1]]
        told = said[(said["rung"] == Rung.INFORMATION) & (said["true"] == 1)]
        self._happens(week.done, "identified", told["region"], self._keeper[told["person"]])
        self._counts_itself(week.done, "statements", said["region"][said["rung"] == Rung.STATEMENT])
        self._see_cases(state, week)
        self._here[:] = state.migrants["here"]

    def _see_events(self, state: State, week: Agenda) -> None:
        log = state.s.log.rows[: state.s.log.count[0]]
        _, person, generation, _, to, cause, counterparty = log.T
        begun = counterparty[cause == Cause.EXPLOITATION_BEGAN]
        self._happens(week.done, "new_exploited", state.venues["region"][begun])
        self._counts_itself(week.done, "removals", self._here[person[cause == Cause.REMOVED]])
        dead = cause == Cause.DIED
        where = state.migrants["here"][person[dead]]
        self._happens(week.done, "deaths", where)
        if len(where):
            # the draw by which the rule of the journey decides it
            when = np.full(len(where), week.week)
            drawn = uniforms(week.now.seed, person[dead], generation[dead], when, Stream.DEATH_FOUND)
            self._enter(week.done, "deaths", where[drawn < state.p.journey.deaths_found])
        silent = (cause == Cause.REFLECTION_ENDED) & (to == Stage.DETAINED) & ~self._false[person]
        self._happens(week.done, "misidentified_removed", self._here[person[silent]])

    def _see_stops(self, state: State, week: Agenda) -> None:
        stops = np.array(state.legs["stops"])
        since = stops if week.week == 0 else stops - self._stops  # they are counted anew from week 0 on
        self._stops = stops
        self._counts_itself(week.done, "interceptions", np.repeat(state.legs["head"], since.astype(np.int64)))

    def _see_meetings(self, meetings: NDArray[Any], done: int) -> None:
        region, keeper = meetings["region"], _KEEPER_OF[meetings["agency"]]
        at_work = meetings["cause"] != Exit.STATUS_CHECK  # in custody and on return nobody meets people at work
        self._happens(done, "encounters", region[at_work], keeper[at_work])
        self._counts_itself(done, "complaints", region[meetings["cause"] == Exit.COMPLAINT])
        seen = (meetings["recognised"] == 1) & (meetings["claims"] != FALSE)
        late = meetings["agency"] == AgencyKind.BORDER_GUARD  # on return, which is a metric of its own
        self._happens(done, "recognised", region[seen & ~late], keeper[seen & ~late])
        taken = (meetings["exploited"] == 1) & (meetings["outcome"] == Outcome.DETAINED)
        self._happens(done, "misidentified_removed", region[taken])
        known = meetings["recognised"] == 1
        self._keeper[meetings["person"][known]] = keeper[known]
        self._false[meetings["person"][known]] = meetings["claims"][known] == FALSE

    def _see_entries(self, meetings: NDArray[Any], noted: NDArray[Any]) -> None:
        """What was made of the week's meetings in the statistics of this week and later ones."""
        for bits, metric, agency in (
            (records.POLICE_SEX | records.POLICE_OTHER, "identified", POLICE),
            (records.ASSISTED, "identified", SERVICES),
            (records.ABUSE, "encounters", INSPECTORATE),
            (records.FOR_REMOVAL, "misidentified_removed", IMMIGRATION),
            (records.FOR_REMOVAL, "misidentified_removed", ALL),
            (records.COUNTED, "identified", ALL),
            (records.COUNTED_AGAIN, "identified", ALL),
        ):
            entered = noted["entries"] & bits > 0
            self._put(self.record, noted["week"][entered], meetings["region"][entered], COLUMN[metric, agency])
        inspected = (noted["entries"] & records.COUNTED > 0) & (meetings["agency"] == AgencyKind.INSPECTORATE)
        column = COLUMN["identified", INSPECTORATE]
        self._put(self.record, noted["week"][inspected], meetings["region"][inspected], column)

    def _see_cases(self, state: State, week: Agenda) -> None:
        cases, generation = state.cases, state.cases["generation"]
        opened = np.flatnonzero(cases["opened"] == week.week)
        held = (cases["stage"][opened] != CaseStage.FREE) | (generation[opened] != self._cases[opened])
        self._counts_itself(week.done, "leads", cases["region"][opened[held]])
        # no case is opened after the hearings of a week, so that what a case ended with still stands in its row
        ended = np.flatnonzero(generation != self._cases)
        upheld = ended[cases["verdict"][ended] >= Verdict.LESSER]
        where, gravest = cases["region"][upheld], _gravest(state, upheld)
        self._counts_itself(week.done, "convictions", where)
        self._counts_itself(week.done, "convictions_exploitation", where[gravest == Charge.EXPLOITATION])
        self._cases[:] = generation

    def _happens(self, done: int, metric: str, regions: NDArray[Any], keeper: NDArray[np.int8] | None = None) -> None:
        """One more in each of ``regions``; ``keeper`` where several agencies can be meant."""
        self._put(self.truth, done, regions, COLUMN[metric, ALL])
        if keeper is not None:
            for number, agency in enumerate(_KEEPERS):
                self._put(self.truth, done, regions[keeper == number], COLUMN[metric, agency])
        elif metric in _BY_ONE:
            self._put(self.truth, done, regions, _BY_ONE[metric])

    def _enter(self, done: int, metric: str, regions: NDArray[Any]) -> None:
        self._put(self.record, done, regions, COLUMN[metric, ALL])
        self._put(self.record, done, regions, _BY_ONE[metric])

    def _counts_itself(self, done: int, metric: str, regions: NDArray[Any]) -> None:
        """What an agency does is in its statistics in the week in which it does it."""
        self._happens(done, metric, regions)
        self._enter(done, metric, regions)

    @staticmethod
    def _put(layer: NDArray[np.float32], weeks: Any, regions: NDArray[Any], column: int) -> None:
        at: Any = (weeks, regions, column)
        if len(regions):
            np.add.at(layer, at, 1.0)

    def arrays(self, state: State, done: int) -> dict[str, NDArray[Any]]:
        """The panel of the weeks done: ``truth`` and ``record`` float32 (weeks, regions, rows), flattened, with names.

        ``first`` is the first week, in weeks after burn-in.
        """
        return {
            "first": np.array([state.start.week], np.int32),
            "regions": np.array(state.world.regions.name, object),
            "metrics": np.array([row.metric for row in PANEL], object),
            "agencies": np.array([row.agency for row in PANEL], object),
            "truth": self.truth[:done].ravel(),
            "record": self.record[:done].ravel(),
        }


# the column of the only agency that keeps statistics of a thing
_BY_ONE = {
    row.metric: column
    for column, row in enumerate(PANEL)
    if row.agency != ALL and sum(other.metric == row.metric for other in PANEL) == len((ALL, row.agency))
}


def _gravest(state: State, rows: NDArray[np.int64]) -> NDArray[Any]:
    """The gravest charge on which somebody was convicted in each of these cases."""
    cases = state.cases
    suspects, charges, verdicts = (cases[name][rows] for name in ("suspects", "charges", "verdicts"))
    bought = state.sectors["commercial_sex"][cases["sector"][rows]] == 1
    of_owner = np.where(bought, Charge.PROCURING, Charge.LABOUR)[:, None]
    lesser = np.where(suspects == OWNER, of_owner, Charge.SMUGGLING)
    upheld = np.where(verdicts == Verdict.CONVICTED, charges, np.where(verdicts == Verdict.LESSER, lesser, Charge.NONE))
    weight = np.asarray(state.p.case.severity)[upheld]
    return np.asarray(np.take_along_axis(upheld, weight.argmax(axis=1)[:, None], axis=1)[:, 0])


def cells_and_held(
    state: State, bound: NDArray[np.int64], posted: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cell (region, sector) in which each of ``bound`` is exploited at work, -1 for others; who is held to pay."""
    people = state.migrants
    held = (people["stage"][bound] == Stage.HELD) & (people["bound"][bound] & Bound.RANSOM > 0)
    return posted["place"] // state.exploited_cells[0, 0].size, bound[held]


def check_room(what: str, rows: int, most: int) -> None:
    """RequestError when more would be kept than a run may keep."""
    if rows > most:
        raise RequestError(
            f"{what} would keep {rows} rows in a run, more than kept_most={most}; take fewer years or people, or "
            "raise kept_most",
            where=what.partition("=")[0],
        )
