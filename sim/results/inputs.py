"""What a study took from its user, kept with its results: tables of own worlds, files of own policies and studies.

Results must be understood, shown again and repeated after the user's folders have moved. A world is kept as the
CSV files that make it, ``world/<name>-<key>/regions.csv`` and so on, a configuration file as it was,
``config/policy/<name>.yaml``; so ``labyrinth … --config-dir results/x/config`` finds them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.ground.shipped import configs_dir
from sim.scenario.words import listed
from sim.ground.errors import RequestError
from sim.scenario.scenario import Scenario
from sim.results.naming import CONFIGS, WORLDS
from sim.results.parts import verified_bytes
from sim.results.sealed import DamagedError
from sim.world.describe import world_rows
from sim.world.load import FILES, OPTIONAL, SHIPPED, load_world
from sim.world.world import World

_GROUPS = ("policy", "scenario", "shocks", "study", "world")


def own_worlds(worlds: Iterable[World]) -> dict[str, World]:
    """Those worlds that are not shipped as they are, by content key."""
    found = {world.key: world for world in worlds}
    return {key: world for key, world in found.items() if not _is_shipped(world, key)}


def _is_shipped(world: World, key: str) -> bool:
    return world.name in SHIPPED and load_world(world.name).key == key


def place_of(world: World, key: str) -> str:
    """Where the tables of a world lie, as a path inside the folder of results."""
    return f"{WORLDS}/{re.sub(r'[^A-Za-z0-9_-]', '_', world.name)[:40]}-{key[:8]}"


def files_of(world: World, key: str) -> dict[str, str]:
    """The CSV files that make a world: path inside the folder of results, and content."""
    return {
        f"{place_of(world, key)}/{name}.csv": _csv(rows) for name, rows in world_rows(world).items() if name in FILES
    }


def kept_world(folder: Path, name: str, key: str, place: str | None, files: Mapping[str, Any]) -> World:
    """A world as it was when the study was run: from its copy, or the shipped one.

    Parameters
    ----------
    place : where in ``folder`` its tables lie; None for a shipped world.
    files : fingerprints of the files kept, by path inside ``folder``.

    Raises
    ------
    RequestError : the copy is not as it was written, or the shipped world is another now.
    """
    if place is None:
        world = load_world(name)
    else:
        paths = {table: f"{place}/{table}.csv" for table in FILES}
        paths = {table: path for table, path in paths.items() if path in files or table not in OPTIONAL}
        for path in paths.values():
            try:
                verified_bytes(folder / path, files.get(path))
            except DamagedError as fault:
                raise RequestError(f"{folder / path} {fault}: the world of these results cannot be made") from None
        found = {table: str((folder / path).resolve()) for table, path in paths.items()}
        world = replace(load_world("csv", found), name=name)
    if world.key != key:
        raise RequestError(f"world {name} is not what it was when {folder} was made")
    return world


def configuration_files(scenarios: Iterable[tuple[Scenario, tuple[str, ...]]]) -> dict[str, bytes]:
    """The user's files that scenarios with their words were made from: path inside the results, and content."""
    found: dict[str, bytes] = {}
    for scenario, words in scenarios:
        for group, name in _choices(scenario, words) if scenario.folders else ():
            for folder in scenario.folders:
                path = Path(folder).expanduser() / group / f"{name}.yaml"
                if path.is_file() and not path.resolve().is_relative_to(configs_dir().resolve()):
                    found.setdefault(f"{CONFIGS}/{group}/{name}.yaml", path.read_bytes())
    return found


def _choices(scenario: Scenario, words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Group and name of everything that was chosen by name."""
    yield from (("policy", policy.key) for policy in scenario.policies)
    yield "world", scenario.world.name
    for word in words:
        group, _, value = word.partition("=")
        if group.lstrip("+") in _GROUPS and "{" not in value:  # what is written out is in the record
            yield from ((group.lstrip("+"), name) for name in listed(value))


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
