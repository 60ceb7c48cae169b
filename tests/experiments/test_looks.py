"""Patterns look by look, what open verdicts could not have seen, and claims under changes that must not matter."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from experiments import fragile, patterns
from experiments.looks import levels, looks
from experiments.verdicts import INCONCLUSIVE, SUPPORTED, least_told, verdict
from sim.declared.measures.catalogue import METRICS
from sim.results.run import RunResult
from sim.results.statistics import Interval, t_interval, t_quantile
from sim.scenario.scenario import Scenario
from sim.world.describe import world_rows

PLAN = patterns.Plan(people=300, seeds=20, times_seeds=6, years=0.1, workers=1, world="corridor", burn_in=6)
COUNTS = (7, 14, 20)


def streams(effect=0.0, many=20_000):
    """Means and standard errors of streams of normal values at each look: two arrays (looks, streams)."""
    values = np.random.default_rng(1).normal(effect, 1.0, (many, COUNTS[-1]))
    means = np.array([values[:, :count].mean(1) for count in COUNTS])
    return means, np.array([values[:, :count].std(1, ddof=1) / count**0.5 for count in COUNTS])


# --- levels ----------------------------------------------------------------------------------------------------------


def test_looks_are_spread_and_end_with_all_seeds():
    assert looks(20, 3) == COUNTS
    assert looks(8, 3) == (3, 6, 8)
    assert looks(3, 3) == (2, 3)
    assert looks(20, 1) == (20,)


def test_levels_of_three_even_looks_are_those_of_the_literature():
    # linear spending of 0.05 over three equal looks: boundaries 2.394, 2.294, 2.200 (Jennison & Turnbull, table 7.4)
    bounds = [t_quantile(10**9, level) for level in levels((10, 20, 30))]
    assert bounds == pytest.approx([2.394, 2.294, 2.200], abs=0.002)
    assert levels((20,)) == (0.95,)


def test_all_intervals_hold_the_truth_at_once_however_often_one_looks():
    means, errors = streams()
    reach = np.array([[t_quantile(count - 1, level)] for count, level in zip(COUNTS, levels(COUNTS), strict=True)])
    held = (np.abs(means) <= reach * errors).all(0).mean()
    assert 0.945 < held < 0.96
    usual = np.array([[t_quantile(count - 1, 0.95)] for count in COUNTS])
    assert (np.abs(means) <= usual * errors).all(0).mean() < 0.92  # what looking again and again would do


def test_least_told_is_told_in_four_of_five_cases():
    count = COUNTS[-1]
    found = Interval(0.0, -t_quantile(count - 1, 0.95) / count**0.5, t_quantile(count - 1, 0.95) / count**0.5, count)
    effect = least_told("up", found)
    means, errors = streams(effect)
    told = means[-1] - t_quantile(count - 1, 0.95) * errors[-1] > 0
    assert told.mean() == pytest.approx(0.8, abs=0.02)
    assert math.isnan(least_told("identical", found))
    assert math.isnan(least_told("up", Interval(1.0, math.nan, math.nan, 1)))


# --- seeds go where verdicts are open ------------------------------------------------------------------------------


def pretend(jobs, **_):
    """Runs in which regular channels move provider use far, and tighter borders move nothing but noise."""
    done = {}
    for job in jobs:
        policy = [str(word) for word in job.scenario["policy"]] if job.scenario["policy"] else []
        luck = np.random.default_rng([job.seed, len("".join(policy))]).normal()
        far = 5.0 * any("regular_channels" in word for word in policy)
        metrics = dict.fromkeys(METRICS, luck - far)
        done[job.key] = RunResult(job.key, job.seed, metrics=metrics)
    return done


@pytest.fixture
def counted(monkeypatch):
    """Runs that are made up; gives the seeds that were run, by look."""
    seeds = []

    def run_many(jobs, **_):
        seeds.append(sorted({job.seed for job in jobs}))
        return pretend(jobs)

    monkeypatch.setattr(patterns, "run_many", run_many)
    return seeds


def test_seeds_go_where_verdicts_are_open(counted):
    content = patterns.catalogue()
    clear, noise = patterns.chosen(content["patterns"], ["C13-S08", "C4-S01"])[::-1]
    assert (clear["id"], noise["id"]) == ("C13-S08", "C4-S01")
    rows, failures = patterns.carry_out([clear, noise], content["arms"], PLAN, progress=False)
    found = {row["id"]: row for row in rows}
    assert not failures
    assert (found["C13-S08"]["verdict"], found["C13-S08"]["seeds"]) == (SUPPORTED, COUNTS[0])
    assert (found["C4-S01"]["verdict"], found["C4-S01"]["seeds"]) == (INCONCLUSIVE, COUNTS[-1])
    assert found["C4-S01"]["level"] == levels(COUNTS)[-1] > 0.95
    assert found["C4-S01"]["least"] > 0
    assert counted == [list(range(1, 8)), list(range(8, 15)), list(range(15, 21))]  # nothing is run twice
    whole, _ = patterns.carry_out([clear], content["arms"], replace(PLAN, looks=1), progress=False)
    assert (whole[0]["seeds"], whole[0]["level"]) == (20, 0.95)


# --- changes that must not matter -------------------------------------------------------------------------------------


def row(mean, half, expect="up", seeds=8):
    found = Interval(mean, mean - half, mean + half, seeds)
    return {"mean": mean, "low": found.low, "high": found.high, "seeds": seeds, "level": 0.95,
            "verdict": verdict(expect, found)}  # fmt: skip


def test_a_claim_is_fragile_where_it_turns_or_lies_further_apart_than_chance_allows():
    assert fragile.told_apart(row(2, 1), row(2.5, 1), 0.95) == fragile.HOLDS
    assert fragile.told_apart(row(2, 1), row(0.9, 1), 0.95) == fragile.OPEN
    assert fragile.told_apart(row(2, 1), row(-2, 1), 0.95) == fragile.FRAGILE
    assert fragile.told_apart(row(2, 1), row(5, 1), 0.95) == fragile.FRAGILE
    assert fragile.told_apart(row(2, 1), row(math.nan, math.nan), 0.95) == fragile.OPEN
    # of streams that are alike no more are called fragile than the level says
    values = np.random.default_rng(2).normal(5, 1, (2_000, 2, 8))
    rows = [[row(f.mean, f.high - f.mean) for f in map(t_interval, pair)] for pair in values]
    share = np.mean([fragile.told_apart(*pair, 0.95) == fragile.FRAGILE for pair in rows])
    assert share < 0.065


def test_rows_in_another_order_are_the_same_world(tmp_path):
    before = world_rows(Scenario.compose(["world=corridor"]).world)
    after = world_rows(Scenario.compose([*fragile.reordered(PLAN, tmp_path)]).world)
    for name in ("regions", "legs", "sectors"):
        key = list(before[name][0])[:3]
        assert before[name] != after[name]
        assert sorted(before[name], key=lambda item: [str(item[k]) for k in key]) == sorted(
            after[name], key=lambda item: [str(item[k]) for k in key]
        )


def test_claims_under_changes_name_those_that_are_fragile(counted, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    plan = replace(PLAN, seeds=6)
    assert fragile.tell(plan, ["C13-S08"]) == 0
    stored = json.loads((tmp_path / "results" / "fragile.json").read_text(encoding="utf-8"))
    assert stored["fragile"] == {}
    assert {row["change"] for row in stored["rows"]} == {change.title for change in fragile.changes(plan, tmp_path)}
    assert {row["outcome"] for row in stored["rows"]} == {fragile.HOLDS}
    assert max(map(max, counted)) == fragile.FIRST_SEED + 5
    moved = {"id": "a", "change": "other seeds", "outcome": fragile.FRAGILE}
    held = fragile.Held([dict.fromkeys(fragile.COLUMNS, 0.0) | moved])
    assert held.fragile == {"a": ["other seeds"]}
    assert fragile.tell(plan, ["nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_figures_that_grow_with_people_are_given_for_as_many():
    counts = RunResult("a", 1, metrics={"removals": 8.0, "provider_share": 0.5})
    runs = patterns.Runs({"none": {1: counts}}, {}, per=2.0)
    assert runs.metric("none", "removals", [1]) == [4.0]
    assert runs.metric("none", "provider_share", [1]) == [0.5]
