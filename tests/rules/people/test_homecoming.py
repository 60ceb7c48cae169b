"""Coming home: what removal takes and for how long, own experience, stigma, and who is abroad when a run starts."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, PERSON_COLUMNS, Channel, Control, Decision, Legal, Stage, Tier
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.ledger.accounts import Account
from sim.ledger.counters import C
from sim.ledger.events import Cause
from sim.policies.policy import Move, Policy
from sim.rules.people.choice import chooser_of, end_of_contract
from sim.rules.people.consider import Part, decide
from sim.rules.people.lived import (
    Own,
    bear_stigma,
    chance_to_arrive,
    own_experience,
    remember_journey,
    remember_years,
    stigma_awaiting,
    stigma_now,
    years_without_status,
)
from sim.rules.people.means import income_at_home
from sim.rules.people.options import worth_of_home, worth_of_remaining
from sim.scenario.scenario import Scenario
from sim.week.setting import set_the_world
from sim.week.week import Week
from sim.world.law import LAW_RECORD
from tests.rules.people.test_choice import identical_people, shares

REMOVING = {"status.removal_rate": 6.0, "people.size": 6000}


# --- removal ----------------------------------------------------------------------------------------------------


def with_support(scenario, share):
    """The same where this share of removed people is supported."""
    move = Move("return.reintegration", "set", share, ())
    return replace(scenario, policies=(Policy("support", "Support", "test", (move,), ramp=0.0),))


def removed_people(scenario, weeks=40):
    """Removed people of the first weeks: (week, row, stage, due, cash, leaves risk age), and the week they ended in."""
    week, found = Week(scenario, 1), []
    for _ in range(weeks):
        week.advance()
        causes, rows = week.agenda.considered.causes[: week.agenda.due.count], week.agenda.due.these
        m = week.migrants
        found += [
            (week.week - 1, i, m["stage"][i], m["due"][i], m["cash"][i], m["leaves_risk_age"][i])
            for i in rows[causes == Cause.REMOVED]
        ]
    return found, week


def test_removed_people_think_of_nothing_new_for_a_while(corridor):
    """From half the mean to one and a half times, unless she leaves the age at risk or a recruiter comes by."""
    found, _ = removed_people(corridor.replace(REMOVING))
    waits = []
    for now, _, stage, due, _, leaves in found:
        assert stage == Stage.HOME
        if leaves - now > 21:
            waits.append(due - now)
    waits = np.array(waits)
    own = waits[waits > 1]  # others have been offered work in the same week
    assert len(own) > 100
    assert own.min() >= 6
    assert own.max() <= 20
    assert own.mean() == pytest.approx(13, abs=1)
    assert len(np.unique(own)) > 10


def test_without_a_wait_they_think_the_week_after(corridor):
    found, _ = removed_people(corridor.replace(REMOVING | {"removal.wait": 0.0}), 20)
    assert {due - now for now, _, _, due, _, leaves in found if leaves > now} == {1}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_what_is_left_behind_has_two_ends(corridor, share):
    settings = {"removal.left_behind": share, "removal.lost_pay": 0.0}
    found, week = removed_people(corridor.replace(REMOVING | settings), 20)
    cash = np.array([cash for *_, cash, _ in found])
    lost = week.counters[:, C.LOST_IN_REMOVAL].sum()
    assert week.state.accounts[Account.LEFT_BEHIND] == pytest.approx(100 * lost)
    # a few have been paid or lent something again in the same week
    empty = (cash == 0).mean()
    assert empty > 0.98 if share == 1.0 else empty < 0.5
    assert (lost == 0) == (share == 0.0)


def test_the_last_pay_is_lost_by_those_who_worked_on_going_terms(corridor, tools):
    kept = corridor.replace(REMOVING | {"removal.left_behind": 0.0, "time.years": 0.5})
    nothing = tools.run(kept.replace({"removal.lost_pay": 0.0}))
    two, four = (tools.run(kept.replace({"removal.lost_pay": weeks})) for weeks in (2.0, 4.0))
    first = slice(0, 8)  # as long as nobody's means have differed
    lost = [run.counters[first, C.LOST_IN_REMOVAL].sum() for run in (nothing, two, four)]
    assert lost[0] == 0 < lost[1]
    assert 1.5 * lost[1] < lost[2] <= 2 * lost[1] + 1  # nobody loses more than she has


# --- own experience ---------------------------------------------------------------------------------------------


@kernel
def arrives(tries, failures, chance):
    return chance_to_arrive(Own(tries, failures, 0.0, 0.0), chance)


@kernel
def counts(rules, years, removals, annuity, removal):
    return years_without_status(rules, Own(0.0, 0.0, years, removals), annuity, removal)


@kernel
def journeys(people, rules, failed, week):
    remember_journey(people, rules, 0, failed, week)


@kernel
def time_without_status(people, rules, removed, week):
    remember_years(people, rules, 0, removed, week)


@kernel
def weighs(people, rules, week):
    own = own_experience(rules, people.row[0], week)
    return own.tries, own.failures, own.years, own.removals


@pytest.fixture(scope="module")
def families():
    return Week(Scenario.compose(["world=corridor", "people.size=500", "time.years=1"]), 1).state.p


@pytest.fixture
def somebody():
    return Table("migrant", PERSON_COLUMNS, 1)


def test_a_belief_is_what_others_say_and_what_she_has_lived_through():
    assert arrives(0.0, 0.0, 0.3) == 0.3
    assert arrives(1.0, 1.0, 0.6) == pytest.approx(0.3)  # as much as all that others say, and it failed
    assert arrives(1.0, 0.0, 0.6) == pytest.approx(0.8)
    for chance in (0.0, 0.4, 1.0):
        assert 0.0 <= arrives(3.0, 3.0, chance) <= chance <= arrives(3.0, 0.0, chance) <= 1.0


def test_years_that_count_follow_her_own_view_of_removal(families):
    rules = families.choice
    others = (1 - math.exp(-(rules.discount + 0.2) * rules.horizon)) / (rules.discount + 0.2)
    assert counts(rules, 0.0, 0.0, others, 0.2) == others
    rate = rules.discount + (0.2 + 0.5) / (1 + 0.25)
    assert counts(rules, 0.25, 0.5, others, 0.2) == pytest.approx((1 - math.exp(-rate * rules.horizon)) / rate)
    assert counts(rules, 1.0, 0.0, others, 0.2) > others > counts(rules, 0.0, 1.0, others, 0.2)


def test_experience_weighs_as_declared_and_fades_by_half_life(families, somebody):
    week, people, rules = 100, somebody.view, families.lived
    somebody["recalled"][0], somebody["legal"][0], somebody["since"][0] = week, Legal.IRREGULAR, week - 78
    journeys(people, rules, True, week)
    journeys(people, rules, False, week)
    time_without_status(people, rules, True, week)
    now = np.array(weighs(people, rules, week))
    assert now == pytest.approx(rules.weight * np.array([2.0, 1.0, 1.5, 1.0]))
    assert np.array(weighs(people, rules, week + 104)) == pytest.approx(now / 2)
    journeys(people, rules, True, week + 104)
    assert np.array(weighs(people, rules, week + 104)) == pytest.approx(rules.weight * np.array([2.0, 1.5, 0.75, 0.5]))
    for _ in range(50):
        journeys(people, rules, True, week + 104)
    assert somebody["own_tries"][0] == 255  # what a byte holds
    assert weighs(people, families.lived._replace(weight=0.0), week + 104) == (0.0, 0.0, 0.0, 0.0)


def test_with_status_no_years_without_it_are_lived(families, somebody):
    somebody["legal"][0] = Legal.REGULAR
    time_without_status(somebody.view, families.lived, False, 52)
    assert somebody["own_years"][0] == 0


def irregular(found):
    return sum(
        share for (channel, _), share in found.items() if channel in (Channel.PAPERS, Channel.ALONE, Channel.PROVIDER)
    )


def test_who_has_failed_or_was_removed_sets_out_less_often_and_who_came_through_more(corridor):
    week, rows = identical_people(corridor)
    m, left = week.migrants, {}
    for name, kinds in {"none": {}, "stopped": {"tries": 48, "failures": 48}, "arrived": {"tries": 48},
                        "removed": {"removals": 32}, "stayed": {"years": 48}}.items():  # fmt: skip
        for kind in ("tries", "failures", "years", "removals"):
            m[f"own_{kind}"][rows] = kinds.get(kind, 0)
        m["recalled"][rows] = week.week
        left[name] = irregular(shares(week, rows, week.state.s))
    assert left["stopped"] < left["none"] < left["arrived"]
    assert left["removed"] < left["none"] < left["stayed"]


# --- stigma and support -----------------------------------------------------------------------------------------


@kernel
def awaits(people, rules, means, law, week):
    return stigma_awaiting(rules, people.row[0], means, law[0], week)


@kernel
def bears(people, rules, share, week):
    bear_stigma(people, rules, 0, share, week)


@kernel
def felt(people, rules, week):
    return stigma_now(rules, people.row[0], week)


@kernel
def home_is_worth(rules, people, home, stigma):
    return worth_of_home(rules, people.row[0], False, home[0], stigma)


def test_stigma_is_for_those_who_bring_little_or_were_exploited(families, somebody):
    law, rules, week = np.zeros(1, LAW_RECORD), families.lived, 500
    law["society_stigma"] = 1.0
    somebody["left_week"][0] = somebody["exploited_since"][0] = LONG_AGO
    assert awaits(somebody.view, rules, 0.0, law, week) == 0.0
    assert awaits(somebody.view, rules, -1.0, law, week) == rules.without_means
    somebody["left_week"][0] = week - 50
    assert awaits(somebody.view, rules, 0.0, law, week) == rules.exploited
    assert awaits(somebody.view, rules, 0.0, law, week + 60) == 0.0  # too long ago for anyone to ask
    somebody["shamed"][0] = 1
    assert awaits(somebody.view, rules, 0.0, law, week) == rules.sex > rules.exploited
    law["society_stigma"] = 0.0
    assert awaits(somebody.view, rules, -1.0, law, week) == rules.without_means
    law["society_stigma"] = 3.0
    assert awaits(somebody.view, rules._replace(sex=1.0), -1.0, law, week) == 1.0


def test_stigma_lowers_what_home_is_worth_and_fades(families, somebody):
    rules, home = families.lived, np.zeros(1, np.dtype([("conflict", "f8")]))
    somebody["home_tie"][0], somebody["wish"][0] = 1000.0, 5.0
    bears(somebody.view, rules, 0.4, 10)
    assert felt(somebody.view, rules, 10) == pytest.approx(0.4)
    assert felt(somebody.view, rules, 10 + 52) == pytest.approx(0.2)
    bears(somebody.view, rules, 0.1, 10 + 52)  # what is left of more counts
    assert felt(somebody.view, rules, 10 + 52) == pytest.approx(0.2)
    assert home_is_worth(families.choice, somebody.view, home, 0.4) == pytest.approx(605.0)
    assert home_is_worth(families.choice, somebody.view, home, 1.0) == pytest.approx(5.0)


def test_who_bears_stigma_leaves_more_often(corridor):
    week, rows = identical_people(corridor)
    week.migrants["recalled"][rows] = week.week
    stay = []
    for stigma in (0, 50, 100):
        week.migrants["stigma"][rows] = stigma
        stay.append(shares(week, rows, week.state.s)[-1, 0])
    assert stay[0] > stay[1] > stay[2]


@kernel
def earns(regions, people, week):
    return income_at_home(regions, people.row[0], week)


def test_a_job_from_support_is_pay_without_the_doubt_of_having_work(corridor, somebody):
    week = Week(corridor, 1)
    regions = week.state.regions
    regions["income_home"][0], regions["employment"][0] = 800.0, 0.8
    somebody["ability"][0], somebody["job_until"][0] = 1.5, 20
    assert earns(week.state.s.regions, somebody.view, 20) == pytest.approx(1200.0)
    assert earns(week.state.s.regions, somebody.view, 19) == pytest.approx(1500.0)


def test_support_on_return_finds_jobs_as_far_as_there_is_work(corridor, tools):
    supported = with_support(corridor.replace(REMOVING | {"protection.reintegration_job": 1.0}), 1.0)
    week = tools.run(supported)
    helped, jobs = (week.counters[:, kind].sum() for kind in (C.REINTEGRATED, C.REINTEGRATED_JOBS))
    employed = week.world.regions.employment
    assert min(employed) - 0.05 < jobs / helped < max(employed) + 0.05
    assert (week.migrants["job_until"] > week.week).any()
    assert (
        tools.run(supported.replace({"protection.reintegration_job": 0.0})).counters[:, C.REINTEGRATED_JOBS].sum() == 0
    )


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("experience.weight", 1.0), ("experience.half_life", 20.0), ("stigma.without_means", 0.3),
        ("stigma.means", 300.0), ("stigma.exploited", 0.5), ("stigma.sex", 0.6), ("stigma.half_life", 300.0),
        ("stigma.supported", 0.0), ("stigma.disclosed", 5.0), ("removal.wait_least", 1.0),
        ("return.screened_support", 1.0), ("return.support_days", 300.0),
        ("protection.reintegration_job_weeks", 10.0),
    ],
)  # fmt: skip
def test_every_number_of_return_matters(returning, setting, value, tools):
    scenario, plain = returning
    assert scenario[setting] != value
    assert tools.fingerprint(tools.run(scenario.replace({setting: value}))) != plain


@pytest.fixture(scope="module")
def returning(corridor, tools):
    """Many are removed who were exploited, screened and supported; with the fingerprint of the run."""
    scenario = tools.lively(corridor).replace(
        REMOVING
        | {"return.screening": 1.0, "work.predatory_share": 0.4, "people.size": 12_000, "agency.knowledge": 0.3,
           "checks": False}
    )  # fmt: skip
    scenario = with_support(scenario, 0.3)
    return scenario, tools.fingerprint(tools.run(scenario))


# --- who is abroad when a run starts ----------------------------------------------------------------------------


@kernel
def rather_home(s, p, now, rows, out):
    for position in range(len(rows)):
        i = rows[position]
        here, me = s.people.here[i], chooser_of(s, p, i, now)
        remaining = worth_of_remaining(
            p.choice, s.people.row[i], s.people.legal[i], here, s.regions[here], me.w_home,
            s.regions[here].annuity_irregular,
        )  # fmt: skip
        out[position] = me.stay - remaining


@pytest.mark.parametrize("wish", ["logistic", "uniform"])
def test_people_who_live_abroad_without_status_would_not_rather_be_at_home(corridor, wish):
    """A wish that is drawn as anybody's, given that she is there; none of her later ones is used up."""
    week = Week(corridor.replace({"people.size": 20_000, "choice.wish": wish}), 1)
    m = week.migrants
    rows = np.flatnonzero((m["here"] != m["home"]) & (m["legal"] == Legal.IRREGULAR))
    out = np.empty(len(rows))
    rather_home(week.state.s, week.state.p, week.agenda.now, rows, out)
    assert len(rows) > 500
    if wish == "uniform":  # there is a lowest wish, and some were placed abroad who would not stay with it
        out = out[m["wish"][rows] > -0.999 * week.scenario["choice.wish_scale"]]
    assert (out <= 1e-2).all()
    assert (m["spells"] == 0).all()
    # many have a wish to stay, and still remain: being there says no more than that it outweighs
    assert 0.1 < (m["wish"][rows] > 0).mean() < 0.5


