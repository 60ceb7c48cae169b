"""Runs of a long command kept on the disk as they finish, so that a command that was stopped goes on where it was.

They are deleted when the command is done and no run has failed: what it found stands in its table by then.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress

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

    ``there`` are the keys of runs on the disk; ``failed`` says that a run has failed, so that the others are to stay
    until it has been done.
    """

    def __init__(self, store: Store) -> None:
        self.store, self.failed = store, False
        self.there = set(store.compact())

    def read(self, keys: Collection[str]) -> dict[str, RunResult]:
        """Those of ``keys`` that are there."""
        return {run.key: run for run in self.store.results(sorted(self.there.intersection(keys)), FIELDS)}

    @contextmanager
    def keeping(self) -> Iterator[Callable[[RunResult], None]]:
        """What writes a run to the disk, unless it has failed; events of a run are not kept."""
        with closing(journal.Writer(self.store.journals)) as writer:

            def keep(run: RunResult) -> None:
                if run.failure is None:
                    self.store.append(writer, run)
                else:
                    self.failed = True

            yield keep
        self.there = set(self.store.compact())


@contextmanager
def kept_runs(command: str, asked: object) -> Iterator[KeptRuns]:
    """Runs that were kept when ``command`` was stopped, below ``results``; deleted when it has all of them.

    ``asked`` is what it was asked for: another request keeps its own. Leave the context when the table is written.

    Raises
    ------
    RequestError : another process is at work on them.
    StoreError : they cannot be kept.
    """
    name = hashlib.sha256(f"{source_hash()} {asked!r}".encode()).hexdigest()[:16]
    folder = RESULTS / f"{command}-runs" / name
    with Store(folder, f"runs of {command}, {name}") as store:
        kept = KeptRuns(store)
        yield kept
    if not kept.failed:
        shutil.rmtree(folder)
        with suppress(OSError):  # runs of another request are there
            folder.parent.rmdir()
