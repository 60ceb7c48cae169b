"""Figures of what happened to the same persons in two worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import MaxNLocator

from sim.report import heat, words
from sim.report.style import FAINT, INK, LESS, MORE, PAD, QUIET, WIDTH, canvas, colours, note, plain, thousands
from sim.report.texts import in_figure
from sim.results.transitions import CLASSES, GROSS, MEASURES, NET, NOT_YET

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

# each measure of transitions: what happened in the world with the policy only, and in the one without it only
SIDES = {
    "death": ("died only with it", "died only without it"),
    "removal": ("removed only with it", "removed only without it"),
    "exploitation": ("exploited only with it", "exploited only without it"),
    "safety": ("safe only with it", "safe only without it"),
    "arrival": ("arrived only with it", "arrived only without it"),
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
    "in the baseline) and one column (in the world\n"
    "with the policy). Grey cells: the same in both.\n"
    "People per 100 000 at risk; in brackets, how many\n"
    "move so with no policy at all (placebo).\n"
    "The darker a cell, the more are above that."
)
FLOOR = "#9aa5b1"


def two_ways(table: pd.DataFrame, arm: str, group: str, measure: str) -> tuple[pd.Series, pd.Series] | None:
    """The gross rows of transitions for what happened only with an arm and only without it; None without a placebo."""
    rows = _rows(table, arm, group, measure, GROSS)
    if len(rows) != 2:
        return None
    having = next(having for name, having, _, _ in MEASURES if name == measure)
    return rows[rows["to_class"] == having].iloc[0], rows[rows["from_class"] == having].iloc[0]


def balance(table: pd.DataFrame, arm: str, group: str, measure: str) -> pd.Series | None:
    """The net row of transitions: how many more people it happened to with the arm; None without twins."""
    rows = _rows(table, arm, group, measure, NET)
    return rows.iloc[0] if len(rows) else None


def _rows(table: pd.DataFrame, arm: str, group: str, measure: str, kind: str) -> pd.DataFrame:
    which = (table["arm"] == arm) & (table["group"] == group) & (table["measure"] == measure) & (table["kind"] == kind)
    return table[which]


def otherwise(comparison: Comparison) -> Figure:
    """Diverging bars of gross counts: only with the policy to the right, only without it to the left, net as a mark."""
    arms = arms_with_floor(comparison)
    height = 1.3 + len(SIDES) * (0.75 + 0.26 * len(arms))
    figure, grid = canvas(WIDTH, height, nrows=len(SIDES), ncols=2, sharey="row")
    colour = colours(comparison)
    for column, group in enumerate(GROUPS):
        for axes, measure in zip(grid[:, column], SIDES, strict=True):
            _diverging(axes, comparison, group, measure, arms)
            if column == 0:
                axes.set_yticks(range(len(arms)), [in_figure(arm.title) for arm in arms])
                for tick, arm in zip(axes.get_yticklabels(), arms, strict=True):
                    tick.set_color(colour[arm.label])
        grid[0, column].set_title(GROUPS[group], loc="center", pad=24, fontsize=10.5)
        grid[-1, column].set_xlabel("people per 100 000 at risk, over the whole period")
    handles = [
        Patch(color=FLOOR, label="so many with no policy at all (placebo)"),
        Patch(color=MORE, alpha=0.85, label="more, only with the policy"),
        Patch(color=LESS, alpha=0.85, label="more, only without it"),
        Line2D([], [], marker="D", ls="", ms=4.5, color="white", mec=INK, mew=1.1, label="net"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4)
    return figure


def _diverging(axes: Axes, comparison: Comparison, group: str, measure: str, arms: list[Arm]) -> None:
    scale = 1e5 / comparison.people
    widest = 0.0
    for y, arm in enumerate(arms):
        sides = two_ways(comparison.transitions, arm.label, group, measure)
        if sides is None:
            continue
        for row, side in zip(sides, (1, -1), strict=True):
            value, floor = scale * row["people"], scale * row["placebo"]
            axes.barh(y, side * value, height=0.62, color=MORE if side > 0 else LESS, alpha=0.85)
            axes.barh(y, side * min(value, floor), height=0.62, color=FLOOR)
            ends = np.array([row["low"], row["high"]]) * scale * side
            axes.plot(ends, [y, y], color=INK, lw=1.3)
            reach = np.nanmax(np.abs([value, *ends]))
            axes.annotate(
                f"{words.number(value)} ({words.number(floor)})",
                (side * reach, y),
                xytext=(4 * side, 0),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                va="center",
                fontsize=7.5,
            ).set_in_layout(False)
            widest = max(widest, reach)
        axes.plot(
            scale * (sides[0]["people"] - sides[1]["people"]), y, "D", ms=4.5, color="white", mec=INK, mew=1.1, zorder=4
        )
    axes.axvline(0, color=INK, lw=0.8)
    axes.set_xlim(-1.6 * (widest or 1), 1.6 * (widest or 1))
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(lambda value, _: thousands(abs(value)))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    with_it, without_it = SIDES[measure]
    axes.text(0, 1.04, f"◀ {without_it}", transform=axes.transAxes, color=LESS, fontsize=8, weight="bold")
    axes.text(1, 1.04, f"{with_it} ▶", transform=axes.transAxes, color=MORE, fontsize=8, weight="bold", ha="right")


def journeys(comparison: Comparison) -> Figure:
    """Heat map of person-level transitions, one panel an arm."""
    arms = arms_with_floor(comparison)
    columns = min(2, len(arms))
    lines = -(-len(arms) // columns)
    figure, grid = canvas(WIDTH, 0.4 + 3.7 * lines, nrows=lines, ncols=columns)
    colour = colours(comparison)
    table = comparison.transitions
    table = table[(table["group"] == "all") & (table["measure"] == "path") & (table["kind"] == GROSS)]
    seen = set(table["from_class"]) | set(table["to_class"])
    kept = [name for name in CLASSES if name in seen and name != NOT_YET]
    table = table[table["from_class"].isin(kept) & table["to_class"].isin(kept)]
    moved = table[table["from_class"] != table["to_class"]]
    scale = 1e5 / comparison.people
    highest = max(scale * moved["above_placebo"].max(), 1e-9) if len(moved) else 1.0
    for position, axes in enumerate(grid.flat[len(arms) :]):
        plain(axes)
        if position == 0:
            axes.text(0.14, 0.95, READING, va="top", fontsize=8.5, color=QUIET, linespacing=1.6)
    for position, (axes, arm) in enumerate(zip(grid.flat, arms, strict=False)):
        _heat(axes, table[table["arm"] == arm.label], kept, highest, scale)
        axes.set_title(in_figure(arm.title), color=colour[arm.label], pad=PAD)
        note(axes, f"rows: {in_figure(comparison.baseline.title).lower()}; columns: this policy")
        if position % columns:
            axes.set_yticklabels([])
    return figure


def _heat(axes: Axes, table: pd.DataFrame, kept: list[str], highest: float, scale: float) -> None:
    size = len(kept)
    values, texts = np.zeros((size, size)), np.full((size, size), "", object)
    for row in table.to_dict("records"):
        cell = kept.index(row["from_class"]), kept.index(row["to_class"])
        values[cell] = max(scale * row["above_placebo"], 0.0)
        mean = words.number(row["per_100k"])
        texts[cell] = mean if cell[0] == cell[1] else f"{mean}\n({words.number(scale * row['placebo'])})"
    same = np.eye(size, dtype=bool)
    heat.cells(axes, np.ma.array(values, mask=same), "more", (0, highest), line=1.5)
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


def arms_with_floor(comparison: Comparison) -> list[Arm]:
    """Arms whose people have twins in the baseline, if a placebo says how many are swapped with no policy at all."""
    table = comparison.transitions
    present = set(table[table["kind"] == GROSS]["arm"])
    return [arm for arm in comparison.arms if arm.label in present]
