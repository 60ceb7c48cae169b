"""Flows between regions on a map: the baseline, and what each policy changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from sim.report import words
from sim.report.style import BASELINE, INK, LESS, MORE, PAD, PAPER, QUIET, WIDTH, canvas, colours, note, plain
from sim.studies.statistics import t_interval
from sim.world.world import Role, World

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.compare import Comparison

Floats = NDArray[np.float64]
FLOW = "irregular_departures"
_WIDEST = 7.0  # points
_LEAST = 0.03  # flows below this share of the largest are not drawn


def flows(comparison: Comparison) -> Figure:
    """Width of an arrow: irregular departures between two regions (baseline), or their change (arms)."""
    world, scale = comparison.baseline.scenario.world, 1e5 / comparison.people
    before = scale * comparison.flows(comparison.baseline, FLOW)
    arms = [arm for arm in comparison.arms if arm.scenario.world.key == world.key]
    panels = 1 + len(arms)
    columns = 1 if panels == 1 else 2
    lines = -(-panels // columns)
    wide = _aspect(world)
    figure, grid = canvas(WIDTH, 0.6 + lines * (0.4 + WIDTH / columns / wide), nrows=lines, ncols=columns)
    for axes in grid.flat:
        plain(axes)
    for axes in grid.flat[panels:]:
        axes.set_visible(False)
    first = grid.flat[0]
    _arrows(first, world, before.mean(axis=0), np.ones(before.shape[1], bool), signed=False)
    _places(first, world)
    first.set_title(comparison.baseline.title, color=BASELINE, pad=PAD)
    note(first, f"irregular departures a year per 100 000 at risk; widest: {words.number(before.mean(axis=0).max())}")
    colour = colours(comparison)
    for axes, arm in zip(grid.flat[1:], arms, strict=False):
        after = scale * comparison.flows(arm, FLOW)
        change, clear = _change(
            before,
            after,
            [run.seed for run in comparison.runs_of(comparison.baseline)],
            [run.seed for run in comparison.runs_of(arm)],
        )
        _arrows(axes, world, change, clear, signed=True)
        _places(axes, world)
        axes.set_title(arm.title, color=colour[arm.label], pad=PAD)
        note(axes, f"change; widest: {words.number(change[np.argmax(np.abs(change))], signed=True)}")
    if arms:
        handles = [Line2D([], [], color=MORE, lw=3, label="more"), Line2D([], [], color=LESS, lw=3, label="fewer")]
        figure.legend(handles=handles, loc="outside upper right", ncols=2)
    return figure


def _change(before: Floats, after: Floats, seeds: list[int], others: list[int]) -> tuple[Floats, NDArray[np.bool_]]:
    """Mean paired change by pair of regions, and whether its interval excludes zero."""
    both = [seed for seed in seeds if seed in others]
    paired = np.array([after[others.index(seed)] - before[seeds.index(seed)] for seed in both])
    intervals = [t_interval(column) for column in paired.T]
    return np.array([i.mean for i in intervals]), np.array([i.low * i.high > 0 for i in intervals])


def _aspect(world: World) -> float:
    """Width over height of the map."""
    x, y = world.regions.longitude, world.regions.latitude
    return float(np.clip(np.ptp(x) / max(np.ptp(y), 1e-9), 1.5, 2.2))


def _arrows(axes: Axes, world: World, values: Floats, clear: NDArray[np.bool_], *, signed: bool) -> None:
    largest = np.abs(values).max()
    if not largest > 0:
        return
    x, y = world.regions.longitude, world.regions.latitude
    for pair in np.argsort(np.abs(values)):
        size = abs(values[pair]) / largest
        if size < _LEAST:
            continue
        start, end = world.pairs.start[pair], world.pairs.end[pair]
        colour = BASELINE if not signed else (MORE if values[pair] > 0 else LESS)
        axes.add_patch(
            FancyArrowPatch(
                (x[start], y[start]),
                (x[end], y[end]),
                connectionstyle="arc3,rad=0.18",
                arrowstyle=f"-|>,head_length={2 + 4 * size:.2f},head_width={1.2 + 2.4 * size:.2f}",
                shrinkA=4,
                shrinkB=6,
                lw=0.4 + _WIDEST * size,
                color=colour,
                alpha=0.75 if clear[pair] else 0.22,
                joinstyle="miter",
                capstyle="butt",
                zorder=2,
            )
        )


def _places(axes: Axes, world: World) -> None:
    """Regions as discs by population: destinations dark, origins light, others in between."""
    regions = world.regions
    x, y = regions.longitude, regions.latitude
    size = np.sqrt(regions.population / regions.population.max())
    destination = (regions.role & Role.DESTINATION) > 0
    origin = (regions.role & Role.ORIGIN) > 0
    shade = np.where(destination & ~origin, "#33475b", np.where(origin & ~destination, "#f0c987", "#9fb3c8"))
    axes.scatter(x, y, s=25 + 160 * size**2, c=shade, edgecolors=PAPER, linewidths=1, zorder=3)
    few = len(x) <= 8
    for place, name in enumerate(regions.name):
        side = -1 if few and origin[place] and not destination[place] else 1
        axes.annotate(
            words.region(name),
            (x[place], y[place]),
            xytext=(0, side * (7 + 5 * size[place] if few else 5)),
            textcoords="offset points",
            ha="center",
            va="bottom" if side > 0 else "top",
            fontsize=8 if few else 5.2,
            color=INK if few else QUIET,
            path_effects=[withStroke(linewidth=2, foreground=PAPER)],
            zorder=4,
        )
    spread_x, spread_y = max(np.ptp(x), 1e-6), max(np.ptp(y), 1e-6)
    axes.set_xlim(x.min() - 0.14 * spread_x, x.max() + 0.14 * spread_x)
    axes.set_ylim(y.min() - 0.16 * spread_y, y.max() + 0.22 * spread_y)
