"""Households: who lives with whom, what is shared, who goes, what is lost, and what falls on those at home."""

from __future__ import annotations

import numpy as np
import pytest

from sim.agents.people import LONG_AGO, Bound, Care, Creditor, Legal, Path, Stage
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTERS, C
from sim.policies.policy import Move, Policy
from sim.rules.people import going, households
from sim.rules.people.choice import chooser_of
from sim.rules.people.means import put_by
from sim.rules.work import liability
from sim.scenario.scenario import Scenario
from sim.week.week import Week

SETTINGS = ["world=corridor", "people.size=1500", "time.years=1.5", "time.burn_in_weeks=52", "checks=true"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS)


@pytest.fixture(scope="module")
def living(base):
    """The same in households."""
    return base.replace({"mechanisms.households": "on"})


@pytest.fixture(scope="module")
def alone_run(base, tools):
    return tools.run(base)


@pytest.fixture(scope="module")
def run(living, tools):
    return tools.run(living)


def total(week, name, first=0):
    return float(np.nansum(week.counters[first:, C[name.upper()]]))


def empty_ledger():
    return Ledger(np.zeros(len(COUNTERS)), np.zeros(len(Account)))


@pytest.fixture
def home(living):
    """A week in which nothing has happened, and a household of three who are all at home: (week, row, its members)."""
    week = Week(living, 1)
    m, table = week.migrants, week.state.households
    for h in np.flatnonzero(table["size"] == 3):
        rows = np.arange(table["first"][h], table["first"][h] + 3)
        if (m["stage"][rows] == Stage.HOME).all() and (m["minor"][rows] == 0).all() and (m["debt"][rows] == 0).all():
            break
    m["cash"][rows] = 100_000.0, 200_000.0, 300_000.0
    return week, int(h), rows


# --- who lives with whom ----------------------------------------------------------------------------------------


def test_without_the_switch_there_are_none_and_nothing_is_written(alone_run):
    assert len(alone_run.state.households) == 0
    m = alone_run.migrants
    assert (m["household"] == -1).all()
    assert not m["sent"].any()
    assert not m["lent"].any()


def test_a_household_is_a_run_of_rows_with_one_home(run, living):
    m, table = run.migrants, run.state.households
    assert table["size"].sum() == len(m)
    assert table["size"].max() <= living["households.size_most"]
    assert np.array_equal(np.repeat(np.arange(len(table)), table["size"]), m["household"])
    first = table["first"]
    for k in range(3):
        inside = table["size"] > k
        assert (m["home"][first[inside] + k] == m["home"][first[inside]]).all()
    assert table["size"].mean() == pytest.approx(living["households.size"], rel=0.15)


def test_who_belongs_together_hangs_on_no_behaviour(living):
    one = Week(living, 1)
    other = Week(living.replace({"people.cash_weeks": 100.0, "choice.noise": 0.5}), 1)
    assert np.array_equal(one.migrants["household"], other.migrants["household"])
    assert not np.array_equal(one.migrants["household"], Week(living, 2).migrants["household"])


@kernel
def keep(people, i, shares, cents, kept):
    for k in range(len(shares)):
        kept[k] = put_by(people.row[i], shares[k], cents)


@kernel
def send(people, regions, p, i, sent):
    sent[0] = households.sends(people, regions, p, i)


@kernel
def report(people, rules, now, i, counters):
    households.report_child(people, rules, now, i, counters)


@kernel
def relative(people, table, i, found):
    found[0] = households.elder(people, table, i)


# --- what is shared ---------------------------------------------------------------------------------------------


def test_of_what_is_sent_home_a_share_waits_for_the_household(home):
    week, _, rows = home
    kept, people = np.zeros(2), week.state.s.people
    keep(people, rows[0], np.array([0.3, 0.0]), 1001.0, kept)
    assert kept.tolist() == [300.0, 0.0]
    assert week.migrants["sent"][rows[0]] == 300


