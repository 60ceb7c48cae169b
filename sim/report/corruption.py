"""Figure of officials: who sells, and who pays how much for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter

from sim.declared.measures.catalogue import METRICS
from sim.report.style import INK, PAD, WIDTH, canvas, colours, legend_of_arms, thousands
from sim.report.texts import in_figure
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

SHARES = ("captured_border_posts", "captured_chiefs", "captured_posts")
BILL = {
    "bribes_border": "#0b6e99",
    "bribes_papers": "#6aa7c4",
    "bribes_places": "#b0406b",
    "bribes_custody": "#7a2048",
    "bribes_court": "#8a8f98",
}


def officials(comparison: Comparison) -> Figure:
    """Share of officials who sell by arm, and the yearly bill of bribes by who pays it first."""
    arms, colour = comparison.every_arm, colours(comparison)
    figure, grid = canvas(WIDTH, 2.2 + 0.42 * len(arms), ncols=2, width_ratios=[2, 3])
    shares, bill = grid[0]
    step = 0.8 / len(arms)
    for number, arm in enumerate(arms):
        runs = comparison.runs_of(arm, "metrics")
        for row, metric in enumerate(SHARES):
            values = 100.0 * np.array([run.metrics[metric] for run in runs])
            at = row - 0.4 + (number + 0.5) * step
            shares.barh(at, values.mean(), height=0.9 * step, color=colour[arm.label])
            interval = t_interval(values)
            shares.plot([max(interval.low, 0.0), interval.high], [at] * 2, color=INK, lw=0.8)
        left = 0.0
        for metric, tint in BILL.items():
            values = np.array([run.metrics[metric] for run in runs]) / comparison.people_in(arm)
            name = METRICS[metric].short if number == 0 else None
            bill.barh(number, values.mean(), left=left, color=tint, height=0.7, label=name)
            left += float(values.mean())
        interval = t_interval(np.array([run.metrics["bribes"] for run in runs]) / comparison.people_in(arm))
        bill.plot([max(interval.low, 0.0), interval.high], [number] * 2, color=INK, lw=1.0)
    shares.set_yticks(range(len(SHARES)), [METRICS[metric].short for metric in SHARES])
    shares.invert_yaxis()
    shares.grid(axis="y", visible=False)
    shares.set_xlabel("per cent who sell")
    shares.set_title("Who sells", pad=PAD)
    bill.set_yticks(range(len(arms)), [in_figure(arm.title) for arm in arms])
    bill.invert_yaxis()
    bill.set_xlim(left=0)
    bill.xaxis.set_major_formatter(FuncFormatter(thousands))
    bill.grid(axis="y", visible=False)
    bill.set_xlabel("US$ a year per person at risk")
    bill.set_title("Who pays first", pad=PAD)
    bill.legend(title="what is paid by whom", loc="upper center", bbox_to_anchor=(0.4, -0.25), ncols=2, fontsize=7.5)
    legend_of_arms(figure, comparison)
    return figure
