"""Where the shipped configuration files lie, and how a path is written for a person."""

from __future__ import annotations

from pathlib import Path


def configs_dir() -> Path:
    """The shipped configuration files: inside an installed package, beside it in a clone."""
    package = Path(__file__).parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


def shown(path: Path) -> str:
    """A path as a person would write it: short when it lies below the working directory or is shipped."""
    for base in (Path.cwd(), configs_dir().parent):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()
