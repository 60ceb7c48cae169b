"""The folder of a study, ``results/<name>``: resumable, never half-written.

Runs go to journals first (``journal/``), then into the parts of ``runs/``, from which every other table is made. Files
are written under another name, fsynced and renamed, so that a full disk or a killed process leaves the old or the new
file, never half of one. Runs are addressed by content (``Scenario.run_key``): a run that exists is not done again, and
a part that has become unreadable costs only its own runs. Nothing here holds all runs in memory at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
from sim.studies.runs import ALL

_NAME = re.compile(r"[A-Za-z0-9][\w.@+-]*(/[A-Za-z0-9][\w.@+-]*)*")
LAST = "manifest.json"  # renamed after all others: it vouches for them
PART_RUNS, PART_BYTES = 64, 2**26  # a part of runs/ or events/ is closed at either
KINDS = {"runs": journal.RUNS, "events": journal.EVENTS}


class StoreError(RuntimeError):
    """Results could not be written; the runs that have finished are kept, and the same command goes on from them."""


def results_folder(name: str) -> Path:
    """``results/<name>`` under the working directory; RequestError when the name cannot be a folder there."""
    if not _NAME.fullmatch(name) or ".." in name:
        raise RequestError(
            f"name = {name!r} cannot name a results folder; use letters, digits, . _ - @ + and / between parts"
        )
    return Path("results") / name


def name_of(folder: Path) -> str:
    """The inverse of :func:`results_folder`."""
    return folder.relative_to("results").as_posix()


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
        self.damaged: list[str] = []
        self._lock: IO[str] | None = None
        self._index: dict[str, dict[str, Path]] = {kind: {} for kind in KINDS}
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
        if any(entry.name not in (".lock", "journal", *KINDS) for entry in self.folder.iterdir()):
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
        for folder in (self.folder, *(self.folder / kind for kind in KINDS)):
            for left in folder.glob(".*.part"):
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
        """Move what journals hold into the parts of ``runs/`` and ``events/``; returns key and seed of all runs.

        Each run is kept once. ``keep`` says which keys stay. Parts that cannot be read are set aside under another
        name and listed in ``damaged``; their runs count as not done.
        """
        seeds: dict[str, int] = {}
        try:
            for kind, schema in KINDS.items():
                self._index[kind] = {}
                wanted = keep if kind == "runs" else seeds.__contains__
                for path in sorted((self.folder / kind).glob("*.parquet")):
                    self._take_part(kind, schema, path, wanted)
                self._take_journals(kind, schema, wanted)
                if kind == "runs":
                    seeds = self._seeds()
            shutil.rmtree(self.journals, ignore_errors=True)
        except OSError as error:
            raise self._error(error) from error
        return seeds

    def open(self) -> None:
        """Look at what has been compacted, without writing anything: for reading results that are there."""
        for kind in KINDS:
            for path in sorted((self.folder / kind).glob("*.parquet")):
                self._index[kind] |= dict.fromkeys(pq.read_table(path, columns=["key"])["key"].to_pylist(), path)

    def _take_part(self, kind: str, schema: pa.Schema, path: Path, keep: Callable[[str], bool]) -> None:
        """Enter a part into the index; written anew without what is not kept, set aside if it cannot be read."""
        try:
            keys = set(pq.read_table(path, schema=schema, columns=["key"])["key"].to_pylist())
        except (OSError, pa.ArrowException):
            os.replace(path, path.with_suffix(".damaged"))
            self.damaged.append(f"{kind}/{path.name}")
            return
        kept = {key for key in keys if keep(key) and key not in self._index[kind]}
        if kept != keys:
            if kept:
                table = pq.read_table(path, filters=[("key", "in", kept)])
                self._write_part(kind, table.cast(schema))
            path.unlink()
        else:
            self._index[kind] |= dict.fromkeys(kept, path)

    def _take_journals(self, kind: str, schema: pa.Schema, keep: Callable[[str], bool]) -> None:
        waiting: dict[str, pa.RecordBatch] = {}
        for path in sorted(self.journals.glob(f"{kind}-*.arrows")):
            for batch in journal.read(path):
                if not batch.schema.equals(schema) or not batch.num_rows:
                    continue
                key = batch.column("key")[0].as_py()  # a batch holds one run
                if key not in self._index[kind] and key not in waiting and keep(key):
                    waiting[key] = batch
                    if len(waiting) >= PART_RUNS or sum(part.nbytes for part in waiting.values()) > PART_BYTES:
                        self._write_part(kind, pa.Table.from_batches(waiting.values(), schema))
                        waiting.clear()
        if waiting:
            self._write_part(kind, pa.Table.from_batches(waiting.values(), schema))

    def _write_part(self, kind: str, table: pa.Table) -> None:
        keys = table["key"].unique().to_pylist()
        name = f"{hashlib.sha256(' '.join(keys).encode()).hexdigest()[:16]}.parquet"
        folder = self.folder / kind
        folder.mkdir(exist_ok=True)
        part = folder / f".{name}.part"
        try:
            _write(part, table)
            os.replace(part, folder / name)
            _sync(folder)
        finally:
            part.unlink(missing_ok=True)
        self._index[kind] |= dict.fromkeys(keys, folder / name)

    def _seeds(self) -> dict[str, int]:
        seeds: dict[str, int] = {}
        for path in sorted(set(self._index["runs"].values())):
            table = pq.read_table(path, columns=["key", "seed"])
            seeds |= dict(zip(table["key"].to_pylist(), table["seed"].to_pylist(), strict=True))
        return seeds

    def results(self, keys: Iterable[str], fields: Collection[str] = ALL) -> Iterator[RunResult]:
        """The compacted runs with these keys, part by part; only ``fields`` of them are read, others are empty."""
        wanted: dict[Path, list[str]] = {}
        for key in keys:
            if key in self._index["runs"]:
                wanted.setdefault(self._index["runs"][key], []).append(key)
        columns = ["key", "seed", *(name for name in journal.RUNS.names if name in fields)]
        for path, members in wanted.items():
            yield from journal.results_of(pq.read_table(path, columns=columns, filters=[("key", "in", members)]))

    def events(self) -> Iterator[pa.Table]:
        """Every stored event by key of its run, part by part."""
        for path in sorted(set(self._index["events"].values())):
            yield pq.read_table(path)

    def with_events(self) -> set[str]:
        """Keys of the runs whose events are stored."""
        return set(self._index["events"])

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

        Inside, call ``write(name, content)`` with an Arrow table, an iterator of tables, a mapping (JSON) or text.

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
    elif isinstance(content, Iterator):
        first = next(content)
        with pq.ParquetWriter(path, first.schema, compression="zstd") as file:
            file.write_table(first)
            for table in content:
                file.write_table(table.cast(first.schema))
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
