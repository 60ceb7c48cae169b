"""From the panels of two twin worlds to what an evaluator sees, and to what the policy really did.

In every world both the truth and the records are known, with the policy and without it. So the error of an estimate
falls into two parts that add up: what the design makes of the records (its estimate less the policy's effect in the
records) and what the records make of the truth (the effect in the records less the effect in truth).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import SUMMED
from sim.evaluation.request import Data, Evaluation

Floats = NDArray[np.float64]
NOTHING_LEFT = 1e-6  # of the records: what rounding leaves of two equal numbers
STOCKS = tuple(name for name, metric in METRICS.items() if metric.kind not in (*SUMMED, "flow"))


@dataclass(frozen=True)
class Cells:
    """A metric by region and period: ``values`` float64 (regions, periods); periods are numbered from 1."""

    regions: tuple[str, ...]
    values: Floats


@dataclass(frozen=True)
class World:
    """What is wanted of one run: the truth that the inquiry asks for, the evaluator's records, recorded activity."""

    truth: Cells
    records: Cells
    activity: Mapping[tuple[str, str], Cells] = field(default_factory=dict)


@dataclass(frozen=True)
class Twins:
    """What the policy did in one world, in the unit of the inquiry, and what an evaluator can know of it.

    Parameters
    ----------
    truth, record : effect per treated region and period, in truth and in the records.
    spillover : the same in the records of regions that never have the policy, from its first start on; nan without any.
    before, after : means of the records of treated regions before the policy, and while it holds.
    """

    truth: float
    record: float
    spillover: float
    before: float
    after: float


def cells(panel: pd.DataFrame, metric: str, agency: str, layer: str, data: Data, regions: Sequence[str]) -> Cells:
    """What a run's panel says of a metric by region and period of the records; stocks as means, flows as sums.

    ``panel`` has columns week, region, agency, metric, truth and record.
    """
    rows = panel[(panel["metric"] == metric) & (panel["agency"] == agency)]
    rows = rows[(rows["week"] >= data.first) & (rows["week"] < data.last) & rows["region"].isin(list(regions))]
    wide = rows.pivot(index="region", columns="week", values=layer).reindex(list(regions))
    weekly = wide.to_numpy(float)
    periods = weekly.reshape(len(regions), -1, data.weeks)
    return Cells(tuple(regions), periods.mean(axis=2) if metric in STOCKS else periods.sum(axis=2))


def treated_cells(start: Floats, periods: int) -> NDArray[np.bool_]:
    """Where and when the policy holds: bool (regions, periods)."""
    return np.asarray(np.arange(1, periods + 1)[None, :] >= start[:, None])


def starts(evaluation: Evaluation) -> Floats:
    """The first period with the policy in each region that has records, inf where it never comes."""
    model, data = evaluation.model, evaluation.data
    if not model.start:
        weeks = np.full(len(model.among), float(model.begins))
    else:
        weeks = np.array([float(model.start.get(region, np.inf)) for region in model.among])
    return np.asarray((weeks - data.first) / data.weeks + 1)


def frame_for(records: Cells, start: Floats) -> pd.DataFrame:
    """The table that designs take: unit, time, treated_at and y."""
    regions, periods = records.values.shape
    return pd.DataFrame(
        {
            "unit": np.repeat(records.regions, periods),
            "time": np.tile(np.arange(1, periods + 1), regions),
            "treated_at": np.repeat(start, periods),
            "y": records.values.ravel(),
        }
    )


def records_of(panel: pd.DataFrame, evaluation: Evaluation) -> Cells:
    """The records that the evaluator has."""
    data = evaluation.data
    return cells(panel, data.source, data.agency, data.layer, data, evaluation.model.among)


def truth_of(panel: pd.DataFrame, evaluation: Evaluation) -> Cells:
    """What the inquiry asks for, in truth."""
    asked = evaluation.inquiry
    return cells(panel, asked.metric, asked.agency, "truth", evaluation.data, evaluation.model.among)


def world_of(panel: pd.DataFrame, evaluation: Evaluation) -> World:
    """All that is wanted of a run's panel."""
    activity = {
        (metric, agency): cells(panel, metric, agency, "record", evaluation.data, evaluation.model.among)
        for metric, agency in evaluation.process
    }
    return World(truth_of(panel, evaluation), records_of(panel, evaluation), activity)


def twins(without: World, with_it: World, start: Floats, effect: str) -> Twins:
    """What the policy did in a world; ``effect`` is ``percent`` or ``people``."""
    periods = without.records.values.shape[1]
    times, on = np.arange(1, periods + 1), treated_cells(start, periods)
    ever = np.asarray(on.any(axis=1))
    never = np.zeros_like(on)
    never[~ever] = times >= start[ever].min()
    before_cells = np.asarray(ever[:, None] & ~on)
    return Twins(
        change(without.truth, with_it.truth, on, effect),
        change(without.records, with_it.records, on, effect),
        change(without.records, with_it.records, never, effect),
        float(with_it.records.values[before_cells].mean()),
        float(with_it.records.values[on].mean()),
    )


def change(without: Cells, with_it: Cells, where: NDArray[np.bool_], effect: str) -> float:
    """Mean change over some cells, in units or in per cent of the mean without the policy; nan without cells."""
    if not where.any():
        return float("nan")
    base = float(without.values[where].mean())
    gap = float((with_it.values - without.values)[where].mean())
    if effect == "people":
        return gap
    return 100 * gap / base if base > 0 else float("nan")


def in_unit(records: float, after: float, effect: str) -> float:
    """An estimate, or an end of its interval, in the unit of the inquiry.

    A design that estimates a change ``records`` says that places with the policy would otherwise have had
    ``after - records``. Per cent are told of that, as whoever has only the records would tell them; those of a model of
    ratios come out as it has them. inf where the design says that there would have been nothing.

    Parameters
    ----------
    records : change per treated region and period.
    after : mean of the records of treated regions while the policy holds.
    effect : ``percent`` or ``people``.
    """
    if effect == "people":
        return records
    if np.isneginf(records):
        return -100.0
    otherwise = after - records
    nothing = otherwise <= NOTHING_LEFT * abs(after)
    return float("inf") if nothing else 100 * records / otherwise
