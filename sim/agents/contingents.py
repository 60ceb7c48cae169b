"""Groups of members of a mission: who they are, and what is so among them (C8-M36).

A row is one group in one region; a mission is made up of four, which live under different rules.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.ground.table import Column, Table


class Member(IntEnum):
    """Groups among the members of a mission, by the rules that they live under."""

    MILITARY = 0
    POLICE = 1
    CIVILIANS = 2
    CONTRACTORS = 3


GROUPS = len(Member)

CONTINGENT_COLUMNS: tuple[Column, ...] = (
    Column("region", "i2", "region where they are stationed"),
    Column("member", "i1", "Member"),
    Column("people", "f8", "people"),
    Column("trained", "f8", "share who know what they may be part of when they buy"),
    Column("tolerance", "f8", "how far superiors and peers put up with it, in [0, 1]"),
    Column("fear", "f8", "what they expect misconduct to cost, in months of pay"),
    Column("safe", "f8", "how far those who report a colleague are thought to be safe, in [0, 1]"),
    Column("open", "f8", "cases in the files of the mission that nobody has decided"),
    Column("buying", "f8", "members who buy, over those at the start", 1.0),
)


def first_contingents(regions: int, tolerance: float) -> Table:
    """The groups of every region when a run starts, by region; ``tolerance`` as superiors have it then."""
    table = Table("contingent", CONTINGENT_COLUMNS, regions * GROUPS)
    table["region"][:] = np.repeat(np.arange(regions), GROUPS)
    table["member"][:] = np.tile(np.arange(GROUPS), regions)
    table["tolerance"][:] = tolerance
    table["safe"][:] = 1.0 - tolerance
    return table
