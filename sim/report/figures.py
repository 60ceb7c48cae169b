"""Figures of a comparison: effects, course over time, channels, the same people in two worlds, flows on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.declared.measures.catalogue import METRICS
from sim.report import buyers, corruption, exploitation, forest, justice, network, people, trade, words
from sim.report.pictures import COLUMNS, Picture, caption_of, drawn, head, left_out, panels, possible, remark
from sim.report.style import CHANNELS, FAINT, INK, QUIET, WIDTH, canvas, colours, legend_of_arms, no_data, thousands
from sim.report.texts import in_figure
from sim.results.signs import LEAST_SEEDS, LEVEL, seeds_note
from sim.results.statistics import by_seed, t_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

CHANNEL_METRICS = ("regular_departures", "papers_departures", "alone_departures", "provider_departures")
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
MOST_DRAWN = 24  # arms of a figure: with more, nothing can be read
_BIN = 24  # weeks in one point of a drawn series
_LEAD = 1.0  # years drawn before policies may start


def names(comparison: Comparison) -> tuple[str, ...]:
    """Figures that can be drawn from a comparison."""
    return possible(FIGURES, comparison)


def draw(comparison: Comparison, name: str) -> Figure:
    """Draw one figure, of the first ``MOST_DRAWN`` arms; RequestError names those that there are."""
    figure = drawn(FIGURES, comparison.first(MOST_DRAWN), name, "comparison")
    return remark(figure, [seeds_note(len(comparison.seeds)), left_out(MOST_DRAWN, len(comparison.arms), "arms")])


def caption(name: str) -> str:
    """What a figure shows and how to read it."""
    return caption_of(FIGURES[name])


# --- course over time -------------------------------------------------------------------------------------------


def course(comparison: Comparison) -> Figure:
    """Small multiples of headline metrics over time: mean and interval over seeds of every arm."""
    chosen = [name for name in COURSE if name in comparison.metrics]
    binned = _binned(comparison.series[comparison.series["week"] >= -52 * _LEAD], chosen)
    figure, every = panels(len(chosen), 0.6, 2.15, sharex=True)
    colour = colours(comparison)
    for axes, name in zip(every, chosen, strict=True):
        for arm in comparison.every_arm:
            factor, unit = words.per_people(METRICS[name], comparison.people_in(arm))
            _band(axes, binned[binned["arm"] == arm.label], name, factor, colour[arm.label])
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
    legend_of_arms(figure, comparison)
    return figure


def _binned(series: pd.DataFrame, chosen: list[str]) -> pd.DataFrame:
    """Means of some weeks by arm and seed; bins begin when policies may start. Short runs keep every point."""
    span = series["week"].max() - series["week"].min()
    width = _BIN if span > 12 * _BIN else 4
    first = series["week"].floordiv(width) * width
    return (
        series.assign(year=(first + width / 2) / 52)
        .groupby(["arm", "seed", "year"], sort=False)[chosen]
        .mean()
        .reset_index()
    )


def _band(axes: Axes, table: pd.DataFrame, name: str, factor: float, colour: str) -> None:
    wide = factor * table.pivot(index="year", columns="seed", values=name).astype(float)
    intervals = [t_interval(row) for row in wide.to_numpy()]
    axes.fill_between(
        wide.index, [i.low for i in intervals], [i.high for i in intervals], color=colour, alpha=0.18, lw=0
    )
    axes.plot(wide.index, [i.mean for i in intervals], color=colour, lw=1.7)


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


# --- channels ---------------------------------------------------------------------------------------------------


def channels(comparison: Comparison) -> Figure:
    """How people leave: how many by each channel, and each channel's share with its interval."""
    figure, ((left, right),) = canvas(WIDTH, 1.5 + 0.55 * len(comparison.every_arm), ncols=2, width_ratios=[1.25, 1])
    arms = comparison.every_arm
    colour = dict(zip(CHANNEL_METRICS, CHANNELS, strict=True))
    for y, arm in enumerate(arms):
        values = by_seed(comparison.summary, arm.label)[list(CHANNEL_METRICS)] * 1e5 / comparison.people_in(arm)
        edge = 0.0
        for name in CHANNEL_METRICS:
            width = float(values[name].mean())
            left.barh(y, width, left=edge, height=0.62, color=colour[name], edgecolor="white")
            edge += width
        total = t_interval(values.sum(axis=1, min_count=len(CHANNEL_METRICS)))
        left.plot([total.low, total.high], [y, y], color=INK, lw=1.6)
        left.text(np.nanmax([total.high, edge, 0.0]), y, f"  {words.number(edge)}", va="center", fontsize=8, color=INK)
        shares = 100 * values.div(values.sum(axis=1), axis=0)
        for position, name in enumerate(CHANNEL_METRICS):
            share = t_interval(shares[name])
            at = y + 0.14 * (position - 1.5)
            right.plot([share.low, share.high], [at, at], color=colour[name], lw=2)
            right.plot(share.mean, at, "o", color=colour[name], ms=4.5)
    for axes in (left, right):
        axes.set_ylim(len(arms) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
    left.set_yticks(range(len(arms)), [in_figure(arm.title) for arm in arms])
    right.set_yticks(range(len(arms)), [])
    left.set_xlim(right=1.12 * left.get_xlim()[1])
    left.set_title("Departures by channel")
    left.set_xlabel("people a year per 100 000 at risk; line: interval of the total")
    right.set_title("Share of departures")
    right.set_xlabel("%")
    right.set_xlim(left=0)
    left.xaxis.set_major_formatter(thousands)
    handles = [Patch(color=colour[name], label=METRICS[name].short) for name in CHANNEL_METRICS]
    figure.legend(handles=handles, loc="outside upper center", ncols=4)
    return figure


def pairing(comparison: Comparison) -> Figure:
    """By what factor pairing lowered the variance of differences, for every headline metric and arm."""
    chosen = [name for name in comparison.metrics if METRICS[name].headline] or comparison.metrics
    table = comparison.effects[comparison.effects["metric"].isin(chosen)]
    table = table[np.isfinite(table["variance_ratio"])].assign(metric=lambda t: t["metric"].map(words.label))
    order = table.groupby("metric")["variance_ratio"].median().sort_values(ascending=False).index
    figure, ((axes,),) = canvas(WIDTH, 1.0 + 0.22 * len(order))
    axes.set_xscale("log")
    place = {metric: y for y, metric in enumerate(order)}
    colour = colours(comparison)
    for arm, part in table.groupby("arm", sort=False):
        axes.plot(part["variance_ratio"], part["metric"].map(place), "o", color=colour[str(arm)], ms=6, mew=0)
    axes.set_yticks(range(len(order)), list(order))
    axes.set_ylim(len(order) - 0.5, -0.5)
    legend_of_arms(figure, comparison, baseline=False)
    axes.axvline(1, color=INK, lw=0.8)
    axes.xaxis.set_major_formatter(thousands)
    axes.grid(visible=True, axis="y", color=FAINT, lw=0.4)
    axes.set_xlabel("variance without pairing / variance with pairing")
    return figure


# --- what there is ----------------------------------------------------------------------------------------------


def _has_arms(comparison: Comparison) -> bool:
    return (
        bool(comparison.arms)
        and not comparison.effects.empty
        and bool(comparison.runs_of(comparison.baseline, "metrics"))
    )


def _has_course(comparison: Comparison) -> bool:
    return not comparison.series.empty and any(name in comparison.metrics for name in COURSE)


def _has_channels(comparison: Comparison) -> bool:
    return set(CHANNEL_METRICS) <= set(comparison.metrics) and all(
        comparison.runs_of(arm, "metrics") for arm in comparison.every_arm
    )


def _has_flows(comparison: Comparison) -> bool:
    return all(comparison.runs_of(arm, "metrics") for arm in comparison.every_arm)


def _has_exploitation(comparison: Comparison) -> bool:
    return _has_flows(comparison) and bool(comparison.flows(comparison.baseline, "exploited_cells").any())


def _has_demand(comparison: Comparison) -> bool:
    return _has_arms(comparison) and {*buyers.PARTS, *buyers.OF_DEMAND} <= set(comparison.metrics)


def _has_ways(comparison: Comparison) -> bool:
    return _has_arms(comparison) and set(buyers.OF_WAYS) <= set(comparison.metrics) and bool(buyers.used(comparison))


def _has_pairing(comparison: Comparison) -> bool:
    return _has_arms(comparison) and bool(np.isfinite(comparison.effects["variance_ratio"]).any())


_PERCENT = f"{100 * LEVEL:g}\N{NARROW NO-BREAK SPACE}%"
_NONE = "Where a mark or a bar has none, there is one seed or all seeds agree, and no interval can be given."
_INTERVALS = f"Lines and bands are {_PERCENT} intervals over seeds (Student's t). {_NONE}"
_OF_CHANGES = f"Lines and bands are {_PERCENT} intervals over seeds, by the method that the tables name. {_NONE}"
_SIGNS = f"q < {1 - LEVEL:.2g} over all effects of the study, from at least {LEAST_SEEDS} seeds"


FIGURES: dict[str, Picture[Comparison]] = {
    "effects": Picture(
        forest.effects,
        f"""Change of each headline figure under each policy, in per cent of the baseline mean, over the years that
        count. {_OF_CHANGES} Filled marks: the sign is sure ({_SIGNS}). Diamonds on a shaded ground are activity of the
        state, which is not an outcome: it says how much is done, not how people fare.""",
        _has_arms,
    ),
    "risks": Picture(
        people.risks,
        f"""Who gains and who loses: change of a risk by groups that are known before policies begin, people per
        100 000 of the group over the whole period. Triangles name a sign ({_SIGNS}): pointing down the risk falls,
        pointing up it rises; open circles do not. Lines are {_PERCENT} intervals over populations, each the mean of
        its lucks. Grey, where there is a placebo: the interval of the same estimate with nothing done.
        {_NONE}""",
        people.has_risks,
    ),
    "where": Picture(
        exploitation.where,
        f"""Where exploitation sits in the baseline: exploited people at a time by sector and by what holds them, for
        people from elsewhere without and with status and for people at home; below, by region, with {_PERCENT}
        intervals. {_NONE} Exploited: credited less than half of what the work is worth and held, or in confinement or
        under violence. This is the truth of the model, which no record shows.""",
        _has_exploitation,
    ),
    "ways_out": Picture(
        exploitation.ways_out,
        f"""How people leave exploitation. Meetings with agencies need not help: many who are found by officials are
        removed. {_INTERVALS}""",
        _has_exploitation,
    ),
    "paths": Picture(
        justice.paths,
        """People a year, per 100 000 at risk, from leaving exploitation to what becomes of them, one diagram for the
        baseline and for each policy; means over seeds. Green is help, red is removal or death. Those who are met by an
        agency and not recognised go on as before, or free.""",
        _has_exploitation,
    ),
    "funnel": Picture(
        justice.funnel,
        f"""From exploited people to convictions: what is true at each step, and with marks what agencies record of it
        without a policy. Each agency has its own definition, scope, errors and delays; entries added up count people
        several times. {_INTERVALS}""",
        _has_exploitation,
    ),
    "demand": Picture(
        buyers.demand,
        f"""Final demand by who buys, and what goes with it: people at work in commercial sex and those among them who
        are exploited, clients who report what they see, and how much is hidden. {_INTERVALS}""",
        _has_demand,
    ),
    "ways": Picture(
        buyers.ways,
        f"""Ways to move that policies open, close or tie, where anyone took them or met with them. {_INTERVALS}""",
        _has_ways,
    ),
    "officials": Picture(
        corruption.officials,
        f"""Officials whose post has something to sell: how many sell, and what is paid to them in a year, by who pays
        first. What providers pay is part of the cost that fees cover, what is paid for people in custody is charged to
        them. {_INTERVALS} No record shows any of this.""",
        _has_arms,
    ),
    "networks": Picture(
        trade.networks,
        f"""How enterprises hold their partners, and how well that works: flux finds somebody else for each job,
        others go through brokers, keep one partner or several for each function, or own what they need.
        {_INTERVALS} No record shows any of this.""",
        _has_arms,
    ),
    "trade": Picture(
        trade.drawing,
        """Who works with whom at the end of the runs, means over seeds: enterprises by form, facilitators by function
        and posts that have something to sell, per 100 000 at risk. Lines are working relations; the dark core of a disc
        is the share of facilitators in custody, or of officials who sell.""",
        _has_flows,
    ),
    "course": Picture(
        course,
        f"Headline figures over time, means of {_BIN} weeks (4 in short runs). {_INTERVALS}",
        _has_course,
    ),
    "channels": Picture(channels, f"How people leave. {_INTERVALS}", _has_channels),
    "flows": Picture(
        network.flows,
        f"""Irregular departures between regions: the baseline, and the change under each policy. Changes whose sign is
        sure (q < {1 - LEVEL:.2g} over all changes drawn, from at least {LEAST_SEEDS} seeds) are drawn in full; the
        others are faint. Light discs are places of origin, dark ones
        destinations, grey ones both or in between. Places are for drawing only.""",
        _has_flows,
    ),
    "pairing": Picture(
        pairing,
        """How much running both worlds with the same luck sharpens the comparison: 4 means that as sharp an interval
        without pairing would need four times as many seeds.""",
        _has_pairing,
    ),
}
