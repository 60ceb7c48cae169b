"""Every method applied to one round: a year of lists, and the last week of the year."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.evaluation.estimate import Estimate, NotPossibleError
from sim.evaluation.prevalence import samples, surveys, systems, ties
from sim.evaluation.prevalence.cards import CARDS, LISTS
from sim.evaluation.prevalence.fieldwork import Fieldwork
from sim.evaluation.prevalence.lists import Lists
from sim.evaluation.prevalence.watching import Moment

ALL, REGION, SECTOR = "all", "region", "sector"
LEAST_PEOPLE = 20  # exploited people in a region or sector of which an estimate is asked
FROM_LISTS: Mapping[str, Callable[..., Estimate]] = {
    "independence": systems.independence,
    "loglinear_p": systems.loglinear_p,
    "loglinear_aic": systems.loglinear_aic,
    "loglinear_bic": systems.loglinear_bic,
    "all_models": systems.all_models,
    "chao": systems.chao,
    "chapman": systems.chapman,
    "latent_classes": systems.latent_classes,
}


@dataclass(frozen=True)
class Round:
    """One round of measurement: the year's capture histories, the moment at its end, names of places, and seeds."""

    captures: pd.DataFrame
    moment: Moment
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    field: Fieldwork
    seed: int
    draws: int


def rows_of(about: Round, methods: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """What each method says of all people, and of each region and sector with ``LEAST_PEOPLE``, beside the truth."""
    surveyed = _surveys(about)
    for kind, number, name in _groups(about):
        lists = Lists.of_captures(_listed(about.captures, kind, name))
        in_year = _listed(about.captures, kind, name).query("exploited and not copy")
        on_day = int((about.moment.people["now"] & _people_in(about.moment, kind, number)).sum())
        for method in methods:
            card = CARDS[method]
            truth = len(in_year) if card.source == LISTS else on_day
            if method == "household":
                truth = int((about.moment.people["year"] & _year_in(about.moment, kind, number)).sum())
            if kind != ALL and truth < LEAST_PEOPLE:
                continue
            asked = surveyed.asked.get(card.source, 0)
            yield {
                "method": method, "kind": kind, "group": name, "year": about.moment.year, "truth": float(truth),
                "interviews": float(asked), "listed": lists.found,
            } | _told(about, surveyed, method, lists, kind, number)  # fmt: skip


def _told(about: Round, surveyed: _Surveyed, method: str, lists: Lists, kind: str, number: int) -> dict[str, Any]:
    try:
        if method in FROM_LISTS:
            said = FROM_LISTS[method](lists, about.draws, about.seed)
        else:
            said = surveyed.estimate(method, kind, number)
    except NotPossibleError as error:
        return {"estimate": math.nan, "low": math.nan, "high": math.nan, "note": str(error)}
    return {"estimate": said.estimate, "low": said.low, "high": said.high, "note": "; ".join(said.notes)}


def _groups(about: Round) -> Iterator[tuple[str, int, str]]:
    yield ALL, -1, ALL
    for kind, names in ((REGION, about.regions), (SECTOR, about.sectors)):
        for number, name in enumerate(names):
            yield kind, number, name


def _listed(captures: pd.DataFrame, kind: str, name: str) -> pd.DataFrame:
    return captures if kind == ALL else captures[captures[kind] == name]


def _people_in(moment: Moment, kind: str, number: int) -> NDArray[np.bool_]:
    """People who are at work there, or held on a journey there."""
    people = moment.people
    if kind == ALL:
        return np.ones(len(people), bool)
    if kind == REGION:
        return np.asarray(people["here"] == number)
    at = people["venue"]
    return np.asarray((at >= 0) & (moment.venues["sector"][at] == number))


def _year_in(moment: Moment, kind: str, number: int) -> NDArray[np.bool_]:
    """People who were exploited there last in the year."""
    return np.ones(len(moment.people), bool) if kind == ALL else np.asarray(moment.people[kind] == number)


@dataclass(frozen=True)
class _Surveyed:
    """The samples of a round; all groups are estimated from the same ones."""

    about: Round
    chain: samples.Chain
    others: samples.Knowing
    visits: samples.Visits
    home: tuple[NDArray[np.int64], NDArray[np.bool_]]
    asked: Mapping[str, int]

    def estimate(self, method: str, kind: str, number: int) -> Estimate:
        """What a survey says of a group. NotPossibleError where it says nothing."""
        moment, seed = self.about.moment, self.about.seed
        if method == "household":
            who, told = self.home
            return surveys.household(told & _year_in(moment, kind, number)[who], len(moment.people))
        if method == "time_location":
            within = np.ones(len(moment.venues), bool) if kind == ALL else moment.venues[kind] == number
            return surveys.time_location(self.visits, moment.venues["filled"], within, seed)
        within = np.ones(len(moment.workers), bool) if kind == ALL else moment.places[kind] == number
        if method == "link_tracing":
            if kind != ALL:
                raise NotPossibleError("ties are followed wherever they lead; the method is used for all people")
            known = self.about.field.knows * (1 - self.about.field.barrier)
            return ties.link_tracing(self.visits.found, moment.ties, moment.at_work["now"], known, seed)
        function = getattr(ties, method)
        sample = self.chain if method in ("chain_share", "chain_size") else self.others
        said: Estimate = function(sample, within, seed)
        return said


_DRAWS: tuple[Callable[..., Any], ...] = (
    samples.along_ties, samples.about_others, samples.at_workplaces, samples.at_home,
)  # fmt: skip


def _surveys(about: Round) -> _Surveyed:
    """Every survey draws with its own numbers, so that leaving one out moves no other."""
    chain, others, visits, home = (
        draw(about.moment, about.field, np.random.default_rng([about.seed, about.moment.year, 10 + number]))
        for number, draw in enumerate(_DRAWS)
    )
    asked = {
        "chains": len(chain.who), "asked about others": len(others.who), "workplaces": int(visits.asked.sum()),
        "households": len(home[0]),
    }  # fmt: skip
    return _Surveyed(about, chain, others, visits, home, asked)
