"""Figures of what happened to the same persons in two worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from sim.report import words
from sim.report.style import FAINT, HARM, HELP, INK, PAD, QUIET, WIDTH, canvas, colours, note, plain, thousands
from sim.studies.transitions import CLASSES, MEASURES, NOT_YET

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.compare import Comparison
    from sim.studies.plan import Arm

# each gross measure of transitions: whether it is harm, and what to call the two sides (harmed, helped)
SIDES = {
    "death": (True, "died only with it", "died only without it"),
    "removal": (True, "removed only with it", "removed only without it"),
    "exploitation": (True, "exploited only with it", "exploited only without it"),
    "safety": (False, "safe only without it", "safe only with it"),
    "arrival": (False, "arrived only without it", "arrived only with it"),
}
GROUPS = {"all": "Everyone", "in need": "People in need of protection"}
SHORT = {
    "stayed home": "stayed\nhome",
    "set out and did not arrive": "did not\narrive",
    "found protection on the way": "protected\non the way",
    "arrived without a visa": "arrived\nwithout visa",
    "arrived with a visa": "arrived\nwith visa",
}
READING = (
    "How to read a panel\n"
    "Each person is in one row (what became of her\n"
    "without the policy) and one column (with it).\n"
    "Grey cells: the same in both worlds.\n"
    "The darker a cell, the more people moved from\n"
    "the row to the column because of the policy.\n"
    "Per 100 000 at risk, ± half of the 95 % interval."
)


def harmed_and_helped(table: pd.DataFrame, arm: str, group: str, measure: str) -> tuple[pd.Series, pd.Series] | None:
    """The rows of transitions that count whom an arm harmed and whom it helped in one respect; None without twins."""
    rows = table[(table["arm"] == arm) & (table["group"] == group) & (table["measure"] == measure)]
    if len(rows) != 2:
        return None
    having = next(having for name, having, _, _ in MEASURES if name == measure)
    gained, lost = rows[rows["to_class"] == having].iloc[0], rows[rows["from_class"] == having].iloc[0]
    return (gained, lost) if SIDES[measure][0] else (lost, gained)


def helped_and_harmed(comparison: Comparison) -> Figure:
    """Diverging bars of gross counts: harmed to the right, helped to the left, the balance as a mark."""
    arms = _arms_with_twins(comparison)
    height = 1.0 + len(SIDES) * (0.75 + 0.26 * len(arms))
    figure, grid = canvas(WIDTH, height, nrows=len(SIDES), ncols=2, sharey="row")
    colour = colours(comparison)
    for column, group in enumerate(GROUPS):
        for axes, measure in zip(grid[:, column], SIDES, strict=True):
            _diverging(axes, comparison, group, measure, arms)
            if column == 0:
                axes.set_yticks(range(len(arms)), [arm.title for arm in arms])
                for tick, arm in zip(axes.get_yticklabels(), arms, strict=True):
                    tick.set_color(colour[arm.label])
        grid[0, column].set_title(GROUPS[group], loc="center", pad=24, fontsize=10.5)
        grid[-1, column].set_xlabel("people per 100 000 at risk, over the whole period")
    return figure


def _diverging(axes: Axes, comparison: Comparison, group: str, measure: str, arms: list[Arm]) -> None:
    scale = 1e5 / comparison.people
    widest = 0.0
    for y, arm in enumerate(arms):
        sides = harmed_and_helped(comparison.transitions, arm.label, group, measure)
        if sides is None:
            continue
        for row, side in zip(sides, (1, -1), strict=True):
            value = side * scale * row["people"]
            axes.barh(y, value, height=0.62, color=HARM if side > 0 else HELP, alpha=0.85)
            ends = np.array([row["low"], row["high"]]) * scale * side
            axes.plot(ends, [y, y], color=INK, lw=1.3)
            reach = np.nanmax(np.abs([value, *ends]))
            axes.annotate(
                words.number(abs(value)),
                (side * reach, y),
                xytext=(4 * side, 0),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                va="center",
                fontsize=7.5,
            )
            widest = max(widest, reach)
        axes.plot(
            scale * (sides[0]["people"] - sides[1]["people"]), y, "D", ms=4.5, color="white", mec=INK, mew=1.1, zorder=4
        )
    axes.axvline(0, color=INK, lw=0.8)
    axes.set_xlim(-1.35 * (widest or 1), 1.35 * (widest or 1))
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(lambda value, _: thousands(abs(value)))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    _, harmed, helped = SIDES[measure]
    axes.text(0, 1.04, f"◀ {helped}", transform=axes.transAxes, color=HELP, fontsize=8, weight="bold")
    axes.text(1, 1.04, f"{harmed} ▶", transform=axes.transAxes, color=HARM, fontsize=8, weight="bold", ha="right")


def journeys(comparison: Comparison) -> Figure:
    """Heat map of person-level transitions, one panel an arm."""
    arms = _arms_with_twins(comparison)
    columns = min(2, len(arms))
    lines = -(-len(arms) // columns)
    figure, grid = canvas(WIDTH, 0.4 + 3.7 * lines, nrows=lines, ncols=columns)
    colour = colours(comparison)
    table = comparison.transitions
    table = table[(table["group"] == "all") & (table["measure"] == "path")]
    seen = set(table["from_class"]) | set(table["to_class"])
    kept = [name for name in CLASSES if name in seen and name != NOT_YET]
    table = table[table["from_class"].isin(kept) & table["to_class"].isin(kept)]
    moved = table[table["from_class"] != table["to_class"]]
    highest = moved["per_100k"].max() if len(moved) else 1.0
    for position, axes in enumerate(grid.flat[len(arms) :]):
        plain(axes)
        if position == 0:
            axes.text(0.14, 0.95, READING, va="top", fontsize=8.5, color=QUIET, linespacing=1.6)
    for position, (axes, arm) in enumerate(zip(grid.flat, arms, strict=False)):
        _heat(axes, table[table["arm"] == arm.label], kept, highest, 1e5 / comparison.people)
        axes.set_title(arm.title, color=colour[arm.label], pad=PAD)
        note(axes, f"rows: {comparison.baseline.title.lower()}; columns: this policy")
        if position % columns:
            axes.set_yticklabels([])
    return figure


def _heat(axes: Axes, table: pd.DataFrame, kept: list[str], highest: float, scale: float) -> None:
    size = len(kept)
    values, texts = np.zeros((size, size)), np.full((size, size), "", object)
    for row in table.to_dict("records"):
        cell = kept.index(row["from_class"]), kept.index(row["to_class"])
        values[cell] = row["per_100k"]
        mean, half = words.number(row["per_100k"]), words.number(scale * (row["high"] - row["people"]))
        texts[cell] = mean if cell[0] == cell[1] or np.isnan(row["high"]) else f"{mean}\n±{half}"
    same = np.eye(size, dtype=bool)
    sns.heatmap(
        values,
        mask=same,
        cmap=sns.light_palette(HARM, as_cmap=True),
        vmin=0,
        vmax=highest,
        cbar=False,
        linewidths=1.5,
        linecolor="white",
        ax=axes,
        annot=False,
    )
    for (i, j), text in np.ndenumerate(texts):
        if i == j:
            axes.add_patch(Rectangle((j, i), 1, 1, color=FAINT, lw=0, alpha=0.45))
        dark = i != j and values[i, j] > 0.55 * highest
        axes.text(
            j + 0.5,
            i + 0.5,
            text,
            ha="center",
            va="center",
            fontsize=6.5,
            color=QUIET if i == j else ("white" if dark else INK),
        )
    labels = [SHORT.get(name, name) for name in kept]
    axes.set_xticks(np.arange(size) + 0.5, labels, rotation=0, fontsize=6.8)
    axes.set_yticks(np.arange(size) + 0.5, labels, rotation=0, fontsize=6.8)
    axes.tick_params(length=0)
    axes.grid(visible=False)


def _arms_with_twins(comparison: Comparison) -> list[Arm]:
    present = set(comparison.transitions["arm"])
    return [arm for arm in comparison.arms if arm.label in present]
