"""Weeks, and the moment at which a rule is called."""

from __future__ import annotations

from typing import NamedTuple

from sim.ground.by_address import alike

WEEKS_PER_YEAR = 52


@alike
class Now(NamedTuple):
    """The week, counted from the end of burn-in, and the seed of every draw."""

    week: int
    seed: int
