"""Figure of how people leave: by which channel, and how large its share is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.bars import bands, name_arms, stacked, whisker
from sim.report.said import MOST, begin_without, changes, without
from sim.report.style import PARTS, WIDTH, canvas, thousands
from sim.results.statistics import by_seed, t_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

CHANNEL_METRICS = ("regular_departures", "papers_departures", "alone_departures", "provider_departures")
SHAPES = "os^D"


def channels(comparison: Comparison) -> Figure:
    """How people leave: how many by each channel, and each channel's share with its interval."""
    arms = comparison.every_arm
    figure, ((left, right),) = canvas(WIDTH, 1.4 + 0.5 * len(arms), ncols=2, width_ratios=[1.25, 1])
    values = [_per_100k(comparison, arm) for arm in arms]
    names = {METRICS[name].short: np.array([table[name].mean() for table in values]) for name in CHANNEL_METRICS}
    stacked(left, names)
    totals = [t_interval(table.sum(axis=1, min_count=len(CHANNEL_METRICS))) for table in values]
    widest = np.nanmax([[total.high, total.mean] for total in totals])
    for row, (total, table) in enumerate(zip(totals, values, strict=True)):
        whisker(left, total.low, total.high, row)
        left.text(1.2 * widest, row, words.number(total.mean), ha="right", va="center", fontsize=8)
        _shares(right, row, 100 * table.div(table.sum(axis=1), axis=0))
    bands(right, len(arms))
    for axes in (left, right):
        name_arms(axes, arms, named=axes is left)
    left.set_xlim(0, 1.2 * widest)
    left.set_xticks([tick for tick in left.get_xticks() if 0 <= tick <= 1.05 * widest])
    left.set_title("Departures by channel", pad=6)
    left.set_xlabel("people a year per 100 000 at risk; line: interval of the total")
    left.xaxis.set_major_formatter(thousands)
    right.set_title("Share of departures", pad=6)
    right.set_xlabel("%")
    right.set_xlim(left=0)
    handles: list[Any] = [
        (Patch(facecolor=colour, hatch=hatch, lw=0), Line2D([], [], color=colour, marker=shape, ls="", ms=6, mew=0))
        for (colour, hatch), shape in zip(PARTS, SHAPES, strict=False)
    ]
    figure.legend(handles, list(names), loc="outside upper center", ncols=4, handlelength=3,
                  handler_map={tuple: HandlerTuple(ndivide=None)})  # fmt: skip
    return figure


def _per_100k(comparison: Comparison, arm: Arm) -> pd.DataFrame:
    """Departures by seed and channel, per 100 000 at risk."""
    return by_seed(comparison.summary, arm.label)[list(CHANNEL_METRICS)] * 1e5 / comparison.people_in(arm)


def _shares(axes: Axes, row: int, shares: pd.DataFrame) -> None:
    for position, (name, shape) in enumerate(zip(CHANNEL_METRICS, SHAPES, strict=True)):
        share, at, colour = t_interval(shares[name]), row + 0.18 * (position - 1.5), PARTS[position][0]
        axes.plot([share.low, share.high], [at, at], color=colour, lw=1.8)
        axes.plot(share.mean, at, shape, color=colour, ms=5, mew=0)


def alt(comparison: Comparison) -> str:
    """The channel that most take in the baseline, and what surely changes."""
    means = _per_100k(comparison, comparison.baseline).mean()
    if not means.sum() > 0:
        return f"Nobody leaves in these runs {without(comparison)}."
    first = str(means.idxmax())
    share = 100 * means[first] / means.sum()
    begin = f"{begin_without(comparison)} {share:.0f} % of those who leave do so {METRICS[first].short}. "
    return begin + changes(comparison, CHANNEL_METRICS, MOST - len(begin))
