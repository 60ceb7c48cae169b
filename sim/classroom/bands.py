"""The model's band: what a policy changes over several repetitions with different luck, and what that tells."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from sim.classroom.lesson import Lesson
from sim.classroom.running import World, change, rounded
from sim.results.statistics import interval_of

MORE, SAME, FEWER = "more", "same", "fewer"
DIRECTIONS = (FEWER, SAME, MORE)
LITTLE = 5.0  # per cent: a mean change below it is "about the same", whatever its interval
Values = Mapping[str, float | None]


def worlds_of(lesson: Lesson, stops: Sequence[int], switch: str = "") -> list[tuple[World, World]]:
    """The pairs of worlds, without the policies and with them, one for each luck."""
    without, with_it = lesson.without(switch), lesson.with_levers(stops, switch)
    return [
        (World(without, luck, lesson.shown), World(with_it, luck, lesson.shown)) for luck in range(1, lesson.seeds + 1)
    ]


def band(pairs: Sequence[tuple[Values, Values]], names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Metric to its band: from the values of pairs of worlds, without the policies and with them.

    A band holds ``changes``, per cent, one for each pair in which there is one; their ``mean``; ``low`` and ``high``,
    the 95 % interval of the mean; and ``direction``.
    """
    return {name: _band([change(right[name], left[name]) for left, right in pairs]) for name in names}


def _band(changes: Sequence[float | None]) -> dict[str, Any]:
    found = [each for each in changes if each is not None]
    if len(found) < 2:  # an interval takes two
        return {"changes": found, "mean": None, "low": None, "high": None, "direction": SAME}
    interval, _ = interval_of(found)
    mean, low, high = statistics.fmean(found), float(interval.low), float(interval.high)
    return {
        "changes": found, "mean": rounded(mean), "low": rounded(low), "high": rounded(high),
        "direction": direction(mean, low, high),
    }  # fmt: skip


def direction(mean: float, low: float, high: float) -> str:
    """What a band says: more or fewer where its interval leaves zero out and its mean is not small, else the same.

    >>> direction(12.0, 3.0, 21.0), direction(2.0, 1.0, 3.0), direction(-9.0, -20.0, 2.0)
    ('more', 'same', 'same')
    """
    if abs(mean) < LITTLE or low <= 0 <= high:
        return SAME
    return MORE if mean > 0 else FEWER
