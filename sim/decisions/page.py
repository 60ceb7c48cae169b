"""The page of a decision: one file without anything that has to be fetched, for a reader with ten minutes."""

from __future__ import annotations

import re
from pathlib import Path

from sim.decisions import figures, plainly, words
from sim.decisions.judging import Judged
from sim.ground.templates import filled

THOUSANDS, NO_BREAK = re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), "\u00a0"  # a number is never parted between lines
TEMPLATE = Path(__file__).with_name("page.html.j2")


def page(judged: Judged) -> str:
    """The HTML of a decision."""
    return filled(
        TEMPLATE,
        asked=judged.asked,
        answer=[THOUSANDS.sub(NO_BREAK, line) for line in words.answer(judged)],
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
