"""What a run says of a target: one number, the same for fitting, for what is held out and for outcomes."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from sim.calibration.request import PEOPLE, Outcome, Target
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.results.run import RunResult
from sim.scenario.scenario import Scenario


def measured(asked: Iterable[Target | Outcome], scenario: Scenario, run: RunResult) -> dict[str, float]:
    """The value of each of ``asked`` in a run, by name; not a number where nothing of the kind happened."""
    return {each.name: _value(each, scenario, run) for each in asked}


def _value(asked: Target | Outcome, scenario: Scenario, run: RunResult) -> float:
    value = _metric(asked.metric, asked, scenario, run)
    if asked.minus:
        value -= _metric(asked.minus, asked, scenario, run)
    if asked.over == PEOPLE:
        value /= float(scenario["people.size"])
    elif asked.over:
        below = _metric(asked.over, asked, scenario, run)
        value = value / below if below else math.nan
    return float(value)


def _metric(name: str, asked: Target | Outcome, scenario: Scenario, run: RunResult) -> float:
    if asked.law is not None:
        law = scenario.world.regions.rule_of_law
        return _in_regions(name, (law >= asked.law[0]) & (law < asked.law[1]), run)
    if asked.years is None:
        return float(run.metrics[name])
    weeks = run.weeks / WEEKS_PER_YEAR
    inside = (weeks >= asked.years[0]) & (weeks < asked.years[1])
    values = np.asarray(run.series[name], float)[inside]
    return float(np.nanmean(values)) if np.isfinite(values).any() else math.nan


def _in_regions(name: str, there: NDArray[np.bool_], run: RunResult) -> float:
    """People at a time, or people a year, in some regions."""
    if name == "identified":
        return float(run.flows["identified_by_region"][there].sum())
    cells = run.flows["exploited_cells"].reshape(len(there), -1)
    return float(cells[there].sum()) / WEEKS_PER_YEAR
