"""Rows of a table by what a column says, against numpy."""

import numpy as np
import pytest

from sim.ground.rows import rows_at, rows_with


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 128, 1003])
def test_rows_are_those_that_numpy_finds(count):
    chance = np.random.default_rng(count)
    bits = np.where(chance.random(count) < 0.1, chance.integers(0, 256, count), 0).astype(np.uint8)
    codes = np.where(chance.random(count) < 0.1, chance.integers(-128, 128, count), 0).astype(np.int8)
    for asked in (1, 6, 128, 255):
        assert np.array_equal(rows_with(bits, asked), np.flatnonzero(bits & asked))
    for wanted in (-128, -1, 0, 1, 127):
        assert np.array_equal(rows_at(codes, wanted), np.flatnonzero(codes == wanted))


def test_a_field_of_records_and_a_column_that_begins_anywhere():
    records = np.zeros(40, [("stage", "i1"), ("other", "f8")])
    records["stage"][3::7] = 5
    assert np.array_equal(rows_at(records["stage"], 5), np.arange(3, 40, 7))
    column = np.tile(np.int8([0, 5, 0]), 20)[1:]
    assert np.array_equal(rows_at(column, 5), np.arange(0, 59, 3))
