"""Figures of a comparison: effects, course over time, channels, the same people in two worlds, flows on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.report import (
    buyers,
    by_group,
    channels,
    corruption,
    course,
    exploitation,
    forest,
    gains,
    glance,
    justice,
    network,
    people,
    persons,
    shocks,
    trade,
    words,
)
from sim.report.channels import CHANNEL_METRICS
from sim.report.course import COURSE
from sim.report.pictures import Picture, alt_of, caption_of, drawn, left_out, possible, remark
from sim.report.style import FAINT, INK, WIDTH, canvas, legend_of_arms, marks, theme, thousands
from sim.results.signs import LEAST_SEEDS, LEVEL, seeds_note

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

MOST_DRAWN = 24  # arms of a figure: with more, nothing can be read
_MOST_GAIN = 1e5  # where a mark stands that would be further out


def names(comparison: Comparison) -> tuple[str, ...]:
    """Figures that can be drawn from a comparison."""
    return possible(FIGURES, comparison)


def draw(comparison: Comparison, name: str) -> Figure:
    """Draw one figure, of the first ``MOST_DRAWN`` arms; RequestError names those that there are."""
    figure = drawn(FIGURES, comparison.first(MOST_DRAWN), name, "comparison")
    cut = trade.left_out(comparison) if name == "trade" else left_out(MOST_DRAWN, len(comparison.arms), "arms")
    return remark(figure, [seeds_note(len(comparison.seeds)), cut])


def caption(name: str) -> str:
    """What a figure shows and how to read it."""
    return caption_of(FIGURES[name])


def alt(comparison: Comparison, name: str) -> str:
    """What is found in a figure, in a sentence or two, for those who cannot see it."""
    return alt_of(FIGURES[name], comparison.first(MOST_DRAWN))


def title(name: str) -> str:
    """What a figure is called."""
    return FIGURES[name].title


def narrow(comparison: Comparison, name: str) -> Figure | None:
    """A figure as it is drawn for a telephone; None where there is only the one."""
    picture = FIGURES[name]
    if picture.narrow is None:
        return None
    with theme():
        return picture.narrow(comparison.first(MOST_DRAWN))


# --- pairing ---------------------------------------------------------------------------------------------------


def pairing(comparison: Comparison) -> Figure:
    """By what factor pairing lowered the variance of differences, for every headline metric and arm."""
    chosen = [name for name in comparison.metrics if METRICS[name].headline] or comparison.metrics
    table = comparison.effects[comparison.effects["metric"].isin(chosen)]
    table = table[np.isfinite(table["variance_ratio"])].assign(metric=lambda t: t["metric"].map(words.label))
    table["variance_ratio"] = table["variance_ratio"].clip(upper=_MOST_GAIN)
    order = table.groupby("metric")["variance_ratio"].median().sort_values(ascending=False).index
    figure, ((axes,),) = canvas(WIDTH, 1.0 + 0.22 * len(order))
    axes.set_xscale("log")
    place = {metric: y for y, metric in enumerate(order)}
    mark = marks(comparison)
    for arm, part in table.groupby("arm", sort=False):
        colour, shape, _ = mark[str(arm)]
        axes.plot(part["variance_ratio"], part["metric"].map(place), shape, color=colour, ms=5.5, mew=0)
    axes.set_yticks(range(len(order)), list(order))
    axes.set_ylim(len(order) - 0.5, -0.5)
    legend_of_arms(figure, comparison, baseline=False)
    axes.axvline(1, color=INK, lw=0.8)
    axes.xaxis.set_major_formatter(thousands)
    axes.grid(visible=True, axis="y", color=FAINT, lw=0.4)
    axes.set_xlabel("variance without pairing / variance with pairing (logarithmic)")
    return figure


def alt_pairing(comparison: Comparison) -> str:
    """The median gain, and how many effects gain nothing."""
    chosen = [name for name in comparison.metrics if METRICS[name].headline] or comparison.metrics
    ratios = comparison.effects[comparison.effects["metric"].isin(chosen)]["variance_ratio"]
    ratios = ratios[np.isfinite(ratios)]
    return (
        f"In the median of {len(ratios)} effects the variance without pairing is "
        f"{words.number(float(ratios.median()))} times that "
        f"with pairing; for {int((ratios < 1).sum()) or 'none'} of them pairing makes it larger."
    )


# --- what there is ----------------------------------------------------------------------------------------------


def _has_arms(comparison: Comparison) -> bool:
    return (
        bool(comparison.arms)
        and not comparison.effects.empty
        and bool(comparison.runs_of(comparison.baseline, "metrics"))
    )


def _has_course(comparison: Comparison) -> bool:
    return not comparison.series.empty and any(name in comparison.metrics for name in COURSE)


def _has_shocks(comparison: Comparison) -> bool:
    drawn = any(name in comparison.metrics for name in shocks.COURSE)
    return bool(shocks.shocks_of(comparison)) and drawn and not comparison.series.empty


def _has_channels(comparison: Comparison) -> bool:
    return set(CHANNEL_METRICS) <= set(comparison.metrics) and all(
        comparison.runs_of(arm, "metrics") for arm in comparison.every_arm
    )


def _has_flows(comparison: Comparison) -> bool:
    return all(comparison.runs_of(arm, "metrics") for arm in comparison.every_arm)


def _has_exploitation(comparison: Comparison) -> bool:
    return _has_flows(comparison) and bool(comparison.flows(comparison.baseline, "exploited_cells").any())


def _has_cases(comparison: Comparison) -> bool:
    return _has_arms(comparison) and set(justice.CASES) <= set(comparison.metrics)


def _has_persons(comparison: Comparison) -> bool:
    return _has_flows(comparison) and len(persons.shown(comparison)) > 1


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
    "glance": Picture(
        glance.wide,
        f"""Change under each policy of at most {glance.MOST} outcomes, harm to people first, in per cent of the level
        of the baseline, over the years that count. {_OF_CHANGES} Filled marks and bold letters: the sign is sure
        ({_SIGNS}). A mark at the edge points to a change beyond it. {forest.FROM_NOTHING}""",
        _has_arms,
        "At a glance",
        glance.alt,
        glance.narrow,
    ),
    "effects": Picture(
        forest.effects,
        f"""Change of each headline figure under each policy, in per cent of the baseline mean, over the years that
        count. {_OF_CHANGES} Filled marks: the sign is sure ({_SIGNS}); discs are better for people, squares worse,
        triangles neither. A mark at the edge points to a change beyond it. {forest.FROM_NOTHING} Hollow diamonds on a
        shaded ground are activity of the state, which is not an outcome: it says how much is done, not how people
        fare.""",
        _has_arms,
        "Effects",
        forest.alt,
    ),
    "risks": Picture(
        people.risks,
        f"""Who gains and who loses: change of a risk by groups that are known before policies begin, people per
        100 000 of the group over the whole period. Triangles name a sign ({gains.SURE}): pointing down the risk falls,
        pointing up it rises; hollow circles do not. Lines are {_PERCENT} intervals over populations, each the mean of
        its lucks. Grey, where there is a placebo: the interval of the same estimate with nothing done.
        {_NONE}""",
        people.has_risks,
        "Who gains and who loses",
        gains.alt,
    ),
    "groups": Picture(
        by_group.groups,
        f"""Change under each policy by group of people, in per cent of the level of the group, beside that of everyone.
        {_OF_CHANGES} Filled marks: the sign is sure (q < {1 - LEVEL:.2g} over all groups, splits, measures,
        policies and settings, from at least {LEAST_SEEDS} seeds). {by_group.MARK} The group surely comes out higher or
        lower than its share of what everyone moves by. Groups in which nothing happens in the baseline are left
        out.""",
        by_group.has_groups,
        "By group",
        by_group.alt,
    ),
    "where": Picture(
        exploitation.where,
        f"""Where exploitation sits in the baseline: exploited people at a time by sector and by what holds them, for
        people from elsewhere without and with status and for people at home; below, by region, with {_PERCENT}
        intervals. {_NONE} Exploited: credited less than half of what the work is worth and held, or in confinement or
        under violence. This is the truth of the model, which no record shows.""",
        _has_exploitation,
        "Where exploitation sits",
        exploitation.alt_where,
    ),
    "ways_out": Picture(
        exploitation.ways_out,
        f"""How people leave exploitation. Meetings with agencies need not help: many who are found by officials are
        removed. {_INTERVALS}""",
        _has_exploitation,
        "How people leave exploitation",
        exploitation.alt_ways_out,
    ),
    "paths": Picture(
        justice.paths,
        """People a year, per 100 000 at risk, from leaving exploitation to what becomes of them, one diagram for the
        baseline and for each policy; means over seeds. Blue is help; orange and hatched is removal or death. Those who
        are met by an agency and not recognised go on as before, or free.""",
        _has_exploitation,
        "From exploitation to what follows",
        justice.alt_paths,
    ),
    "funnel": Picture(
        justice.funnel,
        f"""From exploited people to convictions: what is true at each step, and with marks what agencies record of it
        in the baseline. Each agency has its own definition, scope, errors and delays; entries added up count people
        several times. {_INTERVALS}""",
        _has_exploitation,
        "From exploitation to convictions",
        justice.alt_funnel,
    ),
    "cases": Picture(
        justice.cases,
        f"""Cases and the people in them: cases that another region joins, cases that are charged and end in conviction,
        and the people charged and convicted in them. Activity of the state, which is not an outcome. {_INTERVALS}""",
        _has_cases,
        "Cases and suspects",
        justice.alt_cases,
    ),
    "events": Picture(
        persons.events,
        """Events a year (hollow) and the persons to whom they happened (filled), each person counted once in a year,
        per 100 000 at risk, means over seeds; the number says how many events there are for each of these persons.
        Events can rise while persons do not, where the same people are met again and again.""",
        _has_persons,
        "Events and persons",
        persons.alt,
    ),
    "demand": Picture(
        buyers.demand,
        f"""Final demand by who buys, and what goes with it: people at work in commercial sex and those among them who
        are exploited, clients who report what they see, and how much is hidden. {_INTERVALS}""",
        _has_demand,
        "Who buys",
        buyers.alt_demand,
    ),
    "ways": Picture(
        buyers.ways,
        f"""Ways to move that policies open, close or tie, where anyone took them or met with them. {_INTERVALS}""",
        _has_ways,
        "Ways that policies open, close or tie",
        buyers.alt_ways,
    ),
    "officials": Picture(
        corruption.officials,
        f"""Officials whose post has something to sell: how many sell, and what is paid to them in a year, by who pays
        first. What providers pay is part of the cost that fees cover, what is paid for people in custody is charged to
        them. {_INTERVALS} No record shows any of this.""",
        _has_arms,
        "Officials who sell",
        corruption.alt,
    ),
    "networks": Picture(
        trade.networks,
        f"""How enterprises hold their partners, and how well that works: flux finds somebody else for each job,
        others go through brokers, keep one partner or several for each function, or own what they need.
        {_INTERVALS} No record shows any of this.""",
        _has_arms,
        "How enterprises hold their partners",
        trade.alt_networks,
    ),
    "trade": Picture(
        trade.drawing,
        """Who works with whom at the end of the runs, means over seeds: enterprises by form, facilitators by function
        and posts that have something to sell, per 100 000 at risk. Lines are working relations; the orange core of a
        disc is the share of facilitators in custody, or of officials who sell.""",
        _has_flows,
        "Who works with whom",
        trade.alt_drawing,
    ),
    "course": Picture(
        course.course,
        f"Headline figures over time, means of 24 weeks (12 or 4 in shorter runs). {_INTERVALS}",
        _has_course,
        "Over time",
        course.alt,
    ),
    "shocks": Picture(
        shocks.course,
        f"""What happens in the world while it is run, as bands with names, over the course of departures, crossings
        without papers and exploited people. It happens in every arm alike; a dashed line is where the first policy
        starts. What fades after its end, or is known before it begins, is felt outside its band. {_INTERVALS}""",
        _has_shocks,
        "What happens in the world",
        shocks.alt,
    ),
    "channels": Picture(
        channels.channels, f"How people leave. {_INTERVALS}", _has_channels, "How people leave", channels.alt
    ),
    "flows": Picture(
        network.flows,
        f"""Irregular departures between regions: the baseline, and the change under each policy. Changes whose sign is
        sure (q < {1 - LEVEL:.2g} over all changes drawn, from at least {LEAST_SEEDS} seeds) are coloured; the
        others are grey and thin. Arrows of whole lines are more, dashed ones fewer. Places are for drawing only.""",
        _has_flows,
        "Where people go",
        network.alt,
    ),
    "pairing": Picture(
        pairing,
        """How much running both worlds with the same luck sharpens the comparison: 4 means that as sharp an interval
        without pairing would need four times as many seeds. Gains above 100 000 stand there.""",
        _has_pairing,
        "What pairing gains",
        alt_pairing,
    ),
}
