"""What the numbers in columns stand for: names for tables that people read."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.agencies import AgencyKind
from sim.agents.cases import CaseStage, Charge, Source, Target, Verdict
from sim.agents.enterprises import Kind, MoneyChannel
from sim.agents.facilitators import Function, Standing
from sim.agents.forms import Form
from sim.agents.offenders import Role, Status
from sim.agents.officials import Post, Rank, Terms
from sim.agents.people import Channel, Control, Creditor, Legal, Offer, Paid, Saving, Stage, Start, Tier
from sim.agents.venues import VenueKind, Visibility
from sim.ground.table import Column

ENUMS: dict[str, dict[str, type[IntEnum]]] = {
    "migrant": {"stage": Stage, "legal": Legal, "channel": Channel, "entered": Channel, "tier": Tier,
                "control": Control, "creditor_kind": Creditor, "offer": Offer, "paid": Paid,
                "saving": Saving, "start": Start},
    "trafficker": {"kind": Kind, "form": Form, "money_channel": MoneyChannel},
    "venue": {"kind": VenueKind, "limit": Control, "visibility": Visibility},
    "offender": {"role": Role, "status": Status},
    "official": {"post": Post, "rank": Rank, "terms": Terms},
    "facilitator": {"standing": Standing, "function": Function},
    "tie": {"function": Function},
    "agency": {"kind": AgencyKind},
    "case": {"stage": CaseStage, "kind": Target, "source": Source, "charge": Charge, "verdict": Verdict},
}  # fmt: skip


def names_of(table: str, column: Column, regions: Sequence[str], sectors: Sequence[str]) -> dict[int, str] | None:
    """What each number in a column of a table stands for; None for columns that hold amounts."""
    kind = ENUMS.get(table, {}).get(column.name)
    if kind is not None:
        return {int(code): code.name.lower().replace("_", " ") for code in kind}
    for word, names in (("region", regions), ("sector", sectors)):
        if column.meaning.partition(" ")[0] == word and not column.width:
            return dict(enumerate(names))
    return None


def as_names(values: NDArray[Any], names: dict[int, str]) -> NDArray[Any]:
    """The names of numbers, object (n,); an empty text for those that stand for nothing, such as -1."""
    return np.array([names.get(int(value), "") for value in values], object)
