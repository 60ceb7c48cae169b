"""A toy in place of the model: outputs are known functions of the place of parameters in their ranges."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sim.calibration.request import Calibration, Outcome, Plan, Target
from sim.calibration.runs import Batch
from sim.calibration.space import Floats
from sim.scenario.scenario import Scenario

NAMES = (
    "visa.wait",
    "visa.price",
    "visa.complexity",
    "visa.form_cost",
    "visa.broker_fee",
    "debt.notice",
    "debt.interest",
    "debt.lending",
)


def outputs(places: dict[str, float]) -> list[float]:
    """Two targets of which the second knows a sum only, one that nothing moves, and an outcome."""
    a, b, c, d = (places.get(name, 0.5) for name in NAMES[:4])
    return [1.0 + 2.0 * a, b + c, 0.5, 3.0 * a + d]


class Toy:
    """Answers like ``sim.calibration.runs.Runs``, from a function with a little noise."""

    def __init__(self, base: Scenario, folder: Path, noise: float = 0.02) -> None:
        self.base, self.folder, self.noise = base, folder, noise
        self.failed: list[tuple[str, str]] = []
        self.done = 0
        self.steps: list[str] = []

    def values(self, batch: Batch) -> Floats:
        self.steps.append(batch.step)
        found = []
        for point in batch.points:
            places = dict(zip(batch.space.names, point, strict=True))
            rows = []
            for seed in batch.seeds:
                generator = np.random.default_rng([seed, int(1e6 * point[0])])
                rows.append([value + self.noise * generator.normal() for value in outputs(places)])
                self.done += 1
            found.append(rows)
        return np.array(found)

    def sealed_values(self, scenarios: Sequence[Scenario], seeds: Sequence[int]) -> Floats:
        return np.full((len(scenarios), len(seeds), 1), 0.4)


def target(name: str, low: float, high: float, **more: object) -> Target:
    """A target of the toy."""
    return Target(name, f"what {name} is", "departures", low, high, **more)  # type: ignore[arg-type]


PLAN = Plan(
    seed=3, noise_points=3, noise_seeds=4, trajectories=4, singles=96, most=8, first=64, wave=32, waves=6, sets=30
)
TARGETS = (
    target("first", 1.5, 2.0),
    target("sum", 0.9, 1.1),
    target("still", 0.4, 0.6),
    target("hid", 0.3, 0.5, held_out=True),
)


def asked(targets: tuple[Target, ...] = TARGETS, plan: Plan = PLAN) -> Calibration:
    """A calibration of the toy."""
    outcome = Outcome("out", "what comes out", "departures")
    return Calibration("toy", "A toy", "What fits?", ("world=corridor",), targets, (outcome,), plan, NAMES)


@pytest.fixture(scope="session")
def base() -> Scenario:
    """A small world as declared."""
    return Scenario.compose(["world=corridor", "policy=none", "people.size=200", "time.years=0.1"])
