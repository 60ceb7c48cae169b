"""Live: pay, debts, terms of control, and ways out of them."""

from __future__ import annotations

from sim.agents.people import Bound
from sim.conditions.conditions import levers_as_expected
from sim.conditions.encounters import reach_people_now
from sim.ground.rows import rows_with
from sim.rules.control import leaving
from sim.rules.people import households
from sim.rules.people.consider import settle
from sim.rules.work import charges, liability
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.exploited import exploited_now

ANY_BOND = 255


def reach_people(state: State, week: Agenda) -> None:  # noqa: ARG001 - every phase takes both
    """Reach: how likely people at work are to be met this week, and by whom."""
    if not levers_as_expected(state):  # otherwise it has been seen with the world
        reach_people_now(state.s.regions, state.s.cells, len(state.sectors))


def live(state: State, week: Agenda) -> None:
    """Live: a week of everyone who owes or works on controlled terms, and what has to be done one by one after it."""
    s, p, now, row, sums = state.s, state.p, week.now, week.row, state.sums
    bound = rows_with(state.migrants["bound"], ANY_BOND)
    if p.household.households:
        liability.inherit_debts(s, p, now, bound, row)
        households.share(s, p, now, week.ledger)
        bound = rows_with(state.migrants["bound"], ANY_BOND)
    posted = week.posted[: len(bound)]
    week.passes.live(s, p, now, bound, posted, week.done, sums)
    settle(sums, s.pairs, s.regions, p.belief, week.ledger)
    leaving.post(s, bound, posted, row, week.week)
    if week.watchers:
        exploited = exploited_now(state, bound, posted)
        for watcher in week.watchers:
            watcher.see_exploited(state, week, exploited)
    raised = leaving.act(s, p, now, bound, posted, week.ledger, week.raised, week.done)
    charges.charge(s, p, rows_with(state.migrants["bound"], Bound.OWES), row)
    leaving.raise_to_recruiter(s, p, now, week.raised[:raised], week.active, row)
