"""Comparisons in which every difference is given by hand: by arm, metric and seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pytest

from sim.results.arms import Arm
from sim.results.asked import Design, Setting
from sim.results.comparison import Comparison
from sim.results.findings import Findings
from sim.results.risk_groups import VALUES
from sim.results.run import Failure, RunResult
from sim.results.runs import Held
from sim.scenario.scenario import Scenario

BASE = ("world=corridor", "people.size=400", "time.years=0.5", "time.burn_in_weeks=8")
LEVELS = {"deaths": 4.0, "exploited_people": 40.0, "safety_reached": 10.0, "interceptions": 80.0, "provider_share": 0.4}
Changes = Mapping[str, Mapping[str, Sequence[float]]]  # arm, metric, differences by seed


@cache
def scenario(policy: str, *words: str) -> Scenario:
    """A scenario of a small world."""
    return Scenario.compose([*BASE, f"policy={policy}", *words])


def run(world: Scenario, seed: int, values: Mapping[str, float]) -> RunResult:
    """What a run left, in which nothing happened to anybody."""
    people = int(world.values["people.size"])
    who = {"row": np.arange(people, dtype=np.int32), "generation": np.zeros(people, np.int32)}
    return RunResult(
        key=world.run_key(seed),
        seed=seed,
        metrics=dict(values),
        weeks=np.arange(0, 26, 4, dtype=np.int32),
        series={name: np.full(7, value, np.float32) for name, value in values.items()},
        outcomes=who | {"path": np.zeros(people, np.uint16)},
        known=who | {name: np.zeros(people, np.uint8) for name in VALUES},
        flows={},
    )


def _setting(
    changes: Changes, number: int, policy: str, words: Sequence[str] = ()
) -> tuple[list[Arm], dict[str, RunResult]]:
    seeds = max((len(values) for metrics in changes.values() for values in metrics.values()), default=8)
    metrics = list(dict.fromkeys(name for found in changes.values() for name in found)) or list(LEVELS)[:3]
    arms, runs = [], {}
    for position, label in enumerate(("none", *changes)):
        world = (scenario("none") if label == "none" else scenario(policy, *words)).replace(
            {"choice.noise": 0.2 + position / 1e4, "journey.alone_cost": 1.0 + number}
        )
        arms.append(Arm(label, (), world))
        for seed in range(1, seeds + 1):
            own = changes.get(label, {})
            # seeds differ, so that what the policies change is what pairs have in common
            values = {
                name: LEVELS[name] * (1 + 0.01 * seed) + (own[name][seed - 1] if name in own else 0.0)
                for name in metrics
            }
            found = run(world, seed, values)
            runs[found.key] = found
    return arms, runs


@pytest.fixture(scope="session")
def case() -> Callable[..., Comparison]:
    """``case({arm: {metric: differences by seed}})``; ``failed`` are arm and seed of runs that failed."""

    def make(
        changes: Changes,
        *,
        policy: str = "tighter_borders",
        words: Sequence[str] = (),
        failed: Sequence[tuple[str, int]] = (),
        seeds: int = 8,
    ) -> Comparison:
        arms, runs = _setting(changes, 0, policy, words)
        counts = [len(values) for metrics in changes.values() for values in metrics.values()]
        metrics = list(dict.fromkeys(name for found in changes.values() for name in found)) or list(LEVELS)[:3]
        for label, seed in failed:
            arm = next(arm for arm in arms if arm.label == label)
            key = arm.scenario.run_key(seed)
            runs[key] = RunResult(key, seed, failure=Failure("run", "it broke", "labyrinth run"))
        return Comparison(arms, list(range(1, max(counts, default=seeds) + 1)), runs, metrics=metrics)

    return make


@pytest.fixture(scope="session")
def study() -> Callable[..., Findings]:
    """``study({setting: {arm: {metric: differences}}})``; ``values`` are what was varied to make each setting."""

    def make(
        settings: Mapping[str, Changes], *, values: Mapping[str, Mapping[str, float]] | None = None, **about: object
    ) -> Findings:
        made, runs, metrics = [], {}, {}
        for number, (label, changes) in enumerate(settings.items()):
            arms, found = _setting(changes, number, "tighter_borders")
            runs |= found
            metrics |= dict.fromkeys(name for own in changes.values() for name in own)
            made.append(Setting(label, tuple(arms), (), tuple((values or {}).get(label, {}).items())))
        seeds = len({run.seed for run in runs.values()})
        design = Design(tuple(made), tuple(metrics), **about)  # type: ignore[arg-type]
        return Findings(design, list(range(1, seeds + 1)), Held(runs))

    return make
