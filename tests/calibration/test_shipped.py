"""Ensembles that are shipped: they can be read, lie within what is plausible, and a sample of them still fits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibration.fitting import means, met, scaled
from sim.calibration.measuring import measured
from sim.calibration.reading import TARGETS, read_calibration
from sim.declared.plausible import plausible
from sim.ground.shipped import configs_dir
from sim.results.run import run_one
from sim.scenario.scenario import Scenario

SHIPPED = sorted((configs_dir() / "ensemble").glob("*.csv"))
SAMPLE, SEEDS = 2, 2  # sets that are run again, and seeds of each


def beside(path: Path) -> dict:
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_set_lies_within_what_is_plausible(path):
    table, ranges = pd.read_csv(path), plausible()
    assert table.columns[0] == "set"
    assert list(table["set"]) == list(range(1, len(table) + 1))
    for name in table.columns[1:]:
        assert ranges[name].uncertain
        assert table[name].between(ranges[name].low, ranges[name].high).all(), name


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_stands_beside_says_how_it_was_made(path):
    about = beside(path)
    assert {"world", "version", "source", "settings", "targets", "waves", "held_out_met", "made", "fits"} <= set(about)
    assert about["fits"] == (not path.stem.endswith("-nearest"))
    assert sum(wave["accepted"] for wave in about["waves"]) >= (len(pd.read_csv(path)) if about["fits"] else 0)
    asked = read_calibration(TARGETS.find(about["calibration"]))
    said = {each["name"]: (each["low"], each["high"], each["held_out"]) for each in about["targets"]}
    for target in asked.targets:
        ends = tuple(end if np.isfinite(end) else None for end in (target.low, target.high))
        assert said[target.name] == (*ends, target.held_out)


@pytest.mark.slow
@pytest.mark.parametrize("path", [path for path in SHIPPED if beside(path)["fits"]], ids=lambda path: path.stem)
def test_a_sample_still_fits(path):
    about, table = beside(path), pd.read_csv(path).set_index("set")
    settings = {name: value for name, value in about["settings"].items() if "." in name}
    base = Scenario.compose([f"world={about['world']}", "policy=none", "threads=1"]).replace(settings)
    targets = read_calibration(TARGETS.find(about["calibration"])).fitted
    chance = {each["name"]: each["chance"] for each in about["targets"]}
    for number in np.linspace(1, len(table), SAMPLE).astype(int):
        set_of = {name: table[name].dtype.type(value).item() for name, value in table.loc[number].items()}
        scenario = base.replace(set_of)
        runs = [run_one(scenario, about["settings"]["first_seed"] + seed) for seed in range(SEEDS)]
        assert not any(run.failure for run in runs)
        values = np.array([[list(measured(targets, scenario, run).values()) for run in runs]])
        allowed = np.array([chance[target.name] for target in targets]) / SEEDS
        fits = met(targets, means(scaled(targets, values)), allowed)[0]
        assert fits.all(), (number, [target.name for target, fit in zip(targets, fits, strict=True) if not fit])
