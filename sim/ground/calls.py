"""How compiled code calls what only kernels call, in a fifth of the instructions that numba writes.

numba prepares a place for the result and one for an exception, asks of the answer which of six kinds it is, and hands
an exception on through whatever catches it. Kernels catch nothing: an exception goes straight to whoever called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from numba.core import cgutils, types
from numba.core.imputils import impl_ret_new_ref, user_function


def call_of(described: Any, libraries: Sequence[Any]) -> Callable[..., Any]:
    """What numba is to write where a function is called: for functions that always give a result of one type."""
    numbas = user_function(described, libraries)
    if isinstance(described.restype, types.Optional):  # type: ignore[attr-defined]
        return numbas

    def call(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        convention = context.call_conv
        function = context.declare_function(builder.module, described)
        result = cgutils.alloca_once(builder, convention.get_return_type(described.restype).pointee)
        raised = convention._get_excinfo_argument(builder.function)
        given = convention._get_arg_packer(described.argtypes).as_arguments(builder, args)
        code = builder.call(function, [result, raised, *given])
        with cgutils.if_unlikely(builder, builder.icmp_signed("!=", code, code.type(0))):
            builder.ret(code)
        value = context.get_returned_value(builder, described.restype, builder.load(result))
        return impl_ret_new_ref(context, builder, sig.return_type, value)

    call.libs = numbas.libs  # type: ignore[attr-defined] # what numba links in with a call
    return call
