"""Age: when a person who entered the age at risk as a child turns eighteen.

Age at entry is uniform between ``people.youngest`` and eighteen. Whoever is there when a run starts has been at risk
for some time already: an exponential time, as in any stationary population. With the switch ``ageing`` off the week of
her eighteenth birthday is known and nothing comes of it.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.agents.people import LONG_AGO, Stage, exponential_weeks
from sim.declared.sources import Switched, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C

OF_AGE = 18.0  # years


@family
class AgeingRules(NamedTuple):
    """Parameters of age."""

    ageing: Annotated[int, Switched("ageing")]


@rule
def weeks_short_at_entry(people, birth, now, i):
    """Weeks that a child was short of eighteen when she entered the age at risk, and what part of her time has gone."""
    left, elapsed, _, _ = block(now.seed, Stream.AGE, i, people.row[i].generation, 0, 0)
    return 1 + int(left * (OF_AGE - birth.youngest) * WEEKS_PER_YEAR), elapsed


@part
def draw_age(people, birth, now, i):
    """When person i, who has just entered the age at risk, turns eighteen; ``birth`` the parameters of birth."""
    row = people.row[i]
    row.eighteen = LONG_AGO
    if row.minor == 0:
        return
    weeks, elapsed = weeks_short_at_entry(people, birth, now, i)
    if row.generation == 0:
        weeks -= exponential_weeks(birth.risk_weeks, elapsed)
    row.eighteen = now.week + weeks


@rule
def weeks_short(people, p, now, i):
    """Weeks that child i is short of eighteen; where nobody ages, those that she was short at entry."""
    if p.ageing.ageing:
        return people.row[i].eighteen - now.week
    return weeks_short_at_entry(people, p.birth, now, i)[0]


@kernel
def grow_up(people, now, counters):
    """Everyone who turns eighteen by this week is no longer a child."""
    for i in range(len(people.stage)):
        row = people.row[i]
        if row.minor == 1 and row.eighteen <= now.week:
            row.minor = 0
            counters[C.TURNED_EIGHTEEN] += people.stage[i] != Stage.DEAD
