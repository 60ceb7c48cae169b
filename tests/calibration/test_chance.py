"""Whether chance differs between sets: found where it does, with its size, and not where it does not."""

import numpy as np
import pytest

from sim.calibration.chance import chance_table
from sim.calibration.space import sobol
from tests.calibration.conftest import target

SETS, SEEDS = 256, 2


@pytest.fixture(scope="module")
def table():
    """Two seeds a set: one target is noisier the higher the first parameter, one is as noisy everywhere."""
    points = sobol(SETS, 6, 1)
    generator = np.random.default_rng(2)
    spread = np.stack([0.1 * np.exp(2.0 * points[:, 0]), np.full(SETS, 0.3), np.zeros(SETS)], axis=1)
    values = 1.0 + spread[:, None] * generator.normal(size=(SETS, SEEDS, 3))
    values[:30, 1, :] = np.nan  # sets of which one run failed
    targets = [target(name, 0.5, 1.5) for name in ("noisy", "even", "still")]
    return chance_table(targets, points, values, points[points[:, 0] > 0.5], 3).set_index("target")


def test_a_spread_that_goes_with_a_parameter_is_told_with_its_size(table):
    row = table.loc["noisy"]
    assert row["told"] > 0.05
    assert row["ensemble_low"] == pytest.approx(0.1 * np.exp(1.05), rel=0.25)
    assert row["ensemble_high"] == pytest.approx(0.1 * np.exp(1.95), rel=0.25)
    assert row["chance"] == pytest.approx(0.1 * ((np.exp(4) - 1) / 4) ** 0.5, rel=0.15)


def test_where_chance_is_the_same_no_line_is_told(table):
    row = table.loc["even"]
    assert row["chance"] == pytest.approx(0.3, rel=0.1)
    assert row["ensemble_high"] < 1.25 * row["ensemble_low"]
    still = table.loc["still"]
    assert np.isnan(still["told"])
    assert np.isnan(still["chance"])  # no set has a variance