def test_their_first_years_are_no_flight_home(corridor, tools):
    """Those who are there at the start do not go home in the first half year more often than later."""
    week = tools.run(corridor.replace({"people.size": 20_000, "time.years": 4}))
    returns = week.counters[:, C.RETURNS]
    assert returns[:26].sum() < 1.2 * returns[52:].sum() / (len(returns) - 52) * 26


# --- going on under a contract ----------------------------------------------------------------------------------


@kernel
def decides(s, p, now, i, sums):
    return decide(s, p, now, i, sums)


@kernel
def ends_at(s, i):
    return end_of_contract(s, s.people.row[i])


def test_who_goes_on_under_a_contract_goes_on_with_its_provider(corridor):
    """Whatever else she has chosen since, and gone nowhere by."""
    week = Week(corridor.replace({"people.size": 6000, "smuggling.retry": 1.0}), 1)
    m, i = week.migrants, -1
    while i < 0:
        week.advance()
        found = np.flatnonzero((m["stage"] == Stage.HELD) & (m["contract"] == 1) & (m["here"] == m["home"]))
        i = int(found[0]) if len(found) else -1
    set_the_world(week.state, week.agenda)
    s, end = week.state.s, ends_at(week.state.s, i)
    m["channel"][i], m["tier"][i], m["intended"][i] = Channel.PAPERS, Tier.BROKERED, (end + 1) % len(week.state.regions)
    m["cash"][i], m["debt"][i], m["home_tie"][i], m["control"][i] = 0.0, 100.0, -1e6, Control.NONE
    sums = week.state.sums
    part = Part(sums.counters[0], sums.accounts[0], sums.clients[0], sums.removals[0])
    assert decides(s, week.state.p, week.agenda.now, i, part) == Decision.CONTINUE
    assert (m["channel"][i], m["tier"][i], m["intended"][i]) == (Channel.PROVIDER, Tier.PLAIN, end)
