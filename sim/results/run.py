"""One run: a scenario and a seed in, metrics, series, people's outcomes and flows out.

Everything here runs in worker processes, so it needs numpy and numba only. A run that fails is data too: the
:class:`Failure` says where and why, and how to see it again.
"""

from __future__ import annotations

import json
import shlex
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import over_period
from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.policies.shocks import draft_of
from sim.declared.switches import SWITCHES
from sim.ledger.counters import COUNTER_INDEX
from sim.results.blocks import block_series, block_weeks
from sim.results.split import by_group
from sim.scenario.scenario import Scenario
from sim.week.week import Week

PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Failure:
    """Why a run has no result: ``stage`` (set-up, week, metrics, store), the error, a line that repeats it, its luck."""

    stage: str
    error: str
    reproducer: str
    trace: str = ""
    luck: int = 0

    def __str__(self) -> str:
        return f"{self.stage}: {self.error}; to see it again: {self.reproducer}"


@dataclass(frozen=True)
class RunResult:
    """What one run leaves.

    ``metrics`` are exact values over the weeks after burn-in; ``series`` float32 (points,), one point every
    ``blocks.SERIES_EVERY`` weeks, whose first weeks are ``weeks`` (negative before policies may start); ``outcomes`` one entry
    a person: row, generation, path (bits of ``Path``); ``flows`` mean yearly flows by leg, pair or cell. ``known`` is
    what ``sim.week.known`` says of people in week 0, in one run of each population only. ``events``,
    ``panels`` and ``captures`` are empty unless the settings of these names ask for them.
    """

    key: str
    seed: int
    metrics: dict[str, float] = field(default_factory=dict)
    weeks: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    series: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    outcomes: dict[str, NDArray[Any]] = field(default_factory=dict)
    flows: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    events: dict[str, NDArray[Any]] = field(default_factory=dict)
    panels: dict[str, NDArray[Any]] = field(default_factory=dict)
    captures: dict[str, NDArray[Any]] = field(default_factory=dict)
    seconds: float = 0.0
    phases: dict[str, float] = field(default_factory=dict)
    failure: Failure | None = None
    stored: bool = False
    luck: int = 0
    known: dict[str, NDArray[Any]] = field(default_factory=dict)
    groups: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    group_series: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def receipt(self, *, stored: bool = False) -> RunResult:
        """The same without what is kept in a study's journal; ``stored`` where its worker has kept it already."""
        return RunResult(
            self.key,
            self.seed,
            seconds=self.seconds,
            phases=self.phases,
            failure=self.failure,
            stored=stored,
            luck=self.luck,
        )


def run_one(
    scenario: Scenario, seed: int | None = None, words: Sequence[str] = (), *, knows_people: bool = False
) -> RunResult:
    """Run ``scenario`` with ``seed`` to its end; never raises, whatever goes wrong is in ``failure``.

    ``words`` are the overrides that made the scenario, for the line that repeats a failure; ``knows_people`` says
    whether the result tells what is known of people in week 0.
    """
    begin = time.perf_counter()
    number = int(scenario.values["seed"] if seed is None else seed)
    key, luck = scenario.run_key(number), int(scenario.values["luck"])
    stage = "set-up"
    try:
        week = Week(scenario, number)
        while week.done < week.weeks_total:
            stage = f"week {week.week}"
            week.advance()
        stage = "metrics"
        result = observe(week, key)
        if knows_people and week.agenda.known is not None:
            result = replace(result, known=week.agenda.known.columns())
    except Exception as error:  # noqa: BLE001 - a failed run is data, the others go on
        trace = traceback.format_exc()
        failure = Failure(stage, describe(error), reproducer(scenario, number, words), trace, luck)
        return RunResult(key, number, seconds=time.perf_counter() - begin, failure=failure, luck=luck)
    return replace(result, seconds=time.perf_counter() - begin)


def observe(week: Week, key: str) -> RunResult:
    """The result of a finished run."""
    counted = week.counters[: week.done]
    after = counted[week.burn_in :]
    groups, group_series = by_group(week)
    return RunResult(
        key=key,
        seed=week.seed,
        luck=int(week.scenario.values["luck"]),
        metrics={name: over_period(metric, after, COUNTER_INDEX) for name, metric in METRICS.items()},
        weeks=block_weeks(len(counted), week.burn_in),
        series=block_series(counted, week.burn_in),
        outcomes=week.outcomes(),
        flows=week.legs_used() | week.exploitation() | week.who_works_with_whom(),
        events=week.event_frame() if week.scenario.values["events"] else {},
        panels=week.panel(),
        captures=week.captures(),
        phases={name: seconds for name, _, seconds in week.plan},
        groups=groups,
        group_series=group_series,
    )


def describe(error: BaseException) -> str:
    """One line: the kind of error, its message and the line of the package that raised it."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PACKAGE) and frame.filename != __file__
    ]
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())}{where}"


# --- how to see a run again -------------------------------------------------------------------------------------


def departures(scenario: Scenario) -> dict[str, Any]:
    """Everything in which a scenario departs from the declared defaults: name to value. Of policies and the world that is
    what has been set in place of what their files say, doses as well."""
    changed: dict[str, Any] = {
        name: value
        for name, value in scenario.values.items()
        if name in PARAMETERS and name not in HOW_TO_RUN and value != PARAMETERS[name].default
    }
    changed |= {
        f"mechanisms.{name}": option for name, option in scenario.mechanisms.items() if option != SWITCHES[name].default
    }
    if scenario.shocks:
        changed["shocks"] = ", ".join(shock.name for shock in scenario.shocks)
    changed |= {f"world.{key}": scenario.tables[key] for key in scenario.own_tables}
    changed |= {f"policy.{name}": value for name, value in scenario.tuned.items()}
    usual = {key: policy.dose for key, policy in scenario.filed.items()}
    changed |= {
        f"policy.{policy.key}.dose": policy.dose
        for policy in scenario.policies
        if policy.dose != usual.get(policy.key, 1.0)
    }
    return changed


def reproducer(scenario: Scenario, seed: int, words: Sequence[str] = ()) -> str:
    """A command line that repeats the run."""
    if not words:
        policies = ",".join(policy.key for policy in scenario.policies)
        words = [f"world={scenario.world.name}", *([f"policy=[{policies}]"] if policies else [])]
        words += [f"{name}={written(value)}" for name, value in departures(scenario).items() if name != "shocks"]
        if scenario.shocks:
            words.append(f"shocks={json.dumps([draft_of(shock) for shock in scenario.shocks])}")
    kept = [word for word in words if not word.startswith(("seed=", "seeds=", "luck=", "lucks="))]
    luck = scenario.values["luck"]
    return shlex.join(["labyrinth", "run", *kept, f"seed={seed}", *([f"luck={luck}"] if luck else [])])


def written(value: Any) -> str:
    """A value as a word has it."""
    return value if isinstance(value, str) else json.dumps(value)
