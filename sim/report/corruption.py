"""Figure of officials: who sells, and who pays how much for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.bars import name_arms, of_arms, stacked, values_of, whisker
from sim.report.said import MOST, begin_without, changes
from sim.report.style import PAD, WIDTH, note, sheet, thousands
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

SHARES = ("captured_border_posts", "captured_chiefs", "captured_posts")
BILL = ("bribes_border", "bribes_retainers", "bribes_alone", "bribes_papers", "bribes_places", "bribes_custody",
        "bribes_transit", "bribes_court")  # fmt: skip


def officials(comparison: Comparison) -> Figure:
    """Share of officials who sell by arm, and the yearly bill of bribes by who pays it first."""
    arms = comparison.every_arm
    figure = sheet(WIDTH, 2.9 + 0.46 * len(arms))
    grid = figure.add_gridspec(2, len(SHARES))
    for place, name in enumerate(SHARES):
        axes = figure.add_subplot(grid[0, place])
        of_arms(axes, comparison, name, 100.0, named=place == 0)
        axes.set_title(METRICS[name].short[:1].upper() + METRICS[name].short[1:], fontsize=8.5, pad=PAD)
        note(axes, "per cent who sell")
    bill = figure.add_subplot(grid[1, :])
    parts = {
        METRICS[name].short: np.array(
            [_mean(values_of(comparison, arm, name)) / comparison.people_in(arm) for arm in arms]
        )
        for name in BILL
    }
    figure.legend(handles=stacked(bill, parts), loc="outside lower center", ncols=2)
    name_arms(bill, arms)
    for row, arm in enumerate(arms):
        interval = t_interval(values_of(comparison, arm, "bribes") / comparison.people_in(arm))
        whisker(bill, interval.low, interval.high, row)
    bill.set_xlim(left=0)
    bill.xaxis.set_major_formatter(FuncFormatter(thousands))
    bill.set_xlabel("US$ a year per person at risk; line: interval of the total")
    bill.set_title("Who pays first", pad=6)
    return figure


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else 0.0


def alt(comparison: Comparison) -> str:
    """How many sell in the baseline, and what surely changes."""
    share = 100 * _mean(values_of(comparison, comparison.baseline, "captured_posts"))
    paid = _mean(values_of(comparison, comparison.baseline, "bribes")) / comparison.people
    begin = (
        f"{begin_without(comparison)} {words.number(share)} % of officials sell, and US$ {words.number(paid)} a year "
        "per person at risk are paid to them. "
    )
    return begin + changes(comparison, (*SHARES, "bribes"), MOST - len(begin))
