"""Tables for the terminal."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.observation.catalogue import METRICS
from sim.registry import Row, number, words

if TYPE_CHECKING:
    import pandas as pd

    from sim.registry_find import Match
    from sim.studies.findings import Findings

MOST_SETTINGS = 12  # shown in a terminal
# what a list shows of each row; NAME shows the rest
COLUMNS: dict[str, tuple[str, ...]] = {
    "worlds": ("name", "regions", "legs", "meaning"),
    "parameters": ("name", "default", "unit", "range", "meaning"),
    "switches": ("key", "default", "options", "meaning"),
    "levers": ("name", "scope", "unit", "range", "meaning"),
    "policies": ("name", "title", "moves", "max_dose"),
    "metrics": ("name", "unit", "tag", "layer", "meaning"),
    "studies": ("name", "question", "settings", "arms", "seeds", "runs"),
    "scenarios": ("name", "meaning", "settings"),
}
# what is shown of the tables that a world is made of; --json holds every column
PARTS: dict[str, tuple[str, ...]] = {
    "regions": ("region", "role", "bloc", "population", "wage_regular", "wage_irregular", "conflict", "rule_of_law"),
    "legs": ("origin", "destination", "mode", "hours", "base_cost", "danger", "control"),
    "sectors": ("sector", "pay", "demand_origin", "demand_destination", "female_share", "openness"),
    "blocs": ("bloc", "population", "regions"),
}
COUNTED = {"studies": ("settings", "arms")}  # of which a list shows how many there are
_DIGITS = frozenset({"seeds", "runs", "regions", "legs", "pairs"})


def console() -> Console:
    """The terminal; a pipe gets lines that are not cut to a terminal's width."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 200)


def show_rows(kind: str, rows: Sequence[Row], console: Console) -> None:
    """A table of everything of a kind."""
    show_groups(kind, {"": rows}, console)


def show_groups(kind: str, groups: Mapping[str, Sequence[Row]], console: Console) -> None:
    """A table of everything of a kind, in groups with headings."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in COLUMNS[kind]:
        counts = column in _DIGITS or column in COUNTED.get(kind, ())
        table.add_column(
            column.replace("_", " "),
            justify="right" if counts else "left",
            no_wrap=column in ("name", "key"),
            overflow="fold",
        )
    for heading, rows in groups.items():
        if heading:
            table.add_row(Text(heading if not table.row_count else f"\n{heading}", style="bold italic"))
        for row in rows:
            table.add_row(*(Text(_counted(kind, row, column)) for column in COLUMNS[kind]))
    console.print(table)


def _counted(kind: str, row: Row, column: str) -> str:
    return str(len(row[column])) if column in COUNTED.get(kind, ()) else _cell(row, column)


def show_matches(matches: Sequence[Match], console: Console, *, most: int) -> None:
    """What a search has found, at most so many."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("kind", "name", "what it is"):
        table.add_column(column, no_wrap=column == "name", overflow="fold")
    for match in matches[:most]:
        table.add_row(match.kind, Text(match.name), Text(": ".join(filter(None, (match.title, match.meaning)))))
    console.print(table)
    if len(matches) > most:
        console.print(f"and {len(matches) - most} more; --json prints all")


