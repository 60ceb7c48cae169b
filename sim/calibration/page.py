"""The page of a calibration: one file without anything that has to be fetched, for a reader with ten minutes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from sim.calibration import words
from sim.calibration.told import Told

WIDTH, LEFT, ROW, TOP = 760, 330, 26, 34  # of the figures, in pixels
MOST = 40  # parameters in the figure


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )  # fmt: skip


def page(told: Told) -> str:
    """The HTML of a calibration."""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
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
    )


def figure(told: Told) -> dict[str, Any]:
    """How far each parameter is narrowed: its plausible range, and the middle nine tenths of the ensemble within it.

    Positions are pixels; ``alt`` says it in a sentence.
    """
    from sim.declared.plausible import plausible  # noqa: PLC0415 - a table that is read when it is shown

    ranges, rows = plausible(), []
    shown = told.parameters.head(MOST)
    for place, row in enumerate(shown.itertuples(index=False)):
        each = ranges[str(row.name)]
        ends = [min(max(each.share(float(value)), 0.0), 1.0) for value in (row.ensemble_low, row.median, row.ensemble_high, row.declared)]  # type: ignore[arg-type]
        low, middle, high, declared = (round(LEFT + (WIDTH - LEFT - 10) * end, 1) for end in ends)
        rows.append({"name": row.name, "y": TOP + ROW * place + ROW / 2, "low": low, "middle": middle, "high": high,
                     "declared": declared})  # fmt: skip
    first = ", ".join(str(name) for name in shown["name"][:5])
    return {
        "rows": rows, "width": WIDTH, "left": LEFT, "right": WIDTH - 10, "height": TOP + ROW * len(rows) + 10,
        "alt": f"Of {len(told.parameters)} parameters, {len(told.narrowed)} are narrowed clearly; those narrowed most are "
        f"{first}.",
    }  # fmt: skip
