"""Names, limits and findings in plain words, and the table of boxes: what sentences, pages and files share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sim.decisions.boxes import Discovery, Limit, Rule
from sim.decisions.judging import FAILS, Case, Judged, outcomes_of
from sim.decisions.ranks import ALL_THRESHOLDS
from sim.decisions.request import COST, LESS, NOTHING, SWITCH, Outcome
from sim.declared.measures.catalogue import METRICS
from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.evaluation.numbers import UNKNOWN, number

ROUNDING = 1e-9
A_YEAR = "a year for each person of the world"
SAMPLE = (
    "The worlds are a wide sample of assumptions and no ensemble that fits data: shares of worlds say how much hangs "
    "on what was assumed. They are no probabilities."
)

FITS = (
    "The worlds are those that fit what is known about as well as one another: shares of worlds say how much hangs on "
    "what the evidence leaves open. They are no probabilities."
)


def kind_of_worlds(asked: Mapping[str, Any]) -> str:
    """What worlds of a decision are, and what shares of them say."""
    return FITS if asked["worlds"].get("ensemble") else SAMPLE


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows of a table, each with its columns as attributes."""
    return list(table.itertuples())


def package(name: str) -> str:
    """A package in a sentence."""
    return "no policy" if name == NOTHING else name.replace("_", " ")


def outcome(name: str) -> str:
    """An outcome in a sentence."""
    if name == ALL_THRESHOLDS:
        return name
    title = METRICS[name].title if name in METRICS else name.replace("_", " ")
    return title[:1].lower() + title[1:]


def unit(name: str) -> str:
    """The unit of an outcome."""
    return METRICS[name].unit if name in METRICS else ""


def years(count: float) -> str:
    """``1 year``, ``2 years``."""
    return f"{count:g} year" if count == 1 else f"{count:g} years"


def near(value: float, scale: float) -> float:
    """The value, or 0 where it is nothing but the rounding of numbers as large as ``scale``."""
    return 0.0 if abs(value) < ROUNDING * abs(scale) else value


def amount(value: float) -> str:
    """An amount of money in a sentence."""
    return f"US$ {value:g}"


def of_100(share: float) -> str:
    """A share as a number of 100 worlds."""
    return f"{100 * share:.0f}" if math.isfinite(share) else UNKNOWN


def between(low: float, high: float) -> str:
    """An interval of shares, of 100 worlds."""
    return f"{of_100(low)} to {of_100(high)}"


def threshold(asked: Outcome) -> str:
    """The threshold of an outcome in words, such as ``at least 5 per cent less``."""
    if asked.threshold is None:
        return "no threshold"
    wanted = "less" if asked.better == LESS else "more"
    how = "per cent " if asked.relative else f"{unit(asked.metric)} "
    size = asked.sign * asked.threshold
    if size == 0:
        return "no more than without a policy" if asked.better == LESS else "no less than without a policy"
    if size > 0:
        return f"at least {number(size)} {how}{wanted} than without a policy"
    other = "more" if asked.better == LESS else "less"
    return f"at most {number(-size)} {how}{other} than without a policy"


def limit(each: Limit) -> str:
    """One side of a box in words."""
    name = each.name
    if name.startswith(SWITCH):
        return f"{name.removeprefix(SWITCH)} is {' or '.join(each.options)}"
    if each.options:
        return f"{name} is {' or '.join(each.options)}"
    said = f"the unit cost of {name.removeprefix(COST)}" if name.startswith(COST) else name
    own = PARAMETERS[name].unit if name in PARAMETERS else ""
    own = "" if own in ("", "share", "count", "factor", "ratio") else f" {own}"
    if each.low is not None and each.high is not None:
        return f"{said} lies between {each.low:.3g} and {each.high:.3g}{own}"
    if each.low is not None:
        return f"{said} is above {each.low:.3g}{own}"
    return f"{said} is below {each.high:.3g}{own}" if each.high is not None else f"{said} is anything"


def limits(rule: Rule) -> str:
    """All that must hold for a rule."""
    return ", and ".join(limit(each) for each in rule.limits) if rule.limits else "anywhere"


def question(case: Case) -> str:
    """What a case asks, as the beginning of a sentence."""
    if case.kind == FAILS:
        return f"{package(case.package)} misses its threshold for {outcome(case.outcome)}"
    said = f"{package(case.package)} does better than {package(case.other)} on {outcome(case.outcome)}"
    return f"{said} for {amount(case.amount)} {A_YEAR}" if math.isfinite(case.amount) else said


def case(each: Case) -> str:
    """A finding about the sample of worlds, in one or two sentences."""
    found, asks = each.found, question(each)
    if not found.worlds:
        return f"No world has values that tell whether {asks}."
    asks = asks[:1].upper() + asks[1:]
    head = f"{asks} in {found.of_interest} of {found.worlds} worlds"
    if found.box is None:
        return f"{head}; {found.why_not}." if 0 < found.of_interest < found.worlds else f"{asks} {found.why_not}."
    box = found.box
    text = (
        f"{head}, mostly where {limits(box)}: {of_100(box.coverage)} of 100 such worlds lie there, and of 100 worlds "
        f"there it is so in {of_100(box.density)}."
    )
    left_out = (
        f"in worlds left out, boxes found anew had {of_100(found.outside_density)} of 100 against "
        f"{of_100(found.base)} anywhere"
    )
    said = "This is reproduced" if found.reproduced else "This is not reproduced, so do not lean on it"
    return f"{text} {said}: {left_out}."


