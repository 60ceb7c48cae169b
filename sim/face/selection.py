"""Agents of a table, whole columns at a time: who is meant, what they have, and how they are ordered or grouped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ground.errors import RequestError
from sim.ground.table import Table

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


class UnknownColumnError(RequestError, AttributeError):
    """A name that an agent does not have; an AttributeError too, so that ``hasattr`` and ``getattr`` work."""


def unknown_column(table: Table, name: str) -> UnknownColumnError:
    """The error for reading or setting a column that is not there or may not be set."""
    if name == "generation":
        return UnknownColumnError(f"generation tells who holds the row of a {table.name} and cannot be set")
    return UnknownColumnError(f"a {table.name} has no column {name!r}", given=name, allowed=table)


def write(array: NDArray[Any], where: Any, value: Any, name: str) -> None:
    """Store a value, or refuse one that the column's type or shape cannot hold."""
    given = np.asarray(value)
    if given.dtype.kind not in "biuf":
        raise RequestError(f"{name} takes numbers, not {value!r}")
    with np.errstate(invalid="ignore", over="ignore"):
        stored = given.astype(array.dtype)
    if array.dtype.kind in "iu" and (stored != given).any():
        limits = np.iinfo(array.dtype)
        raise RequestError(f"{name} takes whole numbers from {limits.min} to {limits.max}, not {value!r}")
    try:
        array[where] = stored
    except ValueError:
        shape = array[where].shape
        raise RequestError(f"{name} has shape {shape} here and cannot take values of shape {given.shape}") from None


class Selection:
    """Some agents of a table, in order.

    Parameters
    ----------
    table : where they are.
    alive : tells which rows take part in the model now; asked each time while ``fixed`` is None.
    fixed : rows and generations of fixed agents, int64 (n,) each. Once a row has passed to the next generation, the
        selection refuses to read or write columns.
    """

    __slots__ = ("_keys", "alive", "fixed", "table")

    def __init__(self, table: Table, alive: Callable[..., Mask], fixed: tuple[Ints, Ints] | None = None) -> None:
        self.table, self.alive, self.fixed = table, alive, fixed
        self._keys: set[int] | None = None

    def now(self) -> tuple[Ints, Ints]:
        """Rows and generations of the agents, int64 (n,) each."""
        if self.fixed is not None:
            return self.fixed
        rows = np.flatnonzero(self.alive(self.table))
        return rows, self.table["generation"][rows].astype(np.int64)

    def pick(self, positions: Any) -> Selection:
        """The fixed agents at some positions (int, bool or slice)."""
        rows, generations = self.now()
        return Selection(self.table, self.alive, (rows[positions], generations[positions]))

    def still_here(self) -> Mask:
        """Who still holds the row, bool (n,)."""
        rows, generations = self.now()
        return np.asarray(self.table["generation"][rows] == generations)

    def present(self) -> Ints:
        """Rows of the agents, once it is certain that they all still hold them."""
        gone = 0 if self.fixed is None else int((~self.still_here()).sum())
        rows = self.now()[0]
        if gone:
            raise RequestError(
                f"{gone} of these {len(rows)} agents are no longer in the model; still_here() leaves them out"
            )
        return rows

    def identities(self) -> Ints:
        """Generation in the upper, row in the lower 32 bits, int64 (n,)."""
        rows, generations = self.now()
        return generations << 32 | rows

    def holds(self, row: int, generation: int) -> bool:
        """Whether an agent is among them."""
        if self.fixed is None:
            return bool(self.table["generation"][row] == generation and self.alive(self.table, row))
        if self._keys is None:
            self._keys = set(self.identities().tolist())
        return generation << 32 | row in self._keys

    def among(self, other: Selection) -> Mask | None:
        """Which agents are in ``other`` too, bool (n,); None if it is of another table."""
        return np.isin(self.identities(), other.identities()) if other.table is self.table else None

    def with_more(self, other: Selection) -> Selection:
        """These agents, then those of ``other`` that are not among them."""
        more = other.pick(~np.isin(other.identities(), self.identities()))
        both = zip(self.now(), more.now(), strict=True)
        rows, generations = (np.concatenate(pair) for pair in both)
        return Selection(self.table, self.alive, (rows, generations))

    # --- columns ------------------------------------------------------------------------------------------------

    def column(self, name: str) -> NDArray[Any]:
        """A copy of the column, (n,) or (n, width)."""
        if name not in self.table:
            raise unknown_column(self.table, name)
        return self.table[name][self.present()]

    def single(self, name: str) -> NDArray[Any]:
        """A column with one value for each agent, (n,)."""
        values = self.column(name)
        if values.ndim > 1:
            raise RequestError(f"{name} has several values for each agent, which have no single order or group")
        return values

    def check_settable(self, name: str) -> None:
        """RequestError unless the column is there and may be set."""
        if name == "generation" or name not in self.table:
            raise unknown_column(self.table, name)

    def write(self, name: str, value: Any) -> None:
        """Store one value, or one for each agent, in a column."""
        self.check_settable(name)
        write(self.table[name], self.present(), value, name)

    def order(self, name: str, ascending: bool) -> Ints:
        """Positions of the agents ordered by a column; equals keep their order."""
        values = self.single(name)
        if ascending:
            return np.argsort(values, kind="stable")
        return np.asarray(len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1])

    def groups(self, name: str) -> dict[Any, Ints]:
        """Positions of the agents for each value of a column, in order of first appearance."""
        keys, first, group = np.unique(self.single(name), return_index=True, return_inverse=True)
        ends = np.cumsum(np.bincount(group, minlength=len(keys)))[:-1]
        members = np.split(np.argsort(group, kind="stable"), ends)
        return {keys[k].item(): members[k] for k in np.argsort(first)}

    def mask(self, given: Any) -> Mask:
        """A mask over the agents or over all rows of the table as bool (n,)."""
        mask, rows = np.asarray(given), self.now()[0]
        if mask.dtype != bool or mask.shape not in ((len(rows),), (len(self.table),)):
            raise RequestError(
                f"where takes {len(rows)} true or false values, one for each agent of the set, "
                f"not {mask.dtype} of shape {mask.shape}"
            )
        return mask if len(mask) == len(rows) else mask[rows]
