"""What pictures of a comparison and of a study share: how they are listed, drawn and read, and small multiples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from matplotlib.font_manager import FontProperties

from sim.ground.errors import RequestError
from sim.report import words
from sim.report.style import PAD, QUIET, WIDTH, canvas, drawn_once, note, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

T = TypeVar("T")
COLUMNS = 3  # of small multiples, at most


_IDENT = re.compile(r"[A-Za-z][\w-]*")


@dataclass(frozen=True)
class Picture(Generic[T]):
    """A figure: how it is drawn, what it shows and how to read it, and whether its subject has what it needs.

    ``alt`` says in one or two sentences what is found in it, for those who cannot see it; ``narrow`` draws the same for
    a screen as wide as a telephone, where the figure itself would be too small to read.
    """

    draw: Callable[[T], Figure]
    caption: str
    possible: Callable[[T], bool]
    title: str = ""
    alt: Callable[[T], str] | None = None
    narrow: Callable[[T], Figure] | None = None


def inline(figure: Figure, title: str, alt: str, ident: str) -> str:
    """A figure as an ``<svg>`` to stand in a page: as wide as there is room, text as text, the same bytes each time.

    ``ident`` is its id, which begins all ids in it, so that it must be another for each figure of a page: a letter,
    then letters, digits, hyphens and underscores; ValueError otherwise. ``title`` is its name and ``alt`` what it
    shows, both as plain text. It brings its colours for light and dark pages along.
    """
    if not _IDENT.fullmatch(ident):
        raise ValueError(f"{ident!r} cannot be the id of a figure")
    return drawn_once(figure, title, alt, ident)


def alt_of(picture: Picture[T], subject: T) -> str:
    """What is found in a picture, in words; what it shows where nothing else is said."""
    return caption_of(picture) if picture.alt is None else picture.alt(subject)


def possible(pictures: Mapping[str, Picture[T]], subject: T) -> tuple[str, ...]:
    """Names of the pictures that can be drawn of a subject."""
    return tuple(name for name, picture in pictures.items() if picture.possible(subject))


def drawn(pictures: Mapping[str, Picture[T]], subject: T, name: str, what: str) -> Figure:
    """One of the pictures; RequestError names those that there are of ``what``."""
    picture = pictures.get(name)
    if picture is None or not picture.possible(subject):
        there = possible(pictures, subject)
        raise RequestError(f"there is no figure {name!r} of this {what}", given=name, allowed=there)
    with theme():
        return picture.draw(subject)


def remark(figure: Figure, remarks: Sequence[str]) -> Figure:
    """The figure with what is to be known about it above it; empty remarks are left out.

    Where a key stands above the panels the remark is its title, as a layout leaves no room for both.
    """
    said = ". ".join(text for text in remarks if text)
    if not said:
        return figure
    above = [key for key in figure.legends if getattr(key, "_outside_loc", None) == "upper"]
    with theme():
        if above:
            above[0].set_title(f"{said}.", prop=FontProperties(size=8))
            above[0].get_title().set_color(QUIET)
            above[0].set_alignment("left")
        else:
            figure.suptitle(f"{said}.", x=0.01, ha="left", fontsize=8, color=QUIET, weight="normal")
    return figure


def left_out(most: int, there: int, what: str) -> str:
    """What is to be said where only the first of many things are shown; empty where all are."""
    return f"The first {most} of {there} {what} are shown; the tables hold all" if there > most else ""


def caption_of(picture: Picture[Any]) -> str:
    """What a picture shows and how to read it, as one line."""
    return re.sub(r"[ \n]+", " ", picture.caption)


def panels(count: int, base: float, each: float, **grid: Any) -> tuple[Figure, list[Axes]]:
    """Small multiples: a figure with ``count`` axes in rows of ``COLUMNS``, ``base`` + ``each`` a row inches high.

    The lowest in their columns are the last ``COLUMNS`` of them.
    """
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    figure, axes = canvas(WIDTH, base + each * rows, nrows=rows, ncols=columns, **grid)
    for spare in axes.flat[count:]:
        spare.set_visible(False)
    return figure, list(axes.flat[:count])


def head(axes: Axes, metric: str, text: str) -> None:
    """The name of a metric above its panel, and small words below the name."""
    label = words.label(metric)
    axes.set_title(label, pad=PAD, fontsize=9.5 if len(label) < 32 else 8)
    note(axes, text)
