"""The page of a decision: one file without anything that has to be fetched, for a reader with ten minutes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

from sim.decisions import figures, plainly, words
from sim.decisions.judging import Judged


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip


def page(judged: Judged) -> str:
    """The HTML of a decision."""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            asked=judged.asked,
            answer=words.answer(judged),
            shares=figures.shares(judged),
            strips=figures.strips(judged),
            waterfall=figures.waterfall(judged),
            tables=words.tables(judged),
            rules=words.rules(judged),
            lines=plainly.asked_lines(judged.asked),
            width=figures.WIDTH,
        )
    )
