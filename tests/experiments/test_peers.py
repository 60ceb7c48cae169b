"""The migrant's week in Mesa objects: its intervals, and that it agrees with the kernels on the same people."""

import numpy as np
import pytest

from experiments.peers import agreement, born, kernels
from experiments.peers.agreement import MEASURES, Plan
from experiments.peers.codes import HOME, TRAVELLING
from experiments.peers.corridor import Corridor
from experiments.peers.places import people_of, places_of, prepare

# what moves most people, told apart to a tenth; everything else to a third
LARGE = {"departures_regular", "departures_alone", "departures_provider", "arrivals_regular", "arrivals_alone"}


def test_joint_intervals_are_wider_than_one_and_hold_the_mean_difference():
    mesa = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, 5.0]])
    compiled = np.array([[1.0, 4.0], [1.0, 4.0], [1.0, 4.0], [1.0, 4.0]])
    near, far = agreement.joint_intervals(mesa, compiled, ("near", "far"))
    # t with 3 degrees of freedom at 1 - 0.05 / 4 is 4.177; the standard error of 0, 1, 2, 3 is 0.6455
    assert near.difference == pytest.approx(1.5)
    assert near.half == pytest.approx(4.1765 * 0.6455, rel=1e-3)
    assert near.holds
    assert (far.difference, far.half, far.holds) == (1.0, 0.0, False)
    assert agreement.table_of([near, far]).row_count == 2


def test_shortfall_of_equal_incomes_is_what_one_lacks():
    assert born.expected_shortfall(0.25, 0.0) == 0.75
    assert born.expected_shortfall(2.0, 0.0) == 0.0
    assert born.expected_shortfall(1.0, 0.5) == pytest.approx(0.19741, abs=1e-5)  # 2·Φ(0.25) - 1


def test_a_few_weeks_of_a_few_people():
    plan = Plan(people=400, before=2, weeks=6)
    week = plan.week(3)
    weekly = prepare(week)
    model = Corridor(places_of(week, weekly), people_of(week), week.week, 3)
    first = sum(person.stage == HOME for person in model.agents)
    for _ in range(plan.weeks):
        model.step()
    counted, seconds = kernels.run(week, weekly, plan.weeks)
    assert len(model.agents) == plan.people
    assert model.count["considerations"] > 0
    assert all(person.route >= 0 for person in model.agents if person.stage == TRAVELLING)
    assert 0 < sum(person.stage == HOME for person in model.agents) <= first + plan.people // 10
    assert set(counted) <= set(kernels.COUNTED) | {"clients", "walk_away"}
    assert seconds > 0


@pytest.mark.slow
def test_the_mesa_version_and_the_kernels_agree():
    found = {one.measure: one for one in agreement.agreement(Plan(), range(1, 41))}
    assert set(found) == set(MEASURES)
    assert not [one for one in found.values() if not one.holds]
    # intervals that hold everything would say nothing
    most = {one.measure: max((0.1 if one.measure in LARGE else 0.35) * one.kernels, 0.02) for one in found.values()}
    wide = [one for one in found.values() if one.half > most[one.measure]]
    assert not wide


@pytest.mark.slow
def test_a_world_that_differs_is_seen():
    def deadlier(places):
        for leg in places.legs:
            leg.danger = min(2 * leg.danger, 0.5)

    def better_watched(places):
        for leg in places.legs:
            leg.control = min(1.3 * leg.control, 0.99)

    for change, seen in ((deadlier, "deaths"), (better_watched, "interceptions")):
        found = agreement.agreement(Plan(), range(1, 13), change)
        assert seen in {one.measure for one in found if not one.holds}
