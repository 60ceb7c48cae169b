"""Claims run again under changes that must not matter: what ``python -m experiments.patterns --fragile`` runs.

A claim about a policy should not hang on how many people stand for a population, in which order somebody has written
the rows of the world's tables, which seeds were drawn, or in which week of a run policies start. Each claim is run as
it is and once more under each of these changes. It is *fragile* where a verdict turns into its opposite, or where the
two effects lie further apart than chance allows: Welch's interval of their difference leaves out 0 at a level shared
by all changes of the claim. Where a verdict is open in one of the two or in both, and they are not apart, it is said
to be open.
"""

from __future__ import annotations

import csv
import io
import json
import math
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from experiments import judging, patterns
from experiments.files import RESULTS, write_whole
from experiments.kept_runs import KeptRuns, kept_runs
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED, error_of, welch
from sim.ground.cache import source_hash
from sim.ground.errors import RequestError
from sim.results.signs import LEVEL
from sim.results.statistics import Interval, t_quantile
from sim.results.store import StoreError
from sim.scenario.scenario import Scenario
from sim.world.describe import world_rows

# claims on ways to move, prices, protection and work, as many as can be run in a quarter of an hour
CLAIMS = ("C4-S01", "C4-S02", "C4-S05", "C13-S08", "C4-S23", "C7-S06", "C9-S04", "removals")
WEEKS = 13  # by which burn-in is longer, so that policies start in another week of the run
FIRST_SEED = 10_001  # of the other seeds
ORDER_SEED = 20_077  # fixed, so that the same command puts rows in the same order
HOLDS, OPEN, FRAGILE = "holds", "open", "fragile"
COLUMNS = (
    "id",
    "check",
    "change",
    "before",
    "low",
    "high",
    "after",
    "low_after",
    "high_after",
    "unit",
    "outcome",
    "claim",
)


@dataclass(frozen=True)
class Change:
    """A change that must not matter: what it is, the plan under it, its first seed, and people by those of before."""

    title: str
    plan: patterns.Plan
    first: int = 1
    per: float = 1.0


@dataclass
class Held:
    """What came of a selection of claims: a row for each check and change, and lines for runs that failed."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def fragile(self) -> dict[str, list[str]]:
        """The claims that are fragile, each with the changes that showed it."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            if row["outcome"] == FRAGILE and row["change"] not in found.setdefault(row["id"], []):
                found[row["id"]].append(row["change"])
        return {name: changes for name, changes in found.items() if changes}


def changes(plan: patterns.Plan, folder: Path) -> list[Change]:
    """The changes of a plan; tables of the world in another order are written into ``folder``."""
    return [
        Change("twice the people", replace(plan, people=2 * plan.people), per=2.0),
        Change("rows in another order", replace(plan, words=(*plan.words, *reordered(plan, folder)))),
        Change("other seeds", plan, first=FIRST_SEED),
        Change("another week of start", replace(plan, burn_in=plan.burn_in + WEEKS)),
    ]


