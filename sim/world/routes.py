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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.world import MAX_LEGS, MAX_ROUTES, Floats, Ints, Legs, Mode

DEATH_WORTH = 250_000.0  # US$ by which a chance of dying counts when routes are ranked, as choice.life_worth; assumed
_MOST_PARTIAL = 3_000  # partial routes taken up in one search; only a detour that hardly exists needs more

Route = tuple[int, ...]
Legwise = NDArray[np.integer[Any]]


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
        closed = Graph(self.regions, self.tail, self.head, self.mode, weight)
        # what does not change is not worked out again
        closed.__dict__["_order"] = self._order
        leaving = list(self.leaving)
        tail = int(self.tail[leg])
        leaving[tail] = [entry for entry in leaving[tail] if entry[0] != leg]
        closed.__dict__["leaving"] = leaving
        return closed

    @cached_property
    def leaving(self) -> list[list[tuple[int, int, float, int]]]:
        """Of each region the legs that leave it: (leg, head, weight, mode)."""
        found: list[list[tuple[int, int, float, int]]] = [[] for _ in range(self.regions)]
        columns = (self.tail.tolist(), self.head.tolist(), self.weight.tolist(), self.mode.tolist())
        for leg, (tail, head, weight, mode) in enumerate(zip(*columns, strict=True)):
            if weight < np.inf:
                found[tail].append((leg, head, weight, mode))
        return found

    @cached_property
    def _order(self) -> tuple[Legwise, Legwise, Legwise]:
        """Legs by the region that they leave, the regions that legs leave, and where the legs of each begin."""
        by_tail = np.argsort(self.tail, kind="stable")
        tails, first = np.unique(self.tail[by_tail], return_index=True)
        return by_tail, tails, first

    @cached_property
    def by_tail(self) -> tuple[Legwise, Floats, Legwise]:
        """Head, weight and mode of the legs by the region that they leave."""
        order = self._order[0]
        return self.head[order], self.weight[order], self.mode[order]

    def cheapest_leaving(self, by_leg: Floats) -> Floats:
        """Lowest value over the legs that leave each region, float64 (regions,); ``by_leg`` (legs,) as ``by_tail``."""
        _, tails, first = self._order
        lowest = np.full(self.regions, np.inf)
        if len(tails):
            lowest[tails] = np.minimum.reduceat(by_leg, first)
        return lowest


def least_to(graph: Graph, end: int, *, start: int = -1) -> Floats:
    """Lowest weight from every region to ``end`` in at most k legs, k = 0 … MAX_LEGS; float64 (MAX_LEGS + 1, regions).

    Legs that leave ``end`` or lead to ``start`` are left out: a route passes through neither.
    """
    head, weight, _ = graph.by_tail
    least = np.full((MAX_LEGS + 1, graph.regions), np.inf)
    least[0, end] = 0.0
    for k in range(1, MAX_LEGS + 1):
        least[k] = np.minimum(least[k - 1], graph.cheapest_leaving(weight + _entered(least[k - 1], start)[head]))
        least[k, end] = 0.0
        if np.array_equal(least[k], least[k - 1]):  # and so it stays with more legs
            least[k + 1 :] = least[k]
            break
    return least


def least_with(graph: Graph, end: int, free: Floats, *, start: int, mode: int) -> Floats:
    """As ``least_to``, of ways with at least one leg of ``mode``; ``free`` is what ``least_to`` gives."""
    head, weight, by = graph.by_tail
    of_mode = by == mode
    least = np.full((MAX_LEGS + 1, graph.regions), np.inf)
    for k in range(1, MAX_LEGS + 1):
        before, without = _entered(free[k - 1], start)[head], _entered(least[k - 1], start)[head]
        least[k] = np.minimum(least[k - 1], graph.cheapest_leaving(weight + np.where(of_mode, before, without)))
        least[k, end] = np.inf
        if np.array_equal(least[k], least[k - 1]) and np.array_equal(free[k], free[k - 1]):
            least[k + 1 :] = least[k]
            break
    return least


def _entered(least: Floats, start: int) -> Floats:
    """``least`` (regions,) as a leg's head sees it: infinite where a route begins, for none leads there."""
    if start < 0:
        return least
    entered = least.copy()
    entered[start] = np.inf
    return entered


def cheapest_first(
    graph: Graph, start: int, end: int, *, mode: int = -1, free: Floats | None = None
) -> Iterator[Route]:
    """Routes from ``start`` to ``end``, cheapest first, with at least one leg of ``mode`` if one is given.

    ``free`` is what ``least_to`` gives for these regions, where it is known already.
    """
    if free is None:
        free = least_to(graph, end, start=start)
    bounds = [free.tolist()]
    needs = 0 if mode < 0 else 1
    if needs:
        bounds.append(least_with(graph, end, free, start=start, mode=mode).tolist())
    first = bounds[needs][MAX_LEGS][start]
    # (lowest total still possible, count of legs, legs, their weight, region, whether the mode is still to be used)
    waiting: list[tuple[float, int, Route, float, int, int]] = []
    if first < np.inf:
        waiting.append((first, 0, (), 0.0, start, needs))
    heads = graph.head
    for _ in range(_MOST_PARTIAL):
        if not waiting:
            return
        _, count, route, weight, at, needs = heapq.heappop(waiting)
        if at == end:
            yield route
            continue
        left = MAX_LEGS - count - 1
        if left < 0:
            continue
        seen = {start, *(int(heads[leg]) for leg in route)}
        for leg, head, more, by in graph.leaving[at]:
            still = needs if by != mode else 0
            least = weight + more + bounds[still][left][head]
            if least < np.inf and head not in seen:
                heapq.heappush(waiting, (least, count + 1, (*route, leg), weight + more, head, still))


def route_set(graph: Graph, start: int, end: int) -> list[Route]:
    """The routes that people and providers know between two regions, cheapest first; empty if there is none.

    The cheapest; the cheapest by each mode (with at least one leg of it); the cheapest that avoids each leg of the best
    in turn; then the next cheapest: at most MAX_ROUTES (C4-M39: journeys have a few known variants).
    """
    free = least_to(graph, end, start=start)
    by_cost = cheapest_first(graph, start, end, free=free)
    best = next(by_cost, None)
    if best is None:
        return []
    found = {best: None}
    for mode in Mode:
        if np.any(graph.mode == mode):
            found |= dict.fromkeys(islice(cheapest_first(graph, start, end, mode=mode, free=free), 1))
    for leg in best:
        found |= dict.fromkeys(islice(cheapest_first(graph.without(leg), start, end), 1))
    if len(found) < MAX_ROUTES:
        found |= dict.fromkeys(islice(by_cost, MAX_ROUTES - 1))
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
    return np.stack([least_to(graph, end)[MAX_LEGS] for end in range(graph.regions)], axis=1)
