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
from sim.rules.people.homecoming import be_removed, lose_last_pay
from sim.rules.people.lived import bear_stigma, remember_years
from sim.rules.people.means import leave_estate, post_income
from sim.rules.people.spells import finds_work_in, next_consideration
from sim.rules.people.status import keeps_status, papers_lapse, regularised, start_removal_clock, weeks_detained


@rule
def pass_on_the_row(s, p, now, i, ledger):
    """The next person takes the row of one who leaves the model. Returns the path that has ended."""
    ended, accounts = s.people.row[i].path, ledger.accounts
    post_income(s.people, s.regions, p, i, ledger, now.week)
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
        return Cause.NEXT_GENERATION, False, pass_on_the_row(s, p, now, i, ledger)
    if s.people.removal_at[i] <= s.regions[s.people.here[i]].removal_sum and (
        stage == Stage.ARRIVED or stage == Stage.WORKING
    ):
        if s.people.bound[i] & Bound.CONTROLLED == 0:
            post_income(s.people, s.regions, p, i, ledger, now.week)
            lose_last_pay(s.people, s.regions, p, i, ledger)
        remember_years(s.people, p.lived, i, True, now.week)
        here = s.people.here[i]
        stages.be_detained(s.people, i, now.week + weeks_detained(p.life, s.law[here].return_speed), now.week)
        sums.removals[here] += 1.0
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
        return looking_milestone(s, p.life, now, i, ledger.counters)
    if stage == Stage.WORKING:
        since_paid = now.week - person.paid_until
        post_income(s.people, s.regions, p, i, ledger, now.week)
        return working_milestone(s.people, s.regions, s.law, p.life, now, i, since_paid, ledger.counters)
    if stage == Stage.SETTLED:
        post_income(s.people, s.regions, p, i, ledger, now.week)
        stages.live_on(s.people, i, p.life.review_weeks, now.week)
        return Cause.NOTHING, False, 0
    if stage == Stage.PROTECTED:
        return Cause.NOTHING, False, 0
    if stage == Stage.WAITING:
        post_income(s.people, s.regions, p, i, ledger, now.week)
        return Cause.NOTHING, person.decision_week > now.week, 0  # the visa itself is rationed serially
    if stage == Stage.HELD:
        return Cause.NOTHING, True, 0
    return Cause.NOTHING, False, 0


@rule
def looking_milestone(s, rules, now, i, counters):
    """Status that lapses, or goes with a job that is lost unless the law lets people look for another.

    The latter is lever ``work.job_mobility``. Work is found serially; who has looked in vain thinks again first.
    """
    person = s.people.row[i]
    if papers_lapse(s.people, s.regions, i, rules.papers_valid, now):
        if person.searches == 0:  # whoever has not found work by then goes on looking
            s.people.due[i] = finds_work_in(s.people, s.regions, rules.job_search, i, now)
        return Cause.STATUS_LAPSED, person.searches > 0, 0
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
    if papers_lapse(people, regions, i, rules.papers_valid, now):
        return Cause.STATUS_LAPSED, True, 0
    if people.legal[i] == Legal.REGULAR or people.legal[i] == Legal.TIED:
        if now.week - person.since >= rules.settle_weeks:
            stages.settle(people, i, now.week)
            return Cause.SETTLED, False, 0
        people.due[i] = min(person.since + rules.settle_weeks, now.week + rules.review_weeks)
    return Cause.NOTHING, True, 0
