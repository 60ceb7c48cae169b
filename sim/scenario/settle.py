"""From a composed tree to checked parts: typed values, switches, the world, policies.

Hydra checks what the command line overrides, not what a file adds; so the whole tree is checked here against the
declarations, and every complaint names the word or the file and key behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError
from sim.ground.quantities import to_unit
from sim.ground.shipped import shown
from sim.policies.policy import Policy, as_text, policy_from
from sim.policies.shocks import Shock
from sim.scenario.composition import Composed
from sim.scenario.faults import not_chosen
from sim.scenario.names import LONGEST_PATH, WORLD_KEYS, check_dose, check_results_name, check_value, leaves, unknown
from sim.scenario.reading import read
from sim.scenario.schema import refers
from sim.scenario.shocks import shocks_of
from sim.scenario.studies import Study, study_from

_ELSEWHERE = ("policy", "world", "study", "name", "shocks")


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
    shocks: tuple[Shock, ...] = ()
    filed: dict[str, Policy] = field(default_factory=dict)
    own_tables: tuple[str, ...] = ()


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
        name=_name(composed),
        values={name: checked[name] for name in PARAMETERS},
        mechanisms={name: checked[f"mechanisms.{name}"] for name in SWITCHES},
        world=_world(composed),
        policies=policies,
        own_doses=own_doses,
        dose=dose,
        filed={policy.key: _filed(composed, policy.key) for policy in policies},
        own_tables=tuple(key for key in WORLD_KEYS if composed.word(f"world.{key}") is not None),
        shocks=shocks_of(tree.get("shocks"), composed.folders.all, lambda key: _where_of_shocks(composed, key)),
        study=study_from(tree.get("study"), lambda key: composed.blame(f"study.{key}" if key else "study")),
    )


def _name(composed: Composed) -> str | None:
    """The folder of results that is asked for; it is text however it looks."""
    name, where = composed.tree.get("name"), composed.blame("name")
    return None if name is None else check_results_name(as_text(name, "name", where, LONGEST_PATH), where)


def _where_of_shocks(composed: Composed, key: str) -> str | None:
    """The word that sets the shocks, or the line of the file that lists one."""
    if composed.word("shocks") is None and (found := composed.source("shocks")) is not None:
        return read(found[0].path).where(f"shocks.{key}" if key else "shocks")
    return composed.blame("shocks")


def _located(composed: Composed, name: str, check: Callable[[str, Any], Any], value: Any) -> Any:
    """``check(name, value)``; its complaint is told where ``name`` was set."""
    try:
        return check(name, value)
    except RequestError as error:
        raise error.at(composed.blame(name)) from None


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
    named: dict[str, str | None] = dict.fromkeys(WORLD_KEYS)
    for key, value in content.items():
        if value is not None:
            named[key] = as_text(value, f"world.{key}", composed.blame(f"world.{key}"), LONGEST_PATH)
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
    made: list[Policy] = []
    own: dict[str, float] = {}
    for key in (key for key in content if key != "dose"):
        if not isinstance(content[key], Mapping):
            raise RequestError(
                f"policy.{key} must be a mapping of the fields of a policy", where=shown(chosen[str(key)])
            )
        made.append(_policy(composed, str(key), content[key], dose))
        own[str(key)] = to_unit(content[key]["dose"], "", f"policy.{key}.dose")
    return tuple(made), own, dose


def _filed(composed: Composed, key: str) -> Policy:
    """One policy as its file says; a field that refers to others is as it has been composed."""
    data = read(composed.policies[key]).content
    as_composed = {name: composed.tree["policy"][key][name] for name, value in data.items() if refers(name, value)}
    return policy_from(key, data | as_composed, shown(composed.policies[key]))


def _policy(composed: Composed, key: str, data: Mapping[str, Any], dose: float) -> Policy:
    """One policy; a complaint names the word that has set the field, else the line of the file that has."""
    document = read(composed.policies[key])

    def where(field: str) -> str:
        return (_where_in_policy(composed, key, field) if field else None) or document.where(field)

    made = policy_from(key, data, where, dose)
    if made.review and not made.levers and not made.review.then:
        raise RequestError(f"the review of policy {key}, which moves nothing, begins no other, so that nothing would "
                           "follow; name some in then", where=where("review"))  # fmt: skip
    return made


def _where_in_policy(composed: Composed, key: str, field: str) -> str | None:
    """The word, or the line of the file, that has set a field of a policy or what holds it; None for neither."""
    own = f"policy.{key}"
    word = composed.word(f"{own}.{field}") or (composed.word("policy.dose") if field == "dose" else None)
    parts = field.split(".")
    while parts and word is None:
        name = ".".join([own, *parts])
        if (found := composed.source(name)) is not None:
            file = found[0]
            return read(file.path).where(f"{own}.{field}".removeprefix(f"{file.package}." if file.package else ""))
        word = composed.word(name)
        parts.pop()
    return None if word is None else word.written


def _stray(composed: Composed, key: str, chosen: Sequence[str]) -> RequestError:
    """A key under ``policy`` that no chosen policy file brought."""
    name = f"policy.{key}"
    where = composed.blame(name)
    if isinstance(composed.tree["policy"][key], Mapping):
        return not_chosen(key, where, chosen)
    return unknown(name, where)
