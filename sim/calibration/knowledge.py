"""What the evidence tells of each parameter, which target tells it, and what it would be worth to know more.

Two things are set beside one another. The *ensemble* shows how far parameters, and combinations of them, are narrowed
in sets that fit real runs. What moves them is told by a line through it: the mean gradients of the emulators over the
ensemble, with each target as a measurement whose error is the spread of its band. That line says what would be if a
target were not there, or were known twice as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.calibration.emulators import Emulator, fit
from sim.calibration.fitting import Look
from sim.calibration.request import Calibration, Target
from sim.calibration.space import UNIFORM, Floats, Space

MOST_GRADIENTS = 64  # sets over which gradients are averaged
NARROWED = 0.9  # of the spread before: from there on the evidence says nothing of a parameter
KNOWN = 0.7  # of the spread before: below that a combination is told of
LOADING = 0.3  # of a direction from which on a parameter is named in it
SIDES = (0.05, 0.95)


@dataclass(frozen=True)
class Line:
    """Targets and outcomes as lines through the ensemble, per standard deviation of each parameter.

    Parameters
    ----------
    targets : those with an emulator.
    slopes : (targets, parameters).
    spreads : standard deviation of what each target may be, (targets,).
    outcomes : names; ``outcome_slopes`` (outcomes, parameters).
    """

    targets: tuple[Target, ...]
    slopes: Floats
    spreads: Floats
    outcomes: tuple[str, ...]
    outcome_slopes: Floats

    def covariance(self, weights: Floats | None = None) -> Floats:
        """Covariance of parameters when targets are known, prior variances being 1; ``weights`` of each target."""
        weight: Floats = np.ones(len(self.spreads)) if weights is None else weights
        scaled = self.slopes / self.spreads[:, None] * np.sqrt(weight)[:, None]
        return np.asarray(np.linalg.inv(np.eye(self.slopes.shape[1]) + scaled.T @ scaled), np.float64)

    def outcome_spreads(self, covariance: Floats) -> Floats:
        """Standard deviation of what is left open of each outcome, (outcomes,)."""
        found: Floats = np.sqrt(np.einsum("ij,jk,ik->i", self.outcome_slopes, covariance, self.outcome_slopes))
        return found


def line_of(
    calibration: Calibration, look: Look, points: Floats, values: Floats, ensemble: Floats, chance: Floats
) -> Line:
    """The line through an ensemble.

    Parameters
    ----------
    points, values : every set of the waves and its runs, (sets, seeds, columns), outcomes after targets.
    ensemble : accepted sets, (sets, parameters).
    chance : variance between seeds of the targets of the calibration, (columns,).
    """
    some = ensemble[:MOST_GRADIENTS]
    first = len(calibration.fitted)
    emulators, names = [], []
    for place, outcome in enumerate(calibration.outcomes):
        try:
            emulators.append(fit(outcome.name, points, values[..., first + place], calibration.plan.seed))
        except ValueError:
            continue
        names.append(outcome.name)
    order = [each.name for each in calibration.fitted]
    spreads = [
        (target.width**2 / 3.0 + target.error**2 + chance[order.index(target.name)] / look.seeds) ** 0.5
        for target in look.targets
    ]
    empty = np.empty((0, points.shape[1]))
    return Line(
        look.targets,
        _slopes(look.emulators, some),
        np.array(spreads),
        tuple(names),
        _slopes(emulators, some) if emulators else empty,
    )


def _slopes(emulators: Sequence[Emulator], points: Floats) -> Floats:
    """Mean gradients over points, per standard deviation of each parameter, (emulators, parameters)."""
    return np.array([np.mean([each.gradient(point)[1] for point in points], axis=0) * UNIFORM for each in emulators])


def parameters_table(space: Space, ensemble: Floats, line: Line) -> pd.DataFrame:
    """By parameter what the ensemble says of it, and the target that says most.

    Columns: name, low, high (its plausible range), ensemble_low, median, ensemble_high (90 % of sets), ratio (spread in
    the ensemble over that before), error (of the ratio, from the number of sets), told (the same by the line), target,
    without (by the line, if that target were not there).
    """
    count = len(ensemble)
    ratio = ensemble.std(axis=0, ddof=1) / UNIFORM if count > 1 else np.full(len(space.names), np.nan)
    told = np.sqrt(np.diag(line.covariance()))
    lost = []
    for place in range(len(line.targets)):
        weights = np.ones(len(line.targets))
        weights[place] = 0.0
        lost.append(np.sqrt(np.diag(line.covariance(weights))) - told)
    without = np.array(lost)
    low, high = np.quantile(ensemble, SIDES, axis=0)
    middle = np.median(ensemble, axis=0)
    ends = [space.settings(point) for point in (low, middle, high)]
    best = np.argmax(without, axis=0)
    rows = [
        {
            "name": name,
            "low": each.low,
            "high": each.high,
            "declared": space.declared[name],
            "ensemble_low": ends[0][name],
            "median": ends[1][name],
            "ensemble_high": ends[2][name],
            "ratio": ratio[place],
            "error": 0.45 / count**0.5,
            "told": told[place],
            "target": line.targets[best[place]].name if without[best[place], place] > 0.005 else "",
            "without": told[place] + without[best[place], place],
        }
        for place, (name, each) in enumerate(zip(space.names, space.ranges, strict=True))
    ]
    return pd.DataFrame(rows).sort_values("ratio", kind="stable", ignore_index=True)


def combinations_table(space: Space, ensemble: Floats, line: Line) -> pd.DataFrame:
    """Combinations of parameters that the evidence knows better than each of its parts.

    Columns: ratio (spread of the combination in the ensemble over that before), told, parts (names with their shares
    and signs), target (the one that tells most of it).
    """
    scaled = line.slopes / line.spreads[:, None]
    _, strength, directions = np.linalg.svd(scaled, full_matrices=False)
    rows = []
    for size, direction in zip(strength, directions, strict=True):
        ratio = float((ensemble @ direction).std(ddof=1) / UNIFORM) if len(ensemble) > 1 else np.nan
        parts = np.flatnonzero(np.abs(direction) >= LOADING)
        parts = parts[np.argsort(-np.abs(direction[parts]))]
        if len(parts) < 2 or not ratio <= KNOWN:
            continue
        sign = np.sign(direction[parts[0]])
        said = "; ".join(f"{space.names[part]} {sign * direction[part]:+.2f}" for part in parts)
        target = line.targets[int(np.argmax(np.abs(scaled @ direction)))].name
        rows.append({"ratio": ratio, "told": 1.0 / (1.0 + size**2) ** 0.5, "parts": said, "target": target})
    return pd.DataFrame(rows, columns=["ratio", "told", "parts", "target"])


def worth_table(space: Space, line: Line) -> pd.DataFrame:
    """What it would narrow if a target were known twice as well.

    Columns: target, parameter (the one that is narrowed most), parameter_narrowed, outcome, outcome_narrowed (shares by
    which the spread of what is left open falls).
    """
    now = line.covariance()
    spread, outcome = np.sqrt(np.diag(now)), line.outcome_spreads(now)
    rows = []
    for place, target in enumerate(line.targets):
        weights = np.ones(len(line.targets))
        weights[place] = 4.0
        then = line.covariance(weights)
        by_parameter = 1.0 - np.sqrt(np.diag(then)) / spread
        by_outcome = 1.0 - line.outcome_spreads(then) / np.maximum(outcome, 1e-300)
        best = int(np.argmax(by_parameter))
        most = int(np.argmax(by_outcome)) if len(by_outcome) else -1
        rows.append(
            {
                "target": target.name,
                "parameter": space.names[best],
                "parameter_narrowed": float(by_parameter[best]),
                "outcome": line.outcomes[most] if most >= 0 else "",
                "outcome_narrowed": float(by_outcome[most]) if most >= 0 else np.nan,
            }
        )
    table = pd.DataFrame(rows)
    return table.sort_values(
        ["outcome_narrowed", "parameter_narrowed"], ascending=False, kind="stable", ignore_index=True
    )


def outcomes_table(calibration: Calibration, values: Floats, line: Line) -> pd.DataFrame:
    """What the ensemble leaves open of each outcome: columns outcome, low, median, high, chance, tells.

    ``values`` (sets, seeds, outcomes) of the ensemble; ``chance`` is the standard deviation of a mean over seeds, and
    ``tells`` the parameter that moves the outcome most within what is left open.
    """
    rows = []
    covariance = line.covariance() if len(line.targets) else np.eye(line.outcome_slopes.shape[1])
    for place, outcome in enumerate(calibration.outcomes):
        each = values[..., place]
        means = np.nanmean(each, axis=1)
        low, middle, high = np.quantile(means[np.isfinite(means)], (SIDES[0], 0.5, SIDES[1]))
        chance = (
            float(np.sqrt(np.nanmean(np.nanvar(each, axis=1, ddof=1)) / each.shape[1])) if each.shape[1] > 1 else np.nan
        )
        moves = np.zeros(1)
        if outcome.name in line.outcomes:
            slope = line.outcome_slopes[line.outcomes.index(outcome.name)]
            moves = np.abs(slope) * np.sqrt(np.diag(covariance))
        rows.append((outcome.name, low, middle, high, chance, int(np.argmax(moves)) if len(moves) > 1 else -1))
    return pd.DataFrame(rows, columns=["outcome", "low", "median", "high", "chance", "moved_by"])
