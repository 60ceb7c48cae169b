"""Comparisons of small worlds: paired, resumable, the same however they are run."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents.people import Path as PersonPath
from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.ground.errors import RequestError
from sim.ledger.counters import COUNTERS
from sim.results import blocks, journal
from sim.results.blocks import block_series, block_weeks
from sim.results.comparison import Comparison
from sim.results.risk import COLUMNS, PLACEBO
from sim.results.run import reproducer, run_one
from sim.results.statistics import EFFECT_COLUMNS
from sim.results.store import StoreError
from sim.scenario.scenario import Scenario
from sim.studies import engines, pool
from sim.studies.plan import chosen_seeds, compose, policy_words
from sim.studies.pool import Job, execute
from sim.studies.public import run_to_folder
from sim.week.week import Week

BASE = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]
ARMS = ["tighter_borders", "regular_channels@0"]


@pytest.fixture(scope="module")
def found() -> Comparison:
    return sim.compare(ARMS, base=[*BASE, "placebo=true"], seeds=3, workers=1)


def without_placebo(table: pd.DataFrame) -> pd.DataFrame:
    """What risks say where no placebo was run."""
    return table.assign(**dict.fromkeys(PLACEBO, np.nan))


# --- one run ----------------------------------------------------------------------------------------------------


def test_a_run_reports_every_metric_over_the_weeks_after_burn_in() -> None:
    scenario = Scenario.compose(BASE)
    week = Week(scenario, 5)
    while week.done < week.weeks_total:
        week.advance()
    found = run_one(scenario, 5)
    index = {counter.name: position for position, counter in enumerate(COUNTERS)}
    expected = {name: over_period(metric, week.counters[8:], index) for name, metric in METRICS.items()}
    assert found.metrics == pytest.approx(expected, nan_ok=True, abs=0)
    assert found.weeks.tolist() == list(range(-8, 26, 4))
    assert all(len(values) == len(found.weeks) and values.dtype == np.float32 for values in found.series.values())
    assert len(found.outcomes["row"]) >= 300
    assert set(found.phases) == {name for name, _, _ in week.plan}
    assert found.failure is None
    assert pickle.loads(pickle.dumps(found)).key == scenario.run_key(5)  # noqa: S301 - our own


@pytest.mark.parametrize("burn_in", [0, 3, 8])
def test_a_point_of_a_series_is_its_metric_over_those_weeks(burn_in: int) -> None:
    generator = np.random.default_rng(2)
    counters = generator.poisson(3, (27, len(COUNTERS))).astype(float)
    counters[generator.random(counters.shape) < 0.1] = 0
    index = {counter.name: position for position, counter in enumerate(COUNTERS)}
    weeks, series = block_weeks(27, burn_in), block_series(counters, burn_in)
    assert 0 in weeks
    edges = [*(weeks + burn_in), 27]
    for name, metric in METRICS.items():
        for point, (first, last) in enumerate(itertools.pairwise(edges)):
            expected = over_period(metric, counters[first:last], index)
            assert series[name][point] == pytest.approx(expected, rel=1e-5, nan_ok=True)


def test_a_failed_run_is_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(week: Week) -> None:
        if week.seed == 2 and week.week == 3:
            raise ZeroDivisionError("no water")
        advance(week)

    advance = Week.advance
    monkeypatch.setattr(Week, "advance", fail)
    found = sim.compare(["tighter_borders"], base=BASE, seeds=3, workers=1)
    assert [(arm, seed) for arm, seed, _ in found.failures] == [("none", 2), ("tighter_borders", 2)]
    failure = found.failures[0][2]
    assert (failure.stage, failure.error) == ("week 3", "ZeroDivisionError: no water")
    assert failure.reproducer == f"labyrinth run {' '.join(BASE)} policy=none seed=2"
    assert set(found.effects["seeds"].unique()) <= {0, 1, 2}
    assert found.manifest["status"] == "incomplete"
    assert len(found.manifest["failures"]) == 2


def test_a_scenario_without_its_words_can_be_repeated_too() -> None:
    scenario = Scenario.compose([*BASE, "policy=[tighter_borders,regular_channels]", "policy.tighter_borders.dose=0.5"])
    words = reproducer(scenario, 4).split()[2:]
    unquoted = [word.strip("'") for word in words]
    assert Scenario.compose(unquoted).run_key(4) == scenario.run_key(4)


def test_a_run_is_kept_in_a_folder_with_its_events(folder: Path, few_figures: None, runs: list[int]) -> None:
    scenario = Scenario.compose([*BASE, "seed=9"])
    where = run_to_folder(scenario, name="one", progress=False)
    assert where.resolve() == folder / "one"
    assert not (where / "events.parquet").exists()
    run_to_folder(scenario, name="one", progress=False)
    assert runs == [9]
    run_to_folder(scenario.replace({"events": True}), name="one", progress=False)
    assert runs == [9, 9]
    events = pd.read_parquet(where / "events.parquet")
    assert len(events)
    assert {"arm", "seed", "week", "person", "generation", "from", "to", "cause", "counterparty"} <= set(events.columns)
    assert {path.name for path in where.iterdir()} >= {
        "scenario.yaml",
        "summary.parquet",
        "series.parquet",
        "manifest.json",
    }
    assert not (where / "effects.parquet").exists()


# --- comparisons ------------------------------------------------------------------------------------------------


def test_the_tables_have_their_columns(found: Comparison) -> None:
    assert list(found.effects.columns) == list(EFFECT_COLUMNS)
    assert len(found.effects) == len(ARMS) * len(METRICS)
    assert list(found.risks.columns) == list(COLUMNS)
    assert len(found.series) == 3 * 3 * 9
    assert (found.series.drop(columns=["arm", "seed", "week"]).dtypes == np.float32).all()
    assert found.world.name == "corridor"
    assert list(found.scenarios) == ["none", *ARMS]
    assert found.mean_flows["none"]["crossings"].shape == (len(found.world.legs.tail),)
    assert not found.failures
    assert found.manifest["status"] == "complete"
    assert [entry["label"] for entry in found.manifest["arms"]] == ["none", *ARMS]
    assert {"people.size", "time.years"} <= set(found.manifest["arms"][0]["changed_from_default"])


def test_a_policy_at_dose_nought_changes_nothing(found: Comparison) -> None:
    inert = found.effects[found.effects["arm"] == "regular_channels@0"]
    defined = inert.dropna(subset=["baseline"])
    assert len(defined)
    assert (defined["difference"] == 0).all()
    moved = found.risks[found.risks["arm"] == "regular_channels@0"]
    assert len(moved)
    assert (moved["change"] == 0).all()


def test_risks_are_those_of_everybody_who_is_there_in_week_nought(found: Comparison) -> None:
    arm = found.arms[0]
    lives = found.lives(arm)
    assert list(lives) == found.seeds
    row = found.risks.set_index(["arm", "group", "outcome"]).loc[arm.label, "all", "removal"]
    assert row["people"] == np.mean([len(each.known["row"]) for each in lives.values()])
    removed = [(each.baseline & PersonPath.REMOVED > 0).mean() for each in lives.values()]
    assert row["risk"] == pytest.approx(np.mean(removed))
    change = [(each.arm & PersonPath.REMOVED > 0).mean() for each in lives.values()]
    assert row["change"] == pytest.approx(np.mean(change) - np.mean(removed))


@pytest.mark.slow
def test_processes_do_not_matter(found: Comparison) -> None:
    other = sim.compare(ARMS, base=[*BASE, "placebo=true"], seeds=3, workers=2)
    pd.testing.assert_frame_equal(found.effects, other.effects)
    pd.testing.assert_frame_equal(found.series, other.series)
    pd.testing.assert_frame_equal(found.risks, other.risks)


def test_a_scenario_can_be_the_base(found: Comparison) -> None:
    arms = {
        "tighter": ["policy=tighter_borders"],
        "half": ["policy=[tighter_borders]", "policy.tighter_borders.dose=0.5"],
    }
    other = sim.compare(arms, base=Scenario.compose(BASE), seeds=[1, 2, 3], metrics=["departures", "deaths"], workers=1)
    ours = found.effects[(found.effects["arm"] == ARMS[0]) & found.effects["metric"].isin(["departures", "deaths"])]
    theirs = other.effects[other.effects["arm"] == "tighter"]
    pd.testing.assert_frame_equal(
        ours.drop(columns="arm").reset_index(drop=True), theirs.drop(columns="arm").reset_index(drop=True)
    )
    assert other.scenarios["half"]["policy.tighter_borders.dose"] == 0.5


def test_equal_arms_share_their_runs(runs: list[int]) -> None:
    sim.compare({"a": ["policy=tighter_borders"], "b": ["policy=[tighter_borders]"]}, base=BASE, seeds=1, workers=1)
    assert runs == [1, 1]


# --- requests ---------------------------------------------------------------------------------------------------


def test_words_of_arms() -> None:
    assert policy_words("a+b@0.5") == ["policy=[a,b]", "policy.b.dose=0.5"]
    assert policy_words("a") == ["policy=a"]
    assert policy_words("null") == ["policy=none"]


@pytest.mark.parametrize(
    ("arms", "settings", "message"),
    [
        (["tighter_border"], {}, "tighter_borders"),
        (["tighter_borders", "tighter_borders"], {}, "named twice"),
        (["tighter_borders@much"], {}, "must be a number"),
        (["tighter_borders+none"], {}, "stands alone"),
        ([], {}, "at least one arm"),
        (["none"], {}, "only arm is the baseline"),
        (["tighter_borders"], {"metrics": ["death"]}, "did you mean 'deaths'"),
        (["tighter_borders"], {"metrics": []}, "at least one metric"),
        (["tighter_borders"], {"seeds": 0}, "range 1 to"),
        (["tighter_borders"], {"seeds": [1, -1]}, "whole number from 0"),
        (["tighter_borders"], {"seeds": "8"}, "list of seeds"),
        (["tighter_borders"], {"workers": -1}, "workers"),
        (["tighter_borders"], {"base": ["people.sise=3"]}, "people.size"),
        (["tighter_borders"], {"name": "../up"}, "cannot name a results folder"),
    ],
)
def test_wrong_requests_are_refused_before_anything_starts(
    arms: list[str], settings: dict, message: str, folder: Path, runs: list[int]
) -> None:
    with pytest.raises(RequestError, match=message):
        sim.compare(arms, **({"base": BASE, "seeds": 1, "name": "wrong"} | settings))
    assert not runs
    assert not folder.exists()


def test_seeds_count_from_the_first() -> None:
    assert chosen_seeds(3, 7) == [7, 8, 9]
    assert chosen_seeds([5, 5, 2], 7) == [5, 2]
    assert chosen_seeds(np.arange(2).tolist(), 0) == [0, 1]
    with pytest.raises(RequestError, match="range 1 to"):
        chosen_seeds(10**9, 1)


# --- stored studies ---------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_study_goes_on_from_what_is_there(folder: Path, runs: list[int], found: Comparison) -> None:
    first = sim.compare(ARMS, base=BASE, seeds=2, workers=1, name="a/study", report=False)
    assert first.folder is not None
    assert len(runs) == 6
    again = sim.compare(ARMS, base=BASE, seeds=3, workers=1, name="a/study", report=False)
    assert len(runs) == 9
    pd.testing.assert_frame_equal(again.effects, found.effects)
    pd.testing.assert_frame_equal(again.risks, without_placebo(found.risks))
    pd.testing.assert_frame_equal(again.series, found.series)
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "a/study/effects.parquet"), found.effects)
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "a/study/series.parquet"), found.series)
    sim.compare(ARMS, base=BASE, seeds=1, workers=1, name="a/study", report=False)
    sim.compare(ARMS, base=BASE, seeds=3, workers=1, name="a/study", report=False)
    assert len(runs) == 9  # asking for fewer seeds in between lost nothing

    before = {path: path.read_bytes() for path in (folder / "a/study").rglob("*") if path.is_file()}
    with pytest.raises(RequestError, match="results of another request"):
        sim.compare(ARMS, base=[*BASE, "people.size=200"], seeds=1, workers=1, name="a/study")
    assert {path: path.read_bytes() for path in (folder / "a/study").rglob("*") if path.is_file()} == before
    other = sim.compare(
        ARMS[:1], base=[*BASE, "people.size=200"], seeds=1, workers=1, name="a/study", replace=True, report=False
    )
    assert other.manifest["arms"][0]["changed_from_default"]["people.size"] == 200
    assert len(pd.read_parquet(folder / "a/study/runs")) == 2


def test_a_full_disk_stops_the_study_and_keeps_its_runs(
    folder: Path, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: journal.Journal, message: object) -> None:
        if len(runs) >= 3:
            raise OSError(28, "No space left on device")
        write(self, message)  # type: ignore[arg-type]

    write = journal.Journal.write
    with monkeypatch.context() as patch:
        patch.setattr(journal.Journal, "write", full)
        with pytest.raises(StoreError, match="No space left"):
            sim.compare(ARMS[:1], base=BASE, seeds=3, workers=1, name="study", report=False)
    assert len(runs) == 3
    sim.compare(ARMS[:1], base=BASE, seeds=3, workers=1, name="study", report=False)
    assert len(runs) == 3 + 4


LONG = "import sim; sim.compare({arms!r}, base={base!r}, seeds=200, workers={workers}, name='killed', report=False)"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_kill_9_loses_no_finished_run(folder: Path, runs: list[int]) -> None:
    command = LONG.format(arms=ARMS[:1], base=BASE, workers=1)
    process = subprocess.Popen([sys.executable, "-c", command], cwd=folder.parent)
    journals = folder / "killed" / "journal"
    try:
        while _stored(journals) < 3:
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    kept = _stored(journals)
    assert json.loads((folder / "killed" / "manifest.json").read_text())["status"] == "running"
    seeds = kept + 2
    after = sim.compare(ARMS[:1], base=BASE, seeds=seeds, workers=1, name="killed", report=False)
    assert len(runs) == 2 * seeds - kept
    assert after.manifest["status"] == "complete"
    assert len(after.manifest["runs"]) == 2 * seeds


def _stored(journals: Path) -> int:
    return sum(1 for path in journals.glob("runs-*.journal") for _ in journal.read(path))


# --- workers ----------------------------------------------------------------------------------------------------

HEAVY = ("pandas", "mesa", "hydra", "omegaconf", "matplotlib", "networkx", "scipy.stats", "pyarrow", "rich")


@pytest.mark.slow
def test_a_worker_loads_numpy_and_numba_only() -> None:
    scenario = Scenario.compose(BASE)
    with engines.bare_main(), ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        result = executor.submit(pool.work, Job(scenario.run_key(1), scenario, 1)).result()
        modules = executor.submit(eval, "set(__import__('sys').modules)").result()
        threads = executor.submit(eval, "__import__('numba').config.NUMBA_NUM_THREADS").result()
    assert result.failure is None
    assert "numba" in modules
    assert not modules & set(HEAVY)
    assert threads == 1


class _Deadly:
    """Kills the process that unpickles it."""

    values = {"threads": 1, "luck": 0}  # noqa: RUF012

    def __reduce__(self) -> tuple:
        return os._exit, (1,)


@pytest.mark.slow
def test_a_worker_that_dies_takes_only_its_own_run_with_it() -> None:
    scenario = Scenario.compose(BASE)
    jobs = [Job(scenario.run_key(seed), scenario, seed) for seed in (1, 2)]
    deadly = Job("deadly", _Deadly(), 3, ("world=corridor",))  # type: ignore[arg-type]
    results = {result.key: result for result in execute([deadly, *jobs], workers=2)}
    assert len(results) == 3
    assert all(results[job.key].failure is None for job in jobs)
    failure = results["deadly"].failure
    assert failure is not None
    assert "died" in failure.error


def test_every_arm_is_composed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[list[str]] = []
    original = Scenario.compose

    def counted(words: list[str]) -> Scenario:
        composed.append(words)
        return original(words)

    monkeypatch.setattr(Scenario, "compose", counted)
    arms = compose(["tighter_borders", "none"], BASE, "none")
    assert [arm.label for arm in arms] == ["none", "tighter_borders"]
    assert len(composed) == 2
    assert arms[1].title != arms[1].label
    assert blocks.SERIES_EVERY == 4
