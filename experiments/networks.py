"""What operations do to networks of each form, and what a border shock does to the market, quarter by quarter.

    python -m experiments.networks [key=value ...]

Two questions. First, worlds in which every enterprise holds its partners in one way (``network.flux`` and its like) are
run with operations against anyone, bridges, brokers, the most connected and leaders: what enterprises can serve, how
many leave with a provider, and whom police arrest for it, each against the same world without operations (C10-M22).
Second, border control rises at once in a world with all forms: fees, routes, skill, concentration and lone providers in
the first quarter and later (C5-S02, C4-S03). The tables go to ``results/networks.csv``, the figure to
``results/networks.svg``.
"""

from __future__ import annotations

import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from experiments.files import RESULTS, answered, write_whole
from experiments.measures import window
from sim.agents.forms import Form
from sim.report import words
from sim.studies.compare import Comparison, compare
from sim.studies.statistics import t_interval

RULES = ("random", "connected", "bridge", "broker", "leader")
STRUCK = ("throughput", "provider_departures", "arrests_facilitators", "beheaded")
SHOCK = "border shock"
COURSE = ("mean_fee", "route_entropy", "enterprise_skill", "concentration", "loner_share", "irregular_arrivals",
          "provider_share")  # fmt: skip
WINDOWS = {"weeks 1-13": (0, 12), "weeks 14-52": (13, 51), "year 2": (52, 103), "year 5": (208, 259)}
COLUMNS = ["world", "arm", "metric", "mean", "low", "high", "seeds"]
COLOURS = ("#8a8f98", "#0b6e99", "#6aa7c4", "#c98aa6", "#b0406b")


def study(arguments: list[str]) -> pd.DataFrame:
    """One row for each world (form or window), arm and metric: change in per cent, 95 % interval paired by seed."""
    rows = []
    arms: dict[str, str | list[str]] = {rule: [f"policy=node_targeting_{rule}"] for rule in RULES}
    for form in Form:
        others = [f"network.{other.name.lower()}=0" for other in Form if other != form]
        base = ["time.years=5", *others, *arguments]
        found = compare(arms, base=base, metrics=list(STRUCK), progress=True, report=False)
        rows += [(form.name.lower(), *row) for row in _changes(found)]
    shock = {SHOCK: ["policy=tighter_borders", "policy.tighter_borders.ramp=0"]}
    found = compare(shock, base=["time.years=5", *arguments], metrics=list(COURSE), progress=True, report=False)
    for name, (first, last) in WINDOWS.items():
        rows += [(name, *row) for row in _changes(found, first, last)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _changes(found: Comparison, first: int = -1, last: int = -1) -> list[tuple[str, str, float, float, float, int]]:
    """(arm, metric, change, low, high, seeds), in per cent of the baseline's mean; over a window if one is given."""
    rows = []
    plain = {run.seed: run for run in found.runs_of(found.baseline)}
    for arm in found.arms:
        runs = {run.seed: run for run in found.runs_of(arm)}
        for metric in found.metrics:
            pairs = np.array(
                [
                    [
                        window(run, metric, first, last) if last >= 0 else run.metrics[metric]
                        for run in (plain[seed], runs[seed])
                    ]
                    for seed in sorted(plain.keys() & runs.keys())
                ]
            )
            before = pairs[np.isfinite(pairs[:, 0]), 0]
            usual = (float(before.mean()) if len(before) else 0.0) or np.nan
            interval = t_interval(100 * (pairs[:, 1] - pairs[:, 0]) / abs(usual))
            rows.append((arm.label, metric, interval.mean, interval.low, interval.high, interval.count))
    return rows


def picture(table: pd.DataFrame) -> Figure:
    """Left what operations cost each form, right the course of a border shock."""
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    forms, course = figure.subplots(1, 2)
    chosen = table[(table["metric"] == STRUCK[0]) & (table["arm"] != SHOCK)]
    step = 0.8 / len(RULES)
    for number, (rule, colour) in enumerate(zip(RULES, COLOURS, strict=False)):
        part = chosen[chosen["arm"] == rule]
        at = np.arange(len(part)) - 0.4 + (number + 0.5) * step
        forms.bar(at, part["mean"], width=0.9 * step, color=colour, label=rule)
        forms.vlines(at, part["low"], part["high"], color="#333333", lw=0.8)
    forms.axhline(0, color="#333333", lw=0.6)
    forms.set_xticks(range(len(Form)), [form.name.lower() for form in Form])
    forms.set_title("Operations: what enterprises can serve, % change", loc="left", fontsize=9.5, weight="bold")
    forms.legend(frameon=False, fontsize=8, title="arrested first", title_fontsize=8)
    shock = table[table["arm"] == SHOCK]
    for metric, colour in zip(COURSE[:5], COLOURS, strict=True):
        line = shock[shock["metric"] == metric]
        course.errorbar(range(len(line)), line["mean"], [line["mean"] - line["low"], line["high"] - line["mean"]],
                        fmt="o-", color=colour, lw=1.2, capsize=2, label=words.label(metric))  # fmt: skip
    course.axhline(0, color="#333333", lw=0.6)
    course.set_xticks(range(len(WINDOWS)), list(WINDOWS))
    course.set_title("A border shock, % change", loc="left", fontsize=9.5, weight="bold")
    course.legend(frameon=False, fontsize=8)
    return figure


def shown(table: pd.DataFrame) -> Table:
    """The table for a terminal."""
    found = Table(title="Change in per cent; 95 % intervals, paired by seed", title_justify="left")
    for name in ("world", "arm", "metric", "change"):
        found.add_column(name)
    for _, row in table.iterrows():
        found.add_row(str(row["world"]), str(row["arm"]), words.label(str(row["metric"])), cell(row))
    return found


def cell(row: pd.Series) -> str:
    """A row with ``mean``, ``low`` and ``high`` as a table shows it."""
    return "{} ({} to {})".format(*(words.number(row[column]) for column in ("mean", "low", "high")))


def main(arguments: list[str]) -> int:
    """Run both parts and write ``results/networks.csv`` and ``.svg``; returns the exit code, 2 for a wrong request."""
    return answered(lambda: study(arguments), _tell)


def _tell(table: pd.DataFrame) -> None:
    path = write_whole(RESULTS / "networks.csv", table.to_csv(index=False))
    with mpl.rc_context({"svg.hashsalt": "labyrinth"}):
        picture(table).savefig(RESULTS / "networks.svg", metadata={"Date": None})
    Console(width=None if sys.stdout.isatty() else 200).print(shown(table))
    print(f"The table is in {path}, the figure beside it")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
