"""Channels, contracts and journeys: how those who have chosen to move set out, and how far they come."""

from __future__ import annotations

import numpy as np

from sim.agents.people import Stage
from sim.conditions.prospects import weigh_onward
from sim.ground.rows import rows_at
from sim.rules.justice import child_contacts
from sim.rules.moving import channels, journeys, search, smuggling
from sim.rules.people import going
from sim.state.state import State
from sim.week.agenda import Agenda


def use_channels(state: State, week: Agenda) -> None:
    """Use channels: go home, apply, buy papers, set out alone."""
    s, p, now, due = state.s, state.p, week.now, week.due
    seekers, buyers, takers = week.seekers, week.buyers, week.takers
    seekers.count, buyers.count, takers.count = channels.use_channels(
        s, p, now, due.these, week.considered.acts, week.ledger, seekers.rows, buyers.rows, takers.rows
    )


def contract(state: State, week: Agenda) -> None:
    """Contract: seekers meet enterprises; fees, deposits and what is held are fixed."""
    meet_enterprises(state, week)
    if state.p.household.households:
        going.settle_loans(state.s, week.due.these, week.row)


def meet_enterprises(state: State, week: Agenda) -> None:
    """Seekers and enterprises meet."""
    s, seekers, active = state.s, week.seekers.these, week.active
    state.pairs["demand"] = 0.0
    space = search.working_space(s.regions["offers"].shape[1], len(active), len(s.regions), state.p.market.quotes)
    quotes = np.empty((len(seekers), state.p.market.quotes), np.int64)
    search.weigh_offers(s.enterprises, s.regions, s.region_first, s.pairs, state.p.market, active, space)
    week.passes.hear(s, seekers, active, space, quotes, week.now)
    smuggling.contract(s, state.p, week.now, seekers, quotes, week.ledger)


def weigh_the_way_on(state: State, week: Agenda) -> None:  # noqa: ARG001 - every phase takes both
    """Way on: what going on and its alternatives are worth to those from whom more is demanded."""
    weigh_onward(state.s.regions, state.s.pairs, state.p.belief)


def travel(state: State, week: Agenda) -> None:
    """Journey: legs are travelled; who arrives with a provider is kept for the work phase."""
    rows = rows_at(state.migrants["stage"], Stage.TRAVELLING)
    week.arrived.count = journeys.travel(
        state.s, state.p, week.now, rows, week.ledger, week.arrived.rows, week.brought_by, week.travelled
    )
    if week.acts("protection.child_registration"):
        child_contacts.register_children(state.s, state.p, week.now, rows, week.row)
