"""What happens in one place and next door: penalties for buyers, a mission, centres, development in one region.

Four claims about places rather than the whole world: penalties for buyers in one region move exploitation next door
(C1-F10); a mission raises commercial sex where it is stationed (C8-S01); information centres move provider use of
low-skilled people in opposite ways with and without visas to apply for (C7-S04); departures from a poor region first
rise with its income (C1-F13). Changes in % of the same world without, paired by seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.findings.part import KEY, Asked, Part, Scale, asked, pair_key
from experiments.pattern_runs import Places, amount, named, next_to
from sim.results.arms import Arm
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.statistics import judged, p_value, t_interval

BASE = ["time.years=3", "seeds=6"]
HERE, POOREST, HOST = "union_core", "lake_origin", "post_conflict"
INCOMES = (0.25, 0.5, 1.0, 2.0, 4.0)
MOVES, STAYS = "displacement on", "displacement off"
MISSION, VISAS, NO_VISAS, RISE = "mission", "visas as declared", "no visas", "development"
Floats = NDArray[np.float64]
Measure = Callable[[Comparison, Arm], Floats]  # one value a seed
COLUMNS = [
    "claim",
    "arm",
    "measure",
    "baseline",
    "change",
    "low",
    "high",
    "seeds",
    "p_value",
    "q_value",
    "verdict",
    KEY,
]


def ask(scale: Scale) -> list[Asked]:
    """One setting for each question."""
    none = {"none": ["policy=none"]}
    penalty = ["policy=demand_criminalisation", f"policy.demand_criminalisation.levers.0.where.region={HERE}"]
    closed = ["policy.visa_restriction.ramp=0", "policy.visa_restriction.implementation=1"]
    mission = ["policy=mission", "policy.mission.levers.0.where.role=origin",
               f"policy.mission.levers.0.where.region={HOST}"]  # fmt: skip
    settings = {
        MOVES: none | {"penalty": penalty},
        STAYS: none | {"penalty": penalty},
        MISSION: none | {"mission": mission},
        VISAS: none | {"centres": ["policy=information_centres"]},
        NO_VISAS: {
            "none": ["policy=visa_restriction", *closed],
            "centres": ["policy=[visa_restriction,information_centres]", *closed],
        },
        RISE: none | {f"income + {rise:.0%}": _development(rise) for rise in INCOMES},
    }
    words = {MOVES: ["mechanisms.demand_displacement=on"], STAYS: ["mechanisms.demand_displacement=off"]}
    return [asked(settings, words, [*BASE, *scale.added])]


def _development(rise: float) -> list[str]:
    return [
        "policy=development_aid", f"policy.development_aid.levers.0.where.region={POOREST}",
        f"policy.development_aid.levers.0.value={rise}", "policy.development_aid.ramp=0",
        "policy.development_aid.implementation=1",
    ]  # fmt: skip


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each claim, arm and measure; change, low and high in % of the baseline."""
    rows = []
    for claim, setting, arm, name, measure in questions(found[0]):
        comparison = found[0].comparisons[setting]
        before, after = measure(comparison, comparison.baseline), measure(comparison, arm)
        usual = float(np.mean(before))
        change = 100 * (after - before) / (usual or np.nan)
        interval = t_interval(change)
        label = arm.label if setting == RISE else setting
        rows.append((claim, label, name, usual, interval.mean, interval.low, interval.high, interval.count,
                     p_value(change), np.nan, "", pair_key(found[0], setting, arm.label)))  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS)
    return judged(table)


def questions(found: Findings) -> Iterator[tuple[str, str, Arm, str, Measure]]:
    """Claim, setting, arm, name and measure of every figure."""
    for setting in (MOVES, STAYS):
        comparison = found.comparisons[setting]
        here, near = named(comparison.world, HERE), next_to(comparison.world, HERE)
        for name, places in (("where it holds", here), ("next door", near), ("elsewhere", ~here & ~near)):
            yield "C1-F10", setting, comparison.arms[0], f"exploited, {name}", summed("exploited_cells", places)
    comparison = found.comparisons[MISSION]
    host = named(comparison.world, HOST)
    in_sex = summed("at_work", host, commercial_sex=True)
    yield "C8-S01", MISSION, comparison.arms[0], "people in commercial sex there", in_sex
    yield "C8-S01", MISSION, comparison.arms[0], "exploited there", summed("exploited_cells", host)
    for setting in (VISAS, NO_VISAS):
        arm = found.comparisons[setting].arms[0]
        yield "C7-S04", setting, arm, "provider share of low-skilled departures", low_provider
    comparison = found.comparisons[RISE]
    left = summed("departures", named(comparison.world, POOREST))
    for arm in comparison.arms:
        yield "C1-F13", RISE, arm, "departures from there", left


def summed(flow: str, places: Places, *, commercial_sex: bool = False) -> Measure:
    """A flow over some regions: exploited person-weeks a year, people at work at the end, departures a year."""

    def measure(found: Comparison, arm: Arm) -> Floats:
        runs = found.runs_of(arm, "flows")
        return np.array([amount(run, arm.scenario.world, flow, places, commercial_sex=commercial_sex) for run in runs])

    return measure


def low_provider(found: Comparison, arm: Arm) -> Floats:
    """Provider share of departures of low-skilled people."""
    return np.array([run.metrics["provider_share_low_skilled"] for run in found.runs_of(arm, "metrics", "seconds")])


PARTS = (Part("places", "policies in one region, there and next door", 2, ask, find),)
