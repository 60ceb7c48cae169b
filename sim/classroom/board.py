"""What whoever leads a lesson sees: how many have answered, and what the class expects, before anything is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.classroom.answers import AFTER, BEFORE, EXPLAIN, SURE, Answer, Answers, score_of_statements
from sim.classroom.lesson import DIRECTIONS, Lesson


def seen(lesson: Lesson, answers: Answers) -> dict[str, Any]:
    """The answers of a class to a lesson, counted; nobody is told apart.

    ``pupils`` is how many have answered each part; ``outcomes`` how many expect each direction, how sure they are in
    the mean, from nought to one, and the sizes that they gave, per cent with its sign; ``statements`` how many held
    each sentence to be true before and after; ``explanations`` how many chose each; ``scores`` the mean before and
    after over those who gave both, None where nobody has.
    """
    parts = {part: answers.given(lesson, part) for part in (BEFORE, EXPLAIN, AFTER)}
    before, after = parts[BEFORE], parts[AFTER]
    return {
        "pupils": {part: len(given) for part, given in parts.items()},
        "outcomes": [_outcome([each["predictions"][place] for each in before.values()])
                     for place in range(len(lesson.outcomes))],
        "statements": [
            {when: _held([each["statements"][place] for each in given.values()])
             for when, given in ((BEFORE, before), (AFTER, after))}
            for place in range(len(lesson.statements))
        ],
        "explanations": [sum(each["choice"] == place for each in parts[EXPLAIN].values())
                         for place in range(len(lesson.mechanisms))],
        "scores": _scores(lesson, before, after),
    }  # fmt: skip


def _outcome(given: Sequence[Answer]) -> dict[str, Any]:
    signs = dict(zip(DIRECTIONS, (-1, 0, 1), strict=True))
    return {
        "directions": {way: sum(each["direction"] == way for each in given) for way in DIRECTIONS},
        "sure": _mean([SURE[each["sure"]][0] for each in given]),
        "sizes": sorted(signs[each["direction"]] * each["size"] for each in given),
    }


def _held(given: Sequence[Answer]) -> dict[str, int]:
    return {"true": sum(each["true"] for each in given), "of": len(given)}


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None


def _scores(lesson: Lesson, before: Mapping[str, Answer], after: Mapping[str, Answer]) -> dict[str, float | None]:
    both = [mark for mark in before if mark in after]
    return {
        when: _mean([score_of_statements(lesson, given[mark]["statements"]) for mark in both])
        for when, given in ((BEFORE, before), (AFTER, after))
    }
