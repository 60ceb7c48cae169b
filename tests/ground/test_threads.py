"""Passes on several threads: every chunk once, all threads at once, and what goes wrong in one is told."""

import threading

import pytest

from sim.ground import threads
from sim.ground.kernel import CHUNKS
from sim.ground.threads import Threads


@pytest.mark.parametrize("count", [1, 2, 3, 7, CHUNKS])
def test_every_chunk_is_run_once(count):
    found = []
    Threads(count).over_chunks(lambda span, more: found.extend(range(span.first + more, span.end + more)))(100)
    assert sorted(found) == list(range(100, 100 + CHUNKS))


def test_all_threads_run_at_once_and_end_with_what_they_run():
    together, found = threading.Barrier(4, timeout=60.0), set()

    def waits_for_the_others(span):
        together.wait()
        found.add(threading.current_thread())

    run = Threads(4).over_chunks(waits_for_the_others)
    run()
    helpers = found - {threading.current_thread()}
    assert len(helpers) == 3
    del run
    for helper in helpers:
        helper.join(60.0)
        assert not helper.is_alive()


@pytest.mark.parametrize("chunk", [0, CHUNKS - 1])
def test_what_goes_wrong_in_a_thread_is_told(chunk):
    def fails(span):
        if span.first <= chunk < span.end:
            raise ArithmeticError("one of them")

    with pytest.raises(ArithmeticError, match="one of them"):
        Threads(3).over_chunks(fails)()


def test_a_pass_is_shared_out_as_long_as_it_is_worth_waking_a_thread(monkeypatch):
    monkeypatch.setattr(threads, "WORTH_SHARING", 2.0)
    monkeypatch.setattr(threads, "NOT_WORTH_IT", 1.0)
    clock = [0.0]
    monkeypatch.setattr(threads, "perf_counter", lambda: clock[0])
    spans = []

    def takes(span, seconds):
        clock[0] += seconds * (span.end - span.first) / CHUNKS
        spans.append(span.end - span.first)

    run = Threads(2).over_chunks(takes)
    seen = []
    for seconds in (1.9, 2.0, 4.0, 1.0, 0.9, 1.9, 3.0, 3.0):
        before = len(spans)
        run(seconds)
        seen.append(len(spans) - before)
        assert sum(spans[before:]) == CHUNKS
    # what takes 2.0 alone is shared from the next time on, until it takes less than 1.0 on both
    assert seen == [1, 1, 2, 2, 2, 1, 1, 2]
