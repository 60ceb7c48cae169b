"""What reads each lever, derived from the code: by name, through a field of the law, through a field of a table."""

from __future__ import annotations

import importlib

import pytest

from sim.declared.levers import LEVERS
from sim.reference.readers import derived, readings, told


@pytest.mark.parametrize("lever", LEVERS)
def test_every_lever_is_read(lever: str) -> None:
    functions = readings()[lever].functions
    assert functions, f"{lever} is declared and nothing reads it"
    for name in functions:
        module, _, function = name.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function)), name


def test_a_rule_is_found_through_the_field_that_it_reads() -> None:
    found = readings()
    assert "sim.rules.moving.borders.chance_refused" in found["border.carrier_liability"].through["legs.refuses_forged"]
    assert (
        "sim.rules.justice.identification.after_the_meeting" in found["status.firewall"].through["law.status_firewall"]
    )
    assert "sim.conditions.incomes.incomes_at_home" in found["origin.development"].direct
    assert told("border.pushback").startswith("`sim.conditions.enacted.carriers_and_pushbacks`<br>by way of `legs.")


SET = "sim.conditions.some"
RULE = "sim.rules.some"


def test_the_way_of_a_lever_is_followed_by_one_field() -> None:
    """Through local names, calls and tuples of answers; neither its start nor a parameter of its name is a reading."""
    found = derived({
        SET: """
def set_legs(state):
    levers, legs = state.levers.now, state.legs
    legs["control"] = levers["border.control"] * 2.0
    legs["screening"], legs["danger"] = both(levers)
    doubled = 2.0 * levers["border.pushback"]
    doubled[0] += 1.0
    legs["pushback"][:] = doubled.ravel()

def both(levers):
    return 1.0 - levers["border.screening"], levers["border.search_and_rescue"]

def other(state, values):
    state.regions["alarm"] = values["origin.fear_campaign"] + state.levers.start["origin.fear_campaign"]
    state.world.legs["loss"] = state.levers.now["visa.wait"]
""",
        RULE: """
def cross(s, people, i, leg):
    here = s.legs[leg]
    return here.screening + s.law[i].police_watch + people.row[i].control

def swim(legs, leg):
    legs[leg].pushback = 0.0
    return legs[leg].danger

def wait(rules, p):
    return rules.screening + p.legs.danger
""",
    })  # fmt: skip
    assert found["border.control"].direct == (f"{SET}.set_legs",)
    assert found["border.control"].through == {}, "the control of a person is another field"
    assert found["border.screening"] == ((f"{SET}.both",), {"legs.screening": (f"{RULE}.cross",)})
    assert found["border.search_and_rescue"] == ((f"{SET}.both",), {"legs.danger": (f"{RULE}.swim",)})
    assert found["border.pushback"] == ((f"{SET}.set_legs",), {}), "to write is not to read"
    assert found["police.watch"] == ((), {"law.police_watch": (f"{RULE}.cross",)})
    assert found["origin.fear_campaign"] == ((), {})
    assert found["visa.wait"] == ((f"{SET}.other",), {})
    assert found["agency.staff"].functions == []
