"""The names that a request may set, and the check of each value. Nothing here reads a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.calendar import WEEKS_PER_YEAR
from sim.ground.errors import RequestError, nearest
from sim.ground.quantities import Parameter, Switch, to_unit
from sim.policies.policy import FIELDS, WHERE_KEYS
from sim.policies.review import KEYS

GROUPS = ("world", "policy", "scenario", "study")  # chosen by name, one YAML file an option
LONGEST_PATH = 4096
WORLD_KEYS = ("name", "regions", "legs", "sectors", "communities")
STUDY_DEFAULTS: dict[str, Any] = {
    "title": None,
    "question": None,
    "settings": {},
    "arms": {},
    "baseline": "none",
    "dose": None,
    "samples": None,
    "ensemble": None,
    "metrics": None,
    "until": None,
    "most_seeds": 64,
}
STUDY_KEYS = tuple(STUDY_DEFAULTS)
MOST_DOSE = 100.0
LONGEST_PART, LONGEST_RESULTS_NAME = 100, 200  # of name=
_WEEKS = re.compile(r"(.*\d.*?)\s*weeks?\s*", re.IGNORECASE | re.DOTALL)
SECTIONS = (*dict.fromkeys(name.partition(".")[0] for name in PARAMETERS if "." in name), "mechanisms")


def key_of(word: str) -> str:
    """The key of ``key=value``, without blanks and without the ``+`` that Hydra's grammar may put before it.

    >>> key_of(" +people.size = 300")
    'people.size'
    """
    return word.partition("=")[0].strip().lstrip("+").strip()


def tidied(words: Iterable[str]) -> list[str]:
    """Words with their keys as :func:`key_of` gives them, so that one word is always written in one way.

    >>> tidied(["+seeds=4", "study =headline", "raids"])
    ['seeds=4', 'study=headline', 'raids']
    """
    return [
        f"{key_of(word)}={word.partition('=')[2].strip()}" if isinstance(word, str) and "=" in word else word
        for word in words
    ]


def setting_names() -> list[str]:
    """Every dotted name that takes one value, without the fields of single policies."""
    return [
        *PARAMETERS,
        *(f"mechanisms.{name}" for name in SWITCHES),
        "name",
        *GROUPS,
        "shocks",
        "policy.dose",
        *(f"world.{name}" for name in WORLD_KEYS),
    ]


def declared() -> dict[str, Any]:
    """Every default as one nested mapping: what configuration files depart from."""
    tree: dict[str, Any] = {
        "name": None,
        "shocks": None,
        "world": dict.fromkeys(WORLD_KEYS),
        "policy": {"dose": 1.0},
        "study": deepcopy(STUDY_DEFAULTS),
    }
    for name, parameter in PARAMETERS.items():
        section, _, last = name.rpartition(".")
        (tree.setdefault(section, {}) if section else tree)[last] = parameter.default
    tree["mechanisms"] = {name: switch.default for name, switch in SWITCHES.items()}
    return tree


def unknown(name: str, where: str | None = None) -> RequestError:
    """The error for a name that nothing declares; names of the same group are offered."""
    spoken, every = name.replace("/", "."), setting_names()
    close = nearest(spoken, every)
    section = spoken.split(".")[0]
    if section not in SECTIONS:
        section = (close or "").rpartition(".")[0]
    inside = [known for known in every if known.startswith(f"{section}.")]
    if spoken in SECTIONS:
        return RequestError(f"{spoken} is a group of settings, not one of them", where=where, allowed=inside)
    if close and close not in inside:
        inside.insert(0, close)
    outside = [*(known for known in every if "." not in known), *(f"{group}.…" for group in SECTIONS)]
    return RequestError(f"there is no setting {name!r}", where=where, given=spoken, allowed=inside or outside)


def check_value(name: str, value: Any, where: str | None = None) -> Any:
    """``value`` as the type and in the unit that parameter or switch ``name`` declares.

    Raises
    ------
    RequestError : nothing declares the name, or the value is not allowed.
    """
    entry, as_declared = _entries().get(name, (None, None))
    if entry is None:
        raise unknown(name, where)
    if value is entry.default:
        return as_declared
    if name == "time.years" and isinstance(value, str) and (weeks := _WEEKS.fullmatch(value)):
        value = to_unit(weeks[1], "weeks", name, where) / WEEKS_PER_YEAR  # years of a run, not of the calendar
    return entry.check(value, where)


def default_of(name: str) -> Any:
    """What parameter or switch ``name`` is as declared; RequestError if nothing declares it."""
    entry, as_declared = _entries().get(name, (None, None))
    if entry is None:
        raise unknown(name)
    return as_declared


@cache
def _entries() -> dict[str, tuple[Parameter | Switch, Any]]:
    """Parameters and switches by name, each with its default checked: nearly all values of a request are defaults."""
    every: dict[str, Parameter | Switch] = {
        **PARAMETERS,
        **{f"mechanisms.{name}": switch for name, switch in SWITCHES.items()},
    }
    return {name: (entry, entry.check(entry.default, None)) for name, entry in every.items()}


def check_results_name(name: str, where: str | None = None) -> str:
    """``name=``, the folder of results that a request asks for. RequestError when it is too long for a folder."""
    if not _is_text(name):
        raise RequestError("name has a character that no text holds; type it in UTF-8", where=where)
    if max(len(part.encode()) for part in name.split("/")) > LONGEST_PART or len(name) > LONGEST_RESULTS_NAME:
        raise RequestError(
            f"name has {len(name)} characters; a folder of results has at most {LONGEST_PART} in each part, "
            f"{LONGEST_RESULTS_NAME} in all",
            where=where,
        )
    return name


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # a byte of the command line that is not UTF-8
        return False
    return True


def check_dose(value: Any, where: str | None = None) -> float:
    """``policy.dose`` as a number."""
    dose = to_unit(value, "", "policy.dose", where)
    if not 0.0 <= dose <= MOST_DOSE:
        raise RequestError(f"policy.dose = {dose:g} is outside its range 0 to {MOST_DOSE:g}", where=where)
    return dose


def check_policy_field(policy: str, path: str, where: str | None = None) -> None:
    """RequestError unless ``path`` (``dose``, ``levers.0.value``, ``levers.0.where.role``) is a field of a policy."""
    first, *rest = path.split(".")
    if first not in FIELDS:
        raise RequestError(
            f"a policy has no field {first!r}", where=where or f"policy.{policy}.{path}", given=first, allowed=FIELDS
        )
    if not rest:
        return
    if first == "review" and len(rest) == 1 and rest[0] in KEYS:
        return
    good = first == "levers" and rest[0].isdigit()
    if len(rest) == 2:
        good = good and rest[1] in ("lever", "op", "value", "where")
    elif len(rest) == 3:
        good = good and rest[1] == "where" and rest[2] in WHERE_KEYS
    if not good or len(rest) > 3:
        raise RequestError(
            f"policy.{policy}.{path} does not exist",
            where=where,
            allowed=[f"policy.{policy}.levers.0.{last}" for last in ("lever", "op", "value", "where.role")],
        )


def leaves(tree: Mapping[Any, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted name and value of every entry of a nested mapping that is not itself a mapping with entries."""
    for key, value in tree.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{name}.")
        else:
            yield name, value
