"""The figure of the first screen: at most eight outcomes, harm first, a panel each, with every arm and its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.forest import KEY, Scale, effect, key, limit_of, ticks, with_room
from sim.report.said import changes
from sim.report.style import INK, NARROW, QUIET, canvas
from sim.report.texts import in_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

MOST = 8
# harm to people first, then how they move
OUTCOMES = (
    "deaths",
    "exploited_people",
    "new_exploited",
    "misidentified_removed",
    "need_blocked",
    "people_stranded",
    "safety_reached",
    "irregular_departures",
)
BESIDE = 7.6  # inches, where text stands beside it
SENSE = {"more": "less is better", "fewer": "more is better", "": ""}


class Line(NamedTuple):
    """A line of every panel: what stands before it, and its effect by metric; a heading has none."""

    text: str
    effects: Mapping[str, Mapping[Any, Any]] | None


class Sizes(NamedTuple):
    """Measures of a layout: inches, points and columns of panels."""

    width: float
    columns: int
    font: float
    names: int  # characters in a line of a name
    title: int  # and of a title


WIDE = Sizes(BESIDE, 2, 8.5, 24, 34)
TALL = Sizes(NARROW, 1, 10.5, 20, 44)


def outcomes(metrics: Sequence[str]) -> list[str]:
    """Which metrics are shown: harm first, then other outcomes that were asked for, at most ``MOST``."""
    first = [name for name in OUTCOMES if name in metrics]
    if len(first) > 2:
        return first[:MOST]
    others = [name for name in metrics if name not in first and not METRICS[name].is_activity]
    headline = [name for name in others if METRICS[name].headline]
    found = first + headline + [name for name in others if name not in headline]
    return (found or list(metrics))[:MOST]


def lines_of(comparison: Comparison) -> list[Line]:
    """A line for each arm."""
    found = {(row["arm"], row["metric"]): row for row in comparison.effects.to_dict("records")}
    return [Line(arm.title, {name: found[arm.label, name] for name in comparison.metrics}) for arm in comparison.arms]


def wide(comparison: Comparison) -> Figure:
    """All arms, in two columns of panels."""
    return draw(lines_of(comparison), outcomes(comparison.metrics), WIDE)


def narrow(comparison: Comparison) -> Figure:
    """The same in one column, for a telephone."""
    return draw(lines_of(comparison), outcomes(comparison.metrics), TALL)


def alt(comparison: Comparison) -> str:
    """What changes for sure."""
    return changes(comparison, outcomes(comparison.metrics))


def draw(lines: Sequence[Line], metrics: Sequence[str], sizes: Sizes) -> Figure:
    """A panel a metric, a line an arm; lines without effects are headings of those below them."""
    import pandas as pd  # noqa: PLC0415 - tables are made when they are asked for

    rows = [row for line in lines if line.effects for name in metrics if (row := line.effects.get(name)) is not None]
    limit = limit_of(pd.DataFrame(rows)) if rows else 10.0
    columns = min(sizes.columns, len(metrics))
    beside = 0.62 * sizes.font * sizes.names  # where names stand
    scale = with_room(limit, (72 * sizes.width - beside) / columns, 8.5 * sizes.font)
    deep = -(-len(metrics) // columns)
    names = [fill(in_figure(line.text, 3 * sizes.names), sizes.names) for line in lines]
    places, height = _places(names)
    inch = sizes.font / 8.5
    figure, grid = canvas(
        sizes.width, inch * (0.75 + deep * (0.68 + 0.17 * height)), nrows=deep, ncols=columns, sharex=True
    )
    for number, (axes, metric) in enumerate(zip(grid.flat, metrics, strict=False)):
        _panel(axes, lines, metric, places, scale, sizes)
        axes.set_ylim(height - 0.4, -0.6)
        axes.set_yticks(places, names if number % columns == 0 else [])
        axes.tick_params(axis="both", labelsize=sizes.font)
        for label, line in zip(axes.get_yticklabels(), lines, strict=False):
            if line.effects is None:
                label.set_weight("bold")
        ticks(axes, scale)
        axes.tick_params(axis="x", labelbottom=number >= len(metrics) - columns, labelsize=sizes.font - 0.5)
    for axes in grid.flat[len(metrics) :]:
        axes.set_visible(False)
    figure.supxlabel("change from the baseline, %", fontsize=sizes.font, color=QUIET)
    kinds = {"better", "worse", "open", *(words.direction(row["metric"], row["verdict"]) for row in rows)}
    key(figure, kinds, sizes.font, columns=len(KEY) if columns > 1 else 2)
    return figure


def _places(names: Sequence[str]) -> tuple[list[float], float]:
    """Where lines lie, from the top, so that names of several lines have room; and how much is taken by all."""
    places, at = [], 0.0
    for name in names:
        tall = 0.25 + 0.75 * (1 + name.count("\n"))
        places.append(at + (tall - 1) / 2)
        at += tall
    return places, at


def _panel(axes: Axes, lines: Sequence[Line], metric: str, places: Sequence[float], scale: Scale, sizes: Sizes) -> None:
    axes.set_xlim(-scale.limit, scale.edge)
    axes.grid(visible=False, axis="y")
    axes.axvline(0, color=INK, lw=0.8, zorder=1)
    axes.set_title(fill(words.label(metric), sizes.title), fontsize=sizes.font + 0.5, pad=1.5 * sizes.font + 4)
    sense = "activity" if METRICS[metric].is_activity else SENSE[METRICS[metric].worse]
    axes.annotate(sense, (0, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points",
                  fontsize=sizes.font - 0.5, color=QUIET, va="bottom")  # fmt: skip
    for place, line in zip(places, lines, strict=True):
        row = None if line.effects is None else line.effects.get(metric)
        if row is not None:
            effect(axes, place, row, scale, size=sizes.font, word=True)
