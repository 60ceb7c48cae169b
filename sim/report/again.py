"""Results that are there, shown again: as a page, as Markdown, as CSV or Parquet tables.

What was asked stands in ``study.json``, so that neither the words nor the files of whoever asked are needed. Every file
is verified before it is read; a table that has changed is made again from the runs. That, and the page, need the same
source: figures of another version's runs would carry this version's words.
"""

from __future__ import annotations

import errno
import os
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.notes import note
from sim.report.markdown import document
from sim.report.page import files_of, write_study_page, write_whole
from sim.results import provenance
from sim.results.asked import Design
from sim.results.findings import Findings
from sim.results.kept import Kept
from sim.results.naming import MANIFEST, PAGE, RECORD, no_results
from sim.results.parts import fingerprint, verified_bytes, write_parquet
from sim.results.record import design_of
from sim.results.sealed import DamagedError, sealed, unsealed
from sim.results.store import Store, StoreError
from sim.studies.conduct import tables_of

TABLES = ("summary", "effects", "risks", "points", "series", "groups", "group_effects")
IN_A_TEXT = ("summary", "effects", "risks", "groups", "group_effects")


def write_again(folder: Path, kind: str, output: Path | None) -> list[Path]:
    """Write what ``folder`` holds as ``html``, ``md``, ``csv`` or ``parquet``; returns the files written.

    ``output`` is a file for html and md, a folder for csv and parquet; None means inside ``folder``.

    Raises
    ------
    RequestError : the folder holds no results, they are not finished, or what is asked cannot be made of them, or not
        be written to ``output``.
    StoreError : there is no room for it.
    """
    results = Results(folder)
    if kind in ("html", "md") and output is not None and (output.is_dir() or not output.name):
        raise RequestError(f"{output} is a folder, and {kind} is written to a file", where=f"--output {output}")
    try:
        if kind == "html":
            return _pages(results, output or folder / PAGE)
        if kind == "md":
            text = document(results.manifest, *(_frame(results.table(name)) for name in IN_A_TEXT))
            return [write_whole(output or folder / "report.md", text)]
        return _export(results, kind, output or folder / kind)
    except StoreError as error:
        raise RequestError(str(error), where=str(folder)) from None
    except OSError as error:
        what = f"{output or folder} cannot be written: {error.strerror or error}"
        if output is None or error.errno == errno.ENOSPC:
            raise StoreError(what) from None
        raise RequestError(what, where=f"--output {output}") from None


def findings(folder: Path) -> Findings:
    """The findings whose results ``folder`` holds, from its runs.

    Raises
    ------
    RequestError : the folder holds no results, some are missing or damaged, or the source has changed since.
    """
    return Results(folder).findings


class Results:
    """What a folder of results holds; nothing in it is changed.

    Raises
    ------
    RequestError : the folder holds no results of this version, or they are not finished.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept, asked = _sealed(folder / MANIFEST), _sealed(folder / RECORD)
        if not kept and not asked:
            raise no_results(folder)
        self._kept, self._asked = kept, asked
        if kept.get("status") == "running":
            raise self._wrong("is not finished; the command that began it goes on from there")
        if not kept:
            note(f"{folder / MANIFEST} is missing or damaged; the command that made these results makes it again")

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, made again from the runs if need be."""
        return self._kept or self.findings.manifest | {"name": self._asked["name"]}

    @property
    def of_another_source(self) -> bool:
        """Whether they were made by other code than that which is here."""
        return bool(self._asked) and self._asked["source"] != source_hash()

    @cached_property
    def design(self) -> Design:
        """What was asked. RequestError where the file that says it is damaged or missing."""
        if not self._asked:
            raise self._wrong(
                f"has no whole {RECORD}, which says what was asked; the command that made it makes it again"
            )
        return design_of(self._asked, self.folder)

    @cached_property
    def findings(self) -> Findings:
        """The findings, from the runs."""
        if self.of_another_source:
            raise self._wrong(
                "was made by another version of the code, whose page lies there as report.html; --format md and csv "
                "need no runs"
            )
        design = self.design
        seeds = self._asked["seeds"]
        failed = provenance.failed_runs(self._kept, design.settings)
        wanted = dict.fromkeys(arm.scenario.run_key(seed) for arm in design.to_run for seed in seeds)
        parts = self._store.open()["runs"].parts
        lacking = wanted.keys() - self._store.keys() - failed.keys()
        if lacking:
            damaged = [f"{source.path.name} {source.faults[0]}" for source in parts if source.faults]
            why = f" ({'; '.join(damaged[:3])})" if damaged else ""
            raise self._wrong(
                f"lacks {len(lacking)} of {len(wanted)} runs{why}; the command that made it does what is missing"
            )
        return Findings(
            design,
            seeds,
            Kept(self._store, wanted, failed),
            interval=self._asked["interval"],
            timings=self._kept.get("seconds"),
        )

    @cached_property
    def _store(self) -> Store:
        return Store(self.folder, self._asked["study_key"])

    def table(self, name: str) -> pa.Table | None:
        """A table as it was written, or made again from the runs if it has changed; None if the study has none."""
        file = f"{name}.parquet"
        files = self._kept.get("files", {})
        if self._kept and file not in files:
            return None
        try:
            return pq.read_table(pa.BufferReader(verified_bytes(self.folder / file, files.get(file))))
        except DamagedError as fault:
            if self._kept:
                note(f"{self.folder / file} {fault}; it is made again from the runs for what is shown here")
        made = dict(tables_of(self.findings, self._store)).get(file)
        return made if made is None or isinstance(made, pa.Table) else pa.concat_tables(made)

    def note(self, *paths: Path) -> None:
        """Let the manifest vouch for files of the folder that have been written again."""
        if self._kept:
            files = {**self._kept["files"], **{path.name: fingerprint(path) for path in paths}}
            write_whole(self.folder / MANIFEST, sealed(self._kept | {"files": files}))

    def _wrong(self, what: str) -> RequestError:
        return RequestError(f"{self.folder} {what}", where=str(self.folder))


def _sealed(path: Path) -> dict[str, Any]:
    try:
        return unsealed(path)
    except (FileNotFoundError, DamagedError):
        return {}


def _pages(results: Results, path: Path) -> list[Path]:
    write_study_page(path, results.findings)
    written = list(files_of(path))
    if path == results.folder / PAGE:
        results.note(*written)
    return written


def _frame(table: pa.Table | None) -> pd.DataFrame:
    return pd.DataFrame() if table is None else table.to_pandas()


def _export(results: Results, kind: str, target: Path) -> list[Path]:
    written = []
    target.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        table = results.table(name)
        if table is None:
            continue
        path = target / f"{name}.{kind}"
        part = path.with_name(f".{path.name}.part")
        try:
            if kind == "csv":
                table.to_pandas().to_csv(part, index=False)
            else:
                write_parquet(part, table)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        written.append(path)
    return written
