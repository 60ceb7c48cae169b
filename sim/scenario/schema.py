"""What each kind of configuration file may hold; whatever a file says is checked before Hydra sees it.

References such as ``${people.size}`` are left to the checks of the composed tree, in which they have a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from sim.declared.parameters import PARAMETERS
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief
from sim.ground.shipped import shown
from sim.policies.policy import as_text, completed, policy_from
from sim.scenario.folders import check_option_name
from sim.scenario.names import (
    GROUPS,
    LONGEST_PATH,
    SECTIONS,
    WORLD_KEYS,
    check_dose,
    check_results_name,
    check_value,
    leaves,
    unknown,
)
from sim.scenario.reading import Document, read
from sim.scenario.shocks import check_setting
from sim.scenario.studies import study_from

_OVERRIDES = {"scenario": ("world", "policy"), "study": ("world", "policy", "scenario")}


def checked(path: Path) -> Document:
    """The file at ``path``, checked as one of its group. To be read only.

    Raises
    ------
    RequestError : everything that is wrong with the file.
    """
    document = read(path)
    if path.parent.name in GROUPS:
        _check(document)
    return document


def _check(document: Document) -> None:
    faults = Faults(shown(document.path))
    group = document.path.parent.name
    with faults.gathered():
        check_option_name(group, document.path.stem, shown(document.path))
    with faults.gathered():
        _CHECKS[group](document)
    faults.tell()


def for_hydra(document: Document) -> dict[str, Any]:
    """The content of a checked file as Hydra is given it: policies with their defaults, texts that stay as they are."""
    content = deepcopy(document.content)
    group = document.path.parent.name
    if group == "policy":
        content = completed(content)
        for name in ("name", "intent"):
            content[name] = literal(content[name])
        for name in ("claims", "disputed"):
            content[name] = [literal(item) for item in content[name]]
    study = content.get("study")
    if group != "policy" and isinstance(study, dict):
        for name in ("title", "question"):
            if isinstance(study.get(name), str):
                study[name] = literal(study[name])
        if isinstance(study.get("dose"), dict) and isinstance(study["dose"].get("label"), str):
            study["dose"]["label"] = literal(study["dose"]["label"])
    return content


# --- by group ---------------------------------------------------------------------------------------------------


def _policy(document: Document) -> None:
    """A policy's file; fields that refer to others are checked once composed."""
    content = {name: value for name, value in document.content.items() if not refers(name, value)}
    left: dict[str, Any] = {"levers": []} if "levers" in document.content and "levers" not in content else {}
    policy_from(document.path.stem, content | left, document.where)


def refers(name: str, value: Any) -> bool:
    """Whether a field of a policy holds a reference; in its texts, ``${`` is text like any other."""
    if name in ("name", "intent", "claims", "disputed"):
        return False
    items = [item for _, item in leaves(value)] if isinstance(value, Mapping) else [value]
    if isinstance(value, list):
        items = [
            part for item in value for part in ([v for _, v in leaves(item)] if isinstance(item, Mapping) else [item])
        ]
    return any(_reference(item) for item in items)


def _reference(value: Any) -> bool:
    return isinstance(value, str) and "${" in value


def _world(document: Document) -> None:
    _world_keys(document.content, "", document)


def _world_keys(content: Mapping[str, Any], above: str, document: Document) -> None:
    faults = Faults()
    for key, value in content.items():
        where = document.where(f"{above}{key}")
        if key not in WORLD_KEYS:
            faults.add(f"there is no setting 'world.{key}'", where=where, given=key, allowed=WORLD_KEYS)
        elif value is not None:
            with faults.gathered():
                as_text(value, f"world.{key}", where, LONGEST_PATH)
    faults.tell()


