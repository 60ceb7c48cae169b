"""The shipped policies: each file says everything, moves levers that exist and does what its name says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.declared.levers import LEVERS
from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.policies.policy import DEFAULTS, FIELDS, REQUIRED, Policy, completed, policy_from

FILES = sorted((configs_dir() / "policy").glob("*.yaml"))
NAMES = [path.stem for path in FILES]
CATALOGUE = {
    "none", "tighter_borders", "sealed_border", "regular_channels", "visa_restriction", "simplified_procedures",
    "deportation_drive", "document_security", "border_screening", "search_and_rescue", "danger_publicity",
}  # fmt: skip


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def policy(name: str, **changes: object) -> Policy:
    return policy_from(name, {**read(configs_dir() / "policy" / f"{name}.yaml"), **changes}, name)


def test_the_catalogue_is_there() -> None:
    assert set(NAMES) >= CATALOGUE


ORDER = ["name", "intent", "claims", "disputed", "dose", "max_dose", "start", "announce", "ramp", "end", "decay",
         "ownership", "implementation", "law_gap", "cost", "funded", "levers", "review"]  # fmt: skip


def test_every_file_has_its_first_line_and_the_fields_it_needs_in_the_same_order() -> None:
    assert set(ORDER) == set(FIELDS)
    for path in FILES:
        assert path.read_text(encoding="utf-8").splitlines()[0] == f"# @package policy.{path.stem}"
        fields = list(read(path))
        assert fields == [field for field in ORDER if field in fields], path
        assert set(REQUIRED) <= set(fields), path


def test_no_file_repeats_a_default() -> None:
    for path in FILES:
        assert {field: value for field, value in read(path).items() if DEFAULTS.get(field, field) == value} == {}, path


def test_the_defaults_are_as_declared() -> None:
    bare = {"name": "Mine", "intent": "x", "claims": [], "levers": []}
    made = policy_from("mine", bare, "mine")
    assert made == Policy("mine", "Mine", "x", ())
    assert DEFAULTS == {
        "disputed": [], "dose": 1, "max_dose": 1, "start": 0, "announce": 0, "ramp": 0, "end": None, "decay": 0,
        "ownership": 0, "implementation": 1, "law_gap": 0, "cost": 0, "funded": 0, "review": None,
    }  # fmt: skip
    assert policy_from("mine", completed(bare), "mine") == made


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


def test_every_field_without_a_default_is_asked_for() -> None:
    data = read(configs_dir() / "policy" / "raids.yaml")
    for field in REQUIRED:
        with pytest.raises(RequestError, match=f"lacks {field}"):
            policy_from("raids", {key: value for key, value in data.items() if key != field}, "raids")


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
