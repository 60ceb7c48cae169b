"""Forms as pages: a template with the sentences that no declaration holds, and blocks made from declarations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from markupsafe import Markup

from sim.ground.templates import filled
from sim.reference.forms import declared, source

FORMS = ("odd", "trace", "stress_abs")  # each is a template beside this module and a page in docs/
TEMPLATES = Path(__file__).with_name("templates")
NOTE = (
    "Written by `sim.reference.dictionaries.document`: tables from declarations in the code, sentences between them\n"
    "from `sim/reference/forms/templates`; change those, not this page."
)


def write_forms(folder: str | Path) -> list[Path]:
    """Write every form into a folder; returns the paths."""
    written = []
    for name in FORMS:
        path = Path(folder) / f"{name}.md"
        path.write_text(form(name), encoding="utf-8")
        written.append(path)
    return written


def form(name: str) -> str:
    """One form as Markdown. jinja2.UndefinedError if its template asks for a block that there is not."""
    blocks = {each: _markdown(made) for each, made in (declared.BLOCKS | source.BLOCKS).items()}
    return filled(TEMPLATES / f"{name}.md.j2", note=Markup(NOTE), **blocks) + "\n"  # noqa: S704 - written by us


def _markdown(made: Callable[..., str]) -> Callable[..., Markup]:
    """The block, whose text is Markdown already and has nothing to be escaped."""

    def marked(*given: object, **named: object) -> Markup:
        return Markup(made(*given, **named))  # noqa: S704 - made from declarations

    return marked
