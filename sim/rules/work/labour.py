"""The market for people's work seen from above: venues that open and close, and how visible they are.

A venue opens where buyers want more than the open ones serve and, unless it keeps to going terms, where controlling one
more person is worth its threshold: zero profit anywhere gives zero exploitation (C7-M04, C7-S01).
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.venues import Undertaking, VenueKind, Visibility, be_venue, close_venue, open_venue, segment
from sim.declared.sources import From, Switched, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, part, rule
from sim.ledger.counters import C
from sim.rules.people.options import gumbel
from sim.rules.rationing import whole

Floats = NDArray[np.float64]
REVIEW_WEEKS = 4


@family
class VenueMarketRules(NamedTuple):
    """Parameters of opening, closing and being seen."""

    looks: Annotated[float, From("work.looks")]  # share of venues that look at their prospects in their turn
    private_venues: Annotated[int, Switched("private_venues")]
    discreet_share: Annotated[float, From("work.discreet_share")]
    visibility_noise: Annotated[float, From("work.visibility_noise")]
    visibility_weeks: Annotated[int, From("work.visibility_weeks")]  # between reviews
    lean_least: Annotated[float, From("work.lean_least")]  # pull of a kind of place that a trade never takes
    boycott_discreet: Annotated[float, From("demand.boycott_discreet")]  # of a boycott that discreet places feel


@kernel
def want_slots(cells):
    """Whole slots that buyers pay for in places without and with a licence."""
    for cell in range(len(cells)):
        row = cells[cell]
        row.slots_wanted[0] = whole(row.demand - row.demand_licensed, row.phase[0])
        row.slots_wanted[1] = whole(row.demand_licensed, row.phase[1])


@rule
def venue_worth(venues, cells, k, count):
    """V of the marginal person for venue k at its visibility, US$."""
    place = venues[k]
    return cells[place.region * count + place.sector].typical[place.visibility, place.limit]


@part
def choose_visibility(venues, cells, sectors, rules, k, seed):
    """How visible a venue is: by what control is worth there, and a keyed taste; compliant ones follow their trade."""
    place = venues[k]
    count = len(sectors.openness)
    if place.kind == VenueKind.COMPLIANT or not rules.private_venues:
        u = draw(seed, Stream.VENUE_VISIBILITY, k, place.generation, 0, 3)
        shown = sectors[place.sector].openness
        seen = rules.discreet_share + (1.0 - rules.discreet_share) * shown
        place.visibility = Visibility.OPEN if u < shown else (Visibility.DISCREET if u < seen else Visibility.PRIVATE)
        return
    best, chosen = -math.inf, 0
    cell = place.region * count + place.sector
    for visibility in range(3):
        worth = cells[cell].typical[visibility, place.limit]
        u = draw(seed, Stream.VENUE_VISIBILITY, k, place.generation, 0, visibility)
        # a trade that lives by being seen, or that nobody sees anyway, leans one way whatever control is worth
        lean = sectors[place.sector].openness
        if visibility != Visibility.OPEN:
            share = rules.discreet_share if visibility == Visibility.DISCREET else 1.0 - rules.discreet_share
            lean = (1.0 - lean) * share
        score = math.log(max(worth, 1.0)) + rules.visibility_noise * (gumbel(u) + math.log(max(lean, rules.lean_least)))
        if score > best:
            best, chosen = score, visibility
    place.visibility = chosen


@rule
def pays_to_open(venues, cells, k, count):
    """Whether venue k is worth running: always on going terms, else where control of one more person is worth it."""
    return venues[k].undertaking > 0 or venue_worth(venues, cells, k, count) >= venues[k].threshold


@kernel
def bind_venues(venues, cells, cell_first, audited, seed):
    """Who keeps to going terms whatever its owner would do: audited places, and as many licensed ones as have buyers.

    ``audited`` (cells,) share of places whose buyers audit them, ``licensed`` (cells,) slots wanted with a licence.
    Licences go to those who have one, then to places that keep to going terms anyway, then to the others.
    """
    for cell in range(len(cells.demand_licensed)):
        first, last = cell_first[cell], cell_first[cell + 1]
        for k in range(first, last):
            venues[k].undertaking &= ~np.int8(Undertaking.AUDITED)
            if audited[cell] > 0.0 and draw(seed, Stream.VENUE_AUDIT, k, 0, 0, 0) < audited[cell]:
                venues[k].undertaking |= np.int8(Undertaking.AUDITED)
        left = cells[cell].demand_licensed
        for turn in range(3):
            for k in range(first, last):
                has = venues[k].undertaking & Undertaking.LICENSED > 0
                mine = 0 if has else (1 if venues[k].kind == VenueKind.COMPLIANT else 2)
                if venues[k].active == 0 or mine != turn:
                    continue
                if left > 0.5 * venues[k].slots:
                    left -= venues[k].slots
                    venues[k].undertaking |= np.int8(Undertaking.LICENSED)
                elif has:
                    venues[k].undertaking &= ~np.int8(Undertaking.LICENSED)


@allocating
def review_venues(s, p, now, counters, everyone):
    """Venues close that employ nobody and are not wanted or not worth it; others open while buyers want more slots.

    ``everyone`` 1 lets every latent venue look (the start of a run); otherwise a keyed share looks in its turn.
    """
    sectors = len(s.sectors.openness)
    supply = np.zeros(2)
    for cell in range(len(s.cells.slots_wanted)):
        first, last = s.cell_first[cell], s.cell_first[cell + 1]
        wanted = s.cells[cell].slots_wanted
        supply[:] = 0.0
        for k in range(first, last):
            if s.venues[k].active == 1:
                supply[segment(s.venues, k)] += s.venues[k].slots
        region = cell // sectors
        for k in range(first, last):
            if s.venues[k].active == 0 or s.venues[k].filled > 0 or everyone:
                continue
            part = segment(s.venues, k)
            looks = draw(now.seed, Stream.VENUE_LOOKS, k, s.venues[k].generation, now.week, 0) < p.venue_market.looks
            pays = pays_to_open(s.venues, s.cells, k, sectors)
            if looks and (supply[part] - s.venues[k].slots >= wanted[part] or not pays):
                supply[part] -= s.venues[k].slots
                close_venue(s.venues, p.venue, k, s.regions[region].wage_regular, now.seed)
                counters[C.VENUE_EXITS] += 1.0
        # rows are in no order that matters: traits are keyed by row; a keyed share looks each time
        for k in range(first, last):
            if supply[0] >= wanted[0] and supply[1] >= wanted[1]:
                break
            if s.venues[k].active == 1:
                continue
            if (
                not everyone
                and draw(now.seed, Stream.VENUE_LOOKS, k, s.venues[k].generation, now.week, 1) >= p.venue_market.looks
            ):
                continue
            # those who keep to going terms anyway take a licence where one is wanted
            part = 1 if supply[1] < wanted[1] and s.venues[k].kind == VenueKind.COMPLIANT else 0
            if supply[part] >= wanted[part] or (
                supply[part] + 0.5 * s.venues[k].slots > wanted[part] and supply[part] > 0.0
            ):
                continue
            choose_visibility(s.venues, s.cells, s.sectors, p.venue_market, k, now.nature)
            if not pays_to_open(s.venues, s.cells, k, sectors):
                continue
            open_venue(s.venues, k, now.week)
            if part:
                s.venues[k].undertaking |= np.int8(Undertaking.LICENSED)
            supply[part] += s.venues[k].slots
            counters[C.VENUE_ENTRIES] += 1.0


@kernel
def review_visibility(venues, cells, sectors, rules, now):
    """Every ``work.visibility_weeks`` a venue reconsiders how visible it is."""
    for k in range(-now.week % rules.visibility_weeks, len(venues), rules.visibility_weeks):
        if venues[k].active == 1:
            choose_visibility(venues, cells, sectors, rules, k, now.nature)


@kernel
def filled_by_cell(venues, cell_first, filled):
    """People at work in each cell."""
    for cell in range(len(filled)):
        filled[cell] = 0.0
        for k in range(cell_first[cell], cell_first[cell + 1]):
            if venues[k].active == 1:
                filled[cell] += venues[k].filled


@kernel
def first_venues(venues, regions, rules, seed):
    """Traits of the first owner of every venue."""
    for k in range(len(venues)):
        be_venue(venues, rules, k, regions[venues[k].region].wage_regular, seed)
