"""The tables of a page: rows of formatted cells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.declared.measures.catalogue import METRICS
from sim.declared.measures.metrics import ACTIVITY, RECORDED
from sim.report import words
from sim.report.gains import direction, first_outcome, group_name, rows_of
from sim.report.style import colours
from sim.results.signs import names_a_sign
from sim.results.statistics import PER

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.comparison import Comparison

    Row = Mapping[Any, Any] | pd.Series  # a row of a table by column


def headline(comparison: Comparison) -> list[str]:
    """Metrics of the full table: the headline and what is recorded, or all that were asked for."""
    chosen = [name for name in comparison.metrics if METRICS[name].headline or METRICS[name].layer == "record"]
    return chosen or comparison.metrics


def of_interest(comparison: Comparison) -> pd.DataFrame:
    """Their effects."""
    table = comparison.effects
    return table[table["metric"].isin(headline(comparison))]


def effects_table(comparison: Comparison, chosen: Sequence[str]) -> dict[str, Any]:
    """Effects as rows of formatted cells by group of metrics, for the tables of the page."""
    if not comparison.arms:
        return {"arms": [], "groups": []}
    found = {(row["metric"], row["arm"]): row for row in comparison.effects.to_dict("records")}
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
    metric = METRICS[name]
    _, unit = words.per_people(metric, comparison.people)
    baselines = [factor(row) * row["baseline"] for row in effects if math.isfinite(row["baseline"])]
    return {
        "label": words.label(name),
        "meaning": metric.meaning,
        "unit": unit,
        "baseline": words.number(baselines[0]) if baselines else words.DASH,
        "cells": [effect_cell(row) for row in effects],
    }


def factor(row: Row) -> float:
    """From the unit of a row of effects to the one in which the page shows it."""
    return words.per_people(METRICS[row["metric"]], row["people"])[0]


def effect_cell(row: Row) -> dict[str, Any]:
    """One effect as formatted texts, and whether its sign may be named."""
    return {
        "percent": words.percent(row["percent"]),
        "difference": words.number(factor(row) * row["difference"], signed=True),
        "interval": words.interval(row, factor(row)),
        "certain": names_a_sign(row["verdict"]),
        "method": f"{row['method']}; {row['verdict']}",
    }


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

    Each row has arm, colour, group, people, risk, change, interval, direction (in words), rose, rose_range, fell,
    fell_range, spread, spread_range, placebo and placebo_range. Numbers are people per 100 000 of the group.
    """
    outcome = outcome or first_outcome(comparison.risks)
    colour = colours(comparison)
    return [
        {"arm": arm.title, "colour": colour[arm.label], "group": group_name(row["group"])} | _cells(row)
        for arm in comparison.arms
        for row in rows_of(comparison.risks, arm.label, outcome or "")
    ]


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
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
        "direction": direction(row),
        "rose": of("rose", scale=1.0),
        "rose_range": ends("rose_low", "rose_high", scale=1.0),
        "fell": of("fell", scale=1.0),
        "fell_range": ends("fell_low", "fell_high", scale=1.0),
        "spread": of("spread"),
        "spread_range": ends("spread_low", "spread_high"),
        "placebo": of("placebo", signed=True),
        "placebo_range": ends("placebo_low", "placebo_high", signed=True),
    }