def tree_rules(found: Discovery) -> list[str]:
    """The leaves of a tree, a line each."""
    return [
        f"{limits(rule)}: {of_100(rule.coverage)} of 100 such worlds lie there, and there it is so in "
        f"{of_100(rule.density)} of 100 worlds"
        for rule in found.tree
    ]


def cases_table(judged: Judged) -> pd.DataFrame:
    """All rules as a table: a row for each limit of each box, and one for each case without a box.

    Columns kind, package, other, outcome, amount, of_interest, worlds, undecided, why_not, coverage, density,
    outside_coverage, outside_density, lift, reproduced, tree_accuracy, tree_error, tree_by_luck, dimension, low, high,
    options, quasi_p, again.
    """
    rows: list[dict[str, Any]] = []
    for each in judged.cases:
        found, box = each.found, each.found.box
        head: dict[str, Any] = {
            "kind": each.kind, "package": each.package, "other": each.other, "outcome": each.outcome,
            "amount": each.amount,
            "of_interest": found.of_interest, "worlds": found.worlds, "undecided": each.undecided,
            "why_not": found.why_not, "coverage": box.coverage if box else math.nan,
            "density": box.density if box else math.nan, "outside_coverage": found.outside_coverage,
            "outside_density": found.outside_density, "lift": found.lift, "reproduced": found.reproduced,
            "tree_accuracy": found.accuracy, "tree_error": found.accuracy_error, "tree_by_luck": found.by_luck,
        }  # fmt: skip
        rows.extend(head | _side(one) for one in (box.limits if box else (Limit(""),)))
    return pd.DataFrame(rows)


def _side(one: Limit) -> dict[str, Any]:
    """One side of a box as the columns of a table."""
    low, high = (math.nan if end is None else end for end in (one.low, one.high))
    return {"dimension": one.name, "low": low, "high": high, "options": " ".join(one.options), "quasi_p": one.quasi_p,
            "again": one.again}  # fmt: skip


def asked_lines(asked: Mapping[str, Any]) -> list[str]:
    """What was asked, in sentences."""
    worlds = asked["worlds"]
    drawn = [f"{name} from {low:g} to {high:g}" for name, (low, high) in worlds["parameters"].items()]
    drawn += [f"mechanism {name} {' or '.join(options)}" for name, options in worlds["switches"].items()]
    drawn += [f"unit cost of {name} from {low:g} to {high:g} US$ a year for each person at risk"
              for name, (low, high) in worlds["costs"].items()]  # fmt: skip
    thresholds = "; ".join(
        f"{outcome(each.metric)}, {each.better} is better, {threshold(each)}" for each in outcomes_of(asked)
    )
    chosen = "; ".join(f"{package(name)} ({', '.join(words)})" for name, words in asked["packages"].items() if words)
    in_each = (
        f"Worlds: {_worlds_in_words(worlds, drawn)}. World {asked['world']}, {asked['people']} modelled "
        f"people, {asked['years']:g} years after burn-in, {asked['seeds']} seeds in each, paired."
    )
    tests = (
        f"Comparisons within a world are tests at level {asked['level']:g}, divided by the number of packages that "
        "each is held against."
    )
    bought = [_budget_in_words(asked["budget"])] if asked.get("budget") else []
    costs = "Unit costs are assumed and drawn from the ranges above; money is new money, taken from no agency."
    meanings = [f"{name}: {PARAMETERS[name].meaning}." for name in worlds["parameters"] if name in PARAMETERS]
    meanings += [f"Mechanism {name}: {SWITCHES[name].meaning}." for name in worlds["switches"] if name in SWITCHES]
    told = [f"Packages: {chosen}; and no policy.", in_each, *meanings, f"Outcomes: {thresholds}.", tests]
    told.append(kind_of_worlds(asked))
    return [*told, *bought, costs] if worlds["costs"] else [*told, *bought]


def _budget_in_words(budget: Mapping[str, Any]) -> str:
    doses = [
        f"{package(name)} at {names([f'{dose:g}' for dose in own.values()])}" for name, own in budget["doses"].items()
    ]
    return (
        f"The same money: {names([amount(value) for value in budget['amounts']])} {A_YEAR}, by what was spent in the "
        f"runs, on average over their years. Doses that were run, of those of the package as it stands: "
        f"{'; '.join(doses)}. Between them a straight line is taken, within each world and seed."
    )


def _worlds_in_words(worlds: Mapping[str, Any], drawn: Sequence[str]) -> str:
    if not worlds.get("ensemble"):
        return f"{worlds['count']} draws of {'; '.join(drawn)}"
    of = f"{worlds['count']} sets of {len(worlds['of_sets'])} parameters, the ensemble {worlds['ensemble']}"
    return f"{of}, each with a draw of {'; '.join(drawn)}" if drawn else of


def names(items: Sequence[str]) -> str:
    """``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else "none"
