"""What a lesson shows at its size: every change with its interval, as it is and without what can be switched off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sim.classroom.bands import band, worlds_of
from sim.classroom.lesson import SAME, Lesson
from sim.classroom.running import DONE, World, messages
from sim.ground.errors import RequestError

Told = Callable[[int, int], None]


@dataclass(frozen=True)
class Effect:
    """The change of one metric with the policies of a lesson, per cent.

    ``off`` is the switch that was thrown in both worlds, empty where none was; ``mean``, ``low`` and ``high`` are None
    where there is nothing to take a change of; ``pairs`` is how many pairs of worlds there were.
    """

    lesson: str
    off: str
    metric: str
    mean: float | None
    low: float | None
    high: float | None
    direction: str
    pairs: int


def effects(lesson: Lesson, told: Told = lambda *_: None, switches: Sequence[str] | None = None) -> list[Effect]:
    """Run a lesson in this process at its first stops, in all its pairs of worlds; an effect for each shown metric.

    ``switches`` are those that are tried beside the lesson as it is: all of the lesson's where None. ``told`` hears how
    many runs of how many are done. RequestError where a run cannot be made.
    """
    tried = ("", *(lesson.switches if switches is None else switches))
    pairs = {switch: worlds_of(lesson, lesson.first, switch) for switch in tried}
    asked = list(dict.fromkeys(world for several in pairs.values() for two in several for world in two))
    values: dict[World, Any] = {}
    for number, world in enumerate(asked):
        told(number, len(asked))
        *_, last = messages(world)
        values[world] = last[DONE]
    found = []
    for switch, several in pairs.items():
        bands = band([(values[left], values[right]) for left, right in several], lesson.shown)
        found += [
            Effect(
                lesson.name, switch, metric, each["mean"], each["low"], each["high"], each["direction"], lesson.seeds
            )
            for metric, each in bands.items()
        ]
    return found


def check_told(lesson: Lesson, found: Sequence[Effect]) -> None:
    """RequestError unless a lesson tells what was found: its outcomes, and what switching off does to them."""
    as_is = {each.metric: each for each in found if not each.off}
    wrong = [
        f"{outcome.metric} is told as {outcome.finds} and comes out as {as_is[outcome.metric].direction}"
        for outcome in lesson.outcomes
        if outcome.finds != as_is[outcome.metric].direction
    ]
    for mechanism in lesson.mechanisms:
        without = {each.metric: each for each in found if each.off == mechanism.switch}
        for metric, told in mechanism.without.items():
            if mechanism.switch and metric in without and without[metric].direction != told:
                wrong.append(f"without {mechanism.switch} {metric} is told as {told} and comes out as "
                             f"{without[metric].direction}")  # fmt: skip
    if wrong:
        raise RequestError("; ".join(wrong), where=lesson.name)


def words_of(effect: Effect) -> str:
    """The change with its interval, as text."""
    if effect.mean is None:
        return "nothing to take a change of"
    ends = "" if effect.low is None or effect.high is None else f" ({effect.low:+.1f} to {effect.high:+.1f})"
    told = "about the same, or not told from zero" if effect.direction == SAME else effect.direction
    return f"{effect.mean:+.1f} %{ends}: {told}"
