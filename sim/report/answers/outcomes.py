"""Which outcomes an answer tells, in which order, and how each is said.

The order is declared here and follows from nothing that was found: first what is done to people, then what else a
study asks about, and at last what authorities and services do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import Metric
from sim.report.said import small

# a change of less than this share of the level without a policy is called no change to speak of
MARGIN = 0.05
Said = tuple[str, str]  # after a size ("about 12 % fewer people die on journeys in a year"), and as a noun
# harm to people, the first first
HARMS: dict[str, Said] = {
    "deaths": ("people die on journeys in a year", "deaths on journeys"),
    "exploited_people": ("people are exploited at any time", "people exploited at any time"),
    "safety_reached": ("people in need of protection reach safety in a year", "people in need who reach safety"),
    "new_exploited": ("spells of exploitation begin in a year", "new spells of exploitation"),
    "first_exploited": ("people are exploited for the first time in a year", "people exploited for the first time"),
    "misidentified_removed": (
        "exploited people are removed in a year without having been identified",
        "exploited people removed without having been identified",
    ),
    "need_blocked": (
        "times a year people in need of protection are stopped and not recognised",
        "stops of people in need of protection who are not recognised",
    ),
    "people_stranded": ("people are stopped on a journey or detained at any time", "people stopped or detained"),
}
CORE = 3  # so many of them, the first, are told of where nothing is known
ACTIVITIES: dict[str, Said] = {
    "interceptions": ("crossings are stopped in a year", "crossings stopped"),
    "removals": ("people are removed in a year", "removals"),
    "identified": ("exploited people are identified in a year", "exploited people identified"),
    "prosecutions": ("cases are charged in a year", "cases charged"),
    "convictions_exploitation": (
        "cases end in a conviction for exploitation in a year",
        "convictions for exploitation",
    ),
}
# how people move, and the like: of which nobody can say that more is better or worse
OTHERS: dict[str, Said] = {
    "irregular_departures": ("people leave without a visa in a year", "people who leave without a visa"),
    "regular_departures": ("people leave with a visa in a year", "people who leave with a visa"),
    "departures": ("people leave in a year", "people who leave"),
    "arrivals": ("people arrive in a year", "people who arrive"),
    "irregular_arrivals": ("people arrive irregularly in a year", "people who arrive irregularly"),
    "people_abroad_irregular": ("people are abroad without status at any time", "people abroad without status"),
}
SAID = HARMS | ACTIVITIES | OTHERS
MOST_METRICS = 24  # a study that names no more has chosen them


@dataclass(frozen=True)
class Chosen:
    """Names of metrics in the order in which they are told."""

    harms: tuple[str, ...]
    asked: tuple[str, ...]  # neither harm nor activity, chosen by who asks
    activities: tuple[str, ...]
    own: bool  # whether who asks chose them, and did not ask for all


def chosen(metrics: Iterable[str]) -> Chosen:
    """What is told of the metrics that were asked for.

    Where all of them were, others than those that have a place in the order are left to tables.
    """
    asked = list(dict.fromkeys(metrics))
    own = len(asked) <= MOST_METRICS
    harms = [name for name in HARMS if name in asked]
    more = [name for name in asked if METRICS[name].worse and name not in HARMS] if own else []
    plain = [name for name in asked if not METRICS[name].worse and not METRICS[name].is_activity]
    others = plain if own else [name for name in OTHERS if name in plain]
    return Chosen((*harms, *more), tuple(others), tuple(name for name in ACTIVITIES if name in asked), own)


def clause(name: str, size: str) -> str:
    """A size said of a metric: ``about 12 % fewer people are exploited at any time``.

    ``size`` ends in more, fewer, less, higher or lower, or says how many times as many.
    """
    metric = METRICS[name]
    if name in SAID:
        return f"{size} {SAID[name][0]}"
    if is_count(metric):
        return f"there are {size} {_bare(metric.meaning)}{each_year(metric)}"
    return f"the figure for {named(name)} is {size}"


def named(name: str) -> str:
    """What a metric is called within a sentence: ``deaths on journeys``."""
    metric = METRICS[name]
    if name in SAID:
        return SAID[name][1]
    return _bare(metric.meaning) if is_count(metric) else small(metric.title)


def is_count(metric: Metric) -> bool:
    """Whether it counts people or events, so that there can be fewer of them."""
    return metric.per_100k and "$" not in metric.unit


def each_year(metric: Metric) -> str:
    """What follows a number of what happens by the year."""
    return " a year" if metric.kind == "flow" else ""


def _bare(meaning: str) -> str:
    return meaning.removesuffix(" (activity)")
