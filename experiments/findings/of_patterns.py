"""What the literature says, held against runs: the patterns of ``experiments.patterns`` as a part."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from experiments import judging, patterns
from experiments.findings.part import AGAIN, Asked, Part, Scale, check_no_words
from experiments.pattern_runs import EVENTS, LARGE, LARGER, SHORT, Runs
from sim.results.asked import Design, Setting
from sim.results.findings import Findings
from sim.results.run import RunResult
from sim.studies.plan import chosen_seeds

NAME = "patterns"
PLAN = patterns.Plan(seeds=12, large=200_000, times_seeds=10)
TINY = patterns.Plan(
    people=300, seeds=2, years=0.5, workers=1, small=200, large=400, large_seeds=2, times_seeds=2, burn_in=10
)
FIELDS = ("metrics", "weeks", "series", "flows", "seconds")


def those_of(part: str) -> list[dict[str, Any]]:
    """The patterns of a part: of the one with ``AGAIN`` after its name those that say so, all others of the other."""
    every = patterns.catalogue()["patterns"]
    named = {one["id"]: one.get("part", "") for one in every}
    unknown = {name for name in named.values() if name not in ("", AGAIN.removeprefix("-"))}
    if unknown:
        raise ValueError(f"there is no part {', '.join(sorted(unknown))} of patterns")
    return [one for one in every if part.endswith(AGAIN) == bool(named[one["id"]])]


def groups(scale: Scale, part: str) -> dict[str, tuple[patterns.Arm, int]]:
    """Arm and number of seeds of every group of runs that the patterns of a part need."""
    return patterns.groups(those_of(part), patterns.catalogue()["arms"], TINY if scale.tiny else PLAN)


def ask(scale: Scale, part: str = NAME) -> list[Asked]:
    """A design for each number of seeds, kind and length of run; runs that keep events are done when judged."""
    check_no_words(scale, part)
    kinds: dict[tuple[int, str, float], list[patterns.Arm]] = {}
    for label, (arm, seeds) in groups(scale, part).items():
        if not label.startswith(EVENTS):
            kind = next((kind for kind in (LARGER, LARGE, SHORT) if label.startswith(kind)), "usual")
            key = (seeds, kind, float(arm.scenario["time.years"]))
            kinds.setdefault(key, []).append(patterns.Arm(label, arm.words, arm.scenario))
    return [
        Asked(Design((Setting("", tuple(arms)),)), tuple(chosen_seeds(seeds, 1))) for (seeds, *_), arms in kinds.items()
    ]


def find(found: list[Findings], part: str = NAME) -> pd.DataFrame:
    """One row for each check of a pattern, with its verdict."""
    results: dict[str, dict[int, RunResult]] = {}
    scenarios = {}
    for one in found:
        for comparison in one.comparisons.values():
            for arm in comparison.every_arm:
                fields = (*FIELDS, "outcomes") if SHORT in arm.label else FIELDS
                results[arm.label] = {run.seed: run for run in comparison.runs_of(arm, *fields)}
                scenarios[arm.label] = arm.scenario
    events = {label: made for label, made in groups(_scale(found), part).items() if label.startswith(EVENTS)}
    runs, failures = patterns.simulate(events, workers=1, progress=False)
    if failures:
        raise RuntimeError(failures[0])
    rows = judging.judge(those_of(part), Runs(results | runs.results, scenarios | runs.scenarios))
    return pd.DataFrame(rows, columns=list(judging.COLUMNS))


def _scale(found: list[Findings]) -> Scale:
    people = found[0].design.arms[0].scenario["people.size"]
    return Scale(tiny=people <= max(TINY.people * TINY.times, TINY.large))


PARTS = (
    Part(NAME, "signs and bounds from the literature", 28, ask, find),
    Part(NAME + AGAIN, "signs and bounds of exploitation again", 4, partial(ask, part=NAME + AGAIN),
         partial(find, part=NAME + AGAIN)),
)  # fmt: skip
