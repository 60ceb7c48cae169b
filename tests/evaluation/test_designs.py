"""Designs on plain Poisson panels with known effects: what they cover, how often they are wrong, who agrees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from sim.evaluation.designs import alone, differences, staggered, synthetic
from sim.evaluation.designs.catalogue import FUNCTIONS
from sim.evaluation.designs.panel import frame_of, panel_of
from sim.evaluation.estimate import NotPossibleError

WORLDS = 60
EFFECT = -6.0


def bounds(share, count=WORLDS, doubt=0.001):
    """The numbers between which a binomial number of worlds falls nearly always."""
    return stats.binom.ppf(doubt, count, share), stats.binom.ppf(1 - doubt, count, share)


@pytest.mark.slow
@pytest.mark.parametrize(
    "design",
    [
        alone.before_after,
        differences.difference_in_differences,
        differences.difference_in_differences_wild,
        differences.two_way,
        staggered.callaway_santanna,
    ],
)
def test_intervals_hold_the_known_effect(design, poisson):
    found = [design(poisson(seed, effect=EFFECT)) for seed in range(WORLDS)]
    held = sum(each.low <= EFFECT <= each.high for each in found)
    # errors by a dozen clusters cover somewhat less than 95 of 100
    assert bounds(0.90)[0] <= held
    assert abs(np.mean([each.estimate for each in found]) - EFFECT) < 4 * np.std([each.estimate for each in found]) / 7


@pytest.mark.slow
@pytest.mark.parametrize(
    "design",
    [alone.before_after, differences.difference_in_differences_wild, staggered.callaway_santanna],
)
def test_nothing_is_found_where_nothing_is_done(design, poisson):
    false = sum(design(poisson(1000 + seed)).p < 0.05 for seed in range(WORLDS))
    assert false <= bounds(0.05)[1]


def test_series_find_a_large_effect_and_its_size(poisson):
    for design in (alone.interrupted_series, alone.interrupted_series_with_control):
        found = [design(poisson(seed, effect=-15.0, periods=32, starts=(17,)), year=4) for seed in range(12)]
        assert abs(np.mean([each.estimate for each in found]) + 15) < 2
        assert sum(each.p < 0.05 for each in found) >= 10


def test_a_series_is_not_fooled_by_a_season_and_a_trend():
    time = np.arange(1, 41)
    y = np.exp(3 + 0.4 * np.sin(2 * np.pi * time / 4) + 0.02 * time)
    frame = pd.DataFrame({"unit": "a", "time": time, "treated_at": 21.0, "y": y})
    assert abs(alone.interrupted_series(frame).estimate) < 1e-6
    assert alone.before_after(frame).estimate > 5


def test_errors_of_a_series_are_corrected_for_its_terms_and_have_students_t(poisson):
    api = pytest.importorskip("statsmodels.api")
    frame = poisson(2, units=1, treated=1, periods=16, starts=(9,))
    found = alone.interrupted_series(frame, seasonal=False, lags=0)
    time = np.arange(1, 17)
    x = np.column_stack([np.ones(16), time, time >= 9]).astype(float)
    fit = api.GLM(frame["y"].to_numpy(), x, family=api.families.Poisson()).fit(cov_type="HC0")
    after = x[time >= 9]
    expected, otherwise = np.exp(after @ fit.params), np.exp(after[:, :2] @ fit.params[:2])
    slopes = (expected[:, None] * after).mean(axis=0) - np.append((otherwise[:, None] * after[:, :2]).mean(axis=0), 0)
    error = np.sqrt(slopes @ fit.cov_params() @ slopes * 16 / 13)
    assert (found.high - found.low) / 2 == pytest.approx(stats.t.ppf(0.975, 13) * error, rel=1e-4)


def test_a_series_takes_no_more_lags_than_a_fourth_part_of_it(poisson):
    frame = poisson(2, periods=16, starts=(9,))
    for design in (alone.interrupted_series, alone.interrupted_series_with_control):
        assert design(frame, lags=4).p > 0
        with pytest.raises(NotPossibleError, match="16 periods allows at most 4 lags, not 5"):
            design(frame, lags=5)


def staggered_starts(seed, starts, controls):
    """Places at levels of their own, with noise and no policy that does anything."""
    rng = np.random.default_rng(seed)
    begin = [*starts, *[np.inf] * controls]
    rows = [
        (f"place {unit:02d}", time, start, level + rng.standard_normal())
        for unit, (start, level) in enumerate(zip(begin, rng.uniform(8, 12, len(begin)), strict=True))
        for time in range(1, 17)
    ]
    return pd.DataFrame(rows, columns=["unit", "time", "treated_at", "y"])


def test_groups_that_share_their_controls_are_not_taken_for_independent():
    found = [staggered.synthetic_did(staggered_starts(seed, (6, 6, 9, 9, 12), 2)) for seed in range(25)]
    assert sum(each.p < 0.05 for each in found) <= 2  # 8 of 25 with the variances of groups added up
    assert "2 places without the policy are few" in found[0].notes[0]


def test_synthetic_differences_of_one_group_have_the_error_of_the_package():
    diff_diff = pytest.importorskip("diff_diff")
    records = staggered_starts(3, (9, 9, 9), 5)
    own = staggered.synthetic_did(records)
    frame = frame_of(panel_of(records))
    theirs = diff_diff.SyntheticDiD(variance_method="jackknife").fit(
        frame, outcome="y", treatment="ever", unit="unit", time="time", post_periods=list(range(9, 17))
    )
    assert own.estimate == pytest.approx(theirs.att, rel=1e-6)
    assert (own.high - own.low) / 2 / stats.t.ppf(0.975, 4) == pytest.approx(theirs.se, rel=1e-6)
    assert not own.notes


def test_one_place_is_held_against_placebos_on_the_others():
    found = staggered.synthetic_did(staggered_starts(1, (9,), 5))
    assert 0 < found.p < 1
    assert found.low < found.estimate < found.high


def test_two_implementations_of_differences_agree(poisson):
    diff_diff = pytest.importorskip("diff_diff")
    frame = frame_of(panel_of(poisson(3, effect=EFFECT)))
    frame["post"] = (frame["time"] >= 11).astype(int)
    own = differences.difference_in_differences(poisson(3, effect=EFFECT))
    theirs = diff_diff.DifferenceInDifferences(cluster="unit").fit(frame, outcome="y", treatment="ever", post="post")
    assert own.estimate == pytest.approx(theirs.att, rel=1e-9)
    half = (own.high - own.low) / 2 / stats.t.ppf(0.975, 11)
    assert half == pytest.approx(theirs.se, rel=0.02)  # they differ in the correction for few cells


def test_two_implementations_of_the_regression_agree(poisson):
    api = pytest.importorskip("statsmodels.api")
    records = poisson(5, effect=EFFECT, starts=(9, 13))
    frame = frame_of(panel_of(records))
    dummies = pd.get_dummies(frame[["unit", "time"]].astype(str), drop_first=True).astype(float)
    x = np.column_stack([frame["on"], np.ones(len(frame)), dummies])
    fit = api.OLS(frame["y"].to_numpy(), x).fit(cov_type="cluster", cov_kwds={"groups": frame["unit"].to_numpy()})
    own = differences.two_way(records)
    assert own.estimate == pytest.approx(fit.params[0], rel=1e-9)
    assert (own.high - own.low) / 2 / stats.t.ppf(0.975, 11) == pytest.approx(fit.bse[0], rel=0.05)


def test_imputation_is_a_regression_on_untreated_cells(poisson):
    records = poisson(6, effect=EFFECT, starts=(9, 13))
    panel = panel_of(records)
    frame = frame_of(panel)
    terms = pd.get_dummies(frame[["unit", "time"]].astype(str)).to_numpy(float)
    free = frame["on"].to_numpy() == 0
    beta, *_ = np.linalg.lstsq(terms[free], frame["y"].to_numpy()[free], rcond=None)
    gap = (frame["y"].to_numpy() - terms @ beta)[~free]
    assert staggered.imputation(records).estimate == pytest.approx(gap.mean(), rel=1e-6)


def test_weights_of_a_synthetic_control_are_the_best_there_are():
    rng = np.random.default_rng(2)
    others, target = rng.poisson(30, (5, 12)).astype(float), rng.poisson(30, 12).astype(float)
    own = synthetic.weights(target, others)
    rule = {"type": "eq", "fun": lambda w: w.sum() - 1}
    best = optimize.minimize(
        lambda w: ((target - w @ others) ** 2).sum(), np.full(5, 0.2), bounds=[(0, 1)] * 5, constraints=rule
    )
    assert own.sum() == pytest.approx(1)
    assert ((target - own @ others) ** 2).sum() <= best.fun * (1 + 1e-6)


def test_few_places_cannot_be_significant_and_are_told_so(poisson):
    found = synthetic.synthetic_control(poisson(1, effect=-20.0, units=6, treated=2))
    assert found.p == pytest.approx(1 / 5)
    assert "cannot give a p below" in found.notes[0]


@pytest.mark.parametrize("design", ["did", "did_wild", "synthetic_control", "interrupted_series"])
def test_designs_of_one_start_refuse_several(design, poisson):
    with pytest.raises(NotPossibleError, match="different times"):
        FUNCTIONS[design](poisson(1, starts=(9, 13)))


def test_designs_that_need_controls_say_so(poisson):
    for name in ("did", "did_wild", "synthetic_control", "synthetic_did", "interrupted_series_with_control"):
        with pytest.raises(NotPossibleError, match="without the policy"):
            FUNCTIONS[name](poisson(1, treated=12))


def test_displacement_is_counted_twice_by_differences(poisson):
    records = poisson(4, base=400.0)
    on = records["time"] >= 11
    treated = np.isfinite(records["treated_at"])
    records.loc[on & treated, "y"] -= 40
    records.loc[on & ~treated, "y"] += 40
    assert differences.difference_in_differences(records).estimate == pytest.approx(-80, abs=12)
    assert alone.before_after(records).estimate == pytest.approx(-40, abs=8)


def test_a_wild_bootstrap_looks_at_every_pattern_of_signs(poisson):
    once, again = (differences.difference_in_differences_wild(poisson(7, effect=EFFECT)) for _ in range(2))
    assert once == again
    assert (once.p * 2**12) == pytest.approx(round(once.p * 2**12))


def test_movement_before_the_policy_is_seen(poisson):
    records = poisson(8, base=200.0)
    assert differences.pre_trend(records) > 0.001
    records.loc[np.isfinite(records["treated_at"]), "y"] += 8.0 * records["time"]
    assert differences.pre_trend(records) < 1e-4
