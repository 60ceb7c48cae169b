"""Tuples that compiled code takes by address: it reads and writes what Python reads and writes."""

import pickle
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.ground.by_address import by_address
from sim.ground.kernel import kernel, part

RECORD = np.dtype([("age", "i4"), ("cash", "f8"), ("two", "f4", (2,))], align=True)
NUMBERS = st.floats(allow_nan=False)


@by_address
class Inner(NamedTuple):
    """A part of a part."""

    share: float
    rows: Any


@by_address
class Outer(NamedTuple):
    """Numbers, arrays of every shape, and a part."""

    count: int
    inner: Inner
    line: Any
    plane: Any
    cube: Any
    agents: Any


@part
def of_the_part(inner, i):
    return inner.share + inner.rows[i]


@kernel
def read(outer, i, j, k):
    return outer.count, of_the_part(outer.inner, i), outer.line[i], outer.plane[i, j], outer.cube[i, j, k]


@kernel
def sizes(outer):
    return len(outer.line), outer.plane.shape, outer.cube.shape, outer.plane.size, len(outer.agents)


@kernel
def write(outer, i):
    outer.agents[i].age += 1
    outer.agents[i].cash = outer.inner.share
    outer.agents[i].two[1] = outer.count
    outer.inner.rows[i] += 1.0


def made(count=1, share=0.5, cube=None, rows=None):
    cube = np.zeros((2, 3, 4)) if cube is None else cube
    rows = np.zeros(len(cube)) if rows is None else rows
    return Outer(count, Inner(share, rows), rows, cube[:, :, 0].copy(), cube, np.zeros(len(cube), RECORD))


@given(
    st.integers(-(2**62), 2**62),
    NUMBERS,
    arrays(float, st.tuples(*[st.integers(1, 4)] * 3), elements=NUMBERS),
    st.data(),
)
def test_compiled_code_reads_what_python_reads(count, share, cube, data):
    i, j, k = (data.draw(st.integers(0, length - 1)) for length in cube.shape)
    outer = made(count, share, cube, cube[:, 0, 0].copy())
    assert read(outer, i, j, k) == (
        count,
        share + outer.inner.rows[i],
        outer.line[i],
        outer.plane[i, j],
        cube[i, j, k],
    )
    assert sizes(outer) == (len(cube), cube.shape[:2], cube.shape, outer.plane.size, len(cube))


def test_arrays_that_are_not_contiguous_are_read_by_their_strides():
    whole = np.arange(48.0).reshape(2, 4, 6)
    outer = made(cube=whole[:, ::2, ::3])
    outer = outer._replace(plane=whole[:, :, 1], line=whole[:, 1, 2])
    assert read(outer, 1, 1, 1) == (1, 0.5, whole[1, 1, 2], whole[1, 1, 1], whole[1, 2, 3])


def test_what_compiled_code_writes_python_sees():
    outer = made(7, 0.25)
    write(outer, 1)
    assert outer.agents[1].tolist()[:2] == (1, 0.25)
    assert outer.agents["two"][1].tolist() == [0.0, 7.0]
    assert outer.inner.rows.tolist() == [0.0, 1.0]


def test_a_replaced_part_is_the_one_that_is_read():
    outer = made(share=0.5)
    other = outer._replace(inner=outer.inner._replace(share=2.0), count=3)
    assert [read(one, 0, 0, 0)[:2] for one in (outer, other)] == [(1, 0.5), (3, 2.0)]


def test_tuples_that_are_laid_out_alike_are_of_one_kind_and_compiled_once():
    before = len(read.signatures)
    assert made(1).kind is made(2, cube=np.ones((1, 1, 1))).kind
    for outer in (made(1), made(2, cube=np.ones((1, 1, 1)))):
        read(outer, 0, 0, 0)
    assert len(read.signatures) <= before + 1
    assert made().kind is not made()._replace(line=np.zeros(2, np.int32)).kind


def test_a_part_that_is_not_there_is_named():
    @kernel
    def wrong(outer):
        return outer.shares

    with pytest.raises(Exception, match="Unknown attribute 'shares'"):
        wrong(made())


def test_a_copy_is_described_anew():
    outer = made(5)
    copy = pickle.loads(pickle.dumps(outer))  # noqa: S301 - our own
    copy.inner.rows[0] = 9.0
    assert read(outer, 0, 0, 0)[1] == 0.5
    assert read(copy, 0, 0, 0)[1] == 9.5
