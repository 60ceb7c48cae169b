"""How numba reads and writes one element of an array: the same machine code from a quarter of the instructions.

numba lays an array down in memory, reads shape and strides of every axis back and works out where an element lies for
any number of axes: thirty instructions for ``column[row]``, which LLVM then takes away again. Rules read little else
than elements of columns, and these instructions were a third of all that was written and optimised at a first start.
Here an element is found from where the array begins. Everything else, such as a row of a matrix, is numba's.
"""

from __future__ import annotations

import operator
from typing import Any

from numba.core import cgutils, types
from numba.core.imputils import lower_builtin
from numba.np.arrayobj import fix_integer_index, getitem_arraynd_intp, load_item, setitem_array, store_item


def _field(context: Any, builder: Any, array_type: types.Array, array: Any, name: str) -> Any:
    """What an array says of itself: where it begins, its shape or its strides."""
    return builder.extract_value(array, context.data_model_manager[array_type].get_field_position(name))


def _is_one(context: Any, array_type: Any) -> bool:
    """Whether an index is one element; where bounds are checked, numba does it."""
    return bool(array_type.ndim == 1 and not context.enable_boundscheck)


def place_of(context: Any, builder: Any, array_type: Any, array: Any, index_type: Any, index: Any) -> Any:
    """Where an element lies, counted from the end where the index is below zero."""
    size = builder.extract_value(_field(context, builder, array_type, array, "shape"), 0) if index_type.signed else None
    at = fix_integer_index(context, builder, index_type, index, size)
    data = _field(context, builder, array_type, array, "data")
    if array_type.layout in "CF":
        return builder.gep(data, [at])
    stride = builder.extract_value(_field(context, builder, array_type, array, "strides"), 0)
    return cgutils.pointer_add(builder, data, builder.mul(stride, at))


@lower_builtin(operator.getitem, types.Array, types.Integer)
def _read(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    array_type, index_type = sig.args
    if not _is_one(context, array_type) or isinstance(sig.return_type, types.Buffer):  # type: ignore[attr-defined]
        return getitem_arraynd_intp(context, builder, sig, args)
    return load_item(context, builder, array_type, place_of(context, builder, array_type, args[0], index_type, args[1]))


@lower_builtin(operator.setitem, types.Array, types.Integer, types.Any)
def _write(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    array_type, index_type, value_type = sig.args
    array, index, value = args
    if not _is_one(context, array_type):
        return setitem_array(context, builder, sig, args)
    place = place_of(context, builder, array_type, array, index_type, index)
    store_item(context, builder, array_type, context.cast(builder, value, value_type, array_type.dtype), place)
    return None
