"""How fast runs are and how much memory they take: what ``make bench`` runs.

    python -m experiments.bench [--quick]

Every figure is measured in a process of its own. The tables go to ``results/bench.json``; docs/performance.md says how
to read them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments import machine, roofline
from experiments.files import RESULTS, write_whole
from experiments.peers import others, speed
from sim.agents.facilitators import Standing
from sim.ground.cache import source_hash

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Case:
    """A run to be timed: people, weeks before the clock starts, weeks on the clock, threads."""

    people: int
    before: int
    weeks: int
    threads: int


CASES = (Case(50_000, 0, 676, 1), Case(1_000_000, 120, 60, 1), Case(1_000_000, 120, 60, 2))
QUICK_CASES = (Case(1000, 0, 60, 1), Case(2000, 20, 20, 1), Case(2000, 20, 20, 2))
QUICK_RUN = ("people.size=1000", "time.years=0.5", "time.burn_in_weeks=8")


def measure(case: Case, processor: float | None = None) -> dict[str, Any]:
    """Time a run on the corridor in this process, after its kernels have been compiled or loaded.

    Returns the case, person-weeks per second and per ``processor`` score, seconds, those with a core, seconds by phase,
    bytes of tables per person and the largest memory of the process, bytes per person; people touched one by one in a
    week, and bytes touched for each person-week by phase.
    """
    from sim.scenario.scenario import Scenario  # noqa: PLC0415 - the parent only starts processes
    from sim.week.week import Week  # noqa: PLC0415

    scenario = Scenario.compose(["world=corridor", f"people.size={case.people}", f"threads={case.threads}"])
    first = Week(scenario.replace({"people.size": min(case.people, 1000), "time.burn_in_weeks": 4}))
    for _ in range(30):  # the concentration of the market is first measured in the 26th week
        first.advance()
    score = processor_score() if processor is None else processor
    week = Week(scenario)
    for _ in range(case.before):
        week.advance()
    phases_before = {name: seconds for name, _, seconds in week.plan}
    seconds, core_seconds, rows = 0.0, 0.0, Counter[str]()
    for _ in range(case.weeks):
        begin, core_begin = time.perf_counter(), time.process_time()
        week.advance()
        seconds += time.perf_counter() - begin
        core_seconds += time.process_time() - core_begin
        rows.update(roofline.rows_touched(week))
    touched = {name: count / case.weeks for name, count in rows.items()}
    speed = case.people * case.weeks / seconds
    return {
        **asdict(case),
        "seconds": seconds,
        "core_seconds": core_seconds,
        "person_weeks_per_second": speed,
        "person_weeks_per_score": speed / score,
        "bytes_per_person": week.state.bytes_per_person,
        "peak_bytes_per_person": peak_bytes() / case.people,
        "phases": {name: spent - phases_before[name] for name, _, spent in week.plan},
        "rows": touched,
        "bytes": roofline.bytes_by_phase(week.state, touched),
        "networks": networks(week),
    }


def networks(week: Any, repeats: int = 5) -> dict[str, float]:
    """How many enterprises and facilitators there are, and what a week of their networks costs each enterprise.

    The week is over; it is repeated here for the clock alone, and the run is not used any more.
    """
    from sim.ground.calendar import Now  # noqa: PLC0415 - as above
    from sim.rules.networks.partners import tend_partners  # noqa: PLC0415

    state, now, counters = week.state, Now(week.week, week.seed, week.seed), np.zeros_like(week.counters[0])
    begin = time.perf_counter()
    for _ in range(repeats):
        tend_partners(state.s, state.p, now, counters)
    seconds = (time.perf_counter() - begin) / repeats
    enterprises = int((week.traffickers["active"] == 1).sum())
    standing = week.state.facilitators["standing"]
    return {
        "enterprises": enterprises,
        "facilitators": int((standing != Standing.LATENT).sum()),
        "latent_facilitators": int((standing == Standing.LATENT).sum()),
        "microseconds_per_enterprise_week": 1e6 * seconds / max(enterprises, 1),
    }


def peak_bytes() -> float:
    """The largest memory that this process has held, bytes; NaN where the system does not say."""
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return float("nan")
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


def processor_score(count: int = 1_000_000, repeats: int = 5) -> float:
    """Millions of elements per second that numpy sorts, gathers and exponentiates on one thread: the best of a few."""
    generator = np.random.default_rng(0)
    values = generator.random(count)
    order = generator.permutation(count)
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        np.exp(np.sort(values)[order]).sum()
        best = min(best, time.perf_counter() - begin)
    return count / 1e6 / best


# --- processes --------------------------------------------------------------------------------------------------


def environment(**changes: str) -> dict[str, str]:
    """This process's environment with changes, and the package on the path wherever the process runs."""
    path = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        **changes,
    }


