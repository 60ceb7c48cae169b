"""Workers: requests are told faults in words, done once, and a process that dies is replaced."""

from __future__ import annotations

import functools
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from sim.classroom import workers
from sim.classroom.running import World, at_work
from sim.classroom.workers import BEHIND, FullError, Job, Workers

# the kernels that are loaded once workers say that they are ready, and those that a lesson loads after that
LOADED_LATE = """
import numba.core.caching as caching
from sim.classroom.reading import LESSONS, read_lesson
from sim.classroom.running import WARM
from sim.scenario.scenario import Scenario
from sim.week.week import Week
names, load = [], caching.Cache._load_overload
caching.Cache._load_overload = lambda self, *given: names.append(self._name) or load(self, *given)
Week(Scenario.compose(list(WARM))).run()
assert len(names) > 50
names.clear()
lesson = read_lesson(LESSONS.find("closing_a_visa"))
Week(Scenario.compose(list(lesson.with_levers(lesson.first)))).run()
print(*names)
"""
WRONG = World(("people.sise=5",), 1, ())


def waited(job: Job, seconds: float = 120.0) -> Job:
    end = time.monotonic() + seconds
    while not job.over and time.monotonic() < end:
        time.sleep(0.01)
    assert job.over
    return job


@pytest.fixture
def pool() -> Iterator[Workers]:
    made = Workers(1, functools.partial(at_work, warm=False))
    yield made
    made.close()
    assert not any(process.is_alive() for process in made._processes)


@pytest.mark.slow
def test_faults_are_words_and_a_dead_process_is_replaced(pool: Workers) -> None:
    first = waited(pool.ask(WRONG))
    assert "did you mean 'people.size'" in first.fault
    assert first.result is None
    assert pool.ask(WRONG) is not first  # what went wrong is tried again
    (process,) = pool._processes
    waited(pool.ask(WRONG))
    process.kill()
    process.join()
    assert "the process that simulated was ended" in waited(pool.ask(World(("a=1",), 1, ()))).fault
    assert "did you mean" in waited(pool.ask(World(("people.sise=6",), 1, ()))).fault


@pytest.mark.slow
def test_no_kernel_is_compiled_while_a_class_waits() -> None:
    found = subprocess.run([sys.executable, "-c", LOADED_LATE], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == ""


def test_a_request_is_done_once_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Workers, "_watch", lambda _: None)
    monkeypatch.setattr(workers, "MOST_WAITING", 3)
    idle = Workers(1)
    job = idle.ask(WRONG, BEHIND)
    assert idle.ask(WRONG, BEHIND) is job
    assert idle._queue.qsize() == 1
    assert idle.ask(WRONG) is job  # somebody looks at it now: once more, further in front
    assert idle._queue.get()[0] == 0
    idle.ask(World(("b=1",), 1, ()))
    idle.ask(World(("c=1",), 1, ()))
    with pytest.raises(FullError):
        idle.ask(World(("d=1",), 1, ()))
