"""JSON files with a checksum over their content, and the error that everything of a store raises for damaged bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SEAL = "sha256"


class DamagedError(ValueError):
    """A file is not as it was written; the text says in what respect and can follow the file's name."""


def sealed(content: Mapping[str, Any]) -> str:
    """The content as JSON text whose last entry, ``sha256``, is a checksum of all others."""
    plain = json.loads(json.dumps({name: value for name, value in content.items() if name != SEAL}, default=_plain))
    return json.dumps(plain | {SEAL: _checksum(plain)}, indent=2) + "\n"


def unsealed(path: Path) -> dict[str, Any]:
    """The content of a sealed file.

    Raises
    ------
    FileNotFoundError : there is no such file.
    DamagedError : the file cannot be read, is not JSON, has no checksum or does not agree with it.
    """
    content = _json(path)
    if SEAL not in content:
        raise DamagedError("has no checksum: this version did not write it")
    if content.pop(SEAL) != _checksum(content):
        raise DamagedError("does not agree with its checksum")
    return content


def without_seal(path: Path) -> dict[str, Any]:
    """The content of a JSON file that an earlier version wrote without a checksum; empty for anything else."""
    try:
        content = _json(path)
    except (OSError, DamagedError):
        return {}
    return {} if SEAL in content else content


def _json(path: Path) -> dict[str, Any]:
    if path.exists() and not path.is_file():
        raise DamagedError("is not a file")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedError(f"cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError):
        raise DamagedError("is empty" if not path.stat().st_size else "is not JSON") from None
    if not isinstance(content, dict):
        raise DamagedError("is JSON of another form")
    return content


def _checksum(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, whatever else as text."""
    return value.item() if hasattr(value, "item") else str(value)
