"""Measures of patterns: from finished runs to one value a seed.

Every measure takes the :class:`Runs` and the pattern's entry of patterns.yaml and gives, for each check, a label, the
unit of its value and the mean with its interval. Those of effects in the course of time and of several policies
together stand in :mod:`experiments.effects_in_time` and :mod:`experiments.effects_together`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.effects_in_time import between, drift, fading, returns
from experiments.effects_together import beyond_log_sum, beyond_sum, loss_for_arrests, opposite, replacement
from experiments.pattern_runs import (
    EVENTS,
    LARGE,
    SHORT,
    SMALL,
    Check,
    Pattern,
    Runs,
    amount,
    named,
    next_to,
    relative_check,
    same,
)
from experiments.verdicts import apart
from sim.agents.people import Path
from sim.declared.measures.catalogue import METRICS
from sim.results.risk_counts import names_of_people
from sim.results.statistics import Interval, variance_ratio

HEADLINES = tuple(name for name, metric in METRICS.items() if metric.headline and metric.layer == "truth")


def change(runs: Runs, pattern: Pattern) -> list[Check]:
    """Metrics with the policy minus without, by seed."""
    seeds = runs.seeds("none", pattern["arm"])
    return [
        Check(
            name,
            METRICS[name].unit,
            runs.interval(runs.effect(pattern["arm"], name, seeds)),
        )
        for name in pattern["metrics"]
    ]


def relative_change(runs: Runs, pattern: Pattern) -> list[Check]:
    """Metrics with the policy minus without, by seed, in per cent of the mean without."""
    seeds = runs.seeds("none", pattern["arm"])
    checks = []
    for name in pattern["metrics"]:
        before = runs.metric("none", name, seeds)
        checks.append(relative_check(runs, name, runs.effect(pattern["arm"], name, seeds), before))
    return checks


def level(runs: Runs, pattern: Pattern) -> list[Check]:
    """Metrics as they are, with the pattern's policy or without any."""
    arm = pattern.get("arm", "none")
    seeds = runs.seeds(arm)
    return [
        Check(name, METRICS[name].unit, runs.interval(runs.metric(arm, name, seeds))) for name in pattern["metrics"]
    ]


def there(runs: Runs, pattern: Pattern) -> list[Check]:
    """A flow kept by place, in one region or next to one: with the policy minus without, by seed, % of the latter.

    ``flow`` is one of ``exploited_cells``, ``at_work`` and ``departures``; ``region`` or ``next_to`` names the place;
    ``commercial_sex`` keeps that sector only; ``arms`` each give a check, ``arm`` gives one; ``without`` is the arm
    that they are held against if it is not the usual one.
    """
    checks = []
    without = pattern.get("without", "none")
    for arm in pattern.get("arms", [pattern.get("arm")]):
        seeds = runs.seeds(without, arm)
        before, after = (np.array([_at(runs, label, seed, pattern) for seed in seeds]) for label in (without, arm))
        place = pattern.get("region") or f"next to {pattern['next_to']}"
        checks.append(relative_check(runs, f"{arm}, {place}", after - before, before))
    return checks


def _at(runs: Runs, label: str, seed: int, pattern: Pattern) -> float:
    """One flow of one run in the place that a pattern speaks of."""
    world = runs.scenarios[label].world
    places = next_to(world, pattern["next_to"]) if "next_to" in pattern else named(world, pattern["region"])
    sex = bool(pattern.get("commercial_sex"))
    return amount(runs.results[label][seed], world, pattern["flow"], places, commercial_sex=sex)


def gap(runs: Runs, pattern: Pattern) -> list[Check]:
    """The first metric minus the second without a policy, by seed."""
    seeds = runs.seeds("none")
    first, second = (runs.metric("none", name, seeds) for name in pattern["metrics"])
    return [
        Check(" minus ".join(pattern["metrics"]), METRICS[pattern["metrics"][0]].unit, runs.interval(first - second))
    ]


def need_gap(runs: Runs, pattern: Pattern) -> list[Check]:
    """Change of the irregular share of people in need of protection minus that of others from there (C4-S09)."""
    seeds = runs.seeds("none", pattern["arm"])
    need, peers = (
        runs.effect(pattern["arm"], name, seeds) for name in ("irregular_share_need", "irregular_share_peers")
    )
    return [Check("irregular share, need minus peers", "share", runs.interval(need - peers))]


DOSES = {0: "reflection_0", 45: "reflection_45", 90: "reflection_90", 180: "reflection_180"}


def diminishing(runs: Runs, pattern: Pattern) -> list[Check]:
    """Gain per day of reflection over days 0-45 minus that over days 90-180, by seed (C5-S15)."""
    seeds = runs.seeds(*DOSES.values())
    checks = []
    for name in pattern["metrics"]:
        at = {days: runs.metric(arm, name, seeds) for days, arm in DOSES.items()}
        early, late = (at[45] - at[0]) / 45, (at[180] - at[90]) / 90
        checks.append(Check(name, f"{METRICS[name].unit}/day", runs.interval(early - late)))
    return checks


