"""Folders of results of their own, and a count of the runs that are really done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from sim.declared.measures.catalogue import METRICS
from sim.results.run import RunResult, run_one
from sim.scenario.scenario import Scenario
from sim.studies import conduct, pool
from sim.studies.pool import Job


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``results`` below an empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "results"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seeds of the runs that are really done."""
    done: list[int] = []

    def counted(scenario: Scenario, seed: int | None = None, words: tuple[str, ...] = ()) -> RunResult:
        done.append(-1 if seed is None else seed)
        return run_one(scenario, seed, words)

    monkeypatch.setattr(pool, "run_one", counted)
    return done


def _pretend(key: str, seed: int) -> RunResult:
    """A run that nobody has simulated: its figures hang on its key, every metric and a few persons are there."""
    generator = np.random.default_rng(int(key[:12], 16))
    return RunResult(
        key=key,
        seed=seed,
        metrics={name: float(value) for name, value in zip(METRICS, generator.random(len(METRICS)), strict=True)},
        weeks=np.arange(-4, 8, 4, dtype=np.int32),
        series={name: generator.random(3, np.float32) for name in METRICS},
        outcomes={
            "row": np.arange(20, dtype=np.int32),
            "generation": np.zeros(20, np.int32),
            "path": generator.integers(0, 2, 20).astype(np.uint16),
        },
        flows={},
        seconds=0.25,
        phases={"consider": 0.1},
    )


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Studies whose runs are made up in no time; gives the seeds of the runs that were done."""
    done: list[int] = []

    def run_many(
        jobs: Sequence[Job], *, on_result: Callable[[RunResult], RunResult] | None = None, **_: object
    ) -> dict[str, RunResult]:
        results = {}
        for job in jobs:
            done.append(job.seed)
            result = _pretend(job.key, job.seed)
            results[job.key] = on_result(result) if on_result else result
        return results

    monkeypatch.setattr(conduct, "run_many", run_many)
    return done
