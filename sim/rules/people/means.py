"""What people have: pay, what they save and send home, the way home, and what they leave behind."""

from __future__ import annotations

from sim.agents.people import Saving, Stage
from sim.ground.kernel import part, rule
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.rules.people import stages
from sim.rules.work.value import with_papers


@rule
def income_at_work(people, regions, rules, i, stage):
    """Yearly pay of someone who works on going terms, or has settled; US$."""
    person = people.row[i]
    if stage == Stage.WORKING and person.venue >= 0:
        return 52.0 * person.value
    place = regions[people.here[i]]
    if not with_papers(people.legal[i]):
        return place.income_irregular * person.ability_abroad
    yearly = place.income_regular * person.ability_abroad
    return yearly * rules.skill_premium if person.skill else yearly


@rule
def put_by(row, share, remitted):
    """Of whole cents that a person sends home, those that her household saves; they wait until it divides them."""
    if share <= 0.0 or remitted <= 0.0:
        return 0.0
    kept = round(share * remitted)
    row.sent += int(kept)
    return kept


@rule
def post_income(people, regions, p, i, ledger, week):
    """Post what a person saved and sent home since the last posting; two-ended, whole cents."""
    person = people.row[i]
    weeks = week - person.paid_until
    person.paid_until = week
    if weeks <= 0:
        return
    stage = people.stage[i]
    home = person.home
    remitted = 0.0
    if stage == Stage.HOME or stage == Stage.WAITING or stage == Stage.RETURNED:
        yearly = income_at_home(regions, person, week)
        share = p.life.saver_share if person.saving == Saving.FOR_A_FEE else p.life.saving_share
    elif stage == Stage.WORKING or stage == Stage.SETTLED:
        yearly = income_at_work(people, regions, p.choice, i, stage)
        share = p.life.saving_share
        if people.here[i] != home:
            remitted = round(p.life.remitted_share * yearly * weeks / 52.0 * 100.0)
    else:
        return
    saved = round(share * yearly * weeks / 52.0 * 100.0)
    person.cash += saved
    ledger.accounts[Account.WAGES] -= saved + remitted
    ledger.accounts[Account.REMITTANCES] += remitted - put_by(person, p.life.kept_at_home, remitted)
    ledger.counters[C.REMITTANCES] += remitted * 0.01


@rule
def income_at_home(regions, row, week):
    """Yearly income at home, US$: pay times the chance to have work, all of the pay while a job from support lasts."""
    home = regions[row.home]
    income = home.income_home * row.ability
    return income / home.employment if row.job_until > week and home.employment > 0.0 else income


@part
def go_home(people, i, accounts, return_cents, week):
    """A person goes home with whatever is left, and pays for the way as far as she can."""
    person = people.row[i]
    paid = min(person.cash, return_cents)
    person.cash += person.escrow - paid
    person.escrow = 0.0
    accounts[Account.FARES] += paid
    stages.come_home(people, i, week)


@rule
def leave_estate(people, i, accounts):
    """The household keeps what a person had who is in the model no more."""
    person = people.row[i]
    accounts[Account.ESTATES] += person.cash + person.escrow
    person.cash = 0.0
    person.escrow = 0.0


@rule
def pass_away(people, i, accounts, week):
    """A person dies; the household inherits."""
    leave_estate(people, i, accounts)
    stages.die(people, i, week)
