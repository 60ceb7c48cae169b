"""Which figures stand on a page, and their drawings: all are drawn together, by as many processes as there are."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.report import between, figures, words
from sim.report.hands import shared
from sim.report.pictures import inline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

Wanted = dict[str, Any]  # a figure for a template: id, name, title, caption, alt, draw, and then svg
OF_POLICY = ("course", "shocks")  # figures of one policy, behind a fold of its section
OUTCOMES = ("deaths", "exploited_people", "safety_reached", "irregular_departures")  # of the first screen
FIRST = (
    "settings",
    "glance",
    "course",
)  # the figure of the first screen, where the answer names none that can be drawn
_LONG = ("flows", "where", "course")  # figures with many pieces or panels
_NAMELESS = "figure-that-is-to-get-its-id"  # stands for the id in a drawing
_SIZE = re.compile(rf"^([+{words.MINUS}]?[\d.,]+\s?%\s*|[\d.,\s]+ (?=\(from 0\)))")


def of_comparison(comparison: Comparison, name: str, place: str, where: str = "") -> Wanted:
    """A figure of a comparison for the page; ``place`` begins its id, ``where`` is the world that its title names."""
    title = figures.title(name)
    return {
        "name": name,
        "id": f"{place}-{name}",
        "title": f"{title}: {where}" if where else title,
        "caption": figures.caption(name),
        "alt": figures.alt(comparison, name),
        "draw": partial(figures.draw, comparison, name),
    }


def of_study(findings: Findings, name: str, place: str) -> Wanted:
    """A figure of a study as a whole for the page."""
    return {
        "name": name,
        "id": f"{place}-{name}",
        "title": between.title(name),
        "caption": between.caption(name),
        "alt": between.alt(findings, name),
        "draw": partial(between.draw, findings, name),
    }


def first(worlds: Sequence[tuple[str, Comparison]], findings: Findings | None, named: str) -> list[Wanted]:
    """The one figure of the first screen, and the same for a telephone where there is one; nothing where none can be.

    It is the one that the answer names, but of the few outcomes that matter most. Sizes are left to the tables of the
    policies.
    """
    for name in ("glance" if named == "effects" else named, *FIRST):
        if findings is not None and name in between.names(findings):
            few = copy.copy(findings)
            few.design = replace(findings.design, metrics=_first_outcomes(findings.design.metrics))
            phone = between.FIGURES[name].narrow and partial(between.narrow, few, name)
            return _for_two_screens(of_study(few, name, "first"), phone)
        for title, comparison in worlds:
            if name in figures.names(comparison):
                fewer = _narrowed(comparison, metrics=list(_first_outcomes(comparison.metrics)))
                phone = figures.FIGURES[name].narrow and partial(figures.narrow, fewer, name)
                where = title if len(worlds) > 1 else ""
                return _for_two_screens(of_comparison(fewer, name, "first", where), phone)
    return []


def _first_outcomes(metrics: Sequence[str]) -> tuple[str, ...]:
    """The few outcomes of the first screen, as far as they are reported."""
    found = tuple(name for name in OUTCOMES if name in metrics)
    return found if len(found) > 1 else tuple(metrics)[: len(OUTCOMES)]


def _for_two_screens(wide: Wanted, phone: Callable[[], Figure | None] | None) -> list[Wanted]:
    found = [wide] if phone is None else [wide, wide | {"id": f"{wide['id']}-narrow", "draw": phone}]
    return [one | {"draw": partial(_without_sizes, one["draw"])} for one in found]


def _without_sizes(make: Callable[[], Figure]) -> Figure:
    """A figure without the sizes of effects in figures, of which words such as better and worse are left."""
    figure = make()
    for axes in figure.axes:
        for text in axes.texts:
            text.set_text(_SIZE.sub("", text.get_text()))
    return figure


def with_arm(comparison: Comparison, arm: Arm) -> Comparison:
    """The same comparison with one of its arms, in the colour that it has beside the others."""
    return _narrowed(comparison, arms=[arm])


def _narrowed(comparison: Comparison, **changes: Any) -> Comparison:
    """A view of a comparison; tables are made of the whole before, so that they are made once and say the same."""
    _ = comparison.effects, comparison.series
    narrow = copy.copy(comparison)
    vars(narrow).update(changes)
    return narrow


def draw(wanted: Iterable[Wanted]) -> None:
    """Draw the figures, each as it says under ``draw``, and put them under ``svg``; what stands twice is drawn once."""
    found = [(_same(figure), figure) for figure in wanted]
    # what takes longest is begun first, so that nobody waits for one who has just begun it
    once = dict(sorted(found, key=lambda each: each[1]["name"] not in _LONG))
    drawn = shared([partial(_drawn, figure["draw"], figure["title"], figure["alt"]) for figure in once.values()])
    svg = dict(zip(once, drawn, strict=True))
    for same, figure in found:
        figure["svg"] = svg[same].replace(_NAMELESS, figure["id"])


def _same(figure: Wanted) -> tuple[Any, ...]:
    """What is equal for figures that differ in their id only."""
    make = figure["draw"]
    what = (make.func, *map(id, make.args)) if isinstance(make, partial) else (make,)
    return (*what, figure["title"], figure["alt"])


def _drawn(make: Callable[[], Figure], title: str, alt: str) -> str:
    return inline(make(), title, alt, _NAMELESS)
