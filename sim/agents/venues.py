"""Workplaces and households where people work: their columns and traits.

A row is a latent venue of a *cell* (region and sector); rows are grouped by cell. Slots belong to venues and carry no
label (model 4.4): whether a person is exploited there follows from the terms, not from the place.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import partial
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import NEVER, Control, normal_pair
from sim.declared.sources import From, family
from sim.ground.draws import Stream, block
from sim.ground.kernel import part, rule
from sim.ground.table import Column


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


class Undertaking(IntEnum):
    """Bits of what keeps a venue to going terms whatever its owner is ready to do."""

    AUDITED = 1  # its buyers look into how people work there
    LICENSED = 2  # and inspected as such


Packed = partial(Column, packed=True)

VENUE_COLUMNS: tuple[Column, ...] = (
    Packed("active", "i1", "1 while open for business"),
    Packed("generation", "i4", "which owner holds this row"),
    Packed("region", "i2", "region"),
    Packed("sector", "i2", "sector"),
    Packed("kind", "i1", "VenueKind"),
    Packed("limit", "i1", "the hardest Control that the owner would use"),
    Packed("visibility", "i1", "Visibility"),
    Packed("undertaking", "i1", "bits of Undertaking"),
    Packed("slots", "i4", "people who can work there"),
    Packed("filled", "i4", "people who do"),
    Packed("vacant_since", "i4", "week since which a slot has been vacant, far ahead if none is", NEVER),
    Packed("threshold", "f4", "US$ that controlling one more person must be worth to open"),
    Packed("attention", "f4", "what controlling its people costs, US$/week"),
    Packed("watched", "i4", "people whom it controls by means that cost"),
    Packed("room", "f4", "the most that it can spend on control, US$/week"),
    Packed("shadow", "f4", "shadow price of that limit"),
    Packed("capital", "f8", "cents; owners even it out every four weeks"),
    Packed("claims", "f8", "what people owe to it, cents"),
    Packed("entered", "i4", "week of opening"),
    Packed("case", "i4", "row of the criminal case against the owner, -1 without", -1),
    Packed("shut", "i4", "week in which police close the place for a day and meet everyone under control", -NEVER),
    Packed("wealth", "f8", "what the owner has kept of what was withheld, cents"),
    Packed("picture", "f4", "what police know of it beside evidence, in [0, 1]"),
    Packed("on_paper", "i1", "1 while the place passes the audits of its buyers on paper only"),
    Packed("bound_until", "i4", "week until which a place that was found out is held to going terms", -NEVER),
    Packed("accepted", "f4", "what control was worth next door over here when the owner settled there"),
    Packed("settled", "i4", "week of opening for which that was noted", -NEVER),
    Packed("moved_on", "i4", "week in which the owner moved from it next door, or to it", -NEVER),
)


@family
class VenueRules(NamedTuple):
    """Parameters of a venue's traits."""

    opportunistic_share: Annotated[float, From("work.opportunistic_share")]
    predatory_share: Annotated[float, From("work.predatory_share")]
    size: Annotated[float, From("work.venue_size")]
    threshold: Annotated[float, From("work.threshold")]
    threshold_spread: Annotated[float, From("work.threshold_spread")]
    control_room: Annotated[float, From("work.control_room")]
    slots_most: Annotated[int, From("work.slots_most")]
    # of predatory owners, those who would use violence, and those who would confine and stop short of it
    violent_share: Annotated[float, From("work.violent_share")]
    confining_share: Annotated[float, From("work.confining_share")]


@rule
def segment(venues, k):
    """The part of its trade that venue k serves: 1 with a licence, 0 without."""
    return 1 if venues[k].undertaking & Undertaking.LICENSED else 0


@part
def be_venue(venues, rules, k, wage, seed):
    """Traits of the owner who may next run venue k, keyed by (row, generation); ``wage`` US$/week of the region.

    What the milieu of a place is ready to do is keyed by the row alone: whoever closes or is convicted is followed,
    when it pays, by someone of the same kind: how many are ready to exploit does not drift with who has left.
    """
    place = venues[k]
    kind, _, _, _ = block(seed, Stream.VENUE_TRAITS, k, 0, 0, 2)
    _, size, a, b = block(seed, Stream.VENUE_TRAITS, k, place.generation, 0, 0)
    hard, _, _, _ = block(seed, Stream.VENUE_TRAITS, k, place.generation, 0, 1)
    z, _ = normal_pair(a, b)
    place.limit = Control.NONE
    place.threshold = 0.0
    if kind < rules.predatory_share:
        place.kind = VenueKind.PREDATORY
        confines = hard < rules.violent_share + rules.confining_share
        place.limit = (
            Control.VIOLENCE if hard < rules.violent_share else (Control.CONFINEMENT if confines else Control.THREAT)
        )
    elif kind < rules.predatory_share + rules.opportunistic_share:
        place.kind = VenueKind.OPPORTUNISTIC
        place.limit = Control.THREAT
    else:
        place.kind = VenueKind.COMPLIANT
    if place.kind != VenueKind.COMPLIANT:
        place.threshold = rules.threshold * wage * math.exp(rules.threshold_spread * z)
    place.slots = min(1 + int(-max(rules.size - 0.5, 0.01) * math.log(size)), rules.slots_most)
    place.room = rules.control_room * wage * place.slots


@part
def open_venue(venues, k, week):
    """Venue k opens."""
    place = venues[k]
    place.active = 1
    place.entered = week
    place.filled = 0
    place.vacant_since = week
    place.attention = 0.0
    place.watched = 0
    place.shadow = 0.0


@part
def close_venue(venues, rules, k, wage, seed):
    """Venue k, which employs nobody, closes; the next owner's traits are drawn."""
    place = venues[k]
    place.active = 0
    place.undertaking &= ~np.int8(Undertaking.LICENSED)
    place.case = -1
    place.wealth = 0.0
    place.vacant_since = NEVER
    place.on_paper = 0
    place.bound_until = -NEVER
    place.generation += 1
    be_venue(venues, rules, k, wage, seed)
