"""A decision in words: the same sentences and tables for the page, for Markdown and for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.decisions import attribution, money, plainly, planned, signposted
from sim.decisions.held import why_not
from sim.decisions.judging import FAILS, FLIPS, FOR_MONEY, Case, Judged, outcomes_of
from sim.decisions.plainly import between, of_100, outcome, package, rows_of, unit
from sim.decisions.ranks import ALL_THRESHOLDS
from sim.decisions.request import NOTHING
from sim.declared.switches import SWITCHES
from sim.evaluation.numbers import beside, number
from sim.results.statistics import t_interval

Table = tuple[list[str], list[list[str]]]
TELLS_NOTHING = 0.8  # width of an interval of a share from which on it is said that seeds are too few
HOW_TO_READ = {
    "What packages change": "Means over worlds of the paired change, and how far worlds lie apart.",
    "Who is best": (
        "By means over seeds; surely and possibly say what the error of seeds leaves. The interval holds the share of "
        "worlds in which a package is truly best."
    ),
    "Regret": (
        "What is lost against the best package of each world. For the mean, that package is chosen by other seeds than "
        "those by which it is valued. The 90th percentile and the largest are of noisy numbers, and overstated."
    ),
    "Good enough": "Worlds in which thresholds are reached, of 100.",
    "Never dominated": (
        "Worlds in which no other package is at least as good on every outcome and better on one, of 100."
    ),
    "Who loses": "Groups that fare worse than without a policy, of 100 worlds.",
    "Plans": (
        "Room: what choosing a fixed package in every world would gain, each choice made by other seeds than those by "
        "which it is valued. The best fixed package is chosen on these worlds, which flatters it. Better, surely "
        "better and surely worse are of 100 worlds."
    ),
    "Through which mechanisms": (
        "First order: what a mechanism adds where only it works. Total: what is gone where only it does not."
    ),
    **money.HOW_TO_READ,
    "Signposts": signposted.HOW_TO_READ,
}


def answer(judged: Judged) -> list[str]:
    """What was found, in a few sentences."""
    first = outcomes_of(judged.asked)[0].metric
    lines = [average(judged, first), best(judged, first), least_regret(judged, first)]
    if len(judged.enough):
        lines.append(thresholds(judged))
    lines += [flips(judged), *money.sentences(judged)]
    lines += [*signposted.sentences(judged), *planned.sentences(judged)]
    if len(judged.parts):
        lines.append(through(judged.asked, judged.parts))
    return [*lines, plainly.kind_of_worlds(judged.asked)]


def average(judged: Judged, name: str) -> str:
    """What packages change in the mean over worlds, and whether the best of them is told apart from the second."""
    rows = judged.payoffs[judged.payoffs["outcome"] == name]
    wide = rows.pivot_table(index="world", columns="package", values="change", dropna=False).dropna()
    if not len(wide):
        return f"No world has a value of {outcome(name)} for all packages, so that they cannot be compared."
    changes = {NOTHING: np.zeros(len(wide)), **{str(label): wide[label].to_numpy(float) for label in wide}}
    sign = {each.metric: each.sign for each in outcomes_of(judged.asked)}[name]
    order = sorted(changes, key=lambda label: -sign * float(changes[label].mean()))
    told = {label: t_interval(changes[label]) for label in order if label != NOTHING}
    said = {label: f"{number(each.mean, sign=True)}{_inside(each.low, each.high)}" for label, each in told.items()}
    best_one, second = order[:2]
    of = f"{unit(name)} against no policy"
    head = f"On average over {len(wide)} worlds, {package(best_one)} does best on {outcome(name)}"
    if best_one in said:
        head += f": {said.pop(best_one)} {of}"
    ahead = t_interval(sign * (changes[best_one] - changes[second]))
    apart = "so that they are told apart on average" if ahead.low > 0 else "so that the two are not told apart"
    lead = f"It is ahead of {package(second)} by {number(ahead.mean)}{_inside(ahead.low, ahead.high)}, {apart}."
    others = plainly.names([f"{package(label)} {text}" for label, text in said.items()])
    return f"{head}. {lead}" + (f" The others: {others}." if said else "")


def _inside(low: float, high: float) -> str:
    return f" ({number(low, sign=True)} to {number(high, sign=True)})" if math.isfinite(low) else ""


def best(judged: Judged, name: str) -> str:
    """In how many worlds which package is best on an outcome, with what is not known of it."""
    rows = judged.ranks[judged.ranks["outcome"] == name].sort_values("best", ascending=False, kind="stable")
    if not len(rows) or not rows["worlds"].iloc[0]:
        return f"No world has a value of {outcome(name)} for all packages, so that they cannot be ranked."
    top = rows.iloc[0]
    text = f"World by world, {package(top['package'])} is best in {of_100(top['best'])} of 100 by its mean"
    if top["high"] - top["low"] > TELLS_NOTHING:
        return (
            f"{text}; but within a world seeds differ by so much that it may truly be best in anything from "
            f"{between(top['low'], top['high'])} of 100. More seeds or more people would tell, more worlds would not."
        )
    text += f"; it is truly best in {between(top['low'], top['high'])} of 100, as far as seeds and worlds tell."
    others = [f"{package(row.package)} {between(row.low, row.high)}" for row in rows_of(rows.iloc[1:])]
    return f"{text} The others: {', '.join(others)}."


def least_regret(judged: Judged, name: str) -> str:
    """Which package loses least against the best of each world."""
    rows = judged.regrets[judged.regrets["outcome"] == name]
    rows = rows[rows["worlds"] > 0]
    if not len(rows):
        return "No regret can be told."
    least, other = (rows.sort_values(by, kind="stable").iloc[0] for by in ("largest", "percentile_90"))
    text = (
        f"In the worst case {package(least['package'])} loses least: in its worst world it does worse than the best "
        f"package there by {beside(least['largest'], least['largest_error'])} {unit(name)}"
    )
    if other["package"] == least["package"]:
        return f"{text}, and in nine of ten worlds by at most {number(least['percentile_90'])}."
    return (
        f"{text}. In nine of ten worlds {package(other['package'])} loses least, at most "
        f"{number(other['percentile_90'])}."
    )


def thresholds(judged: Judged) -> str:
    """How often each package does what was asked."""
    table = judged.enough
    name = ALL_THRESHOLDS if (table["outcome"] == ALL_THRESHOLDS).any() else str(table["outcome"].iloc[0])
    rows = table[(table["outcome"] == name) & (table["package"] != NOTHING)]
    said = [f"{package(row.package)} in {of_100(row.reached)} ({between(row.low, row.high)})" for row in rows_of(rows)]
    what = "All thresholds are" if name == ALL_THRESHOLDS else f"The threshold for {outcome(name)} is"
    return f"{what} reached, of 100 worlds, by {plainly.names(said)}."


def flips(judged: Judged) -> str:
    """What turns the ranking around, as far as it is reproduced."""
    every = [case for case in judged.cases if case.kind == FLIPS and case.other != NOTHING]
    every = every or [case for case in judged.cases if case.kind == FLIPS]
    sure = [plainly.case(case) for case in every if case.found.reproduced]
    if sure:
        return " ".join(sure[:2])
    if not any(case.found.worlds for case in every):
        return "No world has values that tell whether a ranking of two packages flips."
    if all(case.found.of_interest in (0, case.found.worlds) for case in every):
        return "No ranking of two packages flips in these worlds."
    return (
        "Rankings of packages flip between worlds, and no rule that says where is reproduced in worlds left out: "
        "either chance decides there, or more worlds and seeds are needed."
    )


def through(request: Mapping[str, Any], table: pd.DataFrame) -> str:
    """Through which mechanisms an effect goes, by the table of its parts: of so much, so much through each."""
    asked = request["attribution"]
    factor = _per_cent(table)

    def said(part: str, name: str = "") -> str:
        row = table[(table["part"] == part) & (table["mechanism"] == name)].iloc[0]
        low, high = factor * row["low"], factor * row["high"]
        inside = f" ({number(low, sign=True)} to {number(high, sign=True)})" if math.isfinite(low) else ""
        return f"{number(factor * row['value'], sign=True)}{inside}"

    if not np.isfinite(table["value"].to_numpy(float)).all():
        return (
            f"How much of what {package(asked['package'])} changes in {outcome(asked['outcome'])} goes through each "
            "mechanism cannot be told: all runs of one of the settings failed."
        )
    each = [
        f"{said(attribution.FIRST, name)} go through {SWITCHES[name].interface} ({name.replace('_', ' ')})"
        for name in asked["ways"]
    ]
    what = "per cent" if factor != 1 else unit(asked["outcome"])
    return (
        f"Of the {said(attribution.EFFECT)} {what} that {package(asked['package'])} changes in "
        f"{outcome(asked['outcome'])} in the world as declared, {plainly.names(each)}; "
        f"{said(attribution.DIRECT)} go past all of these, and {said(attribution.REMAINDER)} remain in which they "
        "act through one another."
    )


def _per_cent(parts: pd.DataFrame) -> float:
    level = float(parts["level"].iloc[0])
    return 100 / abs(level) if level and math.isfinite(level) else 1.0


# --- tables -----------------------------------------------------------------------------------------------------


def tables(judged: Judged) -> list[tuple[str, str, Table]]:
    """Every table with its title and a line that says how to read it."""
    made: list[tuple[str, Table | None]] = [
        ("What packages change", _changes(judged)),
        ("Who is best", _ranks(judged)),
        ("Regret", _regrets(judged)),
        ("Good enough", _enough(judged) if len(judged.enough) else None),
        ("Never dominated", _pareto(judged)),
        *money.tables(judged),
        ("Who loses", _losers(judged) if len(judged.losers) else None),
        ("Signposts", signposted.table(judged) if judged.signposts else None),
        ("Plans", planned.table(judged) if len(judged.plans) else None),
        ("Through which mechanisms", _parts(judged) if len(judged.parts) else None),
    ]
    return [(title, HOW_TO_READ[title], table) for title, table in made if table is not None]


def _changes(judged: Judged) -> Table:
    rows = []
    for key, part in judged.payoffs.groupby(["outcome", "package"], sort=False):
        name, label = key if isinstance(key, tuple) else (key, "")
        change, percent = part["change"].dropna(), part["percent"].dropna()
        level = float(part["without"].abs().max())
        mean, low, high = (plainly.near(value, level) for value in (
            change.mean(), *(float(change.quantile(q)) if len(change) else math.nan for q in (0.1, 0.9))))  # fmt: skip
        rows.append([outcome(str(name)), package(str(label)), number(mean, sign=True),
                     f"{number(low, sign=True)} to {number(high, sign=True)}",
                     number(plainly.near(percent.median(), 100), sign=True),
                     number(plainly.near(part["error"].median(), level)), unit(str(name))])  # fmt: skip
    head = ["outcome", "package", "mean change", "10th to 90th percentile of worlds", "median change, per cent",
            "usual error of a world", "unit"]  # fmt: skip
    return head, rows


def _ranks(judged: Judged) -> Table:
    rows = [
        [outcome(row.outcome), package(row.package), of_100(row.best), between(row.low, row.high), of_100(row.surely),
         of_100(row.possibly), f"{row.rank:.1f} ({row.rank_low:.1f} to {row.rank_high:.1f})"]
        for row in rows_of(judged.ranks)
    ]  # fmt: skip
    head = ["outcome", "package", "best, of 100 worlds", "truly best, of 100 (95 % interval)", "surely best",
            "possibly best", "mean rank"]  # fmt: skip
    return head, rows


def _regrets(judged: Judged) -> Table:
    rows = [
        [outcome(row.outcome), package(row.package), number(row.mean), number(row.percentile_90),
         beside(row.largest, row.largest_error), str(row.largest_in), unit(row.outcome)]
        for row in rows_of(judged.regrets)
    ]  # fmt: skip
    return ["outcome", "package", "mean regret", "90th percentile", "largest", "in", "unit"], rows


def _enough(judged: Judged) -> Table:
    asked = {each.metric: plainly.threshold(each) for each in outcomes_of(judged.asked)}
    rows = [
        [outcome(row.outcome), asked.get(row.outcome, "all of these"), package(row.package), of_100(row.reached),
         between(row.low, row.high), of_100(row.surely), of_100(row.possibly)]
        for row in rows_of(judged.enough)
    ]  # fmt: skip
    return ["outcome", "threshold", "package", "reached", "95 % interval", "surely", "possibly"], rows


def _pareto(judged: Judged) -> Table:
    rows = [
        [package(row.package), of_100(row.undominated), between(row.low, row.high), of_100(row.surely_dominated)]
        for row in rows_of(judged.pareto)
    ]
    return ["package", "not dominated", "95 % interval", "surely dominated"], rows


def _losers(judged: Judged) -> Table:
    rows = [
        [f"{row.by}: {row.group}", package(row.package), outcome(row.outcome), number(row.change, sign=True),
         of_100(row.worse), of_100(row.surely_worse), unit(row.outcome)]
        for row in rows_of(judged.losers)
    ]  # fmt: skip
    return ["group", "package", "outcome", "mean change", "worse", "surely worse", "unit"], rows


def _parts(judged: Judged) -> Table:
    factor, ways = _per_cent(judged.parts), judged.asked["attribution"]["ways"]
    rows = []
    for row in rows_of(judged.parts):
        taken = {"hold": "held", "off": f"off: {why_not(row.mechanism)}"}.get(ways.get(row.mechanism, ""), "")
        inside = f"{number(factor * row.low, sign=True)} to {number(factor * row.high, sign=True)}"
        rows.append([row.part, row.mechanism.replace("_", " "), taken, number(factor * row.value, sign=True), inside,
                     str(row.seeds)])  # fmt: skip
    what = "per cent of the level without a policy" if factor != 1 else "unit of the outcome"
    return ["part", "mechanism", "how it was taken out", what, "95 % interval", "seeds"], rows


def rules(judged: Judged) -> dict[str, list[tuple[str, list[str], str]]]:
    """By heading, every case with the leaves of its tree and how sure that is."""
    heads = {FAILS: "Where packages fail", FLIPS: "What flips the ranking",
             FOR_MONEY: "What flips it for the same money"}  # fmt: skip
    found: dict[str, list[tuple[str, list[str], str]]] = {}
    level = float(judged.asked["level"])
    for kind, head in heads.items():
        for case in judged.cases:
            if case.kind == kind:
                found.setdefault(head, []).append((plainly.case(case), *_by_trees(case, level)))
    return found


def _by_trees(case: Case, level: float) -> tuple[list[str], str]:
    """The leaves of a case's tree, none where it may be luck that trees tell it, and how sure the case is."""
    own = case.found
    if not math.isfinite(own.accuracy):
        return [], ""
    right = f"{beside(100 * own.accuracy, 100 * own.accuracy_error)} of 100 worlds left out (a guess in 50)"
    open_ones = f"In {of_100(case.undecided)} of 100 worlds the answer lies within the error of seeds."
    if own.by_luck <= level:
        return plainly.tree_rules(own), f"Trees are right in {right}. {open_ones}"
    return [], f"A tree does not surely tell better than a guess: it is right in {right}. {open_ones}"


