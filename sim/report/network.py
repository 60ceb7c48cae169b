"""Flows between regions on a map: the baseline, and what each policy changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from numpy.typing import NDArray

from sim.report import words
from sim.report.said import MOST, NAME, begin_without, fitted, without
from sim.report.style import BASELINE, BETWEEN, INK, LESS, MORE, ORIGIN, PAD, PAPER, QUIET, WIDTH, note, plain, sheet
from sim.report.texts import in_figure, short
from sim.results.signs import LEAST_SEEDS, LEVEL
from sim.results.statistics import p_value, q_values
from sim.world.world import Role, World

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

Floats = NDArray[np.float64]
FLOW = "irregular_departures"
_WIDEST = 7.0  # points
UNSURE = QUIET
FEWER = (0, (1.6, 0.7))  # dashes, in widths of the line
# what a region is: in words, its colour and its shape
PLACES = {
    "destination": ("destination", INK, "s"),
    "origin": ("place of origin", ORIGIN, "o"),
    "both": ("both, or on the way", BETWEEN, "D"),
}
FEW = 8  # regions: with more, only the first map has names
_LEAST = 0.08  # flows below this share of the largest are not drawn


def flows(comparison: Comparison) -> Figure:
    """Width of an arrow: irregular departures between two regions (baseline, above), or their change (arms, below)."""
    world, scale = comparison.baseline.scenario.world, 1e5 / comparison.people
    arms = [arm for arm in comparison.arms if arm.scenario.world.key == world.key and _both(comparison, arm)]
    columns = max(1, min(3, len(arms)))
    rows = -(-len(arms) // columns)
    aspect = _aspect(world)
    wide = WIDTH if len(world.regions.name) > FEW else 0.7 * WIDTH
    heights = [wide / aspect, *[WIDTH / columns / aspect] * rows]
    figure = sheet(WIDTH, 0.5 + sum(heights) + 0.4 * len(heights))
    grid = figure.add_gridspec(1 + rows, columns, height_ratios=heights)
    before = scale * comparison.flows(comparison.baseline, FLOW)
    first = figure.add_subplot(grid[0, :])
    _arrows(first, world, before.mean(axis=0), np.ones(before.shape[1], bool), signed=False)
    _places(first, world, (72 * WIDTH, 72 * heights[0]), named=True)
    first.set_title(in_figure(comparison.baseline.title), pad=PAD)
    note(first, f"irregular departures a year per 100 000 at risk; widest: {words.number(before.mean(axis=0).max())}")
    changes = _changes(comparison, arms, before)
    clear = _clear(list(changes.values()))
    for position, (arm, paired) in enumerate(zip(arms, changes.values(), strict=True)):
        axes = figure.add_subplot(grid[1 + position // columns, position % columns])
        change = paired.mean(axis=0)
        _arrows(axes, world, change, clear[position], signed=True)
        _places(axes, world, (72 * WIDTH / columns, 72 * heights[1]), named=len(world.regions.name) <= FEW)
        axes.set_title(in_figure(arm.title), pad=PAD)
        widest = words.number(change[np.argmax(np.abs(change))], signed=True)
        note(axes, f"change; widest: {widest}; sure: {int(clear[position].sum())} of {int((change != 0).sum())}")
    _key(figure, float(before.mean(axis=0).max()), changes=bool(arms))
    return figure


def _key(figure: Figure, widest: float, *, changes: bool) -> None:
    """What discs, widths, colours and dashes stand for."""
    discs = [Line2D([], [], color=tint, marker=shape, ls="", ms=6, mew=0, label=text)
             for text, tint, shape in PLACES.values()]  # fmt: skip
    widths = [
        Line2D([], [], color=BASELINE, lw=_width(share), label=words.number(share * widest), solid_capstyle="butt")
        for share in (1.0, 0.3)
    ]
    figure.legend(handles=[*discs, *widths], loc="outside upper center", ncols=5)
    if changes:
        signs = [
            Line2D([], [], color=MORE, lw=3, label="+ more"),
            Line2D([], [], color=LESS, lw=3, ls=FEWER, label=f"{words.MINUS} fewer"),
            Line2D([], [], color=UNSURE, lw=3, label="+ more, not sure"),
            Line2D([], [], color=UNSURE, lw=3, ls=FEWER, label=f"{words.MINUS} fewer, not sure"),
        ]
        figure.legend(handles=signs, loc="outside lower center", ncols=4, handlelength=3.2)


def alt(comparison: Comparison) -> str:
    """The largest flow in the baseline, and the change of which each arm's sign is sure that is the largest."""
    world, scale = comparison.baseline.scenario.world, 1e5 / comparison.people
    before = scale * comparison.flows(comparison.baseline, FLOW)
    mean = before.mean(axis=0)
    if not mean.any():
        return f"Nobody leaves without a visa in these runs {without(comparison)}."
    begin = (
        f"{begin_without(comparison)} most go from {_pair(world, int(mean.argmax()))}, "
        f"{100 * mean.max() / mean.sum():.0f} % of all irregular departures. "
    )
    arms = [arm for arm in comparison.arms if arm.scenario.world.key == world.key and _both(comparison, arm)]
    changes = _changes(comparison, arms, before)
    found = []
    for arm, paired, clear in zip(arms, changes.values(), _clear(list(changes.values())), strict=True):
        change = np.where(clear, paired.mean(axis=0), 0.0)
        largest = int(np.abs(change).argmax())
        if change[largest]:
            number = words.number(float(change[largest]), signed=True)
            count = int(clear.sum())
            flows_of = "1 flow," if count == 1 else f"{count} flows, most"
            found.append(f"{short(arm.title, NAME)}: {flows_of} {_pair(world, largest)} ({number})")
    if not found:
        return begin + ("No change between two regions is sure." if arms else "")
    return fitted(found, begin=f"{begin}Sure changes: ", end=".", most=MOST)


