"""experiments/coverage.py on made-up differences, and what it asks for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from experiments import coverage
from experiments.findings.part import Scale


@pytest.mark.slow
def test_coverage_of_normal_differences_is_nominal_and_of_rare_ones_is_not() -> None:
    generator = np.random.default_rng(5)
    t, bootstrap = coverage.judge("effect", "departures", generator.normal(3, 1, (600, 8)))
    assert (t.method, bootstrap.method, t.repetitions) == ("t", "bootstrap", 600)
    assert t.holds
    assert t.low <= t.coverage <= t.high
    assert bootstrap.coverage < t.coverage  # a bootstrap of eight values is too narrow, even of normal ones
    rare, _ = coverage.judge("effect", "deaths", (generator.random((600, 8)) < 0.05).astype(float))
    assert not rare.holds
    assert rare.differ == pytest.approx(0.05, abs=0.02)
    assert rare.skewness > 2


def test_coverage_knows_the_truth_it_is_told_and_leaves_out_what_has_no_interval() -> None:
    differences = np.full((3, 4), np.nan)
    differences[0], differences[1] = [1, 2, 3, 4], [-1, 1, -2, 2]
    (t, _) = coverage.judge("no effect", "deaths", differences, 0.0)
    assert (t.repetitions, t.coverage) == (2, 0.5)
    assert coverage.judge("no effect", "deaths", differences[2:]) == []


def test_a_wilson_interval_is_the_textbook_one() -> None:
    share, low, high = coverage.wilson(380, 400)
    z = stats.norm.ppf(0.975)
    centre, half = (380 + z**2 / 2) / (400 + z**2), z * np.sqrt(380 * 20 / 400 + z**2 / 4) / (400 + z**2)
    assert (share, low, high) == pytest.approx((0.95, centre - half, centre + half))


def test_coverage_asks_for_the_same_luck_twice_and_for_other_luck_without_an_effect() -> None:
    paired, inert = coverage.ask(Scale(tiny=True))
    assert [arm.label for arm in paired.design.arms] == ["none", "effect"]
    assert [arm.label for arm in inert.design.arms] == ["no effect"]
    assert len(paired.seeds) == len(inert.seeds) == 3 * coverage.PAIRS
    assert not set(paired.seeds) & set(inert.seeds)
    assert [policy.dose for policy in inert.design.arms[0].scenario.policies] == [0]
