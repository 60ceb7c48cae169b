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

from experiments.files import RESULTS, write_whole
from sim.errors import RequestError
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
    penalty = ["policy=demand_criminalisation", f"+policy.demand_criminalisation.levers.0.where.region={HERE}"]
    for setting in ("on", "off"):
        switch = f"mechanisms.demand_displacement={setting}"
        found = _run({"penalty": penalty}, [*base, switch])
        near, elsewhere = _next_door(found)
        for name, places in (("where it holds", _named(found, HERE)), ("next door", near), ("elsewhere", elsewhere)):
            rows.append(_row("C1-F10", f"displacement {setting}", f"exploited, {name}", found, _exploited(places)))
    mission = ["policy=mission", "policy.mission.levers.0.where.role=origin",
               f"+policy.mission.levers.0.where.region={HOST}"]  # fmt: skip
    found = _run({"mission": mission}, base)
    rows.append(_row("C8-S01", "mission", "people in commercial sex there", found, _in_commercial_sex(HOST)))
    rows.append(_row("C8-S01", "mission", "exploited there", found, _exploited(_named(found, HOST))))
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
            "policy=development_aid", f"+policy.development_aid.levers.0.where.region={POOREST}",
            f"policy.development_aid.levers.0.value={rise}", "policy.development_aid.ramp=0",
            "policy.development_aid.implementation=1",
        ]
        for rise in INCOMES
    }  # fmt: skip
    found = _run(arms, base)
    rows += [_row("C1-F13", arm.label, "departures from there", found, _departures(POOREST), arm) for arm in found.arms]
    return rows


def _run(arms: dict[str, list[str]], base: list[str], plain: list[str] | None = None) -> Comparison:
    baseline = {"without": plain or ["policy=none"]}
    return compare({**baseline, **arms}, base=base, baseline="without", progress=True, report=False)


def _named(found: Comparison, name: str) -> NDArray[np.bool_]:
    return np.array([region == name for region in found.baseline.scenario.world.regions.name])


def _next_door(found: Comparison) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Regions one leg from where the penalty holds, and all others."""
    world, here = found.baseline.scenario.world, _named(found, HERE)
    near = np.zeros(len(here), bool)
    near[world.legs.head[here[world.legs.tail]]] = True
    return near & ~here, ~near & ~here


def _exploited(places: NDArray[np.bool_]) -> Measure:
    """Exploited person-weeks a year in some regions."""

    def measure(found: Comparison, arm: Arm) -> Floats:
        weeks = found.flows(arm, "exploited_cells")
        return np.asarray(weeks.reshape(len(weeks), len(places), -1)[:, places].sum(axis=(1, 2)))

    return measure


def _in_commercial_sex(region: str) -> Measure:
    """People at work in commercial sex in a region at the end of the run."""

    def measure(found: Comparison, arm: Arm) -> Floats:
        at_work, sectors = found.flows(arm, "at_work"), arm.scenario.world.sectors
        cells = at_work.reshape(len(at_work), -1, len(sectors.name))[:, _named(found, region)]
        return np.asarray(cells[..., sectors.commercial_sex > 0].sum(axis=(1, 2)))

    return measure


def _departures(region: str) -> Measure:
    """Departures a year from a region."""

    def measure(found: Comparison, arm: Arm) -> Floats:
        world = arm.scenario.world
        mine = world.pairs.start == world.regions.name.index(region)
        return np.asarray(found.flows(arm, "departures")[:, mine].sum(axis=1))

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
    try:
        rows = study(arguments)
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    lines = [COLUMNS, *(",".join(str(value) for value in row) for row in rows)]
    path = write_whole(RESULTS / "places.csv", "\n".join(lines) + "\n")
    found = Table(title="Places: change in %, 95 % intervals", title_justify="left", pad_edge=False)
    for name in ("claim", "arm", "measure", "without", "change", "interval"):
        found.add_column(name)
    for claim, label, name, usual, mean, low, high, _ in rows:
        found.add_row(claim, label, name, words.number(usual), f"{mean:+.1f}", f"{low:+.1f} to {high:+.1f}")
    Console(width=None if sys.stdout.isatty() else 160).print(found)
    print(f"The table is in {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
