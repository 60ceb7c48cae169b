"""Ensembles: the sets of parameters with which a world fits what is known, as tables that ship or lie with the user.

``ensemble/NAME.csv`` has one row a set: a column ``set`` with its number, and a column for every parameter that was
fitted. ``ensemble/NAME.json`` beside it says of which world they are, what they were fitted to, and what made them.
``ensemble=calibrated`` means the ensemble that has the name of the world.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.declared.parameters import HOW_TO_RUN, PARAMETERS
from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import Parameter, brief, to_unit
from sim.ground.shipped import shown
from sim.scenario.folders import Folders
from sim.scenario.names import check_value, key_of

CALIBRATED = "calibrated"  # the ensemble with the name of the world
NO_ENSEMBLE = ("none", "null")  # takes away what a study asks for
GROUP = "ensemble"
WORDS = (GROUP, f"{GROUP}.count")
KEYS = ("name", "count")
ORDER_SEED = 20_260_101  # of the order in which some of the sets are taken
MOST_SETS = 10_000
# how an ensemble of a world is made, and where it is found then
_MAKE = (
    "labyrinth calibrate {targets} world={world} name={world}, and use it with --config-dir results/{world}/calibration"
)
_USUAL = "archetypes"  # the targets that every world is held against unless it has others


@dataclass(frozen=True)
class Asked:
    """An ensemble as a request names it; ``count`` None means all of its sets. ``none`` takes that of a file away."""

    name: str = CALIBRATED
    count: int | None = None


@dataclass(frozen=True)
class Ensemble:
    """Sets by number, each a mapping of parameters to values, with what the file beside them says ``about`` them."""

    name: str
    world: str
    sets: dict[int, dict[str, Any]]
    about: Mapping[str, Any]
    path: Path

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that every set has a value for."""
        return tuple(next(iter(self.sets.values())))

    @property
    def row(self) -> dict[str, Any]:
        """What a list says of it."""
        targets = self.about.get("targets") or ()
        held_out = sum(bool(one.get("held_out")) for one in targets if isinstance(one, Mapping))
        return {
            "name": self.name,
            "world": self.world,
            "sets": len(self.sets),
            "version": self.about.get("version"),
            "meaning": f"{len(self.sets)} sets of {len(self.parameters)} parameters with which the world "
            f"{self.world} fits {len(targets) - held_out} targets",
            "held_out": f"{held_out} targets were not used; met: {self.about.get('held_out_met')}"
            if held_out
            else None,
            "settings": [f"{name}={value}" for name, value in (self.about.get("settings") or {}).items()],
            "parameters": list(self.parameters),
            "made": self.about.get("made"),
        }

    def first(self, count: int | None) -> dict[int, dict[str, Any]]:
        """``count`` of the sets by number, the first of a shuffled order that is always the same; None: all.

        RequestError where there are fewer.
        """
        if count is None:
            return dict(self.sets)
        if not 2 <= count <= len(self.sets):
            raise RequestError(
                f"ensemble {self.name} has {len(self.sets)} sets; take 2 to {len(self.sets)} of them, not {count}",
                where=f"{GROUP}.count={count}",
            )
        import numpy as np  # noqa: PLC0415 - a request can be read without it

        numbers = sorted(self.sets)
        order = np.random.default_rng(ORDER_SEED).permutation(len(numbers))[:count]
        return {numbers[place]: self.sets[numbers[place]] for place in sorted(order)}


# --- what is asked ----------------------------------------------------------------------------------------------


def asked_from(content: Any, where: str | None) -> Asked | None:
    """An ensemble from the content of a file: a name, or a mapping of ``name`` and ``count``; None for nothing.

    Raises
    ------
    RequestError : it is neither, or has other keys.
    """
    if content is None:
        return None
    found = {"name": content} if isinstance(content, str) else content
    if not isinstance(found, Mapping):
        raise RequestError(
            f"ensemble must be a name or {{name: {CALIBRATED}, count: 50}}, not {brief(content)}", where=where
        )
    faults = Faults(GROUP)
    for key in found:
        if key not in KEYS:
            faults.add(f"an ensemble has no {key!r}", where=where, given=str(key), allowed=KEYS)
    name, count = found.get("name", CALIBRATED), None
    if not isinstance(name, str) or not name.strip():
        faults.add(f"the name of an ensemble is text, not {brief(name)}", where=where)
    with faults.gathered():
        count = _count(found.get("count"), where)
    faults.tell()
    return Asked(str(name).strip(), count)


def _count(value: Any, where: str | None) -> int | None:
    if value is None:
        return None
    number = to_unit(value, "count", f"{GROUP}.count", where)
    if number != int(number) or not 2 <= number <= MOST_SETS:
        raise RequestError(f"{GROUP}.count must be a whole number from 2 to {MOST_SETS}, not {value}", where=where)
    return int(number)


def among(words: Iterable[str]) -> tuple[list[str], Asked | None]:
    """Words without ``ensemble=NAME`` and ``ensemble.count=N``, and what these two ask for.

    >>> among(["world=corridor", "ensemble=calibrated", "ensemble.count=50"])
    (['world=corridor'], Asked(name='calibrated', count=50))
    """
    rest: list[str] = []
    own: dict[str, str] = {}
    for word in words:
        _, equals, value = str(word).partition("=")
        name = key_of(str(word))
        if name not in WORDS:
            rest.append(word)
            continue
        if not equals or not value.strip():
            raise RequestError(f"{name} needs a value, such as {GROUP}={CALIBRATED}", where=str(word))
        own[name.removeprefix(f"{GROUP}.") if "." in name else "name"] = value.strip()
    return rest, asked_from(own, "; ".join(f"{key}={value}" for key, value in own.items())) if own else None


