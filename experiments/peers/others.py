"""Starsim and Flee on examples of their own, where they are installed; Labyrinth neither needs nor brings them.

    python -m experiments.peers.others starsim|flee

- Starsim: the simulation that its developers time releases by: 10 000 agents, 20 years in steps of 0.2 years, two
  diseases, random, sexual and maternal networks, births and deaths.
- Flee: the network of its first example, one place that everybody leaves and three others that they reach by roads,
  with 10 000 people and 10 days.

The fastest of a few runs is taken, so that neither compiling nor a busy machine counts against them. An agent-step of
theirs holds other rules than a person-week here: the figures say in which league each package plays.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

AGENTS, RUNS = 10_000, 4
HOW = "not installed: {python} -m pip install {name}"


def starsim() -> dict[str, Any]:
    """Starsim's own benchmark."""
    import starsim as ss  # noqa: PLC0415 - it may be absent

    seconds, steps = float("inf"), 100
    for _ in range(RUNS):
        simulation = ss.Sim(
            n_agents=AGENTS,
            start=2000,
            dur=20,
            dt=0.2,
            rand_seed=2,
            verbose=0,
            networks=["random", "mf", "maternal"],
            diseases=["sir", "sis"],
            demographics=True,
        )
        simulation.init()
        begin = time.process_time()
        simulation.run()
        seconds = min(seconds, time.process_time() - begin)
    return {"seconds": seconds, "steps": steps, "what": f"{AGENTS:,} agents, {steps} steps, its own benchmark"}


def flee() -> dict[str, Any]:
    """Flee's first example with more people."""
    from flee import flee as package  # noqa: PLC0415 - it may be absent

    days = 10
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(io.StringIO()):
        nothing = Path(folder) / "empty.yml"
        nothing.write_text("", encoding="utf-8")
        package.SimulationSettings.ReadFromYML(str(nothing))  # everything as declared there
    seconds = float("inf")
    for _ in range(RUNS):
        world = package.Ecosystem()
        start = world.addLocation(name="A", movechance=1.0)
        for name, distance in (("B", 834.0), ("C", 1368.0), ("D", 536.0)):
            world.addLocation(name=name, movechance=0.0)
            world.linkUp(endpoint1="A", endpoint2=name, distance=distance)
        for _ in range(AGENTS):
            world.addAgent(location=start, attributes={})
        begin = time.process_time()
        for _ in range(days):
            world.evolve()
        seconds = min(seconds, time.process_time() - begin)
    return {"seconds": seconds, "steps": days, "what": f"{AGENTS:,} people, {days} days, its first example"}


PACKAGES: dict[str, Callable[[], dict[str, Any]]] = {"starsim": starsim, "flee": flee}


def measure(name: str, run: Callable[[], dict[str, Any]] | None = None) -> dict[str, Any]:
    """Agent-steps per second of a package, or how to install it."""
    if find_spec(name) is None:
        return {"missing": HOW.format(python=Path(sys.executable).name, name=name)}
    found = (run or PACKAGES[name])()
    return {**found, "version": version(name), "speed": AGENTS * found["steps"] / found["seconds"]}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):  # they print as they run
        measured = measure(sys.argv[1])
    print(json.dumps(measured))
