"""Ranks, regrets and thresholds: exact on toy tables, and intervals that hold what is true."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.decisions import payoffs, ranks
from sim.decisions.payoffs import Cube
from sim.decisions.request import Outcome

LESS = Outcome("exploitation_weeks", "less", -10.0)
MORE = Outcome("safety_reached", "more", 5.0, relative=True)


def toy(table, outcomes=(LESS,), noise=0.0, seeds=4, seed=0):
    """A cube from true values (packages, worlds, outcomes), each seed with noise of its own around them."""
    values = np.asarray(table, float)
    if values.ndim == 2:
        values = values[:, :, None]
    rng = np.random.default_rng(seed)
    drawn = values[..., None] + rng.normal(0, noise, (*values.shape, seeds)) if noise else np.repeat(
        values[..., None], seeds, axis=-1)  # fmt: skip
    names = ("none", "a", "b")[: len(values)]
    return Cube(names, tuple(f"world {k}" for k in range(values.shape[1])), tuple(outcomes), tuple(range(seeds)), drawn)


def of(table, package, column, outcome=None):
    rows = table[(table["package"] == package) & (True if outcome is None else table["outcome"] == outcome)]
    (value,) = rows[column]
    return value


# four worlds: none stays at 100; a is best twice, b once, none once
VALUES = [[100, 100, 100, 100], [80, 95, 70, 120], [90, 85, 90, 130]]


def test_ranks_are_exact_without_noise():
    table = ranks.ranks(toy(VALUES), 0.05)
    assert [of(table, name, "best") for name in ("none", "a", "b")] == [0.25, 0.5, 0.25]
    assert [of(table, name, "surely") for name in ("none", "a", "b")] == [0.25, 0.5, 0.25]
    assert [of(table, name, "rank") for name in ("none", "a", "b")] == [2.5, 1.5, 2.0]
    assert (table["rank_low"] == table["rank_high"]).all()


def test_regrets_are_exact_without_noise():
    table = ranks.regrets(toy(VALUES), 0.05)
    # against the best of each world: none 20, 15, 30, 0; a 0, 10, 0, 20; b 10, 0, 20, 30
    assert [of(table, name, "largest") for name in ("none", "a", "b")] == [30, 20, 30]
    assert [of(table, name, "mean") for name in ("none", "a", "b")] == [16.25, 7.5, 15]
    assert of(table, "a", "percentile_90") == pytest.approx(np.percentile([0, 10, 0, 20], 90))
    assert of(table, "b", "largest_in") == "world 3"


def test_chance_alone_is_not_regretted_in_the_mean():
    means = []
    for draw in range(20):
        table = ranks.regrets(toy([[100] * 30] * 3, noise=20.0, seeds=3, seed=draw), 0.05)
        means.append(of(table, "a", "mean"))
    assert np.mean(means) < 2.0  # by the same seeds the best would be some 10 ahead
    found = payoffs.regained(np.array([[[1.0, 3.0, 8.0]], [[2.0, 2.0, 9.0]]]))
    np.testing.assert_allclose(found, [[-1 / 3], [-2 / 3]])  # by the other seeds: level, so the first; second; first
    assert np.isnan(payoffs.regained(np.array([[[1.0, np.nan]], [[2.0, 3.0]]]))).all()  # one seed cannot do both


def test_more_can_be_better():
    values = np.stack([np.array(VALUES), np.array([[10, 10, 10, 10], [11, 10.4, 9, 12], [10, 12, 10, 10]])], axis=2)
    cube = toy(values, (LESS, MORE))
    table = ranks.ranks(cube, 0.05)
    assert of(table, "a", "best", "safety_reached") == 0.5
    enough = ranks.good_enough(cube, 0.05)
    assert of(enough, "a", "reached", "exploitation_weeks") == 0.5  # changes -20, -5, -30, +20 against -10
    assert of(enough, "a", "reached", "safety_reached") == 0.5  # +10, +4, -10, +20 per cent against +5
    assert of(enough, "a", "reached", ranks.ALL_THRESHOLDS) == 0.25
    assert of(enough, "none", "reached", "exploitation_weeks") == 0.0


def test_what_another_package_dominates():
    values = np.stack([np.array([[100, 100], [80, 80], [90, 90]]), np.array([[5, 5], [6, 4], [5, 5]])], axis=2)
    cube = toy(values, (LESS, Outcome("deaths", "less")))
    table = ranks.pareto(cube, 0.05)
    # world 0: a is better on exploitation and worse on deaths, b dominates none; world 1: a dominates both
    assert [of(table, name, "undominated") for name in ("none", "a", "b")] == [0.0, 1.0, 0.5]
    assert of(table, "none", "surely_dominated") == 1.0


def test_differences_within_error_name_no_best():
    # a is 1 better than b, with errors of 20: nobody may say so
    table = ranks.ranks(toy([[100] * 30, [80] * 30, [81] * 30], noise=20.0, seeds=3), 0.05)
    assert of(table, "a", "surely") < 0.1
    assert of(table, "a", "possibly") > 0.9
    assert of(table, "b", "possibly") > 0.9
    assert of(table, "a", "low") < 0.5 < of(table, "a", "high")


def test_intervals_hold_the_share_of_worlds_in_which_a_package_is_truly_best():
    held = total = 0
    for draw in range(60):
        rng = np.random.default_rng(draw)
        worlds = 40
        gain = rng.normal(0, 15, worlds)  # of a over b; a is truly best in half of all possible worlds
        values = np.stack([np.full(worlds, 200.0), 100 - gain, np.full(worlds, 100.0)])
        table = ranks.ranks(toy(values, noise=10.0, seeds=3, seed=draw), 0.05)
        for name in ("a", "b"):
            held += of(table, name, "low") <= 0.5 <= of(table, name, "high")
            total += 1
    assert held / total >= 0.93


def test_a_world_borrows_its_error_from_all():
    differences = np.array([[0.0, 0.0], [-3.0, 3.0], [1.0, -1.0]])
    found = payoffs.difference(differences)
    shared = (0 + 18 + 2) / 3
    assert found.error[0] == pytest.approx(np.sqrt(payoffs.BORROWED * shared / (1 + payoffs.BORROWED) / 2))
    assert found.error[1] > found.error[2] > found.error[0]
    assert np.isnan(payoffs.difference(np.full((2, 3), np.nan)).mean).all()


def test_seeds_that_failed_are_left_out_in_pairs():
    rows = [("w", name, "exploitation_weeks", seed, value) for name, values in
            (("none", [100, 200]), ("a", [90, np.nan])) for seed, value in enumerate(values)]  # fmt: skip
    values = pd.DataFrame(rows, columns=["world", "package", "metric", "seed", "value"])
    table = payoffs.payoffs(payoffs.cube_of(values, [LESS], ["none", "a"]))
    assert list(table["change"]) == [-10]
    assert list(table["without"]) == [100]
    assert list(table["seeds"]) == [1]


def test_who_loses_is_told_by_group():
    rows = [("sex", group, f"world {world}", name, "exploitation_weeks", seed, value + seed)
            for group, change in (("female", 5.0), ("male", -5.0)) for world in range(4) for seed in range(3)
            for name, value in (("none", 10.0), ("a", 10.0 + change))]  # fmt: skip
    values = pd.DataFrame(rows, columns=["by", "group", "world", "package", "metric", "seed", "value"])
    table = ranks.losers(payoffs.group_payoffs(values, [LESS], ["none", "a"]), {"exploitation_weeks": -1.0})
    assert dict(zip(table["group"], table["worse"], strict=True)) == {"female": 1.0, "male": 0.0}
    assert dict(zip(table["group"], table["change"], strict=True)) == {"female": 5.0, "male": -5.0}
