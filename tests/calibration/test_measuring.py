"""What a run says of a target: metrics, shares, differences, years and regions."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibration.measuring import measured
from sim.calibration.request import Outcome
from sim.results.run import RunResult


@pytest.fixture
def run(base):
    regions = len(base.world.regions.rule_of_law)
    cells = np.arange(regions * 4, dtype=float)
    return RunResult(
        "key", 1, metrics={"deaths": 6.0, "departures": 30.0, "exploited_people": 8.0},
        weeks=np.array([-4, 0, 26, 52, 78], np.int32),
        series={"deaths": np.array([9, 1, 3, 5, np.nan], np.float32)},
        flows={"identified_by_region": np.arange(regions, dtype=float), "exploited_cells": cells},
    )  # fmt: skip


def value(run, base, **asked):
    return measured([Outcome("x", "what it is", **asked)], base, run)["x"]


def test_a_metric_a_share_and_a_difference(run, base):
    assert value(run, base, metric="deaths") == 6
    assert value(run, base, metric="deaths", over="departures") == pytest.approx(0.2)
    assert value(run, base, metric="deaths", over="people") == pytest.approx(6 / 200)
    assert value(run, base, metric="departures", minus="deaths") == 24


def test_a_share_of_nothing_is_no_number(run, base):
    run.metrics["departures"] = 0.0
    assert np.isnan(value(run, base, metric="deaths", over="departures"))


def test_years_take_the_series(run, base):
    assert value(run, base, metric="deaths", years=(0, 1)) == pytest.approx(2)
    assert value(run, base, metric="deaths", years=(1, 3)) == pytest.approx(5)


def test_regions_are_chosen_by_their_rule_of_law(run, base):
    law = base.world.regions.rule_of_law
    there = law >= np.median(law)
    found = value(run, base, metric="identified", over="exploited_people", law=(float(np.median(law)), 2.0))
    cells = run.flows["exploited_cells"].reshape(len(law), -1)[there].sum() / 52
    assert found == pytest.approx(np.arange(len(law))[there].sum() / cells)
