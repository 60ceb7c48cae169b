"""Consider: everyone who is due meets their milestones and chooses (model 4.1 and 2.1).

One pass over the people whose ``due`` week has come or whose removal clock has run out. A row writes only to itself
and to its chunk's sums, so that the pass may run on any number of threads with the same result.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np
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
from sim.declared.sources import CENTS, From, family
from sim.ground.draws import Stream, draw
from sim.ground.kernel import CHUNKS, kernel, part, rule
from sim.ledger.counters import C
from sim.ledger.events import Cause
from sim.rules.people.options import best_option, walks_away, worth_of_owed_attempt
from sim.rules.work.value import with_papers

# what is left to do for a row after the considering pass, beside the values of Decision
ACT_NOTHING, ACT_SEEK, ACT_VISA = 0, 8, 9
BLOCK = 32  # people whose memory is fetched together


@family
class LifeRules(NamedTuple):
    """Parameters of milestones and of income, one typed bundle."""

    saving_share: Annotated[float, From("people.saving_share")]
    saver_share: Annotated[float, From("people.saver_share")]
    remitted_share: Annotated[float, From("people.remitted_share")]
    settle_weeks: Annotated[int, From("status.settle_weeks")]
    papers_valid: Annotated[int, From("papers.valid")]
    detention_weeks: Annotated[int, From("status.detention_weeks")]
    return_cents: Annotated[int, From("status.return_cost", times=CENTS)]
    most_stops: Annotated[int, From("journey.most_stops")]
    turnover: Annotated[float, From("work.turnover")]  # jobs that end, per year


class Sums(NamedTuple):
    """Per-chunk sums: exact for whole cents and counts, added up in chunk order."""

    counters: NDArray[Any]  # (CHUNKS, counters)
    accounts: NDArray[Any]  # (CHUNKS, accounts) cents received by the outside world
    clients: NDArray[Any]  # (CHUNKS, pairs, 2) people who chose a provider, and those who would walk at a higher fee
    removals: NDArray[Any]  # (CHUNKS, regions)
    fetched: NDArray[Any]  # (CHUNKS, 8), meaningless


@rule
def income_at_work(people, regions, rules, i, stage):
    """Yearly pay of someone who works on going terms, or has settled; US$."""
    if stage == Stage.WORKING and people.row[i].venue >= 0:
        return 52.0 * people.row[i].value
    place = regions[people.here[i]]
    if not with_papers(people.legal[i]):
        return place.income_irregular * people.row[i].ability_abroad
    yearly = place.income_regular * people.row[i].ability_abroad
    return yearly * rules.skill_premium if people.row[i].skill else yearly


@rule
def post_income(people, regions, p, i, accounts, counters, week):
    """Post what a person saved and sent home since the last posting; two-ended, whole cents."""
    weeks = week - people.row[i].paid_until
    people.row[i].paid_until = week
    if weeks <= 0:
        return
    stage = people.stage[i]
    home = people.row[i].home
    remitted = 0.0
    if stage == Stage.HOME or stage == Stage.WAITING or stage == Stage.RETURNED:
        yearly = regions[home].income_home * people.row[i].ability
        share = p.life.saver_share if people.row[i].saving else p.life.saving_share
    elif stage == Stage.WORKING or stage == Stage.SETTLED:
        yearly = income_at_work(people, regions, p.choice, i, stage)
        share = p.life.saving_share
        if people.here[i] != home:
            remitted = round(p.life.remitted_share * yearly * weeks / 52.0 * 100.0)
    else:
        return
    saved = round(share * yearly * weeks / 52.0 * 100.0)
    people.row[i].cash += saved
    accounts[Account.WAGES] -= saved + remitted
    accounts[Account.REMITTANCES] += remitted
    counters[C.REMITTANCES] += remitted * 0.01


@rule
def next_consideration(people, regions, rules, now, i):
    """Set the week of the next consideration: about every half year, sooner with conflict and kin abroad."""
    mean = rules.interval * (1.0 - rules.sooner_conflict * regions[people.row[i].home].conflict)
    if people.row[i].kin >= 0:
        mean *= 1.0 - rules.sooner_kin
    u = draw(now.seed, Stream.CONSIDER_DELAY, i, people.row[i].generation, people.row[i].considerations, 0)
    due = now.week + exponential_weeks(mean, u)
    if people.stage[i] == Stage.HOME:
        due = min(due, max(people.row[i].leaves_risk_age, now.week + 1))
    people.due[i] = due


@rule
def new_spells(people, rules, now, i):
    """Begin the aspiration spells that are due by now: a renewal process that no behaviour can shift."""
    if people.row[i].spell_ends > now.week:
        return
    generation = people.row[i].generation
    while people.row[i].spell_ends <= now.week:
        people.row[i].spells += 1
        u = draw(now.seed, Stream.SPELL, i, generation, people.row[i].spells, 0)
        people.row[i].spell_ends += exponential_weeks(rules.spell, u)
    people.row[i].wish = wish_of_spell(rules, i, generation, people.row[i].spells, now.seed)


@part
def go_home(people, i, accounts, return_cents, week):
    """A person is home again with whatever is left; considers what next in the week after."""
    paid = min(people.row[i].cash, return_cents)
    people.row[i].cash += people.row[i].escrow - paid
    people.row[i].escrow = 0.0
    accounts[Account.FARES] += paid
    people.here[i] = people.row[i].home
    people.row[i].intended = -1
    people.row[i].first_intended = -1
    people.row[i].offer, people.row[i].offer_venue, people.row[i].offer_region = 0, -1, -1
    people.row[i].searches = 0
    people.legal[i] = Legal.CITIZEN
    people.stage[i] = Stage.RETURNED
    people.row[i].contract = 0
    people.row[i].provider = -1
    people.row[i].route = -1
    people.row[i].channel = -1
    people.row[i].stops = 0
    people.removal_at[i] = np.inf
    people.row[i].since = week
    people.row[i].paid_until = week
    people.due[i] = week + 1


@rule
def pass_away(people, i, accounts, week):
    """A person dies; the household inherits."""
    accounts[Account.ESTATES] += people.row[i].cash + people.row[i].escrow
    people.row[i].cash = 0.0
    people.row[i].escrow = 0.0
    people.stage[i] = Stage.DEAD
    people.row[i].since = week
    people.row[i].path |= 32
    people.removal_at[i] = np.inf
    people.due[i] = max(people.row[i].leaves_risk_age, week + 1)


@rule
def milestone(s, p, now, i, sums):
    """What is due before any choice. Returns (cause, whether the person goes on to choose, path byte that ended)."""
    stage = s.people.stage[i]
    counters, accounts = sums.counters, sums.accounts
    over_age = s.people.row[i].leaves_risk_age <= now.week
    if over_age and (stage == Stage.HOME or stage == Stage.SETTLED or stage == Stage.DEAD or stage == Stage.RETURNED):
        ended = s.people.row[i].path
        accounts[Account.ESTATES] += s.people.row[i].cash + s.people.row[i].escrow
        s.people.row[i].generation += 1
        accounts[Account.ENDOWMENT] -= be_born(s.people, s.regions, s.diaspora, p.birth, now, i)
        next_consideration(s.people, s.regions, p.choice, now, i)
        return Cause.NEXT_GENERATION, False, ended
    if s.people.removal_at[i] <= s.regions[s.people.here[i]].removal_sum and (
        stage == Stage.ARRIVED or stage == Stage.WORKING
    ):
        if s.people.bound[i] & Bound.CONTROLLED == 0:
            post_income(s.people, s.regions, p, i, accounts, counters, now.week)
        s.people.stage[i] = Stage.DETAINED
        s.people.row[i].since = now.week
        s.people.removal_at[i] = np.inf
        s.people.due[i] = now.week + p.life.detention_weeks
        sums.removals[s.people.here[i]] += 1.0
        return Cause.DETAINED, False, 0
    if s.people.due[i] > now.week:
        return Cause.NOTHING, False, 0
    if stage == Stage.HOME:
        post_income(s.people, s.regions, p, i, accounts, counters, now.week)
        return Cause.NOTHING, True, 0
    if stage == Stage.RETURNED:
        s.people.stage[i] = Stage.HOME
        return Cause.NOTHING, True, 0
    if stage == Stage.DETAINED:
        counters[C.REMOVALS] += 1.0
        s.people.row[i].path |= 16
        go_home(s.people, i, accounts, 0.0, now.week)
        return Cause.REMOVED, False, 0
    if stage == Stage.ARRIVED:
        if s.people.legal[i] == Legal.TIED and s.people.row[i].job_since > s.people.row[i].departed:
            # the status went with the job
            s.people.legal[i] = Legal.IRREGULAR
            s.people.row[i].since = now.week
            counters[C.TIED_LOST] += 1.0
            start_removal_clock(s.people, s.regions, i, now.seed)
            return Cause.STATUS_LAPSED, True, 0
        # work is found serially; who has looked in vain thinks again first
        return Cause.NOTHING, s.people.row[i].searches > 0, 0
    if stage == Stage.WORKING:
        since_paid = now.week - s.people.row[i].paid_until
        post_income(s.people, s.regions, p, i, accounts, counters, now.week)
        return working_milestone(s.people, s.regions, s.law, p.life, now, i, since_paid, counters)
    if stage == Stage.PROTECTED:
        return Cause.NOTHING, False, 0
    if stage == Stage.WAITING:
        post_income(s.people, s.regions, p, i, accounts, counters, now.week)
        return Cause.NOTHING, s.people.row[i].decision_week > now.week, 0  # the visa itself is rationed serially
    if stage == Stage.HELD:
        if s.people.row[i].stops >= p.life.most_stops:
            counters[C.GAVE_UP] += 1.0
            go_home(s.people, i, accounts, p.life.return_cents, now.week)
            return Cause.GAVE_UP, False, 0
        return Cause.NOTHING, True, 0
    return Cause.NOTHING, False, 0


@rule
def working_milestone(people, regions, law, rules, now, i, weeks, counters):
    """Status that lapses or is granted, jobs that end, and settling after long work with secure status.

    ``weeks`` since the last posting of pay: what could have happened in them happens now.
    """
    generation = people.row[i].generation
    if regularised(people, now, i, law[people.here[i]].status_regularisation, weeks, counters):
        return Cause.REGULARISED, True, 0
    if people.row[i].venue >= 0 and (
        draw(now.seed, Stream.JOB_ENDS, i, generation, now.week, 0) < -math.expm1(-rules.turnover * weeks / 52.0)
    ):
        people.stage[i] = Stage.RETURNED if people.here[i] == people.row[i].home else Stage.ARRIVED
        people.row[i].searches = 0
        people.due[i] = now.week + 1
        return Cause.JOB_ENDED, False, 0
    if people.here[i] == people.row[i].home:
        return Cause.NOTHING, True, 0
    if people.legal[i] == Legal.VISITOR and now.week - people.row[i].since >= rules.papers_valid:
        people.row[i].since = now.week
        people.legal[i] = Legal.IRREGULAR
        start_removal_clock(people, regions, i, now.seed)
        return Cause.STATUS_LAPSED, True, 0
    if people.legal[i] == Legal.REGULAR or people.legal[i] == Legal.TIED:
        if now.week - people.row[i].since >= rules.settle_weeks:
            people.stage[i] = Stage.SETTLED
            people.legal[i] = Legal.REGULAR
            people.row[i].since = now.week
            people.due[i] = max(people.row[i].leaves_risk_age, now.week + 1)
            return Cause.SETTLED, False, 0
        people.due[i] = min(people.row[i].since + rules.settle_weeks, now.week + 52)
    return Cause.NOTHING, True, 0


@rule
def regularised(people, now, i, hazard, weeks, counters):
    """Whether a person without status has obtained one within ``weeks`` (lever ``status.regularisation``, yearly)."""
    if hazard <= 0.0 or people.legal[i] != Legal.IRREGULAR:
        return False
    chance = -math.expm1(-hazard * weeks / 52.0)
    if draw(now.seed, Stream.REGULARISATION, i, people.row[i].generation, now.week, 0) >= chance:
        return False
    people.legal[i] = Legal.REGULAR
    people.removal_at[i] = np.inf
    people.row[i].since = now.week
    counters[C.REGULARISED] += 1.0
    return True


@part
def start_removal_clock(people, regions, i, seed):
    """Removal comes when the region's cumulative hazard has grown by one keyed exponential: its own clock."""
    u = draw(seed, Stream.REMOVAL_CLOCK, i, people.row[i].generation, people.row[i].considerations, 0)
    people.removal_at[i] = regions[people.here[i]].removal_sum - math.log(u)


