"""Node-level conditions of the week: what work pays and costs, and what it risks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.conditions import risks
from sim.ground.kernel import kernel
from sim.ground.threads import EVERY
from sim.rules.justice.experience import certainty
from sim.rules.work.value import credit_limits, typical_values

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]
ON_ONE_THREAD = partial(risks.see_risks, EVERY)


def see_work(state: State, see_risks: Callable[..., None] = ON_ONE_THREAD) -> None:
    """What a week's work is worth, what control costs and what it risks; ``see_risks`` is the pass over regions."""
    s, p = state.s, state.p
    see_pay(s.regions, p)
    state.regions["fear"][:] = fear_of_removal(state)
    # where something is announced those who plan see what will be, and people are met as it is
    see_risks(s, p, levers_as_expected(state))


def levers_as_expected(state: State) -> bool:
    """Whether nothing is announced, so that planning for what will be is planning for what is."""
    return state.levers.expected is state.levers.now


def fear_of_removal(state: State) -> Floats:
    """Fear of removal without status, in [0, 1], by region; zero with the switch ``deportation_fear`` off."""
    if state.mechanisms["deportation_fear"] == "off":
        return np.zeros(len(state.regions))
    return np.asarray(-np.expm1(-state.scenario.values["control.fear_removal"] * state.s.law["removal"]))


@kernel
def see_pay(regions, p):
    """What work pays without and with papers, and what a conviction costs who controls somebody."""
    for region in range(len(regions)):
        row = regions[region]
        row.wage[0] = row.wage_irregular * row.wage_index * row.grown
        row.wage[1] = row.wage_regular * row.grown
        for papers in range(2):
            row.outside[papers] = row.wage[papers] * row.employment
        # certainty is that of a typical case; it is spread over cases by how likely a person is to testify
        cost = row.penalty_exploitation + (row.owner_loss if p.asset.expected else 0.0)
        row.conviction_loss = cost * certainty(regions, p.belief, region) / p.term.typical_testimony


def appraise(state: State) -> None:
    """Every four weeks: V of typical newcomers and what lenders can expect to recover."""
    typical_values(state.s.regions, state.s.cells, state.s.sectors, state.p.control)
    credit_limits(state.s.regions, state.p.control)
