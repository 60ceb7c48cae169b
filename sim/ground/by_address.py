"""Tuples of arrays and numbers that compiled code takes by the address of their description.

numba hands a tuple to a function part by part: seven words for every array of the tables of a run, some four hundred
in all, read from Python at each call and passed on at each call inside. Here a tuple describes its arrays once, in one
block of memory, and functions take its address: entering a kernel costs less than a microsecond whatever it reads, and
a function has one argument where it had hundreds. The description never changes, which LLVM is told, so that reading
from it is lifted out of loops.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

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


class Described(types.Type):
    """The numba type of such a tuple."""

    def __init__(self, name: str, parts: dict[str, types.Type]) -> None:
        self.parts = parts
        said = ";".join(f"{field}:{part}" for field, part in parts.items())
        super().__init__(name=f"{name}_{hashlib.sha256(said.encode()).hexdigest()[:12]}")

    def word_of(self, field: str) -> int:
        """Where in the description a part begins."""
        words = 0
        for name, part in self.parts.items():
            if name == field:
                return words
            words += 5 + 2 * part.ndim if isinstance(part, types.Array) else 1
        raise KeyError(field)


register_model(Described)(models.OpaqueModel)


@typeof_impl.register(ByAddress)
def _typeof(value: Any, c: Any) -> Described:
    return Described(
        type(value).__name__, {name: typeof_impl(part, c) for name, part in zip(value._fields, value, strict=True)}
    )


@infer_getattr
class _PartOf(AttributeTemplate):
    key = Described

    def generic_resolve(self, typ: Described, attr: str) -> types.Type | None:
        return typ.parts.get(attr)


@lower_getattr_generic(Described)
def _part_of(context: Any, builder: Any, typ: Described, value: Any, attr: str) -> Any:
    word = ir.IntType(64)
    words = builder.bitcast(value, word.as_pointer())
    never_changes = builder.module.add_metadata([])

    def read(position: int, kind: Any = word) -> Any:
        place = builder.gep(words, [word(position)], inbounds=True)
        found = builder.load(builder.bitcast(place, kind.as_pointer()))
        found.set_metadata("invariant.load", never_changes)
        return found

    part, first = typ.parts[attr], typ.word_of(attr)
    if not isinstance(part, types.Array):
        return read(first, context.get_value_type(part))
    array = context.make_array(part)(context, builder)
    array.nitems, array.itemsize = read(first + 2), word(context.get_abi_sizeof(context.get_data_type(part.dtype)))
    array.data = read(first + 4, array.data.type)
    after = first + 5
    array.shape = cgutils.pack_array(builder, [read(after + axis) for axis in range(part.ndim)])
    array.strides = cgutils.pack_array(builder, [read(after + part.ndim + axis) for axis in range(part.ndim)])
    return array._getvalue()


@unbox(Described)
def _address_of(typ: Described, obj: Any, c: Any) -> NativeValue:  # noqa: ARG001 - numba's signature
    number = c.pyapi.object_getattr_string(obj, "address")
    address = c.pyapi.long_as_voidptr(number)
    c.pyapi.decref(number)
    return NativeValue(address, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))
