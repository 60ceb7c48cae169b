"""What a user should know although nothing is wrong: a line on stderr, never an error.

Notes and progress are records of Python's logging under the name ``labyrinth``: notes are warnings, progress is
information. A program that imports the package sees notes and no progress, and can do with both what it likes.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import warnings
from collections.abc import Sequence

LOG = logging.getLogger("labyrinth")
MOST = 8  # notes of one kind


def note(text: str) -> None:
    """Tell the user something, in one line."""
    LOG.warning("%s", " ".join(text.split()))


def several_notes(texts: Sequence[str]) -> None:
    """Tell the user several things of one kind: the first ``MOST`` of them, and how many more there are."""
    for text in texts[:MOST]:
        note(text)
    if len(texts) > MOST:
        note(f"{len(texts) - MOST} more notes like these")


def progress(text: str) -> None:
    """Say how far something has come that keeps the user waiting, in one line."""
    LOG.info("%s", " ".join(text.split()))


class _Lines(logging.Handler):
    """One line a record, on what is stderr when it is said."""

    def emit(self, record: logging.LogRecord) -> None:
        print(f"labyrinth: {record.getMessage()}", file=sys.stderr, flush=True)


def show_on_stderr(*, quiet: bool) -> None:
    """For commands: notes and progress go to stderr, or nowhere under ``--quiet``."""
    if not any(isinstance(handler, _Lines) for handler in LOG.handlers):  # others may listen too
        LOG.addHandler(_Lines())
    LOG.propagate = False
    LOG.setLevel(logging.ERROR if quiet else logging.INFO)


def silence_libraries() -> None:
    """For a process of its own: warnings of libraries are shown, here and in workers, to those who ask Python for them.

    They are meant for developers: ``python -W default -m sim …`` or ``PYTHONWARNINGS=default`` brings them back.
    """
    if sys.warnoptions or os.environ.get("PYTHONWARNINGS"):
        return
    warnings.simplefilter("ignore")
    os.environ["PYTHONWARNINGS"] = "ignore"  # for processes that this one starts


class Waiting:
    """Progress of work that may take long: a line after ``FIRST`` seconds, then one every ``EVERY`` seconds.

    Parameters
    ----------
    doing : what is done, and what is counted.
    total : how many there are.
    """

    FIRST, EVERY = 1.0, 5.0

    def __init__(self, doing: str, total: int) -> None:
        self.doing, self.total = doing, total
        self._next = time.monotonic() + self.FIRST

    def at(self, done: int) -> None:
        """Say so, if it is time, that ``done`` are done."""
        if time.monotonic() >= self._next:
            progress(f"{self.doing}: {done} of {self.total}")
            self._next = time.monotonic() + self.EVERY
