"""Figure of events and persons: how many people are behind what happens again and again to the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D

from sim.declared.measures.persons import counter_of
from sim.report import words
from sim.report.bars import name_arms, values_of
from sim.report.pictures import COLUMNS, head, panels
from sim.report.said import fitted, small, without
from sim.report.style import INK, PAPER, QUIET, marks, thousands
from sim.report.words import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

# flows that many people meet with more than once
SHOWN = (
    "irregular_departures",
    "interceptions",
    "need_blocked",
    "removals",
    "new_exploited",
    "misidentified_removed",
    "encounters",
    "recognised",
    "identified",
)


def shown(comparison: Comparison) -> list[str]:
    """Those of them of which a comparison reports both events and persons."""
    return [name for name in SHOWN if {name, counter_of(name)} <= set(comparison.metrics)]


def events(comparison: Comparison) -> Figure:
    """Events a year, and the persons to whom they happened, each counted once in a year, by arm."""
    chosen = shown(comparison)
    figure, every = panels(len(chosen), 0.6, 0.8 + 0.2 * len(comparison.every_arm))
    for place, (axes, name) in enumerate(zip(every, chosen, strict=True)):
        _panel(axes, comparison, name)
        name_arms(axes, comparison.every_arm, named=place % COLUMNS == 0)
        head(axes, name, "a year per 100\N{NARROW NO-BREAK SPACE}000 at risk; right: events a person")
    handles = [
        Line2D([], [], color=INK, marker="o", ls="", ms=6, mew=0, label="persons, each once in a year"),
        Line2D([], [], color=INK, marker="o", ls="", ms=6, mew=1.3, mfc=PAPER, label="events"),
    ]
    figure.legend(handles=handles, loc="outside upper center", ncols=2)
    return figure


def _both(comparison: Comparison, arm: Arm, name: str) -> tuple[float, float]:
    """Mean events and persons a year, per 100 000 at risk; NaN where no run has a value."""
    found = (values_of(comparison, arm, each) for each in (name, counter_of(name)))
    return tuple(  # type: ignore[return-value]
        1e5 / comparison.people_in(arm) * float(values.mean()) if len(values) else np.nan for values in found
    )


def _panel(axes: Axes, comparison: Comparison, name: str) -> None:
    pairs = [_both(comparison, arm, name) for arm in comparison.every_arm]
    most = max([value for pair in pairs for value in pair if np.isfinite(value)], default=0.0) or 1.0
    axes.set_xlim(-0.04 * most, 1.35 * most)
    axes.axvline(0, color=INK, lw=0.8)
    mark = marks(comparison)
    for row, (arm, (event, person)) in enumerate(zip(comparison.every_arm, pairs, strict=True)):
        colour = mark[arm.label].colour
        axes.plot([person, event], [row, row], color=colour, lw=1.4)
        axes.plot(event, row, "o", color=colour, ms=6, mew=1.3, mfc=PAPER)
        axes.plot(person, row, "o", color=colour, ms=6, mew=0)
        axes.text(1.35 * most, row, number(event / person) if person > 0 else words.DASH, ha="right", va="center",
                  fontsize=7.5, color=INK if person > 0 else QUIET).set_in_layout(False)  # fmt: skip
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= most])
    axes.xaxis.set_major_formatter(thousands)


def alt(comparison: Comparison) -> str:
    """How often what is counted comes back to the same persons in the baseline, the most repeated first."""
    found = []
    for name in shown(comparison):
        event, person = _both(comparison, comparison.baseline, name)
        if person > 0:
            found.append((event / person, f"{small(words.label(name))} {number(event / person)}"))
    if not found:
        return f"Nothing that is counted here happens to anybody {without(comparison)}."
    found.sort(key=lambda pair: -pair[0])
    begin = f"Events a year for each person whom they happen to, {without(comparison)}: "
    return fitted([text for _, text in found], begin=begin, end=".")
