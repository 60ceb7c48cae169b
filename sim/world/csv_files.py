"""Reading a table from a CSV file as people save them: with a byte-order mark, with semicolons, with blank lines."""

from __future__ import annotations

import csv
import io
import stat
from dataclasses import replace
from pathlib import Path

from sim.ground.errors import Faults, RequestError, nearest
from sim.world.schema import Row, extra
from sim.world.tables import AnyRow, Table, check_header, check_rows, too_many

MOST_BYTES = 16 * 2**20
MOST_COLUMNS = 100
_SEPARATORS = ",;\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
Line = tuple[int, list[str]]  # its number and its trimmed cells


def read_table(path: Path, model: type[AnyRow], shown: str, faults: Faults | None = None) -> Table[AnyRow]:
    """The checked rows of a CSV file; ``shown`` is what the file is called in messages.

    Cells may be separated by commas, semicolons or tabs, columns may come in any order, blank lines are skipped.
    ``faults`` gathers what is wrong; without it, everything that is wrong is told.

    Raises
    ------
    RequestError : the file cannot be read, has too many rows, a column is missing, unknown or there twice,
        or cells are wrong, and there is no ``faults``.
    """
    noted = Faults(shown) if faults is None else faults
    table: Table[AnyRow] = Table((), (), shown, whole=False)
    with noted.gathered():
        table = _table(_lines(read_text(path, shown), shown), model, shown, noted)
    if faults is None:
        noted.tell()
    return table


def _table(lines: list[Line], model: type[AnyRow], shown: str, faults: Faults) -> Table[AnyRow]:
    if not lines:
        raise RequestError(f"{shown} is empty; its first line must name the columns", allowed=model.model_fields)
    (number, header), *lines = lines
    if not lines:
        raise RequestError(f"{shown} names its columns but holds no rows")
    if len(lines) > model.MOST:
        raise too_many(model, shown, len(lines))
    if len(header) > MOST_COLUMNS:
        raise RequestError(f"{shown} names {len(header)} columns, more than any table of a world has")
    names = check_header(header, model, f"{shown}, line {number}", faults)
    full = [(number, cells) for number, cells in lines if _is_full(cells, names, f"{shown}, line {number}", faults)]
    missing = {
        name: extra(model, name)["stand_in"]
        for name in model.model_fields
        if name not in names and not extra(model, name)["assumed"]
    }
    rows = [missing | _known(model, names, cells) for _, cells in full]
    table = check_rows(model, rows, shown, [f"{shown}, line {number}" for number, _ in full], faults)
    wrong = table.wrong | {(at, name) for at in range(len(rows)) for name in missing}
    return replace(table, wrong=wrong, whole=len(full) == len(lines) and sorted(names) == sorted(set(names)))


def _is_full(cells: list[str], names: list[str], place: str, faults: Faults) -> bool:
    if len(cells) == len(names):
        return True
    what = (
        f"the line has {len(cells)} cells, and {len(names)} columns are named; "
        "a cell that holds a separator must stand in double quotes"
    )
    faults.found.append(RequestError(what, where=place))
    return False


def _known(model: type[Row], names: list[str], cells: list[str]) -> dict[str, str]:
    """The cells of a line by column, without columns that are not of the table: the header has been told about."""
    return {name: cell for name, cell in zip(names, cells, strict=True) if name in model.model_fields}


def read_text(path: Path, shown: str) -> str:
    """The content of a file, without a byte-order mark.

    Raises
    ------
    RequestError : there is no such file, it is no regular file or too large, or it is not text.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        beside = sorted(item.name for item in path.parent.glob("*.csv")) if path.parent.is_dir() else []
        close = nearest(path.name, beside)
        raise RequestError(f"there is no file {shown}" + (f"; did you mean {close!r}?" if close else "")) from None
    except (OSError, ValueError) as error:
        raise RequestError(f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not stat.S_ISREG(state.st_mode):
        kind = "a folder" if stat.S_ISDIR(state.st_mode) else "a pipe or a device"
        raise RequestError(f"{shown} is {kind}, not a CSV file")
    if state.st_size > MOST_BYTES:
        raise RequestError(f"{shown} is larger than {MOST_BYTES // 2**20} MB, more than any world needs")
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES)
    except OSError as error:
        raise RequestError(f"{shown} cannot be read: {error.strerror or error}") from None
    if data.startswith(_UTF_16) or b"\x00" in data:
        raise RequestError(f"{shown} is not a text file in UTF-8; save it as 'CSV UTF-8'")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RequestError("the file is not in UTF-8; save it as 'CSV UTF-8'", where=f"{shown}, line {line}") from None


def _lines(text: str, shown: str) -> list[Line]:
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
