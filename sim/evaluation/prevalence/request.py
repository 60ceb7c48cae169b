"""A table of methods as it is asked for: worlds, seeds, methods and fieldwork, from a file that is checked at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.evaluation.prevalence.cards import CARDS
from sim.evaluation.prevalence.fieldwork import Fieldwork
from sim.evaluation.request import check_one_run
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief
from sim.ground.shipped import shown
from sim.policies.policy import LONGEST_NAME, LONGEST_TEXT, as_text, as_texts
from sim.scenario.reading import read
from sim.scenario.requests import Requests
from sim.scenario.scenario import Scenario

KEYS = ("title", "question", "worlds", "methods", "fieldwork", "draws")
MOST_WORLDS, MOST_DRAWS = 20, 2_000
OF_A_TABLE = ("name", "seeds", "seed", "workers")  # settings that hold for all worlds of a table


@dataclass(frozen=True)
class Request:
    """What is asked: ``worlds`` are scenarios by their labels; ``draws`` bootstrap draws of estimates from lists."""

    name: str
    title: str
    question: str
    worlds: Mapping[str, Scenario]
    methods: tuple[str, ...] = tuple(CARDS)
    field: Fieldwork = field(default_factory=Fieldwork)
    draws: int = 60


TABLES = Requests("prevalence", "prevalence", "table")


def read_request(path: Path, words: Sequence[str] = ()) -> Request:
    """The request that a file describes; ``words`` are further settings of all its worlds.

    RequestError tells all that is wrong with it.
    """
    document = read(path)
    content, where = document.content, document.where
    faults = Faults(shown(path))
    for key in content:
        if key not in KEYS:
            faults.add(f"a table has no part {key!r}", where=where(str(key)), given=str(key), allowed=KEYS)
    made: dict[str, Any] = {}
    texts = {"title": LONGEST_NAME, "question": LONGEST_TEXT}
    for key, longest in texts.items():
        with faults.gathered():
            made[key] = as_text(content.get(key, path.stem.replace("_", " ")), key, where(key), longest)
    with faults.gathered():
        made["methods"] = _methods(content.get("methods"), where("methods"))
    with faults.gathered():
        at = where("fieldwork")
        made["field"] = Fieldwork.of(_mapping(content.get("fieldwork"), "fieldwork", at), at)
    with faults.gathered():
        made["draws"] = _draws(content.get("draws", 60), where("draws"))
    with faults.gathered():
        made["worlds"] = _worlds(content.get("worlds"), words, where("worlds"))
    faults.tell()
    return Request(path.stem, **made)


def _methods(value: Any, where: str) -> tuple[str, ...]:
    if value is None:
        return tuple(CARDS)
    if not as_texts(value, "methods", where):
        raise RequestError("methods must name one method or more; left out, all are used", where=where, allowed=CARDS)
    for name in value:
        if name not in CARDS:
            raise RequestError(f"there is no method {name!r}", where=where, given=name, allowed=CARDS)
    return tuple(dict.fromkeys(value))


def _mapping(value: Any, part: str, where: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RequestError(f"{part} must be a mapping, not {brief(value)}", where=where)
    return value


def _draws(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 10 <= value <= MOST_DRAWS:
        raise RequestError(f"draws must be a whole number from 10 to {MOST_DRAWS}, not {brief(value)}", where=where)
    return value


def _worlds(value: Any, words: Sequence[str], where: str) -> dict[str, Scenario]:
    """Scenarios by label. What every world of a table needs is asked for here: lists of people, whole years."""
    worlds = _mapping(value, "worlds", where)
    if not 1 <= len(worlds) <= MOST_WORLDS:
        raise RequestError(f"worlds must name 1 to {MOST_WORLDS} worlds with their settings", where=where)
    faults, found = Faults("worlds"), {}
    for label, settings in worlds.items():
        with faults.gathered():
            own = as_texts(settings or [], f"worlds.{label}", where)
            scenario = Scenario.compose([*own, *words, "captures=true"])
            check_one_run(scenario, where)
            years = float(scenario["time.years"])
            if years < 1 or years != int(years):
                raise RequestError(f"world {label}: time.years must be whole years, not {years:g}", where=where)
            found[str(label)] = scenario
    faults.tell()
    _check_alike(found, where)
    return found


def _check_alike(worlds: Mapping[str, Scenario], where: str) -> None:
    """RequestError where worlds differ in what a table has once."""
    faults = Faults("worlds")
    for key in OF_A_TABLE:
        said = {label: each.name if key == "name" else each[key] for label, each in worlds.items()}
        if len(set(said.values())) > 1:
            each = ", ".join(f"{label} {value or 'none'}" for label, value in said.items())
            faults.add(f"a table has one {key}, and its worlds differ in it: {each}; say it once, as a word of the "
                       f"command ({key}=…), or alike in every world", where=where)  # fmt: skip
    faults.tell()


def as_data(request: Request, seeds: Sequence[int]) -> dict[str, Any]:
    """The request as plain data, which is kept with the results and from which the page is made."""
    worlds = {
        label: {
            "world": each.world.name, "years": int(each["time.years"]), "people": int(each["people.size"]),
            "scale": float(each["people.scale"]), "key": each.key,
            "missed": float(each["observation.link_missed"]), "false": float(each["observation.link_false"]),
        }
        for label, each in request.worlds.items()
    }  # fmt: skip
    plain = {each.name: getattr(request, each.name) for each in dataclasses.fields(request)}
    plain |= {"worlds": worlds, "methods": list(request.methods), "field": request.field.as_dict()}
    return plain | {"seeds": list(seeds)}
