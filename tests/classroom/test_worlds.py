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
        "Left without a visa: more in 2 of 4 worlds, fewer or less in 1. In the other one the change is small or "
        "cannot be told from none. The mean change over all of them is +7\N{NO-BREAK SPACE}% (\N{MINUS SIGN}26 to +39)."
        " So it is in most of them, and not in all: it hangs on what is assumed."
    )
    assert fewer.share == 0.25
    assert "So it is in few of them" in fewer.says
    first = more.changes[0]
    assert first.low is not None
    assert first.high is not None
    assert first.low < 20 < first.high
    assert first.mean == pytest.approx(20, abs=0.1)  # hardly drawn to the mean: sets differ by much more than chance


def test_where_chance_is_large_sets_are_drawn_towards_the_mean_and_not_told(small: Lesson) -> None:
    noisy = [(30.0, -20.0), (-5.0, 55.0), (28.0, -8.0), (2.0, 38.0)]
    (one, *_) = worlds.spreads(small, pairs_of(small, noisy))
    assert one.count("same") == 4
    means = [each.mean for each in one.changes if each.mean is not None]
    assert 5 < min(means) < max(means) < 25
    assert (one.over_all.set, one.over_all.mean, one.over_all.direction) == (0, 15.0, "more")
    moved = [(16.0, 16.5), (14.0, 14.5), (15.0, 15.5), (15.5, 16.0)]
    (one, *_) = worlds.spreads(small, pairs_of(small, moved))
    assert "In their mean it is more, otherwise than in this lesson" in one.says
    sure = [(14.0, 16.0), (18.0, 16.0), (15.5, 14.5), (14.5, 15.5)]
    _, more, _ = worlds.spreads(small, pairs_of(small, sure))
    assert more.says.startswith("Left without a visa: more in all 4 worlds. The mean change")
    assert more.known


def test_a_direction_that_is_never_the_other_one_is_known(small: Lesson) -> None:
    changes = [(38.0, 42.0), (29.0, 31.0), (3.0, 5.0), (34.0, 36.0), (1.0, 3.0), (40.0, 44.0), (35.0, 31.0)]
    _, more, _ = worlds.spreads(small, pairs_of(small, changes))
    assert (more.count("more"), more.count("same"), more.known) == (5, 2, True)
    assert more.says.endswith("It goes the other way in none of them.")


def test_a_set_without_anything_to_change_is_told_as_such(small: Lesson) -> None:
    found = pairs_of(small, [(19.0, 21.0), (20.0, 22.0)]) + [
        Pair(small.name, outcome.metric, 9, luck, 0.0, 4.0) for outcome in small.outcomes for luck in (1, 2)
    ]
    more = worlds.spreads(small, found)[1]
    assert [each.mean is None for each in more.changes] == [False, False, True]
    assert (more.count("more"), len(more.changes)) == (2, 3)
    nothing = [each for each in found if each.set == 9]
    assert worlds.spreads(small, nothing)[1].over_all.mean is None


def test_what_does_not_hold_nearly_everywhere_must_be_said(small: Lesson) -> None:
    found = worlds.spreads(small, pairs_of(small, [(19.0, 21.0), (-21.0, -19.0)]))
    with pytest.raises(RequestError, match="does not come out so in nearly all worlds"):
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
    assert set(told["lessons"]) == set(shipped)
    for lesson in shipped.values():
        assert told["lessons"][lesson.name]["asked"] == fitting.asked(lesson), again
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
