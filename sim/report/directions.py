"""Which way an effect points, as a word and a shape: nobody has to tell colours apart to read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.report import gains, words
from sim.results.signs import ALIKE, NO_VALUE, RISES, TOO_FEW, names_a_sign

if TYPE_CHECKING:
    import pandas as pd

_UNSURE = {TOO_FEW: "too few seeds", ALIKE: "all seeds agree", NO_VALUE: "no value"}
# arrows say more or less; full ones stand for better or worse for people, empty ones for what a page does not judge
_UP = ("\N{BLACK UP-POINTING TRIANGLE}", "\N{WHITE UP-POINTING TRIANGLE}")
_DOWN = ("\N{BLACK DOWN-POINTING TRIANGLE}", "\N{WHITE DOWN-POINTING TRIANGLE}")
OPEN, ACTIVITY = "\N{WHITE CIRCLE}", "\N{WHITE DIAMOND}"


class Direction(NamedTuple):
    """``kind`` as ``words.direction`` names it, a ``shape`` that differs by kind and way, and the ``word`` for it."""

    kind: str
    shape: str
    word: str


def of_risk(row: Mapping[Any, Any]) -> Direction:
    """The direction of a row of ``risks``, from its ``outcome`` and its ``verdict``."""
    if not names_a_sign(row["verdict"]):
        return Direction("open", OPEN, _UNSURE.get(row["verdict"], "not sure"))
    more = row["verdict"] == RISES
    kind = {gains.BETTER: "better", gains.WORSE: "worse"}.get(gains.direction(row), "neither")
    return Direction(
        kind, (_UP if more else _DOWN)[kind == "neither"], ("more" if more else "less") if kind == "neither" else kind
    )


def direction(row: Mapping[Any, Any] | pd.Series) -> Direction:
    """The direction of a row of effects, from its ``metric`` and its ``verdict``."""
    verdict = row["verdict"]
    kind = words.direction(row["metric"], verdict)
    if not names_a_sign(verdict):
        return Direction("open", OPEN, _UNSURE.get(verdict, "not sure"))
    more = verdict == RISES
    amount = "more" if more else "less"
    if kind == "activity":
        return Direction(kind, ACTIVITY, f"{amount} activity")
    if kind == "neither":
        return Direction(kind, (_UP if more else _DOWN)[1], amount)
    return Direction(kind, (_UP if more else _DOWN)[0], kind)
