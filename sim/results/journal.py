"""The journal of a study: a file to which every finished run is appended and fsynced.

A Parquet file cannot be read until it is closed; a journal can, up to the run that a crash cut short. Each run is one
Arrow record batch in a frame with a checksum (``sim.results.frames``). The process that started the runs writes it as
results come in, so that workers need numpy and numba only.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sim.declared.measures.panels import LISTS
from sim.results.digests import LENGTH, agrees, digest_of
from sim.results.frames import Gap, framed, read_frames
from sim.results.run import RunResult
from sim.results.sealed import DamagedError
from sim.week.known import COLUMNS

RUNS = pa.schema(
    [
        ("key", pa.string()),
        ("seed", pa.int64()),
        ("metrics", pa.map_(pa.string(), pa.float64())),
        ("weeks", pa.list_(pa.int32())),
        ("series", pa.map_(pa.string(), pa.list_(pa.float32()))),
        ("outcomes", pa.binary()),
        ("flows", pa.map_(pa.string(), pa.list_(pa.float64()))),
        ("luck", pa.int64()),
        ("known", pa.binary()),  # of people in week 0, in one run of each population
        ("seconds", pa.float64()),
        ("phases", pa.map_(pa.string(), pa.float64())),
        ("groups", pa.map_(pa.string(), pa.list_(pa.float64()))),  # see sim.results.split
        ("group_series", pa.map_(pa.string(), pa.list_(pa.float32()))),
        ("digest", pa.binary(LENGTH)),  # see sim.results.digests
    ]
)
EVENTS = pa.schema(
    [
        ("key", pa.string()),
        ("seed", pa.int64()),
        ("week", pa.int32()),
        ("person", pa.int32()),
        ("generation", pa.int32()),
        ("from", pa.string()),
        ("to", pa.string()),
        ("cause", pa.string()),
        ("counterparty", pa.int32()),
    ]
)
PANELS = pa.schema(
    [
        ("key", pa.string()),
        ("seed", pa.int64()),
        ("first", pa.int32()),
        ("regions", pa.list_(pa.string())),
        ("metrics", pa.list_(pa.string())),
        ("agencies", pa.list_(pa.string())),
        ("truth", pa.list_(pa.float32())),  # by week, region, and metric with agency
        ("record", pa.list_(pa.float32())),
    ]
)
CAPTURES = pa.schema(
    [
        ("key", pa.string()),
        ("seed", pa.int64()),
        ("person", pa.int64()),
        ("year", pa.int16()),
        ("region", pa.string()),
        ("sector", pa.string()),
        ("female", pa.bool_()),
        ("minor", pa.bool_()),
        ("weeks", pa.int16()),
        ("exploited", pa.bool_()),
        ("copy", pa.bool_()),
        *((f"on_{name}", pa.bool_()) for name in LISTS),
        *((f"entries_{name}", pa.int16()) for name in LISTS),
    ]
)
OBSERVED = ("events", "panels", "captures")  # kept beside runs, by the settings of these names
KINDS = {"runs": RUNS, "events": EVENTS, "panels": PANELS, "captures": CAPTURES}
SUFFIX = ".journal"
_PERSON = np.dtype([("row", "<i4"), ("generation", "<i4"), ("path", "<u2")])


class Journal:
    """An open file of frames, and where the last whole one ends; ``schema`` is that of the batches in it."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path, self._columns = path, _columns(schema)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        self._end = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append one batch and wait until it is on the disk; a failed write leaves no trace."""
        frame = framed(self._columns + batch.serialize().to_pybytes())
        rest = memoryview(frame)
        try:
            while rest.nbytes:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._end)
            os.lseek(self._file, self._end, os.SEEK_SET)
            raise
        self._end += len(frame)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


