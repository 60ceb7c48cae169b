"""The line that repeats a run of a study: what it says makes the very scenario that was run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.results.arms import Arm
from sim.results.run import Failure, RunResult
from sim.scenario.scenario import Scenario
from sim.studies.plan import compose
from sim.studies.pool import Job, run_many
from sim.studies.repeating import told_with_its_line, words_that_repeat
from sim.studies.request import comparison

SMALL = ["world=corridor", "people.size=300", "time.years=0.5", "time.burn_in_weeks=8"]
STUDY = """\
# @package _global_
people: {size: 250}
study:
  arms: {a: [policy=raids, policy.raids.ramp=3]}
  settings: {b: [mechanisms.rerouting=off]}
"""


def line(arm: Arm) -> list[str]:
    """The words of the line that repeats a run of an arm with seed 7 after ``labyrinth run``."""
    failed = RunResult("key", 7, failure=Failure("week 3", "ValueError: x", "none"))
    failure = told_with_its_line(failed, arm.scenario, arm.words).failure
    assert failure is not None
    command, run, *words = shlex.split(failure.reproducer)
    assert (command, run) == ("labyrinth", "run")
    assert not [word for word in words if word.startswith(("study=", "name=", "seeds="))]
    return words


def repeats(arm: Arm) -> bool:
    again = Scenario.compose(line(arm))
    return (again.key, again["seed"]) == (arm.scenario.key, 7)


def test_arms_of_a_study_s_file_are_repeated_with_what_the_file_sets(tmp_path: Path) -> None:
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "mine.yaml").write_text(STUDY, encoding="utf-8")
    words = [f"hydra.searchpath=[file://{tmp_path}]", "study=mine", "name=x", "seeds=3", *SMALL[:1], *SMALL[2:]]
    arms = comparison([], words).design.arms
    assert [arm.scenario["people.size"] for arm in arms] == [250, 250]
    assert all(repeats(arm) for arm in arms)


@pytest.mark.slow
def test_arms_on_a_scenario_in_memory_are_repeated_with_what_it_departs_in() -> None:
    base = Scenario.compose([*SMALL, "time.years=2", "shocks=war_next_door", "mechanisms.rerouting=off", "by=sex"])
    arms = {
        "tuned": ["policy=[raids,tighter_borders]", "policy.dose=0.5", "policy.raids.dose=0.3", "policy.raids.ramp=2"],
        "moved": ["policy=raids", "policy.raids.levers.0.value=0.7"],
    }
    for arm in compose(arms, base, "none"):
        assert repeats(arm), line(arm)


def test_every_run_that_fails_is_told_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    base = Scenario.compose(SMALL)
    (_, arm) = compose({"a": ["policy=raids"]}, base, "none")
    job = Job(arm.scenario.run_key(3), arm.scenario, 3, arm.words)
    failed = RunResult(job.key, 3, failure=Failure("run", "ValueError: x", "labyrinth run policy=raids seed=3"))

    def execute(*_: object, **__: object) -> Iterator[RunResult]:
        yield failed

    monkeypatch.setattr("sim.studies.pool.execute", execute)
    failure = run_many([job], workers=1, executor="serial")[job.key].failure
    assert failure is not None
    assert Scenario.compose(shlex.split(failure.reproducer)[2:]).run_key(3) == job.key


def test_words_that_make_the_scenario_are_kept() -> None:
    words = (*SMALL, "policy=raids", "threads=1")
    assert words_that_repeat(Scenario.compose(words), (*words, "name=x", "seed=3")) == words


@pytest.mark.parametrize("name", ["headline", "reflection_length"])
def test_shipped_studies_can_be_repeated_arm_by_arm(name: str) -> None:
    arms = comparison([], [f"study={name}", "people.size=300"]).design.arms
    for arm in (arms[0], arms[1], arms[-1]):
        assert repeats(arm), line(arm)
