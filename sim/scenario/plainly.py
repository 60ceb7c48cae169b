"""Requests without Hydra: files that refer to nothing and build on nothing are merged here, just as Hydra merges them.

Most requests are of this kind, and Hydra takes a fifth of a second to load and to compose one. Whatever is otherwise,
and whatever is wrong, is left to it. A test holds what both make of the shipped files against one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from sim.ground.errors import RequestError
from sim.ground.shipped import configs_dir
from sim.scenario.folders import PACKAGES, Folders
from sim.scenario.names import GROUPS, declared
from sim.scenario.reading import read
from sim.scenario.schema import checked, for_hydra
from sim.scenario.words import Word, listed

Merged = tuple[dict[str, Any], list[tuple[Path, str]]]
_KEY = re.compile(r"[\w-]+(?:\.[\w-]+)*")
_UNFILLED = "???"


class _NotPlainError(Exception):
    """Something that only Hydra can say the meaning of."""


def merged(words: Sequence[Word], folders: Folders) -> Merged | None:
    """The tree that words and files make, and the files in order, each with its place in the tree; None for Hydra."""
    try:
        layers = list(_layers(words, folders))
        tree = declared()
        for path, package in layers:
            content = for_hydra(checked(path)) if path.parent.name in GROUPS else {}
            _check(content)
            _merge(_place(tree, package), content)
        for word in words:
            if word.sets:
                _set(tree, word.key, word.content)
    except (_NotPlainError, RequestError):
        return None
    return tree, layers


def _layers(words: Sequence[Word], folders: Folders) -> Iterator[tuple[Path, str]]:
    """The files that take part, in the order of the defaults list of ``config.yaml``."""
    config = configs_dir() / "config.yaml"
    content = read(config).content
    chosen = _choices(words)
    if content.keys() != {"defaults"}:
        raise _NotPlainError
    for entry in content["defaults"]:
        if entry == "_self_":
            yield config, ""
        elif entry != "declared":
            ((group, usual),) = entry.items()
            for name in chosen.get(group, [usual] if usual else []):
                package = PACKAGES[group].format(name=name)
                yield folders.path(group, name), "" if package == "_global_" else package


def _choices(words: Sequence[Word]) -> dict[str, list[str]]:
    """The names that words choose, by group."""
    chosen: dict[str, list[str]] = {}
    for word in words:
        if word.grammar:
            group, _, names = word.grammar.partition("=")
            if group not in GROUPS or group in chosen or not listed(names):
                raise _NotPlainError
            chosen[group] = listed(names)
    return chosen


def _check(content: Any) -> None:
    """Refuse references, defaults lists of files, and what is to be filled in."""
    if isinstance(content, Mapping):
        if "defaults" in content:
            raise _NotPlainError
        for key, value in content.items():
            if not isinstance(key, str):
                raise _NotPlainError
            _check(value)
    elif isinstance(content, list):
        for value in content:
            _check(value)
    elif not _is_plain(content):
        raise _NotPlainError


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return "${" not in value and value != _UNFILLED
    return value is None or isinstance(value, bool | int | float)


def _place(tree: dict[str, Any], package: str) -> dict[str, Any]:
    """Where in the tree the content of a file belongs."""
    place = tree
    for part in filter(None, package.split(".")):
        place = place.setdefault(part, {})
    return place


def _merge(into: dict[str, Any], content: Mapping[str, Any]) -> None:
    """Put content over what is there: mappings key by key, all else in one piece."""
    for key, value in content.items():
        there = into.get(key)
        if isinstance(there, dict) and isinstance(value, Mapping):
            _merge(there, value)
        elif isinstance(there, dict):
            raise _NotPlainError
        else:
            into[key] = value


def _set(tree: dict[str, Any], key: str, content: Any) -> None:
    """Give one setting the value that a word says."""
    whole = isinstance(content, list)  # which Hydra puts in the place of another in one piece, as here
    if whole:
        _check(content)
    if not _KEY.fullmatch(key) or not (whole or _is_plain(content)):
        raise _NotPlainError
    *above, last = key.split(".")
    place: Any = tree
    for part in above:
        if not isinstance(place, dict) or part not in place:
            raise _NotPlainError
        place = place[part]
    if not isinstance(place, dict) or isinstance(place.get(last), dict) or isinstance(place.get(last), list) != whole:
        raise _NotPlainError
    place[last] = deepcopy(content)
