"""The command ``check``: whether results are whole."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from sim.cli.asked import refuse_tables
from sim.cli.terminal import console
from sim.results.check import Verdict, check


def carry_out(arguments: argparse.Namespace) -> int:
    """Check a folder and say what was found; returns the exit code."""
    refuse_tables(arguments.folder)
    found = check(Path(arguments.folder))
    if arguments.json:
        print(json.dumps({"whole": found.whole, **dataclasses.asdict(found)}, indent=2))
    elif not arguments.quiet:
        _show(found)
    return 0 if found.whole else 1


def _show(found: Verdict) -> None:
    from rich.table import Table  # noqa: PLC0415 - commands load what they need
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False)
    for column in ("file", "state", ""):
        table.add_column(column, overflow="fold")
    for row in found.files:
        table.add_row(Text(row.file), Text(row.state), Text(row.about))
    console().print(table)
    print(found.sentence)
