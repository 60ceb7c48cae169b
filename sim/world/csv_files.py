"""Reading a table from a CSV file as people save them: with a byte-order mark, with semicolons, with blank lines."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from sim.errors import RequestError, nearest
from sim.world.schema import AnyRow, Table, check_rows

_SEPARATORS = ",;\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_table(path: Path, model: type[AnyRow], shown: str) -> Table[AnyRow]:
    """The checked rows of a CSV file; ``shown`` is what the file is called in messages.

    Cells may be separated by commas, semicolons or tabs, columns may come in any order, blank lines are skipped.

    Raises
    ------
    RequestError : the file cannot be read, a column is missing, unknown or there twice, or a cell is wrong.
    """
    lines = _lines(_text(path, shown), shown)
    if not lines:
        raise RequestError(f"{shown} is empty; its first line must name the columns", allowed=model.model_fields)
    number, header = lines.pop(0)
    names = _header(header, model.model_fields, f"{shown}, line {number}")
    if not lines:
        raise RequestError(f"{shown} names its columns but holds no rows")
    for number, cells in lines:
        if len(cells) != len(names):
            raise RequestError(
                f"the line has {len(cells)} cells, and {len(names)} columns are named; "
                "a cell that holds a separator must stand in double quotes",
                where=f"{shown}, line {number}",
            )
    rows = [dict(zip(names, cells, strict=True)) for _, cells in lines]
    return check_rows(model, rows, shown, [f"{shown}, line {number}" for number, _ in lines])


def _text(path: Path, shown: str) -> str:
    """The content of the file, without a byte-order mark."""
    if not path.exists():
        beside = sorted(item.name for item in path.parent.glob("*.csv")) if path.parent.is_dir() else []
        close = nearest(path.name, beside)
        raise RequestError(f"there is no file {shown}" + (f"; did you mean {close!r}?" if close else ""))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RequestError(f"{shown} cannot be read: {error.strerror or error}") from None
    if data.startswith(_UTF_16) or b"\x00" in data:
        raise RequestError(f"{shown} is not a text file in UTF-8; save it as 'CSV UTF-8'")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RequestError("the file is not in UTF-8; save it as 'CSV UTF-8'", where=f"{shown}, line {line}") from None


def _lines(text: str, shown: str) -> list[tuple[int, list[str]]]:
    """Line number and trimmed cells of every line that is not blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found = []
    try:
        for cells in reader:
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed):
                found.append((reader.line_num, trimmed))
    except csv.Error as error:
        raise RequestError(f"the line cannot be read: {error}", where=f"{shown}, line {reader.line_num}") from None
    return found


def _header(cells: list[str], columns: Collection[str], place: str) -> list[str]:
    """The names of the columns, checked against those that the table must have."""
    names = [cell.lower() for cell in cells]
    for name, written in zip(names, cells, strict=True):
        if name not in columns:
            what = f"column {written!r} is not one of this table" if written else "a column has no name"
            raise RequestError(what, where=place, given=name, allowed=[at for at in columns if at not in names])
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise RequestError(f"column {twice[0]!r} is there twice", where=place)
    missing = [name for name in columns if name not in names]
    if missing:
        raise RequestError(f"columns are missing: {', '.join(missing)}", where=place)
    return names
