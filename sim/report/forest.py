"""Forest plot of effects: one column an arm, one line a metric, activity apart from outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import ACTIVITY
from sim.report import words
from sim.report.said import changes
from sim.report.style import BETTER, INK, PAPER, QUIET, SHADE, WIDTH, WORSE, canvas, thousands
from sim.report.texts import in_figure
from sim.results.signs import names_a_sign

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

    Row = Mapping[Any, Any]

NARROW = 4  # arms from which columns are narrow
# how a change is for people, by ``words.direction``: the colour and the shape of its mark, and whether that is filled
SIGNS = {
    "better": (BETTER, "o", True),
    "worse": (WORSE, "s", True),
    "neither": (INK, "^", True),
    "activity": (QUIET, "D", False),
    "open": (QUIET, "o", False),
}
KEY = {
    "better": "better for people",
    "worse": "worse for people",
    "neither": "sure, neither better nor worse",
    "open": "not sure",
    "activity": "activity",
}
FROM_NOTHING = (
    "What the baseline has none of has no change in per cent: beside it stands the level with the policy (from 0), "
    "counts per 100 000 at risk."
)


class Scale(NamedTuple):
    """An axis of changes in per cent: from ``-limit`` to ``limit``, and to its right so much ``room`` for numbers."""

    limit: float
    room: float

    @property
    def edge(self) -> float:
        """Where the room for numbers ends."""
        return self.limit + self.room


def effects(comparison: Comparison) -> Figure:
    """Forest plot of changes in per cent; one column an arm, activity apart from outcomes."""
    table = comparison.effects
    chosen = shown(comparison)
    groups = words.grouped(chosen)
    lengths = [len(members) for members in groups.values()]
    figure, grid = canvas(
        WIDTH,
        1.5 + 0.27 * sum(lengths) + 0.35 * len(lengths),
        nrows=len(groups),
        ncols=len(comparison.arms),
        sharex=True,
        gridspec_kw={"height_ratios": [length + 0.6 for length in lengths], "hspace": 0.05},
    )
    limit = limit_of(comparison.effects[comparison.effects["metric"].isin(chosen)])
    scale = with_room(limit, 480 / len(comparison.arms), 40)
    for line, (group, members) in zip(grid, groups.items(), strict=True):
        for position, (axes, arm) in enumerate(zip(line, comparison.arms, strict=True)):
            rows = table[table["arm"] == arm.label].set_index("metric").reindex(members)
            _forest(axes, rows, scale, activity=group == ACTIVITY)
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
                    fontsize=10 if len(comparison.arms) < NARROW else 8,
                )
    for axes in grid[-1]:
        ticks(axes, scale)
    figure.supxlabel("change from the baseline, %", fontsize=8.5, color=QUIET)
    drawn = table[table["metric"].isin(chosen)]
    key(figure, set(map(words.direction, drawn["metric"], drawn["verdict"])))
    return figure


def with_room(limit: float, wide: float, numbers: float) -> Scale:
    """An axis for a panel ``wide`` points wide, of which ``numbers`` points are for numbers."""
    return Scale(limit, 2 * limit * numbers / max(wide - numbers, 0.3 * wide))


def shown(comparison: Comparison) -> list[str]:
    """Metrics of the forest plot: the headline, or all where none of it was asked for."""
    return [name for name in comparison.metrics if METRICS[name].headline] or comparison.metrics


def alt(comparison: Comparison) -> str:
    """What changes for sure, arm by arm; activity, which is no outcome, is left out."""
    outcomes = [name for name in shown(comparison) if not METRICS[name].is_activity]
    return changes(comparison, outcomes or shown(comparison))


def limit_of(table: pd.DataFrame) -> float:
    """Half-width of the axis: wide enough for most intervals, so that one giant does not flatten the rest."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = 100 * table[["low", "high"]].abs().max(axis=1) / table["baseline"].abs()
    ends = ends.fillna(table["percent"].abs())
    ends = ends[np.isfinite(ends)]
    return float(np.clip(1.25 * ends.quantile(0.93), 5, 400)) if len(ends) else 10.0


def ticks(axes: Axes, scale: Scale) -> None:
    """Numbers below an axis of changes, none below the room for numbers."""
    found = MaxNLocator(3, symmetric=True).tick_values(-scale.limit, scale.limit)
    axes.set_xticks([tick for tick in found if abs(tick) <= scale.limit])
    axes.xaxis.set_major_formatter(thousands)


def key(figure: Figure, kinds: set[str], size: float = 8.5, columns: int = 5) -> None:
    """A legend of what the marks say, of those that there are."""
    handles = []
    for kind, text in KEY.items():
        if kind in kinds:
            colour, shape, filled = SIGNS[kind]
            handles.append(Line2D([], [], color=colour, marker=shape, ls="", ms=5.5, mew=1.3,
                                  mfc=colour if filled else PAPER, label=text))  # fmt: skip
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=columns, fontsize=size, handlelength=1.2)


def _forest(axes: Axes, table: pd.DataFrame, scale: Scale, *, activity: bool) -> None:
    axes.set_xlim(-scale.limit, scale.edge)
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.axvline(0, color=INK, lw=0.8, zorder=1)
    axes.grid(visible=False, axis="y")
    if activity:
        axes.set_facecolor(SHADE)
    for y, (metric, row) in enumerate(table.to_dict("index").items()):
        effect(axes, y, {**row, "metric": metric}, scale)


def effect(axes: Axes, y: float, row: Row, scale: Scale, *, size: float = 7.5, word: bool = False) -> None:
    """One effect at the height ``y``: its interval, its mark, and its number to the right of both.

    ``word`` adds better or worse in words.
    """
    by = 100 / abs(row["baseline"]) if row["baseline"] else np.nan
    point = float(row["percent"])
    clear = names_a_sign(row["verdict"])
    colour, shape, filled = SIGNS[words.direction(row["metric"], row["verdict"])]
    if np.isfinite(point):
        ends = np.clip([row["low"] * by, row["high"] * by], -scale.limit, scale.limit)
        axes.plot(ends, [y, y], color=colour, lw=2.2 if clear else 1.3, zorder=2)
        beyond = abs(point) > scale.limit
        axes.plot(
            np.clip(point, -0.97 * scale.limit, 0.97 * scale.limit),
            y,
            marker=(">" if point > 0 else "<") if beyond else shape,
            ms=5.5,
            color=colour,
            mfc=colour if filled else PAPER,
            mew=1.3,
            zorder=3,
        )
        text = words.percent(point)
    else:
        level = words.number(words.factor(row) * row["value"])
        text = level if level == words.DASH else f"{level} (from 0)"
    if word and clear:
        text = f"{text} {words.direction(row['metric'], row['verdict'])}".replace(" neither", "")
    axes.text(scale.edge, y, text, va="center", ha="right", fontsize=size, color=INK if clear else QUIET,
              weight="bold" if word and clear else "normal").set_in_layout(False)  # fmt: skip
