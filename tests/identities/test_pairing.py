"""Twins: an inert policy changes nothing, a real one does; threads and event logs never change a result."""

import os
import subprocess
import sys

import numpy as np
import pytest

from sim.configuration.folders import configs_dir
from sim.scenario import Scenario

POLICIES = sorted(path.stem for path in (configs_dir() / "policy").glob("*.yaml"))
SMALL = ["world=corridor", "people.size=5000", "time.years=1.5", "time.burn_in_weeks=26"]


@pytest.fixture(scope="module")
def baseline(tools):
    return tools.run(Scenario.compose(SMALL))


def test_dose_zero_of_every_policy_is_the_baseline_bit_for_bit(baseline, tools):
    twin = tools.run(Scenario.compose([*SMALL, f"policy=[{','.join(POLICIES)}]", "policy.dose=0"]))
    assert len(twin.scenario.policies) == len(POLICIES)
    assert tools.fingerprint(twin) == tools.fingerprint(baseline)
    assert twin.counters.tobytes() == baseline.counters.tobytes()


@pytest.mark.parametrize("policy", [name for name in POLICIES if name != "none"])
def test_dose_one_changes_something_and_only_after_it_starts(policy, baseline, tools):
    if tools.about_justice(policy):
        # few of a few thousand people are ever taken in: here nearly everyone whom an agency meets is
        scenario = tools.lively(Scenario.compose([*SMALL, "people.size=12000", f"policy={policy}"]))
        twin, baseline = tools.run(scenario), tools.lively_baseline(SMALL)
    else:
        # there is nothing to restrain where there is no mission
        words = ["mission.size=50"] if policy == "mission_zero_tolerance" else []
        twin = tools.run(Scenario.compose([*SMALL, *words, f"policy={policy}"]))
        if words:
            baseline = tools.run(Scenario.compose([*SMALL, *words]))
    assert tools.alike(twin, baseline, 26)
    assert not np.array_equal(twin.counters[26:], baseline.counters[26:], equal_nan=True)


def test_another_seed_is_another_run(baseline, tools):
    assert tools.fingerprint(tools.run(Scenario.compose(SMALL), seed=2)) != tools.fingerprint(baseline)


def test_keeping_events_changes_nothing(baseline, tools):
    kept = tools.run(Scenario.compose([*SMALL, "events=true", "checks=true"]))
    assert tools.fingerprint(kept) == tools.fingerprint(baseline)
    assert len(kept.event_frame()["week"]) > 0


def test_the_same_people_exist_in_twins(baseline, tools):
    twin = tools.run(Scenario.compose([*SMALL, "policy=sealed_border"]))
    same = twin.migrants["generation"] == baseline.migrants["generation"]
    assert same.mean() > 0.95
    for trait in ("ability", "home_tie", "protection_need", "skill", "kin", "leaves_risk_age"):
        assert np.array_equal(twin.migrants[trait][same], baseline.migrants[trait][same])


THREADS = """
import os, sys
import numpy as np
from sim.scenario import Scenario
from sim.week import Week
first = None
for threads in (1, 2, 4):
    week = Week(Scenario.compose([*%r, f"threads={threads}"]), 1)
    # numba's cache must not have handed out the serial kernel
    assert week._consider.py_func.__qualname__.endswith("_parallel") == (threads > 1)
    assert bool(week._consider.targetoptions.get("parallel")) == (threads > 1)
    week.run()
    columns = [table[name].tobytes() for table in week.tables.values() for name in table]
    mark = hash((week.counters.tobytes(), *columns))
    first = mark if first is None else first
    assert mark == first, threads
print("identical")
"""


def test_one_two_and_four_threads_agree_bit_for_bit():
    environment = os.environ | {"NUMBA_NUM_THREADS": "4"}
    # so that people are held for ransom and agencies meet some in each of the runs
    busy = [*SMALL, "people.size=8000", "smuggling.exploiter_share=1", "agency.meetings=100", "protection.outreach=1"]
    done = subprocess.run(
        [sys.executable, "-c", THREADS % (busy,)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "identical"