def test_what_has_come_is_divided_to_the_cent(home):
    week, h, rows = home
    m, s, before = week.migrants, week.state.s, week.migrants["cash"][rows].copy()
    m["sent"][rows[2]] = 1001
    m["here"][rows[2]], m["stage"][rows[2]] = 4, Stage.SETTLED
    ledger, now = empty_ledger(), Now(h % 4, 1, 1)
    others = m["sent"].sum() - 1001
    households.share(s, week.state.p, now, ledger)
    assert (m["cash"][rows] - before).tolist() == [501.0, 500.0, 0.0]
    assert m["sent"][rows].sum() == 0
    assert others == 0


def test_those_at_home_count_on_what_is_sent(home):
    week, h, rows = home
    now = Now(0, 1, 1)
    before = stay_of(week, rows[0], now)
    week.state.households["head"][h] = 10.0
    years = week.scenario["households.support_years"]
    assert stay_of(week, rows[0], now) - before == pytest.approx(10.0 * 52 * years, rel=1e-6)


@kernel
def stay(s, p, i, now, found):
    found[0] = chooser_of(s, p, i, now).stay


def stay_of(week, i, now):
    found = np.zeros(1)
    stay(week.state.s, week.state.p, i, now, found)
    return found[0]


def test_means_are_lent_and_what_is_not_needed_goes_back(home):
    week, h, rows = home
    m, s, p = week.migrants, week.state.s, week.state.p
    before = m["cash"][rows].copy()
    m["due"][rows[0]], m["leaves_risk_age"][rows] = 0, 10_000
    due, counters, now = rows[:1].copy(), np.zeros(len(COUNTERS)), Now(0, 1, 1)
    going.lend_means(s, p, now, due)
    assert m["cash"][rows].tolist() == [350_000.0, 100_000.0, 150_000.0]
    assert week.state.households["goer"][h] == rows[0]
    going.settle_loans(s, due, counters)
    assert (m["cash"][rows] == before).all()
    assert counters[C.POOLED] == 0
    assert week.state.households["goer"][h] == -1


def test_who_sets_out_takes_what_was_lent(home):
    week, _, rows = home
    m, s, p = week.migrants, week.state.s, week.state.p
    m["due"][rows[0]], m["leaves_risk_age"][rows] = 0, 10_000
    counters, now = np.zeros(len(COUNTERS)), Now(0, 1, 1)
    going.lend_means(s, p, now, rows[:1].copy())
    m["stage"][rows[0]] = Stage.TRAVELLING
    going.settle_loans(s, rows[:1].copy(), counters)
    assert counters[C.POOLED] == 2500.0
    assert m["cash"][rows].tolist() == [350_000.0, 100_000.0, 150_000.0]
    assert not m["lent"][rows].any()


def test_what_has_been_paid_of_a_loan_was_lent_all_the_same(home):
    week, _, rows = home
    m, s, p = week.migrants, week.state.s, week.state.p
    m["due"][rows[0]], m["leaves_risk_age"][rows] = 0, 10_000
    counters = np.zeros(len(COUNTERS))
    going.lend_means(s, p, Now(0, 1, 1), rows[:1].copy())
    m["stage"][rows[0]], m["cash"][rows[0]] = Stage.TRAVELLING, 0.0
    going.settle_loans(s, rows[:1].copy(), counters)
    assert counters[C.POOLED] == 2500.0


@kernel
def keep_back(s, p, now, i):
    going.stay_behind(s, p, now, i)


def test_who_is_kept_at_home_lets_an_offer_go(home):
    week, _, rows = home
    m, i = week.migrants, rows[0]
    m["offer"][i], m["offer_venue"][i], m["offer_region"][i] = 3, 0, 4
    keep_back(week.state.s, week.state.p, Now(0, 1, 1), i)
    assert m["offer"][i] == 0
    assert m["offer_venue"][i] == m["offer_region"][i] == -1


@kernel
def hand(people, rules, house, giver, taker):
    going.hand_means(people, rules, house, giver, taker)


