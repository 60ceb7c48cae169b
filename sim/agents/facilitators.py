"""Facilitators: whoever provides one function to several enterprises for a price, their columns and traits (model 2).

Functions are roles that a trade must fill, not castes (C3-M21). Recruitment and transport can be bought or done by an
enterprise's own people; documents, safe houses, collection of debts and money handling are ancillary; brokers know
whom to ask. Kin and acquaintances who help for a little are facilitators too, and so are agencies, carriers and
landlords whose business is otherwise licit (C10-M29).

A row is a latent slot of a *node*, one function in one region; ``generation`` counts those who have held it. Traits
are drawn by (row, generation), so that the same entrant waits in every twin world.
"""

from __future__ import annotations

import math
from enum import IntEnum
from functools import partial

import numpy as np

from sim.agents.people import normal_pair
from sim.ground.draws import Stream, block
from sim.ground.kernel import rule
from sim.ground.table import Column


class Function(IntEnum):
    """What a facilitator does for an enterprise."""

    RECRUITMENT = 0
    TRANSPORT = 1
    DOCUMENTS = 2
    SAFE_HOUSE = 3
    COLLECTION = 4
    MONEY = 5
    BROKERAGE = 6


FUNCTIONS = len(Function)
PORTABLE = np.array([0, 0, 1, 0, 0, 1, 0])  # functions that need not stand where the journey passes (C3-M07)


class Standing(IntEnum):
    """Where a facilitator stands."""

    LATENT = 0  # might enter
    FREE = 1
    HELD = 2  # waits for trial, or serves a sentence


Packed = partial(Column, packed=True)
FACILITATOR_COLUMNS: tuple[Column, ...] = (
    Column("standing", "i1", "Standing", packed=True),
    Packed("function", "i1", "Function"),
    Packed("region", "i2", "region where it works"),
    Column("generation", "i4", "which facilitator holds this slot", packed=True),
    Packed("until", "i4", "week until which it is held"),
    Packed("since", "i4", "week in which it entered, was taken or came back"),
    Packed("licit", "f4", "how far its business is licit otherwise, in [0, 1]"),
    Packed("quality", "f4", "how well it does its work, in [0, 1]"),
    Packed("capacity", "f4", "clients that it can serve in four weeks"),
    Packed("loyalty", "f4", "chance that it keeps silent about others and does not leave them, in [0, 1]"),
    Packed("threshold", "f4", "US$ in four weeks of expected income that draws it in"),
    Packed("price", "f4", "US$ for each client"),
    Column("committed", "f4", "clients in four weeks whom the enterprises it works for expect to bring", packed=True),
    Packed("receipts", "f4", "US$ received in the present four weeks"),
    Packed("income", "f4", "mean receipts in four weeks, US$"),
    Packed("poor", "i1", "four-week periods in a row with income below half its threshold"),
    Packed("seen", "f4", "times that investigators have noted it, faded"),
)


@rule
def be_facilitator(facilitators, rules, b, seed):
    """The facilitator who may next take slot b."""
    row = facilitators[b]
    function, generation = row.function, facilitators[b].generation
    x, y, quality, licit = block(seed, Stream.FACILITATOR_TRAITS, b, generation, 0, 0)
    z, _ = normal_pair(x, y)
    loyal, part, _, _ = block(seed, Stream.FACILITATOR_TRAITS, b, generation, 0, 1)
    facilitators[b].standing = Standing.LATENT
    row.quality = quality
    row.licit = 0.5 + 0.5 * part if licit < rules.licit_share[function] else 0.5 * part
    row.capacity = rules.usual_capacity[function]
    row.loyalty = min(max(rules.usual_loyalty[function] + rules.loyalty_spread * (loyal - 0.5), 0.0), 1.0)
    usual = rules.threshold * rules.usual_price[function] * rules.usual_capacity[function]
    row.threshold = usual * math.exp(rules.spread * z)
    row.price = rules.usual_price[function]
    facilitators[b].committed = 0.0
    row.receipts = 0.0
    row.income = 0.0
    row.poor = 0
    row.seen = 0.0


@rule
def set_up(facilitators, b, price, week):
    """Slot b enters the market at a price, US$ for each client."""
    helper = facilitators[b]
    helper.standing = Standing.FREE
    helper.since = week
    helper.price = price
    helper.income = helper.threshold
    helper.poor = 0


@rule
def give_up(facilitators, rules, b, seed):
    """Slot b leaves the market; the next entrant's traits are drawn."""
    facilitators[b].generation += 1
    be_facilitator(facilitators, rules, b, seed)
