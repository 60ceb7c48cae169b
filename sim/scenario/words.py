"""The words of a request, ``key=value``: what each means, and the same in the grammar that Hydra reads.

Hydra would take ``policy=null`` for an error of its own, read ``~/é (1).csv`` as an expression, a name such as ``1.10``
as a number, and let ``+typo=1`` pass. So words are read here: names are checked, choices are handed to
Hydra, and settings are read as in files, where a number is what its own check takes for one and text is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.declared.parameters import PARAMETERS
from sim.declared.switches import SWITCHES
from sim.ground.errors import RequestError, nearest
from sim.ground.quantities import Several
from sim.ground.shipped import shown
from sim.scenario.folders import Folders, check_option_name, expanded, resolved
from sim.scenario.names import GROUPS, WORLD_KEYS, check_policy_field, key_of, setting_names, unknown
from sim.scenario.reading import read, read_value
from sim.scenario.schema import literal

SEARCH_PATH = "hydra.searchpath"
PATH_NAMES = tuple(f"world.{name}" for name in WORLD_KEYS if name != "name")
# a folder of the user's own configuration files, or several
ConfigDir = str | Path | Sequence[str | Path] | None
_SECOND_COPY = re.compile(r"policy@policy\.([\w-]+)")
_EMPTY = ("null", "Null", "NULL", "~")
# fields of a policy that are text however they look
_TEXTS = re.compile(r"^policy\.[^.]+\.(?:name|intent|levers\.\d+\.(?:lever|op|where\.\w+))$|^world\.name$")


@dataclass(frozen=True)
class Word:
    """One ``key=value``: as it was written, and its key without a leading ``+``.

    A choice of files has ``grammar``, which Hydra is given; a word that ``sets`` something has its ``content``.
    """

    written: str
    key: str
    value: str
    grammar: str = ""
    sets: bool = False
    content: Any = None


def read_words(overrides: Iterable[str], folders: Folders) -> tuple[Word, ...]:
    """Every word, checked for its name and its choices; the values of settings are checked once composed.

    Raises
    ------
    RequestError : a word is not ``key=value``, or its key or choice does not exist.
    """
    split = [part for word in overrides for part in _whole_folder(*_split(word, folders), folders)]
    copies = {match[1] for _, key, _ in split if (match := _SECOND_COPY.fullmatch(key))}
    return tuple(_read(written, key, value, folders, copies) for written, key, value in split)


def searched(overrides: Iterable[str]) -> list[str]:
    """The folders that a ``hydra.searchpath=[file:///…]`` among the words names."""
    found: list[str] = []
    for word in overrides:
        if key_of(str(word)) == SEARCH_PATH:
            found = [item.removeprefix("file://") for item in listed(str(word).partition("=")[2])]
    return found


def folder_words(config_dir: ConfigDir) -> list[str]:
    """The word that brings folders of the user's own configuration files into a request; none without folders."""
    if config_dir is None:
        return []
    one = isinstance(config_dir, str | Path) or not isinstance(config_dir, Sequence)  # what is neither is refused below
    own: Sequence[Any] = [config_dir] if one else config_dir  # type: ignore[assignment]
    paths = [f"file://{resolved(folder, '--config-dir')}" for folder in own]
    return [f"{SEARCH_PATH}=[{','.join(quoted(path) for path in paths)}]"] if paths else []


def listed(value: str) -> list[str]:
    """The items of ``[a, b]``, or the one item that ``a`` is; quotes around an item are dropped."""
    text = value.strip()
    if text.startswith("[") and text.endswith("]"):
        items = re.findall(r"""\s*('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[^,]+?)\s*(?:,|$)""", text[1:-1])
    else:
        items = [text]
    return [_unquoted(item.strip()) for item in items if item.strip()]


def quoted(text: str) -> str:
    """``text`` as a string of Hydra's grammar, whatever it holds."""
    body = re.sub(r"(\\*)'", lambda match: match[1] * 2 + r"\'", text)
    body = re.sub(r"(\\+)$", lambda match: match[1] * 2, body)
    return f"'{literal(body)}'"


def _unquoted(item: str) -> str:
    if len(item) >= 2 and item[0] == item[-1] and item[0] in "'\"":
        return item[1:-1].replace(f"\\{item[0]}", item[0])
    return item


def _split(word: object, folders: Folders) -> tuple[str, str, str]:
    if not isinstance(word, str):
        raise RequestError(f"a request is a list of words such as 'people.size=2000'; {word!r} is not one")
    written = word.strip()
    name, equals, value = written.partition("=")
    name = name.strip()
    if name.startswith("~"):
        raise RequestError(f"a setting cannot be taken away; give it a value, {name[1:]}=…", where=written)
    if not equals:
        choice = next((f"; write {group}={name}" for group in GROUPS if name in folders.options(group)), "")
        close = nearest(name.replace("/", "."), setting_names())
        hint = choice or (f"; did you mean {close}=…?" if close else "")
        raise RequestError(f"{written!r} is not of the form key=value{hint}")
    return written, key_of(written), value.strip()


def _whole_folder(written: str, key: str, value: str, folders: Folders) -> list[tuple[str, str, str]]:
    """``world=FOLDER`` as the words that name the files of a world in that folder; any other word as it is."""
    item = _unquoted(value)
    if key != "world" or item in folders.options("world") or not ("/" in item or item.startswith(("~", "."))):
        return [(written, key, value)]
    folder = resolved(item, written)
    if not folder.is_dir():
        raise RequestError(f"there is no folder {shown(folder)}", where=written)
    there = {name: folder / f"{name}.csv" for name in WORLD_KEYS if (folder / f"{name}.csv").is_file()}
    for name in ("regions", "legs"):
        if name not in there:
            raise RequestError(
                f"{shown(folder)} holds no {name}.csv, so it is not the folder of a world", where=written
            )
    if folder.name in folders.options("world"):
        raise RequestError(f"{shown(folder)} has the name of a world that exists; give it another", where=written)
    files = [(written, f"world.{name}", str(path)) for name, path in there.items()]
    return [(written, "world", "csv"), (written, "world.name", folder.name), *files]


def _read(written: str, key: str, value: str, folders: Folders, copies: set[str]) -> Word:
    if key == SEARCH_PATH:
        return Word(written, key, value)  # the folders are handed to Hydra by the composer
    if key in GROUPS:
        return Word(written, key, value, f"{key}={_choice(key, value, written, folders)}")
    if _SECOND_COPY.fullmatch(key):
        return Word(written, key, value, f"+{key}={_choice('policy', value, written, folders)}")
    _check_key(key, written, folders, copies)
    return Word(written, key, value, sets=True, content=_content(key, value, written))


def _check_key(key: str, written: str, folders: Folders, copies: set[str]) -> None:
    section, _, rest = key.partition(".")
    if key in PARAMETERS or key in ("name", "shocks", "policy.dose"):
        return
    if section == "mechanisms" and rest in SWITCHES:
        return
    if section == "world" and rest in WORLD_KEYS:
        return
    if section == "policy" and rest:
        policy, _, path = rest.partition(".")
        names = folders.options("policy")
        if not path and policy not in names:
            raise unknown(key, written)
        if policy not in names and policy not in copies:
            raise RequestError(f"there is no policy {policy!r}", where=written, given=policy, allowed=names)
        if not path:
            raise RequestError(
                f"policy.{policy} is a policy, not one setting; write policy.{policy}.dose=…", where=written
            )
        if policy == "none" and path != "review":
            raise RequestError("policy none changes nothing, so nothing of it can be set but the review that begins "
                               "others, policy.none.review", where=written)  # fmt: skip
        check_policy_field(policy, path, written)
        return
    if section == "hydra":
        raise RequestError("Hydra's own settings have no effect here; --config-dir adds a folder", where=written)
    raise unknown(key, None if written == key else written)


def _choice(group: str, value: str, written: str, folders: Folders) -> str:
    """The choice of a group in Hydra's grammar; every option named must exist."""
    names = folders.options(group)
    if value in _EMPTY or value in ("'null'", '"null"'):
        if value in names:
            check_option_name(group, value, written)
        return "none" if group == "policy" else _nothing(group, written, names)
    several = value.startswith("[")
    if several and not value.endswith("]"):
        raise RequestError(f"a list ends with ]; in a shell, put it in quotes: '{group}=[a,b]'", where=written)
    if several and group != "policy":
        raise RequestError(f"{group} takes one name, not a list", where=written, allowed=names)
    if not several:
        _explain_arms(group, value, written)
    chosen = ["none" if item in _EMPTY and group == "policy" else item for item in listed(value)]
    if not several and not chosen:
        raise RequestError(f"{group} needs a name", where=written, allowed=names)
    for item in chosen:
        if item not in names:
            raise RequestError(f"there is no {group} {item!r}", where=written, given=item, allowed=names)
        check_option_name(group, item, written)
        if folders.file(group, item) is None:
            read(folders.place(group, item))  # says why it is no file
    every = [quoted(item) for item in dict.fromkeys(chosen)]
    return f"[{','.join(every)}]" if several else every[0]


def _nothing(group: str, written: str, names: list[str]) -> str:
    if group == "world":
        raise RequestError("a run needs a world", where=written, allowed=names)
    raise RequestError(f"leave {group} out instead of setting it to nothing", where=written, allowed=names)


def _explain_arms(group: str, value: str, written: str) -> None:
    """Several policies written as for ``compare``, or as for a sweep."""
    parts = [part.strip() for part in re.split(r"[,+]", value) if part.strip()]
    if group != "policy":
        if len(parts) > 1:
            raise RequestError(f"{group} takes one name", where=written)
        return
    if "," in value or "+" in value:
        names = ",".join(part.partition("@")[0] for part in parts)
        raise RequestError(
            f"{value} could be several arms or one bundle; write compare {names.replace(',', ' ')} to compare them, "
            f"or policy='[{names}]' to apply them together",
            where=written,
        )
    if "@" in value:
        name, _, dose = value.partition("@")
        raise RequestError(
            f"{value} names an arm of a comparison; write policy={name} policy.{name}.dose={dose}", where=written
        )


def _content(key: str, value: str, written: str) -> Any:
    """What a setting is given: text, nothing, or a list or mapping. Numbers stay text, which keeps all their digits."""
    if not value:
        raise RequestError(f"{key} needs a value", where=written)
    inside = value[1:-1]
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"" and value[0] not in inside:
        return literal(inside)
    if value in _EMPTY:
        return None
    if key in PATH_NAMES:
        return literal(str(expanded(value, written)))
    if key == "name" or _TEXTS.search(key):
        return literal(value)
    if value[0] in "[{":
        return read_value(value, written)
    if value.startswith("${"):
        return value
    if "," in value and not isinstance(PARAMETERS.get(key), Several):
        raise RequestError(
            f"{key} takes one value at a time, without commas; to compare values, compare arms", where=written
        )
    return literal(value)