# --- what there is ----------------------------------------------------------------------------------------------


def names(folders: Folders) -> list[str]:
    """The ensembles that are shipped, and those in the user's folders."""
    return folders.options(GROUP)


def ensemble_of(asked: Asked, world: str, folders: Folders) -> Ensemble:
    """The ensemble that a request means in a world.

    Raises
    ------
    RequestError : there is none of that name, or it is one of another world, or its files are wrong.
    """
    there = names(folders)
    name = world if asked.name == CALIBRATED else asked.name
    if name not in there:
        if asked.name == CALIBRATED:
            raise RequestError(
                f"there is no ensemble of the world {world!r}; make one with: "
                f"{_MAKE.format(targets=_USUAL, world=world)}",
                where=f"{GROUP}={CALIBRATED}",
                allowed=there,
            )
        raise RequestError(
            f"there is no ensemble {name!r}", where=f"{GROUP}={name}", given=name, allowed=[CALIBRATED, *there]
        )
    found = read_ensemble(name, folders)
    if found.world != world:
        raise RequestError(
            f"ensemble {name} was fitted in the world {found.world!r}, and this is {world!r}",
            where=f"{GROUP}={asked.name}",
            allowed=[one for one in there if one == world] or None,
        )
    return found


def read_ensemble(name: str, folders: Folders) -> Ensemble:
    """An ensemble by name; the user's own goes before one of that name that is shipped.

    Raises
    ------
    RequestError : its files cannot be read; all faults are told, each with its line.
    """
    there = names(folders)
    if name not in there:
        raise RequestError(f"there is no ensemble {name!r}", given=name, allowed=there)
    shipped, *own = folders.all
    found = (folder / GROUP / f"{name}.csv" for folder in (*own, shipped))
    path = next(one for one in found if one.exists() or one.is_symlink())
    about = _about(path.with_suffix(".json"))
    return Ensemble(name, str(about["world"]), _sets(path, about), about, path)


def _about(path: Path) -> dict[str, Any]:
    """What the file beside the sets says; RequestError where it is missing or does not name a world."""
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise RequestError(f"the file that says what an ensemble was fitted to cannot be read: {error}",
                           where=shown(path)) from None  # fmt: skip
    if not isinstance(content, dict) or not isinstance(content.get("world"), str):
        raise RequestError("it must say of which world the ensemble is", where=shown(path), allowed=["world: NAME"])
    for key, kind, called in (("targets", list, "a list"), ("settings", dict, "a mapping")):
        if not isinstance(content.get(key) or kind(), kind):
            raise RequestError(f"{key} must be {called}, not {brief(content[key])}", where=shown(path))
    return content


def _sets(path: Path, about: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    faults = Faults(shown(path))
    sets: dict[int, dict[str, Any]] = {}
    from sim.world.csv_files import read_text  # noqa: PLC0415 - lists of what else there is do not need it

    reader = csv.DictReader(io.StringIO(read_text(path, shown(path)), newline=""))
    try:
        columns = list(reader.fieldnames or ())
        _check_columns(columns, about, faults, shown(path))
        faults.tell()
        for row in reader:
            where = f"{shown(path)}, line {reader.line_num}"
            with faults.gathered():
                if None in row:
                    raise RequestError(f"the line has more cells than there are columns, {len(columns)}", where=where)
                number = _count_of(row.get("set"), where)
                if number in sets:
                    raise RequestError(f"set {number} stands twice", where=where)
                sets[number] = _values(row, columns[1:], where)
    except csv.Error as error:
        faults.add(f"the line cannot be read: {error}", where=f"{shown(path)}, line {reader.line_num}")
    if len(sets) < 2 and not faults:
        faults.add("an ensemble has at least two sets", where=shown(path))
    faults.tell()
    return sets


def _check_columns(columns: Sequence[str], about: Mapping[str, Any], faults: Faults, where: str) -> None:
    if columns[:1] != ["set"] or len(columns) < 2:
        faults.add("the first column is 'set', and one for each parameter follows it", where=where)
        return
    again = _MAKE.format(targets=about.get("calibration") or _USUAL, world=about["world"])
    for name in columns[1:]:
        if name not in PARAMETERS:
            made = about.get("version")
            faults.add(
                f"there is no parameter {name!r} any more; the ensemble was made with version {made}; "
                f"make it again with: {again}",
                where=where, given=name,
            )  # fmt: skip
        elif name in HOW_TO_RUN or not _is_a_number(PARAMETERS[name]):
            faults.add(f"{name} is not a number of the model, in which sets could differ", where=where)
        elif columns.count(name) > 1:
            faults.add(f"{name} has two columns", where=where)


def _is_a_number(parameter: Parameter) -> bool:
    return not parameter.options and not isinstance(parameter.default, bool)


def _count_of(text: Any, where: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", str(text)) or int(text) < 1:
        raise RequestError(f"a set has a number from 1 on, not {brief(text)}", where=where)
    return int(text)


def _values(row: Mapping[str, Any], columns: Sequence[str], where: str) -> dict[str, Any]:
    """The values of a set, each as its parameter takes it; RequestError for all that are outside their limits."""
    faults = Faults()
    found = {}
    for name in columns:
        with faults.gathered():
            if row.get(name) in (None, ""):
                raise RequestError(f"{name} has no value", where=where)
            found[name] = check_value(name, row[name], where)
    faults.tell()
    return found
