"""Justice: leads, evidence, charges, arrests, trials, sentences, assets, compensation."""

from __future__ import annotations

import numpy as np

from sim.agents.cases import CaseStage
from sim.ground.rows import rows_at
from sim.rules.corruption.capture import hear_of_officials
from sim.rules.justice import arrests, courts, investigation, leads
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.intelligence import use_intelligence


def do_justice(state: State, week: Agenda) -> None:
    """Justice: leads, evidence, charges, arrests, trials, sentences, assets, compensation."""
    s, p, now, row = state.s, state.p, week.now, week.row
    hear_of_officials(s.units, s.law, s.book, p.official, now, row)
    leads.take_leads(s, p, now, row)
    leads.take_border_leads(s, p, now, week.active, row)
    leads.look_for_cases(s, p, now, row)
    if p.intel.intelligence:
        use_intelligence(state, week)
    rows = investigation.assign_investigators(s, p, now, state.work_weeks)
    investigation.investigate(s, p, now, rows, week.ledger)
    charged = rows_at(state.cases["stage"], CaseStage.TRIAL)
    if len(charged) > 1:
        charged = charged[np.lexsort((state.cases["target"][charged], state.cases["opened"][charged]))]
    if len(charged):
        courts.hear_cases(s, p, now, charged, week.ledger)
    arrests.release_offenders(s.enterprises, s.offenders, s.traits, p.change, row, now.week)
