"""Where people consider going: communities abroad, and the few destinations worth thinking of from each place.

Both are fixed when a world is loaded (model 4.1: the destination set is fixed per origin and skill at the start, by
expected gain and diaspora). All numbers of this module are assumptions, named here and in ``docs/worlds.md``.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from sim.world.world import MAX_DESTINATIONS, MAX_OFFERS, Floats, Ints, Regions, Role

Mask = NDArray[np.bool_]

DISTANCE_EXPONENT = 1.5  # of the hours of the fastest way, in the size of a community; 1 to 2.5, assumed
SHORTEST_WAY = 6.0  # hours below which nearness adds nothing to a community; assumed
YEARS_COUNTED = 6.0  # US$ of yearly gain count so often: ten years at a discount rate of 0.1; as choice.horizon
COMMUNITY_EXPONENT = 0.5  # of the share of the community that lives there, in the ranking; 0 to 1, assumed
ONWARD_RATIO = 1.25  # wage over the wage here from which people who live in a destination think of moving on; assumed


def communities(regions: Regions, hours: Floats) -> Floats:
    """Share of the community from a region (row) that lives in another (column), float64 (regions, regions).

    Gravity: proportional to population·wage_regular of the destination over hours^DISTANCE_EXPONENT of the fastest way,
    over reachable destinations; rows sum to 1. A region from which none can be reached keeps its people.
    ``hours`` (regions, regions) is infinite where no way leads.
    """
    mass = regions.population * regions.wage_regular
    possible = reachable(regions, hours)
    near = np.maximum(np.where(possible, hours, SHORTEST_WAY), SHORTEST_WAY)
    size = np.where(possible, mass[None, :] / near**DISTANCE_EXPONENT, 0.0)
    # destinations that nobody lives in share alike
    size = np.where(size.sum(axis=1, keepdims=True) > 0, size, possible.astype(float))
    alone = size.sum(axis=1) == 0
    size[alone, alone] = 1.0
    return np.asarray(size / size.sum(axis=1, keepdims=True))


def reachable(regions: Regions, hours: Floats) -> Mask:
    """Which regions (columns) are destinations that can be reached from each region (rows); bool (regions, regions)."""
    is_destination = (regions.role & Role.DESTINATION) > 0
    return np.isfinite(hours) & is_destination[None, :] & ~np.eye(len(is_destination), dtype=bool)


def expected_gain(regions: Regions, cost: Floats) -> Floats:
    """What moving from a region (axis 0) to another (axis 2) is worth by skill (axis 1); US$, (regions, 2, regions).

    YEARS_COUNTED times the yearly difference of wage times employment, less the cost of the cheapest clandestine
    journey (``cost``, US$). Low-skilled people look at wages without papers there, skilled people at regular ones;
    those who live in a mere destination have come there, and compare with what they earn in the same way here.
    """
    there = 52.0 * regions.employment * np.stack([regions.wage_irregular, regions.wage_regular])
    born_here = (regions.role & (Role.ORIGIN | Role.TRANSIT)) > 0
    here = np.where(born_here, 52.0 * regions.employment * regions.wage_regular, there).T
    gap = there[None, :, :] - here[:, :, None]
    return np.asarray(YEARS_COUNTED * gap - cost[:, None, :])


def destination_sets(
    regions: Regions, community: Floats, hours: Floats, cost: Floats, passed: Collection[int] = ()
) -> Ints:
    """Regions that people consider, by place and skill: int32 (regions, 2, MAX_DESTINATIONS), -1 padded.

    First the one with the largest community and the one that is cheapest to reach, then by
    gain·community^COMMUNITY_EXPONENT. Both skills together know at most MAX_OFFERS from a place. ``passed`` are
    regions where people can be stranded although nobody starts there: they go on to wherever is better.
    """
    gain, possible = expected_gain(regions, cost), reachable(regions, hours)
    score = np.maximum(gain, 0.0) * community[:, None, :] ** COMMUNITY_EXPONENT
    wages = np.stack([regions.wage_irregular, regions.wage_regular])
    sets = np.full((len(regions.role), 2, MAX_DESTINATIONS), -1, np.int32)
    for here, role in enumerate(regions.role):
        leaves = bool(role & (Role.ORIGIN | Role.TRANSIT))
        ranked = []
        for skill in (0, 1):
            better = possible[here] & (gain[here, skill] > 0)
            if not leaves and here not in passed:
                better &= wages[skill] >= ONWARD_RATIO * wages[skill, here]
            order = _ranked(better, score[here, skill], community[here], cost[here])
            if leaves and not order:
                # without any gain there may still be a reason to leave, such as conflict
                order = _ranked(possible[here], community[here], community[here], cost[here])
            ranked.append(order)
        known = _first_of_each(ranked[0], ranked[1])
        for skill, order in enumerate(ranked):
            chosen = [region for region in order if region in known][:MAX_DESTINATIONS]
            sets[here, skill, : len(chosen)] = chosen
    return sets


def _ranked(among: Mask, score: Floats, community: Floats, cost: Floats) -> list[int]:
    """Regions of ``among``, bool (regions,): largest community, then cheapest to reach, then by falling score."""
    order = [int(region) for region in np.argsort(-score, kind="stable") if among[region]]
    if not order:
        return []
    first = max(order, key=lambda region: community[region])
    second = min(order, key=lambda region: cost[region])
    return list(dict.fromkeys([first, second, *order]))


def _first_of_each(low: list[int], high: list[int]) -> set[int]:
    """The best of two rankings in turn, MAX_OFFERS regions in all and at most MAX_DESTINATIONS places deep."""
    known: dict[int, None] = {}
    for rank in range(MAX_DESTINATIONS):
        for order in (low, high):
            if rank < len(order) and len(known) < MAX_OFFERS:
                known[order[rank]] = None
    return set(known)
