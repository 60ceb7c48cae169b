"""Consider: everyone who is due meets their milestones and chooses (model 4.1 and 2.1).

One pass over the people whose ``due`` week has come or whose removal clock has run out. A row writes only to itself
and to its chunk's sums, so that the pass may run on any number of threads with the same result.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from sim.agents.migrants import (
    Account,
    Bound,
    Channel,
    Decision,
    Legal,
    Stage,
    be_born,
    exponential_weeks,
    wish_of_spell,
)
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS, kernel, parallel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause
from sim.rules.people.options import best_option, walks_away, worth_of_owed_attempt
from sim.rules.work.value import with_papers

# what is left to do for a row after the considering pass, beside the values of Decision
ACT_NOTHING, ACT_SEEK, ACT_VISA = 0, 8, 9
BLOCK = 32  # people whose memory is fetched together


class LifeRules(NamedTuple):
    """Parameters of milestones and of income, one typed bundle."""

    saving_share: float
    saver_share: float
    remitted_share: float
    settle_weeks: int
    papers_valid: int
    detention_weeks: int
    return_cents: float
    most_stops: int
    turnover: float  # jobs that end, per year
    regularised: NDArray[Any]  # (regions,) yearly hazard that someone without status obtains it


class Sums(NamedTuple):
    """Per-chunk sums: exact for whole cents and counts, added up in chunk order."""

    counters: NDArray[Any]  # (CHUNKS, counters)
    accounts: NDArray[Any]  # (CHUNKS, accounts) cents received by the outside world
    clients: NDArray[Any]  # (CHUNKS, pairs, 2) people who chose a provider, and those who would walk at a higher fee
    removals: NDArray[Any]  # (CHUNKS, regions)
    fetched: NDArray[Any]  # (CHUNKS, 8), meaningless


@rule
def income_at_work(m, i, stage, prospects):
    """Yearly pay of someone who works on going terms, or has settled; US$."""
    if stage == Stage.WORKING and m.row[i].venue >= 0:
        return 52.0 * m.row[i].value
    place = prospects.region[m.here[i]]
    if not with_papers(m.legal[i]):
        return place.income_irregular * m.row[i].ability_abroad
    yearly = place.income_regular * m.row[i].ability_abroad
    return yearly * prospects.premium if m.row[i].skill else yearly


@rule
def post_income(m, i, week, accounts, counters, rules, prospects):
    """Post what a person saved and sent home since the last posting; two-ended, whole cents."""
    weeks = week - m.row[i].paid_until
    m.row[i].paid_until = week
    if weeks <= 0:
        return
    stage = m.stage[i]
    home = m.row[i].home
    remitted = 0.0
    if stage == Stage.HOME or stage == Stage.WAITING or stage == Stage.RETURNED:
        yearly = prospects.region[home].income_home * m.row[i].ability
        share = rules.saver_share if m.row[i].saving else rules.saving_share
    elif stage == Stage.WORKING or stage == Stage.SETTLED:
        yearly = income_at_work(m, i, stage, prospects)
        share = rules.saving_share
        if m.here[i] != home:
            remitted = round(rules.remitted_share * yearly * weeks / 52.0 * 100.0)
    else:
        return
    saved = round(share * yearly * weeks / 52.0 * 100.0)
    m.row[i].cash += saved
    accounts[Account.WAGES] -= saved + remitted
    accounts[Account.REMITTANCES] += remitted
    counters[C.REMITTANCES] += remitted * 0.01


@rule
def next_consideration(m, i, week, seed, rules, conflict):
    """Set the week of the next consideration: about every half year, sooner with conflict and kin abroad."""
    mean = rules.interval * (1.0 - rules.sooner_conflict * conflict[m.row[i].home])
    if m.row[i].kin >= 0:
        mean *= 1.0 - rules.sooner_kin
    u = draw(seed, Stream.CONSIDER_DELAY, i, m.row[i].generation, m.row[i].considerations, 0)
    due = week + exponential_weeks(mean, u)
    if m.stage[i] == Stage.HOME:
        due = min(due, max(m.row[i].leaves_risk_age, week + 1))
    m.due[i] = due


@rule
def new_spells(m, i, week, seed, birth):
    """Begin the aspiration spells that are due by now: a renewal process that no behaviour can shift."""
    if m.row[i].spell_ends > week:
        return
    generation = m.row[i].generation
    while m.row[i].spell_ends <= week:
        m.row[i].spells += 1
        u = draw(seed, Stream.SPELL, i, generation, m.row[i].spells, 0)
        m.row[i].spell_ends += exponential_weeks(birth.spell, u)
    m.row[i].wish = wish_of_spell(seed, i, generation, m.row[i].spells, birth)


@part
def go_home(m, i, week, accounts, return_cents):
    """A person is home again with whatever is left; considers what next in the week after."""
    paid = min(m.row[i].cash, return_cents)
    m.row[i].cash += m.row[i].escrow - paid
    m.row[i].escrow = 0.0
    accounts[Account.FARES] += paid
    m.here[i] = m.row[i].home
    m.row[i].intended = -1
    m.row[i].first_intended = -1
    m.row[i].offer, m.row[i].offer_venue, m.row[i].offer_region = 0, -1, -1
    m.row[i].searches = 0
    m.legal[i] = Legal.CITIZEN
    m.stage[i] = Stage.RETURNED
    m.row[i].contract = 0
    m.row[i].provider = -1
    m.row[i].route = -1
    m.row[i].channel = -1
    m.row[i].stops = 0
    m.removal_at[i] = np.inf
    m.row[i].since = week
    m.row[i].paid_until = week
    m.due[i] = week + 1


@rule
def pass_away(m, i, week, accounts):
    """A person dies; the household inherits."""
    accounts[Account.ESTATES] += m.row[i].cash + m.row[i].escrow
    m.row[i].cash = 0.0
    m.row[i].escrow = 0.0
    m.stage[i] = Stage.DEAD
    m.row[i].since = week
    m.row[i].path |= 32
    m.removal_at[i] = np.inf
    m.due[i] = max(m.row[i].leaves_risk_age, week + 1)


@rule
def milestone(m, i, week, seed, removal_sum, sums, life, choice, birth, places, prospects):
    """What is due before any choice. Returns (cause, whether the person goes on to choose, path byte that ended)."""
    stage = m.stage[i]
    counters, accounts = sums.counters, sums.accounts
    over_age = m.row[i].leaves_risk_age <= week
    if over_age and (stage == Stage.HOME or stage == Stage.SETTLED or stage == Stage.DEAD or stage == Stage.RETURNED):
        ended = m.row[i].path
        accounts[Account.ESTATES] += m.row[i].cash + m.row[i].escrow
        m.row[i].generation += 1
        accounts[Account.ENDOWMENT] -= be_born(m, i, week, seed, birth, places)
        next_consideration(m, i, week, seed, choice, places.conflict)
        return Cause.NEXT_GENERATION, False, ended
    if m.removal_at[i] <= removal_sum[m.here[i]] and (stage == Stage.ARRIVED or stage == Stage.WORKING):
        if m.bound[i] & Bound.CONTROLLED == 0:
            post_income(m, i, week, accounts, counters, life, prospects)
        m.stage[i] = Stage.DETAINED
        m.row[i].since = week
        m.removal_at[i] = np.inf
        m.due[i] = week + life.detention_weeks
        sums.removals[m.here[i]] += 1.0
        return Cause.DETAINED, False, 0
    if m.due[i] > week:
        return Cause.NOTHING, False, 0
    if stage == Stage.HOME:
        post_income(m, i, week, accounts, counters, life, prospects)
        return Cause.NOTHING, True, 0
    if stage == Stage.RETURNED:
        m.stage[i] = Stage.HOME
        return Cause.NOTHING, True, 0
    if stage == Stage.DETAINED:
        counters[C.REMOVALS] += 1.0
        m.row[i].path |= 16
        go_home(m, i, week, accounts, 0.0)
        return Cause.REMOVED, False, 0
    if stage == Stage.ARRIVED:
        if m.legal[i] == Legal.TIED and m.row[i].job_since > m.row[i].departed:
            # the status went with the job
            m.legal[i] = Legal.IRREGULAR
            m.row[i].since = week
            counters[C.TIED_LOST] += 1.0
            start_removal_clock(m, i, seed, removal_sum)
            return Cause.STATUS_LAPSED, True, 0
        # work is found serially; who has looked in vain thinks again first
        return Cause.NOTHING, m.row[i].searches > 0, 0
    if stage == Stage.WORKING:
        since_paid = week - m.row[i].paid_until
        post_income(m, i, week, accounts, counters, life, prospects)
        return working_milestone(m, i, week, since_paid, seed, removal_sum, counters, life)
    if stage == Stage.PROTECTED:
        return Cause.NOTHING, False, 0
    if stage == Stage.WAITING:
        post_income(m, i, week, accounts, counters, life, prospects)
        return Cause.NOTHING, m.row[i].decision_week > week, 0  # the visa itself is rationed serially
    if stage == Stage.HELD:
        if m.row[i].stops >= life.most_stops:
            counters[C.GAVE_UP] += 1.0
            go_home(m, i, week, accounts, life.return_cents)
            return Cause.GAVE_UP, False, 0
        return Cause.NOTHING, True, 0
    return Cause.NOTHING, False, 0


@rule
def working_milestone(m, i, week, weeks, seed, removal_sum, counters, life):
    """Status that lapses or is granted, jobs that end, and settling after long work with secure status.

    ``weeks`` since the last posting of pay: what could have happened in them happens now.
    """
    generation = m.row[i].generation
    if regularised(m, i, week, seed, life.regularised[m.here[i]], weeks, counters):
        return Cause.REGULARISED, True, 0
    if m.row[i].venue >= 0 and (
        draw(seed, Stream.JOB_ENDS, i, generation, week, 0) < -math.expm1(-life.turnover * weeks / 52.0)
    ):
        m.stage[i] = Stage.RETURNED if m.here[i] == m.row[i].home else Stage.ARRIVED
        m.row[i].searches = 0
        m.due[i] = week + 1
        return Cause.JOB_ENDED, False, 0
    if m.here[i] == m.row[i].home:
        return Cause.NOTHING, True, 0
    if m.legal[i] == Legal.VISITOR and week - m.row[i].since >= life.papers_valid:
        m.row[i].since = week
        m.legal[i] = Legal.IRREGULAR
        start_removal_clock(m, i, seed, removal_sum)
        return Cause.STATUS_LAPSED, True, 0
    if m.legal[i] == Legal.REGULAR or m.legal[i] == Legal.TIED:
        if week - m.row[i].since >= life.settle_weeks:
            m.stage[i] = Stage.SETTLED
            m.legal[i] = Legal.REGULAR
            m.row[i].since = week
            m.due[i] = max(m.row[i].leaves_risk_age, week + 1)
            return Cause.SETTLED, False, 0
        m.due[i] = min(m.row[i].since + life.settle_weeks, week + 52)
    return Cause.NOTHING, True, 0


@rule
def regularised(m, i, week, seed, hazard, weeks, counters):
    """Whether a person without status has obtained one within ``weeks`` (lever ``status.regularisation``, yearly)."""
    if hazard <= 0.0 or m.legal[i] != Legal.IRREGULAR:
        return False
    chance = -math.expm1(-hazard * weeks / 52.0)
    if draw(seed, Stream.REGULARISATION, i, m.row[i].generation, week, 0) >= chance:
        return False
    m.legal[i] = Legal.REGULAR
    m.removal_at[i] = np.inf
    m.row[i].since = week
    counters[C.REGULARISED] += 1.0
    return True


@part
def start_removal_clock(m, i, seed, removal_sum):
    """Removal comes when the region's cumulative hazard has grown by one keyed exponential: its own clock."""
    u = draw(seed, Stream.REMOVAL_CLOCK, i, m.row[i].generation, m.row[i].considerations, 0)
    m.removal_at[i] = removal_sum[m.here[i]] - math.log(u)


