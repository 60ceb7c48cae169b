"""Many runs on all cores: persistent spawned processes, one numba thread each.

Workers import numpy and numba only. They start from an empty ``__main__``: a script that calls this need not guard
itself against being imported again, and what it imports is not imported once more by every worker.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sim.scenario import Scenario
from sim.studies.run import Failure, RunResult, reproducer, run_one
from sim.week import Week

KERNELS = 150  # a cache with fewer compiled kernels is not complete
WARM_UP = {"people.size": 200, "time.burn_in_weeks": 4, "time.years": 0.1}
# a worker simulates on one thread; BLAS is told so too, or it starts one thread a core in every worker
WORKER_ENVIRONMENT = {"NUMBA_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


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
    with _bare_main():
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


def execute(jobs: Sequence[Job], *, workers: int | None = None) -> Generator[RunResult]:
    """Do the jobs and give each result as it is ready, in no particular order.

    ``workers`` None means one process a core; with one worker the runs are done in this process. A worker that dies
    takes only its own run with it. Close the iterator to stop early.
    """
    count = min(workers or cores(), len(jobs))
    if count <= 1:
        for job in jobs:
            yield run_one(job.scenario, job.seed, job.words)
        return
    unfinished = {job.key: job for job in jobs}
    with closing(_in_pool(list(jobs), count)) as results:
        for result in results:
            unfinished.pop(result.key, None)
            yield result
    # Only a worker that died leaves jobs: alone in a process of its own, each shows whether it was the culprit.
    for job in list(unfinished.values()):
        with closing(_in_pool([job], 1)) as results:
            yield next(results, _died(job))


def run_many(
    jobs: Sequence[Job],
    *,
    workers: int | None = None,
    on_result: Callable[[RunResult], RunResult] | None = None,
    progress: bool = False,
    timings: dict[str, float] | None = None,
) -> dict[str, RunResult]:
    """Do the jobs, compiling first if several processes share them; returns the results by content key.

    Parameters
    ----------
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
        if jobs and (min(workers or cores(), len(jobs)) > 1 or (progress and not kernels_are_kept())):
            _compile_for(jobs)
            compiled = time.perf_counter()
        bar.update(task, description="runs")
        with closing(execute(jobs, workers=workers)) as ready:
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


def _work(job: Job) -> RunResult:
    """Do one job in a worker."""
    return run_one(job.scenario, job.seed, job.words)


def _on_one_thread(job: Job) -> Job:
    """A worker has one thread, whatever the scenario says; results do not depend on it."""
    if job.scenario.values["threads"] == 1:
        return job
    return replace(job, scenario=job.scenario.replace({"threads": 1}))


def _in_pool(jobs: list[Job], workers: int) -> Generator[RunResult]:
    """Results of the jobs in order of completion; ends early when a worker dies."""
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_follow_parent)
    try:
        with _bare_main():
            waiting: set[Future[RunResult]] = {pool.submit(_work, _on_one_thread(job)) for job in jobs}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    result = future.result()
                except BrokenProcessPool:
                    return
                yield result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _died(job: Job) -> RunResult:
    line = reproducer(job.scenario, job.seed, job.words)
    return RunResult(
        job.key, job.seed, failure=Failure("run", "the worker process died (out of memory, or killed)", line)
    )


def _follow_parent() -> None:
    """A worker whose parent is gone would wait for work for ever: it leaves with its parent."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def leave() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


@contextmanager
def _bare_main() -> Iterator[None]:
    """While workers are spawned: their environment, and no ``__main__`` that they would import."""
    main, kept = sys.modules["__main__"], {name: os.environ.get(name) for name in WORKER_ENVIRONMENT}
    os.environ.update(WORKER_ENVIRONMENT)
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def unique(jobs: Iterable[Job]) -> list[Job]:
    """Each run once: two arms that are the same scenario share their runs."""
    return list({job.key: job for job in jobs}.values())
