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
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sim._cache import source_hash
from sim.errors import RequestError
from sim.scenario import Scenario
from sim.studies.executors import (
    Engine,
    OneByOne,
    bare_main,
    check_executor,
    engine_of,
    on_this_machine,
    work_block,
)
from sim.studies.run import Failure, RunResult, describe, reproducer, run_one
from sim.week import Week

KERNELS = 150  # a cache with fewer compiled kernels is not complete
WARM_UP = {"people.size": 200, "time.burn_in_weeks": 4, "time.years": 0.1}
# how Dask, Ray and Submitit say that a worker is gone
DEATHS = ("KilledWorker", "WorkerCrashedError", "OutOfMemoryError", "NodeDiedError", "UncompletedJobError")


@dataclass(frozen=True)
class Job:
    """One run to be done: content key, scenario, seed, and the overrides that made the scenario."""

    key: str
    scenario: Scenario
    seed: int
    words: tuple[str, ...] = ()


Lost = tuple[Job, BaseException]  # a run that never came back, and why


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)


def warm_up(scenario: Scenario) -> None:
    """Compile every kernel once, so that workers find them in numba's cache: a few weeks of a small run.

    With two cores a second process starts from the other end of the week and meets this one half-way; it is of use
    only when what both begin with is there.
    """
    small = scenario.replace(WARM_UP | {"threads": 1}, only_to_compile=True)
    complete = kernels_are_kept()
    week = Week(small)
    with nullcontext() if complete else compiling_together(small):
        while week.done < min(week.weeks_total, 8):
            week.advance()


@contextmanager
def compiling_together(scenario: Scenario) -> Iterator[None]:
    """While kernels are compiled here, a second process compiles those of the later phases, if a core is free."""
    if cores() < 2:
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
        for phase in (week.adapt, week.do_justice, week.protect_or_remove, week.observe, week.do_work):
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
    takes only its own run with it: what it may have been doing is tried once more, each run by itself, and becomes a
    failure if that ends in the same way. Close the iterator to stop early.

    Parameters
    ----------
    executor : as in ``sim.studies.executors.engine_of``.
    journal : a folder that Slurm jobs can write to; each run is kept there as soon as it has finished, and what comes
        back says ``stored``.

    Raises
    ------
    RequestError : there is no such executor, or it takes no more work.
    """
    left = deque(jobs)
    count = min(workers or cores(), len(jobs))
    while left:
        engine = engine_of(executor, count)
        if engine is None:
            while left:
                yield work(left.popleft())
            return
        before = len(left)
        with closing(engine):
            folder = Folder(journal) if journal is not None and engine.keeps else None
            lost: list[Lost] = []
            refusal = yield from _through(engine, left, lost, folder)
            yield from _once_more(engine, lost, count, folder)
        if len(left) == before:  # somebody else's, and closed
            raise _takes_no_work(refusal)


def _takes_no_work(reason: Exception | None) -> RequestError:
    return RequestError(f"the executor takes no more work: {reason or 'its workers are gone'}", where="executor")


class Folder:
    """Where workers keep their runs, and which of a block are there although it did not come to its end."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._before = set(self._journals())

    def _journals(self) -> Iterable[Path]:
        return self.path.glob("runs-*.journal")

    def kept(self, block: Sequence[Job]) -> dict[str, RunResult]:
        """Receipts by key of those runs of a block that workers have kept since this began."""
        from sim.studies import journal  # noqa: PLC0415 - pyarrow, which workers do without

        seeds = {job.key: job.seed for job in block}
        found = {}
        for path in set(self._journals()) - self._before:
            for batch in journal.read(path):
                for key, seconds in zip(*(batch.column(name).to_pylist() for name in ("key", "seconds")), strict=True):
                    if key in seeds:
                        found[key] = RunResult(key, seeds[key], seconds=seconds, stored=True)
        return found


def _through(
    engine: Engine, left: deque[Job], lost: list[Lost], folder: Folder | None, *, alone: bool = False
) -> Generator[RunResult, None, Exception | None]:
    """Take jobs from ``left`` and give their results; those that never came back are added to ``lost``.

    No more than a window of jobs is under way, so that ten thousand do not wait pickled in memory. When the engine
    takes no more work, jobs stay in ``left``; the reason is returned. ``alone``: one run in each piece of work.
    """
    waiting: dict[Future[list[RunResult]], list[Job]] = {}
    refusal = None
    try:
        while True:
            while left and refusal is None and len(waiting) < engine.window:
                block = [left.popleft() for _ in range(min(1 if alone else engine.block, len(left)))]
                sent = [_on_one_thread(job) for job in block]
                try:
                    future = engine.submit(work_block, sent, folder and folder.path, source_hash())
                except Exception as error:  # noqa: BLE001 - each engine has its own way to say that it is broken
                    left.extendleft(reversed(block))
                    refusal = error
                else:
                    waiting[future] = block
            if not waiting:
                return refusal
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                block = waiting.pop(future)
                try:
                    results = future.result()
                except Exception as error:  # noqa: BLE001 - a run never raises: its worker is gone
                    kept = folder.kept(block) if folder else {}
                    lost.extend((job, error) for job in block if job.key not in kept)
                    results = list(kept.values())
                yield from results
    finally:
        for future in waiting:
            future.cancel()


def _once_more(engine: Engine, lost: Sequence[Lost], workers: int, folder: Folder | None) -> Generator[RunResult]:
    """Each run that never came back, by itself: it shows whether it was the culprit."""
    left = deque(job for job, _ in lost)
    again: list[Lost] = []
    refusal = None
    if engine.apart:
        refusal = yield from _through(engine, left, again, folder, alone=True)
    if left and engine.apart and not isinstance(refusal, BrokenExecutor):
        raise _takes_no_work(refusal)
    if left:  # the engine went with its worker
        with closing(OneByOne(workers)) as own:
            yield from _through(own, left, again, None)
    for job, error in again:
        yield _died(job, error)


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

    Raises
    ------
    RequestError : as ``execute``.
    """
    from rich.console import Console  # noqa: PLC0415 - workers do without
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    name, _ = check_executor(executor)
    results: dict[str, RunResult] = {}
    begin = compiled = time.perf_counter()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not progress) as bar:
        task = bar.add_task("compiling", total=len(jobs))
        # alone at work a run compiles what it needs; someone who waits for it is served by both cores
        several = name != "serial" and min(workers or cores(), len(jobs)) > 1
        if jobs and on_this_machine(executor) and (several or (progress and not kernels_are_kept())):
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


def _died(job: Job, error: BaseException) -> RunResult:
    died = isinstance(error, BrokenExecutor) or type(error).__name__ in DEATHS
    what = "the worker process died (out of memory, or killed)" if died else f"it gave no result: {describe(error)}"
    return RunResult(job.key, job.seed, failure=Failure("run", what, reproducer(job.scenario, job.seed, job.words)))


def unique(jobs: Iterable[Job]) -> list[Job]:
    """Each run once: two arms that are the same scenario share their runs."""
    return list({job.key: job for job in jobs}.values())
