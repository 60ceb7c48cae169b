"""A panel of records as arrays, checked once for all designs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.estimate import LEVEL, Estimate, NotPossibleError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """Records ``y`` float64 (units, periods), the periods, and the first treated period of each unit (inf: never)."""

    units: tuple[str, ...]
    times: NDArray[np.int64]
    start: Floats
    y: Floats

    @property
    def treated(self) -> NDArray[np.bool_]:
        """Which units the policy reaches at any time of the panel: bool (units,)."""
        return np.asarray(self.start <= self.times[-1])

    @property
    def on(self) -> NDArray[np.bool_]:
        """Where and when the policy holds: bool (units, periods)."""
        return np.asarray(self.times[None, :] >= self.start[:, None])

    @property
    def first(self) -> float:
        """The first period in which the policy holds anywhere."""
        return float(self.start.min())

    def only(self, units: NDArray[np.bool_]) -> Panel:
        """The panel of some of its units."""
        names = tuple(name for name, kept in zip(self.units, units, strict=True) if kept)
        return Panel(names, self.times, self.start[units], self.y[units])


def panel_of(frame: pd.DataFrame) -> Panel:
    """The panel that a table describes. NotPossibleError: a period is missing, or nothing was there before or after."""
    wide = frame.pivot(index="unit", columns="time", values="y").sort_index()
    start = frame.groupby("unit")["treated_at"].first().reindex(wide.index)
    y = wide.to_numpy(float)
    times = wide.columns.to_numpy(np.int64)
    if not np.isfinite(y).all() or (np.diff(times) != 1).any():
        raise NotPossibleError("records are missing for some periods")
    found = Panel(tuple(map(str, wide.index)), times, start.to_numpy(float), y)
    if not found.treated.any():
        raise NotPossibleError("the policy reaches no unit of the records within their time")
    if (found.start[found.treated] <= times[0]).any():
        raise NotPossibleError("a unit has no records from before the policy")
    return found


def one_start(panel: Panel, design: str) -> int:
    """The one period in which the policy begins. NotPossibleError where units begin at different times."""
    starts = np.unique(panel.start[panel.treated])
    if len(starts) > 1:
        raise NotPossibleError(f"{design} needs one start; the policy begins at {len(starts)} different times")
    return int(starts[0])


def controls(panel: Panel, least: int = 1) -> Panel:
    """The units that the policy never reaches. NotPossibleError where there are fewer than ``least``."""
    found = panel.only(~panel.treated)
    if len(found.units) < least:
        raise NotPossibleError(f"it needs {least} or more units without the policy, and there {_are(len(found.units))}")
    return found


def _are(count: int) -> str:
    return {0: "are none", 1: "is one"}.get(count, f"are {count}")


def by_t(estimate: float, se: float, df: float, notes: tuple[str, ...] = ()) -> Estimate:
    """An estimate with the interval and the p value of Student's t; without a spread there are neither."""
    from scipy import stats  # noqa: PLC0415 - loads when an evaluation is made

    if not (math.isfinite(se) and se > 0 and df > 0):
        return Estimate(float(estimate), notes=(*notes, "its spread is not known, so that it has no interval"))
    half = float(stats.t.ppf((1 + LEVEL) / 2, df)) * se
    p = 2 * float(stats.t.sf(abs(estimate) / se, df))
    return Estimate(float(estimate), float(estimate - half), float(estimate + half), p, notes)


def by_normal(estimate: float, se: float, notes: tuple[str, ...] = ()) -> Estimate:
    """An estimate with the interval and the p value of the normal distribution."""
    return by_t(estimate, se, math.inf, notes)


def frame_of(panel: Panel) -> pd.DataFrame:
    """The panel as a table of rows, with ``on`` (1.0 where the policy holds) and ``ever`` beside the rest."""
    units, periods = panel.y.shape
    columns: dict[str, Any] = {
        "unit": np.repeat(np.arange(units), periods),
        "time": np.tile(panel.times, units),
        "treated_at": np.repeat(np.where(panel.treated, panel.start, np.inf), periods),
        "y": panel.y.ravel(),
        "on": panel.on.ravel().astype(float),
        "ever": np.repeat(panel.treated.astype(float), periods),
    }
    return pd.DataFrame(columns)
