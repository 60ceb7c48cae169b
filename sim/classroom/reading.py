"""The file of a lesson becomes a checked lesson; everything that is wrong with it is told at once."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sim.classroom.lesson import (
    DIRECTIONS,
    MOST_LEVERS,
    MOST_OUTCOMES,
    MOST_STOPS,
    Lesson,
    Lever,
    Mechanism,
    Outcome,
    Record,
    Statement,
    Stop,
    check_doses,
)
from sim.declared.measures.catalogue import METRICS
from sim.declared.switches import SWITCHES
from sim.face.diary import AMONG
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief
from sim.ground.shipped import configs_dir, shown
from sim.policies.policy import as_text, as_texts
from sim.scenario.reading import read
from sim.scenario.requests import Requests, Where, check_keys, mapping
from sim.scenario.scenario import Scenario
from sim.scenario.words import folder_words

KEYS = {
    "title": True, "question": True, "minutes": True, "care": True, "story": True, "world": True, "seeds": True,
    "levers": True, "outcomes": True, "statements": True, "mechanisms": True, "records": True, "lives": True,
    "debrief": True, "sources": True, "budget": False, "worlds": False,
}  # fmt: skip
LONGEST = 2_000  # characters of a paragraph
FEWEST_SEEDS, MOST_SEEDS = 4, 32
MOST_PEOPLE = 50_000  # simulated in a lesson: more takes too long for a class
Made = TypeVar("Made")


LESSONS = Requests("lesson", "teach")


def read_lesson(path: Path, folders: Sequence[str] = ()) -> Lesson:
    """The lesson that a file describes; ``folders`` are the user's, for policies of their own.

    Raises
    ------
    RequestError : everything that is wrong with the file.
    """
    document = read(path)
    content, where = document.content, document.where
    faults = Faults(shown(path))
    check_keys(content, KEYS, "a lesson", where, faults)
    parts: dict[str, Any] = {}
    for key in KEYS:
        if key in content:
            with faults.gathered():
                parts[key] = _READERS[key](content[key], key, where)
    asked = [outcome.metric for outcome in parts.get("outcomes", ())]
    if len(set(asked)) < len(asked):
        faults.add("a metric is asked for twice", where=where("outcomes"))
    for number, mechanism in enumerate(parts.get("mechanisms", ())):
        for metric in mechanism.without:
            if metric not in asked:
                faults.add(f"{metric} is no outcome of the lesson", where=where(f"mechanisms.{number}.without"),
                           allowed=asked)  # fmt: skip
    faults.tell()
    parts["world"] = (*folder_words(list(folders)), *parts["world"])
    lesson = Lesson(name=path.stem, **parts)
    if lesson.budget and sum(lesson.first) > lesson.budget:
        raise RequestError(f"levers start {sum(lesson.first)} steps from nothing, and the budget is {lesson.budget}",
                           where=where("budget"))  # fmt: skip
    _check_worlds(lesson, where)
    return lesson


def _check_worlds(lesson: Lesson, where: Where) -> None:
    """RequestError unless every world that the lesson can ask for can be composed, and is small enough for a class."""
    faults = Faults("its worlds")
    with faults.gathered():
        plain = Scenario.compose(list(lesson.without()))
        if plain["people.size"] > MOST_PEOPLE:
            faults.add(f"people.size may be at most {MOST_PEOPLE} in a lesson", where=where("world"))
        if any(policy.levers for policy in plain.policies):
            faults.add("the world of a lesson has no policy; name policies as levers", where=where("world"))
        for lever in lesson.levers:
            last = len(lever.stops) - 1
            stops = tuple(last if other is lever else 0 for other in lesson.levers)
            with faults.gathered():
                Scenario.compose(list(lesson.with_levers(stops)))
    faults.tell()


# --- parts ------------------------------------------------------------------------------------------------------


def _each(value: Any, part: str, most: int, where: Where, make: Callable[[Any, str, Where], Made]) -> tuple[Made, ...]:
    """What ``make`` makes of every item of a list of 1 to ``most``; faults of all items are told together."""
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise RequestError(f"{part} must be a list of 1 to {most}, not {brief(value)}", where=where(part))
    faults, made = Faults(part), []
    for number, item in enumerate(value):
        with faults.gathered():
            made.append(make(item, f"{part}.{number}", where))
    faults.tell()
    return tuple(made)


def _text(value: Any, at: str, where: Where) -> str:
    return " ".join(as_text(value, at, where(at), LONGEST).split())


def _texts(value: Any, at: str, where: Where) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in as_texts(value, at, where(at), LONGEST))


def _whole(low: int, high: int) -> Callable[[Any, str, Where], int]:
    def made(value: Any, at: str, where: Where) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise RequestError(f"{at} must be a whole number from {low} to {high}, not {brief(value)}", where=where(at))
        return value

    return made


def _truth(value: Any, at: str, where: Where) -> bool:
    if not isinstance(value, bool):
        raise RequestError(f"{at} must be true or false, not {brief(value)}", where=where(at))
    return value


def _metric(value: Any, at: str, where: Where, layer: str = "truth") -> str:
    names = [name for name, metric in METRICS.items() if metric.layer == layer]
    if value not in names:
        raise RequestError(f"there is no metric {brief(value)} of the layer {layer}", where=where(at), given=str(value),
                           allowed=names)  # fmt: skip
    return str(value)


def _lever(value: Any, at: str, where: Where) -> Lever:
    found = mapping(value, at, {"policy": True, "label": True, "stops": True, "start": True, "moves": False}, where)
    stops = _each(found["stops"], f"{at}.stops", MOST_STOPS, where, _stop)
    start = _whole(0, len(stops) - 1)(found["start"], f"{at}.start", where)
    policy = as_text(found["policy"], f"{at}.policy", where(f"{at}.policy"))
    moves = found.get("moves")
    if moves is not None and (not isinstance(moves, list) or not all(isinstance(move, Mapping) for move in moves)):
        raise RequestError(f"{at}.moves must be a list of moves, as in the file of a policy, not {brief(moves)}",
                           where=where(f"{at}.moves"))  # fmt: skip
    lever = Lever(policy, _text(found["label"], f"{at}.label", where), stops, start, json.dumps(moves) if moves else "")
    check_doses(lever)
    return lever


def _stop(value: Any, at: str, where: Where) -> Stop:
    found = mapping(value, at, {"words": True, "dose": True}, where)
    dose = found["dose"]
    if isinstance(dose, bool) or not isinstance(dose, int | float):
        raise RequestError(f"{at}.dose must be a number, not {brief(dose)}", where=where(f"{at}.dose"))
    return Stop(_text(found["words"], f"{at}.words", where), float(dose))


def _outcome(value: Any, at: str, where: Where) -> Outcome:
    found = mapping(value, at, {"metric": True, "ask": True, "finds": True}, where)
    metric = _metric(found["metric"], f"{at}.metric", where)
    return Outcome(metric, _text(found["ask"], f"{at}.ask", where), _direction(found["finds"], f"{at}.finds", where))


def _direction(value: Any, at: str, where: Where) -> str:
    if value not in DIRECTIONS:
        raise RequestError(f"there is no direction {brief(value)}", where=where(at), given=str(value),
                           allowed=DIRECTIONS)  # fmt: skip
    return str(value)


def _statement(value: Any, at: str, where: Where) -> Statement:
    found = mapping(value, at, {"text": True, "holds": True, "why": True}, where)
    true = _truth(found["holds"], f"{at}.holds", where)
    return Statement(_text(found["text"], f"{at}.text", where), true, _text(found["why"], f"{at}.why", where))


def _mechanism(value: Any, at: str, where: Where) -> Mechanism:
    known = {"words": True, "reply": True, "holds": False, "switch": False, "without": False}
    found = mapping(value, at, known, where)
    switch = str(found.get("switch", ""))
    name, _, option = switch.partition("=")
    if switch:
        names = [f"mechanisms.{each}" for each in SWITCHES]
        if name not in names:
            raise RequestError(f"there is no switch {name!r}", where=where(f"{at}.switch"), given=name, allowed=names)
        options = SWITCHES[name.removeprefix("mechanisms.")].options
        if option not in options:
            raise RequestError(f"{name} cannot be {option!r}", where=where(f"{at}.switch"), allowed=options)
    holds = _truth(found.get("holds", False), f"{at}.holds", where)
    words, reply = (_text(found[key], f"{at}.{key}", where) for key in ("words", "reply"))
    without = found.get("without", {})
    if not isinstance(without, Mapping) or (without and not switch):
        raise RequestError(f"{at}.without must be a mapping of metrics to directions, beside a switch",
                           where=where(f"{at}.without"))  # fmt: skip
    directions = {
        _metric(metric, f"{at}.without", where): _direction(way, f"{at}.without.{metric}", where)
        for metric, way in without.items()
    }
    return Mechanism(words, reply, holds, switch, directions)


def _record(value: Any, at: str, where: Where) -> Record:
    found = mapping(value, at, {"record": True, "truth": True, "says": True}, where)
    record = found["record"]
    named = [name for name, each in METRICS.items() if each.layer == "record" or each.tag in ("activity", "output")]
    if record not in named:
        raise RequestError(f"{brief(record)} is nothing that an agency counts", where=where(f"{at}.record"),
                           given=str(record), allowed=named)  # fmt: skip
    truth = _metric(found["truth"], f"{at}.truth", where)
    return Record(str(record), truth, _text(found["says"], f"{at}.says", where))


def _among(value: Any, at: str, where: Where) -> str:
    if value not in list(AMONG):  # what a file holds need not be hashable
        raise RequestError(f"nobody can be picked among {brief(value)}", where=where(at), given=str(value),
                           allowed=AMONG)  # fmt: skip
    return str(value)


@cache
def evidence() -> dict[str, str]:
    """What evidence ids stand for, in a line each."""
    with (configs_dir() / "evidence.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["statement"] for row in csv.DictReader(file)}


def _source(value: Any, at: str, where: Where) -> tuple[str, str]:
    if not isinstance(value, str) or value not in evidence():
        raise RequestError(
            f"there is no evidence {brief(value)}", where=where(at), given=str(value), allowed=evidence()
        )
    return str(value), evidence()[str(value)]


def _list(most: int, make: Callable[[Any, str, Where], Any]) -> Callable[[Any, str, Where], tuple[Any, ...]]:
    return lambda value, at, where: _each(value, at, most, where, make)


_READERS: dict[str, Callable[[Any, str, Where], Any]] = {
    "title": _text,
    "question": _text,
    "minutes": _whole(5, 240),
    "care": _text,
    "story": _texts,
    "world": _texts,
    "seeds": _whole(FEWEST_SEEDS, MOST_SEEDS),
    "levers": _list(MOST_LEVERS, _lever),
    "outcomes": _list(MOST_OUTCOMES, _outcome),
    "statements": _list(8, _statement),
    "mechanisms": _list(8, _mechanism),
    "records": _list(6, _record),
    "lives": _among,
    "debrief": _texts,
    "sources": _list(12, _source),
    "worlds": _text,
    "budget": _whole(1, MOST_LEVERS * MOST_STOPS),
}
