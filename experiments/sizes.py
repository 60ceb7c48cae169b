"""How figures of the world `archetypes` without a policy depend on how many people are modelled.

Most of the model scales; enterprises, officials and their partners are whole (:mod:`sim.world.size`). What that does to
each headline figure is told here, from runs below the least size of the world up to many times of it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.findings.part import Asked, Part, Scale
from experiments.measures import HEADLINES
from sim.declared.measures.catalogue import METRICS
from sim.results.arms import Arm
from sim.results.asked import Design, Setting
from sim.results.findings import Findings
from sim.results.statistics import t_interval
from sim.scenario.scenario import Scenario
from sim.studies.plan import chosen_seeds

BASE = ["world=archetypes", "policy=none", "time.years=10"]
SEEDS = {12_000: 32, 48_000: 16, 200_000: 8, 800_000: 4}  # by people: small runs are the noisy ones
TINY = {300: 2, 400: 2}
PER = 1e5  # people for whom flows and stocks are compared


def ask(scale: Scale) -> list[Asked]:
    """One design for each size."""
    found = []
    for people, seeds in (TINY if scale.tiny else SEEDS).items():
        words = (*BASE, *scale.added, f"people.size={people}")
        arm = Arm("none", words, Scenario.compose(list(words)))
        found.append(Asked(Design((Setting(str(people), (arm,)),)), tuple(chosen_seeds(seeds, 1))))
    return found


def find(found: list[Findings]) -> pd.DataFrame:
    """One row for each size and headline figure, flows and stocks for each 100 000 people: mean with its interval."""
    rows = []
    for one in found:
        for people, comparison in one.comparisons.items():
            runs = comparison.runs_of(comparison.baseline, "metrics", "seconds")
            for name in HEADLINES:
                per = PER / int(people) if METRICS[name].per_100k else 1.0
                level = t_interval(np.array([per * run.metrics[name] for run in runs], float))
                rows.append((name, int(people), level.mean, level.low, level.high, level.count))
    return pd.DataFrame(rows, columns=["metric", "people", "mean", "low", "high", "seeds"])


PARTS = (Part("sizes", "how figures depend on how many people are modelled", 3, ask, find),)
