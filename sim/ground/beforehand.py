"""Compiling without running: for a process that does nothing else.

Kernels are compiled for the arguments that they are called with, so that somebody has to come to each call. Here that
is done without what they would have worked out: a kernel that is entered is compiled and kept on disk, but not run, and
something of the type of its result is given back. What follows from such results means nothing.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from numba.core import types

from sim.ground.kernel import _Entered

FOUND = 1  # rows that a kernel says it found, so that those that come after it are entered too


def never_run() -> None:
    """From now on no kernel of this process is run or compiled: it says that it found something."""
    _Entered.__call__ = lambda _, *args: _found(args)  # type: ignore[method-assign]


def compile_only(claims: Path) -> None:
    """From now on kernels of this process are compiled where they are called, and not run.

    Parameters
    ----------
    claims : a folder shared by processes that compile side by side: each kernel is compiled by one of them.
    """

    def enter(kernel: Any, *args: Any) -> Any:
        kinds = tuple(map(kernel.typeof_pyval, args))
        if kinds not in kernel.overloads and _is_mine(kernel, kinds, claims):
            kernel.compile(kinds)
        found = _found(args)
        made = kernel.overloads.get(kinds)
        return found if made is None else _stand_in(made.signature.return_type)

    _Entered.__call__ = enter  # type: ignore[method-assign]


def _is_mine(kernel: Any, kinds: tuple[Any, ...], claims: Path) -> bool:
    """Whether this process is the first to come to a kernel."""
    named = f"{kernel.py_func.__module__}.{kernel.py_func.__qualname__}{kinds}"
    try:
        os.close(os.open(claims / hashlib.sha256(named.encode()).hexdigest(), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    return True


def _found(args: tuple[Any, ...]) -> int:
    """What a kernel says that found the first row."""
    for arg in args:
        if isinstance(arg, np.ndarray) and arg.dtype == np.int64 and arg.flags.writeable:
            arg[:FOUND] = 0
    return FOUND


def _stand_in(kind: Any) -> Any:
    """Something of a type: numbers, and arrays of no length."""
    if isinstance(kind, types.BaseTuple):  # type: ignore[attr-defined]
        return tuple(_stand_in(part) for part in kind)
    if isinstance(kind, types.Array):
        return np.empty((0,) * kind.ndim, str(kind.dtype))
    return None if kind is types.none else FOUND
