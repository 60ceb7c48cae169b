"""The page of a calibration: one file without anything that has to be fetched, for a reader with ten minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.calibration import words
from sim.calibration.told import Told
from sim.declared.plausible import plausible
from sim.ground.templates import filled

TEMPLATE = Path(__file__).with_name("page.html.j2")
WIDTH, LEFT, ROW, TOP = 760, 330, 26, 34  # of the figures, in pixels
MOST = 40  # parameters in the figure


def page(told: Told) -> str:
    """The HTML of a calibration."""
    return filled(
        TEMPLATE,
        about=told.about,
        state="good" if told.fits else "bad",
        answer=words.answer(told),
        why=words.why(told),
        sections=words.sections(told),
        figure=figure(told) if told.fits else None,
        nothing=words.nothing(told) if told.fits else "",
        hidden=words.on_hidden(told),
        asked=words.asked(told),
    )


def figure(told: Told) -> dict[str, Any]:
    """How far each parameter is narrowed: its plausible range, and the middle nine tenths of the ensemble within it.

    Positions are pixels; ``alt`` says it in a sentence.
    """
    ranges, rows = plausible(), []
    shown = told.parameters.head(MOST)
    for place, row in enumerate(shown.itertuples(index=False)):
        each = ranges[str(row.name)]
        shown_at = (row.ensemble_low, row.median, row.ensemble_high, row.declared)
        ends = [min(max(each.share(float(str(value))), 0.0), 1.0) for value in shown_at]
        low, middle, high, declared = (round(LEFT + (WIDTH - LEFT - 10) * end, 1) for end in ends)
        rows.append(
            {
                "name": row.name,
                "y": TOP + ROW * place + ROW / 2,
                "low": low,
                "middle": middle,
                "high": high,
                "declared": declared,
            }
        )
    first = ", ".join(str(name) for name in shown["name"][:5])
    return {
        "rows": rows,
        "width": WIDTH,
        "left": LEFT,
        "right": WIDTH - 10,
        "height": TOP + ROW * len(rows) + 10,
        "alt": f"Of {len(told.parameters)} parameters, {len(told.narrowed)} are narrowed, most of all {first}.",
    }
