"""What rules see of a run: a few tables, each an array of records, and the maps between them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ground.by_address import by_address

Rows = NDArray[Any]


@by_address
class Tables(NamedTuple):
    """The whole state, as kernels take it. A kernel that reads at most three tables takes these instead."""

    # agents
    people: Any  # columns that are scanned every week, and ``row``
    enterprises: Any  # columns by offer or leg, and ``row``
    venues: Rows
    offenders: Rows
    officials: Rows
    agencies: Rows
    cases: Rows
    facilitators: Rows
    ties: Rows
    households: Rows  # nothing where people live by themselves
    # what they stand on (sim.world.fields)
    regions: Rows
    legs: Rows
    pairs: Rows
    cells: Rows
    routes: Rows
    units: Rows
    nodes: Rows
    sectors: Rows
    law: Rows  # (regions,) what the law says and does in each region this week
    # maps: where the rows of a group begin, int64 (groups + 1,), and tables of two places
    people_first: Rows  # by home
    enterprise_first: Rows  # by region
    offender_first: Rows  # by enterprise
    cell_first: Rows  # venues by cell
    unit_first: Rows  # officials by unit, the chief first
    node_first: Rows  # facilitators by node
    pair_of: Rows  # int32 (regions, regions), -1 none
    pairs_into: Rows  # int64 (regions, most), -1 padded
    destinations: Rows  # int32 (regions, 2, regions) known to low- and high-skilled people, -1 padded
    diaspora: Rows  # float64 (regions, regions) cumulative shares
    contracts: Rows  # float64 (regions, regions) lever work.contract_corridors from home to where people are
    trust: Rows  # float64 (regions, regions, 3) of one state in another; see sim.rules.justice.trust
    # what was decided last, where a mechanism may be held to it (sim.week.hold)
    markups: Rows  # float64 (enterprises, offers) share of a fee that market power adds
    on_paper: Rows  # int8 (venues,) 1 for places that chose to pass their audits on paper
    owner_moves: Rows  # int64 (venues,) region to which the owner moved, -1 for those who stayed
    # the same in the twin without a policy, of mechanisms that are held; nothing of others
    held_routes: Rows  # int32 (enterprises, offers) routes that are taken whatever they cost
    held_markups: Rows  # as markups
    held_on_paper: Rows  # as on_paper
    held_owner_moves: Rows  # as owner_moves
    held_shares: Rows  # enterprises of the twin, by whose share of a person's value these go
    # lists that are made anew every week
    active: Rows  # int64 (enterprises,) those that are open, by region
    region_first: Rows  # int64 (regions + 1,) where those of each region begin
    next_room: Rows  # int64 (venues,) next venue of the cell that may have room
    # what is added up
    exploited_places: Rows  # float64 (regions · sectors · controls · status · origin,) person-weeks
    cohorts: Rows  # float64 (weeks,) exploited weeks of those who departed in each week
    again: Rows  # float64 (weeks,) those exploited again of the people who left exploitation in each week
    case_cursor: Rows  # int64 (1,) where to look for a free row of cases
    traits: Rows  # float64 (types of enterprise, traits)
    book: Any  # meetings and statements of the week
    log: Any  # events


def nothing(**there: Any) -> Tables:
    """Tables of which most are empty."""
    empty = np.zeros(0)
    none_held: dict[str, Any] = {
        "held_routes": np.zeros((0, 0), np.int32),
        "held_markups": np.zeros((0, 0)),
        "held_on_paper": np.zeros(0, np.int8),
        "held_owner_moves": np.zeros(0, np.int64),
    }
    return Tables(**dict.fromkeys(Tables._fields, empty) | none_held | there)


def pairs_into(end: Rows, regions: int) -> Rows:
    """The pairs that end in each region, (regions, most), filled up with -1; ``end`` is the region of each pair."""
    ends = [np.flatnonzero(end == region) for region in range(regions)]
    into = np.full((regions, max((len(found) for found in ends), default=0) or 1), -1)
    for region, found in enumerate(ends):
        into[region, : len(found)] = found
    return into