def test_handing_means_over_and_back_leaves_everything_as_it_was(home):
    week, h, rows = home
    m, s, p = week.migrants, week.state.s, week.state.p
    m["due"][rows[0]], m["leaves_risk_age"][rows] = 0, 10_000
    going.lend_means(s, p, Now(0, 1, 1), rows[:1].copy())
    before = m["cash"][rows].copy(), m["lent"][rows].copy()
    hand(s.people, p.household, s.households[h], rows[0], rows[1])
    assert m["cash"][rows].tolist() == [50_000.0, 400_000.0, 150_000.0]
    hand(s.people, p.household, s.households[h], rows[1], rows[0])
    assert (m["cash"][rows] == before[0]).all()
    assert (m["lent"][rows] == before[1]).all()


# --- who goes ---------------------------------------------------------------------------------------------------


def test_while_one_is_away_the_others_stay(run):
    m, table = run.migrants, run.state.households
    assert total(run, "kept_at_home", 52) > 0
    away = (m["stage"] == Stage.TRAVELLING) & (m["here"] == m["home"]) & (m["departed"] >= run.week - 1)
    assert (np.bincount(m["household"][away], minlength=len(table)) <= 1).all()


def test_many_may_be_away_where_households_let_them(living, run, tools):
    free = tools.run(living.replace({"households.most_away": 100}))
    assert total(free, "kept_at_home", 52) < total(run, "kept_at_home", 52)
    assert total(free, "departures_provider", 52) > total(run, "departures_provider", 52)


def test_another_goes_only_where_there_is_another(living, run, tools):
    assert total(run, "sent_instead", 52) > 0
    alone = tools.run(living.replace({"households.size": 1.0}))
    assert total(alone, "sent_instead") == total(alone, "pooled") == 0


def test_pooled_means_pay_for_journeys(living, run, tools):
    apart = tools.run(living.replace({"households.pooled": 0.0}))
    assert total(run, "pooled") > 0 == total(apart, "pooled")
    assert not np.array_equal(run.counters, apart.counters, equal_nan=True)


# --- what is lost -----------------------------------------------------------------------------------------------


def test_loss_is_noticed_and_those_at_home_think_again(home):
    week, h, rows = home
    m, s, table = week.migrants, week.state.s, week.state.households
    table["support"][h], table["sender"][h] = 40.0, rows[2]
    m["here"][rows[2]], m["stage"][rows[2]], m["exploited_since"][rows[2]] = 4, Stage.WORKING, 0
    m["bound"][rows[2]], m["control"][rows[2]], m["value"][rows[2]] = Bound.CONTROLLED, 3, 100.0
    m["due"][rows] = 500
    ledger, now = empty_ledger(), Now(h % 4, 1, 1)
    households.share(s, week.state.p, now, ledger)
    assert table["lost"][h] == 40.0
    assert ledger.counters[C.REMITTANCES_LOST_EXPLOITED] == 1
    assert m["due"][rows[:2]].tolist() == [now.week + 1] * 2
    assert m["due"][rows[2]] == 500


def test_a_smaller_fall_is_no_loss(home):
    week, h, rows = home
    m, s, p, table = week.migrants, week.state.s, week.state.p, week.state.households
    m["here"][rows[2]], m["stage"][rows[2]], m["legal"][rows[2]] = 4, Stage.SETTLED, Legal.REGULAR
    found = np.zeros(1)
    send(s.people, s.regions, p, rows[2], found)
    sent = found[0]
    assert sent > 0
    table["support"][h] = 1.5 * sent
    households.share(s, p, Now(h % 4, 1, 1), empty_ledger())
    assert table["lost_week"][h] == LONG_AGO
    assert table["head"][h] == pytest.approx(sent / 2.0, rel=1e-5)


def test_the_state_replaces_a_share_of_what_was_lost(home):
    week, h, rows = home
    m, s, table = week.migrants, week.state.s, week.state.households
    table["support"][h] = 40.0
    s.law["protection_family_support"] = 0.5
    before, ledger = m["cash"][rows].sum(), empty_ledger()
    households.share(s, week.state.p, Now(h % 4, 1, 1), ledger)
    assert table["backed"][h] == 20.0
    assert m["cash"][rows].sum() - before == 8000.0
    assert ledger.accounts[Account.STATE] == -8000.0


