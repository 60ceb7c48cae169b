"""Levers moved while a model runs: recorded as they are made, so that the same moves give the same run again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.declared.levers import LEVERS
from sim.ground.errors import RequestError
from sim.policies.engine import LeverEngine
from sim.policies.policy import OPERATIONS, move_from

KEYS = ("week", "lever", "op", "value", "where")


class LiveLevers(Mapping[str, NDArray[np.float64]]):
    """Levers of a running model: read like a mapping of names to arrays, moved by :meth:`move`.

    A value is a copy, float64 (legs,), (pairs,), (regions,), (regions, sectors) or (regions, agencies) by its scope.

    Attributes
    ----------
    moves : what has been moved by hand, one plain mapping each (week, lever, op, value, where), in order. Handed to
        ``Model(…, moves=…)`` it gives the same run bit for bit; it may be kept as YAML or JSON.
    reactions : what governments have moved by now (switch ``government_reaction``), by lever.
    """

    def __init__(self, engine: LeverEngine, week: int) -> None:
        self._engine, self._week = engine, week

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if name not in LEVERS:
            raise RequestError(f"there is no lever {name!r}", given=str(name), allowed=LEVERS)
        return self._engine.now[name].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._engine.now)

    def __len__(self) -> int:
        return len(self._engine.now)

    def __contains__(self, name: object) -> bool:
        return name in self._engine.now

    @property
    def moves(self) -> list[dict[str, Any]]:
        """Moves made or scheduled by hand, in order."""
        return [
            {"week": week, "lever": move.lever, "op": move.op, "value": move.value, "where": dict(move.where)}
            for week, move, _ in self._engine.moves
        ]

    @property
    def reactions(self) -> dict[str, tuple[str, NDArray[np.float64]]]:
        """What governments have moved by now: lever to (op, values over its scope)."""
        return {name: (op, values.copy()) for name, (op, values) in self._engine.reactions.items()}

    def move(
        self, lever: str, *, op: str = "set", value: float | str, where: Mapping[str, str] | None = None,
        week: int | None = None,
    ) -> None:  # fmt: skip
        """Move a lever from the next week on, or from ``week`` (after burn-in, as in :attr:`Model.week`) on.

        It stands on top of what policies do, stays until it is moved again, and is not announced. ``op``, ``value`` and
        ``where`` are those of a policy file.

        Raises
        ------
        RequestError : no such lever, a value out of range, a ``where`` that selects nothing, or a week that has gone.
        """
        self.schedule([{"week": self._week if week is None else week, "lever": lever, "op": op, "value": value,
                        "where": dict(where or {})}])  # fmt: skip

    def schedule(self, moves: Sequence[Mapping[str, Any]]) -> None:
        """Take over moves as :attr:`moves` gives them; all of them or, where one is wrong, none."""
        made = []
        for number, item in enumerate(moves):
            at = f"move {number}"
            if not isinstance(item, Mapping):
                raise RequestError(f"{at} must be a mapping with {', '.join(KEYS)}", where="moves")
            for name in item:
                if name not in KEYS:
                    raise RequestError(
                        f"{at} has an unknown key {name!r}", where="moves", given=str(name), allowed=KEYS
                    )
            week = item.get("week")
            if isinstance(week, bool) or not isinstance(week, int | np.integer):
                raise RequestError(f"{at}: week must be a whole number, not {week!r}", where="moves")
            if week < self._week:
                raise RequestError(f"{at}: week {week} has gone; the next is week {self._week}", where="moves")
            content = {name: value for name, value in item.items() if name != "week"} | {"op": item.get("op", "set")}
            made.append((int(week), move_from(content, at, "moves")))
        self._engine.schedule(made)

    def __repr__(self) -> str:
        return f"<Levers: {len(self)}, moved by hand {len(self._engine.moves)} times; ops {', '.join(OPERATIONS)}>"
