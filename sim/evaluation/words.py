"""An evaluation in words: the same text for the page, for Markdown and for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.evaluation.designs.cards import CARDS, OWN, Card
from sim.evaluation.diagnosis import FIGURES
from sim.evaluation.numbers import UNKNOWN, beside, number
from sim.evaluation.verdict import Judged, Verdict, said, unit_of, verdict

Table = tuple[list[str], list[list[str]]]
STATES = {"good": "would do", "fair": "in part", "bad": "would mislead or not see it", "open": "not told"}
MOST_FAILED = 5  # runs that are named
# with a sign
CHANGES = ("estimate", "design_fault", "measurement_fault", "truth", "record_effect", "spillover")
SHARES = ("false_positives", "power", "right", "wrong_sign", "coverage", "not_computed", "pre_trend")


def with_error(judged: Judged, name: str) -> str:
    """A figure of a design with its Monte-Carlo error; shares as numbers of 100 worlds."""
    value, error = judged.figures.get(name, math.nan), judged.errors.get(name, math.nan)
    if name in SHARES:
        return f"{100 * value:.0f} ± {100 * error:.0f}" if math.isfinite(value) else UNKNOWN
    return beside(value, error, sign=name in CHANGES)


def asked(about: Mapping[str, Any]) -> list[str]:
    """What was asked, in sentences."""
    data, period = about["data"], about["period"].replace("_", " ")
    size = f"{about['people']:,}".replace(",", " ")
    who = "of all agencies" if data["agency"] == "all" else f"of the {data['agency']}"
    kind = "records" if data["layer"] == "record" else "true numbers"
    treated, controls = about["treated"], about["controls"]
    begin = (
        f"begins in {period} {about['starts'][0]}" if len(about["starts"]) == 1
        else f"begins in {period}s {', '.join(map(str, about['starts']))}"
    )  # fmt: skip
    places = f"{_names(controls)} never have it" if controls else "there are no places without it"
    what = "per cent of what it would be without the policy" if about["inquiry"]["effect"] == "percent" else "people"
    fits = f" in each of {about['worlds']} worlds that fit" if "ensemble" in about else ""
    model = (
        f"Model: {about['policy_name']} in {_names(treated)} {begin}; {places}. World {about['world']}, "
        f"{size} modelled people, {about['seeds']} seeds{fits}, doses {', '.join(map(number, about['doses']))}."
    )
    records = (
        f"Data: {kind} {who} on {data['source'].replace('_', ' ')}, {about['periods']} {period}s, "
        f"{number(about['before'])} a place and {period} before the policy."
    )
    lines = [model, f"Inquiry: what the policy changes in {said(about)}, in truth, in {what}.", records]
    failed = [f"{arm} with seed {seed} ({why})" for arm, seed, why in about["failures"]]
    if failed:
        more = f" and {len(failed) - MOST_FAILED} more" if len(failed) > MOST_FAILED else ""
        lines.append(f"Runs that failed: {'; '.join(failed[:MOST_FAILED])}{more}. {_used(about)}")
    return lines


def _used(about: Mapping[str, Any]) -> str:
    """Of how many worlds everything is made, where a run has failed."""
    asked_for = about["seeds"] * about.get("worlds", 1)
    return f"Figures are made of the {about['used']} of {asked_for} worlds of which every dose has finished."


def on_errors(about: Mapping[str, Any]) -> str:
    """In what effects are told, what stands after ±, and at what level effects count as found."""
    worlds = (
        f"over {about['worlds']} worlds that fit, with {about['seeds']} seeds each" if "ensemble" in about
        else f"of {about['used']} worlds at each dose"
    )  # fmt: skip
    lines = [f"Effects in {unit_of(about)}; after ± the Monte-Carlo error {worlds}."]
    if about["failures"]:
        lines.append(_used(about))
    lines.append(f"Significance at {number(about['alpha'])}.")
    if about["by_interval"]:
        names = "; ".join(card_of(about, label).title for label in about["by_interval"])
        lines.append(f"Without a p value, by an interval that leaves out 0, whatever the level is: {names}.")
    return " ".join(lines)


def on_scale(about: Mapping[str, Any]) -> str:
    """At what size a question about power is answered here."""
    scale, before, period = about["scale"], about["before"], about["period"].replace("_", " ")
    bias = "Bias, sign and the two faults do not hang on the size of the counts."
    if scale <= 1:
        return (
            f"One modelled person stands for one, so power is that of places of this size: {number(before)} records a "
            f"place and {period}. Where more is recorded, chance weighs less, and smaller effects are seen. {bias}"
        )
    return (
        f"One modelled person stands for {number(scale)}, so what would be {number(before * scale)} records a place "
        f"and {period} are {number(before)} here, and chance weighs {number(math.sqrt(scale))} times as much in them. "
        "Power and the least effect that is found are therefore not those of such a country: they are those of places "
        f"that record {number(before)}. Ask for power with people.scale=1 and a people.size that gives the numbers "
        f"that your own records have. {bias}"
    )


def table(about: Mapping[str, Any], found: Verdict) -> Table:
    """The table of designs at the dose that is judged: what a reader with five minutes needs."""
    head = ["design", "verdict", "effect found, of 100", "found at dose 0, of 100", "estimate", "design's fault",
            "records' fault"]  # fmt: skip
    names = ("power", "false_positives", "estimate", "design_fault", "measurement_fault")
    rows = [
        [card_of(about, each.label).title, STATES[each.state], *(with_error(each, name) for name in names)]
        for each in found.designs
    ]
    return head, rows


def further(about: Mapping[str, Any], found: Verdict) -> Table:
    """The rest of the figures. Signs and sizes of what is found mean nothing where the true effect is not clear."""
    head = ["design", "cannot be used, of 100", "root mean square error", "intervals that hold the truth, of 100",
            "wrong sign among found, of 100", "times too large when found", "least effect found"]  # fmt: skip
    names = ("not_computed", "rmse", "coverage", "wrong_sign", "exaggeration")
    hidden = () if found.clear else ("wrong_sign", "exaggeration")
    rows = [
        [
            card_of(about, each.label).title,
            *(UNKNOWN if name in hidden else with_error(each, name) for name in names),
            "not told" if each.note else with_error(each, "least_detectable"),
        ]
        for each in found.designs
    ]
    return head, rows


def untold(about: Mapping[str, Any], found: Verdict) -> list[str]:
    """Why no least effect is told of some designs, a line for each reason."""
    reasons: dict[str, list[str]] = {}
    for each in found.designs:
        if each.note:
            reasons.setdefault(each.note, []).append(card_of(about, each.label).title)
    return [
        f"The least effect that is found is not told: {why} ({'; '.join(names)})." for why, names in reasons.items()
    ]


def doses_table(about: Mapping[str, Any], figures: pd.DataFrame) -> Table:
    """By dose, what the policy does in truth, in the records and in places without it, and the test before it."""
    names = ("truth", "record_effect", "spillover", "pre_trend")
    first = figures[figures["design"] == next(iter(about["designs"]))]
    rows = []
    for dose in about["doses"]:
        at = first[first["dose"] == dose].set_index("figure")
        cells = []
        for name in names:
            value = float(at["value"].get(name, math.nan))
            error = float(at["error"].get(name, math.nan))
            factor = 100 if name in SHARES else 1
            cells.append(beside(factor * value, factor * error, sign=name in CHANGES))
        rows.append([number(dose), *cells])
    head = ["dose", *(FIGURES[name] + (", of 100" if name in SHARES else "") for name in names)]
    return head, rows


def ranks_table(ranks: pd.DataFrame) -> Table:
    """Indicators of activity with their rank agreement."""
    rows = [[str(row.indicator), beside(float(str(row.tau)), float(str(row.error)), sign=True)]
            for row in ranks.itertuples()]  # fmt: skip
    return ["indicator", "rank agreement with the truth (−1 to 1)"], rows


ON_RANKS = (
    "An indicator of activity that is meant to show less exploitation should agree with it in the opposite order, near "
    "−1. Near 0 it says nothing, and above 0 it rises where more people are exploited. A dash is one that never moved."
)


def card_of(about: Mapping[str, Any], label: str) -> Card:
    """The card of a design."""
    name = about["designs"][label]
    card = CARDS.get(name, OWN)
    title = label if card is OWN else card.title + label.removeprefix(name)  # the second of a kind has its options
    return Card(title, card.assumes, card.breaks, card.instead)


def markdown(about: Mapping[str, Any], figures: pd.DataFrame, ranks: pd.DataFrame) -> str:
    """The evaluation as Markdown."""
    found = verdict(about, figures)
    lines = [f"# {about['title']}", "", about["question"], "", f"**{found.sentence}**", "", found.why, "",
             f"**What would help:** {found.change}", "", f"## At dose {number(found.dose)}", ""]  # fmt: skip
    lines += [on_errors(about), "", *_lines(table(about, found)), ""]
    lines += [*_lines(further(about, found)), ""]
    lines += [*(f"- {line}" for line in untold(about, found)), ""]
    lines += ["## What the policy does, and where it is seen", "", *_lines(doses_table(about, figures)), ""]
    if len(ranks):
        lines += ["## Indicators of activity", "", *_lines(ranks_table(ranks)), "", ON_RANKS, ""]
    lines += ["## What each design assumes", ""]
    for each in found.designs:
        card = card_of(about, each.label)
        lines += [
            f"**{card.title}.** Assumes: {card.assumes} Breaks here: {card.breaks} {each.why} Next: {each.next}",
            "",
        ]
    lines += ["## What was asked", "", *(f"- {line}" for line in asked(about)), f"- {on_scale(about)}", ""]
    return "\n".join(lines)


def short(about: Mapping[str, Any], figures: pd.DataFrame) -> list[str]:
    """The verdict, why, and what would help, a line each."""
    found = verdict(about, figures)
    return [found.sentence, found.why, f"What would help: {found.change}", on_scale(about)]


def _lines(made: Table) -> list[str]:
    head, rows = made
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in cells)]


def _names(names: Sequence[str]) -> str:
    words = [name.replace("_", " ") for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else "no place"
