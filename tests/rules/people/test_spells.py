"""When people think again, and that one more thought leaves the luck of later weeks as it is."""

from __future__ import annotations

import numpy as np

from sim.ground.calendar import Now
from sim.ground.kernel import kernel
from sim.rules.people.choice import best_option
from sim.rules.people.spells import next_consideration
from sim.scenario.scenario import Scenario
from sim.week.week import Week


@kernel
def think(s, p, now, i):
    """What person i would choose this week, and when she thinks again."""
    best = best_option(s, p, i, np.int64(-1), now)
    next_consideration(s.people, s.regions, p.choice, now, i)
    return best.value, best.channel, best.region, s.people.due[i]


def test_one_more_thought_leaves_the_luck_of_later_weeks_as_it_is():
    week = Week(Scenario.compose(["world=corridor", "people.size=300"]), 1)
    s, p = week.state.s, week.state.p
    alone = [think(s, p, Now(20, 1, 1), i) for i in range(50)]
    before = [think(s, p, Now(10, 1, 1), i) for i in range(50)]
    assert [think(s, p, Now(20, 1, 1), i) for i in range(50)] == alone
    assert [value for value, *_ in before] != [value for value, *_ in alone], "another week has another luck"
