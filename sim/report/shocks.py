"""Figure of what happens in the world of a comparison: its shocks, as bands over how people move and are exploited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.course import over_seeds
from sim.report.pictures import COLUMNS, head, panels
from sim.report.said import fitted, small
from sim.report.style import FAINT, INK, QUIET, SHADE, legend_of_arms, marks, thousands
from sim.report.texts import in_figure, short

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.policies.shocks import Shock
    from sim.results.comparison import Comparison

COURSE = ("departures", "irregular_crossings", "exploited_people")
LONGEST = 22  # letters of a name in a panel
MOST = 6  # names in a panel; more bands are drawn without theirs
_LEAD = 1.0  # years drawn before policies may start
_LINE = 0.085  # of the height of a panel for each name
_YEAR = 52.0  # weeks


def shocks_of(comparison: Comparison) -> list[Shock]:
    """What happens in any arm, each once, in the order of time."""
    every = dict.fromkeys(shock for arm in comparison.every_arm for shock in arm.scenario.shocks)
    return sorted(every, key=lambda shock: (shock.start, shock.name))


def course(comparison: Comparison) -> Figure:
    """Week by week: how many leave, cross without papers and are exploited in every arm, and what happens meanwhile."""
    chosen = [name for name in COURSE if name in comparison.metrics]
    series = comparison.series[comparison.series["week"] >= -_YEAR * _LEAD]
    series = series.assign(year=series["week"] / _YEAR)
    figure, every = panels(len(chosen), 0.7, 2.5, sharex=True)
    mark, happening = marks(comparison), shocks_of(comparison)
    last = series["week"].max()
    for axes, name in zip(every, chosen, strict=True):
        for arm in comparison.every_arm:
            factor, unit = words.per_people(METRICS[name], comparison.people_in(arm))
            wide = factor * series[series["arm"] == arm.label].pivot(index="year", columns="seed", values=name)
            over_seeds(axes, wide, mark[arm.label], lw=1.5, zorder=3)
        head(axes, name, unit)
        axes.set_xlim(max(-_LEAD, series["week"].min() / _YEAR), last / _YEAR)
        room = _LINE * (min(len(happening), MOST) + 1)
        axes.set_ylim(0.0, max(axes.get_ylim()[1], 1e-9) / (1.0 - room))
        for number, shock in enumerate(happening):
            _band(axes, shock, number)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.yaxis.set_major_formatter(thousands)
        if comparison.policy_start is not None:
            axes.axvline(comparison.policy_start / _YEAR, color=INK, lw=0.9, ls=(0, (4, 2)))
    for axes in every[-COLUMNS:]:
        axes.set_xlabel("years since policies may start")
    legend_of_arms(figure, comparison, lines=True)
    return figure


def _band(axes: Axes, shock: Shock, number: int) -> None:
    """A band as long as a shock lasts, its edges as lines, and its name above the curves."""
    low, high = axes.get_xlim()
    begins = min(max(shock.start / _YEAR, low), high)
    ends = high if shock.end is None else min(max(shock.end / _YEAR, low), high)
    axes.axvspan(begins, ends, color=SHADE, lw=0, zorder=0)
    for edge in (begins, ends):
        axes.axvline(edge, color=FAINT, lw=0.8, zorder=1)
    if number >= MOST:
        return
    right = begins > low + 0.6 * (high - low)  # near the right edge the name ends where the band does
    axes.annotate(
        in_figure(short(shock.name, LONGEST)),
        (ends if right else begins, 1.0 - _LINE * (number + 0.5)),
        xycoords=("data", "axes fraction"),
        xytext=(-2 if right else 2, 0),
        textcoords="offset points",
        ha="right" if right else "left",
        va="center",
        fontsize=6.8,
        color=QUIET,
    ).set_in_layout(False)


def alt(comparison: Comparison) -> str:
    """When what happens, and what is then different from the year before it in the baseline."""
    chosen = [name for name in COURSE if name in comparison.metrics]
    series = comparison.series[comparison.series["arm"] == comparison.baseline.label]
    parts = []
    for shock in shocks_of(comparison):
        until = np.inf if shock.end is None else shock.end
        during = series[(series["week"] >= shock.start) & (series["week"] < until)]
        before = series[(series["week"] < shock.start) & (series["week"] >= shock.start - _YEAR)]
        when = f"{short(shock.name, LONGEST)} from year {shock.start / _YEAR:.2g}"
        changes = [
            f"{small(words.label(name))} {_times(during[name].mean(), before[name].mean())}"
            for name in chosen
            if len(during) and before[name].mean() > 0
        ]
        parts.append(f"{when}: {', '.join(changes)}" if changes else when)
    return fitted(parts, begin="In the baseline, over the year before: ", end=".")


def _times(now: float, before: float) -> str:
    return f"times {now / before:.2f}" if np.isfinite(now) else "unknown"
