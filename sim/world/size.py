"""How many people a world needs so that most rates per person do not hang on how many are modelled.

Most of the model scales: places, slots, officials and beliefs are counted per person (:mod:`sim.rules.rationing`).
Enterprises and the partners they need are whole. Where a handful of them serve a region, they often lack a partner,
people find nobody who would take them, and more go alone. That is how a small market works, not an error of rounding,
so that it cannot be taken out without another model; a world therefore has a least size. What still hangs on the number
of people above it, and how far, is found by ``experiments/sizes.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.world.world import World

PEOPLE_FOR_EACH_START = 3_000  # people at risk in the run for each region in which journeys start


def starts_of(world: World) -> int:
    """Regions in which journeys start, those included where people are stranded."""
    return len(np.unique(world.pairs.start))


def least_size(world: World) -> int:
    """The least ``people.size`` at which rates per person are those of larger runs, to two digits."""
    exact = PEOPLE_FOR_EACH_START * starts_of(world)
    digits = max(len(str(exact)) - 2, 0)
    return int(round(exact, -digits))


def note_on_size(world: World, values: Mapping[str, Any]) -> str:
    """A sentence if a run of this size is below the least size of its world; else nothing."""
    size, least = values["people.size"], least_size(world)
    if size >= least:
        return ""
    return (
        f"people.size={size} is below the least size of world {world.name}, {least} ({PEOPLE_FOR_EACH_START} people "
        f"for each of {starts_of(world)} regions in which journeys start): with so few enterprises and partners fewer "
        "people travel with a provider than in larger runs, and other rates per person follow"
    )
