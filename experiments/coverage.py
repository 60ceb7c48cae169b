"""Are 95 % intervals 95 % intervals? How often the interval of a comparison holds the effect that it estimates.

One comparison has ``PAIRS`` pairs of runs; here there are ``REPETITIONS`` of them with different seeds, in a world so
small that a run takes a moment. In the case *effect* tighter borders are held against no policy with the same seeds,
and what intervals should hold is the mean over all pairs, known some fourteen times better than one comparison knows
it. In the case *no effect* the policy has dose 0, which changes nothing, and runs with **other** seeds: the effect is
exactly 0 and pairing gains nothing. A row says how often intervals of one method held the truth on one metric, with the
95 % Wilson interval of that share. ``differ`` is the share of pairs that differ at all and ``skewness`` that of the
differences, on which an interval from few seeds leans.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from experiments.findings.part import Asked, Part, Scale
from sim.results.asked import single
from sim.results.findings import Findings
from sim.results.statistics import INTERVALS, LEVEL, interval_of
from sim.studies.plan import chosen_seeds, compose

BASE = ["world=corridor", "people.size=1000", "time.years=1", "time.burn_in_weeks=13"]
PAIRS = 8
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
REPETITIONS = 200
MARGIN = 0.03  # a coverage within so much of the level is what the method claims
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One line of the table; ``repetitions`` counts comparisons that had an interval."""

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


def ask(scale: Scale) -> list[Asked]:
    """No policy and a policy with the same seeds; the policy at dose 0 with others."""
    repetitions = 3 if scale.tiny else REPETITIONS
    base = [*BASE, *(word for word in scale.added if not word.startswith("seeds="))]
    none, effect, nothing = compose(ARMS, base, "none")
    count, first = repetitions * PAIRS, int(none.scenario["seed"])
    return [
        Asked(single([none, effect], METRICS), tuple(chosen_seeds(count, first))),
        Asked(single([nothing], METRICS), tuple(chosen_seeds(count, first + count))),
    ]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each case, metric and method."""
    values = {
        arm.label: comparison.summary[comparison.summary["arm"] == arm.label].pivot(
            index="seed", columns="metric", values="value"
        )
        for one in found
        for comparison in one.comparisons.values()
        for arm in comparison.every_arm
    }
    rows: list[Row] = []
    for case in ("effect", "no effect"):
        for metric in METRICS:
            differences = values[case][metric].to_numpy(float) - values["none"][metric].to_numpy(float)
            rows += judge(case, metric, differences.reshape(-1, PAIRS), 0.0 if case == "no effect" else None)
    return pd.DataFrame([astuple(row) for row in rows], columns=[field.name for field in fields(Row)])


def judge(case: str, metric: str, differences: Floats, truth: float | None = None) -> list[Row]:
    """One row a method: how often the intervals of ``differences``, (repetitions, pairs), hold ``truth``.

    None means the mean of all differences. Comparisons without an interval do not count.
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


PARTS = (Part("coverage", "how often 95 % intervals hold a known effect", 4, ask, find),)
