"""Ways from levers to metrics: found where the code shows one, and said to be missing where it does not."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from sim.cli.main import main
from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.reference.explain import NO_WAY, explain
from sim.reference.paths import asleep, path
from sim.reference.readers import traces

DECLARED = {name: switch.default for name, switch in SWITCHES.items()}


def test_inspections_reach_exploitation_by_ways_out_of_work():
    steps = path("work.inspection", "exploitation_weeks", DECLARED)
    assert [step.function.rpartition(".")[2] for step in steps] == ["reach_people_now", "assess", "live"]
    assert steps[1].by == "cells.hazards"
    assert steps[1].means
    assert "control.hold_threat" in steps[1].parameters
    assert "exploited" in traces()[steps[-1].function].counts
    for step in steps:
        assert set(step.parameters) <= set(PARAMETERS)
        assert sum(step.grades.values()) == len(step.parameters) + len(step.switches)


def test_every_step_takes_over_from_the_one_before():
    for lever, metric in (("border.control", "deaths"), ("police.raids", "exploitation_weeks")):
        steps = path(lever, metric, DECLARED)
        known = traces()
        for before, after in pairwise(steps):
            field = after.by in known[before.function].writes and after.by in known[after.function].reads
            answer = before.function in known[after.function].calls
            call = after.function in known[before.function].calls
            assert field or answer or call, after


def test_what_people_choose_is_no_way():
    assert path("visa.slots_low", "deaths", DECLARED) == ()
    told = explain(["policy=visa_restriction", "world=corridor"], "deaths")
    assert NO_WAY in told.text()


def test_what_is_off_is_no_step():
    assert "sim.rules.work.contracts" in asleep(DECLARED)
    assert "sim.rules.work.contracts" not in asleep(DECLARED | {"job_contracts": "on"})
    assert "sim.rules.control.terms" not in asleep(DECLARED)


def test_an_explanation_gives_lines_that_can_be_typed(capsys):
    assert main(["explain", "policy=raids", "world=corridor", "people.size=400", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["metric"] == "exploitation_weeks"
    assert told["weakest"] == "assumed"
    assert [way["lever"] for way in told["ways"]] == ["police.raids"]
    compare = told["commands"]["against the same world without a policy"]
    assert main([*compare.removeprefix("labyrinth ").split(), "--dry-run"]) == 0


def test_faults_in_words(capsys):
    with pytest.raises(RequestError, match="did you mean 'deaths'"):
        explain(["policy=raids"], "death")
    with pytest.raises(RequestError, match="no policy moves anything"):
        explain(["world=corridor"])
    assert main(["explain"]) == 2
    assert main(["explain", "policy=raids", "deaths", "removals"]) == 2
    assert main(["explain", "policy=raids", "--arm", "raids"]) == 2
    assert "name their folder" in capsys.readouterr().err
