"""A move that the range of its lever leaves nothing of is refused; one that it cuts off is noted."""

import numpy as np
import pytest

from sim.declared.parameters import PARAMETERS
from sim.ground.errors import RequestError
from sim.policies.policy import Move
from sim.policies.reach import reach_of
from sim.policies.start import start_values, starts_a_lever
from sim.scenario.scenario import Scenario

MOVE = "policy.development_aid.levers.0"
LESS = {f"{MOVE}.op": "add", f"{MOVE}.value": -0.3}
NOTHING_LEFT = r"add -0\.3 changes nothing: the lever is 0 .*its range is 0 to "


def aid(*words):
    return Scenario.compose(["world=corridor", "policy=development_aid", *words])


def test_a_move_without_any_effect_names_value_and_range():
    with pytest.raises(RequestError, match=NOTHING_LEFT):
        aid(*(f"{name}={value}" for name, value in LESS.items()))


def test_the_same_is_refused_in_a_replacement():
    with pytest.raises(RequestError, match=NOTHING_LEFT):
        aid().replace(LESS)


def test_at_dose_0_nothing_is_meant_to_move():
    idle = aid("policy.dose=0").replace(LESS)
    with pytest.raises(RequestError, match=NOTHING_LEFT):
        idle.replace({"policy.dose": 1.0})


def test_a_parameter_that_puts_the_start_at_the_end_of_the_range_is_seen():
    move = "policy.firewall_and_back_pay.levers.0"
    scenario = Scenario.compose(["world=corridor", "policy=firewall_and_back_pay"])
    added = scenario.replace({f"{move}.op": "add", f"{move}.value": 0.1})
    with pytest.raises(RequestError, match="the lever is 1 "):
        added.replace({"enforcement.firewall": 1.0})


def test_every_parameter_that_moves_a_start_is_known_to(corridor):
    plain = start_values(corridor.world, corridor.values)
    for name, parameter in PARAMETERS.items():
        value = corridor.values[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        other = parameter.low if value != parameter.low else parameter.high
        moved = start_values(corridor.world, dict(corridor.values) | {name: other})
        if any(not np.array_equal(plain[lever], moved[lever]) for lever in plain):
            assert starts_a_lever(name), name


def test_what_is_cut_off_is_noted_and_what_is_not_is_silent():
    notes = Scenario.compose(["world=corridor", "people.size=50000", "policy=tighter_borders"]).notes()
    assert len(notes) == 1
    assert "border.control" in notes[0]
    assert "of 13 legs, the end of its range (0 to 0.999 share)" in notes[0]
    assert Scenario.compose(["world=corridor", "people.size=50000", "policy=danger_publicity"]).notes() == []


def test_a_lever_that_is_already_there_is_noted_and_not_refused():
    start = {"border.control": np.array([0.2, 0.2])}
    everywhere = np.ones(2, bool)
    for op, value in (("set", 0.2), ("scale", 1.0), ("add", 0.0)):
        assert "changes nothing in this world" in reach_of(start, Move("border.control", op, value), everywhere, "p")
    assert reach_of(start, Move("border.control", "add", 0.1), everywhere, "p") == ""


def test_where_it_is_cut_off_is_counted():
    start = {"border.control": np.array([0.2, 0.95])}
    note = reach_of(start, Move("border.control", "add", 0.1), np.ones(2, bool), "p")
    assert "in 1 of 2 legs" in note
