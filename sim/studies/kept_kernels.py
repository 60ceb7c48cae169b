"""Whether kernels of this version are compiled already, told by a mark in their cache."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sim.ground.cache import source_hash


def kernels_are_kept() -> bool:
    """Whether the cache of this version holds kernels already: those of a run that has come to its end."""
    mark = _mark()
    return mark is not None and mark.exists()


def mark_kernels_as_kept() -> None:
    """Leave a mark in the cache of kernels, after a run that has come to its end."""
    mark = _mark()
    if mark is not None and mark.parent.is_dir():
        with suppress(OSError):  # what cannot be kept need not be remembered
            mark.touch()


def _mark() -> Path | None:
    """The mark of this version of the code; None where no kernels are kept."""
    folder = os.environ.get("NUMBA_CACHE_DIR")
    return Path(folder) / f"{source_hash()[:16]}.complete" if folder else None
