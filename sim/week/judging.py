"""Justice: leads, evidence, charges, arrests, trials, sentences, assets, compensation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.cases import CaseStage
from sim.ground.draws import uniforms
from sim.ground.rows import rows_at
from sim.rules.corruption.capture import hear_of_officials
from sim.rules.justice import arrests, courts, investigation, leads
from sim.state.state import State
from sim.week.agenda import Agenda


def do_justice(state: State, week: Agenda) -> None:
    """Justice: leads, evidence, charges, arrests, trials, sentences, assets, compensation."""
    s, p, now, row = state.s, state.p, week.now, week.row
    hear_of_officials(s.units, s.law, s.book, p.official, now, row)
    leads.take_leads(s, p, now, row)
    leads.take_border_leads(s, p, now, week.active, row)
    leads.look_for_cases(s, p, now, row)
    investigation.investigate(s, p, now, assign_investigators(state), week.ledger)
    charged = rows_at(state.cases["stage"], CaseStage.TRIAL)
    if len(charged) > 1:
        charged = charged[np.lexsort((state.cases["target"][charged], state.cases["opened"][charged]))]
    courts.hear_cases(s, p, now, charged, week.ledger)
    arrests.release_offenders(s.enterprises, s.offenders, s.traits, p.change, row, now.week)


def assign_investigators(state: State) -> NDArray[np.int64]:
    """Rows of open leads and investigations; those that capacity allows are assigned, by what the office values."""
    cases, values = state.cases, state.scenario.values
    stage = cases["stage"]
    investigation.allow_weeks_of_work(state.s.agencies, state.work_weeks, values["police.cases"])
    rows = np.flatnonzero((stage == CaseStage.LEAD) | (stage == CaseStage.INVESTIGATION))
    if not len(rows):
        return rows
    regions = len(state.regions)
    region = cases["region"][rows].astype(np.int64)
    counts = state.levers.now["police.metric"][region]
    quick = np.maximum(cases["movement"][rows], cases["exploitation"][rows])
    depth, rung = values["police.case_depth"], values["police.case_rung"]
    deep = depth * cases["control"][rows] + (1.0 - depth) * cases["network"][rows] + rung * cases["rung"][rows]
    begun = values["police.case_begun"] * (stage[rows] == CaseStage.INVESTIGATION)
    noise = uniforms(state.seed, cases["target"][rows], cases["kind"][rows], cases["opened"][rows])
    score = counts * quick + (1.0 - counts) * deep + begun + values["police.case_noise"] * noise - 1e-6 * rows
    served = investigation.ration(region, score, state.work_weeks)
    cases["assigned"][rows] = served
    state.work_weeks -= np.bincount(region[served], minlength=regions)
    # cases are gone through in an order that no row number decides
    return rows[np.lexsort((cases["target"][rows], cases["kind"][rows], cases["opened"][rows]))]
