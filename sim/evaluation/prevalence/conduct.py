"""Carrying out a table of methods: worlds are run and watched, methods applied to every year, and everything kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.evaluation.code import code_hash
from sim.evaluation.prevalence.request import Request, as_data
from sim.evaluation.prevalence.runs import Finished, gather
from sim.evaluation.prevalence.scores import scores
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.results.naming import RECORD
from sim.results.sealed import DamagedError, unsealed
from sim.results.store import Store

ASKED, ESTIMATES, SCORES = "prevalence/asked.json", "prevalence/estimates.parquet", "prevalence/scores.parquet"
PAGE, TEXT = "prevalence/prevalence.html", "prevalence/prevalence.md"
RUNS = "prevalence/runs"  # those that have finished, until the table is whole


@dataclass(frozen=True)
class Table:
    """A table of methods: what was asked, what every method said in every round, and how good it is."""

    asked: Mapping[str, Any]
    estimates: pd.DataFrame
    scores: pd.DataFrame
    folder: Path | None = None


def measure(request: Request, seeds: Sequence[int], *, workers: int = 1) -> Table:
    """Run all worlds with all seeds and apply all methods to every year; nothing is written."""
    estimates = gather(request, seeds, workers=workers)
    return Table(as_data(request, seeds), estimates, scores(estimates))


def carry_out(
    request: Request,
    seeds: Sequence[int],
    *,
    folder: Path,
    workers: int = 1,
    replace: bool = False,
    progress: bool = False,
) -> Table:
    """:func:`measure`, kept in ``folder``; a table of the same request is read from there, or goes on there.

    Raises
    ------
    RequestError : the folder holds something else.
    StoreError : results could not be written.
    """
    asked = as_data(request, seeds)
    whole = ["prevalence", asked, source_hash(), code_hash()]
    key = hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()
    store = Store(folder, key, replace=replace)
    if not replace and _kept(folder) == key:
        return again(folder)
    finished = Finished(folder / RUNS, key)
    with store:
        if replace:
            finished.clear()
        store.remove((ASKED, ESTIMATES, SCORES, PAGE, TEXT))  # of a table that this one replaces
        with store.publish() as write:  # whose folder it is, should it be stopped before the end
            write(RECORD, _record(key))
        estimates = gather(request, seeds, workers=workers, finished=finished, progress=progress)
        table = Table(asked, estimates, scores(estimates), folder)
        _write(store, table, key)
        finished.clear()
    return table


def again(folder: Path) -> Table:
    """The table that a folder holds, judged anew from its estimates; nothing is run. RequestError if there is none."""
    try:
        asked = unsealed(folder / ASKED)
        estimates = pd.read_parquet(folder / ESTIMATES)
        key = unsealed(folder / RECORD)["study_key"]
    except (OSError, DamagedError, ValueError, KeyError):
        raise RequestError(f"{folder} holds no whole table of methods", where=str(folder)) from None
    table = Table(asked, estimates, scores(estimates), folder)
    with Store(folder, key) as store:
        _write(store, table, key)
    return table


def _kept(folder: Path) -> str | None:
    try:
        return str(unsealed(folder / RECORD).get("study_key")) if (folder / ESTIMATES).is_file() else None
    except (OSError, DamagedError):
        return None


def _write(store: Store, table: Table, key: str) -> None:
    from sim.evaluation.prevalence.page import page  # noqa: PLC0415 - templates load when there is something to show
    from sim.evaluation.prevalence.words import markdown  # noqa: PLC0415

    with store.publish() as write:
        write(ESTIMATES, pa.Table.from_pandas(table.estimates, preserve_index=False))
        write(SCORES, pa.Table.from_pandas(table.scores, preserve_index=False))
        write(PAGE, page(table.asked, table.scores))
        write(TEXT, markdown(table.asked, table.scores))
        write(ASKED, dict(table.asked))
        write(RECORD, _record(key))


def _record(key: str) -> dict[str, Any]:
    return {"study_key": key, "source": source_hash(), "kind": "prevalence"}