@rule
def hears_of_rights(people, regions, rules, i, seed):
    """A campaign or a centre at home tells a person part of what she did not know (``origin.information_campaign``)."""
    row = people.row[i]
    reach = regions[row.home].informs
    if reach <= 0.0 or people.here[i] != row.home:
        return
    if draw(seed, Stream.CAMPAIGN, i, row.generation, row.considerations, 0) < reach:
        row.information += (1.0 - row.information) * rules.campaign_step


@rule
def decide(s, p, now, i, sums):
    """One consideration (model 4.1): returns the Decision; staying where one is needs no further action."""
    stage = s.people.stage[i]
    row = s.people.row[i]
    new_spells(s.people, p.birth, now, i)
    row.considerations += 1
    hears_of_rights(s.people, s.regions, p.choice, i, now.seed)
    row.saving = 0
    value, channel, d, tier, stake, pair = best_option(s, p, i, np.int64(-1), now.seed)
    if row.offer > 0 and channel != Channel.RECRUITER and s.people.here[i] == row.home:
        row.offer, row.offer_venue, row.offer_region = 0, -1, -1
    if row.contract == 1:
        owed, owed_stake = worth_of_owed_attempt(s, p, i, now.seed)
        if owed > value:
            row.stake = owed_stake
            return Decision.CONTINUE
    if channel == Channel.PROVIDER:
        sums.clients[pair, 0] += 1.0
        sums.clients[pair, 1] += walks_away(s, p, i, value, d, pair, now.seed)
    if channel == -1:
        if s.people.here[i] != row.home or stage == Stage.HELD:
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
            next_consideration(s.people, s.regions, p.choice, now, i)
        return Decision.MOVE
    settled_due = s.people.due[i]
    next_consideration(s.people, s.regions, p.choice, now, i)
    if stage == Stage.WORKING and (s.people.legal[i] == Legal.REGULAR or s.people.legal[i] == Legal.TIED):
        s.people.due[i] = min(s.people.due[i], settled_due)
    elif stage == Stage.WAITING:
        s.people.due[i] = min(s.people.due[i], row.decision_week)
    return Decision.NONE


