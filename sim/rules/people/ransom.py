"""What a family can raise for somebody who is held: it pays from what it earns at home, and less each time.

    means = weeks of income at home · ability · left^(times that it has paid)

The money comes from outside the model, as what households give at the start does, and goes to whoever holds her.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.declared.sources import From, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.kernel import part, rule
from sim.ledger.accounts import Account

MOST = 100  # payments that are counted


@family
class RansomRules(NamedTuple):
    """Parameters of families who pay."""

    family: Annotated[float, From("ransom.family_weeks", per=WEEKS_PER_YEAR)]  # years of income at home
    left: Annotated[float, From("ransom.left")]  # of that, once a family has paid


@rule
def family_means(regions, rules, row):
    """What the family of a person, whose record is ``row``, can raise now; US$."""
    return rules.family * regions[row.home].income_home * row.ability * rules.left**row.ransoms


@part
def pay_ransom(people, i, usd, accounts):
    """``usd`` are paid for person i: what she has on her, the rest by her family. Returns the cents.

    Whoever receives it is credited by the caller.
    """
    person = people.row[i]
    cents = round(100.0 * usd)
    own = min(cents, person.cash)
    person.cash -= own
    if cents > own:
        accounts[Account.ENDOWMENT] -= cents - own
        person.ransoms = min(person.ransoms + 1, MOST)
    return cents
