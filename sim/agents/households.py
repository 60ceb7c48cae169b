"""Households: who belongs to one, and what its members share.

A household is a run of rows of the table of people with one home. When a member leaves the model the next person takes
the row, and the place in the household with it.
"""

from __future__ import annotations

from functools import partial

from sim.agents.people import LONG_AGO
from sim.ground.table import Column

Packed = partial(Column, packed=True)

HOUSEHOLD_COLUMNS: tuple[Column, ...] = (
    Packed("first", "i4", "first row of the table of people that belongs to the household"),
    Packed("size", "i4", "members"),
    Packed("goer", "i4", "member who holds what the others have lent so that she may go, -1 none", -1),
    Packed("sender", "i4", "member who sends most, -1 none", -1),
    Packed("support", "f4", "what members abroad send, US$/week"),
    Packed("backed", "f4", "what the state pays in place of remittances that were lost, US$/week"),
    Packed("head", "f4", "both of these for each member at home, US$/week"),
    Packed("lost", "f4", "remittances that were lost and have not come back, US$/week"),
    Packed("lost_week", "i4", "week in which that was seen", LONG_AGO),
    Packed("left_week", "i4", "week in which a member last decided to leave", LONG_AGO),
)
