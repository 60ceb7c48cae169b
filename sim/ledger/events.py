"""Why a person's state changed, and the buffer in which such events are kept when they are asked for."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ground.by_address import by_address
from sim.ground.kernel import kernel, part, rule


class Cause(IntEnum):
    """Cause of an event; the name with spaces is what the event table shows."""

    NOTHING = 0
    NEXT_GENERATION = 1
    FOUND_WORK = 2
    STATUS_LAPSED = 3
    SETTLED = 4
    DETAINED = 5
    REMOVED = 6
    WENT_HOME = 7
    REMAINED = 8
    APPLIED_FOR_A_VISA = 9
    LEFT_WITH_A_VISA = 10
    VISA_REFUSED = 11
    LEFT_ON_PAPERS = 12
    LEFT_ALONE = 13
    LEFT_WITH_A_PROVIDER = 14
    TRIED_AGAIN = 15
    STOPPED = 16
    ARRIVED = 17
    ADMITTED_FOR_PROTECTION = 18
    DIED = 19
    GAVE_UP = 20
    FOUND_NO_PROVIDER = 21
    FOUND_NO_PAPERS = 22
    JOB_ENDED = 23
    REGULARISED = 24
    TOOK_AN_OFFER = 25
    HANDED_OVER = 26
    EXPLOITATION_BEGAN = 27
    DEBT_CLEARED = 28
    DISMISSED = 29
    ESCAPED_OR_QUIT = 30
    COMPLAINED = 31
    TIP_BY_A_CLIENT = 32
    TIP_BY_A_NEIGHBOUR = 33
    CALLED_A_HOTLINE = 34
    MET_OUTREACH = 35
    RAID = 36
    INSPECTION = 37
    HEALTH_CONTACT = 38
    RELEASED = 39
    BETTER_TERMS = 40
    DIED_AT_WORK = 41
    SOLD_ON = 42
    PROMOTED = 43
    GRANTED_REFLECTION = 44
    TOLD = 45
    REFLECTION_ENDED = 46
    DEMANDED_MORE = 47
    SOLD_IN_CUSTODY = 48
    CLAIM_ENFORCED = 49


@by_address
class EventLog(NamedTuple):
    """Events of one week: (capacity, 7) int32 rows of week, person, generation, from, to, cause, counterparty."""

    rows: NDArray[Any]
    count: NDArray[Any]  # type: ignore[assignment]  # (1,) int64; hides a method of tuples that nobody calls


def event_log(capacity: int) -> EventLog:
    """An empty log; capacity 0 keeps nothing."""
    return EventLog(np.zeros((capacity, 7), np.int32), np.zeros(1, np.int64))


@part
def note(log, person, generation, before, after, cause, counterparty, week):
    """Keep one event, if events are kept at all."""
    if len(log.rows) == 0:
        return
    n = log.count[0]
    row = log.rows[n]
    row[0], row[1], row[2], row[3], row[4], row[5], row[6] = (
        week,
        person,
        generation,
        before,
        after,
        cause,
        counterparty,
    )
    log.count[0] = n + 1


@rule
def note_change(s, i, before, cause, counterparty, week):
    """Keep the event by which person i has come from the stage ``before`` to the one that she is in."""
    note(s.log, i, s.people.row[i].generation, before, s.people.stage[i], cause, counterparty, week)


@kernel
def note_considered(people, log, rows, count, before, causes, week):
    """Keep the milestones of the considering pass, which may have run on several threads, in row order."""
    for position in range(count):
        if causes[position] != Cause.NOTHING:
            i = rows[position]
            note(log, i, people.row[i].generation, before[position], people.stage[i], causes[position], -1, week)


def as_table(weeks: list[NDArray[np.int32]], stages: list[str]) -> dict[str, NDArray[Any]]:
    """The events of several weeks as one array a column; stages and causes as words."""
    rows = np.concatenate(weeks) if weeks else np.empty((0, 7), np.int32)
    names = np.array(stages)
    causes = np.array([cause.name.lower().replace("_", " ") for cause in Cause])
    return {
        "week": rows[:, 0],
        "person": rows[:, 1],
        "generation": rows[:, 2],
        "from": names[rows[:, 3]],
        "to": names[rows[:, 4]],
        "cause": causes[rows[:, 5]],
        "counterparty": rows[:, 6],
    }
