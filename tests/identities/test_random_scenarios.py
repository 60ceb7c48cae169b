"""What holds in every run holds far from the defaults too.

People and money balance in every week, policies at dose 0 change no bit, and neither does a second thread.

Each number is the seed of a scenario: a world (often of its own), parameters at the ends of their ranges, switches
flipped, policies. A failure prints the words that make the same scenario.
"""

import csv
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.scenario.drafts import Settled
from sim.scenario.scenario import HOW_TO_RUN, Scenario
from sim.world.load import SHIPPED, load_world
from sim.world.world import Mode

FEW, MANY = range(3), range(3, 53)
POLICIES = sorted(path.stem for path in (configs_dir() / "policy").glob("*.yaml") if path.stem != "none")
# how long and how large a run is: drawn too, within what a test has time for
SIZE = {"people.size", "time.years", "time.burn_in_weeks"}
DRAWN = sorted(set(PARAMETERS) - HOW_TO_RUN - SIZE)
GROUPS = sorted({name.partition(".")[0] for name in DRAWN})
ROLES = ("origin", "transit", "destination", "origin+transit", "origin+destination", "origin+transit+destination")


# --- a scenario from a number ------------------------------------------------------------------------------------


@cache
def everything():
    """The defaults, with every policy."""
    return Scenario.compose(["world=corridor", f"policy=[{','.join(POLICIES)}]"])


def scenario_of(number, folder):
    """The scenario with this number, and the words that make it in a command; files of its world lie in ``folder``."""
    draw = np.random.default_rng(number)
    world, words = world_of(draw, folder)
    changes = {
        "people.size": int(draw.integers(60, 500)),
        "time.burn_in_weeks": int(draw.choice([0, 1, 8, 16])),
        "time.years": int(draw.integers(2, 40)) / 52,
        "events": bool(draw.integers(2)),
    }
    changes |= {str(name): extreme(draw, name) for name in draw.choice(DRAWN, draw.integers(6, 24), replace=False)}
    # one of each group in turn, so that no group is left to chance
    turn = np.random.default_rng([number, 1])
    name = str(turn.choice([name for name in DRAWN if name.partition(".")[0] == GROUPS[number % len(GROUPS)]]))
    changes.setdefault(name, extreme(turn, name))
    for name in draw.choice(sorted(SWITCHES), draw.integers(2, 8), replace=False):
        changes[f"mechanisms.{name}"] = str(draw.choice(SWITCHES[name].options))
    plain = replace(everything(), world=world, policies=(), own_doses={}).replace(changes)
    scenario = with_policies(plain, draw.choice(POLICIES, draw.integers(1, 5), replace=False).tolist())
    words += [f"{name}={value}" for name, value in changes.items()]
    return scenario, [*words, f"policy=[{','.join(policy.key for policy in scenario.policies)}]"]


def with_policies(scenario, names):
    """The scenario with those of the policies that have something to move in its world."""
    policies = {policy.key: policy for policy in everything().policies if policy.key in names}
    for name in names:
        try:
            replace(scenario, policies=(policies[name],)).check_levers()
        except RequestError:
            del policies[name]
    doses = {name: everything().own_doses[name] for name in policies}
    return replace(scenario, policies=tuple(policies.values()), own_doses=Settled(doses))


def extreme(draw, name):
    """A value of a parameter: mostly an end of its range."""
    parameter = PARAMETERS[name]
    if parameter.options:
        return str(draw.choice(parameter.options))
    if isinstance(parameter.default, bool):
        return bool(draw.integers(2))
    low, high = float(parameter.low), float(parameter.high)
    value = [low, high, float(draw.uniform(low, high))][draw.choice(3, p=[0.45, 0.45, 0.1])]
    return int(value) if parameter.whole else value


def world_of(draw, folder):
    """A shipped world, or an own one, and the words that choose it."""
    name = str(draw.choice([*SHIPPED, "csv"], p=[0.15, 0.25, 0.05, 0.05, 0.5]))
    if name != "csv":
        return load_world(name), [f"world={name}"]
    regions, legs = own_world(draw)
    for kind, rows in (("regions", regions), ("legs", legs)):
        with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    files = {kind: str(folder / f"{kind}.csv") for kind in ("regions", "legs")}
    return load_world("csv", files), ["world=csv", *(f"world.{kind}={path}" for kind, path in files.items())]


