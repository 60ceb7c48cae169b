"""What passes over people add up: whole numbers by span, the rest by chunk, and people by place, stage and status."""

import numpy as np
import pytest

from sim.agents.people import Legal, Stage
from sim.ground.kernel import CHUNKS
from sim.ground.threads import Span
from sim.rules.people.consider import NOT_WHOLE, settle
from sim.week import living, people, truth
from sim.week.week import Week


@pytest.mark.parametrize("spans", [1, 2, 64])
def test_people_are_counted_by_place_stage_and_status(corridor, spans):
    week = Week(corridor, 1)
    for _ in range(30):
        week.advance()
    m, agenda = week.migrants, week.agenda
    agenda.counted[:] = 7  # of another week, where nobody has been
    counted, used = agenda.counted, np.zeros(CHUNKS, np.int64)
    for part in range(spans):
        span = Span(part * CHUNKS // spans, (part + 1) * CHUNKS // spans)
        truth.count_people(span, *(m[name] for name in ("stage", "legal", "here")), counted, used)
    assert used.sum() == spans
    expected = np.zeros((len(week.state.regions), len(Stage), len(Legal)), np.int64)
    np.add.at(expected, (m["here"], m["stage"], m["legal"]), 1)
    assert (counted[used == 1].sum(axis=0) == expected.ravel()).all()
    week.advance()
    expected[:] = 0
    np.add.at(expected, (m["here"], m["stage"], m["legal"]), 1)
    assert (agenda.stocks == expected.sum(axis=0)).all()
    assert len(np.unique(expected.sum(axis=0))) > 4


def test_what_is_added_up_by_span_is_whole(lively_words, monkeypatch):
    """Then the order in which it is added decides nothing; what is not whole is named, and kept by chunk."""
    apart = np.zeros(len(NOT_WHOLE))

    def look_and_settle(sums, *others):
        for name in ("counters", "accounts", "clients", "removals"):
            values = getattr(sums, name)
            assert (values == np.rint(values)).all(), name
        apart[:] += np.abs(sums.apart - np.rint(sums.apart)).sum(axis=0)
        settle(sums, *others)

    for phase in (people, living):
        monkeypatch.setattr(phase, "settle", look_and_settle)
    Week(lively_words, 1).run()
    assert (apart > 0).all()


@pytest.fixture
def lively_words(corridor):
    """So much goes on that everything which is not whole is added up."""
    return corridor.replace({"status.removal_rate": 0.5, "time.years": 3.0})
