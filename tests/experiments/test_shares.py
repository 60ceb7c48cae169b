"""Published shares beside the model: every region is in one part of the world, every figure has its source."""

import math

import numpy as np
import pytest

from experiments import shares
from sim.reference.coverage import coverage
from sim.results.statistics import Interval
from sim.scenario.scenario import Scenario

BY_ID = {row.id: row for row in coverage()}


@pytest.mark.parametrize("part", shares.WORLDS)
def test_every_region_is_in_one_part_of_the_world(part):
    name, words = shares.WORLDS[part]
    world = Scenario.compose(list(words)).world
    assert world.name == name
    inside = np.array([shares.places(world, beginnings) for beginnings in shares.PARTS_OF_THE_WORLD.values()])
    assert (inside.sum(0) == 1).all()
    assert inside.any(1).all()
    for some in (shares.EUROPE, shares.ASIA, ("northern_america",)):
        assert shares.places(world, some).any()


def test_no_beginning_is_written_in_vain():
    worlds = [Scenario.compose(list(words)).world for _, words in shares.WORLDS.values()]
    beginnings = {each for some in (*shares.PARTS_OF_THE_WORLD.values(), shares.EUROPE, shares.ASIA) for each in some}
    assert all(any(shares.places(world, (each,)).any() for world in worlds) for each in beginnings)


@pytest.mark.parametrize("share", shares.SHARES, ids=lambda share: share.name)
def test_every_figure_has_a_source_and_says_whether_the_model_starts_from_it(share):
    row = BY_ID[share.evidence]
    assert 0 < share.published < 1
    assert share.bound in ("about", "at least", "at most")
    # what a parameter starts from is in view; other rows of coverage say which metric shows it, or that nothing does
    assert share.in_view == any(name in row.by for name in ("people.domestic_share",))


def test_shares_agree_within_ten_points_and_a_factor_and_are_open_where_chance_is_larger():
    about, least = shares.SHARES[0], next(share for share in shares.SHARES if share.bound == "at least")

    def told(share, low, high):
        return shares.agreement(share, Interval((low + high) / 2, low, high, 6))

    at = about.published
    assert told(about, at - 0.05, at + 0.05) == "near"
    assert told(about, at - 0.3, at - 0.2) == "too low"
    assert told(about, at + 0.11, at + 0.15) == "too high"
    assert told(about, at - 0.3, at) == "open"
    small = next(share for share in shares.SHARES if share.evidence == "C1-Q20c")
    assert told(small, small.published / 10, small.published / 8) == "too low"  # though within ten points
    assert told(least, least.published, 1.0) == "near"
    assert told(least, 0.1, least.published - 0.2) == "too low"
    assert shares.agreement(about, Interval(math.nan, math.nan, math.nan, 0)) == "none"
    # two seeds with anybody of six, which agree
    assert shares.agreement(about, Interval(1.0, math.nan, math.nan, 2)) == "open"


def test_nothing_is_divided_by_nothing():
    found = shares.ratio(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    assert found[0] == 0.5
    assert math.isnan(found[1])


def test_gravity_and_counts_differ_in_nothing_else():
    asked = (shares.WORLDS[part][1] for part in ("shares-stocks", "shares-gravity"))
    counted, plain = (Scenario.compose(list(words)).world for words in asked)
    for part in ("regions", "legs", "sectors"):
        for name, values in vars(getattr(counted, part)).items():
            assert np.array_equal(values, getattr(getattr(plain, part), name)), name
    assert not np.allclose(counted.diaspora, plain.diaspora)