def _global(document: Document) -> None:
    """A scenario or a study: any settings, choices in a defaults list, and what a study asks."""
    faults = Faults()
    for key, value in document.content.items():
        where = document.where(key)
        with faults.gathered():
            if "." in key:  # would lie beside the group of that name, and words would not reach it
                raise RequestError(f"{key} is written in groups in a file: {_in_groups(key, value)}", where=where)
            if key == "defaults":
                _defaults(value, document)
            elif key == "name":
                check_results_name(as_text(value, "name", where, LONGEST_PATH), where)
            elif key == "study":
                study_from(value, lambda name: document.where(f"study.{name}" if name else "study"))
            elif key == "shocks":
                check_setting(value, lambda name: document.where(f"shocks.{name}" if name else "shocks"))
            elif key in ("world", "policy"):
                _choice_section(key, value, document)
            else:
                _settings(key, value, document)
    faults.tell()


def _in_groups(key: str, value: Any) -> str:
    """A dotted key as a file has it.

    >>> _in_groups("people.size", 300)
    'people: {size: 300}'
    """
    above, _, last = key.rpartition(".")
    parts = above.split(".")
    written = brief(value) if isinstance(value, str) else str(value)[:LONGEST_PATH]
    return ": {".join(parts) + f": {{{last}: {written}" + "}" * len(parts)


def _settings(key: str, value: Any, document: Document) -> None:
    """A group of settings, or one setting that stands alone."""
    if key in SECTIONS and not (isinstance(value, Mapping) and value):
        raise unknown(key, document.where(key))
    faults = Faults()
    for name, item in leaves({key: value}):
        with faults.gathered():
            if not _reference(item) or name not in PARAMETERS:
                check_value(name, item, document.where(name))
    faults.tell()


def _choice_section(key: str, value: Any, document: Document) -> None:
    where = document.where(key)
    if not isinstance(value, Mapping):
        raise RequestError(
            f"{key} must be a group of settings, not {brief(value)}; a file chooses with "
            f"defaults: [override /{key}: NAME]",
            where=where,
        )
    if key == "world":
        _world_keys(value, "world.", document)
        return
    faults = Faults()
    for name, item in value.items():
        at = document.where(f"policy.{name}")
        with faults.gathered():
            if name == "dose" and not _reference(item):
                check_dose(item, at)
            elif name != "dose" and not isinstance(item, Mapping):
                raise RequestError(f"policy.{name} must be a mapping of the fields of a policy", where=at)
    faults.tell()


def _defaults(entries: Any, document: Document) -> None:
    """The list that chooses a world, policies or another file of the same group to build on."""
    group = document.path.parent.name
    allowed = [f"override /{other}: NAME" for other in _OVERRIDES[group]]
    if not isinstance(entries, list):
        raise RequestError("defaults must be a list", where=document.where("defaults"), allowed=allowed)
    faults = Faults()
    for number, entry in enumerate(entries):
        where = document.where(f"defaults.{number}")
        with faults.gathered():
            if isinstance(entry, str):
                if entry != "_self_":
                    _check_line(document.path, entry, where, (document.path.stem,))
                continue
            key, value = next(iter(entry.items())) if isinstance(entry, Mapping) and len(entry) == 1 else ("", None)
            other = key.removeprefix("override /")
            if other == key or other not in _OVERRIDES[group]:
                raise RequestError(
                    f"defaults cannot hold {brief(entry)}", where=where, given=f"{key}: NAME", allowed=allowed
                )
            names = value if isinstance(value, list) and other == "policy" else [value]
            for name in names:
                as_text(name, f"the {other} in defaults", where)
    faults.tell()


def _check_line(path: Path, name: str, where: str, line: tuple[str, ...]) -> None:
    """RequestError if a file builds on itself, directly or by way of others."""
    if name in line:
        raise RequestError(f"{path.stem} builds on itself: {' → '.join((*line, name))}", where=where)
    other = path.with_name(f"{name}.yaml")
    if other.is_file():
        entries = read(other).content.get("defaults")
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, str) and entry != "_self_":
                _check_line(other, entry, where, (*line, name))


_CHECKS: dict[str, Callable[[Document], None]] = {
    "policy": _policy,
    "world": _world,
    "scenario": _global,
    "study": _global,
}


def literal(text: str) -> str:
    """Keep ``${`` from being read as a reference: OmegaConf wants it escaped, and backslashes before it doubled."""
    return re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + r"\${", text)
