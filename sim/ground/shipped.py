"""Where the shipped configuration files lie, and how a path is written for a person."""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path


@cache
def configs_dir() -> Path:
    """The shipped configuration files: inside an installed package, beside it in a clone."""
    package = Path(__file__).parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def shown(path: Path) -> str:
    """A path as a person would write it: short when it lies below the working directory or is shipped."""
    return _shown(path, os.getcwd())  # noqa: PTH109 - asked hundreds of times for one request


@lru_cache(4096)
def _shown(path: Path, working: str) -> str:
    for base in (working, configs_dir().parent):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()
