"""The one bribe rule: whatever a post could do is left undone if it is worth more than its holder asks (model 4.9).

An event at a unit (a crossing detected, a raid, a complaint, an application, a person in custody, a day in court)
comes before one of its line officers. If that one sells, and what the buyer gains exceeds the least price, they share
the difference:

    bribe = reservation + bargain·(worth - reservation)

A predatory one names what it is worth as the price, whether anything was offered or not (C2-M10). Nothing else ties
control to capture: more control means more events, each worth more to whoever it would stop.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.officials import POSTS_OF_REGION, Post
from sim.ground.kernel import rule
from sim.ground.table import Table

EVENTS, SOLD, WORTH = range(3)


def count_units(legs: int, regions: int) -> int:
    """How many units there are: one on every leg, those of every region, and a mission in each."""
    return legs + regions * (POSTS_OF_REGION + 1)


def unit_of(rules, post, region) -> Any:
    """Unit of a post in a region, or in each of several."""
    return rules.missions + region if post == Post.MISSION else rules.legs + region * POSTS_OF_REGION + post - 1


unit_at = rule(unit_of)  # the same inside a kernel


@rule
def all_who_sell(units, unit):
    """Line officers of a unit who sell, to anyone or to one enterprise."""
    return units[unit].share + units[unit].retained


@rule
def buys_off(units, rules, unit, u, share, worth):
    """US$ that a buyer pays so that nothing comes of an event at a unit; 0 if it takes its course.

    ``u`` a keyed uniform; ``share`` the chance that whoever deals with it sells to this buyer; ``worth`` to the buyer,
    US$, which is what a predatory officer takes from anyone.
    """
    post = units[unit]
    post.tally[EVENTS] += 1.0
    post.tally[WORTH] += worth
    if u < post.predators and worth > 0.0:
        post.tally[SOLD] += 1.0
        return worth
    least = post.reservation
    if u >= share or worth <= least:
        return 0.0
    post.tally[SOLD] += 1.0
    return least + rules.bargain * (worth - least)


def leaks(share, briefed) -> Any:
    """Chance that at least one of those briefed sells a warning (C2-M25), of one unit or of several."""
    return 1.0 - (1.0 - share) ** briefed


leaked = rule(leaks)  # the same inside a kernel


def bought_by_region(
    units: Table, rules: Any, post: Post, regions: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(share bought off, price in US$) of one post in every region, as the trade expects; float64 (regions,)."""
    at = unit_of(rules, post, np.arange(regions))
    return units["bought"][at], units["price"][at]
