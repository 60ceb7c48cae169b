"""Measures of patterns on the course of effects: how they fade or come, and what a run drifts to by itself."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from experiments.pattern_runs import ABOVE_0, Check, Floats, Pattern, Runs, relative_check
from sim.declared.measures.catalogue import METRICS


def _fall(runs: Runs, arm: str, name: str, seeds: Sequence[int], weeks: tuple[int, int]) -> Floats:
    """How much lower a metric is with an arm than without a policy over weeks first to last, by seed."""
    return runs.window("none", name, seeds, *weeks) - runs.window(arm, name, seeds, *weeks)


def returns(runs: Runs, pattern: Pattern) -> list[Check]:
    """Half of the largest fall of a metric in half a year, minus its fall around a week, by seed (C5-S35, C10-S01).

    The half-year is one of those that end before that week: an effect that still builds up has not faded. For each seed
    it is the one in which the fall is largest on average over all *other* seeds, since the largest of several noisy
    falls, looked for and measured in the same runs, is too large. ``around`` in the pattern is the week, 104 if it does
    not say. That there was a fall at all, which could fade, is a condition. ``more`` names a metric that is to rise.
    """
    arm, name, middle = pattern["arm"], pattern["metrics"][0], int(pattern.get("around", 104))
    seeds = runs.seeds("none", arm)
    falls = [_fall(runs, arm, name, seeds, (first, first + 25)) for first in range(0, middle - 12 - 25, 26)]
    now = _fall(runs, arm, name, seeds, (middle - 12, middle + 13))
    largest = largest_elsewhere(np.array([values for values in falls if np.isfinite(values).any()]), len(seeds))
    unit, more = METRICS[name].unit, pattern.get("more")
    checks = [
        Check(name, unit, runs.interval(0.5 * largest - now)),
        Check(f"largest fall of {name}", unit, runs.interval(largest), condition=ABOVE_0),
    ]
    if more:
        checks.append(Check(more, METRICS[more].unit, runs.interval(runs.effect(arm, more, seeds))))
    return checks


def largest_elsewhere(falls: Floats, count: int) -> Floats:
    """Of each seed the fall in that window (windows, seeds) in which it is largest over all other seeds; (seeds,).

    NaN where there is no window or no other seed.
    """
    found = np.full(count, np.nan)
    for seed in range(count):
        others = np.delete(falls, seed, axis=1) if falls.size else falls
        if others.size and np.isfinite(others).any():
            means = [np.nanmean(one) if np.isfinite(one).any() else -math.inf for one in others]
            found[seed] = falls[int(np.argmax(means)), seed]
    return found


def fading(runs: Runs, pattern: Pattern) -> list[Check]:
    """Fall in arrivals in weeks 9-21 minus the fall in weeks 79-130, by seed (C5-S02), people/year.

    That there was an early fall, which could fade, is a condition.
    """
    arm, name = pattern["arm"], "arrivals"
    seeds, unit = runs.seeds("none", arm), METRICS[name].unit
    early, late = (_fall(runs, arm, name, seeds, weeks) for weeks in ((9, 21), (79, 130)))
    return [
        Check("early minus late fall", unit, runs.interval(early - late)),
        Check("early fall", unit, runs.interval(early), condition=ABOVE_0),
    ]


def between(runs: Runs, pattern: Pattern) -> list[Check]:
    """Metrics of one arm minus another over a window of weeks, by seed (C4-S24)."""
    seeds = runs.seeds(pattern["arm"], pattern["other"])
    first, last = pattern["weeks"]
    checks = []
    for name in pattern["metrics"]:
        here, there = (runs.window(pattern[arm], name, seeds, first, last) for arm in ("arm", "other"))
        checks.append(Check(name, METRICS[name].unit, runs.interval(here - there)))
    return checks


def drift(runs: Runs, pattern: Pattern) -> list[Check]:
    """Metrics over a later window minus an earlier one in the same run without a policy, %."""
    seeds = runs.seeds("none")
    checks = []
    for name in pattern["metrics"]:
        early, late = (runs.window("none", name, seeds, *pattern["weeks"][k : k + 2]) for k in (0, 2))
        checks.append(relative_check(runs, name, late - early, early))
    return checks
