"""Files of results that appear whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sim.ground.errors import RequestError

T = TypeVar("T")

RESULTS = Path("results")


def write_whole(path: Path, text: str) -> Path:
    """Write ``text`` under another name, wait until it is on the disk, then rename it to ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def write_csv(path: Path, columns: str, rows: Iterable[Sequence[Any]]) -> Path:
    """Write rows as CSV in one piece, floats with six significant digits."""
    lines = [",".join(f"{value:.6g}" if isinstance(value, float) else str(value) for value in row) for row in rows]
    return write_whole(path, "\n".join([columns, *lines]) + "\n")


def answered(study: Callable[[], T], tell: Callable[[T], None]) -> int:
    """Run a study and tell what it found: the exit code, 2 for a wrong request."""
    try:
        found = study()
    except RequestError as error:
        print(error, file=sys.stderr)
        return 2
    tell(found)
    return 0
