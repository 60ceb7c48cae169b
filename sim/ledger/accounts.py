"""The outside world's accounts, and what a rule writes its doings to."""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

from numpy.typing import NDArray

from sim.ground.by_address import alike


class Account(IntEnum):
    """The outside world's accounts: money enters and leaves the modelled people and enterprises only through them."""

    ENDOWMENT = 0  # households' means at entry
    WAGES = 1  # income less living costs
    REMITTANCES = 2
    ESTATES = 3  # what a person holds on leaving the model
    STATE = 4  # application and visa fees
    BROKERS = 5
    PAPERS = 6
    FARES = 7
    JOURNEYS = 8  # transport paid by providers or people on their own
    LOSSES = 9  # providers' losses when a crossing is stopped
    RUNNING = 10  # providers' running costs
    OWNERS = 11  # capital paid in and profit taken out
    CONSUMERS = 12  # what is taken from people at work is paid by those who buy what they make
    CONTROL = 13  # what controlling people costs: guards, rooms, threats
    OFFICIALS = 14  # bribes
    FACILITATORS = 15  # what enterprises pay partners
    LEFT_BEHIND = 16  # what people who are removed leave where they lived


@alike
class Ledger(NamedTuple):
    """What happened this week, and the money that it moved between the modelled people and the outside world."""

    counters: NDArray[Any]  # (counters,) of this week, or of one chunk of a pass; see ``C``
    accounts: NDArray[Any]  # (accounts,) cents that the outside world has received
