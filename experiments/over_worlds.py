"""Patterns held against all worlds that fit: what ``python -m experiments.patterns --ensemble calibrated`` runs.

Each replicate of a pattern is one accepted set of parameters with a seed of its own, in which all arms of the pattern
are paired as ever. The verdict is that on the mean over worlds that fit, so that its interval holds doubt about
parameters as well as chance. Sets go where verdicts are open, by looks that all hold at once
(:mod:`experiments.looks`). Beside the verdict stands in how many worlds the direction holds; a second seed in some of
the sets, which no verdict uses, holds chance apart there (:mod:`experiments.world_verdicts`).
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rich.console import Console

from experiments import judging, patterns
from experiments.files import RESULTS
from experiments.looks import levels
from experiments.pattern_runs import EVENTS, LARGER, Check, Pattern
from experiments.verdicts import INCONCLUSIVE, error_of
from experiments.world_runs import SECOND, WorldRuns, folder
from experiments.world_verdicts import OVER_WORLDS, Worlds, expected, goes_with, held
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.notes import note
from sim.results.arms import Arm
from sim.results.asked import Setting
from sim.results.signs import LEVEL
from sim.results.statistics import Interval, t_quantile
from sim.results.store import Store, StoreError
from sim.scenario.ensembles import Asked, Ensemble, ensemble_of
from sim.scenario.folders import Folders
from sim.studies.ensembles import check_not_overruled

INERT, SIZE, PAIRING = "inert", "size", "pairing"  # measures that are looked at once
COLUMNS = (*judging.COLUMNS, "people", "worlds", "holds", "holds_low", "holds_high", "apart", "turned", "goes_with")


@dataclass(frozen=True)
class Plan:
    """How many sets and how large the runs are.

    Sets at each look, rising; sets in which the arms that the pattern on pairing needs are run with a second seed, and
    (``apart``, not more than ``twice``) in which all arms are; people, years and weeks of burn-in of most runs;
    ``times`` as many people, and sets at each look, for patterns that usual runs leave undecided (``larger`` in
    patterns.yaml); people and sets of large ones; sets in which policies at dose 0 are compared event by event; more
    words of every scenario.
    """

    sets: tuple[int, ...] = (8, 24, 40)
    times: int = 5
    times_sets: tuple[int, ...] = (8, 24, 40)
    twice: int = 8
    apart: int = 4
    people: int = 20_000
    years: float = 10.0
    burn_in: int = 156
    small: int | None = None
    large: int = 200_000
    large_sets: int = 4
    inert_sets: int = 3
    world: str = "archetypes"
    ensemble: str = "calibrated"
    workers: int = 2
    words: tuple[str, ...] = ()

    @property
    def usual(self) -> patterns.Plan:
        """The plan of the same runs in one world."""
        return patterns.Plan(
            people=self.people, years=self.years, world=self.world, small=self.small, large=self.large,
            times=self.times, burn_in=self.burn_in, words=self.words,
        )  # fmt: skip

    def looks(self, pattern: Pattern) -> tuple[int, ...]:
        """Numbers of sets at which one looks at a pattern."""
        return self.times_sets if pattern.get("larger") else self.sets


def looked_at(sets: int) -> tuple[int, ...]:
    """Numbers of sets at which one looks: a fifth of them, half of them and all.

    >>> looked_at(40)
    (8, 20, 40)
    """
    return tuple(sorted({max(2, math.ceil(sets / 5)), max(2, math.ceil(sets / 2)), sets}))


@dataclass
class Suite:
    """Patterns, the ensemble and the plan, and what came of them: rows, failures, the sets at which each was judged."""

    patterns: Sequence[Pattern]
    arms: Mapping[str, list[str]]
    plan: Plan
    ensemble: Ensemble
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    judged_at: dict[str, tuple[int, ...]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    runs: int = 0
    checks: dict[str, list[Check]] = field(default_factory=dict)  # of the look at which each was judged
    _made: dict[str, dict[str, Arm]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """RequestError where an arm sets what every set of the ensemble has a value for."""
        for pattern in self.patterns:
            check_not_overruled(Setting("", tuple(self.made(pattern).values())), self.ensemble.parameters,
                                self.ensemble.name)  # fmt: skip

    def made(self, pattern: Pattern) -> dict[str, Arm]:
        """The arms that a pattern needs, by label of their group."""
        if pattern["id"] not in self._made:
            found = patterns.groups([pattern], self.arms, self.plan.usual)
            self._made[pattern["id"]] = {label: arm for label, (arm, _) in found.items()}
        return self._made[pattern["id"]]

    def sets(self, count: int) -> tuple[int, ...]:
        """Numbers of the first sets; those of fewer are among those of more."""
        return tuple(self.ensemble.first(min(count, len(self.ensemble.sets))))

    def second(self, count: int) -> tuple[int, ...]:
        """The second seeds of the first sets; none for a count of 0."""
        return tuple(SECOND + number for number in self.sets(count)) if count else ()

    def of(self, measure: str) -> list[Pattern]:
        """The patterns with a measure that is looked at once."""
        return [pattern for pattern in self.patterns if pattern["measure"] == measure]

    @property
    def looks(self) -> list[int]:
        """Every number of sets at which some pattern is looked at, rising."""
        return sorted({count for pattern in self.patterns for count in self.plan.looks(pattern)})

    @property
    def usual(self) -> list[Pattern]:
        """The patterns that are looked at again and again."""
        return [pattern for pattern in self.patterns if pattern["measure"] not in (INERT, SIZE, PAIRING)]

    @property
    def every_row(self) -> list[dict[str, Any]]:
        """The rows in the order of the patterns."""
        return [row for pattern in self.patterns for row in self.rows.get(pattern["id"], [])]


def suite(selection: Sequence[Pattern], arms: Mapping[str, list[str]], plan: Plan) -> Suite:
    """The patterns with the ensemble that the plan names. RequestError where there is none, or too few sets in it."""
    found = ensemble_of(Asked(plan.ensemble), plan.world, Folders.of())
    asked = Suite(selection, arms, plan, found)
    found.first(max(asked.looks))
    return asked


def carry_out(asked: Suite, *, progress: bool) -> Suite:
    """Run what is not there yet and judge, look by look; returns the suite with its rows. Raises StoreError."""
    place, study = folder(), f"patterns over worlds that fit, {source_hash()}"
    series = {name for pattern in asked.patterns for name in pattern.get("metrics", ())} | {"arrivals"}
    with Store(place, study) as store:
        runs = WorldRuns(store, asked.ensemble.sets, series, workers=asked.plan.workers, progress=progress)
        _look_by_look(asked, runs)
        _inert(asked)
        for pattern in asked.of(SIZE):
            _judge(asked, runs, [pattern], asked.sets(asked.plan.large_sets), LEVEL)
        second = asked.second(asked.plan.twice)
        if asked.of(PAIRING):
            first = tuple(seed - SECOND for seed in second)
            _judge(asked, runs, asked.of(PAIRING), (*first, *second), LEVEL)
        runs.carry_out(_groups(asked, asked.usual, asked.second(asked.plan.apart)))
        for pattern in asked.usual:
            _count_worlds(asked, runs, pattern, second)
        asked.failures += list(runs.failures.values())
        asked.runs = runs.done
    return asked


def _look_by_look(asked: Suite, runs: WorldRuns) -> None:
    for counts in dict.fromkeys((asked.plan.sets, asked.plan.times_sets)):
        _follow(asked, runs, [one for one in asked.usual if asked.plan.looks(one) == counts], counts)


def _follow(asked: Suite, runs: WorldRuns, waiting: list[Pattern], counts: Sequence[int]) -> None:
    """Judge patterns at these numbers of sets, and go on with those that are undecided."""
    for look, count in enumerate(counts):
        if not waiting:
            break
        seeds = asked.sets(count)
        followed = [
            one for one in waiting
            if not look or not out_of_reach(one, asked.checks[one["id"]], levels(counts)[look - 1], counts)
        ]  # fmt: skip
        runs.carry_out(_groups(asked, followed, seeds))
        # whatever needs no runs of its own is judged as well
        there = [one for one in waiting if one in followed or runs.has(_groups(asked, [one], seeds))]
        _judge(asked, runs, there, seeds, levels(counts)[look])
        waiting = [one for one in waiting if asked.rows[one["id"]][0]["overall"] == INCONCLUSIVE]
        if runs.progress:
            note(f"look {look + 1} of {len(counts)}, {count} worlds that fit: {len(waiting)} patterns are undecided")


def out_of_reach(pattern: Pattern, checks: Sequence[Check], level: float, counts: Sequence[int]) -> bool:
    """Whether a check would stay open at the last look, were its mean by a standard error nearer to a verdict.

    ``level`` is that of the intervals of the checks.

    To stop there makes no verdict wrong: it leaves one open, and lets sets go where there is more to be decided.
    """
    for check in checks:
        found, error = check.found, error_of(check.found, level)
        if judging.reached(pattern, check) != INCONCLUSIVE or math.isnan(error):
            continue
        half = t_quantile(counts[-1] - 1, levels(counts)[-1]) * error * math.sqrt(found.count / counts[-1])
        means = (found.mean - error, found.mean, found.mean + error)
        ends = (replace(check, found=Interval(mean, mean - half, mean + half, counts[-1])) for mean in means)
        if all(judging.reached(pattern, end) == INCONCLUSIVE for end in ends):
            return True
    return False


def _groups(asked: Suite, some: Sequence[Pattern], seeds: Sequence[int]) -> dict[str, tuple[Arm, tuple[int, ...]]]:
    """The groups that patterns need, each with these seeds."""
    return {label: (arm, tuple(seeds)) for pattern in some for label, arm in asked.made(pattern).items()}


def _seen(asked: Suite, runs: WorldRuns, pattern: Pattern, seeds: Sequence[int], level: float) -> Worlds:
    """The runs of a pattern in these sets; a set in which an arm failed is left out of all arms."""
    found = runs.results(_groups(asked, [pattern], seeds))
    there = set.intersection(*(set(some) for some in found.values())) if found else set()
    whole = {
        label.removeprefix(LARGER): {seed: run for seed, run in some.items() if seed in there}
        for label, some in found.items()
    }
    scenarios = {label.removeprefix(LARGER): arm.scenario for label, arm in asked.made(pattern).items()}
    return Worlds(whole, scenarios, level=level)


def _judge(asked: Suite, runs: WorldRuns, some: Sequence[Pattern], seeds: Sequence[int], level: float) -> None:
    """Run patterns in these sets, and give them rows."""
    runs.carry_out(_groups(asked, some, seeds))
    for pattern in some:
        seen = _seen(asked, runs, pattern, seeds, level)
        asked.checks[pattern["id"]] = OVER_WORLDS[pattern["measure"]](seen, pattern)
        rows = judging.judged(pattern, asked.checks[pattern["id"]], level)
        people = sorted({int(arm.scenario["people.size"]) for arm in asked.made(pattern).values()})
        asked.rows[pattern["id"]] = [row | _nothing(" or ".join(map(str, people))) for row in rows]
        asked.judged_at[pattern["id"]] = tuple(seeds)


def _nothing(people: str) -> dict[str, Any]:
    """What a row says of single worlds before they are counted."""
    empty = dict.fromkeys(COLUMNS[len(judging.COLUMNS) :], math.nan)
    return {**empty, "people": people, "apart": False, "turned": "", "goes_with": ""}


def _inert(asked: Suite) -> None:
    """Policies at dose 0, event by event, in a few sets; runs that keep events are not kept themselves."""
    for pattern in asked.of(INERT):
        results: dict[str, dict[int, Any]] = {}
        for number, values in asked.ensemble.first(max(2, asked.plan.inert_sets)).items():
            made = {label: (replace(arm, scenario=arm.scenario.replace(dict(values))), 1)
                    for label, arm in asked.made(pattern).items()}  # fmt: skip
            found, failed = patterns.simulate(made, workers=1, progress=False, first=number)
            asked.failures += failed
            for label, runs in found.results.items():
                results.setdefault(label, {}).update(runs)
        seen = Worlds(results, {label: arm.scenario for label, arm in asked.made(pattern).items()})
        people = str(asked.made(pattern)[EVENTS + "none"].scenario["people.size"])
        rows = judging.judged(pattern, OVER_WORLDS[INERT](seen, pattern), LEVEL)
        asked.rows[pattern["id"]] = [row | _nothing(people) for row in rows]


def _count_worlds(asked: Suite, runs: WorldRuns, pattern: Pattern, second: Sequence[int]) -> None:
    """Add to the rows of a pattern in how many worlds it comes out as expected, and what goes with that."""
    usual = expected(pattern)
    first = asked.judged_at[pattern["id"]]
    seeds = (*first, *(seed for seed in second if seed - SECOND in first))
    seen = _seen(asked, runs, pattern, seeds, LEVEL)
    there = seen.seeds(*seen.results)
    checks = OVER_WORLDS[pattern["measure"]](seen, pattern)
    for row, check in zip(asked.rows[pattern["id"]], checks, strict=True):
        bounds = usual if check.condition is None else check.condition
        values = getattr(check.found, "values", ()) if check.own is None else check.own
        if bounds is None or len(values) != len(there):
            continue
        found = held(values, there, bounds)
        row |= {"worlds": found.worlds, "holds": found.holds, "holds_low": found.low, "holds_high": found.high,
                "apart": found.apart, "turned": " ".join(map(str, found.turned)),
                "goes_with": "; ".join(goes_with(found, asked.ensemble.sets))}  # fmt: skip


# --- command line -----------------------------------------------------------------------------------------------------


def planned(asked: argparse.Namespace) -> Plan:
    """The plan that arguments of ``experiments.patterns`` ask for."""
    given = {name: getattr(asked, name) for name in ("people", "years", "workers", "world", "ensemble")}
    given |= dict.fromkeys(("sets", "times_sets"), looked_at(asked.sets)) if asked.sets else {}
    given |= {"apart": asked.apart, "twice": asked.apart} if asked.apart is not None else {}
    return Plan(**{name: value for name, value in given.items() if value is not None})


def tell(plan: Plan, only: Sequence[str]) -> int:
    """Run, print and write ``results/patterns-ensemble.*``; 1 if a run failed, 2 for a wrong request."""
    begin = time.perf_counter()
    content = patterns.catalogue()
    console = Console(width=None if sys.stdout.isatty() else 150)
    try:
        asked = suite(patterns.chosen(content["patterns"], only), content["arms"], plan)
        carry_out(asked, progress=True)
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    about = {"plan": vars(plan), "source": source_hash(), "seconds": round(time.perf_counter() - begin, 1),
             "runs": asked.runs, "failures": asked.failures}  # fmt: skip
    paths = judging.save(asked.every_row, about, RESULTS, "patterns-ensemble", COLUMNS)
    console.print(judging.table(asked.every_row, []))
    for line in asked.failures:
        console.print(f"failed: {line}", highlight=False, markup=False)
    console.print(f"{about['seconds']:.0f} s; {' and '.join(map(str, paths))}", highlight=False)
    return int(bool(asked.failures))
