"""Estimators for policies that reach places one after another, by the package diff-diff."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.designs.panel import Floats, Panel, by_t, controls, frame_of, panel_of
from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.evaluation.optional import package

FEW = 5  # places without the policy from which on errors are trusted


def callaway_santanna(frame: pd.DataFrame, *, against: str = "not_yet_treated") -> Estimate:
    """Effects by group of start and period, averaged (Callaway and Sant'Anna), against places not treated so far."""
    panel = panel_of(frame)
    made = package("diff_diff").CallawaySantAnna(control_group=against, rank_deficient_action="silent")
    return _overall(made, panel)


def imputation(frame: pd.DataFrame) -> Estimate:
    """What untreated periods and places predict for treated ones, taken from what is there (Borusyak and others)."""
    return _overall(package("diff_diff").ImputationDiD(rank_deficient_action="silent"), panel_of(frame))


def synthetic_did(frame: pd.DataFrame) -> Estimate:
    """Differences in differences with weights on places and periods; groups of one start are averaged by their size.

    The error is that of the whole average, as all groups are held against the same places: one place after another is
    left out while weights stay (the jackknife of Arkhangelsky and others 2021), or, where a single place has the
    policy, each of the others is taken for it. It rests on the places without the policy, and so does Student's t.
    """
    panel = panel_of(frame)
    others = controls(panel, 2)
    groups = [_group(panel, start) for start in np.unique(panel.start[panel.treated])]
    every = np.ones(len(panel.units), bool)
    estimate = _average(panel, groups, every)
    se = _jackknife(panel, groups) if panel.treated.sum() > 1 else _by_placebos(others, float(panel.first))
    count = len(others.units)
    notes = () if count >= FEW else (f"{count} places without the policy are few: its intervals are wide",)
    return by_t(estimate, se, count - 1, notes)


@dataclass(frozen=True)
class _Group:
    """Places of one start: ``change`` of every place, float64 (units,), and ``weights`` of those without the policy.

    A change is the mean after the start less the weighted mean before it.
    """

    start: float
    change: Floats
    weights: Floats


def _group(panel: Panel, start: float) -> _Group:
    """What the package weighs places and periods with, for the places of one start."""
    chosen = (panel.start == start) | ~panel.treated
    group = panel.only(chosen)
    post = [int(time) for time in group.times if time >= start]
    with _calmly():
        # the package's own error is of one group and is not asked for
        made = package("diff_diff").SyntheticDiD(variance_method="jackknife", n_bootstrap=2)
        fit = made.fit(frame_of(group), outcome="y", treatment="ever", unit="unit", time="time", post_periods=post)
    of_unit, of_time = dict(fit.unit_weights), dict(fit.time_weights)
    weights = np.zeros(len(panel.units))
    weights[chosen] = [of_unit.get(number, 0.0) for number in range(len(group.units))]
    before = panel.times < start
    periods = np.array([of_time[time] for time in panel.times[before]])
    return _Group(start, panel.y[:, ~before].mean(axis=1) - panel.y[:, before] @ periods, weights)


def _average(panel: Panel, groups: Sequence[_Group], kept: NDArray[np.bool_]) -> float:
    """The effect over the kept places, bool (units,): that of each group, by its places and periods with the policy."""
    effects, cells = [], []
    for group in groups:
        own = kept & (panel.start == group.start)
        if not own.any():
            continue
        weights = np.where(kept, group.weights, 0.0)
        if weights.sum() <= 0:  # the only one with weight is left out
            weights = (kept & ~panel.treated).astype(float)
        effects.append(group.change[own].mean() - weights @ group.change / weights.sum())
        cells.append(panel.on[own].sum())
    return float(np.average(effects, weights=cells))


def _jackknife(panel: Panel, groups: Sequence[_Group]) -> float:
    """The error of the average over all groups, from leaving out one place after another."""
    units = len(panel.units)
    left = np.array([_average(panel, groups, np.arange(units) != unit) for unit in range(units)])
    return math.sqrt((units - 1) / units * float(((left - left.mean()) ** 2).sum()))


def _by_placebos(others: Panel, start: float) -> float:
    """The error of an effect on one place, from those of no policy on each of the places without it."""
    every = np.ones(len(others.units), bool)
    found = []
    for unit in range(len(others.units)):
        placebo = replace(others, start=np.where(np.arange(len(others.units)) == unit, start, np.inf))
        found.append(_average(placebo, [_group(placebo, start)], every))
    return math.sqrt(float(np.square(found).mean()))


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
