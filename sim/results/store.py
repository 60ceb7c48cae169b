"""The folder of a study, ``results/<name>``: resumable, never half-written, and verified whenever it is read.

Runs go to journals first (``journal/``), then into the parts of ``runs/``, from which every other table is made. Files
are written under another name, fsynced and renamed, so that a full disk or a killed process leaves the old or the new
file, never half of one. Everything has a checksum; what fails it is set aside in ``damaged/`` and costs only its own
runs. Runs are addressed by content (``Scenario.run_key``): a run that exists is not done again. Nothing here holds all
runs in memory at once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import pyarrow as pa

from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.notes import note
from sim.results import journal
from sim.results.naming import DAMAGED, MANIFEST, RECORD, is_ours, study_in
from sim.results.parts import Reader, fingerprint, sync, write_parquet, write_part
from sim.results.run import RunResult
from sim.results.runs import ALL
from sim.results.sealed import DamagedError, sealed, unsealed
from sim.results.survey import JOURNAL, Source, Survey, survey

PART_RUNS, PART_BYTES = 64, 2**26  # a part is closed at either


class StoreError(RuntimeError):
    """Results could not be written or read; the runs that have finished are kept, and the same command goes on."""


class Store:
    """One study's folder, locked while it is open.

    Parameters
    ----------
    folder : where the study lives; made when the store is entered.
    study : key of the study's content. A folder that holds another study is refused unless ``replace``.
    """

    def __init__(self, folder: Path, study: str, *, replace: bool = False) -> None:
        self.folder, self.study = folder, study
        self.journals = folder / JOURNAL
        self.set_aside: list[dict[str, str]] = []
        self._lock: IO[str] | None = None
        self._made: list[Path] = []
        self._reader = Reader()
        self._index: dict[str, dict[str, Path]] = {kind: {} for kind in journal.KINDS}
        self._dealt: set[tuple[int, int]] = set()
        try:
            self._check(replace)
        except OSError as error:
            raise RequestError(f"{folder} cannot be read: {error.strerror or error}") from None

    def _check(self, replace: bool) -> None:
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise RequestError(f"{self.folder} exists and is not a folder")
        if replace:
            return
        key, source = study_in(self.folder, self._reader)
        if key == self.study:
            return
        if key is not None:
            other = "another request" if source in (None, source_hash()) else "another version of the code"
            what = f"{self.folder} holds the results of {other}; choose another name, or --replace it"
            raise RequestError(what, where=f"name={self.folder.name}")
        if not is_ours(self.folder):
            raise RequestError(
                f"{self.folder} exists and is not a results folder; choose another name, or --replace it"
            )

    # --- beginning and end --------------------------------------------------------------------------------------

    def __enter__(self) -> Store:
        """Make the folder and lock it. RequestError when it cannot be made or another process is writing to it."""
        try:
            self._made = [place for place in (self.folder, *self.folder.parents) if not place.exists()]
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / ".lock").open("w", encoding="utf-8")
        except OSError as error:
            self._unmake()
            raise RequestError(f"results cannot be written to {self.folder}: {error.strerror}") from error
        if not _take(self._lock):
            self._lock.close()
            raise RequestError(f"another process is writing to {self.folder}; wait for it, or choose another name")
        for folder in (self.folder, *(self.folder / kind for kind in journal.KINDS)):
            for left in folder.glob(".*.part"):
                left.unlink(missing_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if isinstance(error, RequestError):
            self._unmake()
        if self._lock:
            self._lock.close()

    def _unmake(self) -> None:
        """Take back the folder that this command has made for a request that is refused after all."""
        holding = [path for name in (*journal.KINDS, JOURNAL) for path in (self.folder / name).glob("*")]
        if self.folder not in self._made or holding:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        for place in self._made[1:]:
            with suppress(OSError):  # somebody else has put something there
                place.rmdir()

    # --- runs ---------------------------------------------------------------------------------------------------

    def append(self, writer: journal.Writer, result: RunResult) -> None:
        """Put a finished run on the disk. Raises StoreError."""
        try:
            writer.append(result)
        except OSError as error:
            raise self._error(error) from error

    def compact(self, keep: Callable[[str], bool] = lambda _: True) -> dict[str, int]:
        """Move what journals hold into the parts of each kind; returns key and seed of all runs.

        Each run is kept once. ``keep`` says which keys stay. What fails its checksum, and rows of one run that say
        different things, are set aside and listed in ``set_aside``; their runs count as not done.
        """
        seeds: dict[str, int] = {}
        try:
            self._make_way()
            for kind in journal.KINDS:
                found = survey(self.folder, kind, self._reader)
                wanted = keep if kind == "runs" else seeds.__contains__
                self._index[kind] = {}
                self._take_parts(found, wanted)
                self._take_journals(found, wanted)
                if kind == "runs":
                    there = found.finished()
                    seeds = {key: there[key].seed for key in self._index[kind]}
                    self._dealt = {(there[key].seed, there[key].luck) for key in self._index[kind]}
            shutil.rmtree(self.journals, ignore_errors=True)
        except OSError as error:
            raise self._error(error) from error
        return seeds

    def dealt(self) -> set[tuple[int, int]]:
        """Seed and luck of the runs that ``compact`` has found."""
        return set(self._dealt)

    def open(self) -> dict[str, Survey]:
        """Look at what is there, without writing anything: for results that are shown again, and for plans."""
        found = {kind: survey(self.folder, kind, self._reader) for kind in journal.KINDS}
        for kind, seen in found.items():
            owners = {entry.key: source.path for source in seen.parts for entry in source.entries}
            self._index[kind] = {key: path for key, path in owners.items() if key not in seen.disputed}
        return found

    def _make_way(self) -> None:
        """What stands where folders of the store must be is set aside."""
        for name in (*journal.KINDS, JOURNAL):
            place = self.folder / name
            if place.exists() and not place.is_dir():
                self._put_aside(place, "is not a folder")

    def _take_parts(self, found: Survey, keep: Callable[[str], bool]) -> None:
        """Enter parts into the index; one that holds what is not kept is written anew without it."""
        index = self._index[found.kind]
        for source in found.parts:
            if source.faults:
                self._put_aside(source.path, *source.faults)
                continue
            keys = [entry.key for entry in source.entries]
            kept = {key for key in keys if keep(key) and key not in index and key not in found.disputed}
            if len(kept) == len(keys):
                index |= dict.fromkeys(kept, source.path)
                continue
            if kept:
                schema = journal.KINDS[found.kind]
                table = self._reader.read(source.path, schema, schema.names, kept)
                self._write_part(found.kind, _once(table) if found.kind == "runs" else table)
            if found.disputed.intersection(keys):
                self._put_aside(source.path, "holds a run of which another file says something different")
            elif source.path not in index.values():
                source.path.unlink()

    def _take_journals(self, found: Survey, keep: Callable[[str], bool]) -> None:
        waiting: dict[str, pa.RecordBatch] = {}
        for source in found.journals:
            for batch in journal.read(source.path):
                key = batch.column("key")[0].as_py() if batch.num_rows else None  # a batch holds one run
                if key is None or key in found.disputed or key in waiting or key in self._index[found.kind]:
                    continue
                if keep(key):
                    waiting[key] = batch
                    if len(waiting) >= PART_RUNS or sum(part.nbytes for part in waiting.values()) > PART_BYTES:
                        self._write_part(found.kind, pa.Table.from_batches(waiting.values()))
                        waiting.clear()
        if waiting:
            self._write_part(found.kind, pa.Table.from_batches(waiting.values()))
        for source in found.journals:
            self._judge(source, found.disputed)

    def _judge(self, source: Source, disputed: Collection[str]) -> None:
        """Say what is wrong with a journal whose runs have been taken, and keep it if there is more to see in it."""
        if source.damaged:
            self._put_aside(source.path, *source.faults)
        elif any(entry.key in disputed for entry in source.entries):
            self._put_aside(source.path, "holds a run of which another file says something different")
        elif source.faults:
            note(f"{source.path} {journal.CUT}, as its process was stopped; that run is done again")

    def _write_part(self, kind: str, table: pa.Table) -> None:
        path = write_part(self.folder / kind, table, self.study)
        self._index[kind] |= dict.fromkeys(table["key"].unique().to_pylist(), path)

    def results(self, keys: Iterable[str], fields: Collection[str] = ALL) -> Iterator[RunResult]:
        """The compacted runs with these keys, part by part; only ``fields`` of them are read, others are empty.

        Raises
        ------
        StoreError : a part is no longer what it was when the store was looked at.
        """
        wanted: dict[Path, list[str]] = {}
        for key in keys:
            if key in self._index["runs"]:
                wanted.setdefault(self._index["runs"][key], []).append(key)
        columns = ("key", "seed", "luck", "digest", *fields)
        for path, members in wanted.items():
            try:
                yield from journal.results_of(self._reader.read(path, journal.RUNS, columns, members))
            except DamagedError as fault:
                raise self._lost(path, fault) from None

    def keys(self) -> set[str]:
        """Keys of the runs that ``results`` can give."""
        return set(self._index["runs"])

    def observed(self, kind: str, keys: Collection[str] | None = None) -> Iterator[pa.Table]:
        """What is stored beside runs, by key of its run, part by part; ``keys`` None means of every run.

        ``kind`` is one of ``journal.OBSERVED``. Raises StoreError as ``results`` does.
        """
        index, schema = self._index[kind], journal.KINDS[kind]
        for path in sorted(set(index.values()) if keys is None else {index[key] for key in keys if key in index}):
            try:
                yield journal.happened(self._reader.read(path, schema, schema.names, keys))
            except DamagedError as fault:
                raise self._lost(path, fault) from None

    def having(self, kind: str) -> set[str]:
        """Keys of the runs of which something of that kind is stored, or that nothing of it happened."""
        return set(self._index[kind])

    def _lost(self, path: Path, fault: DamagedError) -> StoreError:
        """A part that has become unreadable since the store was looked at; the next command must not meet it again."""
        if self._lock is not None:
            with suppress(OSError):
                self._put_aside(path, str(fault))
        return StoreError(f"{path} {fault}; the command that made these results does its runs again")

    def _put_aside(self, path: Path, *faults: str) -> None:
        """Keep something under another name, so that nothing reads it again, and say so. Raises OSError."""
        name = path.relative_to(self.folder).as_posix()
        aside = self.folder / DAMAGED
        aside.mkdir(exist_ok=True)
        stem = name.replace("/", "-")
        target = next(
            place for number in range(10**6) if not (place := aside / (f"{stem}.{number}" if number else stem)).exists()
        )
        os.replace(path, target)
        kept = target.relative_to(self.folder).as_posix()
        why = " and ".join(dict.fromkeys(faults[:3])) + (" and more" if len(faults) > 3 else "")
        self.set_aside.append({"file": name, "why": why, "kept_as": kept})
        consequence = "what it held is done or made again" if path.suffix != ".json" else "it is made again"
        note(f"{path} {why}; it is kept as {target}, and {consequence}")

    # --- files --------------------------------------------------------------------------------------------------

    def manifest(self) -> dict[str, Any]:
        """The manifest, empty when there is none or it is not as it was written."""
        return self._sealed(MANIFEST)

    def record(self) -> dict[str, Any]:
        """What was asked (``study.json``), empty when it is not there or not as it was written."""
        return self._sealed(RECORD)

    def _sealed(self, name: str) -> dict[str, Any]:
        try:
            return unsealed(self.folder / name)
        except (FileNotFoundError, DamagedError):
            return {}

    def mend(self) -> None:
        """Set aside a manifest and a record that are not as they were written. Raises StoreError."""
        for name in (MANIFEST, RECORD):
            try:
                unsealed(self.folder / name)
            except FileNotFoundError:
                continue
            except DamagedError as fault:
                try:
                    self._put_aside(self.folder / name, str(fault))
                except OSError as error:
                    raise self._error(error) from error

    @contextmanager
    def publish(self) -> Iterator[Callable[[str, Any], dict[str, Any]]]:
        """Write several files that appear together at the end, or not at all.

        Inside, call ``write(name, content)`` with an Arrow table, an iterator of tables, bytes, text, or a mapping,
        which becomes JSON with a checksum; it returns what the manifest says of the file.

        Raises
        ------
        StoreError : the disk is full, or the folder cannot be written to; the old files stay.
        """
        parts: dict[str, Path] = {}

        def write(name: str, content: Any) -> dict[str, Any]:
            place = self.folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            parts[name] = place.with_name(f".{place.name}.part")
            _write(parts[name], content)
            return fingerprint(parts[name])

        try:
            yield write
            for name in sorted(parts, key=lambda name: name in (RECORD, MANIFEST)):  # these vouch for all others
                if (self.folder / name).is_dir():
                    self._put_aside(self.folder / name, "is not a file")
                os.replace(parts[name], self.folder / name)
            for folder in {(self.folder / name).parent for name in parts}:
                sync(folder)
        except OSError as error:
            raise self._error(error) from error
        finally:
            for part in parts.values():
                part.unlink(missing_ok=True)

    def remove(self, names: Iterable[str]) -> None:
        """Remove tables of an earlier request that this one does not make. Raises StoreError."""
        try:
            for name in names:
                (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> StoreError:
        return StoreError(
            f"results could not be written to {self.folder} ({error.strerror or error}); runs that have finished are "
            "kept, and the same command goes on from them"
        )


def busy(folder: Path) -> bool:
    """Whether a process is writing to a folder of results now."""
    try:
        with (folder / ".lock").open("r+", encoding="utf-8") as lock:
            return not _take(lock)
    except OSError:
        return False


def _once(table: pa.Table) -> pa.Table:
    """The first row of every run."""
    first: dict[str, int] = {}
    for at, key in enumerate(table["key"].to_pylist()):
        first.setdefault(key, at)
    return table.take(list(first.values()))


def _write(path: Path, content: Any) -> None:
    if isinstance(content, pa.Table | Iterator):
        write_parquet(path, content)
        return
    data = sealed(content) if isinstance(content, Mapping) else content
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    sync(path)


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