def test_a_part_of_what_was_lost_is_replaced_until_it_comes_back(home):
    week, h, rows = home
    m, s, p, table = week.migrants, week.state.s, week.state.p, week.state.households
    s.law["protection_family_support"] = 0.5
    m["here"][rows[2]], m["stage"][rows[2]], m["legal"][rows[2]] = 4, Stage.SETTLED, Legal.REGULAR
    found = np.zeros(1)
    send(s.people, s.regions, p, rows[2], found)
    sent = found[0]
    table["support"][h] = 4.0 * sent
    households.share(s, p, Now(h % 4, 1, 1), empty_ledger())
    assert table["backed"][h] == pytest.approx(0.5 * 3.0 * sent, rel=1e-5)
    table["support"][h] = 0.5 * sent  # and half of what is sent now comes back
    households.share(s, p, Now(h % 4 + 4, 1, 1), empty_ledger())
    assert table["backed"][h] == pytest.approx(0.5 * 2.5 * sent, rel=1e-5)


@pytest.mark.parametrize(("departed", "returned"), [(LONG_AGO, 0), (-20, 1)])
def test_whoever_takes_the_row_of_a_sender_has_not_returned(home, departed, returned):
    week, h, rows = home
    m, table = week.migrants, week.state.households
    table["support"][h], table["sender"][h] = 40.0, rows[2]
    m["generation"][rows[2]], m["departed"][rows[2]] = 1, departed
    ledger = empty_ledger()
    households.share(week.state.s, week.state.p, Now(h % 4, 1, 1), ledger)
    assert ledger.counters[C.REMITTANCES_LOST] == 1
    assert ledger.counters[C.REMITTANCES_LOST_RETURN] == returned


def test_exploitation_of_the_sender_and_return_take_remittances(run):
    assert total(run, "remittances_lost", 52) > 0
    assert total(run, "remittances_lost_return", 52) > 0
    assert total(run, "pushed_by_loss", 52) > 0


# --- what falls on those at home ----------------------------------------------------------------------------------


@pytest.fixture
def debtor(home):
    """A member who owes 500 US$ to an open enterprise, of the household of ``home``."""
    week, _, rows = home
    j = int(np.flatnonzero(week.traffickers["active"] == 1)[0])
    i = int(rows[0])
    m = week.migrants
    m["debt"][i], m["creditor"][i], m["creditor_kind"][i] = 50_000.0, j, Creditor.ENTERPRISE
    m["creditor_generation"][i] = week.traffickers["generation"][j]
    m["bound"][i] = Bound.OWES
    week.traffickers["claims"][j] += 50_000.0
    return week, i, j, rows


@pytest.mark.parametrize(("liable", "taken"), [(1.0, True), (0.0, False)])
def test_the_debt_of_the_dead_falls_on_those_at_home(debtor, liable, taken):
    week, i, j, rows = debtor
    m, claims = week.migrants, week.traffickers["claims"][j]
    m["stage"][i] = Stage.DEAD
    p = week.state.p._replace(household=week.state.p.household._replace(liable=liable))
    counters = np.zeros(len(COUNTERS))
    liability.inherit_debts(week.state.s, p, Now(3, 1, 1), np.array([i]), counters)
    assert (m["debt"][i] == 0) == taken
    assert m["debt"][rows].sum() == 50_000.0
    assert week.traffickers["claims"][j] == claims
    assert counters[C.DEBTS_INHERITED] == taken
    if taken:
        assert m["bound"][rows[1]] & Bound.PAYS
        assert m["creditor"][rows[1]] == j


