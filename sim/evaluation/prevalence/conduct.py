"""Carrying out a table of methods: worlds are run and watched, methods applied to every year, and everything kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from sim.evaluation.prevalence.methods import Round, rows_of
from sim.evaluation.prevalence.request import Request, as_data
from sim.evaluation.prevalence.scores import scores
from sim.evaluation.prevalence.watching import YearEnds
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.ground.notes import progress
from sim.results.naming import RECORD
from sim.results.sealed import DamagedError, unsealed
from sim.results.store import Store
from sim.scenario.scenario import Scenario
from sim.week.frames import captures_frame
from sim.week.week import Week

ASKED, ESTIMATES, SCORES = "prevalence/asked.json", "prevalence/estimates.parquet", "prevalence/scores.parquet"
PAGE, TEXT = "prevalence/prevalence.html", "prevalence/prevalence.md"


@dataclass(frozen=True)
class Table:
    """A table of methods: what was asked, what every method said in every round, and how good it is."""

    asked: Mapping[str, Any]
    estimates: pd.DataFrame
    scores: pd.DataFrame
    folder: Path | None = None


def measure(request: Request, seeds: Sequence[int]) -> Table:
    """Run all worlds with all seeds in this process, one after another, and apply all methods to every year."""
    rows: list[dict[str, Any]] = []
    for label, scenario in request.worlds.items():
        for seed in seeds:
            progress(f"world {label}, seed {seed}")
            for about in rounds(scenario, seed, request):
                rows += [{"world": label, "seed": seed} | row for row in rows_of(about, request.methods)]
    estimates = pd.DataFrame(rows)
    return Table(as_data(request, seeds), estimates, scores(estimates))


def rounds(scenario: Scenario, seed: int, request: Request) -> Iterator[Round]:
    """A round a year of one run."""
    week = Week(scenario, seed)
    ends = YearEnds(week.state)
    week.agenda.watchers = (*week.agenda.watchers, ends)
    week.run()
    captures = captures_frame(week.captures())
    regions, sectors = tuple(map(str, week.world.regions.name)), tuple(map(str, week.world.sectors.name))
    for moment in ends.moments:
        year = captures[captures["year"] == moment.year]
        yield Round(year, moment, regions, sectors, request.field, seed, request.draws)


def carry_out(request: Request, seeds: Sequence[int], *, folder: Path, replace: bool = False) -> Table:
    """:func:`measure`, kept in ``folder``; a table of the same request is read from there.

    Raises
    ------
    RequestError : the folder holds something else.
    StoreError : results could not be written.
    """
    asked = as_data(request, seeds)
    key = hashlib.sha256(json.dumps(["prevalence", asked, source_hash()], default=str).encode()).hexdigest()
    store = Store(folder, key, replace=replace)
    if not replace and _kept(folder) == key:
        return again(folder)
    with store:
        table = measure(request, seeds)
        _write(store, table, key)
    return Table(table.asked, table.estimates, table.scores, folder)


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
        write(RECORD, {"study_key": key, "source": source_hash(), "kind": "prevalence"})
