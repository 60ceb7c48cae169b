"""World: the levers of the week, and what everybody faces because of them."""

from __future__ import annotations

import numpy as np

from sim.agents.people import Bound
from sim.conditions.conditions import see_work
from sim.conditions.encounters import inspection_removals
from sim.conditions.incomes import incomes_at_home
from sim.conditions.law import see_the_law, staff_agencies
from sim.conditions.prospects import enforcement_effort, see_borders, see_prospects, see_the_ways, tell_the_truth
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.rows import rows_with
from sim.rules.people.birth import path_at_week_0
from sim.rules.people.status import removal_hazard
from sim.rules.rationing import top_up
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.placebo import postpone


def set_the_world(state: State, week: Agenda) -> None:
    """World: levers of the week, removal hazards, places that open, and what people make of it all."""
    values = state.scenario.values
    if week.week == 0:
        count_from_here(state)
        postpone(state.migrants, values["people.placebo"], state.seed)
    state.levers.advance(week.week)
    levers = state.levers.now
    effort = enforcement_effort(levers["border.control"])
    week.effort_change = np.abs(effort - week.effort)
    week.effort = effort
    state.regions["removal_sum"] += (
        removal_hazard(levers["status.deportation_effort"], values["status.removal_rate"])
        + inspection_removals(state, levers)
    ) / WEEKS_PER_YEAR
    fill_tokens(state)
    see_the_ways(state)
    tell_the_truth(state)
    state.regions["wage_home"] = state.world.regions.wage_regular * incomes_at_home(state)
    see_prospects(state)
    see_work(state)
    prepare_agencies(state)
    see_borders(state)


def fill_tokens(state: State) -> None:
    """Visas and genuine papers of the week; what is not taken is kept for some weeks."""
    levers, start = state.levers.now, state.world.pairs.start
    slots = np.stack([levers["visa.slots_low"], levers["visa.slots_high"]], axis=1)
    weekly = slots * (state.regions["people_at"][start] / 1000.0 / WEEKS_PER_YEAR)[:, None]
    kept, regions = state.scenario.values["visa.places_kept"], state.regions
    state.pairs["visa_tokens"] = top_up(state.pairs["visa_tokens"], weekly, kept)
    regions["papers_tokens"] = top_up(regions["papers_tokens"], regions["papers_weekly"], kept)


def prepare_agencies(state: State) -> None:
    """Staff and attention of the week, what the law says in each place, and an empty book of meetings."""
    safe = rows_with(state.migrants["bound"], Bound.SAFE)
    occupied = np.bincount(state.migrants["here"][safe], minlength=len(state.regions)).astype(float)
    staff_agencies(state)
    see_the_law(state, occupied)
    state.book.counts[:] = 0


def count_from_here(state: State) -> None:
    """Week 0: what reports and comparisons add up begins, as metrics do; burn-in is left behind."""
    state.migrants["path"][:] = path_at_week_0(state.migrants)
    for table, name in (
        (state.pairs, "departures"),
        (state.pairs, "arrivals"),
        (state.legs, "crossings"),
        (state.legs, "stops"),
    ):
        table[name] = 0.0
    state.registers.stops[:] = 0.0
