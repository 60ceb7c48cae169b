"""The first start: every kernel is compiled, on all cores that are free."""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from sim.ground.machine import cores
from sim.scenario.scenario import Scenario
from sim.studies.engines import bare_main
from sim.studies.kept_kernels import kernels_are_kept, mark_kernels_as_kept
from sim.week.plan import PHASES
from sim.week.week import Week

WARM_UP = {"people.size": 200, "time.burn_in_weeks": 4, "time.years": 0.1}
MOST_HELPERS = 3  # each compiles for itself what several kernels call, so that more would gain little
# phases that others compile first: together they share least with those that this process comes to in the meantime, and
# they take as long
FOR_OTHERS = ("journey", "work", "justice", "adapt", "observe")


def warm_up(scenario: Scenario) -> None:
    """Compile every kernel once, so that workers find them in numba's cache: a few weeks of a small run.

    With several cores other processes begin with other phases, and this one finds on disk what they have compiled.
    """
    small = scenario.replace(WARM_UP | {"threads": 1}, only_to_compile=True)
    with nullcontext() if kernels_are_kept() else helpers_compile(small):
        week = Week(small)
        while week.done < min(week.weeks_total, 8):
            week.advance()
    mark_kernels_as_kept()


@contextmanager
def helpers_compile(scenario: Scenario) -> Iterator[None]:
    """While kernels are compiled here, as many other processes as there are free cores compile others.

    In the end this process has met every kernel, and what is left of the others is only what it has done itself.
    """
    count = min(cores() - 1, MOST_HELPERS)
    with tempfile.TemporaryDirectory(prefix="labyrinth-") as claims:
        helpers = [
            multiprocessing.get_context("spawn").Process(
                target=compile_for_others, args=(scenario, Path(claims), turn / count), daemon=True
            )
            for turn in range(count)
        ]
        with bare_main():
            for helper in helpers:
                helper.start()
        try:
            yield
        finally:
            for helper in helpers:
                helper.terminate()  # kernels are written whole or not at all
                helper.join()


def compile_for_others(scenario: Scenario, claims: Path, begin: float = 0.0) -> None:
    """Compile the kernels of a week for others who find them on disk, some phases before the rest; none is run.

    Parameters
    ----------
    claims : a folder shared by processes that do this side by side.
    begin : which share of the phases is left for later.
    """
    from sim.ground.beforehand import compile_only, never_run  # noqa: PLC0415 - changes what kernels do

    with suppress(Exception):  # only time is lost: whoever needs a kernel compiles it
        never_run()
        week = Week(scenario)
        compile_only(claims)
        named = {phase.name: phase for phase in PHASES}
        order = [
            *map(named.__getitem__, FOR_OTHERS),
            *reversed([each for each in PHASES if each.name not in FOR_OTHERS]),
        ]
        first = round(begin * len(order))
        for phase in (*order[first:], *order[:first]):
            with suppress(Exception):  # what follows from kernels that were not run means nothing
                phase.run(week.state, week.agenda)
