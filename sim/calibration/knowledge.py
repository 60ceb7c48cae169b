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

from sim.calibration.emulators import Emulator, Mask, fit
from sim.calibration.fitting import Look, variance_of
from sim.calibration.request import Calibration, Target
from sim.calibration.space import UNIFORM, Floats, Space
from sim.calibration.stages import Found
from sim.calibration.together import ranks

MOST_GRADIENTS = 64  # sets over which gradients are averaged
NARROWED = 0.9  # of the spread before: from there on the evidence says nothing of a parameter
ERRORS = 2.0  # of a ratio by which it has to lie below 1, so that few sets narrow nothing by chance
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
    outcomes : names of those with a usable emulator; ``outcome_slopes`` (outcomes, parameters).
    prior : correlations of parameters (parameters, parameters) that are known before any target is.
    """

    targets: tuple[Target, ...]
    slopes: Floats
    spreads: Floats
    outcomes: tuple[str, ...]
    outcome_slopes: Floats
    prior: Floats

    def covariance(self, weights: Floats | None = None) -> Floats:
        """Covariance of parameters when targets are known, prior variances being 1; ``weights`` of each target."""
        weight: Floats = np.ones(len(self.spreads)) if weights is None else weights
        scaled = self.slopes / self.spreads[:, None] * np.sqrt(weight)[:, None]
        return np.asarray(np.linalg.inv(np.linalg.inv(self.prior) + scaled.T @ scaled), np.float64)

    def outcome_spreads(self, covariance: Floats) -> Floats:
        """Standard deviation of what is left open of each outcome, (outcomes,)."""
        found: Floats = np.sqrt(np.einsum("ij,jk,ik->i", self.outcome_slopes, covariance, self.outcome_slopes))
        return found


def line_of(calibration: Calibration, look: Look, found: Found, ensemble: Floats) -> Line:
    """The line through an ensemble.

    Parameters
    ----------
    found : every set of the waves and its runs, and the variance between seeds.
    ensemble : accepted sets, (sets, parameters).
    """
    some = ensemble[:MOST_GRADIENTS]
    first = len(calibration.fitted)
    emulators, names = [], []
    for place, outcome in enumerate(calibration.outcomes):
        try:
            made = fit(outcome.name, found.points, found.values[..., first + place], calibration.plan.seed)
        except ValueError:
            continue
        if made.usable:
            emulators.append(made)
            names.append(outcome.name)
    order = [each.name for each in calibration.fitted]
    spreads = [
        (target.width**2 / 3.0 + target.error**2 + found.chance[order.index(target.name)] / look.seeds) ** 0.5
        for target in look.targets
    ]
    return Line(
        look.targets,
        _slopes(look.emulators, some),
        np.array(spreads),
        tuple(names),
        _slopes(emulators, some),
        ranks(found.space.together, found.space.names),
    )


def _slopes(emulators: Sequence[Emulator], points: Floats) -> Floats:
    """Mean gradients over points, per standard deviation of each parameter, (emulators, parameters)."""
    found = [np.mean([each.gradient(point)[1] for point in points], axis=0) * UNIFORM for each in emulators]
    return np.array(found).reshape(-1, points.shape[1])


def narrowed(parameters: pd.DataFrame) -> Mask:
    """Of which parameters of a table the evidence says something: the ratio is small, and surely below 1."""
    ratio, error = parameters["ratio"].to_numpy(float), parameters["error"].to_numpy(float)
    found: Mask = (ratio < NARROWED) & (ratio + ERRORS * error < 1.0)
    return found


def parameters_table(space: Space, ensemble: Floats, line: Line) -> pd.DataFrame:
    """By parameter what the ensemble says of it, and the target that says most.

    Columns: name, low, high (its plausible range), ensemble_low, median, ensemble_high (90 % of sets), ratio (spread in
    the ensemble over that before), error (of the ratio, from the number of sets), told (the same by the line), target,
    without (by the line, if that target were not there).
    """
    count = len(ensemble)
    ratio = _ratios(ensemble)
    told = np.sqrt(np.diag(line.covariance()))
    lost = [np.zeros(len(told))]  # without any target nothing is lost
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
            "target": line.targets[best[place] - 1].name if without[best[place], place] > 0.005 else "",
            "without": told[place] + without[best[place], place],
        }
        for place, (name, each) in enumerate(zip(space.names, space.ranges, strict=True))
    ]
    return pd.DataFrame(rows).sort_values("ratio", kind="stable", ignore_index=True)


def _ratios(values: Floats) -> Floats:
    """Spread of columns (sets, columns) over that of a place in a range before anything is known; NaN of one set."""
    found: Floats = values.std(axis=0, ddof=1) / UNIFORM if len(values) > 1 else np.full(values.shape[1], np.nan)
    return found


def combinations_table(space: Space, ensemble: Floats, line: Line) -> pd.DataFrame:
    """Combinations of parameters that the evidence knows better than each of its parts.

    Columns: ratio (spread of the combination in the ensemble over that before, which what is known to go together has
    a part in), told, parts (names with their shares and signs), target (the one that tells most of it).
    """
    scaled = line.slopes / line.spreads[:, None]
    directions = np.linalg.svd(scaled, full_matrices=False)[2]
    rows = []
    alone, after = _ratios(ensemble), line.covariance()
    for direction in directions:
        before = float(direction @ line.prior @ direction) ** 0.5
        ratio = float(_ratios(ensemble @ direction[:, None])[0]) / before
        parts = np.flatnonzero(np.abs(direction) >= LOADING)
        parts = parts[np.argsort(-np.abs(direction[parts]))]
        if len(parts) < 2 or not ratio <= KNOWN or not ratio < alone[parts].min():
            continue
        sign = np.sign(direction[parts[0]])
        said = "; ".join(f"{space.names[part]} {sign * direction[part]:+.2f}" for part in parts)
        target = line.targets[int(np.argmax(np.abs(scaled @ direction)))].name
        told = float(direction @ after @ direction) ** 0.5 / before
        rows.append({"ratio": ratio, "told": told, "parts": said, "target": target})
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
    table = pd.DataFrame(rows, columns=["target", "parameter", "parameter_narrowed", "outcome", "outcome_narrowed"])
    return table.sort_values(
        ["outcome_narrowed", "parameter_narrowed"], ascending=False, kind="stable", ignore_index=True
    )


def outcomes_table(calibration: Calibration, values: Floats, line: Line) -> pd.DataFrame:
    """What the ensemble leaves open of each outcome: columns outcome, low, median, high, chance, moved_by.

    ``values`` (sets, seeds, outcomes) of the ensemble; ``chance`` is the standard deviation of a mean over seeds, and
    ``moved_by`` the place of the parameter that moves the outcome most within what is left open, -1 where none does.
    """
    rows = []
    covariance = line.covariance()
    for place, outcome in enumerate(calibration.outcomes):
        each = values[..., place]
        known = [float(np.mean(row[np.isfinite(row)])) for row in each if np.isfinite(row).any()]
        low, middle, high = np.quantile(known, (SIDES[0], 0.5, SIDES[1])) if known else (np.nan,) * 3
        chance = float(np.sqrt(variance_of(each[..., None])[0] / each.shape[1]))
        moves = np.zeros(1)
        if outcome.name in line.outcomes:
            slope = line.outcome_slopes[line.outcomes.index(outcome.name)]
            moves = np.abs(slope) * np.sqrt(np.diag(covariance))
        rows.append((outcome.name, low, middle, high, chance, int(np.argmax(moves)) if len(moves) > 1 else -1))
    return pd.DataFrame(rows, columns=["outcome", "low", "median", "high", "chance", "moved_by"])
