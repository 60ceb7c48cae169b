"""Bring memory near before it is read, for passes over few rows that lie far apart and are served one by one.

What a row holds is asked for some rows ahead, so that several answers are under way at once, and nobody waits for it.
No result depends on it.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from sim.ground.elements import place_of
from sim.ground.kernel import rule

AHEAD = 8  # rows; memory answers in about the time that a pass over few people takes for so many
SOON = AHEAD // 2  # rows, for what only a row says, which has to be near by then
_LINE = 64  # bytes of a cache line
_TO_READ, _KEEP, _DATA = 0, 3, 1  # what LLVM wants to know


@intrinsic
def bring_near(typing_context: Any, column: Any, row: Any) -> Any:  # noqa: ARG001 - numba calls it so
    """Ask for the memory of one row of a column or of a table of records."""

    def ask(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        bits, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        first = builder.bitcast(place_of(context, builder, sig.args[0], args[0], sig.args[1], args[1]), byte)
        prefetch = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [byte, bits, bits, bits]), "llvm.prefetch.p0"
        )
        size = context.get_abi_sizeof(context.get_data_type(sig.args[0].dtype))
        for offset in range(0, size, _LINE):
            place = cgutils.pointer_add(builder, first, offset)
            builder.call(prefetch, [place, bits(_TO_READ), bits(_KEEP), bits(_DATA)])
        return context.get_dummy_value()

    return types.void(column, row), ask


@rule
def person_near(people, rows, position):
    """Ask for the person to whom a pass over ``rows`` comes some rows after ``position``, if there is one."""
    if position + AHEAD < len(rows):
        i = rows[position + AHEAD]
        bring_near(people.row, i)
        bring_near(people.stage, i)
        bring_near(people.here, i)
        bring_near(people.legal, i)
        bring_near(people.due, i)
