"""Routes: which chains of legs lead from one region to another (model 1.2).

A journey of more than ``MAX_LEGS`` legs is not considered, no region is visited twice, and two regions may be joined
by several legs (by land and by air), which makes them different routes. Library searches for the next cheapest path
know neither parallel legs nor a bound on their number, hence the search below: partial routes are taken up in the
order of the lowest total they can still reach, so that complete routes come out cheapest first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from sim.world.world import MAX_LEGS, MAX_ROUTES, Floats, Ints, Legs, Mode

DEATH_WORTH = 250_000.0  # US$ by which a chance of dying counts when routes are ranked, as choice.life_worth; assumed
_MOST_PARTIAL = 3_000  # partial routes taken up in one search; only a detour that hardly exists needs more

Route = tuple[int, ...]
Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]


def clandestine_cost(legs: Legs) -> Floats:
    """Expected cost of getting across each leg without papers or help, tried until it succeeds; US$, float64 (legs,).

    (base_cost + control·loss + danger·DEATH_WORTH) / (1 - control): one unaided crossing is detected with chance
    ``control`` and 1 / (1 - control) are needed on average (EC 2.13). Without the attempts, flights on which nearly
    everyone is stopped would come first everywhere.
    """
    once = legs.base_cost + legs.control * legs.loss + legs.danger * DEATH_WORTH
    return np.asarray(once / (1.0 - legs.control))


@dataclass(frozen=True)
class Graph:
    """Regions and directed legs, with what each leg weighs.

    ``tail``, ``head``, ``mode`` (legs,) as in :class:`Legs`; ``weight`` (legs,) at least 0, infinite for a closed leg.
    """

    regions: int
    tail: Ints
    head: Ints
    mode: Ints
    weight: Floats

    @classmethod
    def of(cls, legs: Legs, regions: int, weight: Floats) -> Graph:
        """The graph of a world's legs under a weight."""
        return cls(regions, legs.tail, legs.head, legs.mode, weight)

    def without(self, leg: int) -> Graph:
        """The same with one leg closed."""
        weight = self.weight.copy()
        weight[leg] = np.inf
        return Graph(self.regions, self.tail, self.head, self.mode, weight)

    @cached_property
    def leaving(self) -> list[list[tuple[int, int, float, int]]]:
        """Of each region the legs that leave it: (leg, head, weight, mode)."""
        found: list[list[tuple[int, int, float, int]]] = [[] for _ in range(self.regions)]
        columns = (self.tail.tolist(), self.head.tolist(), self.weight.tolist(), self.mode.tolist())
        for leg, (tail, head, weight, mode) in enumerate(zip(*columns, strict=True)):
            if weight < np.inf:
                found[tail].append((leg, head, weight, mode))
        return found


def least_to(graph: Graph, end: int, *, start: int = -1, mode: int = -1) -> Bounds:
    """Lowest weight from every region to ``end`` in at most k legs, k = 0 … MAX_LEGS.

    Returns two float64 (MAX_LEGS + 1, regions) arrays: of any way, and of ways with at least one leg of ``mode``.
    Legs that leave ``end`` or lead to ``start`` are left out: a route passes through neither.
    """
    open_legs = (graph.tail != end) & (graph.head != start)
    tail, head, weight = graph.tail[open_legs], graph.head[open_legs], graph.weight[open_legs]
    of_mode = graph.mode[open_legs] == mode
    free, needing = (np.full((MAX_LEGS + 1, graph.regions), np.inf) for _ in range(2))
    free[0, end] = 0.0
    for k in range(1, MAX_LEGS + 1):
        free[k], needing[k] = free[k - 1], needing[k - 1]
        np.minimum.at(free[k], tail, weight + free[k - 1, head])
        np.minimum.at(needing[k], tail, weight + np.where(of_mode, free[k - 1, head], needing[k - 1, head]))
    return free, needing


def cheapest_first(graph: Graph, start: int, end: int, *, mode: int = -1) -> Iterator[Route]:
    """Routes from ``start`` to ``end``, cheapest first, with at least one leg of ``mode`` if one is given."""
    bounds = [table.tolist() for table in least_to(graph, end, start=start, mode=mode)]
    needs = 0 if mode < 0 else 1
    first = bounds[needs][MAX_LEGS][start]
    # (lowest total still possible, count of legs, legs, their weight, region, whether the mode is still to be used)
    waiting: list[tuple[float, int, Route, float, int, int]] = []
    if first < np.inf:
        waiting.append((first, 0, (), 0.0, start, needs))
    for _ in range(_MOST_PARTIAL):
        if not waiting:
            return
        _, count, route, weight, at, needs = heapq.heappop(waiting)
        if at == end:
            yield route
            continue
        seen = {start, *(int(graph.head[leg]) for leg in route)}
        left = MAX_LEGS - count - 1
        if left < 0:
            continue
        for leg, head, more, by in graph.leaving[at]:
            still = needs if by != mode else 0
            least = weight + more + bounds[still][left][head]
            if head not in seen and least < np.inf:
                heapq.heappush(waiting, (least, count + 1, (*route, leg), weight + more, head, still))


def route_set(graph: Graph, start: int, end: int) -> list[Route]:
    """The routes that people and providers know between two regions, cheapest first; empty if there is none.

    The cheapest; the cheapest by each mode (with at least one leg of it); the cheapest that avoids each leg of the best
    in turn; then the next cheapest: at most MAX_ROUTES (C4-M39: journeys have a few known variants).
    """
    best = next(cheapest_first(graph, start, end), None)
    if best is None:
        return []
    found = {best: None}
    for mode in Mode:
        if np.any(graph.mode == mode):
            found |= dict.fromkeys(islice(cheapest_first(graph, start, end, mode=mode), 1))
    for leg in best:
        found |= dict.fromkeys(islice(cheapest_first(graph.without(leg), start, end), 1))
    if len(found) < MAX_ROUTES:
        found |= dict.fromkeys(islice(cheapest_first(graph, start, end), MAX_ROUTES))
    return sorted(list(found)[:MAX_ROUTES], key=lambda route: (route_weight(graph, route), len(route), route))


def route_weight(graph: Graph, route: Route) -> float:
    """Sum of the weights of a route's legs, the same whatever their order."""
    return float(np.round(graph.weight[list(route)].sum(), 9))


def fastest(graph: Graph, start: int, end: int) -> Route:
    """The lightest route: with hours as weights the way that someone with papers takes.

    Raises
    ------
    LookupError : no route leads there.
    """
    for route in cheapest_first(graph, start, end):
        return route
    raise LookupError(f"no route leads from region {start} to region {end}")


def least_between(graph: Graph) -> Floats:
    """Lowest weight between all regions, float64 (regions, regions), infinite where no route leads."""
    return np.stack([least_to(graph, end)[0][MAX_LEGS] for end in range(graph.regions)], axis=1)
