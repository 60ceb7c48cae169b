"""Checksums of the fields of a stored run: what is read is what the process that did the run had found.

The ``digest`` of a row holds eight bytes for each field of ``FIELDS``, in that order: BLAKE2b over the run's key, the
field's name and its content. Content is written out independently of Arrow and Parquet: names of a map separated by a
zero byte, then the lengths of its lists as int64, then numbers, everything little-endian. So a field can be verified
without the others, and it does not matter which version of a library wrote the file.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa

FIELDS = ("seed", "metrics", "weeks", "series", "outcomes", "flows", "seconds", "phases", "luck", "known",
          "groups", "group_series")  # fmt: skip
_TIMES = ("seconds", "phases")  # differ whenever the same run is done again
SIZE = 8
LENGTH = SIZE * len(FIELDS)


def digest_of(batch: pa.RecordBatch, at: int) -> bytes:
    """The ``digest`` of a row: ``LENGTH`` bytes."""
    key = batch.column("key")[at].as_py()
    return b"".join(_field(key, name, batch.column(name), at) for name in FIELDS)


def agrees(batch: pa.RecordBatch, at: int) -> bool:
    """Whether every field of a row that the batch has is what its digest says; ``key`` and ``digest`` must be there."""
    key, digest = batch.column("key")[at].as_py(), batch.column("digest")[at].as_py()
    return all(
        digest[SIZE * place : SIZE * (place + 1)] == _field(key, name, batch.column(name), at)
        for place, name in enumerate(FIELDS)
        if name in batch.schema.names
    )


def results_part(digest: bytes) -> bytes:
    """The part of a digest that is the same whenever the same run is done: all but the seconds that it took."""
    return b"".join(
        digest[SIZE * place : SIZE * (place + 1)] for place, name in enumerate(FIELDS) if name not in _TIMES
    )


def _field(key: str, name: str, column: pa.Array, at: int) -> bytes:
    digest = hashlib.blake2b(f"{key}\0{name}\0".encode(), digest_size=SIZE)
    for piece in _pieces(column[at]):
        digest.update(piece)
    return digest.digest()


def _pieces(entry: pa.Scalar) -> list[bytes]:
    """The content of one value as bytes."""
    if not entry.is_valid:
        return [b"null"]
    kind = entry.type
    if pa.types.is_map(kind):
        values = entry.values.field(1)
        names = "\0".join(entry.values.field(0).to_pylist()).encode() + b"\0"
        if not pa.types.is_list(kind.item_type):
            return [names, _numbers(values)]
        return [names, values.value_lengths().to_numpy().astype("<i8").tobytes(), _numbers(values.flatten())]
    if pa.types.is_list(kind):
        return [_numbers(entry.values)]
    value = entry.as_py()
    if isinstance(value, bytes):
        return [value]
    return [np.asarray(value).astype("<i8" if pa.types.is_integer(kind) else "<f8").tobytes()]


def _numbers(values: pa.Array) -> bytes:
    found = values.to_numpy(zero_copy_only=False)
    return found.astype(found.dtype.newbyteorder("<"), copy=False).tobytes()
