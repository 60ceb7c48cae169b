"""Mechanisms that have learned to be held: each is that of the twin, and none without a policy changes anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, NEVER, Bound, Creditor, Legal
from sim.decisions.held import NOT_HELD, PERSONS
from sim.declared.switches import SWITCHES
from sim.scenario.scenario import Scenario
from sim.week.hold import BEFORE, copy_held, in_both
from sim.week.week import Week
from tests.behaviour.conftest import LIVELY, SETTINGS
from tests.behaviour.held_together import HELD_TOGETHER, MOVES, WORDS
from tests.behaviour.shown import with_moves

EVERY_MECHANISM = {
    f"mechanisms.{name}": "on" for name, item in SWITCHES.items() if "on" in item.options and item.default == "off"
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def plain():
    return Scenario.compose(SETTINGS).replace(LIVELY | EVERY_MECHANISM | WORDS)


@pytest.fixture(scope="module")
def moved(plain):
    return with_moves(plain, *MOVES)


@pytest.fixture(scope="module")
def plain_run(plain, tools):
    return tools.run(plain)


@pytest.fixture(scope="module")
def moved_run(moved, tools):
    return tools.run(moved)


def alike(name, one, other):
    """Share of what a mechanism is read from that is the same, of rows that the same agent has run equally long."""
    array, table = HELD_TOGETHER[name]
    same = array(one) == array(other)
    if table:
        mine, theirs = one.tables[table], other.tables[table]
        same = same[in_both(mine, theirs) & (mine["entered"] == theirs["entered"])]
    return same.mean()


@pytest.mark.parametrize("name", sorted(HELD_TOGETHER))
def test_a_held_mechanism_is_that_of_the_twin(name, moved, moved_run, plain_run):
    held = Week(moved.replace({f"mechanisms.{name}": "hold"}), 1)
    strangers = 0
    while held.done < held.weeks_total:
        held.advance()
        if name == "venue_displacement":  # who would have moved may be there no more, and nobody else moves
            own, theirs = held.state.s.owner_moves, held._twin.state.s.owner_moves
            strangers += (own[own >= 0] != theirs[own >= 0]).sum()
    copy_held(held._held, BEFORE, held.state, held._twin.state)  # arrays from which a week starts
    twin = held._twin
    assert np.array_equal(twin.counters, plain_run.counters, equal_nan=True)
    assert not np.array_equal(held.counters, moved_run.counters, equal_nan=True)  # it matters that it is held
    assert not np.array_equal(held.counters, plain_run.counters, equal_nan=True)  # and the others are not
    if name == "venue_displacement":
        assert strangers == 0
    else:  # what an enterprise or a place does is taken over when it looks, which one of whom nobody is free does not
        least = 0.95 if HELD_TOGETHER[name].table else 1.0
        assert alike(name, held, twin) >= least
        # those who were on paper have been found out by the end, and who took up handing people over has closed
        assert name in ("paper_compliance", "portfolio") or least > alike(name, moved_run, plain_run)


def test_holding_all_of_them_without_a_dose_changes_nothing(moved, plain_run, tools):
    idle = tuple(replace(policy, dose=0.0) for policy in moved.policies)
    held = replace(moved.replace({f"mechanisms.{name}": "hold" for name in HELD_TOGETHER}), policies=idle)
    week = tools.run(held)
    assert week._twin is not None
    assert tools.fingerprint(week) == tools.fingerprint(plain_run)


# on whom or what a mechanism acts that cannot be held: the table, and which of its rows
ACTS_ON = {
    "own_experience": ("migrants", lambda m: m["own_tries"] > 0),
    "return_stigma": ("migrants", lambda m: m["stigma"] > 0),
    "claim_enforcement": ("migrants", lambda m: m["bound"] & Bound.OWES > 0),
    "rescue_vacancy": ("venues", lambda v: (v["active"] == 1) & (v["vacant_since"] < NEVER)),
    "weekly_charges": ("migrants", lambda m: (m["creditor_kind"] == Creditor.VENUE) & (m["debt"] > 0)),
    "households": ("migrants", lambda m: (m["household"] >= 0) & (m["here"] != m["home"])),
    "job_contracts": ("migrants", lambda m: m["legal"] == Legal.REGULAR),
    "recognition": ("migrants", lambda m: m["exploited_since"] > LONG_AGO),
}
# on people in protection, on cases and on what is known of single places, of which there are too few here
TOO_RARE = {"conclusive_decisions", "insecure_shelter", "threats", "frozen_capital", "intelligence"}


def test_all_that_act_on_persons_are_named():
    assert set(ACTS_ON) | TOO_RARE == set(NOT_HELD[PERSONS])


@pytest.mark.parametrize("name", sorted(ACTS_ON))
def test_what_acts_on_persons_would_meet_others_if_it_were_replayed(name, moved_run, plain_run):
    """Of those on whom a mechanism acts in one world many are in another state in the other, or not there at all."""
    table, acts_on = ACTS_ON[name]
    here, there = acts_on(moved_run.tables[table]), acts_on(plain_run.tables[table])
    assert here.any()
    assert (here & ~there).sum() > 0.1 * here.sum()
