"""Tallies by group of people: each event goes to its counter, and to one part of every split that is asked for.

What is asked for stands in ``people.grouping`` (:class:`sim.ledger.groups.Groups`). As declared it is empty, and an
event costs one look at its length.
"""

from __future__ import annotations

from typing import Any

from sim.ground.kernel import part
from sim.ledger.groups import (
    AGE,
    BLOCKS,
    COUNTERS,
    EACH,
    FIRST,
    HEAD,
    PARTS,
    REGION,
    SECTOR,
    SEX,
    SPLITS,
    STATUS,
    STRIDES,
)


@part
def count(people: Any, counters: Any, i: Any, what: Any) -> None:
    """Person i is one of those whom a counter counts, and whom it counts once in a week."""
    counters[what] += 1.0
    tally(people, counters, i, what, 1.0)


@part
def tally(people: Any, counters: Any, i: Any, what: Any, amount: Any) -> None:
    """Something that is counted happens to person i: it goes into her part of every split as well."""
    if len(people.grouping) > 0:
        tally_in(people, counters, i, what, people.row[i].sector, amount)


@part
def tally_in(people: Any, counters: Any, i: Any, what: Any, sector: Any, amount: Any) -> None:
    """The same in a sector, -1 for none, whatever her last work was."""
    asked = people.grouping
    if len(asked) == 0 or BLOCKS[what] < 0:
        return
    first = COUNTERS + BLOCKS[what] * asked[PARTS]
    if first + asked[PARTS] > len(counters):
        return  # sums that nobody splits
    person = people.row[i]
    for split in range(asked[SPLITS]):
        at = HEAD + EACH * split
        strides = at + STRIDES
        place = (
            asked[at + FIRST]
            + asked[strides + SECTOR] * (sector + 1)
            + asked[strides + REGION] * people.here[i]
            + asked[strides + SEX] * person.female
            + asked[strides + AGE] * person.minor
            + asked[strides + STATUS] * people.legal[i]
        )
        counters[first + place] += amount
