"""Legs that are closed: nobody sets out over them, whoever waits there goes round, waits or turns back (model 4.3).

A leg is closed in a week with the chance that ``border.closed`` gives. Whoever is on it goes on: she was let through
before. Whoever stands where it begins

1. goes on from there by another route to where she is going, if its next leg is open: with a provider by the one that
   he takes now, else by the one that costs least. Nobody who travels openly does: the open way is the only one;
2. waits otherwise, and in each week turns back with chance 1 / patience: she is then where the leg begins,
   gets back what is held of her fee, and decides anew. Nobody has stopped her, and nothing is learned of control.

A closure is no secret. Enterprises leave a route on which a leg is closed for good in the week in which it closes, and
offer nothing where none is left; people on their own see no way where all are closed. A leg that is closed for a part
of the weeks counts as that chance not to come through. All of it is assumed.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

from sim.agents.people import Channel, Stage
from sim.declared.sources import Worked, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause, note_change
from sim.rules.moving.smuggling import review_offer
from sim.rules.people import stages


def gives_up_waiting(weeks: float) -> float:
    """Chance of a week, where people wait for so many weeks in the mean; 0 weeks: at once."""
    return min(1.0 / weeks, 1.0) if weeks > 0.0 else 1.0


@family
class ClosingRules(NamedTuple):
    """Parameters of legs that are closed."""

    turns_back: Annotated[float, Worked(gives_up_waiting, "journey.closed_patience")]  # chance of a week


@kernel
def shut_legs(legs, chance, now):
    """Which legs are closed this week; ``chance`` (legs,) the lever."""
    for leg in range(len(legs)):
        u = draw(now.seed, Stream.LEG_CLOSED, leg, 0, now.week, 0)
        legs[leg].shut = 1.0 if u < chance[leg] else 0.0


@rule
def leg_from(s, route, region):
    """Position in a route of the leg that begins in a region and is open this week, -1 without."""
    for position in range(s.routes.legs.shape[1]):
        leg = s.routes[route].legs[position]
        if leg < 0:
            break
        if s.legs[leg].tail == region:
            return position if s.legs[leg].shut <= 0.0 else -1
    return -1


@part
def goes_round(s, i, pair, j):
    """Whether person i, guided by enterprise j or by nobody (-1), goes on by another route from where she is."""
    row, here = s.people.row[i], s.people.here[i]
    if row.channel != Channel.ALONE and row.channel != Channel.PROVIDER:
        return False
    best, at, lowest = -1, -1, math.inf
    if j >= 0 and s.pairs[pair].start == s.enterprises.row[j].home:
        route = s.enterprises.route[j, s.pairs[pair].offer]
        if route >= 0:
            at = leg_from(s, route, here)
            best = route if at >= 0 else -1
    if best < 0:
        for position in range(s.pairs.routes.shape[1]):
            route = s.pairs[pair].routes[position]
            if route < 0:
                break
            start = leg_from(s, route, here)
            if start >= 0 and s.routes[route].alone_worth < lowest:
                best, at, lowest = route, start, s.routes[route].alone_worth
    if best < 0:
        return False
    row.route, row.leg = best, at
    return True


@part
def waits_at(s, p, now, i, counters):
    """A week before a closed leg, after which some turn back."""
    row = s.people.row[i]
    counters[C.CLOSED_WAITS] += 1.0
    u = draw(now.seed, Stream.TURN_BACK, i, row.generation, now.week, 0)
    if u >= p.closing.turns_back:
        return
    counters[C.CLOSED_TURNED_BACK] += 1.0
    stages.be_stopped(s.people, i, s.people.here[i], now.week + 1, now.week)
    row.contract = 0
    if row.financed == 1:
        row.financed = 2  # what was lent for a journey that is not made is written off
    row.cash += row.escrow
    row.escrow = 0.0
    note_change(s, i, Stage.TRAVELLING, Cause.STOPPED, row.provider, now.week)


@part
def stands_still(s, p, now, i, leg, pair, j, counters):
    """Whether person i, who is about to set out over a leg, stays where she is this week because it is closed."""
    if s.people.row[i].clock > 0.0 or s.legs[leg].shut <= 0.0:
        return False
    if goes_round(s, i, pair, j):
        counters[C.CLOSED_WENT_ROUND] += 1.0
        return False
    waits_at(s, p, now, i, counters)
    return True


@kernel
def leave_closed_routes(s, p, active, seed):
    """Enterprises whose route is closed for good look for another; those that had none left, too."""
    for position in range(len(active)):
        j = active[position]
        home = s.enterprises.row[j].home
        for k in range(s.regions.offers.shape[1]):
            pair = s.regions[home].offers[k]
            if pair < 0:
                break
            route = s.enterprises.route[j, k]
            if s.enterprises.row[j].capacity > 0.0 and (route < 0 or s.routes[route].closed >= 1.0):
                review_offer(s, p, j, pair, k, seed)
