"""How every kernel is compiled.

``error_model="numpy"``: a division by zero gives infinity instead of an exception. The exception paths would keep
numba from removing the atomic reference counts of the arrays that a rule reads, which cost more than the rule.
No fastmath: results must not depend on how a compiler reorders sums.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from numba import njit

CHUNKS = 64  # parallel passes run over this many chunks, so that sums do not depend on the number of threads
OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy"}
kernel = njit(**OPTIONS)

# A rule called for every person in a loop: inlined by LLVM, because handing over a bundle of arrays (a hundred words
# and their reference counts) costs more than most rules do (measured: a consideration takes 155 ns, not 410 ns).
rule = njit(**OPTIONS, forceinline=True)


def parallel(function: Callable[..., Any]) -> Any:
    """``function`` compiled for several threads.

    It is compiled under a name of its own: numba's cache on disk tells functions apart by name and line, not by how
    they are compiled, and would hand out the serial kernel in place of the parallel one.
    """
    twin = FunctionType(function.__code__, function.__globals__, f"{function.__name__}_parallel")
    twin.__qualname__ = f"{function.__qualname__}_parallel"
    twin.__module__ = function.__module__
    return njit(**OPTIONS, parallel=True)(twin)
