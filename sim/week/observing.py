"""Observe: stocks, market structure, work, justice, officials and networks go into the counters of the week."""

from __future__ import annotations

import numpy as np

from sim.ledger.counters import C
from sim.rules.justice.records import enter_borders, keep_records
from sim.state.identities import check
from sim.state.state import State
from sim.week import reactions, truth
from sim.week.agenda import Agenda


def observe(state: State, week: Agenda) -> None:
    """Observe: stocks and market structure go into the truth counters."""
    s, p, row, people = state.s, state.p, week.row, state.s.people
    week.passes.count_people(people.stage, people.legal, people.here, week.stocks, week.irregular)
    truth.record_people(s, p, week.stocks, week.irregular, row)
    observe_market(state, week)
    if state.keeps_events:
        log = s.log
        week.events.append(log.rows[: log.count[0]].copy())
        log.count[0] = 0
    truth.record_venues(s.venues, s.sectors, row)
    truth.record_work(s, week.counters, week.done, p.term.cohort_weeks)
    truth.record_justice(s, p, state.levers.spent, row)
    keep_records(s.sectors, s.law, s.book, p.record, week.now, week.counters, state.registers.entries, week.done)
    if p.record.kept:
        enter_borders(s.legs, state.registers, week.done, row[C.DEATHS_FOUND])
    truth.record_officials(s.officials, s.units, s.regions, row)
    truth.record_networks(s, p, week.active, row)
    reactions.record(state, row)
    if state.scenario.values["checks"]:
        check(state, week.week, week.stocks.sum())


def observe_market(state: State, week: Agenda) -> None:
    """Enterprises, and every half year how concentrated their market is."""
    row, table = week.row, state.traffickers
    truth.record_enterprises(state.s.enterprises, week.active, row, week.week)
    row[C.CONCENTRATION] = row[C.ROUTE_ENTROPY] = np.nan
    if (week.week + 1) % state.scenario.values["observation.window"] == 0:
        pair = state.regions["offers"][table["home"]]
        recent = table["recent_loads"]
        row[C.CONCENTRATION] = truth.concentration(recent, pair)
        row[C.ROUTE_ENTROPY] = truth.entropy(recent, pair, table["route"])
        recent[:] = 0.0
