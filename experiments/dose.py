"""What studies of one question share: run, write the table and the figure, print the table."""

from __future__ import annotations

import sys
from collections.abc import Callable

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from experiments.files import RESULTS, answered, write_whole
from sim.report import words
from sim.studies.statistics import Interval, t_interval


def mean_of(summary: pd.DataFrame, arm: str, metric: str) -> Interval:
    """Mean over seeds of a metric in one arm of a comparison's ``summary``, with its 95 % interval."""
    rows = summary[(summary["arm"] == arm) & (summary["metric"] == metric)]
    return t_interval(rows["value"].to_numpy(float))


def cell(row: pd.Series) -> str:
    """A row with ``mean``, ``low`` and ``high`` as a table shows it."""
    return "{} ({} to {})".format(*(words.number(row[column]) for column in ("mean", "low", "high")))


def answer(
    name: str,
    arguments: list[str],
    study: Callable[[list[str]], pd.DataFrame],
    picture: Callable[[pd.DataFrame], Figure],
    shown: Callable[[pd.DataFrame], Table],
) -> int:
    """Run a study and write ``results/NAME.csv`` and ``.svg``; returns 2 for a wrong request."""

    def tell(table: pd.DataFrame) -> None:
        path = write_whole(RESULTS / f"{name}.csv", table.to_csv(index=False))
        with mpl.rc_context({"svg.hashsalt": "labyrinth"}):
            picture(table).savefig(RESULTS / f"{name}.svg", metadata={"Date": None})
        Console(width=None if sys.stdout.isatty() else 200).print(shown(table))
        print(f"The table is in {path}, the figure beside it")

    return answered(lambda: study(arguments), tell)
