"""The table of estimates: every design on the records of every world and dose, beside what the policy really did."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.declared.measures.panels import ALL
from sim.evaluation import effects
from sim.evaluation.designs.catalogue import Asked
from sim.evaluation.designs.differences import pre_trend
from sim.evaluation.effects import World
from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.evaluation.request import Evaluation
from sim.evaluation.roll_out import label_of
from sim.results.comparison import Comparison
from sim.results.findings import Findings

NO_SHARE = "it says that nothing would be recorded without the policy, of which an effect could be a share"
COLUMNS = ("seed", "dose", "design", "estimate", "low", "high", "p", "truth", "record_effect", "spillover",
           "design_fault", "measurement_fault", "before", "pre_trend", "status")  # fmt: skip

ACTIVITY = ("seed", "dose", "indicator", "effect", "truth")


def estimate_all(evaluation: Evaluation, found: Findings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates (``COLUMNS``) and indicators of activity (``ACTIVITY``) of finished runs.

    A world at dose 0 is that without the policy, evaluated as if it had come. Seeds with a failed run are left out.
    With an ensemble the column ``setting`` comes first and names the world of a row.
    """
    several = found.design.ensemble is not None
    rows: list[dict[str, Any]] = []
    activity: list[dict[str, Any]] = []
    for label, comparison in found.comparisons.items():
        first = {"setting": label} if several else {}
        for seed, worlds in _whole(evaluation, comparison).items():
            rows += [first | row for row in rows_of(evaluation, seed, worlds)]
            activity += [first | row for row in activity_of(evaluation, seed, worlds)]
    above = ["setting"] if several else []
    return pd.DataFrame(rows, columns=[*above, *COLUMNS]), pd.DataFrame(activity, columns=[*above, *ACTIVITY])


def _whole(evaluation: Evaluation, comparison: Comparison) -> dict[int, dict[float, World]]:
    """What is wanted of every dose, by seed; seeds with a failed run are left out."""
    arms = {arm.label: arm for arm in comparison.every_arm}
    seeds: dict[int, dict[float, World]] = {}
    for dose in evaluation.model.doses:
        for panel in comparison.observed("panels", arms[label_of(dose)]):
            seeds.setdefault(int(panel["seed"].iloc[0]), {})[dose] = effects.world_of(panel, evaluation)
    return {seed: worlds for seed, worlds in seeds.items() if len(worlds) == len(evaluation.model.doses)}


def rows_of(evaluation: Evaluation, seed: int, worlds: Mapping[float, World]) -> Iterator[dict[str, Any]]:
    """The rows of one seed: every dose with every design; ``worlds`` by dose, that of dose 0 among them."""
    start = effects.starts(evaluation)
    for dose, world in worlds.items():
        twin = effects.twins(worlds[0.0], world, start, evaluation.inquiry.effect)
        frame = effects.frame_for(world.records, start)
        trend = pre_trend(frame)
        for label, asked in evaluation.answer:
            made = _made(asked, frame, twin.after, evaluation.inquiry.effect)
            numbers = (made.estimate, made.low, made.high, made.p, twin.truth, twin.record, twin.spillover,
                       made.estimate - twin.record, twin.record - twin.truth, twin.before, trend)  # fmt: skip
            yield dict(zip(COLUMNS, (seed, dose, label, *numbers, "; ".join(made.notes)), strict=True))


def _made(asked: Asked, frame: pd.DataFrame, after: float, effect: str) -> Estimate:
    """What a design says, in the unit of the inquiry; a design that cannot be used says why.

    Each has a table of its own, as a function of the user's may change what it is handed.
    """
    try:
        made = asked(frame.copy())
    except NotPossibleError as error:
        return _nothing(str(error))
    value, low, high = (effects.in_unit(x, after, effect) for x in (made.estimate, made.low, made.high))
    return dataclasses.replace(made, estimate=value, low=low, high=high) if np.isfinite(value) else _nothing(NO_SHARE)


def _nothing(why: str) -> Estimate:
    return Estimate(float("nan"), notes=(why,))


def activity_of(evaluation: Evaluation, seed: int, worlds: Mapping[float, World]) -> Iterator[dict[str, Any]]:
    """The change of every indicator of activity beside that of the truth, by dose above 0."""
    without, start = worlds[0.0], effects.starts(evaluation)
    on = effects.treated_cells(start, without.truth.values.shape[1])
    for dose, world in worlds.items():
        if dose == 0:
            continue
        truth = effects.change(without.truth, world.truth, on, "people")
        for (metric, agency), seen in world.activity.items():
            name = metric if agency == ALL else f"{metric} by {agency}"
            moved = effects.change(without.activity[metric, agency], seen, on, "people")
            yield dict(zip(ACTIVITY, (seed, dose, name, moved, truth), strict=True))
