"""Intervals and effects against closed forms and against scipy's own."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.declared.measures.catalogue import METRICS as ALL_METRICS
from sim.ground.errors import RequestError
from sim.results.signs import (
    ALIKE,
    FALLS,
    LEAST_SEEDS,
    NO_VALUE,
    OPEN,
    RISES,
    TOO_FEW,
    multiplicity,
    names_a_sign,
    seeds_note,
    verdicts,
)
from sim.results.statistics import (
    EFFECT_COLUMNS,
    FEWEST_PAIRS,
    all_equal,
    bootstrap_interval,
    effects,
    interval_of,
    p_value,
    paired_effect,
    q_values,
    t_interval,
    variance_ratio,
)

PATIENT = partial(settings, deadline=None)  # how long an example takes hangs on what else the machine does
NUMBERS = st.integers(-1000, 1000).map(float)


def samples(least: int = 2) -> st.SearchStrategy[np.ndarray]:
    return arrays(float, st.integers(least, 12), elements=NUMBERS)


@given(samples().filter(lambda sample: np.ptp(sample) > 0))
@PATIENT()
def test_an_interval_is_the_textbook_one(sample: np.ndarray) -> None:
    found = t_interval(sample)
    half = stats.t.ppf(0.975, len(sample) - 1) * np.std(sample, ddof=1) / np.sqrt(len(sample))
    assert found.mean == pytest.approx(np.mean(sample), abs=1e-9)
    assert (found.low, found.high) == pytest.approx((np.mean(sample) - half, np.mean(sample) + half), abs=1e-9)


def test_an_interval_of_two_values_has_a_closed_form() -> None:
    found = t_interval([0.0, 2.0])  # t with one degree of freedom is Cauchy: its quantile is tan(pi (p - 1/2))
    assert found.high - found.mean == pytest.approx(np.tan(np.pi * 0.475))


@given(st.integers(2, 12).flatmap(lambda n: st.tuples(*[arrays(float, n, elements=NUMBERS)] * 2)))
@PATIENT()
def test_an_effect_is_the_paired_t_test(pair: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = pair
    found = paired_effect(before, after, 1000, counts_people=True)
    assert found["difference"] == pytest.approx(np.mean(after - before), abs=1e-9)
    assert found["per_100k"] == pytest.approx(100 * np.mean(after - before), abs=1e-6)
    if np.std(after - before) > 0:
        theirs = stats.ttest_rel(after, before).confidence_interval(0.95)
        assert (found["low"], found["high"]) == pytest.approx((theirs.low, theirs.high), abs=1e-6)


@given(samples(), st.integers(-50, 50))
@PATIENT()
def test_a_constant_shift_is_found_exactly_and_has_no_interval(before: np.ndarray, shift: int) -> None:
    found = paired_effect(before, before + shift, 1, counts_people=True)
    assert found["difference"] == shift
    assert np.isnan([found["low"], found["high"]]).all()  # type: ignore[arg-type]
    n = len(before)
    wanted = f"all {n} differences are equal: no interval" if shift else f"no difference in any of {n} seeds"
    assert found["method"] == wanted


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
@PATIENT()
def test_a_bootstrap_interval_is_the_same_every_time_and_lies_within_the_values(sample: np.ndarray) -> None:
    found = bootstrap_interval(sample)
    assert found == bootstrap_interval(sample)
    assert min(sample) <= found.low <= found.high <= max(sample)
    assert (found.mean, found.count) == (np.mean(sample), len(sample))


@given(varying(), st.floats(0, 3))
@PATIENT()
def test_a_bootstrap_interval_of_symmetric_values_holds_their_mean(half: np.ndarray, centre: float) -> None:
    found = bootstrap_interval(np.concatenate([centre + half, centre - half]))
    assert found.low <= centre <= found.high


@given(varying(), st.integers(-500, 500), st.sampled_from([0.25, 2.0, 64.0]), st.sampled_from(["t", "bootstrap"]))
@PATIENT()
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
        ([3.0] * 5, "all 5 differences are equal: no interval"),
        ([0.0] * 5, "no difference in any of 5 seeds"),
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
    if len(set(sample)) == 1:
        assert np.isnan([found.low, found.high]).all()


def test_values_that_differ_by_a_rounding_error_have_neither_interval_nor_p_value() -> None:
    sample = np.array([0.1 + 0.2, 0.3, 0.3, 0.3, 0.3])
    assert all_equal(sample)
    for interval in ("t", "bootstrap"):
        found, words = interval_of(sample, interval)
        assert np.isnan([found.low, found.high]).all()
        assert words == "all 5 differences are equal: no interval"
    assert np.isnan(p_value(sample))
    # a difference that is nothing beside what it was taken from is none
    before = np.array([1e6 / 3, 2e6 / 3, 7.0])
    assert (
        paired_effect(before, before * (1 + 1e-15), 1, counts_people=True)["method"]
        == "no difference in any of 3 seeds"
    )


def test_an_unknown_interval_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(RequestError, match=r"did you mean 'bootstrap'.*allowed: t, bootstrap"):
        interval_of([1.0, 2.0], "bootstrp")
    with pytest.raises(RequestError, match="no interval 'z'"):
        effects(pd.DataFrame(columns=["arm", "seed", "metric", "value"]), "none", [], ["deaths"], 1, interval="z")


# --- chance over a whole table ------------------------------------------------------------------------------------


@given(varying(2))
@PATIENT()
def test_a_p_value_is_that_of_the_paired_t_test_and_agrees_with_the_interval(sample: np.ndarray) -> None:
    found, interval = p_value(sample), t_interval(sample)
    assert found == pytest.approx(stats.ttest_1samp(sample, 0).pvalue, abs=1e-12)
    assert found == p_value(-sample)
    if abs(found - 0.05) > 1e-9:
        assert (found < 0.05) == (interval.low > 0 or interval.high < 0)


@pytest.mark.parametrize(
    "sample",
    [([0.0] * 4), ([2.0] * 4), ([-0.1] * 3), ([5.0]), ([]), ([1.0, np.nan])],
)
def test_there_is_no_p_value_where_nothing_varies(sample: list[float]) -> None:
    assert np.isnan(p_value(sample))


@given(st.lists(st.one_of(st.floats(0, 1), st.just(np.nan)), max_size=20))
@PATIENT()
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
@PATIENT(max_examples=10)
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
            "seeds": [6, 6, 6, 6, 6],
        }
    )
    assert multiplicity(table) == (
        "The table shows 4 intervals, of which 2 exclude zero; if no policy did anything, about 0.2 would by chance "
        "alone, and 1 stays with q < 0.05 (Benjamini-Hochberg) from at least 6 seeds."
    )
    assert multiplicity(table[:1]).startswith("The table shows 1 interval, of which 1 excludes zero")
    assert multiplicity(table[4:]) == multiplicity(table[:0]) == "The table shows no interval."
    few = multiplicity(table.assign(seeds=2))
    assert few == "The table shows 4 intervals from 2 seeds: no verdict (at least 6 are needed)."


# --- verdicts -----------------------------------------------------------------------------------------------------


def test_the_least_number_of_seeds_is_where_a_test_without_assumptions_can_reach_five_per_cent() -> None:
    least = next(n for n in range(1, 20) if stats.binomtest(n, n, 0.5).pvalue < 0.05)
    assert least == LEAST_SEEDS
    assert "no verdict (at least 6" in seeds_note(LEAST_SEEDS - 1)
    assert seeds_note(1).startswith("1 seed:")
    assert seeds_note(LEAST_SEEDS) == ""


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ((8, 1.0, 2.0, 0.01), RISES),
        ((8, -2.0, -1.0, 0.01), FALLS),
        ((6, 1.0, 2.0, 0.049), RISES),
        ((8, 1.0, 2.0, 0.06), OPEN),  # the interval excludes zero, but of so many some do by chance
        ((8, -1.0, 2.0, 0.01), OPEN),  # a bootstrap interval that does not agree with q
        ((5, 1.0, 2.0, 0.001), TOO_FEW),
        ((5, np.nan, np.nan, np.nan), TOO_FEW),
        ((8, np.nan, np.nan, np.nan), ALIKE),
        ((0, np.nan, np.nan, np.nan), NO_VALUE),
    ],
)
def test_a_sign_needs_q_an_interval_on_one_side_and_enough_seeds(row: tuple[float, ...], verdict: str) -> None:
    table = pd.DataFrame([row], columns=["seeds", "low", "high", "q_value"])
    assert verdicts(table) == [verdict]
    assert names_a_sign(verdict) == (verdict in (RISES, FALLS))


@given(st.integers(2, 9), st.integers(-5, 5), st.sampled_from(["t", "bootstrap"]))
@PATIENT(max_examples=20)
def test_equal_differences_never_lead_a_list(seeds: int, shift: int, interval: str) -> None:
    generator = np.random.default_rng(seeds)
    before = generator.normal(100, 10, seeds)
    rows = [("none", s, "deaths", v) for s, v in enumerate(before)] + [("a", s, "deaths", v + shift) for s, v in
            enumerate(np.round(before))]  # fmt: skip
    rows = [(arm, s, m, float(np.round(v))) for arm, s, m, v in rows]
    rows += [("none", s, "departures", v) for s, v in enumerate(before)]
    rows += [("a", s, "departures", v + generator.normal(5, 1)) for s, v in enumerate(before)]
    summary = pd.DataFrame(rows, columns=["arm", "seed", "metric", "value"])
    table = effects(summary, "none", ["a"], ["deaths", "departures"], 1000, interval=interval)
    alike, apart = table.iloc[0], table.iloc[1]
    assert np.isnan([alike[name] for name in ("low", "high", "p_value", "q_value")]).all()
    assert list(table.sort_values("q_value")["metric"]) == ["departures", "deaths"]
    assert alike["verdict"] == (ALIKE if seeds >= LEAST_SEEDS else TOO_FEW)
    assert apart["verdict"] == (TOO_FEW if seeds < LEAST_SEEDS else RISES)


# --- sizes --------------------------------------------------------------------------------------------------------


def test_arms_of_another_size_are_compared_by_rates_of_their_own_people() -> None:
    rows = []
    for seed, more in enumerate((0, 1, 2, 3, 4, 5, 7)):
        rows += [("small", seed, "people_home", 280.0 + more), ("large", seed, "people_home", 1150.0 + more)]
        rows += [("small", seed, "provider_share", 0.5), ("large", seed, "provider_share", 0.6)]
    summary = pd.DataFrame(rows, columns=["arm", "seed", "metric", "value"])
    table = effects(summary, "small", ["large"], ["people_home", "provider_share"], {"small": 300, "large": 1200})
    count, share = table.iloc[0], table.iloc[1]
    assert count["baseline"] == pytest.approx(1e5 * np.mean(summary[summary["metric"] == "people_home"].query(
        "arm == 'small'")["value"]) / 300)  # fmt: skip
    assert count["value"] <= 1e5
    assert count["per_100k"] == pytest.approx(count["difference"]) == pytest.approx(count["value"] - count["baseline"])
    assert count["percent"] == pytest.approx(100 * count["difference"] / count["baseline"])
    assert count["method"].endswith("rates, each per 100 000 of its own people")
    assert count["unit"].endswith("per 100 000 at risk")
    assert (share["difference"], share["unit"]) == (pytest.approx(0.1), ALL_METRICS["provider_share"].unit)
    assert (table["people"] == 1e5).all()
    same = effects(summary, "small", ["large"], ["people_home"], 300)
    assert same.iloc[0]["difference"] == pytest.approx(870)
    assert same.iloc[0]["people"] == 300
