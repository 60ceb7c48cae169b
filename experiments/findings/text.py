"""How figures stand in documents: a change with its interval, a sentence on what moved, a table of effects."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd

from sim.declared.measures.catalogue import METRICS
from sim.report import in_worlds, words
from sim.results.signs import LEVEL, names_a_sign

MOST_COLUMNS = 6
Row = dict[str, Any]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The rows as plain data."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def percent(row: Row) -> str:
    """The change in per cent of the baseline, or in units where that is zero."""
    if not row["baseline"]:
        return words.number(row["difference"], signed=True)
    return _signed(100 * row["difference"] / abs(row["baseline"])) + " %"


def change(row: Row) -> str:
    """The change with its interval, bold where it is told apart from zero.

    >>> change({"baseline": 50.0, "difference": -5.0, "low": -6.0, "high": -4.0, "verdict": "falls"})
    '**−10.0 % (−12.0 to −8.0)**'
    """
    if not math.isfinite(row["difference"]):
        return words.DASH
    if not (math.isfinite(row["low"]) and math.isfinite(row["high"])):
        return f"{percent(row)} (no interval)"
    if row["baseline"]:
        scale = 100 / abs(row["baseline"])
        ends = " to ".join(_signed(scale * row[end]) for end in ("low", "high"))
    else:
        ends = " to ".join(words.number(row[end], signed=True) for end in ("low", "high"))
    text = f"{percent(row)} ({ends})"
    return f"**{text}**" if told(row) else text


def per_cent(row: Row) -> str:
    """A change that is in per cent already, with ``mean`` or ``change`` in the middle."""
    middle = row.get("mean", row.get("change", math.nan))
    if not math.isfinite(middle):
        return words.DASH
    if not (math.isfinite(row["low"]) and math.isfinite(row["high"])):
        return f"{_signed(middle)} (no interval)"
    text = f"{_signed(middle)} ({_signed(row['low'])} to {_signed(row['high'])})"
    return f"**{text}**" if told(row) else text


def in_world(row: Row) -> str:
    """An effect in worlds that fit: of the mean, where it lies in one of them, and in how many a direction holds.

    The change is in per cent of the mean level, and its ends in per cent of the level of each world; both are in units
    where a world has none.

    >>> row = {"baseline": 50.0, "change": -5.0, "percent_low": -18.0, "percent_high": 2.0, "worlds": 40}
    >>> in_world(row | {"sign": "falls", "holds": 36.0, "holds_low": 32.0, "holds_high": 39.0})
    '−10.0 % (−18.0 to +2.0); lower in 36 of 40 (32 to 39)'
    """
    relative = math.isfinite(row["percent_low"])
    middle = percent(row | {"difference": row["change"]} | ({} if relative else {"baseline": 0.0}))
    return f"{middle} ({ends_in_world(row)}); {in_worlds.short(row)}"


def ends_in_world(row: Row) -> str:
    """Where an effect lies in one of the worlds that fit: in per cent of its own level, or in units."""
    if math.isfinite(row["percent_low"]):
        return " to ".join(_signed(row[end]) for end in ("percent_low", "percent_high"))
    return " to ".join(words.number(row[end], signed=True) for end in ("low", "high"))


def told(row: Row) -> bool:
    """Whether the effect is told apart from zero, by the rule of ``sim.results.signs``."""
    return names_a_sign(row["verdict"])


def _signed(value: float) -> str:
    text = f"{value:+.1f}" if abs(value) < 100 else f"{value:+.0f}"
    return text.replace("-", "\N{MINUS SIGN}") if float(text) else "0.0"


def sentence(
    rows: Sequence[Row], arm: str = "arm", by: str = "with", worlds: Mapping[str, str] = MappingProxyType({})
) -> str:
    """What the arms do to one metric: which lower it, which raise it, which cannot be told from zero.

    ``worlds`` says of arms in how many worlds that fit their effect holds.

    >>> row = {"arm": "raids", "metric": "deaths", "baseline": 10.0, "difference": -1.0, "low": -1.2, "high": -0.8}
    >>> sentence([row | {"verdict": "falls"}])
    'Deaths on a journey: lower with `raids` (−10.0 %).'
    """
    groups: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: row["difference"]):
        way = ("lower" if row["difference"] < 0 else "higher") if told(row) else "not told from zero"
        said = "; ".join(filter(None, (percent(row) if told(row) else "", worlds.get(str(row[arm]), ""))))
        groups.setdefault(way, []).append(f"`{row[arm]}`" + (f" ({said})" if said else ""))
    order = ("lower", "higher", "not told from zero")
    parts = [f"{way} {by} {', '.join(groups[way])}" for way in order if way in groups]
    return f"{words.label(rows[0]['metric'])}: {'; '.join(parts)}." if parts else ""


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    rule = "|" + "---|" * len(header)
    return "\n".join([f"| {' | '.join(header)} |", rule, *(f"| {' | '.join(line)} |" for line in lines)])


def effects(found: pd.DataFrame, arm: str = "arm", worlds: Callable[[Row], str] = lambda _: "") -> str:
    """Effects as a table: a row a metric, a column an arm; the other way round where there are many arms.

    ``worlds`` says of a row in how many worlds that fit it holds.
    """
    arms, metrics = (list(dict.fromkeys(found[column])) for column in (arm, "metric"))
    cells = {(row["metric"], row[arm]): row for row in rows_of(found)}
    base = {name: next(row["baseline"] for (metric, _), row in cells.items() if metric == name) for name in metrics}

    def cell(metric: str, label: str) -> str:
        row = cells.get((metric, label))
        return words.DASH if row is None else "; ".join(filter(None, (change(row), worlds(row))))

    if len(arms) <= MOST_COLUMNS:
        lines = [
            [words.label(name), METRICS[name].unit, words.number(base[name]), *(cell(name, label) for label in arms)]
            for name in metrics
        ]
        return table(["", "unit", "without", *arms], lines)
    head = ["", *(f"{words.label(name)} ({METRICS[name].unit})" for name in metrics)]
    lines = [["without", *(words.number(base[name]) for name in metrics)]]
    return table(head, lines + [[label, *(cell(name, label) for name in metrics)] for label in arms])


def multiplicity(found: pd.DataFrame) -> str:
    """How many intervals there are, and how many effects are told apart from zero."""
    clear = sum(told(row) for row in rows_of(found))
    return (
        f"{len(found)} figures with 95 % intervals (Student, paired by seed). Bold are the {clear} that keep a "
        f"Benjamini-Hochberg q below {1 - LEVEL:.2g} over all figures of the study; all others are undecided."
    )
