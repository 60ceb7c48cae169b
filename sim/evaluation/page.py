"""The page of an evaluation: one file without anything that has to be fetched, for a reader with five minutes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from sim.evaluation import words
from sim.evaluation.numbers import number
from sim.evaluation.verdict import Verdict, unit_of, verdict
from sim.ground.templates import filled

WIDTH, LEFT, ROW, TOP = 940, 380, 30, 34  # of the figure, in pixels
MOST_TICKS = 6


TEMPLATE = Path(__file__).with_name("page.html.j2")


def page(about: Mapping[str, Any], figures: pd.DataFrame, ranks: pd.DataFrame) -> str:
    """The HTML, from what was asked, the figures of :func:`sim.evaluation.diagnosis.diagnose`, and rank agreement."""
    found = verdict(about, figures)
    cards = [(words.card_of(about, each.label), each, words.STATES[each.state]) for each in found.designs]
    return filled(
        TEMPLATE,
        about=about,
        found=found,
        unit=unit_of(about),
        figure=figure(about, found),
        table=words.table(about, found),
        further=words.further(about, found),
        untold=words.untold(about, found),
        doses=words.doses_table(about, figures),
        ranks=words.ranks_table(ranks) if len(ranks) else None,
        on_ranks=words.ON_RANKS,
        cards=cards,
        on_errors=words.on_errors(about),
        asked=words.asked(about),
        scale=words.on_scale(about),
        number=number,
    )


def figure(about: Mapping[str, Any], found: Verdict) -> dict[str, Any]:
    """What the figure shows: for every design the truth, the effect in the records, and the mean estimate.

    Positions are pixels; ``alt`` says it in a sentence.
    """
    rows = []
    for each in found.designs:
        get = each.figures.get
        values = [get(name, math.nan) for name in ("truth", "record_effect", "estimate")]
        rows.append((words.card_of(about, each.label).title, values, get("spread", math.nan)))
    ends = [0.0]
    for _, values, spread in rows:
        ends += [value for value in values if math.isfinite(value)]
        if math.isfinite(values[2]) and math.isfinite(spread):
            ends += [values[2] - spread, values[2] + spread]
    low, high = min(ends), max(ends)
    room = (high - low) * 0.06 or 1.0
    low, high = low - room, high + room

    def x(value: float) -> float | None:
        return round(LEFT + (WIDTH - LEFT - 10) * (value - low) / (high - low), 1) if math.isfinite(value) else None

    drawn = [
        {
            "title": title, "y": TOP + ROW * place + ROW / 2, "truth": x(values[0]), "record": x(values[1]),
            "estimate": x(values[2]), "from": x(values[2] - spread), "to": x(values[2] + spread),
        }
        for place, (title, values, spread) in enumerate(rows)
    ]  # fmt: skip
    truth = next((values[0] for _, values, _ in rows), math.nan)
    said = "; ".join(f"{title}: {number(values[2], sign=True)}" for title, values, _ in rows)
    alt = f"In truth the policy changes {number(truth, sign=True)} {unit_of(about)}. Mean estimates: {said}."
    return {
        "rows": drawn,
        "zero": x(0.0),
        "ticks": [(x(value), number(value, sign=bool(value))) for value in _ticks(low, high)],
        "width": WIDTH,
        "height": TOP + ROW * len(rows) + 24,
        "left": LEFT,
        "alt": alt,
    }


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers between two ends, 0 among them, some four of them."""
    step = 10 ** math.floor(math.log10((high - low) / 2))
    step *= next((times for times in (1, 2, 5) if (high - low) / (times * step) <= MOST_TICKS), 10)
    return [step * at for at in range(math.ceil(low / step), math.floor(high / step) + 1)]
