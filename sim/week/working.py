"""Work: who leaves a job, who finds one, who is handed over, made to work for a debt, or recruited."""

from __future__ import annotations

import numpy as np

from sim.agents.people import Bound, Stage
from sim.ground.rows import rows_at, rows_with
from sim.rules.control import leaving
from sim.rules.people import knowledge
from sim.rules.people.consider import ACT_SEEK
from sim.rules.work import claims, contracts, handover, jobs, recruitment
from sim.rules.work.labour import want_slots
from sim.state.state import State
from sim.week.agenda import Agenda


def do_work(state: State, week: Agenda) -> None:
    """Work: who leaves a job, who finds one, who is handed over, made to work for a debt, or recruited."""
    s, p, now, row, due = state.s, state.p, week.now, week.row, week.due.these
    causes = week.considered.causes[: len(due)]
    left = np.empty(len(due), np.int8)
    week.passes.leavers(s.people, due, causes, left)
    leaving.release(s, p, now, due, causes, left, row)
    want_slots(s.cells)
    week.passes.count_vacant(s)
    handover.bring_to_work(s, p, now, week.takers.these, week.arrived.these, week.brought_by, week.travelled, row)
    if p.contract.on:
        contracts.begin_contracts(s, p, now, rows_at(state.migrants["stage"], Stage.ARRIVED), week.ledger)
    seeking = due[rows_at(week.considered.acts[: len(due)], ACT_SEEK)]
    turn, cell = np.empty(len(seeking)), np.empty(len(seeking), np.int64)
    week.passes.look_for_work(s.people, s.cells, s.sectors, p.hire, now, seeking, turn, cell)
    jobs.place_seekers(s, p, now, seeking, turn, cell, row)
    if p.claim.enforcement:
        claims.enforce(s, p, now, rows_with(state.migrants["bound"], Bound.OWES), week.active, row)
    recruitment.begin_recruiting(s.enterprises, s.regions, s.pairs, p, week.active)
    if state.levers_moved("recruiters"):
        state.regions["licensed"] = state.levers.now["work.recruiter_licensing"]
        state.pairs["contracts"] = state.levers.now["work.contract_corridors"]
    week.passes.find_orders(s, p, now, week.orders)
    recruitment.recruit(s, p, now, week.orders, row)
    if p.contract.on:
        contracts.recruit_on_contract(s, p, now, row)
    knowledge.stories_change(s.regions, p.knowledge, p.belief.provider_kept)
