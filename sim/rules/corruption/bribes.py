"""The one bribe rule: whatever a post could do is left undone if it is worth more than its holder asks (model 4.9).

An event at a unit (a crossing detected, a raid, a complaint, an application, a person in custody, a day in court)
comes before one of its line officers. If that one sells, and what the buyer gains exceeds the least price, they share
the difference:

    bribe = reservation + bargain·(worth - reservation)

A predatory one names what it is worth as the price, whether anything was offered or not (C2-M10). Nothing else ties
control to capture: more control means more events, each worth more to whoever it would stop.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.officials import POSTS_OF_REGION, Post
from sim.ground.kernel import rule

EVENTS, SOLD, WORTH = range(3)
# by Post: how officials are spread over what there is to sell, and what an event is worth before any has come (US$)
SHARE_OF_POSTS = np.array([0.4, 0.1, 0.25, 0.1, 0.1, 0.05, 0.05])
FIRST_WORTH = np.array([0.0, 4_500.0, 4_000.0, 4_000.0, 2_000.0, 8_000.0, 4_000.0])


class Posts(NamedTuple):
    """What is known of every unit; float64 (units,) unless said otherwise."""

    legs: int
    missions: int  # unit of the mission in the first region
    first: NDArray[Any]  # int64 (units + 1,) rows of its officials, the chief first
    stands_for: NDArray[Any]  # officials whom each of its rows stands for: fewer than one in a small run
    share: NDArray[Any]  # line officers who sell to anyone
    retained: NDArray[Any]  # line officers on the books of one enterprise
    predators: NDArray[Any]  # line officers who sell and demand
    chief: NDArray[Any]  # 1 if the chief does
    reservation: NDArray[Any]  # least price of those who sell, US$
    mean_worth: NDArray[Any]  # what an event has been worth to buyers, US$
    approaches: NDArray[Any]  # events in four weeks, remembered
    former: NDArray[Any]  # dismissed officials who know whom to approach, faded
    named: NDArray[Any]  # statements about officials, not yet followed up
    bought: NDArray[Any]  # share of events that are bought off, as the trade expects
    price: NDArray[Any]  # US$, likewise
    tally: NDArray[Any]  # (units, 3) events, sales and worth in US$ since the last review
    bargain: NDArray[Any]  # (1,)


def no_posts(legs: int, regions: int, bargain: float) -> Posts:
    """Units without anyone in them yet."""
    missions = legs + regions * POSTS_OF_REGION
    units = missions + regions
    at: dict[str, Any] = {name: np.zeros(units) for name in Posts._fields}
    at |= {"legs": legs, "missions": missions, "first": np.zeros(units + 1, np.int64)}
    return Posts(**at | {"stands_for": np.ones(units), "tally": np.zeros((units, 3)), "bargain": np.array([bargain])})


def unit_of(posts: Any, post: int, region: Any) -> Any:
    """Unit of a post in a region, or in each of several."""
    return posts.missions + region if post == Post.MISSION else posts.legs + region * POSTS_OF_REGION + post - 1


unit_at = rule(unit_of)  # the same inside a kernel


@rule
def all_who_sell(posts, unit):
    """Line officers of a unit who sell, to anyone or to one enterprise."""
    return posts.share[unit] + posts.retained[unit]


@rule
def buys_off(posts, unit, u, share, worth):
    """US$ that a buyer pays so that nothing comes of an event at a unit; 0 if it takes its course.

    ``u`` a keyed uniform; ``share`` the chance that whoever deals with it sells to this buyer; ``worth`` to the buyer,
    US$, which is what a predatory officer takes from anyone.
    """
    posts.tally[unit, EVENTS] += 1.0
    posts.tally[unit, WORTH] += worth
    if u < posts.predators[unit] and worth > 0.0:
        posts.tally[unit, SOLD] += 1.0
        return worth
    least = posts.reservation[unit]
    if u >= share or worth <= least:
        return 0.0
    posts.tally[unit, SOLD] += 1.0
    return least + posts.bargain[0] * (worth - least)


def leaks(share: Any, briefed: float) -> Any:
    """Chance that at least one of those briefed sells a warning (C2-M25), of one unit or of several."""
    return 1.0 - (1.0 - share) ** briefed


leaked = rule(leaks)  # the same inside a kernel


def bought_by_region(posts: Posts, post: Post, regions: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(share bought off, price in US$) of one post in every region, as the trade expects; float64 (regions,)."""
    at = unit_of(posts, post, np.arange(regions))
    return posts.bought[at], posts.price[at]
