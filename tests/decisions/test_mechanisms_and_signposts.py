"""Attribution adds up and names the mechanism; signposts are found where records tell, and only there."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.decisions import attribution, signposts
from sim.decisions.attribution import parts_of


def runs(effect, seeds=6):
    """Values of all settings where the effect of a package is ``effect(set of mechanisms that work)``."""
    every = {"all work": {"x", "y"}, "none works": set(), "only x": {"x"}, "only y": {"y"}, "without x": {"y"},
             "without y": {"x"}}  # fmt: skip
    rows = []
    for seed in range(seeds):
        level = 100 + np.random.default_rng(seed).normal(0, 30)
        for label, work in every.items():
            rows += [(label, "none", seed, level), (label, "p", seed, level + effect(work) + 0.1 * seed * len(work))]
    return pd.DataFrame(rows, columns=["world", "package", "seed", "value"])


def part(table, name, mechanism=""):
    return table[(table["part"] == name) & (table["mechanism"] == mechanism)].iloc[0]


def test_parts_of_a_sum_leave_no_remainder():
    table = parts_of(runs(lambda work: -3 - 7 * ("x" in work) - 1 * ("y" in work)), "p", ["x", "y"])
    assert part(table, attribution.EFFECT)["value"] == pytest.approx(-11 + 0.5)
    assert part(table, attribution.DIRECT)["value"] == pytest.approx(-3)
    assert part(table, attribution.FIRST, "x")["value"] == pytest.approx(-7 + 0.25)
    assert part(table, attribution.TOTAL, "x")["value"] == pytest.approx(-7 + 0.25)
    assert part(table, attribution.REMAINDER)["value"] == pytest.approx(0, abs=1e-9)
    assert part(table, attribution.FIRST, "x")["low"] < -6.75 < part(table, attribution.FIRST, "x")["high"]


def test_mechanisms_that_need_one_another_stand_in_the_remainder():
    table = parts_of(runs(lambda work: -4.0 if work == {"x", "y"} else 0.0), "p", ["x", "y"])
    assert part(table, attribution.FIRST, "x")["value"] == pytest.approx(0.25)
    assert part(table, attribution.TOTAL, "x")["value"] == pytest.approx(-4 + 0.25)
    assert part(table, attribution.REMAINDER)["value"] == pytest.approx(-4)


def records(tells, count=80, seed=1):
    rng = np.random.default_rng(seed)
    fails = rng.random(count) < 0.4
    level = 10 + 5 * tells * fails
    rows = [
        (f"w{world:02d}", "p", 1, week, (level[world] if week >= 0 else 10) + rng.normal(), rng.normal(20, 5))
        for world in range(count)
        for week in range(-52, 104, 4)
    ]
    return fails, pd.DataFrame(
        rows, columns=["world", "package", "seed", "week", "recorded_removals", "recorded_visas"]
    )


def test_a_record_that_tells_is_found_after_a_year():
    fails, series = records(tells=True)
    table = signposts.indicators(series, 1.0).xs("p", level="package")
    post = signposts.signpost("p", "deaths", 1.0, table, fails, 1)
    assert post.indicator == "recorded_removals"
    assert post.above
    assert post.tells
    assert post.accuracy > 0.95


def test_records_that_do_not_tell_are_not_believed():
    believed = 0
    for seed in range(6):
        fails, series = records(tells=False, seed=seed)
        table = signposts.indicators(series, 2.0).xs("p", level="package")
        believed += signposts.signpost("p", "deaths", 2.0, table, fails, seed).tells
    assert believed <= 1


def test_an_indicator_is_the_year_before_the_time_of_looking():
    series = pd.DataFrame({"world": "w", "package": "p", "seed": 1, "week": np.arange(-52, 104, 4)})
    series["recorded_removals"] = np.where(series["week"] < 0, 2.0, np.where(series["week"] < 52, 4.0, 10.0))
    for years, level in ((1.0, 4.0), (2.0, 10.0)):
        row = signposts.indicators(series, years).loc["w", "p"]
        assert row["recorded_removals", signposts.LEVEL] == level
        assert row["recorded_removals", signposts.CHANGE] == level / 2
