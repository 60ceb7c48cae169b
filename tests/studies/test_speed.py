"""What a plan says of time: learned from what this machine has done, by a clock that tests hold still."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sim.ground.cache import source_hash
from sim.results.asked import single
from sim.results.run import Failure, RunResult
from sim.scenario.scenario import Scenario
from sim.studies import estimate, pool, speed
from sim.studies.conduct import Way
from sim.studies.estimate import GUESS, plan_of
from sim.studies.plan import compose
from sim.studies.pool import Job
from sim.studies.speed import MOST, MOST_ALIKE, RULES, Measured, Speed, Work, remember, remembered

SOURCE = source_hash()[:16]
RUN = Work("run", "corridor", 5000.0, 676.0, workers=2)
BASE = ["world=corridor", "people.size=5000"]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cache" / "seconds.json"
    monkeypatch.setattr(speed, "file", lambda: path)
    return path


def machine(slower: float, *, jitter: float = 0.0) -> list[Measured]:
    """Measurements of a machine on which everything takes ``slower`` times what the rules say."""
    draw = np.random.default_rng(1)
    works = [
        *(Work("run", "corridor", people, weeks, workers=2) for people in (500.0, 20000.0) for weeks in (260.0, 676.0)),
        *(Work(stage, parts=3.0) for stage in ("compile", "tables", "page")),
        Work("start", workers=2),
    ]
    return [
        Measured(work, slower * RULES[work.stage](work) * float(np.exp(jitter * draw.standard_normal())), SOURCE)
        for work in works
    ]


# --- what is learned ------------------------------------------------------------------------------------------------


def test_a_machine_without_measurements_goes_by_the_rules_and_a_small_task() -> None:
    unknown = Speed([], clock=lambda: 3.0)
    assert not unknown.measured("run")
    assert unknown.seconds(RUN) == pytest.approx(3.0 * RULES["run"](RUN))


@pytest.mark.parametrize("slower", [0.4, 1.0, 7.0])
@pytest.mark.parametrize("stage", RULES)
def test_a_machine_that_is_slower_is_told_as_slower(slower: float, stage: str) -> None:
    known = Speed(machine(slower), clock=lambda: 1.0)
    for work in (Work(stage, "archetypes", 50_000.0, 676.0, 10.0, 2), Work(stage, "corridor", 500.0, 260.0, 1.0, 1)):
        assert known.seconds(work) == pytest.approx(slower * RULES[stage](work), rel=1e-6)


def test_work_of_the_same_size_counts_most() -> None:
    small, large = Work("run", "a", 500.0, 260.0), Work("run", "a", 500_000.0, 260.0)
    known = [Measured(small, 2 * RULES["run"](small), SOURCE), Measured(large, 6 * RULES["run"](large), SOURCE)]
    found = Speed(known, clock=lambda: 1.0)
    assert found.seconds(small) == pytest.approx(2 * RULES["run"](small), rel=0.05)
    assert found.seconds(large) == pytest.approx(6 * RULES["run"](large), rel=0.05)
    between = Work("run", "a", 20_000.0, 260.0)
    assert 2 < found.seconds(between) / RULES["run"](between) < 6


def test_this_version_and_this_world_count_more_than_others() -> None:
    def alike(world: str, source: str, slower: float) -> Measured:
        work = Work("run", world, 5000.0, 676.0, workers=2)
        return Measured(work, slower * RULES["run"](work), source)

    rule = RULES["run"](RUN)
    assert Speed([alike("corridor", SOURCE, 2), alike("corridor", "old", 8)], lambda: 1.0).seconds(RUN) < 4 * rule
    assert Speed([alike("corridor", SOURCE, 2), alike("archetypes", SOURCE, 8)], lambda: 1.0).seconds(RUN) < 4 * rule
    # with nothing else to go by, what an earlier version took is better than a rule
    assert Speed([alike("archetypes", "old", 8)], lambda: 1.0).seconds(RUN) == pytest.approx(8 * rule)


def test_what_was_measured_while_the_machine_was_busy_is_told_as_on_an_idle_one() -> None:
    rule = RULES["run"](RUN)
    busy = [Measured(RUN, 4 * rule, SOURCE, pace=4.0)]
    assert Speed(busy, clock=lambda: 1.0).seconds(RUN) == pytest.approx(rule)
    assert Speed(busy, clock=lambda: 4.0).seconds(RUN) == pytest.approx(4 * rule)


def test_the_small_task_is_done_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, done = [1000.0], []
    monkeypatch.setattr(speed, "_last", None)
    monkeypatch.setattr(speed.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(speed, "_task", lambda: done.append(1) or speed.TASK * 3 * len(done))
    assert [speed.pace(), speed.pace()] == [3.0, 3.0]
    clock[0] += 61
    assert speed.pace() == 6.0


def test_the_small_task_takes_time() -> None:
    assert 0 < speed._task() < 60


# --- what is kept ---------------------------------------------------------------------------------------------------


def test_measurements_are_kept_and_read_again(memory: Path) -> None:
    assert remembered() == []
    remember([(RUN, 3.25), (Work("page", parts=4.0), 9.5)], 2.0)
    assert remembered() == [Measured(RUN, 3.25, SOURCE, 2.0), Measured(Work("page", parts=4.0), 9.5, SOURCE, 2.0)]
    assert [path.name for path in memory.parent.iterdir()] == ["seconds.json"]


def test_the_file_stays_small_and_keeps_the_newest(memory: Path) -> None:
    for number in range(3 * MOST_ALIKE):
        remember([(RUN, 1.0 + number)], 1.0)
    assert [one.seconds for one in remembered()] == [1.0 + 2 * MOST_ALIKE + number for number in range(MOST_ALIKE)]
    remember([(Work("run", "corridor", float(people), 52.0), 1.0) for people in range(1000, 1000 + 2 * MOST)], 1.0)
    kept = remembered()
    assert len(kept) == MOST
    assert kept[-1].work.people == 1000 + 2 * MOST - 1


@pytest.mark.parametrize(
    "text",
    ["", "{", "5", "null", "[5]", '[{"stage": "run"}]', '[{"stage": "walk", "seconds": 1}]', "\x00\xff", '{"a": 1}'],
)
def test_a_file_that_cannot_be_read_is_as_none(text: str, memory: Path) -> None:
    memory.parent.mkdir()
    memory.write_text(text, encoding="utf-8")
    assert remembered() == []
    remember([(RUN, 2.0)], 1.0)
    assert remembered() == [Measured(RUN, 2.0, SOURCE)]


def test_what_cannot_be_a_time_is_not_kept(memory: Path) -> None:
    remember([(RUN, 0.0), (RUN, -3.0), (RUN, float("nan")), (RUN, 1e9)], 1.0)
    assert not memory.exists()


def test_a_cache_that_cannot_be_written_is_no_fault(memory: Path) -> None:
    memory.parent.parent.joinpath("cache").write_text("a file where the folder should be")
    remember([(RUN, 2.0)], 1.0)
    assert remembered() == []


# --- what is measured -----------------------------------------------------------------------------------------------


def measure(
    count: int, workers: int, taken: dict[str, float], *, kept: bool = True, first: float = 1.0
) -> dict[str, float]:
    """Seconds by stage that are remembered of ``count`` runs of one second, after ``first`` for that of each worker."""
    scenario = Scenario.compose(BASE)
    jobs = [Job(str(seed), scenario, seed) for seed in range(count)]
    done = {job.key: RunResult(job.key, job.seed, seconds=first if job.seed < workers else 1.0) for job in jobs}
    pool._remember(jobs, done, taken, workers=workers, executor=None, kept=kept, now=1.0)
    return {one.work.stage: one.seconds for one in remembered()}


def test_runs_and_what_they_wait_for_are_told_apart(memory: Path) -> None:
    found = measure(20, 2, {"compile": 0.0, "runs": 14.0}, first=4.0)
    assert found == {"run": 1.0, "start": pytest.approx(4.0)}
    assert {one.work.workers for one in remembered() if one.work.stage == "run"} == {2}


def test_compiling_is_told_from_running(memory: Path) -> None:
    assert measure(20, 2, {"compile": 70.0, "runs": 12.0}, kept=False)["compile"] == 70.0


def test_first_runs_teach_nothing_of_the_others(memory: Path) -> None:
    assert measure(2, 2, {"compile": 0.0, "runs": 6.0}, first=5.0) == {}  # each was a first one
    assert measure(20, 1, {"compile": 0.0, "runs": 90.0}, kept=False) == {}  # the first compiled
    assert measure(2, 2, {"compile": 0.0, "runs": 300.0}, first=300.0)["run"] == 300.0  # where loading is nothing


def test_failures_and_no_runs_teach_nothing(memory: Path) -> None:
    scenario = Scenario.compose(BASE)
    jobs = [Job(str(seed), scenario, seed) for seed in range(8)]
    failed = {job.key: RunResult(job.key, job.seed, seconds=9.0, failure=Failure("week 1", "x", "")) for job in jobs}
    pool._remember(jobs, failed, {"compile": 0.0, "runs": 9.0}, workers=1, executor=None, kept=True, now=1.0)
    pool._remember([], {}, {"compile": 0.0, "runs": 0.0}, workers=1, executor=None, kept=True, now=1.0)
    assert remembered() == []


# --- what a plan says -----------------------------------------------------------------------------------------------


def plan(
    monkeypatch: pytest.MonkeyPatch,
    known: list[Measured],
    *,
    kept: bool = True,
    clock: float = 1.0,
    report: bool = True,
    executor: str | None = None,
) -> estimate.Plan:
    for module in (estimate, pool):
        monkeypatch.setattr(module, "kernels_are_kept", lambda: kept)
    design = single(compose(["raids", "tighter_borders"], BASE, "none"))
    way = Way(workers=2, progress=True, report=report, executor=executor)
    return plan_of(design, range(1, 11), way=way, speed=Speed(known, lambda: clock))


@pytest.mark.parametrize("slower", [0.5, 1.0, 4.0])
def test_a_plan_is_right_within_half_on_the_machine_it_is_printed_on(
    slower: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = plan(monkeypatch, machine(slower, jitter=0.1))
    assert told.measured
    each = slower * RULES["run"](Work("run", "corridor", 5000.0, 676.0))
    works = (Work("start", workers=2), Work("tables", parts=30.0), Work("page", parts=3.0))
    others = slower * sum(RULES[work.stage](work) for work in works)
    true = 1.0 + others + 30 * each / 2
    assert 1 / 1.5 < 60 * told.minutes / true < 1.5
    assert GUESS not in str(told)


def test_a_plan_without_a_measurement_says_that_it_is_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    fast, slow = plan(monkeypatch, [], clock=1.0), plan(monkeypatch, [], clock=5.0)
    assert GUESS in str(fast)
    assert slow.stages["runs"] == pytest.approx(5 * fast.stages["runs"])


def test_a_plan_knows_what_must_be_compiled_and_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = plan(monkeypatch, machine(1.0))
    assert kept.stages["compiling"] == 0
    fresh = plan(monkeypatch, machine(1.0), kept=False)
    assert fresh.stages["compiling"] == pytest.approx(RULES["compile"](Work("compile")), rel=0.01)
    assert "compiling" in str(fresh)
    assert "compiling" not in str(kept)
    assert "page" not in plan(monkeypatch, machine(1.0), report=False).stages
    assert plan(monkeypatch, machine(1.0), executor="serial").stages["runs"] > 1.5 * kept.stages["runs"]


@pytest.mark.slow
def test_a_study_measures_itself(memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sim

    monkeypatch.chdir(tmp_path)
    small = ["world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4"]
    sim.compare(["raids"], base=small, seeds=2, workers=1, name="x", report=False)
    stages = {item["stage"] for item in json.loads(memory.read_text(encoding="utf-8"))}
    assert "tables" in stages
    if pool.kernels_are_kept():
        assert {"run", "start"} <= stages
