"""The tables of a calibration as people read them: words and numbers, a row a line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.calibration.request import GRADES
from sim.calibration.told import Told
from sim.declared.parameters import PARAMETERS

Table = tuple[list[str], list[list[str]]]
DIFFERS = 1.25  # times the least spread between seeds, from which on it is said to differ between sets
MOST_ROWS = 25  # of a table on the page; the others are in its file


def number(value: float, digits: int = 3) -> str:
    """A number as people write it: few digits, no exponent where it can be helped."""
    if value is None or not math.isfinite(value):
        return "—"
    if value == 0:
        return "0"
    if abs(value) >= 10_000:
        return f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}")
    text = f"{value:.{digits}g}"
    return f"{float(text):.6f}".rstrip("0").rstrip(".") if "e" in text else text


def share(value: float) -> str:
    """A share as a number of a hundred."""
    return "—" if value is None or not math.isfinite(value) else f"{100 * value:.0f}"


def _span(row: Mapping[Any, Any], low: str, high: str, middle: str = "") -> str:
    """Two ends in words, with what lies in the middle."""
    if math.isinf(row[low]):
        return f"up to {number(row[high])}"
    if math.isinf(row[high]):
        return f"from {number(row[low])} on"
    found = f"{number(row[low])} to {number(row[high])}"
    return f"{found}, middle {number(row[middle])}" if middle else found


def targets_table(told: Told) -> Table:
    """Targets with their bands and what the ensemble gives."""
    head = [
        "target",
        "band",
        "kind of evidence",
        "sources",
        "as declared",
        "in the ensemble (of 100 sets, 90 lie between)",
        "sets inside the bare band, of 100",
    ]
    rows = [
        [
            str(row["says"]),
            _span(row, "low", "high"),
            GRADES.get(str(row["grade"]), ""),
            str(row["source"]),
            number(row["declared"]),
            _span(row, "ensemble_low", "ensemble_high", "median"),
            share(row["inside"]),
        ]
        for row in told.targets.to_dict("records")
    ]
    return head, rows


def held_out_table(told: Told) -> Table:
    """Targets that were held out."""
    head = [
        "held out",
        "band",
        "in the ensemble (of 100 sets, 90 lie between)",
        "sets in whose runs it can be told, of 100",
        "of these meet it, of 100",
    ]
    rows = [
        [
            str(row["says"]),
            _span(row, "low", "high"),
            _span(row, "ensemble_low", "ensemble_high", "median"),
            share(row["told"]),
            share(row["met"]),
        ]
        for row in told.held_out.to_dict("records")
    ]
    return head, rows


def waves_table(told: Told) -> Table:
    """What came of each wave."""
    head = [
        "wave",
        "sets",
        "that fit",
        "of 100",
        "targets met, mean",
        "targets met, most",
        "of the whole not ruled out, of 100",
    ]
    rows = [
        [
            number(row["wave"]),
            number(row["proposed"]),
            number(row["accepted"]),
            share(row["accepted"] / row["proposed"]),
            number(row["targets_met"]),
            number(row["most_met"]),
            share(row["not_ruled_out"]),
        ]
        for row in told.waves.to_dict("records")
    ]
    return head, rows


def chance_table(told: Told) -> Table:
    """The spread between seeds, of all sets and in those that fit."""
    head = ["target", "spread between seeds", "in sets that fit (of 100 sets, 90 lie between)", "does it differ?"]
    rows = []
    for row in told.chance.to_dict("records"):
        differs = row["told"] > 0 and row["ensemble_high"] > DIFFERS * row["ensemble_low"]
        known = "not known" if math.isnan(row["told"]) else "yes" if differs else "not that lines tell"
        rows.append([str(row["says"]), number(row["chance"]), _span(row, "ensemble_low", "ensemble_high"), known])
    return head, rows


def parameters_table(told: Told, rows: pd.DataFrame) -> Table:
    """Parameters with what the ensemble says of them."""
    head = [
        "parameter",
        "what it is",
        "plausible",
        "declared",
        "in the ensemble (of 100 sets, 90 lie between)",
        "spread over that before",
        "told by",
    ]
    made = [
        [
            str(row["name"]),
            PARAMETERS[str(row["name"])].meaning,
            _span(row, "low", "high"),
            number(row["declared"]),
            _span(row, "ensemble_low", "ensemble_high", "median"),
            number(row["ratio"], 2) + " ± " + number(row["error"], 1),
            says(told, row["target"]) or "no single target",
        ]
        for row in rows.to_dict("records")
    ]
    return head, made


def combinations_table(told: Told) -> Table:
    """Combinations that alone are known."""
    head = ["combination", "spread over that before", "told by"]
    rows = [
        [_combination(str(row["parts"])), number(row["ratio"], 2), says(told, row["target"])]
        for row in told.combinations.to_dict("records")
    ]
    return head, rows


def _combination(parts: str) -> str:
    """``a +0.8; b -0.5`` as words: what goes up with what, and against what."""
    pairs = [part.rsplit(" ", 1) for part in parts.split("; ")]
    up = [name for name, sign in pairs if sign.startswith("+")]
    down = [name for name, sign in pairs if sign.startswith("-")]
    if not down:
        return f"{names_of(up)} together: what one has more, the others have less"
    return f"{names_of(up)} against {names_of(down)}: they rise and fall together"


def worth_table(told: Told) -> Table:
    """What a better measurement would narrow."""
    head = [
        "measured twice as well",
        "narrows most of the outcomes",
        "by, of 100",
        "narrows most of the parameters",
        "by, of 100",
    ]
    rows = [
        [
            says(told, row["target"]),
            says(told, row["outcome"]) or "—",
            share(row["outcome_narrowed"]),
            str(row["parameter"]),
            share(row["parameter_narrowed"]),
        ]
        for row in told.worth.to_dict("records")
    ]
    return head, rows


def outcomes_table(told: Told) -> Table:
    """What is left open of outcomes."""
    head = [
        "outcome",
        "in the ensemble (of 100 sets, 90 lie between)",
        "of which chance, standard deviation",
        "parameter that moves it most",
    ]
    rows = [
        [
            says(told, row["outcome"]),
            _span(row, "low", "high", "median"),
            number(row["chance"]),
            str(row["moved_by"]) or "—",
        ]
        for row in told.outcomes.to_dict("records")
    ]
    return head, rows


def conflicts_table(told: Told) -> Table:
    """What would have to give."""
    head = ["target", "by, in standard deviations", "the model is"]
    return head, [
        [says(told, row["target"]), number(row["standard_deviations"]), str(row["bound"])]
        for row in told.conflicts.to_dict("records")
    ]


def groups_table(told: Told) -> Table:
    """Groups of parameters by what they move."""
    head = ["group", "uncertain parameters", "moves most", "by, in half bands"]
    rows = [
        [str(row["group"]), number(row["parameters"]), says(told, row["moves"]), number(row["effect"])]
        for row in told.groups.sort_values("effect", ascending=False).to_dict("records")
    ]
    return head, rows[:MOST_ROWS]


def says(told: Told, name: Any) -> str:
    """What a target or an outcome is, in words; the name itself where nobody says."""
    return str(told.about["says"].get(str(name), name or ""))


def names_of(names: Sequence[str]) -> str:
    """Names as people list them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nothing"
