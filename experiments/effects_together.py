"""Measures of patterns on effects beside effects: bundles and parts, two kinds of networks, one flow for another."""

from __future__ import annotations

import math

import numpy as np

from experiments.pattern_runs import ABOVE_0, Check, Floats, Pattern, Runs, relative
from sim.declared.measures.catalogue import METRICS

# single effects at which C10-S12 speaks of two policies together: they take away 10 to 30 %
TENTH_TO_THIRD = (-math.log(0.9), -math.log(0.7))


def opposite(runs: Runs, pattern: Pattern) -> list[Check]:
    """The effects of two pairs of arms (with, without) on a metric, by seed; the pattern asks for opposite signs.

    Each has an interval of its own. A product of the two would not do: its mean holds their covariance.
    """
    seeds = runs.seeds(*(arm for pair in pattern["pairs"] for arm in pair))
    name = pattern["metrics"][0]
    return [
        Check(
            f"{name}, {arm} against {without}",
            METRICS[name].unit,
            runs.interval(runs.effect(arm, name, seeds, without)),
        )
        for arm, without in pattern["pairs"]
    ]


def beyond_sum(runs: Runs, pattern: Pattern) -> list[Check]:
    """Effect of a bundle minus the effects of its parts added up, by seed (C7-S18)."""
    seeds = runs.seeds("none", pattern["arm"], *pattern["parts"])
    checks = []
    for name in pattern["metrics"]:
        parts = np.sum([runs.effect(part, name, seeds) for part in pattern["parts"]], axis=0)
        checks.append(Check(name, METRICS[name].unit, runs.interval(runs.effect(pattern["arm"], name, seeds) - parts)))
    return checks


def beyond_log_sum(runs: Runs, pattern: Pattern) -> list[Check]:
    """Sum of the log ratios of two parts minus that of the bundle, by seed: above 0 if it does more (C10-S12).

    The claim is on doses at which either part alone takes away 10 to 30 %: that is a condition.
    """
    seeds = runs.seeds("none", pattern["arm"], *pattern["parts"])
    checks = []
    for name in pattern["metrics"]:
        none = runs.metric("none", name, seeds)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratios = {arm: np.log(runs.metric(arm, name, seeds) / none) for arm in (pattern["arm"], *pattern["parts"])}
        together = ratios.pop(pattern["arm"])
        checks.append(Check(f"{name}, parts minus bundle", "log", runs.interval(sum(ratios.values()) - together)))
        checks += [
            Check(f"{name}, {arm} alone, fall", "log", runs.interval(-found), condition=TENTH_TO_THIRD)
            for arm, found in ratios.items()
        ]
    return checks


def loss_for_arrests(runs: Runs, pattern: Pattern) -> list[Check]:
    """Loss of a metric in one kind of network minus that in another, for as many arrests more, by seed (C10-S03).

    ``pairs`` of the pattern name for each kind the arm without and with the policy; a loss is in per cent, and is
    divided by the arrests which the policy adds, for each enterprise. That it adds any is a condition.
    """
    seeds = runs.seeds(*(arm for pair in pattern["pairs"] for arm in pair))
    name = pattern["metrics"][0]
    losses, added = [], []
    for plain, struck in pattern["pairs"]:
        before = runs.metric(plain, name, seeds)
        lost = relative(-runs.effect(struck, name, seeds, plain), before)
        enterprises = max(float(np.mean(runs.metric(struck, "enterprises", seeds))), 1.0)
        more = runs.effect(struck, "arrests_facilitators", seeds, plain) / enterprises
        losses.append(pooled_ratio(lost, more))
        added.append(Check(f"arrests added, {struck}", "per enterprise", runs.interval(more), condition=ABOVE_0))
    return [Check(f"{name}, loss in chains minus meshes", "% per arrest", runs.interval(losses[0] - losses[1])), *added]


def replacement(runs: Runs, pattern: Pattern) -> list[Check]:
    """Change of the first metric for each unit of change of the second over ``weeks`` of a run, by seed (C10-S14)."""
    seeds, (first, last) = runs.seeds("none", pattern["arm"]), pattern["weeks"]
    more, away = (
        runs.window(pattern["arm"], name, seeds, first, last) - runs.window("none", name, seeds, first, last)
        for name in pattern["metrics"]
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.where(away > 0, more / away, np.nan)
    return [Check("extra entries per person taken away", "ratio", runs.interval(pooled_ratio(more, away)), own)]


def pooled_ratio(above: Floats, below: Floats) -> Floats:
    """The ratio of two means, and what each seed adds to it: values (seeds,) whose mean is the ratio.

    Seeds are pooled in the denominator, since one seed may see little of it. To first order the spread of these values
    is that of the ratio, the chance of its denominator included. NaN where the denominator is 0 on average.
    """
    there = np.isfinite(above) & np.isfinite(below)
    level = float(below[there].mean()) if there.any() else 0.0
    if not level:
        return np.full(len(above), np.nan)
    ratio = float(above[there].mean()) / level
    return np.where(there, ratio + (above - ratio * below) / level, np.nan)
