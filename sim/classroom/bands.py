"""The model's band: what a policy changes over several repetitions with different luck, and what that tells."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from sim.classroom.lesson import FEWER, MORE, SAME, Lesson
from sim.classroom.running import World, change, rounded
from sim.results.statistics import interval_of

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

    A band holds ``changes``, one for each pair, in per cent of the mean over all worlds without the policies: what is
    rare would otherwise be left out wherever it did not happen at all. Further their ``mean``; ``low`` and ``high``,
    the 95 % interval of the mean; and ``direction``.
    """
    return {name: _band([(left[name], right[name]) for left, right in pairs]) for name in names}


def with_reports(
    after: Sequence[tuple[Values, Values]], before: Sequence[tuple[Values, Values]], names: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The bands of metrics, each with ``reports``: its change in per cent from before week 0 to after it.

    This is what somebody sees who has one world: the mean over all worlds without the policies, and over all with them.
    """
    found = band(after, names)
    for name, each in found.items():
        each["reports"] = [
            _of_means([(first[side][name], last[side][name]) for first, last in zip(before, after, strict=True)])
            for side in (0, 1)
        ]
    return found


def _defined(pairs: Sequence[tuple[float | None, float | None]]) -> list[tuple[float, float]]:
    return [(left, right) for left, right in pairs if left is not None and right is not None]


def _of_means(pairs: Sequence[tuple[float | None, float | None]]) -> float | None:
    found = _defined(pairs)
    if not found:
        return None
    return change(statistics.fmean(right for _, right in found), statistics.fmean(left for left, _ in found))


def _band(pairs: Sequence[tuple[float | None, float | None]]) -> dict[str, Any]:
    found = _defined(pairs)
    usual = statistics.fmean(left for left, _ in found) if found else 0.0
    if len(found) < 2 or usual == 0:  # an interval takes two, a change something to change
        return {"changes": [], "mean": None, "low": None, "high": None, "direction": SAME}
    changes = [100 * (right - left) / abs(usual) for left, right in found]
    interval, _ = interval_of(changes)
    mean, low, high = statistics.fmean(changes), float(interval.low), float(interval.high)
    return {
        "changes": [rounded(each) for each in changes], "mean": rounded(mean), "low": rounded(low),
        "high": rounded(high), "direction": direction(mean, low, high),
    }  # fmt: skip


def direction(mean: float, low: float, high: float) -> str:
    """What a band says: more or fewer where its interval leaves zero out and its mean is not small, else the same.

    Where all changes are equal there is no interval, both ends are NaN, and nothing is told.

    >>> direction(12.0, 3.0, 21.0), direction(2.0, 1.0, 3.0), direction(-9.0, -20.0, 2.0)
    ('more', 'same', 'same')
    """
    if abs(mean) < LITTLE or not (low > 0 or high < 0):
        return SAME
    return MORE if mean > 0 else FEWER
