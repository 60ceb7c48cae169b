"""What a household owes for its members: debts of those who died or fled fall on those who stayed at home (C5-M34).

A creditor knows where the family lives. When a member dies, or is out of his reach while a recruiter knows the address
of her household, he turns to the family with a keyed chance; one member at home who owes nothing takes the debt over,
to the cent, and serves it from her pay as any debt at home is served.
"""

from __future__ import annotations

import numpy as np

from sim.agents.people import Bound, Stage
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.counters import C
from sim.rules.people.households import lives_at_home
from sim.rules.work.debts import holds_claim, lend, write_off


@rule
def one_who_answers(people, house, i):
    """A member at home, of age, who owes nothing; -1 without any."""
    for j in range(house.first, house.first + house.size):
        if j != i and lives_at_home(people, j) and people.row[j].debt <= 0.0 and people.row[j].minor == 0:
            return j
    return -1


@part
def fall_on_household(s, p, now, i, counters):
    """What person i owes is owed by a member of her household from now on, if the creditor turns to it."""
    row = s.people.row[i]
    if (
        p.household.households == 0
        or row.debt <= 0.0
        or row.financed
        or not holds_claim(s.people, s.enterprises, s.venues, i)
    ):
        return
    # asked once for each debt, whoever asks and when: a debt is told from another by when it was last served
    if draw(now.seed, Stream.HOUSEHOLD_DEBT, i, row.generation, row.served, 0) >= p.household.liable:
        return
    j = one_who_answers(s.people, s.households[row.household], i)
    if j < 0:
        return
    cents, kind, creditor = row.debt, row.creditor_kind, row.creditor
    write_off(s.people, s.enterprises, s.venues, i)
    lend(s.people, s.enterprises, s.venues, j, kind, np.int64(creditor), cents)
    s.people.bound[j] |= np.uint8(Bound.PAYS)
    s.people.row[j].served = now.week
    s.people.known[j] = 1
    counters[C.DEBTS_INHERITED] += 1.0
    counters[C.DEBTS_INHERITED_SUM] += cents * 0.01


@kernel
def inherit_debts(s, p, now, rows, counters):
    """Of those of ``rows`` who owe: the debts of the dead, and of those who fled where the family can be found."""
    for position in range(len(rows)):
        i = rows[position]
        bound = s.people.bound[i]
        if bound & Bound.OWES == 0:
            continue
        fled = bound & Bound.LOST and s.people.known[i] == 1 and s.people.here[i] != s.people.row[i].home
        if fled or s.people.stage[i] == Stage.DEAD:
            fall_on_household(s, p, now, i, counters)