@rule
def hears_of_rights(m, i, seed, choice, prospects):
    """A campaign or a centre at home tells a person part of what she did not know (``origin.information_campaign``)."""
    row = m.row[i]
    reach = prospects.region[row.home].informs
    if reach <= 0.0 or m.here[i] != row.home:
        return
    if draw(seed, Stream.CAMPAIGN, i, row.generation, row.considerations, 0) < reach:
        row.information += (1.0 - row.information) * choice.campaign_step


@rule
def decide(m, i, week, seed, sums, choice, birth, places, prospects):
    """One consideration (model 4.1): returns the Decision; staying where one is needs no further action."""
    stage = m.stage[i]
    row = m.row[i]
    new_spells(m, i, week, seed, birth)
    row.considerations += 1
    hears_of_rights(m, i, seed, choice, prospects)
    row.saving = 0
    value, channel, d, tier, stake, pair = best_option(m, i, seed, choice, prospects, np.int64(-1))
    if row.offer > 0 and channel != Channel.RECRUITER and m.here[i] == row.home:
        row.offer, row.offer_venue, row.offer_region = 0, -1, -1
    if row.contract == 1:
        owed, owed_stake = worth_of_owed_attempt(m, i, seed, choice, prospects)
        if owed > value:
            row.stake = owed_stake
            return Decision.CONTINUE
    if channel == Channel.PROVIDER:
        sums.clients[pair, 0] += 1.0
        sums.clients[pair, 1] += walks_away(m, i, seed, value, d, pair, choice, prospects)
    if channel == -1:
        if m.here[i] != row.home or stage == Stage.HELD:
            return Decision.GO_HOME
    elif channel == Channel.SAVE:
        row.saving = 1
        sums.counters[C.SAVERS] += 1.0
    elif channel == Channel.REMAIN:
        if stage == Stage.ARRIVED:
            return ACT_SEEK
        if stage != Stage.WORKING:
            return Decision.REMAIN
    elif channel != Channel.REGULAR or stage != Stage.WAITING:
        row.channel = channel
        row.tier = tier
        row.intended = d
        row.stake = stake
        if channel == Channel.REGULAR:
            next_consideration(m, i, week, seed, choice, places.conflict)
        return Decision.MOVE
    settled_due = m.due[i]
    next_consideration(m, i, week, seed, choice, places.conflict)
    if stage == Stage.WORKING and (m.legal[i] == Legal.REGULAR or m.legal[i] == Legal.TIED):
        m.due[i] = min(m.due[i], settled_due)
    elif stage == Stage.WAITING:
        m.due[i] = min(m.due[i], row.decision_week)
    return Decision.NONE


