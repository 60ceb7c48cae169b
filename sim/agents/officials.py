"""Officials: post-holders whose place lets them sell something, their columns and their traits (model 2, 4.9).

A row is one official of a *unit*: the post of a border leg, the consulate, police, inspectorate, detention centre or
court of a region, or the police of a peace mission that may be there. Rows are grouped by unit, the chief first. Traits
are drawn by (row, generation), so that the same successor waits in every twin world.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import partial

from sim.agents.people import normal_pair
from sim.ground.draws import Stream, block
from sim.ground.kernel import rule
from sim.ground.table import Column


class Post(IntEnum):
    """What a unit can sell: passage, papers, silence about workplaces, people in custody, a case (C2-M06)."""

    BORDER = 0
    CONSULATE = 1
    POLICE = 2
    INSPECTORATE = 3
    DETENTION = 4
    COURT = 5
    MISSION = 6


POSTS_OF_REGION = 5  # consulate to court; units of missions come after those of all regions


class Rank(IntEnum):
    """Line officers deal with people; a chief covers or exposes them."""

    LINE = 0
    CHIEF = 1


class Terms(IntEnum):
    """On what terms an official sells."""

    NONE = 0
    PER_USE = 1
    RETAINER = 2


Packed = partial(Column, packed=True)
OFFICIAL_COLUMNS: tuple[Column, ...] = (
    Packed("generation", "i4", "which official holds the post"),
    Packed("unit", "i4", "unit: border legs first, then the five posts of each region, then missions"),
    Packed("region", "i2", "region in whose service"),
    Packed("leg", "i2", "leg whose border is watched, -1 elsewhere", -1),
    Packed("post", "i1", "Post"),
    Packed("rank", "i1", "Rank"),
    Packed("integrity", "f4", "how much selling goes against the grain, in [0, 1]"),
    Packed("strain", "f4", "private debts and other personal triggers, in [0, 1]"),
    Packed("predatory", "i1", "1 for one who, when selling, demands all that it is worth, offered or not (C2-M10)"),
    Packed("captured", "i1", "1 while the official sells"),
    Packed("terms", "i1", "Terms: sells nothing, to anyone per use, or is on the books of one enterprise"),
    Packed("retained_by", "i4", "row of the enterprise on whose books the official is, -1 without", -1),
    Packed("served", "i4", "crossings that it was let through in four weeks"),
    Packed("sales", "i4", "sales since capture"),
    Packed("since", "i4", "week in which the official took the post or was captured"),
)


@rule
def be_official(officials, rules, now, n, law):
    """The official who may next hold post n; ``law`` the rule of law of the place."""
    officer = officials[n]
    a, b, debt, demands = block(now.seed, Stream.OFFICIAL_TRAITS, n, officer.generation, 0, 0)
    z, _ = normal_pair(a, b)
    officer.integrity = min(max(rules.integrity_base + rules.integrity_law * law + rules.spread * z, 0.0), 1.0)
    officer.strain = -math.log(max(debt, 1e-9) / rules.strained) if debt < rules.strained else 0.0
    officer.predatory = demands < rules.predatory
    officer.captured = 0
    officer.retained_by = -1
    officer.served = 0
    officer.sales = 0
    officer.since = now.week
