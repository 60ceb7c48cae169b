"""The setting ``shocks``: what happens in the world of a scenario, as names of files or written out.

``shocks=war_next_door``, ``shocks=[war_next_door, ways_closed]``, or in a scenario's file and in Python a list in which
each item is a name or a mapping. A file of shocks, ``shocks/NAME.yaml`` in the shipped folder or in one of the user's
own, says what it is (``name``, ``story``, ``claims``) and lists its shocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief
from sim.ground.shipped import shown
from sim.policies.policy import LONGEST_NAME, LONGEST_TEXT, as_text, as_texts
from sim.policies.shocks import Shock, Where, shocks_from
from sim.scenario.reading import Document, read, read_value

GROUP = "shocks"  # the setting, and the folder of its files
FILE_KEYS = ("name", "story", "claims", "shocks")


def shock_files(folders: Sequence[Path]) -> dict[str, Path]:
    """The files of shocks in folders of configuration files, by name."""
    found = {path.stem: path for folder in reversed(folders) for path in (Path(folder) / GROUP).glob("*.yaml")}
    return dict(sorted(found.items()))


def shocks_of(value: Any, folders: Sequence[Path], where: Where) -> tuple[Shock, ...]:
    """The shocks that a setting names or writes out, in their order.

    Parameters
    ----------
    value : None, a name, a mapping, or a list of names and mappings.
    folders : where files of shocks are looked for.
    where : what a complaint says of where an item stands.

    Raises
    ------
    RequestError : everything that is wrong with it.
    """
    items = _items(value, where)
    faults, found = Faults(GROUP), list[Shock]()
    for number, item in enumerate(items):
        with faults.gathered():
            if isinstance(item, str):
                found += shocks_in(_file(item, folders, where(str(number))))
            elif isinstance(item, Shock):
                found.append(item)
            else:
                found += shocks_from([item], lambda key, n=number: where(_below(n, key)))  # type: ignore[misc]
    faults.tell()
    _check_names(found, where(""))
    return tuple(found)


def shocks_in(path: Path) -> tuple[Shock, ...]:
    """The shocks that a file lists. Raises RequestError with everything that is wrong with the file."""
    document = read(path)
    check_file(document)
    return shocks_from(document.content["shocks"], lambda key: document.where(f"shocks.{key}" if key else "shocks"))


def check_file(document: Document) -> None:
    """RequestError unless a file of shocks says what it is, and lists shocks that could happen."""
    faults, content = Faults(shown(document.path)), document.content
    for key in content:
        if key not in FILE_KEYS:
            faults.add(f"a file of shocks has no key {key!r}", where=document.where(key), given=key, allowed=FILE_KEYS)
    for key, longest in (("name", LONGEST_NAME), ("story", LONGEST_TEXT)):
        with faults.gathered():
            as_text(content.get(key), key, document.where(key), longest)
    with faults.gathered():
        as_texts(content.get("claims", []), "claims", document.where("claims"))
    with faults.gathered():
        found = shocks_from(content.get("shocks"), lambda key: document.where(f"shocks.{key}" if key else "shocks"))
        _check_names(found, document.where("shocks"))
    faults.tell()


def check_setting(value: Any, where: Where) -> None:
    """RequestError if the setting of a file could not be shocks; names are looked up once it is composed."""
    for number, item in enumerate(_items(value, where)):
        if not isinstance(item, str):
            shocks_from([item], lambda key, n=number: where(_below(n, key)))  # type: ignore[misc]


def names_in(value: Any) -> Iterator[str]:
    """The names of files that a setting holds."""
    for item in [value] if isinstance(value, str) else value or ():
        if isinstance(item, str):
            yield item


def _items(value: Any, where: Where) -> Sequence[Any]:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        value = read_value(value, where("") or GROUP)  # written out in a word
    if value is None or value == "none":
        return ()
    if isinstance(value, str | Mapping | Shock):
        return (value,)
    if not isinstance(value, Sequence):
        raise RequestError(
            f"shocks must be names of files, or a list of shocks with name, from and moves, not {brief(value)}",
            where=where(""),
        )
    return value


def _below(number: int, key: str) -> str:
    """The place of a key of one item, of which ``key`` begins with 0 as in a list of one."""
    return f"{number}{key.removeprefix('0')}"


def _file(name: str, folders: Sequence[Path], where: str | None) -> Path:
    files = shock_files(folders)
    if name not in files:
        raise RequestError(f"there is no file of shocks {name!r}", where=where, given=name, allowed=files)
    return files[name]


def _check_names(found: Sequence[Shock], where: str | None) -> None:
    """Figures and notes tell shocks apart by their names."""
    names = [shock.name for shock in found]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            raise RequestError(f"two shocks are called {name!r}; give one of them another name", where=where)
