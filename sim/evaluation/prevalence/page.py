"""The page of a table of methods: one file without anything that has to be fetched, for a reader with five minutes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from sim.evaluation.prevalence import words
from sim.evaluation.prevalence.cards import CARDS


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip


def page(about: Mapping[str, Any], scores: pd.DataFrame) -> str:
    """The HTML, from what was asked and the figures of :func:`sim.evaluation.prevalence.scores.scores`."""
    worlds = [
        {
            "label": label,
            "found": words.verdict(scores, label),
            "all": words.table(scores, label),
            "parts": [(kind, words.table(scores, label, kind)) for kind in ("region", "sector")],
        }
        for label in about["worlds"]
    ]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            about=about, worlds=worlds, cards=[CARDS[name] for name in about["methods"]], asked=words.asked(about),
            across=words.across(about, scores),
            on_errors=words.ON_ERRORS,
        )
    )  # fmt: skip
