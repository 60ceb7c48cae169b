"""Intelligence of the week: collected, analysed, shared, put together and used."""

from __future__ import annotations

from sim.conditions.enacted import enact_work
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.rules.intelligence import analysing, collecting, sharing, using
from sim.state.state import State
from sim.week.agenda import Agenda


def use_intelligence(state: State, week: Agenda) -> None:
    """Intelligence: from what somebody sees to a case, and once a year to priorities."""
    s, p, now, row = state.s, state.p, week.now, week.row
    items = state.items.records
    collecting.collect(s, p, now, items, state.item_cursor, row)
    analysing.analyse(s, p, now, items, row)
    sharing.share(s, p, now, items, state.near, row)
    using.put_together(s, p, now, items)
    using.act(s, p, now, items, row)
    sharing.remember(s.regions, s.law, p.intel)
    using.count_known(s, row)
    if week.week % WEEKS_PER_YEAR == 0:
        using.set_priorities(s)
        enact_work(state)
