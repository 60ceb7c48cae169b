"""Numbers are told to as many digits as are known."""

from __future__ import annotations

import math

import pytest

from sim.evaluation.numbers import beside, number, signed


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.5, "0.5"), (1.0, "1"), (6.458, "6.5"), (35.64, "36"), (0.0553, "0.055"), (12345.6, "12 346"), (0.0, "0")],
)
def test_two_digits_and_no_more(value, said):
    assert number(value) == said


def test_signs_and_what_is_not_known():
    assert signed(-4.57) == "−4.6"
    assert signed(0.0) == "0"
    assert signed(math.nan) == "an unknown amount"
    assert number(math.nan) == "–"


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [(24.4, 2.0, "24 ± 2"), (14.52, 0.97, "14.5 ± 1.0"), (0.378, 0.081, "0.38 ± 0.08"), (0.156, 4.3, "0 ± 4"),
     (0.0, 0.0, "0 ± 0"), (3.21, math.nan, "3.2"), (math.nan, 1.0, "–")],
)  # fmt: skip
def test_a_value_is_told_to_the_first_digit_of_its_error(value, error, said):
    assert beside(value, error) == said
