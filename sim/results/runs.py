"""The runs behind a result: held in memory, or read from the study's folder as they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from sim.results.run import Failure, RunResult

if TYPE_CHECKING:
    from sim.results.store import Store

ALL = ("metrics", "weeks", "series", "outcomes", "flows", "seconds", "phases")
SUMMARY = ("metrics", "seconds")


class Runs(Protocol):
    """Finished and failed runs by content key."""

    def finished(self, keys: Sequence[str], fields: Collection[str] = ALL) -> list[RunResult]:
        """Those of ``keys`` that have finished, in that order; fields that were not asked for may be empty."""

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

    def failure(self, key: str) -> Failure | None:
        """See ``Runs``."""
        return self._runs[key].failure if key in self._runs else None


class Kept:
    """Runs in a folder: metrics are held, as they make every table; series, outcomes and flows are read when needed."""

    def __init__(self, store: Store, keys: Iterable[str], failed: Mapping[str, RunResult]) -> None:
        self._store = store
        self._failed = dict(failed)
        self._summary = {run.key: run for run in store.results(keys, SUMMARY)}

    def finished(self, keys: Sequence[str], fields: Collection[str] = ALL) -> list[RunResult]:
        """See ``Runs``."""
        if set(fields) <= set(SUMMARY):
            return [self._summary[key] for key in keys if key in self._summary]
        found = {run.key: run for run in self._store.results(keys, fields)}
        return [found[key] for key in keys if key in self._summary]

    def failure(self, key: str) -> Failure | None:
        """See ``Runs``."""
        return self._failed[key].failure if key in self._failed else None
