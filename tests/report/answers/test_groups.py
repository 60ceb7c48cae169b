"""For whom it is worse: groups are named where their sign is sure over all groups, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.report.answers import answer
from sim.report.answers.groups import p_of
from sim.results.statistics import p_value, t_interval

COLUMNS = ("arm", "group", "outcome", "people", "risk", "change", "low", "high", "populations", "lucks")


def risks(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """Rows of risks: group, outcome, change and its interval, as shares."""
    made = [("a", group, outcome, 100.0, 0.1, *ends, 8, 8) for group, outcome, *ends in rows]
    return pd.DataFrame(made, columns=list(COLUMNS))


@pytest.fixture
def comparison(case):
    return case({"a": {"deaths": [-1.0, -1.2, -0.9, -1.1, -1.0, -0.8, -1.3, -1.0]}})


def told(comparison) -> str:
    found = answer([(comparison.title, comparison)])
    return " ".join(each.text for each in found.sentences if each.kind == "group")


def test_a_group_with_a_higher_risk_is_named_although_all_together_are_better_off(comparison) -> None:
    comparison.risks = risks(
        ("all", "exploitation", -0.01, -0.012, -0.008),
        ("abroad without status", "exploitation", 0.0034, 0.0012, 0.0056),
        ("adults", "exploitation", 0.001, -0.004, 0.006),
        ("women and girls", "safety", 0.01, 0.008, 0.012),
    )
    assert told(comparison) == (
        "It is worse for people abroad without status with a: 340 more of every 100\xa0000 of them are exploited "
        "(120 to 560 more)."
    )


def test_fewer_who_reach_safety_are_worse_off(comparison) -> None:
    comparison.risks = risks(("in need", "safety", -0.02, -0.025, -0.015))
    assert "people in need of protection with a: 2\xa0000 fewer of every 100\xa0000 of them reach safety" in told(
        comparison
    )


def test_of_many_groups_some_exclude_zero_by_chance_and_are_not_named(comparison) -> None:
    noise = [(f"group {number}", "exploitation", 0.001, -0.004, 0.006) for number in range(30)]
    comparison.risks = risks(("lucky", "exploitation", 0.0021, 0.0001, 0.0041), *noise)
    assert told(comparison).startswith("No group known at the start was surely found worse off")


@pytest.mark.parametrize("count", [6, 8, 30])
def test_the_p_value_of_an_interval_is_that_of_its_values(count: int) -> None:
    sample = np.random.default_rng(count).normal(0.4, 1.0, count)
    found = t_interval(sample)
    assert p_of(found.mean, found.low, found.high, count=count) == pytest.approx(p_value(sample))
