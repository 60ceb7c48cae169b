"""The scenario for a class: every policy that comes with Labyrinth changes a headline figure there."""

import numpy as np
import pytest

from sim.declared.measures.catalogue import METRICS
from sim.results.run import run_one
from sim.scenario.scenario import Scenario

HEADLINES = [name for name, metric in METRICS.items() if metric.headline and metric.layer == "truth"]
# those that changed no headline figure of a thousand people
RARE = (
    "agency_authority", "agency_goodwill", "agency_training", "anti_xenophobia", "boycott_and_disclosure",
    "broader_offence", "client_reporting", "community_policing", "compensation_fund", "reflection_period",
)  # fmt: skip


def figures(*words):
    found = run_one(Scenario.compose(["scenario=lesson", *words]), 1).metrics
    return np.array([found[name] for name in HEADLINES], float)


@pytest.fixture(scope="module")
def plain():
    return figures()


@pytest.mark.slow
@pytest.mark.parametrize("policy", RARE)
def test_every_policy_changes_figures_of_the_lesson(policy, plain):
    changed = np.nan_to_num(figures(f"policy={policy}")) != np.nan_to_num(plain)
    assert changed.any()
