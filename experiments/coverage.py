"""Are 95 % intervals 95 % intervals? How often the interval of a comparison holds the effect that it estimates.

    python -m experiments.coverage [repetitions=400] [key=value ...]

One comparison has ``seeds`` pairs of runs; here there are ``repetitions`` of them with different seeds, in a world so
small that a run takes a moment. In the case *effect* tighter borders are held against no policy with the same seeds,
and what intervals should hold is the mean over all pairs, known some twenty times better than one comparison knows it.
In the case *no effect* the policy has dose 0, which changes nothing, and runs with **other** seeds: the effect is
exactly 0 and pairing gains nothing. A row says how often intervals of one method held the truth on one metric, with the
95 % Wilson interval of that share. ``differ`` is the share of pairs that differ at all and ``skewness`` that of the
differences, on which an interval from few seeds leans. The table goes to ``results/coverage.csv``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import stats

from experiments.files import RESULTS, answered, write_csv
from sim.errors import RequestError
from sim.report import words
from sim.studies.plan import Arm, chosen_seeds, compose
from sim.studies.pool import run_many, unique
from sim.studies.run import RunResult
from sim.studies.statistics import INTERVALS, LEVEL, interval_of

BASE = ["world=corridor", "people.size=1000", "time.years=1", "time.burn_in_weeks=13", "seeds=8"]
POLICY = "tighter_borders"
ARMS = {
    "effect": [f"policy={POLICY}", f"policy.{POLICY}.ramp=0"],
    "no effect": [f"policy={POLICY}", f"policy.{POLICY}.ramp=0", f"policy.{POLICY}.dose=0"],
}
METRICS = (
    "departures",
    "regular_departures",
    "irregular_departures",
    "provider_departures",
    "provider_share",
    "irregular_share_need",
    "arrivals",
    "irregular_arrivals",
    "interceptions",
    "removals",
    "deaths",
    "people_abroad_irregular",
    "exploited_people",
    "new_exploited",
)
REPETITIONS = 400
MARGIN = 0.03  # a coverage within so much of the level is what the method claims
COLUMNS = "case,metric,method,repetitions,coverage,low,high,differ,skewness"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One line of the table, in the order of ``COLUMNS``; ``repetitions`` counts comparisons that had an interval."""

    case: str
    metric: str
    method: str
    repetitions: int
    coverage: float
    low: float
    high: float
    differ: float
    skewness: float

    @property
    def holds(self) -> bool:
        """Whether the coverage is within ``MARGIN`` of the level."""
        return abs(self.coverage - LEVEL) <= MARGIN + 1e-12


def asked(arguments: Sequence[str]) -> tuple[int, list[str]]:
    """How many repetitions, and the overrides of the scenario. Raises RequestError."""
    count, rest = str(REPETITIONS), []
    for word in arguments:
        key, _, value = word.partition("=")
        if key == "repetitions":
            count = value
        else:
            rest.append(word)
    if not count.isdecimal() or int(count) < 2:
        raise RequestError(f"repetitions must be a whole number from 2 on, not {count!r}", where="repetitions")
    return int(count), rest


def study(arguments: Sequence[str]) -> list[Row]:
    """One row for each case, metric and method. Raises RequestError."""
    repetitions, changes = asked(arguments)
    baseline, *arms = compose(ARMS, [*BASE, *changes], "none")
    pairs, first = int(baseline.scenario["seeds"]), int(baseline.scenario["seed"])
    same = chosen_seeds(repetitions * pairs, first)
    other = chosen_seeds(repetitions * pairs, first + repetitions * pairs)
    seeds = {"none": same, "effect": same, "no effect": other}
    values = simulate([(arm, seeds[arm.label]) for arm in (baseline, *arms)], int(baseline.scenario["workers"]))
    rows: list[Row] = []
    for arm in arms:
        for metric in METRICS:
            differences = values[arm.label][metric] - values["none"][metric]
            truth = 0.0 if arm.label == "no effect" else None
            rows += judge(arm.label, metric, differences.reshape(repetitions, pairs), truth)
    return rows


