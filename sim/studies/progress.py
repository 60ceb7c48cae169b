"""How far many runs are: a bar on a terminal, plain lines where output goes to a file or another program.

All of it goes to stderr, so that stdout holds the answer and nothing else.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

LINES = 10  # told of one stage where there is no terminal: one at each tenth
PATIENCE = 60.0  # seconds after which a line says that it still goes on, at the next run that finishes


class Progress(Protocol):
    """Shows how far it is, from ``__enter__`` to ``__exit__``."""

    def __enter__(self) -> Progress:
        """Begin to show."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Leave no half-drawn bar behind."""

    def stage(self, name: str) -> None:
        """Say what is being done now."""

    def advance(self) -> None:
        """One more run has finished."""

    def tell(self, text: str) -> None:
        """Say something in a line of its own."""


def progress_of(total: int, *, shown: bool) -> Progress:
    """Progress of ``total`` runs, in the way that suits where stderr goes."""
    if not shown or not total:
        return Silent()
    if on_a_terminal():
        return Bar(total)
    return Lines(total)


def on_a_terminal() -> bool:
    """Whether stderr is read by a person who sees it as it changes: a terminal, or a notebook."""
    if sys.stderr.isatty():
        return True
    from rich.console import Console  # noqa: PLC0415 - workers do without

    return Console(stderr=True).is_jupyter


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Silent:
        """Show nothing."""
        return self

    def __exit__(self, *_: object) -> None:
        """Show nothing."""

    def stage(self, name: str) -> None:
        """Show nothing."""

    def advance(self) -> None:
        """Show nothing."""

    def tell(self, text: str) -> None:
        """Show nothing."""


class Bar:
    """A bar that is drawn over again as runs finish."""

    def __init__(self, total: int) -> None:
        from rich.console import Console  # noqa: PLC0415 - workers do without
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar: RichProgress = Progress(*columns, console=Console(stderr=True))
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Bar:
        """Begin to draw."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Draw it a last time."""
        self._bar.stop()

    def stage(self, name: str) -> None:
        """Write the stage before the bar."""
        self._bar.update(self._task, description=name)

    def advance(self) -> None:
        """Move the bar by one run."""
        self._bar.advance(self._task)

    def tell(self, text: str) -> None:
        """Write above the bar."""
        self._bar.console.print(text, highlight=False, markup=False)


class Lines:
    """Whole lines: one for each stage, one at each tenth of the runs, and one a minute where runs are long."""

    def __init__(self, total: int) -> None:
        self._total, self._done, self._stage = total, 0, ""
        self._told = self._begin = time.monotonic()

    def __enter__(self) -> Lines:
        """Nothing to show yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """The last line is complete already."""

    def stage(self, name: str) -> None:
        """A line for the stage; time left is counted from here."""
        if name != self._stage:
            self._stage = name
            self._begin = time.monotonic()
            self.tell(f"{name}, {self._done} of {self._total} done" if self._done else name)

    def advance(self) -> None:
        """A line, if a tenth more is done or the last line is a minute old."""
        before, self._done = self._done, self._done + 1
        now = time.monotonic()
        if self._tenth(before) == self._tenth(self._done) and now - self._told < PATIENCE:
            return
        left = (now - self._begin) / self._done * (self._total - self._done)
        rest = f", about {duration(left)} left" if self._done < self._total else ""
        self.tell(f"{self._done} of {self._total} runs{rest}")

    def _tenth(self, done: int) -> int:
        return LINES * done // self._total

    def tell(self, text: str) -> None:
        """A line at once, not when a buffer is full."""
        self._told = time.monotonic()
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is where it is said


def say(text: str, *, shown: bool) -> None:
    """Say something where there is no bar and nothing to count."""
    if shown:
        print(text, file=sys.stderr, flush=True)  # noqa: T201 - this is where it is said


def duration(seconds: float) -> str:
    """A time as one would say it: 40 seconds, 3.5 minutes, 2.1 hours."""
    if seconds < 100:
        return f"{max(round(seconds), 1)} second{'' if round(seconds) <= 1 else 's'}"
    if seconds < 100 * 60:
        return f"{seconds / 60:.1f} minutes"
    return f"{seconds / 3600:.1f} hours"
