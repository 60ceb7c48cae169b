"""How far a move gets before it meets the end of its lever's range: nowhere is a fault, part of the way a note."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.levers import LEVERS
from sim.ground.errors import RequestError
from sim.policies.policy import Move

Floats = NDArray[np.float64]
ELEMENTS = {
    "leg": "legs",
    "visa": "pairs of regions",
    "region": "regions",
    "work": "sectors of regions",
    "agency": "agencies of regions",
}


def reach_of(start: Mapping[str, Floats], move: Move, mask: NDArray[np.bool_], who: str) -> str:
    """A sentence if a move at full effect is cut off by the range of its lever, or changes nothing; else nothing.

    Parameters
    ----------
    start : every lever at its start, by scope.
    mask : where the move applies, bool over the scope of its lever.
    who : the policy or shock that makes it, as complaints name it.

    Raises
    ------
    RequestError : the move asks for a change and the range leaves none of it.
    """
    lever = LEVERS[move.lever]
    x = np.broadcast_to(start[move.lever], mask.shape)[mask]
    wanted = np.asarray(move.target(x), float)
    got = np.clip(wanted, lever.low, lever.high)
    at = f"{who}, lever {lever.name}"
    what = f"{move.op} {move.value:g}"
    unit = f" {lever.unit}" if lever.unit else ""
    limits = f"{lever.low:g} to {lever.high:g}{unit}"
    if not (wanted != x).any():
        return f"{at}: {what} changes nothing in this world, where the lever is {_between(x)}{unit} already"
    if not (got != x).any():
        raise RequestError(
            f"{what} changes nothing: the lever is {_between(x)}{unit} wherever the {who.partition(' ')[0]} applies, "
            f"and its range is {limits}",
            where=at,
        )
    cut = got != wanted
    if cut.any():
        share = "everywhere" if cut.all() else f"in {int(cut.sum())} of {cut.size} {ELEMENTS[lever.scope]}"
        return f"{at}: {what} ends at {_between(got[cut])}{unit} {share}, the end of its range ({limits})"
    return ""


def _between(values: Any) -> str:
    """A value, or the lowest and the highest of several that differ."""
    low, high = float(values.min()), float(values.max())
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
