"""Compare policies in paired worlds.

>>> import sim
>>> result = sim.compare(["tighter_borders", "regular_channels"], base=["world=corridor"], seeds=8)  # doctest: +SKIP
>>> result.effects.query("metric == 'deaths'")  # doctest: +SKIP
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
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
from sim.studies import journal, provenance, statistics, transitions
from sim.studies.plan import Arm, chosen_seeds, compose, known_metrics, single
from sim.studies.pool import Job, run_many, unique
from sim.studies.run import Failure, RunResult
from sim.studies.store import Store, results_folder
from sim.studies.transitions import Outcomes
from sim.world.world import World

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    def world(self) -> World:
        """The world of the baseline."""
        return self.baseline.scenario.world

    @property
    def scenarios(self) -> dict[str, Scenario]:
        """The scenario of every arm by label, the baseline first."""
        return {arm.label: arm.scenario for arm in self.every_arm}

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

    def _twins(self, arm: Arm) -> list[tuple[Outcomes, Outcomes]]:
        before = {run.seed: run.outcomes for run in self.runs_of(self.baseline)}
        return [(before[run.seed], run.outcomes) for run in self.runs_of(arm) if run.seed in before]

    def flows(self, arm: Arm, name: str) -> NDArray[np.float64]:
        """Mean yearly flows of an arm: float64 (seeds, legs or pairs); ``name`` as in ``Week.legs_used``."""
        return np.array([run.flows[name] for run in self.runs_of(arm)])

    @property
    def mean_flows(self) -> dict[str, dict[str, NDArray[np.float64]]]:
        """Yearly flows by label of the arm and name of the flow, mean over seeds; names as in ``Week.legs_used``."""
        return {
            arm.label: {name: self.flows(arm, name).mean(axis=0) for name in self.runs_of(arm)[0].flows}
            for arm in self.every_arm
            if self.runs_of(arm)
        }

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
            name=None if self.folder is None else _name(self.folder),
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
    seeds: int | Sequence[int] | None = None,
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
    arms : ``["tighter_borders", "a+b", "a@0.5"]``, or overrides by label: ``{"big": ["policy=a", "people.size=900"]}``.
    base : overrides shared by all arms, or a Scenario.
    baseline : the arm that the others are compared with.
    seeds : how many, counted from the base scenario's seed, or the seeds themselves; None means its ``seeds``.
    metrics : names of metrics to report; None means all.
    workers : processes, 1 for none but this one; None means the base scenario's ``workers``, where 0 is one a core.
    name : keep everything in ``results/<name>``, and go on from what is there; None keeps results in memory.
    replace : whether another study of that name may be overwritten.
    progress : whether to show a bar.
    report : whether ``report.html`` is written too.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written; what had finished is kept.
    """
    chosen = known_metrics(metrics)
    worlds = compose(arms, base, baseline)
    first = worlds[0].scenario
    numbers = chosen_seeds(int(first["seeds"]) if seeds is None else seeds, int(first["seed"]))
    processes = int(first["workers"]) if workers is None else workers
    if isinstance(processes, bool) or not isinstance(processes, int) or processes < 0:
        raise RequestError(f"workers must be a whole number from 0 on, not {workers!r}", where="workers")
    jobs = unique(job for arm in worlds for job in arm.jobs(numbers))
    if name is None:
        timings: dict[str, float] = {}
        runs = run_many(jobs, workers=processes or None, progress=progress, timings=timings)
        return Comparison(worlds, numbers, runs, metrics=chosen, timings=timings)
    folder = results_folder(name)
    return _keep(
        worlds, numbers, folder, metrics=chosen, workers=processes, replace=replace, progress=progress, report=report
    )


def run_single(
    scenario: Scenario,
    *,
    name: str | None = None,
    replace: bool = False,
    progress: bool = False,
    words: Sequence[str] = (),
) -> Path:
    """Run one scenario with its seed and keep it in a folder of results; see :func:`sim.studies.run.run_to_folder`."""
    arm = single(scenario, words)
    folder = results_folder(name or scenario.name or f"{scenario['world']}-{arm.label}-{scenario.key[:8]}")
    _keep([arm], [int(scenario["seed"])], folder, workers=1, replace=replace, progress=progress)
    return folder


def _keep(
    arms: Sequence[Arm],
    seeds: Sequence[int],
    folder: Path,
    *,
    metrics: Sequence[str] = tuple(METRICS),
    workers: int = 0,
    replace: bool = False,
    progress: bool = False,
    report: bool = True,
) -> Comparison:
    """Do the runs that ``folder`` does not hold yet, and write every file of the study."""
    jobs = unique(job for arm in arms for job in arm.jobs(seeds))
    wanted = {job.key for job in jobs}
    with Store(folder, provenance.study_key(arms), replace=replace) as store:
        stored = store.compact()
        if not store.manifest():
            with store.publish() as write:
                write("manifest.json", provenance.manifest(arms, seeds, name=_name(folder), status="running"))
        usable = _usable(store, stored, jobs)
        missing = [job for job in jobs if job.key not in usable]
        timings: dict[str, float] = {}
        with closing(journal.Writer(store.journals)) as writer:

            def keep(result: RunResult) -> RunResult:
                if not result.failure:
                    store.append(writer, result)
                return result.receipt()

            done = run_many(missing, workers=workers or None, on_result=keep, progress=progress, timings=timings)
        failed = {key: run for key, run in done.items() if run.failure}
        # runs of this study with other seeds stay, so that fewer seeds today lose nothing for tomorrow
        others = {key for key, seed in stored.items() if any(arm.scenario.run_key(seed) == key for arm in arms)}
        store.compact(keep=(wanted | others).__contains__)
        found = Comparison(arms, seeds, store.results(wanted) | failed, metrics=metrics, timings=timings, folder=folder)
        _save(found, store, report=report)
    return found


def _usable(store: Store, stored: Collection[str], jobs: Sequence[Job]) -> set[str]:
    """Keys of stored runs that need not be done again; a run without events does not do where events are wanted."""
    usable = set(stored)
    wanted = {job.key for job in jobs if job.scenario["events"]}
    return usable - wanted | wanted & usable & store.with_events() if wanted else usable


def _name(folder: Path) -> str:
    return folder.relative_to("results").as_posix()


def _save(found: Comparison, store: Store, *, report: bool) -> None:
    """Write the tables of a study, which appear together, and then its page. Raises StoreError."""
    import yaml  # noqa: PLC0415

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
        if any(arm.scenario["events"] for arm in found.every_arm):
            write("events.parquet", _events(found, store))
        if found.arms:
            write("effects.parquet", pa.Table.from_pandas(found.effects, preserve_index=False))
            write("transitions.parquet", pa.Table.from_pandas(found.transitions, preserve_index=False))
        found.timings["tables"] = time.perf_counter() - begin
        write("manifest.json", found.manifest)
    if report and any(found.runs_of(arm) for arm in found.every_arm):
        from sim.report.page import page  # noqa: PLC0415 - plotting libraries load when first used

        text = page([(found.title, found)])
        with store.publish() as write:
            write("report.html", text)


def _events(found: Comparison, store: Store) -> pa.Table:
    """Stored events with the arm that each belongs to."""
    arms = pa.table(
        {
            "arm": [arm.label for arm in found.every_arm for _ in found.runs_of(arm)],
            "key": [run.key for arm in found.every_arm for run in found.runs_of(arm)],
        }
    )
    return arms.join(store.events(), "key", join_type="inner")
