"""Forms as pages: a template with the sentences that no declaration holds, and blocks made from declarations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from sim.reference.forms import declared, source

FORMS = ("odd", "trace", "stress_abs")  # each is a template beside this module and a page in docs/
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
    return _environment().get_template(f"{name}.md.j2").render(note=NOTE, **declared.BLOCKS, **source.BLOCKS)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=False,  # noqa: S701 - Markdown
        undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
    )  # fmt: skip
