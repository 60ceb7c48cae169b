"""The runs behind a result, read from the study's folder as they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from sim.results import journal
from sim.results.run import Failure, RunResult
from sim.results.runs import ALL, SUMMARY
from sim.results.store import Store


MOST_HELD = 256  # runs whose flows are held, some ten kilobytes each: figures ask for them again and again


class Kept:
    """Runs in a folder: metrics are held, as they make every table; series, outcomes and flows are read when needed."""

    def __init__(self, store: Store, keys: Iterable[str], failed: Mapping[str, RunResult]) -> None:
        self._store = store
        self._failed = dict(failed)
        self._summary = {run.key: run for run in store.results(keys, SUMMARY)}
        self._flows: dict[str, RunResult] = {}

    def finished(self, keys: Sequence[str], fields: Collection[str] = ALL) -> list[RunResult]:
        """See ``sim.results.runs.Runs``."""
        if set(fields) <= set(SUMMARY):
            return [self._summary[key] for key in keys if key in self._summary]
        if set(fields) == {"flows"} and len(self._summary) <= MOST_HELD:
            missing = [key for key in keys if key in self._summary and key not in self._flows]
            self._flows |= {run.key: run for run in self._store.results(missing, fields)}
            found = self._flows
        else:
            found = {run.key: run for run in self._store.results(keys, fields)}
        return [found[key] for key in keys if key in self._summary]

    def observed(self, kind: str, key: str) -> dict[str, NDArray[Any]]:
        """See ``sim.results.runs.Runs``."""
        for table in self._store.observed(kind, [key]):
            return journal.observed_arrays(table, kind)
        return {}

    def failure(self, key: str) -> Failure | None:
        """See ``sim.results.runs.Runs``."""
        return self._failed[key].failure if key in self._failed else None
