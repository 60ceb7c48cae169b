"""Compounds: work that nobody buys where it is done, where people are made to do what the law forbids (model 4.4).

A sector without any weight in the jobs of a place is sold abroad only (``exported``). Its places stand in the region
with the weakest law and have ``compounds.slots`` for each thousand people at risk. Three things are different there:

- nobody who buys meets those who work, so that no campaign, penalty or tip of buyers reaches it;
- who is found there is taken for an offender unless the law says otherwise (lever ``justice.non_punishment``; C10-M37,
  C7-P17);
- a family may buy somebody free. When terms are reviewed a share ``compounds.asked`` of owners ask for a ransom, and
  take all that can be raised if it exceeds what taking the next person costs: weeks of hiring and of a vacancy.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.declared.sources import From, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import part
from sim.ledger.counters import C
from sim.rules.people.ransom import family_means, pay_ransom


@family
class CompoundRules(NamedTuple):
    """Parameters of compounds."""

    asked: Annotated[float, From("compounds.asked")]  # of owners, at a review of terms


@part
def is_bought_free(s, p, now, i, ledger):
    """Whether the family of person i, whose terms are due for review, pays for her to be let go."""
    row = s.people.row[i]
    k = row.venue
    if draw(now.seed, Stream.RANSOM_ASKED, i, row.generation, now.week, 0) >= p.compound.asked:
        return False
    offered = 0.01 * row.cash + family_means(s.regions, p.ransom, row)
    if offered <= (p.hire.hire_cost + p.recruit.lag) * row.value:
        return False
    cents = pay_ransom(s.people, i, offered, ledger.accounts)
    s.venues[k].capital += cents
    ledger.counters[C.COMPOUND_RANSOMS] += 1.0
    ledger.counters[C.COMPOUND_RANSOMS_SUM] += 0.01 * cents
    return True


@part
def is_spared(s, now, i):
    """Whether the law where person i has been found keeps her from being punished for what she was made to do."""
    row = s.people.row[i]
    u = draw(now.seed, Stream.FORCED_CRIME, i, row.generation, now.week, 0)
    return u < s.law[s.people.here[i]].justice_non_punishment
