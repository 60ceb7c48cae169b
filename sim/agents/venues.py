"""Workplaces and households where people work: their columns and traits.

A row is a latent venue of a *cell* (region and sector); rows are grouped by cell. Slots belong to venues and carry no
label (model 4.4): whether a person is exploited there follows from the terms, not from the place.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Any, NamedTuple

from sim.agents.migrants import NEVER, Control, normal_pair
from sim.agents.table import Column
from sim.draws import Stream, block
from sim.kernel import kernel


class VenueKind(IntEnum):
    """What a venue is ready to do: nothing beyond going terms, threats to people who cannot complain, or more."""

    COMPLIANT = 0
    OPPORTUNISTIC = 1
    PREDATORY = 2


class Visibility(IntEnum):
    """How easily customers, neighbours and agencies see a venue."""

    OPEN = 0
    DISCREET = 1
    PRIVATE = 2


VENUE_COLUMNS: tuple[Column, ...] = (
    Column("active", "i1", "1 while open for business"),
    Column("generation", "i4", "which owner holds this row"),
    Column("region", "i2", "region"),
    Column("sector", "i2", "sector"),
    Column("kind", "i1", "VenueKind"),
    Column("limit", "i1", "the hardest Control that the owner would use"),
    Column("visibility", "i1", "Visibility"),
    Column("slots", "i4", "people who can work there"),
    Column("filled", "i4", "people who do"),
    Column("vacant_since", "i4", "week since which a slot has been vacant, far ahead if none is", NEVER),
    Column("threshold", "f4", "US$ that controlling one more person must be worth to open"),
    Column("attention", "f4", "what controlling its people costs, US$/week"),
    Column("room", "f4", "the most that it can spend on control, US$/week"),
    Column("shadow", "f4", "shadow price of that limit"),
    Column("capital", "f8", "cents; owners even it out every four weeks"),
    Column("claims", "f8", "what people owe to it, cents"),
    Column("entered", "i4", "week of opening"),
)


class VenueRules(NamedTuple):
    """Parameters of a venue's traits."""

    opportunistic_share: float
    predatory_share: float
    size: float
    threshold: float
    threshold_spread: float
    control_room: float


def venue_rules(values: dict[str, Any]) -> VenueRules:
    """The bundle from a scenario's values."""
    return VenueRules(
        values["work.opportunistic_share"],
        values["work.predatory_share"],
        values["work.venue_size"],
        values["work.threshold"],
        values["work.threshold_spread"],
        values["work.control_room"],
    )


MOST_SLOTS = 40


@kernel
def be_venue(v, k, seed, rules, wage):
    """Traits of the owner who may next run venue k, keyed by (row, generation); ``wage`` US$/week of the region."""
    kind, size, a, b = block(seed, Stream.VENUE_TRAITS, k, v.generation[k], 0, 0)
    hard, _, _, _ = block(seed, Stream.VENUE_TRAITS, k, v.generation[k], 0, 1)
    z, _ = normal_pair(a, b)
    v.limit[k] = Control.NONE
    v.threshold[k] = 0.0
    if kind < rules.predatory_share:
        v.kind[k] = VenueKind.PREDATORY
        # most stop short of violence
        v.limit[k] = Control.VIOLENCE if hard < 0.3 else (Control.CONFINEMENT if hard < 0.6 else Control.THREAT)
    elif kind < rules.predatory_share + rules.opportunistic_share:
        v.kind[k] = VenueKind.OPPORTUNISTIC
        v.limit[k] = Control.THREAT
    else:
        v.kind[k] = VenueKind.COMPLIANT
    if v.kind[k] != VenueKind.COMPLIANT:
        v.threshold[k] = rules.threshold * wage * math.exp(rules.threshold_spread * z)
    v.slots[k] = min(1 + int(-max(rules.size - 0.5, 0.01) * math.log(size)), MOST_SLOTS)
    v.room[k] = rules.control_room * wage * v.slots[k]


@kernel
def open_venue(v, k, week):
    """Venue k opens."""
    v.active[k] = 1
    v.entered[k] = week
    v.filled[k] = 0
    v.vacant_since[k] = week
    v.attention[k] = 0.0
    v.shadow[k] = 0.0


@kernel
def close_venue(v, k, seed, rules, wage):
    """Venue k, which employs nobody, closes; the next owner's traits are drawn."""
    v.active[k] = 0
    v.vacant_since[k] = NEVER
    v.generation[k] += 1
    be_venue(v, k, seed, rules, wage)
