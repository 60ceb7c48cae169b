"""Luck: one world, people and burn-in, and from week 0 on as many lives of them as are asked for."""

import numpy as np
import pytest

from experiments import golden
from sim.ground.calendar import lucky
from sim.ground.errors import RequestError
from sim.results.run import run_one
from sim.scenario.scenario import Scenario
from sim.week.week import Week

WORDS = ["world=corridor", "people.size=600", "time.burn_in_weeks=30", "time.years=0.5"]
INERT = ["policy=tighter_borders", "policy.tighter_borders.dose=0"]


@pytest.fixture(scope="module")
def plain() -> Scenario:
    return Scenario.compose(WORDS)


def _at_week_0(scenario: Scenario) -> Week:
    week = Week(scenario, 3)
    while week.week < 0:
        week.advance()
    return week


def _same(one: Week, other: Week) -> bool:
    """Whether every number of two runs is the same to the last bit."""
    return not golden.differences(golden.digests(one), golden.digests(other))


def test_luck_0_is_the_seed_itself_and_no_two_lucks_are_the_same() -> None:
    assert [lucky(seed, 0) for seed in (0, 7, 2**32 - 1)] == [0, 7, 2**32 - 1]
    dealt = [lucky(seed, luck) for seed in range(300) for luck in range(1, 101)]
    assert len({*dealt, *range(300)}) == len(dealt) + 300
    assert 0 <= min(dealt) < max(dealt) < 2**32


def test_a_run_key_knows_the_luck_and_luck_0_changes_no_key(plain: Scenario) -> None:
    other = plain.replace({"luck": 4})
    assert other.key == plain.key
    assert other.run_key(3) != plain.run_key(3) == plain.replace({"lucks": 9}).run_key(3)
    with pytest.raises(RequestError, match="luck"):
        plain.replace({"luck": -1})


def test_lucks_share_world_people_and_burn_in_and_part_at_week_0(plain: Scenario) -> None:
    one, other = _at_week_0(plain), _at_week_0(plain.replace({"luck": 1}))
    assert _same(one, other)
    before = one.migrants["generation"].copy()
    for _ in range(12):
        one.advance(), other.advance()
    assert not _same(one, other)
    same = (one.migrants["generation"] == before) & (other.migrants["generation"] == before)
    assert same.mean() > 0.9
    for name in ("home", "female", "minor", "skill", "protection_need"):
        assert (one.migrants[name] == other.migrants[name])[same].all()
    for run in (one, other):
        known = run.agenda.known.columns()
        assert (known["generation"] == before[known["row"]]).all()
        assert np.ptp(np.bincount(known["means"])) <= 1
        stayed = same[known["row"]]
        assert (known["female"] == run.migrants["female"][known["row"]])[stayed].all()


@pytest.mark.parametrize("luck", [0, 5])
def test_a_policy_that_does_nothing_and_threads_change_no_luck(plain: Scenario, luck: int) -> None:
    runs = [Week(scenario.replace({"luck": luck}), 3).run()
            for scenario in (plain, Scenario.compose([*WORDS, *INERT]), plain.replace({"threads": 2}))]  # fmt: skip
    assert _same(runs[0], runs[1])
    assert _same(runs[0], runs[2])


def test_a_failed_run_says_with_which_luck_it_is_seen_again(plain: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.results.run.Week", None)
    found = run_one(plain.replace({"luck": 2}), 3, (*WORDS, "luck=1", "lucks=4", "seed=1"))
    assert found.failure is not None
    assert (found.luck, found.failure.luck) == (2, 2)
    assert found.failure.reproducer.endswith("time.years=0.5 seed=3 luck=2")
