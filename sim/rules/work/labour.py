"""The market for people's work seen from above: venues that open and close, how visible they are, pay.

    d log w_irregular = gamma·(vacancies - seekers)/slots every four weeks

A venue opens where buyers want more than the open ones serve and, unless it keeps to going terms, where controlling one
more person is worth its threshold: zero profit anywhere gives zero exploitation (C7-M04, C7-S01).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.venues import Undertaking, VenueKind, Visibility, close_venue, open_venue, segment
from sim.ground.draws import Stream, draw
from sim.ground.kernel import allocating, kernel, part, rule
from sim.ledger.counters import C
from sim.rules.people.options import gumbel
from sim.rules.rationing import whole

if TYPE_CHECKING:
    from sim.state.state import State

Floats = NDArray[np.float64]
REVIEW_WEEKS = 4
VISIBILITY_WEEKS = 13


class VenueMarketRules(NamedTuple):
    """Parameters of opening, closing and being seen."""

    looks: float  # share of venues that look at their prospects in their turn
    private_venues: int
    visibility_noise: float


@dataclass
class LabourMarket:
    """Node-level state of the labour market; cells are region x sector, region-major."""

    demand_start: Floats  # (cells,) slots that buyers paid for at the start
    demand: Floats  # (cells,)
    wage_index: Floats  # (regions,) pay without papers over that at the start
    seekers: Floats  # (regions,) searches that found no work in the present four weeks
    neighbour: Floats  # (regions, regions) where buyers who stay away go instead; rows sum to 1 or 0
    licensed: Floats  # (cells,) the part of demand that goes to licensed places
    mission: Floats  # (cells,) the part of it that comes from a mission
    next_door: Floats  # (cells,) the part of it that comes from buyers who stay away next door
    informed: Floats  # (cells,) share of buyers whom campaigns have reached, fading
    typical: Floats  # (cells, 3 visibilities, 5 controls) V of a typical newcomer, US$
    limits: Floats  # (regions,) what a lender can expect to recover, US$
    phase: Floats  # (cells, 2) keyed, by which slots are rounded in places without and with a licence

    def slots_wanted(self) -> Floats:
        """Whole slots that buyers pay for in places without and with a licence, float64 (cells, 2)."""
        return np.asarray(whole(np.stack([self.demand - self.licensed, self.licensed], axis=1), self.phase))


@rule
def venue_worth(v, k, typical, count):
    """V of the marginal person for venue k at its visibility, US$."""
    return typical[v.row[k].region * count + v.row[k].sector, v.row[k].visibility, v.row[k].limit]


@part
def choose_visibility(v, k, seed, typical, openness, rules):
    """How visible a venue is: by what control is worth there, and a keyed taste; compliant ones follow their trade."""
    count = len(openness)
    if v.row[k].kind == VenueKind.COMPLIANT or not rules.private_venues:
        u = draw(seed, Stream.VENUE_VISIBILITY, k, v.row[k].generation, 0, 3)
        shown = openness[v.row[k].sector]
        v.row[k].visibility = (
            Visibility.OPEN if u < shown else (Visibility.DISCREET if u < 0.5 + 0.5 * shown else Visibility.PRIVATE)
        )
        return
    best, chosen = -math.inf, 0
    cell = v.row[k].region * count + v.row[k].sector
    for visibility in range(3):
        worth = typical[cell, visibility, v.row[k].limit]
        u = draw(seed, Stream.VENUE_VISIBILITY, k, v.row[k].generation, 0, visibility)
        # a trade that lives by being seen, or that nobody sees anyway, leans one way whatever control is worth
        lean = openness[v.row[k].sector] if visibility == Visibility.OPEN else (1.0 - openness[v.row[k].sector]) * 0.5
        score = math.log(max(worth, 1.0)) + rules.visibility_noise * (gumbel(u) + math.log(max(lean, 0.01)))
        if score > best:
            best, chosen = score, visibility
    v.row[k].visibility = chosen


@rule
def pays_to_open(v, k, typical, count):
    """Whether venue k is worth running: always on going terms, else where control of one more person is worth it."""
    return v.row[k].undertaking > 0 or venue_worth(v, k, typical, count) >= v.row[k].threshold


@kernel
def bind_venues(v, seed, cells_first, audited, licensed):
    """Who keeps to going terms whatever its owner would do: audited places, and as many licensed ones as have buyers.

    ``audited`` (cells,) share of places whose buyers audit them, ``licensed`` (cells,) slots wanted with a licence.
    Licences go to those who have one, then to places that keep to going terms anyway, then to the others.
    """
    for cell in range(len(licensed)):
        first, last = cells_first[cell], cells_first[cell + 1]
        for k in range(first, last):
            v.row[k].undertaking &= ~np.int8(Undertaking.AUDITED)
            if audited[cell] > 0.0 and draw(seed, Stream.VENUE_AUDIT, k, 0, 0, 0) < audited[cell]:
                v.row[k].undertaking |= np.int8(Undertaking.AUDITED)
        left = licensed[cell]
        for turn in range(3):
            for k in range(first, last):
                has = v.row[k].undertaking & Undertaking.LICENSED > 0
                mine = 0 if has else (1 if v.row[k].kind == VenueKind.COMPLIANT else 2)
                if v.row[k].active == 0 or mine != turn:
                    continue
                if left > 0.5 * v.row[k].slots:
                    left -= v.row[k].slots
                    v.row[k].undertaking |= np.int8(Undertaking.LICENSED)
                elif has:
                    v.row[k].undertaking &= ~np.int8(Undertaking.LICENSED)


@allocating
def review_venues(v, week, seed, counters, slots_wanted, cells_first, typical, openness, wage, rules, traits, everyone):
    """Venues close that employ nobody and are not wanted or not worth it; others open while buyers want more slots.

    ``slots_wanted`` (cells, 2) whole slots, in places without and with a licence.
    ``everyone`` 1 lets every latent venue look (the start of a run); otherwise a keyed share looks in its turn.
    """
    sectors = len(openness)
    supply = np.zeros(2)
    for cell in range(len(slots_wanted)):
        first, last = cells_first[cell], cells_first[cell + 1]
        wanted = slots_wanted[cell]
        supply[:] = 0.0
        for k in range(first, last):
            if v.row[k].active == 1:
                supply[segment(v, k)] += v.row[k].slots
        region = cell // sectors
        for k in range(first, last):
            if v.row[k].active == 0 or v.row[k].filled > 0 or everyone:
                continue
            part = segment(v, k)
            looks = draw(seed, Stream.VENUE_LOOKS, k, v.row[k].generation, week, 0) < rules.looks
            pays = pays_to_open(v, k, typical, sectors)
            if looks and (supply[part] - v.row[k].slots >= wanted[part] or not pays):
                supply[part] -= v.row[k].slots
                close_venue(v, k, seed, traits, wage[region])
                counters[C.VENUE_EXITS] += 1.0
        # rows are in no order that matters: traits are keyed by row; a keyed share looks each time
        for k in range(first, last):
            if supply[0] >= wanted[0] and supply[1] >= wanted[1]:
                break
            if v.row[k].active == 1:
                continue
            if not everyone and draw(seed, Stream.VENUE_LOOKS, k, v.row[k].generation, week, 1) >= rules.looks:
                continue
            # those who keep to going terms anyway take a licence where one is wanted
            part = 1 if supply[1] < wanted[1] and v.row[k].kind == VenueKind.COMPLIANT else 0
            if supply[part] >= wanted[part] or (
                supply[part] + 0.5 * v.row[k].slots > wanted[part] and supply[part] > 0.0
            ):
                continue
            choose_visibility(v, k, seed, typical, openness, rules)
            if not pays_to_open(v, k, typical, sectors):
                continue
            open_venue(v, k, week)
            if part:
                v.row[k].undertaking |= np.int8(Undertaking.LICENSED)
            supply[part] += v.row[k].slots
            counters[C.VENUE_ENTRIES] += 1.0


@kernel
def review_visibility(v, week, seed, typical, openness, rules):
    """Every 13 weeks a venue reconsiders how visible it is."""
    for k in range(-week % VISIBILITY_WEEKS, len(v.row), VISIBILITY_WEEKS):
        if v.row[k].active == 1:
            choose_visibility(v, k, seed, typical, openness, rules)


def move_wages(state: State, filled: Floats, slots: Floats) -> None:
    """Pay without papers follows tightness (model 4.4): every four weeks, within bounds.

    ``filled`` and ``slots`` (cells,), as far as buyers want them. Whoever found no
    work looks again after a few weeks: searches count people.
    """
    labour, values = state.labour, state.scenario.values
    regions = len(labour.wage_index)
    jobs = slots.reshape(regions, -1).sum(axis=1)
    vacant = np.maximum(jobs - filled.reshape(regions, -1).sum(axis=1), 0.0)
    seekers = labour.seekers * values["work.search_again"] / REVIEW_WEEKS
    labour.seekers[:] = 0.0
    gap = np.divide(vacant - seekers, jobs, out=np.zeros_like(jobs), where=jobs > 0)
    step = values["work.tightness"] * np.clip(gap, -0.5, 0.5)
    # never above what people with papers earn
    highest = state.world.regions.wage_regular / np.maximum(state.world.regions.wage_irregular, 1e-9)
    labour.wage_index[:] = np.clip(labour.wage_index * np.exp(step), 0.5, np.maximum(highest, 0.5))


@kernel
def filled_by_cell(v, first, filled, slots):
    """People at work in each cell, and the slots of its open venues."""
    for cell in range(len(filled)):
        filled[cell] = slots[cell] = 0.0
        for k in range(first[cell], first[cell + 1]):
            if v.row[k].active == 1:
                filled[cell] += v.row[k].filled
                slots[cell] += v.row[k].slots
