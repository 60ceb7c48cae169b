"""Emulators: what a set of parameters would give of each target, without a run.

A ridge regression gives the mean as far as it is linear. A Gaussian process with one length-scale fits what is left of
it, after each input has been scaled by its absolute coefficient, so that what does not matter takes no part. Points are
places in the cube of plausible ranges, and outputs are on the scales of their targets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.optional import package
from sim.calibration.request import LEAST_SETS
from sim.calibration.space import UNIFORM, Floats

LEAST, SMALL = 0.08, 0.02  # inputs whose share of the largest coefficient is below the first count for the second
MOST_TUNED = 256  # points on which the hyperparameters are chosen: more cost much and change little
PENALTIES = np.logspace(-1, 3, 9)
FOLDS = 5
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Emulator:
    """The emulator of one output.

    ``left_out`` is the share of the variance that is told of points that were left out, and ``error`` the standard
    deviation of what is missed there. ``usable`` says whether it tells more than the mean does.
    """

    name: str
    centre: float
    slope: Floats  # (parameters,) of standardised places
    scales: Floats  # (parameters,)
    points: Floats  # (points, parameters), scaled
    weights: Floats  # (points,) of the kernel
    length: float
    height: float  # variance of the process
    error: float
    left_out: float

    @property
    def usable(self) -> bool:
        """Whether it tells of points that it has not seen more than their mean does."""
        return self.left_out > 0.1

    def mean(self, points: Floats) -> Floats:
        """The expected output at points (n, parameters): (n,)."""
        z = standard(points)
        return self.centre + z @ self.slope + self._kernel(z * self.scales) @ self.weights

    def gradient(self, point: Floats) -> tuple[float, Floats]:
        """Expected output at one point, and its gradient by place in the cube, (parameters,)."""
        z = standard(point)
        kernel = self._kernel((z * self.scales)[None])[0] * self.weights
        value = self.centre + float(z @ self.slope) + float(kernel.sum())
        pull = (kernel[:, None] * (self.points - z * self.scales)).sum(axis=0) * self.scales / self.length**2
        return value, (self.slope + pull) / UNIFORM

    def _kernel(self, scaled: Floats) -> Floats:
        squares = (scaled**2).sum(1)[:, None] + (self.points**2).sum(1)[None] - 2.0 * scaled @ self.points.T
        found: Floats = np.exp(-0.5 * np.maximum(squares, 0.0) / self.length**2)
        return found


def standard(points: Floats) -> Floats:
    """Places in the cube as standard deviations from the middle of their ranges."""
    return (points - 0.5) / UNIFORM


def fit(name: str, points: Floats, values: Floats, seed: int) -> Emulator:
    """The emulator of an output.

    Parameters
    ----------
    points : (n, parameters) places in the cube.
    values : (n, seeds); what is not a number is left out.

    Raises
    ------
    ValueError : fewer than ``LEAST_SETS`` points have a value.
    """
    with np.errstate(invalid="ignore"):
        means = np.array([row[np.isfinite(row)].mean() if np.isfinite(row).any() else np.nan for row in values])
    there = np.isfinite(means)
    if there.sum() < LEAST_SETS:
        raise ValueError(f"{name} has a value in {there.sum()} sets only")
    z, y = standard(points[there]), means[there]
    regression = package("sklearn.linear_model").RidgeCV(alphas=PENALTIES).fit(z, y)
    slope, centre = np.asarray(regression.coef_), float(regression.intercept_)
    scales = _scales(slope)
    length, height, chance = _tuned(z * scales, y - centre - z @ slope, seed)
    told = _left_out(z, y, (length, height, chance), seed)
    weights = _weights(z * scales, y - centre - z @ slope, length, height, chance)
    spread = float(np.var(y))
    missed = float(np.mean((y - told) ** 2))
    return Emulator(
        name,
        centre,
        slope,
        scales,
        z * scales,
        weights,
        length,
        height,
        missed**0.5,
        1.0 - missed / spread if spread else 0.0,
    )


def _scales(slope: Floats) -> Floats:
    """What each input counts for in the process, (parameters,): its share of the largest coefficient."""
    size = np.abs(slope)
    found: Floats = np.where(size < LEAST * size.max(), SMALL, size / max(size.max(), 1e-12))
    return found


def _tuned(scaled: Floats, rest: Floats, seed: int) -> tuple[float, float, float]:
    """Length, variance and noise of the process of what a line leaves, chosen on some of the points."""
    module = package("sklearn.gaussian_process")
    kernels = module.kernels
    spread = float(rest.std()) or 1.0
    generator = np.random.default_rng(seed)
    some = generator.permutation(len(rest))[:MOST_TUNED]
    kernel = kernels.ConstantKernel(0.5, (1e-3, 10.0)) * kernels.RBF(3.0, (0.3, 30.0)) + kernels.WhiteKernel(
        0.5, (1e-3, 2.0)
    )
    import warnings  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a bound that is reached is no fault here
        made = module.GaussianProcessRegressor(kernel, random_state=seed).fit(scaled[some], rest[some] / spread)
    found = made.kernel_
    height, length = float(found.k1.k1.constant_value), float(found.k1.k2.length_scale)
    return length, height * spread**2, float(found.k2.noise_level) * spread**2


def _weights(scaled: Floats, rest: Floats, length: float, height: float, chance: float) -> Floats:
    """What each point adds to the mean of the process."""
    from scipy.linalg import cho_factor, cho_solve  # noqa: PLC0415

    squares = (scaled**2).sum(1)
    distance = np.maximum(squares[:, None] + squares[None] - 2.0 * scaled @ scaled.T, 0.0)
    covariance = height * np.exp(-0.5 * distance / length**2)
    covariance[np.diag_indices_from(covariance)] += chance + 1e-9 * (height + chance)
    found: Floats = height * cho_solve(cho_factor(covariance), rest)
    return found


def _left_out(z: Floats, y: Floats, tuned: tuple[float, float, float], seed: int) -> Floats:
    """What the emulator says of each point from the others, in folds; what counts is found anew in each of them."""
    length, height, chance = tuned
    fold = np.random.default_rng(seed).permutation(len(y)) % FOLDS
    told = np.empty(len(y))
    for number in range(FOLDS):
        out = fold == number
        regression = package("sklearn.linear_model").RidgeCV(alphas=PENALTIES).fit(z[~out], y[~out])
        line, scales = regression.predict(z), _scales(np.asarray(regression.coef_))
        weights = _weights(z[~out] * scales, (y - line)[~out], length, height, chance)
        squares = ((z[out] * scales)[:, None, :] - (z[~out] * scales)[None]) ** 2
        told[out] = line[out] + np.exp(-0.5 * squares.sum(2) / length**2) @ weights
    return told