def reordered(plan: patterns.Plan, folder: Path) -> tuple[str, ...]:
    """The tables of the plan's world with their rows in another order, as files; returns the words that name them."""
    rows = world_rows(Scenario.compose([f"world={plan.world}", *plan.words]).world)
    generator = np.random.default_rng(ORDER_SEED)
    words = ["world=csv"]
    for name in ("regions", "legs", "sectors"):
        sheet = io.StringIO()
        writer = csv.DictWriter(sheet, list(rows[name][0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[name][at] for at in generator.permutation(len(rows[name])))
        words.append(f"world.{name}={write_whole(folder / f'{name}.csv', sheet.getvalue()).resolve()}")
    return tuple(words)


def hold(
    selection: Sequence[Mapping[str, Any]],
    arms: Mapping[str, list[str]],
    plan: patterns.Plan,
    kept: KeptRuns | None = None,
) -> Held:
    """Run claims as they are and under each change, and hold the two against one another."""
    held = Held()
    with tempfile.TemporaryDirectory() as folder:
        versions = changes(plan, Path(folder))
        first = _judged(selection, arms, Change("", plan), held, kept)
        for change in versions:
            again = _judged(selection, arms, change, held, kept)
            for key, before in first.items():
                outcome = told_apart(before, again[key], 1 - (1 - LEVEL) / len(versions))
                held.rows.append(_row(before, again[key], change.title, outcome))
    held.rows.sort(key=lambda row: [pattern["id"] for pattern in selection].index(row["id"]))
    return held


def _judged(
    selection: Sequence[Mapping[str, Any]],
    arms: Mapping[str, list[str]],
    change: Change,
    held: Held,
    kept: KeptRuns | None,
) -> dict[tuple[str, str], dict[str, Any]]:
    """The checks of the claims under a change, by pattern and label."""
    made = patterns.groups(selection, arms, change.plan)
    runs, failures = patterns.simulate(made, workers=change.plan.workers, progress=True, first=change.first, kept=kept)
    held.failures += [f"{change.title or 'as it is'}: {line}" for line in failures]
    return {(row["id"], row["check"]): row for row in judging.judge(selection, replace(runs, per=change.per))}


def told_apart(before: Mapping[str, Any], after: Mapping[str, Any], level: float) -> str:
    """``HOLDS``, ``OPEN`` or ``FRAGILE``: what became of a check (mean, low, high, seeds, level, verdict).

    >>> row = {"mean": 1.0, "low": 0.5, "high": 1.5, "seeds": 8, "level": 0.95, "verdict": "supported"}
    >>> told_apart(row, row | {"mean": 3.0, "low": 2.5, "high": 3.5}, 0.95)
    'fragile'
    """
    if {before["verdict"], after["verdict"]} == {SUPPORTED, CONTRADICTED}:
        return FRAGILE
    rows = (before, after)
    errors = [error_of(Interval(row["mean"], row["low"], row["high"], row["seeds"]), row["level"]) for row in rows]
    error, freedom = welch(errors, [row["seeds"] for row in rows])
    if abs(after["mean"] - before["mean"]) > t_quantile(freedom, level) * error:  # False where there is no error
        return FRAGILE
    return HOLDS if before["verdict"] == after["verdict"] != INCONCLUSIVE else OPEN


def _row(before: Mapping[str, Any], after: Mapping[str, Any], change: str, outcome: str) -> dict[str, Any]:
    values = (before["id"], before["check"], change, before["mean"], before["low"], before["high"], after["mean"],
              after["low"], after["high"], before["unit"], outcome, before["claim"])  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def tell(plan: patterns.Plan, only: Sequence[str]) -> int:
    """Run, print and write ``results/fragile.*``; 1 if a run failed, 2 for a wrong request."""
    begin = time.perf_counter()
    content = patterns.catalogue()
    try:
        selection = patterns.chosen(content["patterns"], only or CLAIMS)
        with kept_runs("fragile", (plan, only)) as kept:
            held = hold(selection, content["arms"], plan, kept)
            about = {"plan": vars(plan), "source": source_hash(), "seconds": round(time.perf_counter() - begin, 1)}
            finite = [
                {
                    name: None if isinstance(value, float) and not math.isfinite(value) else value
                    for name, value in row.items()
                }
                for row in held.rows
            ]
            text = json.dumps(about | {"fragile": held.fragile, "rows": finite}, indent=2, ensure_ascii=False) + "\n"
            path = write_whole(RESULTS / "fragile.json", text)
    except (RequestError, StoreError) as error:
        print(error, file=sys.stderr)
        return 2
    console = Console(width=None if sys.stdout.isatty() else 150)
    console.print(table(held.rows))
    for line in held.failures:
        console.print(f"failed: {line}", highlight=False, markup=False)
    fragile = [f"{name} ({', '.join(changes)})" for name, changes in held.fragile.items()]
    console.print(f"fragile: {'; '.join(fragile) if fragile else 'none of these claims at this size'}", highlight=False)
    console.print(f"{about['seconds']:.0f} s; {path}", highlight=False)
    return int(bool(held.failures))


def table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The rows for a terminal."""
    found = Table(
        title="Claims under changes that must not matter, 95 % intervals", title_justify="left", pad_edge=False
    )
    for name in ("claim", "check", "unit", "change"):
        found.add_column(name)
    for name in ("as it is", "with the change"):
        found.add_column(name, justify="right")
    found.add_column("outcome")
    for row in rows:
        shown = [
            f"{row[mean]:.4g} ({row[low]:.4g} to {row[high]:.4g})"
            for mean, low, high in (("before", "low", "high"), ("after", "low_after", "high_after"))
        ]
        colour = {HOLDS: "green", OPEN: "yellow", FRAGILE: "red"}[row["outcome"]]
        found.add_row(row["id"], row["check"], row["unit"], row["change"], *shown, f"[{colour}]{row['outcome']}[/]")
    return found
