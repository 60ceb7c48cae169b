"""From stored tables to everything that is said of a decision. Nothing is run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.decisions import frontier, payoffs, ranks, signposts
from sim.decisions.attribution import COLUMNS as PARTS
from sim.decisions.attribution import parts_of
from sim.decisions.boxes import Discovery, discover, tree_search
from sim.decisions.frontier import Frontiers
from sim.decisions.luck import Search, best_by_luck, chance_of, within
from sim.decisions.payoffs import Cube, Difference
from sim.decisions.plans import judge_plans
from sim.decisions.request import NOTHING, Outcome
from sim.decisions.signposts import Signpost

FAILS, FLIPS, FOR_MONEY = "fails", "flips", "flips for the same money"


@dataclass(frozen=True)
class Tables:
    """What runs left: everything else is made from these.

    Parameters
    ----------
    values : world, package, metric, seed, value. ``by_group``: the same with by and group.
    worlds : what was drawn, a row for each world.
    indicators : world, package, years, indicator, how, value: what records show.
    mechanisms : world (which mechanisms work), package, seed, value: runs of the attribution.
    """

    values: pd.DataFrame
    by_group: pd.DataFrame
    worlds: pd.DataFrame
    indicators: pd.DataFrame
    mechanisms: pd.DataFrame


@dataclass(frozen=True)
class Case:
    """A question to the sample of worlds: where ``package`` fails its threshold, or is better than ``other``.

    ``undecided`` is the share of worlds in which the answer lies within the error of its seeds, NaN where none has an
    answer. ``amount`` is the money for which packages are compared, US$ a year for each person of the world; NaN where
    they are compared as they stand.
    """

    kind: str
    package: str
    other: str
    outcome: str
    undecided: float
    found: Discovery
    amount: float = math.nan


@dataclass(frozen=True)
class Judged:
    """All tables and findings of a decision; see the modules that make them."""

    asked: Mapping[str, Any]
    payoffs: pd.DataFrame
    ranks: pd.DataFrame
    regrets: pd.DataFrame
    enough: pd.DataFrame
    pareto: pd.DataFrame
    group_payoffs: pd.DataFrame
    losers: pd.DataFrame
    cases: tuple[Case, ...]
    signposts: tuple[Signpost, ...]
    parts: pd.DataFrame
    plans: pd.DataFrame
    frontier: pd.DataFrame
    turns: pd.DataFrame
    bends: pd.DataFrame


def outcomes_of(asked: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """The outcomes that a request, as plain data, names."""
    return tuple(Outcome(**each) for each in asked["outcomes"])


def judge(asked: Mapping[str, Any], tables: Tables) -> Judged:
    """Everything that is said of a decision, from what was asked (as plain data) and what runs left.

    Raises
    ------
    RequestError : a package of the extra ``decide`` is missing.
    """
    outcomes, packages, level = outcomes_of(asked), tuple(asked["packages"]), float(asked["level"])
    cube = payoffs.cube_of(tables.values, outcomes, packages)
    groups = payoffs.group_payoffs(tables.by_group, outcomes, packages)
    parts = pd.DataFrame(columns=list(PARTS))
    if len(tables.mechanisms):
        parts = parts_of(tables.mechanisms, asked["attribution"]["package"], list(asked["attribution"]["ways"]))
    bought = frontier.frontiers_of(tables.values, outcomes, asked["budget"]) if asked.get("budget") else None
    amounts = asked["budget"]["amounts"] if bought else ()
    return Judged(
        asked,
        payoffs.payoffs(cube),
        ranks.ranks(cube, level),
        ranks.regrets(cube, level),
        ranks.good_enough(cube, level),
        ranks.pareto(cube, level),
        groups,
        ranks.losers(groups, {each.metric: each.sign for each in outcomes}),
        against_luck(
            asked,
            tables.worlds,
            [*cases(asked, cube, tables.worlds), *(cases_for_money(asked, bought, tables.worlds) if bought else ())],
        ),
        look_for_signposts(asked, cube, tables.indicators),
        parts,
        judge_plans(cube, asked["plans"], level),
        frontier.frontier(bought, amounts, level) if bought else pd.DataFrame(columns=list(frontier.COLUMNS)),
        frontier.turns(bought, amounts) if bought else pd.DataFrame(columns=list(frontier.TURN_COLUMNS)),
        frontier.bends(bought) if bought else pd.DataFrame(columns=list(frontier.BEND_COLUMNS)),
    )


class Asked(NamedTuple):
    """A case, and how well trees tell it where worlds are told from what others differ in; None without trees."""

    case: Case
    search: Search | None


def against_luck(asked: Mapping[str, Any], worlds: pd.DataFrame, every: Sequence[Asked]) -> tuple[Case, ...]:
    """All cases of a decision, their trees held against the best of all trees by luck alone."""
    searches = [search for _, search in every if search is not None]
    if not any(each.case.found.accuracy > 0.5 for each in every):
        return tuple(case for case, _ in every)
    best = best_by_luck(searches, len(worlds), float(asked["level"]), int(asked["judge_seed"]))
    return tuple(
        case if search is None else
        replace(case, found=replace(case.found, by_luck=chance_of(case.found.accuracy, best)))
        for case, search in every
    )  # fmt: skip


def cases(asked: Mapping[str, Any], cube: Cube, worlds: pd.DataFrame) -> list[Asked]:
    """Where packages fail their thresholds, and where the ranking of every two packages flips."""
    points = worlds.set_index("world").loc[list(cube.worlds)].reset_index(drop=True)
    found = []
    for place, outcome in enumerate(cube.outcomes):
        if outcome.threshold is not None:
            for k, label in enumerate(cube.packages):
                if label != NOTHING:
                    margin = payoffs.margins(cube, k, place)
                    lost = Difference(-margin.mean, margin.error, margin.freedom)
                    found.append(_case(asked, points, FAILS, label, "", outcome.metric, lost))
    for name in asked["flips"]:
        for first, second in ranks.pairs(cube):
            better, other = sorted((first, second), reverse=True)  # no policy is the second of its pairs
            gain = payoffs.gains(cube, better, other, cube.place(name))
            found.append(_case(asked, points, FLIPS, cube.packages[better], cube.packages[other], name, gain))
    return found


def cases_for_money(asked: Mapping[str, Any], bought: Frontiers, worlds: pd.DataFrame) -> list[Asked]:
    """For every amount, where the second on the first outcome does better than the one that leads by its mean."""
    points = worlds.set_index("world").loc[list(bought.base.worlds)].reset_index(drop=True)
    found = []
    for amount in asked["budget"]["amounts"]:
        cube = bought.cube(amount)
        gained, known = frontier.gains_of(cube, 0)
        if not known.any():
            continue
        means = gained[:, known].mean(axis=1)
        lead, second = (int(k) for k in np.argsort(-means, kind="stable")[:2])
        gain = payoffs.gains(cube, second, lead, 0)
        found.append(_case(asked, points, FOR_MONEY, cube.packages[second], cube.packages[lead],
                           cube.outcomes[0].metric, gain, float(amount)))  # fmt: skip
    return found


def _case(asked: Mapping[str, Any], points: pd.DataFrame, kind: str, package: str, other: str, outcome: str,
          gain: Difference, amount: float = math.nan) -> Asked:  # fmt: skip
    """The case in which ``gain`` is above 0."""
    known = np.isfinite(gain.mean)
    level = float(asked["level"])
    against = Difference(-gain.mean, gain.error, gain.freedom)
    decided = gain.surely(level) | against.surely(level)
    undecided = float(1 - decided[known].mean()) if known.any() else math.nan
    own, interest, seed = points[known].reset_index(drop=True), (gain.mean > 0)[known], int(asked["judge_seed"])
    found = discover(own, interest, resamples=int(asked["resamples"]), seed=seed)
    case = Case(kind, package, other, outcome, undecided, found, amount)
    if not math.isfinite(found.accuracy):
        return Asked(case, None)
    search = tree_search(own, interest, seed)
    return Asked(case, lambda order: search(within(order, known)))


def look_for_signposts(asked: Mapping[str, Any], cube: Cube, indicators: pd.DataFrame) -> tuple[Signpost, ...]:
    """For every package and threshold, and every time of looking, the signpost of failure."""
    found = []
    for place, outcome in enumerate(cube.outcomes):
        if outcome.threshold is None or not len(indicators):
            continue
        for k, label in enumerate(cube.packages):
            if label == NOTHING:
                continue
            margin = payoffs.margins(cube, k, place).mean
            own = indicators[indicators["package"] == label]
            for years, rows in own.groupby("years"):
                table = rows.pivot_table(index="world", columns=["indicator", "how"], values="value", dropna=False)
                table = table.reindex(list(cube.worlds))
                known = np.isfinite(margin)
                one = signposts.signpost(label, outcome.metric, float(str(years)), table, margin < 0, known,
                                         int(asked["judge_seed"]))  # fmt: skip
                if one is not None:
                    found.append(one)
    return signposts.against_luck(found, len(cube.worlds), float(asked["level"]), int(asked["judge_seed"]))
