"""How every kernel is compiled.

``error_model="numpy"``: a division by zero gives infinity instead of an exception. No fastmath: results must not
depend on how a compiler reorders sums.

``_nrt=False``: without numba's memory manager no reference of an array is counted. Rules read bundles of some hundred
arrays; counting took a third of a run's time and of the compiler's. Only what makes arrays of its own needs it, and
numba refuses to compile ``np.empty`` without it: hence ``allocating``.

Each way to be called costs compilation, so that there is one: from Python (``kernel``, ``allocating``) or from a
kernel (``part``, ``rule``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.core.registry import CPUDispatcher

from sim.ground.kernel_files import keep_on_disk

CHUNKS = 64  # passes run over this many chunks, so that sums do not depend on the number of threads
ALONE = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}


def _kept(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """``njit`` whose compiled code is kept on disk."""
    compiled = njit(**ALONE | options)

    def decorate(function: Callable[..., Any]) -> Any:
        made = compiled(function)
        if isinstance(made, CPUDispatcher):  # NUMBA_DISABLE_JIT leaves a plain function
            keep_on_disk(made)
        return made

    return decorate


# Called from Python.
kernel = _kept()
# Called from Python or from a kernel that makes arrays, and makes arrays of its own.
allocating = _kept(_nrt=True)


class _Inner(CPUDispatcher):
    """A function that kernels call: without a way in from Python until somebody asks for it."""

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call it as a kernel, compiled in this process: for tests and by hand."""
        if not hasattr(self, "_entered"):
            self._entered = njit(**ALONE)(self.py_func)
        return self._entered(*args, **named)


def _inner(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    kept = _kept(no_cpython_wrapper=True, **options)

    def decorate(function: Callable[..., Any]) -> Any:
        made = kept(function)
        if isinstance(made, CPUDispatcher):
            made.__class__ = _Inner
        return made

    return decorate


# A piece of a kernel, called by kernels only.
part = _inner()
# A rule called for every person in a loop: inlined by LLVM, because handing over a bundle of arrays costs more than
# most rules do (measured: a consideration takes 155 ns, not 410 ns).
rule = _inner(forceinline=True)
