"""Ways out: clocks that keep their rates and do not disturb one another."""

import numpy as np
import pytest

from sim.agents.people import PERSON_COLUMNS
from sim.agents.venues import VENUE_COLUMNS
from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.ground.table import Table
from sim.rules.control.ways_out import NOTHING, RAIDED, Exit, OwnHazards, first_exit
from sim.rules.justice.symptoms import symptom_days
from sim.scenario.scenario import Scenario
from sim.state.families import rules_of

PEOPLE = tuple(column for column in PERSON_COLUMNS if column.packed)
BASE = Scenario.compose(["world=corridor"])
RULES = rules_of(BASE.values, BASE.mechanisms, BASE.world, 1000)


@kernel
def exits(people, venues, rules, now, own, complaint, met, found):
    for i in range(len(people)):
        inside = OwnHazards(own, complaint, 0.0, 0.0)
        found[i] = first_exit(now, rules, i, people[i], venues[people[i].venue], inside, met)


@kernel
def days(rules, u, found):
    for k in range(len(u)):
        found[k] = symptom_days(rules, u[k])


def run(own=0.0, complaint=0.0, raid=0.0, people=60_000):
    table, venues, found = (
        Table("migrant", PEOPLE, people),
        Table("venue", VENUE_COLUMNS, people // 5),
        np.empty(people),
    )
    table["venue"] = np.arange(people) // 5
    met = np.zeros(7)
    met[RAIDED] = raid
    exits(table.records, venues.records, RULES.term, Now(7, 1, 1), own, complaint, met, found)
    return found


def test_a_clock_goes_off_as_often_as_its_hazard_says():
    share = (run(own=0.1) == Exit.OWN).mean()
    assert share == pytest.approx(1 - np.exp(-0.1), abs=4 * np.sqrt(0.09 * 0.91 / 60_000))


def test_the_earliest_of_two_clocks_wins_in_proportion_to_its_hazard():
    found = run(own=0.3, complaint=0.1)
    assert (found == Exit.OWN).sum() / (found == Exit.COMPLAINT).sum() == pytest.approx(3.0, rel=0.05)
    assert (found == NOTHING).mean() == pytest.approx(np.exp(-0.4), abs=0.01)


def test_one_hazard_does_not_reshuffle_another():
    """Whoever left by a clock still does when another clock is switched off, and the other way round."""
    both, alone = run(own=0.1, complaint=0.1), run(own=0.1)
    assert (alone[both == Exit.OWN] == Exit.OWN).all()
    assert (run(own=0.05)[alone == NOTHING] == NOTHING).all()


def test_a_raid_meets_everyone_in_the_place():
    found = run(raid=0.2, people=5_000).reshape(-1, 5)
    assert ((found == Exit.RAID).all(axis=1) | (found == NOTHING).all(axis=1)).all()
    assert 0 < (found == Exit.RAID).mean() < 1


def test_symptoms_clear_as_published():
    """C7-M15: shares with heavy symptoms after so many safe days."""
    found = np.empty(100_000)
    days(RULES.meeting, (np.arange(100_000) + 0.5) / 100_000, found)
    published = RULES.meeting
    for day, share in zip(published.symptom_days[1:], published.symptom_share[1:], strict=True):
        assert (found > day).mean() == pytest.approx(share, abs=0.005)
    assert (found > 0).mean() == pytest.approx(published.symptom_share[0], abs=0.005)
