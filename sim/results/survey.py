"""What the parts and journals of a folder hold, looked at without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.results import journal
from sim.results.digests import results_part
from sim.results.parts import Reader
from sim.results.sealed import DamagedError

JOURNAL = "journal"


_OF_RUN = ("key", "seed", "luck", "seconds", "digest")


class Entry(NamedTuple):
    """One stored run, or what is kept beside one: what is read of every row at once."""

    key: str
    seed: int
    seconds: float = 0.0
    digest: bytes = b""  # of what was found, without the time that it took
    luck: int = 0


@dataclass(frozen=True)
class Source:
    """A part or a journal: its entries, and what is wrong with it as parts of sentences; a part is whole or nothing."""

    path: Path
    entries: tuple[Entry, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def damaged(self) -> bool:
        """Whether anything is wrong but a last run that was cut off when its process was stopped."""
        return any(fault != journal.CUT for fault in self.faults)


@dataclass(frozen=True)
class Survey:
    """Parts and journals of one kind of ``journal.KINDS``."""

    kind: str
    parts: tuple[Source, ...] = ()
    journals: tuple[Source, ...] = ()
    disputed: frozenset[str] = field(default_factory=frozenset)  # runs of which two rows say different things

    @property
    def sources(self) -> tuple[Source, ...]:
        """Parts, then journals."""
        return (*self.parts, *self.journals)

    def finished(self) -> dict[str, Entry]:
        """Entries by key, each once, without those in dispute."""
        entries = (entry for source in self.sources for entry in source.entries if entry.key not in self.disputed)
        return {entry.key: entry for entry in entries}


def survey(folder: Path, kind: str, reader: Reader) -> Survey:
    """Look at every part and journal of a kind. Raises OSError when the folder cannot be listed."""
    parts = tuple(_part(path, kind, reader) for path in files(folder / kind, "*.parquet"))
    journals = tuple(_journal(path) for path in files(folder / JOURNAL, f"{kind}-*"))
    return Survey(kind, parts, journals, frozenset(_disputed((*parts, *journals))))


def files(folder: Path, pattern: str) -> list[Path]:
    """What is in a folder by that pattern, sorted, hidden files left out; nothing when it is no folder."""
    return sorted(path for path in folder.glob(pattern) if path.name[0] != ".") if folder.is_dir() else []


def _part(path: Path, kind: str, reader: Reader) -> Source:
    try:
        named = _OF_RUN if kind == "runs" else ("key", "seed")
        table = reader.read(path, journal.KINDS[kind], named)
    except DamagedError as fault:
        return Source(path, faults=(str(fault),))
    if kind == "runs":
        rows = zip(*(table[name].to_pylist() for name in _OF_RUN), strict=True)
        return Source(path, tuple(_entry(*row) for row in rows))
    pairs = zip(table["key"].to_pylist(), table["seed"].to_pylist(), strict=True)
    return Source(path, tuple(Entry(key, seed) for key, seed in dict.fromkeys(pairs)))


def _journal(path: Path) -> Source:
    faults: list[str] = []
    return Source(path, tuple(_of_batches(path, faults)), tuple(faults))


def _of_batches(path: Path, faults: list[str]) -> Iterator[Entry]:
    for batch in journal.read(path, faults):
        if not batch.num_rows:
            continue
        if "digest" in batch.schema.names:
            yield _entry(*(batch.column(name)[0].as_py() for name in _OF_RUN))
        else:
            yield Entry(*(batch.column(name)[0].as_py() for name in ("key", "seed")))


def _entry(key: str, seed: int, luck: int, seconds: float, digest: bytes) -> Entry:
    return Entry(key, seed, seconds, results_part(digest), luck)


def _disputed(sources: Sequence[Source]) -> set[str]:
    first: dict[str, bytes] = {}
    return {
        entry.key
        for source in sources
        for entry in source.entries
        if first.setdefault(entry.key, entry.digest) != entry.digest
    }
