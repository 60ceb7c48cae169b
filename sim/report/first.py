"""What stands on the first page: the answer, a section for each policy, and what these rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.declared.measures.catalogue import METRICS
from sim.report import answers, drawn, figures, gains, practice, spoken, words
from sim.report.style import colours
from sim.report.tables import (
    at_a_glance,
    by_metric_and_arm,
    gains_of,
    relative_cell,
    values_table,
    widest,
)
from sim.report.texts import short
from sim.report.worlds import worlds_that_fit
from sim.results.pairs import are_twins
from sim.results.run import departures

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

World = tuple[str, "Comparison"]
MOST_ARMS = 6  # with more, a page has no section for each
MOST_COLUMNS, MOST_ROWS = 24, 24  # arms and settings in one table
BRIEF = 6  # measures of the table of many arms


def first_page(
    worlds: Sequence[World], question: str | None = None, findings: Findings | None = None
) -> dict[str, Any]:
    """The parts of the first page about comparisons, each with its title; ``findings`` is the study around them."""
    every = {arm.label: arm.title for _, comparison in worlds for arm in comparison.arms}
    shown = [(title, comparison.first(MOST_COLUMNS)) for title, comparison in worlds]
    sections = [] if len(every) > MOST_ARMS else [_policy(n, label, shown) for n, label in enumerate(every, 1)]
    answer = answers.answer(worlds, question=question, findings=findings)
    beside = drawn.first(shown, findings, answer.figure)
    alone = [] if every else [_alone(number, world) for number, world in enumerate(shown, 1)]
    return {
        "question": answer.question,
        "said": spoken.shown(answer.sentences),
        "cannot": answer.cannot,
        "beside": beside,
        "policies": sections,
        "fit": worlds_that_fit(findings),
        "brief": [_brief(world) for world in shown] if len(every) > MOST_ARMS else [],
        "alone": alone,
        "measures": _measures(shown),
        "worlds": [_about(title, comparison) for title, comparison in worlds],
        "figures": [
            *beside,
            *(one for section in (*sections, *alone) for one in section["figures"]),
        ],
    }


# --- one policy ---------------------------------------------------------------------------------------------------


def _policy(number: int, label: str, worlds: Sequence[World]) -> dict[str, Any]:
    here = [(title, comparison, arm) for title, comparison in worlds for arm in comparison.arms if arm.label == label]
    _, first, arm = here[0]
    return {
        "id": f"policy-{number}",
        "title": arm.title,
        "colour": colours(first)[label],
        "policies": policies(arm),
        "changed": changed(arm, first),
        "said": [(title, spoken.of_arm(comparison, one)) for title, comparison, one in here],
        "effects": _effects(here),
        "risk": gains.RISK[gains.first_outcome(first.risks) or "exploitation"],
        "groups": _groups(here),
        "figures": [
            drawn.of_comparison(narrow, name, f"policy-{number}-{place}", title if len(here) > 1 else "")
            for place, (title, comparison, one) in enumerate(here, 1)
            for narrow in [drawn.with_arm(comparison, one)]
            for name in drawn.OF_POLICY
            if name in figures.names(narrow)
        ],
    }


def policies(arm: Arm) -> list[dict[str, Any]]:
    """The policies of an arm in words."""
    weeks = practice.weeks_of(arm.scenario)
    return [
        {
            "name": policy.name,
            "intent": policy.intent,
            "moves": spoken.dose(policy, arm.scenario),
            "practice": f"{100 * practice.best(policy, weeks):.3g}",
            "note": " ".join(practice.without_effect(policy, arm.scenario)),
            "dose": f"{policy.dose:g}",
            "ramp": f"{policy.ramp:g}",
            "claims": ", ".join(policy.claims),
            "disputed": ", ".join(policy.disputed),
        }
        for policy in arm.scenario.policies
    ]


def in_force(comparison: Comparison) -> list[dict[str, Any]]:
    """The policies of the baseline in words, of which there are mostly none."""
    moving = [policy.name for policy in comparison.baseline.scenario.policies if policy.levers]
    return [policy for policy in policies(comparison.baseline) if policy["name"] in moving]


def changed(arm: Arm, comparison: Comparison) -> dict[str, Any]:
    """What an arm sets otherwise than the baseline, by name, policies apart."""
    before = departures(comparison.baseline.scenario)
    return {name: value for name, value in departures(arm.scenario).items() if before.get(name) != value}


def _effects(here: Sequence[tuple[str, Comparison, Arm]]) -> list[dict[str, Any]]:
    """Rows by group of measures, a cell a world; None where a world does not report the measure."""
    rows = [by_metric_and_arm(comparison) for _, comparison, _ in here]
    limits = [_limit(comparison) for _, comparison, _ in here]
    names = list(dict.fromkeys(name for _, comparison, _ in here for name in at_a_glance(comparison)))
    return [
        {
            "title": group,
            "rows": [
                {
                    "metric": name,
                    "label": words.label(name),
                    "cells": [
                        relative_cell(found[name, arm.label], limit) if (name, arm.label) in found else None
                        for found, limit, (_, _, arm) in zip(rows, limits, here, strict=True)
                    ],
                }
                for name in members
            ],
        }
        for group, members in words.grouped(names).items()
    ]


def _limit(comparison: Comparison) -> float:
    effects: pd.DataFrame = comparison.effects
    return widest(effects[effects["metric"].isin(at_a_glance(comparison))])


def _groups(here: Sequence[tuple[str, Comparison, Arm]]) -> list[dict[str, Any]]:
    """For whom: a row a group of people, a cell a world; None where nothing is known of them there."""
    found: dict[str, list[Any]] = {}
    for place, (_, comparison, arm) in enumerate(here):
        for row in gains_of(comparison, arm, gains.first_outcome(here[0][1].risks)):
            found.setdefault(row["group"], [None] * len(here))[place] = row
    return [{"group": group, "cells": cells} for group, cells in found.items()]


# --- all of them --------------------------------------------------------------------------------------------------


def _brief(world: World) -> dict[str, Any]:
    """Many arms in one world: a row an arm, a column a measure."""
    title, comparison = world
    names = at_a_glance(comparison)[:BRIEF]
    found, limit = by_metric_and_arm(comparison), _limit(comparison)
    return {
        "title": title,
        "measures": [{"metric": name, "label": words.label(name)} for name in names],
        "rows": [
            {"arm": arm.title, "cells": [relative_cell(found[name, arm.label], limit) for name in names]}
            for arm in comparison.arms
        ],
    }


def _alone(number: int, world: World) -> dict[str, Any]:
    """A world without arms: what is in force there, and what its runs gave."""
    title, comparison = world
    return {
        "title": title,
        "policies": in_force(comparison),
        "values": values_table(comparison),
        "figures": [
            drawn.of_comparison(comparison, name, f"alone-{number}")
            for name in drawn.OF_POLICY
            if name in comparison.figures
        ],
    }


def _measures(worlds: Sequence[World]) -> list[dict[str, Any]]:
    """What the measures of the page mean, and their level in the baseline, a cell a world."""
    compared = [comparison for _, comparison in worlds if comparison.arms]
    names = list(dict.fromkeys(name for comparison in compared for name in at_a_glance(comparison)))
    rows = [comparison.effects.groupby("metric") for comparison in compared]
    return [
        {
            "metric": name,
            "label": words.label(name),
            "meaning": METRICS[name].meaning,
            "unit": words.per_people(METRICS[name], compared[0].people)[1],
            "levels": [
                words.baseline(found.get_group(name).to_dict("records")) if name in found.groups else words.DASH
                for found in rows
            ],
        }
        for members in words.grouped(names).values()
        for name in members
    ]


def _about(title: str, comparison: Comparison) -> dict[str, Any]:
    scenario = comparison.baseline.scenario
    others = [arm for arm in comparison.arms if not are_twins(arm, comparison.baseline)]
    world, values = scenario.world, scenario.values
    return {
        "title": title,
        "world": world.name,
        "regions": len(world.regions.name),
        "legs": len(world.legs.tail),
        "pairs": len(world.pairs.start),
        "people": words.number(comparison.people),
        "scale": words.number(scenario["people.scale"]),
        "years": f"{values['time.years']:g}",
        "burn_in": values["time.burn_in_weeks"],
        "seeds": len(comparison.seeds),
        "arms": len(comparison.arms),
        "twins": [short(arm.title) for arm in comparison.every_arm if arm not in others],
        "others": [{"title": short(arm.title), "people": words.number(comparison.people_in(arm))} for arm in others],
        "notes": list(dict.fromkeys(note for arm in comparison.every_arm for note in arm.scenario.notes()))[:MOST_ARMS],
        "failures": comparison.failures,
    }
