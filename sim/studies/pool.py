"""Many runs on all cores, or on the executor that is asked for: one numba thread a run.

Workers import numpy and numba only. They start from an empty ``__main__``: a script that calls this need not guard
itself against being imported again, and what it imports is not imported once more by every worker.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.machine import cores
from sim.results.run import Failure, RunResult, describe, reproducer, run_one
from sim.scenario.scenario import Scenario
from sim.studies.beside import what_came_of
from sim.studies.engines import Engine, OneByOne
from sim.studies.executors import check_executor, engine_of, on_this_machine, work_block
from sim.studies.first_start import warm_up
from sim.studies.kept_kernels import kernels_are_kept, mark_kernels_as_kept
from sim.studies.progress import progress_of
from sim.studies.speed import Work, pace, remember

LONG = 20.0  # seconds of a run beside which those that load kernels count for little
# how Dask, Ray and Submitit say that a worker is gone
DEATHS = ("KilledWorker", "WorkerCrashedError", "OutOfMemoryError", "NodeDiedError", "UncompletedJobError")


@dataclass(frozen=True)
class Job:
    """One run to be done: content key, scenario, seed, and the overrides that made the scenario.

    ``knows_people`` as in ``run_one``.
    """

    key: str
    scenario: Scenario
    seed: int
    words: tuple[str, ...] = ()
    knows_people: bool = False


Lost = tuple[Job, BaseException]  # a run that never came back, and why


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
        from sim.results import journal  # noqa: PLC0415 - pyarrow, which workers do without

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
    takes no more work, jobs stay in ``left``; the reason is returned. ``alone``: no worker has another run beside one.
    """
    waiting: dict[Future[list[RunResult]], list[Job]] = {}
    one_by_one = alone and engine.queues
    refusal = None
    try:
        while True:
            while left and refusal is None and len(waiting) < (1 if one_by_one else engine.window):
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
    progress : whether to show how far it is.
    timings : filled with seconds by stage.

    Raises
    ------
    RequestError : as ``execute``.
    """
    check_executor(executor)
    results: dict[str, RunResult] = {}
    asked = {job.key: job for job in jobs}
    now = pace() if jobs else 1.0
    begin = compiled = time.perf_counter()
    kept = kernels_are_kept()
    with progress_of(len(jobs), shown=progress) as shown:
        if compiles_first(jobs, workers, executor, waited_for=progress):
            shown.stage("compiling, which is done once for each version of the code")
            _compile_for(jobs)
            compiled = time.perf_counter()
        shown.stage("runs")
        try:
            with closing(execute(jobs, workers=workers, executor=executor, journal=journal)) as ready:
                for result in ready:
                    if result.failure:
                        result = _with_its_line(result, asked[result.key])  # noqa: PLW2901
                    results[result.key] = on_result(result) if on_result else result
                    shown.advance()
                    if result.failure:
                        shown.tell(f"failed: seed {result.seed}, {result.failure}")
        finally:
            taken = {"compile": compiled - begin, "runs": time.perf_counter() - compiled}
            _remember(jobs, results, taken, workers=workers, executor=executor, kept=kept, now=now)
    if timings is not None and jobs:
        timings |= taken
    if on_this_machine(executor) and any(result.failure is None for result in results.values()):
        mark_kernels_as_kept()
    return results


def _with_its_line(result: RunResult, job: Job) -> RunResult:
    from sim.studies.repeating import told_with_its_line  # noqa: PLC0415 - workers, which load this, compose nothing

    return told_with_its_line(result, job.scenario, job.words)


def compiles_first(
    jobs: Sequence[Job], workers: int | None, executor: str | Executor | None, *, waited_for: bool
) -> bool:
    """Whether kernels are compiled in this process before the first of ``jobs`` is begun: where none are kept.

    Alone at work a run compiles what it needs; someone who waits for it is served by both cores.
    """
    name, _ = check_executor(executor)
    several = name != "serial" and min(workers or cores(), len(jobs)) > 1
    return bool(jobs) and on_this_machine(executor) and (several or waited_for) and not kernels_are_kept()


def work_of(job: Job, workers: int) -> Work:
    """The size of a run that its seconds depend on."""
    values = job.scenario.values
    weeks = float(values["time.burn_in_weeks"] + 52 * values["time.years"])
    return Work("run", job.scenario.world.name, float(values["people.size"]), weeks, workers=workers)


def _remember(
    jobs: Sequence[Job],
    done: dict[str, RunResult],
    taken: dict[str, float],
    *,
    workers: int | None,
    executor: str | Executor | None,
    kept: bool,
    now: float,
) -> None:
    """Keep what this machine took, for the plans of later studies.

    The first run of a worker also loads kernels: unless runs are long, something is learned from the others only.
    """
    if not jobs or not on_this_machine(executor) or not (kept or taken["compile"]):
        return
    seconds: dict[Work, list[float]] = {}
    side_by_side = 1 if executor == "serial" else min(workers or cores(), len(jobs))
    for job in jobs:
        alone = side_by_side > 1 or job.scenario.values["threads"] == 1
        if alone and job.key in done and done[job.key].failure is None:
            seconds.setdefault(work_of(job, side_by_side), []).append(done[job.key].seconds)
    count = sum(map(len, seconds.values()))
    found = {work: statistics.median(each) for work, each in seconds.items()}
    several = count >= 3 * side_by_side
    new = [(work, each) for work, each in found.items() if several or each > LONG]
    if several and count == len(jobs):
        usual = sum(found[work] * len(each) for work, each in seconds.items()) / side_by_side
        new.append((Work("start", workers=side_by_side), taken["runs"] - usual))
    if taken["compile"]:
        worlds = len({job.scenario.world.key for job in jobs})
        new.append((Work("compile", parts=worlds), taken["compile"]))
    remember(new, now)


def check_threads(scenarios: Iterable[Scenario], workers: int, executor: str | Executor | None) -> None:
    """RequestError if a run in this process is to have more threads than numba can give it."""
    if workers > 1 and executor != "serial":
        return  # each worker has one
    numba = sys.modules.get("numba")
    most = numba.config.NUMBA_NUM_THREADS if numba else int(os.environ.get("NUMBA_NUM_THREADS") or cores())
    for scenario in scenarios:
        threads = int(scenario.values["threads"])
        if threads > most:
            raise RequestError(
                f"threads = {threads} is more than the {most} that numba has; set NUMBA_NUM_THREADS={threads} before "
                "Python starts",
                where="threads",
            )


def _compile_for(jobs: Sequence[Job]) -> None:
    """Compile once for each world; what cannot even start is left for the run itself to report."""
    for scenario in {job.scenario.world.key: job.scenario for job in jobs}.values():
        with suppress(Exception):  # the run will fail in the same way and say so
            warm_up(scenario)


def work(job: Job) -> RunResult:
    """Do one job in this process, unless it was begun beside it."""
    found = what_came_of(job.scenario, job.seed, knows_people=job.knows_people)
    return found or run_one(job.scenario, job.seed, job.words, knows_people=job.knows_people)


def _on_one_thread(job: Job) -> Job:
    """A worker has one thread, whatever the scenario says; results do not depend on it."""
    if job.scenario.values["threads"] == 1:
        return job
    return replace(job, scenario=job.scenario.replace({"threads": 1}))


def _died(job: Job, error: BaseException) -> RunResult:
    died = isinstance(error, BrokenExecutor) or type(error).__name__ in DEATHS
    what = "the worker process died (out of memory, or killed)" if died else f"it gave no result: {describe(error)}"
    luck = int(job.scenario.values["luck"])
    failure = Failure("run", what, reproducer(job.scenario, job.seed, job.words), luck=luck)
    return RunResult(job.key, job.seed, failure=failure, luck=luck)


def unique(jobs: Iterable[Job]) -> list[Job]:
    """Each run once: two arms that are the same scenario share their runs, and what either has to tell."""
    found: dict[str, Job] = {}
    for job in jobs:
        known = found.get(job.key, job)
        more = job if job.scenario.values["events"] else known
        found[job.key] = replace(more, knows_people=job.knows_people or known.knows_people)
    return list(found.values())