def markdown(judged: Judged) -> str:
    """The whole decision as Markdown."""
    asked = judged.asked
    lines = [f"# {asked['title']}", "", asked["question"], "", *(f"- {line}" for line in answer(judged)), ""]
    for title, note, made in tables(judged):
        lines += [f"## {title}", "", note, "", *_lines(made), ""]
    for head, cases in rules(judged).items():
        lines += [f"## {head}", ""]
        for sentence, leaves, sure in cases:
            lines += [f"- {sentence} {sure}".rstrip(), *(f"  - By a tree: {leaf}." for leaf in leaves)]
        lines.append("")
    lines += ["## What was asked", "", *(f"- {line}" for line in plainly.asked_lines(asked)), ""]
    return "\n".join(lines)


def _lines(made: Table) -> list[str]:
    head, rows = made
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in cells)]


def as_json(judged: Judged) -> dict[str, Any]:
    """What was found, for a program: sentences, and every table as a list of objects."""
    named = {
        "ranks": judged.ranks, "regrets": judged.regrets, "thresholds": judged.enough, "pareto": judged.pareto,
        "losers": judged.losers, "boxes": plainly.cases_table(judged), "parts": judged.parts,
        "plans": judged.plans, "frontier": judged.frontier, "turns": judged.turns, "bends": judged.bends,
    }  # fmt: skip
    return {
        "answer": answer(judged),
        "asked": dict(judged.asked),
        **{name: table.to_dict("records") for name, table in named.items()},
        "signposts": [{**vars(post), "tells": bool(post.tells)} for post in judged.signposts],
    }
