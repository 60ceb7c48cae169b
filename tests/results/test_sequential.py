"""How many seeds: what a target says, how many more it calls for, and what stopping early does to coverage."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.ground.errors import RequestError
from sim.results.sequential import FIRST, MORE, Target, next_seeds, projected, reached
from sim.results.statistics import effects

WIDTHS = st.floats(1e-3, 1e3)


def table(differences: dict[str, np.ndarray], baseline: float = 100.0, metric: str = "deaths") -> pd.DataFrame:
    """Effects from differences by arm; the baseline is ``baseline`` with every seed."""
    count = max(len(values) for values in differences.values())
    rows = [("none", seed, metric, baseline) for seed in range(count)]
    rows += [(arm, seed, metric, baseline + d) for arm, values in differences.items() for seed, d in enumerate(values)]
    summary = pd.DataFrame(rows, columns=["arm", "seed", "metric", "value"])
    return effects(summary, "none", list(differences), [metric], 1000)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("deaths=5%", Target("deaths", 5, True)),
        ("deaths=12.5", Target("deaths", 12.5, False)),
        (" deaths = 2.5 % ", Target("deaths", 2.5, True)),
        ("provider_share=1e-2", Target("provider_share", 0.01, False)),
    ],
)
def test_a_target_in_percent_or_units(text: str, wanted: Target) -> None:
    assert Target.parse(text) == wanted
    assert Target.parse(str(wanted)) == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("death=5%", "did you mean 'deaths'"),
        ("=5%", "there is no metric ''"),
        ("deaths", "needs a number"),
        ("deaths=", "needs a number"),
        ("deaths=%", "needs a number"),
        ("deaths=5%%", "needs a number"),
        ("deaths=few", "must be a number above 0, not 'few'"),
        ("deaths=0", "above 0"),
        ("deaths=-5%", "above 0"),
        ("deaths=nan", "above 0"),
        ("deaths=inf", "above 0"),
    ],
)
def test_a_wrong_target_is_answered_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(RequestError, match="target") as caught:
        Target.parse(text)
    assert sentence in str(caught.value)


@given(st.lists(st.tuples(WIDTHS, WIDTHS), min_size=1, max_size=5), st.integers(FIRST, 500), st.integers(1, 2000))
def test_the_next_number_of_seeds_keeps_its_bounds(pairs: list[tuple[float, float]], done: int, most: int) -> None:
    half, wanted = np.array(pairs).T
    found = projected(half, wanted, done, most=most)
    if (half <= wanted).all() or done >= most:
        assert found == done
    else:
        assert min(done + MORE, most) <= found <= min(2 * done, most)
        calls = done * max(half / wanted) ** 2
        assert found in {most, 2 * done, done + MORE} or calls <= found < calls + 1


@given(st.integers(0, FIRST - 1), st.integers(1, 100))
def test_nobody_looks_before_the_first_seeds(done: int, most: int) -> None:
    assert projected([0.0], [1.0], done, most=most) == max(min(FIRST, most), done)


def test_the_widest_arm_decides() -> None:
    noise = np.array([-1.0, 1.0] * 8)
    found = table({"narrow": noise, "wide": 3 * noise})
    half = stats.t.ppf(0.975, 15) * np.std(3 * noise, ddof=1) / 4
    target = Target("deaths", half / 1.2, False)
    assert next_seeds(found, [target], 16, most=1000) == int(np.ceil(16 * 1.44))
    assert next_seeds(found, [Target("deaths", half * 1.001, False)], 16, most=1000) == 16
    assert next_seeds(found, [Target("deaths", half / 1.2, True)], 16, most=1000) == int(np.ceil(16 * 1.44))
    assert next_seeds(found, [target], 16, most=20) == 20
    assert next_seeds(found, [Target("deaths", 1e-6, False)], 16, most=1000) == 32
    assert next_seeds(found, [], 16, most=1000) == 16


def test_what_has_no_interval_yet_or_can_never_have_one_asks_for_more_up_to_the_most() -> None:
    nothing = table({"a": np.full(8, np.nan)})
    assert next_seeds(nothing, [Target("deaths", 5, True)], 8, most=30) == 16
    zero = table({"a": np.arange(8.0)}, baseline=0.0)  # 5 % of nothing
    assert next_seeds(zero, [Target("deaths", 5, True)], 8, most=30) == 16
    assert next_seeds(zero, [Target("deaths", 5, True)], 30, most=30) == 30
    still = table({"a": np.zeros(8)}, baseline=0.0)
    assert next_seeds(still, [Target("deaths", 5, True)], 8, most=30) == 8


def test_an_arm_that_does_nothing_keeps_nothing_going() -> None:
    inert = table({"a": np.zeros(8), "b": np.full(8, 2.0)})
    assert next_seeds(inert, [Target("deaths", 5.0, relative=True)], 8, most=64) == 8
    (found,) = reached(inert, [Target("deaths", 5.0, relative=True)])
    assert found["met"]
    assert [arm["half_width"] for arm in found["arms"]] == [None, None]


def test_a_target_on_what_the_study_does_not_report_is_refused() -> None:
    with pytest.raises(RequestError, match="does not report"):
        next_seeds(table({"a": np.arange(8.0)}), [Target("removals", 5, True)], 8, most=30)


def test_the_manifest_is_told_what_was_met_in_plain_data() -> None:
    found = table({"a": np.array([-1.0, 1.0] * 8), "b": np.full(16, np.nan)})
    entries = json.loads(json.dumps(reached(found, [Target("deaths", 5, True), Target("deaths", 0.1, False)])))
    assert [entry["target"] for entry in entries] == ["deaths=5%", "deaths=0.1"]
    assert [entry["met"] for entry in entries] == [False, False]  # arm b has no interval
    a, b = entries[0]["arms"]
    assert (a["arm"], a["met"], a["wanted"], a["seeds"]) == ("a", True, 5.0, 16)
    assert a["half_width"] == pytest.approx(stats.t.ppf(0.975, 15) * np.std([-1, 1] * 8, ddof=1) / 4)
    assert (b["met"], b["half_width"], b["seeds"]) == (False, None, 0)
    assert entries[1]["arms"][0]["met"] is False


@pytest.mark.parametrize("wanted", [0.3, 0.5, 0.7])
def test_stopping_when_narrow_enough_costs_little_coverage(wanted: float) -> None:
    """What the docstring of the module says, on 3 000 sequences of normal differences with mean 0 and spread 1."""
    repetitions, most = 3000, 200
    draws = np.random.default_rng(7).normal(size=(repetitions, most))
    count = np.arange(1, most + 1)
    mean = draws.cumsum(axis=1) / count
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = ((draws**2).cumsum(axis=1) - count * mean**2) / (count - 1)
    half = stats.t.ppf(0.975, np.maximum(count - 1, 1)) * np.sqrt(np.maximum(variance, 0) / count)
    held, ended = [], []
    for row in range(repetitions):
        done = FIRST
        while (more := projected([half[row, done - 1]], [wanted], done, most=most)) > done:
            done = more
        held.append(abs(mean[row, done - 1]) <= half[row, done - 1])
        ended.append(done)
    assert FIRST < np.mean(ended) < most
    assert 0.92 <= np.mean(held) <= 0.97
