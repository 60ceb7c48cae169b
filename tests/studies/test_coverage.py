"""experiments/coverage.py on made-up differences, and once in a tiny world."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments import coverage
from sim.errors import RequestError
from sim.studies.plan import Arm, compose


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
    assert coverage.shown([t]).row_count == 1


def test_a_wilson_interval_is_the_textbook_one() -> None:
    share, low, high = coverage.wilson(380, 400)
    z = stats.norm.ppf(0.975)
    centre, half = (380 + z**2 / 2) / (400 + z**2), z * np.sqrt(380 * 20 / 400 + z**2 / 4) / (400 + z**2)
    assert (share, low, high) == pytest.approx((0.95, centre - half, centre + half))


def test_coverage_asks_for_repetitions_and_settings() -> None:
    assert coverage.asked(["people.size=300", "repetitions=12"]) == (12, ["people.size=300"])
    assert coverage.asked([]) == (400, [])
    for word in ("repetitions=few", "repetitions=1", "repetitions"):
        with pytest.raises(RequestError, match="repetitions must be a whole number"):
            coverage.asked([word])


@pytest.mark.slow
def test_coverage_from_request_to_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def simulate(wanted: Sequence[tuple[Arm, Sequence[int]]], workers: int) -> dict[str, dict[str, np.ndarray]]:
        generator = np.random.default_rng(1)
        assert [arm.label for arm, _ in wanted] == ["none", "effect", "no effect"]
        assert wanted[0][1] == wanted[1][1]
        assert not set(wanted[0][1]) & set(wanted[2][1])
        assert [policy.dose for policy in wanted[2][0].scenario.policies] == [0]
        return {
            arm.label: {metric: generator.normal(size=len(seeds)) for metric in coverage.METRICS}
            for arm, seeds in wanted
        }

    monkeypatch.setattr(coverage, "simulate", simulate)
    monkeypatch.setattr(coverage, "RESULTS", tmp_path)
    assert coverage.main(["repetitions=5", "seeds=4"]) == 0
    table = pd.read_csv(tmp_path / "coverage.csv")
    assert ",".join(table.columns) == coverage.COLUMNS
    assert len(table) == 2 * len(coverage.METRICS) * 2
    assert (table["repetitions"] == 5).all()
    assert "95 % intervals" in capsys.readouterr().out
    assert coverage.main(["people.sise=3"]) == 2
    assert "people.size" in capsys.readouterr().err


def test_values_are_taken_by_arm_metric_and_seed_and_a_dose_of_nothing_changes_none() -> None:
    tiny = ["world=corridor", "people.size=200", "time.years=0.2", "time.burn_in_weeks=4"]
    none, effect, inert = compose(coverage.ARMS, tiny, "none")
    values = coverage.simulate([(none, [3, 1, 2]), (effect, [1]), (inert, [1, 3])], workers=1)
    assert set(values) == {"none", "effect", "no effect"}
    assert {metric: len(found) for metric, found in values["none"].items()} == dict.fromkeys(coverage.METRICS, 3)
    for metric in coverage.METRICS:
        assert np.array_equal(values["none"][metric][[1, 0]], values["no effect"][metric], equal_nan=True)
