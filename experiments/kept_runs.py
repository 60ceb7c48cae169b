"""Runs of a long command kept on the disk as they finish, so that a command that was stopped goes on where it was.

They are deleted when the command is done and no run has failed: what it found stands in its table.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager

from experiments.files import RESULTS
from sim.ground.cache import source_hash
from sim.results import journal
from sim.results.run import RunResult
from sim.results.store import Store

FIELDS = ("metrics", "weeks", "series", "outcomes", "flows", "seconds")


class KeptRuns:
    """The runs of an open store by their keys; each key holds the version of the source as well.

    Parameters
    ----------
    store : an entered ``Store``.

    ``failed`` is to be set where a run fails: the others stay until it has been done.
    """

    def __init__(self, store: Store) -> None:
        self.store, self.failed = store, False
        self._there = set(store.compact())

    def read(self, keys: Collection[str]) -> dict[str, RunResult]:
        """Those of ``keys`` that are there."""
        return {run.key: run for run in self.store.results(sorted(self._there.intersection(keys)), FIELDS)}

    @contextmanager
    def keeping(self) -> Iterator[Callable[[RunResult], None]]:
        """What writes a finished run to the disk; events of a run are not kept."""
        with closing(journal.Writer(self.store.journals)) as writer:
            yield lambda run: self.store.append(writer, run)
        self._there = set(self.store.compact())


@contextmanager
def kept_runs(command: str) -> Iterator[KeptRuns]:
    """Runs that were kept when ``command`` was stopped, below ``results``; deleted when it has all of them.

    Raises
    ------
    StoreError : they cannot be kept, or another process is at work on them.
    """
    folder = RESULTS / f"{command}-runs" / source_hash()[:16]
    with Store(folder, f"runs of {command}, {source_hash()}") as store:
        kept = KeptRuns(store)
        yield kept
    if not kept.failed:
        shutil.rmtree(folder.parent)
