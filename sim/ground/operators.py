"""The types of operators, found once; the lesser and the greater of numbers without a function for each pair of types.

To find the type of ``a + b`` numba goes through everything that it knows to add, text and lists among it, and writes a
message for each that does not fit; a kernel adds numbers a hundred times. What an operator gives depends on nothing but
the types of its operands, so that the first answer is kept. For ``min`` and ``max`` numba compiles a function for every
pair of types and for every constant; here what stands in that function is written where it is called.
"""

from __future__ import annotations

import operator
from typing import Any

from numba.core import types
from numba.core.imputils import lower_builtin
from numba.core.types.functions import BaseFunction
from numba.core.typing.templates import signature
from numba.cpython.builtins import do_minmax

_KEPT = "_labyrinth_kept"  # answers, on the function that gave them
COMPARED = {min: operator.lt, max: operator.gt}


def keep_types() -> None:
    """Let numba ask once for each operator and types of operands, from now on and in the whole process."""
    find = BaseFunction.get_call_type
    if hasattr(find, _KEPT):
        return

    def get_call_type(self: BaseFunction, context: Any, args: Any, kws: Any) -> Any:
        key = self.typing_key
        if kws or not (key is bool or key in COMPARED or getattr(key, "__module__", None) == "_operator"):
            return find(self, context, args, kws)
        kept = self.__dict__.setdefault(_KEPT, {})
        found = kept.get((context, args))
        if found is None:
            if key in COMPARED and len(args) > 1 and all(isinstance(kind, types.Number) for kind in args):
                found = _of_numbers(self, context, args)
            else:
                found = find(self, context, args, kws)
            kept[context, args] = found
        return found

    setattr(get_call_type, _KEPT, True)
    BaseFunction.get_call_type = get_call_type  # type: ignore[method-assign]


def _of_numbers(function: BaseFunction, context: Any, args: Any) -> Any:
    numbers = tuple(map(types.unliteral, args))  # type: ignore[attr-defined]
    found = signature(context.unify_types(*numbers), *numbers)
    function._impl_keys[numbers] = function.typing_key  # type: ignore[attr-defined]
    return found


def _write(which: Any) -> None:
    def write(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return do_minmax(context, builder, list(sig.args), args, COMPARED[which])

    lower_builtin(which, types.Number, types.VarArg(types.Number))(write)  # type: ignore[attr-defined]


for _which in COMPARED:
    _write(_which)
keep_types()
