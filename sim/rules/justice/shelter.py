"""Safe accommodation that is not safe: exploiters at large find people there (switch ``insecure_shelter``; C12-M03).

    weekly hazard = found · (1 - protection.security), as long as the place where she was exploited is still run by
    the same owner

Who is found is taken back where there is room, or frightened away and tells less.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import Stage, Start
from sim.declared.sources import From, Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block
from sim.ground.kernel import part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.rules.people import stages
from sim.rules.people.status import start_removal_clock
from sim.rules.work.jobs import hire
from sim.rules.work.value import with_papers


@family
class ShelterRules(NamedTuple):
    """How often people are found in a place that is not secured, and what follows."""

    on: Annotated[int, Switched("insecure_shelter")]
    found: Annotated[float, From("shelter.found", per=WEEKS_PER_YEAR)]  # a week
    recaptured: Annotated[float, From("shelter.recaptured")]


@rule
def exploiter_at_large(s, i):
    """Whether the place where person i was exploited is open and run by the same owner, in the region where she is."""
    row = s.people.row[i]
    k = row.exploiter
    if k < 0:
        return False
    venue = s.venues[k]
    return venue.active == 1 and venue.generation == row.exploiter_generation and venue.region == s.people.here[i]


@part
def found_in_shelter(s, p, now, i, counters):
    """Whether person i is found this week in safe accommodation; then she is there no more."""
    row, region = s.people.row[i], s.people.here[i]
    if not exploiter_at_large(s, i):
        return False
    found, taken, _, _ = block(now.seed, Stream.SHELTER_FOUND, i, row.generation, now.week, 0)
    if found >= p.shelter.found * (1.0 - s.law[region].protection_security):
        return False
    counters[C.SHELTER_FOUND] += 1.0
    s.law[region].places += 1.0
    stages.leave_protection(s.people, i)
    s.people.known[i] = 1
    k = row.exploiter
    if taken < p.shelter.recaptured and s.venues[k].filled < s.venues[k].slots:
        counters[C.SHELTER_RECAPTURED] += 1.0
        row.forced = 1
        hire(s, p, now, i, k, True, 0.0, np.int64(Start.CUSTODY), counters)
        if not with_papers(s.people.legal[i]):
            start_removal_clock(s.people, s.regions, i, now)
    else:
        stages.go_free(s.people, i, now.week)
        row.since = now.week
    note_change(s, i, Stage.PROTECTED, Cause.REFLECTION_ENDED, k, now.week)
    return True
