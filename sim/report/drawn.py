"""Which figures stand on a page, and their drawings: all are drawn together, by as many processes as there are."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from sim.report import between, figures, words
from sim.report.hands import shared
from sim.report.inline import inline
from sim.report.pictures import Picture, caption_of
from sim.report.tables import at_a_glance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

Wanted = dict[str, Any]  # a figure for a template: id, name, title, caption, alt, draw, and then svg
OF_POLICY = ("course",)  # figures of one policy, behind a fold of its section
FIRST = ("settings", "effects")  # the figure of the first screen, where the answer names none that can be drawn
_SIZE = re.compile(rf"[+{words.MINUS}]?[\d.,]+\s?%")
TITLES = {
    "effects": "Effects",
    "otherwise": "The same people in two worlds",
    "journeys": "What became of the same people",
    "where": "Where exploitation sits",
    "ways_out": "How people leave exploitation",
    "paths": "From exploitation to what follows",
    "funnel": "From exploitation to convictions",
    "demand": "Who buys",
    "ways": "Ways that policies open, close or tie",
    "officials": "Officials who sell",
    "networks": "How enterprises hold their partners",
    "trade": "Who works with whom",
    "course": "Over time",
    "channels": "How people leave",
    "flows": "Where people go",
    "pairing": "What pairing gains",
}


def of_comparison(comparison: Comparison, name: str, place: str, where: str = "") -> Wanted:
    """A figure of a comparison for the page; ``place`` begins its id, ``where`` is the world that its title names."""
    found = figures.FIGURES[name]
    title = found.title or TITLES.get(name, name.replace("_", " ").capitalize())
    return _wanted(found, comparison, f"{place}-{name}", f"{title}: {where}" if where else title) | {
        "name": name,
        "draw": partial(figures.draw, comparison, name),
    }


def of_study(findings: Findings, name: str, place: str) -> Wanted:
    """A figure of a study as a whole for the page."""
    found = between.FIGURES[name]
    return _wanted(found, findings, f"{place}-{name}", found.title) | {
        "name": name,
        "draw": partial(between.draw, findings, name),
    }


def _wanted(picture: Picture[Any], subject: Any, place: str, title: str) -> Wanted:
    said: Callable[[Any], str] | None = getattr(picture, "alt", None)
    caption = caption_of(picture)
    return {"id": place, "title": title, "caption": caption, "alt": said(subject) if said else caption}


def first(worlds: Sequence[tuple[str, Comparison]], findings: Findings | None, named: str) -> Wanted | None:
    """The one figure of the first screen: the one that the answer names, or the first that can be drawn."""
    for name in filter(None, (named, *FIRST)):
        if findings is not None and name in between.names(findings):
            return of_study(findings, name, "first")
        for title, comparison in worlds:
            few = with_metrics(comparison, at_a_glance(comparison))
            if name in figures.FIGURES and name in figures.names(few):
                found = of_comparison(few, name, "first", title if len(worlds) > 1 else "")
                return found | {"draw": partial(_without_sizes, found["draw"])}
    return None


def _without_sizes(make: Callable[[], Figure]) -> Figure:
    """A figure without the sizes of effects in figures, which stand in the table of each policy."""
    figure = make()
    for axes in figure.axes:
        for text in [text for text in axes.texts if _SIZE.fullmatch(text.get_text())]:
            text.remove()
    return figure


def with_metrics(comparison: Comparison, chosen: Sequence[str]) -> Comparison:
    """The same comparison, of which figures show these metrics only; q-values stay those of all."""
    return _narrowed(comparison, metrics=list(chosen))


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
    """Draw the figures, each as it says under ``draw``, and put them under ``svg``."""
    found = list(wanted)
    drawn = shared([partial(_drawn, figure["draw"], figure["id"], figure["title"], figure["alt"]) for figure in found])
    for figure, svg in zip(found, drawn, strict=True):
        figure["svg"] = svg


def _drawn(make: Callable[[], Figure], name: str, title: str, alt: str) -> str:
    return inline(make(), name, title, alt)
