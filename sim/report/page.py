"""Two self-contained pages about one or more comparisons: nothing is fetched when they are opened.

The first says the answer: what was asked, what came out, policy by policy, and what it rests on. The second holds all
that was drawn and counted. Each number stands once on the first page, and the first links to the second.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from markupsafe import Markup

from sim.ground.cache import source_hash
from sim.report import drawn, gains, glossed
from sim.report.details import details
from sim.report.first import World, first_page
from sim.report.pictures import inline
from sim.report.style import canvas
from sim.report.tables import effects_table, headline
from sim.report.texts import in_page
from sim.results.naming import DETAILS, PAGE
from sim.results.provenance import versions
from sim.results.signs import LEAST_SEEDS, seeds_note

if TYPE_CHECKING:
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

DEFAULT_TITLE = "Policy comparison"
MOST_SECTIONS = 3  # settings of a study that are shown in full
TEMPLATES = Path(__file__).parent / "templates"


class Pages(NamedTuple):
    """The HTML of both pages; the first links to the second by the name that it was told."""

    report: str
    details: str


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["short"] = in_page
    made.filters["upper_first"] = lambda text: f"{str(text)[:1].upper()}{str(text)[1:]}"
    made.globals["style"] = _style
    return made


def _style(*names: str) -> Markup:
    """Style sheets of this folder, to stand on a page, which fetches nothing."""
    return Markup("\n".join((TEMPLATES / name).read_text(encoding="utf-8") for name in names))  # noqa: S704 - our own


def make_ready() -> None:
    """Do what the first page of a process waits for: translate templates, and find letters for a figure for nobody."""
    for name in _environment().list_templates(extensions=["j2"]):
        _environment().get_template(name)
    figure, ((axes,),) = canvas(1, 1)
    axes.set_title("1")
    axes.plot([0, 1], [0, 1], label="1")
    axes.legend()
    inline(figure, "1", "1", "nobody")


def pages(
    worlds: Sequence[World],
    *,
    title: str = DEFAULT_TITLE,
    question: str | None = None,
    findings: Findings | None = None,
    names: tuple[str, str] = (PAGE, DETAILS),
) -> Pages:
    """The report on comparisons, each with the title of its section.

    Parameters
    ----------
    findings : the study around the comparisons, if there is more to it than they show.
    names : of the files in which the pages will lie, for the links between them.
    """
    first, second = first_page(worlds, question, findings), details(worlds, findings)
    drawn.draw([*first["figures"], *second["figures"]])
    over_worlds = findings is not None and findings.design.ensemble is not None
    about = {
        "title": title,
        "written": datetime.now(UTC).strftime("%d %B %Y").lstrip("0"),
        "few": "" if over_worlds else seeds_note(min(len(comparison.seeds) for _, comparison in worlds)),
        "least_seeds": LEAST_SEEDS,
        "versions": versions(),
        "source": source_hash(),
        "report_file": names[0],
        "details_file": names[1],
        "sure_gains": gains.SURE,
        "meanings": glossed.meanings(),
        "anchor": glossed.anchor,
    }
    return Pages(
        _environment().get_template("report.html.j2").render(about, page=first, linked=glossed.Links()),
        _environment().get_template("details.html.j2").render(about, page=second),
    )


def study_pages(findings: Findings, names: tuple[str, str] = (PAGE, DETAILS)) -> Pages:
    """The report on a study: its first settings in full, and what spans all of them."""
    design = findings.design
    first = list(findings.comparisons.values())[: 1 if design.sampled or design.ensemble else MOST_SECTIONS]
    return pages(
        [(comparison.title, comparison) for comparison in first],
        title=design.title or DEFAULT_TITLE,
        question=design.question,
        findings=findings if findings.several or design.dose else None,
        names=names,
    )


def files_of(path: Path) -> tuple[Path, Path]:
    """Where both pages lie when the first is to lie at ``path``.

    >>> files_of(Path("found/report.html"))[1].name, files_of(Path("mine.html"))[1].name
    ('details.html', 'mine-details.html')
    """
    return path, path.with_name(DETAILS if path.name == PAGE else f"{path.stem}-{DETAILS}")


def write_study_page(path: str | Path, findings: Findings) -> Path:
    """Write the report on a study to ``path``, its details beside it; returns the path."""
    files = files_of(Path(path))
    return _write(files, study_pages(findings, (files[0].name, files[1].name)))


def write_page(
    path: str | Path, worlds: Sequence[World], *, title: str = DEFAULT_TITLE, question: str | None = None
) -> Path:
    """Write the report on comparisons to ``path``, its details beside it; returns the path."""
    files = files_of(Path(path))
    return _write(files, pages(worlds, title=title, question=question, names=(files[0].name, files[1].name)))


def _write(files: tuple[Path, Path], made: Pages) -> Path:
    write_whole(files[1], made.details)  # first, so that no link leads nowhere
    return write_whole(files[0], made.report)


def write_whole(target: Path, text: str) -> Path:
    """Write a text in one piece, or not at all; returns the path."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8", errors="replace")
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return target


def headline_table(comparison: Comparison) -> str:
    """Headline effects as an HTML table, for notebooks."""
    template = _environment().get_template("notebook.html.j2")
    table: dict[str, Any] = effects_table(comparison, headline(comparison))
    return template.render(about=repr(comparison).strip("<>"), table=table)
