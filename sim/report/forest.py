"""Forest plot of effects: one column an arm, one line a metric, activity apart from outcomes."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import ACTIVITY
from sim.report import words
from sim.report.style import INK, QUIET, SHADE, WIDTH, canvas, colours
from sim.report.texts import in_figure
from sim.results.signs import names_a_sign

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

NARROW = 4  # arms from which columns are narrow


def effects(comparison: Comparison) -> Figure:
    """Forest plot of changes in per cent; one column an arm, activity apart from outcomes."""
    table = comparison.effects
    chosen = [name for name in comparison.metrics if METRICS[name].headline] or comparison.metrics
    groups = words.grouped(chosen)
    lengths = [len(members) for members in groups.values()]
    figure, grid = canvas(
        WIDTH,
        1.2 + 0.27 * sum(lengths) + 0.35 * len(lengths),
        nrows=len(groups),
        ncols=len(comparison.arms),
        sharex=True,
        gridspec_kw={"height_ratios": [length + 0.6 for length in lengths], "hspace": 0.05},
    )
    limit = _limit(comparison.effects[comparison.effects["metric"].isin(chosen)])
    colour = colours(comparison)
    for line, (group, members) in zip(grid, groups.items(), strict=True):
        for position, (axes, arm) in enumerate(zip(line, comparison.arms, strict=True)):
            rows = table[table["arm"] == arm.label].set_index("metric").reindex(members)
            _forest(axes, rows, colour[arm.label], limit, activity=group == ACTIVITY)
            axes.set_yticks(range(len(members)), [words.label(name) for name in members] if position == 0 else [])
            if position == 0:
                axes.set_title(group.replace(": ", ":\n"), x=-0.02, ha="right", fontsize=8.5, color=QUIET)
            if axes in grid[0]:
                axes.annotate(
                    fill(in_figure(arm.title), max(72 // len(comparison.arms), 10), break_long_words=False),
                    (0.5, 1),
                    xycoords="axes fraction",
                    xytext=(0, 18),
                    textcoords="offset points",
                    ha="center",
                    weight="bold",
                    color=colour[arm.label],
                    fontsize=10 if len(comparison.arms) < NARROW else 8,
                )
    for axes in grid[-1]:
        axes.xaxis.set_major_locator(MaxNLocator(3, symmetric=True))
    figure.supxlabel("change from the baseline, %", fontsize=8.5, color=QUIET)
    return figure


def _limit(table: pd.DataFrame) -> float:
    """Half-width of the axis: wide enough for most intervals, so that one giant does not flatten the rest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = 100 * table[["low", "high"]].abs().max(axis=1) / table["baseline"].abs()
    ends = ends.fillna(table["percent"].abs())
    ends = ends[np.isfinite(ends)]
    return float(np.clip(1.25 * ends.quantile(0.93), 5, 400)) if len(ends) else 10.0


def _forest(axes: Axes, table: pd.DataFrame, colour: str, limit: float, *, activity: bool) -> None:
    axes.set_xlim(-limit, limit)
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.axvline(0, color=INK, lw=0.8, zorder=1)
    axes.grid(visible=False, axis="y")
    if activity:
        axes.set_facecolor(SHADE)
    for y, row in enumerate(table.to_dict("records")):
        scale = 100 / abs(row["baseline"]) if row["baseline"] else np.nan
        point = float(row["percent"])
        if not np.isfinite(point):
            text = f" {words.number(row['value'])} (none in the baseline)"
            # it may be cut, and must not make the panel wider
            axes.text(0, y, text, va="center", fontsize=7, color=QUIET, clip_on=True).set_in_layout(False)
            continue
        clear = names_a_sign(row["verdict"])
        axes.plot(
            np.clip([row["low"] * scale, row["high"] * scale], -limit, limit),
            [y, y],
            color=colour,
            lw=2.2,
            alpha=0.9 if clear else 0.45,
            solid_capstyle="butt",
            zorder=2,
        )
        beyond = abs(point) > limit
        axes.plot(
            np.clip(point, -0.97 * limit, 0.97 * limit),
            y,
            marker=(">" if point > 0 else "<") if beyond else ("D" if activity else "o"),
            ms=5.5,
            color=colour,
            mfc="white" if activity or not clear else colour,
            mew=1.3,
            zorder=3,
        )
        left = np.nanmax([point, row["high"] * scale]) > 0.6 * limit
        axes.text(
            -0.98 * limit if left else 0.98 * limit,
            y,
            words.percent(point),
            va="center",
            ha="left" if left else "right",
            fontsize=7.5,
            color=INK if clear else QUIET,
        ).set_in_layout(False)
