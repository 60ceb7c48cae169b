"""Households: who belongs to one, what members abroad send, and what it means when that is lost.

A household is a run of rows with one home. Members abroad send a share of their pay, as everybody does; here a part of
it is saved and divided among those at home, who also count on it when they think about leaving:

    V_stay' = V_stay + T · 52 · (r + b) / n

r US$ a week that members abroad send, b what the state pays in place of what was lost, n members at home, T years for
which they think that it will last. When whoever sends dies, is removed, comes home or is exploited, r falls: those at
home are worse off where they are, and think about it next week (C1-M18). Nothing else pushes them.
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from sim.agents.people import LONG_AGO, Bound, Care, Control, Stage
from sim.declared.sources import From, Switched, Worked, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, draw
from sim.ground.kernel import kernel, part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.people.means import income_at_work


def chance_of_the_next(size: float) -> float:
    """Chance that the next person begins a household, from the mean number of members."""
    return 1.0 / size


@family
class HouseholdRules(NamedTuple):
    """What a household shares, and how."""

    households: Annotated[int, Switched("households")]
    size_chance: Annotated[float, Worked(chance_of_the_next, "households.size")]
    most: Annotated[int, From("households.size_most")]
    pooled: Annotated[float, From("households.pooled")]
    most_away: Annotated[int, From("households.most_away")]
    # US$ for each US$ a week
    support_worth: Annotated[float, From("households.support_years", times=WEEKS_PER_YEAR)]
    review: Annotated[int, From("households.review")]  # weeks
    loss: Annotated[float, From("households.loss")]
    pushed_weeks: Annotated[int, From("households.pushed_weeks")]
    support_weeks: Annotated[int, From("households.support_weeks")]
    liable: Annotated[float, From("households.liable")]
    reports: Annotated[float, From("households.reports", per=WEEKS_PER_YEAR)]  # a week
    legacy: Annotated[float, From("households.legacy", off="households")]
    upkeep: Annotated[float, From("households.upkeep", off="households")]  # US$


@kernel
def form_households(people, rules, seed, found):
    """Gives every person a household. Returns how many there are; ``found`` int64 (people,) gets their first rows.

    Keyed by the row alone, so that no behaviour can change who belongs together.
    """
    count, size = 0, 0
    for i in range(len(people.stage)):
        begins = i == 0 or people.row[i].home != people.row[i - 1].home or size >= rules.most
        if begins or draw(seed, Stream.HOUSEHOLD, i, 0, 0, 0) < rules.size_chance:
            found[count] = i
            count += 1
            size = 0
        people.row[i].household = count - 1
        size += 1
    return count


@rule
def lives_at_home(people, i):
    """Whether person i lives with her household and shares in what it has."""
    stage = people.stage[i]
    there = stage == Stage.HOME or stage == Stage.WAITING or stage == Stage.RETURNED or stage == Stage.WORKING
    return there and people.here[i] == people.row[i].home and people.bound[i] & Bound.CONTROLLED == 0


@rule
def is_away(people, i):
    """Whether person i is on a journey or abroad and not settled for good."""
    stage = people.stage[i]
    gone = stage == Stage.TRAVELLING or stage == Stage.HELD
    return gone or (
        people.here[i] != people.row[i].home and stage != Stage.SETTLED and stage != Stage.DEAD and stage != Stage.HOME
    )


@rule
def members_away(people, house):
    """Members of a household who are away."""
    count = 0
    for i in range(house.first, house.first + house.size):
        count += is_away(people, i)
    return count


@rule
def sends(people, regions, p, i):
    """US$ a week that person i sends home."""
    stage, row = people.stage[i], people.row[i]
    if people.here[i] == row.home or (stage != Stage.WORKING and stage != Stage.SETTLED):
        return 0.0
    if people.bound[i] & Bound.CONTROLLED:
        return p.life.remitted_share * row.value * row.credited if row.control < Control.CONFINEMENT else 0.0
    return p.life.remitted_share * income_at_work(people, regions, p.choice, i, stage) / WEEKS_PER_YEAR


@rule
def support_at_home(s, p, i):
    """What remittances are worth to person i while she stays at home, US$."""
    h = s.people.row[i].household
    return p.household.support_worth * s.households[h].head if h >= 0 else 0.0


@kernel
def share(s, p, now, ledger):
    """Households whose turn it is divide what has come, see who sends, and notice what is lost."""
    rules = p.household
    for h in range((now.week % rules.review + rules.review) % rules.review, len(s.households), rules.review):
        house = s.households[h]
        sent, at_home, support, most, sender = 0, 0, 0.0, 0.0, -1
        for i in range(house.first, house.first + house.size):
            sent += s.people.row[i].sent
            s.people.row[i].sent = 0
            at_home += lives_at_home(s.people, i)
            report_child(s.people, rules, now, i, ledger.counters)
            each = sends(s.people, s.regions, p, i)
            support += each
            if each > most:
                most, sender = each, i
        divide(s.people, house, sent, at_home, ledger.accounts, Account.REMITTANCES)
        if house.support > 0.0 and support < (1.0 - rules.loss) * house.support:
            notice_loss(s, p.household, house, support, now, ledger.counters)
        house.lost = max(house.lost - max(support - house.support, 0.0), 0.0)  # what has come back is not lost
        house.support, house.sender = support, sender
        replace_lost(s, rules, house, at_home, now, ledger)
        house.head = (house.support + house.backed) / max(at_home, 1)


@rule
def divide(people, house, cents, at_home, accounts, account):
    """Divide whole cents among those at home, the first of whom gets what is left over; without any they are spent."""
    if at_home == 0:
        accounts[account] += cents
        return
    each = cents // at_home
    rest = cents - each * at_home
    for i in range(house.first, house.first + house.size):
        if lives_at_home(people, i):
            people.row[i].cash += each + rest
            rest = 0


@rule
def report_child(people, rules, now, i, counters):
    """A household reports that a child of its own is made to work elsewhere; few do (C1-M20). Somebody then visits."""
    row = people.row[i]
    if row.minor == 0 or row.exploited_since == LONG_AGO or row.care & Care.REGISTERED:
        return
    u = draw(now.seed, Stream.HOUSEHOLD, i, row.generation, now.week, 1)
    if u < -math.expm1(-rules.reports * rules.review):
        row.care |= np.uint8(Care.REGISTERED)
        counters[C.FAMILY_REPORTS] += 1.0


@rule
def same_person(row):
    """Whether a member at home has been abroad, and has not taken the row of somebody who was."""
    return row.generation == 0 or row.departed > LONG_AGO


@part
def notice_loss(s, rules, house, support, now, counters):
    """Remittances have failed: why, and who thinks about it next week."""
    counters[C.REMITTANCES_LOST] += 1.0
    i = house.sender
    if i >= 0:
        stage = s.people.stage[i]
        if s.people.row[i].exploited_since > LONG_AGO:
            counters[C.REMITTANCES_LOST_EXPLOITED] += 1.0
        elif stage == Stage.DEAD:
            counters[C.REMITTANCES_LOST_DEATH] += 1.0
        elif stage == Stage.DETAINED or (s.people.here[i] == s.people.row[i].home and same_person(s.people.row[i])):
            counters[C.REMITTANCES_LOST_RETURN] += 1.0
    # what was lost before and is still replaced comes to it
    before = house.lost if house.lost_week > now.week - rules.support_weeks else 0.0
    house.lost, house.lost_week = before + house.support - support, now.week
    for j in range(house.first, house.first + house.size):
        if s.people.stage[j] == Stage.HOME:
            s.people.due[j] = min(s.people.due[j], now.week + 1)


@part
def replace_lost(s, rules, house, at_home, now, ledger):
    """The state pays a share of what was lost for a while (lever ``protection.family_support``)."""
    share = s.law[s.people.row[house.first].home].protection_family_support
    house.backed = 0.0
    if share <= 0.0 or house.lost_week <= now.week - rules.support_weeks or at_home == 0:
        return
    house.backed = share * house.lost
    cents = round(100.0 * house.backed * rules.review)
    ledger.accounts[Account.STATE] -= cents
    ledger.counters[C.FAMILY_SUPPORT] += cents * 0.01
    divide(s.people, house, cents, at_home, ledger.accounts, Account.STATE)


@rule
def elder(people, households, i):
    """The member at home who is of age and receives what is paid for person i; herself without any."""
    house = households[people.row[i].household]
    for j in range(house.first, house.first + house.size):
        if j != i and people.row[j].minor == 0 and lives_at_home(people, j):
            return j
    return i
