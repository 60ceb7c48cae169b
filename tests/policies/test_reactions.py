"""Governments that react: on records, a year later, in their own region, and only where they are switched on."""

import numpy as np
import pytest

from sim.observation.counters import C
from sim.scenario import Scenario
from sim.week import Week

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
    week.state.flows.stops[week.world.legs.head == into] += 400.0
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
        week.state.tally.identified[:] += recorded
        for _ in range(52):
            week.advance()
        found.append(week.state.governments["staff"].copy())
    assert np.all(found[1] >= found[0])
    assert found[1].max() == 3.0  # what a government pays at most
    assert np.all(found[0] >= 0.6)
