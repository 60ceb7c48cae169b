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

import numpy as np
from numba import njit
from numba.core.registry import CPUDispatcher

import sim.ground.described  # noqa: F401 - tells numba of tuples that are handed over by address
from sim.ground.by_address import ADDRESSED, ALIKE, ByAddress
from sim.ground.compiling import InnerCompiler, WholeCompiler, widest
from sim.ground.kernel_files import keep_on_disk

CHUNKS = 64  # passes run over this many chunks, so that sums do not depend on the number of threads
ALONE = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True, "_nrt": False}


class _Compiled(CPUDispatcher):
    """A function that is compiled once for whole numbers of every width, members of enumerations and constants.

    numba would compile it for each: the rule that draws a number, thirty times.
    """

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """How a kernel calls it: with every whole number as eight bytes, which is what it counts with anyway."""
        return super().get_call_template(tuple(map(widest, args)), {name: widest(kind) for name, kind in kws.items()})


class _Entered(_Compiled):
    """A function that Python calls: it goes straight to the compiled code when it has met arguments of these kinds.

    numba asks every array of every argument for its type at each call. Here an argument is known by its class, an array
    by the identity of what it holds, dimensions and flags (contiguous, writeable), a tuple by its parts unless those of
    its class are all alike, or by its kind where it is handed over by address.
    """

    _met: dict[tuple[Any, ...], Any]  # compiled code by the kinds of its arguments
    _kept: list[Any]  # what these kinds are known by, which has to live as long as they do

    def __call__(self, *args: Any) -> Any:
        # most arguments are numbers or are handed over by address: what decides for these stands here, without a call
        key = tuple(
            [
                kind if (kind := type(arg)) in ALIKE else arg.number if kind in ADDRESSED else _kind(arg, kind)
                for arg in args
            ]
        )
        enter = self._met.get(key)
        if enter is not None:
            return enter(*args)
        result = super().__call__(*args)
        compiled = self.overloads.get(tuple(map(self.typeof_pyval, args)))
        if compiled is not None:
            self._kept.append(_dtypes(args))
            self._met[key] = compiled.entry_point
        return result


def _kind(arg: Any, kind: type) -> Any:
    """What decides how an argument is handed to compiled code."""
    if kind is np.ndarray:
        return id(arg.dtype) << 20 | arg.ndim << 14 | arg.flags.num  # one number is found sooner than three
    if issubclass(kind, ByAddress):
        return arg.number
    if isinstance(arg, tuple):
        return kind, *(_kind(part, type(part)) for part in arg)
    return kind


def _dtypes(arg: Any) -> Any:
    """The layouts that an argument is known by, which have to live as long as they are."""
    return tuple(map(_dtypes, arg)) if isinstance(arg, tuple) else getattr(arg, "dtype", None)


def _entered(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """``njit`` whose compiled code is kept on disk."""
    compiled = njit(**ALONE | options, pipeline_class=WholeCompiler)

    def decorate(function: Callable[..., Any]) -> Any:
        made = compiled(function)
        if isinstance(made, CPUDispatcher):  # NUMBA_DISABLE_JIT leaves a plain function
            keep_on_disk(made)
            made.__class__ = _Entered
            made._met, made._kept = {}, []
        return made

    return decorate


# Called from Python.
kernel = _entered()
# Called from Python or from a kernel that makes arrays, and makes arrays of its own.
allocating = _entered(_nrt=True)


class _Inner(_Compiled):
    """A function that kernels call: without a way in from Python until somebody asks for it."""

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call it as a kernel, compiled in this process: for tests and by hand."""
        if not hasattr(self, "_entered"):
            self._entered = njit(**ALONE, pipeline_class=WholeCompiler)(self.py_func)
        return self._entered(*args, **named)


def _inner(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    compiled = njit(**ALONE | options, no_cpython_wrapper=True, pipeline_class=InnerCompiler)

    def decorate(function: Callable[..., Any]) -> Any:
        made = compiled(function)
        if isinstance(made, CPUDispatcher):
            made.__class__ = _Inner
        return made

    return decorate


# A piece of a kernel, called by kernels only.
part = _inner()
# A rule called for every person in a loop: inlined by LLVM, because handing over a bundle of arrays costs more than
# most rules do (measured: a consideration takes 155 ns, not 410 ns).
rule = _inner(forceinline=True)
