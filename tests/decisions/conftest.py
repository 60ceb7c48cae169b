"""Decisions whose runs are made up: what packages do in which worlds is planted, and no world is simulated."""

from __future__ import annotations

import numpy as np
import pytest

from sim.declared.measures.catalogue import METRICS
from sim.results.run import RunResult
from tests.made_up_runs import made_up_runs

TEXT = """\
title: Raids or inspections
question: Which does more against exploitation?
model: [world=corridor, people.size=300, time.years=2, time.burn_in_weeks=52, seeds=3]
packages:
  raids: [policy=raids]
  inspections: [policy=labour_inspection]
worlds:
  count: 12
  seed: 3
  parameters: {choice.noise: [0.1, 0.4], work.tightness: [0.1, 0.4]}
  switches: {rerouting: ["on", "off"]}
  costs: {raids: [1, 3], labour_inspection: [1, 3]}
outcomes:
  exploitation_weeks: {better: less, threshold: -10%}
  deaths: {better: less}
  policy_cost: {better: less}
plans:
  watchful: {start: raids, to: inspections, record: recorded_removals, above: 20, after: 1 year}
signposts: {after: [1 year]}
attribution: {package: raids, outcome: exploitation_weeks, mechanisms: [rerouting, deportation_fear], seeds: 4}
judge: {resamples: 10}
"""


def raids_fail(scenario):
    """The planted box: raids do harm where people's choices are noisy and enterprises cannot reroute."""
    return scenario["choice.noise"] > 0.25 and scenario.mechanisms["rerouting"] == "off"


def made_up_run(job):
    """A finished run: 1000 weeks of exploitation, less 300 with raids and 200 with inspections, but for the box."""
    scenario = job.scenario
    acting = {policy.key: policy for policy in scenario.policies if policy.key != "none"}
    if len(acting) == 2:  # the plan, which leaves raids where they fail
        acting.pop("raids" if raids_fail(scenario) else "labour_inspection")
    world = [round(1e6 * scenario[name]) for name in ("choice.noise", "work.tightness")]
    people, own = (np.random.default_rng([job.seed, *world, len("".join(acts))]).normal() for acts in ((), acting))
    people, own = 20 * people, 5 * own
    metrics = dict.fromkeys(METRICS, 1.0)
    change, dose = 0.0, max([policy.dose for policy in acting.values()], default=1.0)
    if "raids" in acting:
        held = sum(scenario.mechanisms[name] == "hold" for name in ("rerouting", "deportation_fear"))
        change = 200.0 if raids_fail(scenario) else -300.0 + 100 * held
    elif acting:
        change = -200.0
    metrics["exploitation_weeks"] = 1000 + people + dose * change + own
    metrics["deaths"] = 5.0
    metrics["policy_cost"] = 300.0 * sum(policy.dose * policy.cost for policy in acting.values())
    series = {name: np.full(39, 1.0, np.float32) for name in METRICS}
    recorded = np.full(39, 10.0, np.float32)
    recorded[13:] += 20 * ("raids" in acting and raids_fail(scenario)) + own / 10
    series["recorded_removals"] = recorded
    return RunResult(job.key, job.seed, metrics=metrics, weeks=np.arange(-52, 104, 4), series=series, seconds=0.1)


@pytest.fixture
def made_up(monkeypatch):
    """Studies whose runs are made up; ``made_up.done`` holds the keys of runs, ``stop_after`` stops like Ctrl-C."""
    return made_up_runs(monkeypatch, made_up_run)


@pytest.fixture
def text():
    """A whole decision as its file."""
    return TEXT


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
