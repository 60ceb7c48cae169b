"""Effects by group of people: the tables of the details and of a text, and a figure with a row for each group."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.declared.measures.catalogue import METRICS
from sim.ground.quantities import TOGETHER
from sim.report import forest, words
from sim.report.directions import direction
from sim.report.said import fitted, small, title_of
from sim.report.style import INK, QUIET, WIDTH, canvas, colours
from sim.report.texts import in_figure, in_markdown
from sim.results.signs import LEVEL, RISES, names_a_sign

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.comparison import Comparison

Row = Mapping[Any, Any]
LEADING = ("exploited_people", "new_exploited", "identified", "deaths", "departures")  # of which the figure tells first
MOST_GROUPS = 30  # rows of a split in a figure or in a text; the tables in files hold all
MARK = "*"
HIGHER, LOWER = "higher than its share", "lower than its share"
EVERYONE = "Everyone"
HOW = (
    "Share: what the group has of the whole in the baseline. Counts are per 100 000 of everybody at risk, not of the "
    "group, so that groups add up. Each group is held against the same group in the same seeds. Bold: the sign is "
    f"sure, that is q < {1 - LEVEL:.2g} over all groups, splits, measures, policies and settings together. Higher "
    "or lower than its share: the group comes out above or below where its share of the change of the whole would have "
    "put it, as sure."
)


def split_name(ask: str) -> str:
    """A split as a heading: ``sex:age`` is by sex and age."""
    return f"By {' and '.join(ask.split(TOGETHER))}"


def group_name(ask: str, group: str) -> str:
    """A group as tables name it."""
    if ask == "region":
        return words.region(group)
    text = group.replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}"


def leading(comparison: Comparison, ask: str) -> str:
    """The metric that the figure shows of a split; empty where none was reported that can be split so."""
    return leading_of(_rows(comparison, ask))


def leading_of(rows: pd.DataFrame) -> str:
    """The same of rows of effects or of levels; empty where there are none."""
    there = list(dict.fromkeys(rows["metric"]))
    return next((name for name in LEADING if name in there), there[0] if there else "")


def has_groups(comparison: Comparison) -> bool:
    """Whether there are effects by group to draw."""
    return bool(comparison.arms and comparison.by) and any(leading(comparison, ask) for ask in comparison.by)


def _rows(comparison: Comparison, ask: str) -> pd.DataFrame:
    table = comparison.group_effects
    return table[table["by"] == ask]


def beyond(row: Row) -> str:
    """Whether a group surely comes out higher or lower than its share of the change of the whole; empty where not.

    It is said of where the group stands, and not of how far it moved, as the whole need not be known to move at all.
    """
    if not names_a_sign(row["beyond_verdict"]):
        return ""
    return HIGHER if row["beyond_verdict"] == RISES else LOWER


# --- tables -----------------------------------------------------------------------------------------------------


def groups_table(comparison: Comparison) -> list[dict[str, Any]]:
    """Every split with its metrics, their groups and one cell an arm: formatted texts for the page.

    Without arms a group has its level alone.
    """
    levels = _levels(comparison)
    found = {(row["by"], row["metric"], row["group"], row["arm"]): row
             for row in comparison.group_effects.to_dict("records")} if comparison.arms else {}  # fmt: skip
    colour = colours(comparison)
    tables = []
    for ask in comparison.by:
        parts = [
            {
                "metric": words.label(name),
                "unit": words.per_people(METRICS[name], comparison.people)[1],
                "rows": [
                    {"group": group_name(ask, group), "level": words.number(level), "share": _share(share),
                     "cells": [_cell(found.get((ask, name, group, arm.label))) for arm in comparison.arms]}
                    for group, level, share in levels[ask, name]
                ],
            }
            for name in dict.fromkeys(metric for split, metric in levels if split == ask)
        ]  # fmt: skip
        arms = [{"title": arm.title, "colour": colour[arm.label]} for arm in comparison.arms]
        tables.append({"title": split_name(ask), "arms": arms, "metrics": parts})
    return [table for table in tables if table["metrics"]]


def _levels(comparison: Comparison) -> dict[tuple[str, str], list[tuple[str, float, float]]]:
    """Groups of a split and metric with their level in the baseline, as pages show it, and its share of the whole."""
    whole = comparison.summary[comparison.summary["arm"] == comparison.baseline.label].groupby("metric")["value"].mean()
    found: dict[tuple[str, str], list[tuple[str, float, float]]] = {}
    for ask in comparison.by:
        table = comparison.summary_by(ask)
        mean = table[table["arm"] == comparison.baseline.label].groupby(["metric", "group"], sort=False)["value"].mean()
        for name, group, value in mean.reset_index().itertuples(index=False):
            factor, _ = words.per_people(METRICS[name], comparison.people)
            share = value / whole[name] if METRICS[name].per_100k and whole[name] else math.nan
            found.setdefault((ask, str(name)), []).append((str(group), factor * value, share))
    return found


def _share(share: float) -> str:
    return f"{100 * share:.0f}\N{NARROW NO-BREAK SPACE}%" if math.isfinite(share) else words.DASH


def _cell(row: Row | None) -> dict[str, Any] | None:
    if row is None or not math.isfinite(row["difference"]):
        return None
    by = words.factor(row)
    return {
        "percent": words.percent(row["percent"]),
        "difference": words.number(by * row["difference"], signed=True),
        "interval": words.interval(row, by),
        "certain": names_a_sign(row["verdict"]),
        "direction": direction(row),
        "beyond": beyond(row),
    }


def in_text(groups: pd.DataFrame, effects: pd.DataFrame, people: int) -> list[str]:
    """Lines of Markdown: a table a setting and split, of the metric that leads it; nothing without groups.

    ``groups`` and ``effects`` are the tables ``groups`` and ``group_effects`` of a study; ``people`` are the persons at
    risk in each run of the first.
    """
    table = effects if len(effects) else groups
    if not len(table):
        return []
    lines = ["## By group", ""]
    for key, rows in table.groupby((["setting"] if "setting" in table else []) + ["by"], sort=False):
        setting, ask = ("", key[0]) if len(key) == 1 else key
        there = list(dict.fromkeys(rows["metric"]))
        name = next((each for each in LEADING if each in there), there[0])
        head = f"{split_name(str(ask))}: {small(words.label(name))} ({words.unit(name)})"
        lines += [f"### {in_markdown(f'{setting}: {head}' if setting else head)}", ""]
        chosen = rows[rows["metric"] == name]
        lines += _effects_in_text(chosen, str(ask)) if len(effects) else _levels_in_text(chosen, str(ask), people)
        lines += [""]
    return [*lines, *([HOW.replace("<", "\\<"), ""] if len(effects) else [])]


def _effects_in_text(rows: pd.DataFrame, ask: str) -> list[str]:
    arms = list(dict.fromkeys(rows["arm"]))
    found = {(row["group"], row["arm"]): row for row in rows.to_dict("records")}
    lines = [f"| | share | baseline | {' | '.join(map(in_markdown, arms))} |", f"|---|---:|---:|{'---:|' * len(arms)}"]
    for group in list(dict.fromkeys(rows["group"]))[:MOST_GROUPS]:
        cells = [found[group, arm] for arm in arms]
        texts = [_change(row) for row in cells]
        share, base = _share(cells[0]["share"]), words.baseline(cells)
        lines.append(f"| {in_markdown(group_name(ask, group))} | {share} | {base} | {' | '.join(texts)} |")
    return lines


def _change(row: Row) -> str:
    if not math.isfinite(row["difference"]):
        return words.DASH
    by = words.factor(row)
    change = words.number(by * row["difference"], signed=True)
    text = f"{words.percent(row['percent'])} ({change}; {words.interval(row, by)})"
    apart = beyond(row)
    return f"{f'**{text}**' if names_a_sign(row['verdict']) else text}{f', {apart}' if apart else ''}"


def _levels_in_text(rows: pd.DataFrame, ask: str, people: int) -> list[str]:
    by, unit = words.per_people(METRICS[str(rows["metric"].iloc[0])], people)
    mean = by * rows.groupby("group", sort=False)["value"].mean()
    return [f"| | {unit} |", "|---|---:|"] + [
        f"| {in_markdown(group_name(ask, str(group)))} | {words.number(value)} |"
        for group, value in list(mean.items())[:MOST_GROUPS]
    ]


# --- the figure -------------------------------------------------------------------------------------------------


def groups(comparison: Comparison) -> Figure:
    """Change of one metric in every group, in per cent of the group's own level: a panel a split, a column an arm."""
    splits = [(ask, name) for ask in comparison.by if (name := leading(comparison, ask))]
    rows = {ask: _drawn(comparison, ask, name) for ask, name in splits}
    lengths = [1 + len(dict.fromkeys(rows[ask]["group"])) for ask, _ in splits]
    figure, grid = canvas(
        WIDTH, 1.2 + 0.27 * sum(lengths) + 0.55 * len(lengths), nrows=len(splits), ncols=len(comparison.arms),
        sharex=True, gridspec_kw={"height_ratios": [length + 0.6 for length in lengths]},
    )  # fmt: skip
    every = [row for part in rows.values() for row in part.to_dict("records")]
    limit = max(forest.limit_of(part) for part in rows.values())
    scale = forest.with_room(limit, 480 / len(comparison.arms), 40)
    for line, (ask, name) in zip(grid, splits, strict=True):
        for position, (axes, arm) in enumerate(zip(line, comparison.arms, strict=True)):
            whole = comparison.effects[
                (comparison.effects["arm"] == arm.label) & (comparison.effects["metric"] == name)
            ]
            own = rows[ask][rows[ask]["arm"] == arm.label]
            _panel(axes, [*whole.to_dict("records"), *own.to_dict("records")], scale)
            labels = [EVERYONE, *(in_figure(group_name(ask, group)) for group in own["group"])]
            axes.set_yticks(range(len(labels)), labels if position == 0 else [])
            if position == 0:
                axes.set_title(f"{split_name(ask)}: {small(words.label(name))}", loc="left", fontsize=8.5, color=QUIET)
            if axes in grid[0]:
                axes.annotate(in_figure(arm.title), (0.5, 1), xycoords="axes fraction", xytext=(0, 20), ha="center",
                              textcoords="offset points", weight="bold", fontsize=8)  # fmt: skip
    for axes in grid[-1]:
        forest.ticks(axes, scale)
    figure.supxlabel("change from the baseline of the group, %", fontsize=8.5, color=QUIET)
    forest.key(figure, {words.direction(row["metric"], row["verdict"]) for row in every})
    return figure