def _pair(world: World, pair: int) -> str:
    """The two regions of a pair in words."""
    names = world.regions.name
    return f"{words.region(names[world.pairs.start[pair]])} to {words.region(names[world.pairs.end[pair]])}"


def _both(comparison: Comparison, arm: Arm) -> list[tuple[int, int]]:
    """Positions, among the finished runs of the baseline and of an arm, of those with the same seed."""
    first, others = ([run.seed for run in comparison.runs_of(each, "metrics")] for each in (comparison.baseline, arm))
    return [(first.index(seed), others.index(seed)) for seed in first if seed in others]


def _changes(comparison: Comparison, arms: list[Arm], before: Floats) -> dict[str, Floats]:
    """Changes by seed and pair of regions, by label of the arm."""
    found = {}
    for arm in arms:
        after = 1e5 / comparison.people_in(arm) * comparison.flows(arm, FLOW)
        found[arm.label] = np.array([after[there] - before[here] for here, there in _both(comparison, arm)])
    return found


def _clear(changes: list[Floats]) -> list[NDArray[np.bool_]]:
    """Whether the sign of a change may be named, by pair of regions: q over all pairs and arms, and enough seeds."""
    q = iter(q_values([p_value(column) for paired in changes for column in paired.T]) < 1 - LEVEL)
    return [np.array([next(q) for _ in paired.T]) & (len(paired) >= LEAST_SEEDS) for paired in changes]


def _aspect(world: World) -> float:
    """Width over height of the map."""
    x, y = world.regions.longitude, world.regions.latitude
    return float(np.clip(np.ptp(x) / max(np.ptp(y), 1e-9), 1.5, 2.2))


def _width(size: float) -> float:
    """Points of an arrow for a share of the largest."""
    return 0.4 + _WIDEST * size


def _arrows(axes: Axes, world: World, values: Floats, clear: NDArray[np.bool_], *, signed: bool) -> None:
    """Arrows as wide as what they stand for; of changes dashes say fewer, and grey that the sign is not sure.

    How far they reach is not asked, for which each would be worked out once more: ``_places`` sets the limits.
    """
    largest = np.abs(values).max()
    if not largest > 0:
        return
    x, y = world.regions.longitude, world.regions.latitude
    for pair in np.argsort(np.abs(values), kind="stable"):
        size = abs(values[pair]) / largest
        if size < _LEAST:
            continue
        start, end = world.pairs.start[pair], world.pairs.end[pair]
        more = values[pair] > 0 or not signed
        colour = BASELINE if not signed else ((MORE if more else LESS) if clear[pair] else UNSURE)
        axes.add_artist(
            FancyArrowPatch(
                (x[start], y[start]),
                (x[end], y[end]),
                connectionstyle="arc3,rad=0.18",
                arrowstyle="-",
                shrinkA=4,
                shrinkB=6 + 3 * size,
                lw=_width(size) * (1 if clear[pair] else 0.6),
                ls="-" if more else FEWER,
                color=colour,
                capstyle="butt",
                zorder=3 if clear[pair] and signed else 2,
            )
        )
        axes.add_artist(
            FancyArrowPatch(
                (x[start], y[start]),
                (x[end], y[end]),
                connectionstyle="arc3,rad=0.18",
                arrowstyle=f"-|>,head_length={2 + 4 * size:.2f},head_width={1.2 + 2.4 * size:.2f}",
                shrinkA=4,
                shrinkB=5,
                lw=0.0,
                color=colour,
                joinstyle="miter",
                zorder=3 if clear[pair] and signed else 2,
            )
        )


