"""What work pays at home and abroad this week, by region: wages of the world, development, tightness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.state.state import State

from sim.rules.work.labour import REVIEW_WEEKS

Floats = NDArray[np.float64]


def incomes_at_home(state: State) -> Floats:
    """Wages with papers over those at the start (lever ``origin.development``); (regions,).

    Those who are born later have means in proportion, so that more can pay for a journey that is worth less to them:
    whether more or fewer leave is not said here (C1-M02).
    """
    return np.asarray(1.0 + state.levers.now["origin.development"])


def move_wages(state: State, filled: Floats, slots: Floats) -> None:
    """Pay without papers follows tightness (model 4.4): every four weeks, within bounds.

    ``filled`` and ``slots`` (cells,), as far as buyers want them. Whoever found no
    work looks again after a few weeks: searches count people.
    """
    index, values = state.regions["wage_index"], state.scenario.values
    regions = len(index)
    jobs = slots.reshape(regions, -1).sum(axis=1)
    vacant = np.maximum(jobs - filled.reshape(regions, -1).sum(axis=1), 0.0)
    seekers = state.regions["seekers"] * values["work.search_again"] / REVIEW_WEEKS
    state.regions["seekers"] = 0.0
    gap = np.divide(vacant - seekers, jobs, out=np.zeros_like(jobs), where=jobs > 0)
    most, least = values["work.tightness_most"], values["work.pay_least"]
    step = values["work.tightness"] * np.clip(gap, -most, most)
    # never above what people with papers earn
    highest = state.world.regions.wage_regular / np.maximum(state.world.regions.wage_irregular, 1e-9)
    index[:] = np.clip(index * np.exp(step), least, np.maximum(highest, least))
