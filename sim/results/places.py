"""Where results lie: folders and what they may be called."""

from __future__ import annotations

import re
from pathlib import Path

from sim.ground.errors import RequestError

LONGEST = 150  # characters of a name: folders and files below it must have names too
_NAME = re.compile(r"[A-Za-z0-9][\w.@+-]*(/[A-Za-z0-9][\w.@+-]*)*")


def results_folder(name: str) -> Path:
    """``results/<name>`` under the working directory; RequestError when the name cannot be a folder there."""
    if not isinstance(name, str):
        raise RequestError(f"the name of a results folder is text, not {name!r}", where="name")
    if len(name) > LONGEST or len(name.encode()) > 2 * LONGEST:
        raise RequestError(
            f"name = {name[:20]!r}… has {len(name)} characters; a results folder takes at most {LONGEST}", where="name"
        )
    if not _NAME.fullmatch(name) or ".." in name:
        raise RequestError(
            f"name = {name!r} cannot name a results folder; use letters, digits, . _ - @ + and / between parts"
        )
    return Path("results") / name


def name_of(folder: Path) -> str:
    """The inverse of :func:`results_folder`."""
    return folder.relative_to("results").as_posix()
