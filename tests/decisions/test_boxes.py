"""Boxes and trees: what was planted is found, and noise is not believed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.decisions import plainly
from sim.decisions.boxes import Limit, Rule, coded, discover

SWITCH = "mechanisms.rerouting"


def worlds(count=120, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({
        "choice.noise": rng.uniform(0, 1, count), "work.tightness": rng.uniform(0, 1, count),
        "visa.wait": rng.uniform(0, 1, count), SWITCH: rng.choice(["on", "off"], count),
    })  # fmt: skip


@pytest.mark.slow
def test_a_planted_box_is_found_and_reproduced():
    points = worlds()
    planted = ((points["choice.noise"] > 0.6) & (points[SWITCH] == "off")).to_numpy()
    noisy = planted ^ (np.random.default_rng(2).random(len(points)) < 0.03)
    found = discover(points, noisy, resamples=6)
    assert {limit.name for limit in found.box.limits} == {"choice.noise", SWITCH}
    by_name = {limit.name: limit for limit in found.box.limits}
    assert by_name["choice.noise"].low == pytest.approx(0.6, abs=0.1)
    assert by_name["choice.noise"].high is None
    assert by_name[SWITCH].options == ("off",)
    assert found.box.coverage > 0.8
    assert found.box.density > 0.8
    assert found.reproduced
    assert found.outside_density > 2 * found.base
    assert found.accuracy > 0.8
    assert {"choice.noise", SWITCH} <= {limit.name for limit in found.tree[0].limits}


@pytest.mark.slow
def test_coverage_and_density_are_those_of_the_box():
    points = worlds()
    planted = (points["choice.noise"] > 0.5).to_numpy()
    found = discover(points, planted, resamples=1)
    inside = found.box.holds(points)
    assert found.box.inside == inside.sum()
    assert found.box.coverage == pytest.approx((inside & planted).sum() / planted.sum())
    assert found.box.density == pytest.approx(planted[inside].mean())


@pytest.mark.slow
def test_noise_is_not_reproduced():
    believed = 0
    for seed in range(8):
        noise = np.random.default_rng(seed + 50).random(80) < 0.3
        believed += discover(worlds(80, seed), noise, resamples=10, seed=seed).reproduced
    assert believed <= 1


@pytest.mark.slow
def test_at_most_four_dimensions():
    rng = np.random.default_rng(4)
    points = pd.DataFrame(rng.random((400, 7)), columns=[f"p{k}" for k in range(7)])
    planted = (points < 0.85).all(axis=1).to_numpy()
    assert len(discover(points, planted, resamples=1).box.limits) <= 4


@pytest.mark.parametrize(("happens", "said"), [(0, "in no world"), (40, "in every world"), (3, "too few")])
def test_where_there_is_nothing_to_find(happens, said):
    points = worlds(40)
    found = discover(points, np.arange(40) < happens)
    assert found.box is None
    assert said in found.why_not


@pytest.mark.slow
def test_switches_are_dimensions_of_trees():
    points = worlds(60)
    assert coded(points).columns[-1] == (SWITCH, "on")
    found = discover(points, (points[SWITCH] == "off").to_numpy(), resamples=1)
    assert found.tree[0] == Rule((Limit(SWITCH, options=("off",)),), 1.0, 1.0, found.of_interest) or (
        found.tree[0].limits[0].options == ("off",)
    )
    assert found.accuracy == 1.0


def test_a_choice_among_the_sets_of_an_ensemble_is_no_number():
    points = pd.DataFrame({"people.kind": ["a", "b"], "choice.noise": [0.1, 0.2], "whole": [True, False]})
    made = coded(points)
    assert made.columns == (("people.kind", "b"), ("choice.noise", ""), ("whole", ""))
    np.testing.assert_array_equal(made.values, [[0, 0.1, 1], [1, 0.2, 0]])
    assert plainly.limit(Limit("people.kind", options=("b",))) == "people.kind is b"
