"""Justice: leads, evidence, charges, arrests, trials, sentences, assets, compensation."""

from __future__ import annotations

import numpy as np

from sim.agents.cases import CaseStage
from sim.ground.rows import rows_at, some
from sim.rules.justice import arrests, assets, courts, investigation, leads, threats, tracing
from sim.state.state import State
from sim.week.agenda import Agenda
from sim.week.intelligence import use_intelligence


def do_justice(state: State, week: Agenda) -> None:
    """Justice: leads, evidence, charges, arrests, trials, sentences, assets, compensation."""
    s, p, now, row = state.s, state.p, week.now, week.row
    leads.begin_cases(s, p, now, week.active, row)
    if p.money.channels:
        tracing.follow_money(s, p, now, week.active, row)
    if p.intel.intelligence:
        use_intelligence(state, week)
    investigation.work_on_cases(s, p, now, state.work_weeks, week.ledger)
    charged = rows_at(state.cases["stage"], CaseStage.TRIAL)
    if len(charged) > 1:
        charged = charged[np.lexsort((state.cases["target"][charged], state.cases["opened"][charged]))]
    courts.hear_cases(s, p, now, charged, week.ledger)
    arrests.release_offenders(s.enterprises, s.offenders, s.traits, p.change, row, now.week)
    use_what_was_taken(state, week)


def use_what_was_taken(state: State, week: Agenda) -> None:
    """Assets of facilitators who were taken out, places that confiscated money pays for, and what owners expect."""
    s, p = state.s, state.p
    if week.acts("justice.facilitator_assets"):
        assets.take_from_facilitators(s, p, week.now, week.ledger)
    if some(state.regions["care_fund"]) or some(state.regions["care_places"]):
        assets.pay_for_care(s.regions, p.asset, week.ledger)
    if p.threat.threats:
        threats.count_believed(s.regions, s.law, week.row)
    if p.asset.expected:
        assets.count_expected(s.regions, p, week.row)
