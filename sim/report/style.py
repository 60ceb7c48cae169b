"""How figures look: one palette, safe for colour-blind readers on light and on dark pages, and one theme.

Everything that a colour says is said a second time: by the shape of a mark, by dashes, by a pattern or in words.
Colours of one list stay apart under simulated protanopia and deuteranopia; text has a contrast of at least 4.5 with its
ground and marks of at least 3, which tests hold. Figures are drawn in the colours for light pages;
``DARK`` says what each of them is on a dark one.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from sim.report.panel import Panel
from sim.report.svg import Light, aligned
from sim.report.texts import FONT, in_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from sim.results.comparison import Comparison

INK, QUIET, FAINT, GRID = "#1f2933", "#56616c", "#d5dbe1", "#e8ebee"
PAPER, SHADE = "#ffffff", "#f3f1ec"
BASELINE = "#5b6470"
ARMS = ("#0072b2", "#d55e00", "#009e73", "#5c2b6b", "#9f7aff", "#7a3b10", "#2f2f8f", "#e0529c")
BETTER, WORSE = "#0067a3", "#b34700"  # for the people concerned
MORE, LESS = "#8a5500", "#542788"  # of flows, which are neither good nor bad by themselves
ORIGIN, BETWEEN = "#b0761a", "#7b8794"  # what a region on a map is; destinations are INK
# parts of a whole: colour and pattern
PARTS = (("#0072b2", ""), ("#d55e00", "/"), ("#009e73", "."), ("#5c2b6b", "\\"), ("#9f7aff", "-"), ("#7a3b10", "x"),
         ("#2f2f8f", "|"), ("#8c1d40", "+"))  # fmt: skip
REST = (BETWEEN, "")
# words on coloured cells, whose colours are the same on light and dark pages
ON_LIGHT, ON_DARK = "#000000", "#fefefe"

DARK = {
    INK: "#e6eaee",
    QUIET: "#aab4be",
    FAINT: "#3d4650",
    GRID: "#2b333b",
    PAPER: "#14181d",
    SHADE: "#23282e",
    BASELINE: "#9aa5b1",
    "#0072b2": "#4aa8f0",
    "#d55e00": "#ff9a4d",
    "#009e73": "#1fae7f",
    "#5c2b6b": "#f0e442",
    "#9f7aff": "#9b6bff",
    "#7a3b10": "#ffd9a0",
    "#2f2f8f": "#b5d8ff",
    "#e0529c": "#e8476f",
    "#8c1d40": "#e8476f",
    BETTER: "#5cb3f2",
    WORSE: "#ff9a4d",
    MORE: "#f1a340",
    LESS: "#b9a6ff",
    BETWEEN: "#8b97a3",
    ORIGIN: "#e0b060",
}

PAD = 15.0  # points between a panel and its title when there is a note
WIDTH, NARROW = (
    10.0,
    4.6,
)  # inches; the page shows figures at the width of its text, on a telephone at that of the screen
POINTS = 72  # of SVG in an inch
SHAPES = "os^DvPX*"
DASHES = ((), (5, 2), (1.5, 1.5), (6, 2, 1.5, 2), (9, 2), (3, 1.5), (5, 1.5, 1.5, 1.5, 1.5, 1.5), (1, 3))


class Mark(NamedTuple):
    """How an arm is drawn wherever it is: a colour, and a shape or dashes that say the same."""

    colour: str
    shape: str
    dashes: tuple[float, ...]

    @property
    def line(self) -> Any:
        """Its line style."""
        return (0, self.dashes) if self.dashes else "-"


@contextmanager
def theme() -> Iterator[None]:
    """The look of every figure, for the time of drawing only."""
    look: Any = {
        "font.family": [FONT],
        "text.parse_math": False,  # names are text, whatever signs are in them
        "font.size": 9,
        "axes.labelsize": 8.5,
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titley": 1.0,  # nothing stands above a panel that its title would have to make room for
        "axes.axisbelow": True,
        "axes.edgecolor": FAINT,
        "axes.labelcolor": QUIET,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.linewidth": 1.0,
        "axes.grid": True,
        "lines.linewidth": 1.2,
        "lines.markersize": 4.8,
        "lines.solid_capstyle": "butt",
        "patch.linewidth": 0.8,
        "patch.edgecolor": PAPER,
        "patch.force_edgecolor": True,
        "grid.color": GRID,
        "grid.linewidth": 0.7,
        "text.color": INK,
        "xtick.color": QUIET,
        "ytick.color": INK,
        "xtick.bottom": False,
        "ytick.left": False,
        "xtick.major.size": 4.8,
        "ytick.major.size": 4.8,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8.5,
        "legend.fontsize": 8.5,
        "legend.frameon": False,
        "figure.facecolor": PAPER,
    }
    with mpl.rc_context(look):
        yield


class Drawing(Figure):
    """A figure that pyplot does not know: drawn in the theme wherever that is done, and shown by notebooks."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw, see matplotlib; texts that are made only now are plain text too."""
        with theme():
            super().draw(renderer)

    def add_subplot(self, *place: Any, **more: Any) -> Any:
        """A panel, see matplotlib."""
        return super().add_subplot(*place, axes_class=Panel, **more)

    def _repr_png_(self) -> bytes:
        """The picture, for a notebook."""
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=110)
        return file.getvalue()