def show_row(row: Row, console: Console) -> None:
    """One thing in full, a line a field; of a world its tables below."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in row.items():
        if value is None or key == "tables" or (isinstance(value, list) and not value):
            continue
        if isinstance(value, list):
            table.add_row(key.replace("_", " "), Text("\n".join(words(item) for item in value)))
        else:
            table.add_row(key.replace("_", " "), Text(_cell(row, key)))
    console.print(table)
    for title, rows in row.get("tables", {}).items():
        _show_part(title, rows, console)


def _show_part(title: str, rows: Sequence[Row], console: Console) -> None:
    """One of the tables that a world is made of, with the columns that tell most."""
    table = Table(box=None, pad_edge=False, header_style="bold", title=title, title_justify="left")
    columns = PARTS[title]
    for column in columns:
        numbers = bool(rows) and isinstance(rows[0][column], int | float)
        table.add_column(column.replace("_", " "), justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(", ".join(row[c]) if isinstance(row[c], list) else _cell(row, c)) for c in columns))
    console.print()
    console.print(table)


def _cell(row: Row, column: str) -> str:
    if column == "range":
        if row.get("options"):
            return " | ".join(row["options"])
        return f"{number(row['low'])} to {number(row['high'])}"
    value = row.get(column)
    if isinstance(value, bool):
        return ("on" if value else "off") if column == "default" else ("yes" if value else "no")
    if isinstance(value, list):
        return ("\n" if column == "moves" else " | ").join(words(item) for item in value)
    return words(value)


def show_summary(summary: pd.DataFrame, console: Console) -> None:
    """Headline metrics of one run; ``summary`` has columns metric and value."""
    values = dict(zip(summary["metric"], summary["value"], strict=True))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("metric", no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column("unit")
    for name, metric in METRICS.items():
        if metric.headline and name in values:
            table.add_row(name, figure(values[name]), metric.unit)
    console.print(table)


def show_effects(effects: pd.DataFrame, arms: Sequence[str], console: Console) -> None:
    """Change of the headline metrics by arm with its 95 % interval; columns as in ``Comparison.effects``."""
    table = Table(box=None, pad_edge=False, header_style="bold", caption="difference [95 % interval] from the baseline")
    table.add_column("metric", no_wrap=True)
    table.add_column("baseline", justify="right")
    for arm in arms:
        table.add_column(arm, justify="right", overflow="fold")
    found = {(row.arm, row.metric): row for row in effects.itertuples()}
    for name in dict.fromkeys(effects["metric"]):
        if not METRICS[name].headline and len(set(effects["metric"])) > 12:
            continue
        cells = [found.get((arm, name)) for arm in arms]
        first = next((cell for cell in cells if cell is not None), None)
        table.add_row(name, figure(getattr(first, "baseline", math.nan)), *(_effect(cell) for cell in cells))
    console.print(table)


def show_findings(findings: Findings, console: Console) -> None:
    """Effects of a comparison; of a study with settings, one row a metric and setting."""
    if not findings.several:
        (only,) = findings.comparisons.values()
        if only.arms:
            show_effects(only.effects, [arm.label for arm in only.arms], console)
        return
    from sim.report.between import shown  # noqa: PLC0415 - plotting libraries load when first used

    arms = list(dict.fromkeys(findings.effects["arm"]))
    table = Table(box=None, pad_edge=False, header_style="bold", caption="change in % [95 % interval]")
    for name in ("metric", "setting", *arms):
        table.add_column(name, overflow="fold")
    found = {(row.setting, row.arm, row.metric): row for row in findings.effects.itertuples()}
    settings = list(findings.comparisons)
    for metric in shown(findings):
        for setting in settings[:MOST_SETTINGS]:
            cells = [_percent(found.get((setting, arm, metric))) for arm in arms]
            table.add_row(metric if setting == settings[0] else "", setting, *cells)
    console.print(table)
    if len(settings) > MOST_SETTINGS:
        console.print(f"and {len(settings) - MOST_SETTINGS} more settings, in effects.parquet")
    for row in findings.flips.itertuples():
        console.print(f"{row.arm}: {row.metric} rises in {row.up} and falls in {row.down}")


def _percent(row: Any) -> str:
    if row is None or not math.isfinite(row.percent):
        return "-"
    scale = 100 / abs(row.baseline)
    return f"{row.percent:+.1f} [{scale * row.low:+.1f}, {scale * row.high:+.1f}]"


def _effect(row: Any) -> str:
    if row is None or not math.isfinite(row.difference):
        return "-"
    low, high = (figure(bound, sign=True) for bound in (row.low, row.high))
    return f"{figure(row.difference, sign=True)} [{low}, {high}]"


def figure(value: float, *, sign: bool = False) -> str:
    """Three significant digits, or whole numbers from a thousand on."""
    if value is None or not math.isfinite(value):
        return "-"
    plus = "+" if sign else ""
    return f"{value:{plus},.0f}" if abs(value) >= 1000 else f"{value:{plus}.3g}"
