"""Compare policies in paired worlds.

>>> import sim
>>> result = sim.compare(["tighter_borders", "regular_channels"], base=["world=corridor"], seeds=8)  # doctest: +SKIP
>>> result.effects.query("metric == 'deaths'")  # doctest: +SKIP
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sim.errors import RequestError
from sim.observation.catalogue import METRICS
from sim.scenario import Scenario
from sim.studies import provenance, statistics, transitions
from sim.studies.arms import Arm, compose, single
from sim.studies.pool import Job, execute, unique, warm_up
from sim.studies.run import Failure, RunResult
from sim.studies.store import Store, results_folder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Results = dict[str, RunResult]
_MOST_SEEDS = 10_000


class Comparison:
    """What a comparison found; every table is made when it is first read.

    Parameters
    ----------
    arms : the baseline first.
    seeds : every arm was run with each.
    runs : results by content key; runs that failed have a ``failure``.
    metrics : names of the metrics to report.
    """

    def __init__(
        self,
        arms: Sequence[Arm],
        seeds: Sequence[int],
        runs: Mapping[str, RunResult],
        *,
        metrics: Sequence[str] = tuple(METRICS),
        timings: Mapping[str, float] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.baseline, self.arms = arms[0], list(arms[1:])
        self.seeds, self.metrics, self.folder = list(seeds), list(metrics), folder
        self.timings = dict(timings or {})
        self._runs = dict(runs)

    # --- tables -------------------------------------------------------------------------------------------------

    @property
    def people(self) -> int:
        """Persons at risk in each run of the baseline."""
        return int(self.baseline.scenario.values["people.size"])

    @property
    def every_arm(self) -> list[Arm]:
        """The baseline and the arms."""
        return [self.baseline, *self.arms]

    def runs_of(self, arm: Arm) -> list[RunResult]:
        """The finished runs of an arm, in the order of seeds."""
        found = (self._runs.get(arm.scenario.run_key(seed)) for seed in self.seeds)
        return [run for run in found if run is not None and run.failure is None]

    @property
    def failures(self) -> list[tuple[str, int, Failure]]:
        """Arm, seed and reason of every run that failed."""
        found = []
        for arm in self.every_arm:
            for seed in self.seeds:
                run = self._runs.get(arm.scenario.run_key(seed))
                if run is not None and run.failure is not None:
                    found.append((arm.label, seed, run.failure))
        return found

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Every metric of every run over the weeks after burn-in: columns arm, seed, metric, value."""
        rows = [
            (arm.label, run.seed, metric, run.metrics[metric])
            for arm in self.every_arm
            for run in self.runs_of(arm)
            for metric in self.metrics
        ]
        return pd.DataFrame(rows, columns=["arm", "seed", "metric", "value"])

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Paired effects with 95 % intervals; columns are ``statistics.EFFECT_COLUMNS``."""
        labels = [arm.label for arm in self.arms]
        return statistics.effects(self.summary, self.baseline.label, labels, self.metrics, self.people)

    @cached_property
    def pairing(self) -> pd.DataFrame:
        """By what factor pairing by seed lowered the variance of each difference: columns arm, metric, ratio."""
        labels = [arm.label for arm in self.arms]
        return statistics.pairing(self.summary, self.baseline.label, labels, self.metrics)

    @cached_property
    def series(self) -> pd.DataFrame:
        """Columns arm, seed, week (first of four, negative in burn-in) and one float32 column a metric."""
        parts = []
        for arm in self.every_arm:
            for run in self.runs_of(arm):
                columns = {metric: run.series[metric] for metric in self.metrics}
                parts.append(pd.DataFrame({"arm": arm.label, "seed": run.seed, "week": run.weeks, **columns}))
        if not parts:
            return pd.DataFrame(columns=["arm", "seed", "week", *self.metrics])
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def transitions(self) -> pd.DataFrame:
        """What happened to the same persons in two worlds; columns are ``transitions.COLUMNS``.

        Arms in another world or with another number of people have no twins and no rows.
        """
        first = self.baseline.scenario
        twins = {
            arm.label: self._twins(arm)
            for arm in self.arms
            if arm.scenario.world.key == first.world.key and arm.scenario.values["people.size"] == self.people
        }
        return transitions.transitions(twins, self.people)

    def _twins(self, arm: Arm) -> list[tuple[transitions.Outcomes, transitions.Outcomes]]:
        before = {run.seed: run.outcomes for run in self.runs_of(self.baseline)}
        return [(before[run.seed], run.outcomes) for run in self.runs_of(arm) if run.seed in before]

    def flows(self, arm: Arm, name: str) -> NDArray[np.float64]:
        """Mean yearly flows of an arm: float64 (seeds, legs or pairs); ``name`` as in ``Week.legs_used``."""
        return np.array([run.flows[name] for run in self.runs_of(arm)])

    @property
    def policy_start(self) -> float | None:
        """Week in which the first policy of any arm starts; None without policies."""
        starts = [policy.start for arm in self.every_arm for policy in arm.scenario.policies if policy.levers]
        return min(starts, default=None)

    # --- pictures -----------------------------------------------------------------------------------------------

    @property
    def figures(self) -> tuple[str, ...]:
        """Names that ``figure`` knows."""
        from sim.report.figures import names  # noqa: PLC0415 - plotting libraries load when first used

        return names(self)

    def figure(self, name: str) -> Figure:
        """One of ``figures``; RequestError names them otherwise."""
        from sim.report.figures import draw  # noqa: PLC0415

        return draw(self, name)

    def report(self, path: str | Path, question: str | None = None) -> Path:
        """Write a self-contained page to ``path``."""
        from sim.report.page import write_page  # noqa: PLC0415

        return write_page(path, [(self.title, self)], question=question)

    @property
    def title(self) -> str:
        """The world's name in plain words."""
        return self.baseline.scenario.world.name.replace("_", " ")

    @property
    def manifest(self) -> dict[str, Any]:
        """Provenance as plain data."""
        wanted = len(self.every_arm) * len(self.seeds)
        done = sum(len(self.runs_of(arm)) for arm in self.every_arm)
        return provenance.manifest(
            self.every_arm,
            self.seeds,
            name=None if self.folder is None else self.folder.relative_to("results").as_posix(),
            status="complete" if done == wanted else "incomplete",
            runs={key: run for key, run in self._runs.items() if run.failure is None},
            failures=self.failures,
            timings=self.timings,
        )

    def __repr__(self) -> str:
        arms = ", ".join(arm.label for arm in self.arms) or "no arms"
        where = self.baseline.scenario.world.name
        return f"<Comparison of {arms} with {self.baseline.label} in {where}: {len(self.seeds)} seeds>"

    def _repr_html_(self) -> str:
        from sim.report.page import headline_table  # noqa: PLC0415

        return headline_table(self)


