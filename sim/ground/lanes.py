"""Which of sixty-four rows of a column are meant, told at once, for passes over many rows of which few are.

A bit stands for each row, the lowest for the first. Whoever goes through a column row by row guesses at each whether it
is meant; processors compare many numbers in one step, and then there is nothing to guess.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.errors import TypingError
from numba.cpython.unsafe.numbers import trailing_zeros
from numba.extending import intrinsic

from sim.ground.elements import place_of
from sim.ground.kernel import rule

LANES = 64  # rows, one for each bit of a whole number
ONE = np.uint64(1)


def _check(column: Any, *, ordered: bool) -> None:
    """TypingError unless the numbers of a column lie side by side, and are whole, or have a sign if ``ordered``."""
    if not isinstance(column, types.Array) or column.ndim != 1 or column.layout != "C":
        raise TypingError("rows are told apart in columns whose numbers lie side by side")
    kind = column.dtype
    whole = isinstance(kind, types.Integer)
    if not (isinstance(kind, types.Float) or (whole and kind.signed) if ordered else whole):
        raise TypingError(f"rows are not told apart so in a column of {kind}")


def _loaded(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """The numbers of a column from a row on, side by side, and their kind."""
    column = sig.args[0]
    first = place_of(context, builder, column, args[0], sig.args[1], args[1])
    kind = ir.VectorType(context.get_data_type(column.dtype), LANES)
    loaded = builder.load(builder.bitcast(first, kind.as_pointer()))
    loaded.align = 1  # a chunk may begin anywhere
    return loaded, kind


def _everywhere(context: Any, builder: Any, sig: Any, args: Any, kind: Any) -> Any:
    """What the numbers are compared with, as often as there are numbers."""
    asked = context.cast(builder, args[2], sig.args[2], sig.args[0].dtype)
    first = builder.insert_element(ir.Constant(kind, ir.Undefined), asked, ir.Constant(ir.IntType(32), 0))
    everywhere = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), everywhere)


def _telling(column: Any, row: Any, asked: Any, compare: Callable[..., Any]) -> Any:
    """What numba wants to know of a comparison, which gives a truth value for each number."""

    def tell(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        found, kind = _loaded(context, builder, sig, args)
        told = compare(builder, found, _everywhere(context, builder, sig, args, kind))
        return builder.bitcast(told, ir.IntType(LANES))

    return types.uint64(column, row, asked), tell


@intrinsic
def at_most(typing_context: Any, column: Any, row: Any, most: Any) -> Any:  # noqa: ARG001 - numba calls it so
    """Which of the rows from ``row`` on hold ``most`` at the most: bits.

    The column has numbers with a sign. Where ``most`` has more digits it is rounded to theirs: no row that is meant is
    left out, and one may be told that lies just above.
    """
    _check(column, ordered=True)

    def compare(builder: Any, found: Any, asked: Any) -> Any:
        signed = builder.fcmp_ordered if isinstance(column.dtype, types.Float) else builder.icmp_signed
        return signed("<=", found, asked)

    return _telling(column, row, most, compare)


@intrinsic
def equal_to(typing_context: Any, column: Any, row: Any, wanted: Any) -> Any:  # noqa: ARG001
    """Which of the rows from ``row`` on hold the whole number ``wanted``: bits."""
    _check(column, ordered=False)
    return _telling(column, row, wanted, lambda builder, found, asked: builder.icmp_signed("==", found, asked))


@intrinsic
def any_of(typing_context: Any, column: Any, row: Any, bits: Any) -> Any:  # noqa: ARG001
    """In which of the rows from ``row`` on any of ``bits`` is set: bits."""
    _check(column, ordered=False)

    def compare(builder: Any, found: Any, asked: Any) -> Any:
        return builder.icmp_signed("!=", builder.and_(found, asked), ir.Constant(found.type, None))

    return _telling(column, row, bits, compare)


@rule
def lowest(told: Any) -> Any:
    """The place of the lowest bit of ``told``, which has one."""
    return np.int64(trailing_zeros(told))


@rule
def without_lowest(told: Any) -> Any:
    """The bits of ``told`` but the lowest."""
    return told & (told - ONE)


@rule
def list_rows(told: Any, first: Any, rows: Any, n: Any) -> Any:
    """Write the rows that are told from row ``first`` on to ``rows``, where ``n`` stand; returns how many do then."""
    while told:
        rows[n] = first + lowest(told)
        told = without_lowest(told)
        n += 1
    return n
