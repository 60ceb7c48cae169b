"""The folder of a study, ``results/<name>``: resumable, never half-written.

Runs go to journals first (``journal/``), then into ``runs.parquet``, from which every other table is made. Files are
written under another name, fsynced and renamed, so that a full disk or a killed process leaves the old or the new
file, never half of one. Runs are addressed by content (``Scenario.run_key``): a run that exists is not done again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim._cache import source_hash
from sim.errors import RequestError
from sim.studies import journal
from sim.studies.run import RunResult

_NAME = re.compile(r"[A-Za-z0-9][\w.@+-]*(/[A-Za-z0-9][\w.@+-]*)*")
LAST = "manifest.json"  # renamed after all others: it vouches for them


class StoreError(RuntimeError):
    """Results could not be written; the runs that have finished are kept, and the same command goes on from them."""


def results_folder(name: str) -> Path:
    """``results/<name>`` under the working directory; RequestError when the name cannot be a folder there."""
    if not _NAME.fullmatch(name) or ".." in name:
        raise RequestError(
            f"name = {name!r} cannot name a results folder; use letters, digits, . _ - @ + and / between parts"
        )
    return Path("results") / name


class Store:
    """One study's folder, locked while it is open.

    Parameters
    ----------
    folder : where the study lives; made when the first run is stored.
    study : key of the study's content. A folder that holds another study is refused unless ``replace``.
    """

    def __init__(self, folder: Path, study: str, *, replace: bool = False) -> None:
        self.folder, self.study = folder, study
        self.journals = folder / "journal"
        self._lock: IO[str] | None = None
        self._check(replace)

    def _check(self, replace: bool) -> None:
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise RequestError(f"{self.folder} exists and is not a folder")
        manifest = self.manifest()
        if replace or manifest.get("study_key") == self.study:
            return
        if manifest:
            other = "another request" if manifest.get("source") == source_hash() else "another version of the code"
            what = f"{self.folder} holds the results of {other}; choose another name, or --replace it"
            raise RequestError(what, where=f"name={self.folder.name}")
        if any(entry.name not in (".lock", "journal") for entry in self.folder.iterdir()):
            raise RequestError(
                f"{self.folder} exists and is not a results folder; choose another name, or --replace it"
            )

    def __enter__(self) -> Store:
        """Make the folder and lock it. RequestError when another process is writing to it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / ".lock").open("w", encoding="utf-8")
        except OSError as error:
            raise RequestError(f"results cannot be written to {self.folder}: {error.strerror}") from error
        if not _take(self._lock):
            self._lock.close()
            raise RequestError(f"another process is writing to {self.folder}; wait for it, or choose another name")
        for left in self.folder.glob(".*.part"):
            left.unlink(missing_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._lock:
            self._lock.close()

    # --- runs ---------------------------------------------------------------------------------------------------

    def append(self, writer: journal.Writer, result: RunResult) -> None:
        """Put a finished run on the disk. Raises StoreError."""
        try:
            writer.append(result)
        except OSError as error:
            raise self._error(error) from error

    def compact(self, keep: Callable[[str], bool] = lambda _: True) -> dict[str, int]:
        """Move what journals hold into ``runs.parquet`` and ``events.parquet``; returns key and seed of all runs.

        Each run is kept once. ``keep`` says which keys stay.
        """
        runs = self._gather("runs", journal.RUNS, keep)
        kept = dict(zip(runs["key"].to_pylist(), runs["seed"].to_pylist(), strict=True))
        if self.journals.exists() or len(runs) < self._count():
            events = self._gather("events", journal.EVENTS, lambda key: key in kept)
            with self.publish() as write:
                write("runs.parquet", runs)
                if len(events) or (self.folder / "events.parquet").exists():
                    write("events.parquet", events)
            shutil.rmtree(self.journals, ignore_errors=True)
        return kept

    def _count(self) -> int:
        path = self.folder / "runs.parquet"
        return pq.read_metadata(path).num_rows if path.exists() else 0

    def _gather(self, kind: str, schema: pa.Schema, keep: Callable[[str], bool]) -> pa.Table:
        """Rows of the compacted file and of all journals of a kind; the first source that holds a run wins."""
        batches: list[pa.RecordBatch] = []
        seen: set[str] = set()
        for source in self._sources(kind, schema):
            fresh: set[str] = set()
            for batch in source:
                keys = batch.column("key").to_pylist()
                batches.append(batch.filter(pa.array([key not in seen and keep(key) for key in keys], pa.bool_())))
                fresh.update(keys)
            seen |= fresh
        return pa.Table.from_batches(batches, schema)

    def _sources(self, kind: str, schema: pa.Schema) -> Iterator[Iterable[pa.RecordBatch]]:
        compacted = self.folder / f"{kind}.parquet"
        if compacted.exists() and set(schema.names) <= set(pq.read_schema(compacted).names):
            yield pq.read_table(compacted, columns=schema.names).cast(schema).to_batches()
        for path in sorted(self.journals.glob(f"{kind}-*.arrows")):
            yield (batch for batch in journal.read(path) if batch.schema.equals(schema))

    def results(self, keys: Iterable[str]) -> dict[str, RunResult]:
        """The stored runs with these keys."""
        wanted = set(keys)
        table = pq.read_table(self.folder / "runs.parquet", filters=[("key", "in", wanted)]) if wanted else None
        return {} if table is None else {result.key: result for result in journal.results_of(table)}

    def events(self) -> pa.Table:
        """Every stored event, by key of its run."""
        path = self.folder / "events.parquet"
        return pq.read_table(path, columns=journal.EVENTS.names) if path.exists() else journal.EVENTS.empty_table()

    def with_events(self) -> set[str]:
        """Keys of the runs whose events are stored."""
        path = self.folder / "events.parquet"
        return set(pq.read_table(path, columns=["key"])["key"].unique().to_pylist()) if path.exists() else set()

    # --- files --------------------------------------------------------------------------------------------------

    def manifest(self) -> dict[str, Any]:
        """The manifest, empty when there is none that can be read."""
        try:
            return dict(json.loads((self.folder / LAST).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    @contextmanager
    def publish(self) -> Iterator[Callable[[str, Any], None]]:
        """Write several files that appear together at the end, or not at all.

        Inside, call ``write(name, content)`` with an Arrow table, a mapping (JSON) or text.

        Raises
        ------
        StoreError : the disk is full, or the folder cannot be written to; the old files stay.
        """
        parts: dict[str, Path] = {}

        def write(name: str, content: Any) -> None:
            parts[name] = self.folder / f".{name}.part"
            _write(parts[name], content)

        try:
            yield write
            for name in sorted(parts, key=lambda name: name == LAST):
                os.replace(parts[name], self.folder / name)
            _sync(self.folder)
        except OSError as error:
            raise self._error(error) from error
        finally:
            for part in parts.values():
                part.unlink(missing_ok=True)

    def _error(self, error: OSError) -> StoreError:
        return StoreError(
            f"results could not be written to {self.folder} ({error.strerror or error}); runs that have finished are "
            "kept, and the same command goes on from them"
        )


def _write(path: Path, content: Any) -> None:
    if isinstance(content, pa.Table):
        pq.write_table(content, path, compression="zstd")
    else:
        text = json.dumps(content, indent=2, default=str) + "\n" if isinstance(content, Mapping) else content
        path.write_text(text, encoding="utf-8")
    _sync(path)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _take(lock: IO[str]) -> bool:
    """Lock the file for this process; the lock goes with the process, however it ends."""
    try:
        import fcntl  # noqa: PLC0415 - not everywhere
    except ImportError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
