"""Emulators tell of what they have not seen, and their gradients are those of what they tell."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibration.conflict import least_relaxation
from sim.calibration.emulators import fit
from sim.calibration.fitting import Look, met, misses, reached, scaled
from sim.calibration.optional import one_thread
from sim.calibration.space import Space, sobol
from sim.declared.parameters import PARAMETERS
from tests.calibration.conftest import NAMES, target


def curved(points):
    """Three of twelve inputs matter, one of them along a curve."""
    return 2.0 * points[:, 0] - points[:, 1] + 1.5 * (points[:, 2] - 0.4) ** 2


@pytest.fixture(scope="module")
def emulator():
    points = sobol(128, 12, 1)
    noise = np.random.default_rng(2).normal(size=(128, 2)) * 0.05
    return fit("curved", points, curved(points)[:, None] + noise, 1)


def test_it_tells_of_points_that_it_has_not_seen(emulator):
    new = sobol(64, 12, 9)
    told, true = emulator.mean(new), curved(new)
    assert 1 - np.var(told - true) / np.var(true) > 0.95
    assert emulator.left_out > 0.9
    assert np.std(told - true) < 2 * emulator.error


def test_its_gradient_is_that_of_what_it_tells(emulator):
    point = sobol(3, 12, 4)[2]
    value, gradient = emulator.gradient(point)
    assert value == pytest.approx(float(emulator.mean(point[None])[0]))
    steps = np.eye(12) * 1e-5
    by_hand = (emulator.mean(point + steps) - emulator.mean(point - steps)) / 2e-5
    np.testing.assert_allclose(gradient, by_hand, atol=1e-5)


def test_what_nothing_moves_has_no_usable_emulator():
    points = sobol(64, 6, 1)
    noise = np.random.default_rng(3).normal(size=(64, 2))
    assert not fit("noise", points, noise, 1).usable


@pytest.mark.parametrize("seed", [1, 6, 12])
def test_noise_of_as_many_sets_as_parameters_has_no_usable_emulator(seed):
    generator = np.random.default_rng(seed)  # in which some inputs seem to count
    with one_thread():
        assert not fit("noise", generator.random((64, 60)), generator.normal(size=(64, 2)), 1).usable


def test_without_an_emulator_nothing_is_ruled_out_and_nothing_moved():
    look = Look((), (), 2, 5)
    points = sobol(16, 5, 1)
    assert not look.ruled_out(points).any()
    np.testing.assert_array_equal(look.project(points), points)
    proposed, left = look.proposals(12, 0.75, 3)
    assert proposed.shape == (12, 5)
    assert left == 1.0


def test_sets_without_a_value_are_left_out_and_too_few_are_refused():
    points = sobol(64, 12, 1)
    values = curved(points)[:, None].copy()
    values[::4] = np.nan
    assert fit("some", points, values, 1).usable
    values[5:] = np.nan
    with pytest.raises(ValueError, match="3 sets"):
        fit("few", points, values, 1)


def test_projections_lie_in_the_band_and_leave_alone_what_does_not_matter(emulator):
    asked = target("curved", 0.9, 1.1)
    look = Look((asked,), (emulator,), 2, 12)
    starts = sobol(16, 12, 7)
    moved = look.project(starts)
    assert np.mean((curved(moved) > 0.75) & (curved(moved) < 1.25)) > 0.9
    away = np.abs(moved - starts).mean(axis=0)
    assert away[3:].max() < 0.2 * away[:3].max()


def test_a_target_is_met_a_little_outside_its_band_and_not_by_chance_alone_far_from_it():
    asked = (target("a", 1.0, 2.0, discrepancy=0.1, why="x"), target("open", -np.inf, 0.05))
    values = np.array([[1.5, 0.0], [2.15, 0.0], [2.5, 0.0], [1.5, np.nan]])
    assert met(asked, values, np.array([0.0, 1e-6])).tolist() == [
        [True, True],
        [True, True],
        [False, True],
        [True, False],
    ]
    assert misses(asked, values, np.array([0.0, 1e-6]))[1, 0] == pytest.approx(1.5)


def test_a_run_that_failed_and_nothing_of_what_goes_by_factors_meet_no_target():
    asked = (target("a", 0.4, 0.6, observation=0.02), target("b", 1.0, 2.0, scale="log", observation=0.05))
    whole, failed, nothing = ([[0.5, 1.5]] * 4, [[0.5, 1.5]] + [[np.nan] * 2] * 3, [[0.5, 1.5]] * 3 + [[0.5, 0.0]])
    values = scaled(asked, np.array([whole, failed, nothing]))
    assert reached(asked, values, np.array([1e-4, 1e-4]), 4).tolist() == [[True, True], [False, False], [True, False]]


def test_what_is_told_of_targets_is_the_rule_by_which_sets_are_accepted():
    asked = (target("a", 0.4, 0.6), target("b", 0.0, 1.0))
    later = np.array([[[0.5, 0.5]] * 2 + [[0.9, 0.5]] * 2, [[0.5, 2.0]] * 2 + [[np.nan] * 2] * 2])
    found = reached(asked, later, np.array([1e-4, 1e-4]), 2)
    assert found.tolist() == [[False, True], [True, False]]  # all seeds of the first set count, two of the second


def test_the_least_relaxation_is_that_of_two_bands_apart(emulator):
    low, high = target("low", 0.0, 0.2), target("high", 1.0, 1.2)
    look = Look((low, high), (emulator, emulator), 2, 12)
    table = least_relaxation(look, sobol(16, 12, 3))
    unit = 0.25 * low.width
    assert table["standard_deviations"].sum() == pytest.approx((1.0 - 0.2) / unit, rel=1e-3)
    assert least_relaxation(Look((high,), (emulator,), 2, 12), sobol(16, 12, 3)).empty


def test_points_and_settings_are_each_others_inverse():
    space = Space.of({name: item.default for name, item in PARAMETERS.items()}, only=NAMES)
    assert set(space.names) == set(NAMES)
    point = sobol(3, len(space.names), 5)[2]
    np.testing.assert_allclose(space.point(space.settings(point)), point, atol=2e-2)
    declared = space.settings(space.middle)
    assert all(declared[name] == pytest.approx(PARAMETERS[name].default) for name in space.names)