def own_world(draw):
    """Two to six regions in a row and legs at random, often with cells at the ends of their ranges."""
    names = [f"Region ({letter})" for letter in "abcdef"[: draw.integers(2, 7)]]
    edge = lambda low, high: float(draw.choice([low, high, draw.uniform(low, high)]))  # noqa: E731
    wages = draw.uniform(5, 1500, len(names))
    role = {names[0]: "origin", names[-1]: "destination"}
    some = [name for name in ("inequality", "conflict", "employment", "asylum_access", "rule_of_law", "local_demand",
                              "deportation_effort", "refugee_access") if draw.integers(2)]  # fmt: skip
    regions = [
        {
            "region": name,
            "role": role.get(name) or draw.choice(ROLES),
            "population": 1e6 * draw.integers(name == names[0], 50),
            "wage_regular": wage,
            **{column: edge(0, 3 if column == "inequality" else 1) for column in some},
        }
        for name, wage in zip(names, wages, strict=True)
    ]
    ends = list(pairwise(names))
    ends += [tuple(draw.choice(names, 2, replace=False)) for _ in range(draw.integers(0, 10))]
    ways = dict.fromkeys((a, b, Mode(draw.integers(len(Mode))).name.lower()) for a, b in ends)
    legs = [
        {
            "origin": a,
            "destination": b,
            "mode": mode,
            "hours": edge(0.1, 2000),
            "base_cost": edge(0, 10_000),
            "danger": edge(0, 0.5),
            "control": edge(0, 0.999),
        }
        for a, b, mode in ways
    ]
    return regions, legs


# --- what holds --------------------------------------------------------------------------------------------------


def identities_hold(number, folder, tools):
    scenario, words = scenario_of(number, folder)
    print("labyrinth run", *(f"'{word}'" for word in words))  # noqa: T201 - pytest shows it with a failure
    # checks raise in the first week in which something is not balanced
    week = tools.run(scenario.replace({"checks": True}))
    assert week.done == week.weeks_total
    assert week.state.money() == 0.0
    idle = tools.run(scenario.replace({"policy.dose": 0}))
    # whoever writes down what happens leaves every bit alone
    plain = replace(scenario, policies=(), own_doses=Settled({}))
    baseline = tools.run(plain.replace({"panels": "region", "captures": True}))
    tools.panel_adds_up(baseline)
    tools.captures_add_up(baseline)
    assert idle.counters.tobytes() == baseline.counters.tobytes()
    assert tools.fingerprint(idle) == tools.fingerprint(baseline)


THREADS = """
import pickle, sys
from sim.week.week import Week

def mark(scenario, threads):
    week = Week(scenario.replace({"threads": threads})).run()
    columns = [table[name].tobytes() for table in week.tables.values() for name in table]
    return hash((week.counters.tobytes(), *columns))

for words, scenario in pickle.load(sys.stdin.buffer):
    if mark(scenario, 1) != mark(scenario, 2):
        print("labyrinth run", *words)
"""


def threads_agree(numbers, folder):
    """One and two threads give the same, in one process for all scenarios."""
    cases = []
    for number in numbers:
        own = folder / str(number)
        own.mkdir()
        scenario, words = scenario_of(number, own)
        cases.append((words, scenario))
    done = subprocess.run(
        [sys.executable, "-c", THREADS],
        env=os.environ | {"NUMBA_NUM_THREADS": "2"},
        input=pickle.dumps(cases),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == ""


@pytest.mark.parametrize("number", FEW)
def test_identities_hold(number, tmp_path, tools):
    identities_hold(number, tmp_path, tools)


@pytest.mark.slow
@pytest.mark.parametrize("number", MANY)
def test_identities_hold_everywhere(number, tmp_path, tools):
    identities_hold(number, tmp_path, tools)


@pytest.mark.slow
def test_threads_agree(tmp_path):
    threads_agree(FEW, tmp_path)


@pytest.mark.slow
def test_threads_agree_everywhere(tmp_path):
    threads_agree(MANY, tmp_path)


def test_the_words_make_the_scenario(tmp_path):
    scenario, words = scenario_of(1, tmp_path)
    assert Scenario.compose(words).key == scenario.key == scenario_of(1, tmp_path)[0].key


def test_the_scenarios_reach_far(tmp_path):
    """Together they set every switch, and parameters of every group."""
    words = [word for number in (*FEW, *MANY) for word in scenario_of(number, tmp_path)[1]]
    set_here = {word.partition("=")[0] for word in words}
    assert {f"mechanisms.{name}" for name in SWITCHES} <= set_here
    assert set(GROUPS) <= {name.partition(".")[0] for name in set_here}
    assert len(set(DRAWN) & set_here) > len(DRAWN) / 2
