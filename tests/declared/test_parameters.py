"""Declarations of parameters and switches, and the reading of values with units."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.ground.quantities import to_unit

NUMBERS = [item for item in PARAMETERS.values() if not item.options and not isinstance(item.default, bool)]


def test_every_default_is_allowed_and_keeps_its_type() -> None:
    for name, item in PARAMETERS.items():
        value = item.check(item.default)
        assert value == item.default, name
        assert type(value) is type(item.default), name


def test_every_parameter_says_what_it_means_and_what_it_rests_on() -> None:
    for name, item in PARAMETERS.items():
        assert item.meaning, name
        assert item.evidence, name
        assert item.grade in {"E", "Q", "T", "A", "-"}, name
        assert (item.grade == "-") == (item.evidence == "assumed"), name


@pytest.mark.parametrize("item", SWITCHES.values(), ids=SWITCHES)
def test_every_switch_accepts_its_options_and_the_words_of_yaml(item) -> None:
    assert [item.check(option) for option in item.options] == list(item.options)
    if {"on", "off"} <= set(item.options):
        assert [item.check(value) for value in (True, False, "true", "False", "ON")] == ["on", "off", "on", "off", "on"]
    with pytest.raises(RequestError, match=f"mechanisms.{item.name}"):
        item.check("maybe")


@settings(max_examples=2000)
@given(item=st.sampled_from(NUMBERS), share=st.floats(0, 1))
def test_any_number_in_the_range_passes_and_reads_the_same_as_text(item, share: float) -> None:
    value = item.low + share * (item.high - item.low)
    if item.whole:
        value = int(value)
    assert item.check(value) == value
    assert item.check(repr(value)) == value


def test_numbers_outside_the_range_are_refused_with_the_range() -> None:
    for item in NUMBERS:
        for value in (item.low - 1, item.high + 1):
            with pytest.raises(RequestError, match=f"(?s){item.name}.*outside its range"):
                item.check(value)


@pytest.mark.parametrize("value", [None, True, "abc", "", "3 4", [1], {"a": 1}, math.nan, math.inf, "nan", "1e999"])
def test_what_is_not_a_number_is_refused(value: object) -> None:
    with pytest.raises(RequestError, match=r"visa\.wait"):
        PARAMETERS["visa.wait"].check(value)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("90 days", "weeks", 90 / 7),
        ("1 year", "weeks", 365.25 / 7),
        ("6 months", "years", 0.5),
        ("0.3 /year", "/year", 0.3),
        ("0.3 per year", "/year", 0.3),
        ("0.1 /week", "/year", 0.1 * 365.25 / 7),
        ("US$ 2000", "US$", 2000),
        ("2000 US$", "US$", 2000),
        ("$60 / week", "US$/week", 60),
        ("45 %", "share", 0.45),
        ("45%", "share", 0.45),
        ("2_000", "count", 2000),
        (" 7 ", "weeks", 7),
    ],
)
def test_a_unit_in_the_text_is_converted(text: str, unit: str, value: float) -> None:
    assert to_unit(text, unit, "x") == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit"), [("90 days", "US$"), ("US$ 5", "weeks"), ("3 weeks", "share"), ("5 %", "weeks")]
)
def test_a_unit_of_another_kind_is_refused(text: str, unit: str) -> None:
    with pytest.raises(RequestError, match="different kind of quantity"):
        to_unit(text, unit, "x")


@given(number=st.floats(-1e6, 1e6), unit=st.sampled_from(["weeks", "US$", "share", "years", "US$/week", "/year"]))
def test_a_number_with_its_own_unit_is_the_bare_number(number: float, unit: str) -> None:
    assert to_unit(f"{number!r} {unit}", unit, "x") == number


def test_whole_numbers_stay_whole() -> None:
    assert PARAMETERS["people.size"].check("2000.0") == 2000
    assert isinstance(PARAMETERS["people.size"].check(2000.0), int)
    with pytest.raises(RequestError, match="whole number"):
        PARAMETERS["people.size"].check(2000.5)


def test_options_name_the_nearest() -> None:
    with pytest.raises(RequestError, match="did you mean 'plain'"):
        PARAMETERS["choice.rule"].check("plane")
