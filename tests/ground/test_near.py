"""Memory is asked for ahead of a pass, of whole records, and nothing is changed by it."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest
from numba import njit

from sim.ground.near import AHEAD, bring_near, person_near

RECORD = np.dtype([("a", "f8"), ("b", "f8", (31,))])  # four cache lines
People = namedtuple("People", ("row", "stage", "here", "legal", "due"))


def asks():
    @njit
    def ask(column, row):
        bring_near(column, row)

    return ask


@njit
def total(people, rows):
    found = 0.0
    for position in range(len(rows)):
        person_near(people, rows, position)
        found += people.row[rows[position]].a
    return found


@pytest.mark.parametrize(
    ("column", "lines"),
    [
        (np.zeros(9, RECORD), RECORD.itemsize // 64),
        (np.zeros(9), 1),
        (np.zeros(9)[::2], 1),
        (np.zeros(9, np.int8), 1),
    ],
)
def test_each_cache_line_of_a_row_is_asked_for(column, lines):
    before, ask = column.copy(), asks()
    ask(column, 3)
    ask(column, -1)
    made = ask.inspect_llvm(ask.signatures[0])
    assert made.count("call void @llvm.prefetch") == lines
    assert (column == before).all()


@pytest.mark.parametrize("count", [0, 1, AHEAD, 3 * AHEAD])
def test_a_pass_that_asks_ahead_finds_what_it_would_and_asks_for_nobody_beyond_the_last(count):
    people = People(np.zeros(3 * AHEAD, RECORD), *np.zeros((4, 3 * AHEAD), np.int8))
    people.row["a"] = np.arange(3 * AHEAD)
    rows = np.arange(3 * AHEAD)[::-1][:count].copy()
    assert total(people, rows) == people.row["a"][rows].sum()
