"""Owners who move next door when control of people is worth less here than it was (C1-M50, C5-P35, C10-M02).

Switch ``venue_displacement``. Whoever settles in a place knows what control would be worth next door, and accepts it:

    advantage(k) = max over neighbours of V there / V here,      moves iff advantage > accepted·relocation.gain

V is the value of the marginal person for the owner's means and visibility, which holds penalties, inspections, raids
and bribes of both places. What was so before any policy moves nobody; what changes does. People who work in the place
lose their work, the owner opens a latent place of the same trade next door, and buyers follow: all of them where goods
are traded, ``relocation.buyers_follow`` of them where clients meet those who work there.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sim.agents.people import NEVER, Bound
from sim.agents.venues import VenueKind, close_venue, open_venue
from sim.declared.sources import From, Switched, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.rules.control.leaving import leave_by
from sim.rules.control.ways_out import Exit
from sim.rules.people import stages
from sim.rules.people.means import post_income
from sim.rules.work.jobs import leave_venue

LEAST_WORTH = 1.0  # US$, below which control counts as worth that


@family
class RelocationRules(NamedTuple):
    """Parameters of owners who move."""

    displacement: Annotated[int, Switched("venue_displacement")]
    looks: Annotated[float, From("relocation.looks")]  # owners who compare, of all in four weeks
    gain: Annotated[float, From("relocation.gain")]  # by what factor control must have become worth more next door
    follow: Annotated[float, From("relocation.buyers_follow")]  # of buyers whom contact with clients ties to a place


@rule
def next_door(s, near, k):
    """(region, advantage): the neighbour where control would be worth most to the owner of venue k, over here.

    The region is -1 where there is no neighbour with such work.
    """
    place, sectors = s.venues[k], len(s.sectors.pay)
    best, chosen = -math.inf, -1
    for region in range(len(s.regions)):
        cell = region * sectors + place.sector
        if near[place.region, region] and s.cell_first[cell + 1] > s.cell_first[cell]:
            worth = s.cells[cell].typical[place.visibility, place.limit]
            if worth > best:
                best, chosen = worth, region
    here = s.cells[place.region * sectors + place.sector].typical[place.visibility, place.limit]
    return chosen, max(best, 0.0) / max(here, LEAST_WORTH)


@rule
def latent_place(s, cell):
    """The first place of a cell that nobody runs, -1 if all are run."""
    for k in range(s.cell_first[cell], s.cell_first[cell + 1]):
        if s.venues[k].active == 0:
            return k
    return -1


@rule
def looks_about(rules, now, k, generation):
    """Whether the owner of venue k compares places this time."""
    return draw(now.seed, Stream.OWNER_LOOKS, k, generation, now.week, 0) < rules.looks


@kernel
def move_owners(s, p, now, near, counters):
    """Every four weeks a keyed share of owners who would control people compare; ``near`` bool (regions, regions).

    Before week 0, and when a place is new, what is so next door is accepted. Returns how many places were given up;
    ``moved_on`` of those is this week, and those who work there have to leave (:func:`let_go`).
    """
    moved = 0
    for k in range(len(s.venues)):
        place = s.venues[k]
        s.owner_moves[k] = -1
        if place.active == 0 or place.kind == VenueKind.COMPLIANT or place.moved_on == now.week:
            continue
        region, advantage = next_door(s, near, k)
        if region < 0:
            continue
        if now.week <= 0 or place.settled != place.entered:
            place.accepted, place.settled = advantage, place.entered
            continue
        if len(s.held_owner_moves) > 0:
            region = s.held_owner_moves[k]
        elif advantage <= place.accepted * p.relocation.gain or not looks_about(p.relocation, now, k, place.generation):
            continue
        if region < 0:
            continue
        other = latent_place(s, region * len(s.sectors.pay) + place.sector)
        if other < 0:
            continue
        open_next_door(s, p, now, k, other)
        s.owner_moves[k] = region
        counters[C.OWNERS_MOVED] += 1.0
        moved += 1
    return moved


@part
def open_next_door(s, p, now, k, other):
    """The owner of venue k runs ``other`` from now on, with what she is ready to do, and takes buyers along."""
    place, new = s.venues[k], s.venues[other]
    new.generation += 1
    new.kind, new.limit, new.visibility = place.kind, place.limit, place.visibility
    new.slots, new.threshold = place.slots, place.threshold
    new.room = place.room
    open_venue(s.venues, other, now.week)
    new.moved_on = now.week
    place.moved_on = now.week
    tied = s.sectors[place.sector].client_contact
    buyers = place.slots * (1.0 - tied * (1.0 - p.relocation.follow))
    sectors = len(s.sectors.pay)
    s.cells[place.region * sectors + place.sector].demand_moved -= buyers
    s.cells[new.region * sectors + place.sector].demand_moved += buyers
    place.slots = place.filled
    place.vacant_since = NEVER
    if place.filled == 0:
        close_venue(s.venues, p.venue, k, s.regions[place.region].wage_regular, now.seed)


@kernel
def let_go(s, p, now, rows, ledger):
    """Those who work in places that have been given up this week lose their work, ``rows`` in order."""
    for position in range(len(rows)):
        i = rows[position]
        k = s.people.row[i].venue
        if k < 0 or s.venues[k].moved_on != now.week or s.venues[k].entered == now.week:
            continue
        before = s.people.stage[i]
        if s.people.bound[i] & Bound.CONTROLLED:
            leave_by(s, p, now, i, Exit.DISMISSED.value, ledger)
        else:
            post_income(s.people, s.regions, p, i, ledger, now.week)
            leave_venue(s, p, i, False, now.week)
            stages.lose_work(s.people, i, now.week)
            note_change(s, i, before, Cause.JOB_ENDED, k, now.week)
        ledger.counters[C.LOST_WORK_TO_MOVES] += 1.0
        if s.venues[k].filled == 0:
            close_venue(s.venues, p.venue, k, s.regions[s.venues[k].region].wage_regular, now.seed)
