"""Does chance differ between sets? The variance between seeds, emulated over parameters, target by target.

Acceptance counts chance as one variance for each target. Where worlds that fit differ much in how noisy they are, that
is too strict for some sets and too lax for others, and this table says so. A line through the logarithms of variances
is what a few seeds a set can bear.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.calibration.emulators import Mask
from sim.calibration.optional import package
from sim.calibration.request import Target
from sim.calibration.space import Floats

COLUMNS = ["target", "says", "chance", "ensemble_low", "ensemble_high", "told"]
SIDES = (0.05, 0.95)
FOLDS, FEWEST = 5, 40  # of folds of sets left out in turn; of sets with a variance, below which nothing is emulated
STRENGTHS = np.logspace(-1, 4, 16)  # of the pull of slopes towards none
LEAST = 1e-300


def chance_table(
    targets: Sequence[Target], points: Floats, values: Floats, ensemble: Floats, seed: int
) -> pd.DataFrame:
    """By target the standard deviation between seeds, and what it is in sets that fit: columns ``COLUMNS``.

    Parameters
    ----------
    points, values : sets (sets, parameters), and what they gave (sets, seeds, targets) on the scales of targets.
    ensemble : sets that fit, (count, parameters).
    seed : of the order in which sets are left out.

    Returns
    -------
    ``chance`` is that of all sets together. ``ensemble_low`` to ``ensemble_high`` holds that of 90 of 100 sets that
    fit, by the line; ``told`` is the share of what logarithms of variances differ in that lines tell of sets left out.
    It is small even where chance differs, as a variance from few seeds is itself mostly chance. From 0 down the line
    tells nothing, and all sets have the same.
    """
    rows = []
    for place, target in enumerate(targets):
        logs, weights, there = _logs(values[..., place])
        pooled = float(np.average(np.nanvar(values[there, :, place], axis=1, ddof=1), weights=weights) ** 0.5) \
            if there.any() else np.nan  # fmt: skip
        low = high = pooled
        share = np.nan
        if there.sum() >= FEWEST and np.ptp(logs) > 0:
            share, found = _line(points[there], logs, weights, ensemble, seed)
            if share > 0:
                low, high = (float(np.exp(end / 2)) for end in np.quantile(found, SIDES))
        rows.append((target.name, target.says, pooled, low, high, share))
    return pd.DataFrame(rows, columns=COLUMNS)


def _logs(values: Floats) -> tuple[Floats, Floats, Mask]:
    """Logarithms of variances without their bias, degrees of freedom, and which sets (sets,) have a variance."""
    from scipy.special import digamma  # noqa: PLC0415

    count = np.isfinite(values).sum(1)
    with np.errstate(invalid="ignore"):
        spread = np.array([np.var(row[np.isfinite(row)], ddof=1) if n > 1 else 0.0
                           for row, n in zip(values, count, strict=True)])  # fmt: skip
    there: Mask = np.asarray(spread > LEAST)
    freedom = (count[there] - 1).astype(float)
    return np.log(spread[there]) - digamma(freedom / 2) + np.log(freedom / 2), freedom, there


def _line(points: Floats, logs: Floats, weights: Floats, ensemble: Floats, seed: int) -> tuple[float, Floats]:
    """What lines tell of sets left out, and the line of all sets at those of the ensemble."""
    ridge = package("sklearn.linear_model").RidgeCV
    fold = np.random.default_rng(seed).permutation(len(logs)) % FOLDS
    missed, usual = np.empty(len(logs)), np.empty(len(logs))
    for number in range(FOLDS):
        out = fold == number
        made = ridge(STRENGTHS).fit(points[~out], logs[~out], sample_weight=weights[~out])
        missed[out] = logs[out] - made.predict(points[out])
        usual[out] = logs[out] - np.average(logs[~out], weights=weights[~out])
    share = 1 - float(np.average(missed**2, weights=weights) / np.average(usual**2, weights=weights))
    whole: Floats = ridge(STRENGTHS).fit(points, logs, sample_weight=weights).predict(ensemble)
    return share, whole
