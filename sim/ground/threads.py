"""Passes over many rows on one thread or on several: the same compiled code, so that results are the same.

Rows are cut into ``CHUNKS`` whatever the number of threads. A kernel that runs over rows takes a span of chunks first,
writes to the rows and sums of its chunks only, and lets go of Python's lock, so that other spans run beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from sim.ground.by_address import alike
from sim.ground.kernel import CHUNKS

# Seconds. To wake a thread takes a tenth of a millisecond: a pass is shared out if it took longer than the first alone,
# and not any more if it takes less than the second on several threads.
WORTH_SHARING, NOT_WORTH_IT = 2e-4, 1e-4


@alike
class Span(NamedTuple):
    """Chunks from the first to before the end."""

    first: int
    end: int


EVERY = Span(0, CHUNKS)


class Threads:
    """So many threads, of which one is that of the caller; the others end when nothing that they run is there any more.

    Parameters
    ----------
    count : how many run beside one another.
    """

    def __init__(self, count: int) -> None:
        self._spans = [Span(part * CHUNKS // count, (part + 1) * CHUNKS // count) for part in range(count)]
        self._helpers = ThreadPoolExecutor(count - 1, thread_name_prefix="labyrinth") if count > 1 else None

    def over_chunks(self, kernel: Callable[..., Any]) -> Callable[..., None]:
        """``kernel`` over all chunks: a function of what it takes beside the span.

        How long it takes decides on how many threads it runs, which no result depends on.
        """
        mine, *others = self._spans
        helpers = self._helpers
        if helpers is None:
            return partial(kernel, mine)
        shared = not WORTH_SHARING

        def run(*args: Any) -> None:
            nonlocal shared
            begun = perf_counter()
            if not shared:
                kernel(EVERY, *args)
                shared = perf_counter() - begun >= WORTH_SHARING
                return
            beside = [helpers.submit(kernel, span, *args) for span in others]
            kernel(mine, *args)
            for one in beside:
                one.result()
            shared = perf_counter() - begun >= NOT_WORTH_IT

        return run
