"""Runs of a calibration: done through the project's pool, kept by step, never done twice.

A folder ``calibration`` holds a file for each batch of runs that has finished, written whole. What was fitted to and
what is held out lie in different files: no step but the last can read the values in the latter. A run counts as done
where it is in both.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.calibration.measuring import measured
from sim.calibration.request import Calibration
from sim.calibration.space import Floats, Space
from sim.ground.errors import RequestError
from sim.results.run import RunResult
from sim.scenario.scenario import Scenario
from sim.studies.pool import Job, run_many, unique

BATCH = 64  # runs after which a file is written
OPEN, SEALED = "open", "held_out"  # folders of what steps may see, and of what only the last one reads
FINE = "finished"


@dataclass(frozen=True)
class Batch:
    """Sets that a step runs: points of a space, with the seeds of every set."""

    step: str
    space: Space
    points: Floats  # (sets, parameters)
    seeds: Sequence[int]


class Runs:
    """The runs of a calibration in a folder; those that are there are not done again.

    Parameters
    ----------
    calibration : what is asked.
    base : the scenario with everything as declared.
    folder : where files are kept.
    workers : processes; None means one a core.
    progress : whether to show how far it is.
    stored : whether nothing may be run, only taken from what is there.
    """

    def __init__(
        self,
        calibration: Calibration,
        base: Scenario,
        folder: Path,
        *,
        workers: int | None = None,
        progress: bool = False,
        stored: bool = False,
    ) -> None:
        self.calibration, self.base, self.folder = calibration, base, folder
        self.workers, self.progress, self.stored = workers, progress, stored
        kept = self._keys(SEALED)
        self._open = {key: values for key, values in self._load(OPEN).items() if key in kept}
        self.failed = self._failures()
        self._number = len(list((folder / OPEN).glob("*.parquet")))

    @property
    def done(self) -> int:
        """Runs that are there."""
        return len(self._open)

    def values(self, batch: Batch) -> Floats:
        """What each set and seed gives of targets and outcomes, (sets, seeds, columns); see ``columns``.

        Runs that failed, and what did not happen in a run, are not a number.

        Raises
        ------
        RequestError : runs are missing, and only what is stored may be used.
        """
        scenarios = [self.base.replace(batch.space.settings(point)) for point in batch.points]
        keys = [[scenario.run_key(seed) for seed in batch.seeds] for scenario in scenarios]
        jobs = unique(
            Job(key, scenario, seed, ())
            for scenario, row in zip(scenarios, keys, strict=True)
            for key, seed in zip(row, batch.seeds, strict=True)
            if key not in self._open
        )
        if jobs and self.stored:
            raise RequestError(
                f"{len(jobs)} runs of step {batch.step} are missing; the command that made the others goes on there",
                where=str(self.folder),
            )
        if jobs:
            self._run(batch.step, jobs)
        empty = np.full(len(self.columns), np.nan)
        return np.array([[self._open.get(key, empty) for key in row] for row in keys])

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of values: targets that are fitted to, and outcomes."""
        return self.calibration.columns

    def sealed_values(self, scenarios: Sequence[Scenario], seeds: Sequence[int]) -> Floats:
        """What sets give of the targets that were held out, (sets, seeds, targets): for the last step only."""
        held = self._load(SEALED)
        empty = np.full(len(self.calibration.held_out), np.nan)
        return np.array([[held.get(each.run_key(seed), empty) for seed in seeds] for each in scenarios])

    def _run(self, step: str, jobs: list[Job]) -> None:
        """Do jobs and keep them, a file for each batch."""
        scenarios = {job.key: job.scenario for job in jobs}
        waiting: list[tuple[str, int, str, Mapping[str, float], Mapping[str, float]]] = []

        def keep() -> None:
            if waiting:
                self._write(step, waiting)
                waiting.clear()

        def take(run: RunResult) -> RunResult:
            scenario, asked = scenarios[run.key], self.calibration
            if run.failure is None:
                seen = measured((*asked.fitted, *asked.outcomes), scenario, run)
                waiting.append((run.key, run.seed, FINE, seen, measured(asked.held_out, scenario, run)))
            else:
                self.failed.append((step, str(run.failure)))
                waiting.append((run.key, run.seed, str(run.failure), {}, {}))
            if len(waiting) >= BATCH:
                keep()
            return run.receipt()

        try:
            run_many(jobs, workers=self.workers, on_result=take, progress=self.progress)
        finally:
            keep()

    def _write(self, step: str, rows: Sequence[tuple[Any, ...]]) -> None:
        held = [each.name for each in self.calibration.held_out]
        for folder, names, at in ((SEALED, held, 4), (OPEN, self.columns, 3)):
            table = pd.DataFrame(
                [(step, *row[:3], *(row[at].get(name, np.nan) for name in names)) for row in rows],
                columns=["step", "key", "seed", "status", *names],
            )
            write_whole(self.folder / folder / f"{self._number:05d}-{step}-{rows[0][0][:8]}.parquet", table)
        self._number += 1
        for row in rows:
            self._open[row[0]] = np.array([row[3].get(name, np.nan) for name in self.columns], float)

    def _failures(self) -> list[tuple[str, str]]:
        """Steps and reasons of the runs that failed, those of earlier commands among them."""
        found: dict[str, tuple[str, str]] = {}
        for path in sorted((self.folder / OPEN).glob("*.parquet")):
            with suppress(OSError, ValueError):
                table = pd.read_parquet(path, columns=["key", "step", "status"])
                wrong = table[(table["status"] != FINE) & table["key"].isin(list(self._open))]
                said = zip(wrong["step"].astype(str), wrong["status"].astype(str), strict=True)
                found |= dict(zip(wrong["key"].astype(str), said, strict=True))
        return list(found.values())

    def _keys(self, folder: str) -> set[str]:
        """Keys of the runs that a folder holds."""
        found: set[str] = set()
        for path in sorted((self.folder / folder).glob("*.parquet")):
            with suppress(OSError, ValueError):
                found |= set(pd.read_parquet(path, columns=["key"])["key"])
        return found

    def _load(self, folder: str) -> dict[str, Floats]:
        """Runs by key; a file that cannot be read costs only its own runs."""
        names = list(self.columns) if folder == OPEN else [each.name for each in self.calibration.held_out]
        found: dict[str, Floats] = {}
        for path in sorted((self.folder / folder).glob("*.parquet")):
            try:
                table = pd.read_parquet(path, columns=["key", *names])
            except (OSError, ValueError):
                continue
            found.update(zip(table["key"], table[names].to_numpy(float), strict=True))
        return found


def write_whole(path: Path, table: pd.DataFrame) -> None:
    """A table as Parquet or CSV, by the end of the name; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    if path.suffix == ".csv":
        table.to_csv(part, index=False, lineterminator="\n")
    else:
        table.to_parquet(part, index=False)
    os.replace(part, path)
