"""Folders of results: what lies in them, and whose results they hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.ground.errors import RequestError
from sim.results.parts import Reader
from sim.results.sealed import DamagedError, unsealed, without_seal
from sim.results.survey import JOURNAL, files

RECORD = "study.json"  # what was asked; written before anything else
MANIFEST = "manifest.json"  # what was found; renamed after all others: it vouches for them
DAMAGED, WORLDS, CONFIGS = "damaged", "world", "config"
PAGE, DETAILS = "report.html", "details.html"  # the answer, and every figure and number
CRATE, REQUEST = "ro-crate-metadata.json", "scenario.yaml"
TABLES = ("summary", "series", "effects", "risks", "points", "events", "panel", "captures", "groups",
          "group_effects", "over_worlds", "turns", "sensitivity")  # fmt: skip
_HIDDEN = (".lock", ".hydra-arms.json")
_FOLDERS = ("runs", "events", "panels", "captures", JOURNAL, DAMAGED, WORLDS, CONFIGS, "hydra", "csv", "parquet")
_FILES = (RECORD, MANIFEST, PAGE, DETAILS, CRATE, REQUEST, "report.md", *(f"{name}.parquet" for name in TABLES))


def is_ours(folder: Path) -> bool:
    """Whether a folder whose study is not known holds nothing but what a study leaves: then it can be gone on with.

    So it is when a command was killed before its first file was whole, or when files that name the study are damaged.
    """
    names = {path.name for path in folder.iterdir()}
    passing = {path.name for path in folder.glob(".*.part")}
    known = names <= {*_HIDDEN, *_FOLDERS, *_FILES, *passing}
    return known and (not names or not names.isdisjoint({".lock", "runs", JOURNAL}))


def study_in(folder: Path, reader: Reader) -> tuple[str | None, str | None]:
    """Key of the study that a folder holds and hash of the source that made it; None for what cannot be known.

    ``study.json`` says so, or the manifest, or else any whole part; the manifest of an earlier version, which has no
    checksum, comes last.
    """
    for name in (RECORD, MANIFEST):
        try:
            found = unsealed(folder / name)
        except (FileNotFoundError, DamagedError):
            continue
        if isinstance(found.get("study_key"), str):
            return found["study_key"], found.get("source")
    for path in files(folder / "runs", "*.parquet"):
        try:
            study = reader.study(path)
        except DamagedError:
            continue
        if study:
            return study, None
    older = without_seal(folder / MANIFEST)
    key = older.get("study_key")
    return (key, str(older.get("source"))) if isinstance(key, str) else (None, None)


def no_results(folder: Path) -> RequestError:
    """Why a folder without a whole record or manifest cannot be shown."""
    older: Mapping[str, Any] = without_seal(folder / MANIFEST)
    versions = older.get("versions")
    if isinstance(versions, dict):
        return RequestError(
            f"{folder} was written by version {versions.get('labyrinth', 'unknown')}, whose results this version does "
            "not read; its tables and its page lie there as they were",
            where=str(folder),
        )
    if any((folder / name).exists() for name in (MANIFEST, RECORD, "runs", "journal")):
        return RequestError(
            f"{folder} has neither a whole {RECORD} nor a whole {MANIFEST}; the command that made it makes both again, "
            "and goes on from the runs that are there",
            where=str(folder),
        )
    inside = sorted({path.parent.name for path in folder.glob("*/manifest.json")}) if folder.is_dir() else []
    hint = f"; it holds {', '.join(inside)}" if inside else ""
    return RequestError(f"{folder} holds no results{hint}", where=str(folder))
