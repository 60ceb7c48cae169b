"""Files that ask for more than a run (evaluations, decisions, lessons): where they are, and what they may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.ground.errors import Faults, RequestError
from sim.ground.quantities import brief
from sim.scenario.folders import Folders, expanded
from sim.scenario.reading import read

Where = Callable[[str], str]  # from a dotted key to file, line and key


@dataclass(frozen=True)
class Requests:
    """One kind of them: ``configs/KIND`` holds those that are shipped, and ``KIND`` in a folder of the user's his own.

    Parameters
    ----------
    kind : the name of the folder, and what one is called unless ``called`` says it.
    command : the command that takes them.
    """

    kind: str
    command: str
    called: str = ""

    def names(self, folders: Sequence[str | Path] = ()) -> list[str]:
        """The names of those that are shipped, and of those in the user's folders."""
        return Folders.of(*folders).options(self.kind)

    def find(self, name: str, folders: Sequence[str | Path] = ()) -> Path:
        """The file by its name, or by a path that ends in .yaml. RequestError names those there are."""
        if name.endswith(".yaml"):
            return expanded(name, f"{self.command} {name}")
        every = Folders.of(*folders)
        names = every.options(self.kind)
        if name not in names:
            raise RequestError(
                f"there is no {self.called or self.kind} {name!r}", where=self.command, given=name, allowed=names
            )
        return every.place(self.kind, name)

    def questions(self, folders: Sequence[str | Path] = ()) -> tuple[dict[str, str], dict[str, RequestError]]:
        """What each of them asks, by name, and what is wrong with those that cannot be read."""
        asked, faults = dict[str, str](), dict[str, RequestError]()
        for name in self.names(folders):
            try:
                asked[name] = str(read(self.find(name, folders)).content.get("question", ""))
            except RequestError as error:
                faults[name] = error
        return asked, faults


def check_keys(found: Mapping[str, Any], known: Mapping[str, bool], what: str, where: Where, faults: Faults,
               at: str = "") -> None:  # fmt: skip
    """Note keys that are not ``known`` (True there: needed), and those that are missing."""
    for key in found:
        if key not in known:
            faults.add(f"{what} has no key {key!r}", where=where(f"{at}{key}"), given=str(key), allowed=known)
    for key, needed in known.items():
        if needed and key not in found:
            faults.add(f"{what} needs {key!r}", where=where(at.rstrip(".")), allowed=known)


def mapping(value: Any, at: str, known: Mapping[str, bool], where: Where) -> dict[str, Any]:
    """A mapping with these keys (True: needed). RequestError tells all that is wrong with its keys."""
    if not isinstance(value, Mapping):
        raise RequestError(f"{at} must be a mapping with {', '.join(known)}, not {brief(value)}", where=where(at))
    faults = Faults(at)
    check_keys(value, known, at, where, faults, f"{at}.")
    faults.tell()
    return dict(value)
