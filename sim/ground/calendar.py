"""Weeks, and the moment at which a rule is called."""

from __future__ import annotations

from typing import NamedTuple

from sim.ground.by_address import alike

WEEKS_PER_YEAR = 52


def left_after(weeks: float, half_life: float) -> float:
    """Share of something with a half-life (weeks) that is left after so many weeks."""
    return float(0.5 ** (weeks / half_life))


@alike
class Now(NamedTuple):
    """The week, counted from the end of burn-in, and the two seeds of its draws.

    ``seed`` deals what happens. ``nature`` says what lasts as long as a thing lives and is drawn anew whenever it is
    looked at, such as a taste: it is the seed that made the world and its people. Up to week 0 the two are one, and
    from then on they differ where a run has another luck (:func:`lucky`).
    """

    week: int
    seed: int
    nature: int


def lucky(seed: int, luck: int) -> int:
    """The seed with which a world deals from week 0 on; ``luck`` 0 keeps its own.

    Other lucks are mixed into it by a function that gives no two lucks of one seed, and no two seeds of one luck, the
    same number (Weyl's sequence and the last steps of MurmurHash3).

    >>> lucky(7, 0), lucky(7, 1) != lucky(7, 2) != lucky(8, 2)
    (7, True)
    """
    if luck == 0:
        return seed
    mixed = (seed + luck * 0x9E3779B9) % 2**32
    mixed = (mixed ^ mixed >> 16) * 0x85EBCA6B % 2**32
    mixed = (mixed ^ mixed >> 13) * 0xC2B2AE35 % 2**32
    return mixed ^ mixed >> 16
