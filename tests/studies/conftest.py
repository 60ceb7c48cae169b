"""Folders of results of their own, and a count of the runs that are really done."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import Scenario
from sim.studies import pool
from sim.studies.run import RunResult, run_one


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
