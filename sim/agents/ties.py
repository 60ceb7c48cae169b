"""Ties: working relations between an enterprise and a facilitator, their columns and numbering (model 2, 4.8)."""

from __future__ import annotations

from functools import partial
from typing import Any

from sim.agents.facilitators import FUNCTIONS
from sim.agents.table import Column

MOST_TIES = 3  # with facilitators of one function
TIES_OF_ENTERPRISE = FUNCTIONS * MOST_TIES

Packed = partial(Column, packed=True)
TIE_COLUMNS: tuple[Column, ...] = (
    Packed("unit", "i4", "row of the enterprise"),
    Packed("region", "i2", "region where the enterprise finds its clients"),
    Packed("generation", "i4", "how many partners this row has held"),
    Packed("partner", "i4", "row of the facilitator, -1 none", -1),
    Packed("partner_generation", "i4", "its generation"),
    Packed("function", "i1", "Function"),
    Packed("trust", "f4", "from working together, in [0, 1]"),
    Packed("since", "i4", "week in which they began to work together"),
)


def first_tie(unit: Any, function: Any) -> Any:
    """Row of the first of the ``MOST_TIES`` ties that an enterprise may have for a function."""
    return (unit * FUNCTIONS + function) * MOST_TIES
