"""The last net under the command line: whatever nobody expected is told in one sentence, its traceback is in a file."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_log_path

UNEXPECTED = 70  # exit code, EX_SOFTWARE of sysexits.h


def told_and_logged(error: Exception, argv: Sequence[str] | None = None) -> int:
    """Say what happened on stderr, keep the traceback in a file, and return the exit code.

    The sentence names the file, so that it can be sent with a report of the fault.
    """
    kind = type(error).__name__
    reason = " ".join(str(error).split())[:200]
    said = "the memory is not enough for what was asked" if isinstance(error, MemoryError) else (
        "what was asked is nested too deeply" if isinstance(error, RecursionError) else
        f"something went wrong that should not have: {kind}{f', {reason}' if reason else ''}"
    )  # fmt: skip
    path = _log(error, sys.argv[1:] if argv is None else argv)
    kept = f"; the details are in {path}" if path is not None else ""
    print(f"labyrinth: {said}{kept}", file=sys.stderr)
    return UNEXPECTED


def _log(error: Exception, argv: Sequence[str]) -> Path | None:
    """The file that now holds the traceback; None where nothing can be written."""
    now = dt.datetime.now(dt.UTC)
    text = "\n".join(
        [
            f"{now.isoformat()} Python {platform.python_version()} {platform.platform()}",
            f"labyrinth {shlex.join(argv)}",
            "".join(traceback.format_exception(error)),
        ]
    )
    for folder in (user_log_path("labyrinth", appauthor=False), Path(tempfile.gettempdir())):
        path = folder / f"labyrinth-{now:%Y%m%dT%H%M%S}-{os.getpid()}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None
