"""Intervals and effects against closed forms and against scipy's own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.errors import RequestError
from sim.studies.statistics import (
    EFFECT_COLUMNS,
    FEWEST_PAIRS,
    bootstrap_interval,
    effects,
    interval_of,
    multiplicity,
    p_value,
    paired_effect,
    q_values,
    t_interval,
    variance_ratio,
    variance_table,
)

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


# --- bootstrap ----------------------------------------------------------------------------------------------------


def varying(least: int = FEWEST_PAIRS) -> st.SearchStrategy[np.ndarray]:
    return samples(least).filter(lambda sample: np.ptp(sample) > 0)


@given(varying())
def test_a_bootstrap_interval_is_the_same_every_time_and_lies_within_the_values(sample: np.ndarray) -> None:
    found = bootstrap_interval(sample)
    assert found == bootstrap_interval(sample)
    assert min(sample) <= found.low <= found.high <= max(sample)
    assert (found.mean, found.count) == (np.mean(sample), len(sample))


@given(varying(), st.floats(0, 3))
def test_a_bootstrap_interval_of_symmetric_values_holds_their_mean(half: np.ndarray, centre: float) -> None:
    found = bootstrap_interval(np.concatenate([centre + half, centre - half]))
    assert found.low <= centre <= found.high


@given(varying(), st.integers(-500, 500), st.sampled_from([0.25, 2.0, 64.0]), st.sampled_from(["t", "bootstrap"]))
def test_intervals_move_and_stretch_with_the_differences(
    sample: np.ndarray, shift: int, scale: float, interval: str
) -> None:
    first, _ = interval_of(sample, interval)
    second, _ = interval_of(scale * sample + shift, interval)
    wanted = [scale * end + shift for end in (first.mean, first.low, first.high)]
    assert [second.mean, second.low, second.high] == pytest.approx(wanted, abs=1e-6 * scale * 1000)


def test_a_bootstrap_interval_leans_to_the_side_of_the_tail() -> None:
    sample = np.random.default_rng(3).exponential(size=12)
    found = bootstrap_interval(sample)
    assert found.high - found.mean > found.mean - found.low
    large = np.random.default_rng(4).normal(size=400)  # with many values both methods say the same
    assert bootstrap_interval(large).low == pytest.approx(t_interval(large).low, abs=0.01)


@pytest.mark.slow
def test_a_bootstrap_interval_of_few_values_is_as_narrow_as_its_description_says() -> None:
    generator = np.random.default_rng(6)
    for count, coverage in ((8, 0.89), (32, 0.95)):
        found = [bootstrap_interval(sample) for sample in generator.normal(size=(600, count))]
        assert np.mean([interval.low <= 0 <= interval.high for interval in found]) == pytest.approx(coverage, abs=0.035)


@pytest.mark.parametrize(
    ("sample", "method"),
    [
        ([1.0, 2.0, 4.0, 8.0], "paired by seed, BCa bootstrap of 9 999 resamples, 95 %"),
        ([1.0, 2.0, 4.0], "paired by seed, t with 2 df, 95 %; too few pairs for a bootstrap"),
        ([3.0] * 5, "paired by seed, t with 4 df, 95 %; every difference is equal"),
        ([3.0], "one seed: no interval"),
        ([np.nan], "no pair of seeds has a value"),
    ],
)
def test_where_a_bootstrap_says_nothing_the_t_interval_does_and_the_method_says_so(
    sample: list[float], method: str
) -> None:
    found, words = interval_of(sample, "bootstrap")
    assert words == method
    if " t with" in method:
        assert found == t_interval(sample) == bootstrap_interval(sample)
    if len(set(sample)) == 1 and len(sample) > 1:
        assert (found.low, found.high) == (3, 3)


def test_values_that_differ_by_a_rounding_error_have_an_interval_without_a_warning() -> None:
    sample = np.array([0.1 + 0.2, 0.3, 0.3, 0.3, 0.3])
    found, _ = interval_of(sample, "bootstrap")
    assert (found.low, found.high) == pytest.approx((0.3, 0.3))
    assert p_value(sample) == pytest.approx(0, abs=1e-12)


def test_an_unknown_interval_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(RequestError, match=r"did you mean 'bootstrap'.*allowed: t, bootstrap"):
        interval_of([1.0, 2.0], "bootstrp")
    with pytest.raises(RequestError, match="no interval 'z'"):
        effects(pd.DataFrame(columns=["arm", "seed", "metric", "value"]), "none", [], ["deaths"], 1, interval="z")


# --- chance over a whole table ------------------------------------------------------------------------------------


@given(varying(2))
def test_a_p_value_is_that_of_the_paired_t_test_and_agrees_with_the_interval(sample: np.ndarray) -> None:
    found, interval = p_value(sample), t_interval(sample)
    assert found == pytest.approx(stats.ttest_1samp(sample, 0).pvalue, abs=1e-12)
    assert found == p_value(-sample)
    if abs(found - 0.05) > 1e-9:
        assert (found < 0.05) == (interval.low > 0 or interval.high < 0)


@pytest.mark.parametrize(
    ("sample", "wanted"),
    [([0.0] * 4, 1.0), ([2.0] * 4, 0.0), ([-0.1] * 3, 0.0), ([5.0], np.nan), ([], np.nan), ([1.0, np.nan], np.nan)],
)
def test_a_p_value_where_nothing_varies(sample: list[float], wanted: float) -> None:
    assert p_value(sample) == pytest.approx(wanted, nan_ok=True)


@given(st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), max_size=20))
def test_q_values_are_benjamini_and_hochbergs_own(p_values: list[float]) -> None:
    p = np.array(p_values, float)
    tested = np.isfinite(p)
    ordered = np.sort(p[tested])
    # q of a p-value: the least of m p(k) / k over the p-values from it on
    steps = [
        min([1.0, *(len(ordered) * ordered[k:] / np.arange(k + 1, len(ordered) + 1))]) for k in range(len(ordered))
    ]
    found = q_values(p)
    assert np.isnan(found[~tested]).all()
    assert np.sort(found[tested]) == pytest.approx(steps)
    assert (found[tested] >= p[tested] - 1e-12).all()


METRICS = ("deaths", "departures", "provider_share")


def made_up(generator: np.random.Generator, seeds: list[int], arms: tuple[str, ...] = ("a", "b")) -> pd.DataFrame:
    rows = [
        (arm, seed, metric, float(generator.integers(0, 50)) + 5 * (arm == "a"))
        for arm in ("none", *arms)
        for seed in seeds
        for metric in METRICS
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "metric", "value"])


@pytest.mark.parametrize("interval", ["t", "bootstrap"])
@given(st.permutations(range(6)), st.integers(0, 2**16))
@settings(max_examples=10)
def test_effects_do_not_hang_on_the_order_of_rows_nor_on_seeds_without_a_value(
    interval: str, order: list[int], start: int
) -> None:
    summary = made_up(np.random.default_rng(start), list(range(6)))
    first = effects(summary, "none", ["a", "b"], METRICS, 1000, interval=interval)
    again = effects(summary.sample(frac=1, random_state=start), "none", ["a", "b"], METRICS, 1000, interval=interval)
    pd.testing.assert_frame_equal(first, again)
    renamed = summary.assign(seed=summary["seed"].map(dict(enumerate(order))))
    apart = effects(renamed, "none", ["a", "b"], METRICS, 1000, interval=interval)
    names = ["difference", "p_value", "q_value", "variance_ratio"] + (["low", "high"] if interval == "t" else [])
    pd.testing.assert_frame_equal(first[names], apart[names])
    undefined = pd.DataFrame(
        [(arm, 6, metric, np.nan) for arm in ("none", "a", "b") for metric in METRICS], columns=summary.columns
    )
    longer = effects(pd.concat([summary, undefined]), "none", ["a", "b"], METRICS, 1000, interval=interval)
    pd.testing.assert_frame_equal(first, longer)


def test_the_method_changes_ends_and_words_but_no_estimate() -> None:
    summary = made_up(np.random.default_rng(2), list(range(8)))
    t, bootstrap = (effects(summary, "none", ["a"], METRICS, 1000, interval=name) for name in ("t", "bootstrap"))
    same = [name for name in EFFECT_COLUMNS if name not in {"low", "high", "method"}]
    pd.testing.assert_frame_equal(t[same], bootstrap[same])
    assert set(t["method"]) == {"paired by seed, t with 7 df, 95 %"}
    assert set(bootstrap["method"]) == {"paired by seed, BCa bootstrap of 9 999 resamples, 95 %"}
    assert (t["low"] != bootstrap["low"]).all()
    # an interval does not hang on what else is in the table, a q-value does
    alone = effects(summary, "none", ["a"], METRICS[1:2], 1000, interval="bootstrap")
    assert alone.iloc[0]["low"] == bootstrap.iloc[1]["low"]
    assert alone.iloc[0]["q_value"] == alone.iloc[0]["p_value"]


def test_a_sentence_says_what_chance_alone_would_find() -> None:
    table = pd.DataFrame(
        {
            "low": [1.0, -3.0, -1.0, 0.0, np.nan],
            "high": [2.0, -1.0, 1.0, 0.0, np.nan],
            "q_value": [0.01, 0.06, 0.5, 1.0, np.nan],
        }
    )
    assert multiplicity(table) == (
        "The table shows 4 intervals, of which 2 exclude zero; if no policy did anything, about 0.2 would by chance "
        "alone, and 1 stays with q < 0.05 (Benjamini-Hochberg)."
    )
    assert multiplicity(table[:1]).startswith("The table shows 1 interval, of which 1 excludes zero")
    assert multiplicity(table[4:]) == multiplicity(table[:0]) == "The table shows no interval."


def test_what_pairing_bought_is_a_median_over_arms() -> None:
    table = pd.DataFrame(
        {
            "arm": ["a", "b", "c"] * 2,
            "metric": ["deaths"] * 3 + ["departures"] * 3,
            "variance_ratio": [2.0, np.nan, 6.0, 1.0, np.inf, 3.0],
            "seeds": [8, 1, 7, 8, 8, 8],
        }
    )
    found = variance_table(table, ["departures", "deaths", "arrivals"])
    assert list(found.columns) == ["metric", "variance_ratio", "seeds"]
    assert list(found["metric"]) == ["departures", "deaths", "arrivals"]
    assert list(found["variance_ratio"]) == pytest.approx([3, 4, np.nan], nan_ok=True)
    assert list(found["seeds"]) == [8, 1, 0]


def test_an_interval_that_is_a_point_says_why() -> None:
    found, words = interval_of([0.0, 0.0, 0.0])
    assert (found.low, found.high) == (0.0, 0.0)
    assert words.endswith("every difference is equal")
    assert "equal" not in interval_of([0.0, 1.0, 0.0])[1]
