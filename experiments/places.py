"""What happens in one place and next door: penalties for buyers, a mission, centres, development in one region.

    python -m experiments.places [key=value ...]

Four claims about places rather than the whole world: penalties for buyers in one region move exploitation next door
(C1-F10); a mission raises commercial sex where it is stationed (C8-S01); information centres move provider use of
low-skilled people in opposite ways with and without visas to apply for (C7-S04); departures from a poor region first
rise with its income (C1-F13). Changes in % of the same world without, paired seeds; the table goes to
``results/places.csv``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from experiments.files import RESULTS, answered, write_csv
from experiments.measures import Places, amount, named, next_to
from sim.report import words
from sim.studies.compare import Comparison, compare
from sim.studies.plan import Arm
from sim.studies.statistics import t_interval

BASE = ["time.years=3", "seeds=6"]
HERE, POOREST, HOST = "union_core", "lake_origin", "post_conflict"
INCOMES = (0.25, 0.5, 1.0, 2.0, 4.0)
Floats = NDArray[np.float64]
Measure = Callable[[Comparison, Arm], Floats]  # one value a seed
Row = tuple[str, str, str, float, float, float, float, int]
COLUMNS = "claim,arm,measure,baseline,change,low,high,seeds"


def study(arguments: list[str]) -> list[Row]:
    """One row for each claim, arm and measure; change, low and high in % of the baseline."""
    base = [*BASE, *arguments]
    rows: list[Row] = []
    penalty = ["policy=demand_criminalisation", f"policy.demand_criminalisation.levers.0.where.region={HERE}"]
    for setting in ("on", "off"):
        switch = f"mechanisms.demand_displacement={setting}"
        found = _run({"penalty": penalty}, [*base, switch])
        world = found.baseline.scenario.world
        here, near = named(world, HERE), next_to(world, HERE)
        for name, places in (("where it holds", here), ("next door", near), ("elsewhere", ~here & ~near)):
            exploited = _sum("exploited_cells", places)
            rows.append(_row("C1-F10", f"displacement {setting}", f"exploited, {name}", found, exploited))
    mission = ["policy=mission", "policy.mission.levers.0.where.role=origin",
               f"policy.mission.levers.0.where.region={HOST}"]  # fmt: skip
    found = _run({"mission": mission}, base)
    host = named(world, HOST)
    in_sex = _sum("at_work", host, commercial_sex=True)
    rows.append(_row("C8-S01", "mission", "people in commercial sex there", found, in_sex))
    rows.append(_row("C8-S01", "mission", "exploited there", found, _sum("exploited_cells", host)))
    for slots in ("as declared", "none"):
        closed = (
            ["policy.visa_restriction.ramp=0", "policy.visa_restriction.implementation=1"] if slots == "none" else []
        )
        plain = ["policy=visa_restriction", *closed] if closed else ["policy=none"]
        chosen = "[visa_restriction,information_centres]" if closed else "information_centres"
        found = _run({"centres": [f"policy={chosen}", *closed]}, base, plain)
        rows.append(_row("C7-S04", f"visas {slots}", "provider share of low-skilled departures", found, _low_provider))
    arms = {
        f"income + {rise:.0%}": [
            "policy=development_aid", f"policy.development_aid.levers.0.where.region={POOREST}",
            f"policy.development_aid.levers.0.value={rise}", "policy.development_aid.ramp=0",
            "policy.development_aid.implementation=1",
        ]
        for rise in INCOMES
    }  # fmt: skip
    found = _run(arms, base)
    left = _sum("departures", named(world, POOREST))
    rows += [_row("C1-F13", arm.label, "departures from there", found, left, arm) for arm in found.arms]
    return rows


def _run(arms: dict[str, list[str]], base: list[str], plain: list[str] | None = None) -> Comparison:
    baseline = {"without": plain or ["policy=none"]}
    return compare({**baseline, **arms}, base=base, baseline="without", progress=True, report=False)


def _sum(flow: str, places: Places, *, commercial_sex: bool = False) -> Measure:
    """A flow over some regions: exploited person-weeks a year, people at work at the end, departures a year."""

    def measure(found: Comparison, arm: Arm) -> Floats:
        world = arm.scenario.world
        runs = found.runs_of(arm)
        return np.array([amount(run, world, flow, places, commercial_sex=commercial_sex) for run in runs])

    return measure


def _low_provider(found: Comparison, arm: Arm) -> Floats:
    return np.array([run.metrics["provider_share_low_skilled"] for run in found.runs_of(arm)])


def _row(claim: str, label: str, name: str, found: Comparison, measure: Measure, arm: Arm | None = None) -> Row:
    before = measure(found, found.baseline)
    after = measure(found, arm or found.arms[0])
    usual = float(np.mean(before))
    interval = t_interval(100 * (after - before) / (usual or np.nan))
    return claim, label, name, usual, interval.mean, interval.low, interval.high, interval.count


def main(arguments: list[str]) -> int:
    """Run, print and write the table; returns the exit code."""
    return answered(lambda: study(arguments), _tell)


def _tell(rows: list[Row]) -> None:
    path = write_csv(RESULTS / "places.csv", COLUMNS, rows)
    found = Table(title="Places: change in %, 95 % intervals", title_justify="left", pad_edge=False)
    for name in ("claim", "arm", "measure", "without", "change", "interval"):
        found.add_column(name)
    for claim, label, name, usual, mean, low, high, _ in rows:
        found.add_row(claim, label, name, words.number(usual), f"{mean:+.1f}", f"{low:+.1f} to {high:+.1f}")
    Console(width=None if sys.stdout.isatty() else 160).print(found)
    print(f"The table is in {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
