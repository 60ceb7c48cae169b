"""Who gains and who loses: change of risk by groups that are known in week 0."""

from __future__ import annotations

import math
from collections.abc import Mapping
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.report import words
from sim.report.gains import ACTIVITY, BETTER, RISK, UNDECIDED, WORSE, direction, first_outcome, group_name, rows_of
from sim.report.style import FAINT, INK, LESS, MORE, QUIET, WIDTH, canvas, colours, thousands
from sim.report.texts import in_figure
from sim.results.risk_groups import OUTCOMES
from sim.results.signs import FALLS, RISES, names_a_sign
from sim.results.statistics import PER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.report.gains import Row
    from sim.results.comparison import Comparison

MARKS = {RISES: "^", FALLS: "v"}  # which way a change goes is seen without colours too
SHADE = {BETTER: LESS, WORSE: MORE, ACTIVITY: INK, UNDECIDED: QUIET}
NARROW = 3  # arms from which panels are narrow


def risks(comparison: Comparison) -> Figure:
    """Change of risk with its interval by group, a panel an arm; which way it goes shows in shape and colour."""
    outcome = first_outcome(comparison.risks)
    found = {
        arm.label: rows for arm in comparison.arms if (rows := rows_of(comparison.risks, arm.label, outcome or ""))
    }
    groups = list(dict.fromkeys(row["group"] for rows in found.values() for row in rows))
    figure, grid = canvas(WIDTH, 1.6 + 0.29 * len(groups), ncols=len(found), sharex=True, sharey=True)
    colour = colours(comparison)
    limit = _limit([row for rows in found.values() for row in rows])
    for axes, (label, rows) in zip(grid[0], found.items(), strict=True):
        _panel(axes, {row["group"]: row for row in rows}, groups, limit)
        arm = next(arm for arm in comparison.arms if arm.label == label)
        title = fill(in_figure(arm.title), max(60 // len(found), 10), break_long_words=False)
        axes.set_title(title, color=colour[label], fontsize=10 if len(found) < NARROW else 8)
    grid[0, 0].set_yticks(range(len(groups)), [group_name(group) for group in groups])
    figure.supxlabel(
        f"change of the {RISK[outcome or 'exploitation']}, people per {thousands(PER)} of the group over the whole "
        "period",
        fontsize=8.5,
        color=QUIET,
    )
    figure.legend(handles=_legend(outcome or "exploitation", placebo=comparison.placebo is not None),
                  loc="outside upper center", ncols=2)  # fmt: skip
    return figure


def _limit(rows: list[Row]) -> float:
    """Half-width of the axis: wide enough for most intervals."""
    ends = [PER * max(abs(row["change"]), *(abs(row[end]) for end in ("low", "high") if math.isfinite(row[end])), 0.0)
            for row in rows]  # fmt: skip
    return float(1.45 * max(np.quantile(ends, 0.95), 1.0)) if ends else 1.0


def _panel(axes: Axes, rows: Mapping[str, Row], groups: list[str], limit: float) -> None:
    axes.set_xlim(-limit, limit)
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.axvline(0, color=INK, lw=0.8, zorder=1)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(thousands)
    axes.xaxis.set_major_locator(MaxNLocator(4, symmetric=True))
    for y, group in enumerate(groups):
        if group not in rows:
            continue
        row = rows[group]
        shade = SHADE[direction(row)]
        if math.isfinite(row["placebo_low"]):
            ends = np.clip([PER * row["placebo_low"], PER * row["placebo_high"]], -limit, limit)
            axes.barh(y, ends[1] - ends[0], left=ends[0], height=0.62, color=FAINT, zorder=0)
        if math.isfinite(row["low"]):
            axes.plot(
                np.clip([PER * row["low"], PER * row["high"]], -limit, limit), [y, y], color=shade, lw=2, zorder=2
            )
        named = names_a_sign(row["verdict"])
        axes.plot(
            np.clip(PER * row["change"], -0.98 * limit, 0.98 * limit),
            y,
            marker=MARKS.get(row["verdict"], "o"),
            ms=6 if named else 4.5,
            color=shade,
            mfc=shade if named else "white",
            mew=1.2,
            zorder=3,
        )
        left = row["change"] > 0
        axes.text(
            (-0.98 if left else 0.98) * limit,
            y,
            words.number(PER * row["change"], signed=True),
            ha="left" if left else "right",
            va="center",
            fontsize=7.5,
            color=INK if named else QUIET,
        ).set_in_layout(False)


def _legend(outcome: str, *, placebo: bool) -> list[Any]:
    """What shapes and shades mean: in words, so that no colour is needed."""
    good = OUTCOMES[outcome][1]
    up, down = (BETTER, WORSE) if good > 0 else (WORSE, BETTER) if good < 0 else (ACTIVITY, ACTIVITY)
    found: list[Any] = [
        Line2D([], [], marker="v", ls="", ms=6, color=SHADE[down], label=f"{RISK[outcome]} falls: {down}"),
        Line2D([], [], marker="^", ls="", ms=6, color=SHADE[up], label=f"{RISK[outcome]} rises: {up}"),
        Line2D([], [], marker="o", ls="", ms=5, color=QUIET, mfc="white", label="the sign is not sure"),
    ]
    return [*found, *([Patch(color=FAINT, label="interval where nothing is done (placebo)")] if placebo else [])]


def has_risks(comparison: Comparison) -> bool:
    """Whether there is a change of risk to draw: arms with the people of the baseline."""
    return bool(comparison.arms) and first_outcome(comparison.risks) is not None
