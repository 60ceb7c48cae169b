"""The patterns in worlds that fit (``experiments.over_worlds``) as a part, beside those in the world as declared."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd

from experiments import over_worlds, patterns
from experiments.findings.of_patterns import those_of
from experiments.findings.part import AGAIN, Asked, Part, Scale, check_no_words
from experiments.world_runs import SECOND
from sim.results.arms import Arm
from sim.results.asked import Design, Setting

NAME = "patterns-ensemble"
PLAN = over_worlds.Plan()
TINY = over_worlds.Plan(sets=(2,), times_sets=(2,), twice=2, people=300, years=0.5, burn_in=10, workers=1)
FEW = ("C4-S01", "C4-S02", "C1-F14")  # as much as shows that it works


def suite(scale: Scale, part: str) -> over_worlds.Suite:
    """The patterns of a part and the plan of a scale."""
    check_no_words(scale, part)
    selection = those_of(part)
    if scale.tiny:
        selection = [one for one in selection if one["id"] in FEW]
    return over_worlds.suite(selection, patterns.catalogue()["arms"], TINY if scale.tiny else PLAN)


def ask(scale: Scale, part: str = NAME) -> list[Asked]:
    """The most that may be run: every arm with the seeds of all sets, and each set without a policy."""
    found = suite(scale, part)
    sets = found.ensemble.first(max(found.looks))
    arms = {label: replace(arm, label=label) for one in found.patterns for label, arm in found.made(one).items()}
    seeds = (*sets, *(SECOND + number for number in found.sets(found.plan.twice)))
    base = Arm("none", ("policy=none",), next(iter(arms.values())).scenario.replace({"policy": []}))
    worlds = tuple(
        Setting(f"world {number}", (replace(base, scenario=base.scenario.replace(dict(values))),))
        for number, values in sets.items()
    )
    return [Asked(Design((Setting("", tuple(arms.values())),)), seeds), Asked(Design(worlds), (1,))]


def carry(scale: Scale, part: str = NAME) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Run what is not there yet, look by look: one row for each check of a pattern, and how much was run."""
    found = over_worlds.carry_out(suite(scale, part), progress=True)
    if found.failures:
        raise RuntimeError(f"{len(found.failures)} runs of {part} failed, first {found.failures[0]}")
    about = {"ensemble": found.ensemble.name, "ensemble_version": found.ensemble.about.get("version"),
             "looks": found.looks, "sets": len(found.ensemble.sets), "twice": found.plan.twice,
             "seeds": [1], "runs": found.runs}  # fmt: skip
    return pd.DataFrame(found.every_row, columns=list(over_worlds.COLUMNS)), about


PARTS = (
    Part(NAME, "signs and bounds in worlds that fit", 75, ask, None, carry),
    Part(NAME + AGAIN, "signs and bounds of exploitation again in worlds that fit", 8,
         partial(ask, part=NAME + AGAIN), None, partial(carry, part=NAME + AGAIN)),
)  # fmt: skip
