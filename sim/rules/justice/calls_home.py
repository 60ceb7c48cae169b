"""Calls home: a person who is held reaches her family, and police at home ask those where she is (C12-M04).

    weekly hazard = calls · what she can do under that control · trust of those at home in those where she is

Where there are procedures in both states the request goes that way. Those who come meet her as on any tip.
"""

from __future__ import annotations

from sim.agents.people import LONG_AGO, Stage
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel
from sim.ledger.counters import C
from sim.rules.control.ways_out import Exit
from sim.rules.justice.identification import after_the_meeting
from sim.rules.justice.trust import transnational_referral


@kernel
def ask_for_those_who_call(s, p, now, rows, ledger):
    """Exploited people away from home, among ``rows``, who reach their family this week, and for whom somebody goes."""
    for position in range(len(rows)):
        i = rows[position]
        row, here = s.people.row[i], s.people.here[i]
        if s.people.stage[i] != Stage.WORKING or row.venue < 0 or row.exploited_since == LONG_AGO or here == row.home:
            continue
        hazard = p.trust.calls * p.term.can_call[row.control]
        if draw(now.seed, Stream.PREPARED_RETURN, i, row.generation, now.week, 8) >= hazard:
            continue
        ledger.counters[C.CALLED_HOME] += 1.0
        found = draw(now.seed, Stream.PREPARED_RETURN, i, row.generation, now.week, 9)
        if found < transnational_referral(s, p.trust, row.home, here):
            ledger.counters[C.FOUND_AFTER_CALL] += 1.0
            after_the_meeting(s, p, now, i, Exit.NEIGHBOUR, ledger)
