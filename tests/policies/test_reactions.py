"""Governments that react: on records, a year later, in their own region, and only where they are switched on."""

import numpy as np
import pytest

from sim.ground.table import Table
from sim.ledger.counters import C
from sim.rules.justice.records import Series, enter_borders, no_registers
from sim.scenario.scenario import Scenario
from sim.week.reactions import react
from sim.week.week import Week
from sim.world.fields import LEG_COLUMNS

SMALL = ["world=corridor", "people.size=6000", "time.years=4", "time.burn_in_weeks=30", "agency.meetings=100"]
REACTING = [*SMALL, "mechanisms.government_reaction=on"]


@pytest.fixture(scope="module")
def reacting(tools):
    return tools.run(Scenario.compose([*REACTING, "policy=visa_restriction", "policy.visa_restriction.start=60"]))


def test_nothing_moves_before_there_is_a_year_to_look_back_on(tools, reacting):
    plain = tools.run(Scenario.compose([*SMALL, "policy=visa_restriction", "policy.visa_restriction.start=60"]))
    assert tools.alike(plain, reacting, 30 + 52)
    assert not np.array_equal(plain.counters, reacting.counters, equal_nan=True)
    assert not plain.levers.reactions
    assert not plain.counters[:, C.CONTROL_ADDED].any()


def test_governments_move_levers_of_their_own_region_only(reacting):
    g, legs = reacting.state.governments, reacting.world.legs
    _, added = reacting.levers.reactions["border.control"]
    calm = g["salience"][legs.head] <= 0
    assert np.all(added[calm] == 0.0)
    assert set(reacting.levers.reactions) == {"border.control", "visa.slots_low", "visa.slots_high", "agency.staff"}


def test_more_stops_mean_more_control_and_fewer_visas():
    week = Week(Scenario.compose(REACTING), 1)
    for _ in range(30 + 53):
        week.advance()
    into = week.world.legs.head[0]
    week.state.legs["stops"][week.world.legs.head == into] += 400.0
    for _ in range(53):
        week.advance()
    g = week.state.governments
    assert g["salience"][into] > 1.0
    assert g["control"][into] > 0.0
    assert g["visas"][into] < 1.0
    mine = week.world.legs.head == into
    guarded = mine & (week.levers.start["border.control"] > 0)
    assert np.all(week.levers.now["border.control"][guarded] > week.levers.start["border.control"][guarded])
    assert np.all(week.levers.now["border.control"] < 1.0)


def test_staff_follows_cases_that_are_recorded_not_what_happens():
    found = []
    for recorded in (0.0, 500.0):
        week = Week(Scenario.compose(REACTING), 1)
        for _ in range(30 + 53):
            week.advance()
        week.state.registers.entries[week.done, :, Series.CASES] += recorded
        for _ in range(52):
            week.advance()
        found.append(week.state.governments["staff"].copy())
    assert np.all(found[1] >= found[0])
    assert found[1].max() == 3.0  # what a government pays at most
    assert np.all(found[0] >= 0.6)


# so much that police meet people in every kind of work
CASES = {"people.size": 12_000, "work.predatory_share": 0.25, "enforcement.raids": 0.2}


def reaction(tools, **settings):
    changed = CASES | {name.replace("__", "."): value for name, value in settings.items()}
    return tools.run(tools.lively(Scenario.compose([*REACTING, "time.years=2.2"])).replace(changed))


@pytest.fixture(scope="module")
def as_declared(tools):
    return reaction(tools)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("observation__missed", 0.9),
        ("observation__delay", 40.0),
        ("agency__mandate", 0.0),
        ("observation__records", False),
    ],
)
def test_governments_react_to_what_is_entered(tools, as_declared, name, value):
    other = reaction(tools, **{name: value})
    assert not np.array_equal(as_declared.state.governments["cases"], other.state.governments["cases"])
    assert not np.array_equal(as_declared.state.governments["staff"], other.state.governments["staff"])
    if name.startswith("observation"):  # the same happened until somebody read it
        assert tools.alike_but_records(as_declared, other, 30 + 52)


def test_records_that_nobody_reads_change_no_event(tools):
    quiet = tools.lively(Scenario.compose([*SMALL, "time.years=1.2"]))
    kept, missed, none = (
        tools.run(quiet.replace(change)) for change in ({}, {"observation.missed": 0.9}, {"observation.records": False})
    )
    for other in (missed, none):
        assert tools.alike_but_records(kept, other, kept.done)
        assert not tools.alike(kept, other, kept.done)


def test_without_records_nothing_is_seen_and_nothing_moves(tools):
    blind = reaction(tools, observation__records=False)
    g = blind.state.governments
    for name in ("stops", "cases", "deaths", "salience", "control"):
        assert not g[name].any(), name
    assert np.all(g["staff"] == 1.0)
    assert np.all(g["visas"] == 1.0)


def test_a_review_reads_the_year_before_it(as_declared):
    state, first = as_declared.state, as_declared.burn_in
    entries = state.registers.entries
    year = entries[first + 52 : first + 104].sum(axis=0)
    assert np.array_equal(state.governments["cases"], year[:, Series.CASES])
    assert np.array_equal(state.governments["stops"], year[:, Series.STOPS])
    stops = as_declared.counters[first + 52 : first + 104, C.INTERCEPTIONS].sum()
    assert year[:, Series.STOPS].sum() == stops > 0
    police = as_declared.counters[:, [C.RECORDED_POLICE_SEX, C.RECORDED_POLICE_OTHER]].sum()
    assert entries[..., Series.CASES].sum() == police > 0
    before = state.governments["staff"].copy()
    react(state, 105, entries[: first + 105])  # not at the end of a year
    assert np.array_equal(state.governments["staff"], before)


def test_stops_are_entered_once():
    registers, legs = no_registers(3, 2), Table("leg", LEG_COLUMNS, 3)
    legs["head"] = [0, 1, 0]
    legs["stops"] = [1.5, 0.0, 0.5]
    enter_borders(legs.records, registers, 0, 1.0)
    legs["stops"] = [4.0, 1.0, 1.0]
    enter_borders(legs.records, registers, 2, 0.0)
    assert registers.entries[:, :, Series.STOPS].tolist() == [[2.0, 0.0], [0.0, 0.0], [3.0, 1.0]]
    assert registers.entries[:, :, Series.DEATHS].tolist() == [[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]
