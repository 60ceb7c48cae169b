"""What carrying out a design would take: runs, minutes and megabytes, told before anything is started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.declared.measures.catalogue import METRICS
from sim.results import provenance
from sim.results.asked import Design
from sim.results.places import results_folder
from sim.results.store import Store
from sim.studies.conduct import Way, check, jobs_of, workers_of
from sim.studies.executors import on_this_machine
from sim.studies.kept_kernels import kernels_are_kept
from sim.studies.pool import Job, work_of
from sim.studies.progress import duration
from sim.studies.speed import Speed, Work

BYTES_A_POINT, BYTES_A_PERSON = 3.2, 1.0  # as stored: a metric's point of a series, a person's outcome
BEFORE = 1.0  # seconds that Python and the libraries take to load, at the pace of the rules
GUESS = "this machine has not been measured yet"
ELSEWHERE = "as if the runs were done on this machine"


@dataclass(frozen=True)
class Plan:
    """What carrying out a design would take.

    ``stages`` are seconds by stage, as this machine would take them: ``measured`` says whether it has done such runs
    before, ``here`` whether the runs are done on it.
    """

    settings: int
    arms: int
    seeds: int
    lucks: int
    runs: int
    there: int
    megabytes: float
    workers: int
    stages: dict[str, float] = field(default_factory=dict)
    measured: bool = False
    here: bool = True

    @property
    def minutes(self) -> float:
        """Minutes from the command to its end."""
        return sum(self.stages.values()) / 60

    def __str__(self) -> str:
        where = f"{self.settings} settings, " if self.settings > 1 else ""
        lucks = f" × {self.lucks} lucks" if self.lucks > 1 else ""
        there = f", {self.there} of them there already" if self.there else ""
        workers = f"{self.workers} worker{'' if self.workers == 1 else 's'}"
        parts = ", ".join(f"{name} {duration(taken)}" for name, taken in self.stages.items() if taken >= 1)
        notes = [note for note, true in ((GUESS, not self.measured), (ELSEWHERE, not self.here)) if true]
        guess = f"; a guess, {' and '.join(notes)}" if notes else ""
        return (
            f"{where}{self.arms} arms × {self.seeds} seeds{lucks}: {self.runs} different runs{there}; about "
            f"{duration(60 * self.minutes)} with {workers} ({parts}){guess}; {self.megabytes:.0f} MB in results"
        )


def plan_of(
    design: Design,
    seeds: Sequence[int],
    *,
    name: str | None = None,
    way: Way | None = None,
    speed: Speed | None = None,
) -> Plan:
    """What is to be done, what is there already, and an estimate of time and bytes. Nothing is started or written.

    ``way`` None is the way things are done unless said otherwise; ``speed`` None goes by what this machine has done.
    """
    way = Way() if way is None else way
    check(design, way)
    jobs = jobs_of(design.to_run, seeds)
    finished: set[str] = set()
    if name is not None:
        store = Store(results_folder(name), provenance.study_key(design.settings), replace=way.replace)
        finished = set(store.open()["runs"].finished())
    missing = [job for job in jobs if job.key not in finished]
    workers = workers_of(design, way.workers)
    speed = Speed() if speed is None else speed
    return Plan(
        settings=len(design.settings),
        arms=len(design.to_run) // design.lucks,
        seeds=len(seeds),
        lucks=design.lucks,
        runs=len(jobs),
        there=len(jobs) - len(missing),
        megabytes=sum(_bytes(job, len(METRICS) + len(design.metrics)) for job in jobs) / 1e6,
        workers=workers,
        stages=_stages(design, jobs, missing, workers, way, speed),
        measured=speed.measured("run"),
        here=on_this_machine(way.executor) and not way.hydra,
    )


def _stages(
    design: Design, jobs: Sequence[Job], missing: Sequence[Job], workers: int, way: Way, speed: Speed
) -> dict[str, float]:
    """Seconds by stage."""
    stages = {"loading": BEFORE * speed.pace, "compiling": 0.0}
    if missing:
        side_by_side = 1 if way.executor == "serial" else min(workers, len(missing))
        worlds = len({job.scenario.world.key for job in missing})
        if not kernels_are_kept():
            stages["compiling"] = speed.seconds(Work("compile", parts=worlds))
        stages["loading"] += speed.seconds(Work("start", workers=side_by_side))
        stages["runs"] = _running(missing, side_by_side, speed)
    stages["tables"] = speed.seconds(Work("tables", parts=len(jobs)))
    if way.report:
        stages["page"] = speed.seconds(Work("page", parts=len(design.arms)))
    return stages


def _running(jobs: Sequence[Job], workers: int, speed: Speed) -> float:
    """Seconds until the last of some runs has finished, when each worker takes the next as it is free."""
    known: dict[Work, float] = {}
    each = []
    for job in jobs:
        work = work_of(job, workers)
        if work not in known:
            known[work] = speed.seconds(work)
        each.append(known[work])
    # the last runs leave some workers idle: half a run on average, none where there is one worker
    longest = max(each)
    return max(sum(each) / workers + 0.5 * longest * (workers - 1) / workers, longest)


def _bytes(job: Job, metrics: int) -> float:
    work = work_of(job, 1)
    return BYTES_A_POINT * metrics * work.weeks / 4 + BYTES_A_PERSON * work.people
