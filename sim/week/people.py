"""Consider: everyone who is due meets milestones and chooses."""

from __future__ import annotations

import numpy as np

from sim.conditions.prospects import highest_removal
from sim.ground.rows import rows_at
from sim.ledger.events import Cause, note_considered
from sim.rules.people import going
from sim.rules.people.consider import gather, settle
from sim.state.state import State
from sim.week.agenda import Agenda

NEXT_GENERATION = int(Cause.NEXT_GENERATION)  # numpy takes microseconds to compare with a member


def consider(state: State, week: Agenda) -> None:
    """Consider: everyone who is due meets milestones and chooses."""
    s, sums, due = state.s, state.sums, week.due
    highest = highest_removal(s.regions)
    week.passes.find_due(s.people, s.regions, highest, week.found, week.chunk_counts, week.week)
    due.count = gather(week.found, week.chunk_counts, due.rows, len(state.migrants))
    if state.p.household.households:
        going.lend_means(s, state.p, week.now, due.these)
    week.passes.consider(s, state.p, week.now, due.these, week.considered, sums)
    settle(sums, s.pairs, s.regions, state.p.belief, week.ledger)
    if state.keeps_events:
        note_considered(s.people, s.log, due.rows, due.count, week.considered.before, week.considered.causes, week.week)
    keep_ended(state, week)
    if state.p.household.households:
        due.count = going.decide_who_goes(s, state.p, week.now, due.rows, due.count, week.considered, week.row)


def keep_ended(state: State, week: Agenda) -> None:
    """Keep the outcome of people whose row passed to the next generation after week 0."""
    if week.week < 0:
        return
    ended = rows_at(week.considered.causes[: week.due.count], NEXT_GENERATION)
    if len(ended):
        rows = week.due.rows[ended]
        generation = state.migrants["generation"][rows] - 1
        week.ended.append((rows.astype(np.int32), generation, week.considered.ended[ended].copy()))
