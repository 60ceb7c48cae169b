"""What results ask of the report: see :class:`sim.results.drawn.Drawing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import between, figures, page
from sim.results.naming import DETAILS, PAGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison
    from sim.results.drawn import Drawing
    from sim.results.findings import Findings


class _Report:
    """The figures and pages of this room."""

    def make_ready(self) -> None:
        page.make_ready()

    def figures(self, comparison: Comparison) -> tuple[str, ...]:
        return figures.names(comparison)

    def figure(self, comparison: Comparison, name: str) -> Figure:
        return figures.draw(comparison, name)

    def table(self, comparison: Comparison) -> str:
        return page.headline_table(comparison)

    def write_page(self, path: str | Path, worlds: Sequence[tuple[str, Comparison]], question: str | None) -> Path:
        return page.write_page(path, worlds, question=question)

    def study_figures(self, findings: Findings) -> tuple[str, ...]:
        return between.names(findings)

    def study_figure(self, findings: Findings, name: str) -> Figure:
        return between.draw(findings, name)

    def study_pages(self, findings: Findings) -> Mapping[str, str]:
        return dict(zip((PAGE, DETAILS), page.study_pages(findings), strict=True))

    def write_study_page(self, path: str | Path, findings: Findings) -> Path:
        return page.write_study_page(path, findings)


drawing: Drawing = _Report()
