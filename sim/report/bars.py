"""Arms beside one another: the parts of a whole in one panel, and one metric a panel below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.declared.measures.catalogue import METRICS
from sim.report.pictures import COLUMNS, panels
from sim.report.style import INK, PAD, PAPER, PARTS, QUIET, REST, SHADE, WIDTH, marks, no_data, note, sheet, thousands
from sim.report.texts import in_figure
from sim.report.words import label, number, per_people
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim.report.style import Mark
    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.results.statistics import Interval

    Floats = NDArray[np.float64]

THE_REST = "the rest"
WRITTEN = 5.0  # per cent from which a part has its number on it


def whole_and_measures(
    comparison: Comparison, title: str, unit: str, parts: Sequence[str], measures: Sequence[str]
) -> Figure:
    """Shares of a whole by arm, and below them measures, a panel each."""
    arms = len(comparison.every_arm)
    rows = -(-len(measures) // COLUMNS)
    figure = sheet(WIDTH, 1.5 + 0.26 * arms + rows * (0.8 + 0.19 * arms))
    grid = figure.add_gridspec(1 + rows, COLUMNS, height_ratios=[1.2, *[1] * rows])
    _parts(figure.add_subplot(grid[0, :]), comparison, title, unit, parts)
    for place, name in enumerate(measures):
        axes = figure.add_subplot(grid[1 + place // COLUMNS, place % COLUMNS])
        measure(axes, comparison, name, named=place % COLUMNS == 0)
    return figure


def measures_by_arm(comparison: Comparison, measures: Sequence[str]) -> Figure:
    """Measures by arm, a panel each."""
    figure, axes = panels(len(measures), 0.3, 0.8 + 0.2 * len(comparison.every_arm))
    for place, (panel, name) in enumerate(zip(axes, measures, strict=True)):
        measure(panel, comparison, name, named=place % COLUMNS == 0)
    return figure


def values_of(comparison: Comparison, arm: Arm, metric: str) -> Floats:
    """A metric by seed, where it has a value: float64 (seeds,)."""
    values = np.array([run.metrics[metric] for run in comparison.runs_of(arm, "metrics")])
    return np.asarray(values[np.isfinite(values)])


def _parts(axes: Axes, comparison: Comparison, title: str, unit: str, parts: Sequence[str]) -> None:
    arms = comparison.every_arm
    values = {metric: [values_of(comparison, arm, metric) for arm in arms] for metric in parts}
    if not any(len(each) for every in values.values() for each in every):
        no_data(axes, "nobody in any of these runs")
        axes.set_title(title, pad=PAD)
        axes.set_yticks([])
        axes.set_xticks([])
        return
    # in a run of which there are no shares the whole bar is the rest
    shares = {
        METRICS[metric].short: np.array([100.0 * each.mean() if len(each) else 0.0 for each in every])
        for metric, every in values.items()
    }
    rest = 100.0 - np.sum(list(shares.values()), axis=0)
    if (rest > 0.5).any():
        shares[THE_REST] = rest
    keyed(axes, stacked(axes, shares, written=lambda value: f"{value:.0f}" if value >= WRITTEN else ""))
    name_arms(axes, arms)
    axes.set_xlim(0, 100)
    axes.set_xlabel(unit)
    axes.set_title(title, pad=22)


def stacked(axes: Axes, parts: dict[str, Floats], written: Callable[[float], str] = lambda _: "") -> list[Patch]:
    """Bars of parts by row, each with a colour and a pattern; ``written`` says what stands on one. The keys to them.

    ValueError where there are more parts than ``PARTS`` has looks.
    """
    left = np.zeros(len(next(iter(parts.values()))))
    handles = []
    for (name, widths), look in zip(parts.items(), PARTS[: len(parts)], strict=True):
        colour, hatch = REST if name == THE_REST else look
        axes.barh(range(len(widths)), widths, left=left, color=colour, hatch=hatch, height=0.74, lw=0.8)
        handles.append(Patch(facecolor=colour, hatch=hatch, label=name, lw=0))
        for row, (start, width) in enumerate(zip(left, widths, strict=True)):
            if text := written(width):
                axes.text(start + width / 2, row, text, ha="center", va="center", fontsize=7.5, color=INK, clip_on=True,
                          bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.2}).set_in_layout(False)  # fmt: skip
        left = left + widths
    return handles


def keyed(axes: Axes, handles: Sequence[Patch]) -> None:
    """The keys of parts above their panel, in one line."""
    axes.legend(handles=list(handles), loc="lower left", bbox_to_anchor=(0, 1.0), ncols=len(handles), fontsize=8,
                borderpad=0, handlelength=1.6, borderaxespad=0.3)  # fmt: skip


def whisker(axes: Axes, low: float, high: float, row: float) -> None:
    """An interval across a bar: a line with a margin, so that it is seen on every colour; none below zero."""
    ends = [max(low, 0.0), high]
    axes.plot(ends, [row] * 2, color=PAPER, lw=3.2, zorder=3)
    axes.plot(ends, [row] * 2, color=INK, lw=1.3, zorder=3)


def dot(axes: Axes, interval: Interval, row: float, mark: Mark) -> None:
    """A mean with its interval as the mark of an arm; none below zero."""
    axes.plot([max(interval.low, 0.0), interval.high], [row] * 2, color=mark.colour, lw=1.5)
    axes.plot(interval.mean, row, mark.shape, color=mark.colour, ms=5.5, mew=2 if mark.shape == "|" else 0)


def bands(axes: Axes, count: int) -> None:
    """A ground for every other of some rows that hold several marks each."""
    for row in range(1, count, 2):
        axes.axhspan(row - 0.5, row + 0.5, color=SHADE, lw=0, zorder=0)


def name_arms(axes: Axes, arms: Sequence[Arm], *, named: bool = True) -> None:
    """A row for each arm, the baseline above, with its name beside it."""
    axes.set_ylim(len(arms) - 0.5, -0.5)
    axes.set_yticks(range(len(arms)), [in_figure(arm.title) if named else "" for arm in arms])
    axes.grid(axis="y", visible=False)


def measure(axes: Axes, comparison: Comparison, name: str, *, named: bool) -> None:
    """A metric by arm: mark, interval and number."""
    factor, unit = per_people(METRICS[name], comparison.people)
    of_arms(axes, comparison, name, 1.0 if METRICS[name].per_100k else factor, named=named)
    title = fill(label(name), 34)
    axes.set_title(title, fontsize=8.5, pad=PAD)
    note(axes, unit)


def of_arms(axes: Axes, comparison: Comparison, name: str, factor: float = 1.0, *, named: bool = True) -> None:
    """One row an arm; counts are per 100 000 people of their own arm, others times ``factor``."""
    found = []
    for arm in comparison.every_arm:
        own = per_people(METRICS[name], comparison.people_in(arm))[0] if METRICS[name].per_100k else factor
        found.append(own * values_of(comparison, arm, name))
    rows(axes, comparison, found)
    name_arms(axes, comparison.every_arm, named=named)


def rows(axes: Axes, comparison: Comparison, found: Sequence[Floats]) -> None:
    """Values by seed of each arm as a mark with its interval, and the mean in numbers at the right."""
    mark = marks(comparison)
    intervals = [t_interval(values) for values in found]
    ends = [value for interval in intervals for value in (interval.mean, interval.high) if np.isfinite(value)]
    most = max([*ends, 0.0]) or 1.0
    axes.set_xlim(-0.03 * most, 1.5 * most)
    axes.axvline(0, color=INK, lw=0.8)
    for row, (arm, interval) in enumerate(zip(comparison.every_arm, intervals, strict=True)):
        if interval.count:
            dot(axes, interval, row, mark[arm.label])
        axes.text(1.5 * most, row, number(interval.mean) if interval.count else "none", ha="right", va="center",
                  fontsize=7.5, color=INK if interval.count else QUIET).set_in_layout(False)  # fmt: skip
    axes.set_xticks([tick for tick in MaxNLocator(4).tick_values(0, most) if 0 <= tick <= most])
    axes.xaxis.set_major_formatter(thousands)
