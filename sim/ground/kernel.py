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
from operator import attrgetter
from typing import Any

import numpy as np
from numba import njit
from numba.core.registry import CPUDispatcher

import sim.ground.described
import sim.ground.elements
import sim.ground.operators  # noqa: F401 - what numba is told of tuples by address, of elements and of operators
from sim.ground.by_address import ALIKE, ByAddress
from sim.ground.compiling import InnerCompiler, WholeCompiler, widest
from sim.ground.kernel_files import keep_on_disk

CHUNKS = 64  # passes run over this many chunks, so that sums do not depend on the number of threads
OWNS = 4  # flag of an array that holds its memory itself, which is nothing to compiled code
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
    its class are all alike, or by its kind where it is handed over by address. A run has some eighty kernels a week,
    each with arguments of the same kinds: whether they are is told by a function that is written for these kinds.
    """

    __call__ = property(attrgetter("straight"))
    straight: Callable[..., Any]  # how it is called now
    _met: dict[tuple[Any, ...], Any]  # compiled code by the kinds of its arguments
    _kept: list[Any]  # what these kinds are known by, which has to live as long as they do

    def by_kind(self, *args: Any) -> Any:
        """Call it with arguments of any kinds."""
        key = tuple([_kind(arg, type(arg)) for arg in args])
        enter = self._met.get(key)
        if enter is not None:
            return enter(*args)
        result = super().__call__(*args)
        compiled = self.overloads.get(tuple(map(self.typeof_pyval, args)))
        if compiled is not None:
            self._kept.append(_dtypes(args))
            self._met[key] = compiled.entry_point
            if self.py_func.__defaults__ is None:
                self.straight = _straight(compiled.entry_point, args, self.by_kind)
        return result

    def typeof_pyval(self, val: Any) -> Any:
        """The numba type of an argument, worked out once for each kind: numba asks three times for every kernel."""
        key = _kind(val, type(val))
        known = _TYPES.get(key)
        if known is None:
            known = _TYPES[key] = super().typeof_pyval(val), _dtypes(val)
        return known[0]


def _straight(enter: Any, args: tuple[Any, ...], otherwise: Callable[..., Any]) -> Any:
    """A function that calls ``enter`` when its arguments are of the kinds of ``args``, and ``otherwise`` if not."""
    given = ", ".join(f"a{n}" for n in range(len(args)))
    known: dict[str, Any] = {"enter": enter, "otherwise": otherwise, "kind_of": _kind}
    tests = []
    for n, arg in enumerate(args):
        kind = known[f"class{n}"] = type(arg)
        tests.append(f"type(a{n}) is class{n}")
        if kind is np.ndarray:
            known[f"holds{n}"] = arg.dtype
            tests.append(f"a{n}.dtype is holds{n} and a{n}.ndim == {arg.ndim}")
            tests.append(f"a{n}.flags.num | {OWNS} == {arg.flags.num | OWNS}")
        elif issubclass(kind, ByAddress):
            tests.append(f"a{n}.number == {arg.number}")
        elif isinstance(arg, tuple) and kind not in ALIKE:
            known[f"kind{n}"] = _kind(arg, kind)
            tests.append(f"kind_of(a{n}, class{n}) == kind{n}")
    alike = " and ".join(tests) or "True"
    made = f"def straight({given}):\n    return enter({given}) if {alike} else otherwise({given})"
    exec(made, known)  # noqa: S102 - numbers and names of ours; a loop over arguments takes four times as long
    return known["straight"]


# numba types by the kind of what has them, with the layouts that the kind is known by
_TYPES: dict[Any, tuple[Any, Any]] = {}


def _kind(arg: Any, kind: type) -> Any:
    """What decides how an argument is handed to compiled code."""
    if kind in ALIKE:
        return kind
    if kind is np.ndarray:
        return id(arg.dtype) << 20 | arg.ndim << 14 | arg.flags.num | OWNS  # one number is found sooner than three
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
            made.straight = made.by_kind
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
