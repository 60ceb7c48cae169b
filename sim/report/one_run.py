"""Figures of one run: metrics over its weeks with records beside them, and where people are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import Metric
from sim.ground.errors import RequestError
from sim.report import words
from sim.report.pictures import COLUMNS, head, panels, remark
from sim.report.style import ARMS, FAINT, INK, PAPER, POINTS, SHADE, WIDTH, no_data, plain, sheet, theme, thousands
from sim.report.texts import in_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.face.drawn import Drawing
    from sim.face.model import Model
    from sim.face.space import Regions

Floats = NDArray[np.float64]
# what is drawn unless metrics are named: people first, what the state does last
FIRST = (
    "exploited_people",
    "deaths",
    "people_abroad_irregular",
    "irregular_departures",
    "identified",
    "interceptions",
)
MOST_METRICS, MOST_RECORDS = 12, 3  # panels of a figure, and records in a panel; with more, nothing can be read
SMOOTH, LONG = 13, 104  # weeks of a running mean; runs longer than so many weeks are drawn with one
MOST_DOTS = 1500
FEW = 8  # regions: with more, their names are smaller
# situations by colour, and by shape for those who see colours otherwise; in the order of ``sim.face.space.SITUATIONS``
MARKS = (
    ("#a3485b", "X"),
    ("#33475b", "s"),
    ("#2a8c6a", "D"),
    ("#c29a1c", ">"),
    ("#d1602b", "^"),
    ("#0b6e99", "o"),
    ("#c9cfd6", "o"),
)
_GOLDEN = math.pi * (3 - math.sqrt(5))  # angle between one seed of a sunflower and the next


# --- weeks ------------------------------------------------------------------------------------------------------


def weeks(model: Model, metrics: Sequence[str]) -> Figure:
    """A panel a metric: its weeks as a line, and what agencies recorded of the same as dashed ones."""
    chosen = list(dict.fromkeys(metrics)) or list(FIRST)
    if len(chosen) > MOST_METRICS:
        raise RequestError(f"one figure shows at most {MOST_METRICS} metrics, not {len(chosen)}", where="plot")
    if not model.steps:
        raise RequestError("no week has been run yet, so there is nothing to draw; model.run() runs all of them")
    series = model.datacollector.get_model_vars_dataframe()
    with theme():
        figure, every = panels(len(chosen), 0.7, 2.15, sharex=True)
        for axes, name in zip(every, chosen, strict=True):
            _course(axes, series, name)
            _mark(axes, model)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
            axes.yaxis.set_major_formatter(thousands)
        for axes in every[-COLUMNS:]:
            axes.set_xlabel("week; policies may start in week 0")
            axes.tick_params(labelbottom=True)
    return remark(figure, [_about(model, len(series))])


def _course(axes: Axes, series: pd.DataFrame, name: str) -> None:
    """A metric and its records in one panel."""
    factor, unit = _weekly_unit(METRICS[name])
    lines = [name, *records_of(name)[:MOST_RECORDS]]
    for position, line in enumerate(lines):
        values = factor * series[line]
        colour, dashes = (ARMS[0], "-") if not position else (ARMS[position], (0, (3, 1.5)))
        if len(series) > LONG:
            if not position:
                axes.plot(values.index, values, color=colour, lw=0.5, alpha=0.35)
            values = values.rolling(SMOOTH, center=True, min_periods=1).mean()
        label = "in truth" if METRICS[line].layer == "truth" else in_figure(": ".join(METRICS[line].series), 44)
        axes.plot(values.index, values, color=colour, ls=dashes, lw=1.6 if not position else 1.2, label=label)
    head(axes, name, unit)
    if not series[lines].notna().to_numpy().any():
        no_data(axes, "no week has a value")
    if not (series[lines] < 0).to_numpy().any():
        top = axes.get_ylim()[1] * (1.1 + 0.13 * len(lines) if len(lines) > 1 else 1)  # room for names
        axes.set_ylim(-0.02 * top, top)
    if len(lines) > 1:
        axes.legend(loc="upper left", fontsize=6.8, handlelength=1.8, borderpad=0, labelspacing=0.25)


def records_of(name: str) -> list[str]:
    """Records that count what a metric counts, so that all can stand on one axis."""
    truth = METRICS[name]
    return [
        record.name
        for record in METRICS.values()
        if record.layer == "record" and (record.counterpart, record.kind, record.unit) == (name, truth.kind, truth.unit)
    ]


def _weekly_unit(metric: Metric) -> tuple[float, str]:
    """Factor and unit of the values of weeks: flows are counts of a week, shares per cent."""
    if metric.unit == "share":
        return 100.0, "%"
    return 1.0, metric.unit.replace("/year", " a week") if metric.kind == "flow" else metric.unit


def _mark(axes: Axes, model: Model) -> None:
    """Burn-in as a shaded ground, and the week in which the first policy starts."""
    begin, end = axes.get_xlim()
    if begin < 0:
        axes.axvspan(begin, min(0.0, end), color=SHADE, lw=0, zorder=0)
    axes.set_xlim(begin, end)
    start = min((policy.start for policy in model.setup.policies if policy.levers), default=None)
    if start is not None and begin <= start <= end:
        axes.axvline(start, color=INK, lw=0.9, ls=(0, (4, 2)))


def _about(model: Model, done: int) -> str:
    """What is to be known of the whole figure."""
    names = " and ".join(in_figure(policy.name) for policy in model.setup.policies if policy.levers)
    smooth = f"; strong lines are means of {SMOOTH} weeks" if done > LONG else ""
    dashed = f", dashed line: start of {names}" if names else ""
    return f"One run of {thousands(model.setup['people.size'])} people; shaded: burn-in{dashed}{smooth}"


# --- places -----------------------------------------------------------------------------------------------------


def places(space: Regions) -> Figure:
    """Regions on a map, in each the people who are there as dots, by situation, in rings around the middle."""
    counts = space.people()
    each = people_a_dot(int(counts.to_numpy().sum()))
    dots = np.rint(counts.to_numpy() / each).astype(int)
    at, size = _layout(space, dots.sum(axis=1))
    radius = size * (np.sqrt(dots.sum(axis=1)) + 1.2)
    with theme():
        figure = sheet(WIDTH, 0.62 * WIDTH)
        axes = figure.add_subplot(aspect="equal")
        plain(axes)
        for one, other in {(min(edge[:2]), max(edge[:2])) for edge in space.G.edges}:
            axes.plot(*at[[one, other]].T, color=FAINT, lw=0.8, zorder=1)
        for place, wide in zip(at, radius, strict=True):
            axes.add_patch(Circle(place, wide, facecolor=PAPER, edgecolor=FAINT, lw=0.8, zorder=2))
        for place, wide, name, people in zip(at, radius, counts.index, counts.sum(axis=1), strict=True):
            axes.annotate(f"{in_figure(words.region(name), 24)}: {thousands(int(people))}", (place[0], place[1] - wide),
                          xytext=(0, -2), textcoords="offset points", ha="center", va="top",
                          fontsize=8 if len(at) <= FEW else 7, color=INK, zorder=4)  # fmt: skip
        low, high = (at - radius[:, None]).min(axis=0), (at + radius[:, None]).max(axis=0)
        axes.set_xlim(low[0] - 0.05, high[0] + 0.05)
        axes.set_ylim(low[1] - 0.09, high[1] + 0.03)
        inches = min((WIDTH - 0.3) / np.ptp(axes.get_xlim()), (0.62 * WIDTH - 1.2) / np.ptp(axes.get_ylim()))
        _draw_dots(axes, at, size, dots, (1.35 * size * inches * POINTS) ** 2)
        figure.legend(handles=_key(counts.sum()), loc="outside lower center", ncols=4)
    one_dot = (
        "Each dot is one person"
        if each == 1
        else f"Each dot stands for about {thousands(each)} people, and a smaller group may have none"
    )
    return remark(figure, [f"{one_dot}. Places are for drawing only"])


def _key(totals: pd.Series) -> list[Line2D]:
    """What colours and shapes stand for, with how many people there are in all."""
    return [
        Line2D([], [], ls="", marker=marker, color=colour, ms=6, label=f"{name}: {thousands(int(count))}")
        for (name, count), (colour, marker) in zip(totals.items(), MARKS, strict=True)
    ]


def people_a_dot(people: int) -> int:
    """For how many people a dot stands: 1, 2, 5, 10, … so that there are at most ``MOST_DOTS``."""
    steps = (step * 10**power for power in range(12) for step in (1, 2, 5))
    return next(step for step in steps if people <= step * MOST_DOTS)


def _layout(space: Regions, dots: NDArray[np.int_]) -> tuple[Floats, float]:
    """Places (regions, 2) and the distance of neighbouring dots, such that no two regions cover one another."""
    regions = space.world.regions
    wide, high = max(np.ptp(regions.longitude), 1e-9), max(np.ptp(regions.latitude), 1e-9)
    at = np.column_stack([(regions.longitude / wide) * 1.7, regions.latitude / high])  # a map that is broader than high
    radius = np.sqrt(dots) + 2.0
    apart = np.linalg.norm(at[:, None] - at[None], axis=2) + np.where(np.eye(len(at), dtype=bool), np.inf, 0.0)
    return at, float(min(0.02, (apart / (radius[:, None] + radius[None])).min()))


def _draw_dots(axes: Axes, at: Floats, size: float, dots: NDArray[np.int_], area: float) -> None:
    """The dots of every region, those of one situation in a ring.

    ``size`` is the distance between rings, ``area`` that of a marker in square points.
    """
    before = np.zeros(len(at), int)
    for (colour, marker), here in zip(MARKS, dots.T, strict=True):
        ordinal = np.concatenate([np.arange(first, first + count) for first, count in zip(before, here, strict=True)])
        turn = np.column_stack([np.cos(ordinal * _GOLDEN), np.sin(ordinal * _GOLDEN)])
        spots = np.repeat(at, here, axis=0) + size * np.sqrt(ordinal + 0.5)[:, None] * turn
        axes.scatter(spots[:, 0], spots[:, 1], s=area, c=colour, marker=marker, linewidths=0, zorder=3)
        before += here


class _OneRun:
    """The figures of this file."""

    def weeks(self, model: Model, metrics: Sequence[str]) -> Figure:
        return weeks(model, metrics)

    def places(self, space: Regions) -> Figure:
        return places(space)


run_drawing: Drawing = _OneRun()
