"""From a composed tree to checked parts: typed values, switches, the world, policies.

Hydra checks what the command line overrides, not what a file adds; so the whole tree is checked here against the
declarations, and every complaint names the word or the file and key behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.configuration.composition import Composed
from sim.configuration.faults import not_chosen
from sim.configuration.folders import shown
from sim.configuration.names import STUDY_DEFAULTS, STUDY_KEYS, WORLD_KEYS, check_dose, check_value, leaves, unknown
from sim.errors import RequestError
from sim.parameters import PARAMETERS
from sim.policies.policy import Policy, policy_from
from sim.quantities import to_unit
from sim.switches import SWITCHES

MOST_SAMPLES = 10_000
_ELSEWHERE = ("policy", "world", "study", "name")


@dataclass(frozen=True)
class Dose:
    """What is varied along the horizontal axis of a study: a setting, its values, and whether arms or settings vary."""

    key: str
    values: tuple[float, ...]
    label: str
    over: str


@dataclass(frozen=True)
class Samples:
    """Parameters drawn together from ranges (Latin hypercube): ``count`` draws, each a setting of its own."""

    count: int
    ranges: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Study:
    """A comparison with its question: arms and settings are overrides by label; every arm is run in every setting."""

    title: str | None
    question: str | None
    settings: dict[str, list[str]]
    arms: dict[str, list[str]]
    baseline: str
    dose: Dose | None
    samples: Samples | None
    metrics: list[str] | None
    until: list[str]
    most_seeds: int


@dataclass(frozen=True)
class Parts:
    """What a composed tree says, checked and typed; the world is still only named."""

    name: str | None
    values: dict[str, Any]
    mechanisms: dict[str, str]
    world: dict[str, Any]
    policies: tuple[Policy, ...]
    own_doses: dict[str, float]
    dose: float
    study: Study


def settle(composed: Composed) -> Parts:
    """Check everything in a composed tree.

    Raises
    ------
    RequestError : for the first thing that is wrong, with the word or the file and key that set it.
    """
    tree = composed.tree
    settings = leaves({key: value for key, value in tree.items() if key not in _ELSEWHERE})
    checked = {name: _located(composed, name, check_value, value) for name, value in settings}
    for name in (*PARAMETERS, *(f"mechanisms.{switch}" for switch in SWITCHES)):
        if name not in checked:
            raise _misplaced(composed, name)
    policies, own_doses, dose = _policies(composed)
    return Parts(
        name=None if tree.get("name") is None else str(tree["name"]),
        values={name: checked[name] for name in PARAMETERS},
        mechanisms={name: checked[f"mechanisms.{name}"] for name in SWITCHES},
        world=_world(composed),
        policies=policies,
        own_doses=own_doses,
        dose=dose,
        study=_study(composed),
    )


def _located(composed: Composed, name: str, check: Callable[[str, Any], Any], value: Any) -> Any:
    """``check(name, value)``; its complaint is told where ``name`` was set."""
    try:
        return check(name, value)
    except RequestError as error:
        raise RequestError(error.what, where=composed.blame(name), given=error.given, allowed=error.allowed) from None


def _misplaced(composed: Composed, name: str) -> RequestError:
    """A declared setting has vanished: its group was replaced by something that is not a mapping."""
    section = name.partition(".")[0]
    return RequestError(f"{section} must be a group of settings with {name} among them", where=composed.blame(section))


def _mapping(composed: Composed, section: str, allowed: Sequence[str]) -> dict[str, Any]:
    """A section of the tree, which must be a mapping with these keys only."""
    content = composed.tree.get(section)
    if not isinstance(content, Mapping):
        raise RequestError(f"{section} must be a mapping", where=composed.blame(section), allowed=allowed)
    for key in content:
        if str(key) not in allowed:
            name = f"{section}.{key}"
            raise RequestError(
                f"there is no setting {name!r}", where=composed.blame(name), given=str(key), allowed=allowed
            )
    return {str(key): value for key, value in content.items()}


def _world(composed: Composed) -> dict[str, Any]:
    content = _mapping(composed, "world", WORLD_KEYS)
    for key in WORLD_KEYS:
        if content.get(key) is not None and not isinstance(content[key], str | int | float):
            raise RequestError(f"world.{key} must be text", where=composed.blame(f"world.{key}"))
    named = {key: None if content.get(key) is None else str(content[key]) for key in WORLD_KEYS}
    return {key: _beside(composed, key, value) if value and key != "name" else value for key, value in named.items()}


def _beside(composed: Composed, key: str, path: str) -> str:
    """A path in a configuration file is looked for beside that file first, so that a folder can be moved as a whole."""
    found = None if composed.word(f"world.{key}") else composed.source(f"world.{key}")
    if found is not None and (beside := found[0].path.parent / path).is_file():
        return str(beside)
    return path


def _policies(composed: Composed) -> tuple[tuple[Policy, ...], dict[str, float], float]:
    """The chosen policies in their order, the dose that each has of its own, and ``policy.dose``."""
    content = composed.tree.get("policy")
    if not isinstance(content, Mapping):
        raise RequestError("policy must be a choice of policies", where=composed.blame("policy"))
    chosen = composed.policies
    for key in content:
        if key != "dose" and key not in chosen:
            raise _stray(composed, str(key), list(chosen))
    dose = _located(composed, "policy.dose", lambda _, value: check_dose(value), content.get("dose"))
    made, own = [], {}
    for key in (key for key in content if key != "dose"):
        if not isinstance(content[key], Mapping):
            raise RequestError(
                f"policy.{key} must be a mapping of the fields of a policy", where=shown(chosen[str(key)])
            )
        made.append(_policy(composed, str(key), content[key], dose))
        own[str(key)] = to_unit(content[key]["dose"], "", f"policy.{key}.dose")
    return tuple(made), own, dose


def _policy(composed: Composed, key: str, data: Mapping[str, Any], dose: float) -> Policy:
    """One policy; a complaint about a field that a word has set names that word, else the file."""
    file = shown(composed.policies[key])
    try:
        return policy_from(key, data, file, dose)
    except RequestError as error:
        guilty = [
            word.written
            for word in composed.words
            if (
                word.key.startswith(f"policy.{key}.")
                and word.key.removeprefix(f"policy.{key}.").split(".")[-1] in error.what
            )
            or (word.key == "policy.dose" and "dose" in error.what)
        ]
        where = ", ".join(guilty) or file
        raise RequestError(error.what, where=where, given=error.given, allowed=error.allowed) from None


def _stray(composed: Composed, key: str, chosen: Sequence[str]) -> RequestError:
    """A key under ``policy`` that no chosen policy file brought."""
    name = f"policy.{key}"
    where = composed.blame(name)
    if isinstance(composed.tree["policy"][key], Mapping):
        return not_chosen(key, where, chosen)
    return unknown(name, where)


def _study(composed: Composed) -> Study:
    content = STUDY_DEFAULTS | _mapping(composed, "study", STUDY_KEYS)
    return Study(
        title=None if content["title"] is None else str(content["title"]),
        question=None if content["question"] is None else str(content["question"]),
        settings=_labelled(composed, "settings", "setting", "{without debts: [mechanisms.debt_finance=off]}"),
        arms=_labelled(composed, "arms", "arm", "{tighter: [policy=tighter_borders]}"),
        baseline=str(content["baseline"] or "none"),
        dose=_dose(composed, content["dose"]),
        samples=_samples(composed, content["samples"]),
        metrics=_list(composed, "metrics", content["metrics"], "metrics"),
        until=_list(composed, "until", content["until"], "targets, such as [deaths=5%]") or [],
        most_seeds=int(_number(composed, "most_seeds", content["most_seeds"])),
    )


def _labelled(composed: Composed, key: str, one: str, example: str) -> dict[str, list[str]]:
    """Lists of words by label."""
    found = composed.tree["study"].get(key) or {}
    good = isinstance(found, Mapping) and all(
        isinstance(words, list) and all(isinstance(word, str) for word in words) for words in found.values()
    )
    if not good:
        raise RequestError(
            f"study.{key} must name each {one} with its list of words, such as {example}",
            where=composed.blame(f"study.{key}"),
        )
    return {str(label): list(words) for label, words in found.items()}


def _list(composed: Composed, key: str, found: Any, what: str) -> list[str] | None:
    if found is not None and not isinstance(found, list):
        raise RequestError(f"study.{key} must be a list of {what}", where=composed.blame(f"study.{key}"))
    return None if found is None else [str(item) for item in found]


def _number(composed: Composed, key: str, found: Any) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise RequestError(f"study.{key} must be a number, not {found!r}", where=composed.blame(f"study.{key}"))
    return float(found)


def _dose(composed: Composed, found: Any) -> Dose | None:
    if found is None:
        return None
    keys = ("key", "values", "label", "over")
    at = composed.blame("study.dose")
    if not isinstance(found, Mapping) or "key" not in found or not isinstance(found.get("values"), list):
        raise RequestError(
            "study.dose must say its key and values, such as {key: policy.dose, values: [0.5, 1]}", where=at
        )
    for name in found:
        if name not in keys:
            raise RequestError(f"study.dose has no {name!r}", where=at, given=str(name), allowed=keys)
    over = str(found.get("over") or "arms")
    if over not in ("arms", "settings"):
        raise RequestError("study.dose.over is arms or settings", where=at, given=over, allowed=("arms", "settings"))
    values = tuple(_number(composed, "dose.values", value) for value in found["values"])
    if len(set(values)) < len(values) or not values:
        raise RequestError("study.dose.values must be different numbers, at least one", where=at)
    return Dose(str(found["key"]), values, str(found.get("label") or found["key"]), over)


def _samples(composed: Composed, found: Any) -> Samples | None:
    if found is None:
        return None
    at = composed.blame("study.samples")
    if not isinstance(found, Mapping) or not isinstance(found.get("parameters"), Mapping) or "count" not in found:
        raise RequestError(
            "study.samples must say count and the range of each parameter, such as "
            "{count: 32, parameters: {choice.noise: [0.1, 0.4]}}",
            where=at,
        )
    ranges = {}
    for name, ends in found["parameters"].items():
        if not isinstance(ends, list) or len(ends) != 2:
            raise RequestError(f"study.samples: the range of {name} must be [low, high]", where=at)
        low, high = (float(check_value(str(name), end, at)) for end in ends)
        if not low < high:
            raise RequestError(f"study.samples: the range of {name} must rise, not {ends}", where=at)
        ranges[str(name)] = (low, high)
    count = int(_number(composed, "samples.count", found["count"]))
    if not 2 <= count <= MOST_SAMPLES or not ranges:
        raise RequestError(f"study.samples: count must be 2 to {MOST_SAMPLES}, of at least one parameter", where=at)
    return Samples(count, ranges)
