"""Figures of what was found and is published, drawn from kept tables as the report draws results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.findings.text import Row, rows_of
from experiments.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED
from sim.declared.measures.catalogue import METRICS
from sim.report import bars, forest, words
from sim.report.style import BASELINE, INK, POINTS, QUIET, SHADE, canvas, key_of, mark_of, theme
from sim.report.texts import in_figure
from sim.results.signs import FALLS, RISES

WIDTH = 7.2  # inches; the text of a page is about as wide
NUMBERS = 40.0  # points of a panel that are for numbers
ROW, HEAD = 0.26, 1.35  # inches of a line, and of what stands above and below all of them
LONGEST = 34  # letters of a name beside a figure
BEYOND = 1.0  # widths of a band that are drawn on each side of it
GRADES = {"T": "theory", "E": "data", "Q": "interviews and cases", "A": "argued"}


def effects(table: pd.DataFrame, rows: Sequence[tuple[str, Mapping[str, str]]], metrics: Sequence[str]) -> Figure:
    """Effects with their intervals: a panel for each metric, a line for each name.

    Parameters
    ----------
    table : rows with ``metric``, ``baseline``, ``difference``, ``low``, ``high`` and ``verdict``.
    rows : what stands beside each line, and the columns of ``table`` with the values by which its effects are found;
        a line without any is a heading.
    metrics : the panels, from left to right. An activity has a grey ground.
    """
    found = [[_effect(table, where, metric) if where else None for metric in metrics] for _, where in rows]
    with theme():
        figure, grid = canvas(WIDTH, HEAD + ROW * len(rows), ncols=len(metrics))
        beside = 0.075 * max(min(len(text), LONGEST) for text, _ in rows) * POINTS
        wide = (WIDTH * POINTS - beside) / len(metrics)
        for place, (axes, metric) in enumerate(zip(grid[0], metrics, strict=True)):
            column = [line[place] for line in found]
            scale = forest.with_room(_limit([row for row in column if row]), wide, NUMBERS)
            _panel(axes, column, scale, activity=METRICS[metric].is_activity)
            axes.set_title(fill(words.label(metric), max(int(wide / 6), 12)), fontsize=9, loc="left")
            forest.ticks(axes, scale)
            _names(axes, rows if place == 0 else [("", where) for _, where in rows])
        figure.supxlabel("change, % of what it would be otherwise", fontsize=8.5, color=QUIET)
        forest.key(figure, {words.direction(row["metric"], row["verdict"]) for line in found for row in line if row})
    return figure


def _effect(table: pd.DataFrame, where: Mapping[str, str], metric: str) -> Row | None:
    """The effect that a mark shows; None where there is none."""
    chosen = table[table["metric"] == metric]
    for column, value in where.items():
        chosen = chosen[chosen[column] == value]
    if chosen.empty:
        return None
    row = rows_of(chosen)[0]
    base = row["baseline"]
    share = 100 * row["difference"] / abs(base) if base else math.nan
    return row | {"percent": share, "value": row["difference"]}


def _limit(rows: Sequence[Row]) -> float:
    """Half-width of an axis: wide enough for most intervals."""
    ends = [100 * abs(row[end] / row["baseline"]) for row in rows for end in ("low", "high") if row["baseline"]]
    ends = [end for end in ends if math.isfinite(end)]
    return float(np.clip(1.15 * np.quantile(ends, 0.95), 5, 400)) if ends else 10.0


def _panel(axes: Any, column: Sequence[Row | None], scale: forest.Scale, *, activity: bool) -> None:
    axes.set_xlim(-scale.limit, scale.edge)
    axes.set_ylim(len(column) - 0.4, -0.6)
    axes.axvline(0, color=INK, lw=0.8, zorder=1)
    axes.grid(visible=False, axis="y")
    if activity:
        axes.set_facecolor(SHADE)
    for y, row in enumerate(column):
        if row:
            forest.effect(axes, y, row, scale)


def _names(axes: Any, rows: Sequence[tuple[str, Mapping[str, str]]]) -> None:
    """Names beside the lines; headings are bold."""
    axes.set_yticks(range(len(rows)), [in_figure(text, LONGEST) if text else "" for text, _ in rows])
    for tick, (_, where) in zip(axes.get_yticklabels(), rows, strict=True):
        if not where:
            tick.set_weight("bold")


def changes(table: pd.DataFrame, name: str, within: str = "") -> str:
    """What the effects of a table say for sure, for those who cannot see the figure.

    Parameters
    ----------
    name : the column whose values name an effect.
    within : the column of what the effects were found in, each of which has sentences of its own; "" for none.
    """
    if within:
        parts = table.groupby(within, sort=False)
        return " ".join(f"{str(value)[:1].upper()}{str(value)[1:]}. {changes(part, name)}" for value, part in parts)
    said = []
    for metric, part in table.groupby("metric", sort=False):
        ways = [
            f"{way} with {', '.join(names)}"
            for verdict, way in ((FALLS, "lower"), (RISES, "higher"))
            if (names := list(part.loc[part["verdict"] == verdict, name]))
        ]
        said.append(f"{words.label(str(metric))}: {'; '.join(ways) or 'nothing is told from zero'}.")
    return " ".join(said)


def levels(table: pd.DataFrame) -> Figure:
    """Levels of every world beside the bands of the literature, each band drawn equally wide."""
    with_band = table[table["most"].notna()]
    names, worlds = (list(dict.fromkeys(with_band[column])) for column in ("level", "world"))
    with theme():
        figure, grid = canvas(WIDTH, HEAD + 0.34 * len(names))
        axes = grid[0, 0]
        axes.axvspan(0, 1, color=SHADE, lw=0, zorder=0)
        for place, world in enumerate(worlds):
            mark = mark_of(place)
            for row in rows_of(with_band[with_band["world"] == world]):
                y = names.index(row["level"]) + 0.24 * (place - (len(worlds) - 1) / 2)
                least = 0.0 if math.isnan(row["least"]) else row["least"]
                at = (np.array([row["low"], row["mean"], row["high"]]) - least) / (row["most"] - least)
                ends = np.clip(at, -BEYOND, 1 + BEYOND)
                axes.plot(ends[[0, 2]], [y, y], color=mark.colour, lw=1.4)
                shape = mark.shape if at[1] == ends[1] else (">" if at[1] > 1 else "<")
                axes.plot(ends[1], y, shape, color=mark.colour, ms=5)
        axes.set_xlim(-BEYOND - 0.1, 1 + BEYOND + 0.1)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_yticks(range(len(names)), [_band(with_band, name) for name in names])
        axes.set_xticks([0, 1], ["least of the band", "most of it"])
        handles = [key_of(mark_of(place), world) for place, world in enumerate(worlds)]
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure


def _band(table: pd.DataFrame, level: str) -> str:
    row = rows_of(table[table["level"] == level])[0]
    least = "" if math.isnan(row["least"]) else f"{words.number(row['least'])} to "
    return f"{fill(level, 36)}\n{least or 'at most '}{words.number(row['most'])}"


def outside(table: pd.DataFrame) -> str:
    """Which levels lie outside their bands, in words."""
    out = [
        f"{row['level']} in {row['world']}"
        for row in rows_of(table)
        if row["mean"] < row["least"] or row["mean"] > row["most"]
    ]
    return f"Outside their bands lie: {'; '.join(out)}." if out else "All levels lie in their bands."


VERDICTS = {SUPPORTED: "supported", INCONCLUSIVE: "undecided", CONTRADICTED: "contradicted"}


def patterns(table: pd.DataFrame) -> Figure:
    """How many checks of patterns came out which way, by what stands behind a pattern."""
    grades = [grade for grade in GRADES if (table["grade"] == grade).any()]
    parts = {
        word: np.array([((table["grade"] == grade) & (table["verdict"] == verdict)).sum() for grade in grades], float)
        for verdict, word in VERDICTS.items()
    }
    with theme():
        figure, grid = canvas(WIDTH, 1.0 + 0.34 * len(grades))
        axes = grid[0, 0]
        bars.keyed(axes, bars.stacked(axes, parts, written=lambda value: f"{value:.0f}" if value else ""))
        axes.set_yticks(range(len(grades)), [GRADES[grade] for grade in grades])
        axes.set_ylim(len(grades) - 0.5, -0.5)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("checks")
    return figure


def counted(table: pd.DataFrame) -> str:
    """How many checks came out which way, in words."""
    counts = table["verdict"].value_counts()
    said = ", ".join(f"{counts.get(verdict, 0)} {word}" for verdict, word in VERDICTS.items())
    return f"Of {len(table)} checks: {said}."


def coverage(table: pd.DataFrame) -> Figure:
    """How often intervals hold the truth, by metric and case, beside the ninety-five of a hundred that they promise."""
    shown = table[table["method"] == table["method"].iloc[0]]
    names, cases = (list(dict.fromkeys(shown[column])) for column in ("metric", "case"))
    with theme():
        figure, grid = canvas(WIDTH, HEAD + 0.3 * len(names))
        axes = grid[0, 0]
        axes.axvline(95, color=BASELINE, lw=1.2)
        for place, case in enumerate(cases):
            mark = mark_of(place)
            for row in rows_of(shown[shown["case"] == case]):
                y = names.index(row["metric"]) + 0.26 * (place - (len(cases) - 1) / 2)
                axes.plot([100 * row["low"], 100 * row["high"]], [y, y], color=mark.colour, lw=1.4)
                axes.plot(100 * row["coverage"], y, mark.shape, color=mark.colour, ms=5)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.set_yticks(range(len(names)), [words.label(name) for name in names])
        axes.set_xlabel("intervals that hold the truth, %")
        handles = [key_of(mark_of(place), f"there is {case}") for place, case in enumerate(cases)]
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
    return figure
