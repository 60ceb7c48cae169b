"""One agent of a table: its columns as attributes, read from and written to the arrays."""

from __future__ import annotations

import weakref
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.face.selection import Mask, unknown_column, write
from sim.ground.errors import RequestError
from sim.ground.table import Column, Table

ALL = slice(None)


class View:
    """A view of one row of a table: reads and writes the arrays, holds no state of its own.

    Columns are attributes. A view is of one person or enterprise: once the row has passed to the next generation the
    view raises a :class:`~sim.ground.errors.RequestError` instead of showing someone else.
    """

    __slots__ = ("_model", "_table", "generation", "row")
    place: ClassVar[str] = "home"  # column of the region where the agent is

    def __init_subclass__(cls, *, columns: tuple[Column, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for column in columns:
            if column.name != "generation" and not column.apart:
                if hasattr(cls, column.name):
                    raise TypeError(f"column {column.name!r} would hide an attribute that every agent has")
                setattr(cls, column.name, _property(column))

    def __init__(self, *_: Any, **__: Any) -> None:
        raise RequestError(f"a {type(self).__name__} is a row of a table and cannot be added by hand")

    @staticmethod
    def alive(table: Table, rows: Any = ALL) -> Mask:
        """Which of ``rows`` take part in the model now."""
        return np.ones(len(table), bool)[rows]

    @property
    def model(self) -> Any:
        """The model of the agent."""
        model = self._model and self._model()
        if model is None:
            raise ReferenceError(f"the model of {self!r} is gone; keep a reference to the model")
        return model

    @property
    def unique_id(self) -> int:
        """Generation in the upper, row in the lower 32 bits."""
        return int(self.generation) << 32 | int(self.row)

    @property
    def pos(self) -> int:
        """Region where the agent is, by number: its cell in ``model.space``."""
        return int(self.column(self.place)[self.row])

    @property
    def cell(self) -> Any:
        """That cell."""
        return self.model.space[self.pos]

    @property
    def still_here(self) -> bool:
        """False once the row has passed to the next generation."""
        return bool(self._table["generation"][self.row] == self.generation)

    def column(self, name: str) -> NDArray[Any]:
        """The array of a column, once it is certain that the row is still this agent's."""
        if not self.still_here:
            raise RequestError(f"{self!r} is no longer in the model: its row has passed to the next generation")
        return self._table[name]

    def remove(self) -> None:
        """Refused: agents of a table come and go by the rules of the model only."""
        raise RequestError(f"{self!r} cannot be removed by hand")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)  # Python and notebooks ask for many such names
        raise unknown_column(self._table, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "generation" or name not in self._table:
            raise unknown_column(self._table, name)
        write(self.column(name), self.row, value, name)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, View)
            and other._table is self._table
            and (other.row, other.generation) == (self.row, self.generation)
        )

    def __hash__(self) -> int:
        return hash((id(self._table), self.row, self.generation))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(row={self.row}, generation={self.generation})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self._table, self._model and self._model(), self.row, self.generation)


def _property(column: Column) -> property:
    def read(self: View) -> Any:
        value = self.column(column.name)[self.row]
        return value if value.ndim else value.item()

    return property(read, lambda self, value: setattr(self, column.name, value), doc=column.meaning)


_SETTERS = tuple(getattr(View, name).__set__ for name in ("_table", "_model", "row", "generation"))


def make_view(kind: type[View], table: Table, model: weakref.ref[Any] | None, row: int, generation: int) -> View:
    """A view without Mesa's constructor, which would register it and keep the model alive for ever."""
    set_table, set_model, set_row, set_generation = _SETTERS
    view = object.__new__(kind)
    set_table(view, table)
    set_model(view, model)
    set_row(view, row)
    set_generation(view, generation)
    return view


def _again(kind: type[View], table: Table, model: Any, row: int, generation: int) -> View:
    return make_view(kind, table, weak(model), row, generation)


def weak(model: Any) -> weakref.ref[Any] | None:
    """A weak reference, so that no table or view keeps a finished model alive."""
    return None if model is None else weakref.ref(model)
