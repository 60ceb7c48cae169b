"""Carrying out a design: what is there already is kept, the rest is run, tables and page are written.

The order of things is what makes a study safe: every request is checked before anything is written; every finished run
is on the disk before the next is looked at; tables appear together, and the manifest that vouches for them last.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sim.ground.errors import RequestError
from sim.ground.machine import cores
from sim.ground.notes import note
from sim.results import journal, provenance
from sim.results.asked import Design, check_twins
from sim.results.drawn import drawing
from sim.results.findings import Findings
from sim.results.kept import Kept
from sim.results.naming import CRATE, MANIFEST, REQUEST, TABLES
from sim.results.observed import asks_for
from sim.results.places import name_of, results_folder
from sim.results.record import keep_record
from sim.results.run import RunResult
from sim.results.runs import Held
from sim.results.sequential import next_seeds
from sim.results.statistics import known_interval
from sim.results.store import Store
from sim.studies.beside import under_way
from sim.studies.executors import check_executor
from sim.studies.launchers import check_launcher
from sim.studies.pool import Job, check_threads, run_many, unique
from sim.studies.progress import say
from sim.studies.speed import Work, pace, remember

if TYPE_CHECKING:
    from sim.results.arms import Arm


@dataclass(frozen=True)
class Way:
    """How a design is carried out: nothing here changes a result.

    Parameters
    ----------
    workers : processes, 1 for none but this one; None means what the scenario says, where 0 is one a core.
    executor : where runs are done, see ``sim.studies.executors``; None means processes on this machine.
    interval : one of ``statistics.INTERVALS``.
    replace : whether another study of that name may be overwritten.
    only_failed : do again what failed, and nothing else.
    progress : whether to show how far it is, see ``sim.studies.progress``.
    report : whether ``report.html`` is written too.
    hydra : words such as ``hydra/launcher=joblib``: arms become jobs of that launcher.
    """

    workers: int | None = None
    executor: str | Executor | None = None
    interval: str = "t"
    replace: bool = False
    only_failed: bool = False
    progress: bool = False
    report: bool = True
    hydra: tuple[str, ...] = ()


def jobs_of(arms: Sequence[Arm], seeds: Sequence[int]) -> list[Job]:
    """Every run of the arms once."""
    return unique(
        Job(arm.scenario.run_key(seed), arm.scenario, seed, arm.words, arm.knows_people)
        for arm in arms
        for seed in seeds
    )


def check(design: Design, way: Way) -> None:
    """RequestError for whatever is wrong before anything is started."""
    check_twins(design)
    known_interval(way.interval)
    check_executor(way.executor)
    check_launcher(way.hydra)
    check_threads([arm.scenario for arm in design.arms], workers_of(design, way.workers), way.executor)
    if way.only_failed and way.replace:
        raise RequestError("what failed is among the results that --replace would take away; leave one of them out",
                           where="--only-failed --replace")  # fmt: skip
    for target in design.targets:
        if target.metric not in design.metrics:
            raise RequestError(
                f"{target.metric} is to be narrowed down but not reported", where="until", allowed=design.metrics
            )


def workers_of(design: Design, asked: int | None) -> int:
    """Processes to use. RequestError for a number that cannot be."""
    workers = int(design.arms[0].scenario["workers"]) if asked is None else asked
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 0:
        raise RequestError(f"workers must be a whole number from 0 on, not {asked!r}", where="workers")
    return workers or cores()


def conduct(design: Design, seeds: Sequence[int], *, name: str | None = None, way: Way = Way()) -> Findings:
    """Do the runs of a design that are not there yet, and give what they say.

    Parameters
    ----------
    seeds : those that every arm is run with; with ``design.targets`` more are added until the targets are met.
    name : keep everything in ``results/<name>``; None keeps results in memory.

    Raises
    ------
    RequestError : something in the request is wrong; nothing has been started or written.
    StoreError : results could not be written; what had finished is kept.
    """
    check(design, way)
    workers = workers_of(design, way.workers)
    if name is None:
        if way.hydra:
            raise RequestError("jobs of a Hydra launcher need a folder of results: give a name", where="name")
        return _in_memory(design, list(seeds), workers, way)
    folder = results_folder(name)
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        with Store(folder, provenance.study_key(design.settings), replace=way.replace) as store:
            return _stored(design, list(seeds), workers, way, store)
    except RequestError:
        _leave_nothing(folder, new)
        raise


def _leave_nothing(folder: Path, new: Sequence[Path]) -> None:
    """Take away folders that were made for a request that turned out to be wrong: a cluster that is not there."""
    held = [path for kind in (*journal.KINDS, "journal") for path in (folder / kind).glob("*")]
    if folder not in new or held:
        return
    shutil.rmtree(folder, ignore_errors=True)
    for above in new[1:]:
        with suppress(OSError):  # somebody else uses it by now
            above.rmdir()


def _in_memory(design: Design, seeds: list[int], workers: int, way: Way) -> Findings:
    timings: dict[str, float] = {}
    runs: dict[str, RunResult] = {}
    while True:
        missing = [job for job in jobs_of(design.to_run, seeds) if job.key not in runs]
        runs |= _run(missing, workers, way, timings)
        found = Findings(design, seeds, Held(runs), interval=way.interval, timings=timings)
        more = _more_seeds(design, found, seeds)
        if not more:
            return found
        seeds = [*seeds, *more]


def _run(jobs: Sequence[Job], workers: int, way: Way, timings: dict[str, float], **more: Any) -> dict[str, RunResult]:
    taken: dict[str, float] = {}
    done = run_many(jobs, workers=workers, executor=way.executor, progress=way.progress, timings=taken, **more)
    for stage, seconds in taken.items():
        timings[stage] = timings.get(stage, 0.0) + seconds
    return done


def _more_seeds(design: Design, found: Findings, seeds: Sequence[int]) -> list[int]:
    """Seeds to add so that the widest interval of any setting comes down to its target."""
    if not design.targets:
        return []
    wanted = max(
        next_seeds(comparison.effects, design.targets, len(seeds), most=design.most_seeds)
        for comparison in found.comparisons.values()
    )
    first = max(seeds) + 1
    return list(range(first, first + wanted - len(seeds)))


def _stored(design: Design, seeds: list[int], workers: int, way: Way, store: Store) -> Findings:
    timings: dict[str, float] = {}
    failed: dict[str, RunResult] = {}
    again = _failed_before(store, design) if way.only_failed else None
    before, lost = store.manifest(), not (store.folder / MANIFEST).exists()
    store.mend()
    keep_record(store, design, seeds, way.interval)
    stored = store.compact()
    if before.get("study_key") != store.study:
        if stored and lost:
            note(f"{store.folder} has no manifest; it is made again from the {len(stored)} runs that are there")
        running = provenance.manifest(design.settings, seeds, name=name_of(store.folder), status="running")
        with store.publish() as write:
            write(MANIFEST, running)
    while True:
        jobs = jobs_of(design.to_run, seeds)
        usable = _usable(store, stored, jobs)
        missing = [job for job in jobs if job.key not in usable and (again is None or job.key in again)]
        if way.hydra and missing:
            missing = _by_hydra(missing, way, timings, store)
        if under_way():
            _make_ready(way)
        failed |= _run_to_disk(missing, workers, way, timings, store)
        # runs of this study with other seeds and lucks stay, so that fewer today lose nothing for tomorrow
        dealt = {*store.dealt(), *((seed, arm.scenario["luck"]) for arm in design.to_run for seed in seeds)}
        scenarios = {arm.scenario.key: arm.scenario for arm in design.to_run}  # one for all lucks
        every = {scenario.run_key(*each) for each in dealt for scenario in scenarios.values()}
        stored = store.compact(keep=every.__contains__)
        runs = Kept(store, [job.key for job in jobs], failed)
        found = Findings(design, seeds, runs, interval=way.interval, folder=store.folder, timings=timings)
        more = _more_seeds(design, found, seeds) if again is None else []
        if not more:
            break
        seeds = [*seeds, *more]
        keep_record(store, design, seeds, way.interval)
    _save(found, store, before, way)
    return found


def _make_ready(way: Way) -> None:
    """Load what tables and pages are made with, while a run goes on beside this process."""
    import pandas as pd  # noqa: F401, PLC0415
    import yaml  # noqa: F401, PLC0415

    import sim.results.crate  # noqa: F401, PLC0415

    if way.report:
        drawing().make_ready()


def _run_to_disk(
    jobs: Sequence[Job], workers: int, way: Way, timings: dict[str, float], store: Store
) -> dict[str, RunResult]:
    """Do the jobs, each on the disk as soon as it has finished; returns those that failed."""
    with closing(journal.Writer(store.journals)) as writer:

        def keep(result: RunResult) -> RunResult:
            if not result.failure and not result.stored:
                store.append(writer, result)
            return result.receipt()

        done = _run(jobs, workers, way, timings, on_result=keep, journal=store.journals)
    return {key: run for key, run in done.items() if run.failure}


def _by_hydra(jobs: Sequence[Job], way: Way, timings: dict[str, float], store: Store) -> list[Job]:
    """Do the jobs with Hydra's launcher; returns those that it has not done."""
    from sim.studies.hydra_jobs import fill  # noqa: PLC0415 - Hydra loads when it is asked for

    begin = time.perf_counter()
    fill(jobs, store.folder, way.hydra)
    timings["hydra"] = timings.get("hydra", 0.0) + time.perf_counter() - begin
    there = store.compact()
    return [job for job in jobs if job.key not in there]


