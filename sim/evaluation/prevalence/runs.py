"""The runs of a table of methods, on as many cores as are asked for.

Each run is kept as soon as it has finished, so that a table that was stopped goes on. What a method says of a run is a
matter of world, seed and request alone: the number of processes, and the order in which they finish, change no bit.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyarrow as pa

from sim.evaluation.prevalence.methods import Round, rows_of
from sim.evaluation.prevalence.request import Request
from sim.evaluation.prevalence.watching import YearEnds
from sim.ground.notes import note
from sim.results.parts import Reader, write_part
from sim.results.sealed import DamagedError
from sim.results.store import StoreError
from sim.scenario.scenario import Scenario
from sim.studies.executors import engine_of
from sim.studies.first_start import warm_up
from sim.studies.kept_kernels import mark_kernels_as_kept
from sim.studies.pool import Job, compiles_first
from sim.studies.progress import progress_of
from sim.week.frames import captures_frame
from sim.week.week import Week

Run = tuple[str, int]  # the label of a world, and a seed
_TEXTS, _WHOLE = ("world", "method", "kind", "group", "note"), ("seed", "year")
COLUMNS = (
    "world", "seed", "method", "kind", "group", "year", "truth", "interviews", "listed", "estimate", "low", "high",
    "note",
)  # fmt: skip
SCHEMA = pa.schema(
    [(name, pa.string() if name in _TEXTS else pa.int64() if name in _WHOLE else pa.float64()) for name in COLUMNS]
)


def rounds(scenario: Scenario, seed: int, request: Request) -> Iterator[Round]:
    """A round a year of one run."""
    week = Week(scenario, seed)
    ends = YearEnds(week.state)
    week.agenda.watchers = (*week.agenda.watchers, ends)
    week.run()
    captures = captures_frame(week.captures())
    regions, sectors = tuple(map(str, week.world.regions.name)), tuple(map(str, week.world.sectors.name))
    for moment in ends.moments:
        year = captures[captures["year"] == moment.year]
        yield Round(year, moment, regions, sectors, request.field, seed, request.draws)


def estimates_of(request: Request, label: str, seed: int) -> pa.Table:
    """What every method says in every year of one run: rows of ``SCHEMA``."""
    found = rounds(request.worlds[label], seed, request)
    rows = [{"world": label, "seed": seed} | row for about in found for row in rows_of(about, request.methods)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


class Finished:
    """The runs of a table that have finished, in a folder; each file is named by its checksum.

    Parameters
    ----------
    folder : where they lie; made when the first is kept.
    study : the key of the request. What was kept of another one is not read.
    """

    def __init__(self, folder: Path, study: str) -> None:
        self.folder, self.study = folder, study

    def there(self) -> dict[Run, pa.Table]:
        """What has been kept. A file that is not as it was written is left out with a note, and its run done again."""
        reader, found = Reader(), {}
        for path in sorted(self.folder.glob("*.parquet")):
            try:
                if reader.study(path) != self.study:
                    continue
                table = reader.read(path, SCHEMA, COLUMNS)
            except DamagedError as fault:
                note(f"{path} {fault}; its run is done again")
                continue
            found[table["world"][0].as_py(), table["seed"][0].as_py()] = table
        return found

    def keep(self, table: pa.Table) -> None:
        """Put a finished run on the disk. Raises StoreError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_part(self.folder, table, self.study)
        except OSError as error:
            raise StoreError(
                f"results could not be written to {self.folder} ({error.strerror or error}); runs that have finished "
                "are kept, and the same command goes on from them"
            ) from error

    def clear(self) -> None:
        """The table is whole: what was kept on the way is no longer needed."""
        shutil.rmtree(self.folder, ignore_errors=True)


def gather(
    request: Request,
    seeds: Sequence[int],
    *,
    workers: int = 1,
    executor: str | Executor | None = None,
    finished: Finished | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Do all runs that have not finished and give all estimates, by world, seed and year: columns ``COLUMNS``.

    Parameters
    ----------
    workers : processes; with 1 the runs are done in this process.
    executor : as in ``sim.studies.executors.engine_of``.
    finished : where runs are kept as they finish.

    Raises
    ------
    StoreError : a run could not be kept, or a worker process died; runs that have finished are kept.
    """
    wanted = [(label, seed) for label in request.worlds for seed in seeds]
    done = finished.there() if finished is not None else {}
    missing = [run for run in wanted if run not in done]
    jobs = [Job(f"{label} {seed}", request.worlds[label], seed) for label, seed in missing]
    with progress_of(len(missing), shown=progress) as shown:
        if compiles_first(jobs, workers, executor, waited_for=progress):
            shown.stage("compiling, which is done once for each version of the code")
            warm_up(jobs[0].scenario)
        shown.stage("runs")
        for run, table in _carried_out(request, missing, workers, executor):
            done[run] = table
            if finished is not None:
                finished.keep(table)
            shown.advance()
    if missing:
        mark_kernels_as_kept()
    return pa.concat_tables([done[run] for run in wanted]).to_pandas()


def _carried_out(
    request: Request, missing: Sequence[Run], workers: int, executor: str | Executor | None
) -> Iterator[tuple[Run, pa.Table]]:
    """The runs in the order in which they finish."""
    engine = engine_of(executor, min(workers, len(missing))) if missing else None
    if engine is None:
        for label, seed in missing:
            yield (label, seed), estimates_of(request, label, seed)
        return
    alone = {label: _on_one_thread(request, label) for label in request.worlds}
    left, waiting = deque(missing), dict[Future[pa.Table], Run]()
    with closing(engine):
        try:
            while left or waiting:
                while left and len(waiting) < engine.window:
                    label, seed = left.popleft()
                    waiting[engine.submit(estimates_of, alone[label], label, seed)] = (label, seed)
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()
        except BrokenExecutor:
            raise StoreError(
                "a worker process died (out of memory, or killed); runs that have finished are kept, and the same "
                "command goes on from them; workers=1 needs least memory"
            ) from None
        finally:
            for future in waiting:
                future.cancel()


def _on_one_thread(request: Request, label: str) -> Request:
    """What a worker is sent: one world, which runs on one thread, whatever its scenario says."""
    return dataclasses.replace(request, worlds={label: request.worlds[label].replace({"threads": 1})})
