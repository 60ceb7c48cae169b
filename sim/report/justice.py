"""Figures of justice: the funnel from exploited to convicted beside what agencies record, and people's ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.bars import bands, dot, measures_by_arm
from sim.report.said import MOST, NAME, begin_without, changes, fitted, without
from sim.report.style import (
    BETTER,
    INK,
    PAD,
    PAPER,
    QUIET,
    WIDTH,
    WORSE,
    canvas,
    legend_of_arms,
    marks,
    plain,
    thousands,
)
from sim.report.texts import in_figure, short
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
    "suspects": (),
    "convictions": (),
    "convicted_people": (),
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
    arms, mark = comparison.every_arm, marks(comparison)
    figure, grid = canvas(WIDTH, 2.0 + len(FUNNEL) * (0.18 + 0.09 * len(arms)))
    axes = grid[0, 0]
    step = 0.72 / len(arms)
    for number, arm in enumerate(arms):
        for row, metric in enumerate(FUNNEL):
            interval = t_interval(_values(comparison, arm, metric))
            at = row - 0.28 + (number + 0.5) * step
            dot(axes, interval, at, mark[arm.label])
    drawn = []
    for row, records in enumerate(FUNNEL.values()):
        for record in records:
            mean = _values(comparison, comparison.baseline, record).mean()
            drawn += axes.plot(mean, row - 0.4, MARKS[record], ms=6.5, mfc=PAPER, mec=INK, mew=1.3, ls="",
                               label=METRICS[record].short, zorder=4)  # fmt: skip
    bands(axes, len(FUNNEL))
    axes.set_yticks(range(len(FUNNEL)), [METRICS[metric].short or METRICS[metric].meaning for metric in FUNNEL])
    axes.set_ylim(len(FUNNEL) - 0.5, -0.75)
    axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(FuncFormatter(thousands))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("per 100 000 at risk: people at a time (first row), people or cases a year (logarithmic above 1)")
    figure.legend(handles=drawn, title=f"hollow marks: what is recorded {without(comparison)}",
                  loc="outside lower center", ncols=2, fontsize=8)  # fmt: skip
    legend_of_arms(figure, comparison)
    return figure


def alt_funnel(comparison: Comparison) -> str:
    """How few of those who are exploited are identified, and how few cases end in conviction, in the baseline."""
    value = {metric: float(_values(comparison, comparison.baseline, metric).mean()) for metric in FUNNEL}
    begin = (
        f"{begin_without(comparison)}, per 100 000 at risk: {words.number(value['exploited_people'])} exploited at a "
        f"time, {words.number(value['identified'])} identified a year, "
        f"{words.number(value['prosecutions'])} cases charged, "
        f"{words.number(value['convictions_exploitation'])} convictions for exploitation. "
    )
    return begin + changes(comparison, ["identified", "convictions_exploitation"], MOST - len(begin))


# --- cases and suspects -----------------------------------------------------------------------------------------

CASES = (
    "joint_cases",
    "joint_share_charged",
    "cases_leaked",
    "prosecutions",
    "suspects",
    "suspects_per_case",
    "convictions",
    "convicted_people",
    "weeks_to_verdict",
)


def cases(comparison: Comparison) -> Figure:
    """Cases and the people in them by arm: how many are joined by other regions, how many suspects they name."""
    return measures_by_arm(comparison, CASES)


def alt_cases(comparison: Comparison) -> str:
    """Suspects a case and the share of joint cases in the baseline, and what surely changes."""
    runs = comparison.runs_of(comparison.baseline, "metrics")

    def mean(name: str) -> float:
        values = np.array([run.metrics[name] for run in runs], float)
        return float(values[np.isfinite(values)].mean()) if np.isfinite(values).any() else np.nan

    share, suspects = mean("joint_share_charged"), mean("suspects_per_case")
    begin = f"{begin_without(comparison)} nobody is charged. "
    if np.isfinite(suspects):
        begin = (
            f"{begin_without(comparison)} a case that is charged names {words.number(suspects)} suspects, and another "
            f"region has joined {100 * share:.0f} % of them. "
        )
    return begin + changes(comparison, CASES, MOST - len(begin))


# --- ways of people ---------------------------------------------------------------------------------------------

LEAVING, UNIDENTIFIED = "leave exploitation", "removed unidentified"
Flow = tuple[str, str, float]  # from, to, people a year
HELP, HARM = (BETTER, ""), (WORSE, "/")  # a colour and a pattern
TINT = {
    "taken in": HELP, "told": HELP, "permit to stay": HELP, UNIDENTIFIED: HARM, "removed": HARM, "died": HARM,
}  # fmt: skip
REST = (QUIET, "")
LEAST = 0.075  # of all, between the middles of two names


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
            ("met by an agency", UNIDENTIFIED, unidentified),
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


NAMES = ("left_met", "taken_in", "identified", "not_referred", "no_place", "permits", "misidentified_removed",
         "removed_silent", *(f"left_by_{name}" for name in ("own", "debt_cleared", "dismissed", "released",
         "better_terms", "other", "death")))  # fmt: skip


def paths(comparison: Comparison) -> Figure:
    """One flow diagram an arm: how people leave exploitation, whom they meet, and what becomes of them."""
    arms = comparison.every_arm
    figure, grid = canvas(WIDTH, 0.7 + 2.9 * len(arms), nrows=len(arms), ncols=1)
    for axes, arm in zip(grid[:, 0], arms, strict=True):
        _alluvial(axes, flows_of_people(_means(comparison, arm)))
        axes.set_title(in_figure(arm.title), pad=PAD)
    words_of = (("help", HELP), ("removal or death", HARM), ("neither", REST))
    handles = [Patch(facecolor=colour, hatch=hatch, lw=0, label=text) for text, (colour, hatch) in words_of]
    figure.legend(handles=handles, loc="outside upper right", ncols=3)
    return figure


def _means(comparison: Comparison, arm: Arm) -> dict[str, float]:
    return {name: float(_values(comparison, arm, name).mean()) for name in NAMES}


def alt_paths(comparison: Comparison) -> str:
    """Of those who leave exploitation, how many meet an agency, are taken in and are removed, in every arm."""
    found = []
    for arm in comparison.every_arm:
        steps = flows_of_people(_means(comparison, arm))
        total = sum(width for _, _, width in steps[0])
        if total:
            sizes = {to: width for _, to, width in [*steps[0], *steps[1]]}
            met, taken, removed = (100 * sizes[to] / total for to in ("met by an agency", "taken in", UNIDENTIFIED))
            found.append(f"{short(arm.title, NAME)}: {met:.0f}, {taken:.0f} and {removed:.0f}")
    if not found:
        return "Nobody leaves exploitation in these runs."
    begin = "Of 100 people who leave exploitation, so many meet an agency, are taken in, and are removed unidentified. "
    return fitted(found, begin=begin, end=".")


def _alluvial(axes: Axes, steps: list[list[Flow]]) -> None:
    """Nodes in columns, bands between them as wide as the people who go that way; numbers are people a year."""
    total = sum(width for _, _, width in steps[0]) or 1.0
    columns: list[dict[str, float]] = [{LEAVING: total}]
    for step in steps:
        sizes: dict[str, float] = {}
        for _, to, width in step:
            sizes[to] = sizes.get(to, 0.0) + width
        columns.append(sizes)
    bottom = [_stacked(sizes, total) for sizes in columns]
    for column, sizes in enumerate(columns):
        for name, size in sizes.items():
            low = bottom[column][name]
            colour, hatch = TINT.get(name, REST)
            if size > 0:
                axes.barh(low + size / 2, 0.03, height=size, left=column, color=colour, hatch=hatch, lw=0)
            axes.text(
                column + 0.045, low + size / 2, f"{name}  {words.number(size)}", va="center", fontsize=8, zorder=5
            )
    out = [{name: low + columns[c][name] for name, low in bottom[c].items()} for c in range(len(columns))]
    into = [dict(places) for places in out]
    for column, step in enumerate(steps):
        for start, to, width in step:
            if width <= 0.0:
                continue
            a, b = out[column][start], into[column + 1][to]
            out[column][start] -= width
            into[column + 1][to] -= width
            band = _band((column + 0.03, a), (column + 1.0, b), width)
            axes.add_patch(PathPatch(band, facecolor=TINT.get(to, REST)[0], alpha=0.25, lw=0))
    axes.set_xlim(0, len(columns) - 0.3)
    lowest = min(min(places.values()) for places in bottom)
    axes.set_ylim(lowest - 0.06 * total, 1.06 * total)
    plain(axes)


def _stacked(sizes: dict[str, float], total: float) -> dict[str, float]:
    """Where each node of a column begins, from the top: apart by a gap, and their middles far enough for names."""
    at, last, places = total, np.inf, {}
    for name, size in sizes.items():
        middle = min(at - size / 2, last - LEAST * total)
        places[name] = middle - size / 2
        at, last = middle - size / 2 - 0.03 * total, middle
    return places


def _band(start: tuple[float, float], end: tuple[float, float], width: float) -> Path:
    """A band from the upper edge at its start to that at its end."""
    (x0, a), (x1, b) = start, end
    middle = (x0 + x1) / 2
    return Path(
        [(x0, a), (middle, a), (middle, b), (x1, b), (x1, b - width), (middle, b - width), (middle, a - width),
         (x0, a - width), (x0, a)],
        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4,
         Path.CLOSEPOLY],
    )  # fmt: skip
