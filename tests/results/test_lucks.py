"""Lucks in comparisons: what is run with which, kept once for each population, and counted as one seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.agents.people import Path as Bits
from sim.report.again import findings
from sim.results import journal
from sim.results.arms import Arm
from sim.results.asked import Setting
from sim.results.comparison import Comparison
from sim.results.pairs import PLACEBO, lucks_of, with_lucks
from sim.results.run import RunResult
from sim.results.runs import mean_of_lucks, one_a_seed
from sim.results.statistics import effects, t_interval
from sim.studies.conduct import jobs_of
from sim.studies.plan import compose
from sim.week.known import COLUMNS

BASE = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]
SHOWN = ["departures", "deaths", "exploited_people", "provider_share"]


@pytest.fixture(scope="module")
def arms() -> list[Arm]:
    return compose(["tighter_borders"], [*BASE, "lucks=3", "luck=5", "placebo=true"], "none")


def summary_of(values: np.ndarray, arm: str) -> pd.DataFrame:
    """Values of one metric, (seeds, lucks), as rows of a summary."""
    seeds, lucks = np.indices(values.shape)
    columns = {"seed": seeds.ravel(), "luck": lucks.ravel(), "value": values.ravel()}
    return pd.DataFrame({"arm": arm, "metric": "deaths", **columns})


def test_every_arm_is_run_with_every_luck_of_every_seed(arms: list[Arm]) -> None:
    assert list(lucks_of(arms[0])) == [5, 6, 7]
    setting = Setting("", tuple(arms))
    dealt = [(arm.label, arm.scenario["luck"]) for arm in setting.to_run]
    assert dealt == [(label, luck) for label in ("none", "tighter_borders", PLACEBO) for luck in (5, 6, 7)]
    assert setting.lucks == 3
    jobs = jobs_of(setting.to_run, [1, 2])
    assert len({job.key for job in jobs}) == len(jobs) == 2 * 9
    # every run of the baseline, so that any of its lucks can be asked for later
    known = {(job.seed, job.scenario["luck"], job.words) for job in jobs if job.knows_people}
    assert {(seed, luck) for seed, luck, _ in known} == {(seed, luck) for seed in (1, 2) for luck in (5, 6, 7)}
    assert {words for *_, words in known} == {arms[0].words}


def test_one_luck_is_what_a_comparison_was_before(arms: list[Arm]) -> None:
    plain = [Arm(arm.label, arm.words, arm.scenario.replace({"luck": 0, "lucks": 1})) for arm in arms]
    assert [arm.scenario for arm in with_lucks(plain)] == [arm.scenario for arm in plain]
    runs = [RunResult("a", 1), RunResult("b", 2)]
    assert all(one is other for one, other in zip(one_a_seed(runs), runs, strict=True))


def test_a_seed_counts_once_with_the_mean_of_its_lucks() -> None:
    rng = np.random.default_rng(1)
    before, after = rng.normal(size=(2, 6, 4))
    table = pd.concat([summary_of(before, "none"), summary_of(after, "a")])
    row = effects(table, "none", ["a"], ["deaths"], 1000).iloc[0]
    change = t_interval((after - before).mean(axis=1))
    assert row[["difference", "low", "high"]].tolist() == pytest.approx([change.mean, change.low, change.high])
    assert (row["seeds"], row["method"].partition("; ")[2]) == (6, "each seed the mean of 4 lucks")
    hollow = after.copy()
    hollow[0] = np.nan
    hollow[1, 2] = np.nan
    table = pd.concat([summary_of(before, "none"), summary_of(hollow, "a")])
    row = effects(table, "none", ["a"], ["deaths"], 1000).iloc[0]
    assert row["seeds"] == 5
    paired = [(hollow - before)[seed][np.isfinite(hollow[seed])].mean() for seed in range(1, 6)]
    assert row["difference"] == pytest.approx(np.mean(paired))  # lucks that one world lacks are left out of the other
    assert mean_of_lucks(hollow.T) == pytest.approx([np.nan, *np.nanmean(hollow[1:], axis=1)], nan_ok=True)


@pytest.mark.slow
def test_intervals_hold_where_lucks_of_a_seed_are_alike_and_those_over_lucks_do_not() -> None:
    rng, held, naive = np.random.default_rng(2), [], []
    for _ in range(300):
        change = 1.0 + rng.normal(size=(8, 1)) + 0.5 * rng.normal(size=(8, 4))
        table = pd.concat([summary_of(np.zeros((8, 4)), "none"), summary_of(change, "a")])
        row = effects(table, "none", ["a"], ["deaths"], 1000).iloc[0]
        held.append(row["low"] <= 1.0 <= row["high"])
        flat = t_interval(change)
        naive.append(flat.low <= 1.0 <= flat.high)
    assert abs(100 * np.mean(held) - 95) <= 3
    assert np.mean(naive) < 0.8


def test_panels_of_every_luck_are_given_with_their_luck(arms: list[Arm]) -> None:
    panel = {
        "first": np.array([0], np.int32), "regions": np.array(["r"], object), "metrics": np.array(["deaths"], object),
        "agencies": np.array(["all"], object), "truth": np.ones(1, np.float32), "record": np.ones(1, np.float32),
    }  # fmt: skip
    runs = {
        (key := arm.scenario.run_key(seed, luck)): RunResult(key, seed, luck=luck, panels=panel)
        for arm in arms for seed in (1, 2) for luck in (5, 6, 7)
    }  # fmt: skip
    found = Comparison(arms, [1, 2], runs)
    assert list(found.panel.columns)[:3] == ["arm", "seed", "luck"]
    told = [tuple(row) for row in found.panel[["arm", "seed", "luck"]].to_numpy().tolist()]
    assert told == [(arm.label, seed, luck) for arm in arms for seed in (1, 2) for luck in (5, 6, 7)]
    assert list(Comparison(arms, [1], {}).captures.columns)[:3] == ["arm", "seed", "luck"]


def test_who_people_are_is_packed_whole_and_small() -> None:
    rng = np.random.default_rng(3)
    rows = np.flatnonzero(rng.random(20_000) < 0.99).astype(np.int32)
    known = {
        "row": rows,
        "generation": (rng.random(len(rows)) < 0.2).astype(np.int32),
        **{name: rng.integers(2, size=len(rows)).astype(np.uint8) for name in COLUMNS},
    }
    packed = journal.pack_known(known)
    assert len(packed) < 2 * len(rows)
    found = journal.unpack_known(packed)
    assert list(found) == ["row", "generation", *COLUMNS]
    assert all((found[name] == known[name]).all() and found[name].dtype == known[name].dtype for name in found)
    assert journal.unpack_known(journal.pack_known({})) == {}


@pytest.mark.slow
def test_a_study_keeps_its_lucks_goes_on_with_more_and_shows_them_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def compare(*words: str, seeds: int = 3) -> sim.Comparison:
        asked = ["tighter_borders"]
        return sim.compare(asked, base=[*BASE, *words], seeds=seeds, workers=1, name="x", metrics=SHOWN, report=False)

    one = compare("lucks=1")
    plain = one.risks
    found = compare("lucks=3")
    assert found.folder is not None
    assert len(found.manifest["runs"]) == 3 * 3 * 2
    assert {(run["seed"], run["luck"]) for run in found.manifest["runs"]} == {(s, k) for s in (1, 2, 3) for k in range(3)}
    assert (found.manifest["lucks"], found.manifest["status"]) == (3, "complete")
    assert found.summary.groupby("luck").size().nunique() == 1
    assert sorted(found.summary["luck"].unique()) == [0, 1, 2]
    assert len(found.series) == len(one.series)
    kept = [run.known for run in found.every_run_of(found.baseline, "known")]
    assert [bool(known) for known in kept] == [True] * 9
    again = findings(found.folder).comparisons[""]
    pd.testing.assert_frame_equal(again.risks, found.risks)
    pd.testing.assert_frame_equal(again.effects, found.effects)
    pd.testing.assert_frame_equal(pd.read_parquet(found.folder / "risks.parquet"), found.risks)
    assert found.risks["spread"].notna().all()
    lives = found.lives(found.arms[0])
    assert {seed: each.lucks for seed, each in lives.items()} == {1: 3, 2: 3, 3: 3}
    assert (lives[1].baseline[0] != lives[1].baseline[1]).any()
    ran: list[str] = []
    monkeypatch.setattr("sim.studies.pool.work", lambda job: ran.append(job.key))
    fewer = compare("lucks=1")
    assert ran == []
    pd.testing.assert_frame_equal(fewer.risks, plain)


@pytest.mark.slow
def test_risks_of_runs_are_those_of_their_people_counted_one_by_one() -> None:
    words = [*BASE, "people.size=600", "time.years=1", "lucks=3"]
    found = sim.compare(["tighter_borders"], base=words, seeds=2, workers=1, metrics=SHOWN)
    table = found.risks.set_index(["group", "outcome"])
    for group, column, value in (("abroad without status", "place", 2), ("women and girls", "female", 1)):
        risk = []
        for seed in found.seeds:
            runs = [run for run in found.every_run_of(found.baseline) if run.seed == seed]
            known = runs[0].known
            names = zip(known["row"], known["generation"], known[column], strict=True)
            people = {(row, generation) for row, generation, has in names if has == value}
            lives = [
                bool(path & Bits.REMOVED)
                for run in runs
                for row, generation, path in zip(*run.outcomes.values(), strict=True)
                if (row, generation) in people
            ]
            assert len(lives) == 3 * len(people)
            risk.append(np.mean(lives))
        assert table.loc[(group, "removal"), "risk"] == pytest.approx(np.mean(risk))
