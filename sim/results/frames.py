"""Frames: pieces of bytes one after another in a file, each with its length and a checksum.

A reader of a frame gets exactly the bytes that were written, or nothing: what fails its checksum is never handed on, so
that a decoder which trusts its input (Arrow's does) never sees damaged bytes. After a damaged frame the next whole one
is found again by its mark, so that damage costs only the frames that it lies in.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MARK = b"\xf5LabFr2\n"  # no valid UTF-8, so that text does not hold it
_HEAD = struct.Struct("<8sQ16s")  # mark, length of the payload, checksum of length and payload


@dataclass(frozen=True)
class Gap:
    """Bytes that are no whole frame; ``cut`` where a frame begins and the file ends before it does."""

    start: int
    end: int
    cut: bool


def framed(payload: bytes) -> bytes:
    """The payload with its frame, ready to be appended to a file."""
    return _HEAD.pack(MARK, len(payload), _checksum(payload)) + payload


def read_frames(path: Path) -> Iterator[bytes | Gap]:
    """Payloads of the whole frames of a file in order, and what lies between them. Raises OSError."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        at = 0
        while at < size:
            payload = _frame_at(file, at, size)
            if payload is not None:
                yield payload
                at += _HEAD.size + len(payload)
                continue
            following = _next_frame(file, at + 1, size)
            yield Gap(at, following, cut=following == size and _begins(file, at, size))
            at = following


def _checksum(payload: bytes) -> bytes:
    digest = hashlib.blake2b(len(payload).to_bytes(8, "little"), digest_size=16)
    digest.update(payload)
    return digest.digest()


def _frame_at(file: BinaryIO, at: int, size: int) -> bytes | None:
    """The payload of the frame that begins at a position; None when no whole one does."""
    file.seek(at)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    mark, length, checksum = _HEAD.unpack(head)
    if mark != MARK or length > size - at - _HEAD.size:
        return None
    payload = file.read(length)
    return payload if len(payload) == length and _checksum(payload) == checksum else None


def _next_frame(file: BinaryIO, start: int, size: int) -> int:
    """Where the first whole frame from ``start`` on begins; the end of the file when there is none."""
    file.seek(start)
    rest = file.read()
    at = rest.find(MARK)
    while at >= 0:
        if _frame_at(file, start + at, size) is not None:
            return start + at
        at = rest.find(MARK, at + 1)
    return size


def _begins(file: BinaryIO, at: int, size: int) -> bool:
    """Whether a frame begins here that the end of the file cuts off."""
    file.seek(at)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return head.startswith(MARK) or MARK.startswith(head)
    mark, length, _ = _HEAD.unpack(head)
    return bool(mark == MARK and length > size - at - _HEAD.size)
