"""Rows of a table by what a column says: one pass without intermediate arrays, many times faster than masks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.kernel import kernel


@kernel
def _with_bits(values, bits, rows):
    n = 0
    for i in range(len(values)):
        if values[i] & bits:
            rows[n] = i
            n += 1
    return n


@kernel
def _equal(values, wanted, rows):
    n = 0
    for i in range(len(values)):
        if values[i] == wanted:
            rows[n] = i
            n += 1
    return n


def rows_with(values: NDArray[Any], bits: int) -> NDArray[np.int64]:
    """Rows in which any of ``bits`` is set, in order: int64."""
    rows = np.empty(len(values), np.int64)
    return rows[: _with_bits(values, np.uint8(bits), rows)]


def rows_at(values: NDArray[Any], wanted: int) -> NDArray[np.int64]:
    """Rows in which a column has one value, in order: int64."""
    rows = np.empty(len(values), np.int64)
    return rows[: _equal(values, np.int8(wanted), rows)]
