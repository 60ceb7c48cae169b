"""The tables of a page: rows of formatted cells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import ACTIVITY, RECORDED
from sim.report import words
from sim.report.directions import direction, of_risk
from sim.report.gains import first_outcome, group_name, rows_of
from sim.report.style import colours
from sim.results.signs import names_a_sign
from sim.results.statistics import PER

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.arms import Arm
    from sim.results.comparison import Comparison

    Row = Mapping[Any, Any] | pd.Series  # a row of a table by column

# what the first page shows of every policy, if it was asked for
GLANCE = (
    "exploited_people",
    "exploited_per_departure",
    "new_exploited",
    "misidentified_removed",
    "identified",
    "irregular_departures",
    "regular_departures",
    "provider_share",
    "mean_fee",
    "people_abroad_irregular",
    "deaths",
    "safety_reached",
    "need_blocked",
)
BAR = 50.0  # half the width of the bar that shows an interval, in its own units


def at_a_glance(comparison: Comparison) -> list[str]:
    """Metrics of the first page: all of a few, or those of ``GLANCE``, or the first of the headline."""
    if len(comparison.metrics) <= len(GLANCE):
        return list(comparison.metrics)
    return [name for name in GLANCE if name in comparison.metrics] or headline(comparison)[: len(GLANCE)]


def headline(comparison: Comparison) -> list[str]:
    """Metrics of the full table: the headline and what is recorded, or all that were asked for."""
    chosen = [name for name in comparison.metrics if METRICS[name].headline or METRICS[name].layer == "record"]
    return chosen or comparison.metrics


def of_interest(comparison: Comparison) -> pd.DataFrame:
    """Their effects."""
    table = comparison.effects
    return table[table["metric"].isin(headline(comparison))]


def by_metric_and_arm(comparison: Comparison) -> dict[tuple[str, str], Row]:
    """The rows of effects."""
    return {(row["metric"], row["arm"]): row for row in comparison.effects.to_dict("records")}


def effects_table(comparison: Comparison, chosen: Sequence[str]) -> dict[str, Any]:
    """Effects as rows of formatted cells by group of metrics, for the tables of the page."""
    if not comparison.arms:
        return {"arms": [], "groups": []}
    found = by_metric_and_arm(comparison)
    groups = [
        {
            "title": group,
            "activity": group in (ACTIVITY, RECORDED),
            "rows": [
                _effect_row(comparison, name, [found[name, arm.label] for arm in comparison.arms]) for name in members
            ],
        }
        for group, members in words.grouped(chosen).items()
    ]
    colour = colours(comparison)
    return {
        "arms": [{"title": arm.title, "colour": colour[arm.label]} for arm in comparison.arms],
        "groups": groups,
    }


def _effect_row(comparison: Comparison, name: str, effects: Sequence[Row]) -> dict[str, Any]:
    _, unit = words.per_people(METRICS[name], comparison.people)
    return {
        "label": words.label(name),
        "unit": unit,
        "baseline": words.baseline(effects),
        "cells": [effect_cell(row) for row in effects],
    }


def effect_cell(row: Row) -> dict[str, Any]:
    """One effect as formatted texts, which way it points, and whether its sign may be named."""
    return {
        "percent": words.percent(row["percent"]),
        "difference": words.number(words.factor(row) * row["difference"], signed=True),
        "interval": words.interval(row, words.factor(row)),
        "certain": names_a_sign(row["verdict"]),
        "direction": direction(row),
    }


def relative_cell(row: Row, limit: float) -> dict[str, Any]:
    """One effect in per cent of the baseline with its interval, and the places of both on a bar to ± ``limit`` %.

    What the baseline has none of is told in units, and has no bar.
    """
    if not math.isfinite(row["percent"]):
        cell = effect_cell(row)
        return cell | {"size": cell["difference"], "range": cell["interval"], "bar": None, "none": not row["baseline"]}
    scale = 100 / abs(row["baseline"]) if row["baseline"] else math.nan
    ends = [scale * row["low"], scale * row["high"]]
    known = all(map(math.isfinite, ends))
    places = [_place(value, limit) for value in (*ends, row["percent"])] if known else []
    return {
        "size": words.percent(row["percent"]),
        "range": f"{words.percent(ends[0])} to {words.percent(ends[1])}" if known else words.interval(row),
        "certain": names_a_sign(row["verdict"]),
        "direction": direction(row),
        "bar": dict(zip(("low", "high", "at"), places, strict=True)) if known else None,
        "none": False,
    }


def _place(percent: float, limit: float) -> float:
    """Where a change lies on the bar, whose ends hold all that is beyond ``limit``."""
    return round(BAR * (1 + max(-1.0, min(1.0, percent / limit))), 1)


def widest(effects: pd.DataFrame) -> float:
    """How many per cent a bar reaches to each side: most intervals fit, and one giant does not flatten the rest."""
    ends = 100 * effects[["low", "high"]].abs().max(axis=1).to_numpy(float)
    levels = effects["baseline"].abs().to_numpy(float)
    sizes = ends[levels > 0] / levels[levels > 0]
    sizes = sizes[np.isfinite(sizes)]
    return float(np.clip(1.1 * np.quantile(sizes, 0.9), 5.0, 200.0)) if len(sizes) else 10.0


def values_table(comparison: Comparison) -> list[dict[str, str]]:
    """Without arms: what the runs gave, mean over seeds."""
    mean = comparison.summary.groupby("metric")["value"].mean()  # of the baseline, which stands alone
    rows = []
    for group, members in words.grouped(headline(comparison)).items():
        for name in members:
            factor, unit = words.per_people(METRICS[name], comparison.people)
            rows.append(
                {"group": group, "label": words.label(name), "unit": unit, "value": words.number(factor * mean[name])}
            )
    return rows


def gains_table(comparison: Comparison, outcome: str | None = None) -> list[dict[str, Any]]:
    """Who gains and who loses as rows of formatted cells, arm by arm; one of ``OUTCOMES``, None the first there is.

    Each row has arm and colour beside what ``gains_of`` gives.
    """
    colour = colours(comparison)
    return [
        {"arm": arm.title, "colour": colour[arm.label]} | row
        for arm in comparison.arms
        for row in gains_of(comparison, arm, outcome)
    ]


def gains_of(comparison: Comparison, arm: Arm, outcome: str | None = None) -> list[dict[str, Any]]:
    """Who gains and who loses with one arm, a row a group; ``outcome`` as in ``gains_table``.

    Each row has group, people, risk, change, interval, direction, rose, rose_range, fell, fell_range, spread,
    spread_range, placebo and placebo_range. Numbers are people per 100 000 of the group.
    """
    named = outcome or first_outcome(comparison.risks) or ""
    return [{"group": group_name(row["group"])} | _cells(row) for row in rows_of(comparison.risks, arm.label, named)]


def _cells(row: Mapping[Any, Any]) -> dict[str, Any]:
    def of(name: str, *, scale: float = PER, signed: bool = False) -> str:
        return words.number(scale * row[name], signed=signed)

    def ends(low: str, high: str, *, scale: float = PER, signed: bool = False) -> str:
        there = math.isfinite(row[low]) and math.isfinite(row[high])
        return f"{of(low, scale=scale, signed=signed)} to {of(high, scale=scale, signed=signed)}" if there else ""

    return {
        "people": words.number(row["people"]),
        "risk": of("risk"),
        "change": of("change", signed=True),
        "interval": ends("low", "high", signed=True) or words.NO_INTERVAL,
        "direction": of_risk(row),
        "rose": of("rose", scale=1.0),
        "rose_range": ends("rose_low", "rose_high", scale=1.0),
        "fell": of("fell", scale=1.0),
        "fell_range": ends("fell_low", "fell_high", scale=1.0),
        "spread": of("spread"),
        "spread_range": ends("spread_low", "spread_high"),
        "placebo": of("placebo", signed=True),
        "placebo_range": ends("placebo_low", "placebo_high", signed=True),
    }
