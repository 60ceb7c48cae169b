"""What numba knows of tuples that are handed over by address: their type, and how a part is read."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

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

from sim.ground.by_address import ByAddress


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


_TYPES: dict[int, Described] = {}  # by the number of a kind, which stands for it as long as the process lives


@typeof_impl.register(ByAddress)
def _typeof(value: Any, c: Any) -> Described:
    # tables of a run are some hundred arrays of records, and numba takes a millisecond for the type of each
    known = _TYPES.get(value.number)
    if known is None:
        parts = {name: typeof_impl(part, c) for name, part in zip(value._fields, value, strict=True)}
        known = _TYPES[value.number] = Described(type(value).__name__, parts)
    return known


@infer_getattr
class _PartOf(AttributeTemplate):
    key = Described

    def generic_resolve(self, typ: Described, attr: str) -> types.Type | None:
        return typ.parts.get(attr)


@cache
def _size_of(context: Any, dtype: types.Type) -> int:
    """Bytes of an element: numba asks LLVM, which reads a module for every answer."""
    return int(context.get_abi_sizeof(context.get_data_type(dtype)))


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
    each = _size_of(context, part.dtype)
    shape = [read(first + 5 + axis) for axis in range(part.ndim)]
    if part.layout == "C":  # sizes of later axes say how far apart earlier ones are
        strides = [word(each)]
        for length in shape[:0:-1]:
            strides.insert(0, builder.mul(strides[0], length))
    else:
        strides = [read(first + 5 + part.ndim + axis) for axis in range(part.ndim)]
    kind = context.get_value_type(part)
    fields = context.data_model_manager[part]
    said = {
        "itemsize": word(each),
        "data": read(first + 4, kind.elements[fields.get_field_position("data")]),
        "nitems": shape[0] if part.ndim == 1 else read(first + 2),
        "shape": cgutils.pack_array(builder, shape),
        "strides": cgutils.pack_array(builder, strides),
    }
    array = ir.Constant(kind, None)  # no owner that would have to be counted
    for name, word_said in said.items():
        array = builder.insert_value(array, word_said, fields.get_field_position(name))
    return array


@unbox(Described)
def _address_of(typ: Described, obj: Any, c: Any) -> NativeValue:  # noqa: ARG001 - numba's signature
    number = c.pyapi.object_getattr_string(obj, "address")
    address = c.pyapi.long_as_voidptr(number)
    c.pyapi.decref(number)
    return NativeValue(address, is_error=cgutils.is_not_null(c.builder, c.pyapi.err_occurred()))
