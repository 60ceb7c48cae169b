"""The workers of a classroom: processes that simulate, so that its pages never wait for a run.

What is asked for first is what somebody looks at; what only a band needs waits behind it. The same request is done once
and kept, whoever asks.
"""

from __future__ import annotations

import itertools
import multiprocessing
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from sim.classroom.running import DONE, PRIOR, Asked, Message, at_work
from sim.ground.machine import cores
from sim.studies.engines import bare_main

LOOKED_AT, BEHIND = 0, 1  # what goes first
MOST_WAITING, MOST_KEPT = 200, 200
MOST_WORKERS = 4


class FullError(Exception):
    """More waits to be simulated than a classroom takes."""


class Job:
    """A request on its way: ``messages`` grow until one has the key ``done`` or ``fault``."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.messages: list[Message] = []
        self.begun = False

    @property
    def over(self) -> bool:
        """Whether the last message has come."""
        return bool(self.messages) and not self.messages[-1].keys().isdisjoint({DONE, "fault"})

    @property
    def result(self) -> Any:
        """What the last message says of a request that was carried out; None of one that was not, or not yet."""
        return self.messages[-1].get(DONE) if self.over else None

    @property
    def prior(self) -> Any:
        """What the last message says of the weeks before week 0, of a run that was carried out; None of others."""
        return self.messages[-1].get(PRIOR) if self.over else None

    @property
    def fault(self) -> str:
        """What went wrong; empty if nothing did."""
        return str(self.messages[-1].get("fault", "")) if self.messages else ""


class Workers:
    """Processes that simulate, each watched by a thread of its own; ``close`` ends them."""

    def __init__(self, count: int | None = None, work: Callable[[Any], None] = at_work) -> None:
        self.count = count or max(1, min(cores(), MOST_WORKERS))
        self._work = work
        self._queue: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._jobs: OrderedDict[Asked, Job] = OrderedDict()
        self._lock, self._starting, self._numbers = threading.Lock(), threading.Lock(), itertools.count()
        self._closing = threading.Event()
        self._processes: set[Any] = set()
        self.ready = threading.Event()  # a worker has loaded the model
        self._threads = [threading.Thread(target=self._watch, daemon=True) for _ in range(self.count)]
        for thread in self._threads:
            thread.start()

    def ask(self, asked: Asked, priority: int = LOOKED_AT) -> Job:
        """The job of a request, new or kept. FullError where too many wait."""
        with self._lock:
            job = self._jobs.get(asked)
            if job is not None and not job.fault:
                self._jobs.move_to_end(asked)
                if not job.begun and priority == LOOKED_AT:
                    self._queue.put((priority, next(self._numbers), job))  # once more, further in front
                return job
            if self._queue.qsize() >= MOST_WAITING:
                raise FullError
            job = self._jobs[asked] = Job(asked)
            while len(self._jobs) > MOST_KEPT:
                self._jobs.popitem(last=False)
            self._queue.put((priority, next(self._numbers), job))
            return job

    def close(self) -> None:
        """End the processes; what was under way is lost."""
        self._closing.set()
        for _ in self._threads:
            self._queue.put((-1, next(self._numbers), None))
        for process in list(self._processes):
            process.terminate()
        for thread in self._threads:
            thread.join(5)
        for process in list(self._processes):
            process.kill()  # one that has ended does not mind
            process.join(5)

    # --- in the thread of a worker ------------------------------------------------------------------------------

    def _watch(self) -> None:
        connection: Any = None
        while not self._closing.is_set():
            if connection is None:
                with self._starting:  # what the first has compiled the next one finds
                    if self._closing.is_set():
                        break
                    connection = self._start()
            _, _, job = self._queue.get()
            if job is None:
                break
            with self._lock:
                if job.begun:
                    continue
                job.begun = True
            if not self._carry_out(job, connection) and not self._closing.is_set():
                connection.close()
                connection = None  # the process is gone: another takes its place

    def _start(self) -> Any:
        """A new process; returns this end of its connection once it has loaded the model."""
        here, there = multiprocessing.Pipe()
        with bare_main():
            process = multiprocessing.get_context("spawn").Process(target=self._work, args=(there,), daemon=True)
            process.start()
        there.close()
        self._processes = {each for each in self._processes if each.is_alive()} | {process}
        try:
            here.recv()
            self.ready.set()
        except (EOFError, OSError):
            pass  # seen again when the next request is handed over
        return here

    def _carry_out(self, job: Job, connection: Any) -> bool:
        """Hand over a job and gather its messages; False if its process died."""
        try:
            connection.send(job.asked)
            while not job.over:
                job.messages.append(connection.recv())
        except (EOFError, OSError):
            job.messages.append({"fault": "the process that simulated was ended; ask once more"})
            return False
        return True
