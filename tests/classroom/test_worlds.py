"""Lessons in worlds that fit: what pairs of worlds tell of each set, what is kept, and what a lesson must say of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from experiments import lessons as lessons_kept
from sim.classroom import fitting, worlds
from sim.classroom.fitting import Pair
from sim.classroom.lesson import Lesson
from sim.classroom.reading import LESSONS, read_lesson
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def shipped() -> dict[str, Lesson]:
    return {name: read_lesson(LESSONS.find(name)) for name in LESSONS.names()}


def pairs_of(lesson: Lesson, changes: list[tuple[float, float]], usual: float = 100.0) -> list[Pair]:
    """Two pairs for each set, with these changes of every outcome in per cent."""
    return [
        Pair(lesson.name, outcome.metric, number, luck, usual, usual * (1 + change / 100))
        for outcome in lesson.outcomes
        for number, two in enumerate(changes, start=1)
        for luck, change in zip(fitting.lucks(number), two, strict=True)
    ]


def test_each_set_is_told_by_its_pairs_and_by_what_chance_does_in_all(small: Lesson) -> None:
    changes = [(19.0, 21.0), (24.0, 26.0), (-21.0, -19.0), (1.0, 3.0)]
    fewer, more, _ = worlds.spreads(small, pairs_of(small, changes))
    assert (fewer.finds, more.finds) == ("fewer", "more")
    assert [each.direction for each in more.changes] == ["more", "more", "fewer", "same"]
    assert more.says == (
        "Left without a visa: more in 2 of 4 worlds, fewer or less in 1. In the other 1 the change is small or cannot be "
        "told from none. This holds in most of them, and not in all: it hangs on what is assumed."
    )
    assert fewer.share == 0.25
    assert "holds in few of them" in fewer.says
    first = more.changes[0]
    assert first.low < 20 < first.high
    assert first.mean == pytest.approx(20, abs=0.1)  # hardly drawn to the mean: sets differ by much more than chance


def test_where_sets_differ_by_chance_only_all_are_told_as_one(small: Lesson) -> None:
    noisy = [(40.0, -10.0), (-15.0, 45.0), (30.0, 0.0), (-5.0, 35.0)]
    (one, *_) = worlds.spreads(small, pairs_of(small, noisy))
    assert {each.mean for each in one.changes} == {15.0}
    assert one.count("same") == 4
    sure = [(14.0, 16.0), (16.0, 14.0), (15.5, 14.5), (14.5, 15.5)]
    _, more, _ = worlds.spreads(small, pairs_of(small, sure))
    assert more.says == "Left without a visa: more in all 4 worlds. This holds in nearly all of them."
    assert more.ends == (15.0, 15.0)


def test_a_set_without_anything_to_change_is_told_as_such(small: Lesson) -> None:
    found = pairs_of(small, [(19.0, 21.0), (20.0, 22.0)]) + [
        Pair(small.name, outcome.metric, 9, luck, 0.0, 4.0) for outcome in small.outcomes for luck in (1, 2)
    ]
    more = worlds.spreads(small, found)[1]
    assert [each.mean is None for each in more.changes] == [False, False, True]
    assert (more.count("more"), len(more.changes)) == (2, 3)


def test_what_does_not_hold_nearly_everywhere_must_be_said(small: Lesson) -> None:
    found = worlds.spreads(small, pairs_of(small, [(19.0, 21.0), (-21.0, -19.0)]))
    with pytest.raises(RequestError, match="irregular_departures, .*does not come out so in nearly all worlds"):
        worlds.check_said(small, found)
    worlds.check_said(replace(small, worlds="It hangs on what people know."), found)


def test_a_lesson_says_of_its_world_what_no_set_overrules(shipped: dict[str, Lesson]) -> None:
    lesson = replace(shipped["raids_and_private_places"], world=("world=corridor", "telling.rate=0.02"))
    (values, *_) = fitting.sets_of(fitting.shipped_ensemble()).values()
    without, with_it = fitting.words_in(lesson, values)
    scenario = Scenario.compose(list(with_it))
    assert scenario["telling.rate"] == 0.02
    assert scenario["choice.interval"] == values["choice.interval"]
    assert set(with_it) - set(without) == {"policy=raids", "policy.raids.dose=4"}
    assert set(fitting.lucks(3)).isdisjoint(fitting.lucks(4))


def test_kept_worlds_are_of_the_lessons_as_they_are_and_these_say_what_does_not_hold(
    shipped: dict[str, Lesson],
) -> None:
    told, sets = fitting.about(), list(fitting.sets_of(fitting.shipped_ensemble()))
    again = "python -m experiments.lessons"
    assert (told["sets"], told["pairs"]) == (sets, fitting.PAIRS), again
    assert told["ensemble_digest"] == lessons_kept.digest_of_ensemble(), again
    assert set(told["asked"]) == set(shipped)
    for lesson in shipped.values():
        assert told["asked"][lesson.name] == fitting.asked(lesson), again
        kept = {(each.metric, each.set, each.luck) for each in fitting.kept(lesson)}
        assert kept == {
            (outcome.metric, number, luck)
            for outcome in lesson.outcomes
            for number in sets
            for luck in fitting.lucks(number)
        }
        worlds.check_said(lesson, worlds.spreads(lesson))


def test_a_lesson_that_asks_for_something_else_has_nothing_to_tell(shipped: dict[str, Lesson], small: Lesson) -> None:
    lesson = shipped["tighter_borders"]
    assert worlds.spreads(lesson)
    assert worlds.spreads(replace(lesson, world=(*lesson.world, "time.years=3"))) == []
    assert worlds.spreads(small) == []


@pytest.mark.slow
def test_pairs_are_run_in_each_set_and_lessons_share_worlds_without_policies(small: Lesson) -> None:
    sets = dict(list(fitting.sets_of(fitting.shipped_ensemble()).items())[:1])
    counted: dict = {}
    found = fitting.run(small, sets, counted)
    assert len(counted) == fitting.PAIRS
    assert len(found) == fitting.PAIRS * len(small.outcomes)
    assert fitting.run(small, sets, counted) == found
    assert any(each.without != each.with_it for each in found)
