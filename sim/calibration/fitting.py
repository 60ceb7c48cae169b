"""Whether sets meet targets, how implausible they are, and where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.calibration.emulators import Emulator, Mask
from sim.calibration.request import BEYOND, Target
from sim.calibration.space import UNIFORM, Floats, sobol

WEIGHT = 30.0  # of a target missed by a standard deviation, over that of a parameter moved by one
INSIDE = 0.15  # how far inside their bands proposals aim, as a share of half the band
IMPLAUSIBLE = 3.0  # standard deviations of the second worst target from which on a set is ruled out
STEPS = 60


def outside(targets: Sequence[Target], values: Floats) -> Floats:
    """How far values (sets, targets), on the scales of targets, lie outside their bands; 0 inside."""
    low = np.array([target.band[0] for target in targets])
    high = np.array([target.band[1] for target in targets])
    return np.maximum(np.maximum(low - values, values - high), 0.0)


def misses(targets: Sequence[Target], values: Floats, chance: Floats) -> Floats:
    """How far values (sets, targets) lie outside their bands, in standard deviations.

    ``chance`` (sets, targets) or (targets,) is the variance of the values themselves. What is not a number is missed
    by far.
    """
    error = np.array([target.error for target in targets]) ** 2
    away = outside(targets, values) / np.sqrt(np.maximum(error + chance, 1e-300))
    found: Floats = np.where(np.isfinite(values), away, 99.0)
    return found


def met(targets: Sequence[Target], values: Floats, chance: Floats) -> Mask:
    """Which targets (sets, targets) are met: inside the band, or outside it by no more than error and chance allow."""
    return misses(targets, values, chance) <= BEYOND


def means(values: Floats) -> Floats:
    """Mean over seeds of values (sets, seeds, targets); not a number where no seed has one."""
    count = np.isfinite(values).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.where(count > 0, np.nansum(values, axis=1) / np.maximum(count, 1), np.nan)


def scaled(targets: Sequence[Target], values: Floats) -> Floats:
    """Values (…, targets) on the scales of the targets; the logarithm of nothing is not a number."""
    found = np.array(values, float)
    for place, target in enumerate(targets):
        if target.scale == "log":
            column = found[..., place]
            with np.errstate(invalid="ignore", divide="ignore"):
                found[..., place] = np.where(column > 0, np.log(np.where(column > 0, column, 1.0)), np.nan)
    return found


@dataclass(frozen=True)
class Look:
    """Emulators of the targets that have a usable one, and the seeds of the runs that they stand for."""

    targets: tuple[Target, ...]
    emulators: tuple[Emulator, ...]
    seeds: int

    def implausibility(self, points: Floats) -> Floats:
        """Standard deviations by which emulated targets lie outside their bands, (points, targets).

        Errors of observation, of the model and of the emulator are counted together; what the emulator missed of points
        that were left out holds chance as well.
        """
        values = np.column_stack([each.mean(points) for each in self.emulators])
        return misses(self.targets, values, np.array([each.error**2 for each in self.emulators]))

    def ruled_out(self, points: Floats) -> Mask:
        """Which points are implausible by their second worst target."""
        found = self.implausibility(points)
        second = np.sort(found, axis=1)[:, -2] if found.shape[1] > 1 else found[:, 0]
        return second > IMPLAUSIBLE

    def project(self, starts: Floats) -> Floats:
        """Points moved as little as is needed to lie inside the emulated bands, (points, parameters)."""
        from scipy.optimize import minimize  # noqa: PLC0415

        low = np.array([target.band[0] for target in self.targets])
        high = np.array([target.band[1] for target in self.targets])
        room = np.array([INSIDE * target.width for target in self.targets])
        unit = np.array([max(target.error, 0.25 * target.width, 1e-12) for target in self.targets])
        low, high = low + room, high - room

        def cost(point: Floats, start: Floats) -> tuple[float, Floats]:
            move = (point - start) / UNIFORM
            total, slope = float(move @ move), 2.0 * move / UNIFORM
            for place, emulator in enumerate(self.emulators):
                value, gradient = emulator.gradient(point)
                away = max(low[place] - value, 0.0) - max(value - high[place], 0.0)
                if away:
                    total += WEIGHT * (away / unit[place]) ** 2
                    slope = slope - 2.0 * WEIGHT * away / unit[place] ** 2 * gradient
            return total, slope

        bounds = [(0.0, 1.0)] * starts.shape[1]
        found = [
            minimize(cost, start, args=(start,), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": STEPS})
            for start in starts
        ]
        return np.array([each.x for each in found])

    def proposals(self, count: int, projected: float, seed: int) -> tuple[Floats, float]:
        """Points for the next wave, and the share of the whole cube that is not ruled out.

        The first are projections of points from anywhere in the cube, the others come from what is not ruled out; where
        nothing is left, from what is least implausible.
        """
        width = self.emulators[0].slope.shape[0]
        many = sobol(4096, width, seed)
        out = self.ruled_out(many)
        by_projection = round(projected * count)
        starts = sobol(max(by_projection, 1), width, seed + 1)[:by_projection]
        moved = self.project(starts) if by_projection else np.empty((0, width))
        order = np.lexsort((np.sort(self.implausibility(many), axis=1)[:, -2:].sum(axis=1), out))
        left = np.flatnonzero(~out)
        generator = np.random.default_rng(seed + 2)
        rest = count - by_projection
        drawn = generator.permutation(left)[:rest] if len(left) >= rest else order[:rest]
        return np.vstack([moved, many[drawn]]), float(1.0 - out.mean())
