"""Results by group of people, as tables for the terminal: of each split the metric that leads it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sim.cli.terminal import MARK, MOST_ARMS, effect_text, figure
from sim.report.by_group import HIGHER, LOWER, MOST_GROUPS, beyond, group_name, leading_of, split_name
from sim.report.texts import short
from sim.report.words import label

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

HIGHER_MARK, LOWER_MARK = "»", "‹"


def show_levels_by_group(groups: pd.DataFrame, console: Console) -> None:
    """Groups of one run with their values: a table a split; columns as in ``groups.parquet``."""
    for ask, rows in groups.groupby("by", sort=False):
        name = leading_of(rows)
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("group", no_wrap=True)
        table.add_column("value", justify="right")
        for row in rows[rows["metric"] == name][:MOST_GROUPS].to_dict("records"):
            table.add_row(Text(group_name(str(ask), row["group"])), figure(row["value"]))
        console.print(Text(f"\n{split_name(str(ask))}: {label(name)}", style="bold italic"))
        console.print(table)


def show_effects_by_group(effects: pd.DataFrame, console: Console) -> None:
    """Changes by group with their 95 % intervals: a table a split; columns as in ``Comparison.group_effects``."""
    for ask, rows in effects.groupby("by", sort=False):
        name = leading_of(rows)
        chosen = rows[rows["metric"] == name]
        arms = list(dict.fromkeys(chosen["arm"]))[:MOST_ARMS]
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("group", no_wrap=True)
        table.add_column("baseline", justify="right")
        for arm in arms:
            table.add_column(Text(short(arm)), justify="right", overflow="fold")
        found: dict[tuple[str, str], dict[str, Any]] = {
            (row["group"], row["arm"]): {str(name): value for name, value in row.items()}
            for row in chosen.to_dict("records")
        }
        for group in list(dict.fromkeys(chosen["group"]))[:MOST_GROUPS]:
            cells = [found[group, arm] for arm in arms]
            texts = [Text.assemble(effect_text(SimpleNamespace(**cell)), _apart(beyond(cell))) for cell in cells]
            table.add_row(Text(group_name(str(ask), group)), figure(cells[0]["baseline"]), *texts)
        console.print(Text(f"\n{split_name(str(ask))}: {label(name)}", style="bold italic"))
        console.print(table)
    if len(effects):
        said = f"{MARK} sure over all groups together; {HIGHER_MARK} the group comes out {HIGHER} of the change of the "
        console.print(Text(f"{said}whole, {LOWER_MARK} {LOWER}; further measures are in group_effects.parquet"))


def _apart(text: str) -> str:
    return {HIGHER: f" {HIGHER_MARK}", LOWER: f" {LOWER_MARK}"}.get(text, "")
