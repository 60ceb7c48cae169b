"""Rows checked against a schema, with everything that is wrong with them told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from sim.ground.errors import Faults, RequestError, nearest
from sim.world.schema import Row, allowed, extra, may_be_left_out

AnyRow = TypeVar("AnyRow", bound=Row)
_RANGES = ("greater_than", "greater_than_equal", "less_than_equal")


@dataclass(frozen=True)
class Table(Generic[AnyRow]):
    """Checked rows of a table.

    Parameters
    ----------
    rows : the rows; in place of a wrong cell, and of a column that was left out, stands a value that is allowed.
    places : file and line of each row.
    source : what the table is called in messages.
    left_out : columns that the table does not have and need not have.
    wrong : (row, column) of the cells that are wrong.
    whole : False where lines or columns could not be read, so that more rows or values may be meant than there are.
    """

    rows: tuple[AnyRow, ...]
    places: tuple[str, ...]
    source: str
    left_out: tuple[str, ...] = ()
    wrong: frozenset[tuple[int, str]] = frozenset()
    whole: bool = True

    def __len__(self) -> int:
        return len(self.rows)

    def placed(self) -> Iterator[tuple[str, AnyRow]]:
        """Each row with its place."""
        return zip(self.places, self.rows, strict=True)

    def right(self, *columns: str) -> Iterator[tuple[str, AnyRow]]:
        """Each row in which these columns are right, with its place."""
        for at, (place, row) in enumerate(self.placed()):
            if not any((at, column) in self.wrong for column in columns):
                yield place, row

    def is_right(self, column: str) -> bool:
        """Whether every cell of a column could be read."""
        return self.whole and not any(name == column for _, name in self.wrong)


def check_rows(
    model: type[AnyRow],
    cells: Sequence[Mapping[str, Any]],
    source: str,
    places: Sequence[str] | None = None,
    faults: Faults | None = None,
) -> Table[AnyRow]:
    """Rows of ``model`` from the cells of a table, by column name.

    A column that may be left out must be there in all rows or in none. ``faults`` gathers what is wrong; without it,
    everything that is wrong is told.

    Raises
    ------
    RequestError : cells are wrong and there is no ``faults``; with file, line, column and what is allowed.
    """
    if len(cells) > model.MOST:
        error = too_many(model, source, len(cells))
        if faults is None:
            raise error
        faults.add(error)
        return Table((), (), source, whole=False)
    noted = Faults(source) if faults is None else faults
    places = tuple(places or (f"{source}, row {at}" for at in range(1, len(cells) + 1)))
    left_out = [name for name in may_be_left_out(model) if not any(name in row for row in cells)]
    stand_ins = {name: extra(model, name)["stand_in"] for name in left_out}
    rows, wrong = [], set()
    for at, (place, row) in enumerate(zip(places, cells, strict=True)):
        checked, columns = _check(model, {**row, **stand_ins}, place, noted)
        rows.append(checked)
        wrong |= {(at, column) for column in columns}
    if faults is None:
        noted.tell()
    return Table(tuple(rows), places, source, tuple(left_out), frozenset(wrong))


def too_many(model: type[Row], source: str, rows: int) -> RequestError:
    """What is said of a table that is too long."""
    return RequestError(
        f"{source} holds {rows} rows, and a world has at most {model.MOST} of them: finding routes and simulating so "
        "many would take hours; sum up places, or leave out what few people use"
    )


def _check(model: type[AnyRow], cells: Mapping[str, Any], place: str, faults: Faults) -> tuple[AnyRow, list[str]]:
    """A row, and which of its columns are wrong; what is wrong with them goes to ``faults``."""
    try:
        return model.model_validate(cells), []
    except ValidationError as error:
        found = error.errors()
    # each fault has a place of its own, so that none needs to be compared with those before it
    faults.found.extend(_sentence(model, fault, str(fault["loc"][0]), place) for fault in found)
    wrong = list(dict.fromkeys(str(fault["loc"][0]) for fault in found))
    repaired = {name: cells.get(name) for name in model.model_fields if name not in wrong}
    repaired |= {name: extra(model, name)["stand_in"] for name in model.model_fields if name in wrong}
    return model.model_validate(repaired), [name for name in wrong if name in model.model_fields]


def _sentence(model: type[Row], fault: Mapping[str, Any], column: str, place: str) -> RequestError:
    """What pydantic found, for someone who edits the table."""
    where, kind, value = f"{place}, column {column}", fault["type"], fault["input"]
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, RequestError):
        return RequestError(cause.what, where=where, given=cause.given, allowed=cause.allowed)
    if kind == "missing":
        return RequestError(f"column {column!r} is missing", where=place)
    if kind == "extra_forbidden":
        return RequestError(
            f"column {column!r} is not one of this table", where=place, given=column, allowed=model.model_fields
        )
    return RequestError(_about_number(model, column, kind, value, str(cause or "")), where=where)


def _about_number(model: type[Row], column: str, kind: str, value: Any, hint: str) -> str:
    """What is wrong with a cell that should be a number; ``hint`` says how it may have been meant."""
    words = allowed(model, column)
    if kind in _RANGES:
        return f"{column} = {str(value).strip()} is outside its range, {words}"
    if kind == "multiple_of":
        return f"{column} must be a whole number, {words}, not {value}"
    if kind == "finite_number":
        return f"{column} must be a finite number, not {value!r}; its range is {words}"
    if hint == "empty":
        optional = "; or leave out the whole column" if column in may_be_left_out(model) else ""
        return f"{column} is empty; it must be a number, {words}{optional}"
    return f"{column} must be a number, {words}, not {str(value).strip()!r}{f'; {hint}' if hint else ''}"


def check_header(cells: Sequence[str], model: type[Row], place: str, faults: Faults) -> list[str]:
    """The names of a table's columns; what is unknown, missing or there twice goes to ``faults``."""
    known: Collection[str] = model.model_fields
    names = [cell.lower() for cell in cells]
    absent = [name for name in known if name not in names]
    slips = set()
    for name, written in zip(names, cells, strict=True):
        if name not in known:
            what = f"column {written!r} is not one of this table" if written else "a column has no name"
            faults.add(what if absent else f"{what}; leave it out", where=place, given=name, allowed=absent or None)
            slips.add(nearest(name, absent))
    for name in dict.fromkeys(names):
        if name in known and names.count(name) > 1:
            faults.add(f"column {name!r} is there twice", where=place)
    optional = may_be_left_out(model)
    missing = [name for name in absent if name not in slips and name not in optional]
    if missing:
        faults.add(f"columns are missing: {', '.join(missing)}", where=place)
    return names