def diversion(runs: Runs, pattern: Pattern) -> list[Check]:
    """Share of lost regular departures that turn irregular within two years, counted in three ways, by seed.

    By flows, where one who sets out twice counts twice; by persons, net; and by the very persons who would have arrived
    with a visa, which leaves out those who queued in vain and follows people who lose theirs late for weeks only.
    """
    none, closed = SHORT + "none", SHORT + pattern["arm"]
    seeds = runs.seeds(none, closed)
    irregular, regular = (
        runs.effect(closed, name, seeds, none) for name in ("irregular_departures", "regular_departures")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        flows = np.where(regular < 0, -irregular / regular, np.nan)
    twins = [(runs.results[none][seed].outcomes, runs.results[closed][seed].outcomes) for seed in seeds]
    ways = {
        "by flows": flows,
        "by persons, net": [diverted_net(*twin) for twin in twins],
        "by persons who lost a visa": [diverted(*twin) for twin in twins],
    }
    return [Check(name, "share", runs.interval(ways[name])) for name in pattern["ways"]]


def diverted(before: Mapping[str, NDArray[Any]], after: Mapping[str, NDArray[Any]]) -> float:
    """Of people who arrived with a visa in one world and not in the other, the share who left in the other."""
    first, second = _paths_in_both(before, after)
    lost = _has(first, Path.ARRIVED_REGULAR) & ~_has(second, Path.ARRIVED_REGULAR)
    return float(_has(second[lost], Path.LEFT).mean()) if lost.any() else math.nan


def diverted_net(before: Mapping[str, NDArray[Any]], after: Mapping[str, NDArray[Any]]) -> float:
    """People more who left and did not arrive with a visa, for each person fewer who arrived with one."""
    first, second = _paths_in_both(before, after)
    counts = []
    for path in (first, second):
        visa = _has(path, Path.ARRIVED_REGULAR)
        counts.append((int(visa.sum()), int((_has(path, Path.LEFT) & ~visa).sum())))
    (regular_before, irregular_before), (regular_after, irregular_after) = counts
    fewer = regular_before - regular_after
    return (irregular_after - irregular_before) / fewer if fewer > 0 else math.nan


def _paths_in_both(
    before: Mapping[str, NDArray[Any]], after: Mapping[str, NDArray[Any]]
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """Outcome bits of persons who were at risk in both worlds."""
    names = (names_of_people(outcomes) for outcomes in (before, after))
    _, here, there = np.intersect1d(*names, assume_unique=True, return_indices=True)
    return before["path"][here], after["path"][there]


def _has(path: NDArray[np.int16], bit: Path) -> NDArray[np.bool_]:
    return (path & bit) > 0


def pairing(runs: Runs, pattern: Pattern) -> list[Check]:
    """Variance of unpaired over paired differences: median over headline effects, with its quartiles."""
    gains = []
    for arm in pattern["arms"]:
        seeds = runs.seeds("none", arm)
        gains += [variance_ratio(runs.metric("none", name, seeds), runs.metric(arm, name, seeds)) for name in HEADLINES]
    known = np.array([gain for gain in gains if math.isfinite(gain)])
    if not len(known):
        return [Check("variance ratio, median", "ratio", Interval(math.nan, math.nan, math.nan, 0))]
    low, middle, high = np.quantile(known, (0.25, 0.5, 0.75))
    seeds = runs.seeds("none", *pattern["arms"])
    return [Check("variance ratio, median and quartiles", "ratio", Interval(middle, low, high, len(seeds)))]


def size(runs: Runs, pattern: Pattern) -> list[Check]:
    """Large minus small runs, % of small, for every headline figure or ``metrics``; flows and stocks per person.

    Runs of two sizes are not paired: the interval is Welch's. ``apart`` of the pattern names figures that depend on the
    size of a run by what they mean, each with the reason; they are left out.
    """
    checks = []
    for name in pattern.get("metrics", [name for name in HEADLINES if name not in pattern["apart"]]):
        small, large = (_per_person(runs, label, name) for label in (SMALL, LARGE))
        scale = 100 / abs(small.mean) if small.mean else math.nan
        more, reach, freedom = apart(small, large, runs.level)
        found = Interval(scale * more, scale * (more - reach), scale * (more + reach), min(small.count, large.count))
        checks.append(Check(name, "%", found, freedom=freedom))
    return checks


def _per_person(runs: Runs, label: str, name: str) -> Interval:
    values = runs.metric(label, name, runs.seeds(label))
    people = float(runs.scenarios[label].values["people.size"])
    return runs.interval(1e5 * values / people if METRICS[name].per_100k else values)


def inert(runs: Runs, pattern: Pattern) -> list[Check]:  # noqa: ARG001 - every measure is called alike
    """Number of seeds for which all policies at dose 0 changed an event, a metric, a series or an outcome."""
    seeds = runs.seeds(EVENTS + "none", EVENTS + "dose 0")
    differ = [not same(runs.results[EVENTS + "none"][seed], runs.results[EVENTS + "dose 0"][seed]) for seed in seeds]
    count = float(sum(differ))
    return [Check("seeds that differ", "seeds", Interval(count, count, count, len(seeds)))]


MEASURES: dict[str, Callable[[Runs, Pattern], list[Check]]] = {
    function.__name__: function
    for function in (
        change,
        relative_change,
        level,
        gap,
        there,
        opposite,
        replacement,
        fading,
        returns,
        need_gap,
        between,
        beyond_sum,
        beyond_log_sum,
        loss_for_arrests,
        diminishing,
        drift,
        diversion,
        pairing,
        size,
        inert,
    )
}
