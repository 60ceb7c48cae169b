"""What a user is told beside results, and what is kept from them: warnings of libraries that they can do nothing about.

Notices go through Python's ``logging`` under the name ``labyrinth``: a script that configures nothing finds them on
stderr, a program can send them elsewhere, and the command line leaves them out under ``--quiet``.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings

LOG = logging.getLogger("labyrinth")


class _Stderr(logging.Handler):
    """Writes to the stderr of the moment, one line a notice."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one notice."""
        print(record.getMessage(), file=sys.stderr)  # noqa: T201 - this is where the command line speaks


def tell(notice: str) -> None:
    """Tell the user something that happened and that nobody asked for, in one line."""
    LOG.warning("labyrinth: %s", " ".join(notice.split()))


def listen(*, quiet: bool) -> None:
    """For the command line: notices go to stderr, or nowhere under ``--quiet``."""
    LOG.handlers[:] = [_Stderr()]
    LOG.setLevel(logging.ERROR if quiet else logging.WARNING)


def silence_libraries() -> None:
    """For a process of its own: warnings of libraries are shown, here and in workers, to those who ask Python for them.

    They are meant for developers: ``python -W default -m sim …`` or ``PYTHONWARNINGS=default`` brings them back.
    """
    if sys.warnoptions or os.environ.get("PYTHONWARNINGS"):
        return
    warnings.simplefilter("ignore")
    os.environ["PYTHONWARNINGS"] = "ignore"  # for processes that this one starts
