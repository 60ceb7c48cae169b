"""What no policy or market moves: who lives where, which pairs and routes there are, what journeys cost."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.world.world import MAX_OFFERS, World

Floats = NDArray[np.float64]


class Fixed(NamedTuple):
    """Node-level facts that no policy or market moves."""

    people_at: NDArray[Any]  # (regions,) persons by home
    pair_of: NDArray[Any]  # (regions, regions)
    offer_pair: NDArray[Any]  # (regions, MAX_OFFERS)
    offer_of: NDArray[Any]  # (pairs,)
    route_pair: NDArray[Any]  # (routes,)
    transport: NDArray[Any]  # (legs,) US$
    fare: NDArray[Any]  # (pairs,) US$
    income_regular: NDArray[Any]  # (regions,) US$ a year times the chance to have work
    income_irregular: NDArray[Any]


def apportion(weights: Floats, total: int, least: int = 1) -> NDArray[np.int64]:
    """Whole numbers that sum to ``total`` in proportion to ``weights`` (largest remainder), ``least`` where > 0."""
    if weights.sum() <= 0 or total <= 0:
        return np.zeros(len(weights), np.int64)
    exact = weights / weights.sum() * total
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: total - counts.sum()]] += 1
    missing = (weights > 0) & (counts < least)
    if missing.any() and total >= (weights > 0).sum():
        counts[missing] = 1
        counts[np.argmax(counts)] -= counts.sum() - total
    return counts


def homes_of(world: World, values: dict[str, Any]) -> NDArray[np.int64]:
    """How many modelled people are at home in each region; some live in destinations, where they may be exploited."""
    share = values["people.domestic_share"] if world.regions.domestic.sum() > 0 else 0.0
    return apportion((1.0 - share) * world.regions.at_risk + share * world.regions.domestic, values["people.size"])


def fixed_facts(world: World, homes: NDArray[np.int64], values: dict[str, Any]) -> Fixed:
    """Look-up tables and incomes of a world."""
    regions, pairs, legs = world.regions, world.pairs, world.legs
    pair_of = np.full((len(homes), len(homes)), -1, np.int32)
    pair_of[pairs.start, pairs.end] = np.arange(len(pairs.start))
    offer_pair = np.full((len(homes), MAX_OFFERS), -1, np.int32)
    offer_of = np.zeros(len(pairs.start), np.int32)
    used = np.zeros(len(homes), np.int64)
    route_pair = np.full(len(world.route_legs), -1, np.int32)
    fare = np.zeros(len(pairs.start))
    for pair, (start, routes, official) in enumerate(zip(pairs.start, pairs.routes, pairs.official, strict=True)):
        offer_of[pair] = used[start]
        offer_pair[start, used[start]] = pair
        used[start] += 1
        route_pair[official] = pair
        route_pair[routes[routes >= 0]] = pair
        way = world.route_legs[official]
        fare[pair] = values["journey.fare_share"] * legs.base_cost[way[way >= 0]].sum()
    yearly = 52.0 * regions.employment
    return Fixed(
        people_at=homes.astype(float),
        pair_of=pair_of,
        offer_pair=offer_pair,
        offer_of=offer_of,
        route_pair=route_pair,
        transport=legs.base_cost * values["smuggling.transport_scale"],
        fare=fare,
        income_regular=regions.wage_regular * yearly,
        income_irregular=regions.wage_irregular * yearly,
    )


def neighbouring(world: World) -> NDArray[np.bool_]:
    """Which regions a leg joins, bool (regions, regions), in both directions."""
    near = np.zeros((len(world.regions.name), len(world.regions.name)), np.bool_)
    near[world.legs.tail, world.legs.head] = near[world.legs.head, world.legs.tail] = True
    return near


def neighbours(world: World) -> Floats:
    """Where buyers who stay away could go: regions with papers one leg away, by equal shares; (regions, regions)."""
    legs, count = world.legs, len(world.regions.name)
    near = np.zeros((count, count))
    near[legs.tail, legs.head] = 1.0
    total = near.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(near, total, out=np.zeros_like(near), where=total > 0))


def exported(world: World) -> NDArray[np.bool_]:
    """Sectors that nobody buys where the work is done, as their weights in jobs are 0; bool (sectors,)."""
    return np.asarray((world.sectors.demand_origin == 0.0) & (world.sectors.demand_destination == 0.0))


def export_demand(world: World, values: dict[str, Any], people: float) -> Floats:
    """Slots that such work has at the start, all in the region with the weakest law; (regions, sectors)."""
    demand = np.zeros((len(world.regions.name), len(world.sectors.name)))
    demand[int(np.argmin(world.regions.rule_of_law)), exported(world)] = values["compounds.slots"] * people / 1000.0
    return demand
