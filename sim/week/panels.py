"""The panel of a run: truth and records of every week by region and agency (setting ``panels``).

It watches and touches nothing. Everything here is added up over events, meetings, statements and entries that the week
has left, so that its sums over regions are the counters of the same meaning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.cases import OWNER, CaseStage, Charge, Verdict
from sim.agents.people import Stage
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
from sim.week.exploited import Exploited

_KEEPERS = (POLICE, INSPECTORATE, SERVICES)
# position in ``_KEEPERS`` of whoever counts what an agency of a kind has met
_KEEPER_OF = np.array([_KEEPERS.index(KEEPERS[kind]) if kind in KEEPERS else -1 for kind in AgencyKind])
COLUMNS = len(PANEL)
ONE = np.float32(1.0)
# codes as plain integers: numpy takes microseconds to compare with a member
BEGAN, REMOVED, DIED, ENDED = (
    int(cause) for cause in (Cause.EXPLOITATION_BEGAN, Cause.REMOVED, Cause.DIED, Cause.REFLECTION_ENDED)
)
DETAINED, OUT_DETAINED = int(Stage.DETAINED), int(Outcome.DETAINED)
STATUS_CHECK, COMPLAINT = int(Exit.STATUS_CHECK), int(Exit.COMPLAINT)
GUARD, INSPECTORS = int(AgencyKind.BORDER_GUARD), int(AgencyKind.INSPECTORATE)
INFORMATION, STATEMENT = int(Rung.INFORMATION), int(Rung.STATEMENT)
FREE, LESSER, EXPLOITATION = int(CaseStage.FREE), int(Verdict.LESSER), int(Charge.EXPLOITATION)
FALSELY = int(FALSE)
# causes of events that are seen, by their number
_SEEN = np.isin(np.arange(max(Cause) + 1), (BEGAN, REMOVED, DIED, ENDED))
# bits of an entry, and the columns of records in which each counts one
_ENTERED = (
    (records.POLICE_SEX | records.POLICE_OTHER, COLUMN["identified", POLICE]),
    (records.ASSISTED, COLUMN["identified", SERVICES]),
    (records.ABUSE, COLUMN["encounters", INSPECTORATE]),
    (records.FOR_REMOVAL, COLUMN["misidentified_removed", IMMIGRATION]),
    (records.FOR_REMOVAL, COLUMN["misidentified_removed", ALL]),
    (records.COUNTED, COLUMN["identified", ALL]),
    (records.COUNTED_AGAIN, COLUMN["identified", ALL]),
)


class Panel:
    """Truth and records, float32 (weeks, regions, rows of ``PANEL``); a record that nobody keeps is NaN.

    What is seen in a week is gathered as positions in the two layers, and added to them when the week is over.
    """

    def __init__(self, state: State, weeks: int) -> None:
        regions = len(state.regions)
        check_room("panels=region", weeks * regions * COLUMNS, int(state.scenario.values["kept_most"]))
        self.truth = np.zeros((weeks, regions, COLUMNS), np.float32)
        self.record = np.zeros_like(self.truth)
        self.record[:, :, [row.kept is Kept.NOTHING for row in PANEL]] = np.nan
        self._week = regions * COLUMNS  # positions of a week
        self._happened: list[NDArray[np.int64]] = []
        self._entered: list[NDArray[np.int64]] = []
        people = len(state.migrants)
        self._here = state.migrants["here"].copy()  # where people were when last week ended
        self._stops = np.zeros(len(state.legs))
        self._cases = state.cases["generation"].copy()
        self._keeper = np.zeros(people, np.int8)  # who counts the person since she was last recognised
        self._false = np.zeros(people, bool)  # taken in on a false story

    def see_exploited(self, state: State, week: Agenda, exploited: Exploited) -> None:
        """Exploited people at work by where that is, those held on a journey by where they are."""
        where = np.concatenate([exploited.cells // len(state.sectors), state.migrants["here"][exploited.held]])
        self._happens(week.done, "exploited_people", where)

    def see_the_week(self, state: State, week: Agenda) -> None:
        """All else, when the week is over."""
        self._see_events(state, week)
        self._see_stops(state, week)
        meetings = state.book.meetings[: state.book.counts[0]]
        if len(meetings):
            self._see_meetings(meetings, week.done)
            self._see_entries(meetings, week.noted[: len(meetings)])
        said = state.book.statements[: state.book.counts[1]]
        if len(said):
            told = said[(said["rung"] == INFORMATION) & (said["true"] == 1)]
            self._happens(week.done, "identified", told["region"], self._keeper[told["person"]])
            self._counts_itself(week.done, "statements", said["region"][said["rung"] == STATEMENT])
        self._see_cases(state, week)
        self._here[:] = state.migrants["here"]
        for layer, seen in ((self.truth, self._happened), (self.record, self._entered)):
            if seen:
                np.add.at(layer.reshape(-1), np.concatenate(seen), ONE)
                seen.clear()

    def _see_events(self, state: State, week: Agenda) -> None:
        log = state.s.log.rows[: state.s.log.count[0]]
        log = log[np.flatnonzero(_SEEN[log[:, 5]])]  # the column of causes
        _, person, generation, _, to, cause, counterparty = log.T
        begun = counterparty[cause == BEGAN]
        self._happens(week.done, "new_exploited", state.venues["region"][begun])
        self._counts_itself(week.done, "removals", self._here[person[cause == REMOVED]])
        dead = np.flatnonzero(cause == DIED)
        if len(dead):
            where = state.migrants["here"][person[dead]]
            self._happens(week.done, "deaths", where)
            # the draw by which the rule of the journey decides it
            when = np.full(len(where), week.week)
            drawn = uniforms(week.now.seed, person[dead], generation[dead], when, Stream.DEATH_FOUND)
            self._enter(week.done, "deaths", where[drawn < state.p.journey.deaths_found])
        silent = person[(cause == ENDED) & (to == DETAINED)]
        self._happens(week.done, "misidentified_removed", self._here[silent[~self._false[silent]]])

    def _see_stops(self, state: State, week: Agenda) -> None:
        stops = np.array(state.legs["stops"])
        since = stops if week.week == 0 else stops - self._stops  # they are counted anew from week 0 on
        self._stops = stops
        moved = np.flatnonzero(since)
        where = np.repeat(state.legs["head"][moved], since[moved].astype(np.int64))
        self._counts_itself(week.done, "interceptions", where)

    def _see_meetings(self, meetings: NDArray[Any], done: int) -> None:
        region, agency, cause = meetings["region"], meetings["agency"], meetings["cause"]
        person, false, keeper = meetings["person"], meetings["claims"] == FALSELY, _KEEPER_OF[agency]
        at_work = cause != STATUS_CHECK  # in custody and on return nobody meets people at work
        self._happens(done, "encounters", region[at_work], keeper[at_work])
        self._counts_itself(done, "complaints", region[cause == COMPLAINT])
        known = meetings["recognised"] == 1
        seen = known & ~false & (agency != GUARD)  # on return it is a metric of its own
        self._happens(done, "recognised", region[seen], keeper[seen])
        taken = (meetings["exploited"] == 1) & (meetings["outcome"] == OUT_DETAINED)
        self._happens(done, "misidentified_removed", region[taken])
        self._keeper[person[known]] = keeper[known]
        self._false[person[known]] = false[known]

    def _see_entries(self, meetings: NDArray[Any], noted: NDArray[Any]) -> None:
        """What was made of the week's meetings in the statistics of this week and later ones."""
        some = np.flatnonzero(noted["entries"])
        if not len(some):
            return
        entries, meetings = noted["entries"][some], meetings[some]
        start = noted["week"][some].astype(np.int64) * self._week + meetings["region"].astype(np.int64) * COLUMNS
        for bits, column in _ENTERED:
            self._entered.append(start[entries & bits > 0] + column)
        inspected = (entries & records.COUNTED > 0) & (meetings["agency"] == INSPECTORS)
        self._entered.append(start[inspected] + COLUMN["identified", INSPECTORATE])

    def _see_cases(self, state: State, week: Agenda) -> None:
        cases, generation = state.cases, state.cases["generation"]
        opened = np.flatnonzero(cases["opened"] == week.week)
        if len(opened):
            held = (cases["stage"][opened] != FREE) | (generation[opened] != self._cases[opened])
            self._counts_itself(week.done, "leads", cases["region"][opened[held]])
        # no case is opened after the hearings of a week, so that what a case ended with still stands in its row
        ended = np.flatnonzero(generation != self._cases)
        upheld = ended[cases["verdict"][ended] >= LESSER]
        if len(upheld):
            where, gravest = cases["region"][upheld], _gravest(state, upheld)
            self._counts_itself(week.done, "convictions", where)
            self._counts_itself(week.done, "convictions_exploitation", where[gravest == EXPLOITATION])
        self._cases[ended] = generation[ended]

    def _happens(self, done: int, metric: str, regions: NDArray[Any], keeper: NDArray[np.int8] | None = None) -> None:
        """One more in each of ``regions``; ``keeper`` where several agencies can be meant."""
        if not len(regions):
            return
        start = self._start(done, regions)
        self._happened.append(start + COLUMN[metric, ALL])
        if keeper is not None:
            known = keeper >= 0
            self._happened.append(start[known] + _OF_KEEPERS[metric][keeper[known]])
        elif metric in _BY_ONE:
            self._happened.append(start + _BY_ONE[metric])

    def _enter(self, done: int, metric: str, regions: NDArray[Any]) -> None:
        start = self._start(done, regions)
        self._entered += [start + COLUMN[metric, ALL], start + _BY_ONE[metric]]

    def _counts_itself(self, done: int, metric: str, regions: NDArray[Any]) -> None:
        """What an agency does is in its statistics in the week in which it does it."""
        if len(regions):
            self._happens(done, metric, regions)
            self._enter(done, metric, regions)

    def _start(self, done: int, regions: NDArray[Any]) -> NDArray[np.int64]:
        """Positions of the first column of some regions in a week."""
        return np.multiply(regions, COLUMNS, dtype=np.int64) + done * self._week

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
# the columns of each of ``_KEEPERS``
_OF_KEEPERS = {
    metric: np.array([COLUMN[metric, agency] for agency in _KEEPERS])
    for metric in ("encounters", "recognised", "identified")
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


def check_room(what: str, rows: int, most: int) -> None:
    """RequestError when more would be kept than a run may keep."""
    if rows > most:
        raise RequestError(
            f"{what} would keep {rows} rows in a run, more than kept_most={most}; take fewer years or people, or "
            "raise kept_most",
            where=what.partition("=")[0],
        )
