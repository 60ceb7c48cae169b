"""The page of a decision: one file without anything that has to be fetched, for a reader with ten minutes."""

from __future__ import annotations

from pathlib import Path

from sim.decisions import figures, plainly, words
from sim.decisions.judging import Judged
from sim.ground.templates import filled

TEMPLATE = Path(__file__).with_name("page.html.j2")


def page(judged: Judged) -> str:
    """The HTML of a decision."""
    return filled(
        TEMPLATE,
        asked=judged.asked,
        answer=words.answer(judged),
        shares=figures.shares(judged),
        strips=figures.strips(judged),
        frontiers=figures.frontiers(judged),
        waterfall=figures.waterfall(judged),
        tables=words.tables(judged),
        rules=words.rules(judged),
        lines=plainly.asked_lines(judged.asked),
        width=figures.WIDTH,
        names=figures.NAMES,
    )
