"""Passes on several threads: every chunk once, all threads at once, and what goes wrong in one is told."""

import threading

import pytest

from sim.ground.kernel import CHUNKS
from sim.ground.threads import over_chunks


@pytest.mark.parametrize("threads", [1, 2, 3, 7, CHUNKS])
def test_every_chunk_is_run_once(threads):
    found = []
    over_chunks(lambda span, more: found.extend(range(span.first + more, span.end + more)), threads)(100)
    assert sorted(found) == list(range(100, 100 + CHUNKS))


def test_all_threads_run_at_once():
    together, names = threading.Barrier(4, timeout=60.0), set()

    def waits_for_the_others(span):
        together.wait()
        names.add(threading.get_ident())

    over_chunks(waits_for_the_others, 4)()
    assert len(names) == 4


@pytest.mark.parametrize("chunk", [0, CHUNKS - 1])
def test_what_goes_wrong_in_a_thread_is_told(chunk):
    def fails(span):
        if span.first <= chunk < span.end:
            raise ArithmeticError("one of them")

    with pytest.raises(ArithmeticError, match="one of them"):
        over_chunks(fails, 3)()
