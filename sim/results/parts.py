"""Parts: Parquet files whose names are checksums of their content.

``runs/3f2a….parquet`` holds at most a few dozen runs; its name is the first 32 digits of the sha256 of the file, so
that ``sha256sum runs/*.parquet`` verifies a folder without this program. Nothing of a file is decoded before its name
has been verified, and every page has a checksum of its own for what happens to the file after that.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.results.sealed import DamagedError

STUDY = b"labyrinth.study"
_DIGITS = 32


def write_part(folder: Path, table: pa.Table, study: str) -> Path:
    """Write rows as a new part of ``folder``; ``study`` is the key of the study that they belong to. Raises OSError."""
    folder.mkdir(exist_ok=True)
    unnamed = folder / f".{uuid4().hex}.part"
    try:
        write_parquet(unnamed, table.replace_schema_metadata({STUDY: study.encode()}))
        path = folder / f"{file_digest(unnamed)[:_DIGITS]}.parquet"
        os.replace(unnamed, path)
        sync(folder)
    finally:
        unnamed.unlink(missing_ok=True)
    return path


class Reader:
    """Reads parts; each is verified when it is first read, and again when it has changed since."""

    def __init__(self) -> None:
        self._verified: dict[Path, tuple[int, int]] = {}

    def read(
        self, path: Path, schema: pa.Schema, columns: Collection[str], keys: Collection[str] | None = None
    ) -> pa.Table:
        """Columns of a part in the order of ``schema``; with ``keys``, only rows of these runs.

        Raises
        ------
        DamagedError : the file is not as it was written, or was written with other columns.
        """
        try:
            with pq.ParquetFile(self._source(path), page_checksum_verification=True) as file:
                if not file.schema_arrow.equals(schema):
                    raise DamagedError("has other columns than this version writes")
                table = file.read([name for name in schema.names if name in columns])
        except (OSError, pa.ArrowException) as error:
            raise DamagedError(f"cannot be read: {' '.join(str(error).split())}") from None
        return table if keys is None else table.filter(pc.is_in(table["key"], pa.array(list(keys), pa.string())))

    def study(self, path: Path) -> str | None:
        """Key of the study that a part belongs to; None when it does not say. Raises DamagedError."""
        try:
            with pq.ParquetFile(self._source(path)) as file:
                metadata = file.schema_arrow.metadata or {}
        except (OSError, pa.ArrowException) as error:
            raise DamagedError(f"cannot be read: {' '.join(str(error).split())}") from None
        return metadata[STUDY].decode() if STUDY in metadata else None

    def _source(self, path: Path) -> Path | pa.BufferReader:
        """The file if it has been verified, or else its bytes once they are. Raises OSError, DamagedError."""
        if not path.is_file():  # a folder, or a pipe at which reading would never end
            raise DamagedError("is not a file")
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        if self._verified.get(path) == stamp:
            return path
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest()[:_DIGITS] != path.stem:
            raise DamagedError("is empty" if not content else "is not as it was written")
        self._verified[path] = stamp
        return pa.BufferReader(content)


def write_parquet(path: Path, content: pa.Table | Iterator[pa.Table]) -> None:
    """A table, or several one after another, with a checksum on every page; waits until it is on the disk."""
    tables = iter([content]) if isinstance(content, pa.Table) else content
    first = next(tables)
    with pq.ParquetWriter(path, first.schema, compression="zstd", write_page_checksum=True) as file:
        file.write_table(first)
        for table in tables:
            file.write_table(table.cast(first.schema))
    sync(path)


def file_digest(path: Path) -> str:
    """sha256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fingerprint(path: Path) -> dict[str, Any]:
    """What the manifest says of a file, so that a later change is noticed: its sha256 and size."""
    return {"sha256": file_digest(path), "bytes": path.stat().st_size}


def verified_bytes(path: Path, expected: Mapping[str, Any] | None) -> bytes:
    """The content of a file that has the fingerprint ``expected``.

    Raises
    ------
    DamagedError : it has not, nothing is known of it, or it cannot be read.
    """
    if expected is None:
        raise DamagedError("is not vouched for by the manifest")
    try:
        if not path.is_file():
            raise DamagedError("is missing" if not path.exists() else "is not a file")
        content = path.read_bytes()
    except OSError as error:
        raise DamagedError(f"cannot be read: {error.strerror or error}") from None
    if hashlib.sha256(content).hexdigest() != expected["sha256"]:
        raise DamagedError("has changed since it was written")
    return content


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
