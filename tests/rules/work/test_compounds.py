"""Compounds: demand from elsewhere in the place with the weakest law, families who pay, people who are punished."""

from dataclasses import replace

import numpy as np
import pytest

from sim.ledger.counters import COUNTER_INDEX
from sim.policies.policy import Move, Policy
from sim.scenario.scenario import Scenario
from sim.week.week import Week

LAWLESS = 1  # conflict_origin
EXPORTED = 2  # online_fraud


@pytest.fixture(scope="module")
def plain():
    settings = ["scenario=compounds", "people.size=6000", "time.years=2", "time.burn_in_weeks=52", "checks=true"]
    known = {f"agency.{what}": 1.0 for what in ("knowledge", "authority", "goodwill")}
    return Scenario.compose(settings).replace({"work.predatory_share": 0.4, "compounds.slots": 5.0} | known)


def under(scenario, *moves):
    return replace(scenario, policies=(Policy("x", "X", "test", tuple(Move(*move) for move in moves)),))


def total(week, name, first=52):
    return float(np.nansum(week.counters[first:, COUNTER_INDEX[name]]))


def demand(week):
    return week.state.cells["demand"].reshape(5, -1)


def test_work_that_is_sold_abroad_stands_where_law_is_weakest(plain):
    week = Week(plain, 1)
    assert week.world.regions.rule_of_law[LAWLESS] == week.world.regions.rule_of_law.min()
    start = week.state.cells["demand_start"].reshape(5, -1)
    assert start[LAWLESS, EXPORTED] == pytest.approx(plain["compounds.slots"] * plain["people.size"] / 1000.0, rel=0.2)
    assert start[:, EXPORTED].sum() == start[LAWLESS, EXPORTED]
    assert week.state.sectors["exported"].tolist() == [0.0, 0.0, 1.0]


def test_nothing_that_is_done_about_buyers_reaches_it(plain, tools):
    week, moved = tools.run(plain), tools.run(under(plain, ("demand.buyer_penalty", "set", 5.0)))
    assert demand(moved)[:, 0].sum() < 0.8 * demand(week)[:, 0].sum()
    assert demand(moved)[LAWLESS, EXPORTED] == pytest.approx(demand(week)[LAWLESS, EXPORTED], rel=0.05)


def test_families_who_can_pay_buy_people_free(plain, tools):
    week, silent = tools.run(plain), tools.run(plain.replace({"compounds.asked": 0.0}))
    assert total(week, "compound_ransoms") > 0 == total(silent, "compound_ransoms")
    assert total(week, "compound_ransoms_sum") > 0
    poor = tools.run(plain.replace({"ransom.family_weeks": 0.0, "compounds.asked": 1.0}))
    rich = tools.run(plain.replace({"ransom.family_weeks": 200.0, "compounds.asked": 1.0}))
    assert total(rich, "compound_ransoms") > total(poor, "compound_ransoms")


def test_who_is_found_there_is_punished_unless_the_law_spares_her(plain, tools):
    # what is seen of the place is raised as well: hardly anyone looks where law is weak
    raided = (("police.raids", "set", 1.0), ("agency.staff", "scale", 20.0))
    spared = (*raided, ("justice.non_punishment", "set", 1.0))
    seen = plain.replace({"exit.neighbour": 5.0, "mechanisms.corruption": "off"})
    week, free = tools.run(under(seen, *raided)), tools.run(under(seen, *spared))
    assert total(week, "forced_crime_punished") > 0 == total(free, "forced_crime_punished")


def test_a_world_without_such_work_has_none_of_it(plain, tools):
    other = Scenario.compose(["world=corridor", "people.size=3000", "time.years=1", "time.burn_in_weeks=10"])
    week = tools.run(other)
    assert not week.state.sectors["exported"].any()
    assert total(week, "exploited_exported", 0) == total(week, "compound_ransoms", 0) == 0
    none = tools.run(other.replace({"compounds.slots": 500.0, "compounds.asked": 1.0}))
    assert np.array_equal(week.counters, none.counters, equal_nan=True)
