"""The world that people and providers move in: regions, legs between them, routes and destination sets.

Everything here is fixed when a run starts; what policies and markets move lives in the week. A world is plain
arrays, so that a worker needs neither networkx nor pandas to run one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Mode(IntEnum):
    """How a leg is travelled."""

    LAND = 0
    SEA = 1
    AIR = 2
    FREE_MOVEMENT = 3


class Role(IntEnum):
    """Roles of a region, as bits: a region can be origin, transit and destination at once."""

    ORIGIN = 1
    TRANSIT = 2
    DESTINATION = 4


MAX_ROUTES = 6  # per pair of regions (C4-M39: journeys have a few known variants)
MAX_LEGS = 8  # per route
MAX_DESTINATIONS = 5  # per place of departure and skill
MAX_OFFERS = 6  # pairs that an enterprise can serve from its region


@dataclass(frozen=True)
class Regions:
    """One entry a region, shape (regions,). Money in US$ of 2008, wages per week."""

    name: tuple[str, ...]
    bloc: tuple[str, ...]
    role: Ints  # bits of Role
    population: Floats  # persons, all ages
    at_risk: Floats  # weight of the region in the persons at risk of migrating, sums to 1
    wage_regular: Floats  # US$/week of someone with papers
    wage_irregular: Floats  # US$/week of someone without
    inequality: Floats  # sd of log wage
    conflict: Floats  # [0, 1]
    employment: Floats  # share of the people who look for work there who have it, [0, 1]
    outside_profit: Floats  # US$/week per member that other crime or work pays a provider
    deportation_effort: Floats  # [0, 1], start value of the lever
    asylum_access: Floats  # [0, 1], start value of the lever
    visa_slots_low: Floats  # low-skilled visas a year per 1 000 persons at risk in each place of origin
    visa_slots_high: Floats  # the same, high-skilled
    refugee_access: Floats  # [0, 1], start value of the lever
    rule_of_law: Floats  # [0, 1]
    local_demand: Floats  # jobs for people at home, per person at risk who lives there
    domestic: Floats  # weight of the region in the people who live in destinations, sums to 1 or 0
    latitude: Floats  # degrees or any planar unit, for drawing only
    longitude: Floats


@dataclass(frozen=True)
class Legs:
    """One entry a directed leg, shape (legs,). Costs in US$ of 2008 per person and crossing."""

    tail: Ints  # region where it starts
    head: Ints  # region where it ends
    mode: Ints  # Mode
    hours: Floats
    base_cost: Floats
    danger: Floats  # chance of dying in one crossing
    control: Floats  # chance that an unaided, unskilled crossing is detected, [0, 1)
    document_check: Floats  # chance that forged papers are recognised, [0, 1]
    screening: Floats  # chance that a stopped person in need of protection is recognised as such, [0, 1]
    loss: Floats  # US$ a provider loses when a crossing is stopped


@dataclass(frozen=True)
class Sectors:
    """One entry a sector of work, shape (sectors,)."""

    name: tuple[str, ...]
    pay: Floats  # going pay over the wage of the place
    demand_origin: Floats  # weight in the jobs of origin regions
    demand_destination: Floats
    female_share: Floats  # share of women among those who take such work
    openness: Floats  # [0, 1] how visible workplaces are
    inspected: Floats  # [0, 1] reach of labour inspection
    raided: Floats  # [0, 1] reach of raids
    client_contact: Floats  # [0, 1]
    isolation: Floats  # [0, 1]
    elasticity: Floats  # of final demand
    commercial_sex: Floats  # 1 or 0


@dataclass(frozen=True)
class Pairs:
    """Ordered pairs of regions between which people move, with their clandestine route set and the official way.

    ``routes`` (pairs, MAX_ROUTES) holds route ids, -1 padded, cheapest first; ``official`` (pairs,) the route that
    someone with papers takes.
    """

    start: Ints
    end: Ints
    routes: Ints
    official: Ints


@dataclass(frozen=True)
class World:
    """A named world, ready to run."""

    name: str
    regions: Regions
    legs: Legs
    pairs: Pairs
    route_legs: Ints  # (routes, MAX_LEGS) leg ids, -1 padded
    destinations: Ints  # (regions, 2 skills, MAX_DESTINATIONS) region ids, -1 padded: where people there consider going
    sectors: Sectors
    diaspora: Floats  # (regions, regions) relative size of the community from row living in column, rows sum to 1

    def region(self, name: str) -> int:
        """Row of a region."""
        return self.regions.name.index(name)

    @cached_property
    def demand_shares(self) -> Floats:
        """Share of each sector in the jobs of each region, float64 (regions, sectors); rows sum to 1."""
        sends = (self.regions.role & Role.ORIGIN) > 0
        takes = (self.regions.role & Role.DESTINATION) > 0
        mixed = (sends == takes)[:, None]
        origin, destination = self.sectors.demand_origin[None, :], self.sectors.demand_destination[None, :]
        weights = np.where(mixed, 0.5 * (origin + destination), np.where(takes[:, None], destination, origin))
        total = weights.sum(axis=1, keepdims=True)
        return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0))

    @property
    def key(self) -> str:
        """Content hash: two worlds with the same content are the same world whatever file they came from."""
        digest = hashlib.sha256()
        for part in (self.regions, self.legs, self.pairs, self.sectors):
            for field in fields(part):
                _feed(digest, field.name, getattr(part, field.name))
        for name in ("route_legs", "destinations", "diaspora"):
            _feed(digest, name, getattr(self, name))
        return digest.hexdigest()


def _feed(digest: Any, name: str, value: Any) -> None:
    digest.update(name.encode())
    digest.update(np.ascontiguousarray(value).tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
