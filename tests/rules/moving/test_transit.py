"""Detention in transit: who is held, who is made to pay, who is sold, and what it leaves alone."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.agents.people import Holder, Stage
from sim.ground.kernel import kernel
from sim.ledger.counters import COUNTER_INDEX
from sim.policies.policy import Move, Policy
from sim.rules.people import stages
from sim.rules.people.ransom import family_means
from sim.scenario.scenario import Scenario
from sim.week.week import Week

HELD_BACK = Policy("held", "Held", "test", (Move("status.transit_detention", "set", 1.0, (("region", "transit"),)),))
BACK_A_LEG = Policy("back", "Back", "test", (Move("status.dispersal", "set", 1.0, (("region", "transit"),)),))


@pytest.fixture(scope="module")
def plain():
    settings = ["world=corridor", "people.size=5000", "time.years=2", "time.burn_in_weeks=26", "checks=true"]
    return Scenario.compose(settings)


def under(scenario, *policies):
    from dataclasses import replace

    return replace(scenario, policies=policies)


def total(week, name, first=26):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


@kernel
def means_of(s, p, rows, found):
    for position in range(len(rows)):
        found[position] = family_means(s.regions, p.ransom, s.people.row[rows[position]])


def test_a_family_raises_weeks_of_its_income_and_less_once_it_has_paid(plain):
    week = Week(plain.replace({"ransom.left": 0.5}), 1)
    rows = np.arange(50)
    week.migrants["ransoms"][rows] = rows % 3
    found = np.empty(len(rows))
    means_of(week.state.s, week.state.p, rows, found)
    income = week.state.regions["income_home"][week.migrants["home"][rows]] / 52.0
    slow = plain["ransom.family_weeks"] * income * week.migrants["ability"][rows] * 0.5 ** (rows % 3)
    assert found == pytest.approx(slow)


@pytest.mark.parametrize("again", ["stopped", "ransom"])
def test_who_is_held_anew_is_not_held_by_whoever_held_her_before(again):
    """A carrier, a closed leg or a provider stops her: no transit state has detained her then."""
    fields = [("held_by", "i1"), ("since", "i4"), ("stops", "i2"), ("path", "u2"), ("contract", "i1"), ("clock", "f4")]
    row = np.zeros(1, fields).view(np.recarray)
    scanned = {"stage": np.zeros(1, np.int8), "here": np.zeros(1, np.int16), "due": np.zeros(1, np.int32)}
    people = SimpleNamespace(row=row, bound=np.zeros(1, np.uint8), **scanned)
    stages.be_stopped.py_func(people, 0, 1, 2, 1)
    stages.be_held_in_transit.py_func(people, 0, 27)
    assert row.held_by[0] == Holder.STATE
    if again == "stopped":
        stages.be_stopped.py_func(people, 0, 1, 31, 30)
    else:
        stages.be_held_for_ransom.py_func(people, 0, 34, 30)
    assert row.held_by[0] == Holder.NOBODY


def test_who_is_stopped_in_transit_is_held_there_for_the_time_that_is_set(plain, tools):
    """Where no armed group runs the place and no officer sells, nobody is asked for money."""
    calm = plain.replace({"transit.armed": 0.0, "mechanisms.corruption": "off"})
    week = Week(under(calm, HELD_BACK), 1)
    while week.done < week.weeks_total:
        week.advance()
        m = week.migrants
        new = (m["stage"] == Stage.HELD) & (m["since"] == week.week - 1) & (m["held_by"] == Holder.STATE)
        assert np.all(m["due"][new] == week.week - 1 + calm["transit.detention_weeks"])
        assert np.all(m["here"][new] != m["home"][new])
    assert total(week, "transit_held") > 0 == total(week, "transit_asked") == total(week, "ransoms_sum")


def test_armed_groups_take_what_families_can_raise_or_sell(plain, tools):
    armed = plain.replace({"transit.armed": 1.0, "mechanisms.corruption": "off"})
    week = tools.run(under(armed, HELD_BACK))
    assert total(week, "ransoms_sum") > 0
    assert total(week, "transit_armed_sum") == pytest.approx(total(week, "ransoms_sum"))
    assert total(week, "transit_paid") <= total(week, "transit_asked") <= total(week, "transit_held")
    poor = armed.replace({"ransom.family_weeks": 0.0, "transit.least": 1e5, "work.predatory_share": 0.5})
    unpaid = tools.run(under(poor, HELD_BACK))
    assert 5 * total(unpaid, "transit_paid") < total(week, "transit_paid")
    assert total(unpaid, "transit_sold") + total(unpaid, "transit_asked") > 0
    assert total(unpaid, "exploited_travelling") > total(week, "exploited_travelling")


def test_officers_who_sell_are_paid_by_the_one_bribe_rule(plain, tools):
    sold = plain.replace({"transit.armed": 0.0, "official.captured_start": 1.0, "official.base": 3.0})
    week = tools.run(under(sold, HELD_BACK))
    assert total(week, "ransoms_sum") > 0
    assert total(week, "bribes_transit_sum") == pytest.approx(total(week, "ransoms_sum"))
    assert total(week, "transit_armed_sum") == 0


def test_who_is_brought_back_by_a_leg_goes_that_leg_again(plain, tools):
    plain_week, week = tools.run(plain), tools.run(under(plain, BACK_A_LEG))
    assert total(week, "dispersed") > 0 == total(plain_week, "dispersed")
    assert total(week, "transit_held") == 0


def test_without_the_levers_nothing_is_held_or_paid(plain, tools):
    week = tools.run(plain)
    assert total(week, "transit_held", 0) == total(week, "ransoms_sum", 0) == 0
    assert not week.migrants["held_by"].any()
    other = tools.run(plain.replace({"transit.armed": 1.0, "transit.detention_weeks": 3, "ransom.left": 1.0}))
    assert np.array_equal(week.counters, other.counters, equal_nan=True)


def test_the_deal_leaves_visas_and_the_weeks_before_it_alone(plain, tools):
    before, after = tools.run(plain), tools.run(under(plain, HELD_BACK))
    assert tools.alike(before, after, 26)
    assert np.array_equal(before.levers.now["visa.slots_low"], after.levers.now["visa.slots_low"])
