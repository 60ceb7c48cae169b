"""Identities that hold in every week of every run (model 10); checked at run time with ``checks=true``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.state.state import State


def check(state: State, week: int, counted: int) -> None:
    """Money to the cent, people by stage, capacities, no money spent twice.

    ``counted`` is the number of people found in the stages. Raises ArithmeticError that names the week and what broke.
    """
    money = state.money()
    if money != 0.0:
        raise ArithmeticError(f"week {week}: accounts do not balance, {money} cents were made or lost")
    debts = state.debts()
    if debts != 0.0:
        raise ArithmeticError(f"week {week}: debts and claims differ by {debts} cents")
    if (state.regions["seized"] < 0).any() or (state.cases["frozen"] < 0).any():
        raise ArithmeticError(f"week {week}: more was paid from what was seized than there is")
    if (state.regions["care_fund"] < 0).any():
        raise ArithmeticError(f"week {week}: more was paid for care than confiscations have brought")
    if (state.regions["permits_left"] < 0).any() or (state.agencies["attention"] < 0).any():
        raise ArithmeticError(f"week {week}: more was given or taken up than there is room for")
    if (state.migrants["debt"] < 0).any():
        raise ArithmeticError(f"week {week}: someone owes less than nothing")
    if (state.venues["filled"] > state.venues["slots"]).any() or (state.venues["filled"] < 0).any():
        raise ArithmeticError(f"week {week}: a venue employs more people than it has slots")
    if counted != len(state.migrants):
        raise ArithmeticError(f"week {week}: people are missing from the stages")
    if (state.migrants["cash"] < 0).any() or (state.migrants["escrow"] < 0).any():
        raise ArithmeticError(f"week {week}: someone has spent money they did not have")
    if (state.traffickers["taken"] > np.ceil(state.traffickers["capacity"])).any():
        raise ArithmeticError(f"week {week}: an enterprise took more clients than it has room for")
    if (state.pairs["visa_tokens"] < 0).any() or (state.regions["papers_tokens"] < 0).any():
        raise ArithmeticError(f"week {week}: more visas or papers were given than there are")
