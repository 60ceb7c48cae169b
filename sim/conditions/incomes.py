"""What work pays at home and abroad this week, by region: wages of the world, development, tightness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.conditions.demand import share_of
from sim.rules.work.labour import REVIEW_WEEKS

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]
NOBODY = 1e-9  # people, where there are none


def incomes_at_home(state: State) -> Floats:
    """Wages with papers over those at the start (levers ``origin.development`` and ``region.income``); (regions,).

    Those who are born later have means in proportion, so that more can pay for a journey that is worth less to them:
    whether more or fewer leave is not said here (C1-M02).
    """
    return np.asarray((1.0 + state.levers.now["origin.development"]) * state.levers.now["region.income"])


def share_of_work(state: State) -> Floats:
    """Chance to have work over that at the start (lever ``region.employment``), 1 where there was none; (regions,)."""
    usual = state.levers.start["region.employment"]
    return np.divide(state.levers.now["region.employment"], usual, out=np.ones_like(usual), where=usual > 0)


def within(values: Floats, low: float, high: Floats | float) -> Floats:
    """``np.clip``, which takes longer to begin than to clip the values of a few regions."""
    return np.asarray(np.minimum(np.maximum(values, low), high))


def gap_in_jobs(wanted: Floats, available: Floats, most: float) -> Floats:
    """Log of slots wanted over people available, at most ``most`` either way; (regions,)."""
    return within(np.log(np.maximum(wanted, NOBODY) / np.maximum(available, NOBODY)), -most, most)


def move_wages(state: State, filled: Floats) -> None:
    """Pay without papers moves towards the level at which jobs wanted equal people available (model 4.4).

        d log w = pace·log(slots wanted / ((1 + usual vacancies)·(people at work + seekers))) / elasticity

    every four weeks. Where newcomers do all the work slots wanted fall with pay by that elasticity
    (:func:`~sim.conditions.demand.answer_to_pay`), and each step closes the same part of the way; where they do part
    of it, less. Where people are scarce pay rises until fewer slots are wanted, and stays there. ``filled`` (cells,)
    people at work. What buyers want counts, whether or not it is served yet: slots of open places cannot grow for
    ever, and pay would have no level. Whoever found no work looks again after a few weeks: searches count people. Pay
    stays between a part of its start and what people with papers earn.
    """
    index, values = state.regions["wage_index"], state.scenario.values
    regions = len(index)
    wanted = state.cells["demand"].reshape(regions, -1)
    jobs = wanted.sum(axis=1)
    seekers = state.regions["seekers"] * values["work.search_again"] / REVIEW_WEEKS
    state.regions["seekers"] = 0.0
    available = (1.0 + values["work.slack"]) * (filled.reshape(regions, -1).sum(axis=1) + seekers)
    buyers = share_of((wanted * state.world.sectors.elasticity).sum(axis=1), jobs)
    elasticity = values["work.substitution"] + values["demand.pass_through"] * buyers
    way = gap_in_jobs(jobs, available, values["work.tightness_most"]) / elasticity
    # where nobody from elsewhere works when a run starts no jobs answer, and pay has no other level than its start
    way = np.where(state.regions["newcomer_jobs"] > 0, way, -np.log(index))
    step = (0.0 if state.mechanisms["pay_answers"] == "off" else values["work.tightness"]) * way
    least = values["work.pay_least"]
    highest = state.world.regions.wage_regular / np.maximum(state.world.regions.wage_irregular, 1e-9)
    index[:] = within(index * np.exp(step), least, np.maximum(highest, least))
