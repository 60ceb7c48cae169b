"""Whether a group fares otherwise than the whole: told only where runs were split and a group surely stands out."""

from __future__ import annotations

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.answers.basis import Basis, name_of
from sim.report.answers.outcomes import HARMS
from sim.report.answers.said import sentence
from sim.report.by_group import beyond, group_name, split_name
from sim.report.said import small
from sim.results.signs import RISES


def apart(basis: Basis) -> str:
    """The group that stands out most surely among harms to people: a sentence; empty where none does.

    ``beyond_q`` allows for every group, split, measure and policy, so that the smallest of many is not news by itself.
    """
    found = []
    for setting, comparison in basis.worlds:
        if not comparison.by or not comparison.arms:
            continue
        titles = {arm.label: name_of(arm.title) for arm in comparison.arms}
        found += [
            (row["beyond_q"], setting, titles[row["arm"]], row)
            for row in comparison.group_effects.to_dict("records")
            if row["metric"] in HARMS and beyond(row)
        ]
    if not found:
        return ""
    _, setting, arm, row = min(found, key=lambda one: one[0])
    metric = METRICS[row["metric"]]
    factor, unit = words.per_people(metric, row["people"])
    mean, low, high = (
        words.number(factor * size)
        for size in (abs(row["beyond"]), *sorted((abs(row["beyond_low"]), abs(row["beyond_high"]))))
    )
    at = f" in {name_of(setting)}" if len(basis.worlds) > 1 else ""
    way = "higher" if row["beyond_verdict"] == RISES else "lower"
    group = f"{small(group_name(row['by'], row['group']))} ({small(split_name(row['by']))})"
    return sentence(
        f"Not all groups change alike: with {arm}{at}, {small(metric.title)} among {group} come out {way} than the "
        f"share of that group in the change of the whole, by {mean} ({low} to {high}) "
        f"{'percentage points' if unit == '%' else unit}"
    )
