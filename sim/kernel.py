"""How every kernel is compiled.

``error_model="numpy"``: a division by zero gives infinity instead of an exception. The exception paths would keep
numba from removing the atomic reference counts of the arrays that a rule reads, which cost more than the rule.
No fastmath: results must not depend on how a compiler reorders sums.
"""

from __future__ import annotations

from numba import njit

CHUNKS = 64  # parallel passes run over this many chunks, so that sums do not depend on the number of threads
OPTIONS = {"cache": True, "nogil": True, "error_model": "numpy"}
kernel = njit(**OPTIONS)

# A rule called for every person in a loop: inlined by LLVM, because handing over a bundle of arrays (a hundred words
# and their reference counts) costs more than most rules do (measured: a consideration takes 155 ns, not 410 ns).
rule = njit(**OPTIONS, forceinline=True)
