"""Route search against the readable twin: every simple path, enumerated by networkx and sorted."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.world.routes import (
    DEATH_WORTH,
    Graph,
    cheapest_first,
    clandestine_cost,
    fastest,
    least_between,
    least_to,
    route_set,
    route_weight,
)
from sim.world.world import MAX_LEGS, MAX_ROUTES, Legs, Mode

legs = st.tuples(
    st.integers(0, 5), st.integers(0, 5), st.sampled_from([int(mode) for mode in Mode]), st.integers(0, 20)
).filter(lambda leg: leg[0] != leg[1])


@st.composite
def graphs(draw):
    found = {leg[:3]: leg[3] for leg in draw(st.lists(legs, min_size=1, max_size=14))}
    tail, head, mode = (np.array(column, np.int32) for column in zip(*found, strict=True))
    return Graph(6, tail, head, mode, np.array(list(found.values()), float))


def every_route(graph, start, end):
    """All simple routes, cheapest first: slow and plain."""
    network = nx.MultiDiGraph()
    network.add_nodes_from(range(graph.regions))
    for leg, (tail, head) in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), strict=True)):
        network.add_edge(tail, head, key=leg)
    found = [
        tuple(key for _, _, key in path) for path in nx.all_simple_edge_paths(network, start, end, cutoff=MAX_LEGS)
    ]
    return sorted(found, key=lambda route: (route_weight(graph, route), len(route), route))


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_finds_every_route_in_order(graph):
    for start, end in ((0, 1), (2, 5)):
        wanted = every_route(graph, start, end)
        found = list(cheapest_first(graph, start, end))
        assert sorted(found) == sorted(wanted)
        assert [route_weight(graph, route) for route in found] == [route_weight(graph, route) for route in wanted]


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_route_sets(graph):
    start, end = 0, 1
    wanted = every_route(graph, start, end)
    chosen = route_set(graph, start, end)
    assert len(chosen) == len(set(chosen)) == min(len(wanted), MAX_ROUTES)
    assert set(chosen) <= set(wanted)
    weights = [route_weight(graph, route) for route in chosen]
    assert weights == sorted(weights)
    if not wanted:
        return
    assert weights[0] == route_weight(graph, wanted[0])
    for route in chosen:
        stops = [start, *graph.head[list(route)].tolist()]
        assert all(graph.head[a] == graph.tail[b] for a, b in pairwise(route))
        assert graph.tail[route[0]] == start
        assert stops[-1] == end
        assert len(set(stops)) == len(stops)
    for mode in Mode:
        by_mode = [route_weight(graph, route) for route in wanted if np.any(graph.mode[list(route)] == mode)]
        if by_mode:
            assert any(
                np.any(graph.mode[list(route)] == mode) and route_weight(graph, route) == by_mode[0] for route in chosen
            )


@given(graphs())
@settings(max_examples=50, deadline=None)
def test_least_weights_are_those_of_the_best_routes(graph):
    least = least_between(graph)
    for start in range(graph.regions):
        for end in range(graph.regions):
            routes = every_route(graph, start, end) if start != end else [()]
            assert least[start, end] == (route_weight(graph, routes[0]) if routes else np.inf)


def line(count):
    """Regions in a row, and a dear direct leg from the first to the last."""
    tail, head = np.append(np.arange(count - 1), 0), np.append(np.arange(1, count), count - 1)
    weight = np.append(np.ones(count - 1), 1000.0)
    return Graph(count, tail.astype(np.int32), head.astype(np.int32), np.zeros(count, np.int32), weight)


def test_journeys_of_too_many_legs_are_not_considered():
    assert route_set(line(MAX_LEGS + 1), 0, MAX_LEGS)[0] == tuple(range(MAX_LEGS))
    assert route_set(line(MAX_LEGS + 2), 0, MAX_LEGS + 1) == [(MAX_LEGS + 1,)]


def test_parallel_legs_are_different_routes():
    modes = np.array([Mode.LAND, Mode.AIR, Mode.SEA], np.int32)
    graph = Graph(2, np.zeros(3, np.int32), np.ones(3, np.int32), modes, np.array([3.0, 1.0, 2.0]))
    assert route_set(graph, 0, 1) == [(1,), (2,), (0,)]
    assert route_set(graph, 1, 0) == []
    assert fastest(graph, 0, 1) == (1,)
    with pytest.raises(LookupError):
        fastest(graph, 1, 0)


def test_a_closed_leg_is_avoided():
    graph = line(4)
    assert next(cheapest_first(graph.without(1), 0, 3)) == (3,)
    assert least_to(graph.without(1), 3)[MAX_LEGS][0] == 1000


def test_the_search_gives_up_on_a_detour_that_is_not_there():
    # a sea leg that leads only back to the start: many walks, no route
    count = 9
    ends = [(a, b) for a in range(count) for b in range(count) if a != b]
    tail, head = (np.array(column, np.int32) for column in zip(*ends, strict=True))
    mode = np.where(head == 0, Mode.SEA, Mode.LAND).astype(np.int32)
    graph = Graph(count, tail, head, mode, np.ones(len(ends)))
    assert list(cheapest_first(graph, 0, 1, mode=Mode.SEA)) == []
    assert len(route_set(graph, 0, 1)) == MAX_ROUTES


def test_cost_of_a_leg_counts_attempts_losses_and_deaths():
    one = np.array([0])
    leg = Legs(one, one, one, *(np.array([value]) for value in (10.0, 500.0, 0.01, 0.2, 0.3, 0.1, 100.0)))
    assert clandestine_cost(leg)[0] == pytest.approx((500 + 0.2 * 100 + 0.01 * DEATH_WORTH) / 0.8)
