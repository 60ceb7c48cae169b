"""Bars by arm: the parts of a whole in one panel, and one metric a panel below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.report.pictures import COLUMNS, panels
from sim.report.style import INK, PAD, QUIET, WIDTH, colours, legend_of_arms, no_data, sheet
from sim.report.texts import in_figure
from sim.report.words import label, per_people
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

REST = ("the rest", "#c9d6df")


def whole_and_measures(
    comparison: Comparison, title: str, unit: str, parts: Mapping[str, str], measures: Sequence[str]
) -> Figure:
    """Shares of a whole by arm, metric to colour, and below them measures, a panel each."""
    rows = -(-len(measures) // COLUMNS)
    figure = sheet(WIDTH, 1.6 + rows + 0.5 * len(comparison.every_arm))
    grid = figure.add_gridspec(1 + rows, COLUMNS, height_ratios=[1.3, *[1] * rows])
    _parts(figure.add_subplot(grid[0, :]), comparison, title, unit, parts)
    for place, name in enumerate(measures):
        _measure(figure.add_subplot(grid[1 + place // COLUMNS, place % COLUMNS]), comparison, name)
    legend_of_arms(figure, comparison)
    return figure


def measures_by_arm(comparison: Comparison, measures: Sequence[str]) -> Figure:
    """Measures by arm, a panel each."""
    figure, axes = panels(len(measures), 0.6, 0.8 + 0.22 * len(comparison.every_arm))
    for panel, name in zip(axes, measures, strict=True):
        _measure(panel, comparison, name)
    legend_of_arms(figure, comparison)
    return figure


def _values(comparison: Comparison, arm: Arm, metric: str) -> np.ndarray:
    values = np.array([run.metrics[metric] for run in comparison.runs_of(arm, "metrics")])
    return np.asarray(values[np.isfinite(values)])


def _parts(axes: Axes, comparison: Comparison, title: str, unit: str, parts: Mapping[str, str]) -> None:
    arms = comparison.every_arm
    left = np.zeros(len(arms))
    values = {metric: [_values(comparison, arm, metric) for arm in arms] for metric in parts}
    if not any(len(each) for every in values.values() for each in every):
        no_data(axes, "nobody in any of these runs")
        axes.set_title(title, pad=PAD)
        axes.set_yticks([])
        axes.set_xticks([])
        return
    for metric, tint in parts.items():
        # in a run of which there are no shares the whole bar is the rest
        shares = np.array([100.0 * each.mean() if len(each) else 0.0 for each in values[metric]])
        axes.barh(range(len(arms)), shares, left=left, color=tint, height=0.7, label=METRICS[metric].short)
        left += shares
    if (left < 99.5).any():
        name, tint = REST
        axes.barh(range(len(arms)), 100.0 - left, left=left, color=tint, height=0.7, label=name)
    axes.set_yticks(range(len(arms)), [in_figure(arm.title) for arm in arms])
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(unit)
    axes.set_title(title, pad=PAD)
    axes.legend(loc="upper center", bbox_to_anchor=(0.4, -0.45), ncols=5, fontsize=7.5)


def _measure(axes: Axes, comparison: Comparison, name: str) -> None:
    colour = colours(comparison)
    for row, arm in enumerate(comparison.every_arm):
        factor, unit = per_people(METRICS[name], comparison.people_in(arm))
        values = factor * _values(comparison, arm, name)
        if not len(values):
            axes.annotate("none", (0, row), fontsize=7.5, color=QUIET, va="center")
            continue
        axes.barh(row, values.mean(), height=0.7, color=colour[arm.label])
        interval = t_interval(values)
        axes.plot([max(interval.low, 0.0), interval.high], [row] * 2, color=INK, lw=0.8)
    axes.set_yticks([])
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel(unit)
    axes.set_title(fill(label(name), 26), fontsize=8)
