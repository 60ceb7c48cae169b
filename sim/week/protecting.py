"""Protect or remove: who was found is asked; telling, permits, custody, removal, return."""

from __future__ import annotations

from sim.agents.people import Bound, Stage
from sim.ground.rows import rows_at, rows_with
from sim.rules.control import custody, extortion
from sim.rules.justice import calls_home, child_contacts, protection, removal
from sim.state.state import State
from sim.week.agenda import Agenda


def protect_or_remove(state: State, week: Agenda) -> None:
    """Protect or remove: who was found is asked; telling, permits, removal, return."""
    s, p, now, row, due = state.s, state.p, week.now, week.row, week.due.these
    meet_children(state, week)
    removal.interview_detained(s, p, now, due, week.considered.causes, row)
    sell_people_in_custody(state, week)
    make_detention_pay(state, week)
    removal.receive_returned(s, p, now, due, week.considered.causes, week.ledger)
    if p.trust.on:
        held = rows_with(state.migrants["bound"], Bound.CONTROLLED)
        calls_home.ask_for_those_who_call(s, p, now, held, week.ledger)
    safe = rows_with(state.migrants["bound"], Bound.SAFE)
    protection.protect(s, p, now, safe, week.ledger, p.belief.broken_promise)


def meet_children(state: State, week: Agenda) -> None:
    """Child protection comes to exploited children, where there is any."""
    if state.p.household.households or week.acts("protection.child_outreach", "protection.child_registration"):
        controlled = rows_with(state.migrants["bound"], Bound.CONTROLLED)
        child_contacts.meet_children(state.s, state.p, week.now, controlled, week.row)


def sell_people_in_custody(state: State, week: Agenda) -> None:
    """Those who were detained this week may be sold by those who hold them."""
    if state.mechanisms["corruption"] == "off":
        return
    held = rows_at(state.migrants["stage"], Stage.DETAINED)
    custody.sell_people_in_custody(state.s, state.p, week.now, held, week.ledger)


def make_detention_pay(state: State, week: Agenda) -> None:
    """Those whom a transit state has detained this week come before whoever runs the place, if any state does so."""
    if not week.acts("status.transit_detention"):
        return
    held = rows_at(state.migrants["stage"], Stage.HELD)
    extortion.make_detention_pay(state.s, state.p, week.now, held, week.ledger)