class Writer:
    """Appends runs to journals of its own in ``folder``; files are made when there is something to write."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._streams: dict[str, Journal] = {}

    def append(self, result: RunResult) -> None:
        """Append a run (what is kept beside it first, so that it is never without that). Raises OSError."""
        for kind in OBSERVED:
            if getattr(result, kind):
                self._stream(kind).write(observed_batch(result, kind))
        self._stream("runs").write(run_batch(result))

    def close(self) -> None:
        """Close the files."""
        for stream in self._streams.values():
            stream.close()
        self._streams.clear()

    def _stream(self, kind: str) -> Journal:
        if kind not in self._streams:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"{kind}-{os.getpid()}-{uuid4().hex[:8]}{SUFFIX}"
            self._streams[kind] = Journal(path, KINDS[kind])
        return self._streams[kind]


def run_batch(result: RunResult) -> pa.RecordBatch:
    """One run as one row of ``RUNS``."""
    row: dict[str, Any] = {
        "key": result.key,
        "seed": result.seed,
        "metrics": list(result.metrics.items()),
        "weeks": result.weeks,
        "series": list(result.series.items()),
        "outcomes": pack(result.outcomes),
        "flows": list(result.flows.items()),
        "luck": result.luck,
        "known": pack_known(result.known),
        "seconds": result.seconds,
        "phases": list(result.phases.items()),
        "groups": list(result.groups.items()),
        "group_series": list(result.group_series.items()),
    }
    named = [field for field in RUNS if field.name in row]
    batch = pa.record_batch([pa.array([row[field.name]], field.type) for field in named], schema=pa.schema(named))
    digest = pa.array([digest_of(batch, 0)], RUNS.field("digest").type)
    return pa.record_batch([*batch.columns, digest], schema=RUNS)


def observed_batch(result: RunResult, kind: str) -> pa.RecordBatch:
    """What is kept beside one run as rows of that kind: a row an event or a history, one row for a panel.

    A run in which nothing happened that could be kept has one row with its key and seed alone, so that it is known to
    have been looked at; :func:`happened` leaves it out.
    """
    found, schema = getattr(result, kind), KINDS[kind]
    if kind == "panels":
        found = {name: values if name == "first" else [values] for name, values in found.items()}
    count = len(next(iter(found.values())))
    if not count:
        found, count = {name: [None] for name in found}, 1
    columns = {"key": [result.key] * count, "seed": np.full(count, result.seed), **found}
    return pa.record_batch([pa.array(columns[field.name], field.type) for field in schema], schema=schema)


def happened(table: pa.Table) -> pa.Table:
    """Rows of :func:`observed_batch` without those that stand for a run in which nothing happened."""
    said = table.column_names[2]  # the first after key and seed, which every other row has
    return table if not table[said].null_count else table.filter(pc.is_valid(table[said]))


def observed_arrays(table: pa.Table, kind: str) -> dict[str, NDArray[Any]]:
    """The inverse of :func:`observed_batch`, of the rows of one run."""
    columns = {name: table[name].combine_chunks() for name in table.column_names if name not in ("key", "seed")}
    if kind == "panels":
        columns = {name: column if name == "first" else column.flatten() for name, column in columns.items()}
    return {name: column.to_numpy(zero_copy_only=False) for name, column in columns.items()}


def pack(outcomes: dict[str, NDArray[Any]]) -> bytes:
    """People's outcomes as one compressed value, ordered by row and generation so that it compresses well."""
    if not outcomes:
        return b""
    people = np.empty(len(outcomes["row"]), _PERSON)
    for name in ("row", "generation", "path"):
        people[name] = outcomes[name]
    people = people[np.lexsort((people["generation"], people["row"]))]
    # differences of neighbouring rows are 0 or 1, so that nearly all bytes are zero
    step = np.diff(people["row"], prepend=np.int32(0)).astype("<i4")
    columns = step.tobytes() + people["generation"].tobytes() + people["path"].tobytes()
    return zlib.compress(columns, level=1)


def unpack(data: bytes) -> dict[str, NDArray[Any]]:
    """The inverse of :func:`pack`: row int32, generation int32, path uint16, ordered by row and generation."""
    raw = zlib.decompress(data) if data else b""
    count = len(raw) // 10
    row = np.cumsum(np.frombuffer(raw, "<i4", count), dtype=np.int32)
    generation = np.frombuffer(raw, "<i4", count, 4 * count).astype(np.int32)
    return {"row": row, "generation": generation, "path": np.frombuffer(raw, "<u2", count, 8 * count)}