def _places(axes: Axes, world: World, points: tuple[float, float], *, named: bool) -> None:
    """Regions as discs by population: destinations dark, origins light, others in between.

    ``points`` is about how wide and high the panel is, from which it follows where names have room.
    """
    regions = world.regions
    x, y = regions.longitude, regions.latitude
    size = np.sqrt(regions.population / regions.population.max())
    destination = (regions.role & Role.DESTINATION) > 0
    origin = (regions.role & Role.ORIGIN) > 0
    kind = np.where(destination & ~origin, 0, np.where(origin & ~destination, 1, 2))
    for number, (_, tint, shape) in enumerate(PLACES.values()):
        for k in map(int, np.flatnonzero(kind == number)):
            area = (25 + 160 * size[k] ** 2) * (1 if named else 0.4)
            axes.plot(x[k], y[k], shape, color=tint, ms=area**0.5, mec=PAPER, mew=1, zorder=4)
    plain(axes)
    spread_x, spread_y = max(np.ptp(x), 1e-6), max(np.ptp(y), 1e-6)
    axes.set_xlim(x.min() - 0.14 * spread_x, x.max() + 0.14 * spread_x)
    axes.set_ylim(y.min() - 0.3 * spread_y, y.max() + 0.22 * spread_y)
    if not named:
        return
    place = np.column_stack([(x - x.min()) / spread_x * points[0] / 1.28, (y - y.min()) / spread_y * points[1] / 1.52])
    names = [in_figure(words.region(name)) for name in regions.name]
    font = 8.0 if len(names) <= FEW else 6.3
    for k, (right, up) in enumerate(_room(place, names, font)):
        far = np.hypot(right, up) > 2.5 * font
        axes.annotate(
            names[k],
            (x[k], y[k]),
            xytext=(right, up),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=font,
            color=INK,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5, "alpha": 0.75},
            arrowprops={"arrowstyle": "-", "color": QUIET, "lw": 0.5, "shrinkA": 0, "shrinkB": 2} if far else None,
            zorder=5,
        )


def _room(place: Floats, names: list[str], font: float) -> list[tuple[float, float]]:
    """Offsets in points at which names neither cover one another nor a disc; the nearest free one of a few dozen."""
    height = 1.25 * font
    taken = [(px - 4, px + 4, py - 4, py + 4) for px, py in place]
    offsets: list[tuple[float, float]] = [(0.0, 0.0)] * len(names)
    for k in np.argsort(-place[:, 1]):
        half = 0.28 * font * len(names[k])
        best, least = (0.0, 1.3 * font), np.inf
        for ring in (1.35, 2.2, 3.2, 4.5, 6.0):
            for right, up in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)):
                offset = (right * (half + font * ring * 0.6), up * font * ring)
                cx, cy = place[k, 0] + offset[0], place[k, 1] + offset[1]
                box = (cx - half, cx + half, cy - height / 2, cy + height / 2)
                covered = sum(_overlap(box, other) for other in taken)
                if covered < least:
                    best, least = offset, covered
            if least == 0:
                break
        cx, cy = place[k, 0] + best[0], place[k, 1] + best[1]
        taken.append((cx - half, cx + half, cy - height / 2, cy + height / 2))
        offsets[k] = best
    return offsets


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Area that two boxes (left, right, bottom, top) share."""
    wide = min(one[1], other[1]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[2], other[2])
    return wide * high if wide > 0 and high > 0 else 0.0
