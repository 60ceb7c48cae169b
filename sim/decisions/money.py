"""What is said of the same money for every package: who leads at which amount, where that turns, who is dominated."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.decisions.frontier import BETWEEN
from sim.decisions.judging import FOR_MONEY, Judged
from sim.decisions.plainly import A_YEAR, amount, between, case, names, of_100, outcome, package, rows_of, unit
from sim.decisions.request import NOTHING
from sim.evaluation.numbers import UNKNOWN, number

NEARLY_ALL = 0.995  # share of worlds from which on money is said to be spent
FRONTIER, TURNS = "For the same money", "Where another package begins to lead"
BENDS = "Doses between those that were run"
HOW_TO_READ = {
    FRONTIER: (
        f"Amounts are US$ {A_YEAR}. Intervals are over worlds, in which unit costs differ too; unit costs are assumed. "
        "Behind the leader: by how much the mean is worse than that of the package that does best for this amount; "
        "where the interval holds 0, the two are not told apart. All spent: worlds in which the doses that were run "
        "can take all of the money, of 100."
    ),
    TURNS: (
        "Surely ahead: the nearest stretches of amounts on both sides in which one package is surely ahead of the "
        "other at every amount that is looked at."
    ),
    BENDS: (
        "What an amount buys is read off a straight line between two doses that were run. Here each dose between two "
        "others is left out and told from these two: the difference is an upper end of what straight lines err by."
    ),
}


def interval(low: float, high: float, *, sign: bool = False) -> str:
    """An interval in a cell or in brackets; a dash where there is none."""
    return f"{number(low, sign=sign)} to {number(high, sign=sign)}" if math.isfinite(low) else UNKNOWN


def sentences(judged: Judged) -> list[str]:
    """On the first outcome, who leads for which money, where that turns, and who is dominated."""
    table = judged.frontier
    if not len(table):
        return []
    name = str(table["outcome"].iloc[0])
    own = table[(table["outcome"] == name) & (table["worlds"] > 0)]
    if not len(own):
        return [f"No world has values of {outcome(name)} with which packages could be compared for the same money."]
    head = f"For the same money (amounts are US$ {A_YEAR}, at unit costs that are assumed), on {outcome(name)}"
    text = f"{head}: {'; '.join(_leaders(own))}."
    sure = [case(each) for each in judged.cases if each.kind == FOR_MONEY and each.found.reproduced]
    return [f"{text} {_turns(judged, name)}".strip(), *sure[:1], *_dominated(table), *_unspent(own)]


def _leaders(own: pd.DataFrame) -> list[str]:
    """Who leads for which amounts, and who is not told apart from it; amounts of which the same is true together."""
    runs: list[tuple[str, list[str], list[Any]]] = []
    for _, part in own.groupby("amount", sort=True):
        (first,) = rows_of(part[part["leads"]])
        others = [package(row.package) for row in rows_of(part[~part["leads"]]) if not row.behind_low > 0]
        if not runs or runs[-1][:2] != (first.package, others):
            runs.append((first.package, others, []))
        runs[-1][2].append(first)
    said = []
    for name, others, rows in runs:
        amounts = names([amount(row.amount) for row in rows])
        if name == NOTHING:
            text = f"no policy does best with {amounts}"
        else:
            changes = names([f"{number(row.change, sign=True)}{_inside(row.low, row.high)}" for row in rows])
            text = f"{package(name)} does best with {amounts}, {changes} {unit(rows[0].outcome)} against no policy"
        said.append(f"{text}, not told apart from {names(others)}" if others else text)
    return said


def _inside(low: float, high: float) -> str:
    return f" ({interval(low, high, sign=True)})" if math.isfinite(low) else ""


def _turns(judged: Judged, name: str) -> str:
    """Where another package begins to lead on an outcome."""
    rows = judged.turns[judged.turns["outcome"] == name].to_dict("records")
    if not rows:
        several = judged.frontier["amount"].nunique() > 1
        return "The same package leads at every amount between." if several else ""
    ends = (float(judged.frontier["amount"].min()), float(judged.frontier["amount"].max()))
    return " ".join(f"From about {amount(_short(row['at']))} on, {_turn(row, ends)}." for row in rows)


def _turn(row: dict[Any, Any], ends: tuple[float, float]) -> str:
    first, second = package(row["from"]), package(row["to"])
    head = f"{second} leads in place of {first}"
    below, above = math.isfinite(row["low"]), math.isfinite(row["high"])
    if not below and not above:
        return f"{head}; but at no amount is either surely ahead of the other"
    before, after = "at no lower amount", "at no higher amount"
    if below:
        whole = row["low_from"] <= ends[0]
        before = f"below {amount(_short(row['low']))}" if whole else _stretch(row["low_from"], row["low"])
    if above:
        whole = row["high_to"] >= ends[1]
        after = f"above {amount(_short(row['high']))}" if whole else _stretch(row["high"], row["high_to"])
    return f"{head}; {first} is surely ahead {before}, {second} {after}"


def _stretch(low: float, high: float) -> str:
    """A stretch of amounts in a sentence."""
    first, last = amount(_short(low)), amount(_short(high))
    return f"at about {first}" if first == last else f"from {first} to {last}"


def _short(value: float) -> float:
    """Two digits, since amounts are looked at in steps."""
    return float(f"{value:.2g}")


def _dominated(table: pd.DataFrame) -> list[str]:
    """Packages that are dominated for each amount, or for some."""
    said = []
    amounts = sorted(set(table["amount"]))
    rows = table.drop_duplicates(["amount", "package"])
    for name, part in rows[rows["dominated_by"] != ""].groupby("package", sort=False):
        by = list(dict.fromkeys(other for each in part["dominated_by"] for other in each.split(BETWEEN)))
        where = (
            "for every one of these amounts"
            if len(part) == len(amounts)
            else f"for {names([amount(value) for value in sorted(part['amount'])])}"
        )
        said.append(f"{package(str(name))} by {names([package(other) for other in by])} {where}")
    if not said:
        return []
    what = "no better on any outcome and surely worse on one, by means over worlds"
    return [f"Dominated, that is, {what}: {'; '.join(said)}."]


def _unspent(own: pd.DataFrame) -> list[str]:
    """Packages whose doses cannot take all of the largest amount."""
    most = own["amount"].max()
    rows = own[(own["package"] != NOTHING) & (own["amount"] == most) & (own["spends"] < NEARLY_ALL)]
    said = [f"{package(row.package)} in {of_100(row.spends)}" for row in rows_of(rows)]
    if not said:
        return []
    head = f"The doses that were run cannot take all of {amount(most)} everywhere: of 100 worlds it is spent by"
    return [f"{head} {names(said)}. The rest stays unspent there, and larger doses might bring more."]


Table = tuple[list[str], list[list[str]]]


def tables(judged: Judged) -> list[tuple[str, Table | None]]:
    """Its tables by title; None where there is nothing to show."""
    return [
        (FRONTIER, _frontier(judged.frontier) if len(judged.frontier) else None),
        (TURNS, _turning(judged.turns) if len(judged.turns) else None),
        (BENDS, _bending(judged.bends) if len(judged.bends) else None),
    ]


def _frontier(table: pd.DataFrame) -> Table:
    rows = [
        [outcome(row.outcome), f"{row.amount:g}", package(row.package), number(row.change, sign=True),
         interval(row.low, row.high, sign=True), interval(row.percentile_10, row.percentile_90, sign=True),
         between(row.best_low, row.best_high), _behind(row), row.dominated_by.replace("_", " "), f"{row.dose:.2g}",
         of_100(row.spends), unit(row.outcome)]
        for row in rows_of(table[table["package"] != NOTHING])
    ]  # fmt: skip
    head = ["outcome", "US$", "package", "mean change", "95 % interval", "10th to 90th percentile of worlds",
            "truly best, of 100 worlds", "behind the leader", "dominated by", "dose", "all spent", "unit"]  # fmt: skip
    return head, rows


def _behind(row: Any) -> str:
    if row.leads:
        return "leads"
    inside = f" ({interval(row.behind_low, row.behind_high)})" if math.isfinite(row.behind_low) else ""
    return f"{number(row.behind)}{inside}"


def _turning(table: pd.DataFrame) -> Table:
    rows = [
        [outcome(each["outcome"]), package(each["from"]), package(each["to"]),
         f"{each['at']:.2g}",
         *(f"{each[low]:.2g} to {each[high]:.2g}" if math.isfinite(each[low]) else UNKNOWN
           for low, high in (("low_from", "low"), ("high", "high_to")))]
        for each in table.to_dict("records")
    ]  # fmt: skip
    head = ["outcome", "leads below", "leads above", "US$", "the first is surely ahead, US$",
            "the second is surely ahead, US$"]  # fmt: skip
    return head, rows


def _bending(table: pd.DataFrame) -> Table:
    rows = [
        [package(row.package), outcome(row.outcome), f"{row.dose:g}", number(row.off, sign=True),
         interval(row.low, row.high, sign=True), unit(row.outcome)]
        for row in rows_of(table)
    ]  # fmt: skip
    return ["package", "outcome", "dose left out", "line less run", "95 % interval", "unit"], rows
