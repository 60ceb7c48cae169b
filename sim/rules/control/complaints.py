"""Whether somebody complains of how she is paid: the same hazard at work and when she is about to be put to it."""

from __future__ import annotations

from sim.ground.kernel import rule
from sim.rules.justice.identification import chance_of_back_pay
from sim.rules.work.value import fear_of


@rule
def complains(s, p, i, region, credited, hold):
    """Weekly hazard of a complaint of person i, whom work at a share ``credited`` of pay is to hold by so much.

    Fear of removal keeps people silent (C4-M11), as far as no firewall stands; back pay gives them something to gain.
    """
    local = s.law[region]
    fear = fear_of(s.regions, p.control, s.people.legal[i], region)
    hoped = chance_of_back_pay(s.people, s.law, s.contracts, i, region)
    return (
        p.term.complaint
        * (1.0 - credited)
        * (1.0 - hold)
        * (1.0 - fear * (1.0 - local.status_firewall))
        * (1.0 + hoped)
        * (1.0 - local.collusion)
    )
