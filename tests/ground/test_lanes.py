"""Sixty-four rows are told at once what each of them would be told alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from numba.core.errors import TypingError

from sim.ground.lanes import LANES, any_of, at_most, equal_to, lowest, without_lowest


@njit
def found_at_most(column, row, most):
    return at_most(column, row, most)


@njit
def found_equal(column, row, wanted):
    return equal_to(column, row, wanted)


@njit
def found_any(column, row, bits):
    return any_of(column, row, bits)


@njit
def places(told):
    found = np.empty(LANES, np.int64)
    n = 0
    while told:
        found[n] = lowest(told)
        told = without_lowest(told)
        n += 1
    return found[:n]


def meant(told):
    """The rows whose bits are set, bit by bit."""
    return [bit for bit in range(LANES) if int(told) >> bit & 1]


def asked(values):
    return [int(row) for row in np.flatnonzero(values)]


@pytest.mark.parametrize("first", [0, 3])
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_same_rows_as_one_by_one(first, seed):
    """Whatever a column holds, and wherever its rows begin."""
    random = np.random.default_rng(seed)
    dates = random.integers(-3, 4, LANES + first).astype(np.int32)
    clocks = random.choice([-1.0, 0.0, 0.5, np.inf, np.nan], LANES + first).astype(np.float32)
    stages = random.integers(-2, 3, LANES + first).astype(np.int8)
    bits = random.integers(0, 256, LANES + first).astype(np.uint8)
    assert meant(found_at_most(dates, first, np.int32(1))) == asked(dates[first:] <= 1)
    assert meant(found_at_most(clocks, first, np.float32(0.0))) == asked(clocks[first:] <= 0.0)
    assert meant(found_equal(stages, first, np.int8(-1))) == asked(stages[first:] == -1)
    assert meant(found_any(bits, first, np.uint8(0b10000001))) == asked(bits[first:] & 0b10000001)


@given(st.integers(0, 2**LANES - 1))
def test_bits_are_gone_through_from_the_lowest(told):
    assert places(np.uint64(told)).tolist() == meant(told)


@pytest.mark.parametrize(
    ("found", "column"),
    [
        (found_at_most, np.zeros(2 * LANES)[::2]),
        (found_any, np.zeros((2, LANES), np.uint8)),
        (found_at_most, np.zeros(LANES, np.uint8)),
        (found_equal, np.zeros(LANES)),
        (found_any, np.zeros(LANES)),
    ],
)
def test_columns_of_other_kinds_are_refused(found, column):
    """Numbers that do not lie side by side would be told of other rows, and those without a sign compared wrongly."""
    with pytest.raises(TypingError, match="rows are"):
        found(column, 0, 1)


def test_a_bound_between_two_numbers_of_the_column_leaves_nobody_out():
    """A bound with more digits than the column has is rounded: whoever is at it or below is among those told."""
    clocks = np.linspace(0.0, 1.0, LANES, dtype=np.float32)
    for bound in np.linspace(0.0, 1.0, 997):
        assert set(asked(clocks <= bound)) <= set(meant(found_at_most(clocks, 0, bound)))
