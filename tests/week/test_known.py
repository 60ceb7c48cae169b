"""What is known of people in week 0."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.agents.people import PERSON_COLUMNS, Path, Stage
from sim.ground.table import Table
from sim.scenario.scenario import Scenario
from sim.week.known import COLUMNS, known_of
from sim.week.week import Week

PEOPLE = Table("migrant", PERSON_COLUMNS, 40)
CENTS = arrays.arrays(np.float64, st.integers(0, 40), elements=st.integers(-2, 6).map(float))


@given(CENTS)
def test_thirds_by_cash_are_those_of_an_order_by_cash_and_row(cash):
    rank = np.empty(len(cash), np.int64)
    rank[np.lexsort((np.arange(len(cash)), cash))] = np.arange(len(cash))
    PEOPLE["stage"][:] = np.where(np.arange(len(PEOPLE)) < len(cash), Stage.HOME, Stage.DEAD)
    PEOPLE["cash"][: len(cash)] = cash
    thirds = known_of(PEOPLE).columns()["means"]
    assert (thirds == 3 * rank // max(len(cash), 1)).all()


def test_what_is_known_of_people_is_what_their_columns_say_and_the_dead_are_left_out():
    week = Week(Scenario.compose(["people.size=2000", "time.years=1", "time.burn_in_weeks=60"]), 4)
    while week.week < 0:
        week.advance()
    people = week.migrants
    people["stage"][::50] = Stage.DEAD
    week.advance()  # the paths of week 0 begin
    known, path = week.agenda.known.columns(), people["path"]
    rows = known["row"]
    assert not (rows % 50 == 0).any()
    assert len(rows) + len(people["stage"][::50]) <= 2000
    assert list(known) == ["row", "generation", *COLUMNS]
    for name, bit in (("need", Path.IN_NEED), ("female", Path.FEMALE), ("minor", Path.MINOR)):
        same = known["generation"] == people["generation"][rows]
        assert (known[name][same] == ((path[rows][same] & bit) > 0)).all()
    lived = np.bincount(known["means"], minlength=3)
    assert lived.max() - lived.min() <= 1
    assert set(known["place"]) == {0, 1, 2}


def test_what_is_known_of_nobody_is_nothing():
    week = Week(Scenario.compose(["people.size=500", "time.years=1", "time.burn_in_weeks=0"]), 1)
    week.migrants["stage"] = Stage.DEAD
    assert all(len(column) == 0 for column in known_of(week.migrants).columns().values())
