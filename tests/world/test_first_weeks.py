"""Every shipped world, and one of a user's own, runs."""

import numpy as np
import pytest

from sim.ground.shipped import configs_dir
from sim.ledger.counters import COUNTER_INDEX
from sim.scenario.scenario import Scenario
from sim.week.week import Week
from sim.world.load import SHIPPED

OWN = [f"world.{name}={configs_dir()}/world/corridor/{name}.csv" for name in ("regions", "legs", "sectors")]


def ten_weeks(words, people=2000, seed=3):
    week = Week(Scenario.compose([*words, f"people.size={people}", "checks=true"]), seed)
    for _ in range(10):
        week.advance()
    return week


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_world_runs(name):
    week = ten_weeks([f"world={name}"])
    counters = week.counters[: week.done]
    assert week.done == 10
    # how concentrated a market is has no answer before its first contract
    defined = np.delete(counters, [COUNTER_INDEX["concentration"], COUNTER_INDEX["route_entropy"]], axis=1)
    assert np.all(np.isfinite(defined))
    assert counters[:, COUNTER_INDEX["stock_home"]].min() > 0
    at = week.migrants["here"]
    assert at.min() >= 0
    assert at.max() < len(week.world.regions.name)


def test_a_copy_of_a_world_runs_alike():
    runs = [ten_weeks(words).counters[:10] for words in (["world=corridor"], ["world=csv", *OWN])]
    assert np.array_equal(*runs, equal_nan=True)


def test_people_at_risk_live_in_every_origin_and_transit():
    week = ten_weeks(["world=subregions"])
    homes = np.bincount(week.migrants["home"], minlength=len(week.world.regions.name))
    assert np.all((homes > 0) == (week.world.regions.at_risk + week.world.regions.domestic > 0))