def _failed_before(store: Store, design: Design) -> set[str]:
    """Keys of the runs that the manifest says have failed. RequestError when it cannot say so."""
    manifest = store.manifest()
    if not manifest:
        raise RequestError(
            f"{store.folder} has no whole manifest that says what failed; without --only-failed, everything that is "
            "missing is done",
            where="--only-failed",
        )
    return set(provenance.failed_runs(manifest, design.settings))


def _usable(store: Store, stored: Collection[str], jobs: Sequence[Job]) -> set[str]:
    """Keys of stored runs that need not be done again; a run without events does not do where events are wanted."""
    usable = set(stored)
    for kind in journal.OBSERVED:
        wanted = {job.key for job in jobs if asks_for(job.scenario, kind)}
        usable -= wanted - store.having(kind)
    return usable


# --- files ------------------------------------------------------------------------------------------------------


def _save(found: Findings, store: Store, before: Mapping[str, Any], way: Way) -> None:
    """Write the tables of a study, which appear together, and then its page and what it is. Raises StoreError.

    ``before`` is the manifest that was there; the new one goes on with what it says was set aside.
    """
    begin = time.perf_counter()
    files: dict[str, Any] = {}
    runs = len(found.design.to_run) * len(found.seeds)
    with store.publish() as write:
        for name, content in tables_of(found, store):
            files[name] = write(name, content)
        found.timings["tables"] = time.perf_counter() - begin
        aside = [*(before.get("set_aside", []) if before.get("study_key") == store.study else []), *store.set_aside]
        manifest = found.manifest | {"set_aside": aside}
        write(MANIFEST, manifest | {"files": files})
    store.remove(f"{name}.parquet" for name in TABLES if f"{name}.parquet" not in files)
    with store.publish() if way.report and len(found.summary) else nullcontext() as write:
        if write is not None:
            say("drawing the page", shown=way.progress)
            begin = time.perf_counter()
            for name, text in drawing().study_pages(found).items():
                files[name] = write(name, text)
            found.timings["page"] = time.perf_counter() - begin
    from sim.results.crate import crate  # noqa: PLC0415

    pages = [(Work("page", parts=len(found.design.arms)), found.timings["page"])] if "page" in found.timings else []
    remember([(Work("tables", parts=runs), found.timings["tables"]), *pages], pace())
    with store.publish() as write:
        text = json.dumps(crate(store.folder, manifest, question=found.design.question), indent=2)
        files[CRATE] = write(CRATE, text + "\n")
        write(MANIFEST, manifest | {"files": files})


