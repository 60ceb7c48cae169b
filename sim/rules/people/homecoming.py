"""Coming home: what removal takes, how long it is until anything is considered again, and what awaits at home.

Who is taken away loses the last pay and what she cannot carry; it is a while before a new journey can be thought of.
Whoever comes home with little, or after exploitation, is worth less in the eyes of others, which lowers what home is
worth to her until it fades (C1-M64, C11-M04). Support on return is means to start with, a chance of a job at home, and
company that stigma yields to (C1-F14, C13-M42).
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sim.agents.people import Stage, exponential_weeks
from sim.declared.sources import CENTS, From, family
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.draws import Stream, block, draw
from sim.ground.kernel import part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.persons import happens
from sim.rules.people import stages
from sim.rules.people.lived import bear_stigma, brings, stigma_awaiting
from sim.rules.people.means import go_home, income_at_home, income_at_work


@family
class HomecomingRules(NamedTuple):
    """What removal takes, and what support on return gives."""

    lost_pay: Annotated[float, From("removal.lost_pay", per=WEEKS_PER_YEAR)]  # years
    left_behind: Annotated[float, From("removal.left_behind")]
    wait: Annotated[float, From("removal.wait")]  # weeks
    wait_least: Annotated[float, From("removal.wait_least")]
    reintegration_cents: Annotated[int, From("protection.reintegration", times=CENTS)]
    kept: Annotated[float, From("protection.reintegration_kept")]
    job: Annotated[float, From("protection.reintegration_job")]
    job_weeks: Annotated[float, From("protection.reintegration_job_weeks")]


@part
def lose_last_pay(people, regions, p, i, ledger):
    """Person i is taken away from work on going terms: the last weeks are not paid."""
    if people.stage[i] != Stage.WORKING:
        return
    row = people.row[i]
    cents = round(100.0 * p.homecoming.lost_pay * income_at_work(people, regions, p.choice, i, Stage.WORKING))
    cents = min(cents, row.cash)
    row.cash -= cents
    ledger.accounts[Account.WAGES] += cents
    ledger.counters[C.LOST_IN_REMOVAL] += cents * 0.01


@part
def be_removed(s, p, now, i, ledger):
    """Person i is taken home by the state, with what she can carry, and considers nothing new for a while."""
    row = s.people.row[i]
    cents = round(p.homecoming.left_behind * row.cash)
    row.cash -= cents
    ledger.accounts[Account.LEFT_BEHIND] += cents
    ledger.counters[C.LOST_IN_REMOVAL] += cents * 0.01
    go_home(s.people, i, ledger.accounts, 0.0, now.week)
    u = draw(now.seed, Stream.REMOVAL_WAIT, i, row.generation, now.week, 0)
    least = p.homecoming.wait_least
    weeks = round(p.homecoming.wait * (least + 2.0 * (1.0 - least) * u))
    stages.rest_at_home(s.people, i, now.week + max(weeks, 1), now.week)


@rule
def stigma_on_return(s, p, i, week):
    """Part of the worth of home that stigma takes from person i who has come home this week."""
    row, home = s.people.row[i], s.people.row[i].home
    w_home = income_at_home(s.regions, row, week)
    return stigma_awaiting(p.lived, row, brings(p.lived, row, w_home, 0.0), s.law[home], week)


@part
def meet_others(s, p, now, i):
    """Person i has come home by herself: what others make of it."""
    share = stigma_on_return(s, p, i, now.week)
    if share > 0.0:
        bear_stigma(s.people, p.lived, i, share, now.week)


@part
def be_supported(s, p, now, i, forgotten, ledger):
    """Support on return (lever ``return.reintegration``): means, an address that recruiters may lose, perhaps a job.

    What can be learned or set up finds a job as far as there is work where she lives (C13-M42).
    """
    row, rules = s.people.row[i], p.homecoming
    happens(s.people, ledger.counters, i, C.REINTEGRATED, now.week)
    row.cash += rules.reintegration_cents
    ledger.accounts[Account.STATE] -= rules.reintegration_cents
    if forgotten >= rules.kept:
        s.people.known[i] = 0
    finds, lasts, _, _ = block(now.seed, Stream.SUPPORTED_JOB, i, row.generation, now.week, 0)
    if finds < rules.job * s.regions[row.home].employment:
        happens(s.people, ledger.counters, i, C.REINTEGRATED_JOBS, now.week)
        row.job_until = now.week + exponential_weeks(rules.job_weeks, lasts)


@part
def be_met_at_home(s, p, now, i, supported, disclosed):
    """What others make of a person who was removed: less where she is supported, more where all hear of it."""
    share = stigma_on_return(s, p, i, now.week)
    if supported:
        share *= 1.0 - p.lived.supported
    if disclosed:
        share *= 1.0 + p.lived.disclosed
    if share > 0.0:
        bear_stigma(s.people, p.lived, i, min(share, 1.0), now.week)
