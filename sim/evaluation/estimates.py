"""The table of estimates: every design on the records of every world and dose, beside what the policy really did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from sim.evaluation import effects
from sim.evaluation.designs.differences import pre_trend
from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.evaluation.request import Evaluation
from sim.results.findings import Findings
from sim.results.run import RunResult
from sim.evaluation.roll_out import label_of

NO_RECORDS = "there are no records before the policy, of which an effect could be a share"
COLUMNS = ("seed", "dose", "design", "estimate", "low", "high", "p", "truth", "record_effect", "spillover",
           "design_fault", "measurement_fault", "before", "pre_trend", "status")  # fmt: skip


def estimate_all(evaluation: Evaluation, found: Findings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates (``COLUMNS``) and indicators of activity (seed, dose, indicator, effect, truth) of finished runs.

    A world at dose 0 is that without the policy, evaluated as if it had come. Seeds with a failed run are left out.
    """
    (comparison,) = found.comparisons.values()
    arms = {arm.label: arm for arm in comparison.every_arm}
    rows: list[dict[str, Any]] = []
    activity: list[dict[str, Any]] = []
    for seed in found.seeds:
        runs: dict[float, RunResult] = {}
        for dose in evaluation.model.doses:
            done = found.runs.finished([arms[label_of(dose)].scenario.run_key(seed)], ("panel",))
            runs |= {dose: run for run in done}
        if len(runs) == len(evaluation.model.doses):
            panels = {dose: run.panel for dose, run in runs.items()}
            rows += rows_of(evaluation, seed, panels)
            activity += activity_of(evaluation, seed, panels)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table, pd.DataFrame(activity, columns=["seed", "dose", "indicator", "effect", "truth"])


def rows_of(evaluation: Evaluation, seed: int, panels: dict[float, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """The rows of one seed: every dose with every design; ``panels`` by dose, that of dose 0 among them."""
    start = effects.starts(evaluation)
    worlds = {
        dose: (effects.truth_of(panel, evaluation), effects.records_of(panel, evaluation))
        for dose, panel in panels.items()
    }
    for dose, world in worlds.items():
        twin = effects.twins(worlds[0.0], world, start, evaluation.inquiry.effect)
        frame = effects.frame_for(world[1], start)
        trend = pre_trend(frame)
        for label, asked in evaluation.answer:
            made, status = Estimate(float("nan")), ""
            try:
                if not np.isfinite(twin.scale):
                    raise NotPossibleError(NO_RECORDS)
                made = asked(frame)
                status = "; ".join(made.notes)
            except NotPossibleError as error:
                status = str(error)
            value = made.estimate * twin.scale
            low, high = made.low * twin.scale, made.high * twin.scale
            numbers = (value, low, high, made.p, twin.truth, twin.record, twin.spillover,
                       value - twin.record, twin.record - twin.truth, twin.before, trend)  # fmt: skip
            yield dict(zip(COLUMNS, (seed, dose, label, *numbers, status), strict=True))


def activity_of(evaluation: Evaluation, seed: int, panels: dict[float, pd.DataFrame]) -> Iterator[dict[str, Any]]:
    """The change of every indicator of activity beside that of the truth, by dose above 0."""
    start = effects.starts(evaluation)
    truths = {dose: effects.truth_of(panel, evaluation) for dose, panel in panels.items()}
    for metric, agency in evaluation.process:
        seen = {dose: effects.activity_of(panel, evaluation, metric, agency) for dose, panel in panels.items()}
        for dose in panels:
            if dose == 0:
                continue
            twin = effects.twins((truths[0.0], seen[0.0]), (truths[dose], seen[dose]), start, "people")
            name = metric if agency == "all" else f"{metric} by {agency}"
            yield {"seed": seed, "dose": dose, "indicator": name, "effect": twin.record, "truth": twin.truth}
