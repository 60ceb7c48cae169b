"""World: the levers of the week, and what everybody faces because of them."""

from __future__ import annotations

import numpy as np

from sim.conditions.conditions import see_work
from sim.conditions.enacted import enact
from sim.conditions.law import see_the_law
from sim.conditions.prospects import (
    enforcement_effort,
    pass_a_week,
    see_prospects,
    see_the_ways,
    tell_the_truth,
)
from sim.ground.rows import some
from sim.rules.justice.decisions import open_decisions
from sim.rules.justice.trust import keep_in_touch
from sim.rules.moving.entry import experience_kept
from sim.rules.people import ageing
from sim.rules.people.birth import begin_paths
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.known import known_of
from sim.week.placebo import postpone
from sim.week.shocking import close_the_legs, threaten_people, wear_the_law


def set_the_world(state: State, week: Agenda) -> None:
    """World: levers of the week, removal hazards, places that open, and what people make of it all."""
    s, p = state.s, state.p
    if p.ageing.ageing:
        ageing.grow_up(s.people, week.now, week.row)
    if week.week == 0:
        count_from_here(state)
        week.known = known_of(state.migrants)
        postpone(state.migrants, state.scenario.values["people.placebo"], week.now.seed)
    wear_the_law(state, week)
    state.levers.look(week.week, week.counters[: week.done], week.burn_in)
    state.levers.advance(week.week)
    weigh_effort(state, week)
    enact(state)
    threaten_people(state, week)
    close_the_legs(state, week)
    pass_a_week(s.regions, s.pairs, p.channel)
    see_the_ways(state)
    tell_the_truth(state)
    see_prospects(state)
    see_work(state, week.passes.see_risks)
    see_the_law(s, p)
    if p.trust.on or p.recognition.on:
        keep_in_touch(s, p, week.now, week.row)
    if p.decision.on:
        open_decisions(s, p.decision)
    state.book.counts[:] = 0


def weigh_effort(state: State, week: Agenda) -> None:
    """Enforcement effort on each leg, and by how much it has changed since last week."""
    if state.levers_moved("effort"):
        effort = enforcement_effort(state.levers.now["border.control"])
        week.effort_change = np.abs(effort - week.effort)
        week.effort = effort
    elif some(week.effort_change):
        week.effort_change = np.zeros(len(week.effort))
    else:
        return
    state.legs["kept"] = experience_kept(week.effort_change, state.p.business)


def count_from_here(state: State) -> None:
    """Week 0: what reports and comparisons add up begins, as metrics do; burn-in is left behind."""
    begin_paths(state.s.people)
    for table, name in (
        (state.pairs, "departures"),
        (state.pairs, "arrivals"),
        (state.legs, "crossings"),
        (state.legs, "stops"),
    ):
        table[name] = 0.0
    state.registers.stops[:] = 0.0
