"""Communities abroad and the destinations that people consider."""

from dataclasses import replace

import numpy as np
import pytest

from sim.world.destinations import DISTANCE_EXPONENT, YEARS_COUNTED, communities, destination_sets, expected_gain
from sim.world.load import load_world
from sim.world.routes import Graph, clandestine_cost, least_between
from sim.world.world import MAX_DESTINATIONS, MAX_OFFERS


@pytest.fixture
def corridor():
    return load_world("corridor")


def ways(world):
    count = len(world.regions.name)
    weights = (world.legs.hours, clandestine_cost(world.legs))
    return [least_between(Graph.of(world.legs, count, weight)) for weight in weights]


def test_communities_follow_mass_and_distance(corridor):
    regions, (hours, _) = corridor.regions, ways(corridor)
    share = communities(regions, hours)
    here, near, far = (corridor.region(name) for name in ("poor_origin", "near_destination", "far_destination"))
    mass = regions.population * regions.wage_regular
    wanted = mass[far] / mass[near] * (hours[here, near] / hours[here, far]) ** DISTANCE_EXPONENT
    assert share[here, far] / share[here, near] == pytest.approx(wanted)
    assert share[far, far] == 1  # nowhere to go on to


def test_destinations_without_people_share_alike(corridor):
    hours, _ = ways(corridor)
    nobody = replace(corridor.regions, population=np.zeros(5))
    share = communities(nobody, hours)
    assert share[corridor.region("transit")].tolist() == [0, 0, 0, 0.5, 0.5]


def test_expected_gain_is_that_of_the_wage_one_would_have(corridor):
    regions, (_, cost) = corridor.regions, ways(corridor)
    gain = expected_gain(regions, cost)
    here, there = corridor.region("poor_origin"), corridor.region("near_destination")
    yearly = 52 * (regions.employment[there] * 290 - regions.employment[here] * 45)
    assert gain[here, 0, there] == pytest.approx(YEARS_COUNTED * yearly - cost[here, there])
    assert np.all(gain[here, 1] >= gain[here, 0])


def test_moving_on_from_a_destination_needs_a_reason(corridor):
    regions, (hours, cost) = corridor.regions, ways(corridor)
    near, far = corridor.region("near_destination"), corridor.region("far_destination")
    share = communities(regions, hours)
    assert destination_sets(regions, share, hours, cost)[near, 0, 0] == far
    wages = regions.wage_regular.copy()
    wages[far] = 500.0
    alike = replace(regions, wage_regular=wages, wage_irregular=0.6 * wages)
    assert destination_sets(alike, share, hours, cost)[near, 0, 0] == -1
    # whoever is stranded there on the way goes on to wherever is better
    assert destination_sets(alike, share, hours, cost, {near})[near, 1, 0] == far


def test_largest_community_and_nearest_place_come_first():
    world = load_world("subregions")
    _, cost = ways(world)
    for here in np.flatnonzero(world.regions.at_risk):
        for chosen in world.destinations[here]:
            known = chosen[chosen >= 0]
            assert 1 <= len(known) <= MAX_DESTINATIONS
            assert world.diaspora[here, known[0]] == max(world.diaspora[here, known])
            assert min(cost[here, known]) in cost[here, known[:2]]
        assert len({*world.destinations[here].ravel().tolist()} - {-1}) <= MAX_OFFERS
