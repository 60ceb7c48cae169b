"""The answer over all worlds that fit: how far effects differ from world to world, and in how many a sign holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.report.answers.basis import Basis, name_of
from sim.report.answers.outcomes import CORE, clause, named
from sim.report.answers.said import ASSUMPTION, EFFECT, UNKNOWN, Sentence, sentence
from sim.report.answers.sizes import NOTHING, Row, Size, end, head, size_of
from sim.report.words import MINUS
from sim.results.over_worlds import KNOWN
from sim.results.over_worlds import NOTHING as NO_SIGN

if TYPE_CHECKING:
    from sim.results.findings import Findings

MOST_ARMS, MOST_TURNS = 2, 2


def sentences(basis: Basis, findings: Findings) -> list[Sentence]:
    """Three to five sentences: effects with the number of worlds in which they hold, and what turns signs around."""
    table = [row for row in findings.over_worlds.to_dict("records") if row.get("setting", "") == _first(findings)]
    chosen = basis.outcomes
    told = [*(chosen.harms or chosen.asked)][:CORE]
    titles = {arm.label: name_of(arm.title) for arm in basis.first.arms}
    arms = list(titles)[:MOST_ARMS]
    rows = [row for arm in arms for metric in told for row in table if (row["arm"], row["metric"]) == (arm, metric)]
    found = [_effect(row, titles) for row in rows if row["sign"] != NO_SIGN][:CORE]
    if not found:
        found = [Sentence("No outcome that is told differs between the arms in any world that fits.", EFFECT)]
    found += _parts([row for row in rows if row["sign"] != NO_SIGN][:1], titles)
    return [*found, *_turns(findings, titles, told)][: CORE + MOST_TURNS]


def _first(findings: Findings) -> str:
    table = findings.over_worlds
    return str(table["setting"].iloc[0]) if "setting" in table and len(table) else ""


def holds(row: Row) -> str:
    """In how many worlds a sign holds: ``187 of 200 worlds that fit (181 to 192)``."""
    count, worlds = round(row["holds"]), row["worlds"]
    how = f"{'all ' if count == worlds else ''}{'' if count == worlds else f'{count} of '}{worlds} worlds that fit"
    if not math.isfinite(row["holds_low"]) or round(row["holds_low"]) == round(row["holds_high"]):
        return how
    return f"{how} ({row['holds_low']:.0f} to {row['holds_high']:.0f})"


def is_known(row: Row) -> bool:
    """Whether a sign holds in eight worlds of ten, and in half of them at least whatever chance has done.

    Of effects that are nothing in any world two to eight in a hundred have such a sign, the more the more seeds have in
    common in all worlds.
    """
    turned = math.isfinite(row["holds_low"]) and 2 * row["holds_low"] < row["worlds"]
    return bool(row["holds"] >= KNOWN * row["worlds"] and not turned)


def _size(row: Row) -> Size:
    """The size of an effect; in per cent its ends are of effects in per cent of the level of their own world."""
    size = size_of(row)
    if size.unit != "%":
        return size
    return replace(size, low=float(row["percent_low"]), high=float(row["percent_high"]))


def _effect(row: Row, titles: dict[str, str]) -> Sentence:
    size = _size(row)
    metric, title = row["metric"], titles[row["arm"]]
    apart = ""
    if math.isfinite(size.low) and math.isfinite(size.high):
        apart = f"from world to world anything from {end(size.low, size)} to {end(size.high, size)}"
    if not is_known(row):
        way = size.words[0] if row["sign"] == "rises" else size.words[1]
        return Sentence(
            sentence(f"With {title} it is not known whether there are more or fewer {named(metric)}"
                     if size.counts else f"With {title} it is not known whether {named(metric)} is higher or lower",
                     f"it is {way} in {holds(row)}", apart),
            UNKNOWN,
        )  # fmt: skip
    change = head(size.mean, size) if math.isfinite(size.mean) and size.mean else NOTHING
    return Sentence(
        sentence(f"With {title} {clause(metric, change)}", f"the sign holds in {holds(row)}", apart), EFFECT
    )


def _parts(rows: Sequence[Row], titles: dict[str, str]) -> list[Sentence]:
    """How much of what runs differ in is parameters, for the first effect."""
    found = []
    for row in rows:
        share = row["share_worlds"]
        if math.isfinite(share):
            text = (
                f"Of what the change in {named(row['metric'])} with {titles[row['arm']]} differs in between runs, "
                f"{100 * share:.0f}\N{NO-BREAK SPACE}% is due to parameters, and the rest is chance"
            )
            found.append(Sentence(sentence(text), ASSUMPTION))
    return found


def _turns(findings: Findings, titles: dict[str, str], told: list[str]) -> list[Sentence]:
    """What turns signs around, of the metrics told first; a condition before a correlation."""
    rows = [row for row in findings.turns.to_dict("records") if row["arm"] in titles]
    rows.sort(key=lambda row: (row["metric"] not in told, row["by"] != "tree"))
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        at = (row["arm"], row["metric"])
        if at not in found:
            found[at] = turn(row, titles[row["arm"]])
    return [Sentence(sentence(text), ASSUMPTION) for text in list(found.values())[:MOST_TURNS]]


def turn(row: Row, title: str) -> str:
    """What goes with the sign of an effect, in words."""
    change = f"the change in {named(row['metric'])} with {title}"
    if row["by"] == "tree":
        return (
            f"The sign of {change} turns where {row['what']}: there {row['against']:.0f} of {row['worlds']:.0f} worlds "
            "have the other sign"
        )
    way = "up" if row["correlation"] > 0 else "down"
    return (
        f"{change[:1].upper()}{change[1:]} goes {way} with {row['what']} "
        f"(rank correlation {row['correlation']:.2f})".replace("-", MINUS)
    )
