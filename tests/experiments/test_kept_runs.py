"""A command over patterns that was stopped goes on where it was, and leaves nothing when it is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from experiments import fragile, kept_runs, patterns
from sim.declared.measures.catalogue import METRICS
from sim.results.run import Failure, RunResult

PLAN = patterns.Plan(people=2000, seeds=2, times_seeds=2, years=1.0, burn_in=4, looks=1, workers=1, world="corridor")
WORDS = ["--only", "C4-S01", "--people", "2000", "--seeds", "2", "--looks", "1", "--world", "corridor"]


class Runs:
    """Made up runs, of which some fail, and which can be stopped after some."""

    def __init__(self):
        self.done, self.stop, self.fails = [], None, set()

    def __call__(self, jobs, *, on_result, **_):
        found = {}
        for job in jobs:
            if self.stop is not None and len(self.done) == self.stop:
                raise KeyboardInterrupt
            self.done.append(job.key)
            failure = Failure("week 1", "ValueError: no", "labyrinth run") if job.seed in self.fails else None
            made = RunResult(job.key, job.seed, metrics=dict.fromkeys(METRICS, float(job.seed)), failure=failure)
            found[job.key] = on_result(made)
        return found


@pytest.fixture
def runs(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    made = Runs()
    monkeypatch.setattr(patterns, "run_many", made)
    return made


@pytest.mark.parametrize("more", [[], ["--fragile"]])
def test_a_command_that_was_stopped_goes_on_where_it_was(runs, more, tmp_path):
    words = WORDS if not more else [word for word in WORDS if word not in ("--looks", "1")] + more
    folder = tmp_path / "results" / ("fragile-runs" if more else "patterns-runs")
    runs.stop = 3
    with pytest.raises(KeyboardInterrupt):
        patterns.main(words)
    assert folder.is_dir()
    runs.stop = None
    assert patterns.main(words) == 0
    assert len(runs.done) == len(set(runs.done)) > 3
    assert not folder.exists()


def test_what_was_kept_gives_the_rows_of_one_go(runs):
    selection = patterns.chosen(patterns.catalogue()["patterns"], ["C4-S01"])
    arms = patterns.catalogue()["arms"]
    whole, _ = patterns.carry_out(selection, arms, PLAN, progress=False)
    runs.done, runs.stop = [], 1
    for stop in (1, 2, None):
        runs.stop = stop
        with kept_runs.kept_runs("patterns", "x") as kept:
            if stop is None:
                assert patterns.carry_out(selection, arms, PLAN, progress=False, kept=kept) == (whole, [])
            else:
                with pytest.raises(KeyboardInterrupt):
                    patterns.carry_out(selection, arms, PLAN, progress=False, kept=kept)
                kept.failed = True  # as if the command had ended here
    assert len(runs.done) == len(set(runs.done))


def test_runs_that_have_finished_stay_as_long_as_others_fail(runs, tmp_path, capsys):
    runs.fails = {2}
    assert patterns.main(WORDS) == 1
    assert "ValueError: no" in capsys.readouterr().out
    before, runs.fails = len(runs.done), set()
    assert patterns.main(WORDS) == 0
    assert len(runs.done) - before == before // 2  # those that had failed
    assert not (tmp_path / "results" / "patterns-runs").exists()


def test_another_request_leaves_them_alone(runs):
    runs.stop = 3
    with pytest.raises(KeyboardInterrupt):
        patterns.main(WORDS)
    runs.stop = None
    assert patterns.main([*WORDS[2:], "--only", "C13-S08"]) == 0
    done = len(runs.done)
    assert patterns.main(WORDS) == 0
    assert len(runs.done) == done + 1  # four in all, of which three were there


def test_nothing_is_deleted_before_the_table_is_written(runs, monkeypatch, tmp_path):
    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(patterns, "save", full)
        with pytest.raises(OSError, match="No space"):
            patterns.main(WORDS)
    done = len(runs.done)
    assert patterns.main(WORDS) == 0
    assert len(runs.done) == done


def test_runs_that_are_told_by_their_events_are_done_again(runs):
    selection = patterns.chosen(patterns.catalogue()["patterns"], ["inert"])
    made = patterns.groups(selection, {}, replace(PLAN, people=300))
    for _ in range(2):
        with kept_runs.kept_runs("patterns", "x") as kept:
            patterns.simulate(made, workers=1, progress=False, kept=kept)
            kept.failed = True
    assert len(runs.done) == 2 * len(set(runs.done)) > 0


def test_a_command_that_is_at_work_already_is_told(runs, capsys):
    asked = patterns.options(WORDS)
    with kept_runs.kept_runs("patterns", (asked.plan, asked.only)):
        assert patterns.main(WORDS) == 2
    assert "results/patterns-runs" in capsys.readouterr().err


def test_claims_can_be_held_without_keeping_anything(runs, tmp_path):
    selection = patterns.chosen(patterns.catalogue()["patterns"], ["C4-S01"])
    assert fragile.hold(selection, patterns.catalogue()["arms"], PLAN).rows
    assert not (tmp_path / "results").exists()
