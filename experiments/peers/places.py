"""A run copied from its tables into plain objects: regions, legs, pairs, routes, enterprises, people."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.agents.officials import Post
from sim.ground.table import Table
from sim.rules.corruption.bribes import unit_of
from sim.rules.rationing import top_up
from sim.week.week import Week

WEEKS_OF_A_TURN = 4  # after which providers have room again
Weekly = dict[str, np.ndarray]
topped_up = np.vectorize(top_up.py_func)  # for many at once


@dataclass
class Places:
    """A world in which costs, fees and beliefs stay as they are.

    Every list is by row of the table it was copied from; a row is an object with the names of its columns.
    """

    regions: list[Any]
    legs: list[Any]
    pairs: list[Any]
    units: list[Any]
    enterprises: list[Any]
    routes: list[tuple[list[int], int]]  # (legs in order, pair)
    alone: list[tuple[float, int]]  # of each route: what it costs for each arrival, US$, and what is paid, cents
    pair_of: list[list[int]]
    destinations: list[list[list[int]]]  # by region and skill
    diaspora: list[list[float]]
    rules: Any  # families of parameters
    weekly: Weekly
    offering: dict[tuple[int, int], list[Any]] = field(default_factory=dict)  # (region, offer) -> enterprises

    def __post_init__(self) -> None:
        for enterprise in self.enterprises:
            for offer, route in enumerate(enterprise.route):
                if enterprise.active and route >= 0:
                    self.offering.setdefault((enterprise.home, offer), []).append(enterprise)


def rows_of(table: Table) -> list[dict[str, Any]]:
    """The rows of a table by name of column, as numbers and lists of Python."""
    columns = {name: table[name].tolist() for name in table}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def people_of(week: Week) -> list[dict[str, Any]]:
    """The people of a run by name of column."""
    return rows_of(week.migrants)


def weekly_of(week: Week) -> Weekly:
    """What a week makes available, as in the last week of a run that has just been moved by one."""
    week.advance()
    state = week.state
    return {
        "visas": state.pairs["visa_weekly"].copy(),
        "papers": state.regions["papers_weekly"].copy(),
        "removal": state.regions["removal_weekly"].copy(),
        "kept": np.array(state.p.channel.places_kept),
    }


def prepare(week: Week, danger: float = 1.0) -> Weekly:
    """Make a run ready for both versions: no offers of work, deadlier legs. Returns what a week makes available."""
    weekly = weekly_of(week)
    state, people = week.state, week.migrants
    people["offer"][:], people["offer_venue"][:], people["offer_region"][:] = 0, -1, -1
    state.legs["danger"] = np.minimum(state.legs["danger"] * danger, 0.5)
    return weekly


def places_of(week: Week, weekly: Weekly) -> Places:
    """The world of a run as it stands."""
    state, s = week.state, week.state.s
    named = {
        name: [SimpleNamespace(**row) for row in rows_of(getattr(state, name))]
        for name in ("regions", "legs", "pairs", "units")
    }
    for number, region in enumerate(named["regions"]):
        region.consulate = unit_of(state.p.official, Post.CONSULATE, number)
    enterprises = [SimpleNamespace(**row) for row in rows_of(state.traffickers)]
    ways = zip(state.routes["legs"].tolist(), state.routes["pair"].tolist(), strict=True)
    known = s.destinations.tolist()
    return Places(
        **named,
        enterprises=enterprises,
        routes=[([leg for leg in legs if leg >= 0], pair) for legs, pair in ways],
        alone=[
            (worth, round(100.0 * cost))
            for worth, cost in zip(
                state.routes["alone_worth"].tolist(), state.routes["alone_cost"].tolist(), strict=True
            )
        ],
        pair_of=s.pair_of.tolist(),
        destinations=[[[d for d in places if d >= 0] for places in by_skill] for by_skill in known],
        diaspora=s.diaspora.tolist(),
        rules=state.p,
        weekly=weekly,
    )
