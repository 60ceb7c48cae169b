"""Studies whose runs are made up by a test, so that no world is simulated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from sim.results.run import RunResult


def made_up_runs(monkeypatch: pytest.MonkeyPatch, make: Callable[[Any], RunResult]) -> type:
    """Let ``make`` give the result of every job; ``done`` holds the keys of runs, ``stop_after`` stops like Ctrl-C."""

    class Runs:
        done: ClassVar[list[str]] = []
        stop_after: ClassVar[int | None] = None

    def run_many(jobs: Any, *, on_result: Callable[[RunResult], Any] | None = None, **_: Any) -> dict[str, Any]:
        found = {}
        for job in jobs:
            if Runs.stop_after is not None and len(Runs.done) >= Runs.stop_after:
                raise KeyboardInterrupt
            result = make(job)
            Runs.done.append(job.key)
            found[job.key] = on_result(result) if on_result else result
        return found

    monkeypatch.setattr("sim.studies.conduct.run_many", run_many)
    return Runs
