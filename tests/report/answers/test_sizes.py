"""One effect in words: units, directions, and numbers that are rounded the way they are read."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.report.answers import sizes
from sim.report.answers.outcomes import clause, named


def row(metric: str, baseline: float, difference: float, low: float, high: float, verdict: str = "rises") -> dict:
    """A row of effects among 1 000 people."""
    return {"metric": metric, "baseline": baseline, "difference": difference, "low": low, "high": high,
            "people": 1000.0, "seeds": 8, "verdict": verdict}  # fmt: skip


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        (row("deaths", 50, -6, -7.5, -4.5), "about 12 % fewer (9 to 15 % fewer)"),
        (row("deaths", 50, 1.6, 0.02, 3.2), "about 3.2 % more (0.04 to 6.4 % more)"),
        (row("deaths", 2, 4, 3, 5), "about 3.0 times as many (2.5 to 3.5 times as many)"),
        (row("deaths", 0, 0.04, 0.02, 0.06), "about 4.0 more (2.0 to 6.0 more for every 100 000 people at risk)"),
        (row("provider_share", 0.32, -0.041, -0.052, -0.03),
         "about 4.1 percentage points lower (3.0 to 5.2 percentage points lower)"),
        # nobody can be fewer than none, nor a share less than nothing or more than all
        (row("deaths", 2, -1.6, -2.4, -0.8, "falls"), "about 80 % fewer (40 % fewer to none at all)"),
        (row("mean_fee", 2000, -1500, -2100, -900, "falls"), "about 75 % lower (45 % lower to nothing)"),
        (row("provider_share", 0.05, -0.04, -0.07, -0.01, "falls"),
         "about 4.0 percentage points lower (1.0 to 5.0 percentage points lower)"),
        (row("provider_share", 0.96, 0.02, 0.01, 0.06),
         "about 2.0 percentage points higher (1.0 to 4.0 percentage points higher)"),
        (row("mean_fee", 2000, 500, 300, 700), "about 25 % higher (15 to 35 % higher)"),
        (row("bribes", 2000, 5000, 4000, 6000), "about 3.5 times as high (3.0 to 4.0 times as high)"),
    ],
)  # fmt: skip
def test_a_change_with_its_interval(effect: dict, text: str) -> None:
    assert sizes.about(effect).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        (row("deaths", 50, 1, -2, 3.5), "anything from 4.0 % fewer to 7.0 % more"),
        (row("deaths", 5, 1, -6, 8), "anything from none at all to 2.6 times as many"),
        (row("deaths", 50, 1, 0, 2), "anything from no change to 4.0 % more"),
        (row("deaths", 0, 0.1, -0.1, 0.3), "anything from no change to 30 more for every 100 000 people at risk"),
        (row("deaths", 50, 1, math.nan, math.nan), ""),
    ],
)  # fmt: skip
def test_what_it_could_be(effect: dict, text: str) -> None:
    assert sizes.anything(effect).replace("\xa0", " ") == text


@given(st.floats(0.1, 1e4), st.floats(-0.2, 0.2), st.floats(0, 0.1))
def test_a_bound_either_way_holds_the_whole_interval_and_is_within_the_margin(
    baseline: float, share: float, half: float
) -> None:
    effect = row(
        "deaths", baseline, baseline * share, baseline * (share - half), baseline * (share + half), "undecided"
    )
    text = sizes.at_most(effect)
    widest = 100 * max(abs(share - half), abs(share + half))
    assert bool(text) == (widest <= 5) or math.isclose(widest, 5)
    if text:
        bound = float(text.removeprefix("less than ").partition("\xa0")[0])
        assert widest <= bound + 1e-6
        assert not sizes.at_most(effect | {"seeds": 5})
        assert not sizes.at_most(effect | {"verdict": "rises"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0321, "0.032"),
        (7.04, "7.0"),
        (12.34, "12"),
        (456.7, "457"),
        (1942.0, "1\xa0940"),
        (-3.0, "−3.0"),
    ],
)
def test_natural_numbers(value: float, text: str) -> None:
    assert sizes.natural(value) == text


def test_clauses_are_said_of_anything() -> None:
    assert clause("deaths", "about 3 % fewer") == "about 3 % fewer people die on journeys in a year"
    assert clause("savers", "about 3 % fewer").startswith("there are about 3 % fewer considerations that led to saving")
    assert clause("mean_fee", "about 3 % lower") == "the figure for mean smuggling fee is about 3 % lower"
    assert named("bribes") == "bribes paid"
