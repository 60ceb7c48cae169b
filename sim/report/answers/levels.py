"""Sentences about levels: of runs with which nothing was compared, and beside effects of which no sign is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.declared.measures.catalogue import METRICS
from sim.report.answers import assumptions, sizes
from sim.report.answers.basis import Basis
from sim.report.answers.effects import failed, span, width
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
    count = len(comparison.seeds)
    compared = f"Nothing was compared: from {counted(count, 'run', 'runs')} in one world nothing is known of any policy"
    found.append(Sentence(sentence(compared, failed(basis)), UNKNOWN))
    return [*found, Sentence(sentence(assumptions.alone(basis)), ASSUMPTION)]


def _level(comparison: Comparison, name: str) -> str:
    """A level with its interval over seeds; empty where no run has one."""
    metric = METRICS[name]
    values = comparison.summary[comparison.summary["metric"] == name]["value"]
    found = t_interval(values)
    if not found.count:
        return ""
    scale, unit = per_people(metric, comparison.people)
    mean, low, high = (
        sizes.natural(scale * value) if math.isfinite(value) else "" for value in (found.mean, found.low, found.high)
    )
    within = f" ({low} to {high}, by {counted(found.count, 'seed', 'seeds')})" if low else ""
    if not is_count(metric):
        return f"the figure for {named(name)} is about {mean}{sizes.SPACE}{unit}{within}"
    return (
        f"of every 100{sizes.SPACE}000 people at risk there are about {mean} {named(name)}{each_year(metric)}{within}"
    )


def together(basis: Basis, metrics: Sequence[str]) -> str:
    """The levels of some counts without a policy, in one part of a sentence; empty where none is known."""
    texts, ranges = [], False
    for metric in metrics[:MOST_OUTCOMES]:
        ends = span(basis, metric)
        if ends is None or not is_count(METRICS[metric]):
            continue
        low, high = (sizes.natural(end) for end in ends)
        ranges |= low != high
        much = low if low == high else f"{low} to {high}"
        texts.append(f"{much} {named(metric)}{each_year(METRICS[metric])}")
    if not texts:
        return ""
    by = f", by {basis.places[0]}" if ranges else ""
    return f"{basis.without} there are, for every 100{sizes.SPACE}000 people at risk, {series(texts)}{by}"


def spread(basis: Basis, metrics: Sequence[str]) -> str:
    """What a change could be, by the widest interval of each outcome, where no sign is known; empty without any."""
    texts: list[str] = []
    for metric in metrics[:MOST_OUTCOMES]:
        rows = [row for line in basis.lines for _, row in line.rows(metric) if row["low"] <= 0 <= row["high"]]
        if rows:
            row = max(rows, key=width)
            texts.append(f"{named(metric)}{'' if texts else ' could be'} {sizes.anything(row)}")
    which = "their intervals" if len(basis.lines) == 1 else "the widest interval of each"
    few = ", from so few seeds" if basis.few else ""
    return sentence(f"By {which}{few}, {texts[0]}", *texts[1:]) if texts else ""
