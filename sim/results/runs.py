"""The runs behind a result, wherever they are: held in memory, or in a folder (``sim.results.kept``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.results.run import Failure, RunResult

ALL = ("metrics", "weeks", "series", "outcomes", "flows", "seconds", "phases", "known", "groups",
       "group_series")  # fmt: skip
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


def one_a_seed(runs: Sequence[RunResult]) -> list[RunResult]:
    """The runs, those of one seed as one: lucks of a seed share its world and people, and count once together.

    A mean has the metrics, series and flows; a metric that is undefined in some lucks is the mean of the others.
    """
    seeds: dict[int, list[RunResult]] = {}
    for run in runs:
        seeds.setdefault(run.seed, []).append(run)
    return [same[0] if len(same) == 1 else _mean(same) for same in seeds.values()]


def _mean(runs: Sequence[RunResult]) -> RunResult:
    first = runs[0]
    metrics = {name: [run.metrics[name] for run in runs] for name in first.metrics}
    return replace(
        first,
        metrics={name: float(mean_of_lucks(np.array(values))) for name, values in metrics.items()},
        series={name: mean_of_lucks(np.array([run.series[name] for run in runs])) for name in first.series},
        flows={name: mean_of_lucks(np.array([run.flows[name] for run in runs])) for name in first.flows},
        groups={name: mean_of_lucks(np.array([run.groups[name] for run in runs])) for name in first.groups},
        group_series={
            name: mean_of_lucks(np.array([run.group_series[name] for run in runs])) for name in first.group_series
        },
        outcomes={},
        known={},
        seconds=sum(run.seconds for run in runs) / len(runs),
    )


def mean_of_lucks(values: NDArray[Any]) -> NDArray[Any]:
    """Mean over the first axis of what is a number there, (lucks, …) to (…); NaN where nothing is."""
    there = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        mean = np.where(there, values, 0).sum(axis=0) / there.sum(axis=0)
    return np.asarray(mean, values.dtype)
