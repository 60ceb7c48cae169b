"""How far runs are: a bar on a terminal, whole lines elsewhere, nothing when it is to be quiet."""

from __future__ import annotations

import pytest

from sim.results.run import Failure, RunResult
from sim.scenario.scenario import Scenario
from sim.studies import pool, progress
from sim.studies.pool import Job, run_many
from sim.studies.progress import Bar, Lines, Silent, duration, progress_of


class Clock:
    """A clock that goes on only when it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr(progress.time, "monotonic", lambda: self.now)


def test_where_output_goes_says_how_it_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(progress_of(5, shown=False), Silent)
    assert isinstance(progress_of(0, shown=True), Silent)
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")  # colours in a file are no terminal
    assert isinstance(progress_of(5, shown=True), Lines)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    assert isinstance(progress_of(5, shown=True), Bar)


def test_lines_come_with_every_stage_and_every_tenth(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock(monkeypatch)
    with Lines(40) as lines:
        lines.stage("compiling")
        clock.now += 50
        lines.stage("runs")
        for _ in range(40):
            clock.now += 1
            lines.advance()
    out, err = capsys.readouterr()
    assert out == ""
    assert "\r" not in err
    told = err.splitlines()
    assert told[:3] == ["compiling", "runs", "4 of 40 runs, about 36 seconds left"]
    assert told[-1] == "40 of 40 runs"
    assert len(told) == 2 + 10


def test_long_runs_say_once_a_minute_that_they_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock(monkeypatch)
    with Lines(1000) as lines:
        lines.stage("runs")
        for _ in range(4):
            clock.now += 45
            lines.advance()
    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "runs",
        "2 of 1000 runs",
        "4 of 1000 runs",
    ]


@pytest.mark.parametrize("shown", [True, False])
def test_runs_are_told_as_they_finish_and_failures_at_once(
    shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = Scenario.compose(["world=corridor"])
    jobs = [Job(str(seed), scenario, seed) for seed in range(3)]
    failed = Failure("week 2", "ValueError: x", "labyrinth run seed=1")
    results = [RunResult("0", 0), RunResult("1", 1, failure=failed), RunResult("2", 2)]
    monkeypatch.setattr(pool, "execute", lambda *_, **__: (result for result in results))
    monkeypatch.setattr(pool, "compiles_first", lambda *_, **__: False)
    monkeypatch.setattr(pool, "_remember", lambda *_, **__: None)
    assert list(run_many(jobs, progress=shown)) == ["0", "1", "2"]
    told = capsys.readouterr().err
    assert ("failed: seed 1, week 2: ValueError: x" in told) is shown
    assert ("3 of 3 runs" in told) is shown


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (1, "1 second"), (40.4, "40 seconds"), (210, "3.5 minutes"), (7560, "2.1 hours")],
)
def test_times_as_one_would_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words