def compare(
    arms: Sequence[str] | Mapping[str, Sequence[str]],
    *,
    base: Sequence[str] | Scenario = (),
    baseline: str = "none",
    seeds: int | Sequence[int] = 8,
    metrics: Sequence[str] | None = None,
    workers: int | None = None,
    name: str | None = None,
    replace: bool = False,
    progress: bool = False,
    report: bool = True,
) -> Comparison:
    """Run every arm and the baseline with the same seeds and estimate effects.

    Parameters
    ----------
    arms : ``["tighter_borders", "a+b", "a@0.5"]``, or overrides by label: ``{"label": ["policy=a", "people.size=2000"]}``.
    base : overrides shared by all arms, or a Scenario.
    baseline : the arm that the others are compared with.
    seeds : how many, counted from the base scenario's seed, or the seeds themselves.
    metrics : names of metrics to report; None means all.
    workers : processes; None or 0 means one a core, 1 none but this one.
    name : keep everything in ``results/<name>``, and go on from what is there; None keeps results in memory.
    replace : whether another study of that name may be overwritten.
    report : whether ``report.html`` is written too.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written.
    """
    chosen = _known_metrics(metrics)
    worlds = compose(arms, base, baseline)
    numbers = _seeds(seeds, int(worlds[0].scenario.values["seed"]))
    return conduct(
        worlds,
        numbers,
        metrics=chosen,
        workers=workers,
        name=name,
        replace=replace,
        progress=progress,
        report=report,
    )


def run_single(
    scenario: Scenario,
    *,
    name: str,
    replace: bool = False,
    progress: bool = False,
    seeds: int | Sequence[int] = 1,
    workers: int | None = None,
    words: Sequence[str] = (),
) -> Path:
    """Run one scenario and keep it in ``results/<name>``; returns the folder. See :func:`compare` for the rest."""
    numbers = _seeds(seeds, int(scenario.values["seed"]))
    arm = single(scenario, words)
    found = conduct([arm], numbers, workers=workers, name=name, replace=replace, progress=progress)
    assert found.folder is not None
    return found.folder


def conduct(
    arms: Sequence[Arm],
    seeds: Sequence[int],
    *,
    metrics: Sequence[str] = tuple(METRICS),
    workers: int | None = None,
    name: str | None = None,
    replace: bool = False,
    progress: bool = False,
    report: bool = True,
) -> Comparison:
    """Do the runs that do not exist yet, and keep or return what they found."""
    jobs = unique(job for arm in arms for job in arm.jobs(seeds))
    workers = workers or int(arms[0].scenario.values["workers"]) or None
    if name is None:
        runs, timings = _do(jobs, workers, None, progress)
        return Comparison(arms, seeds, runs, metrics=metrics, timings=timings)
    keys = {job.key for job in jobs}
    folder = results_folder(name)
    with Store(folder, provenance.study_key(arms), replace=replace) as store:
        existing = store.compact()
        if not store.manifest():
            first = provenance.manifest(arms, seeds, name=name, status="running", runs={}, failures=[], timings={})
            with store.publish() as write:
                write("manifest.json", first)
        runs, timings = _do([job for job in jobs if job.key not in existing], workers, store.journals, progress)
        failed = {key: run for key, run in runs.items() if run.failure}
        store.compact(keep=keys.__contains__)
        runs = store.results(keys) | failed
        found = Comparison(arms, seeds, runs, metrics=metrics, timings=timings, folder=folder)
        save(found, store, report=report)
    return found


