"""Designs that look at places with the policy only: before and after, and the interrupted series."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.evaluation.designs.panel import Floats, Panel, by_t, controls, one_start, panel_of
from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.evaluation.optional import package

LEAST_PERIODS = 6  # of a series before and after the policy, each
LAGS_IN = 4  # errors over more than the fourth part of a series are not told by it
IMPOSSIBLE = "the model of the series cannot be fitted: there are too few records"


def before_after(frame: pd.DataFrame) -> Estimate:
    """The mean of the records after the policy less that before, in the places that have it.

    Periods count as independent of one another, as such evaluations have it.
    """
    panel = panel_of(frame)
    panel = panel.only(panel.treated)
    estimate, variance, df, cells = 0.0, 0.0, -2.0 * len(panel.units), float(panel.on.sum())
    for y, on in zip(panel.y, panel.on, strict=True):
        after, before = y[on], y[~on]
        if len(after) < 2 or len(before) < 2:
            raise NotPossibleError("it needs two or more periods before and two or more after the policy")
        weight = len(after) / cells
        estimate += weight * (after.mean() - before.mean())
        variance += weight**2 * (after.var(ddof=1) / len(after) + before.var(ddof=1) / len(before))
        df += len(y)
    return by_t(estimate, float(np.sqrt(variance)), df)


def interrupted_series(
    frame: pd.DataFrame, *, seasonal: bool = True, slope: bool = False, lags: int = 2, year: int = 4
) -> Estimate:
    """A Poisson model of the sum over places with the policy: trend, season, and a change of level when it begins.

    Parameters
    ----------
    seasonal : whether a yearly wave is part of the model.
    slope : whether the trend may change too.
    lags : periods over which errors may hang together (Newey and West), at most a fourth part of the series.
    year : periods in a year.

    Errors are corrected for the number of terms and have Student's t. They are still too small for a short series:
    where records are mere chance an effect is found in about 17 of 100 series of 16 periods, 11 of 24 and 6 of 32.
    """
    panel = panel_of(frame)
    panel = panel.only(panel.treated)
    start = one_start(panel, "an interrupted series")
    x, without = _terms(panel, start, seasonal=seasonal, slope=slope, year=year)
    fit = _fitted(panel.y.sum(axis=0), x, {"cov_type": "HAC", "cov_kwds": _errors(panel, lags)})
    return _effect(fit, x, without, panel.times >= start, len(panel.units))


def interrupted_series_with_control(
    frame: pd.DataFrame, *, seasonal: bool = True, lags: int = 2, year: int = 4
) -> Estimate:
    """The interrupted series beside that of places without the policy, which share what else changes at its start."""
    panel = panel_of(frame)
    start = one_start(panel, "an interrupted series")
    others = controls(panel)
    with_it = panel.only(panel.treated)
    x, without = _terms(with_it, start, seasonal=seasonal, slope=False, year=year)
    level, zero = x[:, -1:], np.zeros_like(without)
    # places without the policy come first; the others differ from them in level and trend, and in what the policy does
    shared = np.hstack([without, level])
    rows = np.vstack([np.hstack([shared, zero[:, :2], 0 * level]), np.hstack([shared, without[:, :2], level])])
    y = np.concatenate([others.y.sum(axis=0), with_it.y.sum(axis=0)])
    groups = np.repeat([0, 1], len(panel.times))
    kind = {"cov_type": "hac-panel", "cov_kwds": {"groups": groups, **_errors(panel, lags, "hac")}}
    fit = _fitted(y, rows, kind)
    treated = rows[groups == 1]
    untreated = treated.copy()
    untreated[:, -1] = 0.0
    return _effect(fit, treated, untreated, panel.times >= start, len(with_it.units))


def _terms(panel: Panel, start: int, *, seasonal: bool, slope: bool, year: int) -> tuple[Floats, Floats]:
    """The terms of the model, and the same without those of the policy, which come last: (periods, terms)."""
    times = panel.times
    if min((times < start).sum(), (times >= start).sum()) < LEAST_PERIODS:
        raise NotPossibleError(f"a series needs {LEAST_PERIODS} or more periods before and after the policy, each")
    trend = (times - times.mean()) / len(times)
    terms = [np.ones(len(times)), trend]
    if seasonal and year > 1:
        angle = 2 * np.pi * times / year
        waves = [np.cos(angle), np.sin(angle)]
        terms += [wave for wave in waves if np.abs(wave).max() > 1e-9][: 1 if year == 2 else 2]
    after = (times >= start).astype(float)
    policy = [after, after * (times - start) / len(times)] if slope else [after]
    without = np.column_stack(terms)
    return np.column_stack([without, *policy]), without


def most_lags(periods: int) -> int:
    """The most periods over which errors of a series so long may hang together."""
    return periods // LAGS_IN


def _errors(panel: Panel, lags: int, correction: bool | str = True) -> dict[str, Any]:
    """How errors are made, corrected for the number of terms. NotPossibleError: ``lags`` are too many."""
    most = most_lags(len(panel.times))
    if lags > most:
        raise NotPossibleError(f"a series of {len(panel.times)} periods allows at most {most} lags, not {lags}")
    return {"maxlags": int(lags), "use_correction": correction}


def _fitted(y: Floats, x: Floats, kind: dict[str, Any]) -> Any:
    """A fitted Poisson model. NotPossibleError where the records do not allow it."""
    import warnings  # noqa: PLC0415

    model = package("statsmodels.api")
    if not (y > 0).any():
        raise NotPossibleError(IMPOSSIBLE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = model.GLM(y, x, family=model.families.Poisson()).fit(**kind)
    except (ValueError, np.linalg.LinAlgError):
        raise NotPossibleError(IMPOSSIBLE) from None
    if not (np.isfinite(fit.params).all() and np.isfinite(fit.cov_params()).all() and np.abs(fit.params).max() < 15):
        raise NotPossibleError(IMPOSSIBLE)
    return fit


def _effect(fit: Any, x: Floats, without: Floats, after: Any, units: int) -> Estimate:
    """Records that the model expects after the start less those without the policy's terms, per unit and period."""
    bare = np.zeros_like(x)
    bare[:, : without.shape[1]] = without
    beta, cov = np.asarray(fit.params), np.asarray(fit.cov_params())
    expected, otherwise = np.exp(x[after] @ beta), np.exp(bare[after] @ beta)
    gradient = (expected[:, None] * x[after] - otherwise[:, None] * bare[after]).mean(axis=0) / units
    se = float(np.sqrt(max(gradient @ cov @ gradient, 0.0)))
    return by_t(float((expected - otherwise).mean() / units), se, len(fit.fittedvalues) - len(beta))
