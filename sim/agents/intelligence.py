"""Items of intelligence: what somebody has learned of a target, from whom, and who holds it (C6-M04, C6-M41).

    raw -> analysed -> used, or worth nothing any more

An item is no evidence: it says where to look, and for how long it is worth something. Rows are reused.
"""

from __future__ import annotations

from enum import IntEnum
from functools import partial

import numpy as np

from sim.ground.table import Column, Table


class Informer(IntEnum):
    """Where an item of intelligence comes from; whoever receives it from another state does not learn more."""

    VICTIMS = 0  # accounts of exploited people, about everyone on their way
    COMMUNITY = 1  # who lives near
    OFFICERS = 2  # what those on the beat see
    INFORMANTS = 3  # insiders
    FINANCIAL = 4  # money that moves
    SURVEILLANCE = 5  # trades that have to be found by customers are watched
    PARTNERS = 6  # another state


SOURCES = len(Informer)
# these are held by an intelligence service and not by police
SECRET = np.array([0, 0, 0, 0, 1, 1, 0])


class ItemStage(IntEnum):
    """What has become of an item."""

    FREE = 0  # the row holds none
    RAW = 1  # waits for an analyst
    KNOWN = 2  # analysed


Packed = partial(Column, packed=True)

ITEM_COLUMNS: tuple[Column, ...] = (
    Packed("stage", "i1", "ItemStage"),
    Packed("source", "i1", "Informer"),
    Packed("kind", "i1", "Target: a venue or an enterprise"),
    Packed("secret", "i1", "1 while an intelligence service holds it, 0 where police do"),
    Packed("wrong", "i1", "1 if what it says is not so"),
    Packed("target", "i4", "row of the venue or enterprise"),
    Packed("target_generation", "i4", "its generation"),
    Packed("region", "i2", "region whose agencies hold it"),
    Packed("collected", "i4", "week in which it was collected"),
)


def room_for_items(people: int, per_person: float, there: bool) -> Table:
    """A table for the items of a run of so many people; without rows where there is no intelligence."""
    return Table("item", ITEM_COLUMNS, int(np.ceil(per_person * people)) if there else 0)
