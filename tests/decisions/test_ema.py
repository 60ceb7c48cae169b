"""The faces that other tools know: a model of the EMA Workbench, and a SALib problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.decisions.reading import read_decision
from sim.ground.errors import RequestError
from sim.results.run import RunResult


@pytest.fixture
def decision(text, folder, monkeypatch):
    (folder / "mine.yaml").write_text(text, encoding="utf-8")

    def run_one(scenario, seed, words=()):
        found = {"exploitation_weeks": 1000 * scenario["choice.noise"] + seed, "deaths": 1.0,
                 "policy_cost": sum(policy.cost for policy in scenario.policies)}  # fmt: skip
        return RunResult("", seed, metrics=found)

    monkeypatch.setattr("sim.results.run.run_one", run_one)
    return read_decision(folder / "mine.yaml")


def test_a_problem_of_salib_names_what_worlds_differ_in(decision):
    problem = sim.ema.problem(decision)
    assert problem["names"] == ["choice__noise", "work__tightness", "mechanisms__rerouting", "cost__raids",
                                "cost__labour_inspection"]  # fmt: skip
    assert problem["bounds"][0] == [0.1, 0.4]
    assert problem["bounds"][2] == [0.0, 2.0]
    rows = np.array([[0.1, 0.2, 0.0, 1.5, 2.5], [0.3, 0.2, 2.0, 1.5, 2.5]])
    table = sim.ema.outcomes(decision, rows, "raids")
    assert table["exploitation_weeks"].diff().iloc[1] == pytest.approx(200)
    assert list(table["policy_cost"]) == [1.5, 1.5]
    with pytest.raises(RequestError, match="5 columns"):
        sim.ema.outcomes(decision, rows[:, :2])


@pytest.mark.slow
def test_the_sets_of_an_ensemble_are_one_thing_that_worlds_differ_in(decision):
    sets = tuple({"choice.noise": 0.1 + 0.01 * number} for number in range(12))
    worlds = replace(decision.worlds, count=12, parameters={}, ensemble="calibrated", sets=sets)
    fits = replace(decision, worlds=worlds)
    problem = sim.ema.problem(fits)
    assert problem["names"] == ["set", "mechanisms__rerouting", "cost__raids", "cost__labour_inspection"]
    assert problem["bounds"][0] == [0.0, 12.0]
    table = sim.ema.outcomes(fits, np.array([[0.0, 0.0, 1.5, 2.5], [12.0, 0.0, 1.5, 2.5]]), "raids")
    assert table["exploitation_weeks"].diff().iloc[1] == pytest.approx(110)  # the first set, and the last
    model = sim.ema.model(fits)
    assert [each.name for each in model.uncertainties] == problem["names"]
    with pytest.raises(RequestError, match="set of ensemble calibrated: a number from 1 to 12, not None"):
        model.function(package="raids")


@pytest.mark.slow
def test_a_model_of_the_workbench_runs(decision):
    model = sim.ema.model(decision)
    assert [each.name for each in model.uncertainties] == sim.ema.problem(decision)["names"]
    assert list(model.outcomes.keys()) == ["exploitation_weeks", "deaths", "policy_cost"]
    found = model.function(package="inspections", choice__noise=0.2, mechanisms__rerouting="off")
    assert found["exploitation_weeks"] > 200
    with pytest.raises(RequestError, match="did you mean 'raids'"):
        model.function(package="raid")
