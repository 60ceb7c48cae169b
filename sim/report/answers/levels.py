"""Sentences about levels: of runs with which nothing was compared, and beside effects of which no sign is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.declared.measures.catalogue import METRICS
from sim.report.answers import assumptions, sizes
from sim.report.answers.basis import Basis, name_of
from sim.report.answers.effects import failed, span, widest
from sim.report.answers.outcomes import each_year, is_count, named
from sim.report.answers.said import ASSUMPTION, EFFECT, UNKNOWN, Sentence, counted, sentence, series
from sim.report.words import per_people
from sim.results.statistics import t_interval

if TYPE_CHECKING:
    from sim.results.comparison import Comparison

MOST_OUTCOMES = 3


def of_runs(basis: Basis) -> list[Sentence]:
    """The sentences of runs without arms: what there was, and that nothing was compared."""
    comparison = basis.first
    told = basis.outcomes.harms or basis.outcomes.asked or basis.outcomes.activities
    found = []
    for name in told[:MOST_OUTCOMES]:
        text = _level(comparison, name)
        if text:
            found.append(Sentence(sentence(text), EFFECT))
    count = len(comparison.keys_of(comparison.baseline))
    force = series([name_of(policy.name) for policy in comparison.baseline.scenario.policies if policy.levers])
    what = f"with {force} in force nothing is known of what that changes" if force else "nothing is known of any policy"
    compared = f"Nothing was compared: from {counted(count, 'run', 'runs')} in one world {what}"
    found.append(Sentence(sentence(compared, failed(basis)), UNKNOWN))
    return [*found, Sentence(sentence(assumptions.alone(basis)), ASSUMPTION)]


def _level(comparison: Comparison, name: str) -> str:
    """A level with its interval over seeds, each the mean over its lucks; empty where no run has one."""
    metric = METRICS[name]
    values = comparison.summary[comparison.summary["metric"] == name]
    found = t_interval(values.groupby("seed")["value"].mean())
    if not found.count:
        return ""
    scale, unit = per_people(metric, comparison.people)
    mean, low, high = (
        sizes.natural(scale * value) if math.isfinite(value) else "" for value in (found.mean, found.low, found.high)
    )
    within = f" ({low} to {high}, by {counted(found.count, 'seed', 'seeds')})" if low else ""
    if not is_count(metric):
        return f"the figure for {named(name)} is about {mean}{sizes.SPACE}{unit}{within}"
    much = f"about {mean}" if found.mean else "no"
    return f"of every 100{sizes.SPACE}000 people at risk there are {much} {named(name)}{each_year(metric)}{within}"


def together(basis: Basis, metrics: Sequence[str]) -> str:
    """The levels of some counts without a policy, in one part of a sentence; empty where none is known."""
    texts, ranges = [], False
    for metric in metrics[:MOST_OUTCOMES]:
        ends = span(basis, metric)
        if ends is None or not is_count(METRICS[metric]):
            continue
        low, high = (sizes.natural(end) for end in ends)
        ranges |= low != high
        much = (low if ends[1] else "no") if low == high else f"{low} to {high}"
        texts.append(f"{much} {named(metric)}{each_year(METRICS[metric])}")
    if not texts:
        return ""
    by = f", by {basis.levels_by}" if ranges else ""
    return f"{basis.without} there are, for every 100{sizes.SPACE}000 people at risk, {series(texts)}{by}"


def spread(basis: Basis, metrics: Sequence[str]) -> str:
    """What a change could be, by the widest interval of each outcome, where no sign is known; empty without any."""
    texts: list[str] = []
    several = False
    for metric in metrics[:MOST_OUTCOMES]:
        rows = [row for line in basis.lines for _, row in line.rows(metric) if row["low"] <= 0 <= row["high"]]
        if rows:
            several |= len(rows) > 1
            texts.append(f"{named(metric)}{'' if texts else ' could be'} {sizes.anything(widest(rows))}")
    which = "the widest interval of each" if several else "their intervals"
    few = ", from so few seeds" if basis.few else ""
    return sentence(f"By {which}{few}, {texts[0]}", *texts[1:]) if texts else ""
