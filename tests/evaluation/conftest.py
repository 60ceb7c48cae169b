"""Panels with known effects, and runs that are made up: no world is simulated for these tests."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd
import pytest

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.panels import PANEL, Kept
from sim.results.run import RunResult
from tests.made_up_runs import made_up_runs


@pytest.fixture(scope="session")
def poisson():
    """``poisson(seed, effect=…)``: plain Poisson records with a known effect, the same in every treated cell."""

    def make(seed, *, effect=0.0, units=12, treated=6, periods=20, base=30.0, starts=(11,)):
        rng = np.random.default_rng(seed)
        level = rng.uniform(0.8, 1.2, units) * base
        rows = []
        for unit in range(units):
            start = starts[unit % len(starts)] if unit < treated else np.inf
            rows += [
                (f"place {unit:02d}", time, start, float(rng.poisson(level[unit] + (effect if time >= start else 0.0))))
                for time in range(1, periods + 1)
            ]
        return pd.DataFrame(rows, columns=["unit", "time", "treated_at", "y"])

    return make


def made_up_run(job, reports=0.8, works=-0.3):
    """A finished run whose panel is drawn: the policy changes the truth by ``works`` and reporting by ``reports``."""
    scenario, world = job.scenario, job.scenario.world
    weeks = int(scenario["time.burn_in_weeks"]) + round(52 * scenario["time.years"])
    first = -int(scenario["time.burn_in_weeks"])
    regions = [str(name) for name in world.regions.name]
    truth = np.zeros((weeks, len(regions), len(PANEL)), np.float32)
    record = np.full_like(truth, np.nan)
    for place, region in enumerate(regions):
        begins = [
            policy.start
            for policy in scenario.policies
            if not policy.key.rpartition("_in_")[2] or policy.key.endswith(f"_in_{region}")
        ]
        on = (np.arange(weeks) + first >= min(begins, default=np.inf)) * scenario.dose
        for number, row in enumerate(PANEL):
            rng = np.random.default_rng([job.seed, place, zlib.crc32(f"{row.metric} {row.agency}".encode())])
            mean = 2.0 * (1 + works * on)
            truth[:, place, number] = rng.poisson(mean)
            if row.kept is not Kept.NOTHING:
                record[:, place, number] = rng.poisson(mean * (1 + reports * on))
    names = [[row.metric for row in PANEL], [row.agency for row in PANEL]]
    panels = {
        "first": np.array([first], np.int32),
        "regions": np.array(regions, object),
        "metrics": np.array(names[0], object),
        "agencies": np.array(names[1], object),
        "truth": truth.ravel(),
        "record": record.ravel(),
    }
    series = {name: np.ones(3, np.float32) for name in METRICS}
    return RunResult(
        job.key,
        job.seed,
        metrics=dict.fromkeys(METRICS, 1.0),
        weeks=np.arange(0, 12, 4),
        series=series,
        panels=panels,
        seconds=0.1,
    )


@pytest.fixture
def made_up(monkeypatch):
    """Studies whose runs are made up; ``made_up.done`` holds the keys of runs, ``stop_after`` stops like Ctrl-C."""
    return made_up_runs(monkeypatch, made_up_run)


TEXT = """\
title: Training in half
question: Would police records tell?
model:
  words: [world=archetypes, people.size=300, people.scale=1, time.years=3, time.burn_in_weeks=4, seeds=6]
  policy: agency_training
  roll_out:
    among: {role: destination}
    start: {union_south: 78 weeks, union_west: 78 weeks, gulf_destination: 78 weeks}
  doses: [0, 1]
inquiry: {metric: exploited_people, effect: percent}
data: {source: identified, agency: police, period: quarter, before: 78 weeks, after: 78 weeks}
answer:
  - before_after
  - did_wild
  - process_indicators: {indicators: [statements, identified by police]}
"""


@pytest.fixture
def text():
    """A whole evaluation as its file."""
    return TEXT


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