@rule
def fetch(rows, first, last, m):
    """Read a little of each row, so that the memory of a block of people is fetched at once rather than row by row.

    People who are due lie far apart; without this a consideration waits longer for memory than it computes. Returns a
    meaningless sum, which keeps the reads from being optimised away.
    """
    total = 0.0
    for position in range(first, last):
        i = rows[position]
        total += m.row[i].wish + m.here[i] + m.stage[i] + m.legal[i]
    return total


def _consider(
    rows, before, causes, acts, ended, m, week, seed, removal_sum, sums, life, choice, birth, places, prospects
):
    count = len(rows)
    for chunk in prange(CHUNKS):
        part = Sums(
            sums.counters[chunk], sums.accounts[chunk], sums.clients[chunk], sums.removals[chunk], sums.fetched[chunk]
        )
        start, end = chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS
        for first in range(start, end, BLOCK):
            last = min(first + BLOCK, end)
            part.fetched[0] = fetch(rows, first, last, m)
            for position in range(first, last):
                i = rows[position]
                stage = m.stage[i]
                before[position] = stage
                cause, chooses, path = milestone(
                    m, i, week, seed, removal_sum, part, life, choice, birth, places, prospects
                )
                causes[position] = cause
                ended[position] = path
                acts[position] = ACT_NOTHING
                if not chooses and cause == Cause.NOTHING and m.due[i] <= week:
                    if stage == Stage.WAITING:
                        acts[position] = ACT_VISA
                    elif stage == Stage.ARRIVED:
                        acts[position] = ACT_SEEK
                if chooses:
                    decision = decide(m, i, week, seed, part, choice, birth, places, prospects)
                    if decision != Decision.NONE:
                        acts[position] = decision


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


consider_serial = kernel(_consider)
rows_due_serial = kernel(_rows_due)


def parallel_kernels() -> tuple[Any, Any]:
    """The same two passes compiled for several threads; compiled only when asked for."""
    return (
        parallel(_consider),
        parallel(_rows_due),
    )


@kernel
def gather(found, counts, rows, total):
    """Close the gaps between the chunks: the due rows in row order. Returns how many."""
    n = 0
    for chunk in range(CHUNKS):
        first = chunk * total // CHUNKS
        for k in range(counts[chunk]):
            rows[n] = found[first + k]
            n += 1
    return n
