"""Whether a folder of results is whole: every file against its checksum, every run against what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sim.results import journal
from sim.results.naming import DAMAGED, DETAILS, MANIFEST, PAGE, RECORD, TABLES, no_results
from sim.results.parts import Reader, verified_bytes
from sim.results.sealed import DamagedError, unsealed
from sim.results.store import busy
from sim.results.survey import JOURNAL, Survey, survey

State = Literal["whole", "damaged", "missing", "not finished", "not vouched for", "set aside"]
WRONG: tuple[State, ...] = ("damaged", "missing")


@dataclass(frozen=True)
class Checked:
    """One file of a folder of results, or all of its runs: its state, and what there is to say about it."""

    file: str
    state: State
    about: str = ""


@dataclass(frozen=True)
class Verdict:
    """What ``check`` found."""

    folder: str
    files: tuple[Checked, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged or missing; a study that is not finished can be whole."""
        return not any(row.state in WRONG for row in self.files)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        wrong = sum(row.state in WRONG for row in self.files)
        if wrong:
            return (
                f"{self.folder}: {wrong} of {len(self.files)} entries are damaged or missing; the command that made "
                "the results does or makes again what they held"
            )
        if any(row.state == "not finished" for row in self.files):
            return f"{self.folder}: what is there is whole, but not finished; the same command goes on from it"
        return f"{self.folder}: everything is whole"


def check(folder: Path) -> Verdict:
    """Look at every file of a folder of results; nothing is written.

    Raises
    ------
    RequestError : the folder holds no results, or those of a version that wrote no checksums.
    """
    reader = Reader()
    record, asked = _sealed(folder, RECORD)
    manifest, found = _sealed(folder, MANIFEST)
    runs = survey(folder, "runs", reader)
    if not asked and not found and not any(source.entries for source in runs.sources):
        raise no_results(folder)
    vouched = {**asked.get("files", {}), **found.get("files", {})}
    rows = [record, manifest]
    if busy(folder):
        rows.append(Checked(".lock", "not finished", "a process is writing here now; look again when it has ended"))
    rows += [_runs(runs, asked, found)]
    beside = [survey(folder, kind, reader) for kind in journal.OBSERVED]
    rows += [row for seen in (runs, *beside) for row in _sources(folder, seen, reader)]
    rows += [_file(folder, name, vouched[name]) for name in sorted(vouched)]
    rows += _others(folder, vouched)
    return Verdict(str(folder), tuple(rows))


def _sealed(folder: Path, name: str) -> tuple[Checked, dict[str, Any]]:
    try:
        content = unsealed(folder / name)
    except FileNotFoundError:
        return Checked(name, "missing"), {}
    except DamagedError as fault:
        return Checked(name, "damaged", str(fault)), {}
    return Checked(name, "whole", str(content.get("status", ""))), content


def _runs(seen: Survey, asked: Mapping[str, Any], found: Mapping[str, Any]) -> Checked:
    """The runs that were asked for against those that are there."""
    finished = seen.finished()
    wanted = asked.get("runs") or [run["key"] for run in found.get("runs", [])]
    failed = {failure["key"] for failure in found.get("failures", [])}
    lacking = set(wanted) - finished.keys() - failed
    about = f"{len(set(wanted) & finished.keys())} of {len(wanted)} are there"
    if failed:
        about += f", {len(failed)} failed"
    if seen.disputed:
        return Checked("runs", "damaged", f"{about}; {len(seen.disputed)} are there twice with different contents")
    if not wanted:
        return Checked("runs", "missing", f"{len(finished)} are there; what was asked is not known")
    if not lacking and not seen.journals:
        return Checked("runs", "whole", about)
    running = found.get("status") == "running" or bool(seen.journals)
    return Checked("runs", "not finished" if running else "missing", about)


def _sources(folder: Path, seen: Survey, reader: Reader) -> Iterator[Checked]:
    """Parts and journals, with every row against its digest."""
    what = "runs" if seen.kind == "runs" else f"runs with {seen.kind}"
    for source in seen.sources:
        name = source.path.relative_to(folder).as_posix()
        about = f"{len(source.entries)} {what}"
        if source.damaged:
            yield Checked(name, "damaged", " and ".join(source.faults[:3]))
        elif source.faults:
            yield Checked(name, "not finished", f"{about}; {source.faults[0]}")
        elif source.path.parent.name == JOURNAL or seen.kind in journal.OBSERVED:
            yield Checked(name, "whole", about)
        else:
            yield _rows(source.path, name, about, reader)


def _rows(path: Path, name: str, about: str, reader: Reader) -> Checked:
    try:
        for _ in journal.results_of(reader.read(path, journal.RUNS, journal.RUNS.names)):
            pass
    except DamagedError as fault:
        return Checked(name, "damaged", str(fault))
    return Checked(name, "whole", about)


def _file(folder: Path, name: str, expected: Mapping[str, Any]) -> Checked:
    if not (folder / name).exists():
        return Checked(name, "missing")
    try:
        verified_bytes(folder / name, expected)
    except DamagedError as fault:
        return Checked(name, "damaged", str(fault))
    return Checked(name, "whole", f"{expected['bytes']} bytes")


def _others(folder: Path, vouched: Mapping[str, Any]) -> Iterator[Checked]:
    """What is there without the manifest's word for it, and what was set aside."""
    for name in (PAGE, DETAILS, *(f"{table}.parquet" for table in TABLES)):
        if name not in vouched and (folder / name).exists():
            yield Checked(name, "not vouched for", "the manifest says nothing about it")
    for path in sorted((folder / DAMAGED).glob("*")):
        yield Checked(path.relative_to(folder).as_posix(), "set aside", "no part of the results; it can be deleted")