@rule
def fetch(people, rows, first, last):
    """Read a little of each row, so that the memory of a block of people is fetched at once rather than row by row.

    People who are due lie far apart; without this a consideration waits longer for memory than it computes. Returns a
    meaningless sum, which keeps the reads from being optimised away.
    """
    total = 0.0
    for position in range(first, last):
        i = rows[position]
        total += people.row[i].wish + people.here[i] + people.stage[i] + people.legal[i]
    return total


@kernel
def consider(span, s, p, now, rows, before, causes, acts, ended, sums):
    """Everyone who is due: what she has come to, and what she chooses."""
    count = len(rows)
    for chunk in range(span.first, span.end):
        part = Sums(
            sums.counters[chunk], sums.accounts[chunk], sums.clients[chunk], sums.removals[chunk], sums.fetched[chunk]
        )
        start, end = chunk * count // CHUNKS, (chunk + 1) * count // CHUNKS
        for first in range(start, end, BLOCK):
            last = min(first + BLOCK, end)
            part.fetched[0] = fetch(s.people, rows, first, last)
            for position in range(first, last):
                i = rows[position]
                stage = s.people.stage[i]
                before[position] = stage
                cause, chooses, path = milestone(s, p, now, i, part)
                causes[position] = cause
                ended[position] = path
                acts[position] = ACT_NOTHING
                if not chooses and cause == Cause.NOTHING and s.people.due[i] <= now.week:
                    if stage == Stage.WAITING:
                        acts[position] = ACT_VISA
                    elif stage == Stage.ARRIVED:
                        acts[position] = ACT_SEEK
                if chooses:
                    decision = decide(s, p, now, i, part)
                    if decision != Decision.NONE:
                        acts[position] = decision


@kernel
def rows_due(span, people, regions, highest, found, counts, week):
    """Who is due: rows from the start of each chunk in ``found``, how many of them in ``counts`` (CHUNKS,)."""
    total = len(people.due)
    for chunk in range(span.first, span.end):
        first, last = chunk * total // CHUNKS, (chunk + 1) * total // CHUNKS
        count = first
        for i in range(first, last):
            if people.due[i] <= week or (
                people.removal_at[i] <= highest and people.removal_at[i] <= regions[people.here[i]].removal_sum
            ):
                found[count] = i
                count += 1
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
