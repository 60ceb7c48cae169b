"""Runs of patterns in worlds that fit: each arm in one accepted set of parameters with a seed, kept on disk.

A folder for each version of the source holds them, in the form of any study's runs (``sim.results.store``): a run is
on the disk as soon as it has finished and is never done twice, so that a command that was stopped goes on, and more
sets, arms or larger worlds are added to what is there. Of a run only that is kept which patterns look at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.files import RESULTS
from experiments.kept_runs import KeptRuns
from experiments.pattern_runs import SHORT
from sim.ground.cache import source_hash
from sim.results.arms import Arm
from sim.results.run import RunResult
from sim.results.store import Store
from sim.scenario.scenario import Scenario
from sim.studies.pool import Job, run_many
from sim.studies.progress import progress_of

BATCH = 48  # runs that are made ready at once: a scenario of each set takes memory
SECOND = 100_000  # added to the number of a set: the second seed that it is run with
FLOWS = ("exploited_cells", "at_work", "departures")  # kept by place
Groups = Mapping[str, tuple[Arm, Collection[int]]]


def folder() -> Path:
    """Where the runs of this version of the source lie."""
    return RESULTS / "patterns-ensemble" / source_hash()[:16]


def set_of(seed: int) -> int:
    """The set that a seed belongs to: the first seed of a set is its number."""
    return seed % SECOND


class WorldRuns:
    """The runs of an open store.

    Parameters
    ----------
    store : an entered ``Store``.
    sets : values of parameters by number of the set.
    series : metrics whose course in time is kept.
    workers : processes.
    progress : whether to show how far it is.
    """

    def __init__(
        self,
        store: Store,
        sets: Mapping[int, Mapping[str, Any]],
        series: Collection[str],
        *,
        workers: int,
        progress: bool,
    ) -> None:
        self.kept, self.sets, self.series = KeptRuns(store), sets, frozenset(series)
        self.workers, self.progress = workers, progress
        self.failures: dict[str, str] = {}
        self._keys: dict[tuple[str, int], str] = {}

    @property
    def done(self) -> int:
        """Runs on the disk that were asked for here."""
        return len(self.kept.there.intersection(self._keys.values()))

    def key(self, arm: Arm, seed: int) -> str:
        """The key of the run of an arm in the set of a seed."""
        named = arm.scenario.key, seed
        if named not in self._keys:
            self._keys[named] = self.scenario(arm, seed).run_key(seed)
        return self._keys[named]

    def scenario(self, arm: Arm, seed: int) -> Scenario:
        """The scenario of an arm in the set of a seed."""
        return arm.scenario.replace(dict(self.sets[set_of(seed)]))

    def has(self, groups: Groups) -> bool:
        """Whether all runs of groups are on the disk."""
        return all(self.key(arm, seed) in self.kept.there for arm, seeds in groups.values() for seed in seeds)

    def carry_out(self, groups: Groups) -> None:
        """Do what is missing of groups: arm and seeds by label. Raises StoreError where it cannot be kept."""
        missing = {
            self.key(arm, seed): (arm, seed)
            for arm, seeds in groups.values()
            for seed in seeds
            if self.key(arm, seed) not in self.kept.there
        }
        if not missing:
            return
        # set by set, so that what is there when it is stopped can be judged; large runs last
        jobs = sorted(missing, key=lambda key: (missing[key][0].scenario["people.size"], missing[key][1]))
        people = {self.key(arm, seed) for label, (arm, seeds) in groups.items() if SHORT in label for seed in seeds}
        with self.kept.keeping() as keep, progress_of(len(jobs), shown=self.progress) as shown:

            def finish(run: RunResult) -> RunResult:
                keep(self._trimmed(run, outcomes=run.key in people))
                if run.failure is not None:
                    self.failures[run.key] = f"seed {run.seed}: {run.failure}"
                shown.advance()
                return run.receipt()

            for first in range(0, len(jobs), BATCH):
                batch = [self._job(key, *missing[key]) for key in jobs[first : first + BATCH]]
                run_many(batch, workers=self.workers, on_result=finish)

    def _job(self, key: str, arm: Arm, seed: int) -> Job:
        return Job(key, self.scenario(arm, seed), seed, arm.words, knows_people=False)

    def _trimmed(self, run: RunResult, *, outcomes: bool) -> RunResult:
        return RunResult(
            run.key,
            run.seed,
            metrics=run.metrics,
            weeks=run.weeks,
            series={name: values for name, values in run.series.items() if name in self.series},
            outcomes=run.outcomes if outcomes else {},
            flows={name: run.flows[name] for name in FLOWS if name in run.flows},
            seconds=run.seconds,
            luck=run.luck,
            failure=run.failure,
        )

    def results(self, groups: Groups) -> dict[str, dict[int, RunResult]]:
        """What is there of groups, by label and seed; runs that failed or were not done are left out."""
        wanted = {label: {seed: self.key(arm, seed) for seed in seeds} for label, (arm, seeds) in groups.items()}
        found = self.kept.read({key for keys in wanted.values() for key in keys.values()})
        return {
            label: {seed: replace(found[key], seed=seed) for seed, key in keys.items() if key in found}
            for label, keys in wanted.items()
        }
