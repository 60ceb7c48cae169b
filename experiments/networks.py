"""What operations do to networks of each form, and what a border shock does to the market, quarter by quarter.

Two questions. First, worlds in which every enterprise holds its partners in one way (``network.flux`` and its like) are
run with operations against anyone, bridges, brokers, the most connected and leaders: what enterprises can serve, how
many leave with a provider, and whom police arrest for it, each against the same world without operations (C10-M22).
Second, border control rises at once in a world with all forms: fees, routes, skill, concentration and lone providers in
the first quarter and later (C5-S02, C4-S03).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.findings.part import KEY, Asked, Part, Scale, asked, pair_key
from experiments.pattern_runs import window
from sim.agents.forms import Form
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.statistics import judged, p_value, t_interval

BASE = ["time.years=5", "seeds=6"]
RULES = ("random", "connected", "bridge", "broker", "leader")
STRUCK = ("throughput", "provider_departures", "arrests_facilitators", "beheaded")
SHOCK = "border shock"
COURSE = ("mean_fee", "route_entropy", "enterprise_skill", "concentration", "loner_share", "irregular_arrivals",
          "provider_share")  # fmt: skip
WINDOWS = {"weeks 1-13": (0, 12), "weeks 14-52": (13, 51), "year 2": (52, 103), "year 5": (208, 259)}
COLUMNS = ["world", "arm", "metric", "mean", "low", "high", "seeds", "p_value", "q_value", "verdict", KEY]


def ask(scale: Scale) -> list[Asked]:
    """A setting for every form with an arm for every rule, and the shock."""
    none = {"none": ["policy=none"]}
    rules = none | {rule: [f"policy=node_targeting_{rule}"] for rule in RULES}
    settings = {form.name.lower(): rules for form in Form}
    words = {form.name.lower(): [f"network.{other.name.lower()}=0" for other in Form if other != form] for form in Form}
    settings[SHOCK] = none | {SHOCK: ["policy=tighter_borders", "policy.tighter_borders.ramp=0"]}
    return [asked(settings, words, [*BASE, *scale.added], metrics=[*STRUCK, *COURSE])]


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each world (form or window), arm and metric: change in per cent of the mean without."""
    rows = []
    for setting, comparison in found[0].comparisons.items():
        windows = WINDOWS if setting == SHOCK else {setting: (-1, -1)}
        for name, (first, last) in windows.items():
            for arm, metric, change in changes(comparison, COURSE if setting == SHOCK else STRUCK, first, last):
                interval = t_interval(change)
                rows.append((name, arm, metric, interval.mean, interval.low, interval.high, interval.count,
                             p_value(change), np.nan, "", pair_key(found[0], setting, arm)))  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS)
    return judged(table)


def changes(
    found: Comparison, metrics: tuple[str, ...], first: int, last: int
) -> list[tuple[str, str, np.ndarray[tuple[int], np.dtype[np.float64]]]]:
    """Arm, metric and the change by seed in per cent of the mean without; over a window of weeks if one is given."""
    rows = []
    plain = {run.seed: run for run in found.runs_of(found.baseline)}
    for arm in found.arms:
        runs = {run.seed: run for run in found.runs_of(arm)}
        for metric in metrics:
            pairs = np.array(
                [
                    [
                        window(run, metric, first, last) if last >= 0 else run.metrics[metric]
                        for run in (plain[seed], runs[seed])
                    ]
                    for seed in sorted(plain.keys() & runs.keys())
                ]
            )
            before = pairs[np.isfinite(pairs[:, 0]), 0]
            usual = (float(before.mean()) if len(before) else 0.0) or np.nan
            rows.append((arm.label, metric, 100 * (pairs[:, 1] - pairs[:, 0]) / abs(usual)))
    return rows


PARTS = (Part("networks", "operations against networks of each form, and a border shock in time", 4, ask, find),)
