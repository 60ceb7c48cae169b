"""The shipped policies: each file says everything, moves levers that exist and does what its name says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.configuration.folders import check_header, configs_dir
from sim.errors import RequestError
from sim.policies.levers import LEVERS
from sim.policies.policy import FIELDS, Policy, policy_from

FILES = sorted((configs_dir() / "policy").glob("*.yaml"))
NAMES = [path.stem for path in FILES]
REQUIRED = {
    "none", "tighter_borders", "sealed_border", "regular_channels", "visa_restriction", "simplified_procedures",
    "deportation_drive", "document_security", "border_screening", "search_and_rescue", "danger_publicity",
}  # fmt: skip


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def policy(name: str, **changes: object) -> Policy:
    return policy_from(name, {**read(configs_dir() / "policy" / f"{name}.yaml"), **changes}, name)


def test_the_catalogue_is_there() -> None:
    assert set(NAMES) >= REQUIRED


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_the_first_line_gives_the_policy_its_place(path: Path) -> None:
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"# @package policy.{path.stem}"
    check_header(path)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_field_is_listed_in_the_same_order(path: Path) -> None:
    order = ["name", "intent", "claims", "disputed", "dose", "max_dose", "start", "announce", "ramp", "end", "decay",
             "ownership", "implementation", "law_gap", "cost", "funded", "levers"]  # fmt: skip
    assert list(read(path)) == order
    assert set(order) == set(FIELDS)


@pytest.mark.parametrize("name", NAMES)
def test_every_policy_is_valid_up_to_its_largest_dose(name: str) -> None:
    made = policy(name)
    assert made.key == name
    assert policy(name, dose=made.max_dose).dose == made.max_dose
    if made.max_dose < 100:
        with pytest.raises(RequestError, match="above its max_dose"):
            policy(name, dose=made.max_dose + 0.01)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"none"}))
def test_every_policy_moves_something_and_says_why(name: str) -> None:
    made = policy(name)
    assert made.levers
    assert made.claims
    assert made.intent
    assert {move.lever for move in made.levers} <= set(LEVERS)


@pytest.mark.parametrize("name", NAMES)
def test_no_policy_moves_a_lever_twice(name: str) -> None:
    # a region can have two roles, so two moves of one lever could add up there
    moved = [move.lever for move in policy(name).levers]
    assert len(set(moved)) == len(moved)


def test_the_inert_policy_is_inert() -> None:
    assert policy("none").levers == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_field_can_be_left_out_by_mistake_and_is_then_named(name: str) -> None:
    data = read(configs_dir() / "policy" / f"{name}.yaml")
    for field in FIELDS:
        with pytest.raises(RequestError, match=field):
            policy_from(name, {key: value for key, value in data.items() if key != field}, name)


@given(
    week=st.floats(-500, 2000), dose=st.floats(0, 1), ramp=st.floats(0, 200), start=st.floats(0, 200),
    lasts=st.floats(1, 500), decay=st.floats(0, 500), ownership=st.floats(0, 1),
)  # fmt: skip
def test_strength_stays_between_nothing_and_the_dose(
    week: float, dose: float, ramp: float, start: float, lasts: float, decay: float, ownership: float
) -> None:
    made = policy(
        "tighter_borders", dose=dose, ramp=ramp, start=start, end=start + lasts, decay=decay, ownership=ownership,
        implementation=1,
    )  # fmt: skip
    strength = made.strength(week)
    assert 0 <= strength <= dose
    if week < start:
        assert strength == 0


@given(dose=st.floats(0, 1), week=st.floats(0, 2000))
def test_strength_rises_with_the_dose_and_while_it_ramps_up(dose: float, week: float) -> None:
    assert policy("tighter_borders", dose=dose).strength(week) <= policy("tighter_borders", dose=1).strength(week)
    made = policy("tighter_borders")
    assert made.strength(week) <= made.strength(week + 1)


@given(x=st.floats(0, 0.999))
def test_dose_zero_returns_the_start_value_bit_for_bit(x: float) -> None:
    made = policy("tighter_borders", dose=0)
    start = np.array([x])
    assert made.strength(1000) == 0
    assert (start + made.strength(1000) * (made.levers[0].target(start) - start)).tobytes() == start.tobytes()
