"""Agent-steps per second of the Mesa version and of the kernels on the same people, and ratios of speeds.

Seconds are those that a process had a core, so that a machine which does other things beside counts less against
anyone. An agent-step is one agent through one step of its clock: a person-week here, a time step of any length
elsewhere. What happens in it differs from package to package; only Mesa and the kernels do the same.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.peers import kernels
from experiments.peers.agreement import Plan
from experiments.peers.corridor import Corridor
from experiments.peers.places import people_of, places_of, prepare
from experiments.roofline import on_core

GOALS = {"mesa": 300.0, "starsim": 25.0}  # how many times as fast the kernels should be
NAMES = ("Labyrinth, everything", "Labyrinth, consider to journey")
SIZES, QUICK_SIZES = (3000, 50_000), (500,)


def agents_per_second(agents: int, steps: int, seconds: float) -> float:
    """Agent-steps per second."""
    return agents * steps / seconds


def ratio(mine: float | None, other: float | None) -> float | None:
    """How many times as fast as another; None where one was not measured."""
    return None if mine is None or not other else mine / other


def speeds(case: Mapping[str, Any]) -> tuple[float, float]:
    """Agent-steps per second on a core of a case on one thread: with everything, and in ``consider`` to ``journey``."""
    moving = on_core(case, sum(case["phases"][name] for name in kernels.NAMES))
    return (
        agents_per_second(case["people"], case["weeks"], on_core(case, case["seconds"])),
        agents_per_second(case["people"], case["weeks"], moving),
    )


def both(people: int, weeks: int = 52, runs: int = 2) -> dict[str, float]:
    """Agent-steps per second of both versions on so many people of the corridor as it is, on one thread.

    The faster of a few runs of each.
    """
    found = [one_run(people, weeks, seed) for seed in range(1, runs + 1)]
    best = {name: max(one[name] for one in found) for name in ("mesa", "kernels")}
    return {"people": people, **best}


def one_run(people: int, weeks: int, seed: int) -> dict[str, float]:
    """Agent-steps per second of both versions from one start."""
    plan = Plan(people=people, before=26, home_tie=140_000.0)
    week = plan.week(seed)
    weekly = prepare(week)
    model = Corridor(places_of(week, weekly), people_of(week), week.week, seed)
    gc.collect()
    begin = time.process_time()
    for _ in range(weeks):
        model.step()
    seconds = time.process_time() - begin
    _, compiled = kernels.run(week, weekly, weeks)
    return {
        "mesa": agents_per_second(people, weeks, seconds),
        "kernels": agents_per_second(people, weeks, compiled),
    }


def rows(
    cases: Sequence[Mapping[str, Any]], same: Sequence[Mapping[str, float]], others: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str, float | None]]:
    """What is shown: (who, what, agent-steps per second on one core or None where it is not installed)."""
    found: list[tuple[str, str, float | None]] = []
    for case in cases:
        if case["threads"] != 1:
            continue
        people = f"{case['people']:,} people"
        found.extend(zip(NAMES, (people, people), speeds(case), strict=True))
    for one in same:
        people = f"{int(one['people']):,} people"
        found.append(("the same phases alone", people, one["kernels"]))
        found.append(("Mesa, the same rules", people, one["mesa"]))
    for name, other in others.items():
        found.append((name, other.get("what", other.get("missing", "")), other.get("speed")))
    return found


def ratios(
    cases: Sequence[Mapping[str, Any]], same: Sequence[Mapping[str, float]], others: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, float | None, float | None]]:
    """(what over what, how many times as fast, the goal) on one core."""
    single = [case for case in cases if case["threads"] == 1]
    found: list[tuple[str, float | None, float | None]] = [
        (f"the same rules, {int(one['people']):,} people, over Mesa", ratio(one["kernels"], one["mesa"]), GOALS["mesa"])
        for one in same
    ]
    for name in others:
        other = others[name].get("speed")
        for case in single:
            everything, moving = speeds(case)
            people, goal = f"{case['people']:,} people", GOALS.get(name.lower())
            found.append((f"consider to journey, {people}, over {name}", ratio(moving, other), goal))
            found.append((f"everything, {people}, over {name}", ratio(everything, other), goal))
    return found


if __name__ == "__main__":
    print(json.dumps(both(int(sys.argv[1]))))