def pack_known(known: dict[str, NDArray[Any]]) -> bytes:
    """What is known of people in week 0, in the order of rows, as one compressed value: about a byte a person."""
    if not known:
        return b""
    step = np.diff(known["row"], prepend=np.int32(0)).astype("<i4")
    each = (known[name].astype("u1").tobytes() for name in COLUMNS)
    return zlib.compress(b"".join((step.tobytes(), known["generation"].astype("<i4").tobytes(), *each)), level=6)


def unpack_known(data: bytes) -> dict[str, NDArray[Any]]:
    """The inverse of :func:`pack_known`: row and generation int32, ``COLUMNS`` uint8, each (persons,)."""
    if not data:
        return {}
    raw = zlib.decompress(data)
    count = len(raw) // (8 + len(COLUMNS))
    found = {
        "row": np.cumsum(np.frombuffer(raw, "<i4", count), dtype=np.int32),
        "generation": np.frombuffer(raw, "<i4", count, 4 * count).astype(np.int32),
    }
    return found | {name: np.frombuffer(raw, "u1", count, (8 + k) * count) for k, name in enumerate(COLUMNS)}


def read(path: Path, faults: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The whole batches of a journal in the order in which they were written, each of one run.

    Bytes that fail their checksum are left out before Arrow sees them. ``faults`` is given a sentence part for each
    damaged place, or ``CUT`` where the last run was not written to its end.
    """
    said: list[str] = [] if faults is None else faults
    schema = KINDS.get(path.name.partition("-")[0])
    if schema is None or not path.is_file():
        said.append("is not a journal")
        return
    columns = _columns(schema)
    try:
        for found in read_frames(path):
            if isinstance(found, Gap):
                said.append(CUT if found.cut else f"is damaged from byte {found.start} to byte {found.end}")
            elif not found.startswith(columns):
                said.append("holds a run in a form that this version does not read")
            else:
                yield pa.ipc.read_record_batch(pa.py_buffer(found[len(columns) :]), schema)
    except OSError as error:
        said.append(f"cannot be read: {error.strerror or error}")


CUT = "ends in a run that was not written to its end"


def _columns(schema: pa.Schema) -> bytes:
    """Sixteen bytes that stand for the names and types of columns, and differ when any of them does."""
    named = ";".join(f"{field.name} {field.type}" for field in schema)
    return hashlib.blake2b(named.encode(), digest_size=16).digest()


def results_of(table: pa.Table) -> Iterator[RunResult]:
    """Rows of ``RUNS`` as results; columns that the table lacks are empty there.

    Raises
    ------
    DamagedError : a field is not what the row's digest says.
    """
    made: dict[str, Callable[[Any], Any]] = {
        "key": lambda entry: entry.as_py(),
        "seed": lambda entry: entry.as_py(),
        "metrics": lambda entry: dict(entry.as_py()),
        "weeks": lambda entry: np.asarray(entry.values, np.int32),
        "series": lambda entry: _arrays(entry, np.float32),
        "outcomes": lambda entry: unpack(entry.as_py()),
        "flows": lambda entry: _arrays(entry, np.float64),
        "luck": lambda entry: entry.as_py(),
        "known": lambda entry: unpack_known(entry.as_py()),
        "seconds": lambda entry: entry.as_py(),
        "phases": lambda entry: dict(entry.as_py()),
        "groups": lambda entry: _arrays(entry, np.float64),
        "group_series": lambda entry: _arrays(entry, np.float32),
    }
    for batch in table.to_batches():
        names = [name for name in batch.schema.names if name in made]
        for position in range(batch.num_rows):
            if not agrees(batch, position):
                raise DamagedError(f"holds run {batch.column('key')[position].as_py()[:16]} other than it was found")
            yield RunResult(**{name: made[name](batch.column(name)[position]) for name in names})


def _arrays(entry: pa.MapScalar, dtype: type) -> dict[str, NDArray[Any]]:
    """A map of names to lists, as arrays, without making a Python object of every number."""
    names = entry.values.field(0).to_pylist()
    lists = entry.values.field(1)
    values: NDArray[Any] = np.asarray(lists.flatten(), dtype)
    edges = np.cumsum([0, *lists.value_lengths().to_pylist()])
    return {name: values[edges[k] : edges[k + 1]] for k, name in enumerate(names)}
