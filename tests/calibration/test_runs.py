"""Runs are kept as they finish, never done twice, and what is held out stays out of sight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.calibration import runs as of_runs
from sim.calibration.request import Outcome
from sim.calibration.runs import Batch, Runs
from sim.calibration.space import Space
from sim.ground.errors import RequestError
from sim.results.run import Failure, RunResult
from tests.calibration.conftest import NAMES, asked, target


@pytest.fixture
def calibration():
    targets = (
        target("leaving", 1, 2),
        target("dying", 1, 2),
        replace(target("hid", 1, 2, held_out=True), metric="deaths"),
    )
    return replace(asked(targets), outcomes=(Outcome("out", "what comes out", "removals"),))


@pytest.fixture
def done(monkeypatch):
    """The seeds of runs that are done, in place of doing them; seed 13 fails, and after five runs the power goes."""
    seeds: list[int] = []

    def run_many(jobs, *, on_result, **_):
        for job in jobs:
            if len(seeds) == 5:
                seeds.append(0)
                raise KeyboardInterrupt
            seeds.append(job.seed)
            failure = Failure("week 3", "it broke", "labyrinth run") if job.seed == 13 else None
            metrics = {} if failure else {"departures": job.seed, "deaths": 2.0, "removals": 3.0}
            on_result(RunResult(job.key, job.seed, metrics=metrics, failure=failure))

    monkeypatch.setattr(of_runs, "run_many", run_many)
    monkeypatch.setattr(of_runs, "BATCH", 2)
    return seeds


def batch(base, count=2):
    space = Space.of(base.values, NAMES)
    return Batch(
        "wave-1", space, np.full((count, len(space.names)), 0.25) + np.arange(count)[:, None] / 10, [11, 12, 13, 14]
    )


def test_a_command_that_is_stopped_goes_on_with_the_runs_that_are_missing(calibration, base, done, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        Runs(calibration, base, tmp_path).values(batch(base))
    assert done == [11, 12, 13, 14, 11, 0]
    kept = Runs(calibration, base, tmp_path)
    assert kept.done == 5
    values = kept.values(batch(base))
    assert done[6:] == [12, 13, 14]
    assert values.shape == (2, 4, 3)
    np.testing.assert_array_equal(values[0, :, 0], [11, 12, np.nan, 14])
    assert len(kept.failed) == 2
    assert len(Runs(calibration, base, tmp_path, stored=True).failed) == 2


def test_runs_of_which_only_one_half_was_written_are_done_again(calibration, base, done, tmp_path, monkeypatch):
    done.extend([0] * 6)
    written, write = [], of_runs.write_whole

    def one_only(path, table):
        if written:
            raise KeyboardInterrupt  # between the two files of a batch
        written.append(path)
        write(path, table)

    with monkeypatch.context() as torn:
        torn.setattr(of_runs, "write_whole", one_only)
        with pytest.raises(KeyboardInterrupt):
            Runs(calibration, base, tmp_path).values(batch(base, 1))
    again = Runs(calibration, base, tmp_path)
    assert again.done == 0
    again.values(batch(base, 1))
    scenario = base.replace(batch(base, 1).space.settings(batch(base, 1).points[0]))
    np.testing.assert_array_equal(again.sealed_values([scenario], [11, 12, 14])[0, :, 0], [2, 2, 2])


def test_runs_whose_held_out_values_were_lost_are_done_again(calibration, base, done, tmp_path):
    done.extend([0] * 6)
    Runs(calibration, base, tmp_path).values(batch(base, 1))
    max((tmp_path / "held_out").glob("*.parquet")).unlink()  # of seeds 13, which fails, and 14
    kept = Runs(calibration, base, tmp_path)
    assert (kept.done, kept.failed) == (2, [])
    kept.values(batch(base, 1))
    assert done[-2:] == [13, 14]
    assert len(Runs(calibration, base, tmp_path).failed) == 1


def test_a_damaged_file_costs_its_own_runs_only(calibration, base, done, tmp_path):
    done.extend([0] * 6)
    Runs(calibration, base, tmp_path).values(batch(base, 1))
    first = min((tmp_path / "open").glob("*.parquet"))
    first.write_bytes(first.read_bytes()[:50])
    assert Runs(calibration, base, tmp_path).done == 2


def test_where_nothing_may_be_run_missing_runs_are_told(calibration, base, done, tmp_path):
    with pytest.raises(RequestError, match="4 runs of step wave-1 are missing"):
        Runs(calibration, base, tmp_path, stored=True).values(batch(base, 1))
    assert not done


def test_what_is_held_out_lies_apart(calibration, base, done, tmp_path):
    done.extend([0] * 6)
    runs = Runs(calibration, base, tmp_path)
    asked_of = batch(base, 1)
    runs.values(asked_of)
    assert "hid" not in runs.columns
    for path in (tmp_path / "open").glob("*.parquet"):
        assert "hid" not in pd.read_parquet(path).columns
    scenario = base.replace(asked_of.space.settings(asked_of.points[0]))
    np.testing.assert_array_equal(runs.sealed_values([scenario], [11, 12, 13])[0, :, 0], [2, 2, np.nan])
