"""Figures of justice: the funnel from exploited to convicted beside what agencies record, and people's ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter

from sim.declared.measures.catalogue import METRICS
from sim.report.style import (
    FAINT,
    HARM,
    HELP,
    INK,
    PAD,
    QUIET,
    WIDTH,
    canvas,
    colours,
    legend_of_arms,
    plain,
    thousands,
)
from sim.report.texts import in_figure
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

# truth from top to bottom, and the records that speak of the same step
FUNNEL: dict[str, tuple[str, ...]] = {
    "exploited_people": (),
    "left_met": ("recorded_inspectorate", "recorded_immigration"),
    "recognised": ("recorded_identified",),
    "taken_in": ("recorded_services",),
    "identified": ("recorded_police_sex", "recorded_police_other"),
    "statements": (),
    "testimony": (),
    "investigations": (),
    "prosecutions": (),
    "convictions": (),
    "convictions_exploitation": ("recorded_convictions",),
}
MARKS = {
    "recorded_inspectorate": "s",
    "recorded_immigration": "v",
    "recorded_identified": "D",
    "recorded_services": "^",
    "recorded_police_sex": "o",
    "recorded_police_other": "P",
    "recorded_convictions": "X",
}


def _values(comparison: Comparison, arm: Arm, metric: str) -> np.ndarray:
    """A metric by seed, per 100 000 at risk."""
    return (
        1e5 / comparison.people_in(arm) * np.array([run.metrics[metric] for run in comparison.runs_of(arm, "metrics")])
    )


def funnel(comparison: Comparison) -> Figure:
    """Bars of what is true at each step, by arm, and marks of what agencies record in the baseline; logarithmic."""
    arms, colour = comparison.every_arm, colours(comparison)
    figure, grid = canvas(WIDTH, 1.6 + len(FUNNEL) * (0.22 + 0.11 * len(arms)))
    axes = grid[0, 0]
    step = 0.8 / len(arms)
    for number, arm in enumerate(arms):
        for row, metric in enumerate(FUNNEL):
            values = _values(comparison, arm, metric)
            at = row - 0.4 + (number + 0.5) * step
            axes.barh(at, values.mean(), height=0.9 * step, color=colour[arm.label])
            interval = t_interval(values)
            axes.plot([max(interval.low, 0.0), interval.high], [at] * 2, color=INK, lw=0.8)
    drawn = []
    for row, records in enumerate(FUNNEL.values()):
        for record in records:
            name, mark = METRICS[record].short, MARKS[record]
            mean = _values(comparison, comparison.baseline, record).mean()
            drawn += axes.plot(
                mean, row - 0.4 + 0.5 * step, mark, ms=6.5, mfc="white", mec=HARM, mew=1.3, ls="", label=name, zorder=4
            )
    axes.axhline(6.5, color=FAINT, lw=1)
    axes.set_yticks(range(len(FUNNEL)), [METRICS[metric].short for metric in FUNNEL])
    axes.invert_yaxis()
    axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("per 100 000 at risk: people at a time (first row), people or cases a year (logarithmic above 1)")
    axes.legend(handles=drawn, title="what is recorded, without a policy", loc="upper center",
                bbox_to_anchor=(0.4, -0.09), ncols=2, fontsize=7.5)  # fmt: skip
    legend_of_arms(figure, comparison)
    return figure


# --- ways of people ---------------------------------------------------------------------------------------------

LEAVING = "leave exploitation"
Flow = tuple[str, str, float]  # from, to, people a year
TINT = {
    "taken in": HELP, "told": HELP, "permit to stay": HELP, "removed unidentified": HARM, "removed": HARM, "died": HARM,
}  # fmt: skip


def flows_of_people(value: dict[str, float]) -> list[list[Flow]]:
    """Flows between the columns of the diagram, people a year, from metrics by name."""
    met = value["left_met"]
    own = value["left_by_own"]
    gone = value["left_by_debt_cleared"] + value["left_by_dismissed"] + value["left_by_released"]
    taken, told = min(value["taken_in"], met), value["identified"]
    unhelped = value["not_referred"] + value["no_place"]
    unidentified = max(value["misidentified_removed"] - value["removed_silent"], 0.0)
    rest = max(met - taken - unhelped - unidentified, 0.0)
    permits = min(value["permits"], told)
    silent_removed = min(value["removed_silent"], max(taken - told, 0.0))
    return [
        [
            (LEAVING, "met by an agency", met),
            (LEAVING, "left on their own", own),
            (LEAVING, "let go or dismissed", gone),
            (LEAVING, "terms changed or other", value["left_by_better_terms"] + value["left_by_other"]),
            (LEAVING, "died", value["left_by_death"]),
        ],
        [
            ("met by an agency", "taken in", taken),
            ("met by an agency", "recognised, no help", unhelped),
            ("met by an agency", "removed unidentified", unidentified),
            ("met by an agency", "not recognised", rest),
        ],
        [("taken in", "told", min(told, taken)), ("taken in", "silent", max(taken - told, 0.0))],
        [
            ("told", "permit to stay", permits),
            ("told", "no permit", max(min(told, taken) - permits, 0.0)),
            ("silent", "removed", silent_removed),
            ("silent", "no permit", max(taken - told - silent_removed, 0.0)),
        ],
    ]


def paths(comparison: Comparison) -> Figure:
    """One flow diagram an arm: how people leave exploitation, whom they meet, and what becomes of them."""
    arms = comparison.every_arm
    figure, grid = canvas(WIDTH, 0.3 + 3.1 * len(arms), nrows=len(arms), ncols=1)
    colour = colours(comparison)
    for axes, arm in zip(grid[:, 0], arms, strict=True):
        names = ["left_met", "taken_in", "identified", "not_referred", "no_place", "permits", "misidentified_removed",
                 "removed_silent", *(f"left_by_{name}" for name in ("own", "debt_cleared", "dismissed", "released",
                 "better_terms", "other", "death"))]  # fmt: skip
        value = {name: float(_values(comparison, arm, name).mean()) for name in names}
        _alluvial(axes, flows_of_people(value))
        axes.set_title(in_figure(arm.title), color=colour[arm.label], pad=PAD)
    return figure


def _alluvial(axes: Axes, steps: list[list[Flow]]) -> None:
    """Nodes in columns, bands between them as wide as the people who go that way; numbers are people a year."""
    total = sum(width for _, _, width in steps[0]) or 1.0
    gap = 0.06 * total
    columns: list[dict[str, float]] = [{LEAVING: total}]
    for step in steps:
        sizes: dict[str, float] = {}
        for _, to, width in step:
            sizes[to] = sizes.get(to, 0.0) + width
        columns.append(sizes)
    bottom: list[dict[str, float]] = []
    for sizes in columns:
        at, places = total, {}
        for name, size in sizes.items():
            places[name] = at - size
            at -= size + gap
        bottom.append(places)
    for column, sizes in enumerate(columns):
        for name, size in sizes.items():
            low = bottom[column][name]
            axes.barh(low + size / 2, 0.03, height=size, left=column, color=TINT.get(name, QUIET))
            axes.text(column + 0.04, low + size / 2, f"{name}  {size:,.1f}", va="center", fontsize=7.5, zorder=5)
    out = [{name: low + columns[c][name] for name, low in bottom[c].items()} for c in range(len(columns))]
    into = [dict(places) for places in out]
    for column, step in enumerate(steps):
        for start, to, width in step:
            if width <= 0.0:
                continue
            a, b = out[column][start], into[column + 1][to]
            out[column][start] -= width
            into[column + 1][to] -= width
            x0, x1 = column + 0.03, column + 1.0
            middle = (x0 + x1) / 2
            outline = Path(
                [(x0, a), (middle, a), (middle, b), (x1, b), (x1, b - width), (middle, b - width), (middle, a - width),
                 (x0, a - width), (x0, a)],
                [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4,
                 Path.CLOSEPOLY],
            )  # fmt: skip
            axes.add_patch(PathPatch(outline, facecolor=TINT.get(to, FAINT), alpha=0.35, lw=0))
    axes.set_xlim(0, len(columns) - 0.3)
    lowest = min(min(places.values()) for places in bottom)
    axes.set_ylim(lowest - gap, total + gap)
    plain(axes)
