"""Would the procedure find what it is meant to find? A known set is hidden, and looked for by its outputs alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from sim.calibration.emulators import Mask
from sim.calibration.fitting import IMPLAUSIBLE, Look
from sim.calibration.request import Target
from sim.calibration.space import Floats, sobol

SIDES = (0.05, 0.95)
COLUMNS = ["trial", "survives", "worst", "covered", "usual", "closer"]


def around(targets: Sequence[Target], values: Floats) -> tuple[Target, ...]:
    """The targets with bands of the same width around values (targets,) on their scales."""
    found = []
    for target, value in zip(targets, values, strict=True):
        low, high = value - target.width, value + target.width
        if target.scale == "log":
            low, high = float(np.exp(low)), float(np.exp(high))
        found.append(replace(target, low=float(low), high=float(high)))
    return tuple(found)


def on_emulators(look: Look, hidden: Floats, told: Mask, proposals: int, seed: int) -> pd.DataFrame:
    """Hide each of ``hidden`` (trials, parameters) in turn and look for it by emulated outputs with their errors.

    Parameters
    ----------
    told : which parameters the evidence narrows, (parameters,): only of these is it asked whether they come closer.
    proposals : sets that are looked for by projection in each trial.

    Returns
    -------
    A row a trial: ``survives``, whether the hidden set is not ruled out; ``worst``, its worst target in standard
    deviations; ``covered``, the share of parameters that lie within the middle 90 % of the sets that are found;
    ``usual``, the share that would lie within that of as many sets drawn from anywhere, less than 90 % as they are few;
    ``closer``, how far the sets that are found lie from the hidden one in what is told, over the distance of sets drawn
    from anywhere.
    """
    generator = np.random.default_rng(seed)
    rows = []
    for trial, point in enumerate(hidden if look.emulators else hidden[:0]):
        outputs = np.array([float(each.mean(point[None])[0]) for each in look.emulators])
        outputs = outputs + generator.normal(size=len(outputs)) * [each.error for each in look.emulators]
        asked = replace(look, targets=around(look.targets, outputs))
        starts = look.joined(sobol(proposals, len(point), seed + 1 + trial))
        found = asked.project(starts)
        low, high = np.quantile(found, SIDES, axis=0)
        within = (point >= low - 1e-9) & (point <= high + 1e-9)
        some = told if told.any() else np.ones(len(point), bool)
        away = np.abs(found - point)[:, some].mean() / max(np.abs(starts - point)[:, some].mean(), 1e-12)
        worst = np.sort(asked.implausibility(point[None])[0])
        second = worst[-2] if len(worst) > 1 else worst[-1]
        usual = float(np.diff(np.quantile(starts, SIDES, axis=0), axis=0).mean())
        rows.append(
            (trial + 1, bool(second <= IMPLAUSIBLE), float(worst[-1]), float(within.mean()), usual, float(away))
        )
    return pd.DataFrame(rows, columns=COLUMNS)
