"""The runs behind a result, wherever they are: held in memory, or in a folder (``sim.results.kept``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from numpy.typing import NDArray

from sim.results.run import Failure, RunResult

ALL = ("metrics", "weeks", "series", "outcomes", "flows", "seconds", "phases")
SUMMARY = ("metrics", "seconds")


class Runs(Protocol):
    """Finished and failed runs by content key."""

    def finished(self, keys: Sequence[str], fields: Collection[str] = ALL) -> list[RunResult]:
        """Those of ``keys`` that have finished, in that order; fields that were not asked for may be empty."""

    def observed(self, kind: str, key: str) -> dict[str, NDArray[Any]]:
        """What is kept beside a run, one of ``journal.OBSERVED``; empty if nothing is."""

    def failure(self, key: str) -> Failure | None:
        """Why the run with this key failed; None if it did not."""


class Held:
    """Runs held in memory."""

    def __init__(self, runs: Mapping[str, RunResult]) -> None:
        self._runs = dict(runs)

    def finished(self, keys: Sequence[str], fields: Collection[str] = ALL) -> list[RunResult]:  # noqa: ARG002 - has all
        """See ``Runs``."""
        found = (self._runs.get(key) for key in keys)
        return [run for run in found if run is not None and run.failure is None]

    def observed(self, kind: str, key: str) -> dict[str, NDArray[Any]]:
        """See ``Runs``."""
        return dict(getattr(self._runs[key], kind)) if key in self._runs else {}

    def failure(self, key: str) -> Failure | None:
        """See ``Runs``."""
        return self._runs[key].failure if key in self._runs else None
