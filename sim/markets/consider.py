"""Consider: everyone who is due meets their milestones and chooses (model 4.1 and 2.1).

One pass over the people whose ``due`` week has come or whose removal clock has run out. A row writes only to itself
and to its chunk's sums, so that the pass may run on any number of threads with the same result.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from sim.agents.causes import Cause
from sim.agents.migrants import (
    Account,
    Channel,
    Decision,
    Legal,
    Stage,
    Tier,
    be_born,
    exponential_weeks,
    wish_of_spell,
)
from sim.draws import Stream, draw
from sim.markets.options import choose
from sim.observation.catalogue import C

CHUNKS = 64  # fixed, so that sums do not depend on the number of threads


class LifeRules(NamedTuple):
    """Parameters of milestones and of income, one typed bundle."""

    saving_share: float
    saver_share: float
    remitted_share: float
    settle_weeks: int
    detention_weeks: int
    return_cents: float
    skill_premium: float
    most_stops: int


class Sums(NamedTuple):
    """Per-chunk sums: exact for whole cents and counts, added up in chunk order."""

    counters: NDArray[Any]  # (CHUNKS, counters)
    accounts: NDArray[Any]  # (CHUNKS, accounts) cents received by the outside world
    clients: NDArray[Any]  # (CHUNKS, pairs, 2) people who chose a provider, and those who would walk at a higher fee
    removals: NDArray[Any]  # (CHUNKS, regions)


@njit(cache=True, nogil=True)
def post_income(m, i, week, accounts, counters, rules, prospects):
    """Post what a person saved and sent home since the last posting; two-ended, whole cents."""
    weeks = week - m.paid_until[i]
    m.paid_until[i] = week
    if weeks <= 0:
        return
    stage = m.stage[i]
    home = m.home[i]
    remitted = 0.0
    if stage == Stage.HOME or stage == Stage.WAITING or stage == Stage.RETURNED:
        yearly = prospects.income_home[home] * m.ability[i]
        share = rules.saver_share if m.saving[i] else rules.saving_share
    elif stage == Stage.WORKING or stage == Stage.SETTLED:
        here = m.here[i]
        if m.legal[i] == Legal.IRREGULAR:
            yearly = prospects.income_irregular[here] * m.ability_abroad[i]
        else:
            yearly = prospects.income_regular[here] * m.ability_abroad[i]
            if m.skill[i]:
                yearly *= rules.skill_premium
        share = rules.saving_share
        remitted = round(rules.remitted_share * yearly * weeks / 52.0 * 100.0)
    else:
        return
    saved = round(share * yearly * weeks / 52.0 * 100.0)
    m.cash[i] += saved
    accounts[Account.WAGES] -= saved + remitted
    accounts[Account.REMITTANCES] += remitted
    counters[C.REMITTANCES] += remitted * 0.01


@njit(cache=True, nogil=True)
def next_consideration(m, i, week, seed, rules, conflict):
    """Set the week of the next consideration: about every half year, sooner with conflict and kin abroad."""
    mean = rules.interval * (1.0 - rules.sooner_conflict * conflict[m.home[i]])
    if m.kin[i] >= 0:
        mean *= 1.0 - rules.sooner_kin
    u = draw(seed, Stream.CONSIDER_DELAY, i, m.generation[i], m.considerations[i], 0)
    due = week + exponential_weeks(mean, u)
    if m.stage[i] == Stage.HOME:
        due = min(due, max(m.leaves_risk_age[i], week + 1))
    m.due[i] = due


@njit(cache=True, nogil=True)
def new_spells(m, i, week, seed, birth):
    """Begin the aspiration spells that are due by now: a renewal process that no behaviour can shift."""
    if m.spell_ends[i] > week:
        return
    generation = m.generation[i]
    while m.spell_ends[i] <= week:
        m.spells[i] += 1
        u = draw(seed, Stream.SPELL, i, generation, m.spells[i], 0)
        m.spell_ends[i] += exponential_weeks(birth.spell, u)
    m.wish[i] = wish_of_spell(seed, i, generation, m.spells[i], birth)


@njit(cache=True, nogil=True)
def go_home(m, i, week, accounts, return_cents):
    """A person is home again with whatever is left; considers what next in the week after."""
    paid = min(m.cash[i], return_cents)
    m.cash[i] += m.escrow[i] - paid
    m.escrow[i] = 0.0
    accounts[Account.FARES] += paid
    m.here[i] = m.home[i]
    m.intended[i] = -1
    m.first_intended[i] = -1
    m.legal[i] = Legal.CITIZEN
    m.stage[i] = Stage.RETURNED
    m.contract[i] = 0
    m.provider[i] = -1
    m.route[i] = -1
    m.channel[i] = -1
    m.stops[i] = 0
    m.removal_at[i] = np.inf
    m.since[i] = week
    m.paid_until[i] = week
    m.due[i] = week + 1


@njit(cache=True, nogil=True)
def milestone(m, i, week, seed, removal_sum, sums, chunk, life, choice, birth, places, prospects):
    """What is due before any choice. Returns (cause, whether the person goes on to choose, path byte that ended)."""
    stage = m.stage[i]
    counters, accounts = sums.counters[chunk], sums.accounts[chunk]
    over_age = m.leaves_risk_age[i] <= week
    if over_age and (stage == Stage.HOME or stage == Stage.SETTLED or stage == Stage.DEAD or stage == Stage.RETURNED):
        ended = m.path[i]
        accounts[Account.ESTATES] += m.cash[i] + m.escrow[i]
        m.generation[i] += 1
        accounts[Account.ENDOWMENT] -= be_born(m, i, week, seed, birth, places)
        next_consideration(m, i, week, seed, choice, places.conflict)
        return Cause.NEXT_GENERATION, False, ended
    if m.removal_at[i] <= removal_sum[m.here[i]] and (stage == Stage.ARRIVED or stage == Stage.WORKING):
        post_income(m, i, week, accounts, counters, life, prospects)
        m.stage[i] = Stage.DETAINED
        m.since[i] = week
        m.removal_at[i] = np.inf
        m.due[i] = week + life.detention_weeks
        sums.removals[chunk, m.here[i]] += 1.0
        return Cause.DETAINED, False, 0
    if m.due[i] > week:
        return Cause.NOTHING, False, 0
    if stage == Stage.HOME:
        return Cause.NOTHING, True, 0
    if stage == Stage.RETURNED:
        m.stage[i] = Stage.HOME
        return Cause.NOTHING, True, 0
    if stage == Stage.DETAINED:
        counters[C.REMOVALS] += 1.0
        m.path[i] |= 16
        go_home(m, i, week, accounts, 0.0)
        return Cause.REMOVED, False, 0
    if stage == Stage.ARRIVED:
        m.stage[i] = Stage.WORKING
        m.since[i] = week
        m.paid_until[i] = week
        next_consideration(m, i, week, seed, choice, places.conflict)
        return Cause.FOUND_WORK, False, 0
    if stage == Stage.WORKING:
        post_income(m, i, week, accounts, counters, life, prospects)
        return working_milestone(m, i, week, seed, removal_sum, life)
    if stage == Stage.WAITING:
        post_income(m, i, week, accounts, counters, life, prospects)  # the decision itself is rationed serially
        return Cause.NOTHING, False, 0
    if stage == Stage.HELD:
        if m.stops[i] >= life.most_stops:
            counters[C.GAVE_UP] += 1.0
            go_home(m, i, week, accounts, life.return_cents)
            return Cause.GAVE_UP, False, 0
        return Cause.NOTHING, True, 0
    return Cause.NOTHING, False, 0


@njit(cache=True, nogil=True)
def working_milestone(m, i, week, seed, removal_sum, life):
    """Status that lapses, and settling after long work with secure status."""
    if m.legal[i] == Legal.VISITOR:
        m.legal[i] = Legal.IRREGULAR
        start_removal_clock(m, i, seed, removal_sum)
        return Cause.STATUS_LAPSED, True, 0
    if m.legal[i] == Legal.REGULAR:
        if week - m.since[i] >= life.settle_weeks:
            m.stage[i] = Stage.SETTLED
            m.since[i] = week
            m.due[i] = max(m.leaves_risk_age[i], week + 1)
            return Cause.SETTLED, False, 0
        m.due[i] = min(m.since[i] + life.settle_weeks, week + 52)
    return Cause.NOTHING, True, 0


@njit(cache=True, nogil=True)
def start_removal_clock(m, i, seed, removal_sum):
    """Removal comes when the region's cumulative hazard has grown by one keyed exponential: its own clock."""
    u = draw(seed, Stream.REMOVAL_CLOCK, i, m.generation[i], m.considerations[i], 0)
    m.removal_at[i] = removal_sum[m.here[i]] - math.log(u)


