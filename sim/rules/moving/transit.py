"""Stopped in a country of transit that is paid to hold people back: detained there, or brought back a leg (model 4.3).

Levers ``status.transit_detention`` and ``status.dispersal`` of the country in which the leg begins where somebody is
stopped. Nobody is held in transit at home. What those who run the detention make of it is decided at the end of the
week (:mod:`sim.rules.control.extortion`).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.declared.sources import From, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import part
from sim.ledger.counters import C
from sim.rules.people import stages


@family
class TransitRules(NamedTuple):
    """Parameters of detention in transit."""

    weeks: Annotated[int, From("transit.detention_weeks")]
    release: Annotated[int, From("transit.release_weeks")]  # weeks until a payment has come
    armed: Annotated[float, From("transit.armed")]  # share of places run by armed groups where no law holds
    least: Annotated[float, From("transit.least")]  # US$ for which an armed group lets somebody go


@part
def hold_back(s, p, now, i, counters):
    """Person i has just been stopped: the country where she is may detain her, or bring her back by a leg."""
    row, region = s.people.row[i], s.people.here[i]
    local = s.law[region]
    if region == row.home or (local.status_transit_detention <= 0.0 and local.status_dispersal <= 0.0):
        return
    u = draw(now.seed, Stream.TRANSIT_HELD, i, row.generation, now.week, region)
    if u < local.status_transit_detention:
        stages.be_held_in_transit(s.people, i, now.week + p.transit.weeks)
        counters[C.TRANSIT_HELD] += 1.0
        return
    if row.leg > 0 and draw(now.seed, Stream.DISPERSED, i, row.generation, now.week, region) < local.status_dispersal:
        row.leg -= 1
        s.people.here[i] = s.legs[s.routes[row.route].legs[row.leg]].tail
        counters[C.DISPERSED] += 1.0