def _do(
    jobs: Sequence[Job], workers: int | None, folder: Path | None, progress: bool
) -> tuple[Results, dict[str, float]]:
    """Do the jobs; results (receipts, with ``folder``) by key, and seconds by stage."""
    if not jobs:
        return {}, {}
    begin = time.perf_counter()
    if len(jobs) > 1 and workers != 1:
        _warm_up_all(jobs)
    compiled = time.perf_counter()
    results: Results = {}
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not progress, transient=False) as bar:
        task = bar.add_task(f"runs in {jobs[0].scenario.world.name}", total=len(jobs))
        for result in execute(jobs, workers=workers, folder=folder):
            results[result.key] = result
            bar.advance(task)
            if result.failure:
                bar.console.print(f"[red]failed[/red] seed {result.seed}: {result.failure}", highlight=False)
    return results, {"compile": compiled - begin, "runs": time.perf_counter() - compiled}


def _warm_up_all(jobs: Sequence[Job]) -> None:
    """Compile once for each world; what cannot even start is left for the run itself to report."""
    for scenario in {job.scenario.world.name: job.scenario for job in jobs}.values():
        try:
            warm_up(scenario)
        except Exception:  # noqa: BLE001, S112 - the run will fail in the same way and say so
            continue


def save(found: Comparison, store: Store, *, report: bool = True) -> None:
    """Write every file of a study; all of them appear together. Raises StoreError."""
    import yaml  # type: ignore[import-untyped]  # noqa: PLC0415

    begin = time.perf_counter()
    request = {
        "baseline": found.baseline.label,
        "seeds": found.seeds,
        "scenario": found.baseline.scenario.to_dict(),
        "arms": {arm.label: list(arm.words) for arm in found.arms},
    }
    with store.publish() as write:
        write("scenario.yaml", yaml.safe_dump(request, sort_keys=False, allow_unicode=True))
        write("summary.parquet", pa.Table.from_pandas(found.summary, preserve_index=False))
        write("series.parquet", pa.Table.from_pandas(found.series, preserve_index=False))
        if any(arm.scenario.values["events"] for arm in found.every_arm):
            write("events.parquet", _events(found, store))
        if found.arms:
            write("effects.parquet", pa.Table.from_pandas(found.effects, preserve_index=False))
            write("transitions.parquet", pa.Table.from_pandas(found.transitions, preserve_index=False))
        if report and any(found.runs_of(arm) for arm in found.every_arm):
            from sim.report.page import page  # noqa: PLC0415

            write("report.html", page([(found.title, found)]))
        found.timings["tables and report"] = time.perf_counter() - begin
        write("manifest.json", found.manifest)


def _events(found: Comparison, store: Store) -> pa.Table:
    """Stored events with the arm that each belongs to."""
    arms = pd.DataFrame(
        [(arm.label, run.key) for arm in found.every_arm for run in found.runs_of(arm)], columns=["arm", "key"]
    )
    return pa.table(arms).join(store.events(), "key", join_type="inner")


def _known_metrics(metrics: Sequence[str] | None) -> list[str]:
    if metrics is None:
        return list(METRICS)
    wanted = [metrics] if isinstance(metrics, str) else list(metrics)
    for metric in wanted:
        if metric not in METRICS:
            raise RequestError(f"there is no metric {metric!r}", where="metrics", given=str(metric), allowed=METRICS)
    if not wanted:
        raise RequestError("metrics must name at least one metric", where="metrics", allowed=METRICS)
    return list(dict.fromkeys(wanted))


def _seeds(seeds: int | Sequence[int], first: int) -> list[int]:
    """The seeds asked for, each once."""
    if isinstance(seeds, bool) or not isinstance(seeds, int | Sequence):
        raise RequestError(f"seeds must be a number or a list of seeds, not {seeds!r}", where="seeds")
    numbers = range(first, first + seeds) if isinstance(seeds, int) else list(dict.fromkeys(int(s) for s in seeds))
    if not 1 <= len(numbers) <= _MOST_SEEDS:
        raise RequestError(f"seeds = {seeds} is outside its range 1 to {_MOST_SEEDS}", where="seeds")
    if min(numbers) < 0 or max(numbers) >= 2**32:
        raise RequestError("a seed lies outside 0 to 4294967295", where="seeds")
    return list(numbers)
