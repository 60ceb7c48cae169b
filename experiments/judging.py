"""Rows of patterns: each check with its interval and verdict, for a terminal and for files."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from experiments.files import RESULTS, write_whole
from experiments.measures import MEASURES
from experiments.pattern_runs import Check, Runs
from experiments.verdicts import (
    CONTRADICTED,
    INCONCLUSIVE,
    SUPPORTED,
    conditional,
    expectation,
    least_told,
    opposed,
    overall,
    presupposed,
    verdict,
)

COLUMNS = (
    "id",
    "grade",
    "check",
    "expect",
    "mean",
    "low",
    "high",
    "unit",
    "seeds",
    "level",
    "least",
    "verdict",
    "overall",
    "claim",
)
COLOURS = {SUPPORTED: "green", CONTRADICTED: "red", INCONCLUSIVE: "yellow"}


def judge(patterns: Sequence[Mapping[str, Any]], runs: Runs) -> list[dict[str, Any]]:
    """One row a check, with the columns ``COLUMNS``."""
    rows = []
    for pattern in patterns:
        seen = runs.larger() if pattern.get("larger") else runs
        rows += judged(pattern, MEASURES[pattern["measure"]](seen, pattern), seen.level)
    return rows


def judged(pattern: Mapping[str, Any], checks: Sequence[Check], level: float) -> list[dict[str, Any]]:
    """The rows of one pattern from its checks, whose intervals have this level."""
    sized = ", in larger runs" if pattern.get("larger") else ""
    verdicts = [reached(pattern, check) for check in checks]
    if pattern["expect"] == "opposite":
        verdicts = opposed([check.found for check in checks])
    return [
        {
            "id": pattern["id"],
            "grade": pattern["grade"],
            "check": check.label + sized,
            "expect": expectation(pattern) if check.condition is None else presupposed(check.condition),
            "mean": check.found.mean,
            "low": check.found.low,
            "high": check.found.high,
            "unit": check.unit,
            "seeds": check.found.count,
            "level": level,
            "least": least_told(
                pattern["expect"] if check.condition is None else "within", check.found, level, check.freedom
            ),
            "verdict": found,
            "overall": overall(verdicts),
            "claim": pattern["claim"],
        }
        for check, found in zip(checks, verdicts, strict=True)
    ]


def reached(pattern: Mapping[str, Any], check: Check) -> str:
    """The verdict on one check of a pattern, whatever the others say."""
    if check.condition is not None:
        return conditional(check.found, check.condition)
    bounds = {"margin": pattern.get("margin", math.nan), "band": pattern.get("band", ())}
    return verdict(pattern["expect"], check.found, **bounds)


def table(rows: Sequence[Mapping[str, Any]], missing: Sequence[Mapping[str, str]]) -> Table:
    """The rows for a terminal, and below them the patterns that need more than this version models."""
    found = Table(title="Patterns, intervals that hold at once at 95 %", title_justify="left", pad_edge=False)
    for name in ("pattern", "check", "expect"):
        found.add_column(name)
    for name in ("mean", "interval", "unit", "seeds", "least told"):
        found.add_column(name, justify="right")
    found.add_column("verdict")
    for row in rows:
        reached = f"[{COLOURS[row['verdict']]}]{row['verdict']}[/]"
        interval = f"{row['low']:.4g} to {row['high']:.4g}"
        least = f"{row['least']:.3g}" if math.isfinite(row["least"]) else "-"
        cells = (row["id"], row["check"], row["expect"], f"{row['mean']:.4g}", interval, row["unit"], str(row["seeds"]))
        found.add_row(*cells, least, reached)
    for entry in missing:
        found.add_row(entry["id"], "-", "-", "-", "-", "-", "-", "-", "not in this version")
    return found


def save(
    rows: Sequence[Mapping[str, Any]],
    about: Mapping[str, Any],
    folder: Path = RESULTS,
    name: str = "patterns",
    columns: Sequence[str] = COLUMNS,
) -> list[Path]:
    """Write ``name``.json and ``name``.csv; each appears whole or not at all."""
    finite = [{key: None if isinstance(value, float) and not math.isfinite(value) else value
               for key, value in row.items()} for row in rows]  # fmt: skip
    content = json.dumps({**about, "patterns": finite}, indent=2, ensure_ascii=False) + "\n"
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(finite)
    return [write_whole(folder / f"{name}.json", content), write_whole(folder / f"{name}.csv", sheet.getvalue())]
