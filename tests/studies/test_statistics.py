"""Intervals and effects against closed forms and against scipy's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.studies.statistics import EFFECT_COLUMNS, effects, paired_effect, t_interval, variance_ratio

NUMBERS = st.integers(-1000, 1000).map(float)


def samples(least: int = 2) -> st.SearchStrategy[np.ndarray]:
    return arrays(float, st.integers(least, 12), elements=NUMBERS)


@given(samples())
def test_an_interval_is_the_textbook_one(sample: np.ndarray) -> None:
    found = t_interval(sample)
    half = stats.t.ppf(0.975, len(sample) - 1) * np.std(sample, ddof=1) / np.sqrt(len(sample))
    assert found.mean == pytest.approx(np.mean(sample), abs=1e-9)
    assert (found.low, found.high) == pytest.approx((np.mean(sample) - half, np.mean(sample) + half), abs=1e-9)


def test_an_interval_of_two_values_has_a_closed_form() -> None:
    found = t_interval([0.0, 2.0])  # t with one degree of freedom is Cauchy: its quantile is tan(pi (p - 1/2))
    assert found.high - found.mean == pytest.approx(np.tan(np.pi * 0.475))


@given(st.integers(2, 12).flatmap(lambda n: st.tuples(*[arrays(float, n, elements=NUMBERS)] * 2)))
def test_an_effect_is_the_paired_t_test(pair: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = pair
    found = paired_effect(before, after, 1000, counts_people=True)
    assert found["difference"] == pytest.approx(np.mean(after - before), abs=1e-9)
    assert found["per_100k"] == pytest.approx(100 * np.mean(after - before), abs=1e-6)
    if np.std(after - before) > 0:
        theirs = stats.ttest_rel(after, before).confidence_interval(0.95)
        assert (found["low"], found["high"]) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


@given(samples(), st.integers(-50, 50))
def test_a_constant_shift_is_found_exactly(before: np.ndarray, shift: int) -> None:
    found = paired_effect(before, before + shift, 1, counts_people=True)
    assert (found["difference"], found["low"], found["high"]) == (shift, shift, shift)


def test_seeds_without_a_value_are_left_out() -> None:
    found = paired_effect([1, np.nan, 3, 4], [2, 5, np.nan, 6], 100, counts_people=False)
    assert (found["baseline"], found["value"], found["difference"], found["seeds"]) == (2.5, 4.0, 1.5, 2)
    assert found["percent"] == pytest.approx(60)
    assert np.isnan(found["per_100k"])  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("values", "method"), [([1.0], "one seed: no interval"), ([np.nan], "no pair of seeds has a value")]
)
def test_one_seed_has_no_interval_and_says_so(values: list[float], method: str) -> None:
    found = paired_effect(values, [2.0], 100, counts_people=True)
    assert np.isnan([found["low"], found["high"]]).all()  # type: ignore[arg-type]
    assert found["method"] == method


def test_percent_of_nothing_is_undefined() -> None:
    assert np.isnan(paired_effect([0, 0], [1, 1], 100, counts_people=True)["percent"])  # type: ignore[call-overload]


def test_the_variance_ratio_says_what_pairing_gains() -> None:
    generator = np.random.default_rng(1)
    before = generator.normal(size=4000)
    correlated = 0.9 * before + np.sqrt(1 - 0.81) * generator.normal(size=4000)
    assert variance_ratio(before, correlated) == pytest.approx(1 / (1 - 0.9), rel=0.1)
    assert variance_ratio(before, generator.normal(size=4000)) == pytest.approx(1, rel=0.1)
    assert variance_ratio(np.arange(5.0), np.arange(5.0) + 1) == np.inf
    assert np.isnan(variance_ratio(before[:2], correlated[:2]))


def test_the_table_pairs_by_seed_whatever_the_order() -> None:
    rows = [("none", s, "deaths", v) for s, v in ((1, 10.0), (2, 20.0), (3, 30.0))]
    rows += [("a", s, "deaths", v) for s, v in ((3, 33.0), (1, 11.0))]  # seed 2 failed
    table = effects(pd.DataFrame(rows, columns=["arm", "seed", "metric", "value"]), "none", ["a"], ["deaths"], 1000)
    assert list(table.columns) == list(EFFECT_COLUMNS)
    row = table.iloc[0]
    assert (row["baseline"], row["value"], row["difference"], row["seeds"]) == (20, 22, 2, 2)
    assert (row["per_100k"], row["tag"], row["layer"]) == (200, "impact", "truth")
