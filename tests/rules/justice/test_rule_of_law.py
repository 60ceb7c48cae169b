"""Rule of law as a stock: closed form, asymmetry, and what reads it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.rules.corruption.capture import REVIEW_WEEKS
from sim.rules.justice.rule_of_law import left_of_law
from sim.scenario.scenario import Scenario
from sim.week.week import Week

BASE = Scenario.compose(
    ["world=corridor", "people.size=600", "time.years=3", "time.burn_in_weeks=8", "mechanisms.law_decays=on"]
)


def rules():
    return Week(BASE, 1).state.p.rule_of_law


def test_under_steady_conflict_it_falls_as_an_exponential_and_comes_back_at_its_own_pace():
    r, left = rules(), np.ones(1)
    for _ in range(13):
        left = left_of_law(left, np.array([0.8]), np.zeros(1), r)
    fallen = -BASE["law.conflict"] * 0.8 * (1.0 - 0.5 ** (13 * REVIEW_WEEKS / BASE["law.falls"]))
    assert np.log(left[0]) == pytest.approx(fallen)
    for _ in range(13):
        left = left_of_law(left, np.zeros(1), np.zeros(1), r)
    assert np.log(left[0]) == pytest.approx(fallen * 0.5 ** (13 * REVIEW_WEEKS / BASE["law.recovers"]))


def test_corruption_wears_it_away_as_conflict_does():
    r = rules()
    each = (
        left_of_law(np.ones(1), np.array([0.4]), np.zeros(1), r),
        left_of_law(np.ones(1), np.zeros(1), np.array([0.6]), r),
    )
    assert np.log(each[0] / 1.0) / np.log(each[1]) == pytest.approx(
        BASE["law.conflict"] * 0.4 / (BASE["law.corruption"] * 0.6)
    )


def test_where_nothing_is_other_than_at_the_start_it_stays():
    assert np.array_equal(left_of_law(np.ones(3), np.zeros(3), np.zeros(3), rules()), np.ones(3))


def test_after_a_war_law_stays_below_what_it_was_and_what_follows_from_it_too():
    """Hysteresis (C1-M29): conflict is over, and borders, trust and inspections are not what they were."""
    war = {"name": "War", "from": 4, "to": 56, "moves": [
        {"lever": "region.conflict", "where": {"region": "transit"}, "op": "set", "value": 1.0}]}  # fmt: skip
    calm = BASE.replace({"mechanisms.corruption": "off"})
    week = Week(calm.replace({"shocks": [war]}), 1)
    transit = week.world.regions.name.index("transit")
    start = week.levers.start
    into = week.world.legs.head == transit
    course = []
    while week.done < week.weeks_total:
        week.advance()
        course.append(week.levers.now["region.rule_of_law"][transit])
    at = {w: course[8 + w] for w in (3, 55)} | {"end": course[-1]}
    assert at[3] == start["region.rule_of_law"][transit]
    assert at[55] < at["end"] < 0.8 * at[3]
    assert week.levers.now["region.conflict"][transit] == start["region.conflict"][transit]
    share = at["end"] / at[3]
    assert week.levers.now["border.control"][into] == pytest.approx(share * start["border.control"][into])
    assert (week.levers.now["police.raids"] / start["police.raids"])[transit] == pytest.approx(share)
    assert week.state.s.law["law"][transit] == at["end"]
    others = np.arange(len(start["police.raids"])) != transit
    assert np.array_equal(week.levers.now["police.raids"][others], start["police.raids"][others])
