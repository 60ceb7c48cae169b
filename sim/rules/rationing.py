"""What becomes available bit by bit and is given out whole: visas, papers, meetings, permits, contacts, places.

A small pair of regions may be due one visa in three years. So that rates per person are those of a large run

- what is at hand starts at a keyed phase, uniform in [0, 1): a place that comes once in a hundred weeks comes within
  the first ten in a tenth of all runs;
- what is left over lapses as it would in a large run, but never below ``LEAST_KEPT`` whole ones;
- a number of posts or slots that is not whole is rounded by a keyed phase, so that it is right in the mean.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.ground.draws import Stream, uniforms
from sim.ground.kernel import rule

Floats = NDArray[np.float64]
# whole ones that are kept however slowly they become available; four bytes, so that sums with such columns stay so
LEAST_KEPT = np.float32(2.0)


class Rationed(IntEnum):
    """What has a phase of its own."""

    VISAS = 0
    PAPERS = 1
    PERMITS = 2
    CONTACTS = 3
    SLOTS = 4
    CASES = 5
    FACILITATORS = 6
    DECISIONS = 7
    RECEPTION = 8


def phases(seed: int, what: Rationed, shape: tuple[int, ...]) -> Floats:
    """Keyed uniforms in (0, 1), float64 ``shape``, by position."""
    count = int(np.prod(shape))
    who = np.arange(count)
    return uniforms(seed, who, np.full(count, int(what)), np.zeros(count), Stream.START_PHASE).reshape(shape)


@rule
def top_up(at_hand, weekly, weeks):
    """What is at hand after a week in which ``weekly`` became available and what is older than ``weeks`` lapsed.

    Where nothing becomes available everything lapses but the phase, from which it would begin again.
    """
    return min(at_hand + weekly, weeks * weekly + LEAST_KEPT) if weekly > 0.0 else at_hand % 1.0


@rule
def whole(amount, phase):
    """A whole number that is ``amount`` in the mean over phases; equal to it if it is whole."""
    return math.floor(amount + phase)
