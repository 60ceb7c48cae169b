"""Records: what each agency writes down of what it has met (model 8, principle 3).

A layer of its own: it reads the week's book of meetings and applies each agency's definition, scope, errors, double
counting and delay. Records are counters like others, so that they stand beside the truth in every table; entries come
weeks late. Only governments read them, where they react at all (switch ``government_reaction``); otherwise turning the
layer off (``observation.records=off``) leaves every event as it was.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import AgencyKind
from sim.declared.sources import From, family
from sim.ground.by_address import by_address
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, rule
from sim.ledger.counters import C
from sim.rules.justice.contacts import Outcome


@family
class RecordRules(NamedTuple):
    """Parameters of record keeping."""

    kept: Annotated[int, From("observation.records")]  # 0: nobody keeps records
    # share of abused people whom services count though they were not recognised (C7-M19)
    stretch: Annotated[float, From("observation.stretch")]
    large: Annotated[int, From("observation.large")]  # members from which on an enterprise counts as large
    missed: Annotated[float, From("observation.missed")]  # share of what should be entered that never is
    delay: Annotated[float, From("observation.delay")]  # mean weeks until an entry
    delay_most: Annotated[int, From("observation.delay_most")]  # after which all has been entered


class Series(IntEnum):
    """What governments read, by region: entries of the border guard and of the police."""

    STOPS = 0  # crossings stopped on the way into the region
    CASES = 1  # exploited people whom police count there
    DEATHS = 2  # deaths on a journey that were found, anywhere


class Entry(IntEnum):
    """Bits of what a meeting has put into statistics."""

    POLICE_SEX = 1
    POLICE_OTHER = 2
    ABUSE = 4  # of labour law, in those of inspectors
    ASSISTED = 8  # in those of services
    FOR_REMOVAL = 16  # in those of the immigration service
    COUNTED = 32  # reported as an identified person by the agency that met her
    COUNTED_AGAIN = 64  # reported as one by services as well


POLICE_SEX, POLICE_OTHER, ABUSE, ASSISTED, FOR_REMOVAL, COUNTED, COUNTED_AGAIN = (entry.value for entry in Entry)
NOTED = np.dtype([("week", "i4"), ("entries", "i4")], align=True)  # of a meeting: when it was entered, and as what


@by_address
class Registers(NamedTuple):
    """Records by region, for those who read them."""

    entries: NDArray[Any]  # float64 (weeks, regions, Series), in the week of the entry
    stops: NDArray[Any]  # float64 (regions,) stops since week 0 that have been entered


def no_registers(weeks: int, regions: int) -> Registers:
    """Registers without an entry."""
    return Registers(np.zeros((weeks, regions, len(Series))), np.zeros(regions))


@kernel
def enter_borders(legs, registers, done, deaths):
    """Enter the week's stops and deaths: ``deaths`` those found this week."""
    entered = registers.stops
    for region in range(len(entered)):
        stops = 0.0
        for leg in range(len(legs)):
            if legs[leg].head == region:
                stops += legs[leg].stops
        registers.entries[done, region, Series.STOPS] += stops - entered[region]
        registers.entries[done, region, Series.DEATHS] += deaths
        entered[region] = stops


@rule
def entries_of(meeting, sex, place, rules, u_label, within, u_twice):
    """What a meeting is in the statistics of those who keep them: bits of :class:`Entry`.

    ``within`` the uniform by which she was recognised: what the law's scope took in then is within it here as well.
    """
    entries = 0
    if meeting.agency == AgencyKind.SERVICES:
        # a label opens doors: helpers stretch it for people in need
        if meeting.recognised == 1 or (meeting.abused == 1 and u_label < rules.stretch):
            entries = ASSISTED | COUNTED
    elif meeting.agency == AgencyKind.INSPECTORATE:
        # inspectors see breaches of labour law, whoever is held (C7-M17)
        entries = ABUSE * (meeting.abused == 1) | COUNTED * (meeting.recognised == 1)
    elif meeting.recognised == 1:
        entries = COUNTED
        # what lies outside the law's scope is another offence, or none (C7-M17, C9-M02)
        if sex or within < place.agency_mandate:
            entries |= POLICE_SEX if sex else POLICE_OTHER
        if meeting.outcome == Outcome.TAKEN_IN:
            # where nobody keeps one list, services count again whom the police have sent
            entries |= ASSISTED | COUNTED_AGAIN * (u_twice >= place.protection_referral)
    return entries | FOR_REMOVAL * (meeting.outcome == Outcome.DETAINED)


@kernel
def keep_records(sectors, law, book, rules, now, counters, entries, noted, done) -> None:
    """Enter the week's meetings into each agency's series.

    ``counters`` float64 (weeks, counters) and ``entries`` float64 (weeks, regions, Series); row ``done`` is this week.
    ``noted`` of NOTED is told what became of each meeting, if it is long enough: with -1 for a week, nothing.
    """
    if rules.kept == 0:
        return
    for number in range(book.counts[0]):
        meeting = book.meetings[number]
        u_miss, u_late, u_label, u_twice = block(
            now.seed, Stream.RECORDS, meeting.person, meeting.generation, now.week, meeting.agency
        )
        _, _, _, within = block(now.seed, Stream.RECOGNITION, meeting.person, meeting.generation, now.week, 0)
        at = done + min(int(-rules.delay * math.log(u_late)), rules.delay_most)
        lost = u_miss < rules.missed or at >= len(counters)
        sex = meeting.sector >= 0 and sectors[meeting.sector].commercial_sex == 1
        kept = 0 if lost else entries_of(meeting, sex, law[meeting.region], rules, u_label, within, u_twice)
        if number < len(noted):
            noted[number].week, noted[number].entries = -1 if lost else at, kept
        if kept == 0:
            continue
        row = counters[at]
        police = kept & (POLICE_SEX | POLICE_OTHER) != 0
        row[C.RECORDED_POLICE_SEX] += kept & POLICE_SEX != 0
        row[C.RECORDED_POLICE_OTHER] += kept & POLICE_OTHER != 0
        row[C.RECORDED_POLICE_WOMEN] += police and meeting.female
        entries[at, meeting.region, Series.CASES] += police
        row[C.RECORDED_INSPECTORATE] += kept & ABUSE != 0
        row[C.RECORDED_SERVICES] += kept & ASSISTED != 0
        row[C.RECORDED_SERVICES_SEX] += kept & ASSISTED != 0 and sex
        row[C.RECORDED_ALL] += (kept & COUNTED != 0) + (kept & COUNTED_AGAIN != 0)
        row[C.RECORDED_IMMIGRATION] += kept & FOR_REMOVAL != 0
