"""The figures of a decision's page, as positions in pixels; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from sim.decisions import attribution
from sim.decisions.judging import Judged, outcomes_of
from sim.decisions.plainly import A_YEAR, outcome, package, rows_of, unit
from sim.decisions.request import NOTHING
from sim.evaluation.numbers import number

WIDTH, LEFT, RIGHT, ROW, TOP, BOTTOM = 760, 210, 20, 30, 12, 40
MARGIN, NAMES, TALL, HEAD, LINE, NEXT_TO = 70, 190, 300, 26, 16, 5  # of frontiers, in pixels
LOOKS, DASHES = 6, ("", "6 3")  # colours in turn, and what tells those of one colour apart
MOST_TICKS, SPREAD = 6, 9  # SPREAD: pixels by which dots of a row are moved up and down, so that they can be told apart


def shares(judged: Judged) -> list[dict[str, Any]]:
    """For every outcome, the share of worlds in which each package is truly best: dot and interval."""
    found = []
    for name in dict.fromkeys(judged.ranks["outcome"]):
        rows = judged.ranks[judged.ranks["outcome"] == name]
        x = _scale(0.0, 100.0)
        drawn = [
            {"title": package(row.package), "y": _y(place), "at": x(100 * row.best), "from": x(100 * row.low),
             "to": x(100 * row.high)}
            for place, row in enumerate(rows_of(rows))
        ]  # fmt: skip
        said = "; ".join(f"{package(row.package)} {100 * row.best:.0f}" for row in rows_of(rows))
        ticks = [(x(at), f"{at:.0f}") for at in (0, 25, 50, 75, 100)]
        found.append({"rows": drawn, "title": outcome(name), "ticks": ticks,
                      "axis": "worlds in which it is best, of 100", "height": _height(len(drawn)), "zero": None,
                      "alt": f"Best on {outcome(name)}, of 100 worlds: {said}."})  # fmt: skip
    return found


def strips(judged: Judged) -> list[dict[str, Any]]:
    """For every outcome, the change that each package brings in each world: a dot a world, and the threshold."""
    found = []
    for asked in outcomes_of(judged.asked):
        table = judged.payoffs[judged.payoffs["outcome"] == asked.metric]
        column = "percent" if asked.relative else "change"
        values = table[column].to_numpy(float)
        ends = [value for value in (*values, 0.0, *_known(asked.threshold)) if math.isfinite(value)]
        x = _scale(min(ends), max(ends))
        rows = []
        for place, name in enumerate(dict.fromkeys(table["package"])):
            own = [float(value) for value in table[table["package"] == name][column]]
            dots = [
                (x(value), round(_y(place) + SPREAD * (2 * (number_of * 0.618 % 1) - 1), 1))
                for number_of, value in enumerate(own)
                if math.isfinite(value)
            ]
            rows.append({"title": package(name), "y": _y(place), "dots": dots})
        what = "per cent" if asked.relative else unit(asked.metric)
        found.append({
            "rows": rows, "title": outcome(asked.metric), "zero": x(0.0), "ticks": _ticks(min(ends), max(ends), x),
            "threshold": None if asked.threshold is None else x(asked.threshold), "height": _height(len(rows)),
            "axis": f"change against no policy, {what}; {asked.better} is better",
            "alt": f"Change in {outcome(asked.metric)} in every world, by package; the table below has its numbers.",
        })  # fmt: skip
    return found


def waterfall(judged: Judged) -> dict[str, Any] | None:
    """The parts of an effect, each beginning where the one before it ends; None where not all of them are known."""
    table = judged.parts
    if not len(table) or not np.isfinite(table["value"].to_numpy(float)).all():
        return None
    level = float(table["level"].iloc[0])
    factor = 100 / abs(level) if level else 1.0
    order = [attribution.DIRECT, attribution.FIRST, attribution.REMAINDER]
    steps: list[tuple[str, float, float, float, float]] = []
    start = 0.0
    for part in order:
        for row in rows_of(table[table["part"] == part]):
            value = factor * float(row.value)
            steps.append((row.mechanism.replace("_", " ") or row.part, start, start + value, factor * float(row.low),
                          factor * float(row.high)))  # fmt: skip
            start += value
    (whole,) = rows_of(table[table["part"] == attribution.EFFECT])
    steps.append(("the whole effect", 0.0, factor * whole.value, factor * whole.low, factor * whole.high))
    ends = [0.0]
    for _, begin, end, low, high in steps:
        ends += [begin, end, *(begin + each for each in (low, high) if math.isfinite(each))]
    x = _scale(min(ends), max(ends))
    rows = []
    for place, (title, begin, end, low, high) in enumerate(steps):
        told = math.isfinite(low) and math.isfinite(high)
        rows.append({"title": title, "y": _y(place), "x": min(x(begin), x(end)),
                     "width": max(1.0, abs(x(end) - x(begin))),
                     "from": x(begin + low) if told else None, "to": x(begin + high) if told else None,
                     "next": x(end) if place < len(steps) - 1 else None, "whole": place == len(steps) - 1,
                     "said": number(end - begin, sign=True)})  # fmt: skip
    what = "per cent of the level without a policy" if factor != 1 else unit(judged.asked["attribution"]["outcome"])
    said = "; ".join(f"{row['title']} {row['said']}" for row in rows)
    return {"rows": rows, "zero": x(0.0), "ticks": _ticks(min(ends), max(ends), x), "axis": what,
            "height": _height(len(rows)), "alt": f"Parts of the effect, {what}: {said}."}  # fmt: skip


def frontiers(judged: Judged) -> list[dict[str, Any]]:
    """For every outcome, what packages bring by amount: lines with dots, intervals, and a name at their end."""
    found = []
    for name in dict.fromkeys(judged.frontier["outcome"]):
        table = judged.frontier[(judged.frontier["outcome"] == name) & (judged.frontier["package"] != NOTHING)]
        amounts = sorted(set(table["amount"]))
        ends = [float(each) for each in table[["change", "low", "high"]].to_numpy(float).ravel() if math.isfinite(each)]
        low, high = min([*ends, 0.0]), max([*ends, 0.0])
        x, y = _across(amounts[-1]), _up(low, high)
        packages = list(dict.fromkeys(table["package"]))
        lines: list[dict[str, Any]] = []
        for place, own in enumerate(packages):
            aside = NEXT_TO * (place - (len(packages) - 1) / 2)  # so that intervals do not cover one another
            rows = [row for row in rows_of(table[table["package"] == own]) if math.isfinite(row.change)]
            dots = [{"x": round(x(row.amount) + aside, 1), "y": y(row.change),
                     "from": y(row.low) if math.isfinite(row.low) else None, "to": y(row.high)
                     if math.isfinite(row.high) else None} for row in rows]  # fmt: skip
            if dots:
                path = " ".join(f"{dot['x']},{dot['y']}" for dot in dots)
                lines.append({"title": package(own), "dots": dots, "path": f"{x(0.0)},{y(0.0)} {path}",
                              "look": place % LOOKS, "dash": DASHES[place // LOOKS % len(DASHES)]})  # fmt: skip
        for line, at in zip(lines, _apart([line["dots"][-1]["y"] for line in lines]), strict=True):
            line["label"] = at
        said = "; ".join(f"{line['title']} {number(_last(table, line['title']), sign=True)}" for line in lines)
        found.append({
            "lines": lines, "title": outcome(name), "zero": y(0.0), "height": TALL, "left": x(0.0),
            "end": x(amounts[-1]), "ticks": [(x(each), f"{each:g}") for each in amounts],
            "levels": _ticks(low, high, y), "axis": f"US$ {A_YEAR}", "up": f"mean change, {unit(name)}",
            "alt": f"Mean change in {outcome(name)} by amount of money; with US$ {amounts[-1]:g}: {said}.",
        })  # fmt: skip
    return found


def _last(table: Any, title: str) -> float:
    """What the largest amount brings of a package, by its title."""
    own = table[[package(name) == title for name in table["package"]]]
    return float(own.sort_values("amount")["change"].iloc[-1])


def _across(most: float) -> Callable[[float], float]:
    """From amounts to pixels, with room for names at the right."""
    return lambda value: round(MARGIN + (WIDTH - MARGIN - NAMES) * value / (most * 1.03), 1)


def _up(low: float, high: float) -> Callable[[float], float]:
    """From values to pixels, the largest on top."""
    room = (high - low) * 0.06 or 1.0
    low, high = low - room, high + room
    return lambda value: round(HEAD + (TALL - HEAD - BOTTOM) * (high - value) / (high - low), 1)


def _apart(wanted: list[float]) -> list[float]:
    """Heights near those wanted, at least a line of text apart and within the figure."""
    found = [0.0] * len(wanted)
    last = float(HEAD - LINE)
    for k in sorted(range(len(wanted)), key=wanted.__getitem__):
        found[k] = last = max(wanted[k], last + LINE)
    over = max([last - (TALL - BOTTOM), 0.0])
    return [round(each - over, 1) for each in found]


def _known(value: float | None) -> tuple[float, ...]:
    return () if value is None else (value,)


def _y(place: int) -> float:
    return TOP + ROW * place + ROW / 2


def _height(rows: int) -> int:
    return TOP + ROW * rows + BOTTOM


def _scale(low: float, high: float) -> Callable[[float], float]:
    """From values to pixels, with some room at both ends."""
    room = (high - low) * 0.04 or 1.0
    low, high = low - room, high + room
    return lambda value: round(LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low), 1)


def _ticks(low: float, high: float, x: Callable[[float], float]) -> list[tuple[float, str]]:
    """Round numbers between two ends, 0 among them."""
    if high <= low:
        return [(x(low), number(low, sign=bool(low)))]
    step = 10 ** math.floor(math.log10((high - low) / 2))
    step *= next((times for times in (1, 2, 5) if (high - low) / (times * step) <= MOST_TICKS), 10)
    values = [step * at for at in range(math.ceil(low / step), math.floor(high / step) + 1)]
    return [(x(value), number(value, sign=bool(value))) for value in values]
