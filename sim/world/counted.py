"""Communities where people were counted, in place of gravity. Plain arrays: a worker needs no more to run a world."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.world.destinations import communities, reachable
from sim.world.world import Floats, Regions, World


@dataclass(frozen=True)
class CountedWorld(World):
    """A world in which people abroad were counted: ``counted`` (regions, regions), people from row living in column."""

    counted: Floats


def counted_communities(counted: Floats, regions: Regions, hours: Floats) -> Floats:
    """Share of the community from a region (row) that lives in another (column), float64 (regions, regions).

    Only destinations that can be reached count; rows sum to 1. From where nobody was counted in any of them, gravity
    stands in. ``hours`` (regions, regions) is infinite where no way leads.
    """
    people = np.where(reachable(regions, hours), counted, 0.0)
    total = people.sum(axis=1, keepdims=True)
    shares = np.divide(people, total, out=np.zeros_like(people), where=total > 0)
    return np.asarray(np.where(total > 0, shares, communities(regions, hours)))
