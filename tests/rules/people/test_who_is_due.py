"""Who is due in a week: whoever has a date by now, and whoever removal comes to where she is."""

from collections import namedtuple

import numpy as np
import pytest

from sim.agents.people import NEVER
from sim.ground.kernel import CHUNKS
from sim.ground.threads import Threads
from sim.rules.people.consider import gather, rows_due

People = namedtuple("People", ("due", "removal_at", "here"))
WEEK = 7


@pytest.mark.parametrize("count", [0, 3, CHUNKS, 64 * CHUNKS - 1, 64 * CHUNKS, 130 * CHUNKS + 17])
@pytest.mark.parametrize("threads", [1, 2])
def test_they_are_those_whom_numpy_finds(count, threads):
    """In chunks shorter than what is told apart at once, as long, and longer."""
    chance = np.random.default_rng(count)
    regions = np.zeros(3, [("removal_sum", "f8"), ("other", "f8")])
    regions["removal_sum"] = 0.0, 0.5, 1.0 / 3.0
    people = People(
        chance.choice([-1, WEEK - 1, WEEK, WEEK + 1, NEVER], count, p=[0.01, 0.01, 0.01, 0.17, 0.8]).astype(np.int32),
        # clocks below the highest sum, and not below that of the region where she is
        chance.choice([0.0, 0.25, 1.0 / 3.0, 0.5, 0.75, np.inf], count, p=[0.01, 0.02, 0.02, 0.02, 0.03, 0.9]).astype(
            "f4"
        ),
        chance.integers(0, 3, count).astype(np.int16),
    )
    found, counts, rows = np.empty(count, np.int32), np.zeros(CHUNKS, np.int64), np.empty(count, np.int64)
    look = Threads(threads).over_chunks(rows_due)
    for _ in range(2):  # the second time on all threads
        look(people, regions, regions["removal_sum"].max(), found, counts, WEEK)
    told = rows[: gather(found, counts, rows, count)]
    removed = people.removal_at <= regions["removal_sum"][people.here]
    assert np.array_equal(told, np.flatnonzero((people.due <= WEEK) | removed))
