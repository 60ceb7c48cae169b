"""Passes over many rows on one thread or on several: the same compiled code, so that results are the same.

Rows are cut into ``CHUNKS`` whatever the number of threads. A kernel that runs over rows takes a span of chunks first,
writes to the rows and sums of its chunks only, and lets go of Python's lock, so that other spans run beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

from sim.ground.kernel import CHUNKS


class Span(NamedTuple):
    """Chunks from the first to before the end."""

    first: int
    end: int


EVERYTHING = Span(0, CHUNKS)


@cache
def _helpers(count: int) -> ThreadPoolExecutor:
    """So many threads beside the one that calls; they wait until there is something to do."""
    return ThreadPoolExecutor(count, thread_name_prefix="labyrinth")


def over_chunks(kernel: Callable[..., Any], threads: int) -> Callable[..., None]:
    """``kernel`` over all chunks, on so many threads."""
    if threads == 1:
        return lambda *args: kernel(EVERYTHING, *args)
    spans = [Span(part * CHUNKS // threads, (part + 1) * CHUNKS // threads) for part in range(threads)]

    def run(*args: Any) -> None:
        beside = [_helpers(threads - 1).submit(kernel, span, *args) for span in spans[1:]]
        kernel(spans[0], *args)
        for one in beside:
            one.result()

    return run
