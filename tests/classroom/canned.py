"""Workers that answer at once with made-up runs, so that pages can be tested without simulating anything."""

from __future__ import annotations

import threading
from typing import Any

from sim.classroom.running import DONE, PRIOR, Lives, World
from sim.classroom.workers import LOOKED_AT, Job


class Canned:
    """``ask`` gives a job that is over; the world with a policy has half as much again of everything."""

    def __init__(self) -> None:
        self.ready = threading.Event()
        self.ready.set()
        self.asked: list[Any] = []
        self.closed = False

    def ask(self, asked: World | Lives, priority: int = LOOKED_AT) -> Job:
        self.asked.append((priority, asked))
        job = Job(asked)
        job.begun = True
        if isinstance(asked, Lives):
            job.messages = [{DONE: "<section><h2>Two lives of one person</h2><p>She stays.</p></section>"}]
            return job
        times = 1.5 if any(word.startswith("policy=") for word in asked.words) else 1.0
        weeks = list(range(-26, 52))
        course = {name: [10 * (times if week >= 0 else 1.0) + week % 3 for week in weeks] for name in asked.metrics}
        total = dict.fromkeys(asked.metrics, 10 * times * (1 + asked.seed / 100))
        job.messages = [
            {"running": 4, "of": 60},
            {"weeks": weeks, "course": course},
            {DONE: total, PRIOR: dict.fromkeys(asked.metrics, 8.0)},
        ]
        return job

    def close(self) -> None:
        self.closed = True
