"""Attribution adds up and names the mechanism; signposts are found where records tell, and only there."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.decisions import attribution, signposted, signposts
from sim.decisions.attribution import parts_of
from sim.decisions.figures import waterfall
from sim.decisions.judging import look_for_signposts
from sim.decisions.payoffs import Cube
from sim.decisions.request import Outcome
from sim.decisions.signposts import Signpost
from sim.decisions.words import through


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


def test_a_setting_all_of_whose_runs_failed_costs_only_the_parts_that_need_it():
    values = runs(lambda work: -3 - 7 * ("x" in work) - 1 * ("y" in work))
    table = parts_of(values[values["world"] != "only x"], "p", ["x", "y"])
    assert np.isnan(part(table, attribution.FIRST, "x")["value"])  # it is not taken for the whole effect
    assert np.isnan(part(table, attribution.REMAINDER)["value"])
    assert part(table, attribution.FIRST, "y")["value"] == pytest.approx(-1 + 0.25)
    assert np.isnan(
        part(parts_of(values[values["world"] != "none works"], "p", ["x", "y"]), "past all of them")["value"]
    )
    asked = {"attribution": {"package": "p", "outcome": "deaths", "ways": {"rerouting": "off"}}}
    assert "cannot be told: all runs of one of the settings failed" in through(asked, table)
    assert waterfall(SimpleNamespace(parts=table)) is None


def looked_for(accuracy, by_luck):
    """A signpost with an accuracy, and a search that gives another by luck."""
    post = Signpost("p", "deaths", 1.0, "recorded_removals", signposts.LEVEL, True, 1.0, accuracy, 0.01, 20, 40)
    return post, lambda _: by_luck


def test_of_many_signposts_the_luckiest_is_not_believed():
    assert [post.tells for post in signposts.against_luck([looked_for(0.75, 0.7)], 2, 0.05, 1)] == [True]
    found = signposts.against_luck([looked_for(0.75, 0.7), looked_for(0.9, 0.8)], 2, 0.05, 1)
    assert [post.tells for post in found] == [False, True]  # 0.8 is what luck gives the best of them
    assert [post.by_luck for post in found] == [1.0, 0.01]
    assert not signposts.against_luck([looked_for(0.55, 0.5)], 2, 0.05, 1)[0].tells  # too little to matter


def test_signposts_of_a_decision_count_one_another(monkeypatch):
    monkeypatch.setattr(signposts, "signpost", lambda *_: looked_for(0.75, 0.8))
    outcome = Outcome("deaths", "less", -1.0)
    cube = Cube(("none", "a", "b"), ("w1", "w2"), (outcome,), (1,), np.ones((3, 2, 1, 1)))
    rows = [(world, package, years, "recorded_removals", signposts.LEVEL, 1.0)
            for world in cube.worlds for package in ("a", "b") for years in (1.0, 2.0)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["world", "package", "years", "indicator", "how", "value"])
    found = look_for_signposts({"judge_seed": 1, "level": 0.1}, cube, table)
    assert [(each.tried, each.level) for each in found] == [(4, 0.1)] * 4
    said = signposted.sentences(SimpleNamespace(signposts=found))
    assert said[0].startswith("No recorded indicator tells")
    assert "the best of 4 that were looked for" in said[0]


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


def searched(table, fails, years):
    """The signpost of a decision that has no other."""
    one = signposts.signpost("p", "deaths", years, table, fails, np.ones(len(fails), bool), 1)
    (post,) = signposts.against_luck([one], len(fails), 0.05, 1)
    return post


def test_a_search_in_another_order_is_made_of_known_worlds_only():
    fails, series = records(tells=True, count=60)
    table = signposts.indicators(series, 1.0).xs("p", level="package")
    known = np.arange(60) % 3 > 0
    post, search = signposts.signpost("p", "deaths", 1.0, table, fails, known, 1)
    assert post.worlds == 40
    assert search(np.arange(60)) == post.accuracy > 0.9
    assert search(np.random.default_rng(2).permutation(60)) < 0.8


def test_a_record_that_tells_is_found_after_a_year():
    fails, series = records(tells=True)
    table = signposts.indicators(series, 1.0).xs("p", level="package")
    post = searched(table, fails, 1.0)
    assert post.indicator == "recorded_removals"
    assert post.above
    assert post.tells
    assert post.accuracy > 0.95


def test_records_that_do_not_tell_are_not_believed():
    found = []
    for seed in range(6):
        fails, series = records(tells=False, count=40, seed=seed)
        table = signposts.indicators(series, 2.0).xs("p", level="package")
        found.append(signposts.signpost("p", "deaths", 2.0, table, fails, np.ones(len(fails), bool), seed))
    assert not any(post.tells for post in signposts.against_luck(found, 40, 0.05, 1))


def test_an_indicator_is_the_year_before_the_time_of_looking():
    series = pd.DataFrame({"world": "w", "package": "p", "seed": 1, "week": np.arange(-52, 104, 4)})
    series["recorded_removals"] = np.where(series["week"] < 0, 2.0, np.where(series["week"] < 52, 4.0, 10.0))
    for years, level in ((1.0, 4.0), (2.0, 10.0)):
        row = signposts.indicators(series, years).loc["w", "p"]
        assert row["recorded_removals", signposts.LEVEL] == level
        assert row["recorded_removals", signposts.CHANGE] == level / 2