def tables_of(found: Findings, store: Store) -> Iterator[tuple[str, Any]]:
    """The files that are made from runs: name and content, each made when it is asked for."""
    import yaml  # noqa: PLC0415

    writer = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # the same text, four times as fast where it was compiled
    yield REQUEST, yaml.dump(_request(found), Dumper=writer, sort_keys=False, allow_unicode=True)
    yield "summary.parquet", pa.Table.from_pandas(found.summary, preserve_index=False)
    if len(found.summary):
        yield "series.parquet", _series(found)
    if any(arm.scenario["events"] for arm in found.design.arms):
        yield "events.parquet", _events(found, store)
    for name, kind in (("panel.parquet", "panels"), ("captures.parquet", "captures")):
        if any(asks_for(arm.scenario, kind) for arm in found.design.arms):
            yield name, found.observed_tables(kind)
    design = found.design
    varied = any(setting.values for setting in design.settings) or any(arm.values for arm in design.arms)
    if found.several or varied or design.dose:
        yield "points.parquet", pa.Table.from_pandas(found.points, preserve_index=False)
    if any(comparison.arms for comparison in found.comparisons.values()):
        yield "effects.parquet", pa.Table.from_pandas(found.effects, preserve_index=False)
        yield "risks.parquet", pa.Table.from_pandas(found.risks, preserve_index=False)
    if design.ensemble is not None:
        for name in ("over_worlds", "turns", "sensitivity"):
            yield f"{name}.parquet", pa.Table.from_pandas(getattr(found, name), preserve_index=False)
    if len(found.group_summary):
        yield "groups.parquet", pa.Table.from_pandas(found.group_summary, preserve_index=False)
        if len(found.group_effects):
            yield "group_effects.parquet", pa.Table.from_pandas(found.group_effects, preserve_index=False)


