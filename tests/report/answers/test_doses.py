"""Doses in words: every lever with every operation makes a sentence that can be read, and says the number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.declared.levers import LEVERS
from sim.policies.policy import OPERATIONS, Move
from sim.reference import registry
from sim.report.answers import dose_in_words
from sim.report.answers.doses import place_in_words
from sim.scenario.scenario import Scenario

VALUES = {  # set, add, scale
    "share": (0.6, 0.15, 3.0),
    "ratio": (0.5, 0.3, 1.5),
    "weeks": (12.0, 4.0, 0.5),
    "days": (90.0, 30.0, 2.0),
    "US$": (4000.0, 500.0, 0.5),
    "US$/week": (300.0, 50.0, 1.5),
    "years of pay": (4.0, 2.0, 3.0),
    "weeks of pay": (8.0, 2.0, 0.5),
    "/year": (0.25, 0.3, 2.0),
    "people": (5.0, 4.0, 2.0),
    "per 1000 at risk": (50.0, 5.0, 0.2),
    "per 1000 at risk and year": (50.0, 5.0, 0.2),
}
OF_DECLARATIONS = re.compile(r"_|\w\.\w|\bnan\b|\binf\b|/|per 1000|\bratio\b|set to|\bset\b(?! at)")


@pytest.mark.parametrize("name", LEVERS)
@pytest.mark.parametrize("op", OPERATIONS)
def test_every_lever_makes_a_sentence_with_every_operation(name: str, op: str) -> None:
    lever = LEVERS[name]
    text = dose_in_words(Move(name, op, VALUES[lever.unit][OPERATIONS.index(op)]))
    assert text[0].isupper()
    assert text.endswith(".")
    assert len(text.split()) > 5
    assert not OF_DECLARATIONS.search(re.sub(r"\d\.\d", "0", text)), text
    assert "  " not in text
    assert not re.search(r"share of them|^(?:In .* cases )?(?:they|their)\b", text), "of whom is it said?"


EXAMPLES = """
border.control add 0.15
    In 15 more of 100 cases than before an unaided, unskilled crossing of a leg is detected.
border.control add -0.1
    In 10 fewer of 100 cases than before an unaided, unskilled crossing of a leg is detected.
border.control scale 2
    Twice as often as before, an unaided, unskilled crossing of a leg is detected.
border.control scale 0
    In no case an unaided, unskilled crossing of a leg is detected.
protection.permit set 1
    In every case a person who is protected obtains a permit to stay.
work.inspection add 0.25
    The share of workplaces inspected in a year, where inspection reaches, rises by 25 of every 100.
visa.slots_low scale 3
    The number of low-skilled visas granted from an origin to a destination is tripled.
visa.staff set 500
    The number of applications that consulates can decide is set at 500 a year for every 1 000 people at risk.
visa.price set 4000
    What the state charges for a visa that is granted is set at US$ 4 000.
visa.wait scale 0.5
    The number of weeks between a visa application and the decision is halved.
protection.reflection_days set 90
    The time to recover and decide without having to testify is set at 90 days.
work.employer_penalty set 1
    The penalty for each person found working without status or below going terms is set at 1 year of pay.
agency.mandate set 1
    How far the law reaches beyond commercial sex is set at 1 (0 not at all, 1 to all work).
demand.buyer_penalty set 0.6
    The believed penalty of buying, as a share of the price, is set at 60 %.
origin.development add 0.3
    By how much incomes there rise, over those at the start, rises by 30 percentage points.
society.stigma scale 0.8
    The shame that falls on people who were exploited in commercial sex, over the usual, falls by 20 %.
integrity.rotation set 1
    How often officials are moved to another post is set at 1 time a year.
police.community set 0.8
    How far police are known and trusted where people live is set at 80 on a scale from 0 (not at all) to 100 (fully).
"""


@pytest.mark.parametrize("example", re.split(r"\n(?! )", EXAMPLES.strip()))
def test_examples(example: str) -> None:
    what, _, text = example.partition("\n    ")
    lever, op, value = what.split()
    assert dose_in_words(Move(lever, op, float(value))).replace("\xa0", " ") == text


def test_a_hazard_says_what_it_makes_of_a_hundred_people() -> None:
    text = dose_in_words(Move("status.regularisation", "set", 0.25))
    assert text.endswith("is set at 0.25 a year, which is about 22 of 100 people in a year.")


@given(st.sampled_from(sorted(LEVERS)), st.floats(0.01, 0.99))
def test_what_is_set_or_added_is_in_the_sentence(name: str, share: float) -> None:
    lever = LEVERS[name]
    value = round(lever.low + share * (min(lever.high, lever.low + 100) - lever.low), 3)
    shown = {float(f"{scale * abs(value):.3g}") for scale in (1, 100)}
    for op in ("set", "add"):
        text = dose_in_words(Move(name, op, value)).replace("\xa0", "").replace("\N{MINUS SIGN}", "")
        found = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
        assert shown & found, text


@pytest.mark.parametrize(
    ("lever", "where", "text"),
    [
        (
            "demand.buyer_penalty",
            {"role": "destination", "sector": "commercial_sex"},
            "in destinations, in commercial sex",
        ),
        ("border.control", {"mode": "air", "role": "destination"}, "on ways by air, to destinations"),
        ("free_movement", {"origin_role": "transit", "role": "destination"}, "from places of transit, to destinations"),
        ("agency.staff", {"agency": "specialised_police"}, "for specialised police"),
        ("visa.wait", {"origin": "poor_origin", "destination": "rich_place"}, "from Poor Origin, to Rich Place"),
        ("police.raids", {"bloc": "north"}, "in the bloc north"),
        ("police.raids", {}, ""),
    ],
)
def test_places(lever: str, where: dict[str, str], text: str) -> None:
    move = Move(lever, "add", 0.1, tuple(where.items()))
    assert place_in_words(move) == text
    assert dose_in_words(move).lower().startswith(f"{text}: ".lower() if text else "the share")


@pytest.mark.parametrize(
    "row", [row for row in registry.policies().to_dict("records") if len(row["moves"])], ids=lambda row: row["name"]
)
def test_every_shipped_policy_is_told(row) -> None:
    assert len(row["does"]) == len(row["moves"])
    for text in row["does"]:
        assert text.endswith(".")
        assert not OF_DECLARATIONS.search(re.sub(r"\d\.\d", "0", text)), text


def test_a_policy_is_told_at_its_dose_with_where_levers_start() -> None:
    def told(*words: str) -> str:
        scenario = Scenario.compose(["world=corridor", *words])
        return dose_in_words(scenario.policies[0], scenario)

    assert told("policy=tighter_borders", "policy.dose=0.5").startswith(
        "In 7.5 more of 100 cases than before an unaided"
    )
    assert "is multiplied by 2.8" in told("policy=regular_channels")  # tripled, of which nine tenths come about
    half = told("policy=demand_criminalisation", "policy.dose=0.5")
    assert "is set at 60\xa0% instead of 0" in half
    assert "in practice it comes 40\xa0% of the way to what is set, less where law is weak" in half
    assert re.search(
        r"set at 90 days instead of \d+ to \d+; in 0 of 100 cases instead of 80 ", told("policy=reflection_period")
    )
