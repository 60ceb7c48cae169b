"""Whether sets meet targets, how implausible they are, and where to look next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.calibration.emulators import Emulator, Mask
from sim.calibration.request import BEYOND, Target
from sim.calibration.space import UNIFORM, Floats, sobol

WEIGHT = 30.0  # of a target missed by a standard deviation, over that of a parameter moved by one
INSIDE = 0.15  # how far inside their bands proposals aim, as a share of half the band
IMPLAUSIBLE = 3.0  # standard deviations of the second worst target from which on a set is ruled out
STEPS = 12  # lines laid through the emulators for one proposal
ROUNDS = 20  # in which it settles which bands hold a proposal
NEAR = 1e-4  # of a range: a smaller move is none


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


def reached(targets: Sequence[Target], values: Floats, chance: Floats, seeds: int) -> Mask:
    """Which targets (sets, targets) are met by the rule by which sets are accepted.

    The mean of the first ``seeds`` runs counts; where it meets every target, so does the mean of all runs, and then
    that of all runs is what is told. A target of which one of these runs has no value is not met: the run failed,
    there was nothing to tell it by, or nothing of what goes by factors.

    Parameters
    ----------
    values : (sets, seeds, targets) on the scales of targets.
    chance : variance between seeds, (targets,).
    """
    first = met(targets, values[:, :seeds].mean(axis=1), chance / seeds)
    every = met(targets, values.mean(axis=1), chance / values.shape[1])
    return np.where(np.asarray(first.all(axis=1))[:, None], every, first)


def variance_of(values: Floats) -> Floats:
    """Mean variance between seeds, over sets that have two values or more: (columns,) of (sets, seeds, columns).

    Not a number for a column of which no set has two values.
    """
    several = np.isfinite(values).sum(axis=1) >= 2
    found = np.full(values.shape[2], np.nan)
    for place in range(values.shape[2]):
        if several[:, place].any():
            found[place] = float(np.nanvar(values[several[:, place], :, place], axis=1, ddof=1).mean())
    return found


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
    """Emulators of the targets that have a usable one, and the seeds of the runs that they stand for.

    ``width`` is the number of parameters. ``joined`` makes of independent draws what is known to go together. Where no
    target has a usable emulator, nothing is ruled out and no point is moved.
    """

    targets: tuple[Target, ...]
    emulators: tuple[Emulator, ...]
    seeds: int
    width: int
    joined: Callable[[Floats], Floats] = lambda points: points

    def implausibility(self, points: Floats) -> Floats:
        """Standard deviations by which emulated targets lie outside their bands, (points, targets).

        Errors of observation, of the model and of the emulator are counted together; what the emulator missed of points
        that were left out holds chance as well.
        """
        values = np.array([each.mean(points) for each in self.emulators]).reshape(-1, len(points)).T
        return misses(self.targets, values, np.array([each.error**2 for each in self.emulators]))

    def ruled_out(self, points: Floats) -> Mask:
        """Which points are implausible by their second worst target."""
        found = np.sort(self.implausibility(points), axis=1)
        return np.asarray((found[:, -2:] > IMPLAUSIBLE).all(axis=1)) & bool(self.emulators)

    def project(self, starts: Floats) -> Floats:
        """Points moved as little as is needed to lie inside the emulated bands, (points, parameters)."""
        return np.array([self._moved(start) for start in starts]) if self.emulators else starts

    def _moved(self, start: Floats) -> Floats:
        """One point, by lines through the emulators that are laid anew where the last ones led.

        On lines it is the least sum of squared moves, in standard deviations of what is plausible, and of squared
        distances from the bands, with a weight. A parameter that reaches an end of its range stays there.
        """
        low = np.array([target.band[0] + INSIDE * target.width for target in self.targets])
        high = np.array([target.band[1] - INSIDE * target.width for target in self.targets])
        weight = np.array([WEIGHT**0.5 / max(target.error, 0.25 * target.width, 1e-12) for target in self.targets])
        point, free = start.copy(), np.ones(len(start), bool)
        for _ in range(STEPS):
            told = [emulator.gradient(point) for emulator in self.emulators]
            values = np.array([value for value, _ in told])
            slopes = np.array([slope for _, slope in told]) * UNIFORM * free
            moved = (point - start) / UNIFORM
            best = _least(values - slopes @ moved, slopes, low, high, weight)
            new = np.where(free, start + UNIFORM * best, point)
            inside = np.clip(new, 0.0, 1.0)
            free &= new == inside
            done = np.abs(inside - point).max() < NEAR
            point = inside
            if done:
                break
        return point

    def proposals(self, count: int, projected: float, seed: int) -> tuple[Floats, float]:
        """Points for the next wave, and the share of the whole cube that is not ruled out.

        The first are projections of points from anywhere in the cube, the others come from what is not ruled out; where
        nothing is left, from what is least implausible.
        """
        many = self.joined(sobol(4096, self.width, seed))
        out = self.ruled_out(many)
        by_projection = round(projected * count)
        starts = self.joined(sobol(max(by_projection, 1), self.width, seed + 1)[:by_projection])
        moved = self.project(starts) if by_projection else np.empty((0, self.width))
        order = np.lexsort((np.sort(self.implausibility(many), axis=1)[:, -2:].sum(axis=1), out))
        left = np.flatnonzero(~out)
        generator = np.random.default_rng(seed + 2)
        rest = count - by_projection
        drawn = generator.permutation(left)[:rest] if len(left) >= rest else order[:rest]
        return np.vstack([moved, many[drawn]]), float(1.0 - out.mean())


def _least(level: Floats, slopes: Floats, low: Floats, high: Floats, weight: Floats) -> Floats:
    """Least moves (parameters,) that bring ``level + slopes @ moves`` (targets,) between ``low`` and ``high``."""
    moves = np.zeros(slopes.shape[1])
    before = np.zeros(len(level), int)
    for _ in range(ROUNDS):
        values = level + slopes @ moves
        sides = np.where(values < low, -1, np.where(values > high, 1, 0))
        if (sides == before).all():
            break
        before, held = sides, sides != 0
        goal = np.where(sides < 0, low, high)[held] - level[held]
        pull = slopes[held] * weight[held, None]
        moves = pull.T @ np.linalg.solve(np.eye(len(goal)) + pull @ pull.T, goal * weight[held])
    return moves
