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
from sim.configuration.names import STUDY_KEYS, WORLD_KEYS, check_dose, check_value, leaves, unknown
from sim.errors import RequestError
from sim.parameters import PARAMETERS
from sim.policies.policy import Policy, policy_from
from sim.quantities import to_unit
from sim.switches import SWITCHES

_ELSEWHERE = ("policy", "world", "study", "name")


@dataclass(frozen=True)
class Study:
    """A comparison with its question: arms are overrides by label."""

    question: str | None
    arms: dict[str, list[str]]
    baseline: str
    metrics: list[str] | None


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
    content = _mapping(composed, "study", STUDY_KEYS)
    arms = content.get("arms") or {}
    good = isinstance(arms, Mapping) and all(
        isinstance(words, list) and all(isinstance(word, str) for word in words) for words in arms.values()
    )
    if not good:
        raise RequestError(
            "study.arms must name each arm with its list of words, such as {tighter: [policy=tighter_borders]}",
            where=composed.blame("study.arms"),
        )
    metrics = content.get("metrics")
    if metrics is not None and not isinstance(metrics, list):
        raise RequestError("study.metrics must be a list of metrics", where=composed.blame("study.metrics"))
    return Study(
        question=None if content.get("question") is None else str(content["question"]),
        arms={str(label): list(words) for label, words in arms.items()},
        baseline=str(content.get("baseline") or "none"),
        metrics=None if metrics is None else [str(metric) for metric in metrics],
    )