@njit(cache=True, nogil=True)
def consider_one(m, i, week, seed, removal_sum, sums, chunk, life, choice, birth, places, prospects):
    """Milestones and, where one is due, a choice. Returns (cause, path byte of a generation that ended)."""
    cause, chooses, ended = milestone(
        m, i, week, seed, removal_sum, sums, chunk, life, choice, birth, places, prospects
    )
    if not chooses:
        return cause, ended
    counters, accounts = sums.counters[chunk], sums.accounts[chunk]
    stage = m.stage[i]
    new_spells(m, i, week, seed, birth)
    m.considerations[i] += 1
    if stage == Stage.HOME:
        post_income(m, i, week, accounts, counters, life, prospects)
    channel, d, tier, stake, walks, pair = choose(m, i, seed, choice, prospects)
    m.saving[i] = 0
    if walks >= 0:
        sums.clients[chunk, pair, 0] += 1.0
        sums.clients[chunk, pair, 1] += walks
    settled_due = m.due[i]
    if channel == -1:
        if m.here[i] == m.home[i] and stage != Stage.HELD:
            next_consideration(m, i, week, seed, choice, places.conflict)
            return cause, ended
        m.decision[i] = Decision.GO_HOME
    elif channel == Channel.SAVE:
        m.saving[i] = 1
        counters[C.SAVERS] += 1.0
        next_consideration(m, i, week, seed, choice, places.conflict)
        return cause, ended
    elif channel == Channel.REMAIN:
        if stage == Stage.WORKING:
            next_consideration(m, i, week, seed, choice, places.conflict)
            if m.legal[i] == Legal.REGULAR:
                m.due[i] = min(m.due[i], settled_due)
            return cause, ended
        m.decision[i] = Decision.REMAIN
    elif pair == -1 or (channel == Channel.PROVIDER and tier == Tier.BROKERED):
        m.decision[i] = Decision.CONTINUE
    else:
        m.decision[i] = Decision.MOVE
        m.channel[i] = channel
        m.tier[i] = tier
        m.intended[i] = d
    m.stake[i] = stake
    return cause, ended


