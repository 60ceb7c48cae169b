"""Samples that fieldwork draws from a moment of a world: along ties, at random, at workplaces."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.agents.people import Control
from sim.agents.venues import Visibility
from sim.evaluation.prevalence.fieldwork import Fieldwork
from sim.evaluation.prevalence.watching import Moment


@dataclass(frozen=True)
class Chain:
    """Respondents in the order in which they came.

    Parameters
    ----------
    who : positions among those at work.
    tree : number of the chain to which each belongs.
    degree : ties as told, 1 at least.
    says : says that she is exploited.
    """

    who: NDArray[np.int64]
    tree: NDArray[np.int64]
    degree: NDArray[np.float64]
    says: NDArray[np.bool_]


def takes_part(moment: Moment, field: Fieldwork, rng: Generator) -> NDArray[np.bool_]:
    """Who of those at work takes part when she is asked; what holds her keeps her from it."""
    control = moment.at_work["control"]
    share = np.where(
        control >= Control.CONFINEMENT, field.takes_part_confined,
        np.where(control > Control.NONE, field.takes_part_held, field.takes_part),
    )  # fmt: skip
    return np.asarray(rng.random(len(control)) < share)


def degrees(moment: Moment) -> NDArray[np.int64]:
    """Ties of everyone at work."""
    return np.asarray(moment.ties.getnnz(axis=1), dtype=np.int64)


def told_degrees(degree: NDArray[np.int64], field: Fieldwork, rng: Generator) -> NDArray[np.float64]:
    """Ties as they are told."""
    return np.maximum(degree * np.exp(field.degree_error * rng.standard_normal(len(degree))), 1.0)


def along_ties(moment: Moment, field: Fieldwork, rng: Generator) -> Chain:
    """Respondent-driven sampling: everybody recruits some of those with whom she has worked; nobody twice."""
    willing = takes_part(moment, field, rng)
    degree = degrees(moment)
    waiting = iter(np.argsort(-np.log(rng.random(len(degree))) / np.maximum(degree, 1)))  # in proportion to ties
    asked = np.zeros(len(degree), bool)
    who: list[int] = []
    tree: list[int] = []
    queue: deque[tuple[int, int]] = deque()
    trees = 0
    while len(who) < field.interviews:
        if not queue or trees < field.seeds:
            seed = next((each for each in waiting if not asked[each] and willing[each] and degree[each] > 0), None)
            if seed is None and not queue:
                break
            if seed is not None:
                asked[seed] = True
                queue.append((int(seed), trees))
                trees += 1
                continue
        person, number = queue.popleft()
        who.append(person)
        tree.append(number)
        near = moment.ties.indices[moment.ties.indptr[person] : moment.ties.indptr[person + 1]]
        near = near[~asked[near]]
        for other in rng.permutation(near)[: int(field.coupons)]:
            asked[other] = True
            if willing[other]:
                queue.append((int(other), number))
    found = np.array(who, np.int64)
    says = moment.at_work["now"][found] & (rng.random(len(found)) < field.discloses)
    return Chain(found, np.array(tree, np.int64), told_degrees(degree[found], field, rng), says)


@dataclass(frozen=True)
class Knowing:
    """A random sample of those at work who are asked about the people with whom they have worked.

    ``knows`` are exploited ones of whom each knows, ``degree`` all ties as told, ``seen`` how many know of the
    respondent that she is exploited, nan where she does not say that she is.
    """

    who: NDArray[np.int64]
    degree: NDArray[np.float64]
    knows: NDArray[np.int64]
    seen: NDArray[np.float64]


def about_others(moment: Moment, field: Fieldwork, rng: Generator) -> Knowing:
    """Asks about others: along a tie it is known with ``knows`` that the other is exploited, unless kept apart."""
    willing = np.flatnonzero(takes_part(moment, field, rng))
    who = rng.permutation(willing)[: int(field.interviews)]
    now = moment.at_work["now"]
    degree = degrees(moment)[who]
    exploited = np.asarray(moment.ties[who].astype(np.int64) @ now.astype(np.int64))
    met = rng.binomial(exploited, 1 - field.barrier)
    knows = rng.binomial(met, field.knows)
    says = now[who] & (rng.random(len(who)) < field.discloses)
    seen = np.where(says, rng.binomial(degree, (1 - field.barrier) * field.knows), np.nan)
    told = told_degrees(degree - exploited + met, field, rng)
    return Knowing(who, np.where(degree - exploited + met > 0, told, 0.0), knows, seen)


@dataclass(frozen=True)
class Visits:
    """Workplaces that were visited: ``venues``, ``asked`` and ``said`` at each; ``frame`` are all on the list.

    ``found`` are the positions, among those at work, of people who said that they are exploited.
    """

    venues: NDArray[np.int64]
    asked: NDArray[np.int64]
    said: NDArray[np.int64]
    frame: int
    found: NDArray[np.int64]


def at_workplaces(moment: Moment, field: Fieldwork, rng: Generator) -> Visits:
    """Time-location sampling: workplaces drawn from a list, and some of those who work there."""
    listed = {
        Visibility.OPEN: field.frame_open, Visibility.DISCREET: field.frame_discreet,
        Visibility.PRIVATE: field.frame_private,
    }  # fmt: skip
    share = np.array([listed[each] for each in sorted(listed)])[moment.venues["visibility"]]
    frame = np.flatnonzero((moment.venues["filled"] > 0) & (rng.random(len(share)) < share))
    venues = rng.permutation(frame)[: max(1, int(field.interviews // field.per_place))]
    willing = takes_part(moment, field, rng)
    says = moment.at_work["now"] & (rng.random(len(willing)) < field.discloses)
    at = moment.at_work["venue"]
    order = rng.permutation(len(at))
    asked, said, found = [], [], []
    by_place: dict[int, list[int]] = {}
    for person in order[np.isin(at[order], venues)]:
        by_place.setdefault(int(at[person]), []).append(int(person))
    for venue in venues:
        met = [each for each in by_place.get(int(venue), []) if willing[each]][: int(field.per_place)]
        asked.append(len(met))
        said.append(int(says[met].sum()) if met else 0)
        found += [each for each in met if says[each]]
    return Visits(venues, np.array(asked), np.array(said), len(frame), np.array(found, np.int64))


def at_home(moment: Moment, field: Fieldwork, rng: Generator) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Household survey: positions in ``people`` of those asked about, and whether exploitation in the year is told."""
    people = moment.people
    who = rng.permutation(len(people))[: int(field.households)]
    them = people[who]
    told = np.where(them["here"] == them["home"], field.tells_herself, field.told_of_absent)
    told = told * np.where(them["shamed"] == 1, 1 - field.shame, 1.0)
    return who, them["year"] & (rng.random(len(who)) < told)
