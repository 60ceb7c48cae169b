"""A run that was begun in a process of its own finds what it would have found in this one."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only there are processes forked")

BEGIN = """
import os, sys, threading
import numpy as np
from sim.results.drawn import use_hands
from sim.results.run import run_one
from sim.scenario.scenario import Scenario
from sim.studies import beside, pool
small = ["world=corridor", "people.size=200", "time.years=0.1", "time.burn_in_weeks=4"]
scenario = Scenario.compose(small)
beside.kernels_are_kept = lambda: True
use_hands(2)
job = pool.Job(scenario.run_key(1), scenario, 1, (), True)
def children():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return "none"
    return "some"
"""


def told(code: str) -> list[str]:
    """What a process that has no other threads prints."""
    line = [sys.executable, "-c", BEGIN + code]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_run_that_was_begun_beside_is_not_done_again_and_finds_the_same() -> None:
    code = """
alone = run_one(scenario, 1, knows_people=True)
with beside.ready_beside():
    beside.begin(scenario, [])
    pool.run_one = None  # nobody may ask this process
    print(beside.under_way())
    found = pool.work(job)
    print(beside.under_way(), children())
for name in ("metrics", "series", "outcomes", "flows", "known", "groups", "group_series"):
    one, other = getattr(alone, name), getattr(found, name)
    assert list(one) == list(other), name
    assert all(np.array_equal(one[key], other[key], equal_nan=True) for key in one), name
print(found.key == job.key, found.failure, len(found.known) > 0)
"""
    assert told(code) == ["True", "False", "none", "True", "None", "True"]


@pytest.mark.slow
@pytest.mark.parametrize("end", ["os._exit(1)", "os.kill(os.getpid(), 9)", "1 / 0"])
def test_what_a_lost_process_has_not_found_is_found_by_who_waits(end: str) -> None:
    code = f"""
import sim.results.run
def lost(*_, **__):
    {end}
sim.results.run.run_one = lost
with beside.ready_beside():
    beside.begin(scenario, [])
    found = pool.work(job)
print(found.key == job.key, found.failure, children())
"""
    assert told(code) == ["True", "None", "none"]


@pytest.mark.slow
def test_a_run_that_nobody_waits_for_ends_with_what_it_was_begun_for() -> None:
    code = """
import time, sim.results.run
sim.results.run.run_one = lambda *_, **__: time.sleep(600)
try:
    with beside.ready_beside():
        beside.begin(scenario, [])
        print(children())
        raise KeyError
except KeyError:
    print(children(), beside.under_way())
"""
    assert told(code) == ["some", "none", "False"]


@pytest.mark.slow
def test_a_process_that_is_never_told_a_scenario_ends_too() -> None:
    code = """
with beside.ready_beside():
    print(children(), beside.under_way())
    beside.leave()
    print(children())
    print(pool.work(job).failure, beside.under_way())
"""
    assert told(code) == ["some", "False", "none", "None", "False"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "why",
    [
        "use_hands(1)",
        "beside.kernels_are_kept = lambda: False",
        "threading.Thread(target=threading.Event().wait, daemon=True).start()",
    ],
)
def test_nothing_is_begun_where_it_would_not_be_faster_or_not_safe(why: str) -> None:
    code = f"""
{why}
with beside.ready_beside():
    beside.begin(scenario, [])
    print(beside.under_way(), children())
"""
    assert told(code) == ["False", "none"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "other",
    [
        "pool.Job(scenario.run_key(2), scenario, 2, (), True)",
        "pool.Job(scenario.run_key(1), scenario, 1, (), False)",
        "pool.Job(job.key, Scenario.compose([*small, 'people.size=300']), 1, (), True)",
    ],
)
def test_another_run_is_done_by_who_asks(other: str) -> None:
    code = f"""
other = {other}
with beside.ready_beside():
    beside.begin(scenario, [])
    found = pool.work(other)
    print(beside.under_way(), found.seed == other.seed, bool(found.known) == other.knows_people)
print(children())
"""
    assert told(code) == ["True", "True", "True", "none"]