def in_process(case: Case, processor: float) -> dict[str, Any]:
    """``measure`` in a process of its own with as many numba threads as the case says."""
    words = ("experiments.bench", "--case", json.dumps({**asdict(case), "processor": processor}))
    return measured_by(*words, threads=case.threads)


def measured_by(module: str, *words: str, threads: int = 1) -> dict[str, Any]:
    """What a module prints last, as JSON, when it runs in a process of its own."""
    done = subprocess.run(  # noqa: S603 - the command is ours
        [sys.executable, "-m", module, *words],
        env=environment(NUMBA_NUM_THREADS=str(threads)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"measuring {module} {' '.join(words)} failed:\n{done.stderr.strip()}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def other_packages() -> dict[str, dict[str, Any]]:
    """Starsim and Flee, or how to install them; what goes wrong inside one of them is told and stops nothing."""
    found = {}
    for name in others.PACKAGES:
        try:
            found[name.title()] = measured_by("experiments.peers.others", name)
        except RuntimeError as error:
            found[name.title()] = {"missing": str(error).splitlines()[-1]}
    return found


def default_run(words: Sequence[str] = ()) -> dict[str, float]:
    """Seconds of ``labyrinth run`` in a fresh process: ``cold`` with nothing compiled yet, ``warm`` right after.

    As somebody who waits for it runs it: with a bar, tables and a page, and compiled on two cores where there are two.
    """
    seconds = {}
    with tempfile.TemporaryDirectory(prefix="labyrinth-bench-") as folder:
        command = [sys.executable, "-m", "sim", "run", *words]
        for state in ("cold", "warm"):
            place = Path(folder) / state  # results of the first must not spare the second its work
            place.mkdir()
            begin = time.perf_counter()
            done = subprocess.run(  # noqa: S603 - the command is ours
                command,
                cwd=place,
                env=environment(NUMBA_CACHE_DIR=str(Path(folder) / "kernels")),
                capture_output=True,
                text=True,
                check=False,
            )
            seconds[state] = time.perf_counter() - begin
            if done.returncode:
                raise RuntimeError(f"the {state} run failed:\n{done.stderr.strip()}")
    return seconds


# --- what is shown ----------------------------------------------------------------------------------------------


def speed_table(results: Sequence[Mapping[str, Any]]) -> Table:
    """Speed and memory by case."""
    table = Table(title="Speed on the corridor", title_justify="left", pad_edge=False)
    names = (
        "people",
        "weeks",
        "threads",
        "s",
        "cores had",
        "million person-weeks/s",
        "per score",
        "bytes/person",
        "peak bytes/person",
    )
    for name in names:
        table.add_column(name, justify="right")
    for result in results:
        table.add_row(
            f"{result['people']:,}",
            str(result["weeks"]),
            str(result["threads"]),
            f"{result['seconds']:.2f}",
            f"{result['core_seconds'] / result['seconds']:.2f}",
            f"{result['person_weeks_per_second'] / 1e6:.2f}",
            f"{result['person_weeks_per_score'] / 1e6:.3f}",
            f"{result['bytes_per_person']:.0f}",
            f"{result['peak_bytes_per_person']:.0f}",
        )
    return table


def phase_table(results: Sequence[Mapping[str, Any]]) -> Table:
    """Seconds of every phase by case."""
    table = Table(title="Seconds by phase", title_justify="left", pad_edge=False)
    table.add_column("")
    for result in results:
        table.add_column(f"{result['people']:,} × {result['threads']}", justify="right")
    for name in results[0]["phases"]:
        table.add_row(name, *(f"{result['phases'][name]:.2f}" for result in results))
    return table


def network_table(results: Sequence[Mapping[str, Any]]) -> Table:
    """Enterprises, facilitators and the cost of an enterprise's week among them, by case."""
    table = Table(title="Networks", title_justify="left", pad_edge=False)
    for name in ("people", "enterprises", "facilitators", "latent", "µs per enterprise-week"):
        table.add_column(name, justify="right")
    for result in results:
        found = result["networks"]
        table.add_row(
            f"{result['people']:,}",
            f"{found['enterprises']:,}",
            f"{found['facilitators']:,}",
            f"{found['latent_facilitators']:,}",
            f"{found['microseconds_per_enterprise_week']:.2f}",
        )
    return table


def peer_table(found: Mapping[str, Any]) -> Table:
    """Agent-steps per second on one core, here and elsewhere."""
    table = Table(title="Agent-steps per second on one core", title_justify="left", pad_edge=False)
    for name in ("", "on what", "million/s"):
        table.add_column(name, justify="right" if name.endswith("/s") else "left")
    for who, what, rate in speed.rows(found["cases"], found["peers"], found["others"]):
        table.add_row(who, what, "" if rate is None else f"{rate / 1e6:.2f}")
    return table


def ratio_table(found: Mapping[str, Any]) -> Table:
    """How many times as fast, and how many times it should be."""
    table = Table(title="Times as fast, on one core", title_justify="left", pad_edge=False)
    for name in ("", "times", "goal"):
        table.add_column(name, justify="right" if name else "left")
    for what, times, goal in speed.ratios(found["cases"], found["peers"], found["others"]):
        table.add_row(what, "" if times is None else f"{times:.1f}", "" if goal is None else f"{goal:.0f}")
    return table


def bench(*, quick: bool = False) -> dict[str, Any]:
    """Measure everything; see ``measure`` and ``default_run``."""
    score = processor_score()
    return {
        "processor_score": score,
        "cores": os.cpu_count(),
        "platform": platform.platform(),
        "python": platform.python_version(),
        "source": source_hash(),
        "quick": quick,
        "machine": machine.measure(quick=quick),
        "default_run_seconds": default_run(QUICK_RUN if quick else ()),
        "cases": [in_process(case, score) for case in (QUICK_CASES if quick else CASES)],
        "peers": [
            measured_by("experiments.peers.speed", str(people))
            for people in (speed.QUICK_SIZES if quick else speed.SIZES)
        ],
        "others": other_packages(),
    }


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write ``results/bench.json``; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m experiments.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small runs: shows that it works, measures little")
    parser.add_argument("--case", help=argparse.SUPPRESS)  # a process that measures one case
    asked = parser.parse_args(arguments)
    if asked.case:
        wanted = json.loads(asked.case)
        processor = wanted.pop("processor")
        print(json.dumps(measure(Case(**wanted), processor)))
        return 0
    console = Console(width=None if sys.stdout.isatty() else 120)
    found = bench(quick=asked.quick)
    path = write_whole(RESULTS / "bench.json", json.dumps(found, indent=2) + "\n")
    console.print(speed_table(found["cases"]))
    console.print(phase_table(found["cases"]))
    console.print(network_table(found["cases"]))
    console.print(roofline.machine_table(found["machine"]))
    for case in found["cases"]:
        console.print(roofline.roofline_table(case, found["machine"]))
    growth = roofline.growth_table(found["cases"], found["machine"])
    if growth is not None:
        console.print(growth)
    console.print(peer_table(found))
    console.print(ratio_table(found))
    times = ", ".join(f"{state} {seconds:.1f} s" for state, seconds in found["default_run_seconds"].items())
    console.print(f"labyrinth run in a fresh process: {times}", highlight=False)
    console.print(f"processor score {found['processor_score']:.1f}; {path}", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
