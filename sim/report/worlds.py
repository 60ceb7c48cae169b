"""The section of the first page over all worlds that fit: effects, in how many worlds they hold, what turns them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.report import words
from sim.report.answers.over_worlds import is_known, turn
from sim.report.answers.said import sentence
from sim.report.directions import direction
from sim.report.tables import at_a_glance
from sim.results.over_worlds import NOTHING
from sim.results.sensitivity import INSTALL, can_be_told
from sim.results.signs import OPEN

if TYPE_CHECKING:
    from sim.results.findings import Findings

MOST_PARAMETERS = 5  # of the indices of one effect
MOST_EFFECTS = 12  # whose indices or turns are shown
Row = Mapping[Any, Any]


def worlds_that_fit(findings: Findings | None) -> dict[str, Any] | None:
    """The parts of the section; None without an ensemble, or where no run has finished."""
    if findings is None or findings.design.ensemble is None or findings.over_worlds.empty:
        return None
    first = next(iter(findings.comparisons.values()))
    shown = set(at_a_glance(first))
    titles = {arm.label: arm.title for arm in first.arms}
    rows = [row for row in findings.over_worlds.to_dict("records") if row["metric"] in shown]
    ensemble = findings.design.ensemble
    return {
        "name": ensemble.name,
        "worlds": int(max((row["worlds"] for row in rows), default=0)),
        "parameters": len(ensemble.parameters),
        "version": ensemble.version,
        "seeds": len(findings.seeds),
        "arms": [
            {"title": titles[arm], "setting": setting, "rows": _table(rows, setting, arm)}
            for setting, arm in dict.fromkeys((row.get("setting", ""), row["arm"]) for row in rows)
        ],
        "turns": [sentence(turn(row, titles[row["arm"]])) for row in _one_each(findings.turns.to_dict("records"))],
        "shown": first.title,
        "sensitivity": _sensitivity(findings, titles),
        "without": "" if can_be_told() else INSTALL,
    }


def _table(rows: Sequence[Row], setting: str, arm: str) -> list[dict[str, Any]]:
    own = {row["metric"]: row for row in rows if (row.get("setting", ""), row["arm"]) == (setting, arm)}
    return [
        {"title": group, "rows": [cells(own[name]) for name in names]} for group, names in words.grouped(own).items()
    ]


def cells(row: Row) -> dict[str, Any]:
    """One effect over all worlds as formatted texts: in per cent of levels without the policy, or in units.

    The change of the mean and what chance leaves open of it are in per cent of the mean level; where single worlds lie
    is in per cent of the level of each, and all is in units where one of these is not above 0.
    """
    relative = math.isfinite(row["percent_low"])
    scale, own = (100 / row["baseline"], "percent_") if relative else (1.0, "")

    def of(value: float) -> str:
        return words.percent(value) if relative else words.number(value, signed=True)

    def ends(low: str, high: str, by: float = 1.0) -> str:
        known = math.isfinite(row[low]) and math.isfinite(row[high])
        return f"{of(by * row[low])} to {of(by * row[high])}" if known else words.DASH

    known = row["sign"] != NOTHING and math.isfinite(row["holds"])
    return {
        "metric": row["metric"],
        "label": words.label(row["metric"]),
        "direction": direction({**row, "verdict": row["sign"] if known and is_known(row) else OPEN}),
        "change": of(scale * row["difference"]),
        "both": ends(f"{own}low", f"{own}high"),
        "worlds": ends(f"{own}worlds_low", f"{own}worlds_high"),
        "chance": ends("chance_low", "chance_high", scale),
        "share": f"{100 * row['share_worlds']:.0f}\N{NARROW NO-BREAK SPACE}%"
        if math.isfinite(row["share_worlds"])
        else words.DASH,
        "holds": f"{row['holds']:.0f} of {row['worlds']}" if known else words.DASH,
        "holds_range": f"{row['holds_low']:.0f} to {row['holds_high']:.0f}"
        if known and math.isfinite(row["holds_low"])
        else "",
    }


def _one_each(rows: Sequence[Row]) -> list[Row]:
    """What turns each of the first effects: a condition, or the parameter that it goes with most."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in sorted(_few(rows), key=lambda one: one["by"] != "tree"):
        found.setdefault((row.get("setting", ""), row["arm"], row["metric"]), row)
    return list(found.values())


def _few(rows: Sequence[Row]) -> list[Row]:
    """The rows of the first effects."""
    kept = list(dict.fromkeys((row.get("setting", ""), row["arm"], row["metric"]) for row in rows))[:MOST_EFFECTS]
    return [row for row in rows if (row.get("setting", ""), row["arm"], row["metric"]) in kept]


def _sensitivity(findings: Findings, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Of each effect the parameters that matter most, and what the emulator tells."""
    every: dict[tuple[str, str], list[Row]] = {}
    for row in _few(findings.sensitivity.to_dict("records")):
        every.setdefault((row["arm"], row["metric"]), []).append(row)
    return [
        {
            "arm": titles[arm],
            "label": words.label(metric),
            "explained": f"{100 * rows[0]['explained']:.0f}\N{NARROW NO-BREAK SPACE}%",
            "parameters": [
                f"{row['parameter']} {row['total']:.2f} ± {row['total_error']:.2f}" for row in rows[:MOST_PARAMETERS]
            ],
        }
        for (arm, metric), rows in every.items()
    ]
