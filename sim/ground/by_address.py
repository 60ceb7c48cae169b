"""Tuples that compiled code takes by the address of their description.

numba hands a tuple to a function part by part: seven words for every array of the tables of a run, some four hundred
in all, read from Python at each call and passed on at each call inside. Here a tuple describes its arrays once, in one
block of memory, and functions take its address: entering a kernel costs less than a microsecond whatever it reads, and
a function has one argument where it had hundreds. The description never changes, which LLVM is told, so that reading
from it is lifted out of loops. What numba has to know of this is in :mod:`sim.ground.described`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


class ByAddress:
    """What tuples have that are handed over by address (:func:`by_address`)."""

    @cached_property
    def _words(self) -> np.ndarray[Any, Any]:
        """The description."""
        return np.array([word for part in self for word in _described(part)], np.int64)  # type: ignore[attr-defined]

    @cached_property
    def address(self) -> int:
        """Where compiled code finds the description."""
        return int(self._words.ctypes.data)

    @cached_property
    def kind(self) -> tuple[Any, ...]:
        """What decides which compiled code takes the tuple: the same object for all tuples that are laid out alike."""
        found = (type(self), *(_layout(part) for part in self))  # type: ignore[attr-defined]
        return _KINDS.setdefault(found, found)

    @cached_property
    def number(self) -> int:
        """A number that stands for the kind."""
        return id(self.kind)


def by_address(parts: type[T]) -> type[T]:
    """``parts``, a NamedTuple of arrays, numbers and tuples like itself, as a class that is handed over by address."""
    return type(parts.__name__, (ByAddress, parts), {"__doc__": parts.__doc__, "__module__": parts.__module__})


_KINDS: dict[tuple[Any, ...], tuple[Any, ...]] = {}  # kept for ever, so that their numbers stand for them


def _layout(part: Any) -> Any:
    if isinstance(part, ByAddress):
        return part.kind
    if isinstance(part, np.ndarray):
        return part.dtype, part.ndim, part.flags.c_contiguous, part.flags.writeable
    return type(part)


def _described(part: Any) -> list[int]:
    """The words by which compiled code knows a number, an array, or a tuple like the one it is part of."""
    if isinstance(part, ByAddress):
        return [part.address]
    if isinstance(part, int):
        return [part]
    if isinstance(part, float):
        return [int(np.float64(part).view(np.int64))]
    # as numba lays out arrays: two owners that are not counted, size, bytes of an element, memory, shape, strides
    return [0, 0, part.size, part.itemsize, part.ctypes.data, *part.shape, *part.strides]


# numbers, and classes of tuples whose parts are of the same kinds in every one
ALIKE: set[type] = {int, float, bool, np.int64, np.float64}


def alike(kind: type[T]) -> type[T]:
    """A NamedTuple whose parts are of the same kinds in every one, so that kernels know it by its class."""
    ALIKE.add(kind)
    return kind
