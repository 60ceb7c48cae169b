"""A table of methods in words: the same text for the page, for Markdown and for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.evaluation.prevalence.cards import CARDS, LISTS
from sim.evaluation.prevalence.methods import ALL
from sim.evaluation.prevalence.scores import (
    BAD,
    BIASED,
    FAIR,
    GOOD,
    MOST_MISSING,
    NOBODY,
    best,
    interviews_needed,
    state_of,
)

FEW = 100  # exploited people, below which counts are too small for most methods
STATES = {GOOD: "would do", FAIR: "in part", BAD: "would mislead"}
HEADS = ("method", "counts people exploited", "in truth", "bias, %", "RMSE, %", "holds the truth, of 100", "interviews",
         "fall that two rounds see, %", "no number, of 100", "verdict")  # fmt: skip
ON_ERRORS = "± is the Monte-Carlo error, of leaving one seed out after another; a dash is what cannot be known."


@dataclass(frozen=True)
class Verdict:
    """One world in words."""

    state: str
    sentence: str
    why: str
    change: str


def of_world(scores: pd.DataFrame, label: str) -> pd.DataFrame:
    """The scores of a world for all its people."""
    return scores[(scores["world"] == label) & (scores["kind"] == ALL)]


def verdict(scores: pd.DataFrame, label: str) -> Verdict:
    """Whether a method says how many people there are in a world, why (not), and the cheapest change."""
    table = of_world(scores, label)
    row = best(table)
    if row is None and (table["reason"] == NOBODY).all():
        return Verdict(BAD, "No: nobody is exploited in this world, so that no method can be judged.",
                       "There is nothing to count.", "Take a larger people.size, or more years.")  # fmt: skip
    if row is None:
        return Verdict(BAD, "No: none of the methods gives a number in most rounds.",
                       "Too few people are on lists or willing to speak.",
                       "Ask more people, or give lists a longer time.")  # fmt: skip
    card, state = CARDS[row["method"]], state_of(row)
    name = card.title
    says = (
        f"in the mean it is {_off(row['bias'])}, and its interval holds the truth in {100 * row['coverage']:.0f} of "
        "100 rounds."
    )
    sentence = {
        GOOD: f"Yes: {name} says how many people are exploited {card.counts}; {says}",
        FAIR: f"Only in part: the best method is {name}; {says}",
        BAD: f"No: even the best method, {name}, would mislead; {says}",
    }[state]
    change = row["change"]
    if math.isfinite(change):
        sentence += f" Two rounds would see a fall of {100 * change:.0f} per cent or more."
    few = (
        ""
        if row["truth"] >= FEW
        else (
            f"Only {row['truth']:.0f} modelled people are exploited here, so that chance weighs much; take a larger "
            "people.size. "
        )
    )
    why = f"{few}Its error is mostly {'bias' if abs(row['bias']) >= BIASED * row['rmse'] else 'chance'}. {card.breaks}"
    return Verdict(state, sentence, why, _change(row, state))


def _change(row: Mapping[str, Any], state: str) -> str:
    card = CARDS[row["method"]]
    if state == GOOD:
        return "Nothing is needed for one round; to see smaller changes, ask more people in each."
    needed = interviews_needed(row)
    if math.isfinite(needed) and needed > row["interviews"]:
        return f"Ask {needed:,.0f} people where {row['interviews']:,.0f} are asked now.".replace(",", " ")
    if card.source == LISTS:
        return card.change
    chance = abs(row["bias"]) < BIASED * row["rmse"]
    more = "More interviews would help in part." if chance else "More interviews alone would not help."
    return f"{more} {card.change}"


def _off(bias: float) -> str:
    return f"{abs(100 * bias):.0f} per cent too {'large' if bias > 0 else 'small'}"


def table(scores: pd.DataFrame, label: str, kind: str = ALL) -> tuple[list[str], list[list[str]]]:
    """Heads and rows; for regions and sectors the group stands beside the method."""
    chosen = scores[(scores["world"] == label) & (scores["kind"] == kind)]
    rows = []
    figures: list[dict[str, Any]] = chosen.to_dict("records")  # type: ignore[assignment]
    for row in figures:
        card = CARDS[row["method"]]
        name = card.title if kind == ALL else f"{row['group']}: {card.title}"
        rows.append(
            [name, card.counts, _number(row["truth"]), _share(row, "bias", sign=True), _share(row, "rmse"),
             _share(row, "coverage"), _number(row["interviews"]), _share(row, "change"), _share(row, "not_possible"),
             _judged(row)]
        )  # fmt: skip
    return list(HEADS), rows


def across(about: Mapping[str, Any], scores: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Error of every method in every world, the best in the mean first; empty rows for a table of one world."""
    labels = list(about["worlds"])
    heads = ["method", *(f"RMSE in {label}, %" for label in labels), "would do or in part, of worlds"]
    found = []
    for method in about["methods"] if len(labels) > 1 else ():
        tables = [of_world(scores, label) for label in labels]
        own: list[dict[str, Any]] = [each[each["method"] == method].iloc[0].to_dict() for each in tables]
        good = sum(state_of(row) != BAD for row in own)
        error = sum(row["rmse"] if row["not_possible"] <= MOST_MISSING else math.inf for row in own)
        cells = [_share(row, "rmse") for row in own]
        found.append((-good, error, [CARDS[method].title, *cells, f"{good} of {len(labels)}"]))
    return heads, [cells for _, _, cells in sorted(found, key=lambda each: each[:2])]


