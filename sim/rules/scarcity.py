"""What scarcity makes of a price: it moves towards a level that follows use, and has a place to rest (model 4.2, 4.8).

    level = most^((use - usual)/(use_most - usual))    where more than usual is in use, at most ``most``
    level = least^((usual - use)/usual)                where less is
    price <- price^(1 - pace)·level^pace               every review, over the price at usual use

A price that moved by so much a month for as long as use is not the usual one would have no level but its bounds.
"""

from __future__ import annotations

from sim.ground.kernel import rule

LEAST_SPAN = 1e-9


@rule
def level_of(use, usual, use_most, least, most):
    """The price over the usual one at which it rests while ``use`` of capacity lasts."""
    if use >= usual:
        return most ** ((min(use, use_most) - usual) / max(use_most - usual, LEAST_SPAN))
    return least ** ((usual - use) / max(usual, LEAST_SPAN))


@rule
def towards(price, level, pace):
    """A price after a review: by ``pace`` of the way, in log, nearer to its level."""
    return price ** (1.0 - pace) * level**pace
