"""Whether a group fares otherwise than the whole: told only where runs were split and a group surely stands out."""

from __future__ import annotations

import math

from sim.declared.measures.catalogue import METRICS
from sim.report import words
from sim.report.answers.basis import Basis, name_of
from sim.report.answers.outcomes import HARMS
from sim.report.answers.said import sentence
from sim.report.by_group import beyond, group_name, split_name
from sim.report.said import small


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
            (row["beyond_q"], setting, titles[row["arm"]], row, comparison)
            for row in comparison.group_effects.to_dict("records")
            if row["metric"] in HARMS and beyond(row) and math.isfinite(row["percent"])
        ]
    if not found:
        return ""
    _, setting, arm, row, comparison = min(found, key=lambda one: one[0])
    every = comparison.effects
    (whole,) = every[(every["arm"] == row["arm"]) & (every["metric"] == row["metric"])]["percent"]
    at = f" in {name_of(setting)}" if len(basis.worlds) > 1 else ""
    return sentence(
        f"Not all groups change alike: with {arm}{at}, {small(METRICS[row['metric']].title)} change by "
        f"{words.percent(row['percent'])} among {small(group_name(row['by'], row['group']))} "
        f"({small(split_name(row['by']))}) and by {words.percent(float(whole))} among everyone"
    )
