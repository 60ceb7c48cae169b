"""A table of agents: columns of equal length, one row an agent.

Columns that are scanned every week are arrays of their own; the others may be *packed* side by side, so that a rule
which reads twenty attributes of one person in twenty touches two cache lines instead of twenty (measured: a
consideration costs a quarter). Kernels receive ``table.view``, a NamedTuple of the scanned columns and, if there are
packed ones, ``row``, an array of records; everything else sees ``table[name]``, a numpy array either way. No table
knows the model that it belongs to.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sim.ground.by_address import by_address
from sim.ground.errors import RequestError


@dataclass(frozen=True)
class Column:
    """One attribute of an agent: its name, stored type, shape per row, starting value and meaning."""

    name: str
    dtype: str
    meaning: str
    start: float = 0
    width: int | tuple[int, ...] = 0  # 0 = one value a row, otherwise that many
    packed: bool = False  # kept beside the other packed columns of the row
    apart: bool = False  # no column but a list that kernels read with the table, empty until one is laid beside it

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of what one row holds."""
        if isinstance(self.width, tuple):
            return self.width
        return (self.width,) if self.width else ()


class Table:
    """Columns of equal length, addressed by name.

    Parameters
    ----------
    name : singular name of the agent, e.g. ``"migrant"``.
    columns : declared columns; unknown names raise a :class:`~sim.ground.errors.RequestError`.
    rows : number of rows; a table never grows (identity is (row, generation)).
    """

    __slots__ = ("_arrays", "_beside", "columns", "name", "rows", "view")

    def __init__(self, name: str, columns: tuple[Column, ...], rows: int) -> None:
        self.name, self.rows = name, int(rows)
        beside = {column.name: np.empty(0, column.dtype) for column in columns if column.apart}
        columns = tuple(column for column in columns if not column.apart)
        self.columns = {column.name: column for column in columns}
        packed = [column for column in columns if column.packed]
        self._arrays: dict[str, NDArray[Any]] = {
            column.name: np.empty((rows, *column.shape), column.dtype) for column in columns if not column.packed
        }
        seen = dict(self._arrays)
        if packed:
            records = _records(tuple(packed), rows)
            self._arrays |= {column.name: records[column.name] for column in packed}
            seen = {"row": records, **seen}
        for column in columns:
            self._arrays[column.name][:] = column.start
        seen |= beside
        self.view: Any = _tuple_type(name, tuple(seen))(*seen.values())
        self._beside = beside

    def __getitem__(self, column: str) -> NDArray[Any]:
        try:
            return self._arrays[column]
        except KeyError:
            raise RequestError(f"a {self.name} has no column {column!r}", given=column, allowed=self._arrays) from None

    def __setitem__(self, column: str, values: Any) -> None:
        self[column][...] = values

    def __contains__(self, column: str) -> bool:
        return column in self._arrays

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return self.rows

    def lay_beside(self, name: str, values: NDArray[Any]) -> None:
        """Let kernels read a list with the table, under the name of a column that is ``apart``: a new ``view``."""
        self._beside[name] = np.ascontiguousarray(values, self._beside[name].dtype)
        self.view = self.view._replace(**self._beside)

    def __reduce__(self) -> tuple[Any, ...]:
        # copied array by array, packed columns would no longer lie in the records that kernels read
        lists = [Column(name, values.dtype.str, "", apart=True) for name, values in self._beside.items()]
        made = (*self.columns.values(), *lists)
        return _filled, (self.name, made, self.rows, dict(self._arrays), dict(self._beside))

    @property
    def records(self) -> NDArray[Any]:
        """The packed columns: one record a row."""
        return np.asarray(self.view.row)

    @property
    def bytes_per_row(self) -> float:
        """Bytes that the columns take for each row."""
        return sum(array.nbytes for array in self.view) / max(self.rows, 1)


def _filled(
    name: str, columns: tuple[Column, ...], rows: int, values: dict[str, NDArray[Any]], beside: dict[str, NDArray[Any]]
) -> Table:
    table = Table(name, columns, rows)
    for column, array in values.items():
        table[column][...] = array
    for column, array in beside.items():
        table.lay_beside(column, array)
    return table


_LINE = 64  # bytes of a cache line


@cache
def _layout(columns: tuple[Column, ...]) -> np.dtype[Any]:
    """The records of packed columns: one layout for all tables of a kind, by whose identity kernels know it."""
    packed = np.dtype([(column.name, column.dtype, column.shape) for column in columns], align=True)
    size = -(-packed.itemsize // _LINE) * _LINE
    return np.dtype(
        {
            "names": list(packed.names or ()),
            "formats": [(column.dtype, column.shape) for column in columns],
            "offsets": [packed.fields[column.name][1] for column in columns] if packed.fields else [],
            "itemsize": size,
            "aligned": True,
        }
    )


def _records(columns: tuple[Column, ...], rows: int) -> NDArray[Any]:
    """An empty array of records whose first fields start on a cache line; a record fills whole lines."""
    layout = _layout(columns)
    size = layout.itemsize
    memory = np.empty(rows * size + _LINE, np.uint8)
    start = -memory.ctypes.data % _LINE
    return memory[start : start + rows * size].view(layout)


_TYPES: dict[tuple[str, tuple[str, ...]], type] = {}


def _tuple_type(name: str, fields: tuple[str, ...]) -> type:
    """One NamedTuple type per table layout: numba compiles a kernel once for each type it meets.

    The type is put into this module under a name of its own. numba keeps compiled kernels by the types of their
    arguments; a type that cannot be imported by name is another one in every process, and nothing kept would be found.
    """
    key = (name, fields)
    if key not in _TYPES:
        typename = f"{name.title()}Columns{crc32(' '.join(fields).encode()):08x}"
        _TYPES[key] = globals()[typename] = by_address(namedtuple(typename, fields))
    return _TYPES[key]
