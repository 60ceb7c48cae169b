"""Figures, pages and sentences of results, which a higher room makes.

``comparison.figure("forest")`` is asked of results, and the report draws it. What the report must be able to do is said
here as a protocol; ``sim.report.drawing`` does it, and is loaded with its plotting libraries when it is first asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.ground.errors import RequestError
from sim.ground.roof import from_the_roof

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Drawing(Protocol):
    """Who draws a ``Comparison`` or the ``Findings`` of a study; both stand above this file, so they have no type here."""

    def make_ready(self) -> None:
        """Do what the first page of a process waits for, while there is time: a run goes on in another process."""

    def figures(self, comparison: Any) -> tuple[str, ...]:
        """Names of the figures that can be drawn of a comparison."""

    def figure(self, comparison: Any, name: str) -> Figure:
        """One of them; RequestError names them otherwise."""

    def table(self, comparison: Any) -> str:
        """Headline effects as an HTML table."""

    def write_page(self, path: str | Path, worlds: Sequence[tuple[str, Any]], question: str | None) -> Path:
        """Write a self-contained page about comparisons, each with its title."""

    def study_figures(self, findings: Any) -> tuple[str, ...]:
        """Names of the figures that can be drawn of a study as a whole."""

    def study_figure(self, findings: Any, name: str) -> Figure:
        """One of them; RequestError names them otherwise."""

    def study_pages(self, findings: Any) -> Mapping[str, str]:
        """The self-contained pages about a study, by the names of their files."""

    def write_study_page(self, path: str | Path, findings: Any) -> Path:
        """Write that page to ``path``."""


def drawing() -> Drawing:
    """Whoever draws results."""
    found: Drawing = from_the_roof("drawing")
    return found


def first_of(figures: Sequence[str]) -> str:
    """The figure that answers ``plot()``: the first of those that can be drawn."""
    if not figures:
        raise RequestError("there is nothing to draw: no run has finished, or there is one arm only", where="plot")
    return figures[0]


class Answer(Protocol):
    """The answer in words: see ``sim.report.answers``."""

    @property
    def text(self) -> str:
        """Its sentences, a line each."""

    @property
    def plain(self) -> dict[str, Any]:
        """The answer as plain data."""


def answer(worlds: Sequence[tuple[str, Any]]) -> Answer:
    """What comparisons found, in words."""
    found: Answer = from_the_roof("answer")(worlds)
    return found


def answer_of(findings: Any) -> Answer:
    """What a study found, in words."""
    found: Answer = from_the_roof("answer_of")(findings)
    return found


_hands = 1


def hands() -> int:
    """How many processes may draw a page; one unless a command has said ``use_hands``."""
    return _hands


def use_hands(count: int) -> None:
    """Let so many processes draw: for who has this process for its own, without threads, as commands have."""
    global _hands  # noqa: PLW0603 - of a process
    _hands = count