def simulate(wanted: Sequence[tuple[Arm, Sequence[int]]], workers: int = 0) -> dict[str, dict[str, Floats]]:
    """Values of ``METRICS`` by label of the arm and metric, float64 (seeds,); NaN where undefined or the run failed.

    Only these numbers are kept of a run.
    """
    jobs = unique(job for arm, seeds in wanted for job in arm.jobs(seeds))
    found: dict[str, list[float]] = {}

    def keep(run: RunResult) -> RunResult:
        if run.failure is None:
            found[run.key] = [run.metrics[metric] for metric in METRICS]
        return run.receipt()

    run_many(jobs, workers=workers or None, on_result=keep, progress=True)
    if len(found) < len(jobs):
        print(f"{len(jobs) - len(found)} of {len(jobs)} runs failed; their pairs are left out", file=sys.stderr)
    undefined = [np.nan] * len(METRICS)
    values = {
        arm.label: np.array([found.get(arm.scenario.run_key(seed), undefined) for seed in seeds], float)
        for arm, seeds in wanted
    }
    return {label: dict(zip(METRICS, table.T, strict=True)) for label, table in values.items()}


def judge(case: str, metric: str, differences: Floats, truth: float | None = None) -> list[Row]:
    """One row a method: how often the intervals of ``differences``, (repetitions, pairs), hold ``truth``.

    None means the mean of all differences. Comparisons without an interval, with fewer than two pairs, do not count.
    """
    known = differences[np.isfinite(differences)]
    if not len(known):
        return []
    effect = float(known.mean()) if truth is None else truth
    about = (float((known != 0).mean()), float(stats.skew(known)) if np.ptp(known) else 0.0)
    rows = []
    for method in INTERVALS:
        intervals = [interval_of(sample, method)[0] for sample in differences]
        held = [found.low <= effect <= found.high for found in intervals if np.isfinite(found.low)]
        if held:
            share, low, high = wilson(sum(held), len(held))
            rows.append(Row(case, metric, method, len(held), share, low, high, *about))
    return rows


def wilson(successes: int, trials: int) -> tuple[float, float, float]:
    """A share with its 95 % Wilson interval.

    >>> [round(number, 3) for number in wilson(95, 100)]
    [0.95, 0.888, 0.978]
    """
    ends = stats.binomtest(successes, trials).proportion_ci(LEVEL, method="wilson")
    return successes / trials, float(ends.low), float(ends.high)


def shown(rows: Sequence[Row]) -> Table:
    """The table for a terminal: one line a case and metric, one column a method."""
    found = Table(title="How often 95 % intervals hold the truth, %", title_justify="left", pad_edge=False)
    for name in ("case", "metric", *INTERVALS, f"within {100 * MARGIN:g} points"):
        found.add_column(name)
    for name in ("comparisons", "pairs that differ, %", "skewness"):
        found.add_column(name, justify="right")
    for case, metric in dict.fromkeys((row.case, row.metric) for row in rows):
        line = {row.method: row for row in rows if (row.case, row.metric) == (case, metric)}
        first = next(iter(line.values()))
        cells = [
            f"{100 * row.coverage:.1f} ({100 * row.low:.1f} to {100 * row.high:.1f})" if row else words.DASH
            for row in (line.get(method) for method in INTERVALS)
        ]
        holding = ", ".join(method for method, row in line.items() if row.holds) or "neither"
        about = (str(first.repetitions), f"{100 * first.differ:.0f}", f"{first.skewness:+.1f}")
        found.add_row(case, words.label(metric), *cells, holding, *about)
    return found


def main(arguments: Sequence[str]) -> int:
    """Run, print and write the table; returns the exit code."""
    return answered(lambda: study(arguments), _tell)


def _tell(rows: Sequence[Row]) -> None:
    path = write_csv(RESULTS / "coverage.csv", COLUMNS, (astuple(row) for row in rows))
    Console(width=None if sys.stdout.isatty() else 160).print(shown(rows))
    print(f"The table is in {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
