"""Machine code is made once, for what Python calls.

numba optimises every function for itself, with all that it calls, and makes machine code of it, although only kernels
are ever called from outside: a rule five calls deep is optimised in six modules. Here a function that only kernels call
is kept as LLVM found it before optimising, and each kernel is optimised whole, with every function under it, once.
Half of the time of a first start was spent on the others.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, DefaultPassBuilder, Flags
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.typed_passes import IRLegalization, NativeLowering, NoPythonBackend, NopythonRewrites
from numba.core.untyped_passes import InlineClosureLikes

from sim.ground.calls import call_of

# functions inside functions and arithmetic on whole arrays, of which kernels have none
NEEDLESS = (InlineClosureLikes, NopythonRewrites)
SELDOM = (20_000, 10, 100)  # how often Python looks for what is not used any more; a tenth of compiling was that


class _Lowered(JITCodeLibrary):
    """A function that is not optimised for itself when it comes in."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout


class _Unmade(_Lowered):
    """A function that only kernels call: not optimised, and no machine code."""

    def finalize(self) -> None:
        self._raise_if_finalized()
        self._final_module.verify()
        self._finalized = True


class _Whole(_Lowered):
    """A kernel: optimised once, with all that it calls."""

    def finalize(self) -> None:
        self._codegen._check_llvm_bugs()
        self._raise_if_finalized()
        for library in _under(self, set()):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        manager, builder = self._codegen._module_pass_manager()
        manager.run(self._final_module, builder)
        self._final_module.verify()
        self._finalize_final_module()


def _under(library: JITCodeLibrary, seen: set[JITCodeLibrary]) -> Iterator[JITCodeLibrary]:
    """What a function calls, and what that calls as long as it is not made whole itself; each once."""
    for one in library._linking_libraries:
        if one not in seen:
            seen.add(one)
            yield one
            if isinstance(one, _Unmade):
                yield from _under(one, seen)


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerWhole(NativeLowering):
    """Lowering of a kernel."""

    _name = "lower_whole"

    def run_pass(self, state: Any) -> bool:
        state.library = _Whole(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerOnly(NativeLowering):
    """Lowering of a function that only kernels call."""

    _name = "lower_only"

    def run_pass(self, state: Any) -> bool:
        state.library = _Unmade(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        # numba knows compiled functions by their entry; this one is never entered, and says so if it is
        entry = [state.func_id.func_qualname].index
        lowered = state["cr"]
        call = call_of(lowered.fndesc, [state.library])
        state.targetctx._defns[entry].append(call, lowered.fndesc.argtypes)
        state["cr"] = lowered._replace(cfunc=entry)
        return True


def widest(kind: types.Type) -> types.Type:
    """The type that stands for an argument's: eight bytes for signed whole numbers and members of enumerations."""
    kind = types.unliteral(kind)  # type: ignore[attr-defined]
    if isinstance(kind, types.IntEnumMember) or (isinstance(kind, types.Integer) and kind.signed):  # type: ignore[attr-defined]
        return types.int64
    return kind


def _pipeline(state: Any, lowering: type) -> list[PassManager]:
    steps = PassManager("kernel")
    for part in (
        DefaultPassBuilder.define_untyped_pipeline(state),
        DefaultPassBuilder.define_typed_pipeline(state),
    ):
        steps.passes.extend(step for step in part.passes if step[0] not in NEEDLESS)
    if state.flags.nrt:  # which says where arrays that were made here are let go
        steps.add_pass(IRLegalization, "let go of what is not used any more")
    steps.add_pass(lowering, "native lowering")
    steps.add_pass(NoPythonBackend, "nopython mode backend")
    steps.finalize()
    return [steps]


class _QuickFlags(Flags):
    """numba's settings of a compilation, which it compares some hundred thousand times."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Flags):
            return NotImplemented
        mine, yours = self._values, other._values
        return mine == yours or all(
            getattr(self, name) == getattr(other, name)
            for name in {**mine, **yours}  # others are at their defaults
        )

    def __hash__(self) -> int:
        return _HASH


_HASH = hash(Flags())  # numba's hash says which settings there are, not what they are


class _KernelCompiler(Compiler):
    """numba's compiler with steps of its own."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.state.flags = _QuickFlags(self.state.flags)


class WholeCompiler(_KernelCompiler):
    """For what Python calls."""

    def compile_extra(self, func: Any) -> Any:
        """Compile ``func`` with all that it calls; most of what is made on the way is in use until that is done."""
        before = gc.get_threshold()
        gc.set_threshold(*SELDOM)
        try:
            return super().compile_extra(func)
        finally:
            gc.set_threshold(*before)

    def define_pipelines(self) -> list[PassManager]:
        """The steps."""
        return _pipeline(self.state, _LowerWhole)


class InnerCompiler(_KernelCompiler):
    """For what kernels call."""

    def define_pipelines(self) -> list[PassManager]:
        """The steps."""
        return _pipeline(self.state, _LowerOnly)
