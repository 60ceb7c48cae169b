"""Status that people foresee: years that count, hopes that follow news and reports, and what they enter."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.ledger.counters import C
from sim.policies.policy import Move, Policy
from sim.rules.people.anticipation import ASYLUM, PAPERS, PERMIT, foresee, years_foreseen
from sim.scenario.scenario import Scenario
from sim.week.week import Week

ON = {"mechanisms.status_anticipation": "on"}
SMALL = ["world=corridor", "people.size=2000", "time.years=1", "time.burn_in_weeks=26", "checks=true"]


@pytest.fixture(scope="module")
def small():
    return Scenario.compose(SMALL)


def added_up(discount, horizon, removal, gained, steps=100_000):
    """Y0 and Y1 summed step by step: alive without status, or with one that nobody takes."""
    t = (np.arange(steps) + 0.5) * horizon / steps
    left = horizon - t
    later = left if discount == 0.0 else -np.expm1(-discount * left) / discount
    without = np.exp(-(discount + removal + gained) * t)
    return without.sum() * horizon / steps, (gained * without * later).sum() * horizon / steps


@pytest.mark.parametrize("discount", [0.0, 0.08])
@pytest.mark.parametrize("removal", [0.0, 0.2])
@pytest.mark.parametrize("gained", [0.0, 0.05, 1.5])
def test_years_that_count_are_those_that_are_lived(discount, removal, gained):
    rules = SimpleNamespace(discount=discount, horizon=12.0)
    found = years_foreseen.py_func(rules, removal, gained)
    assert found == pytest.approx(added_up(discount, 12.0, removal, gained), rel=1e-6)


def hopes_of(week, papers, permit=0.0, asylum=0.0):
    """What people believe after a week in which the law would give so much everywhere."""
    count = len(week.state.regions)
    foresee(week.state.s, week.state.p, *(np.full(count, value) for value in (papers, permit, asylum)))
    return week.state.pairs["hope"].copy()


def test_an_announcement_is_believed_as_far_as_it_is_taken_at_its_word_and_fades(small):
    week = Week(small.replace(ON | {"status.announced_credence": 0.5}), 1)
    week.state.pairs["heard_status"][:] = 0.0
    before = hopes_of(week, 0.0)[:, 0]
    told = hopes_of(week, 0.4)[:, 0]
    assert told - before == pytest.approx(np.full(len(before), 0.5 * 0.4), rel=1e-3)
    later = hopes_of(week, 0.4)[:, 0]
    assert later - before == pytest.approx((told - before) * week.state.p.anticipation.kept, rel=1e-3)
    taken_back = hopes_of(week, 0.0)[:, 0]
    assert (taken_back <= before + 1e-3).all()
    assert (taken_back >= 0.0).all()


def test_a_permit_is_hoped_for_as_often_as_exploitation_is_believed_in(small):
    week = Week(small.replace(ON | {"status.announced_credence": 1.0, "beliefs.exploitation": 0.1}), 1)
    start = week.state.levers.start
    law = (start["status.regularisation"], start["protection.permit"], start["asylum.access"])
    foresee(week.state.s, week.state.p, *law)
    before = week.state.pairs["hope"][:, 0].copy()
    foresee(week.state.s, week.state.p, law[0], law[1] + 0.3, law[2])
    assert week.state.pairs["hope"][:, 0] - before == pytest.approx(np.full(len(before), 0.1 * 0.3), rel=1e-3)


def test_what_is_given_quietly_is_learned_of_those_who_obtain_it(small):
    """Nobody believes an announcement; regularisation is found out from those who are given papers."""
    law = Policy("papers", "Papers", "test", (Move("status.regularisation", "set", 0.5),))
    quiet = small.replace(ON | {"status.announced_credence": 0.0, "time.years": 2})
    week, plain = Week(replace(quiet, policies=(law,)), 1).run(), Week(quiet, 1).run()
    heard = week.state.pairs["heard_status"]
    assert heard[:, PAPERS, 0].sum() > 0.0 == plain.state.pairs["heard_status"][:, PAPERS, 0].sum()
    believed = week.counters[26:, C.BELIEVED_STATUS]
    assert believed[-1] > believed[0]
    assert believed[-1] < 0.5  # behind what is so
    assert plain.state.pairs["heard_status"][:, ASYLUM, 1].sum() > 0.0
    assert plain.state.pairs["heard_status"][:, PERMIT, 1].sum() > 0.0


def test_an_announced_change_is_hoped_for_before_it_comes(small):
    law = Policy("papers", "Papers", "test", (Move("status.regularisation", "set", 0.5),), start=40.0, announce=20.0)
    week, plain = Week(replace(small.replace(ON), policies=(law,)), 1).run(), Week(small.replace(ON), 1).run()
    before, between = slice(26, 26 + 20), slice(26 + 20, 26 + 40)
    assert np.array_equal(week.counters[before], plain.counters[before], equal_nan=True)
    assert (week.counters[between, C.BELIEVED_STATUS] > plain.counters[between, C.BELIEVED_STATUS] + 0.1).all()
    assert week.counters[between, C.REGULARISED].sum() == 0


def test_without_foresight_nobody_hopes(small):
    week = Week(small, 1).run()
    assert not week.state.pairs["hope"].any()
    assert not week.counters[:, C.BELIEVED_STATUS].any()
    assert not week.counters[:, C.BELIEVED_ASYLUM].any()
