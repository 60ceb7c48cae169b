"""Synthetic control: a mixture of places without the policy that moved as the places with it did before."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.designs.panel import Floats, controls, one_start, panel_of
from sim.evaluation.estimate import LEVEL, Estimate

_HEAVY = 1e4  # weight of "weights add up to one" in the least squares


def synthetic_control(frame: pd.DataFrame) -> Estimate:
    """The gap to the mixture after the start; p is the rank of places among placebos, each treated as if it were one.

    The interval is the estimate with the largest placebo gaps around it, as far as there are enough of them.
    """
    panel = panel_of(frame)
    start = one_start(panel, "a synthetic control")
    others = controls(panel, 3)
    after = panel.times >= start
    target = panel.y[panel.treated].mean(axis=0)
    effect, ratio = _gap(target, others.y, after)
    placebos = [_gap(others.y[k], np.delete(others.y, k, axis=0), after) for k in range(len(others.units))]
    ratios = np.array([placebo[1] for placebo in placebos])
    p = float((1 + (ratios >= ratio - 1e-12).sum()) / (1 + len(ratios)))
    half = float(np.quantile(np.abs([placebo[0] for placebo in placebos]), LEVEL, method="higher"))
    least = 1 / (1 + len(ratios))
    notes = () if least <= 1 - LEVEL else (
        f"{len(ratios)} places without the policy cannot give a p below {least:.2g}",
    )  # fmt: skip
    return Estimate(effect, effect - half, effect + half, p, notes)


def weights(target: Floats, others: Floats) -> Floats:
    """Weights of ``others`` (places, periods), 0 or more and one in all, whose mixture is nearest to ``target``."""
    from scipy.optimize import nnls  # noqa: PLC0415 - loads when an evaluation is made

    scale = max(float(np.abs(others).max()), 1e-12)
    rows = np.vstack([others.T / scale, np.full(len(others), _HEAVY)])
    found, _ = nnls(rows, np.append(target / scale, _HEAVY))
    return np.asarray(found / found.sum())


def _gap(target: Floats, others: Floats, after: NDArray[np.bool_]) -> tuple[float, float]:
    """Mean gap after the start, and how much larger gaps are after it than before (ratio of root mean squares)."""
    before = ~after
    gap = target - weights(target[before], others[:, before]) @ others
    fit = math.sqrt(float((gap[before] ** 2).mean()))
    return float(gap[after].mean()), math.sqrt(float((gap[after] ** 2).mean())) / max(fit, 1e-9)
