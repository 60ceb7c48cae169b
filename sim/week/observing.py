"""Observe: stocks, market structure, work, justice, officials and networks go into the counters of the week."""

from __future__ import annotations

import numpy as np

from sim.ledger.counters import C
from sim.rules.justice.records import enter_borders, keep_records
from sim.rules.people.anticipation import hear_of_those_abroad, mean_hopes
from sim.state.identities import check
from sim.state.state import State
from sim.week import reactions, truth
from sim.week.agenda import Agenda
from sim.week.shocking import observe_places


def observe(state: State, week: Agenda) -> None:
    """Observe: stocks and market structure go into the truth counters."""
    s, p, row, people = state.s, state.p, week.row, state.s.people
    week.passes.count_people(people.stage, people.legal, people.here, week.counted, week.counted_in)
    truth.record(
        s,
        p,
        week.now,
        week.active,
        week.counted,
        week.counted_in,
        week.stocks,
        state.levers.spent,
        week.counters[: week.done + 1],
    )
    observe_market(state, week)
    if p.anticipation.on:
        hear_of_those_abroad(s, p, week.week)
        row[C.BELIEVED_STATUS], row[C.BELIEVED_ASYLUM] = mean_hopes(s.regions, s.pairs)
    if state.groups.parts > 0:
        truth.tally_stocks(people, week.found, row)
    if state.scenario.values["events"]:
        week.events.append(s.log.rows[: s.log.count[0]].copy())
    keep_records(
        s.sectors, s.law, s.book, p.record, week.now, week.counters, state.registers.entries, week.noted, week.done
    )
    for watcher in week.watchers:
        watcher.see_the_week(state, week)
    s.log.count[0] = 0
    if p.record.kept:
        enter_borders(s.legs, state.registers, week.done, row[C.DEATHS_FOUND])
    reactions.record(state, row)
    observe_places(state, week)
    if state.scenario.values["checks"]:
        check(state, week.week, week.stocks.sum())


def observe_market(state: State, week: Agenda) -> None:
    """Every half year how concentrated the market is."""
    row, table = week.row, state.traffickers
    row[C.CONCENTRATION] = row[C.ROUTE_ENTROPY] = np.nan
    if (week.week + 1) % state.scenario.values["observation.window"] == 0:
        pair = state.regions["offers"][table["home"]]
        recent = table["recent_loads"]
        row[C.CONCENTRATION] = truth.concentration(recent, pair)
        row[C.ROUTE_ENTROPY] = truth.entropy(recent, pair, table["route"])
        recent[:] = 0.0
