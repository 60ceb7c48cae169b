"""What work pays at home and abroad this week, by region: wages of the world, development, tightness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]


def incomes_at_home(state: State) -> Floats:
    """Wages with papers over those at the start (lever ``origin.development``); (regions,).

    Those who are born later have means in proportion, so that more can pay for a journey that is worth less to them:
    whether more or fewer leave is not said here (C1-M02).
    """
    return np.asarray(1.0 + state.levers.now["origin.development"])


def wages(state: State) -> Floats:
    """US$ a week without and with papers, (regions, 2)."""
    regions, grown = state.world.regions, incomes_at_home(state)
    irregular = regions.wage_irregular * state.labour.wage_index * grown
    return np.stack([irregular, regions.wage_regular * grown], axis=1)
