"""For whom it is worse: groups are named where their sign is sure over all groups, and nowhere else."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.report.answers import answer, arm_sentences
from sim.report.answers.groups import HAPPENS, PEOPLE
from sim.results.risk import COLUMNS, judged
from sim.results.risk_groups import GROUPS, OUTCOMES

FALLING = [-1.0, -1.2, -0.9, -1.1, -1.0, -0.8, -1.3, -1.0]


def risks(*rows: tuple[str, str, float, float, float, float], populations: int = 8) -> pd.DataFrame:
    """Rows of risks: group, outcome, change with its interval as shares, p-value."""
    names = ("group", "outcome", "change", "low", "high", "p_value")
    table = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows], columns=list(COLUMNS))
    return judged(table.assign(arm="a", people=100.0, risk=0.1, populations=populations, lucks=4))


@pytest.fixture
def comparison(case):
    return case({"a": {"deaths": FALLING}})


def told(comparison) -> str:
    found = answer([(comparison.title, comparison)])
    return " ".join(each.text for each in found.sentences if each.kind == "group")


def test_a_group_with_a_higher_risk_is_named_although_all_together_are_better_off(comparison) -> None:
    comparison.risks = risks(
        ("all", "exploitation", -0.01, -0.012, -0.008, 1e-6),
        ("abroad without status", "exploitation", 0.0034, 0.0012, 0.0056, 0.004),
        ("adults", "exploitation", 0.001, -0.004, 0.006, 0.7),
        ("women and girls", "safety", 0.01, 0.008, 0.012, 1e-6),
    )
    text = "340 more of every 100\xa0000 of them are exploited (120 to 560 more)."
    assert told(comparison) == f"It is worse for people abroad without status with a: {text}"
    of_arm = [each.text for each in arm_sentences(comparison, comparison.arms[0]) if each.kind == "group"]
    assert of_arm == [f"It is worse for people abroad without status: {text}"]


def test_fewer_who_reach_safety_are_worse_off(comparison) -> None:
    comparison.risks = risks(("in need", "safety", -0.02, -0.025, -0.015, 1e-6))
    assert "people in need of protection with a: 2\xa0000 fewer of every 100\xa0000 of them reach safety" in told(
        comparison
    )


def test_of_many_groups_some_exclude_zero_by_chance_and_are_not_named(comparison) -> None:
    noise = [(f"group {number}", "exploitation", 0.001, -0.004, 0.006, 0.6) for number in range(30)]
    comparison.risks = risks(("lucky", "exploitation", 0.0021, 0.0001, 0.0041, 0.04), *noise)
    assert told(comparison).startswith("No group known at the start was surely found worse off")


def test_two_populations_name_no_group(comparison) -> None:
    comparison.risks = risks(("in need", "death", 0.02, 0.015, 0.025, 1e-6), populations=2)
    assert "worse for people" not in told(comparison)


def test_more_groups_than_a_sentence_holds_are_counted(comparison) -> None:
    comparison.risks = risks(
        *((group, "death", 0.02, 0.015, 0.025, 1e-6) for group in ("in need", "adults", "in debt"))
    )
    assert told(comparison).endswith(
        "; and so in one other row of the table of risks (risks.parquet), which holds every group and outcome."
    )
    assert "; and for adults with a: " in told(comparison)


def test_a_sentence_names_what_the_table_names(comparison) -> None:
    """Outcomes of which no sentence tells are tested in the table too, and count."""
    noise = [(group, outcome, 0.001, -0.004, 0.006, 0.6) for group in ("adults", "all", "in need")
             for outcome in ("removal", "arrival")]  # fmt: skip
    comparison.risks = risks(("in need", "death", 0.02, 0.005, 0.035, 0.014), *noise)
    assert set(comparison.risks["verdict"]) == {"undecided"}
    assert told(comparison).startswith("No group known at the start was surely found worse off")


def test_every_group_and_outcome_has_words() -> None:
    assert set(PEOPLE) <= set(GROUPS)
    assert set(HAPPENS) <= {outcome for outcome, (_, better) in OUTCOMES.items() if better}
