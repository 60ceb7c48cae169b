"""First contact decides: which agency meets a person first, and whether it has the time (model 4.5, 4.6).

What agencies learn of people goes through here: meetings and statements are kept for the week, cases are opened from
them and records are made of them. Nothing else in the model tells an agency what has happened to anyone.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import KINDS, AgencyKind
from sim.agents.people import Creditor
from sim.ground.by_address import by_address
from sim.ground.kernel import rule
from sim.rules.control.ways_out import Exit


class Outcome(IntEnum):
    """What followed from a meeting."""

    NOTHING = 0
    TAKEN_IN = 1
    NO_PLACE = 2
    DETAINED = 3
    WENT_FREE = 4


MEETING = np.dtype(
    [
        ("person", "i4"), ("generation", "i4"), ("venue", "i4"), ("venue_generation", "i4"), ("region", "i2"),
        ("sector", "i2"), ("agency", "i1"), ("cause", "i1"), ("exploited", "i1"), ("abused", "i1"),
        ("recognised", "i1"), ("outcome", "i1"), ("female", "i1"), ("claims", "i1"),
    ],
    align=True,
)  # fmt: skip
STATEMENT = np.dtype(
    [
        ("person", "i4"), ("generation", "i4"), ("venue", "i4"), ("venue_generation", "i4"), ("brought_by", "i4"),
        ("brought_by_generation", "i4"), ("region", "i2"), ("rung", "i1"), ("female", "i1"), ("true", "i1"),
        ("handed", "i1"), ("quality", "f4"),
    ],
    align=True,
)  # fmt: skip


@by_address
class Book(NamedTuple):
    """Meetings and statements of one week."""

    meetings: NDArray[Any]  # of MEETING
    statements: NDArray[Any]  # of STATEMENT
    counts: NDArray[Any]  # (2,) how many of each


def empty_book(people: int) -> Book:
    """A book with room for a week's meetings and statements."""
    return Book(np.zeros(people + 8, MEETING), np.zeros(people + 8, STATEMENT), np.zeros(2, np.int64))


class Met(NamedTuple):
    """What an agency has seen of a person, and what it did."""

    agency: int  # AgencyKind
    cause: int  # Exit that brought it there
    exploited: bool
    abused: bool
    recognised: bool
    outcome: int  # Outcome
    claims: int  # 1 on a true story, 2 on a false one, 0 without any


@rule
def who_meets(sectors, rules, u, cause, sector):
    """The agency that meets a person first, by what brought her to it; ``u`` a keyed uniform."""
    if cause == Exit.HOTLINE or cause == Exit.OUTREACH or cause == Exit.HEALTH:
        return AgencyKind.SERVICES
    if cause == Exit.INSPECTION:
        return AgencyKind.INSPECTORATE
    if cause == Exit.STATUS_CHECK:
        return AgencyKind.IMMIGRATION
    if cause == Exit.RAID or cause == Exit.CLOSED:
        return AgencyKind.SPECIALISED_POLICE if u < rules.raid_specialised else AgencyKind.POLICE
    inspected = 0.0
    if cause == Exit.COMPLAINT:
        inspected = min(rules.complaint_inspected * sectors[sector].inspected + rules.complaint_inspectorate, 1.0)
    if u < inspected:
        return AgencyKind.INSPECTORATE
    specialised = inspected + (1.0 - inspected) * rules.tip_specialised  # of those that come to police
    return AgencyKind.SPECIALISED_POLICE if u < specialised else AgencyKind.POLICE


@rule
def has_time(agencies, region, kind):
    """Whether an agency can take up one more person or case; if so it is taken up."""
    agency = region * KINDS + kind
    agencies[agency].asks += 1
    if agencies[agency].attention < 1.0:
        return False
    agencies[agency].attention -= 1.0
    agencies[agency].caseload += 1
    return True


@rule
def chance_of_time(agencies, region, kind):
    """Chance that an agency can take up one more: what it can do over what it is asked to, as remembered."""
    row = agencies[region * KINDS + kind]
    return row.room / max(row.asked, row.room) if row.room > 0.0 else 0.0


@rule
def enter_meeting(s, i, k, met):
    """Keep a meeting of person i; ``k`` the venue where she works or worked last, -1 without."""
    n = s.book.counts[0]
    if n >= len(s.book.meetings):
        return
    meeting = s.book.meetings[n]
    meeting.person, meeting.generation = i, s.people.row[i].generation
    meeting.venue, meeting.venue_generation, meeting.sector = k, -1, -1
    if k >= 0:
        meeting.venue_generation, meeting.sector = s.venues[k].generation, s.venues[k].sector
    meeting.region = s.people.here[i]
    meeting.agency, meeting.cause = met.agency, met.cause
    meeting.exploited, meeting.abused = met.exploited, met.abused
    meeting.recognised, meeting.outcome, meeting.claims = met.recognised, met.outcome, met.claims
    meeting.female = s.people.row[i].female
    s.book.counts[0] = n + 1


@rule
def enter_statement(people, book, i, rung, quality):
    """Keep what person i has told at a rung of cooperation, and of whom."""
    person = people.row[i]
    n = book.counts[1]
    if n >= len(book.statements):
        return
    said = book.statements[n]
    said.person, said.generation, said.region = i, person.generation, people.here[i]
    said.venue, said.venue_generation = person.exploiter, person.exploiter_generation
    said.brought_by, said.brought_by_generation = person.brought_by, person.brought_by_generation
    said.rung, said.quality, said.female = rung, quality, person.female
    said.true = person.claims != 2
    # the claim of whoever brought her went to the venue with her, or she was made to go without owing
    owed_there = person.debt > 0.0 and person.creditor_kind == Creditor.VENUE and person.creditor == person.exploiter
    said.handed = person.forced == 1 or owed_there
    book.counts[1] = n + 1
