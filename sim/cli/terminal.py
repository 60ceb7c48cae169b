"""Tables for the terminal."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.declared.measures.catalogue import METRICS
from sim.reference.registry import Row, number, words
from sim.report.practice import notes
from sim.report.texts import short
from sim.report.words import direction
from sim.results.signs import LEAST_SEEDS, LEVEL, names_a_sign, seeds_note

if TYPE_CHECKING:
    import pandas as pd

    from sim.reference.find import Match
    from sim.results.findings import Findings

MOST_SETTINGS, MOST_ARMS = 12, 12  # shown in a terminal
MARK = "*"
SURE = f"q < {1 - LEVEL:.2g} over all effects of the study, from at least {LEAST_SEEDS} seeds"
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
    "coverage": ("name", "kind", "state", "meaning"),
    "shocks": ("name", "title", "happens"),
    "ensembles": ("name", "world", "sets", "version", "meaning"),
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
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("metric", no_wrap=True)
    table.add_column("baseline", justify="right")
    shown = list(arms[:MOST_ARMS])
    for arm in shown:
        table.add_column(Text(short(arm)), justify="right", overflow="fold")
    found = {(row.arm, row.metric): row for row in effects.itertuples()}
    for name in dict.fromkeys(effects["metric"]):
        if not METRICS[name].headline and len(set(effects["metric"])) > 12:
            continue
        cells = [found.get((arm, name)) for arm in shown]
        first = next((cell for cell in cells if cell is not None), None)
        table.add_row(name, figure(getattr(first, "baseline", math.nan)), *(effect_text(cell) for cell in cells))
    console.print(table)
    if any(effects["unit"].str.contains(" per 100 000 at risk", regex=False)):
        _say("arms with another number of people are compared by rates, each per 100 000 of its own people", console)
    _say(f"difference [95 % interval] from the baseline; {MARK} the sign is sure: {SURE}", console)
    if len(arms) > len(shown):
        _say(f"and {len(arms) - len(shown)} more arms, in effects.parquet", console)


def show_answer(answer: Mapping[str, Any], console: Console) -> None:
    """The sentences of an answer as plain data, each under what it tells, and what they cannot say."""
    from sim.report.answers import KINDS  # noqa: PLC0415 - kernels, which a list does not need

    for each in answer["sentences"]:
        console.print(Text.assemble((f"{KINDS.get(each['kind'], each['kind'])}: ", "bold"), each["text"]))
    console.print(Text(answer["cannot"], style="italic"))
    console.print()


def show_points(points: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    """What draws and points with a number stand for."""
    for label, values in list(points.items())[:MOST_SETTINGS]:
        said = ", ".join(f"{name} {figure(x) if isinstance(x, int | float) else x}" for name, x in values.items())
        _say(f"{short(label)}: {short(said, 300)}", console)
    if len(points) > MOST_SETTINGS:
        _say(f"and {len(points) - MOST_SETTINGS} more, in points.parquet", console)


def show_findings(findings: Findings, console: Console) -> None:
    """What was found in words, then as a table; of a study with settings, one row a metric and setting."""
    if not findings.summary.empty:
        show_answer(findings.answer.plain, console)
    if findings.design.ensemble is not None:
        from sim.cli.over_worlds import show_over_worlds  # noqa: PLC0415 - plotting libraries load when first used

        show_over_worlds(findings, console)
        return
    _show_table(findings, console)
    show_points(findings.design.numbered, console)


def _show_table(findings: Findings, console: Console) -> None:
    """Effects of a comparison; of a study with settings, one row a metric and setting."""
    if not findings.several:
        (only,) = findings.comparisons.values()
        if only.arms:
            from sim.report.gains import risks_in_words  # noqa: PLC0415 - scipy loads when first used

            show_effects(only.effects, [arm.label for arm in only.arms], console)
            _say(seeds_note(len(findings.seeds)), console)
            _say(risks_in_words(only), console)
            _say_what_falls_outside(findings, console)
        return
    from sim.report.between import shown  # noqa: PLC0415 - plotting libraries load when first used

    every = list(dict.fromkeys(findings.effects["arm"]))
    arms = every[:MOST_ARMS]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("metric", "setting", *arms):
        table.add_column(Text(short(name)), overflow="fold")
    found = {(row.setting, row.arm, row.metric): row for row in findings.effects.itertuples()}
    settings = list(findings.comparisons)
    for metric in shown(findings):
        for setting in settings[:MOST_SETTINGS]:
            cells = [_percent(found.get((setting, arm, metric))) for arm in arms]
            table.add_row(metric if setting == settings[0] else "", Text(short(setting)), *cells)
    console.print(table)
    _say(f"change in % [95 % interval]; {MARK} the sign is sure: {SURE}", console)
    _say(seeds_note(len(findings.seeds)), console)
    _say_what_falls_outside(findings, console)
    if len(settings) > MOST_SETTINGS:
        _say(f"and {len(settings) - MOST_SETTINGS} more settings, in effects.parquet", console)
    if len(every) > len(arms):
        _say(f"and {len(every) - len(arms)} more arms, in effects.parquet", console)
    for row in findings.flips.itertuples():
        _say(
            f"{short(row.arm)}: {row.metric} rises in {short(row.up, 300)} and falls in {short(row.down, 300)}", console
        )


def _say_what_falls_outside(findings: Findings, console: Console) -> None:
    """Policies that start after the end of their runs, or are still building up then; each once."""
    said = dict.fromkeys(note for arm in findings.design.arms for note in notes(arm.scenario))
    for note in list(said)[:MOST_ARMS]:
        _say(short(note, 300), console)


def _say(text: str, console: Console) -> None:
    """A line of text in which nothing is markup; nothing where it is empty."""
    if text:
        console.print(Text(text))


def _percent(row: Any) -> Text:
    if row is None or not math.isfinite(row.percent):
        return Text("-")
    scale = 100 / abs(row.baseline)
    low, high = (f"{scale * bound:+.1f}" for bound in (row.low, row.high))
    return _marked(row, f"{row.percent:+.1f}", low, high)


def effect_text(row: Any) -> Text:
    """A change in units with its interval, and a mark where its sign is sure."""
    if row is None or not math.isfinite(row.difference):
        return Text("-")
    return _marked(row, *(figure(value, sign=True) for value in (row.difference, row.low, row.high)))


def _marked(row: Any, mean: str, low: str, high: str) -> Text:
    """A change with its interval, and a mark where its sign is sure."""
    interval = f"[{low}, {high}]" if math.isfinite(row.low) else "[no interval]"
    sure = names_a_sign(row.verdict)
    way = direction(row.metric, row.verdict) if sure else "neither"
    return Text(
        f"{mean} {interval}{MARK if sure else ' '}{'' if way == 'neither' else way}", style="bold" if sure else ""
    )


def figure(value: float, *, sign: bool = False) -> str:
    """Three significant digits, or whole numbers from a thousand on."""
    if value is None or not math.isfinite(value):
        return "-"
    plus = "+" if sign else ""
    return f"{value:{plus},.0f}" if abs(value) >= 1000 else f"{value:{plus}.3g}"
