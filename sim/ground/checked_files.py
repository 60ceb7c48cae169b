"""Files that the package keeps for itself: written whole or not at all, and checked before they are used."""

from __future__ import annotations

import hashlib
import os
import uuid
from pathlib import Path

from sim.ground.notes import note

_DIGEST = hashlib.sha256().digest_size  # bytes
_told: set[str] = set()


class DamagedFileError(Exception):
    """A file is there, and it is not what was written under its name."""


def read_checked(path: Path) -> bytes | None:
    """What was written under this name, or None if nothing was.

    Raises
    ------
    DamagedFileError : the file cannot be read, was cut, changed, or copied from another name.
    """
    try:
        if path.exists() and not path.is_file():
            raise DamagedFileError(f"{path} is not a regular file")
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DamagedFileError(f"{path} cannot be read ({error.strerror})") from None
    if data[:_DIGEST] != _checksum(path.name, data[_DIGEST:]):
        raise DamagedFileError(f"{path} is damaged")
    return data[_DIGEST:]


def write_checked(path: Path, content: bytes) -> None:
    """Write a file that ``read_checked`` reads.

    Raises
    ------
    OSError : it cannot be written; what was there before still is.
    """
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:16]}.part")
    try:
        part.write_bytes(_checksum(path.name, content) + content)
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def note_once(kind: str, text: str) -> None:
    """A note, one of each kind in a process: where one file is damaged, often many are."""
    if kind not in _told:
        _told.add(kind)
        note(text)


def _checksum(name: str, content: bytes) -> bytes:
    """Of a file's content and its name: a file that was copied over another is not that other."""
    return hashlib.sha256(name.encode() + b"\n" + content).digest()
