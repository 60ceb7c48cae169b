"""Elements, operators and calls in words of our own give what Python gives, from fewer instructions than numba's."""

import gc

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from llvmlite.ir.instructions import Instruction
from numba import njit

from sim.ground import compiling
from sim.ground.compiling import SELDOM
from sim.ground.kernel import allocating, kernel, part

RECORD = np.dtype([("cash", "f8"), ("weeks", "i2"), ("three", "f4", (3,))], align=True)
KINDS = ["f8", "f4", "i8", "i4", "i2", "u2", "u1", "?"]


@kernel
def element(x, i):
    return x[i]


@kernel
def put(x, i, value):
    x[i] = value


@kernel
def field_of(x, i):
    return x[i].cash, x[i].weeks, x[i].three[1]


@kernel
def row_of(x, i, j):
    return x[i][j], x[i, j]


@given(st.sampled_from(KINDS), st.integers(-5, 4), st.sampled_from([1, 2, -1]))
def test_an_element_is_read_and_written_where_python_finds_it(kind, i, step):
    x = (np.arange(10) % 3).astype(kind)[::step][:5]
    before = x.copy()
    assert element(x, i) == before[i]
    put(x, i, 1)
    before[i] = 1
    assert np.array_equal(x, before)


def test_whole_numbers_without_a_sign_count_from_the_start():
    assert element(np.arange(5.0), np.uint8(4)) == 4.0


def test_what_is_written_takes_the_type_of_the_column():
    x = np.zeros(2, np.int8)
    put(x, 1, 3.9)
    assert x[1] == 3


def test_records_and_rows_of_a_matrix_are_found():
    x = np.zeros(3, RECORD)
    x["cash"], x["weeks"], x["three"][:, 1] = [1.0, 2.0, 3.0], [4, 5, 6], [7.0, 8.0, 9.0]
    assert field_of(x, -1) == (3.0, 6, 9.0)
    assert field_of(x[::2], 1) == (3.0, 6, 9.0)
    plane = np.arange(6.0).reshape(2, 3)
    assert row_of(plane, 1, -1) == (5.0, 5.0)
    assert row_of(plane.T, 1, -1) == (4.0, 4.0)


def test_an_element_takes_a_fraction_of_the_instructions_that_numba_writes(monkeypatch, tmp_path):
    """An array of one axis takes our way; the same element of a plane is found by numba."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    counted, begin = [], Instruction.__init__
    monkeypatch.setattr(Instruction, "__init__", lambda *given, **named: counted.append(1) or begin(*given, **named))

    def written(function, x):
        counted.clear()
        kernel(function)(x, 1)
        return len(counted)

    nothing = written(lambda _, i: i, np.zeros(2))
    ours, numbas = written(lambda x, i: x[i], np.zeros(2)), written(lambda x, i: x[i, 0], np.zeros((2, 1)))
    assert 0 < 2 * (ours - nothing) < numbas - nothing


NUMBERS = st.one_of(st.integers(-9, 9), st.floats(-9.0, 9.0), st.just(float("nan")))


@kernel
def least_and_most(a, b, c):
    return min(a, b), max(a, b), min(a, b, c), max(a, b, c), min(a, 2), max(3.0, b)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_the_lesser_and_the_greater_are_those_of_python(a, b, c):
    expected = [min(a, b), max(a, b), min(a, b, c), max(a, b, c), min(a, 2), max(3.0, b)]
    assert np.array_equal(np.array(least_and_most(a, b, c), float), np.array(expected, float), equal_nan=True)


def test_whole_numbers_stay_whole():
    low, high, *_ = least_and_most(2, 5, 1)
    assert (low, high) == (2, 5)
    assert isinstance(low, int)
    assert isinstance(high, int)


@njit
def most_of_all(x):
    return max(x)


@njit
def either(a, b):
    return max(a, b)


def test_other_things_are_still_compared_by_numba():
    assert most_of_all((1, 5, 2)) == 5
    assert either(True, False) is True


@part
def made(x, shape):
    return x.reshape(shape).sum()


@part
def on_the_way(x, shape):
    return made(x, shape) + 1.0


@allocating
def entered(x, shape):
    return on_the_way(x, shape)


def test_an_exception_goes_through_all_that_called():
    x = np.arange(6.0)
    assert entered(x, (2, 3)) == 16.0
    with pytest.raises(ValueError, match="size"):
        entered(x, (4, 2))
    assert entered(x, (3, 2)) == 16.0


def test_python_looks_for_what_is_unused_as_often_as_before(monkeypatch, tmp_path):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    before, seen = gc.get_threshold(), []

    @kernel
    def quick(x):
        return x

    plain = compiling._pipeline
    try:
        compiling._pipeline = lambda *given: seen.append(gc.get_threshold()) or plain(*given)
        quick(1.0)
    finally:
        compiling._pipeline = plain
    assert seen
    assert set(seen) == {SELDOM}
    assert gc.get_threshold() == before