def _consider(rows, before, m, week, seed, removal_sum, sums, causes, ended, life, choice, birth, places, prospects):
    count = len(rows)
    for chunk in prange(CHUNKS):
        for position in range(chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS):
            before[position] = m.stage[rows[position]]
            cause, path = consider_one(
                m, rows[position], week, seed, removal_sum, sums, chunk, life, choice, birth, places, prospects
            )
            causes[position] = cause
            ended[position] = path


def _rows_due(m, week, removal_sum, highest, found, counts):
    total = len(m.due)
    for chunk in prange(CHUNKS):
        first, last = chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS
        count = first
        for i in range(first, last):
            if m.due[i] <= week or (m.removal_at[i] <= highest and m.removal_at[i] <= removal_sum[m.here[i]]):
                found[count] = i
                count += 1
        counts[chunk] = count - first


consider_serial = njit(cache=True, nogil=True)(_consider)
rows_due_serial = njit(cache=True, nogil=True)(_rows_due)


def parallel_kernels() -> tuple[Any, Any]:
    """The same two passes compiled for several threads; compiled only when asked for."""
    return (
        njit(cache=True, nogil=True, parallel=True)(_consider),
        njit(cache=True, nogil=True, parallel=True)(_rows_due),
    )


@njit(cache=True, nogil=True)
def gather(found, counts, rows, total):
    """Close the gaps between the chunks: the due rows in row order. Returns how many."""
    n = 0
    for chunk in range(CHUNKS):
        first = chunk * total // CHUNKS
        for k in range(counts[chunk]):
            rows[n] = found[first + k]
            n += 1
    return n

