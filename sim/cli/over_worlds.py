"""What is printed of effects over all worlds that fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report.between import shown
from sim.report.texts import short
from sim.report.worlds import cells

if TYPE_CHECKING:
    from sim.results.findings import Findings

HEADS = ("metric", "arm", "change", "direction holds in", "in a world that fits", "by parameters", "by chance")
HOW = (
    "change, of the mean over worlds; the direction of the median world holds in so many, with a 95 % interval; in a "
    "world that fits: 95 %, parameters and chance together, in per cent of the level of that world; by chance: what "
    "seeds leave open of the change of the mean"
)


def show_over_worlds(findings: Findings, console: Console) -> None:
    """A row a metric and arm (and setting)."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in HEADS:
        table.add_column(name, overflow="fold", no_wrap=name == "metric")
    rows = findings.over_worlds.to_dict("records")
    for metric in shown(findings):
        for row in rows:
            if row["metric"] == metric:
                one = cells(row)
                arm = ", ".join(filter(None, (row["arm"], row.get("setting", ""))))
                holds = f"{one['holds']} [{one['holds_range']}]" if one["holds_range"] else one["holds"]
                texts = (metric, short(arm), one["change"], holds, one["both"], one["worlds"], one["chance"])
                table.add_row(*map(Text, texts))
    console.print(table)
    console.print(Text(HOW))
