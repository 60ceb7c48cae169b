"""Estimators for policies that reach places one after another, by the package diff-diff."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from sim.evaluation.designs.panel import Panel, by_normal, controls, frame_of, panel_of
from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.evaluation.optional import package

PLACEBOS = 2  # places without the policy for each place with it from which on errors are told by placebos


def callaway_santanna(frame: pd.DataFrame, *, against: str = "not_yet_treated") -> Estimate:
    """Effects by group of start and period, averaged (Callaway and Sant'Anna), against places not treated so far."""
    panel = panel_of(frame)
    made = package("diff_diff").CallawaySantAnna(control_group=against, rank_deficient_action="silent")
    return _overall(made, panel)


def imputation(frame: pd.DataFrame) -> Estimate:
    """What untreated periods and places predict for treated ones, taken from what is there (Borusyak and others)."""
    return _overall(package("diff_diff").ImputationDiD(rank_deficient_action="silent"), panel_of(frame))


def synthetic_did(frame: pd.DataFrame, *, seed: int = 1) -> Estimate:
    """Differences in differences with weights on places and periods; groups of one start are averaged by their size."""
    panel = panel_of(frame)
    others = controls(panel, 2)
    made = package("diff_diff").SyntheticDiD
    estimate, variance, cells = 0.0, 0.0, float(panel.on.sum())
    for start in np.unique(panel.start[panel.treated]):
        group = panel.only((panel.start == start) | ~panel.treated)
        size = int(group.treated.sum())
        # placebos of as many places as have the policy leave too few of the others to tell a spread
        way = "placebo" if len(others.units) >= PLACEBOS * size else "jackknife"
        if way == "jackknife" and size < 2:
            raise NotPossibleError("one place with the policy needs more places without it")
        post = [int(time) for time in group.times if time >= start]
        with _calmly():
            fit = made(variance_method=way, n_bootstrap=100, seed=seed).fit(
                frame_of(group), outcome="y", treatment="ever", unit="unit", time="time", post_periods=post
            )
        weight = float(group.on.sum()) / cells
        estimate += weight * float(fit.att)
        variance += weight**2 * float(fit.se) ** 2
    return by_normal(estimate, math.sqrt(variance) if variance >= 0 else math.nan)


def _overall(made: Any, panel: Panel) -> Estimate:
    """The average over treated places and periods, with the interval that the package gives."""
    frame = frame_of(panel)
    frame["treated_at"] = np.where(np.isfinite(frame["treated_at"]), frame["treated_at"], 0).astype(int)
    if panel.treated.all() and len(np.unique(panel.start)) == 1:
        raise NotPossibleError("all places have the policy from the same time on, so that none is left to compare with")
    with _calmly():
        fit = made.fit(frame, outcome="y", unit="unit", time="time", first_treat="treated_at")
    low, high = fit.overall_conf_int
    estimate = float(fit.overall_att)
    if not math.isfinite(estimate):
        raise NotPossibleError("no place is left to compare with")
    return Estimate(estimate, float(low), float(high), float(fit.overall_p_value))


@contextmanager
def _calmly() -> Iterator[None]:
    """A block in which the package's warnings are not shown a thousand times, and its refusals become ours."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    except (ValueError, np.linalg.LinAlgError, ZeroDivisionError) as error:
        raise NotPossibleError(" ".join(str(error).split())[:200]) from None
