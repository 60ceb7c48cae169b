"""Heat maps: a grid of coloured cells with their values, and the scales of colour that they take.

The colours are those of the palettes ``rocket``, ``vlag`` and ``light_palette`` of the library seaborn (BSD licence).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap

from sim.report.style import ON_DARK, ON_LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

# colours at equal distances, from the least value to the highest
SCALES = {
    "heat": (
        "#faebdd", "#f8d4bc", "#f6bc99", "#f6a37a", "#f58860", "#f26b49", "#ec4c3e", "#df2f44", "#cb1b4f", "#b21758",
        "#971c5b", "#7b1f59", "#611f53", "#481c48", "#30173a", "#180f29", "#03051a",
    ),
    "two ways": (
        "#2369bd", "#4a7bbc", "#678bbe", "#829cc3", "#9baecb", "#b5c0d4", "#cfd4e0", "#e9e9ed", "#faf5f4", "#f3e2e0",
        "#e7c8c6", "#ddafad", "#d39794", "#c97f7d", "#bf6765", "#b44f4f", "#a9373b",
    ),
    "more": ("#f2f0f1", "#5c2b6b"),
}  # fmt: skip
_BRIGHT = 0.18  # luminance from which dark letters have more contrast than light ones


@cache
def scale(name: str) -> Colormap:
    """One of ``SCALES``."""
    return LinearSegmentedColormap.from_list(name, SCALES[name])


def cells(
    axes: Axes,
    values: ArrayLike,
    colours: str,
    limits: tuple[float, float],
    *,
    line: float = 1.0,
    written: Callable[[float], str] | None = None,
    size: float = 7.5,
) -> None:
    """Draw values (rows, columns) as cells, the first row above; a masked value leaves its cell empty.

    Parameters
    ----------
    colours : one of ``SCALES``, from the first of ``limits`` to the second.
    line : width in points of what stands between cells.
    written : how a value is written into its cell; None writes none. ``size`` is that of the letters in points.
    """
    table: Any = np.ma.masked_invalid(np.ma.asarray(values, float))
    rows, columns = table.shape
    drawn = axes.pcolormesh(table, cmap=scale(colours), vmin=limits[0], vmax=limits[1], linewidth=line,
                            edgecolors="white")  # fmt: skip
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    for side in axes.spines.values():
        side.set_visible(False)
    if written is None:
        return
    grounds: Any = drawn.cmap(drawn.norm(table))
    for row, column in np.argwhere(~np.ma.getmaskarray(table)):
        light = is_light(grounds[row, column])
        axes.text(column + 0.5, row + 0.5, written(table[row, column]), ha="center", va="center", fontsize=size,
                  color=ON_LIGHT if light else ON_DARK).set_in_layout(False)  # fmt: skip


def named(axes: Axes, columns: Sequence[str] = (), rows: Sequence[str] = ()) -> None:
    """Names of the columns below the cells and of the rows beside them; none where there are none."""
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)


def is_light(colour: Any) -> bool:
    """Whether words on a colour are better dark than light."""
    return _luminance(colour) > _BRIGHT


def _luminance(colour: Any) -> float:
    """How bright a colour is, by the rule of WCAG 2: 0 is black, 1 white."""
    rgb: NDArray[np.float64] = np.asarray(colour, float)[:3]
    linear = np.where(rgb <= 0.03928, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
