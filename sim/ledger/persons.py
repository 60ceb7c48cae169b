"""Events and the persons to whom they happen: who does a thing three times in a year is one person.

Metrics count events. For each that one person can repeat there is a twin that counts persons, as
:mod:`sim.declared.measures.persons` says: a person counts once in a year, in the week in which it first happens to her
in that year; years begin with week 0. What has happened to her in the year are the bits of ``counted``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.persons import REPEATED, counter_of
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import part
from sim.ledger.counters import COUNTER_INDEX
from sim.ledger.tallies import tally

BYTE = 256
FIRST = COUNTER_INDEX[counter_of(REPEATED[0])]
# which bits an event sets, by its counter
MASKS = np.zeros(len(COUNTER_INDEX), np.uint64)
for _bit, _metric in enumerate(REPEATED):
    for _name in METRICS[_metric].top:
        MASKS[COUNTER_INDEX[_name]] |= np.uint64(1) << np.uint64(_bit)
ONE, NONE = np.uint64(1), np.uint64(0)


@part
def happens(people: Any, counters: Any, i: Any, what: Any, week: Any) -> None:
    """Something happens to person i: an event of the counter ``what``, and a person wherever it is her first."""
    counters[what] += 1.0
    tally(people, counters, i, what, 1.0)
    count_person(people, counters, i, what, week)


@part
def count_person(people: Any, counters: Any, i: Any, what: Any, week: Any) -> None:
    """Person i counts as one to whom ``what`` has happened this year, unless she does already."""
    row = people.row[i]
    year = week // WEEKS_PER_YEAR % BYTE
    if row.counted_year != year:
        row.counted_year = year
        row.counted = NONE
    new = MASKS[what] & ~row.counted
    row.counted |= new
    column = FIRST
    while new != NONE:
        if new & ONE != NONE:
            counters[column] += 1.0
        new = new >> ONE
        column += 1
