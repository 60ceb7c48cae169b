"""What is said of plans: what they do, how often they changed course, and whether that was worth it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sim.decisions.judging import Judged
from sim.decisions.plainly import of_100, outcome, package, rows_of, unit
from sim.declared.measures.catalogue import METRICS
from sim.evaluation.numbers import number

HEAD = ["plan", "outcome", "changed course, of 100 runs", "best fixed package", "plan better by", "95 % interval",
        "room", "better", "surely better", "surely worse", "unit"]  # fmt: skip


def rule(plan: Mapping[str, Any]) -> str:
    """What a plan does, as the rest of a sentence that begins with its name."""
    review = plan["review"]
    side = "above" if "above" in review else "below"
    title = METRICS[review["record"]].title if review["record"] in METRICS else review["record"]
    of = "times what it was before" if review["relative"] else unit(review["record"])
    at = f"{number(review[side])} {of}".strip()
    weeks = f"after {review['after']:g} weeks"
    if review["until"] > review["after"]:
        weeks = f"in any week from {review['after']:g} to {review['until']:g}"
    return (
        f"starts with {package(plan['start'])} and goes over to {package(plan['to'])} if, {weeks}, the record "
        f"“{title}”, taken over {review['over']:g} weeks, is {side} {at}"
    )


def sentences(judged: Judged) -> list[str]:
    """Of every plan, on the first outcome, whether it is worth more than the best package that stays as it is."""
    said = []
    for label, plan in judged.asked["plans"].items():
        rows = rows_of(judged.plans[judged.plans["plan"] == label])
        if not rows or not rows[0].worlds:
            said.append(f"The plan {package(label)} {rule(plan)}. No world has values with which to judge it.")
            continue
        row = rows[0]
        other = [outcome(each.outcome) for each in rows[1:] if each.worlds and each.low > 0]
        worse = [outcome(each.outcome) for each in rows[1:] if each.worlds and each.high < 0]
        text = (
            f"The plan {package(label)} {rule(plan)}; so it did in {of_100(row.changed_course)} of 100 runs. "
            f"{_verdict(row)}"
        )
        for names, word in ((other, "better"), (worse, "worse")):
            if names:
                text += f" It does {word} than the best fixed package on {', '.join(names)}."
        said.append(text)
    return said


def _verdict(row: Any) -> str:
    against, name, of = package(row.against), outcome(row.outcome), unit(row.outcome)
    if not row.changed_course:
        return f"It never changed course, so on {name} it is the package that it starts with and nothing more."
    inside = f"{number(row.low, sign=True)} to {number(row.high, sign=True)} {of}"
    if row.low > 0:
        head = f"On {name} it beats {against}, the best fixed package, by {number(row.gain)} ({inside}) on average"
    elif row.high < 0:
        by = f"{number(-row.gain)} ({number(-row.high)} to {number(-row.low)} {of})"
        head = f"On {name} it does worse than {against}, the best fixed package, by {by}"
    else:
        head = f"On {name} it does not surely beat {against}, the best fixed package: the difference is {inside}"
    where = (
        f"it is better in {of_100(row.better)} of 100 worlds, surely in {of_100(row.surely_better)}, and surely worse "
        f"in {of_100(row.surely_worse)}"
    )
    room = "" if not math.isfinite(row.room) else (
        f" Choosing a fixed package in each world by other seeds than those by which the choice is valued would gain "
        f"{number(row.room, sign=True)}{_inside(row.room_low, row.room_high)}."
    )  # fmt: skip
    return f"{head}; {where}.{room}"


def _inside(low: float, high: float) -> str:
    return f" ({number(low, sign=True)} to {number(high, sign=True)})" if math.isfinite(low) else ""


def table(judged: Judged) -> tuple[list[str], list[list[str]]]:
    """A row for each plan and outcome."""
    rows = [
        [package(row.plan), outcome(row.outcome), of_100(row.changed_course), package(row.against),
         number(row.gain, sign=True), f"{number(row.low, sign=True)} to {number(row.high, sign=True)}",
         f"{number(row.room, sign=True)}{_inside(row.room_low, row.room_high)}", of_100(row.better),
         of_100(row.surely_better), of_100(row.surely_worse), unit(row.outcome)]
        for row in rows_of(judged.plans)
    ]  # fmt: skip
    return HEAD, rows