def _request(found: Findings) -> dict[str, Any]:
    """What was asked, as it stands in ``scenario.yaml``."""
    settings = found.design.settings
    first = settings[0].arms[0]
    request: dict[str, Any] = {
        "title": found.design.title,
        "question": found.design.question,
        "metrics": list(found.design.metrics),
        "dose": found.design.dose,
        "sampled": list(found.design.sampled),
        "baseline": first.label,
        "seeds": found.seeds,
        "lucks": found.lucks,
        "scenario": first.scenario.to_dict(),
    }
    if found.design.ensemble is not None:
        request["ensemble"] = found.design.ensemble.name
    if not found.several:
        return request | {"arms": {arm.label: list(arm.words) for arm in settings[0].arms[1:]}}
    return request | {
        "settings": {
            setting.label: {
                "words": list(setting.words),
                "arms": {arm.label: list(arm.words) for arm in setting.arms},
            }
            for setting in settings
        }
    }


def _series(found: Findings) -> Iterator[pa.Table]:
    """The series run by run, so that they are never held all at once."""
    for label, comparison in found.comparisons.items():
        for arm in comparison.every_arm:
            for part in comparison.series_of(arm):
                if found.several:
                    part.insert(0, "setting", label)
                yield pa.Table.from_pandas(part, preserve_index=False)


def _events(found: Findings, store: Store) -> Iterator[pa.Table]:
    """Stored events with the arm (and setting) that each belongs to."""
    owners: dict[str, list[tuple[str, str, int]]] = {}
    for label, comparison in found.comparisons.items():
        for arm in comparison.every_arm:
            lucks = len(found.seeds) * comparison.lucks  # of every seed in turn, as keys are
            for key, luck in zip(comparison.keys_of(arm), lucks, strict=True):
                owners.setdefault(key, []).append((label, arm.label, luck))
    rows = [(key, *owner) for key, several in owners.items() for owner in several]
    names = ["key", "setting", "arm", "luck"] if found.several else ["key", "arm", "luck"]
    kept = [row if found.several else (row[0], *row[2:]) for row in rows]
    arms = pa.table({name: [row[k] for row in kept] for k, name in enumerate(names)})
    empty = journal.EVENTS.empty_table()
    for table in (*store.observed("events"), empty):
        yield arms.join(table, "key", join_type="inner").select([*names[1:], *journal.EVENTS.names])
