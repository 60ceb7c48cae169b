"""Which targets cannot be met together, and by how much their bands would have to give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.calibration.fitting import Look
from sim.calibration.space import Floats

COLUMNS = ["target", "standard_deviations", "bound"]
LEAST = 1e-6  # standard deviations of a target that count as nothing


def least_relaxation(look: Look, around: Floats) -> pd.DataFrame:
    """The least total relaxation of bands that leaves a set which fits: columns target, standard_deviations, bound.

    A linear programme on the emulators, each a line through the points ``around`` (points, parameters), which are those
    that fit best. A target is relaxed in standard deviations of its errors, or in quarters of its half band where these
    are less. No row means that the lines allow a set that meets every target.

    Raises
    ------
    ValueError : the programme has no solution.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - only asked for where nothing fits

    centre = around.mean(axis=0)
    width, count = len(centre), len(look.targets)
    slopes, levels = [], []
    for emulator in look.emulators:
        gradient = np.mean([emulator.gradient(point)[1] for point in around], axis=0)
        slopes.append(gradient)
        levels.append(float(emulator.mean(around).mean()) - float(gradient @ centre))
    slope, level = np.array(slopes), np.array(levels)
    unit = np.array([max(target.error, 0.25 * target.width) for target in look.targets])
    rows, bounds = [], []
    for place, target in enumerate(look.targets):
        low, high = target.band
        give = np.zeros(count)
        give[place] = -unit[place]
        if np.isfinite(high):
            rows.append(np.concatenate([slope[place], give]))
            bounds.append(high - level[place])
        if np.isfinite(low):
            rows.append(np.concatenate([-slope[place], give]))
            bounds.append(level[place] - low)
    # among the cheapest, the set nearest to the centre is not looked for: only the relaxation is told
    found = linprog(
        np.concatenate([np.zeros(width), np.ones(count)]),
        A_ub=np.array(rows),
        b_ub=np.array(bounds),
        bounds=[(0.0, 1.0)] * width + [(0.0, None)] * count,
        method="highs",
    )
    if found.status != 0:
        raise ValueError(found.message)
    point, relaxed = found.x[:width], found.x[width:]
    table = []
    for place, target in enumerate(look.targets):
        if relaxed[place] > LEAST:
            value = float(level[place] + slope[place] @ point)
            bound = "above" if value > target.band[1] else "below"
            table.append((target.name, float(relaxed[place]), bound))
    return pd.DataFrame(table, columns=COLUMNS)
