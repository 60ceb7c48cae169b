"""Recruiting online: its cost and what is believed in closed form; police who read offers drive it back to persons."""

from dataclasses import replace

import numpy as np
import pytest

from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTER_INDEX
from sim.policies.policy import Move, Policy
from sim.rules.work.online import believed_online, cost_online
from sim.scenario.scenario import Scenario
from sim.week.week import Week


@pytest.fixture(scope="module")
def plain():
    settings = ["world=corridor", "people.size=6000", "time.years=2", "time.burn_in_weeks=52", "checks=true"]
    return Scenario.compose(settings).replace({"work.predatory_share": 0.3, "mechanisms.online_recruitment": "on"})


def read_by_police(scenario):
    return replace(scenario, policies=(Policy("read", "Read", "test", (Move("police.online", "set", 1.0),)),))


def total(week, name, first=52):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


@kernel
def both(rules, contact, watched, loss, believed, w_home):
    return cost_online(rules, contact, watched, loss), believed_online(rules, believed, w_home)


@pytest.mark.parametrize("watched", [0.0, 0.5, 1.0])
def test_cost_and_belief_are_the_closed_form(plain, watched):
    cost, believed = both(Week(plain, 1).state.p.online, 20.0, watched, 50_000.0, 200.0, 40.0)
    risk = watched * plain["online.trace"] * plain["online.risk"] * 50_000.0
    assert cost == pytest.approx(plain["online.cost"] * 20.0 + risk)
    assert believed == pytest.approx(40.0 + plain["online.trust"] * 160.0)


def test_who_is_read_by_police_recruits_in_person_again(plain, tools):
    free, read = tools.run(plain), tools.run(read_by_police(plain))
    share = [total(week, "contacts_online") / total(week, "contacts") for week in (free, read)]
    assert 0 < share[1] < share[0]
    assert total(free, "offers_taken_down") == 0 < total(read, "offers_taken_down")
    assert total(read, "leads_online") <= total(read, "offers_taken_down")
    assert tools.alike(free, read, 52)


def test_an_offer_online_reaches_further(plain, tools):
    """Where recruiters have little time they make more contacts online, and orders are met sooner."""
    short = plain.replace({"recruit.per_member": 0.02})
    person, online = short.replace({"mechanisms.online_recruitment": "off"}), short.replace({"online.reach": 20.0})
    made = [sum(total(tools.run(each, seed), "contacts") for seed in (1, 2, 3)) for each in (person, online)]
    assert made[1] > made[0]


def test_without_the_switch_police_have_nothing_to_read(plain, tools):
    off = plain.replace({"mechanisms.online_recruitment": "off"})
    week, read = tools.run(off), tools.run(read_by_police(off))
    assert total(week, "contacts_online") == 0
    assert np.array_equal(week.counters, read.counters, equal_nan=True)
