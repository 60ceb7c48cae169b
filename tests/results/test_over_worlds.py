"""Effects over worlds: variance that is planted comes back, and signs are counted as far as chance lets them be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.report.answers.over_worlds import is_known
from sim.results.over_worlds import NOTHING, _judged, _of_lucks, _row, parts_of
from sim.results.signs import LEVEL
from sim.results.statistics import t_quantile
from sim.results.turns import _by_tree, _looked_at, _sure, told_by


def table(worlds: int, seeds: int, mean: float, spread: float, chance: float, common: float = 0.0, key: int = 1):
    rng = np.random.default_rng(key)
    return (
        mean
        + spread * rng.standard_normal((worlds, 1))
        + common * rng.standard_normal((1, seeds))
        + chance * rng.standard_normal((worlds, seeds))
    )


def test_variance_of_worlds_and_of_chance_are_told_apart() -> None:
    found = [parts_of(table(60, 4, 1.0, 2.0, 3.0, key=key)) for key in range(200)]
    assert np.mean([parts.of_worlds for parts in found]) == pytest.approx(4, rel=0.05)
    assert np.mean([parts.of_chance for parts in found]) == pytest.approx(9, rel=0.05)


@pytest.mark.parametrize(("spread", "common"), [(1.0, 0.0), (0.0, 0.0), (1.0, 1.0)])
def test_the_interval_of_chance_holds_the_mean_of_these_worlds_as_often_as_it_says(spread: float, common: float) -> None:
    held = 0
    for key in range(300):
        rng = np.random.default_rng([key, 7])
        own = 1.0 + spread * rng.standard_normal((40, 1))
        effects = own + table(40, 4, 0.0, 0.0, 2.0, common, key)
        parts = parts_of(effects)
        held += abs(parts.mean - own.mean()) <= t_quantile(parts.freedom, LEVEL) * parts.error
    assert 0.9 <= held / 300 <= 0.99


def test_a_sign_is_counted_in_truth_and_not_in_noisy_estimates() -> None:
    same = _judged(table(100, 3, 1.0, 0.0, 3.0))  # every world has the same effect, which is far from nothing
    effects = table(100, 3, 1.0, 0.0, 3.0)
    assert (effects.mean(1) < 0).sum() > 20  # of the estimates many have the wrong sign
    assert same["holds"] >= 95
    apart = _judged(table(200, 4, 1.0, 1.0, 0.2))
    true = 200 * 0.841  # of a normal distribution above minus one
    assert apart["sign"] == "rises"
    assert abs(apart["holds"] - true) < 15
    assert apart["holds_low"] <= apart["holds"] <= apart["holds_high"]


@pytest.mark.parametrize(("spread", "chance", "seeds"), [(0.7, 2.0, 3), (0.7, 3.0, 3), (0.5, 2.0, 2)])
def test_the_number_of_worlds_lies_in_its_interval_as_often_as_it_says(spread: float, chance: float, seeds: int) -> None:
    """Also where worlds are few and seem alike, so that the variance between them comes out as nothing."""
    held, alike, wrongly = 0, 0, 0
    for key in range(150):
        own = 1.0 + spread * np.random.default_rng([key, 7]).standard_normal((20, 1))
        row = _judged(own + table(20, seeds, 0.0, 0.0, chance, key=key))
        true = int((own > 0).sum()) if row["sign"] == "rises" else int((own < 0).sum())
        held += row["holds_low"] <= true <= row["holds_high"]
        alike += row["variance_worlds"] == 0
        wrongly += row["holds_low"] == 20 > true
    assert alike > 5
    assert held / 150 >= 0.93
    assert wrongly / 150 < 0.05


@pytest.mark.parametrize("common", [0.0, 0.3])
def test_of_effects_that_do_not_exist_few_have_a_known_direction(common: float) -> None:
    """As few as documents say."""
    rows = [_judged(table(20, 3, 0.0, 0.0, 1.0, common, key)) | {"worlds": 20} for key in range(200)]
    assert 0.0 < sum(map(is_known, rows)) / 200 < 0.12


def test_the_sign_and_the_number_of_worlds_in_which_it_holds_do_not_say_opposite_things() -> None:
    opposite = 0
    for key in range(200):
        effects = table(20, 3, 0.1, 0.3, 2.0, key=key)
        row = _judged(effects)
        opposite += {"rises": 1, "falls": -1}[row["sign"]] != np.sign(np.median(effects.mean(1)))
        assert 2 * row["holds"] >= 20
    assert opposite > 5  # noisy estimates would name the other sign now and then


def test_worlds_of_other_levels_may_have_the_same_effect_in_per_cent() -> None:
    rng = np.random.default_rng(3)
    before = np.linspace(10.0, 200.0, 20)[:, None] * (1 + 0.02 * rng.standard_normal((20, 3)))
    row = _row(before, before / 2)
    assert row["percent"] == pytest.approx(-50)
    assert -53 < row["percent_low"] < row["percent_worlds_low"] <= row["percent_worlds_high"] < row["percent_high"] < -47
    assert row["low"] < -90  # in units they do lie apart
    assert row["high"] > -10
    one_seed = _row(before[:, :1], before[:, :1] / 2)
    assert one_seed["percent_low"] == pytest.approx(-50)
    assert np.isnan(one_seed["percent_worlds_low"])
    before[4] = 0.0
    none = _row(before, before - 1.0)
    assert np.isnan(none["percent_low"])
    assert np.isfinite(none["percent"])


def test_parameters_alone_reach_less_far_than_estimates_do() -> None:
    effects = table(100, 2, 0.0, 1.5, 2.0)
    row = _judged(effects)
    assert row["worlds_high"] - row["worlds_low"] < np.ptp(np.quantile(effects.mean(1), (0.025, 0.975)))
    assert row["low"] <= row["worlds_low"]
    assert row["worlds_high"] <= row["high"]
    assert 0 < row["share_worlds"] < 0.5


def test_one_seed_counts_estimates_and_tells_no_chance() -> None:
    row = _judged(table(50, 1, 1.0, 1.0, 0.0))
    assert row["holds"] > 25
    assert "chance_low" not in row


def test_nothing_that_changes_has_no_sign_and_worlds_with_missing_runs_do_not_count() -> None:
    before = np.ones((5, 3))
    assert _row(before, before)["sign"] == NOTHING
    assert np.isnan(_row(before, before)["holds"])
    after = before + 1.0
    after[2, 1] = np.nan
    row = _row(before, after)
    assert (row["worlds"], row["up"], row["percent"]) == (4, 4, 100.0)
    assert _row(before * np.nan, before)["worlds"] == 0


def test_a_luck_that_one_world_lacks_is_left_out_of_the_other() -> None:
    before = np.array([[[1.0, 5.0], [1.0, 5.0]]])  # a world, two seeds, two lucks
    after = before + 1.0
    after[0, 1, 1] = np.nan
    first, second = _of_lucks(before, after)
    assert first.tolist() == [[3.0, 1.0]]
    assert second.tolist() == [[4.0, 2.0]]
    assert np.isnan(_of_lucks(before, after * np.nan)[0]).all()


def test_what_turns_a_sign_is_found_and_what_does_not_is_left_out() -> None:
    rng = np.random.default_rng(4)
    values = rng.random((120, 6))
    names = [f"p{number}" for number in range(6)]
    effects = np.where(values[:, 2] > 0.7, -1.0, 1.0) + 0.1 * rng.standard_normal(120)
    rank, tree = told_by(names, values, effects, effects)
    assert rank["what"] == "p2"
    assert rank["correlation"] < 0
    assert tree["what"].startswith("p2 is above 0.")
    assert tree["against"] == tree["worlds"]
    noise = rng.standard_normal(120)
    assert told_by(names, values, noise, noise) == []
    assert told_by(names, values, np.ones(120), np.ones(120)) == []
    (against,) = _by_tree(names, values, effects, way=-1)  # the sign that a table has counted may be the other one
    assert against["what"].startswith("p2 is at most 0.")


@pytest.mark.slow
def test_of_many_effects_that_go_with_nothing_hardly_any_is_told() -> None:
    rng = np.random.default_rng(6)
    names = [f"p{number}" for number in range(8)]
    rows: list[dict[str, Any]] = []
    alone = 0
    for number in range(60):
        values, noise = rng.random((30, 8)), rng.standard_normal(30)
        rows += [{"arm": "a", "metric": str(number), **row} for row in _looked_at(names, values, noise, noise)]
        alone += bool(told_by(names, values, noise, noise))
    assert alone >= 3  # looked at one by one, some would be told
    assert len(_sure(rows)) <= 1