class _Around:
    """What stands around a panel, its names and numbers, measured once: who lays out a figure asks twice."""

    def __init__(self, axes: Axes) -> None:
        self._axes, self._measure = axes, axes.get_tightbbox
        self._beyond: NDArray[np.float64] | None = None

    def __call__(self, *args: Any, **more: Any) -> Bbox | None:
        """The panel with what stands around it, where the panel is now."""
        panel = self._axes.bbox
        if self._beyond is None:
            whole = self._measure(*args, **more)
            if whole is None:
                return None
            self._beyond = np.subtract(whole.extents, panel.extents)
        return Bbox.from_extents(*np.add(panel.extents, self._beyond))


class _Canvas(FigureCanvasBase):
    """Where a figure is measured and drawn by one renderer, so that each text is measured once."""

    def __init__(self, figure: Figure, ident: str) -> None:
        super().__init__(figure)
        self.renderer = Light(*figure.bbox.size, ident, DARK)

    def get_renderer(self) -> Light:
        """Where matplotlib looks for what measures texts."""
        return self.renderer


def drawn_once(figure: Figure, title: str = "", alt: str = "", ident: str = "figure") -> str:
    """A figure as SVG, the same text for the same figure; it is laid out once and drawn once.

    matplotlib's own way to save a figure draws it twice, and measures it with another renderer.
    """
    with theme():
        figure.dpi = POINTS
        canvas = _Canvas(figure, ident)
        # the solver of the layout goes through its constraints in an order that differs by a last bit from run to run
        layout = figure.get_layout_engine()
        if layout is not None:
            for axes in figure.axes:
                if axes.get_legend() is None:  # which stands at a distance that changes with the panel
                    axes.get_tightbbox = _Around(axes)  # type: ignore[method-assign]
            layout.execute(figure)
            figure.set_layout_engine("none")
        for axes in figure.axes:
            axes.set_position(np.round(axes.get_position(original=True).bounds, 5))
        figure.patch.set_visible(False)  # the ground is that of the page
        aligned(found for found in figure.findobj(Text) if isinstance(found, Text))
        figure.draw(canvas.renderer)
        figure.patch.set_visible(True)
    return canvas.renderer.text(title, alt)


def sheet(width: float, height: float) -> Drawing:
    """A figure without axes."""
    return Drawing(figsize=(width, height), layout="constrained")


def canvas(width: float, height: float, **grid: Any) -> tuple[Figure, Any]:
    """A figure with a grid of axes (always a 2-d array)."""
    figure = sheet(width, height)
    return figure, figure.subplots(squeeze=False, **grid)


def marks(comparison: Comparison) -> dict[str, Mark]:
    """How each arm is drawn, the same in every figure, by label; the baseline is a grey stroke.

    No two of the first 64 arms share both colour and shape.
    """
    found = {comparison.baseline.label: Mark(BASELINE, "|", ())}
    for position, arm in enumerate(comparison.beside):
        found[arm.label] = mark_of(position)
    return found


def mark_of(position: int) -> Mark:
    """How the arm at a position is drawn."""
    turn = position + position // len(ARMS)
    return Mark(ARMS[position % len(ARMS)], SHAPES[turn % len(SHAPES)], DASHES[turn % len(DASHES)])


def colours(comparison: Comparison) -> dict[str, str]:
    """The colour of each arm, the baseline's included, by label."""
    return {label: mark.colour for label, mark in marks(comparison).items()}


def key_of(mark: Mark, text: str, *, lines: bool = False) -> Line2D:
    """An entry of a legend: the mark, on its line where lines are drawn."""
    return Line2D([], [], color=mark.colour, marker=mark.shape, ls=mark.line if lines else "", lw=1.7, ms=5.5,
                  mew=1.6 if mark.shape == "|" else 0, label=text)  # fmt: skip


def note(axes: Axes, text: str) -> None:
    """Small grey words between a panel and its title; titles leave room with ``pad=PAD``."""
    axes.annotate(text, (0, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points", fontsize=7.5,
                  color=QUIET, va="bottom")  # fmt: skip


def legend_of_arms(figure: Figure, comparison: Comparison, *, baseline: bool = True, lines: bool = False) -> None:
    """Names of the arms beside their marks above the figure."""
    mark = marks(comparison)
    arms = comparison.every_arm if baseline else comparison.arms
    handles = [key_of(mark[arm.label], in_figure(arm.title), lines=lines) for arm in arms]
    longest = max(len(in_figure(arm.title)) for arm in arms)
    columns = int(WIDTH * POINTS // (5.5 * longest + (60 if lines else 40)))  # letters are about so wide
    figure.legend(handles=handles, loc="outside upper center", ncols=max(1, min(4, columns, len(handles))),
                  handlelength=3.6 if lines else 1.2)  # fmt: skip


def no_data(axes: Axes, text: str = "no run has a value") -> None:
    """Words in the middle of a panel in which there is nothing to draw."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", fontsize=8, color=QUIET,
              clip_on=True).set_in_layout(False)  # fmt: skip


def thousands(value: float, _: object = None) -> str:
    """A tick label with a thin space between thousands and a real minus."""
    return f"{value:,.10g}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")


def plain(axes: Axes) -> None:
    """No grid, no frame, no ticks: for maps."""
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
