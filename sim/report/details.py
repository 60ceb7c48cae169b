"""What stands on the second page: every figure, every number, and where all of it comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.report import between, by_group, drawn, gains, words
from sim.report.first import MOST_ARMS, MOST_COLUMNS, MOST_ROWS, World, in_force, policies
from sim.report.pictures import left_out
from sim.report.style import colours
from sim.report.tables import effect_cell, effects_table, gains_table, headline, of_interest
from sim.results.signs import multiplicity, seeds_note

if TYPE_CHECKING:
    from sim.results.comparison import Comparison
    from sim.results.findings import Findings

WITHOUT_COLUMNS = ("pairing",)  # figures that can be read with any number of arms


def details(worlds: Sequence[World], findings: Findings | None = None) -> dict[str, Any]:
    """The parts of the second page about comparisons, each with its title; ``findings`` is the study around them."""
    sections = [_section(number, title, comparison) for number, (title, comparison) in enumerate(worlds, 1)]
    study = None if findings is None else _study(findings, len(worlds))
    parts = [*sections, *([study] if study else [])]
    return {"sections": sections, "study": study, "figures": [one for part in parts for one in part["figures"]]}


def _section(number: int, title: str, whole: Comparison) -> dict[str, Any]:
    brief = len(whole.arms) > MOST_ARMS  # figures with a column an arm cannot be read
    comparison = whole.first(MOST_COLUMNS)
    place = f"world-{number}"
    return {
        "id": place,
        "title": title,
        "brief": brief,
        "left_out": left_out(MOST_COLUMNS, len(whole.arms), "arms"),
        "few": seeds_note(len(whole.seeds)) if whole.arms else "",
        "arms": [
            {
                "title": arm.title,
                "colour": colours(comparison)[arm.label],
                "words": list(arm.words),
                "policies": policies(arm),
                "beside": "",
            }
            for arm in comparison.arms
        ]
        + _baseline(comparison),
        "effects": effects_table(comparison, headline(comparison)),
        "gains": gains_table(comparison),
        "gains_of": gains.RISK[gains.first_outcome(comparison.risks) or "exploitation"],
        "sure_gains": gains.SURE,
        "placebo": comparison.placebo is not None,
        "lucks": len(comparison.lucks),
        "groups": by_group.groups_table(comparison),
        "how_groups": by_group.HOW,
        "figures": [
            drawn.of_comparison(comparison, name, place)
            for name in comparison.figures
            if not brief or name in WITHOUT_COLUMNS
        ],
        "pairing": _pairing(comparison),
        "multiplicity": multiplicity(of_interest(comparison)) if comparison.arms else "",
        "manifest": whole.manifest,
    }


def _baseline(comparison: Comparison) -> list[dict[str, Any]]:
    """The row of the baseline below those of the arms; of runs that are compared with nothing, what is in force."""
    moving = in_force(comparison)
    if not comparison.arms and not moving:
        return []
    return [
        {
            "title": comparison.baseline.title,
            "colour": colours(comparison)[comparison.baseline.label],
            "words": [],
            "policies": moving,
            "beside": "the baseline" if comparison.arms else "",
        }
    ]


def _pairing(comparison: Comparison) -> str:
    if not comparison.arms:
        return ""
    ratios = comparison.effects[comparison.effects["metric"].isin(headline(comparison))]["variance_ratio"]
    ratios = ratios[ratios.map(math.isfinite)]
    return words.number(float(ratios.median())) if len(ratios) else ""


# --- what spans the settings of a study ---------------------------------------------------------------------------


def _study(findings: Findings, in_full: int) -> dict[str, Any]:
    every = list(dict.fromkeys(arm.label for comparison in findings.comparisons.values() for arm in comparison.arms))
    titles = {arm.label: arm.title for comparison in findings.comparisons.values() for arm in comparison.arms}
    arms, settings = every[:MOST_COLUMNS], list(findings.comparisons)[:MOST_ROWS]
    return {
        "settings": len(findings.comparisons),
        "in_full": in_full,
        "arms": [titles[arm] for arm in arms],
        "rows": setting_by_setting(findings, arms, settings),
        "left_out": [
            left_out(MOST_COLUMNS, len(every), "arms"),
            left_out(MOST_ROWS, len(findings.comparisons), "settings"),
        ],
        "few": seeds_note(len(findings.seeds)),
        "flips": [
            row | {"metric": words.label(row["metric"]), "arm": titles[row["arm"]]}
            for row in findings.flips.to_dict("records")
        ],
        "figures": [drawn.of_study(findings, name, "study") for name in between.names(findings)],
    }


def setting_by_setting(findings: Findings, arms: Sequence[str], settings: Sequence[str]) -> list[dict[str, Any]]:
    """One row a measure and setting, a cell an arm; none where settings are draws of parameters."""
    if not findings.several or findings.design.sampled or findings.design.ensemble:
        return []
    found = {(row["setting"], row["arm"], row["metric"]): row for row in findings.effects.to_dict("records")}
    return [
        {
            "metric": words.label(metric),
            "setting": setting,
            "first": setting == settings[0],
            "cells": [
                effect_cell(found[setting, arm, metric]) if (setting, arm, metric) in found else None for arm in arms
            ],
        }
        for metric in between.shown(findings)
        for setting in settings
    ]
