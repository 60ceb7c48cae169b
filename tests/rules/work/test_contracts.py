"""Contracts for work abroad: the fee that is asked, scouts, employers who pay, debts, and status tied to a job."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.agents.people import Creditor, Legal, Offer, Stage
from sim.ground.calendar import Now
from sim.ledger.accounts import Account, Ledger
from sim.ledger.counters import COUNTER_INDEX, C
from sim.policies.policy import Move, Policy
from sim.rules.work.contracts import Job, begin_contracts, fee_asked, oversight
from sim.rules.work.value import fear_of, outside_pay
from sim.scenario.scenario import Scenario
from sim.week.week import Week

ON = {"mechanisms.job_contracts": "on", "visa.wait": 8}
SETTINGS = ["world=corridor", "people.size=5000", "time.years=2", "time.burn_in_weeks=52", "checks=true"]


@pytest.fixture(scope="module")
def base():
    return Scenario.compose(SETTINGS).replace(ON)


@pytest.fixture(scope="module")
def plain(base):
    return Week(base, 1).run()


def moved(base, lever, value):
    policy = Policy("one_move", "One move", "test", (Move(lever, "set", value),))
    return Week(replace(base, policies=(policy,)), 1).run()


def total(week, name):
    return float(np.nansum(week.counters[52:, COUNTER_INDEX[name]]))


# --- what is asked ------------------------------------------------------------------------------------------------


def rules_of(**given):
    known = {"cost": 6.0, "fee_most": 20.0, "fee_steps": 20, "no_cap": 20.0, "overseen": 0.1, "penalty": 3.0,
             "scout_cut": 0.3, "scout_reached": 0.2, "wish_scale": 5000.0}  # fmt: skip
    return SimpleNamespace(**known | given)


def every_way(rules, job, cap, overseen):
    """The best of all fees and ways, one by one."""
    best = (0.0, False, 0.0)
    for step in range(rules.fee_steps + 1):
        fee = step / rules.fee_steps * rules.fee_most * job.pay
        for scout in (False, True):
            gain = job.gain + (job.story if scout else 0.0)
            taken = 1.0 / (1.0 + math.exp(-(gain - fee) / rules.wish_scale))
            beyond = 0.0 if cap >= rules.no_cap else max(fee - cap * job.pay, 0.0)
            reached = rules.scout_reached if scout else 1.0
            kept = (1.0 - rules.scout_cut) * fee if scout else fee
            net = taken * (kept - rules.cost * job.pay - overseen * reached * rules.penalty * beyond)
            if net > best[2]:
                best = (fee, scout, net)
    return best


JOB = Job(pay=500.0, believed=500.0, gain=4000.0, story=1000.0)


@pytest.mark.parametrize("cap", [4.0, 10.0, 20.0])
@pytest.mark.parametrize("overseen", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("gain", [0.0, 4000.0, 60_000.0])
def test_the_fee_that_brings_most_is_asked(base, cap, overseen, gain):
    rules, job = rules_of(), JOB._replace(gain=gain)
    week = Week(base, 1)
    mine = week.state.p.contract._replace(
        **{name: value for name, value in vars(rules).items() if name in week.state.p.contract._fields}
    )
    assert tuple(fee_asked(mine, job, cap, overseen)) == pytest.approx(every_way(rules, job, cap, overseen))


def test_a_cap_that_is_overseen_is_kept_and_scouts_go_round_it(base):
    rules = Week(base, 1).state.p.contract._replace(wish_scale=5000.0)
    job = JOB._replace(gain=60_000.0)
    free = fee_asked(rules, job, 20.0, 1.0)
    nobody_else = rules._replace(scout_cut=1.0)
    kept = fee_asked(nobody_else, job, 8.0, 1.0)
    assert kept.fee == pytest.approx(8.0 * job.pay)
    assert not kept.scout
    round_it = fee_asked(rules._replace(scout_reached=0.0), job, 8.0, 1.0)
    assert round_it.scout
    assert round_it.fee > 8.0 * job.pay
    on_paper = fee_asked(nobody_else._replace(penalty=0.0), job, 8.0, 1.0)
    assert on_paper.fee == free.fee > kept.fee
    # below the cost no recruiter works by himself
    assert fee_asked(nobody_else, job, 2.0, 1.0).net == 0.0


def test_licences_and_registered_contracts_let_fees_come_to_light(base):
    rules = Week(base, 1).state.p.contract._replace(overseen=0.1)
    assert oversight(rules, 0.0, 0.0) == pytest.approx(0.1)
    assert oversight(rules, 1.0, 0.0) == oversight(rules, 0.0, 1.0) == 1.0
    assert oversight(rules, 0.5, 0.5) == pytest.approx(1.0 - 0.9 * 0.25)


# --- what comes of it ---------------------------------------------------------------------------------------------


def test_people_arrive_on_contracts_with_a_debt_to_their_employer(base, plain):
    assert total(plain, "contract_offers") >= total(plain, "contract_taken") > 0
    assert total(plain, "contract_arrivals") > 0 < total(plain, "contract_lent_sum")
    assert total(plain, "contract_compliant") > 0  # places that keep to going terms recruit abroad too
    assert total(plain, "arrivals_tied") > 0 < total(plain, "tied_lost")
    owing = plain.migrants["creditor_kind"] == Creditor.VENUE
    assert (plain.migrants["debt"][owing] > 0).all()
    assert plain.state.debts() == 0.0 == plain.state.money()


def test_who_remains_on_the_way_does_not_begin_a_job_elsewhere(base):
    week = Week(base, 1)
    m, i = week.migrants, 0
    k = int(np.flatnonzero((week.venues["active"] == 1) & (week.venues["filled"] < week.venues["slots"]))[0])
    there = int(week.venues["region"][k])
    m["stage"][i], m["here"][i], m["venue"][i] = Stage.ARRIVED, there - 1, -1
    m["offer"][i], m["offer_venue"][i], m["offer_region"][i] = Offer.CONTRACT, k, there
    ledger = Ledger(np.zeros(len(COUNTER_INDEX)), np.zeros(len(Account)))
    begin_contracts(week.state.s, week.state.p, Now(5, 1, 1), np.array([i]), ledger)
    assert m["stage"][i] == Stage.ARRIVED
    assert m["venue"][i] == -1
    assert m["offer"][i] == Offer.NONE
    assert not ledger.counters.any()


def test_off_nobody_is_offered_a_contract(base):
    week = Week(base.replace({"mechanisms.job_contracts": "off"}), 1).run()
    names = [name for name in COUNTER_INDEX if name.startswith("contract_")]
    assert [name for name in names if total(week, name)] == []
    assert not (week.migrants["fee"] > 0).any()


def test_employers_who_keep_to_going_terms_obey_and_others_as_far_as_they_are_overseen(base):
    honest = base.replace({"work.opportunistic_share": 0.0, "work.predatory_share": 0.0})
    obeying = moved(honest, "work.employer_pays", 1.0)
    after = slice(52 + 4, None)  # offers that were made before the law are taken a little later
    taken = obeying.counters[after, C.CONTRACT_TAKEN].sum()
    assert obeying.counters[after, C.CONTRACT_EMPLOYER_PAID].sum() == taken > 0
    mixed = moved(base, "work.employer_pays", 1.0)
    assert 0 < mixed.counters[after, C.CONTRACT_EMPLOYER_PAID].sum() < mixed.counters[after, C.CONTRACT_TAKEN].sum()


def test_employers_who_would_pay_more_than_a_job_is_worth_recruit_nobody(base):
    honest = base.replace({"work.opportunistic_share": 0.0, "work.predatory_share": 0.0, "contract.employer_most": 1.0})
    assert moved(honest, "work.employer_pays", 1.0).counters[52 + 4 :, C.CONTRACT_TAKEN].sum() == 0


def test_a_cap_that_is_overseen_lowers_what_people_owe(base):
    overseen = base.replace({"contract.overseen": 0.5, "contract.scout_cut": 1.0})
    plain, capped = Week(overseen, 1).run(), moved(overseen, "work.fee_cap", 8.0)
    mean = total(plain, "contract_fee_sum") / total(plain, "contract_taken")
    assert total(capped, "contract_fee_sum") / total(capped, "contract_taken") < mean
    evaded = moved(base.replace({"contract.overseen": 0.5}), "work.fee_cap", 8.0)
    assert total(evaded, "contract_scouts") > 0.5 * total(evaded, "contract_taken")


def test_who_may_look_for_another_employer_keeps_her_status_and_her_price(base):
    week = moved(base, "work.job_mobility", 1.0)
    assert total(week, "kept_tied_status") > 0 == total(week, "tied_lost")
    s, choice = week.state.s, week.state.p.choice
    there = int(np.argmax(week.state.regions["outside"][:, 1] - week.state.regions["outside"][:, 0]))
    tied, regular, irregular = (np.int8(kind) for kind in (Legal.TIED, Legal.REGULAR, Legal.IRREGULAR))
    for mobility in (0.0, 0.25, 1.0):
        week.state.regions["mobility"][:] = mobility
        pay = [outside_pay(s.regions, choice, legal, 1.0, 0, there) for legal in (irregular, tied, regular)]
        assert pay[1] == pytest.approx(pay[0] + mobility * (pay[2] - pay[0]))
        full = fear_of(s.regions, week.state.p.control, irregular, there)
        assert fear_of(s.regions, week.state.p.control, tied, there) == pytest.approx((1.0 - mobility) * full)