def _drawn(comparison: Comparison, ask: str, name: str) -> pd.DataFrame:
    """Effects of a metric in the groups that have any of it, at most so many."""
    rows = _rows(comparison, ask)
    rows = rows[rows["metric"] == name]
    there = rows[(rows["baseline"] != 0) & np.isfinite(rows["baseline"])]["group"]
    kept = list(dict.fromkeys(there))[:MOST_GROUPS]
    return rows[rows["group"].isin(kept)]


def _panel(axes: Axes, rows: Sequence[Row], scale: forest.Scale) -> None:
    axes.set_xlim(-scale.limit, scale.edge)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.axvline(0, color=INK, lw=0.8, zorder=1)
    axes.axhline(0.5, color=QUIET, lw=0.4)
    axes.grid(visible=False, axis="y")
    for y, row in enumerate(rows):
        forest.effect(axes, y, row, scale)
        if y and beyond(row):
            axes.text(-0.98 * scale.limit, y, MARK, va="center", ha="left", color=INK, weight="bold").set_in_layout(
                False
            )


def alt(comparison: Comparison) -> str:
    """Which groups surely come out higher or lower than their share of the change, or that none is known to."""
    table = comparison.group_effects
    found = [
        f"{title_of(comparison, row['arm'])}: {small(words.label(row['metric']))}, "
        f"{small(group_name(row['by'], row['group']))} {beyond(row)}"
        for row in table.to_dict("records")
        if row["metric"] == leading(comparison, row["by"]) and beyond(row)
    ]
    if not found:
        return "No group is known to come out higher or lower than its share of what everyone moves by."
    return fitted(found, begin="Groups that come out higher or lower than their share of the change: ", end=".")
