"""What is due before any choice: generations, removal, status that lapses, jobs that end, settling (model 2.1)."""

from __future__ import annotations

import math

from sim.agents.people import Bound, Legal, Path, Stage
from sim.ground.draws import Stream, draw
from sim.ground.kernel import rule
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import C
from sim.ledger.events import Cause
from sim.ledger.persons import happens
from sim.rules.people import stages
from sim.rules.people.birth import be_born
from sim.rules.people.homecoming import be_removed, lose_last_pay, meet_others
from sim.rules.people.lived import bear_stigma, remember_years
from sim.rules.people.means import go_home, leave_estate, post_income
from sim.rules.people.spells import next_consideration
from sim.rules.people.status import keeps_status, regularised, start_removal_clock


@rule
def pass_on_the_row(s, p, now, i, accounts):
    """The next person takes the row of one who leaves the model. Returns the path that has ended."""
    ended = s.people.row[i].path
    leave_estate(s.people, i, accounts)
    s.people.row[i].generation += 1
    accounts[Account.ENDOWMENT] -= be_born(s.people, s.regions, s.diaspora, p.birth, now, i)
    if p.household.legacy > 0.0 and ended & Path.EXPLOITED:
        bear_stigma(s.people, p.lived, i, p.household.legacy, now.week)  # children of exploited people (C1-M19)
    next_consideration(s.people, s.regions, p.choice, now, i)
    return ended


@rule
def milestone(s, p, now, i, sums):
    """What is due before any choice. Returns (cause, whether the person goes on to choose, path byte that ended)."""
    person = s.people.row[i]
    stage = s.people.stage[i]
    ledger = Ledger(sums.counters, sums.accounts)
    over_age = person.leaves_risk_age <= now.week
    if over_age and (stage == Stage.HOME or stage == Stage.SETTLED or stage == Stage.DEAD or stage == Stage.RETURNED):
        return Cause.NEXT_GENERATION, False, pass_on_the_row(s, p, now, i, ledger.accounts)
    if s.people.removal_at[i] <= s.regions[s.people.here[i]].removal_sum and (
        stage == Stage.ARRIVED or stage == Stage.WORKING
    ):
        if s.people.bound[i] & Bound.CONTROLLED == 0:
            post_income(s.people, s.regions, p, i, ledger, now.week)
            lose_last_pay(s.people, s.regions, p, i, ledger)
        remember_years(s.people, p.lived, i, True, now.week)
        stages.be_detained(s.people, i, now.week + p.life.detention_weeks, now.week)
        sums.removals[s.people.here[i]] += 1.0
        return Cause.DETAINED, False, 0
    if s.people.due[i] > now.week:
        return Cause.NOTHING, False, 0
    if stage == Stage.HOME:
        post_income(s.people, s.regions, p, i, ledger, now.week)
        return Cause.NOTHING, True, 0
    if stage == Stage.RETURNED:
        post_income(s.people, s.regions, p, i, ledger, now.week)
        stages.stay_at_home(s.people, i)
        return Cause.NOTHING, True, 0
    if stage == Stage.DETAINED:
        happens(s.people, ledger.counters, i, C.REMOVALS, now.week)
        person.path |= Path.REMOVED
        be_removed(s, p, now, i, ledger)
        return Cause.REMOVED, False, 0
    if stage == Stage.ARRIVED:
        return looking_milestone(s, now, i, ledger.counters)
    if stage == Stage.WORKING:
        since_paid = now.week - person.paid_until
        post_income(s.people, s.regions, p, i, ledger, now.week)
        return working_milestone(s.people, s.regions, s.law, p.life, now, i, since_paid, ledger.counters)
    if stage == Stage.PROTECTED:
        return Cause.NOTHING, False, 0
    if stage == Stage.WAITING:
        post_income(s.people, s.regions, p, i, ledger, now.week)
        return Cause.NOTHING, person.decision_week > now.week, 0  # the visa itself is rationed serially
    if stage == Stage.HELD:
        if person.stops >= p.life.most_stops:
            happens(s.people, ledger.counters, i, C.GAVE_UP, now.week)
            go_home(s.people, i, ledger.accounts, p.life.return_cents, now.week)
            meet_others(s, p, now, i)
            return Cause.GAVE_UP, False, 0
        return Cause.NOTHING, True, 0
    return Cause.NOTHING, False, 0


@rule
def looking_milestone(s, now, i, counters):
    """Status that goes with a job that is lost, unless the law lets people look for another (``work.job_mobility``).

    Work is found serially; who has looked in vain thinks again first.
    """
    person = s.people.row[i]
    if s.people.legal[i] == Legal.TIED and person.job_since > person.departed:
        if not keeps_status(s.regions, s.people, i, now):
            s.people.legal[i] = Legal.IRREGULAR
            person.since = now.week
            happens(s.people, counters, i, C.TIED_LOST, now.week)
            start_removal_clock(s.people, s.regions, i, now)
            return Cause.STATUS_LAPSED, True, 0
        if person.searches == 0:
            happens(s.people, counters, i, C.KEPT_TIED_STATUS, now.week)
    return Cause.NOTHING, person.searches > 0, 0


@rule
def working_milestone(people, regions, law, rules, now, i, weeks, counters):
    """Status that lapses or is granted, jobs that end, and settling after long work with secure status.

    ``weeks`` since the last posting of pay: what could have happened in them happens now.
    """
    person = people.row[i]
    generation = person.generation
    if regularised(people, now, i, law[people.here[i]].status_regularisation, weeks, counters):
        return Cause.REGULARISED, True, 0
    if person.venue >= 0 and (
        draw(now.seed, Stream.JOB_ENDS, i, generation, now.week, 0) < -math.expm1(-rules.turnover * weeks / 52.0)
    ):
        stages.lose_work(people, i, now.week)
        return Cause.JOB_ENDED, False, 0
    if people.here[i] == person.home:
        return Cause.NOTHING, True, 0
    if people.legal[i] == Legal.VISITOR and now.week - person.since >= rules.papers_valid:
        person.since = now.week
        people.legal[i] = Legal.IRREGULAR
        start_removal_clock(people, regions, i, now)
        return Cause.STATUS_LAPSED, True, 0
    if people.legal[i] == Legal.REGULAR or people.legal[i] == Legal.TIED:
        if now.week - person.since >= rules.settle_weeks:
            stages.settle(people, i, now.week)
            return Cause.SETTLED, False, 0
        people.due[i] = min(person.since + rules.settle_weeks, now.week + rules.review_weeks)
    return Cause.NOTHING, True, 0
