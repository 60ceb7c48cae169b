"""What is copied for held mechanisms is there to be copied, and no switch that can be held is left out."""

import numpy as np
import pytest

from sim.declared.switches import SWITCHES
from sim.ground.table import Table
from sim.scenario.scenario import Scenario
from sim.state.state import State
from sim.week.hold import BEFORE, HELD, copy_held, read_from_twin
from sim.week.plan import PHASES

CAN_BE_HELD = sorted(name for name, switch in SWITCHES.items() if "hold" in switch.options)
ITEMS = [(name, item) for name, items in HELD.items() for item in items]
MOMENTS = (BEFORE, *(phase.name for phase in PHASES))


def a_state(people=300):
    return State(Scenario.compose(["world=corridor", f"people.size={people}"]), 1)


@pytest.fixture(scope="module")
def state():
    return a_state()


@pytest.mark.parametrize(("name", "item"), ITEMS, ids=[f"{name}, {item.table}" for name, item in ITEMS])
def test_what_is_held_is_there(name, item, state):
    assert item.after in MOMENTS
    if not item.fields:
        array = getattr(state.s, item.table)
        assert item.position is None or 0 <= item.position < array.shape[-1]
        return
    table = getattr(state, item.table)
    assert isinstance(table, Table)
    assert len(set(item.fields)) == len(item.fields)
    for field in item.fields:
        assert field in table
        assert item.position is None or 0 <= item.position < table[field].shape[-1]


def test_every_switch_that_can_be_held_is_copied_or_read_from_the_twin(state):
    read_from_twin(CAN_BE_HELD, state, a_state())
    assert not set(HELD) & set(state.held)
    assert sorted({*HELD, *state.held}) == CAN_BE_HELD


def arrays_of(state, item):
    """The arrays of a table by name, or the one array that is meant by itself."""
    table = getattr(state, item.table) if item.fields else {"": getattr(state.s, item.table)}
    return {field: table[field] for field in table}


@pytest.mark.parametrize("name", HELD)
def test_what_is_named_is_copied_at_its_moment_and_nothing_else(name):
    mine, twin, untouched = a_state(), a_state(), a_state()
    for item in HELD[name]:
        for field, values in arrays_of(twin, item).items():
            if not (item.same and field in ("active", "generation")):
                values[:] = 1
    for moment in MOMENTS:
        copy_held([name], moment, mine, twin)
        for item in HELD[name]:
            if item.after != moment:
                continue
            found, before = arrays_of(mine, item), arrays_of(untouched, item)
            for field, values in found.items():
                expected = before[field].copy()
                if field in (item.fields or ("",)):
                    at = ... if item.position is None else (..., item.position)
                    expected[before["active"] == 1 if item.same else at] = 1
                assert np.array_equal(values, expected), (item.table, field)


def test_what_agents_know_is_copied_only_to_the_same_agents():
    mine, twin = a_state(6000), a_state(6000)
    there = np.flatnonzero(mine.traffickers["active"])
    twin.traffickers["crossings"] = 1.0
    twin.traffickers["generation"][there[0]] += 1
    twin.traffickers["active"][there[1]] = 0
    copy_held(["experience"], BEFORE, mine, twin)
    known = mine.traffickers["crossings"].any(axis=1)
    assert set(np.flatnonzero(known)) == set(there[2:])
    assert len(there) > 2
