"""Files of results that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

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
