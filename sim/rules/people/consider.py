"""Consider: everyone who is due meets what is due before any choice, and chooses (model 4.1 and 2.1).

One pass over the people whose ``due`` week has come or whose removal clock has run out. A row writes only to itself
and to its chunk's sums, so that the pass may run on any number of threads with the same result.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.people import Channel, Decision, Legal, Saving, Stage, Tier
from sim.declared.sources import From, family
from sim.ground.by_address import by_address
from sim.ground.kernel import CHUNKS, kernel, rule
from sim.ground.lanes import LANES, at_most, lowest, without_lowest
from sim.ground.near import person_near
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause
from sim.ledger.persons import happens
from sim.rules.people.choice import best_option, end_of_contract, walks_away, worth_of_owed_attempt
from sim.rules.people.knowledge import hears_of_rights
from sim.rules.people.milestones import milestone
from sim.rules.people.spells import new_spells, next_consideration
from sim.rules.people.stages import forget_offer

# what is left to do for a row after the considering pass, beside the values of Decision
ACT_NOTHING, ACT_SEEK, ACT_VISA = 0, 8, 9
# what passes add up that is not whole: the order in which it is added decides the last bit
NOT_WHOLE = np.array([C.REMITTANCES, C.LOST_IN_REMOVAL, C.DEBT_STOCK, C.TAKEN_SEX, C.TAKEN_OTHER], np.int64)


@family
class LifeRules(NamedTuple):
    """Parameters of milestones and of income, one typed bundle."""

    saving_share: Annotated[float, From("people.saving_share")]
    saver_share: Annotated[float, From("people.saver_share")]
    remitted_share: Annotated[float, From("people.remitted_share")]
    kept_at_home: Annotated[float, From("households.kept", off="households")]  # of what is sent home
    settle_weeks: Annotated[int, From("status.settle_weeks")]
    papers_valid: Annotated[int, From("papers.valid")]
    job_search: Annotated[float, From("status.job_search")]
    detention_weeks: Annotated[int, From("status.detention_weeks")]
    speed_detention: Annotated[float, From("return.speed_detention")]
    most_stops: Annotated[int, From("journey.most_stops")]
    turnover: Annotated[float, From("work.turnover")]  # jobs that end, per year
    review_weeks: Annotated[int, From("status.review_weeks")]  # until people at work think again at the latest


@by_address
class Considered(NamedTuple):
    """What came of those who were due, a position each: int8 (people,) but for ``ended``."""

    before: NDArray[Any]  # Stage in which she was
    causes: NDArray[Any]  # Cause of what she has come to
    acts: NDArray[Any]  # Decision, or an ACT
    ended: NDArray[Any]  # uint16, the outcome bits of whoever left the row


@by_address
class Sums(NamedTuple):
    """What passes over people add up.

    Counts and cents are whole, and exact in any order: a span adds those of all its chunks to the row of its first.
    """

    counters: NDArray[Any]  # (CHUNKS, counters)
    accounts: NDArray[Any]  # (CHUNKS, accounts) cents received by the outside world
    clients: NDArray[Any]  # (CHUNKS, pairs, 2) people who chose a provider, and those who would walk at a higher fee
    removals: NDArray[Any]  # (CHUNKS, regions)
    apart: NDArray[Any]  # (CHUNKS, NOT_WHOLE) what is not whole, by chunk
    used: NDArray[Any]  # int64 (CHUNKS,) whether a row has sums of a span


class Part(NamedTuple):
    """A row of ``Sums``, to which whoever is considered adds."""

    counters: NDArray[Any]
    accounts: NDArray[Any]
    clients: NDArray[Any]
    removals: NDArray[Any]


def no_sums(counters: int, pairs: int, regions: int) -> Sums:
    """Sums of nothing, for so many counters, pairs and regions."""
    return Sums(
        np.zeros((CHUNKS, counters)),
        np.zeros((CHUNKS, len(Account))),
        np.zeros((CHUNKS, pairs, 2)),
        np.zeros((CHUNKS, regions)),
        np.zeros((CHUNKS, len(NOT_WHOLE))),
        np.zeros(CHUNKS, np.int64),
    )


@rule
def keep_apart(sums, first, chunk):
    """Takes what is not whole of a chunk out of the row of its span, which begins with chunk ``first``."""
    counters, apart = sums.counters[first], sums.apart[chunk]
    for k in range(len(NOT_WHOLE)):
        apart[k] = counters[NOT_WHOLE[k]]
        counters[NOT_WHOLE[k]] = 0.0


@kernel
def settle(sums, pairs, regions, rules, ledger):
    """What chunks and spans have added up goes where it is counted, in their order, and is taken out of the sums."""
    for row in range(1, CHUNKS):
        if sums.used[row]:
            move_into(sums.counters[row], sums.counters[0])
            move_into(sums.accounts[row], sums.accounts[0])
            move_into(sums.removals[row], sums.removals[0])
            for pair in range(len(pairs)):
                move_into(sums.clients[row, pair], sums.clients[0, pair])
            sums.used[row] = 0
    total = sums.apart[0]
    for chunk in range(1, CHUNKS):
        for k in range(len(NOT_WHOLE)):
            total[k] += sums.apart[chunk, k]
    for k in range(len(NOT_WHOLE)):
        sums.counters[0, NOT_WHOLE[k]] = total[k]
    move_into(sums.counters[0], ledger.counters)
    move_into(sums.accounts[0], ledger.accounts)
    for pair in range(len(pairs)):
        move_into(sums.clients[0, pair], pairs[pair].heard_clients)
    for region in range(len(regions)):
        regions[region].heard_removal[0] += sums.removals[0, region] * rules.report_bad
    sums.removals[0, :] = 0.0


@rule
def move_into(part, total):
    """Adds ``part`` to the first columns of ``total`` and leaves nothing in it."""
    for column in range(len(part)):
        total[column] += part[column]
        part[column] = 0.0


@rule
def decide(s, p, now, i, sums):
    """One consideration (model 4.1): returns the Decision; staying where one is needs no further action."""
    stage = s.people.stage[i]
    row = s.people.row[i]
    if stage == Stage.HELD and row.stops >= p.life.most_stops:
        return Decision.GO_HOME
    new_spells(s.people, p.birth, now, i)
    hears_of_rights(s.people, s.regions, p.knowledge, now, i)
    saved = row.saving > 0
    row.saving = 0
    best = best_option(s, p, i, np.int64(-1), now)
    channel = best.channel
    if row.contract == 1:
        owed, owed_stake = worth_of_owed_attempt(s, p, i, now)
        if owed > best.value:
            # she may have chosen another way since, and gone nowhere by it
            row.channel, row.tier, row.intended = Channel.PROVIDER, Tier.PLAIN, end_of_contract(s, row)
            row.stake = owed_stake
            return Decision.CONTINUE
    if row.offer > 0 and channel != Channel.RECRUITER and s.people.here[i] == row.home:
        forget_offer(s.people, i)
    if channel == Channel.PROVIDER:
        sums.clients[best.pair, 0] += 1.0
        sums.clients[best.pair, 1] += walks_away(s, p, i, best, now)
    if channel == -1:
        if s.people.here[i] != row.home or stage == Stage.HELD:
            return Decision.GO_HOME
    elif channel == Channel.SAVE:
        row.saving = Saving.FOR_A_FEE
        happens(s.people, sums.counters, i, C.SAVERS, now.week)
        if stage == Stage.HELD:  # stopped where she lives: to save she has to go back to it
            return Decision.GO_HOME
    elif channel == Channel.REMAIN:
        if stage == Stage.ARRIVED:
            return ACT_SEEK
        if stage != Stage.WORKING:
            return Decision.REMAIN
    elif channel != Channel.REGULAR or stage != Stage.WAITING:
        row.channel = channel
        row.tier = best.tier
        row.intended = best.region
        row.stake = best.stake
        if saved and channel == Channel.PROVIDER:
            row.saving = Saving.ENOUGH
        if channel == Channel.REGULAR:
            next_consideration(s.people, s.regions, p.choice, now, i)
        return Decision.MOVE
    settled_due = s.people.due[i]
    next_consideration(s.people, s.regions, p.choice, now, i)
    if stage == Stage.WORKING and (s.people.legal[i] == Legal.REGULAR or s.people.legal[i] == Legal.TIED):
        s.people.due[i] = min(s.people.due[i], settled_due)
    elif stage == Stage.WAITING:
        s.people.due[i] = min(s.people.due[i], row.decision_week)
    return Decision.NONE


@kernel
def consider(span, s, p, now, rows, out, sums):
    """Everyone who is due: what she has come to, and what she chooses."""
    count = len(rows)
    mine = span.first
    part = Part(sums.counters[mine], sums.accounts[mine], sums.clients[mine], sums.removals[mine])
    sums.used[mine] = 1
    for chunk in range(span.first, span.end):
        start, end = chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS
        for position in range(start, end):
            person_near(s.people, rows, position)
            i = rows[position]
            stage = s.people.stage[i]
            out.before[position] = stage
            cause, chooses, path = milestone(s, p, now, i, part)
            out.causes[position] = cause
            out.ended[position] = path
            out.acts[position] = ACT_NOTHING
            if not chooses and cause == Cause.NOTHING and s.people.due[i] <= now.week:
                if stage == Stage.WAITING:
                    out.acts[position] = ACT_VISA
                elif stage == Stage.ARRIVED:
                    out.acts[position] = ACT_SEEK
            if chooses:
                decision = decide(s, p, now, i, part)
                if decision != Decision.NONE:
                    out.acts[position] = decision
        keep_apart(sums, mine, chunk)


@rule
def is_due(people, regions, i, week):
    """Whether it is person i's turn, or removal comes."""
    return people.due[i] <= week or people.removal_at[i] <= regions[people.here[i]].removal_sum


@kernel
def rows_due(span, people, regions, highest, found, counts, week):
    """Who is due: rows from the start of each chunk in ``found``, how many of them in ``counts`` (CHUNKS,)."""
    total = len(people.due)
    for chunk in range(span.first, span.end):
        first, last = chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS
        count, whole = first, last - (last - first) % LANES
        for block in range(first, whole, LANES):
            told = at_most(people.due, block, week) | at_most(people.removal_at, block, highest)
            while told:
                i = block + lowest(told)
                told = without_lowest(told)
                found[count] = i
                count += is_due(people, regions, i, week)
        for i in range(whole, last):
            found[count] = i
            count += is_due(people, regions, i, week)
        counts[chunk] = count - first


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