def _judged(row: Mapping[str, Any]) -> str:
    if row["not_possible"] > MOST_MISSING:
        return f"no number: {row['reason']}"
    if row["method"] == "chao" and row["bias"] < 0:
        return "a lower bound, and below the truth"
    return STATES[state_of(row)]


def _number(value: float) -> str:
    return "–" if not math.isfinite(value) else f"{value:,.0f}".replace(",", " ")


def _share(row: Mapping[str, Any], name: str, *, sign: bool = False) -> str:
    value, error = row[name], row[f"{name}_error"]
    if not math.isfinite(value):
        return "–"
    text = f"{100 * value:{'+' if sign else ''}.0f}".replace("-", "−")
    return f"{text} ± {100 * error:.0f}" if math.isfinite(error) else text


def asked(about: Mapping[str, Any]) -> list[str]:
    """What was asked, in sentences."""
    said = []
    for label, each in about["worlds"].items():
        stands = "one person" if each["scale"] <= 1 else f"{each['scale']:,.0f} people".replace(",", " ")
        people = f"{each['people']:,}".replace(",", " ")
        said.append(
            f"World {label}: {people} modelled people, each of whom stands for {stands}, {each['years']} years, "
            f"{len(about['seeds'])} seeds. Of entries of a person on further lists {100 * each['missed']:.0f} per cent "
            f"are not linked, and {100 * each['false']:.0f} per cent of records are linked with somebody else."
        )
    said.append(
        "Samples are drawn among modelled people. Bias does not hang on their number; chance, and so the change that "
        "two rounds see, is that of a survey of so many among so many."
    )
    return said


def markdown(about: Mapping[str, Any], scores: pd.DataFrame) -> str:
    """The whole table as Markdown."""
    lines = [f"# {about['title']}", "", about["question"], ""]
    heads, rows = across(about, scores)
    if rows:
        lines += ["## In all worlds", "", *_rows(heads, rows), ""]
    for label in about["worlds"]:
        found = verdict(scores, label)
        lines += [f"## World {label}", "", f"**{found.sentence}**", "", found.why, "",
                  f"What would help: {found.change}", ""]  # fmt: skip
        lines += [*_rows(*table(scores, label)), ""]
        for kind in ("region", "sector"):
            heads, rows = table(scores, label, kind)
            if rows:
                lines += [f"### By {kind}", "", *_rows(heads, rows), ""]
    lines += [ON_ERRORS, "", "## What was asked", "", *(f"- {each}" for each in asked(about)), "", "## Methods", ""]
    for name in about["methods"]:
        card = CARDS[name]
        about_it = f"Assumes: {card.assumes} Breaks here: {card.breaks} Next: {card.change}"
        lines.append(f"- **{card.title}** ({card.source}). {about_it}")
    return "\n".join(lines) + "\n"


def _rows(heads: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]
