"""Many runs on all cores, or on the executor that is asked for: one numba thread a run.

Workers import numpy and numba only. They start from an empty ``__main__``: a script that calls this need not guard
itself against being imported again, and what it imports is not imported once more by every worker.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import RequestError
from sim.scenario import Scenario
from sim.studies.executors import Engine, bare_main, engine_of, work_block
from sim.studies.run import Failure, RunResult, reproducer, run_one
from sim.week import Week

KERNELS = 150  # a cache with fewer compiled kernels is not complete
WARM_UP = {"people.size": 200, "time.burn_in_weeks": 4, "time.years": 0.1}
WINDOW = 3  # pieces of work that wait or run for each worker


@dataclass(frozen=True)
class Job:
    """One run to be done: content key, scenario, seed, and the overrides that made the scenario."""

    key: str
    scenario: Scenario
    seed: int
    words: tuple[str, ...] = ()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def warm_up(scenario: Scenario) -> None:
    """Compile every kernel once, so that workers find them in numba's cache: a few weeks of a small run.

    With two cores a second process starts from the other end of the week and meets this one half-way.
    """
    small = scenario.replace(WARM_UP | {"threads": 1})
    with compiling_together(small):
        week = Week(small)
        while week.done < min(week.weeks_total, 8):
            week.advance()


@contextmanager
def compiling_together(scenario: Scenario) -> Iterator[None]:
    """While kernels are compiled here, a second process compiles those of the later phases, if a core is free."""
    if cores() < 2 or kernels_are_kept():
        yield
        return
    with bare_main():
        helper = multiprocessing.get_context("spawn").Process(target=compile_backwards, args=(scenario,), daemon=True)
        helper.start()
    try:
        yield
    finally:
        helper.join()


def compile_backwards(scenario: Scenario) -> None:
    """Compile the kernels of the later phases first; what is met on the way is kept on disk for others."""
    week = Week.__new__(Week)
    try:
        week.__init__(scenario)  # type: ignore[misc]
        week.set_the_world()
        later = (week.do_work, week.protect_or_remove, week.do_justice, week.adapt, week.observe)
        for phase in (*later, week.travel, week.contract):
            phase()
    except Exception:  # noqa: BLE001 - only time is lost: whoever needs a kernel compiles it
        return


def kernels_are_kept() -> bool:
    """Whether the cache of this version holds kernels already."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR", "."))
    return folder.is_dir() and sum(1 for _ in folder.rglob("*.nbc")) > KERNELS


def execute(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    executor: str | Executor | None = None,
    journal: Path | None = None,
) -> Generator[RunResult]:
    """Do the jobs and give each result as it is ready, in no particular order.

    ``workers`` None means one process a core; with one worker the runs are done in this process. A worker that dies
    takes only its own run with it: what it may have been doing is tried once more, each run alone. Close the iterator
    to stop early.

    Parameters
    ----------
    executor : as in ``sim.studies.executors.engine_of``.
    journal : a folder that workers of engines with blocks write to themselves.
    """
    left = deque(jobs)
    count = min(workers or cores(), len(jobs))
    while left:
        engine = engine_of(executor, count)
        if engine is None:
            while left:
                yield work(left.popleft())
            return
        suspects: list[Job] = []
        before = len(left)
        with closing(_through(engine, left, suspects, journal)) as results:
            yield from results
        if len(left) == before:  # an executor that takes nothing: somebody else's, and closed
            raise RequestError("the executor takes no work; it is shut down or broken", where="executor")
        # what was under way when a worker died: alone in a process of its own, each shows whether it was the culprit
        for job in suspects:
            with closing(_through(engine_of("processes", 2), deque([job]), [], None)) as results:
                yield next(results, _died(job))


def _through(
    engine: Engine | None, left: deque[Job], suspects: list[Job], journal: Path | None
) -> Generator[RunResult]:
    """Take jobs from ``left`` and give their results; those whose work was lost are added to ``suspects``.

    No more than a window of jobs is under way, so that ten thousand do not wait pickled in memory. Ends early, with
    jobs left, when the engine breaks.
    """
    assert engine is not None  # noqa: S101 - the caller has asked for one
    waiting: dict[Future[list[RunResult]], list[Job]] = {}
    try:
        while left or waiting:
            while left and len(waiting) < WINDOW * engine.workers:
                block = [left.popleft() for _ in range(min(engine.block, len(left)))]
                try:
                    future = engine.submit(
                        work_block, [_on_one_thread(job) for job in block], journal if engine.block > 1 else None
                    )
                except BrokenExecutor:
                    left.extendleft(reversed(block))
                    break
                waiting[future] = block
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                block = waiting.pop(future)
                try:
                    results = future.result()
                except Exception:  # noqa: BLE001 - a run never raises: its worker is gone
                    suspects.extend(block)
                    continue
                yield from results
    finally:
        for future in waiting:
            future.cancel()
        engine.close()


def run_many(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    executor: str | Executor | None = None,
    journal: Path | None = None,
    on_result: Callable[[RunResult], RunResult] | None = None,
    progress: bool = False,
    timings: dict[str, float] | None = None,
) -> dict[str, RunResult]:
    """Do the jobs, compiling first if several processes share them; returns the results by content key.

    Parameters
    ----------
    executor, journal : as in ``execute``.
    on_result : called in this process with every result as it is ready; what it returns is kept in its place, and an
        exception from it stops the rest.
    progress : whether to show a bar.
    timings : filled with seconds by stage.
    """
    from rich.console import Console  # noqa: PLC0415 - workers do without
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    results: dict[str, RunResult] = {}
    begin = compiled = time.perf_counter()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not progress) as bar:
        task = bar.add_task("compiling", total=len(jobs))
        # alone at work a run compiles what it needs; someone who waits for it is served by both cores
        several = executor in (None, "processes") and min(workers or cores(), len(jobs)) > 1
        if jobs and (several or (progress and not kernels_are_kept())):
            _compile_for(jobs)
            compiled = time.perf_counter()
        bar.update(task, description="runs")
        with closing(execute(jobs, workers=workers, executor=executor, journal=journal)) as ready:
            for result in ready:
                results[result.key] = on_result(result) if on_result else result
                bar.advance(task)
                if result.failure and progress:
                    bar.console.print(f"failed: seed {result.seed}, {result.failure}", highlight=False, markup=False)
    if timings is not None and jobs:
        timings |= {"compile": compiled - begin, "runs": time.perf_counter() - compiled}
    return results


def _compile_for(jobs: Sequence[Job]) -> None:
    """Compile once for each world; what cannot even start is left for the run itself to report."""
    for scenario in {job.scenario.world.key: job.scenario for job in jobs}.values():
        with suppress(Exception):  # the run will fail in the same way and say so
            warm_up(scenario)


def work(job: Job) -> RunResult:
    """Do one job in this process."""
    return run_one(job.scenario, job.seed, job.words)


def _on_one_thread(job: Job) -> Job:
    """A worker has one thread, whatever the scenario says; results do not depend on it."""
    if job.scenario.values["threads"] == 1:
        return job
    return replace(job, scenario=job.scenario.replace({"threads": 1}))


def _died(job: Job) -> RunResult:
    line = reproducer(job.scenario, job.seed, job.words)
    return RunResult(
        job.key, job.seed, failure=Failure("run", "the worker process died (out of memory, or killed)", line)
    )


def unique(jobs: Iterable[Job]) -> list[Job]:
    """Each run once: two arms that are the same scenario share their runs."""
    return list({job.key: job for job in jobs}.values())
