"""Ties: working relations between an enterprise and a facilitator, their columns and numbering (model 2, 4.8)."""

from __future__ import annotations

from sim.agents.facilitators import FUNCTIONS
from sim.ground.kernel import rule
from sim.ground.table import Column

MOST_TIES = 3  # with facilitators of one function
TIES_OF_ENTERPRISE = FUNCTIONS * MOST_TIES

TIE_COLUMNS: tuple[Column, ...] = (
    Column("unit", "i4", "row of the enterprise", packed=True),
    Column("region", "i2", "region where the enterprise finds its clients", packed=True),
    Column("generation", "i4", "how many partners this row has held", packed=True),
    Column("partner", "i4", "row of the facilitator, -1 none", -1, packed=True),
    Column("partner_generation", "i4", "its generation", packed=True),
    Column("function", "i1", "Function", packed=True),
    Column("trust", "f4", "from working together, in [0, 1]", packed=True),
    Column("since", "i4", "week in which they began to work together", packed=True),
    Column(
        "noted",
        "i1",
        "what investigators have seen: 0 nothing, 1 the facilitator, 2 somebody else in its place",
        packed=True,
    ),
)


@rule
def first_tie(unit, function):
    """Row of the first of the ``MOST_TIES`` ties that an enterprise may have for a function."""
    return (unit * FUNCTIONS + function) * MOST_TIES
