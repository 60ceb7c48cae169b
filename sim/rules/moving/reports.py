"""What the community hears of journeys without papers in order: how they ended, and who answers for it (model 5)."""

from __future__ import annotations

from sim.ground.kernel import kernel, part
from sim.rules.people.lived import remember_journey

# rows of the reports on a pair of regions
BY_ALONE, BY_PROVIDER, BY_PAPERS = 0, 1, 2


@part
def hear(rules, reports, failed):
    """One outcome reaches the community, bad news less often than good (shame; model 5)."""
    weight = rules.report_bad if failed else rules.report_good
    reports[1] += weight
    if failed:
        reports[0] += weight


@kernel
def blame(enterprises, rules, j):
    """A failed client is remembered of the enterprise that answers for her, if one still does."""
    if j >= 0:
        enterprises.row[j].known_all += rules.report_bad
        enterprises.row[j].known_bad += rules.report_bad


@part
def give_up_attempt(s, p, now, i):
    """Whoever was owed another attempt makes no use of it: the journey has failed, as others hear now.

    What was set aside for its end is hers again; a journey that was lent is given up, and the debt goes with it.
    """
    row = s.people.row[i]
    if row.contract == 1:
        hear(p.journey, s.pairs[s.routes[row.route].pair].heard_failure[BY_PROVIDER], True)
        j = row.provider
        there = (
            j >= 0 and s.enterprises.row[j].generation == row.provider_generation and s.enterprises.row[j].active == 1
        )
        if there and row.extorted == 0:  # who demanded more of her has been blamed for that
            blame(s.enterprises, p.journey, j)
        remember_journey(s.people, p.lived, i, True, now.week)
        row.contract = 0
    row.cash += row.escrow
    row.escrow = 0.0
    if row.financed == 1:
        row.financed = 2
