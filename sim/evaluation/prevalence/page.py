"""The page of a table of methods: one file without anything that has to be fetched, for a reader with five minutes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.evaluation.prevalence import words
from sim.evaluation.prevalence.cards import CARDS
from sim.ground.templates import filled

TEMPLATE = Path(__file__).with_name("page.html.j2")


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
    return filled(
        TEMPLATE,
        about=about,
        worlds=worlds,
        cards=[CARDS[name] for name in about["methods"]],
        asked=words.asked(about),
        across=words.across(about, scores),
        on_errors=words.ON_ERRORS,
    )
