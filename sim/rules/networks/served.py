"""Whom an enterprise can serve as far as one function goes."""

from __future__ import annotations

from sim.agents.facilitators import Function
from sim.ground.kernel import rule


@rule
def share_served(row, function, need, done):
    """Share of its clients whom an enterprise (its record) can serve, of whose need for a function so much is ``done``.

    What that is of the collection of debts is kept: it is the share of its debtors from whom it can collect.
    """
    share = 1.0 - need + need * done
    if function == Function.COLLECTION:
        row.collects = share
    return share