def test_a_debt_that_can_be_collected_stays_where_it_is(debtor):
    week, i, _, rows = debtor
    m, counters = week.migrants, np.zeros(len(COUNTERS))
    m["here"][i], m["stage"][i] = 4, Stage.WORKING
    p = week.state.p._replace(household=week.state.p.household._replace(liable=1.0))
    liability.inherit_debts(week.state.s, p, Now(3, 1, 1), np.array([i]), counters)
    assert m["debt"][i] == 50_000.0
    m["bound"][i] |= Bound.LOST
    liability.inherit_debts(week.state.s, p, Now(3, 1, 1), np.array([i]), counters)
    assert m["debt"][i] == 50_000.0  # nobody knows where the family lives
    m["known"][i] = 1
    liability.inherit_debts(week.state.s, p, Now(3, 1, 1), np.array([i]), counters)
    assert m["debt"][i] == 0
    assert m["debt"][rows].sum() == 50_000.0


# --- children ---------------------------------------------------------------------------------------------------


def test_few_households_report_a_child(home):
    week, _, rows = home
    m, s, rules = week.migrants, week.state.s, week.state.p.household
    counters, now = np.zeros(len(COUNTERS)), Now(0, 1, 1)
    m["exploited_since"][rows[0]] = 0
    always, never = rules._replace(reports=1e6), rules._replace(reports=0.0)
    report(s.people, always, now, rows[0], counters)
    assert counters[C.FAMILY_REPORTS] == 0  # of age
    m["minor"][rows[0]] = 1
    report(s.people, never, now, rows[0], counters)
    assert counters[C.FAMILY_REPORTS] == 0
    report(s.people, always, now, rows[0], counters)
    report(s.people, always, now, rows[0], counters)
    assert counters[C.FAMILY_REPORTS] == 1
    assert m["care"][rows[0]] & Care.REGISTERED


def test_what_is_paid_for_a_child_goes_to_a_relative_of_age(home):
    week, _, rows = home
    m, s = week.migrants, week.state.s
    m["minor"][rows[:2]] = 1
    found = np.zeros(1, np.int64)
    relative(s.people, s.households, rows[0], found)
    assert found[0] == rows[2]
    m["minor"][rows[2]] = 1
    relative(s.people, s.households, rows[0], found)
    assert found[0] == rows[0]


def test_one_child_less_to_keep_makes_families_send(living, tools):
    """The worth of no longer keeping a child raises what is taken of offers; nobody's offers are made."""
    many = living.replace({"people.minor_share": 0.5, "work.tightness": 1.0, "people.size": 6000})
    some, none = (tools.run(many.replace({"households.upkeep": u})) for u in (50_000.0, 0.0))
    taken = [total(week, "offers_accepted") / total(week, "contacts") for week in (some, none)]
    assert taken[0] > 1.2 * taken[1]
    assert total(some, "children_placed") > 0


def test_stigma_passes_to_whoever_follows_an_exploited_person(living, tools):
    lively = living.replace({"people.years_at_risk": 2.0, "work.predatory_share": 0.8, "people.size": 4000})
    hit, spared = (tools.run(lively.replace({"households.legacy": share})) for share in (0.5, 0.0))
    assert not np.array_equal(hit.counters, spared.counters, equal_nan=True)
    assert (hit.migrants["path"] & Path.EXPLOITED).any()
    assert (hit.migrants["stigma"] > 20).sum() > (spared.migrants["stigma"] > 20).sum()


# --- as a whole -------------------------------------------------------------------------------------------------


def test_support_for_families_costs_the_state_and_keeps_people_at_home(living, run, tools):
    from dataclasses import replace

    move = Move("protection.family_support", "set", 1.0, ())
    helped = tools.run(replace(living, policies=(Policy("help", "Help", "test", (move,)),)))
    assert total(helped, "family_support", 52) > 0 == total(run, "family_support")


def test_threads_change_nothing(living, run, tools):
    import numba

    if numba.config.NUMBA_NUM_THREADS < 2:
        pytest.skip("numba has one thread here")
    two = tools.run(living.replace({"threads": 2}))
    assert np.array_equal(two.counters, run.counters, equal_nan=True)
