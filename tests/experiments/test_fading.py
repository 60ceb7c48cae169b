"""Effects that fade: how the measure of it tells one that has come and gone from one that is still to come."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.effects_in_time import largest_elsewhere, returns
from experiments.pattern_runs import Runs
from experiments.verdicts import INCONCLUSIVE, conditional
from sim.declared.measures.catalogue import METRICS
from sim.results.blocks import SERIES_EVERY
from sim.results.run import RunResult
from sim.scenario.scenario import Scenario

NAME = "exploited_people"
WEEKS = np.arange(0, 520, SERIES_EVERY)


def runs(fall):
    """Four seeds without and with a policy that takes ``fall(weeks)`` from a metric."""
    usual = 1000.0 + 5.0 * np.arange(4)

    def arm(name, taken):
        return {
            seed: RunResult(name, seed, weeks=WEEKS.astype(np.int32), series={NAME: (level - taken).astype(np.float32)})
            for seed, level in enumerate(usual)
        }

    scenario = Scenario.compose(["world=corridor"])
    results = {"none": arm("none", np.zeros(len(WEEKS))), "policy": arm("policy", fall(WEEKS.astype(float)))}
    return Runs(results, dict.fromkeys(results, scenario))


def measured(fall, **pattern):
    """(half of the largest fall minus the fall around the week, the largest fall), mean over seeds."""
    found = returns(runs(fall), {"arm": "policy", "metrics": [NAME], **pattern})
    assert [check.unit for check in found] == [METRICS[NAME].unit] * 2
    return tuple(check.found.mean for check in found)


def test_an_effect_that_still_builds_up_has_not_faded():
    """C5-S35: however large it is in the end, there was no more of it before than there is now."""
    faded, largest = measured(lambda week: week)
    assert largest < 104
    assert faded < 0
    late, _ = measured(lambda week: np.where(week > 300, 900.0, 10.0))
    assert late == pytest.approx(0.5 * 10 - 10)


def test_an_effect_that_has_come_and_gone_has_faded():
    faded, largest = measured(lambda week: np.where((week >= 26) & (week < 52), 100.0, 20.0))
    assert largest == pytest.approx(100.0, rel=0.1)
    assert faded == pytest.approx(0.5 * largest - 20.0)
    assert faded > 0


def test_what_has_faded_by_a_later_week_is_looked_for_before_that_week():
    def fall(week):
        return np.where((week >= 182) & (week < 208), 100.0, 20.0)

    assert measured(fall)[0] < 0
    assert measured(fall, around=312)[0] > 0


def test_the_largest_of_noisy_falls_is_looked_for_in_other_seeds():
    """Looked for and measured in the same seeds, the largest of falls that are all none is above none."""
    rng = np.random.default_rng(7)
    same, elsewhere = [], []
    for _ in range(400):
        falls = rng.normal(size=(5, 10))
        same.append(falls[falls.mean(1).argmax()].mean())
        elsewhere.append(largest_elsewhere(falls, 10).mean())
    error = np.std(elsewhere) / 20
    assert np.mean(same) > 0.2
    assert abs(np.mean(elsewhere)) < 3 * error
    assert np.isnan(largest_elsewhere(np.ones((2, 1)), 1)).all()


def test_where_nothing_fell_nothing_can_have_faded():
    found = returns(runs(lambda week: np.where(week < 60, -100.0, -10.0)), {"arm": "policy", "metrics": [NAME]})
    assert found[1].condition is not None
    assert conditional(found[1].found, found[1].condition) == INCONCLUSIVE
