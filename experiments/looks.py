"""When runs may stop: looks at the data on the way, with intervals that all hold at once.

Whoever looks at a 95 % interval again and again, and stops when it says something, is wrong more often than in one of
twenty cases. Here the chance to be wrong, 1 - ``LEVEL`` over all looks together, is spent in proportion to the seeds
that have been run (a linear spending function; Lan & DeMets 1983, Kim & DeMets 1987). Each look has a level of its own,
and the interval at that level is a repeated confidence interval (Jennison & Turnbull 1989): with probability ``LEVEL``
all of them hold the truth, whatever makes one stop. Levels come from the joint normal distribution of the looks and are
used with Student's t, as is usual for few values; a test shows what that does on streams of up to 20 seeds.

Studies stop otherwise (``sim.results.sequential``): by how wide an interval is, never by what it says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from scipy import optimize, special

from sim.results.signs import LEVEL

POINTS = 801  # of the grid on which the paths that have not stopped are followed
REACH = 8.0  # its end, in standard errors
FEWEST = 2  # seeds with which there is an interval at all


def looks(most: int, times: int) -> tuple[int, ...]:
    """Numbers of seeds at which one looks, evenly spread and the last one ``most``; fewer looks if there is no room.

    >>> looks(20, 3)
    (7, 14, 20)
    >>> looks(2, 3)
    (2,)
    """
    counts = {max(math.ceil(most * look / times), min(FEWEST, most)) for look in range(1, times + 1)}
    return tuple(sorted(counts))


@cache
def levels(counts: Sequence[int], level: float = LEVEL) -> tuple[float, ...]:
    """The level of the interval at each look, so that all hold at once with probability ``level``.

    Parameters
    ----------
    counts : seeds at each look, rising (a tuple).

    >>> levels((20,))
    (0.95,)
    """
    alpha = 1 - level
    if len(counts) == 1:
        return (level,)
    seeds = np.array(counts, float)
    grid = np.linspace(-REACH, REACH, POINTS)
    step = grid[1] - grid[0]
    inside = None  # density of the sum of values over the root of its seeds, over paths that have not stopped
    found = []
    for place, spent in enumerate(np.diff(alpha * seeds / seeds[-1], prepend=0.0)):
        if inside is None:
            bound = special.ndtri(1 - spent / 2)
            density = _normal(grid)
        else:
            before, now = np.sqrt(seeds[place - 1]), np.sqrt(seeds[place])
            more = math.sqrt(seeds[place] - seeds[place - 1])
            jump = (grid[:, None] * now - grid[None, :] * before) / more
            density = (_normal(jump) * now / more) @ (inside * step)
            bound = optimize.brentq(lambda z, here=density, mass=spent: _outside(grid, here, z) - mass, 0.5, REACH)
        found.append(float(1 - 2 * special.ndtr(-bound)))
        inside = np.where(np.abs(grid) <= bound, density, 0.0)
    return tuple(found)


def _normal(z: np.ndarray) -> np.ndarray:
    """The standard normal density."""
    return np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)


def _outside(grid: np.ndarray, density: np.ndarray, bound: float) -> float:
    """The mass of a density on an even grid beyond ± ``bound``."""
    mass = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(grid))])
    low, high = np.interp([-bound, bound], grid, mass)
    return float(low + mass[-1] - high)
