"""Figure of headline metrics over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.pictures import COLUMNS, head, panels
from sim.report.said import changes, fitted, small
from sim.report.style import INK, QUIET, Mark, legend_of_arms, marks, no_data, thousands
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

COURSE = (
    "exploited_people",
    "new_exploited",
    "identified",
    "irregular_departures",
    "provider_share",
    "mean_fee",
    "people_abroad_irregular",
    "deaths",
    "debt_outstanding",
)
_BINS = ((144, 4), (288, 12), (10**9, 24))  # weeks of a run up to which a point of a series stands for so many weeks
_LEAD = 1.0  # years drawn before policies may start


def course(comparison: Comparison) -> Figure:
    """Small multiples of headline metrics over time: mean and interval over seeds of every arm."""
    chosen = [name for name in COURSE if name in comparison.metrics]
    binned = _binned(comparison.series[comparison.series["week"] >= -52 * _LEAD], chosen)
    figure, every = panels(len(chosen), 0.6, 2.15, sharex=True)
    mark = marks(comparison)
    for axes, name in zip(every, chosen, strict=True):
        for arm in comparison.every_arm:
            factor, unit = words.per_people(METRICS[name], comparison.people_in(arm))
            _band(axes, binned[binned["arm"] == arm.label], name, factor, mark[arm.label])
        head(axes, name, unit)
        if not binned[name].notna().any():
            no_data(axes)
        axes.set_ylim(bottom=0)
        axes.set_xlim(left=max(-_LEAD, binned["year"].min()))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.yaxis.set_major_formatter(thousands)
        _mark_start(axes, comparison)
    for axes in every[-COLUMNS:]:
        axes.set_xlabel("years since policies may start")
        axes.tick_params(labelbottom=True)
    legend_of_arms(figure, comparison, lines=True)
    return figure


def alt(comparison: Comparison) -> str:
    """How each arm ends against the baseline, for the first of the figures drawn."""
    chosen = [name for name in COURSE if name in comparison.metrics]
    if comparison.arms:
        return changes(comparison, chosen)
    last = comparison.series[comparison.series["week"] >= comparison.series["week"].max() - 52][chosen].mean()
    found = [
        f"{small(words.label(name))} {words.number(factor * last[name])} {unit}"
        for name in chosen
        for factor, unit in [words.per_people(METRICS[name], comparison.people)]
    ]
    return fitted(found, begin="In the last year: ", end=".")


def _binned(series: pd.DataFrame, chosen: list[str]) -> pd.DataFrame:
    """Means of some weeks by arm and seed; bins begin when policies may start. Short runs keep every point."""
    span = series["week"].max() - series["week"].min()
    width = next(width for most, width in _BINS if span <= most)
    first = series["week"].floordiv(width) * width
    return (
        series.assign(year=(first + width / 2) / 52)
        .groupby(["arm", "seed", "year"], sort=False)[chosen]
        .mean()
        .reset_index()
    )


def over_seeds(axes: Axes, wide: pd.DataFrame, mark: Mark, **line: Any) -> list[float]:
    """The mean of a table (years, seeds) as a line and its interval as a band; gives the means."""
    intervals = [t_interval(row) for row in wide.to_numpy(float)]
    means = [each.mean for each in intervals]
    axes.fill_between(
        wide.index, [i.low for i in intervals], [i.high for i in intervals], color=mark.colour, alpha=0.12, lw=0
    )
    axes.plot(wide.index, means, color=mark.colour, ls=mark.line, **line)
    return means


def _band(axes: Axes, table: pd.DataFrame, name: str, factor: float, mark: Mark) -> None:
    wide = factor * table.pivot(index="year", columns="seed", values=name).astype(float)
    colour, shape, _ = mark
    means = over_seeds(axes, wide, mark, lw=1.7)
    # the mark stands at the end; a second line of one point is no line of the figure
    axes.plot(wide.index[-1:], means[-1:], shape, color=colour, ms=5,
              mew=1.6 if shape == "|" else 0, clip_on=False)  # fmt: skip


def _mark_start(axes: Axes, comparison: Comparison) -> None:
    start = comparison.policy_start
    if start is not None and start / 52 <= axes.get_xlim()[1]:
        axes.axvline(start / 52, color=INK, lw=0.9, ls=(0, (4, 2)))
        axes.annotate(
            "policy starts",
            (start / 52, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -2),
            textcoords="offset points",
            fontsize=6.8,
            color=QUIET,
            va="top",
        ).set_in_layout(False)
